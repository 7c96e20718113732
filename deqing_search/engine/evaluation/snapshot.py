"""Evaluates requests on several segments and their deletions as if they were one: totals, facets, the best matches.

`matching` finds the matches of a segment, `ranking` weighs them, the engine reads the passages that are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path
from tempfile import gettempdir
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search import config
from deqing_search.engine.base import Evaluation, Extent, PassageText, Phrase, Request, Scored, Sort
from deqing_search.engine.evaluation.facets import Facets, columns_of
from deqing_search.engine.evaluation.matching import SegmentSearch
from deqing_search.engine.evaluation.occurrences import Wanted, wanted_by
from deqing_search.engine.evaluation.ranking import (
    BOOST,
    DIGITS,
    GLOSSARY_TERM,
    by_short_name,
    factors,
    favoured,
    idf,
    literal_gains,
    norm,
    phrase_gains,
    promotions,
    term_gains,
    top,
)
from deqing_search.engine.evaluation.scores import Matches, Sums
from deqing_search.engine.segment.array_file import Array, Ints, Mask, true
from deqing_search.engine.segment.counts import Counts, Gains, Memory, Rows, common
from deqing_search.engine.segment.phrases import Phrases, is_possible, joined, key_of
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.query.tree import Needle, Node
from deqing_search.request_deadline import check

_Weighed = list[tuple[Rows, Gains]]  # for each segment: the passages that have something, and their gains
_Gains = Callable[[SegmentArrays, Counts, Gains, float], Gains]


class Statistics(NamedTuple):
    """The figures of a whole index that the score of a passage depends on, for a snapshot of a part of it."""

    passages: int
    characters: int  # of all passages
    holding: Callable[[Needle | str], int]  # how many passages have a literal, or a term

    @property
    def mean_length(self) -> float:
        return _mean_length(self.characters, self.passages)


class Snapshot:
    """Several segments and their deletions, read as one. Immutable: threads share it."""

    def __init__(
        self, segments: Sequence[tuple[SegmentArrays, Sequence[int]]], statistics: Statistics | None = None
    ) -> None:
        """`segments`: the arrays of each, and the numbers of its deleted reports.

        `statistics`: those of the whole index, if the segments are a part of it.
        """
        self._statistics = statistics
        self.segments = [arrays for arrays, _ in segments]
        self.live = [_live_reports(arrays, deleted) for arrays, deleted in segments]
        self._live_passages = [
            live[arrays.report_of] if len(deleted) else None
            for (arrays, deleted), live in zip(segments, self.live, strict=True)
        ]
        self.base = [0, *accumulate(arrays.passages for arrays in self.segments)]
        self._memory = Memory(config.memory_bytes() // 2)

    def locate(self, handle: int) -> tuple[int, int]:
        """The segment a handle leads to, and the passage in it."""
        if not 0 <= handle < self.base[-1]:
            raise IndexError(f"no passage {handle}")
        segment = bisect_right(self.base, handle) - 1
        return segment, handle - self.base[segment]

    @cached_property
    def passages(self) -> int:
        """How many passages are not deleted; of the whole index if the segments are a part of it."""
        if self._statistics:
            return self._statistics.passages
        return sum(len(lengths) for lengths in self._live_lengths)

    @cached_property
    def mean_length(self) -> float:
        if self._statistics:
            return self._statistics.mean_length
        return _mean_length(sum(int(lengths.sum()) for lengths in self._live_lengths), self.passages)

    @cached_property
    def _live_lengths(self) -> list[npt.NDArray[np.int64]]:
        return [
            arrays.length if live is None else arrays.length[live]
            for arrays, live in zip(self.segments, self._live_passages, strict=True)
        ]

    @cached_property
    def _orders(self) -> Mapping[Sort, npt.NDArray[np.int64]]:
        """For each sort, the rank of every passage among passages of equal score.

        By year of the report (newest or oldest first, unknown last), then report id, then reading order.
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
        """The page of the request, in a total order, and counts over all matches."""
        searches, wanted = self._searches(), wanted_by(request.where)
        matches = [search.matches(request.where) for search in searches]
        page = self._page(searches, matches, wanted, request) if request.limit else ()
        reports = [search.by_report(found) for search, found in zip(searches, matches, strict=True)]
        matching = _joined(reports, np.intp)
        occurrences = sum(
            int(np.add.reduce(times))
            for search, found in zip(searches, matches, strict=True)
            for _, times in search.occurring(found, request.where, wanted)
        )
        return Evaluation(
            page,
            sum(len(found.passages) for found in matches),
            occurrences,
            len(true(matching)),
            self._facets.count(matching),
        )

    def total(self, where: Node) -> int:
        """How many passages match."""
        return sum(len(search.matches(where).passages) for search in self._searches())

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        """For each condition, how many of the passages that match `where` meet it."""
        found = [(search, search.matches(where).passages) for search in self._searches()]
        return [sum(int(np.count_nonzero(search.holds_in(node, rows))) for search, rows in found) for node in besides]

    def _page(
        self, searches: Sequence[SegmentSearch], matches: Sequence[Matches], wanted: Wanted, request: Request
    ) -> tuple[Scored, ...]:
        """The matches on the page of the request."""
        sums = self._sums(searches, matches, wanted, request)
        score = _joined([one.total() for one in sums], np.float64)
        handles = self._handles([found.passages for found in matches])
        order = self._orders[request.sort]

        def places(rows: Rows | slice) -> npt.NDArray[np.int64]:
            return order[handles[rows]]

        chosen = top(score if request.sort == "relevance" else None, places, request.offset + request.limit)
        chosen = chosen[request.offset :]
        return tuple(map(Scored, handles[chosen].tolist(), score[chosen].round(DIGITS).tolist()))

    def _handles(self, passages: Sequence[Rows]) -> Rows:
        """The passages of each segment as numbers of the whole snapshot."""
        if len(passages) == 1:
            return passages[0]
        return _joined([part + base for part, base in zip(passages, self.base, strict=False)], np.intp)

    @cached_property
    def _facets(self) -> Facets:
        return Facets(columns_of(self.segments))

    def _sums(
        self, searches: Sequence[SegmentSearch], matches: Sequence[Matches], wanted: Wanted, request: Request
    ) -> Sequence[Sums]:
        """The score of every match."""
        sums = [Sums(found) for found in matches]
        for literal in wanted.literals:
            check()
            words = tuple(term for term in dict.fromkeys(request.boost) if term in literal.compact)
            for total, (passages, gains) in zip(sums, self._literal(searches, literal, words), strict=True):
                total.add_literal(literal, passages, gains)
        phrases = (self._phrase(searches, phrase) for phrase in request.phrases)
        for weighed in (*phrases, *(self._term(searches, term) for term in wanted.terms)):
            for total, (passages, gains) in zip(sums, weighed, strict=True):
                total.add(passages, gains)
        if request.typed:
            for segment, total in enumerate(sums):
                self._answer(segment, total, request.typed)
        return sums

    def _literal(self, searches: Sequence[SegmentSearch], literal: Needle, words: tuple[str, ...]) -> _Weighed:
        """The gains of a literal and its words; a passage that is nothing but the literal is promoted."""

        def weigh() -> Iterator[tuple[Rows, Gains]]:
            weighed = self._weigh(literal, [search.counts(literal) for search in searches], literal_gains)
            boosts = [[search.term_counts(word) for search in searches] for word in words]
            rarities = list(map(self._rarity, words, boosts))
            for segment, (rows, gains) in enumerate(weighed):
                arrays, norms = self.segments[segment], self._norms[segment]
                for counts, rarity in zip((boost[segment] for boost in boosts), rarities, strict=True):
                    at, of = common(rows, counts.passages, arrays.passages)
                    gains[at] += BOOST * term_gains(arrays, counts.take(of), norms, rarity)
                for passages, bonus in promotions(arrays, literal.compact):
                    gains[common(rows, passages, arrays.passages)[0]] += bonus
                yield rows, gains

        return self._remembered((literal, words), weigh)

    def _phrase(self, searches: Sequence[SegmentSearch], phrase: Phrase) -> _Weighed:
        def weigh() -> Iterator[tuple[Rows, Gains]]:
            needle = Needle(phrase.literal)
            counts = [search.counts(needle) for search in searches]
            for rows, gains in self._weigh(needle, counts, phrase_gains):
                yield rows, phrase.weight * gains

        return self._remembered(phrase, weigh)

    def _term(self, searches: Sequence[SegmentSearch], term: str) -> _Weighed:
        def weigh() -> Iterator[tuple[Rows, Gains]]:
            return self._weigh(term, [search.term_counts(term) for search in searches], term_gains)

        return self._remembered(term, weigh)

    def _weigh(self, name: Needle | str, counts: Sequence[Counts], gains: _Gains) -> Iterator[tuple[Rows, Gains]]:
        rarity = self._rarity(name, counts)
        for arrays, found, norms in zip(self.segments, counts, self._norms, strict=True):
            yield found.passages, gains(arrays, found, norms, rarity)

    def _rarity(self, name: Needle | str, counts: Sequence[Counts]) -> float:
        """The weight of a literal or term that is in these passages, one `Counts` for each segment."""
        if self._statistics:
            return idf(self.passages, self._statistics.holding(name))
        return idf(self.passages, sum(map(self._alive, range(len(counts)), counts)))

    def _remembered(self, key: Hashable, weigh: Callable[[], Iterable[tuple[Rows, Gains]]]) -> _Weighed:
        """The gains in each segment, from memory if they were computed before."""
        arrays: tuple[Array, ...] = self._memory.get(key, lambda: tuple(chain(*weigh())))
        return list(zip(arrays[::2], arrays[1::2], strict=True))

    def _answer(self, segment: int, sums: Sums, typed: Sequence[str]) -> None:
        """Multiply scores by the places and years that a question names, and promote definitions of its terms."""
        arrays = self.segments[segment]
        if any(favour := favoured(self._named[segment], typed)):
            sums.scale(factors(arrays, favour)[arrays.report_of[sums.matches.passages]])
        defining = arrays.defined_in(typed)
        sums.add(defining, np.full(len(defining), GLOSSARY_TERM))

    @cached_property
    def _named(self) -> list[dict[str, list[int]]]:
        """For each segment, the reports on each place, by its short names."""
        return [by_short_name(_by_place(arrays)) for arrays in self.segments]

    def _alive(self, segment: int, counts: Counts) -> int:
        """How many of the passages are not deleted."""
        live = self._live_passages[segment]
        return len(counts.passages) if live is None else int(np.count_nonzero(live[counts.passages]))

    @cached_property
    def _norms(self) -> list[npt.NDArray[np.float64]]:
        """For each segment, the length norm of each passage."""
        return [norm(arrays.length, self.mean_length) for arrays in self.segments]

    def vocabulary(self) -> Mapping[str, int]:
        """Every term of the passages that are not deleted, and the number of passages that have it."""
        counts: Counter[str] = Counter()
        for arrays, holding in zip(self.segments, self._holding, strict=True):
            rows = np.flatnonzero(holding)
            counts.update(dict(zip(arrays.vocabulary.pick(rows), holding[rows].tolist(), strict=True)))
        return counts

    @cached_property
    def _holding(self) -> list[Ints]:
        return [arrays.holding(live) for arrays, live in zip(self.segments, self._live_passages, strict=True)]

    def holding(self, terms: Collection[str]) -> Mapping[str, int]:
        """The same for some terms; terms that no passage has are left out."""
        counts: Counter[str] = Counter()
        for arrays, holding in zip(self.segments, self._holding, strict=True):
            rows = zip(terms, arrays.vocabulary.find_all(terms), strict=True)
            counts.update({term: int(holding[row]) for term, row in rows if row is not None})
        return +counts

    def headings(self) -> Mapping[str, int]:
        """Every heading above passages that are not deleted, and the number of passages below it."""
        counts: defaultdict[str, int] = defaultdict(int)
        for arrays, live in zip(self.segments, self._live_passages, strict=True):
            under = np.bincount(arrays.section if live is None else arrays.section[live])
            for below, section in zip(under.tolist(), arrays.strings, strict=False):
                for heading in {*section.split("\n")} if below else ():
                    counts[heading] += below
        counts.pop("", None)  # passages without a heading
        return counts

    def defined(self) -> set[str]:
        """The terms that passages that are not deleted define."""
        found: set[str] = set()
        for arrays, live in zip(self.segments, self._live_passages, strict=True):
            rows = np.flatnonzero(np.bincount(arrays.term if live is None else arrays.term[live]))
            found.update(arrays.strings[row] for row in rows.tolist())
        return found - {""}

    def phrases(self, least: int, without: Collection[str]) -> Mapping[str, int]:
        """Two or three words in a row that at least so many passages have, none in `without`, and their passages."""
        from deqing_search.engine.segment.temporary import TemporaryArrays

        owners = []

        def parts() -> Iterator[Phrases]:
            for arrays, live in zip(self.segments, self._live_passages, strict=True):
                for part in arrays.phrases(live, without):
                    owners.append(arrays)
                    yield part

        counts: dict[str, int] = {}
        with TemporaryArrays(Path(gettempdir())) as temporary:
            for found, of in joined(parts(), least, temporary):
                columns = (column.tolist() for column in (found.passages, found.start, found.length, of))
                for passages, at, length, number in zip(*columns, strict=True):
                    counts[owners[number].characters(at, at + length)] = passages
        return counts

    def holding_phrases(self, phrases: Collection[str], without: Collection[str]) -> Mapping[str, int]:
        """The same for some phrases; those that no passage has are left out."""
        possible = list(filter(is_possible, phrases))
        counts = np.zeros(len(possible), np.int64)
        for arrays, live in zip(self.segments, self._live_passages, strict=True):
            counts += arrays.holding_phrases(possible, live, without)
        return {text: count for text, count in zip(possible, counts.tolist(), strict=True) if count}

    def sentences_of(
        self, texts: Sequence[str], without: Collection[str]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The sentences that have words or phrases: the number of a text, that of a sentence, each pair once.

        Deleted passages count too.
        """
        keys = np.array([key_of(text) for text in texts], np.uint64)
        order = np.argsort(keys)
        pairs, before = [np.empty(0, np.int64)], 0
        for arrays in self.segments:
            for rows, sentences in arrays.sentences_of(keys[order], without):
                pairs.append(order[rows] << 32 | sentences + before)
            before += len(arrays.units["sentence"])
        every = np.concatenate(pairs)
        del pairs
        every.sort()
        is_new = np.ones(len(every), np.bool_)
        np.not_equal(every[1:], every[:-1], out=is_new[1:])  # np.diff would copy the pairs twice
        every = every[is_new]
        return (every >> 32).astype(np.int32), every.astype(np.uint32).view(np.int32)

    def years(self, where: Node) -> Mapping[int | None, int]:
        """Occurrences of the positive literals of `where` in its matches, by year; years without any are left out."""
        years: Counter[int] = Counter()
        for search in self._searches():
            for passages, times in search.occurring(search.matches(where), where, wanted_by(where)):
                years.update(_by_value(search.arrays.year[search.arrays.report_of[passages]], times))
        return {year or None: years[year] for year in sorted(years)}

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        """The reports that have a match, the passages that match and their characters, by year."""
        sums: tuple[Counter[int], Counter[int], Counter[int]] = (Counter(), Counter(), Counter())
        for search in self._searches():
            arrays, matches = search.arrays, search.matches(where)
            by_report, passages = search.by_report(matches), matches.passages
            characters = np.bincount(arrays.report_of[passages], arrays.length[passages], arrays.reports)
            for counts, weights in zip(sums, (by_report > 0, by_report, characters), strict=True):
                counts.update(_by_value(arrays.year, weights))
        return {year or None: Extent(*(counts[year] for counts in sums)) for year in sorted(sums[0])}

    def by_report(self, where: Node) -> Mapping[str, int]:
        """How many passages of each report match, by the id of the report."""
        counts: Counter[str] = Counter()
        for search in self._searches():
            by_report = search.by_report(search.matches(where))
            rows = np.flatnonzero(by_report).tolist()
            counts.update({search.arrays.report_ids[row]: int(by_report[row]) for row in rows})
        return counts

    def texts(self, where: Node) -> Iterator[PassageText]:
        """The text of every match; the oldest report comes first, its passages in reading order."""
        searches = self._searches()
        handles = self._handles([search.matches(where).passages for search in searches])
        for handle in handles[np.argsort(self._orders["oldest"][handles])].tolist():
            segment, passage = self.locate(handle)
            arrays = self.segments[segment]
            yield PassageText(handle, arrays.report_ids[arrays.report_of[passage]], arrays.text(passage))

    def frequencies(self, where: Node) -> Mapping[str, int]:
        """Every term of the matches, with its occurrences."""
        counts: Counter[str] = Counter()
        for search in self._searches():
            times = search.arrays.term_times(search.matches(where).passages)
            rows = np.flatnonzero(times)
            counts.update(dict(zip(search.arrays.vocabulary.pick(rows), times[rows].tolist(), strict=True)))
        return counts


def _by_place(arrays: SegmentArrays) -> dict[str, list[int]]:
    """The reports on each compact place."""
    places = arrays.report_strings("compact_place")
    return {arrays.strings[row]: np.flatnonzero(places == row).tolist() for row in np.unique(places).tolist()}


def _mean_length(characters: int, passages: int) -> float:
    """Characters a passage, on average; 1 when there is nothing to divide."""
    return characters / passages if characters else 1.0


def _live_reports(arrays: SegmentArrays, deleted: Sequence[int]) -> Mask:
    live = np.ones(arrays.reports, np.bool_)
    live[list(deleted)] = False
    return live


def _joined(parts: Sequence[Array], dtype: npt.DTypeLike) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.empty(0, dtype)


def _by_value(values: Array, weights: Array) -> dict[int, int]:
    """The sum of the weights of each distinct value, a number not below 0.

    >>> _by_value(np.array([2016, 2024, 2016]), np.array([1, 5, 2]))
    {2016: 3, 2024: 5}
    """
    sums = np.bincount(values, weights)
    return {value: int(sums[value]) for value in np.flatnonzero(sums).tolist()}
