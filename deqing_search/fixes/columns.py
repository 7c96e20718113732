"""The lines of a text measured, and the proof that some of them stand in a column of one width.

All lines are judged at once, on arrays. What the lines of a column mean for the paragraphs belongs to `wraps`; by
which rule they were filled, to `filling`.
"""

from __future__ import annotations

from functools import cache, cached_property
from itertools import product
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deqing_search.fixes.codes import PLANE, Flags, Ints, codes_of, places_of, table_of
from deqing_search.shapes import SQUEEZED, lines_of

Floats: TypeAlias = NDArray[np.float64]

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
_FULL = 4  # quarters: what a full-width character takes
_TAB_MORE = 1.5  # columns of a tab beyond what its one character takes
PRINT, COUNT, SCREEN = range(3)  # what a column may have been set by


@cache
def _taken(measure: int) -> NDArray[np.int32]:
    """What each character takes, in quarters of a full-width one: half as much below U+2000."""
    table = np.full(PLANE, _FULL, np.int32)
    table[:0x2000] = _FULL // 2
    if measure == PRINT:
        table[[ord(character) for character in SQUEEZED]] = _FULL * 3 // 4
    return table


class Rows:
    """The lines of a text, measured, each with the white space in front of it.

    >>> rows = Rows("8月，\\n县委开会")
    >>> [rows.sizes(measure).tolist() for measure in (PRINT, COUNT, SCREEN)]
    [[2.25, 4.0], [3.0, 4.0], [2.5, 4.0]]
    """

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self._text, self._codes = text, codes_of(text)
        self.starts = np.fromiter((line.start for line in self.lines), np.int64, len(self.lines))
        self.ends = np.fromiter((line.end for line in self.lines), np.int64, len(self.lines))
        breaks = places_of("\n", text)
        self.numbers = np.searchsorted(breaks, self.starts)  # of the lines, blank ones counted
        self.begins = np.append(0, breaks + 1)[self.numbers]
        self._edges = np.minimum(self.ends, self.begins + LONGEST)
        self._sums: dict[int, NDArray[np.int32]] = {}
        self._sizes: dict[int, Floats] = {}

    def sizes(self, measure: int) -> Floats:
        """What each line takes; of what is far too long for any column, its characters are counted."""
        if measure not in self._sizes:
            short, lengths = self._edges == self.ends, self.ends - self.begins
            self._sizes[measure] = np.where(short, self._between(measure, self.begins, self._edges), lengths)
        return self._sizes[measure]

    def parts(self, measure: int, starts: Ints, ends: Ints) -> Floats:
        """What a part of each line takes."""
        return self._between(measure, np.minimum(starts, self._edges), np.minimum(ends, self._edges))

    def indents(self) -> Floats:
        """What the white space in front of each line takes in print."""
        return self.stretches(PRINT, self.begins, self.starts)

    def stretches(self, measure: int, starts: Ints, ends: Ints) -> Floats:
        """What these stretches of the text take, a tab as two."""
        return self._between(measure, starts, ends) + _TAB_MORE * self._count("\t", starts, ends)

    def have(self, characters: str) -> Flags:
        """Which lines have one of these characters."""
        return self._count(characters, self.begins, self._edges) > 0

    def leave_open(self, opening: str, shutting: str) -> Flags:
        """In which lines the last of these characters is an opening one."""
        places = places_of(opening + shutting, self._text)
        last = np.append(-1, places)[np.searchsorted(places, self.ends)]
        found: Flags = (last >= self.starts) & table_of(opening)[self._codes[last]]
        return found

    def end_in(self, characters: str) -> Flags:
        """Which lines have one of these characters at their end."""
        found: Flags = table_of(characters)[self._codes[self.ends - 1]]
        return found

    def _count(self, characters: str, starts: Ints, ends: Ints) -> Ints:
        """How many of the characters between these places of the text are among these."""
        places = places_of(characters, self._text)
        return np.searchsorted(places, ends) - np.searchsorted(places, starts)

    def _between(self, measure: int, starts: Ints, ends: Ints) -> Floats:
        """What the characters between these places of the text take."""
        if measure == COUNT:
            return (ends - starts).astype(float)
        if measure not in self._sums:
            self._sums[measure] = _sums(_taken(measure).take(self._codes))
        sums = self._sums[measure]
        found: Floats = (sums[ends] - sums[starts]) / _FULL
        return found


