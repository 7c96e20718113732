"""Finds the passages of one segment that match a query tree, with numpy on the arrays of the segment.

Defines `SegmentSearch`. The meaning of each node is in `engine.base`. Positions are in `occurrences`; several segments,
scores and facets are joined in `snapshot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from deqing_search.engine.evaluation.occurrences import Occurrences, Wanted, distinct, union, wanted_by
from deqing_search.engine.evaluation.scores import ALL, Matches
from deqing_search.engine.segment.array_file import Array, Ints, Mask, true
from deqing_search.engine.segment.counts import Counts, Rows, among, common
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.segment.text import Positions
from deqing_search.query.tree import And, Filter, Literal, Near, Needle, Node, Not, Or, Unit, Within, Words
from deqing_search.request_deadline import check

_FINENESS: Mapping[Unit, int] = {"sentence": 0, "passage": 1, "report": 2}


class SegmentSearch:
    """One request on one segment; remembers the counts and positions it has found."""

    def __init__(self, arrays: SegmentArrays, live: Mask | None) -> None:
        self.arrays = arrays
        self._live = live  # None: nothing is deleted
        self._occurrences = Occurrences(arrays)
        self._counts: dict[Needle, Counts] = {}
        self._term_counts: dict[str, Counts] = {}

    def matches(self, where: Node) -> Matches:
        """The passages that match and are not deleted."""
        found = self._found(where)
        return found if self._live is None else found.take(true(self._live[found.passages]))

    def _found(self, where: Node) -> Matches:
        """The passages that match. If a literal must occur, only those with it are examined, else all."""
        check()
        match where:
            case Literal() if where.compact:
                return Matches(self.counts(where.needle).passages, self.arrays.passages, {where.needle: ALL})
            case And(children) if led := _plain(children):
                return self._in_all(led).where(self.holds_in, [child for child in children if child not in led])
            case Or(children) if len(led := _plain(children)) == len(children):
                mask = self._nothing("passage")
                for literal in led:
                    mask[self.counts(literal.needle).passages] = True
                return Matches(true(mask), self.arrays.passages)
            case Near(left, right, distance) if left.compact and right.compact:
                units = self._occurrences.beside(left.needle, right.needle, distance, "passage")
                return Matches(distinct(units), self.arrays.passages)
        return Matches(true(self._holds(where, "passage")), self.arrays.passages)

    def _in_all(self, literals: Iterable[Literal]) -> Matches:
        """The passages that hold every literal, from the rarest to the most frequent."""
        counts = {literal.needle: self.counts(literal.needle).passages for literal in literals}
        names = sorted(counts, key=lambda name: len(counts[name]))
        found = Matches(counts[names[0]], self.arrays.passages, {names[0]: ALL})
        for name in names[1:]:
            rows, at = common(found.passages, counts[name], self.arrays.passages)
            found = found.take(rows)
            found.at[name] = at
        return found

    def holds_in(self, node: Node, passages: Rows) -> Mask:
        """For each of these passages, whether `node` holds in it."""
        check()
        match node:
            case Literal() if node.compact:
                return among(passages, self.counts(node.needle).passages, self.arrays.passages)
            case Not(child):
                return ~self.holds_in(child, passages)
            case And(children) if children:
                return reduce(np.logical_and, (self.holds_in(child, passages) for child in children))
            case Or(children) if headings := _headings(children):
                return self.arrays.under(*headings)[passages]
            case Or(children) if children:
                return reduce(np.logical_or, (self.holds_in(child, passages) for child in children))
            case Filter() if node.field not in ("value", "section"):
                return self._reports(node)[self.arrays.report_of[passages]]
        return self._holds(node, "passage")[passages]

    def counts(self, literal: Needle) -> Counts:
        """The passages with a literal, and how often it occurs in each."""
        if literal not in self._counts:
            check()
            self._counts[literal] = self.arrays.literal_counts(*literal)
        return self._counts[literal]

    def term_counts(self, term: str) -> Counts:
        """The passages with a term, and how often it occurs in each."""
        if term not in self._term_counts:
            self._term_counts[term] = self.arrays.term_counts(term)
        return self._term_counts[term]

    def by_report(self, matches: Matches) -> Ints:
        """The number of matches of each report; remembered if the matches are all passages with one literal."""
        for literal, at in matches.at.items():
            if at is ALL:
                return self.arrays.holding_by_report(*literal, matches.passages)
        return self.arrays.by_report(matches.passages)

    def occurring(self, matches: Matches, where: Node, wanted: Wanted) -> Iterator[tuple[Rows, Ints]]:
        """For each positive literal the matches that have it, and the number of its occurrences in each.

        Occurrences inside a longer positive literal are left out. Of NEAR only those count that are near each other,
        of 同句 those in a sentence that matches.
        """
        if wanted.restricted:
            for positions in _outermost(self._stretches(where, "passage", True)):
                passages = self.arrays.units["passage"].at(positions)
                matching = passages[matches.mask[passages]]
                yield matching, np.ones(len(matching), np.int64)
            return
        for literal in wanted.literals:
            check()
            counts, at = self.counts(literal), matches.at.get(literal)
            which = matches.mask[counts.passages] if at is None else at
            passages, times = counts.passages[which], counts.times[which]
            if literal in wanted.longer:
                inside = self.arrays.units["passage"].at(self._occurrences.inside(literal, wanted.longer[literal]))
                times = times - np.bincount(inside, minlength=self.arrays.passages)[passages]
            yield passages, times

    def _stretches(self, node: Node, unit: Unit, sign: bool) -> dict[str, Positions]:
        """The positions of the literals that count, by their characters."""
        check()
        found: list[tuple[str, Positions]] = []
        match node:
            case Literal() if sign and node.compact:
                found = [(node.compact, self._occurrences.of(node.needle))]
            case Near(left, right, distance) if sign and left.compact and right.compact:
                found = list(self._occurrences.both_near(left.needle, right.needle, distance, unit))
            case Near(left, right) if sign:
                found = [(one.compact, self._occurrences.of(one.needle)) for one in (left, right) if one.compact]
            case And(children) | Or(children):
                found = [pair for child in children for pair in self._stretches(child, unit, sign).items()]
            case Not(child):
                found = list(self._stretches(child, unit, not sign).items())
            case Within("sentence", child) if sign:
                holding = self._holds(child, "sentence")
                inside = self._stretches(child, "sentence", sign).items()
                found = [(name, at[self._in_one(at, len(name), holding)]) for name, at in inside]
            case Within(_, child):
                found = list(self._stretches(child, unit, sign).items())
        together: dict[str, Positions] = {}
        for name, at in found:
            together[name] = union(together[name], at) if name in together else at
        return together

    def _in_one(self, at: Positions, characters: int, holding: Mask) -> Mask:
        """Whether the characters at each position lie in one sentence, and that sentence is one of `holding`."""
        first, last = (self.arrays.units["sentence"].at(end) for end in (at, at + at.dtype.type(characters - 1)))
        in_one: Mask = (first == last) & holding[first]
        return in_one

    def _holds(self, node: Node, unit: Unit) -> Mask:
        """For each unit of the segment, whether `node` holds in it."""
        check()
        match node:
            case Literal():
                return self._holds_literal(node.needle, unit)
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
                return self._holds_near(left.needle, right.needle, distance, unit)
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

    def _holds_literal(self, literal: Needle, unit: Unit) -> Mask:
        if not literal.compact:  # the empty string is in every text
            return ~self._nothing(unit)
        if unit == "sentence":
            found = self._occurrences.of(literal)
            first = self.arrays.units[unit].at(found)
            last = self.arrays.units[unit].at(found + found.dtype.type(len(literal.compact) - 1))
            return self._marked(first[first == last], unit)
        return self._lifted(self._marked(self.counts(literal).passages, "passage"), "passage", unit)

    def _any_term(self, terms: Sequence[str]) -> Mask:
        mask = self._nothing("passage")
        for term in terms:
            mask[self.term_counts(term).passages] = True
        return mask

    def _most_terms(self, terms: Sequence[str]) -> Mask:
        """The passages whose terms make up more than half of the characters of all terms."""
        present = np.zeros(self.arrays.passages, np.int64)
        for term in terms:
            present[self.term_counts(term).passages] += len(term)
        mask: Mask = 2 * present > sum(map(len, terms))
        return mask

    def _holds_near(self, left: Needle, right: Needle, distance: int, unit: Unit) -> Mask:
        """Units with `left` and `right` in one passage (or sentence), at most `distance` characters between them."""
        if not left.compact or not right.compact:
            return self._holds_literal(left if left.compact else right, unit)
        narrow: Unit = "sentence" if unit == "sentence" else "passage"
        return self._lifted(self._marked(self._occurrences.beside(left, right, distance, narrow), narrow), narrow, unit)

    def _holds_within(self, node: Within, unit: Unit) -> Mask:
        mask = self._holds(node.child, node.unit)
        if node.unit != "report":
            return self._lifted(mask, node.unit, unit)
        mask = mask[self.arrays.report_of]
        wanted = wanted_by(node.child)
        if wanted.literals or wanted.terms:
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
            mask: Mask = arrays.year != 0  # an unknown year is in no range
            mask = mask if condition.low is None else mask & (arrays.year >= condition.low)
            return mask if condition.high is None else mask & (arrays.year <= condition.high)
        if field in ("title", "place"):
            return arrays.strings.containing(value)[arrays.report_strings(f"compact_{field}")]
        row = arrays.strings.find(value)
        rows = arrays.report_strings("compact_kind" if field == "kind" else "compact_id")
        mask = np.zeros(arrays.reports, np.bool_) if row is None else rows == row
        if field == "report" and row is not None:  # programs give the id itself, people its compact form
            mask = mask | (arrays.report_strings("id") == row)
        return mask

    def _holds_value(self, condition: Filter, unit: Unit) -> Mask:
        """Units with a value in the range; like a literal, a value lies in a sentence only as a whole."""
        narrow: Unit = "sentence" if unit == "sentence" else "passage"
        first, last = self.arrays.values_between(condition.low, condition.high, condition.value)
        first_unit, last_unit = (self.arrays.units[narrow].at(at) for at in (first, last))
        return self._lifted(self._marked(first_unit[first_unit == last_unit], narrow), narrow, unit)

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


def _outermost(stretches: Mapping[str, Positions]) -> Iterator[Positions]:
    """The positions of each string that lie inside no occurrence of a longer one."""
    for name, at in stretches.items():
        longer = [
            stretches[other] + stretches[other].dtype.type(start)
            for other in stretches
            if len(name) < len(other)
            for start in range(len(other) - len(name) + 1)
            if other.startswith(name, start)
        ]
        yield at[np.isin(at, np.concatenate(longer), invert=True)] if longer else at


def _plain(children: Iterable[Node]) -> list[Literal]:
    """The nodes that are literals with characters."""
    return [child for child in children if isinstance(child, Literal) and child.compact]


def _headings(children: Sequence[Node]) -> list[str]:
    """The texts of conditions on headings, if all nodes are such conditions; else none."""
    values = [child.value for child in children if isinstance(child, Filter) and child.field == "section"]
    return values if len(values) == len(children) else []
