"""The compact text of a segment: finds the positions of a literal, and the unit that a position is in.

The compact texts of all passages lie end to end, each followed by an end mark. The posting of a bigram is the sorted
list of its *global positions* in that text. The last character of a passage forms a bigram with the end mark, so the
positions of a single character are those of all bigrams that it starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Array, Arrays, Mask, true
from deqing_search.language.number_edges import continuations
from deqing_search.language.numerals import DIGITS, POINT
from deqing_search.text import characters

END = 0x110000  # one past the last code point: no text can contain it
GRID_BITS = 6  # one grid entry for 64 positions, a third of a passage: one or two steps then reach the passage
CODE_BITS = 21  # any code point, and END
ALONE = (1 << CODE_BITS) - 1  # instead of a second character: any, or none
WINDOW = 1 << 12  # characters that are compared at once: fewer steps, though some are compared in vain

Positions = npt.NDArray[np.integer]
Codes = npt.NDArray[np.intp]


class Units:
    """Units that cover the text of a segment without gaps: its passages, or its sentences."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._start, self._grid = arrays.large(f"{name}.start"), arrays.large(f"{name}.grid")

    def __len__(self) -> int:
        return len(self._start) - 1

    @cached_property
    def start(self) -> Array:
        """The start of each unit, and the end of the text."""
        return self._start.whole

    def at(self, positions: Array) -> npt.NDArray[np.intp]:
        """The unit of each global position.

        The grid gives that unit or one a few before it. Stepping from there costs less than a search for each.
        """
        cells = (positions >> positions.dtype.type(GRID_BITS)).astype(np.intp)
        units: npt.NDArray[np.intp] = self._grid.around(cells).take(cells).astype(np.intp)
        early = true(self.start.take(units + 1) <= positions)
        while len(early):
            units[early] += 1
            early = early[self.start.take(units[early] + 1) <= positions[early]]
        return units


