"""The matching passages of a segment, and the sums of what adds to the score of each.

`matching` decides which passages match, `ranking` what adds to their scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, reduce
from typing import TypeAlias

import numpy as np

from deqing_search.engine.segment.array_file import Mask, true
from deqing_search.engine.segment.counts import SEARCH, Gains, Rows, common, few
from deqing_search.query.tree import Needle, Node

ALL = slice(None)
Alignment: TypeAlias = dict[Needle, Rows | slice]  # of literals that some passages all hold, their rows in `Counts`


class Matches:
    """The matching passages of a segment, ascending."""

    def __init__(self, passages: Rows, of: int, at: Alignment | None = None) -> None:
        """`of`: how many passages the segment has."""
        self.passages, self.of, self.at = passages, of, at or {}

    def take(self, rows: Rows) -> Matches:
        """The matches in these rows."""
        at: Alignment = {name: rows if isinstance(old, slice) else old[rows] for name, old in self.at.items()}
        return Matches(self.passages[rows], self.of, at)

    def where(self, holds: Callable[[Node, Rows], Mask], conditions: Iterable[Node]) -> Matches:
        """The matches that meet every condition; `holds` tells it for one condition and some passages."""
        found = self
        for condition in conditions:
            found = found.take(true(holds(condition, found.passages)))
        return found

    @cached_property
    def mask(self) -> Mask:
        """For each passage of the segment, whether it matches."""
        mask: Mask = np.zeros(self.of, np.bool_)
        mask[self.passages] = True
        return mask


class Sums:
    """The score of each match of a segment, summed from gains of passages.

    A binary search costs as much as reading `search` passages; the sums do not depend on it.
    """

    def __init__(self, matches: Matches, *, search: int = SEARCH) -> None:
        self.matches = matches
        self._search = search
        self._whole: Gains | None = None  # added to every match; may be shared, so it is never changed in place
        self._some: Gains | None = None  # for each match, the sum of what was added to few
        self._dense: Gains | None = None  # for each passage of the segment, the sum of what was added to many

    def add_literal(self, literal: Needle, passages: Rows, gains: Gains) -> None:
        """Add a gain to each match with a literal."""
        at = self.matches.at.get(literal)
        if at is None:
            self.add(passages, gains)
        else:
            self._add_whole(gains[at])

    def add(self, passages: Rows, gains: Gains) -> None:
        """Add a gain to each of the ascending passages that match."""
        if passages is self.matches.passages:
            self._add_whole(gains)
        elif few(passages, self.matches.passages, search=self._search):
            if self._some is None:
                self._some = np.zeros(len(self.matches.passages))
            rows, at = common(self.matches.passages, passages, self.matches.of)
            self._some[rows] += gains[at]
        else:
            if self._dense is None:
                self._dense = np.zeros(self.matches.of)
            np.add.at(self._dense, passages, gains)  # a third of the time of +=, which gathers, adds and puts back

    def _add_whole(self, gains: Gains) -> None:
        self._whole = gains if self._whole is None else self._whole + gains

    def scale(self, factors: Gains) -> None:
        """Multiply what was added so far, match by match."""
        self._whole, self._some, self._dense = self.total() * factors, None, None

    def total(self) -> Gains:
        """The sum of each match; not to be changed."""
        dense = None if self._dense is None else self._dense[self.matches.passages]
        added = [gains for gains in (self._whole, self._some, dense) if gains is not None]
        return reduce(np.add, added) if added else np.zeros(len(self.matches.passages))
