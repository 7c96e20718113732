"""Where the literals of a query stand in a segment: inside one another, and near one another.

Defines what a tree asks for (`Asked`) and its `Places`. The literals of NEAR do not overlap: `德清 NEAR/5 德清县` wants
the place twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import true
from deqing_search.engine.segment.counts import Rows
from deqing_search.engine.segment.reader import Positions, SegmentArrays
from deqing_search.query.tree import And, Literal, Near, Needle, Node, Not, Or, Within, Words, leaves

T = TypeVar("T", bound=np.integer)


class Asked(NamedTuple):
    """What a tree asks for positively, each once, in the order of the tree."""

    literals: tuple[Needle, ...]
    terms: tuple[str, ...]
    longer: Mapping[Needle, Sequence[tuple[Needle, int]]]  # literal → those it lies in, and where; others are left out
    narrow: bool  # not every occurrence in a match counts: one is wanted near another, or in a sentence


def asked(node: Node) -> Asked:
    """The literals and terms under an even number of NOTs: those that can occur in a match."""
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
    return Asked(needles, tuple(terms), _longer(needles) if len(needles) > 1 else {}, _is_narrow(node))


def _is_narrow(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return any(map(_is_narrow, children))
        case Not(child):
            return _is_narrow(child)
        case Within(unit, child):
            return unit == "sentence" or _is_narrow(child)
    return isinstance(node, Near)


def _longer(literals: Iterable[Needle]) -> dict[Needle, list[tuple[Needle, int]]]:
    """For each literal that lies in others, those, and where. A whole one lies in the same characters that are not.

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


class Places:
    """Where literals stand in a segment, found once each."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self._arrays = arrays
        self._found: dict[Needle, Positions] = {}
        self._near: dict[tuple[Needle, Needle, int, str], tuple[Needle, Positions, Needle]] = {}

    def of(self, literal: Needle) -> Positions:
        if literal not in self._found:
            self._found[literal] = self._arrays.occurrences(*literal)
        return self._found[literal]

    def inside(self, literal: Needle, longer: Iterable[tuple[Needle, int]]) -> Positions:
        """The occurrences of a literal that lie in longer ones, ascending."""
        found: Positions = reduce(merged, (self.of(other) + self.of(other).dtype.type(at) for other, at in longer))
        if literal.whole:
            found = found[np.isin(found, self.of(literal))]
        return found

    def beside(self, left: Needle, right: Needle, distance: int, unit: str) -> Rows:
        """The units with `left` and `right` at most `distance` apart, ascending."""
        _, found, _ = self._rarer_near(left, right, distance, unit)
        return self._arrays.units[unit].at(found)

    def _rarer_near(self, left: Needle, right: Needle, distance: int, unit: str) -> tuple[Needle, Positions, Needle]:
        """The rarer of two literals, where it has the other at most `distance` away in the same unit, and the other."""
        key = (left, right, distance, unit)
        if key not in self._near:
            rarer, other = sorted((left, right), key=lambda literal: len(self.of(literal)))
            found = self._close(self.of(rarer), len(rarer.compact), self.of(other), len(other.compact), distance, unit)
            self._near[key] = rarer, found, other
        return self._near[key]

    def both_near(self, left: Needle, right: Needle, distance: int, unit: str) -> Iterator[tuple[str, Positions]]:
        """Where each of two literals has the other at most `distance` away in the same unit."""
        rarer, found, other = self._rarer_near(left, right, distance, unit)
        others, sizes = self.of(other), (len(rarer.compact), len(other.compact))
        reach = distance + sum(sizes)
        around = others[_in_reach(others, found, reach)]
        yield rarer.compact, found
        yield other.compact, self._close(around, sizes[1], found, sizes[0], distance, unit)

    def _close(self, at: Positions, size: int, others: Positions, other: int, distance: int, unit: str) -> Positions:
        """Of the positions of one literal those with another at most `distance` away in the same unit.

        Each is tried with its nearest neighbour on either side: when that lies too far or in another unit, so do all
        behind it.
        """
        if not len(at) or not len(others):
            return at[:0]
        # In the type of the positions, which may wrap around: else every one of the others would be converted.
        ends, latest = at + at.dtype.type(size), at - at.dtype.type(other)
        start = at.astype(np.int64)
        behind = others.take(others.searchsorted(ends), mode="clip").astype(np.int64)
        before = others.take(others.searchsorted(latest, side="right") - 1, mode="clip").astype(np.int64)
        gaps = behind - start - size, start - before - other
        close = [true((gap >= 0) & (gap <= distance)) for gap in gaps]
        firsts = start[close[0]], before[close[1]]
        lasts = behind[close[0]] + other - 1, start[close[1]] + size - 1
        of = self._arrays.units[unit].at
        near = np.zeros(len(at), np.bool_)
        for rows, first, last in zip(close, firsts, lasts, strict=True):
            near[rows[of(first) == of(last)]] = True
        found: Positions = at[near]
        return found


def merged(some: Positions, others: Positions) -> Positions:
    """The positions of both, ascending, each once."""
    every = np.concatenate([some, others])
    every.sort(kind="stable")  # two runs: merged, not sorted anew
    return each_once(every)


def each_once(ascending: npt.NDArray[T]) -> npt.NDArray[T]:
    return ascending[np.diff(ascending, prepend=-1) > 0]


def _in_reach(positions: Positions, of: Positions, reach: int) -> Rows:
    """The rows of the ascending positions that lie at most `reach` away from one of the others, which ascend, too.

    >>> _in_reach(np.array([1, 5, 9, 20]), np.array([6, 7]), 2)
    array([1, 2])
    """
    nearest = of.astype(positions.dtype)  # else every one of the positions would be converted
    first = positions.searchsorted(nearest - np.minimum(nearest, positions.dtype.type(reach)))
    last = positions.searchsorted(nearest + positions.dtype.type(reach), side="right")
    first[1:] = np.maximum(first[1:], last[:-1])  # each row once
    sizes = last - first
    return np.repeat(last - np.cumsum(sizes), sizes) + np.arange(sizes.sum())
