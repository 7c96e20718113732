"""Tables drawn at random, written in every medium that reports come in, and read back as passages."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import docx
from docx.oxml import OxmlElement
from hypothesis import strategies as st

from deqing_search.cleaning.cleaner import clean
from deqing_search.extract import READERS, extract
from deqing_search.report import Metadata, Passage, SourceFile
from deqing_search.structure.passages import passages_of
from tests import typeset

HEADS = ("指标名称", "2021年", "2022年", "计划数", "备注", "责任单位")
LABELS = ("生产总值", "财政收入", "常住人口", "森林覆盖率", "社会用电量", "进出口总额")
BEFORE, AFTER = (
    "过去一年，全县经济平稳健康发展，主要指标完成情况如下表所示。",
    "以上各项指标均经县统计局核定，供各位代表审议时参考。",
)


class Area(NamedTuple):
    """A cell: its text and the places it covers."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


class Drawn(NamedTuple):
    """A table: the names of its columns, and the cells below, which tile the rows."""

    heads: tuple[str, ...]
    rows: int
    areas: tuple[Area, ...]

    def at(self, row: int, column: int) -> Area:
        return next(
            a for a in self.areas if a.row <= row < a.row + a.rows and a.column <= column < a.column + a.columns
        )

    def values_of(self, row: int) -> set[str]:
        return {self.at(row, column).text for column in range(len(self.heads))} - {""}

    def has_figures(self, row: int) -> bool:
        return any(value[0].isdigit() for value in self.values_of(row))

    def heads_of(self, value: str) -> set[str]:
        """What may stand before this value: a head of a column it covers, or nothing."""
        found = {""}
        for area in self.areas:
            if area.text == value:
                found.update(self.heads[area.column : area.column + area.columns])
        return found


@st.composite
def drawn_tables(draw: st.DrawFn, *, merges: bool, blank_heads: bool = True) -> Drawn:
    """A table of which every value stands once, with blanks and, where the medium has them, merged cells."""
    width, rows = draw(st.integers(3, 6)), draw(st.integers(3, 6))
    heads = list(HEADS[:width])
    if blank_heads and draw(st.booleans()):
        heads[draw(st.sampled_from([0, width - 1]))] = ""
    taken: set[tuple[int, int]] = set()
    areas = []
    for row in range(rows):
        for column in range(width):
            if (row, column) in taken:
                continue
            down = across = 1
            if merges and column:
                down = draw(st.integers(1, min(3, rows - row)))
                across = draw(st.sampled_from([1, 1, 1, min(2, width - column)]))
                if any((row, column + step) in taken for step in range(across)):
                    across = 1
            places = {(row + y, column + x) for y in range(down) for x in range(across)}
            taken |= places
            text = LABELS[row] if column == 0 else draw(_texts(f"{row + 1}{column}", last=column == width - 1))
            areas.append(Area(row, column, down, across, text))
    return Drawn(tuple(heads), rows, tuple(areas))


def _texts(name: str, *, last: bool) -> st.SearchStrategy[str]:
    figures = [f"{name}.5", f"1{name}亿元", f"{name}%", ""]
    return st.sampled_from([*figures, f"说明{name}", "", ""] if last else figures)


def passages_read(name: str, data: bytes, place: Path) -> list[Passage]:
    """The passages of a file with this content."""
    assert Path(name).suffix in READERS
    file = place / name
    file.write_bytes(data)
    raw = extract(SourceFile(file, "r", Metadata()))
    return list(passages_of(raw, clean(raw)))


def _lines(table: Drawn) -> list[list[str]]:
    """The rows with every value at its first place."""
    first = {(area.row, area.column): area.text for area in table.areas}
    width = range(len(table.heads))
    return [list(table.heads), *([first.get((row, column), "") for column in width] for row in range(table.rows))]


def as_tabs(table: Drawn) -> bytes:
    rows = "\n".join("\t".join(row) for row in _lines(table))
    return f"{BEFORE}\n\n{rows}\n\n{AFTER}\n".encode()


def as_spaces(table: Drawn) -> bytes:
    """Columns of one width, as for a typewriter: a Han character takes two places."""

    def padded(text: str) -> str:
        return text + " " * (16 - sum(2 if character > "\u2e80" else 1 for character in text))

    rows = "\n".join("".join(map(padded, row)).rstrip() for row in _lines(table))
    return f"{BEFORE}\n\n{rows}\n\n{AFTER}\n".encode()


