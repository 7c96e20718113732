"""Finds the files to read under a path, and gives each report its id.

It reads names, the lists of files in archives, and the catalog (`catalog`). It does not read reports.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from deqing_search.errors import SourceError
from deqing_search.report import Metadata, SourceFile
from deqing_search.sources import archives
from deqing_search.sources.catalog import CATALOG, read_catalog
from deqing_search.sources.faults import read_in_limits
from deqing_search.sources.files import is_missing, leads_out, refused_link
from deqing_search.sources.folders import Listing, is_index, readable

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
    if is_missing(path):
        return Found(
            (), (SourceError(f"{path}：没有这个文件或文件夹", hint="请检查路径；例如：search-cli index seeds"),)
        )
    if is_index(path):
        return Found((), (SourceError(f"{path}：是检索索引，不是报告的文件夹", hint="请写上报告所在的文件夹"),))
    root = path if os.path.isdir(path) else path.parent
    own = root / CATALOG
    rows, faults = _catalog(catalog or own, root, fixes) if catalog or os.path.lexists(own) else ({}, [])
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
    if os.path.isdir(path):
        faults += [
            SourceError(
                f"{catalog or own}：目录中有 {report}，但 {root} 下没有这个文件", hint="请补上文件，或删去这一行"
            )
            for report in rows
            if report not in sources
        ]
    return Found(tuple(sources[report] for report in sorted(sources)), tuple(faults), tuple(notes))


def _catalog(path: Path, root: Path, fixes: Collection[str]) -> tuple[dict[str, Metadata], list[SourceError]]:
    """Read the catalog in a process with limits; a link to a file outside of the folder is refused."""
    if path.parent == root and leads_out(path, root):
        return {}, [refused_link(path)]
    (read,) = read_in_limits(partial(read_catalog, fixes=tuple(fixes)), [path])
    return ({}, [read]) if isinstance(read, SourceError) else read


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
    if os.path.isfile(path) and path.suffix.lower() == archives.ENDING:
        yield from _members([path], endings, faults)[path]
    elif not os.path.isdir(path):
        yield path
    else:
        listing = Listing(path, lambda file: _is_report(file, endings))
        faults += listing.faults
        notes += listing.notes()
        packed = [file for file in listing.files if file.suffix.lower() == archives.ENDING]
        members = _members(packed, endings, faults)
        for file in listing.files:  # a pipe or a broken link becomes a fault when it is read
            yield from members.get(file, [file])


def _members(packed: list[Path], endings: frozenset[str], faults: list[SourceError]) -> dict[Path, list[Path]]:
    """Return the reports in each archive, in the order of their names. Processes with limits list them."""
    reports: dict[Path, list[Path]] = {}
    for archive, listed in zip(packed, read_in_limits(archives.members, packed), strict=True):
        found = [listed] if isinstance(listed, SourceError) else listed
        faults += [one for one in found if isinstance(one, SourceError)]
        reports[archive] = sorted((one for one in found if isinstance(one, Path) and _is_report(one, endings)), key=str)
    return reports


def _is_report(file: Path, endings: frozenset[str]) -> bool:
    return file.suffix.lower() in endings and file.stem.upper() != "README"
