"""The lines of a text measured, and the proof that some of them stand in a column of one width.

What the lines of a column mean for the paragraphs belongs to `wraps`; by which rule they were filled, to `filling`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate, compress
from typing import NamedTuple

from deqing_search.shapes import Line, Widths, opens_article, width

_SCREEN = Widths(lambda character: 0.5 if character < "\u2000" else 1.0)
LEAST_WRAPPED = 6  # lines that prove a column
WIDE_WINDOW = 30  # where the lines near by are too few or too different, as at the head of a report
_WINDOW = 9  # lines before and behind in which they must stand: a column may change its measure on the way
_STEP = 8  # lines that are judged by the same neighbours
NARROWEST_COLUMN, WIDEST_COLUMN = 8.0, 46.0
LONGEST = 100  # characters: no column has longer lines, and those need not be measured
SLACK = 3.2  # columns by which a full line may differ: the first is indented by two, a justified one squeezed
_REGULAR = 0.75  # share of the lines broken inside a clause that have the width of the column
# Share of lines that go beyond the column, on its better side: a headline may stand at its end, but where such lines
# stand on both sides they are paragraphs that are not wrapped at all.
_MOST_WIDER = 0.1
_LEAST_PAUSED = 0.4  # share of lines with a mark of punctuation
_MARKS, _STOPS = frozenset("，。、；：,;"), frozenset("。；")


def screen(text: str) -> float:
    """Columns on a screen, in full-width characters."""
    return _SCREEN.sum(text)


def _count(text: str) -> float:
    return float(len(text))


Measure = Callable[[str], float]
MEASURES: tuple[Measure, ...] = (width, _count, screen)  # in print, by characters, on a screen


def measured(rows: list[str], measure: Measure) -> list[float]:
    """What each line takes; of what is far too long for any column, its characters are counted."""
    return [measure(row) if len(row) <= LONGEST else float(len(row)) for row in rows]


class Column(NamedTuple):
    """The proof that a line stands in a wrapped column: the width of its full lines, and of two lines in question."""

    full: float
    here: float
    below: float


class Articles:
    """Which lines stand together: nothing reaches over a reporter's byline.

    >>> articles = Articles([Line(0, 0, text) for text in ("县委开会", "| 记者 甲", "会议召开。", "会议指出。")])
    >>> articles.near(2, 2, 5), articles.byline_behind(0), articles.byline_behind(2)
    (range(2, 4), 1, None)
    """

    def __init__(self, lines: list[Line]) -> None:
        bylines = [opens_article(line.text) for line in lines]
        self._first = list(accumulate((at * byline for at, byline in enumerate(bylines, 1)), max, initial=0))
        ends = [at if byline else len(lines) for at, byline in enumerate(bylines)]
        self._end = list(accumulate(reversed(ends), min, initial=len(lines)))[::-1]

    def first(self, at: int) -> int:
        """The line behind the last byline in front of line `at`."""
        return self._first[at]

    def near(self, first: int, last: int, window: int) -> range:
        """The lines around `first` to `last`, up to the window's edge or a byline."""
        return range(max(first - window, self._first[first]), min(last + 1 + window, self._end[last + 1]))

    def byline_behind(self, at: int) -> int | None:
        """The next byline behind line `at`."""
        byline = self._end[at + 1]
        return byline if byline < len(self._end) - 1 else None


class _Stretch(NamedTuple):
    """Neighbouring lines: the width most of them have, and how many go beyond it up to each."""

    start: int
    full: float
    wider: list[int]

    def keeps_to_width(self, first: int, end: int) -> bool:
        """Enough lines, and hardly one goes beyond the column."""
        wider = self.wider[end - self.start] - self.wider[first - self.start]
        return end - first >= LEAST_WRAPPED and wider <= _MOST_WIDER * (end - first)


class _Around(NamedTuple):
    """The lines near by in a narrow window and in a wide one, and whether these are prose."""

    windows: tuple[range, ...]
    running: bool


class Columns:
    """The columns of a text, to be asked line by line.

    >>> rows = ["会议强调，要坚定信", "心，在紧约束下实现", "多目标统筹发展，把"] * 4 + ["握主动。"]
    >>> lines = [Line(0, 0, row) for row in rows]
    >>> columns = Columns(lines, [measured(rows, each) for each in MEASURES], [True] * 12 + [False], Articles(lines))
    >>> columns.proof(3), columns.proof(12)
    (Column(full=8.75, here=8.75, below=8.75), None)
    """

    def __init__(self, lines: list[Line], sizes: list[list[float]], wraps: list[bool], articles: Articles) -> None:
        self._sizes, self._wraps, self._articles = sizes, wraps, articles
        self._around, self._stretch = cache(self._find_around), cache(self._measure_stretch)
        fits = [size <= WIDEST_COLUMN for size in sizes[0]]
        texts = [line.text if fit else "" for fit, line in zip(fits, lines, strict=True)]
        self._fits = _sums(fits)
        self._paused = _sums([not _MARKS.isdisjoint(text) for text in texts])
        self._stopped = _sums([not _STOPS.isdisjoint(text) for text in texts])

    def proof(self, at: int) -> Column | None:
        """The column around line `at`, if the lines near it prove one, this line fills it and the next one fits in."""
        around = self._around(at // _STEP, self._articles.first(at))
        for near in around.windows if around.running else ():
            for measure, sizes in enumerate(self._sizes):
                stretch = self._stretch(near.start, near.stop, measure)
                below = sizes[at + 1] if at + 1 < near.stop else sizes[at]
                if stretch is None or abs(sizes[at] - stretch.full) > SLACK or below > stretch.full + SLACK:
                    continue
                if not (stretch.keeps_to_width(near.start, at + 1) or stretch.keeps_to_width(at, near.stop)):
                    return None
                return Column(stretch.full, sizes[at], below)
        return None

    def _find_around(self, step: int, article: int) -> _Around:
        """The neighbours of the lines of one step, as far as they stand in one article."""
        first = max(step * _STEP, article)
        last = min(step * _STEP + _STEP, self._articles.near(first, first, _STEP).stop) - 1
        windows = tuple(self._articles.near(first, last, window) for window in (_WINDOW, WIDE_WINDOW))
        return _Around(windows, self._is_running(windows[-1]))  # a sentence of a plan may go on for twenty lines

    def _measure_stretch(self, start: int, stop: int, measure: int) -> _Stretch | None:
        """The width the lines broken inside a clause have; None where they are too few or have none in common."""
        sizes = self._sizes[measure][start:stop]
        wrapped = sorted(compress(sizes, self._wraps[start:stop]))
        if len(wrapped) < LEAST_WRAPPED - 1:
            return None
        full = wrapped[int(len(wrapped) * 0.6)]
        regular = bisect_right(wrapped, full + SLACK) - bisect_left(wrapped, full - SLACK)
        if regular < max(_REGULAR * len(wrapped), LEAST_WRAPPED - 1):
            return None
        return _Stretch(start, full, _sums([size > full + SLACK for size in sizes]))

    def _is_running(self, lines: range) -> bool:
        """Punctuated like prose: a list of slogans of one length is not."""
        fits, paused, stopped = (
            each[lines.stop] - each[lines.start] for each in (self._fits, self._paused, self._stopped)
        )
        return stopped > 0 and paused >= _LEAST_PAUSED * fits


def _sums(flags: Iterable[bool]) -> list[int]:
    """How many are true in front of each place."""
    return list(accumulate(flags, initial=0))
