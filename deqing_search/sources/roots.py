"""Which files there are to read under the places that were named, and which of those read before are gone.

Defines what a place is to the index: when it is looked into, when what stood there counts as gone, and when it may
return: what is missing as a whole may be on a disk that is not mounted. What lies in a folder is found by `discovery`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from deqing_search.errors import SourceError
from deqing_search.report import ReportCard, Root, SourceFile
from deqing_search.sources import archives
from deqing_search.sources.discovery import find_sources


def roots_of(paths: Iterable[Path], catalog: Path | None) -> tuple[Root, ...]:
    return tuple(Root(real(path), real(catalog) if catalog else None) for path in paths)


def real(path: Path) -> Path:
    """The path without links; of links that go in a circle, the path itself, where `resolve` would raise."""
    return Path(os.path.realpath(path))


def existing(roots: Iterable[Root]) -> Iterator[Root]:
    return (root for root in roots if root.path.exists())


def remembered(root: Root, before: Iterable[Root]) -> Root:
    """The place with the catalog that was given for it before, unless one is given now."""
    return Root(root.path, root.catalog or dict(before).get(root.path))


def holds_many(path: Path) -> bool:
    """A folder or an archive: its reports are read one after the other."""
    return path.is_dir() or (path.is_file() and path.suffix.lower() == archives.ENDING)


def gather(
    roots: Iterable[Root],
    *,
    endings: Collection[str],
    fixes: Collection[str],
    held: dict[str, ReportCard] | None = None,
    known: Iterable[Root] = (),
) -> tuple[list[SourceFile], list[SourceError]]:
    """The files to read, each once; two files that claim one id are a fault, also where `held` has the other one.

    A place that holds nothing is a fault, unless it is `known`.
    """
    held = held or {}
    ids = {card.path: card.id for card in held.values()}
    owners: dict[str, Path] = {}
    before = {root.path for root in known}
    sources: dict[str, SourceFile] = {}
    faults: list[SourceError] = []
    for root in roots:
        found = find_sources(root.path, endings=endings, fixes=fixes, catalog=root.catalog, known=root.path in before)
        faults += found.faults
        for source in found.sources:
            file = real(source.path)
            report = ids.setdefault(str(file), source.report)  # a folder and one inside it name the same file
            owner = owners.setdefault(report, _owner(held.get(report), file))
            if owner == file:
                sources.setdefault(report, source._replace(report=report))
            else:
                faults.append(_same_id(source, owner))
    return list(sources.values()), faults


def _owner(card: ReportCard | None, file: Path) -> Path:
    """The file that has the id of `file`: the one it was given to before, if that is still there."""
    first = Path(card.path) if card else file
    return first if first == file or archives.holds(first) else file


def _same_id(source: SourceFile, owner: Path) -> SourceError:
    return SourceError(f"{source.path}：与 {owner} 的编号同为 {source.report}", hint="请给其中一个改名")


def is_gone(root: Root, held: dict[str, ReportCard]) -> bool:
    """A file or archive that was named by itself, and of which there are reports, is no more."""
    return not root.path.exists() and any(has_vanished(Path(card.path), (root,)) for card in held.values())


def may_return(root: Root, endings: Collection[str]) -> bool:
    """A place to look into again: it is there, or is a folder, or is missing together with its folder."""
    one_file = root.path.suffix.lower() in (*endings, archives.ENDING)
    return root.path.exists() or not (one_file and root.path.parent.is_dir())


def has_vanished(file: Path, roots: Iterable[Root]) -> bool:
    """It was looked for and is not there."""
    return any(_looks_for(root.path, file) for root in roots) and not archives.holds(file)


def _looks_for(place: Path, file: Path) -> bool:
    """Whoever looks into `place` looks for `file`. What is missing as a whole may be on a disk that is not mounted."""
    below = str(file).startswith(os.path.join(place, ""))  # `Path.parents` of a thousand files take a moment
    if place == file or (below and place.suffix.lower() == archives.ENDING):
        return place.parent.is_dir()
    return below and place.is_dir()
