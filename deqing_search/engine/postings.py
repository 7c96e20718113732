"""Evaluates a query tree on the arrays of a snapshot: which passages match, how often, and in what order.

Pure numpy. Defines `Snapshot`, several segments with their deletions read as one. What stands in the arrays is
`segment`'s, how they came to disk `codec`'s, what is shown of a match `whoosh_engine`'s. Scores are in `ranking`.

Decided here, where the query language leaves it open:

- A literal lies in a sentence only as a whole. Words have no positions: for them a sentence is its passage.
- The literals of NEAR do not overlap: `德清 NEAR/5 德清县` wants the place twice.
- 同文 gives the passages holding any positive literal or word of its child; when it has none, all passages.
- What is not known (no year, no kind, no place) is in no facet and in no year, though it counts in the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal as OneOf
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Array, Mask
from deqing_search.engine.base import Evaluation, Request, Scored, Sort
from deqing_search.engine.ranking import BOOST, DIGITS, KIND_WEIGHT, idf, promotion, saturation, top
from deqing_search.engine.segment import Positions, SegmentArrays
from deqing_search.query import And, Filter, Literal, Near, Node, Not, Or, Within, Words

Unit: TypeAlias = OneOf["sentence", "passage", "report"]
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


class Counts(NamedTuple):
    """The passages of a segment that hold something, ascending, and how often each does."""

    passages: npt.NDArray[np.intp]
    times: npt.NDArray[np.int64]


class SegmentSearch:
    """One request on one segment: finds, and remembers what it found."""

    def __init__(self, arrays: SegmentArrays, live: Mask | None) -> None:
        self.arrays = arrays
        self._live = live  # None: nothing is deleted
        self._occurrences: dict[str, Positions] = {}
        self._counts: dict[str, Counts] = {}

    def matches(self, where: Node) -> Mask:
        """For each passage, whether it matches and is not deleted."""
        mask = self._holds(where, "passage")
        return mask if self._live is None else mask & self._live

    def literal_counts(self, literal: str) -> Counts:
        """How often the passages not deleted hold a literal."""
        return self._alive(*self._counted(literal))

    def term_counts(self, term: str) -> Counts:
        """How often the passages not deleted hold a term."""
        passages, times = self.arrays.postings(term)
        return self._alive(passages.astype(np.intp), times.astype(np.int64))

    def _alive(self, passages: npt.NDArray[np.intp], times: npt.NDArray[np.int64]) -> Counts:
        if self._live is not None:
            kept = self._live[passages]
            passages, times = passages[kept], times[kept]
        return Counts(passages, times)

    def _counted(self, literal: str) -> Counts:
        if literal not in self._counts:
            at = self.arrays.units["passage"].at(self._found(literal))
            heads = np.flatnonzero(np.diff(at, prepend=-1))
            self._counts[literal] = Counts(at[heads], np.diff(heads, append=len(at)))
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
            case Words(terms):
                return self._lifted(self._any_term(terms), "passage", unit)
            case And(children):
                masks = [self._holds(child, unit) for child in children]
                return np.logical_and.reduce(masks) if masks else ~self._nothing(unit)
            case Or(children):
                masks = [self._holds(child, unit) for child in children]
                return np.logical_or.reduce(masks) if masks else self._nothing(unit)
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
            last = self.arrays.units[unit].at(found + found.dtype.type(len(literal) - 1))
            return self._marked(first[first == last], unit)
        return self._lifted(self._marked(self._counted(literal).passages, "passage"), "passage", unit)

    def _any_term(self, terms: Sequence[str]) -> Mask:
        mask = self._nothing("passage")
        for term in terms:
            mask[self.arrays.postings(term)[0]] = True
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

        The nearest one decides: when it lies too far or in another unit, so do all behind it.
        """
        starts, others = self._found(first).astype(np.int64), self._found(second).astype(np.int64)
        ends = starts + len(first)
        nearest = np.searchsorted(others, ends)
        inside = nearest < len(others)
        starts, ends, others = starts[inside], ends[inside], others[nearest[inside]]
        close = others <= ends + distance
        units = self.arrays.units[unit]
        before, behind = units.at(starts[close]), units.at(others[close] + len(second) - 1)
        together: npt.NDArray[np.intp] = before[before == behind]
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
                holding[self._counted(literal).passages] = True
            mask &= holding
        return self._lifted(mask, "passage", unit)

    def _passes(self, condition: Filter, unit: Unit) -> Mask:
        arrays, field, value = self.arrays, condition.field, condition.value
        if field == "value":
            return self._holds_value(condition, unit)
        if field == "section":
            return self._lifted(arrays.strings.containing(value)[arrays.section], "passage", unit)
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


