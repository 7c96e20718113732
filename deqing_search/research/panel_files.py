"""A panel as files: CSV, JSON records, Parquet, Stata, and the description of every variable.

`variables` decides the columns of all files: each has a name that Stata accepts, a heading for readers, and a meaning.
A gap is an empty cell. Parquet and Stata need the `research` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

from deqing_search import __version__
from deqing_search.errors import UsageError, reason
from deqing_search.messages import Message, gettext_noop
from deqing_search.research.panel import Column, Difference, Other, Panel, Row, Tally
from deqing_search.search.exports import MARK, csv_row, json_line
from deqing_search.text.controls import escaped

Value = str | int | float | None
Type = Literal["string", "integer", "number"]

_LABEL = 80  # bytes that every version of Stata shows of a label
_DIGITS = 8  # of a rate or a share
_INSTALL = gettext_noop("安装：pip install deqing-search[research]；CSV 和 JSONL 不需要")
OTHERS: dict[Other, tuple[str, str]] = {
    "tokens": (gettext_noop("分词次数"), "结巴默认词典分词后，等于该词的词数；用来复现旧论文，不是真实次数"),
    "alone": (gettext_noop("逐词次数"), "每个词单独数（str.count），套叠的词重复计；用来复现旧论文，不是真实次数"),
}


class Variable(NamedTuple):
    """A column of the files."""

    name: str  # ASCII, at most 32 characters
    heading: str
    type: Type
    meaning: str
    value: Callable[[Row], Value]


def variables(panel: Panel) -> tuple[Variable, ...]:
    """The variables of a panel, in order."""
    found = list(_OF_ROWS)
    numbers = {"term": 0, "group": 0, "all": 0}
    for at, column in enumerate(panel.columns):
        numbers[column.kind] += 1
        name = {"term": "t{:03d}", "group": "g{:03d}", "all": "total"}[column.kind].format(numbers[column.kind])
        found += _of_column(at, name, heading(column), panel.others)
    return tuple(found)


def heading(column: Column) -> str:
    """The heading of a column.

    >>> heading(Column("term", "创新", "科技", ("创新",))), heading(Column("group", "科技", "科技", ("创新",)))
    ('创新', '组:科技')
    """
    return {"term": column.text, "group": f"组:{column.text}", "all": "合计"}[column.kind]


def difference_in_words(one: Difference) -> Message:
    """How much another way of counting differs from the occurrences, for shell and page."""
    said = gettext_noop("{what}：实有 {exact} 处{net}，{way} {other}，{off}；{pairs} 次逐年升降中 {turned} 次方向不同")
    way = Message(OTHERS[one.way][0])
    net = Message("（不计长词里的，净次数 {net}）", net=one.net) if one.net != one.exact else ""
    values = {"exact": one.exact, "other": one.other, "pairs": one.pairs, "turned": one.turned}
    return Message(said, what=heading(one.column), way=way, net=net, off=_off(one), **values)


def _off(one: Difference) -> Message:
    """How far the other way is from the occurrences."""
    if one.other == one.exact:
        return Message("无差别")
    if one.relative is None:
        return Message("实际没有")
    off = f"{one.relative:+.1%}"
    return Message("差 {off}", off=off)


def _of_column(at: int, name: str, called: str, others: Sequence[Other]) -> list[Variable]:
    def tally(field: str) -> Callable[[Row], Value]:
        return lambda row: getattr(row.tallies[at], field) if row.reports else None

    def rounded(figure: Callable[[Row, int], float | None]) -> Callable[[Row], Value]:
        return lambda row: _rounded(figure(row, at))

    found = [
        Variable(f"{name}_n", called, "integer", f"“{called}”的次数：由左至右、取最长、互不重叠", tally("occurrences")),
        Variable(f"{name}_p", f"{called}_段", "integer", f"含“{called}”的段数", tally("passages")),
        Variable(f"{name}_s", f"{called}_句", "integer", f"含“{called}”的句数", tally("sentences")),
        Variable(f"{name}_c", f"{called}_字", "integer", f"“{called}”所占的字数", tally("characters")),
        Variable(f"{name}_rate", f"{called}_每万字", "number", f"“{called}”每万字次数", rounded(Row.per_10000)),
        Variable(
            f"{name}_cs", f"{called}_字占比", "number", f"“{called}”所占字数除以字数", rounded(Row.share_of_characters)
        ),
        Variable(
            f"{name}_ss", f"{called}_句占比", "number", f"含“{called}”的句数除以句数", rounded(Row.share_of_sentences)
        ),
    ]
    for way in others:
        label, meaning = OTHERS[way]
        found.append(Variable(f"{name}_{way}", f"{called}_{label}", "integer", f"“{called}”：{meaning}", tally(way)))
    return found


def _size(field: str) -> Callable[[Row], Value]:
    return lambda row: getattr(row, field) if row.reports else None


def _kinds(row: Row) -> list[str]:
    return list(dict.fromkeys(card.meta.kind for card in row.reports))


_GAP = "1：这一年没有收录这个地区的报告，以下各栏为空，不是零"
_BREAK = "1：前一年有合并、拆分或划转，从这一年起辖区不同，不宜与以前直接相比；空：区划表里没有这个地区，不知道"
_OF_ROWS = (
    Variable(
        "place", "地区", "string", "报告所属地区，更名、改设的一律用今名，同一地区的各年连成一列", lambda row: row.place
    ),
    Variable("year", "年份", "integer", "报告年份；空：年份不详", lambda row: row.year),
    Variable("missing", "缺报告", "integer", _GAP, lambda row: int(row.is_missing)),
    Variable("reports", "报告数", "integer", "收录的报告份数", lambda row: len(row.reports)),
    Variable(
        "report_ids",
        "报告编号",
        "string",
        "报告编号，以空格分开；/r/编号 是原文",
        lambda row: " ".join(card.id for card in row.reports),
    ),
    Variable("kinds", "类型", "string", "报告类型", lambda row: " ".join(_kinds(row))),
    Variable(
        "name_then",
        "当年名称",
        "string",
        "地区在这一年的名称：报告里的，缺报告的年份据区划表",
        lambda row: row.name_then,
    ),
    Variable(
        "area_break", "口径变动", "integer", _BREAK, lambda row: None if row.changes is None else int(bool(row.changes))
    ),
    Variable(
        "area_changes", "变动说明", "string", "前一年的合并、拆分和划转", lambda row: "；".join(row.changes or ())
    ),
    Variable("passages", "段数", "integer", "这些报告的段数，标题和表格行也算", _size("passages")),
    Variable("sentences", "句数", "integer", "这些报告的句数，以。！？；断句", _size("sentences")),
    Variable("characters", "字数", "integer", "这些报告的字数，含标点，不计空白", _size("characters")),
)


def panel_csv(panel: Panel) -> Iterator[str]:
    """Rows for a spreadsheet, the headings first."""
    columns = variables(panel)
    yield MARK + csv_row(column.heading for column in columns)
    yield from (csv_row(column.value(row) for column in columns) for row in panel.rows)


def codebook_csv(panel: Panel) -> Iterator[str]:
    """The description of every variable: its name, its heading, its type, its meaning."""
    yield MARK + csv_row(("name", "heading", "type", "meaning"))
    yield from (csv_row(column[:4]) for column in variables(panel))


def panel_records(panel: Panel) -> Iterator[str]:
    """JSON objects, one for each row. The figures of a gap are null."""
    return (json_line(row_fields(panel, row)) for row in panel.rows)


def row_fields(panel: Panel, row: Row) -> dict[str, Any]:
    """The fields of a JSON record; the API answers with the same ones."""
    fields = {
        column.name: column.value(row)
        for column in _OF_ROWS
        if column.name not in ("missing", "report_ids", "area_break", "area_changes")
    }
    return {
        **fields,
        "kinds": _kinds(row),
        "reports": [card.id for card in row.reports],
        "missing": row.is_missing,
        "area_changes": None if row.changes is None else list(row.changes),
        "counts": [_count_fields(column, row, at) for at, column in enumerate(panel.columns)],
    }


def _count_fields(column: Column, row: Row, at: int) -> dict[str, Any]:
    tally: Sequence[int | None] = row.tallies[at] if row.reports else (None,) * len(Tally._fields)
    return {
        "kind": column.kind,
        "text": column.text,
        "group": column.group,
        **dict(zip(Tally._fields, tally, strict=True)),
        "per_10000": _rounded(row.per_10000(at)),
        "share_of_characters": _rounded(row.share_of_characters(at)),
        "share_of_sentences": _rounded(row.share_of_sentences(at)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def panel_lines(panel: Panel, form: str) -> Iterator[str] | Iterator[bytes]:
    """The panel as a file: lines of csv, jsonl or the codebook, or the bytes of parquet or dta.

    Raises `UsageError` without the extra for the last two.
    """
    lines = {"csv": panel_csv, "jsonl": panel_records, "codebook": codebook_csv}
    return lines[form](panel) if form in lines else iter([BINARY[form](panel)])


def write_files(panel: Panel, folder: Path, manifest: str, forms: Collection[str] = ()) -> list[Path]:
    """Write panel.csv, panel.jsonl, codebook.csv and manifest.json, without orders to a terminal; return their paths.

    `forms` of `BINARY` are written too. Raises `UsageError` if the folder cannot be written, or without the extra.
    """
    files = {
        "panel.csv": "".join(f"{escaped(line)}\r\n" for line in panel_csv(panel)).encode(),
        "panel.jsonl": "".join(f"{escaped(line)}\n" for line in panel_records(panel)).encode(),
        "codebook.csv": "".join(f"{escaped(line)}\r\n" for line in codebook_csv(panel)).encode(),
        "manifest.json": escaped(manifest).encode(),
        **{f"panel.{form}": BINARY[form](panel) for form in forms},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, written in files.items():
            (folder / name).write_bytes(written)
        return [folder / name for name in files]
    except OSError as fault:
        raise UsageError(Message("写不进 {path}：{reason}。", path=folder, reason=reason(fault))) from fault


def panel_parquet(panel: Panel) -> bytes:
    """A Parquet file whose fields have heading and meaning as metadata; raises `UsageError` without the extra."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as missing:
        raise UsageError(gettext_noop("写 Parquet 文件要有 pyarrow，这里没有安装。"), hint=_INSTALL) from missing
    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    columns = variables(panel)
    fields = [
        pa.field(one.name, types[one.type], metadata={"heading": one.heading, "meaning": one.meaning})
        for one in columns
    ]
    arrays = [pa.array(_cells(one, panel.rows), types[one.type]) for one in columns]
    written = BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), written)
    return written.getvalue()


