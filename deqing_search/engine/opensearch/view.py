"""One commit in a cluster, open for reading.

A query runs in two steps: the cluster finds candidates by its own index, then `evaluation` reads their texts and
decides, counts and ranks as it does in the embedded engine. Scores use the figures of the whole commit, so the number
of shards changes nothing. The cost of a query grows with its candidates, all of which are fetched.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from deqing_search.engine.base import Evaluation, Extent, Lexicon, PassageText, Request, SuggestionView
from deqing_search.engine.evaluation.lexicon import SnapshotLexicon
from deqing_search.engine.evaluation.snapshot import Snapshot, Statistics
from deqing_search.engine.opensearch.candidates import EVERY, Json, candidates, of_literal, spans_reports, with_any
from deqing_search.engine.opensearch.connection import Connection
from deqing_search.engine.opensearch.documents import digest, from_ascii, load_passage_entry, load_report_entry
from deqing_search.engine.segment.array_file import ArrayWriter, map_arrays
from deqing_search.engine.segment.entries import PassageEntry, ReportEntry
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.segment.stored_fields import load_card, load_passage, load_report
from deqing_search.engine.segment.temporary import TemporaryArrays
from deqing_search.engine.segment.writer import SegmentBuilder
from deqing_search.query.tree import And, Needle, Node, literal_of
from deqing_search.report import Passage, Report, ReportCard

_QUERIES = 8  # whose candidates a view remembers
_FIGURES = 4_096  # document frequencies that it remembers
_TOGETHER = 1_000  # reports named in one query


class StoredReport(NamedTuple):
    """A version of a report in the cluster."""

    version: str
    entry: ReportEntry
    passages: int
    characters: int


class _Found(NamedTuple):
    """Candidates as a snapshot, and the handle of each."""

    snapshot: Snapshot
    handles: Sequence[int]


class Commit(NamedTuple):
    """A commit: its number, and the numbers below it that writers took and never committed."""

    number: int = 0
    void: tuple[int, ...] = ()

    def includes(self) -> Json:
        """A query for all documents that this commit or an earlier one wrote."""
        return {"bool": {"filter": [{"range": {"commit": {"lte": self.number}}}], "must_not": [self.abandoned()]}}

    def abandoned(self) -> Json:
        """A query for all documents of the numbers that were never committed."""
        return {"terms": {"commit": list(self.void)}}


class OpenSearchView(SnapshotLexicon):
    """One commit. `current` raises `IndexOutdated` when the cluster no longer has all of it."""

    def __init__(
        self,
        connection: Connection,
        commit: Commit,
        index: Callable[[str], str],
        current: Callable[[], None],
        directory: Path | None,
    ) -> None:
        self._commit = commit
        self._connection, self._index, self._current, self._directory = connection, index, current, directory
        self._reports, removed = self._read_reports()
        self._numbers = {report.version: number for number, report in enumerate(self._reports)}
        self._by_id = {report.entry.id: report for report in self._reports}
        self._base = [0, *accumulate(report.passages for report in self._reports)]
        self._mine: list[Json] = [commit.includes()]
        if removed:
            self._mine.append({"bool": {"must_not": [{"terms": {"version": removed}}]}})
        self._found = lru_cache(_QUERIES)(self._fetch)
        self._holding = lru_cache(_FIGURES)(self._count_holding)

    def _read_reports(self) -> tuple[list[StoredReport], list[str]]:
        """The reports of this commit, and the versions removed by it or earlier that the cluster still has."""
        fields = ("removes", "passages", "characters", "entry")
        versions, removed = dict[str, Mapping[str, Any]](), set[str]()
        for hit in self._connection.scan(self._index("reports"), self._commit.includes(), fields):
            if "removes" in hit["_source"]:
                removed.add(hit["_source"]["removes"])
            else:
                versions[hit["_id"]] = hit["_source"]
        reports = [
            StoredReport(version, load_report_entry(source["entry"]), source["passages"], source["characters"])
            for version, source in versions.items()
            if version not in removed
        ]
        return sorted(reports, key=lambda report: report.entry.id), sorted(removed)

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
        return ((report.entry.id, report.version) for report in self._reports)

    def _within(self, query: Json) -> Json:
        return {"bool": {"filter": [query, *self._mine]}}

    def _fetch(self, where: Node) -> _Found:
        """All candidates of a query tree."""
        if spans_reports(where):
            return self._of_reports(self._versions(with_any(where)))
        return self._opened([candidates(where).query])

    def _of_reports(self, versions: Sequence[str]) -> _Found:
        """All passages of reports."""
        parts = (versions[at : at + _TOGETHER] for at in range(0, len(versions), _TOGETHER))
        return self._opened([{"terms": {"version": part}} for part in parts])

    def _versions(self, query: Json) -> list[str]:
        if query == EVERY:
            return [report.version for report in self._reports]
        hits = self._connection.scan(self._index("passages"), self._within(query), ["version"])
        return sorted({hit["_source"]["version"] for hit in hits})

    def _opened(self, queries: Sequence[Json]) -> _Found:
        """The passages that match any of the queries, report after report. None is held in memory."""
        handles: list[int] = []
        arrays = self._segment(self._entries(queries, handles))
        self._current()
        statistics = Statistics(self._base[-1], sum(report.characters for report in self._reports), self._holding)
        return _Found(Snapshot([(arrays, ())] if handles else [], statistics), handles)

    def _entries(self, queries: Sequence[Json], handles: list[int]) -> Iterator[ReportEntry | PassageEntry]:
        """The entries of passages and, before the first of each report, that of the report; appends the handles."""
        last = -1
        for query in queries:
            fields, by = ("version", "index", "entry"), ("version", "index")
            for hit in self._connection.scan(self._index("passages"), self._within(query), fields, by):
                source = hit["_source"]
                number = self._numbers[source["version"]]
                if number != last:
                    yield self._reports[number].entry
                    last = number
                handles.append(self._base[number] + source["index"])
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

    def _report_of(self, handle: int) -> int:
        if not 0 <= handle < self._base[-1]:
            raise IndexError(f"no passage {handle}")
        return bisect_right(self._base, handle) - 1

    def _count_holding(self, name: Needle | str) -> int:
        """How many passages have a literal or a term. Whole numbers are counted by reading the candidates."""
        if isinstance(name, str):
            return self._connection.count(self._index("passages"), self._within({"term": {"terms": digest(name)}}))
        found = of_literal(name)
        if found.exact:
            return self._connection.count(self._index("passages"), self._within(found.query))
        return self.total(literal_of(name.compact, whole=True))

    def evaluate(self, request: Request) -> Evaluation:
        found = self._found(request.where)
        evaluation = found.snapshot.evaluate(request)
        page = tuple(hit._replace(handle=found.handles[hit.handle]) for hit in evaluation.page)
        return evaluation._replace(page=page)

    def total(self, where: Node) -> int:
        query, exact = candidates(where)
        if exact and not spans_reports(where):
            total = self._connection.count(self._index("passages"), self._within(query))
            self._current()
            return total
        return self._found(where).snapshot.total(where)

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        return self._found(where).snapshot.totals(where, besides)

    def years(self, where: Node) -> Mapping[int | None, int]:
        return self._found(where).snapshot.years(where)

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        return self._found(where).snapshot.extents(where)

    def by_report(self, where: Node) -> Mapping[str, int]:
        return self._found(where).snapshot.by_report(where)

    def texts(self, where: Node) -> Iterator[PassageText]:
        found = self._found(where)
        for text in found.snapshot.texts(where):
            yield text._replace(handle=found.handles[text.handle])

    def frequencies(self, where: Node) -> Mapping[str, int]:
        return self._found(where).snapshot.frequencies(where)

    def passages(self, handles: Sequence[int]) -> list[Passage]:
        numbers = [(handle, self._report_of(handle)) for handle in handles]
        ids = [f"{self._reports[number].version}-{handle - self._base[number]}" for handle, number in numbers]
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
        if (known := self._by_id.get(report_id)) is None:
            return None
        (stored,) = self._connection.several(self._index("reports"), [known.version], ["stored"])
        passages = self._stored([f"{known.version}-{index}" for index in range(known.passages)])
        return load_report(from_ascii(stored["stored"]), tuple(passages))

    def cards(self) -> Sequence[ReportCard]:
        return self._cards

    @cached_property
    def _cards(self) -> tuple[ReportCard, ...]:
        versions = [report.version for report in self._reports]
        stored = self._connection.several(self._index("reports"), versions, ["stored"])
        cards = (load_card(from_ascii(source["stored"])) for source in stored)
        return tuple(sorted(cards, key=lambda card: (card.meta.year or 0, card.id)))
