"""Finds where the literals of a query occur in a segment: alone, inside one another, near one another.

Defines `Wanted`, the literals and terms of a tree that can occur in a match, and `Occurrences`, their positions. The
literals of NEAR do not overlap: `德清 NEAR/5 德清县` needs the name twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import true
from deqing_search.engine.segment.counts import Rows
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.segment.text import Positions
from deqing_search.query.tree import Literal, Near, Needle, Node, Within, Words, leaves, nodes
from deqing_search.request_deadline import check

T = TypeVar("T", bound=np.integer)


class Wanted(NamedTuple):
    """The literals and terms of a tree that can occur in a match, each once, in the order of the tree."""

    literals: tuple[Needle, ...]
    terms: tuple[str, ...]
    longer: Mapping[Needle, Sequence[tuple[Needle, int]]]  # literal → those that contain it, and at which offset
    restricted: bool  # only some occurrences count: those near another literal, or in a sentence


def wanted_by(node: Node) -> Wanted:
    """The literals and terms under an even number of NOTs."""
    literals: dict[Needle, None] = {}
    terms: dict[str, None] = {}
    for leaf in leaves(node):
        if isinstance(leaf, Literal):
            literals[leaf.needle] = None
        elif isinstance(leaf, Near):
            literals |= {leaf.left.needle: None, leaf.right.needle: None}
        elif isinstance(leaf, Words):
            terms |= dict.fromkeys(leaf.terms)
    needles = tuple(needle for needle in literals if needle.compact)
    return Wanted(needles, tuple(terms), _longer(needles) if len(needles) > 1 else {}, _is_restricted(node))


def _is_restricted(node: Node) -> bool:
    return any(isinstance(one, Near) or (isinstance(one, Within) and one.unit == "sentence") for one in nodes(node))


def _longer(literals: Iterable[Needle]) -> dict[Needle, list[tuple[Needle, int]]]:
    """The literals that contain each literal, and at which offset. A whole literal is inside the same one not whole.

    >>> part, longer = Needle("科技"), Needle("科技创新科技")
    >>> _longer([part, longer, Needle("2%"), Needle("2%", whole=True)]) == {
    ...     part: [(longer, 0), (longer, 4)], Needle("2%", whole=True): [(Needle("2%"), 0)]}
    True
    """
    every = tuple(literals)
    inside = (
        (literal, other, at)
        for literal in every
        for other in every
        if len(literal.compact) < len(other.compact) or (literal.compact == other.compact and literal > other)
        for at in range(len(other.compact) - len(literal.compact) + 1)
        if other.compact.startswith(literal.compact, at)
    )
    found: dict[Needle, list[tuple[Needle, int]]] = {}
    for literal, other, at in inside:
        found.setdefault(literal, []).append((other, at))
    return found


class Occurrences:
    """Finds the positions of literals in a segment, and remembers them."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self._arrays = arrays
        self._found: dict[Needle, Positions] = {}
        self._near: dict[tuple[Needle, Needle, int, str], tuple[Needle, Positions, Needle]] = {}

    def of(self, literal: Needle) -> Positions:
        if literal not in self._found:
            check()
            self._found[literal] = self._arrays.occurrences(*literal)
        return self._found[literal]

    def inside(self, literal: Needle, longer: Iterable[tuple[Needle, int]]) -> Positions:
        """The positions of a literal inside longer ones, ascending."""
        found: Positions = reduce(union, (self.of(other) + self.of(other).dtype.type(at) for other, at in longer))
        if literal.whole:
            found = found[np.isin(found, self.of(literal))]
        return found

    def beside(self, left: Needle, right: Needle, distance: int, unit: str) -> Rows:
        """The units that have both literals at most `distance` characters apart, ascending."""
        _, found, _ = self._rarer_near(left, right, distance, unit)
        return self._arrays.units[unit].at(found)

    def _rarer_near(self, left: Needle, right: Needle, distance: int, unit: str) -> tuple[Needle, Positions, Needle]:
        """The rarer of two literals, its positions with the other within `distance` in the same unit, the other."""
        key = (left, right, distance, unit)
        if key not in self._near:
            check()
            rarer, other = sorted((left, right), key=lambda literal: len(self.of(literal)))
            found = self._close(self.of(rarer), len(rarer.compact), self.of(other), len(other.compact), distance, unit)
            self._near[key] = rarer, found, other
        return self._near[key]

    def both_near(self, left: Needle, right: Needle, distance: int, unit: str) -> Iterator[tuple[str, Positions]]:
        """The positions at which each of two literals has the other at most `distance` away in the same unit."""
        check()
        rarer, found, other = self._rarer_near(left, right, distance, unit)
        others, sizes = self.of(other), (len(rarer.compact), len(other.compact))
        reach = distance + sum(sizes)
        around = others[_in_reach(others, found, reach)]
        yield rarer.compact, found
        yield other.compact, self._close(around, sizes[1], found, sizes[0], distance, unit)

    def _close(self, at: Positions, size: int, others: Positions, other: int, distance: int, unit: str) -> Positions:
        """The positions of a literal of `size` characters with another at most `distance` away in the same unit.

        Each is compared with its nearest neighbour on either side: if that is too far away or in another unit, so are
        all others on that side.
        """
        if not len(at) or not len(others):
            return at[:0]
        # In the type of the positions, although it may wrap around: otherwise numpy converts all of the others.
        ends, latest = at + at.dtype.type(size), at - at.dtype.type(other)
        start = at.astype(np.int64)
        after = others.take(others.searchsorted(ends), mode="clip").astype(np.int64)
        before = others.take(others.searchsorted(latest, side="right") - 1, mode="clip").astype(np.int64)
        gaps = after - start - size, start - before - other
        close = [true((gap >= 0) & (gap <= distance)) for gap in gaps]
        firsts = start[close[0]], before[close[1]]
        lasts = after[close[0]] + other - 1, start[close[1]] + size - 1
        of = self._arrays.units[unit].at
        near = np.zeros(len(at), np.bool_)
        for rows, first, last in zip(close, firsts, lasts, strict=True):
            near[rows[of(first) == of(last)]] = True
        found: Positions = at[near]
        return found


def union(some: Positions, others: Positions) -> Positions:
    """The positions in either of two ascending arrays, ascending, each once."""
    every = np.concatenate([some, others])
    every.sort(kind="stable")  # two runs: union, not sorted anew
    return distinct(every)


def distinct(ascending: npt.NDArray[T]) -> npt.NDArray[T]:
    return ascending[np.diff(ascending, prepend=-1) > 0]


def _in_reach(positions: Positions, of: Positions, reach: int) -> Rows:
    """The rows of ascending positions that lie at most `reach` away from one of the other ascending positions.

    >>> _in_reach(np.array([1, 5, 9, 20]), np.array([6, 7]), 2)
    array([1, 2])
    """
    nearest = of.astype(positions.dtype)  # otherwise numpy converts all positions
    first = positions.searchsorted(nearest - np.minimum(nearest, positions.dtype.type(reach)))
    last = positions.searchsorted(nearest + positions.dtype.type(reach), side="right")
    first[1:] = np.maximum(first[1:], last[:-1])  # each row once
    sizes = last - first
    return np.repeat(last - np.cumsum(sizes), sizes) + np.arange(sizes.sum())
