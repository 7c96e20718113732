"""The gaps between columns that stand side by side: where each line of a text may be parted, and where it is.

Whether parted lines are columns at all belongs to `side_by_side`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from deqing_search.cleaning.line_widths import PRINT, SCREEN, Rows
from deqing_search.text.characters import Flags, Ints
from deqing_search.text.offsets import Span

# Two blanks or more, a wide one or a tab; or the one blank that is left by a stop which hangs out of its column.
# It begins with the first blank, which a search finds fast, and looks back from there.
_GAP = re.compile(r"[ \u00a0\u3000\t](?<=\S.)(?:[ \u00a0\u3000\t]+|(?<=[\u3000\t])|(?<=[，。、；：！？”’）》] ))(?=\S)")
_LEAST_WIDE = 3  # blanks
_SAME_SPACE = 2.0  # em by which a single blank may miss its place
_SAME_EDGE = 3.0  # em by which any other gap may
LEAST_COLUMN = 7.0  # em
_RECENT = 15  # lines that tell where the next one is parted
_LEAST_SHARE = 0.5  # of these lines that are parted at one place

Edges: TypeAlias = tuple[float, ...]  # em from the start of the line to the second column, the third …


class Gap(NamedTuple):
    """A gap inside a line: its place in the text, and in em where it begins and ends."""

    start: int
    end: int
    left: float
    right: float
    wide: bool
    single: bool


class Row(NamedTuple):
    """A line with its gaps: where it begins, where its text starts and ends, and the same in em."""

    begin: int
    start: int
    end: int
    before: float
    size: float
    gaps: Sequence[Gap]


class Cell(NamedTuple):
    """What a line has in one column, where it begins and how wide it is in em."""

    column: int
    span: Span
    at: float
    size: float


Cells: TypeAlias = list[Cell]


def rows_with_gaps(text: str, rows: Rows) -> list[Row]:
    """The lines of a text with their gaps; [] if none has a wide gap. Lines that begin with | have none.

    >>> row = rows_with_gaps("左栏的文字。    右栏的文字", Rows("左栏的文字。    右栏的文字"))[0]
    >>> [(gap.left, gap.right) for gap in row.gaps]
    [(5.75, 7.75)]
    """
    found = [gap.span() for gap in _GAP.finditer(text)]
    wide = [_is_wide(text[start:end]) for start, end in found]
    if not any(wide):
        return []
    begins = _begins(text, rows)
    starts, ends = np.array(found).T
    lines = np.searchsorted(rows.starts, starts) - 1
    measure = _measure(rows, begins[lines], ends, np.array(wide))
    lefts, rights = (rows.stretches(measure, begins[lines], at).tolist() for at in (starts, ends))
    singles = [end - start == 1 and text[start] == " " for start, end in found]
    gaps = map(Gap._make, zip(*zip(*found, strict=True), lefts, rights, wide, singles, strict=True))
    of_line: dict[int, list[Gap]] = defaultdict(list)
    for line, gap in zip(lines.tolist(), gaps, strict=True):
        of_line[line].append(gap)
    befores, sizes = (rows.stretches(measure, begins, at).tolist() for at in (rows.starts, rows.ends))
    places = zip(begins.tolist(), rows.starts.tolist(), rows.ends.tolist(), befores, sizes, strict=True)
    return [Row(*place, () if text[place[1]] == "|" else of_line.get(line, ())) for line, place in enumerate(places)]


class Run:
    """Lines under each other that are parted at the same places.

    `sides` has the cells of each column. `edges`: where the columns after the first begin by the last lines; a column
    that none of these has begins where it did before.
    """

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.lines: list[Cells] = []
        self.sides: list[Cells] = [[] for _ in range(len(edges) + 1)]
        self._recent: list[list[float]] = [[] for _ in self.sides]  # where cells of the last lines begin

    def add(self, cells: Cells) -> None:
        """Take one more line."""
        self.lines.append(cells)
        for cell in cells:
            self.sides[cell.column].append(cell)
            self._recent[cell.column].append(cell.at)
        for cell in self.lines[-_RECENT - 1] if len(self.lines) > _RECENT else ():
            self._recent[cell.column].pop(0)
        recent = zip(self._recent[1:], self.edges, strict=True)
        self.edges = tuple([lower_quartile(places) if places else edge for places, edge in recent])


def edges_ahead(rows: Sequence[Row], at: int) -> Edges:
    """Where the columns after the first begin from line `at` on: half of the lines with a wide gap have one there."""
    near = [row for row in rows[at : at + _RECENT] if any(gap.wide for gap in row.gaps)]
    ends = [(gap.right, line) for line, row in enumerate(near) for gap in row.gaps if gap.wide]
    edges = []
    while ends:
        firsts = dict.fromkeys([first for first, _ in ends])
        shared = max(([end for end in ends if 0 <= end[0] - first <= _SAME_EDGE] for first in firsts), key=_lines)
        if _lines(shared) < _LEAST_SHARE * len(near):
            break
        edges.append(lower_quartile([right for right, _ in shared]))
        ends = [end for end in ends if abs(end[0] - edges[-1]) >= LEAST_COLUMN]
    return tuple(sorted(edges))


def lower_quartile(places: list[float]) -> float:
    """What a quarter of them are below: the lines above it may be indented."""
    return sorted(places)[len(places) // 4]


def parted_at(row: Row, edges: Edges) -> Cells | None:
    """The line in columns that begin at these edges; None where it does not fit."""
    column = sum([row.before >= edge - _SAME_EDGE for edge in edges])
    start, at = (row.start, row.before) if column else (row.begin, row.before)
    cells = []
    for number in range(column + 1, len(edges) + 1):
        gap = _gap_at(row, edges[number - 1])
        if gap and gap.start > start:
            if number > column + 1 and gap.left > edges[column] - 1:
                return None
            cells.append(Cell(column, Span(start, gap.start), at, gap.left - at))
            column, start, at = number, gap.end, gap.right
    reaches = column < len(edges) and row.size > edges[column] - 1
    if reaches or (not cells and any(gap.wide for gap in row.gaps)):
        return None
    return [*cells, Cell(column, Span(start, row.end), at, row.size - at)]


def _gap_at(row: Row, edge: float) -> Gap | None:
    """The gap at an edge; a single blank only if no other blank is so near."""
    for gap in row.gaps:
        if not gap.single and abs(gap.right - edge) <= _SAME_EDGE:
            return gap
    if row.size <= edge + LEAST_COLUMN:
        return None
    singles = [gap for gap in row.gaps if gap.single and abs(gap.right - edge) <= _SAME_SPACE]
    return singles[0] if len(singles) == 1 else None


def _is_wide(gap: str) -> bool:
    return len(gap) >= _LEAST_WIDE or gap == "\u3000\u3000" or "\t" in gap


def _begins(text: str, rows: Rows) -> Ints:
    """Where each line begins, form feeds left out."""
    if "\f" not in text:
        return rows.begins
    breaks = zip(rows.begins.tolist(), rows.starts.tolist(), strict=True)
    return np.array([max(text.rfind("\f", begin, start) + 1, begin) for begin, start in breaks], np.int64)


def _measure(rows: Rows, begins: Ints, ends: Ints, wide: Flags) -> int:
    """The measure in which most of the wide gaps end at few places: the columns were set by it."""

    def agreement(measure: int) -> int:
        halves = Counter((2 * rows.stretches(measure, begins[wide], ends[wide])).round().tolist())
        return sum([count for _, count in halves.most_common(4)])

    return max((PRINT, SCREEN), key=agreement)


def _lines(ends: list[tuple[float, int]]) -> int:
    """In how many lines the gaps are."""
    return len({line for _, line in ends})