def panel_stata(panel: Panel) -> bytes:
    """A file for Stata 14 or later, its variables labelled; raises `UsageError` without the extra."""
    try:
        import pandas
    except ImportError as missing:
        raise UsageError(gettext_noop("写 Stata 文件要有 pandas，这里没有安装。"), hint=_INSTALL) from missing
    columns = variables(panel)
    frame = pandas.DataFrame({one.name: _stata_column(one, panel.rows) for one in columns})
    labels = {one.name: _label(one.heading) for one in columns}
    written = BytesIO()
    frame.to_stata(
        written, write_index=False, version=118, variable_labels=labels, data_label=f"deqing-search {__version__}"
    )
    return written.getvalue()


BINARY: Mapping[str, Callable[[Panel], bytes]] = {"parquet": panel_parquet, "dta": panel_stata}


def _cells(column: Variable, rows: Sequence[Row]) -> list[Value]:
    """The values of a column, without orders to a terminal."""
    values = (column.value(row) for row in rows)
    return [escaped(value) if isinstance(value, str) else value for value in values]


def _stata_column(column: Variable, rows: Sequence[Row]) -> Any:
    import numpy as np

    values = _cells(column, rows)
    if column.type == "string":
        return ["" if value is None else str(value) for value in values]
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _label(heading: str) -> str:
    """What fits into a label."""
    return heading.encode()[:_LABEL].decode(errors="ignore")
