"""Which passages of one segment match a query tree: pure numpy on its arrays.

Defines `SegmentSearch`, `Matches`, their `Sums`, and `asked`. What stands in the arrays is `segment`'s; several
segments, scores and facets are `postings`'.

Decided here, where the query language leaves it open:

- A literal lies in a sentence only as a whole. Words have no positions: for them a sentence is its passage.
- The literals of NEAR do not overlap: `德清 NEAR/5 德清县` wants the place twice.
- 同文 gives the passages holding any positive literal or word of its child; when it has none, all passages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from typing import Literal as OneOf
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Array, Ints, Mask
from deqing_search.engine.counting import SEARCH, Counts, Gains, Rows, among, common, few
from deqing_search.engine.segment import Positions, SegmentArrays
from deqing_search.quantities import EDGE, width
from deqing_search.query import And, Filter, Literal, Near, Node, Not, Or, Within, Words, leaves, literals

Unit: TypeAlias = OneOf["sentence", "passage", "report"]
T = TypeVar("T", bound=np.integer)
_ALL = slice(None)
Alignment: TypeAlias = dict[str, Rows | slice]  # of literals that some passages all hold, their rows in `Counts`
_FINENESS: Mapping[Unit, int] = {"sentence": 0, "passage": 1, "report": 2}


class Asked(NamedTuple):
    """What a tree asks for positively, each once, in the order of the tree."""

    literals: tuple[str, ...]
    terms: tuple[str, ...]


def asked(node: Node) -> Asked:
    """The literals and terms under an even number of NOTs: those that can occur in a match."""
    terms = (term for leaf in leaves(node) if isinstance(leaf, Words) for term in leaf.terms)
    found = (literal.compact for literal in literals(node) if literal.compact)
    return Asked(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(terms)))


class SegmentSearch:
    """One request on one segment: finds, and remembers what it found."""

    def __init__(self, arrays: SegmentArrays, live: Mask | None) -> None:
        self.arrays = arrays
        self._live = live  # None: nothing is deleted
        self._occurrences: dict[str, Positions] = {}
        self._counts: dict[str, Counts] = {}
        self._near: dict[tuple[str, str, int, Unit], tuple[str, Positions, str]] = {}

    def matches(self, where: Node) -> Matches:
        """The passages that match and are not deleted."""
        found = self._found(where)
        return found if self._live is None else found.kept(np.flatnonzero(self._live[found.passages]))

    def _found(self, where: Node) -> Matches:
        """The passages that match: where a literal leads to them, those it leads to are looked at, else all."""
        match where:
            case Literal() if where.compact:
                return Matches(self.counts(where.compact).passages, self.arrays.passages, {where.compact: _ALL})
            case And(children) if led := [child for child in children if isinstance(child, Literal) and child.compact]:
                return self._in_all(led).narrowed(self._kept, [child for child in children if child not in led])
            case Near(left, right, distance) if left.compact and right.compact:
                units = self._beside(left.compact, right.compact, distance, "passage")
                return Matches(_each_once(units), self.arrays.passages)
        return Matches(np.flatnonzero(self._holds(where, "passage")), self.arrays.passages)

    def _in_all(self, literals: Iterable[Literal]) -> Matches:
        """The passages that hold every literal, from the rarest to the most frequent."""
        counts = {literal.compact: self.counts(literal.compact).passages for literal in literals}
        names = sorted(counts, key=lambda name: len(counts[name]))
        found = Matches(counts[names[0]], self.arrays.passages, {names[0]: _ALL})
        for name in names[1:]:
            rows, at = common(found.passages, counts[name], self.arrays.passages)
            found = found.kept(rows)
            found.at[name] = at
        return found

    def _kept(self, node: Node, passages: Rows) -> Mask:
        """For each of these passages, whether `node` holds in it."""
        match node:
            case Literal() if node.compact:
                return among(passages, self.counts(node.compact).passages, self.arrays.passages)
            case Not(child):
                return ~self._kept(child, passages)
            case And(children) if children:
                return reduce(np.logical_and, (self._kept(child, passages) for child in children))
            case Or(children) if children:
                return reduce(np.logical_or, (self._kept(child, passages) for child in children))
            case Filter() if node.field not in ("value", "section"):
                return self._reports(node)[self.arrays.report_of[passages]]
        return self._holds(node, "passage")[passages]

    def counts(self, literal: str) -> Counts:
        """The passages that hold a compact literal, and how often each does."""
        if literal not in self._counts:
            self._counts[literal] = self.arrays.literal_counts(literal)
        return self._counts[literal]

    def occurring(self, matches: Matches, where: Node) -> Iterator[tuple[Rows, Ints]]:
        """Of each positive literal the matches that hold it, and how often.

        What lies inside a longer one of them is counted with that alone, and of NEAR only what is near.
        """
        literals = asked(where).literals
        if _nested(literals) or any(isinstance(leaf, Near) for leaf in leaves(where)):
            for counts in self._apart(where):
                held = matches.mask[counts.passages]
                yield counts.passages[held], counts.times[held]
        else:
            for literal in literals:
                counts, at = self.counts(literal), matches.at.get(literal)
                which = matches.mask[counts.passages] if at is None else at
                yield counts.passages[which], counts.times[which]

    def _apart(self, where: Node) -> Iterator[Counts]:
        """Each literal counted where no longer one holds it."""
        places = self._places(where)
        for literal, at in places.items():
            inside = [places[other] + offset for other in places for offset in _offsets(literal, other)]
            outside = at[np.isin(at, np.concatenate(inside), invert=True)] if inside else at
            yield self.arrays.counted(outside, width(literal))

    def _places(self, where: Node) -> dict[str, Positions]:
        """Where each positive literal stands; of NEAR, where it is near the other."""
        places: dict[str, Positions] = {}
        for leaf in leaves(where):
            match leaf:
                case Near(left, right, distance) if left.compact and right.compact:
                    found = self._both_near(left.compact, right.compact, distance)
                case Near(left, right):
                    found = {name: self._positions(name) for name in (left.compact, right.compact) if name}
                case Literal() if leaf.compact:
                    found = {leaf.compact: self._positions(leaf.compact)}
                case _:
                    found = {}
            for literal, at in found.items():
                places[literal] = _merged(places[literal], at) if literal in places else at
        return places

    def _positions(self, literal: str) -> Positions:
        if literal not in self._occurrences:
            self._occurrences[literal] = self.arrays.occurrences(literal)
        return self._occurrences[literal]

    def _holds(self, node: Node, unit: Unit) -> Mask:
        """For each unit of the segment, whether `node` holds in it."""
        match node:
            case Literal():
                return self._holds_literal(node.compact, unit)
            case Words(terms, _, core):
                mask = self._most_terms(core) if core else self._any_term(terms)
                return self._lifted(mask, "passage", unit)
            case And(children):
                masks = [self._holds(child, unit) for child in children]
                return reduce(np.logical_and, masks) if masks else ~self._nothing(unit)
            case Or(children):
                masks = [self._holds(child, unit) for child in children]
                return reduce(np.logical_or, masks) if masks else self._nothing(unit)
            case Not(child):
                return ~self._holds(child, unit)
            case Near(left, right, distance):
                return self._holds_near(left.compact, right.compact, distance, unit)
            case Within():
                return self._holds_within(node, unit)
            case Filter():
                return self._passes(node, unit)

    def _nothing(self, unit: Unit) -> Mask:
        return np.zeros(self.arrays.reports if unit == "report" else len(self.arrays.units[unit]), np.bool_)

    def _marked(self, at: Array, unit: Unit) -> Mask:
        mask = self._nothing(unit)
        mask[at] = True
        return mask

    def _holds_literal(self, literal: str, unit: Unit) -> Mask:
        if not literal:  # the empty string is in every text
            return ~self._nothing(unit)
        if unit == "sentence":
            found = self._positions(literal)
            first = self.arrays.units[unit].at(found)
            last = self.arrays.units[unit].at(found + found.dtype.type(width(literal) - 1))
            return self._marked(first[first == last], unit)
        return self._lifted(self._marked(self.counts(literal).passages, "passage"), "passage", unit)

    def _any_term(self, terms: Sequence[str]) -> Mask:
        mask = self._nothing("passage")
        for term in terms:
            mask[self.arrays.term_counts(term).passages] = True
        return mask

    def _most_terms(self, terms: Sequence[str]) -> Mask:
        """The passages with the terms that make up more than half of the characters of all."""
        held = np.zeros(self.arrays.passages, np.int64)
        for term in terms:
            held[self.arrays.term_counts(term).passages] += len(term)
        mask: Mask = 2 * held > sum(map(len, terms))
        return mask

    def _holds_near(self, left: str, right: str, distance: int, unit: Unit) -> Mask:
        """Units with `left` and `right` in one passage (or sentence), at most `distance` characters between them."""
        if not left or not right:
            return self._holds_literal(left or right, unit)
        narrow: Unit = "sentence" if unit == "sentence" else "passage"
        return self._lifted(self._marked(self._beside(left, right, distance, narrow), narrow), narrow, unit)

    def _beside(self, left: str, right: str, distance: int, unit: Unit) -> Rows:
        """The units with `left` and `right` at most `distance` apart, ascending."""
        _, found, _ = self._rarer_near(left, right, distance, unit)
        return self.arrays.units[unit].at(found)

    def _rarer_near(self, left: str, right: str, distance: int, unit: Unit) -> tuple[str, Positions, str]:
        """The rarer of two literals, where it has the other at most `distance` away in the same unit, and the other."""
        key = (left, right, distance, unit)
        if key not in self._near:
            rarer, other = sorted((left, right), key=lambda literal: len(self._positions(literal)))
            found = self._close(self._positions(rarer), rarer, self._positions(other), other, distance, unit)
            self._near[key] = rarer, found, other
        return self._near[key]

    def _both_near(self, left: str, right: str, distance: int) -> dict[str, Positions]:
        """Where each of two literals has the other at most `distance` away in the same passage."""
        rarer, found, other = self._rarer_near(left, right, distance, "passage")
        others, reach = self._positions(other), distance + width(rarer) + width(other)
        around = others[_in_reach(others, found, reach)]
        return {rarer: found, other: self._close(around, other, found, rarer, distance, "passage")}

    def _close(
        self, at: Positions, literal: str, others: Positions, other: str, distance: int, unit: Unit
    ) -> Positions:
        """Of the positions of one literal those with another at most `distance` away in the same unit.

        Each is tried with its nearest neighbour on either side: when that lies too far or in another unit, so do all
        behind it.
        """
        if not len(at) or not len(others):
            return at[:0]
        # In the type of the positions, which may wrap around: else every one of the others would be converted.
        ends, latest = at + at.dtype.type(width(literal)), at - at.dtype.type(width(other))
        start = at.astype(np.int64)
        behind = others.take(others.searchsorted(ends), mode="clip").astype(np.int64)
        before = others.take(others.searchsorted(latest, side="right") - 1, mode="clip").astype(np.int64)
        gaps = behind - start - width(literal), start - before - width(other)
        close = [np.flatnonzero((gap >= 0) & (gap <= distance)) for gap in gaps]
        firsts = start[close[0]], before[close[1]]
        lasts = behind[close[0]] + width(other) - 1, start[close[1]] + width(literal) - 1
        of = self.arrays.units[unit].at
        near = np.zeros(len(at), np.bool_)
        for rows, first, last in zip(close, firsts, lasts, strict=True):
            near[rows[of(first) == of(last)]] = True
        found: Positions = at[near]
        return found

    def _holds_within(self, node: Within, unit: Unit) -> Mask:
        mask = self._holds(node.child, node.unit)
        if node.unit != "report":
            return self._lifted(mask, node.unit, unit)
        mask = mask[self.arrays.report_of]
        wanted = asked(node.child)
        if any(wanted):
            holding = self._any_term(wanted.terms)
            for literal in wanted.literals:
                holding[self.counts(literal).passages] = True
            mask &= holding
        return self._lifted(mask, "passage", unit)

    def _passes(self, condition: Filter, unit: Unit) -> Mask:
        if condition.field == "value":
            return self._holds_value(condition, unit)
        if condition.field == "section":
            return self._lifted(self.arrays.under(condition.value), "passage", unit)
        return self._lifted(self._reports(condition), "report", unit)

    def _reports(self, condition: Filter) -> Mask:
        """For each report, whether it passes."""
        arrays, field, value = self.arrays, condition.field, condition.value
        if field == "year":
            mask: Mask = arrays.year != 0  # what is not known lies in no range
            mask = mask if condition.low is None else mask & (arrays.year >= condition.low)
            return mask if condition.high is None else mask & (arrays.year <= condition.high)
        if field in ("title", "place"):
            return arrays.strings.containing(value)[arrays.report_strings(f"compact_{field}")]
        row = arrays.strings.find(value)
        rows = arrays.report_strings("compact_kind" if field == "kind" else "compact_id")
        mask = np.zeros(arrays.reports, np.bool_) if row is None else rows == row
        if field == "report" and row is not None:  # a program names the id itself, a person types it
            mask = mask | (arrays.report_strings("id") == row)
        return mask

    def _holds_value(self, condition: Filter, unit: Unit) -> Mask:
        """Units with a value in the range; like a literal, a value lies in a sentence only as a whole."""
        narrow: Unit = "sentence" if unit == "sentence" else "passage"
        first, last = self.arrays.values_between(condition.low, condition.high, condition.value)
        before, behind = (self.arrays.units[narrow].at(at) for at in (first, last))
        return self._lifted(self._marked(before[before == behind], narrow), narrow, unit)

    def _lifted(self, mask: Mask, unit: Unit, to: Unit) -> Mask:
        """A mask over one unit as a mask over another: a coarser one holds if any part does, a finer one inherits."""
        if unit == to:
            return mask
        if _FINENESS[unit] > _FINENESS[to]:
            return mask[self._parents(to, unit)]
        return self._marked(self._parents(unit, to)[mask], to)

    def _parents(self, unit: Unit, coarser: Unit) -> npt.NDArray[np.intp]:
        """For each unit, the coarser unit it lies in."""
        arrays = self.arrays
        if unit == "passage":
            return arrays.report_of
        return arrays.passage_of_sentence if coarser == "passage" else arrays.report_of[arrays.passage_of_sentence]


def _nested(literals: Sequence[str]) -> bool:
    """Whether one of them lies in another."""
    return any(True for literal in literals for other in literals for _ in _offsets(literal, other))


def _offsets(literal: str, other: str) -> Iterator[int]:
    """Where the characters of a literal stand in those of a longer one.

    >>> list(_offsets("科技", "科技创新科技")), list(_offsets("科技", "科技"))
    ([0, 4], [])
    """
    bare, whole = literal.strip(EDGE), other.strip(EDGE)
    return (at for at in range(len(whole) - len(bare) + 1) if len(bare) < len(whole) and whole.startswith(bare, at))


def _merged(some: Positions, others: Positions) -> Positions:
    """The positions of both, ascending, each once."""
    every = np.concatenate([some, others])
    every.sort(kind="stable")  # two runs: merged, not sorted anew
    return _each_once(every)


def _each_once(ascending: npt.NDArray[T]) -> npt.NDArray[T]:
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


class Matches:
    """The matching passages of a segment, ascending."""

    def __init__(self, passages: Rows, of: int, at: Alignment | None = None) -> None:
        """`of`: how many passages the segment has."""
        self.passages, self.of, self.at = passages, of, at or {}

    def kept(self, rows: Rows) -> Matches:
        """Those in these rows."""
        at: Alignment = {name: rows if isinstance(held, slice) else held[rows] for name, held in self.at.items()}
        return Matches(self.passages[rows], self.of, at)

    def narrowed(self, holds: Callable[[Node, Rows], Mask], conditions: Iterable[Node]) -> Matches:
        """Those in which every condition holds."""
        found = self
        for condition in conditions:
            found = found.kept(np.flatnonzero(holds(condition, found.passages)))
        return found

    @cached_property
    def mask(self) -> Mask:
        """For each passage of the segment, whether it matches."""
        mask: Mask = np.zeros(self.of, np.bool_)
        mask[self.passages] = True
        return mask


class Sums:
    """What the matches of a segment add up to, whatever is added passage by passage."""

    def __init__(self, matches: Matches) -> None:
        self.matches = matches
        self._sums = np.zeros(len(matches.passages))
        self._pending: list[tuple[Rows, Gains]] = []  # to be added at the end, all in the way that is the cheaper then

    def add_literal(self, literal: str, counts: Counts, gains: Gains) -> None:
        """Add a gain to each match that holds a literal."""
        at = self.matches.at.get(literal)
        if at is None:
            self.add(counts.passages, gains)
        else:
            self._sums += gains[at]

    def add(self, passages: Rows, gains: Gains) -> None:
        """Add a gain to each of the ascending passages that match."""
        if passages is self.matches.passages:
            self._sums += gains
        elif few(passages, self.matches.passages):
            self._search(passages, gains)
        else:
            self._pending.append((passages, gains))

    def _search(self, passages: Rows, gains: Gains) -> None:
        rows, at = common(self.matches.passages, passages, self.matches.of)
        self._sums[rows] += gains[at]

    def total(self) -> Gains:
        """The sum of each match."""
        if sum(len(passages) for passages, _ in self._pending) * SEARCH < self.matches.of // 16:
            for passages, gains in self._pending:
                self._search(passages, gains)
        elif self._pending:
            every = np.zeros(self.matches.of)
            for passages, gains in self._pending:
                np.add.at(every, passages, gains)  # no passage comes twice, but this adds in one go
            self._sums += every[self.matches.passages]
        self._pending.clear()
        return self._sums
