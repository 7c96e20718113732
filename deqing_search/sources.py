"""Paths and catalog → source files: which files there are to read, the id each report gets, what the catalog says.

The catalog is `catalog.csv` with one row a report (`report,title,kind,year,date,place,media,seed,note,skip`);
`report` is the file's name without its ending. Nothing is read here but names and the catalog.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from deqing_search import archive
from deqing_search.errors import SourceError, reason
from deqing_search.report import Metadata, SourceFile

CATALOG = "catalog.csv"
_FIELDS = ("title", "kind", "year", "date", "place", "media", "note", "skip")
_UNSAFE = re.compile(r"[^\w.\-]+")


class Found(NamedTuple):
    """The files to read and what is wrong with the others."""

    sources: tuple[SourceFile, ...]
    faults: tuple[SourceError, ...]


def find_sources(path: Path, *, endings: Iterable[str], catalog: Path | None = None, known: bool = False) -> Found:
    """The reports under a folder (or the one file) at `path`, in the order of their names.

    A folder's own `catalog.csv` is used unless another is given. Files with other `endings`, hidden ones and
    README are no reports. A catalog row without its file is a fault, and so are two files with one id, and a place
    without any report, unless it is `known` from before and was emptied.
    """
    if not path.exists():
        return Found(
            (), (SourceError(f"{path}：没有这个文件或文件夹", hint="请检查路径；例如：search-cli index seeds"),)
        )
    root = path if path.is_dir() else path.parent
    own = root / CATALOG
    rows, faults = read_catalog(catalog or own) if catalog or own.exists() else ({}, [])
    sources: dict[str, SourceFile] = {}
    endings = frozenset(endings)
    for file in _files(path, endings, faults):
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
    return Found(tuple(sources[report] for report in sorted(sources)), tuple(faults))


def report_id(relative: Path) -> str:
    """The id of a report: its path without the ending, safe in a link.

    >>> report_id(Path("杭州市/2024.md")), report_id(Path("a b?.txt"))
    ('杭州市-2024', 'a-b')
    """
    name = "-".join(unicodedata.normalize("NFC", part) for part in relative.with_suffix("").parts)
    return _UNSAFE.sub("-", name).strip("-.") or "report"


def read_catalog(path: Path) -> tuple[dict[str, Metadata], list[SourceError]]:
    """Report id → what the catalog says; a row that cannot be used is a fault that names its line."""
    rows: dict[str, Metadata] = {}
    faults: list[SourceError] = []
    try:
        text = _decoded(path)
    except SourceError as fault:
        return {}, [fault]
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if "report" not in (reader.fieldnames or ()):
        hint = f"第一行应为：report,{','.join(_FIELDS)}"
        return {}, [SourceError(f"{path}：目录的第一行缺少 report 一列", hint=hint)]
    for row in _rows(reader, path, faults):
        try:
            report = _report_of(row)
            if any("\n" in value for value in row.values() if value):
                raise ValueError("有一格占了几行，可能是引号没有配对")
            if report in rows:
                raise ValueError(f"{report} 已经有了一行")
            rows[report] = Metadata()  # the file is listed, whatever else is wrong with its row
            rows[report] = _metadata(row)
        except ValueError as fault:
            faults.append(SourceError(f"{path} 第 {reader.line_num} 行：{fault}", hint="请改正这一行"))
    return rows, faults


def _rows(reader: csv.DictReader[str], path: Path, faults: list[SourceError]) -> Iterator[dict[str, str | None]]:
    """The rows up to one that is no CSV, which is a fault."""
    try:
        yield from reader
    except csv.Error as fault:
        message = f"{path} 第 {reader.line_num} 行：引号没有配对（{fault}）"
        faults.append(SourceError(message, hint="请补上或删去多余的英文引号"))


def _decoded(path: Path) -> str:
    """UTF-8, or the GB18030 a spreadsheet on Chinese Windows writes; raises `SourceError`."""
    try:
        data = path.read_bytes()
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("gb18030")
    except OSError as fault:
        raise SourceError(f"{path}：目录无法读取：{reason(fault)}", hint="请检查这个文件") from fault
    except UnicodeDecodeError as fault:
        raise SourceError(f"{path}：目录不是 UTF-8 或 GB18030 文本", hint="请存为 UTF-8 编码的 CSV") from fault


def _report_of(row: dict[str, str | None]) -> str:
    report = unicodedata.normalize("NFC", row["report"] or "").strip()
    if not report:
        raise ValueError("没有 report（文件名去掉扩展名）")
    return report


def _metadata(row: dict[str, str | None]) -> Metadata:
    """One row of the catalog; raises `ValueError` in Chinese."""
    said = {name: (row.get(name) or "").strip() for name in _FIELDS}
    if said["year"] and not re.fullmatch(r"(?:19|20)[0-9]{2}", said["year"]):
        raise ValueError(f"年份“{said['year']}”不是四位数字")
    if said["date"] and not _is_date(said["date"]):
        raise ValueError(f"日期“{said['date']}”不是 2024-02-03 这样的写法")
    if unknown := [name for name in said["skip"].split() if not _is_fix(name)]:
        raise ValueError(f"skip 里的“{'、'.join(unknown)}”不是修复的名称")
    return Metadata(
        title=said["title"],
        kind=said["kind"],
        year=int(said["year"]) if said["year"] else None,
        date=said["date"],
        place=said["place"],
        media=said["media"],
        note=said["note"],
        skip=said["skip"],
    )


def _is_fix(name: str) -> bool:
    from deqing_search.fixes import TITLES  # all of them, to look for files: seldom is one named

    return name in TITLES


def _is_date(said: str) -> bool:
    """As exact as known.

    >>> _is_date("2024-02-29"), _is_date("2024-02"), _is_date("2023-02-29"), _is_date("2024年2月")
    (True, True, False, False)
    """
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", said)
    try:
        return bool(found and date(*(int(part or 1) for part in found.groups())))
    except ValueError:
        return False


def _files(path: Path, endings: frozenset[str], faults: list[SourceError]) -> Iterator[Path]:
    """The files to read: the one named, those of a folder, and those in an archive, named as if it were a folder."""
    if path.is_file() and path.suffix.lower() == archive.ENDING:
        yield from _members(path, endings, faults)
    elif not path.is_dir():
        yield path
    else:
        for file in sorted(path.rglob("*")):
            if any(part.startswith(".") for part in file.relative_to(path).parts) or file.is_dir():
                continue  # a pipe, or a link that leads nowhere, is told when it is read
            if file.suffix.lower() == archive.ENDING:
                yield from _members(file, endings, faults)
            elif _is_report(file, endings):
                yield file


def _members(path: Path, endings: frozenset[str], faults: list[SourceError]) -> Iterator[Path]:
    try:
        for found in sorted(archive.members(path), key=str):
            if isinstance(found, SourceError):
                faults.append(found)
            elif _is_report(found, endings):
                yield found
    except SourceError as fault:
        faults.append(fault)


def _is_report(file: Path, endings: frozenset[str]) -> bool:
    return file.suffix.lower() in endings and file.stem.upper() != "README"
