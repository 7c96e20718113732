"""Finds the files to read under several places, and decides which of those read before are gone.

A place (`Root`) is a file, folder or archive that was indexed. This module decides when its reports count as gone and
when it may return: a folder that is missing may be on a disk that is not mounted. `discovery` finds the files in it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from deqing_search.errors import SourceError
from deqing_search.report import ReportCard, Root, SourceFile
from deqing_search.sources import archives
from deqing_search.sources.discovery import find_sources
from deqing_search.sources.files import is_missing


def roots_of(paths: Iterable[Path], catalog: Path | None) -> tuple[Root, ...]:
    return tuple(Root(real(path), real(catalog) if catalog else None) for path in paths)


def real(path: Path) -> Path:
    """Return the path without links, or the path itself if its links form a circle, where `resolve` would raise."""
    return Path(os.path.realpath(path))


def existing(roots: Iterable[Root]) -> Iterator[Root]:
    return (root for root in roots if not is_missing(root.path))


def remembered(root: Root, before: Iterable[Root]) -> Root:
    """Return the place with its earlier catalog, unless it has a new one."""
    return Root(root.path, root.catalog or dict(before).get(root.path))


def holds_many(path: Path) -> bool:
    """Return whether this is a folder or an archive."""
    return os.path.isdir(path) or (os.path.isfile(path) and path.suffix.lower() == archives.ENDING)


class Gathered(NamedTuple):
    """The files to read, what is wrong with others, and notes on what was left out."""

    sources: list[SourceFile]
    faults: list[SourceError]
    notes: list[str]


def gather(
    roots: Iterable[Root],
    *,
    endings: Collection[str],
    fixes: Collection[str],
    indexed: dict[str, ReportCard] | None = None,
    known: Iterable[Root] = (),
) -> Gathered:
    """Return the files to read, each once, and the faults.

    Two files with one id are a fault, also if one of them is already `indexed`. A place without reports is a fault,
    unless it is `known`.
    """
    indexed = indexed or {}
    ids = {card.path: card.id for card in indexed.values()}
    owners: dict[str, Path] = {}
    before = {root.path for root in known}
    sources: dict[str, SourceFile] = {}
    faults: list[SourceError] = []
    notes: list[str] = []
    for root in roots:
        found = find_sources(root.path, endings=endings, fixes=fixes, catalog=root.catalog, known=root.path in before)
        faults += found.faults
        notes += found.notes
        for source in found.sources:
            file = real(source.path)
            report = ids.setdefault(str(file), source.report)  # a folder and a folder inside it contain the same file
            owner = owners.setdefault(report, _owner(indexed.get(report), file))
            if owner == file:
                sources.setdefault(report, source._replace(report=report))
            else:
                faults.append(_same_id(source, owner))
    return Gathered(list(sources.values()), faults, notes)


def _owner(card: ReportCard | None, file: Path) -> Path:
    """Return the file that keeps the id: the one that had it before, if it still exists, else `file`."""
    first = Path(card.path) if card else file
    return first if first == file or archives.holds(first) else file


def _same_id(source: SourceFile, owner: Path) -> SourceError:
    return SourceError(f"{source.path}：与 {owner} 的编号同为 {source.report}", hint="请给其中一个改名")


def is_gone(root: Root, indexed: dict[str, ReportCard]) -> bool:
    """Return whether a file or archive that was indexed by its own name no longer exists."""
    return is_missing(root.path) and any(has_vanished(Path(card.path), (root,)) for card in indexed.values())


def may_return(root: Root, endings: Collection[str]) -> bool:
    """Return whether to look there again: it exists, or it is a folder, or its folder is missing too."""
    one_file = root.path.suffix.lower() in (*endings, archives.ENDING)
    return not is_missing(root.path) or not (one_file and os.path.isdir(root.path.parent))


def has_vanished(file: Path, roots: Iterable[Root]) -> bool:
    """Return whether a file was looked for in one of the places and does not exist."""
    return any(_covers(root.path, file) for root in roots) and not archives.holds(file)


def _covers(place: Path, file: Path) -> bool:
    """Return whether looking into `place` would find `file`. A missing folder may be on a disk that is not mounted."""
    below = str(file).startswith(os.path.join(place, ""))  # faster than `Path.parents` for thousands of files
    if place == file or (below and place.suffix.lower() == archives.ENDING):
        return os.path.isdir(place.parent)
    return below and os.path.isdir(place)
