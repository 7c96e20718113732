"""The tables of a page → their rows as lines, every cell in its column: by rules, or where all rows leave a gap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from deqing_search.extract.extracted import Piece
from deqing_search.extract.glyphs import Rule, Run, rows_of
from deqing_search.extract.ruled import Area, areas_of, cell_pieces, columns_of, levels_of
from deqing_search.report import Merge
from deqing_search.text.lines import is_caption, is_unit

_WIDEST, _WIDEST_HEAD = 25, 12  # em: a wider run is prose; no head
_LEADING = 2.2  # em between lines that belong together
_LEAST_ROWS = 3
_BETWEEN, _SHORTEST = 10.0, 60.0  # points between columns; that a column has room for at least
_FIGURE = re.compile(r"[+\-−±]?\d[\d,，.．]*\D{0,6}|[—\-–/]+")


class Grid(NamedTuple):
    """What the rows of one table have in common; `merges` count rows from the first one.

    `heads`: how many rows name columns, None where the page does not show it; 0 where a row may be a part of one.
    """

    columns: int
    heads: int | None = None
    merges: tuple[Merge, ...] = ()


class TableRow(NamedTuple):
    """The pieces of a row with tabs between its cells, and the runs they are made of."""

    pieces: list[Piece]
    runs: list[Run]
    grid: Grid


class _Cell(NamedTuple):
    """The runs of a cell, the places it covers, and the sides that its lines run between."""

    row: int
    column: int
    runs: tuple[Run, ...]
    sides: tuple[float, float]
    rows: int = 1
    columns: int = 1


def ruled_rows(runs: list[Run], rules: list[Rule]) -> list[TableRow]:
    """The rows of a table ruled on all sides of its cells; [] where the rules do not show them."""
    areas = areas_of(runs, rules)
    if areas is None:
        return []
    xs = columns_of(rules)
    cells: list[_Cell] = []
    at, starts = 0, []
    for row in range(1 + max(area.row + area.rows - 1 for area in areas)):
        starts.append(at)
        here = [area for area in areas if area.row <= row < area.row + area.rows]
        lines = _lines_of(here)
        for number, line in enumerate(lines):
            for area in here:
                own = tuple(run for run in area.runs if id(run) in line)
                if area.row == row and (own or number == 0):
                    sides = xs[area.column], xs[area.column + area.columns]
                    cells.append(_Cell(at + number, area.column, own, sides, area.rows, area.columns))
        at += len(lines)
    starts.append(at)
    shifted = [cell if cell.rows == 1 else _stretched(cell, starts) for cell in cells]
    return _rows(shifted, at, len(xs) - 1)


def _stretched(cell: _Cell, starts: list[int]) -> _Cell:
    """A cell that covers rows of rules, in rows of text."""
    first = starts.index(cell.row)
    return cell._replace(rows=starts[first + cell.rows] - cell.row)


def _lines_of(areas: Sequence[Area]) -> list[set[int]]:
    """The runs of each row of text between two rules: one row, unless each line has figures of its own in its cells."""
    whole = [{id(run) for area in areas for run in area.runs}]
    if any(area.rows > 1 for area in areas):
        return whole
    column_of = {id(run): area.column for area in areas for run in area.runs}
    lines = rows_of([run for area in areas for run in area.runs])
    filled = [{column_of[id(run)] for run in line} for line in lines]
    if len(lines) < 2 or min(map(len, filled)) < 2 or not all(any(map(_is_figure, line)) for line in lines):
        return whole
    if min(map(len, filled)) < 0.7 * max(map(len, filled)) and not all(0 in columns for columns in filled):
        return whole
    return [{id(run) for run in line} for line in lines]


def _is_figure(run: Run) -> bool:
    return bool(_FIGURE.fullmatch("".join(glyph.text for glyph in run.glyphs)))


def between_rules(runs: Sequence[Run], rules: Sequence[Rule]) -> list[TableRow]:
    """The rows of a table with rules above and below only: what stands over the first of them inside is the heads."""
    levels = levels_of(rule.y0 for rule in rules if rule.flat)
    bands: list[list[Run]] = [[] for _ in range(len(levels) + 1)]
    for run in runs:
        bands[sum(level <= run.middle[1] for level in levels)].append(run)
    filled = [band for band in bands if band]
    if len(filled) < 2:
        return aligned_rows(_sorted(filled[0]))
    rows = [row for band in filled[1:] for row in _sorted(band)]
    heads = _sorted(filled[0])
    if two := _two_levels(heads):
        return aligned_rows([*two, *rows], above=1)
    if len(heads) > 1 and any(_stands_over_none(run, rows) for run in filled[0]):
        return aligned_rows([*heads, *rows], heads=0)  # it names several columns: which ones is not known
    return aligned_rows([filled[0], *rows], heads=1)


def _two_levels(heads: Sequence[Sequence[Run]]) -> list[Sequence[Run]] | None:
    """The heads of several columns and those of one below them; what stands halfway down belongs to the upper ones."""
    if len(heads) not in (2, 3) or len(heads[-1]) < 2:
        return None
    upper = sorted([run for row in heads[:-1] for run in row], key=lambda run: run.x0)
    apart = all(left.x1 <= right.x0 for left, right in pairwise(upper))
    over = [run for run in upper if any(run.x0 < low.x1 and low.x0 < run.x1 for low in heads[-1])]
    return [upper, heads[-1]] if apart and len(over) < len(heads[-1]) and len(upper) > 1 else None


def with_upper_heads(rows: Sequence[Sequence[Run]], at: int, first: int) -> list[Sequence[Run]] | None:
    """The rows of a table that begins at `first` with the heads of several columns above it, from `at` on; or None."""
    heads = rows[at : first + 1]
    inside = min(run.x0 for row in rows[first:] for run in row), max(run.x1 for row in rows[first:] for run in row)
    for row in heads:
        if not all(run.glyphs and run.x1 - run.x0 <= _WIDEST_HEAD * run.size for run in row):
            return None
        texts = ["".join(glyph.text for glyph in run.glyphs) for run in row]
        if any(is_caption(text) or is_unit(text) or _is_amount(text) for text in texts):
            return None
        if min(run.x0 for run in row) < inside[0] - 1 or max(run.x1 for run in row) > inside[1] + 1:
            return None
    if any(low[0].base - high[0].base > _LEADING * low[0].size for high, low in pairwise(heads)):
        return None
    two = _two_levels(heads) if len(rows[at]) > 1 else None
    return [*two, *rows[first + 1 :]] if two else None


def _is_amount(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text)) and not text.endswith(("年", "月", "季度"))


def _stands_over_none(head: Run, rows: Sequence[Sequence[Run]]) -> bool:
    return not any(run.x0 < head.x1 and head.x0 < run.x1 for row in rows for run in row)


def _sorted(runs: Sequence[Run]) -> list[list[Run]]:
    return [sorted(row, key=lambda run: run.x0) for row in rows_of(runs)]


def aligned_rows(rows: Sequence[Sequence[Run]], heads: int | None = None, above: int = 0) -> list[TableRow]:
    """The rows of a table whose columns only gaps part; [] where there are none.

    The first rows, as many as `above` says, are heads of several columns: each stands in the column next to it. Another
    head may stand over several columns: what the rows below leave apart, it covers. A row without anything in the
    first column may be the rest of the row above: then no names are given.
    """
    below = rows[above or 1 :] if above or heads or len(rows) > _LEAST_ROWS else rows
    columns = _covered([(run.x0, run.x1) for row in below for run in row])
    for run in () if above else rows[0]:
        if not any(left < run.x1 and run.x0 < right for left, right in columns):
            columns = sorted([*columns, (run.x0, run.x1)])
    if len(columns) < 2:
        return []
    cells: dict[tuple[int, int], _Cell] = {}
    for number, row in enumerate(rows):
        for run in row:
            over = [at for at, (left, right) in enumerate(columns) if left < run.x1 and run.x0 < right]
            if number < above:
                over = [min(range(len(columns)), key=lambda at: abs(sum(columns[at]) / 2 - run.middle[0]))]
            place = (number, over[0])
            held = cells[place].runs if place in cells else ()
            sides = columns[over[0]][0], _right_of(columns, over[-1])
            cells[place] = _Cell(*place, (*held, run), sides, columns=len(over))
    whole = all(
        sum(number == row for row, _ in cells) > 1 and (number, 0) in cells for number in range(above + 1, len(rows))
    )
    return _rows(list(cells.values()), len(rows), len(columns), heads if whole else 0)


def _right_of(columns: Sequence[tuple[float, float]], number: int) -> float:
    """How far the lines of a column may go: nearly to the next one; of the last, to the end of its longest line."""
    if number + 1 < len(columns):
        return columns[number + 1][0] - _BETWEEN
    left, right = columns[number]
    return max(right, left + _SHORTEST)


def is_aligned(rows: Sequence[Sequence[Run]]) -> bool:
    """Rows of a table: no two runs of a row stand in one column, and most rows have figures."""
    if len(rows) < _LEAST_ROWS or any(run.x1 - run.x0 > _WIDEST * run.size for row in rows for run in row):
        return False
    columns = _covered([(run.x0, run.x1) for row in rows[1:] for run in row])
    for row in rows[1:]:
        places = [next(at for at, (left, right) in enumerate(columns) if left <= run.x0 < right) for run in row]
        if len(set(places)) < len(places):
            return False
    several = [row for row in rows if len(row) > 1]  # a run alone is a part of a cell
    figured = sum(any(_is_figure(run) for run in row[1:]) for row in several)
    return len(columns) > 1 and 2 * figured > len(several)


def _covered(stretches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches that touch each other as one."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted(stretches):
        if columns and left <= columns[-1][1] + 1:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    return columns


def _rows(cells: list[_Cell], rows: int, columns: int, heads: int | None = None) -> list[TableRow]:
    merged = (Merge(c.row, c.column, c.rows, c.columns) for c in cells if c.rows * c.columns > 1)
    grid = Grid(columns, heads, tuple(merged))
    placed = {(cell.row, cell.column): cell for cell in cells}
    found = []
    for row in range(rows):
        pieces: list[Piece] = []
        for column in range(columns):
            pieces += [Piece("\t")] * (column > 0)
            if cell := placed.get((row, column)):
                pieces += cell_pieces(cell.runs, cell.sides)
        own = [run for cell in cells if cell.row == row for run in cell.runs]
        found.append(TableRow(pieces, own, grid))
    return found