class Text:
    """The characters of a segment, each as its row in the alphabet, and the positions of all bigrams."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays, self._text = arrays, arrays.large("text")
        self._keys, self._at = arrays.large("bigram.keys"), arrays.large("bigram.at")
        self._positions_of_bigrams = arrays.large("bigram.positions")
        self._none = np.empty(0, arrays.large("passage.start").unverified.dtype)

    @cached_property
    def alphabet(self) -> Array:
        """The code points of the segment, ascending; the end mark is the last."""
        return self._arrays["alphabet"]

    def codes(self, literal: str) -> Codes | None:
        """The segment's codes of the characters; None if one of them never occurs in the segment."""
        wanted = characters.encode(literal)
        if not len(wanted) or not len(self.alphabet):
            return None
        rows = self.alphabet.searchsorted(wanted)
        return None if (self.alphabet[rows] != wanted).any() else rows

    def around(self, positions: Positions, before: int = 0, after: int = 0) -> Array:
        """The codes of the whole text, verified around these positions."""
        return self._text.around(positions, before, after)

    def passage(self, start: int, end: int) -> str:
        """The characters from a position to another."""
        return characters.decode(self.alphabet[self._text.part(start, end)])

    def code_points(self, start: int, end: int) -> Array:
        """The code points from a position to another; `END` after each passage."""
        return self.alphabet[self._text.part(start, end)]

    def occurrences(self, literal: str, codes: Codes | None, whole: bool = False) -> Positions:
        """The positions of all occurrences of a literal with these codes, ascending, overlapping ones too.

        With `whole`, occurrences that are part of a longer number are left out.
        """
        found = self._none if codes is None else self._places(codes)
        before, after = continuations(literal) if whole else ("", "")
        if before:  # index -1 wraps around to the last end mark
            found = found[~self._is_one_of(found.astype(np.int64) - 1, before)]
        if after:
            at = found.astype(np.int64) + len(literal)
            if after == DIGITS:  # at least the end mark of the passage follows a point
                at += self._is_one_of(at, POINT)
            found = found[~self._is_one_of(at, after)]
        return found

    def occurrences_of_all(self, literals: Sequence[str]) -> tuple[Codes, Positions]:
        """The row in `literals` and the position of every occurrence; each literal has two characters or more.

        As `occurrences`, for some thousand literals at once: a call for each takes fifteen times as long.
        """
        if not len(self.alphabet):
            return self._none.astype(np.intp), self._none
        rows, codes = self._all_codes(literals)
        lengths = np.array([len(literals[row]) for row in rows.tolist()], np.intp)
        which, place = np.nonzero(np.arange(codes.shape[1] - 1) < lengths[:, None] - 1)
        keys = (codes[which, place] << CODE_BITS | codes[which, place + 1]).astype(np.uint64)
        at = self._keys.search(keys)
        known = self._keys.unverified.take(at, mode="clip") == keys
        ends = self._at.around(at, after=1)
        starts = ends.take(at, mode="clip").astype(np.int64)
        times = np.where(known, ends.take(at + 1, mode="clip").astype(np.int64) - starts, 0)
        order = np.lexsort((times, which))
        rarest = order[np.flatnonzero(np.diff(which, prepend=-1))]  # `which` ascends, so sorting keeps its borders
        owner = np.repeat(np.arange(len(rows)), times[rarest])
        postings = np.arange(len(owner)) + np.repeat(starts[rarest] - _before(times[rarest]), times[rarest])
        found = self._positions_of_bigrams.around(postings)[postings].astype(np.int64) - place[rarest][owner]
        owner, found = owner[found >= 0], found[found >= 0]
        text = self._text.around(found, after=codes.shape[1])
        for i in range(codes.shape[1]):
            same = (text.take(found + i, mode="clip") == codes[owner, i]) | (lengths[owner] <= i)
            owner, found = owner[same], found[same]
        return rows[owner], found

    def _all_codes(self, literals: Sequence[str]) -> tuple[Codes, Codes]:
        """The rows of the literals whose characters all occur in the segment, and their codes, a line for each."""
        lengths = np.array(list(map(len, literals)), np.intp)
        wanted = characters.encode("".join(literals))
        codes = self.alphabet.searchsorted(wanted)
        inside = np.arange(lengths.max(initial=2)) < lengths[:, None]
        lines, known = np.zeros(inside.shape, np.intp), np.ones(inside.shape, np.bool_)
        lines[inside], known[inside] = codes, self.alphabet.take(codes, mode="clip") == wanted
        rows = np.flatnonzero(known.all(axis=1))
        return rows, lines[rows]

    def _is_one_of(self, at: Positions, chars: str) -> Mask:
        """Whether the character at each position is one of `chars`."""
        known = [codes for char in chars if (codes := self.codes(char)) is not None]
        return np.isin(self._text.around(at)[at], np.concatenate(known) if known else ())

    def _places(self, codes: Codes) -> Positions:
        """The positions of a literal: its rarest bigram gives candidates, and the text is compared at each."""
        if len(codes) == 1:
            rows = self._keys.search(np.array([codes[0] << CODE_BITS, codes[0] + 1 << CODE_BITS], np.uint64))
            start, end = self._at.around(rows)[rows].tolist()
            return np.sort(self._positions(start, end))
        keys = (codes[:-1] << CODE_BITS | codes[1:]).astype(np.uint64)
        rows = self._keys.search(keys)
        if (self._keys.unverified.take(rows, mode="clip") != keys).any():
            return self._none
        at = self._at.around(rows, after=1)
        starts = at[rows]
        rarest = int((at[rows + 1] - starts).argmin())
        found = self._positions(int(starts[rarest]), int(at[rows[rarest] + 1]))
        if rarest:
            found = found[int(found.searchsorted(rarest)) :] - found.dtype.type(rarest)
        return found if len(codes) == 2 else self._compared(found, codes, rarest)

    def _compared(self, found: Positions, codes: Codes, known: int) -> Positions:
        """The positions at which the text has these codes. At the row `known` and after it they are known to be there.

        A position cannot run past the text: the end mark of its passage stops it.
        """
        text = self._text.around(found, after=len(codes))
        for i in range(len(codes)):
            if len(found) * len(codes) <= WINDOW:
                window = found.astype(np.intp)[:, None] + np.arange(len(codes))
                same: Mask = (text.take(window, mode="clip") == codes).all(axis=1)
                return found[same]
            if i not in (known, known + 1):
                found = found[text[found + found.dtype.type(i)] == codes[i]]
        return found

    def _positions(self, start: int, end: int) -> Positions:
        positions: Positions = self._positions_of_bigrams.part(start, end)
        return positions


def _before(sizes: Array) -> Array:
    """The sum of the sizes before each."""
    before: Array = np.cumsum(sizes) - sizes
    return before