class Snapshot:
    """Several segments and their deletions, read as one. Immutable: threads share it."""

    def __init__(self, segments: Sequence[tuple[SegmentArrays, Sequence[int]]]) -> None:
        """`segments`: the arrays of each, and the numbers of its deleted reports."""
        self.segments = [arrays for arrays, _ in segments]
        self.live = [_live_reports(arrays, deleted) for arrays, deleted in segments]
        self._live_passages = [
            live[arrays.report_of] if len(deleted) else None
            for (arrays, deleted), live in zip(segments, self.live, strict=True)
        ]
        self.base = np.cumsum([0, *(arrays.passages for arrays in self.segments)])

    def locate(self, handle: int) -> tuple[int, int]:
        """The segment a handle leads to, and the passage in it."""
        if not 0 <= handle < self.base[-1]:
            raise IndexError(f"no passage {handle}")
        segment = int(np.searchsorted(self.base, handle, side="right")) - 1
        return segment, handle - int(self.base[segment])

    @cached_property
    def passages(self) -> int:
        """How many passages are not deleted."""
        return sum(len(lengths) for lengths in self._live_lengths)

    @cached_property
    def mean_length(self) -> float:
        """Characters a passage, on average; 1 when there is nothing to divide."""
        total = sum(int(lengths.sum()) for lengths in self._live_lengths)
        return total / self.passages if total else 1.0

    @cached_property
    def _live_lengths(self) -> list[npt.NDArray[np.int64]]:
        return [
            arrays.length if live is None else arrays.length[live]
            for arrays, live in zip(self.segments, self._live_passages, strict=True)
        ]

    @cached_property
    def _orders(self) -> Mapping[Sort, list[npt.NDArray[np.int64]]]:
        """For each segment and report its place: newest year first, or oldest, unknown last; then by id."""
        reports = [
            (int(year), report_id, segment, report)
            for segment, arrays in enumerate(self.segments)
            for report, (year, report_id) in enumerate(zip(arrays.year.tolist(), arrays.report_ids, strict=True))
        ]
        newest = self._places(sorted(reports, key=lambda row: (-row[0] if row[0] else np.inf, row[1:])))
        oldest = self._places(sorted(reports, key=lambda row: (row[0] if row[0] else np.inf, row[1:])))
        return {"relevance": newest, "newest": newest, "oldest": oldest}

    def _places(self, reports: Sequence[tuple[int, str, int, int]]) -> list[npt.NDArray[np.int64]]:
        places = [np.empty(arrays.reports, np.int64) for arrays in self.segments]
        for place, (_, _, segment, report) in enumerate(reports):
            places[segment][report] = place
        return places

    def _searches(self) -> list[SegmentSearch]:
        return [SegmentSearch(*pair) for pair in zip(self.segments, self._live_passages, strict=True)]

    def evaluate(self, request: Request) -> Evaluation:
        """The page asked for, in a total order, and counts over all matches."""
        searches = self._searches()
        masks = [search.matches(request.where) for search in searches]
        matches = [np.flatnonzero(mask) for mask in masks]
        scores, occurrences = self._score(searches, masks, matches, request)
        places = [
            order[arrays.report_of[found]] << 32 | found
            for order, arrays, found in zip(self._orders[request.sort], self.segments, matches, strict=True)
        ]
        handles = _joined([found + base for found, base in zip(matches, self.base, strict=False)], np.int64)
        score, place = _joined(scores, np.float64), _joined(places, np.int64)
        chosen = top(score if request.sort == "relevance" else None, place, request.offset + request.limit)
        page = tuple(Scored(int(handles[i]), float(score[i])) for i in chosen[request.offset :])
        reports, facets = self._facets(matches)
        return Evaluation(page, len(handles), occurrences, reports, facets)

    def _score(
        self, searches: list[SegmentSearch], masks: list[Mask], matches: list[npt.NDArray[np.intp]], request: Request
    ) -> tuple[list[npt.NDArray[np.float64]], int]:
        """The score of every match, segment by segment, and the true occurrences of the literals in the matches."""
        literals, terms = asked(request.where)
        sums = [np.zeros(arrays.passages) for arrays in self.segments]
        promoted = [np.zeros(arrays.passages) for arrays in self.segments]
        occurrences = 0
        for literal in literals:
            counts = [search.literal_counts(literal) for search in searches]
            occurrences += sum(int(n.times[mask[n.passages]].sum()) for n, mask in zip(counts, masks, strict=True))
            self._add(sums, counts, 1.0)
            for arrays, n, bonus in zip(self.segments, counts, promoted, strict=True):
                bonus[n.passages] = np.maximum(bonus[n.passages], promotion(arrays, literal, n.passages))
        for term in terms:
            self._add(sums, [search.term_counts(term) for search in searches], 1.0)
        for term in dict.fromkeys(request.boost):
            self._add(sums, [search.term_counts(term) for search in searches], BOOST)
        weighted = zip(self.segments, sums, promoted, matches, strict=True)
        return [_weighted(arrays, total, bonus, found) for arrays, total, bonus, found in weighted], occurrences

    def _add(self, sums: list[npt.NDArray[np.float64]], counts: Sequence[Counts], weight: float) -> None:
        """Add BM25 of one literal or term to the sums."""
        rarity = weight * idf(self.passages, sum(len(n.passages) for n in counts))
        for arrays, n, total in zip(self.segments, counts, sums, strict=True):
            total[n.passages] += rarity * saturation(n.times, arrays.length[n.passages], self.mean_length)

    def _facets(self, matches: Sequence[npt.NDArray[np.intp]]) -> tuple[int, Mapping[str, Mapping[str, int]]]:
        """How many reports the matches come from, and the matches by year, kind and place of their report."""
        reports = 0
        years: Counter[int] = Counter()
        named: dict[str, Counter[str]] = {"kind": Counter(), "place": Counter()}
        for arrays, found in zip(self.segments, matches, strict=True):
            passages = np.bincount(arrays.report_of[found], minlength=arrays.reports)
            reports += int(np.count_nonzero(passages))
            years.update(_by_value(arrays.year, passages))
            for field, counter in named.items():
                rows = _by_value(arrays.report_strings(field), passages)
                counter.update({arrays.strings[row]: count for row, count in rows.items()})
        facets = {"year": {str(year): years[year] for year in sorted(years, reverse=True) if year}}
        for field, counter in named.items():
            ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
            facets[field] = {text: count for text, count in ordered if text}
        return reports, facets

    def years(self, where: Node) -> Mapping[int, int]:
        """Occurrences of the positive literals of `where` in its matches, by year; years without any are left out."""
        years: Counter[int] = Counter()
        for search in self._searches():
            mask = search.matches(where)
            for literal in asked(where).literals:
                passages, times = search.literal_counts(literal)
                kept = mask[passages]
                reports = search.arrays.report_of[passages[kept]]
                years.update(_by_value(search.arrays.year[reports], times[kept]))
        return {year: years[year] for year in sorted(years) if year}


def _live_reports(arrays: SegmentArrays, deleted: Sequence[int]) -> Mask:
    live = np.ones(arrays.reports, np.bool_)
    live[list(deleted)] = False
    return live


def _joined(parts: Sequence[Array], dtype: npt.DTypeLike) -> Array:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _by_value(values: Array, weights: Array) -> dict[int, int]:
    """The sum of the weights of each distinct value.

    >>> _by_value(np.array([2016, 2024, 2016]), np.array([1, 5, 2]))
    {2016: 3, 2024: 5}
    """
    distinct, inverse = np.unique(values, return_inverse=True)
    sums = np.bincount(inverse.ravel(), weights, minlength=len(distinct))
    return {int(value): int(total) for value, total in zip(distinct, sums, strict=True) if total}


def _weighted(arrays: SegmentArrays, sums: Array, promoted: Array, found: Array) -> npt.NDArray[np.float64]:
    scores: npt.NDArray[np.float64] = np.round(sums[found] * KIND_WEIGHT[arrays.kind[found]] + promoted[found], DIGITS)
    return scores
