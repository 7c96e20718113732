"""The catalog: what the owner of a folder says about its reports. `catalog.csv` has one row for each report.

Its columns are `report,title,kind,year,date,place,media,seed,note,skip`; `report` is the file's name without its
ending, `skip` names fixes that are not applied.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from deqing_search.errors import SourceError, reason
from deqing_search.report import Metadata

CATALOG = "catalog.csv"
_FIELDS = ("title", "kind", "year", "date", "place", "media", "note", "skip")


def read_catalog(path: Path, fixes: Collection[str]) -> tuple[dict[str, Metadata], list[SourceError]]:
    """Return report id → metadata, and a fault with the line number for each row that cannot be used."""
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
            rows[report] = Metadata()  # the file is in the catalog even if its row is wrong
            rows[report] = _metadata(row, fixes)
        except ValueError as fault:
            faults.append(SourceError(f"{path} 第 {reader.line_num} 行：{fault}", hint="请改正这一行"))
    return rows, faults


def _rows(reader: csv.DictReader[str], path: Path, faults: list[SourceError]) -> Iterator[dict[str, str | None]]:
    """Yield the rows up to the first one that is not valid CSV; that one is a fault."""
    try:
        yield from reader
    except csv.Error as fault:
        message = f"{path} 第 {reader.line_num} 行：引号没有配对（{fault}）"
        faults.append(SourceError(message, hint="请补上或删去多余的英文引号"))


def _decoded(path: Path) -> str:
    """Read UTF-8, or GB18030 as spreadsheets on Chinese Windows write it; raises `SourceError`."""
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


def _metadata(given: dict[str, str | None], fixes: Collection[str]) -> Metadata:
    """Return the metadata in one row; raises `ValueError` with a Chinese message."""
    row = {name: (given.get(name) or "").strip() for name in _FIELDS}
    if row["year"] and not re.fullmatch(r"(?:19|20)[0-9]{2}", row["year"]):
        raise ValueError(f"年份“{row['year']}”不是四位数字")
    if row["date"] and not _is_date(row["date"]):
        raise ValueError(f"日期“{row['date']}”不是 2024-02-03 这样的写法")
    if unknown := [name for name in row["skip"].split() if name not in fixes]:
        raise ValueError(f"skip 里的“{'、'.join(unknown)}”不是修复的名称")
    return Metadata(
        title=row["title"],
        kind=row["kind"],
        year=int(row["year"]) if row["year"] else None,
        date=row["date"],
        place=row["place"],
        media=row["media"],
        note=row["note"],
        skip=row["skip"],
    )


def _is_date(text: str) -> bool:
    """Return whether this is a year, a month or a day in ISO form.

    >>> _is_date("2024-02-29"), _is_date("2024-02"), _is_date("2023-02-29"), _is_date("2024年2月")
    (True, True, False, False)
    """
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    try:
        return bool(found and date(*(int(part or 1) for part in found.groups())))
    except ValueError:
        return False
