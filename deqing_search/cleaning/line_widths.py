"""How wide the lines of a text are in each measure, where they are indented, how they begin and end; all at once.

What follows from it belongs to the fixes.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deqing_search.text.characters import PLANE, Flags, Ints, codes_of, places_of, table_of
from deqing_search.text.lines import SQUEEZED, lines_of

Floats: TypeAlias = NDArray[np.float64]

LONGEST = 100  # characters: no column has longer lines
_FULL = 4  # quarters: what a full-width character takes
_TAB_MORE = 1.5  # columns of a tab beyond what its one character takes
PRINT, COUNT, SCREEN = range(3)  # what a column may have been set by


@lru_cache(maxsize=2)
def rows_of(text: str) -> Rows:
    """The rows of a text; one fix after the other asks for them."""
    return Rows(text)


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
        starts, ends, _ = zip(*self.lines, strict=True) if self.lines else ((),) * 3
        self.starts, self.ends = np.array(starts, np.int64), np.array(ends, np.int64)
        breaks = places_of("\n", text)
        self.numbers = np.searchsorted(breaks, self.starts)  # of the lines, blank ones counted
        self.begins = np.append(0, breaks + 1)[self.numbers]
        self._edges = np.minimum(self.ends, self.begins + LONGEST)
        self._sums: dict[int, NDArray[np.int32]] = {}
        self._sizes: dict[int, Floats] = {}
        self._have: dict[str, Flags] = {}

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
        if characters not in self._have:
            self._have[characters] = self._count(characters, self.starts, self.ends) > 0
        return self._have[characters]

    def leave_open(self, opening: str, shutting: str) -> Flags:
        """In which lines the last of these characters is an opening one."""
        places = places_of(opening + shutting, self._text)
        last = np.append(-1, places)[np.searchsorted(places, self.ends)]
        found: Flags = (last >= self.starts) & table_of(opening)[self._codes[last]]
        return found

    def begin_in(self, characters: str) -> Flags:
        """Which lines have one of these characters at their beginning."""
        found: Flags = table_of(characters)[self._codes[self.starts]]
        return found

    def end_in(self, characters: str) -> Flags:
        """Which lines have one of these characters at their end."""
        found: Flags = table_of(characters)[self._codes[self.ends - 1]]
        return found

    def after_run(self, characters: str, at: Ints) -> Ints:
        """The first place from each of these on that has none of these characters; at most the end of the text."""
        others = self._others(characters)
        found: Ints = others[np.searchsorted(others, np.minimum(at, len(self._codes)))]
        return found

    def after_last(self, characters: str, at: Ints) -> Ints:
        """Where the run of these characters that ends in front of each of these places begins."""
        others = self._others(characters)
        found: Ints = np.append(0, others + 1)[np.searchsorted(others, at)]
        return found

    def _others(self, characters: str) -> Ints:
        """The places of the text, and of its end, that have none of these characters."""
        return np.append(np.flatnonzero(~table_of(characters)[self._codes]), len(self._codes))

    def _count(self, characters: str, starts: Ints, ends: Ints) -> Ints:
        """How many of the characters between these places of the text are among these."""
        places = places_of(characters, self._text)
        return np.searchsorted(places, ends) - np.searchsorted(places, starts)

    def _between(self, measure: int, starts: Ints, ends: Ints) -> Floats:
        """What the characters between these places of the text take."""
        if measure == COUNT:
            return (ends - starts).astype(float)
        if measure not in self._sums:
            self._sums[measure] = sums_of(_taken(measure).take(self._codes))
        sums = self._sums[measure]
        found: Floats = (sums[ends] - sums[starts]) / _FULL
        return found


def sums_of(numbers: NDArray[np.int32] | Flags) -> NDArray[np.int32]:
    """The sum of all in front of each place."""
    sums = np.zeros(len(numbers) + 1, np.int32)
    np.cumsum(numbers, out=sums[1:])
    return sums
