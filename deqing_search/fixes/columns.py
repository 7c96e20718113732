"""The lines of a text measured, and the proof that some of them stand in a column of one width.

All lines are judged at once, on arrays. What the lines of a column mean for the paragraphs belongs to `wraps`; by
which rule they were filled, to `filling`.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, product
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deqing_search.shapes import SQUEEZED, Line, opens_article

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

LEAST_WRAPPED = 6  # lines that prove a column
_LEAST_NEAR = LEAST_WRAPPED - 1  # of them broken inside a clause
_WINDOW = 9  # lines before and behind in which they must stand: a column may change its measure on the way
_WIDE_WINDOW = 30  # where the lines near by are too few or too different, as at the head of a report
_AT_ONCE = 4096  # lines: the memory stays the same for a text of any length
NARROWEST_COLUMN, WIDEST_COLUMN = 8.0, 46.0
LONGEST = 100  # characters: no column has longer lines
SLACK = 3.2  # columns by which a full line may differ: the first is indented by two, a justified one squeezed
_USUAL = 0.6  # share of the lines that are no wider than the usual one: the short ones end paragraphs
_REGULAR = 0.75  # share of the lines broken inside a clause that have the width of the column
# Share of lines that go beyond the column, on its better side: a headline may stand at its end, but where such lines
# stand on both sides they are paragraphs that are not wrapped at all.
_MOST_WIDER = 0.1
_LEAST_PAUSED = 0.4  # share of lines with a mark of punctuation
_MARKS, _STOPS = "，。、；：,;", "。；"
_PLANE = 0x10000
PRINT, COUNT, SCREEN = range(3)  # what a column may have been set by


@cache
def _taken(measure: int) -> Floats:
    """What each character takes, in full-width characters: all as much, or half of it below U+2000."""
    table = np.ones(_PLANE)
    if measure != COUNT:
        table[:0x2000] = 0.5
    if measure == PRINT:
        table[[ord(character) for character in SQUEEZED]] = 0.75
    return table


def _codes(text: str) -> NDArray[np.uint32]:
    """Code points; those beyond the first plane, all wide, as its last one."""
    return np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), _PLANE - 1)


class Rows:
    """The lines of a text, measured.

    >>> rows = Rows(["8月，", "县委开会"])
    >>> [rows.sizes(measure).tolist() for measure in (PRINT, COUNT, SCREEN)]
    [[2.25, 4.0], [3.0, 4.0], [2.5, 4.0]]
    """

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self._codes = _codes("".join([row[:LONGEST] for row in rows]))
        self._lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        self._ends = np.minimum(self._lengths, LONGEST).cumsum()
        self._starts = np.concatenate([[0], self._ends[:-1]])
        self._sums: dict[int, Floats] = {}
        self._sizes: dict[int, Floats] = {}

    def sizes(self, measure: int) -> Floats:
        """What each line takes; of what is far too long for any column, its characters are counted."""
        if measure not in self._sizes:
            sums = self._sums_of(measure)
            short = self._lengths <= LONGEST
            self._sizes[measure] = np.where(short, sums[self._ends] - sums[self._starts], self._lengths)
        return self._sizes[measure]

    def parts(self, measure: int, at: Ints, spans: list[tuple[int, int]]) -> Floats:
        """What a part of each of these lines takes."""
        sums = self._sums_of(measure)
        first, last = np.minimum(self._starts[at] + np.array(spans, dtype=np.int64).reshape(-1, 2).T, self._ends[at])
        found: Floats = sums[last] - sums[first]
        return found

    def have(self, characters: str) -> Flags:
        """Which lines have one of these characters."""
        wanted = np.isin(self._codes, [ord(character) for character in characters])
        sums = _sums(wanted)
        found: Flags = sums[self._ends] > sums[self._starts]
        return found

    def _sums_of(self, measure: int) -> Floats:
        """What all characters in front of each one take."""
        if measure not in self._sums:
            self._sums[measure] = np.concatenate([[0.0], _taken(measure)[self._codes].cumsum()])
        return self._sums[measure]


class Column(NamedTuple):
    """The proof that a line stands in a wrapped column: the width of its full lines, and of two lines in question."""

    full: float
    here: float
    below: float


class Articles:
    """Which lines stand together: nothing reaches over a reporter's byline.

    >>> articles = Articles([Line(0, 0, text) for text in ("县委开会", "| 记者 甲", "会议召开。", "会议指出。")])
    >>> articles.byline_behind(0), articles.byline_behind(2)
    (1, None)
    """

    def __init__(self, lines: list[Line]) -> None:
        bylines = [opens_article(line.text) for line in lines]
        self.first = list(accumulate((at * byline for at, byline in enumerate(bylines, 1)), max, initial=0))
        ends = [at if byline else len(lines) for at, byline in enumerate(bylines)]
        self.end = list(accumulate(reversed(ends), min, initial=len(lines)))[::-1]

    def byline_behind(self, at: int) -> int | None:
        """The next byline behind line `at`."""
        byline = self.end[at + 1]
        return byline if byline < len(self.end) - 1 else None


class _Near(NamedTuple):
    """The lines around each line: the first of them, and the one behind the last."""

    first: Ints
    stop: Ints


def columns_of(rows: Rows, wraps: list[bool], articles: Articles) -> list[Column | None]:
    """The column around each line, if the lines near it prove one, this line fills it and the next one fits in.

    >>> rows = ["会议强调，要坚定信", "心，在紧约束下实现", "多目标统筹发展，把"] * 4 + ["握主动。"]
    >>> lines = [Line(0, 0, row) for row in rows]
    >>> columns = columns_of(Rows(rows), [True] * 12 + [False], Articles(lines))
    >>> columns[3], columns[12]
    (Column(full=8.75, here=8.75, below=8.75), None)
    """
    found: list[Column | None] = [None] * len(wraps)
    judge = _Judge(rows, np.array(wraps, dtype=bool), articles)
    for first in range(0, len(wraps), _AT_ONCE):
        at, *proof = judge.columns(np.arange(first, min(first + _AT_ONCE, len(wraps))))
        for line, *widths in zip(at.tolist(), *(each.tolist() for each in proof), strict=True):
            found[line] = Column(*widths)
    return found


class _Judge:
    """Weighs the lines near by as the evidence of a column."""

    def __init__(self, rows: Rows, wraps: Flags, articles: Articles) -> None:
        self._rows, self._wraps = rows, wraps
        self._wrapped = _sums(wraps)
        self._first, self._end = np.array(articles.first), np.array(articles.end)
        fits = rows.sizes(PRINT) <= WIDEST_COLUMN
        self._prose = [_sums(fits & flags) for flags in (fits, rows.have(_MARKS), rows.have(_STOPS))]

    def columns(self, at: Ints) -> tuple[Ints, Floats, Floats, Floats]:
        """Those of the lines that stand in a column, with its width, theirs and that of the lines below."""
        open_ = at[self._is_prose(self._near(at, _WIDE_WINDOW))]
        found, proof = [at[:0]], [np.zeros((3, 0))]
        for window, measure in product((_WINDOW, _WIDE_WINDOW), (PRINT, COUNT, SCREEN)):
            here, sizes = open_[self._has_wrapped(self._near(open_, window))], self._rows.sizes(measure)
            near = self._near(here, window)
            full = self._usual(near, sizes)
            below = sizes[np.minimum(here + 1, near.stop - 1)]
            fills = (abs(sizes[here] - full) <= SLACK) & (below <= full + SLACK)
            here, full, below = here[fills], full[fills], below[fills]
            kept = self._keeps_to_width(here, _Near(*(edge[fills] for edge in near)), sizes, full)
            found.append(here[kept])
            proof.append(np.array([full, sizes[here], below])[:, kept])
            open_ = np.setdiff1d(open_, here, assume_unique=True)
        return np.concatenate(found), *np.concatenate(proof, axis=1)

    def _near(self, at: Ints, window: int) -> _Near:
        """The lines around each line, up to the window's edge or a byline."""
        first = np.maximum(at - window, self._first[at])
        return _Near(first, np.minimum(at + 1 + window, self._end[at + 1]))

    def _has_wrapped(self, near: _Near) -> Flags:
        """Enough lines near by are broken inside a clause to prove a column."""
        found: Flags = self._wrapped[near.stop] - self._wrapped[near.first] >= _LEAST_NEAR
        return found

    def _usual(self, near: _Near, sizes: Floats) -> Floats:
        """The width the lines broken inside a clause have; infinite where they have none in common."""
        places, inside = _places(near)
        ordered = np.sort(np.where(inside & self._wraps[places], sizes[places], np.inf), axis=1)
        number = self._wrapped[near.stop] - self._wrapped[near.first]
        usual = ordered[np.arange(len(number)), (number * _USUAL).astype(int)]
        regular = (abs(ordered - usual[:, None]) <= SLACK).sum(axis=1)
        return np.where(regular >= np.maximum(_REGULAR * number, _LEAST_NEAR), usual, np.inf)

    def _keeps_to_width(self, at: Ints, near: _Near, sizes: Floats, full: Floats) -> Flags:
        """On one side of the line are enough lines, and hardly one goes beyond the column."""
        places, inside = _places(near)
        wider = inside & (sizes[places] > full[:, None] + SLACK)
        before = (wider & (places <= at[:, None])).sum(axis=1)
        behind = (wider & (places >= at[:, None])).sum(axis=1)
        above, below = at - near.first + 1, near.stop - at
        kept_above = (above >= LEAST_WRAPPED) & (before <= _MOST_WIDER * above)
        kept: Flags = kept_above | (below >= LEAST_WRAPPED) & (behind <= _MOST_WIDER * below)
        return kept

    def _is_prose(self, near: _Near) -> Flags:
        """Punctuated like prose: a list of slogans of one length is not; a sentence may go on for twenty lines."""
        fits, paused, stopped = (sums[near.stop] - sums[near.first] for sums in self._prose)
        found: Flags = (stopped > 0) & (paused >= _LEAST_PAUSED * fits)
        return found


def _places(near: _Near) -> tuple[Ints, Flags]:
    """The lines near by, a row for each line, and which of the row are: the rows have one length."""
    places = near.first[:, None] + np.arange((near.stop - near.first).max(initial=0))
    inside = places < near.stop[:, None]
    return np.where(inside, places, 0), inside


def _sums(flags: Flags) -> Ints:
    """How many are true in front of each place."""
    return np.concatenate([[0], flags.cumsum()])