class Articles(NamedTuple):
    """Which lines stand together, since nothing reaches over a reporter's byline.

    Of each line, and of the end of the text: the first line behind the last byline, and the next byline or the end.
    """

    first: Ints
    end: Ints

    @classmethod
    def apart(cls, lines: int, bylines: list[int]) -> Articles:
        """The articles that the bylines part.

        >>> articles = Articles.apart(4, [1])
        >>> articles.first.tolist(), articles.end.tolist()
        ([0, 0, 2, 2, 2], [1, 1, 4, 4, 4])
        """
        first, end = np.zeros(lines + 1, np.int64), np.full(lines + 1, lines)
        first[[at + 1 for at in bylines]] = [at + 1 for at in bylines]
        end[bylines] = bylines
        return cls(np.maximum.accumulate(first), np.minimum.accumulate(end[::-1])[::-1])


class Columns(NamedTuple):
    """Of each line the proof that it stands in a wrapped column, or nothing (NaN).

    The width of the column's full lines, of this line, and of the one below.
    """

    full: Floats
    here: Floats
    below: Floats


class _Near(NamedTuple):
    """The lines around each line: the first of them, and the one behind the last."""

    first: Ints
    stop: Ints


def columns_of(rows: Rows, wraps: Flags, articles: Articles) -> Columns:
    """The column around each line, if the lines near it prove one, this line fills it and the next one fits in.

    >>> rows = Rows("会议强调，要坚定信\\n心，在紧约束下实现\\n多目标统筹发展，把\\n" * 4 + "握主动。")
    >>> columns = columns_of(rows, ~rows.end_in("。"), Articles.apart(13, []))
    >>> [widths[3].item() for widths in columns], [widths[12].item() for widths in columns]
    ([8.75, 8.75, 8.75], [nan, nan, nan])
    """
    proof = np.full((3, len(wraps)), np.nan)
    judge = _Judge(rows, wraps, articles)
    for first in range(0, len(wraps), _AT_ONCE):
        judge.prove(np.arange(first, min(first + _AT_ONCE, len(wraps))), proof)
    return Columns(*proof)


class _Judge:
    """Weighs the lines near by as the evidence of a column."""

    def __init__(self, rows: Rows, wraps: Flags, articles: Articles) -> None:
        self._rows, self._wraps, self._articles = rows, wraps, articles
        self._wrapped = _sums(wraps)

    def prove(self, at: Ints, proof: Floats) -> None:
        """Write down the widths of those of the lines that stand in a column."""
        open_ = at[self._has_wrapped(self._near(at, _WIDE_WINDOW))]
        open_ = open_[self._is_prose(self._near(open_, _WIDE_WINDOW))]
        for window, measure in product((_WINDOW, _WIDE_WINDOW), (PRINT, COUNT, SCREEN)):
            here = open_[self._has_wrapped(self._near(open_, window))]
            if not len(here):
                continue
            near, sizes = self._near(here, window), self._rows.sizes(measure)
            full = self._usual(near, sizes)
            below = sizes[np.minimum(here + 1, near.stop - 1)]
            fills = (abs(sizes[here] - full) <= SLACK) & (below <= full + SLACK)
            here, full, below = here[fills], full[fills], below[fills]
            kept = self._keeps_to_width(here, _Near(*(edge[fills] for edge in near)), sizes, full)
            proof[:, here[kept]] = full[kept], sizes[here[kept]], below[kept]
            open_ = np.setdiff1d(open_, here, assume_unique=True)

    def _near(self, at: Ints, window: int) -> _Near:
        """The lines around each line, up to the window's edge or a byline."""
        first = np.maximum(at - window, self._articles.first[at])
        return _Near(first, np.minimum(at + 1 + window, self._articles.end[at + 1]))

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

    @cached_property
    def _prose(self) -> list[NDArray[np.int32]]:
        """How many lines in front of each may be a column's, how many of them have a mark, how many a stop."""
        fits = self._rows.sizes(PRINT) <= WIDEST_COLUMN
        return [_sums(fits & flags) for flags in (fits, self._rows.have(_MARKS), self._rows.have(_STOPS))]


def _places(near: _Near) -> tuple[Ints, Flags]:
    """The lines near by, a row for each line, and which of the row are: the rows have one length."""
    places = near.first[:, None] + np.arange((near.stop - near.first).max(initial=0))
    inside = places < near.stop[:, None]
    return np.where(inside, places, 0), inside


def _sums(numbers: NDArray[np.int32] | Flags) -> NDArray[np.int32]:
    """The sum of all in front of each place."""
    sums = np.zeros(len(numbers) + 1, np.int32)
    np.cumsum(numbers, out=sums[1:])
    return sums
