"""One commit in a cluster, open for reading.

The cluster finds, counts and ranks the matches (`candidates`, `aggregations`, `bounds`), and of the best ones the texts
are read: `evaluation` computes their exact scores, as it does in the embedded engine. Scores use the figures of the
whole commit, so the number of shards changes nothing. Where the cluster cannot decide or count, the texts of all
candidates are read, and the cost of a query grows with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from deqing_search.engine.base import Evaluation, Extent, Lexicon, PassageText, Request, Scored, SuggestionView
from deqing_search.engine.evaluation.lexicon import SnapshotLexicon
from deqing_search.engine.evaluation.ranking import PLACE, YEAR, favoured
from deqing_search.engine.evaluation.snapshot import Snapshot, Statistics
from deqing_search.engine.opensearch.aggregations import (
    by_year,
    counted_by_report,
    counted_each,
    decides,
    occurrences,
    summed_by_year,
)
from deqing_search.engine.opensearch.bounds import Factor, bounded, names
from deqing_search.engine.opensearch.candidates import EVERY, any_of, candidates, of_name, spans_reports, with_any
from deqing_search.engine.opensearch.connection import Connection, Hit
from deqing_search.engine.opensearch.documents import Json, digest, from_ascii, load_passage_entry
from deqing_search.engine.opensearch.reports import Commit, CommittedReports, StoredReport
from deqing_search.engine.segment.array_file import ArrayWriter, Ints, Mask, map_arrays
from deqing_search.engine.segment.entries import PassageEntry, ReportEntry
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.segment.stored_fields import load_card, load_passage, load_report
from deqing_search.engine.segment.temporary import TemporaryArrays
from deqing_search.engine.segment.writer import SegmentBuilder
from deqing_search.query.tree import And, Needle, Node, Not, Or
from deqing_search.report import Passage, Report, ReportCard

_QUERIES = 8  # whose candidates a view remembers
_FIGURES = 4_096  # document frequencies that it remembers
_TOGETHER = 1_000  # reports whose passages are read by one query
_NAMED = 50_000  # reports named in one clause; OpenSearch allows 65,536
FIRST = 60  # passages read for a page before the first look at their scores
_DEEPEST = 2_000  # the last hit that a page found by bounds may have; for a later page all matches are read
_ENTRY = ("version", "index", "entry")


class _Found(NamedTuple):
    """Candidates as a snapshot, and the handle of each."""

    snapshot: Snapshot
    handles: Sequence[int]


class _Counts(NamedTuple):
    """For each report, its matches and their characters; occurrences by year, None: they must be read."""

    passages: Ints
    characters: Ints
    years: Mapping[int, int] | None


class OpenSearchView(SnapshotLexicon):
    """One commit. `current` raises `IndexOutdated` when the cluster no longer has all of it."""

    def __init__(
        self,
        connection: Connection,
        commit: Commit,
        index: Callable[[str], str],
        current: Callable[[], None],
        directory: Path | None,
        first: int = FIRST,
    ) -> None:
        """`first`: passages read before the first look at their scores."""
        self._first = first
        self._commit = commit
        self._connection, self._index, self._current, self._directory = connection, index, current, directory
        self._reports = CommittedReports.read(connection, index("reports"), commit)
        self._mine: list[Json] = [commit.includes()]
        if self._reports.removed:
            self._mine.append({"bool": {"must_not": [{"terms": {"version": self._reports.removed}}]}})
        self._found = lru_cache(_QUERIES)(self._fetch)
        self._figures: dict[Needle | str, int] = {}
        self._counts = lru_cache(_QUERIES)(self._count_matches)

    @property
    def commit(self) -> int:
        return self._commit.number

    def beside(self, name: str) -> Path | None:
        return self._directory / name if self._directory else None

    def _whole(self) -> Snapshot:
        return self._found(And(())).snapshot

    def since(self, before: SuggestionView) -> Lexicon:
        """The words of the reports that only one of the two views has."""
        assert isinstance(before, OpenSearchView)
        mine, others = set(self.versions()), set(before.versions())
        parts = self.arrays_of(mine - others) + before.arrays_of(others - mine)
        return Snapshot([(arrays, ()) for arrays in parts])

    def arrays_of(self, versions: Iterable[tuple[str, str]]) -> list[SegmentArrays]:
        """The passages of some of `versions`."""
        return self._of_reports(sorted(version for _, version in versions)).snapshot.segments

    def versions(self) -> Iterator[tuple[str, str]]:
        """The id of each report, and its version."""
        return ((report.entry.id, report.version) for report in self._reports.stored)

    def _within(self, query: Json) -> Json:
        return {"bool": {"filter": [query, *self._mine]}}

    def _candidates(self, where: Node) -> Json:
        return self._within(self._query(where))

    def _query(self, where: Node) -> Json:
        return candidates(where, self._in_reports).query

    def _in_reports(self, node: Node) -> Json:
        """The passages of the reports in which a tree holds."""
        holding = np.flatnonzero(self._holds(node))
        versions = [self._reports.stored[number].version for number in holding.tolist()]
        parts = (versions[at : at + _NAMED] for at in range(0, len(versions), _NAMED))
        return any_of([{"terms": {"version": part}} for part in parts])

    def _holds(self, node: Node) -> Mask:
        """For each report, whether a tree holds in it; a part without AND, OR and NOT holds if a passage matches it."""
        match node:
            case And(children):
                return reduce(np.logical_and, map(self._holds, children), self._every_report)
            case Or(children):
                return reduce(np.logical_or, map(self._holds, children), ~self._every_report)
            case Not(child):
                return ~self._holds(child)
        return self._counts(node).passages > 0

    @cached_property
    def _every_report(self) -> Mask:
        return np.ones(len(self._reports.stored), np.bool_)

    def _fetch(self, where: Node) -> _Found:
        """All candidates of a query tree."""
        if spans_reports(where):
            return self._of_reports(self._versions(with_any(where)))
        return self._opened([self._query(where)])

    def _of_reports(self, versions: Sequence[str]) -> _Found:
        """All passages of reports."""
        parts = (versions[at : at + _TOGETHER] for at in range(0, len(versions), _TOGETHER))
        return self._opened([{"terms": {"version": part}} for part in parts])

    def _versions(self, query: Json) -> list[str]:
        if query == EVERY:
            return self._reports.versions
        hits = self._connection.scan(self._index("passages"), self._within(query), ["version"])
        return sorted({hit["_source"]["version"] for hit in hits})

    def _opened(self, queries: Sequence[Json]) -> _Found:
        """The passages that match any of the queries."""
        by = ("version", "index")
        scans = (self._connection.scan(self._index("passages"), self._within(one), _ENTRY, by) for one in queries)
        return self._snapshot(chain.from_iterable(scans))

    def _snapshot(self, hits: Iterable[Hit]) -> _Found:
        """A snapshot of passages that come report after report, in reading order. They are not all held in memory."""
        handles: list[int] = []
        arrays = self._segment(self._entries(hits, handles))
        self._current()
        return _Found(Snapshot([(arrays, ())] if handles else [], self._statistics), handles)

    @cached_property
    def _statistics(self) -> Statistics:
        return Statistics(self._reports.passages, self._reports.characters, self._holding)

    def _entries(self, hits: Iterable[Hit], handles: list[int]) -> Iterator[ReportEntry | PassageEntry]:
        """The entries of passages and, before the first of each report, that of the report; appends the handles."""
        last = -1
        for hit in hits:
            source = hit["_source"]
            number = self._reports.number_of[source["version"]]
            if number != last:
                yield self._reports.stored[number].entry
                last = number
            handles.append(self._reports.first[number] + source["index"])
            yield load_passage_entry(source["entry"])

    def _segment(self, entries: Iterable[ReportEntry | PassageEntry]) -> SegmentArrays:
        with TemporaryDirectory() as folder, TemporaryArrays(Path(folder)) as temporary:
            builder = SegmentBuilder(temporary)
            for entry in entries:
                builder.add(entry)
            path = Path(folder) / "candidates"
            out = ArrayWriter(path.open("wb"))
            builder.write(out)
            out.close()
            return SegmentArrays(map_arrays(path))

    def _holding(self, name: Needle | str) -> int:
        """How many passages have a literal or a term."""
        return self._count_holding([name])[0]

    def _count_holding(self, names: Sequence[Needle | str]) -> list[int]:
        """How many passages have each of them; remembered."""
        unknown = [name for name in dict.fromkeys(names) if name not in self._figures]
        found = dict(zip(unknown, self._count_each(self._within(EVERY), list(map(of_name, unknown))), strict=True))
        figures = [found[name] if name in found else self._figures[name] for name in names]
        if len(self._figures) > _FIGURES:
            self._figures = {}
        self._figures |= found
        return figures

    def evaluate(self, request: Request) -> Evaluation:
        counts = self._counts(request.where) if decides(request.where) else None
        if counts is None or counts.years is None:
            return _page_of(self._found(request.where), request)
        by_report = counts.passages
        return Evaluation(
            self._page(request, by_report) if request.limit else (),
            int(by_report.sum()),
            sum(counts.years.values()),
            int(np.count_nonzero(by_report)),
            self._reports.facets.count(by_report),
        )

    def _page(self, request: Request, by_report: Ints) -> tuple[Scored, ...]:
        wanted = request.offset + request.limit
        if request.sort != "relevance":
            return self._page_by_year(request, by_report)
        query = None
        if wanted <= _DEEPEST and wanted < by_report.sum():
            self._count_holding(names(request))  # all in one request
            matching = self._candidates(request.where)
            query = bounded(matching, request, self._statistics, self._factors(request.typed))
        return self._best(query, request) if query else _page_of(self._found(request.where), request).page

    def _factors(self, typed: Sequence[str]) -> list[Factor]:
        """The passages whose scores are multiplied because a question names their place or year."""
        favour = favoured(self._reports.by_place, typed)
        versions = [self._reports.stored[number].version for number in favour.reports]
        queries = {"version": (versions, PLACE), "year": (favour.years, YEAR)}
        return [Factor({"terms": {field: some}}, times) for field, (some, times) in queries.items() if some]

    def _page_by_year(self, request: Request, by_report: Ints) -> tuple[Scored, ...]:
        """The page, from the matches of the reports that are on it."""
        order = self._reports.orders[request.sort]
        until = np.cumsum(by_report[order])
        first, last = np.searchsorted(until, [request.offset, request.offset + request.limit - 1], side="right")
        before = int(until[first - 1]) if first else 0
        versions = [self._reports.stored[number].version for number in order[first : last + 1]]
        if len(versions) > _TOGETHER:
            return _page_of(self._found(request.where), request).page
        chosen = [{"bool": {"filter": [{"terms": {"version": versions}}, self._query(request.where)]}}]
        return _page_of_matches(self._opened(chosen), request._replace(offset=request.offset - before))

    def _best(self, query: Json, request: Request) -> tuple[Scored, ...]:
        """The page, from the matches with the highest bounds of their scores.

        They are read until no bound of the others is higher than the score of the last passage on the page.
        """
        read: list[Hit] = []
        due = self._first
        hits = self._connection.scan(
            self._index("passages"), query, _ENTRY, ("_score", "version", "index"), first=self._first
        )
        with closing(hits):
            for hit in hits:
                read.append(hit)
                if len(read) < due:
                    continue
                page = self._page_of_read(read, request)
                if len(page) == request.limit and page[-1].score > hit["sort"][0]:
                    return page
                due = 2 * len(read)
        return self._page_of_read(read, request)

    def _page_of_read(self, read: Sequence[Hit], request: Request) -> tuple[Scored, ...]:
        ordered = sorted(read, key=lambda hit: (hit["_source"]["version"], hit["_source"]["index"]))
        return _page_of_matches(self._snapshot(ordered), request)

    def _count_matches(self, where: Node) -> _Counts:
        """What the cluster counts of a tree that it decides, in one request."""
        query, occurring = self._candidates(where), occurrences(where)
        by_report = counted_by_report(query, len(self._reports.stored))
        answers = self._aggregated([*by_report, *(summed_by_year(query, one) for one in occurring or ())])
        passages, characters = np.zeros((2, len(self._reports.stored)), np.int64)
        for answer in answers[: len(by_report)]:
            for bucket in answer["reports"]["buckets"]:
                number = self._reports.number_of[bucket["key"]]
                passages[number], characters[number] = bucket["doc_count"], bucket["characters"]["value"]
        return _Counts(passages, characters, None if occurring is None else by_year(answers[len(by_report) :]))

    def _aggregated(self, requests: Sequence[Json]) -> list[Mapping[str, Any]]:
        answers = self._connection.aggregate(self._index("passages"), requests)
        self._current()
        return answers

    def total(self, where: Node) -> int:
        if not decides(where):
            return self._found(where).snapshot.total(where)
        total = self._connection.count(self._index("passages"), self._candidates(where))
        self._current()
        return total

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        if not all(map(decides, (where, *besides))):
            return self._found(where).snapshot.totals(where, besides)
        return self._count_each(self._candidates(where), list(map(self._query, besides)))

    def _count_each(self, query: Json, besides: Sequence[Json]) -> list[int]:
        """How many passages of a query match each of others."""
        if not besides:
            return []
        (answer,) = self._aggregated([counted_each(query, besides)])
        return [bucket["doc_count"] for bucket in answer["each"]["buckets"]]

    def years(self, where: Node) -> Mapping[int | None, int]:
        years = self._counts(where).years if decides(where) else None
        if years is None:
            return self._found(where).snapshot.years(where)
        return {year or None: years[year] for year in sorted(years)}

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        if not decides(where):
            return self._found(where).snapshot.extents(where)
        sums: dict[int, tuple[int, ...]] = {}
        for report, *counts in self._counted(where):
            if counts[0]:
                before = sums.get(report.entry.year, (0, 0, 0))
                sums[report.entry.year] = tuple(map(add, before, (1, *counts)))
        return {year or None: Extent(*sums[year]) for year in sorted(sums)}

    def by_report(self, where: Node) -> Mapping[str, int]:
        if not decides(where):
            return self._found(where).snapshot.by_report(where)
        return {report.entry.id: passages for report, passages, _ in self._counted(where) if passages}

    def _counted(self, where: Node) -> Iterator[tuple[StoredReport, int, int]]:
        """Each report, its matches and their characters."""
        counts = self._counts(where)
        return zip(self._reports.stored, counts.passages.tolist(), counts.characters.tolist(), strict=True)

    def texts(self, where: Node) -> Iterator[PassageText]:
        found = self._found(where)
        for text in found.snapshot.texts(where):
            yield text._replace(handle=found.handles[text.handle])

    def frequencies(self, where: Node) -> Mapping[str, int]:
        return self._found(where).snapshot.frequencies(where)

    def passages(self, handles: Sequence[int]) -> list[Passage]:
        known = self._reports
        numbers = [(handle, known.of_passage(handle)) for handle in handles]
        ids = [f"{known.stored[number].version}-{handle - known.first[number]}" for handle, number in numbers]
        return self._stored(ids)

    def _stored(self, ids: Sequence[str]) -> list[Passage]:
        stored = self._connection.several(self._index("passages"), ids, ["passage"])
        return [load_passage(from_ascii(source["passage"])) for source in stored]

    def passage(self, passage_id: str) -> Passage | None:
        query = self._within({"term": {"id": digest(passage_id)}})
        hits = list(self._connection.scan(self._index("passages"), query, ["passage"]))
        self._current()
        return load_passage(from_ascii(hits[0]["_source"]["passage"])) if hits else None

    def report(self, report_id: str) -> Report | None:
        if (known := self._reports.by_id.get(report_id)) is None:
            return None
        (stored,) = self._connection.several(self._index("reports"), [known.version], ["stored"])
        passages = self._stored([f"{known.version}-{index}" for index in range(known.passages)])
        return load_report(from_ascii(stored["stored"]), tuple(passages))

    def cards(self) -> Sequence[ReportCard]:
        return self._cards

    @cached_property
    def _cards(self) -> tuple[ReportCard, ...]:
        stored = self._connection.several(self._index("reports"), self._reports.versions, ["stored"])
        cards = (load_card(from_ascii(source["stored"])) for source in stored)
        return tuple(sorted(cards, key=lambda card: (card.meta.year or 0, card.id)))


def _page_of(found: _Found, request: Request) -> Evaluation:
    """The evaluation of passages that were read, with the handles of the view."""
    evaluation = found.snapshot.evaluate(request)
    page = tuple(hit._replace(handle=found.handles[hit.handle]) for hit in evaluation.page)
    return evaluation._replace(page=page)


def _page_of_matches(found: _Found, request: Request) -> tuple[Scored, ...]:
    """The page of passages that all match: some passages of a report do not show what holds in the whole of it."""
    return _page_of(found, request._replace(where=Or((request.where, And(()))))).page
