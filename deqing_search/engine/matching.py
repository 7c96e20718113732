"""Which passages of one segment match a query tree: pure numpy on its arrays.

Defines `SegmentSearch`, `Matches`, their `Sums`, and `asked`. What stands in the arrays is `segment`'s; several
segments, scores and facets are `postings`'.

Decided here, where the query language leaves it open:

- A literal lies in a sentence only as a whole. Words have no positions: for them a sentence is its passage.
- The literals of NEAR do not overlap: `德清 NEAR/5 德清县` wants the place twice.
- 同文 gives the passages holding any positive literal or word of its child; when it has none, all passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from typing import Literal as OneOf
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Array, Mask
from deqing_search.engine.counting import Counts
from deqing_search.engine.segment import Positions, SegmentArrays
from deqing_search.quantities import width
from deqing_search.query import And, Filter, Literal, Near, Node, Not, Or, Within, Words

Unit: TypeAlias = OneOf["sentence", "passage", "report"]
_FEW = 8  # a search for each of a few costs less than a look at this many
_NONE = np.empty(0, np.intp)
_FINENESS: Mapping[Unit, int] = {"sentence": 0, "passage": 1, "report": 2}


class Asked(NamedTuple):
    """What a tree asks for positively, each once, in the order of the tree."""

    literals: tuple[str, ...]
    terms: tuple[str, ...]


def asked(node: Node) -> Asked:
    """The literals and terms under an even number of NOTs: those that can occur in a match."""
    literals: dict[str, None] = {}
    terms: dict[str, None] = {}
    for leaf in _positive(node, True):
        if isinstance(leaf, Words):
            terms.update(dict.fromkeys(leaf.terms))
        elif leaf.compact:
            literals[leaf.compact] = None
    return Asked(tuple(literals), tuple(terms))


def _positive(node: Node, sign: bool) -> Iterator[Literal | Words]:
    match node:
        case Literal() | Words():
            if sign:
                yield node
        case And(children) | Or(children):
            for child in children:
                yield from _positive(child, sign)
        case Near(left, right):
            if sign:
                yield left
                yield right
        case Not(child):
            yield from _positive(child, not sign)
        case Within(_, child):
            yield from _positive(child, sign)


class SegmentSearch:
    """One request on one segment: finds, and remembers what it found."""

    def __init__(self, arrays: SegmentArrays, live: Mask | None) -> None:
        self.arrays = arrays
        self._live = live  # None: nothing is deleted
        self._occurrences: dict[str, Positions] = {}
        self._counts: dict[str, Counts] = {}

    def matches(self, where: Node) -> Matches:
        """The passages that match and are not deleted."""
        if isinstance(where, Literal) and where.compact:
            passages = self.counts(where.compact).passages
            return Matches(passages if self._live is None else passages[self._live[passages]], self.arrays.passages)
        mask = self._holds(where, "passage")
        return Matches(np.flatnonzero(mask if self._live is None else mask & self._live), self.arrays.passages)

    def counts(self, literal: str) -> Counts:
        """The passages that hold a compact literal, and how often each does."""
        if literal not in self._counts:
            self._counts[literal] = self.arrays.literal_counts(literal)
        return self._counts[literal]

    def _found(self, literal: str) -> Positions:
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
            found = self._found(literal)
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
        mask = self._nothing(narrow)
        for first, second in ((left, right), (right, left)):
            mask[self._followed(first, second, distance, narrow)] = True
        return self._lifted(mask, narrow, unit)

    def _followed(self, first: str, second: str, distance: int, unit: Unit) -> npt.NDArray[np.intp]:
        """The units in which `second` begins at most `distance` after the end of `first`.

        Of the rarer one every occurrence is tried with its nearest neighbour: when that lies too far or in another
        unit, so do all behind it.
        """
        ends, others = self._found(first).astype(np.int64) + width(first), self._found(second).astype(np.int64)
        if len(ends) <= len(others):
            nearest = np.searchsorted(others, ends)
            inside = nearest < len(others)
            ends, others = ends[inside], others[nearest[inside]]
        else:
            nearest = np.searchsorted(ends, others, side="right") - 1
            inside = nearest >= 0
            ends, others = ends[nearest[inside]], others[inside]
        close = others <= ends + distance
        units = self.arrays.units[unit]
        before = units.at(ends[close] - width(first))
        together: npt.NDArray[np.intp] = before[others[close] + width(second) <= units.start[before + 1]]
        return together

    def _holds_within(self, node: Within, unit: Unit) -> Mask:
        mask = self._holds(node.child, node.unit)
        if node.unit != "report":
            return self._lifted(mask, node.unit, unit)
        mask = mask[self.arrays.report_of]
        literals, terms = asked(node.child)
        if literals or terms:
            holding = self._any_term(terms)
            for literal in literals:
                holding[self.counts(literal).passages] = True
            mask &= holding
        return self._lifted(mask, "passage", unit)

    def _passes(self, condition: Filter, unit: Unit) -> Mask:
        arrays, field, value = self.arrays, condition.field, condition.value
        if field == "value":
            return self._holds_value(condition, unit)
        if field == "section":
            return self._lifted(arrays.under(value), "passage", unit)
        if field == "year":
            mask = arrays.year != 0  # what is not known lies in no range
            mask = mask if condition.low is None else mask & (arrays.year >= condition.low)
            mask = mask if condition.high is None else mask & (arrays.year <= condition.high)
        elif field in ("title", "place"):
            mask = arrays.strings.containing(value)[arrays.report_strings(f"compact_{field}")]
        else:
            row = arrays.strings.find(value)
            rows = arrays.report_strings("compact_kind" if field == "kind" else "compact_id")
            mask = np.zeros(arrays.reports, np.bool_) if row is None else rows == row
            if field == "report" and row is not None:  # a program names the id itself, a person types it
                mask = mask | (arrays.report_strings("id") == row)
        return self._lifted(mask, "report", unit)

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


class Matches:
    """The matching passages of a segment, ascending."""

    def __init__(self, passages: npt.NDArray[np.intp], of: int) -> None:
        """`of`: how many passages the segment has."""
        self.passages = passages
        self._of = of

    @cached_property
    def mask(self) -> Mask:
        """For each passage of the segment, whether it matches."""
        mask: Mask = np.zeros(self._of, np.bool_)
        mask[self.passages] = True
        return mask

    def occurrences(self, counts: Counts) -> int:
        """How often the matches hold what was counted."""
        passages, times, _ = counts
        if passages is self.passages:
            return int(times.sum())
        if len(self.passages) * _FEW < len(passages):
            _, at = common(self.passages, passages)
            return int(times[at].sum())
        return int(times[self.mask[passages]].sum())


def common(few: npt.NDArray[np.intp], many: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The rows of `few`, and of `many`, that hold the same passage; both are ascending.

    >>> common(np.array([2, 5, 9]), np.array([1, 2, 3, 5]))
    (array([0, 1]), array([1, 3]))
    """
    if not len(few) or not len(many):
        return _NONE, _NONE
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    rows = np.flatnonzero(many[at] == few)
    return rows, at[rows]


class Sums:
    """What the matches of a segment add up to, whatever is added passage by passage."""

    def __init__(self, matches: Matches, passages: int) -> None:
        self._matches, self._all = matches.passages, passages
        self._sums = np.zeros(len(self._matches))
        self._dense: npt.NDArray[np.float64] | None = None

    def add(self, passages: npt.NDArray[np.intp], gains: npt.NDArray[np.float64]) -> None:
        """Add a gain to each of the ascending passages that match."""
        if passages is self._matches:
            self._sums += gains
        elif len(self._matches) * _FEW < len(passages):
            rows, at = common(self._matches, passages)
            self._sums[rows] += gains[at]
        else:
            if self._dense is None:
                self._dense = np.zeros(self._all)
            self._dense[passages] += gains

    def total(self) -> npt.NDArray[np.float64]:
        """The sum of each match."""
        return self._sums if self._dense is None else self._sums + self._dense[self._matches]
