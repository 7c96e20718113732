"""Evaluates a query on a snapshot, several segments with their deletions read as one: totals, facets, the best.

Pure numpy. Which passages of a segment match is `matching`'s, what they weigh `ranking`'s, what is shown of them
`whoosh_engine`'s. What is not known (no year, no kind, no place) is in no facet and in no year, though it counts in
the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, repeat

import numpy as np
import numpy.typing as npt

from deqing_search import config
from deqing_search.engine.arrays import Array, Mask
from deqing_search.engine.base import Evaluation, Request, Scored, Sort
from deqing_search.engine.counting import Counts, Memory
from deqing_search.engine.facets import Facets, by_report
from deqing_search.engine.matching import Matches, SegmentSearch, Sums, asked, common
from deqing_search.engine.ranking import (
    BOOST,
    DIGITS,
    GLOSSARY_TERM,
    NEIGHBOURS,
    Impact,
    favour,
    idf,
    literal_impact,
    norm,
    reports_by_place,
    term_impact,
    top,
)
from deqing_search.engine.segment import SegmentArrays
from deqing_search.query import Node


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
        self._memory = Memory(config.memory_bytes() // 2)

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
    def _orders(self) -> Mapping[Sort, npt.NDArray[np.int64]]:
        """The place of each passage when the score does not decide.

        By its report, newest year first, or oldest, unknown last, then by id; then as it is read.
        """
        reports = [
            (int(year), report_id, segment, report)
            for segment, arrays in enumerate(self.segments)
            for report, (year, report_id) in enumerate(zip(arrays.year.tolist(), arrays.report_ids, strict=True))
        ]
        newest = self._places(sorted(reports, key=lambda row: (-row[0] if row[0] else np.inf, row[1:])))
        oldest = self._places(sorted(reports, key=lambda row: (row[0] if row[0] else np.inf, row[1:])))
        return {"relevance": newest, "newest": newest, "oldest": oldest}

    def _places(self, reports: Sequence[tuple[int, str, int, int]]) -> npt.NDArray[np.int64]:
        places = [np.empty(arrays.reports, np.int64) for arrays in self.segments]
        for place, (_, _, segment, report) in enumerate(reports):
            places[segment][report] = place
        passages = [order[arrays.report_of] for order, arrays in zip(places, self.segments, strict=True)]
        return _joined(passages, np.int64) << 32 | np.arange(self.base[-1])

    def _searches(self) -> list[SegmentSearch]:
        return [SegmentSearch(*pair) for pair in zip(self.segments, self._live_passages, strict=True)]

    def evaluate(self, request: Request) -> Evaluation:
        """The page asked for, in a total order, and counts over all matches."""
        searches = self._searches()
        matches = [search.matches(request.where) for search in searches]
        score, occurrences = self._score(searches, matches, request)
        handles = _joined([found.passages + base for found, base in zip(matches, self.base, strict=False)], np.int64)

        order = self._orders[request.sort]

        def places(rows: npt.NDArray[np.intp] | slice) -> npt.NDArray[np.int64]:
            return order[handles[rows]]

        chosen = top(score if request.sort == "relevance" else None, places, request.offset + request.limit)
        chosen = chosen[request.offset :]
        page = tuple(map(Scored, handles[chosen].tolist(), np.round(score[chosen], DIGITS).tolist()))
        reports = [by_report(arrays, found.passages) for arrays, found in zip(self.segments, matches, strict=True)]
        matching = _joined(reports, np.intp)
        return Evaluation(
            page, len(handles), occurrences, int(np.count_nonzero(matching)), self._facets.count(matching)
        )

    @cached_property
    def _facets(self) -> Facets:
        return Facets(self.segments)

    def _score(
        self, searches: Sequence[SegmentSearch], matches: Sequence[Matches], request: Request
    ) -> tuple[npt.NDArray[np.float64], int]:
        """The score of every match, and the true occurrences of the literals in the matches."""
        literals, terms = asked(request.where)
        sums = [Sums(found, arrays.passages) for found, arrays in zip(matches, self.segments, strict=True)]
        promoted = [np.zeros(len(found.passages)) for found in matches]
        occurrences = 0
        for literal in literals:
            counts = [search.counts(literal) for search in searches]
            impacts = self._impacts(literal, counts)
            for found, n, weighed, total, bonus in zip(matches, counts, impacts, sums, promoted, strict=True):
                occurrences += found.occurrences(n)
                total.add(n.passages, weighed.gains)
                rows, at = common(weighed.promoted, found.passages)
                if len(at):
                    bonus[at] = np.maximum(bonus[at], weighed.bonus[rows])
        for literal in request.neighbours:
            counts = [search.counts(literal) for search in searches]
            for n, weighed, total in zip(counts, self._impacts(literal, counts, NEIGHBOURS), sums, strict=True):
                total.add(n.passages, weighed.gains)
        for term, weight in chain(zip(terms, repeat(1.0)), zip(dict.fromkeys(request.boost), repeat(BOOST))):
            counts = [search.arrays.term_counts(term) for search in searches]
            for n, weighed, total in zip(counts, self._impacts(term, counts, weight, words=True), sums, strict=True):
                total.add(n.passages, weighed.gains)
        scores = [total.total() for total in sums]
        if request.typed:
            self._answer(request.typed, matches, scores, promoted)
        return _joined([score + bonus for score, bonus in zip(scores, promoted, strict=True)], np.float64), occurrences

    def _answer(
        self,
        typed: Sequence[str],
        matches: Sequence[Matches],
        scores: Sequence[npt.NDArray[np.float64]],
        promoted: Sequence[npt.NDArray[np.float64]],
    ) -> None:
        """Weigh scores by the places and years a question names, and promote the definitions of its terms."""
        for segment, (arrays, found) in enumerate(zip(self.segments, matches, strict=True)):
            _, at = common(arrays.defined_in(typed), found.passages)
            promoted[segment][at] = GLOSSARY_TERM
            if (factors := favour(arrays, self._reports_by_place[segment], typed)) is not None:
                scores[segment][:] *= factors[arrays.report_of[found.passages]]

    @cached_property
    def _reports_by_place(self) -> list[dict[str, list[int]]]:
        return [reports_by_place(arrays) for arrays in self.segments]

    def _impacts(
        self, string: str, counts: Sequence[Counts], weight: float = 1.0, *, words: bool = False
    ) -> list[Impact]:
        """For each segment, what a literal (or a term) adds to the score of the passages that hold it."""

        def weighed(segment: int) -> Impact:
            rarity = weight * idf(self.passages, sum(map(self._alive, range(len(counts)), counts)))
            weigh = term_impact if words else literal_impact
            return weigh(self.segments[segment], string, counts[segment], self._norms[segment], rarity)

        keys = ((string, weight, words, segment) for segment in range(len(counts)))
        return [self._memory.get(key, partial(weighed, key[-1])) for key in keys]

    def _alive(self, segment: int, counts: Counts) -> int:
        """How many of the passages are not deleted."""
        live = self._live_passages[segment]
        return len(counts.passages) if live is None else int(np.count_nonzero(live[counts.passages]))

    @cached_property
    def _norms(self) -> list[npt.NDArray[np.float64]]:
        """For each segment and passage, what its length takes from its score."""
        return [norm(arrays.length, self.mean_length) for arrays in self.segments]

    def vocabulary(self) -> Mapping[str, int]:
        """Every term of the passages not deleted, and how many of them hold it."""
        counts: Counter[str] = Counter()
        for arrays, live in zip(self.segments, self._live_passages, strict=True):
            holding = arrays.holding(live).tolist()
            counts.update({term: held for term, held in zip(arrays.vocabulary, holding, strict=True) if held})
        return counts

    def headings(self) -> Mapping[str, int]:
        """Every heading above passages not deleted, and how many stand below it."""
        counts: Counter[str] = Counter()
        for arrays, live in zip(self.segments, self._live_passages, strict=True):
            rows = arrays.section if live is None else arrays.section[live]
            for row, count in _by_value(rows, np.ones(len(rows))).items():
                for heading in set(arrays.strings[row].split("\n")) - {""}:
                    counts[heading] += count
        return counts

    def defined(self) -> set[str]:
        """The terms that passages not deleted define."""
        found: set[str] = set()
        for arrays, live in zip(self.segments, self._live_passages, strict=True):
            rows = np.unique(arrays.term if live is None else arrays.term[live])
            found.update(arrays.strings[row] for row in rows.tolist())
        return found - {""}

    def years(self, where: Node) -> Mapping[int, int]:
        """Occurrences of the positive literals of `where` in its matches, by year; years without any are left out."""
        years: Counter[int] = Counter()
        for search in self._searches():
            mask = search.matches(where).mask
            for literal in asked(where).literals:
                passages, times, _ = search.counts(literal)
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
