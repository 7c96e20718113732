"""Finds the files to read under a path, and gives each report its id.

It reads names, the lists of files in archives, and the catalog (`catalog`). It does not read reports.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from deqing_search.errors import SourceError
from deqing_search.report import Metadata, SourceFile
from deqing_search.sources import archives
from deqing_search.sources.catalog import CATALOG, read_catalog
from deqing_search.sources.folders import Listing, readable

_UNSAFE = re.compile(r"[^\w.\-]+")


class Found(NamedTuple):
    """The files to read, and the faults of the others."""

    sources: tuple[SourceFile, ...]
    faults: tuple[SourceError, ...]
    notes: tuple[str, ...] = ()  # what was left out and is no fault


def find_sources(
    path: Path, *, endings: Iterable[str], fixes: Collection[str], catalog: Path | None = None, known: bool = False
) -> Found:
    """Find the reports in the folder or file `path`, in the order of their names.

    `catalog` replaces the folder's own `catalog.csv`. Files with other `endings`, hidden files and README are not
    reports. `fixes` are the names that `skip` may contain. These are faults: a catalog row without its file, two
    files with one id, and a place without reports, unless it is `known` from before (then it was emptied).
    """
    if not path.exists():
        return Found(
            (), (SourceError(f"{path}：没有这个文件或文件夹", hint="请检查路径；例如：search-cli index seeds"),)
        )
    root = path if path.is_dir() else path.parent
    own = root / CATALOG
    rows, faults = read_catalog(catalog or own, fixes) if catalog or own.exists() else ({}, [])
    sources: dict[str, SourceFile] = {}
    endings = frozenset(endings)
    notes: list[str] = []
    for file in _files(path, endings, faults, notes):
        report = report_id(file.relative_to(root))
        if report in sources:
            faults.append(
                SourceError(f"{file}：与 {sources[report].path} 同名，编号都是 {report}", hint="请给其中一个改名")
            )
        else:
            sources[report] = SourceFile(file, report, rows.get(report, Metadata()))
    if not sources and not faults and not known:
        readable = " ".join(sorted(endings))
        faults.append(SourceError(f"{path}：里面没有可以收录的文件", hint=f"可读取的格式：{readable}"))
    if path.is_dir():
        faults += [
            SourceError(
                f"{catalog or own}：目录中有 {report}，但 {root} 下没有这个文件", hint="请补上文件，或删去这一行"
            )
            for report in rows
            if report not in sources
        ]
    return Found(tuple(sources[report] for report in sorted(sources)), tuple(faults), tuple(notes))


def report_id(relative: Path) -> str:
    """Return the id of a report: its path without the ending, safe in a link.

    >>> report_id(Path("杭州市/2024.md")), report_id(Path("a b?.txt"))
    ('杭州市-2024', 'a-b')
    """
    parts = Path(readable(str(relative))).with_suffix("").parts
    name = "-".join(unicodedata.normalize("NFC", part) for part in parts)
    return _UNSAFE.sub("-", name).strip("-.") or "report"


def _files(path: Path, endings: frozenset[str], faults: list[SourceError], notes: list[str]) -> Iterator[Path]:
    """Yield the one file, or those of a folder. The members of an archive are named as if it were a folder."""
    if path.is_file() and path.suffix.lower() == archives.ENDING:
        yield from _members(path, endings, faults)
    elif not path.is_dir():
        yield path
    else:
        listing = Listing(path, lambda file: _is_report(file, endings))
        faults += listing.faults
        notes += listing.notes()
        for file in listing.files:  # a pipe or a broken link becomes a fault when it is read
            if file.suffix.lower() == archives.ENDING:
                yield from _members(file, endings, faults)
            else:
                yield file


def _members(path: Path, endings: frozenset[str], faults: list[SourceError]) -> Iterator[Path]:
    try:
        for found in sorted(archives.members(path), key=str):
            if isinstance(found, SourceError):
                faults.append(found)
            elif _is_report(found, endings):
                yield found
    except SourceError as fault:
        faults.append(fault)


def _is_report(file: Path, endings: frozenset[str]) -> bool:
    return file.suffix.lower() in endings and file.stem.upper() != "README"
