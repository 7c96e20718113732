"""Runs of a page → its lines in the order they are read: columns by their gutters, tables by rules or by alignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import median
from typing import Final

from deqing_search.extract.extracted import Piece
from deqing_search.extract.glyphs import Glyph, Page, Rule, Run, pieces_of, rows_of, runs_of, without_overprint
from deqing_search.extract.line_numbers import LineNumbers
from deqing_search.extract.page_tables import (
    Grid,
    TableRow,
    aligned_rows,
    between_rules,
    is_aligned,
    ruled_rows,
    with_upper_heads,
)
from deqing_search.extract.ruled import TOUCH, levels_of
from deqing_search.extract.vertical import Block, part
from deqing_search.text.lines import ends_sentence, is_caption, numbering

_LEAST_ROWS = 3  # on either side of a gutter
_LEAST_WIDTH = 6.5  # em: the median run beside a gutter; cells of a table are shorter
_CANDIDATES = 24
_LARGER, _CENTRED = 1.2, 1.5  # of the size of the text, em: a heading over all columns and how exactly it is centred
_WIDEST_REST, _LEADING = 12, 2.0  # em: of a part of a cell; from one line of a table to the next
_CONTINUED = 0.12  # em: closer glyphs are of one word
_MOST_RULES = 1500  # of a page: more are a map or a chart
_MOST_COLUMNS = 1000  # of a page: what runs down has columns of its own
_DEEPEST: Final = 12  # columns inside columns


@dataclass(slots=True)
class Line:
    """One line as it is read, with the place of its column: `block` is the same for lines of one column."""

    pieces: list[Piece]
    x0: float
    x1: float
    base: float
    size: float
    block: int = 0
    row: bool = False  # of a table
    grid: Grid | None = None  # of a table whose columns are known; one object for all its rows

    @property
    def text(self) -> str:
        return "".join(piece.shown for piece in self.pieces)


def lines_of_page(page: Page, numbers: LineNumbers) -> list[Line]:
    """The lines of a page in reading order; what lies on its side and is in none of them stays in `turned`.

    The `numbers` of its lines are put to what is unseen.
    """
    rows = rows_of(without_overprint(page.glyphs))
    page.unseen += numbers.taken_from(rows)
    across, page.turned, down = part(rows, page.turned, page.rules)
    return lines_of_runs(runs_of(across), page.rules, down)


def lines_of_runs(runs: list[Run], rules: Sequence[Rule], down: Sequence[Block] = ()) -> list[Line]:
    """The same from runs that are known already."""
    tables: dict[int, list[Line]] = {}  # by the run that stands in for the table, or for what runs down the page
    for number, turned in enumerate(down, start=1):
        stand_in = Run((), turned.left, turned.right, turned.top + 1, 10.0)
        runs = [*runs, stand_in]
        tables[id(stand_in)] = lines_of_runs(runs_of(rows_of(turned.glyphs)), ())
        for line in tables[id(stand_in)]:
            line.block += number * _MOST_COLUMNS
    for table in _grids(rules):
        inside = [run for run in runs if _inside(run, table)]
        rows = _table_rows(inside, table)
        if rows:
            taken = {id(run) for run in inside}
            runs = [run for run in runs if id(run) not in taken]
            top, left, right = min(r.y0 for r in table), min(r.x0 for r in table), max(r.x1 for r in table)
            stand_in = Run((), left, right, top + 1, 10.0)
            runs.append(stand_in)
            tables[id(stand_in)] = rows
    lines: list[Line] = []
    for block, column in enumerate(_columns(runs, 0)):
        for line in _column_lines(column, tables):
            line.block += block
            lines.append(line)
    return lines


def _columns(runs: list[Run], depth: int) -> list[list[Run]]:
    """The columns in reading order; a run across a gutter parts what stands above it from what stands below."""
    across = _tables_across(runs) | _headings_across(runs)
    x = _gutter(runs, across) if depth < _DEEPEST else None
    if x is None:
        return [runs] if runs else []
    found: list[list[Run]] = []
    for split, group in _bands(runs, x, across):
        if split:
            left, right = _sides(group, x)
            found += [*_columns(left, depth + 1), *_columns(right, depth + 1)]
        else:
            found += _columns(group, depth + 1)
    return found


def _tables_across(runs: list[Run]) -> frozenset[int]:
    """The ids of the runs of tables without rules: no column of text begins or ends inside one."""
    if len(runs) < 2 * _LEAST_ROWS:
        return frozenset()
    rows, found, first = [sorted(row, key=lambda run: run.x0) for row in rows_of(runs)], set[int](), 0
    for at in range(len(rows) + 1):
        if at < len(rows) and len(rows[at]) > 2 and all(r.x1 - r.x0 < _LEAST_WIDTH * r.size for r in rows[at]):
            continue
        if at - first >= _LEAST_ROWS and is_aligned(rows[first:at]):
            found |= {id(run) for row in rows[first:at] for run in row}
        first = at + 1
    return frozenset(found)


def _headings_across(runs: list[Run]) -> frozenset[int]:
    """The ids of larger runs alone in their row around the middle: they stand over all columns, however short."""
    if len(runs) < 2 * _LEAST_ROWS:
        return frozenset()
    middle = (min(run.x0 for run in runs) + max(run.x1 for run in runs)) / 2
    size = median(run.size for run in runs)
    alone = [row[0] for row in rows_of(runs) if len(row) == 1]
    return frozenset(
        id(run) for run in alone if run.size > _LARGER * size and abs(run.middle[0] - middle) < _CENTRED * size
    )


def _gutter(runs: list[Run], across: frozenset[int]) -> float | None:
    """The x between two columns: prose on both sides over several lines, and the most lines of all candidates."""
    if len(runs) < 2 * _LEAST_ROWS:
        return None
    best: tuple[int, float] | None = None
    for x in _candidates(runs):
        lines = sum(len(group) for split, group in _bands(runs, x, across) if split)
        if lines and (best is None or lines > best[0]):
            best = lines, x
    return best[1] if best else None


def _candidates(runs: list[Run]) -> list[float]:
    """Middles of the stretches that few runs cross, the least crossed first."""
    edges = sorted([(run.x0, 1) for run in runs] + [(run.x1, -1) for run in runs])
    crossing, stretches = 0, []
    for (x, step), (right, _) in pairwise(edges):
        crossing += step
        if right - x >= 4:
            stretches.append((crossing, x - right, (x + right) / 2))
    inner = [stretch for stretch in sorted(stretches) if stretch[0] <= 0.6 * len(runs)]
    return [x for _, _, x in inner[:_CANDIDATES]]


def _bands(runs: list[Run], x: float, across: frozenset[int]) -> list[tuple[bool, list[Run]]]:
    """The runs from the top down, in bands that are split at `x` (True) or are not."""
    groups: list[tuple[bool, list[Run]]] = []
    for run in sorted(runs, key=lambda run: run.base):
        beside = id(run) not in across and (run.x1 <= x + 2 or run.x0 >= x - 2)
        if not groups or groups[-1][0] != beside:
            groups.append((beside, []))
        groups[-1][1].append(run)
    bands: list[tuple[bool, list[Run]]] = []
    proven = [group for beside, group in groups if beside and _is_split(group, x)]
    for beside, group in groups:
        split = beside and (
            any(group is other for other in proven) or any(_goes_on(group, other, x) for other in proven)
        )
        if bands and not split and not bands[-1][0]:
            bands[-1][1].extend(group)
        else:
            bands.append((split, group))
    return bands


def _is_split(group: list[Run], x: float) -> bool:
    for side in _sides(group, x):
        if len(rows_of(side)) < _LEAST_ROWS:
            return False
        if median((run.x1 - run.x0) / run.size for run in side) < _LEAST_WIDTH:
            return False
    left, right = _sides(group, x)
    together = min(max(r.base for r in left), max(r.base for r in right)) - max(
        min(r.base for r in left), min(r.base for r in right)
    )
    return together > median(run.size for run in group) * 2


def _goes_on(group: list[Run], columns: list[Run], x: float) -> bool:
    """Few lines of prose that begin where the lines of both columns begin, as below a table across the page."""
    for side, other in zip(_sides(group, x), _sides(columns, x), strict=True):
        if not side or max((run.x1 - run.x0) / run.size for run in side) < _LEAST_WIDTH:
            return False
        if abs(min(run.x0 for run in side) - min(run.x0 for run in other)) > side[0].size / 2:
            return False
    return True


def _sides(runs: Iterable[Run], x: float) -> tuple[list[Run], list[Run]]:
    left: list[Run] = []
    right: list[Run] = []
    for run in runs:
        (left if run.middle[0] < x else right).append(run)
    return left, right


def _column_lines(runs: list[Run], tables: dict[int, list[Line]]) -> list[Line]:
    """One column from the top down; rows whose runs stand under each other are rows of a table without rules."""
    rows = [sorted(row, key=lambda run: run.x0) for row in rows_of(runs)]
    groups = dict(_groups(rows))
    lines: list[Line] = []
    at = 0
    while at < len(rows):
        first = next((number for number in range(at, at + 3) if number in groups), None)
        table = _table_below(rows, at, first, groups[first]) if first is not None else []
        if table and first is not None:
            lines += table
            at = groups[first]
            continue
        text = [run for run in rows[at] if run.glyphs]
        if text:
            lines.append(_line([[run] for run in text], False))
        lines += [line for run in rows[at] if not run.glyphs for line in tables.get(id(run), ())]
        at += 1
    return lines


def _table_below(rows: list[list[Run]], at: int, first: int, end: int) -> list[Line]:
    """The lines of the table from `first` on, with its upper heads from this row on; [] where there are none."""
    lower = (
        first + 2 if at == first and len(rows[first + 1]) == 1 else first
    )  # a label stands halfway between the heads
    two = with_upper_heads(rows[:end], at, lower) if at < lower < end else None
    if two is None and at < first:
        return []
    return _table_lines(aligned_rows(two, above=1) if two else aligned_rows(rows[first:end]))


def _groups(rows: list[list[Run]]) -> Iterator[tuple[int, int]]:
    """From which row to which there is a table: rows of several runs, each in its column."""
    first = 0
    for at in range(len(rows) + 1):
        if at < len(rows) and (_has_cells(rows[at]) or (at > first and _is_rest_of_cell(rows, at))):
            continue
        yield from _tables(rows, first, at)
        first = at + 1


def _has_cells(row: Sequence[Run]) -> bool:
    return len(row) > 1 and all(run.glyphs for run in row)


def _is_rest_of_cell(rows: Sequence[Sequence[Run]], at: int) -> bool:
    """A short run alone, close between two rows of a table: the rest of a cell, or a cell of several rows."""
    run = rows[at][0]
    if len(rows[at]) > 1 or at + 1 == len(rows) or not _has_cells(rows[at - 1]) or not _has_cells(rows[at + 1]):
        return False
    if not run.glyphs or run.x1 - run.x0 > _WIDEST_REST * run.size:
        return False
    text = "".join(glyph.text for glyph in run.glyphs)
    near = (
        run.base - rows[at - 1][0].base < _LEADING * run.size and rows[at + 1][0].base - run.base < _LEADING * run.size
    )
    return near and not ends_sentence(text) and not is_caption(text) and numbering(text) is None


def _tables(rows: list[list[Run]], first: int, end: int) -> Iterator[tuple[int, int]]:
    """The tables among neighbouring rows of several runs."""
    if is_aligned(rows[first:end]):
        yield first, end
        return
    start = first
    for at in range(first + 1, end + 1):
        if at < end and _aligned(rows[at - 1], rows[at]):
            continue
        if at - start >= _LEAST_ROWS or (at - start == 2 and len(rows[start]) >= 3):
            yield start, at
        start = at


def _aligned(row: list[Run], other: list[Run]) -> bool:
    """As many runs, each over or under one of the other row, and none of them the width of prose."""
    if len(row) != len(other) or len(row) < 2 or not all(run.glyphs for run in (*row, *other)):
        return False
    for left, right in zip(row, other, strict=True):
        if min(left.x1, right.x1) - max(left.x0, right.x0) < 0 or left.x1 - left.x0 > 25 * left.size:
            return False
    return True


def _table_lines(rows: list[TableRow]) -> list[Line]:
    """The rows as lines; one without any text lies with the row above it."""
    lines: list[Line] = []
    for row in rows:
        runs = row.runs or (rows[0].runs if not lines else [])
        if runs:
            x0, x1, base = min(r.x0 for r in runs), max(r.x1 for r in runs), max(r.base for r in runs)
            lines.append(Line(row.pieces, x0, x1, base, median(r.size for r in runs), row=True, grid=row.grid))
        elif lines:
            lines.append(replace(lines[-1], pieces=row.pieces))
        else:
            return []
    return lines


def _line(cells: list[list[Run]], row: bool) -> Line:
    """The cells of a row with tabs between them, or the runs of a line with spaces."""
    pieces: list[Piece] = []
    for at, cell in enumerate(cells):
        if at:
            pieces.append(Piece("\t" if row else " "))
        for run in cell:
            pieces += pieces_of(run)
    runs = [run for cell in cells for run in cell]
    size = median(run.size for run in runs)
    return Line(pieces, min(r.x0 for r in runs), max(r.x1 for r in runs), max(r.base for r in runs), size, row=row)


def _grids(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch each other, as far as they can be tables; three rules of one width belong together as well."""
    if len(rules) > _MOST_RULES:
        return []
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: (rule.y0, rule.x0)):
        touched = [group for group in groups if any(_touch(rule, other) for other in group)]
        merged = [rule, *(other for group in touched for other in group)]
        groups = [group for group in groups if not any(group is other for other in touched)] + [merged]
    grids = [group for group in groups if len(levels_of([r.y0 for r in group if r.flat])) > 1]
    loose = [group[0] for group in groups if len(group) == 1 and group[0].flat]
    for rule in loose:
        alike = [other for other in loose if abs(other.x0 - rule.x0) < TOUCH and abs(other.x1 - rule.x1) < TOUCH]
        if len(alike) >= 3 and alike[0] is rule:
            grids.append(alike)
    return sorted(grids, key=lambda group: min(rule.y0 for rule in group))


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x0 - TOUCH <= other.x1
        and other.x0 - TOUCH <= one.x1
        and one.y0 - TOUCH <= other.y1
        and other.y0 - TOUCH <= one.y1
    )


