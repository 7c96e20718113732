"""Tables in plain text and Markdown → rows with tabs between their cells, as edits that can be undone.

Markdown says by its bars what the cells are. Cells set apart by spaces are known by their places: where all rows leave
a gap, one column ends and the next begins. Rows of words and figures with single spaces between are found by their
shape; in which column a figure stands is then not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deqing_search.extract.cells import separator
from deqing_search.report import Heads, Table
from deqing_search.text.lines import numbering
from deqing_search.text.offsets import Edit, Span

_DELIMITER = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.M)
_BAR = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
_BREAK = re.compile(r"(?:[ \t]*<br[ \t]*/?>[ \t]*)+", re.I)

_BLANK = "[ \u00a0\u3000]"
_FIGURE = re.compile(
    rf"^(?:[ \t]*[-*+][ \t]+)?(?P<row>[^\n。；！？]*[^\s。；！？]{_BLANK}+[+\-−±－]?\d[^\n。；！？]*)$", re.M
)
_LISTED = re.compile(r"[ \t]*[-*+][ \t]+")
_GAP, _NARROW_GAP = re.compile(f"{_BLANK}{{2,}}"), re.compile(f"\u3000{_BLANK}*|{_BLANK}{{2,}}")
_SPACES, _INNER = re.compile(f"{_BLANK}+"), re.compile(rf"(?<=\S){_BLANK}+(?=\S)")
_NUMBER = re.compile(r"[+\-−±－＋]?\d[\d,，.．]*(?:[%％‰]|个百分点|[万亿千百]?[元吨户人个家倍])?|[—\-–]{1,2}")
_POINT = re.compile(r"\d[.．]$")
_UNIT = re.compile(r"[^\d\s，。；：、！？]{1,8}")
_LEAST_ROWS = 3
_LONGEST_CELL = 24
_AROUND = 40  # characters beside a break in which numbers are looked for
_LONGEST_HEAD = 12
_LONGEST_ROW = 160
_FIX, _ALIGNED, _SPACED = "aligned-table", "按对齐的空格分格", "名称和数字之间的空格"


class Tables(NamedTuple):
    """The edits that put tabs between the cells, and the tables whose columns are known."""

    edits: list[Edit]
    tables: list[Table]


class _Line(NamedTuple):
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Cell(NamedTuple):
    """Where a cell stands: in the text, and in the columns of a page whose characters are one or two wide."""

    start: int
    end: int
    left: int
    right: int


def tables_in(text: str, code: Sequence[Span] = ()) -> Tables:
    """The tables of a text, apart from the stretches of `code`.

    >>> from deqing_search.text.offsets import apply_edits
    >>> apply_edits(text := "|指标|2022|\\n|--|--|\\n| 人口 | |\\n", tables_in(text).edits)
    '指标\\t2022\\n人口\\t\\n'
    >>> apply_edits(text := "丝 297 吨 0.1\\n麻 袋 34 条 15\\n糖 25 吨 10\\n", tables_in(text).edits)
    '丝\\t297\\t吨\\t0.1\\n麻 袋\\t34\\t条\\t15\\n糖\\t25\\t吨\\t10\\n'
    """
    found = Tables([], [])
    taken = list(code)
    for lines in _barred(text) if "|" in text else ():
        if not _within(lines[0], taken):
            _mark_bars(lines, found)
            taken.append(Span(lines[0].start, lines[-1].end))
    for lines in _figured(text):
        free = [line for line in lines if not _within(line, taken)]
        if len(free) >= _LEAST_ROWS:
            _mark_spaces(free, found)
            taken.append(Span(free[0].start, free[-1].end))
    found.edits.sort(key=lambda edit: edit.start)
    found.tables.sort(key=lambda table: table.start)
    return found


def _within(line: _Line, spans: Sequence[Span]) -> bool:
    return any(span.start <= line.start < span.end for span in spans)


def _line_at(text: str, place: int) -> _Line:
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return _Line(start, text[start : len(text) if end < 0 else end])


def _barred(text: str) -> Iterator[list[_Line]]:
    """The lines of each table between bars: its head, the line of strokes below it, and the rows."""
    end = 0  # of the table before
    for strokes in _DELIMITER.finditer(text):
        if strokes.start() <= end or "|" not in strokes[0]:
            continue
        lines = [_line_at(text, strokes.start() - 1), _Line(strokes.start(), strokes[0])]
        if len(_cells_between_bars(lines[0])) != len(_cells_between_bars(lines[1])):
            continue
        while lines[-1].end < len(text):
            line = _line_at(text, lines[-1].end + 1)
            if not line.text.strip() or not _BAR.search(line.text):
                break
            lines.append(line)
        end = lines[-1].end
        yield lines


def _cells_between_bars(line: _Line) -> list[Span]:
    """The cells of a row in offsets of the text; a bar at either end of the row stands beside no cell."""
    bars = [Span(bar.start(), bar.end()) for bar in _BAR.finditer(line.text)]
    starts, ends = [0, *(bar.end for bar in bars)], [*(bar.start for bar in bars), len(line.text)]
    cells = [Span(line.start + start, line.start + end) for start, end in zip(starts, ends, strict=True)]
    if bars and bars[0].start == 0:
        del cells[0]
    if bars and bars[-1].end == len(line.text) and len(cells) > 1:
        del cells[-1]
    return cells


def _mark_bars(lines: list[_Line], found: Tables) -> None:
    columns = len(_cells_between_bars(lines[0]))
    for number, line in enumerate(lines):
        if number == 1:
            found.edits.append(Edit(line.start - 1, line.end, "", "markup", "表格标题下的线"))
            continue
        cells = _cells_between_bars(line)
        missing = "\t" * max(columns - len(cells), 0)  # by the rules of Markdown they are empty
        edges = [line.start, *(edge for cell in cells for edge in cell), line.end]
        for at, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
            after = missing if at == len(cells) else "\t" if at else ""
            if end > start or after:
                found.edits.append(Edit(start, end, after, "markup", "表格的竖线"))
        for cell in cells:
            found.edits.extend(_breaks(line, cell))
    found.tables.append(Table(lines[0].start, lines[-1].end, columns, Heads(1)))


def _breaks(line: _Line, cell: Span) -> Iterator[Edit]:
    """Line ends inside a cell, each as what stands between two lines of a cell."""
    text = line.text[cell.start - line.start : cell.end - line.start]
    for mark in _BREAK.finditer(text):
        before = _BREAK.sub("", text[max(mark.start() - _AROUND, 0) : mark.start()]).strip()
        after = text[mark.end() : mark.end() + _AROUND]
        glue = separator(before, after) if before and after.strip() else ""
        yield Edit(cell.start + mark.start(), cell.start + mark.end(), glue, "markup", "格里的换行")


def _figured(text: str) -> Iterator[list[_Line]]:
    """Lines under each other with figures set apart by spaces, and lines between them that could be rows as well."""
    lines: list[_Line] = []
    figures = 0
    for figure in _FIGURE.finditer(text):
        line = _Line(figure.start("row"), figure["row"])
        if len(line.text) > _LONGEST_ROW or "\t" in line.text or "|" in line.text:
            continue
        between = _rows_between(text, lines[-1].end, figure.start()) if lines else None
        if between is None:
            if figures >= _LEAST_ROWS:
                yield _with_neighbours(text, lines)
            lines, figures = [], 0
        lines += [*(between or ()), line]
        figures += 1
    if figures >= _LEAST_ROWS:
        yield _with_neighbours(text, lines)


def _rows_between(text: str, start: int, end: int) -> list[_Line] | None:
    """The lines between two rows, where they could be rows; None where one could not."""
    if end == start + 1:
        return []
    if end - start > _LONGEST_ROW:
        return None
    found, at = [], start + 1
    for line in text[start + 1 : end - 1].split("\n"):
        longest = max(map(len, _GAP.split(line.strip())))
        if not line.strip() or re.search("[，。；：！？|\t]", line) or longest > _LONGEST_CELL:
            return None
        found.append(_Line(at, line))
        at += len(line) + 1
    return found


def _with_neighbours(text: str, lines: list[_Line]) -> list[_Line]:
    """The rows with the lines above and below them whose cells are set apart as well."""
    while (end := text.find("\n", lines[-1].end) + 1) > 0:
        below = _line_at(text, end)
        if len(_cells_apart(below)) < 2 or re.search("[。；！？\t]", below.text) or len(below.text) > _LONGEST_ROW:
            break
        lines = [*lines, below]
    while (start := text.rfind("\n", 0, lines[0].start) + 1) > 0:
        above = _line_at(text, start - 1)
        mark = _LISTED.match(above.text)
        above = _Line(above.start + len(mark[0]), above.text[len(mark[0]) :]) if mark else above
        if len(_cells_apart(above)) < 2 and not _is_head(above):
            break
        lines = [above, *lines]
    return lines


def _is_head(line: _Line) -> bool:
    """Several short names with spaces between."""
    words = _SPACES.split(line.text.strip())
    if "\t" in line.text or re.search("[，。；：、！？|]", line.text) or numbering(line.text.strip()) is not None:
        return False
    return len(words) > 1 and max(map(len, words)) <= _LONGEST_HEAD


def _mark_spaces(lines: list[_Line], found: Tables) -> None:
    for gap in (_GAP, _NARROW_GAP):  # one wide space may stand inside a name as well
        rows = [_cells_apart(line, gap) for line in lines]
        columns = _columns(rows)
        if columns and _are_values(lines, rows):
            for line, row in zip(lines, rows, strict=True):
                found.edits.extend(_placed(line, row, columns))
            found.tables.append(Table(lines[0].start, lines[-1].end, len(columns)))
            return
    start = 0
    for at in range(len(lines) + 1):
        if at < len(lines) and _is_spaced(lines[at]):
            continue
        if at - start >= _LEAST_ROWS and not _are_contents(lines[start:at]):
            for head in lines[start - 1 : start] if start and _is_head(lines[start - 1]) else ():
                found.edits.extend(Edit(*gap, "\t", _FIX, _SPACED) for gap in _spans(head, _INNER))
            for line in lines[start:at]:
                found.edits.extend(Edit(*gap, "\t", _FIX, _SPACED) for gap in _gaps(line))
        start = at + 1


def _cells_apart(line: _Line, gap_of: re.Pattern[str] = _GAP) -> list[_Cell]:
    """The cells that wide gaps set apart."""
    cells, at, left = [], 0, 0
    ends = [*((gap.start(), gap.end()) for gap in gap_of.finditer(line.text)), (len(line.text), len(line.text))]
    for start, end in ends:
        right = left + _wide(line.text[at:start])
        if start > at:
            cells.append(_Cell(line.start + at, line.start + start, left, right))
        left, at = right + _wide(line.text[start:end]), end
    return cells


def _wide(text: str) -> int:
    return sum(2 if character >= "\u2e80" else 1 for character in text)


def _columns(rows: Sequence[Sequence[_Cell]]) -> list[Span]:
    """From where to where each column goes; [] where two cells of a row stand in one."""
    edges = sorted((cell.left, cell.right) for row in rows for cell in row)
    columns: list[Span] = []
    for left, right in edges:
        if columns and left < columns[-1].end:
            columns[-1] = Span(columns[-1].start, max(columns[-1].end, right))
        else:
            columns.append(Span(left, right))
    placed = [[_column(cell, columns) for cell in row] for row in rows]
    alone = all(len(set(row)) == len(row) for row in placed)
    return columns if alone and len(columns) > 1 and sum(len(row) > 1 for row in rows) >= _LEAST_ROWS else []


def _column(cell: _Cell, columns: Sequence[Span]) -> int:
    return next(at for at, column in enumerate(columns) if column.start <= cell.left < column.end)


def _are_values(lines: Sequence[_Line], rows: Sequence[Sequence[_Cell]]) -> bool:
    """Most rows below the first have a figure, and no cell is as long as prose."""
    texts = [
        [line.text[c.start - line.start : c.end - line.start] for c in row]
        for line, row in zip(lines, rows, strict=True)
    ]
    if any(len(text) > _LONGEST_CELL for row in texts for text in row):
        return False
    return 2 * sum(any(map(_NUMBER.fullmatch, row[1:])) for row in texts) > len(rows) - 1


def _placed(line: _Line, row: Sequence[_Cell], columns: Sequence[Span]) -> Iterator[Edit]:
    """The edits that put as many tabs between the cells as there are columns from one to the next."""
    at, column = line.start, 0
    for cell in row:
        own = _column(cell, columns)
        if cell.start > at or own > column:
            yield Edit(at, cell.start, "\t" * (own - column), _FIX, _ALIGNED)
        at, column = cell.end, own
    after = "\t" * (len(columns) - 1 - column)
    if at < line.end or after:
        yield Edit(at, line.end, after, _FIX, _ALIGNED)


def _is_spaced(line: _Line) -> bool:
    """A name, then figures and units, single spaces between them."""
    words = _SPACES.split(line.text.strip())
    first = next((at for at, word in enumerate(words) if _NUMBER.fullmatch(word)), 0)
    if not first or len(words) < 2 or len("".join(words[:first])) > _LONGEST_CELL:
        return False
    rest = words[first:]
    return "，" not in "".join(words[:first]) and all(_NUMBER.fullmatch(w) or _UNIT.fullmatch(w) for w in rest)


def _are_contents(lines: Sequence[_Line]) -> bool:
    """Titles with their pages, as in a table of contents."""
    ends = [_SPACES.split(line.text.strip()) for line in lines]
    pages = [int(words[-1]) if words[-1].isdecimal() and len(words[-1]) < 5 else -1 for words in ends]
    growing = all(page >= 0 for page in pages) and pages == sorted(pages)
    return growing and (all(len(words) == 2 for words in ends) or any(numbering(line.text.strip()) for line in lines))


def _spans(line: _Line, pattern: re.Pattern[str]) -> Iterator[Span]:
    return (Span(line.start + found.start(), line.start + found.end()) for found in pattern.finditer(line.text))


def _gaps(line: _Line) -> Iterator[Span]:
    """The spaces beside figures, and those between figures and their units; not one inside a number, as in `1. 0`."""
    words = list(re.finditer("[^ \u00a0\u3000]+", line.text))
    first = next(at for at, word in enumerate(words) if at and _NUMBER.fullmatch(word[0]))
    for before, after in zip(words[first - 1 :], words[first:], strict=False):
        if _POINT.search(before[0]) and after[0][0].isdecimal():
            continue
        yield Span(line.start + before.end(), line.start + after.start())