def as_markdown(table: Drawn) -> bytes:
    head, *rows = (f"| {' | '.join(row)} |" for row in _lines(table))
    strokes = "|" + " --- |" * len(table.heads)
    return "\n".join([BEFORE, "", head, strokes, *rows, "", AFTER, ""]).encode()


def as_html(table: Drawn) -> bytes:
    rows = ["".join(f"<td>{head}</td>" for head in table.heads)]
    for row in range(table.rows):
        cells = [area for area in table.areas if area.row == row]
        rows.append("".join(f"<td rowspan={c.rows} colspan={c.columns}><p>{c.text}</p></td>" for c in cells))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<meta charset=utf-8><p>{BEFORE}</p><table>{body}</table><p>{AFTER}</p>".encode()


def as_docx(table: Drawn) -> bytes:
    document = docx.Document()
    document.add_paragraph(BEFORE)
    grid = document.add_table(rows=table.rows + 1, cols=len(table.heads))
    for column, head in enumerate(table.heads):
        grid.cell(0, column).text = head
    for area in table.areas:
        cell = grid.cell(area.row + 1, area.column)
        if area.rows * area.columns > 1:
            cell = cell.merge(grid.cell(area.row + area.rows, area.column + area.columns - 1))
        cell.text = area.text
    document.add_paragraph(AFTER)
    _in_content_control(grid.rows[table.rows]._tr)  # noqa: SLF001
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _in_content_control(row: object) -> None:
    """Put a row into a content control, as forms do."""
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    row.addprevious(control)  # type: ignore[attr-defined]
    control.append(content)
    content.append(row)


def as_ruled_pdf(table: Drawn) -> bytes:
    """Every cell framed by rules, its text in the middle of the frame."""
    left, top, wide, high = 60.0, 120.0, 480.0 / len(table.heads), 24.0
    heads = [Area(-1, column, 1, 1, head) for column, head in enumerate(table.heads)]

    def draw(canvas: typeset.Canvas) -> None:
        typeset.put(canvas, 60, 90, BEFORE)
        for area in (*heads, *table.areas):
            x, y = left + area.column * wide, top + (area.row + 1) * high
            canvas.rect(x, typeset.HEIGHT - y - area.rows * high, area.columns * wide, area.rows * high)
            middle = y + area.rows * high / 2 + 4
            typeset.put(canvas, x + 8, middle, area.text, 10)
        typeset.put(canvas, 60, top + (table.rows + 1) * high + 30, AFTER)

    return typeset.pdf([draw])


def as_three_rules_pdf(table: Drawn) -> bytes:
    """A rule above and below the heads and one below the last row; gaps part the columns."""
    return _unruled(table, rules=True)


def as_gaps_pdf(table: Drawn) -> bytes:
    """No rules at all: the cells stand under each other."""
    return _unruled(table, rules=False)


def _unruled(table: Drawn, *, rules: bool) -> bytes:
    left, top, wide, high = 60.0, 130.0, 480.0 / len(table.heads), 18.0

    def draw(canvas: typeset.Canvas) -> None:
        typeset.put(canvas, 60, 90, BEFORE)
        for number, row in enumerate(_lines(table)):
            for column, text in enumerate(row):
                typeset.put(canvas, left + column * wide, top + number * high, text, 10)
        for number in (0, 1, table.rows + 1) if rules else ():
            y = typeset.HEIGHT - top + 13 - number * high
            canvas.line(left - 4, y, left + 480, y)
        typeset.put(canvas, 60, top + (table.rows + 1) * high + 30, AFTER)

    return typeset.pdf([draw])


WRITERS: Sequence[tuple[str, bool, Callable[[Drawn], bytes]]] = (
    ("tabs.txt", False, as_tabs),
    ("spaces.txt", False, as_spaces),
    ("bars.md", False, as_markdown),
    ("page.html", True, as_html),
    ("word.docx", True, as_docx),
    ("ruled.pdf", True, as_ruled_pdf),
    ("three-rules.pdf", False, as_three_rules_pdf),
    ("gaps.pdf", False, as_gaps_pdf),
)