def _inside(run: Run, table: list[Rule]) -> bool:
    x, y = run.middle
    return min(r.x0 for r in table) - TOUCH <= x <= max(r.x1 for r in table) + TOUCH and min(
        r.y0 for r in table
    ) <= y <= max(r.y1 for r in table)


def _table_rows(runs: list[Run], table: list[Rule]) -> list[Line]:
    """The rows of a table; [] when what is ruled is no table."""
    if len(runs) < 4:
        return []
    cut = _cut_at(runs, table)
    if rows := ruled_rows(cut, table):
        return _table_lines(rows)
    lines = _table_lines(between_rules(cut, table))
    filled = sum(len({tab for tab in line.text.split("\t") if tab.strip()}) > 1 for line in lines)
    return lines if len(lines) >= 2 and filled >= 0.6 * len(lines) else []


def _cut_at(runs: list[Run], table: list[Rule]) -> list[Run]:
    """Runs that go over an upright, as one run on either side of it; a word too long for its cell is not cut."""
    cut = []
    for run in runs:
        y = run.middle[1]
        uprights = [r.x0 for r in table if not r.flat and r.y0 <= y <= r.y1 and run.x0 + 1 < r.x0 < run.x1 - 1]
        parts: list[list[Glyph]] = []
        place, end = -1, -inf
        for glyph in run.glyphs:
            over = sum(x < (glyph.x0 + glyph.x1) / 2 for x in uprights)
            if not parts or (over != place and glyph.x0 - end > _CONTINUED * run.size):
                parts.append([])
            parts[-1].append(glyph)
            place, end = over, glyph.x1
        cut += [_of_its_cell(part, uprights) for part in parts]
    return cut


def _of_its_cell(glyphs: list[Glyph], uprights: Sequence[float]) -> Run:
    """A run that stands in the cell where it begins, also where it goes on over the side of the cell."""
    run = Run.of(glyphs)
    inner = [x for x in uprights if glyphs[0].x1 < x < run.middle[0]]
    return replace(run, x1=max(2 * min(inner) - run.x0 - 1, glyphs[0].x1)) if inner else run
