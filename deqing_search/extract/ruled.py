"""Tables between ruled lines: which places the lines part, which they leave together, and what stands in each cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from deqing_search.extract.cells import separator
from deqing_search.extract.extracted import Piece
from deqing_search.extract.glyphs import Rule, Run, pieces_of, rows_of

TOUCH = 3.0  # points by which rules of one table may miss each other
_COVERED = 0.6  # share of a side that rules must cover to part two places
_MOST_PLACES = 20_000
_ROOM = 1.3  # em that a line may leave at its end and still be wrapped
_SPARE = 0.2  # em by which what did not fit may seem to fit
_UNBROKEN = re.compile(r"[（《“「『\[(]*(?:[!-~]+|.)[，。、；：！？”’）》」』\])％%]*")


def levels_of(values: Iterable[float]) -> list[float]:
    """Values that are nearly the same, once."""
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > TOUCH:
            levels.append(value)
    return levels


def edges_of(rules: Sequence[Rule]) -> tuple[float, float, float, float]:
    """The left, top, right and bottom of all rules."""
    x0, y0 = min(rule.x0 for rule in rules), min(rule.y0 for rule in rules)
    return x0, y0, max(rule.x1 for rule in rules), max(rule.y1 for rule in rules)


def columns_of(rules: Sequence[Rule]) -> list[float]:
    """Where the uprights stand, and the sides of the table, which may be open."""
    return levels_of([*(rule.x0 for rule in rules if not rule.flat), *edges_of(rules)[::2]])


class Area(NamedTuple):
    """A cell between rules: its first row and column, how many it covers, and its runs."""

    row: int
    column: int
    rows: int
    columns: int
    runs: tuple[Run, ...]


def areas_of(runs: Sequence[Run], rules: Sequence[Rule]) -> list[Area] | None:
    """The cells of a table that is ruled on all sides of them; None where the rules do not show them."""
    xs, ys = columns_of(rules), levels_of([*(r.y0 for r in rules if r.flat), *edges_of(rules)[1::2]])
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MOST_PLACES:
        return None
    owners = _joined(_Walls(rules, xs, ys), len(ys) - 1, len(xs) - 1)
    held: dict[tuple[int, int], list[Run]] = defaultdict(list)
    for run in runs:
        x, y = run.middle
        held[owners[_between(y, ys)][_between(x, xs)]].append(run)
    places: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for row, line in enumerate(owners):
        for column, owner in enumerate(line):
            places[owner].append((row, column))
    areas = []
    for owner, members in places.items():
        rows, columns = 1 + members[-1][0] - owner[0], 1 + max(column for _, column in members) - owner[1]
        if rows * columns != len(members):
            return None  # no rectangle: a rule is missing or drawn by halves
        areas.append(Area(*owner, rows, columns, tuple(held.get(owner, ()))))
    return areas


class _Walls:
    """Where rules part one place of the grid from the next."""

    def __init__(self, rules: Sequence[Rule], xs: Sequence[float], ys: Sequence[float]) -> None:
        self._xs, self._ys = xs, ys
        self._flat = [rule for rule in rules if rule.flat]
        self._upright = [rule for rule in rules if not rule.flat]

    def right_of(self, row: int, column: int) -> bool:
        spans = [(r.y0, r.y1) for r in self._upright if abs(r.x0 - self._xs[column + 1]) <= TOUCH]
        return _covers(spans, self._ys[row], self._ys[row + 1])

    def below(self, row: int, column: int) -> bool:
        spans = [(r.x0, r.x1) for r in self._flat if abs(r.y0 - self._ys[row + 1]) <= TOUCH]
        return _covers(spans, self._xs[column], self._xs[column + 1])


def _covers(spans: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    covered, at = 0.0, start
    for left, right in sorted(spans):
        left, right = max(left, at), min(right, end)
        if right > left:
            covered += right - left
            at = right
    return covered >= _COVERED * (end - start)


def _joined(walls: _Walls, rows: int, columns: int) -> list[list[tuple[int, int]]]:
    """Of every place the first place of its cell."""
    owners = [[(row, column) for column in range(columns)] for row in range(rows)]

    def join(one: tuple[int, int], two: tuple[int, int]) -> None:
        low, high = sorted((owners[one[0]][one[1]], owners[two[0]][two[1]]))
        if low != high:
            for line in owners:
                line[:] = [low if owner == high else owner for owner in line]

    for row in range(rows):
        for column in range(columns):
            if column + 1 < columns and not walls.right_of(row, column):
                join((row, column), (row, column + 1))
            if row + 1 < rows and not walls.below(row, column):
                join((row, column), (row + 1, column))
    return owners


def _between(value: float, levels: Sequence[float]) -> int:
    """The number of the place a value stands in; beyond either end, the outermost."""
    inside = sum(level <= value for level in levels) - 1
    return min(max(inside, 0), len(levels) - 2)


def cell_pieces(runs: Sequence[Run], sides: tuple[float, float]) -> list[Piece]:
    """The lines of a cell as one: a line that fills the cell between its sides goes on in the next one.

    The room beside the text is the same at both sides, or less at the right.
    """
    pieces: list[Piece] = []
    rows = [sorted(row, key=lambda run: run.x0) for row in rows_of(runs)]
    left = min((run.x0 for run in runs), default=0.0)
    for at, row in enumerate(rows):
        if at:
            before, size = rows[at - 1][-1], median(run.size for run in row)
            shown = "".join(piece.shown for piece in pieces)
            after = "".join(piece.shown for piece in pieces_of(row[0]))
            room = max(_ROOM, _first_width(after) + _SPARE) * size + min(max(left - sides[0], 0), size)
            wrapped = before.x1 + room > sides[1] and min(r.x0 for r in rows[at - 1]) < left + _ROOM * size
            glue = separator(shown, after)
            pieces.append(Piece("" if wrapped and glue == " " and not _latin(shown, after) else glue))
        for number, run in enumerate(row):
            own = pieces_of(run)
            if number:
                said = ("".join(piece.shown for piece in some) for some in (pieces, own))
                pieces.append(Piece(separator(*said)))
            pieces += own
    return [piece for piece in pieces if piece.text]


def _first_width(line: str) -> float:
    """The em that the first part of a line takes which no line end may break."""
    first = _UNBROKEN.match(line)
    return sum(0.5 if character < "\u2e80" else 1.0 for character in first[0]) if first else 0.0


def _latin(before: str, after: str) -> bool:
    """Two words of Latin letters: a space parts them."""
    return before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
