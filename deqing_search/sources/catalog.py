"""The catalog: what its owner says of each report. `catalog.csv` has one row a report.

Its columns are `report,title,kind,year,date,place,media,note,skip` and, where known, `source,publisher,published,
session,speaker,office`. `report` is the file's name without its ending, `skip` names fixes to leave out. It is read
as spreadsheets save it: with commas, semicolons or tabs, in UTF-8, UTF-16 or GB18030, with days as 2024/2/3. A cell
that cannot be used is left out and named by row and column; the rest of its row counts.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from deqing_search.errors import SourceError
from deqing_search.report import Metadata
from deqing_search.sources.files import read_regular

CATALOG = "catalog.csv"
_PLAIN = ("title", "kind", "place", "media", "note", "publisher", "session", "speaker", "office")
_FIELDS = (
    *("title", "kind", "year", "date", "place", "media", "note", "skip"),
    *("source", "publisher", "published", "session", "speaker", "office"),
)
MOST_FAULTS = 20  # are named one by one; the others are counted
_SEPARATORS = ",;\t，；"
_DAY = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月?)|年?)(?:[ T]00?:00(?::00)?)?")

Row = dict[str, str | None]


def read_catalog(path: Path, fixes: Collection[str]) -> tuple[dict[str, Metadata], list[SourceError]]:
    """Report id → what the catalog says; a cell or row that cannot be used is a fault that names its place."""
    rows: dict[str, Metadata] = {}
    faults: list[SourceError] = []
    try:
        text = _decoded(path)
    except SourceError as fault:
        return {}, [fault]
    reader = _reader(text)
    if "report" not in (reader.fieldnames or ()):
        hint = f"第一行应为：report,{','.join(_FIELDS[:8])}"
        return {}, [SourceError(f"{path}：目录的第一行缺少 report 一列", hint=hint)]
    for row in _rows(reader, path, faults):
        where = f"{path} 第 {reader.line_num} 行"
        try:
            report = _report_of(row)
            if any("\n" in value for value in row.values() if value):
                raise ValueError("有一格占了几行，可能是引号没有配对")
            if report in rows:
                raise ValueError(f"{report} 已经有了一行")
        except ValueError as fault:
            faults.append(SourceError(f"{where}：{fault}", hint="请改正这一行"))
        else:
            rows[report] = _metadata(row, fixes, where, faults)
    if (others := len(faults) - MOST_FAULTS) > 0:
        faults[MOST_FAULTS:] = [SourceError(f"{path}：另有 {others} 处也要改", hint="改正上面各处后再运行")]
    return rows, faults


def _reader(text: str) -> csv.DictReader[str]:
    """The rows of a catalog, parted as its first line is; `sep=;`, which Excel understands, is no row."""
    text = re.sub(r"\Asep=.\r?\n", "", text)
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=head.count), strict=True, restval="", restkey=""
    )
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    return reader


def _rows(reader: csv.DictReader[str], path: Path, faults: list[SourceError]) -> Iterator[Row]:
    """The rows up to one that is no CSV, which is a fault."""
    try:
        for row in reader:
            row.pop("", None)  # cells beyond the last column
            if any(row.values()):
                yield {**row}
    except csv.Error as fault:
        message = f"{path} 第 {reader.line_num} 行：引号没有配对（{fault}）"
        faults.append(SourceError(message, hint="请补上或删去多余的英文引号"))


def _decoded(path: Path) -> str:
    """UTF-8, or what a spreadsheet on Chinese Windows writes: UTF-16 with its mark, GB18030; raises `SourceError`."""
    try:
        data = read_regular(path)
        if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return data.decode("utf-16")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("gb18030")
    except UnicodeDecodeError as fault:
        raise SourceError(f"{path}：目录不是 UTF-8 或 GB18030 文本", hint="请存为 UTF-8 编码的 CSV") from fault


def _report_of(row: Row) -> str:
    report = unicodedata.normalize("NFC", row["report"] or "").strip()
    if not report:
        raise ValueError("没有 report（文件名去掉扩展名）")
    return report


def _metadata(row: Row, fixes: Collection[str], where: str, faults: list[SourceError]) -> Metadata:
    """One row of the catalog; each cell that cannot be used goes to `faults`."""
    said = {name: (row.get(name) or "").strip() for name in _FIELDS}
    known = Metadata()
    for name, value in said.items():
        try:
            known = known._replace(**{name: _value(name, value, fixes)} if value else {})
        except ValueError as fault:
            faults.append(SourceError(f"{where} {name} 一列：{fault}", hint="请改正这一格；这一行的其余各格已收录"))
    return known


def _value(name: str, said: str, fixes: Collection[str]) -> Any:
    """What a cell says; raises `ValueError` in Chinese."""
    if name in _PLAIN:
        return said
    if name == "year":
        return _year(said)
    if name in ("date", "published"):
        return _day(said)
    if name == "source":
        return _address(said)
    if unknown := [fix for fix in said.split() if fix not in fixes]:
        raise ValueError(f"“{'、'.join(unknown)}”不是修复的名称")
    return said


def _half_width(said: str) -> str:
    """Figures as a Chinese keyboard types them, as plain ones."""
    return unicodedata.normalize("NFKC", said)


def _year(said: str) -> int:
    if found := re.fullmatch(r"((?:19|20)[0-9]{2})(?:\.0+|年)?", _half_width(said)):
        return int(found[1])
    raise ValueError(f"年份“{said}”不是四位数字")


def _day(said: str) -> str:
    """A day as ISO 8601, as exact as known; raises `ValueError` in Chinese.

    >>> _day("2024-02-29"), _day("2024/2/3"), _day("2024年2月"), _day("2024")
    ('2024-02-29', '2024-02-03', '2024-02', '2024')
    """
    found = _DAY.fullmatch(_half_width(said))
    parts = [int(part) for part in found.groups() if part] if found else []
    try:
        date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError) as fault:
        raise ValueError(f"日期“{said}”不是 2024-02-03 或 2024年2月3日 这样的写法") from fault
    return "-".join(f"{part:0{width}}" for part, width in zip(parts, (4, 2, 2), strict=False))


def _address(said: str) -> str:
    if re.fullmatch(r"https?://[^\s<>\"]+", said):
        return said
    raise ValueError(f"“{said}”不是 http:// 或 https:// 开头的网址")
