"""The proof that lines stand in a wrapped column: enough lines near them break inside a clause at one width.

All lines are judged at once, on arrays. How the lines of a proven column were filled belongs to `column_filling`.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deqing_search.cleaning.line_widths import COUNT, PRINT, SCREEN, Floats, Rows, sums_of
from deqing_search.text.characters import Flags, Ints

LEAST_WRAPPED = 6  # lines that prove a column
_LEAST_NEAR = LEAST_WRAPPED - 1  # of them broken inside a clause
_WINDOW = 9  # lines before and after in which they must stand: a column may change its measure on the way
_WIDE_WINDOW = 30  # where the lines near by are too few or too different, as at the head of a report
_AT_ONCE = 4096  # lines: the memory stays the same for a text of any length
NARROWEST_COLUMN, WIDEST_COLUMN = 8.0, 46.0
SLACK = 3.2  # columns by which a full line may differ: the first is indented by two, a justified one squeezed
_USUAL = 0.6  # share of the lines that are no wider than the usual one: the short ones end paragraphs
_REGULAR = 0.75  # share of the lines broken inside a clause that have the width of the column
# Share of lines that go beyond the column, on its better side: a headline may stand at its end, but where such lines
# stand on both sides they are paragraphs that are not wrapped at all.
_MOST_WIDER = 0.1
_LEAST_PAUSED = 0.4  # share of lines with a mark of punctuation
_MARKS, _STOPS = "，。、；：,;", "。；"


class Articles(NamedTuple):
    """Which lines stand together, since nothing reaches over a reporter's byline.

    Of each line, and of the end of the text: the first line after the last byline, and the next byline or the end.
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
    """The lines around each line: the first of them, and the one after the last."""

    first: Ints
    stop: Ints


def may_have_columns(rows: Rows) -> bool:
    """Some line is no wider than a column and has a stop: without one nothing here is taken for prose."""
    return bool(((rows.sizes(PRINT) <= WIDEST_COLUMN) & rows.have(_STOPS)).any())


def columns_of(rows: Rows, wraps: Flags, articles: Articles, asked: Ints) -> Columns:
    """The columns around the lines that are asked for.

    There is one if the lines near by prove it, the line fills it and the next one fits in.

    >>> rows = Rows("会议强调，要坚定信\\n心，在紧约束下实现\\n多目标统筹发展，把\\n" * 4 + "握主动。")
    >>> columns = columns_of(rows, ~rows.end_in("。"), Articles.apart(13, []), np.arange(13))
    >>> [widths[3].item() for widths in columns], [widths[12].item() for widths in columns]
    ([8.75, 8.75, 8.75], [nan, nan, nan])
    """
    proof = np.full((3, len(wraps)), np.nan)
    judge = _Judge(rows, wraps, articles)
    for first in range(0, len(asked), _AT_ONCE):
        judge.prove(asked[first : first + _AT_ONCE], proof)
    return Columns(*proof)


class _Judge:
    """Weighs the lines near by as the evidence of a column."""

    def __init__(self, rows: Rows, wraps: Flags, articles: Articles) -> None:
        self._rows, self._wraps, self._articles = rows, wraps, articles
        self._wrapped = sums_of(wraps)

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
        return [sums_of(fits & flags) for flags in (fits, self._rows.have(_MARKS), self._rows.have(_STOPS))]


def _places(near: _Near) -> tuple[Ints, Flags]:
    """The lines near by, a row for each line, and which of the row are: the rows have one length."""
    places = near.first[:, None] + np.arange((near.stop - near.first).max(initial=0))
    inside = places < near.stop[:, None]
    return np.where(inside, places, 0), inside
