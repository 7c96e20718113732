"""The engine for an index that one machine cannot hold: reports in an OpenSearch cluster.

Defines `OpenSearchEngine`. Three indices make one generation: passages, versions of reports, and a head with the number
of the newest commit. Documents never change: each names the commit that wrote it, and what removes a version of a
report is a document too. So a commit becomes visible in one step, when the head moves, and a view does not change. The
versions that two commits no longer have are deleted by the next writer.

The head also says who writes, and until when. A writer that stalls longer than that may be replaced, and may wake up
later. So every change of the head demands that nobody else has changed it since, and each writer takes a number of its
own: what a replaced one still writes has a number that no commit ever includes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from deqing_search.config import GENERATION
from deqing_search.engine.base import AnalysedReport
from deqing_search.engine.opensearch.connection import Action, Conflict, Connection, Hit, NotThere
from deqing_search.engine.opensearch.documents import (
    ANALYSIS,
    PASSAGES,
    READ,
    REPORTS,
    Json,
    dump_entry,
    in_ascii,
    passage_fields,
)
from deqing_search.engine.opensearch.reports import Commit, CommittedReports
from deqing_search.engine.opensearch.view import FIRST, OpenSearchView
from deqing_search.engine.segment.entries import Compact, passage_entry, report_entry
from deqing_search.engine.segment.stored_fields import dump_passage, dump_report
from deqing_search.errors import DeqingError, IndexBusy, IndexMissing, IndexOutdated

FORMAT = 4  # of the documents; raise it when they change
LEASE = 120.0  # seconds without a sign of life after which another writer may take over
VOID = 1_000  # how many numbers that were never committed are remembered

_HEAD = "commit"
_PARTS = ("passages", "reports", "head")
_MARK = "in-cluster"  # an empty file in the local folder of a generation


@dataclass(frozen=True)
class _Head:
    """The head. `number`: the last one that a writer took; `purged`: older commits may have lost passages."""

    commit: Commit = field(default_factory=Commit)
    purged: int = 0
    number: int = 0
    owner: str = ""
    until: float = 0.0


@dataclass
class _Lease:
    """The head as this writer wrote it last, where it stands in the cluster, and when it was written."""

    head: _Head
    place: Mapping[str, Any]
    renewed: float = 0.0


class OpenSearchEngine:
    """Stores reports in indices of a cluster and opens views of them. `compact` as in `WhooshEngine`."""

    def __init__(
        self,
        address: str,
        *,
        compact: Compact,
        shards: int = 1,
        directory: Path | None = None,
        lease: float = LEASE,
        first: int = FIRST,
    ) -> None:
        """`directory`: the local folder of the generation, for files beside the index; its name is in the indices.

        After `lease` seconds without a sign of life a writer may be replaced. `first`: as for `OpenSearchView`; the
        answers do not depend on it.
        """
        self._connection = Connection(address)
        self._compact, self._shards, self._seconds = compact, shards, lease
        self._directory, self._first = directory, first
        self._view: OpenSearchView | None = None
        self._opening = threading.Lock()

    @property
    def name(self) -> str:
        """What the names of its indices begin with."""
        return self._connection.name

    def _index(self, part: str) -> str:
        return f"{self._connection.name}-{self._directory.name}-{part}" if self._directory else self._alias(part)

    def _alias(self, part: str) -> str:
        return f"{self._connection.name}-{part}"

    def view(self) -> OpenSearchView:
        """The newest commit; raises `IndexMissing` without one, `IndexOutdated` if it has another format."""
        with self._opening:
            head, _ = self._head()
            if not head.commit.number:
                where = f"{self._connection.where}/{self._connection.name}"
                raise IndexMissing(f"集群 {where} 里没有索引。", hint="运行 search-cli index 建立索引。")
            commit = head.commit
            if self._view is None or self._view.commit != commit.number:
                current = partial(self._demand, commit)
                self._view = OpenSearchView(
                    self._connection, commit, self._index, current, self._directory, self._first
                )
            return self._view

    def _head(self) -> tuple[_Head, Mapping[str, int]]:
        """The head, and what demands of the cluster to replace this state of it only."""
        found = self._connection.get(self._index("head"), _HEAD)
        if found is None:
            return _Head(), {}
        head = found["_source"]
        if head["format"] != FORMAT:
            message = f"集群 {self._connection.where} 里的索引由另一个版本建立。"
            raise IndexOutdated(message, hint="运行 search-cli index --rebuild 重建索引。")
        commit = Commit(head["commit"], tuple(head["void"]))
        state = _Head(commit, head["purged"], head["number"], head["owner"], head["until"])
        return state, _place(found)

    def _demand(self, commit: Commit) -> None:
        """Raise `IndexOutdated` if passages of this commit may have been deleted."""
        head, _ = self._head()
        if not head.commit.number or head.purged > commit.number:
            raise IndexOutdated("查询期间索引已更新多次，这次的结果可能不全。", hint="再查一次。")

    def write(self, reports: Iterable[AnalysedReport], *, delete: Collection[str] = ()) -> None:
        """Add or replace reports and delete others, all or nothing. If a report is given twice, the last one wins."""
        self._create()
        with self._lease() as lease:
            self._clean(lease.head)
            try:
                self._connection.bulk(self._actions(reports, delete, lease))
            except BaseException:
                with suppress(DeqingError):
                    self._renew(lease)  # fails in a writer that was replaced: the other one cleans
                    self._clean(replace(lease.head, number=lease.head.number + 1))
                raise
            self._refresh()
            before, number = lease.head.commit, lease.head.number
            void = (*before.void, *range(before.number + 1, number))[-VOID:]
            self._put(lease, replace(lease.head, commit=Commit(number, void)))

    def begin(self, *, resume: bool = False) -> None:
        """Make room for a new generation; raises `IndexBusy` if the name belongs to the index of another folder."""
        assert self._directory is not None
        mine = {name.parent.name for name in self._directory.parent.glob(f"*/{_MARK}")}
        if resume:  # this generation was never in use: if one of its name is, that is of another folder
            mine.discard(self._directory.name)
        if foreign := sorted(self._in_use() - mine):
            at = f"集群 {self._connection.where} 里的索引 {self._connection.name}"
            message = f"{at} 不是从 {self._directory.parent} 建的（{foreign[0]}），没有改动它。"
            raise IndexBusy(message, hint="用建它的那个索引目录，或在地址里另取一个名称。")
        if not resume:
            self.discard()
        self._directory.mkdir(exist_ok=True)
        (self._directory / _MARK).touch()

    def publish(self) -> None:
        """Make the aliases name this generation, in one step, and delete the others."""
        mine, found = list(map(self._index, _PARTS)), self._indices()
        named = {index: list(one["aliases"]) for index, one in found.items()}
        remove = [{"remove": {"index": index, "alias": alias}} for index in named for alias in named[index]]
        add = [{"add": {"index": self._index(part), "alias": self._alias(part)}} for part in _PARTS]
        self._connection.change("POST", "/_aliases", {"actions": [*remove, *add]})
        self._delete(index for index in named if index not in mine)

    def discard(self) -> None:
        """Delete this generation."""
        self._delete(map(self._index, _PARTS))

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(NotThere):
                self._connection.change("DELETE", f"/{name}")

    def _indices(self) -> Mapping[str, Any]:
        """The indices of all generations, with their aliases."""
        found: Mapping[str, Any] = self._connection.ask("GET", f"/{self._connection.name}-{GENERATION}*/_alias")
        return found

    def _in_use(self) -> set[str]:
        """The generations that the aliases name: one, or none."""
        try:
            named: Mapping[str, Any] = self._connection.ask("GET", f"/_alias/{self._alias('head')}")
        except NotThere:
            return set()
        before, after = f"{self._connection.name}-", "-head"
        return {name.removeprefix(before).removesuffix(after) for name in named}

    def _create(self) -> None:
        """Create the indices that are missing."""
        one = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        several = {**one, "number_of_shards": self._shards, "refresh_interval": "-1", "analysis": ANALYSIS}
        kinds: Mapping[str, tuple[Json, Json]] = {
            "passages": (several, {"_source": {"includes": READ}, "properties": PASSAGES}),
            "reports": (one, {"properties": REPORTS}),
            "head": (one, {}),
        }
        for part, (settings, mappings) in kinds.items():
            try:
                self._connection.ask("GET", f"/{self._index(part)}/_settings")
            except NotThere:
                body = {"settings": settings, "mappings": {"dynamic": False, **mappings}}
                self._connection.change("PUT", f"/{self._index(part)}", body)

    @contextmanager
    def _lease(self) -> Iterator[_Lease]:
        """Keep other writers out; a lease that ran out may be taken over."""
        head, place = self._head()
        lease = _Lease(head, place or {"op_type": "create"})
        try:
            if head.until > time.time():
                raise Conflict(f"written until {head.until}")
            # `purged` announces what this writer will delete: from now on, views of older commits are refused.
            taken = replace(head, number=head.number + 1, owner=uuid4().hex, purged=max(0, head.commit.number - 1))
            self._renew(lease, taken)
        except Conflict as other:
            message = f"集群 {self._connection.where} 里的索引正被另一个进程写入。"
            raise IndexBusy(message, hint="等它写完，再执行一次同样的命令。") from other
        try:
            yield lease
        finally:
            with suppress(DeqingError):
                self._put(lease, replace(lease.head, until=0.0))

    def _renew(self, lease: _Lease, head: _Head | None = None) -> None:
        self._put(lease, replace(head or lease.head, until=time.time() + self._seconds))

    def _put(self, lease: _Lease, head: _Head) -> None:
        """Write the head; raises `Conflict` if somebody else has written it since this lease last did."""
        commit = {"commit": head.commit.number, "void": head.commit.void}
        rest = {"purged": head.purged, "number": head.number, "owner": head.owner, "until": head.until}
        fields = {"format": FORMAT, **commit, **rest}
        try:
            answer = self._connection.ask("PUT", f"/{self._index('head')}/_doc/{_HEAD}", fields, lease.place)
            lease.place = _place(answer)
        except Conflict as other:
            found, place = self._head()
            if found != head:  # else an answer was lost, and the request was sent again
                message = f"集群 {self._connection.where} 里的索引已由另一个写入的进程接手，这次没有写入。"
                raise Conflict(message, hint="等它写完，再执行一次同样的命令。") from other
            lease.place = place
        lease.head, lease.renewed = head, time.monotonic()

    def _refresh(self) -> None:
        for part in ("passages", "reports"):
            self._connection.change("POST", f"/{self._index(part)}/_refresh")

    def _clean(self, head: _Head) -> None:
        """Delete what dead writers left, and the versions that neither this commit nor the one before has.

        What was written below the number of this writer is left over; what a later one writes is not touched.
        """
        self._refresh()
        reports, passages, commit = self._index("reports"), self._index("passages"), head.commit
        unfinished = {"range": {"commit": {"gt": commit.number, "lt": head.number}}}
        left: dict[str, Any] = {"bool": {"should": [unfinished, commit.abandoned()]}}
        older = Commit(commit.number - 1, commit.void)
        removals = {"bool": {"filter": [older.includes(), {"exists": {"field": "removes"}}]}}
        gone = {hit["_id"]: hit["_source"]["removes"] for hit in self._connection.scan(reports, removals, ["removes"])}
        versions = sorted({*gone.values()})
        lost = self._connection.scan(passages, {"bool": {"should": [left, {"terms": {"version": versions}}]}}, [])
        self._connection.bulk(_deletions(passages, (hit["_id"] for hit in lost)))
        dead = [hit["_id"] for hit in self._connection.scan(reports, left, [])]
        self._connection.bulk(_deletions(reports, [*versions, *dead]))
        self._connection.bulk(_deletions(reports, gone))  # last, so that no removed version ever comes back
        self._refresh()

    def _actions(self, given: Iterable[AnalysedReport], delete: Collection[str], lease: _Lease) -> Iterator[Action]:
        live, commit = self._live(lease.head.commit), lease.head.number
        for report_id in delete:
            if report_id in live:
                yield self._removal(live.pop(report_id), commit)
        for number, analysed in enumerate(given):
            if (before := live.get(analysed.report.id)) is not None:
                yield self._removal(before, commit)
            live[analysed.report.id] = version = f"{commit}-{number}"
            yield from self._additions(analysed, version, commit)
            if time.monotonic() > lease.renewed + self._seconds / 4:
                self._renew(lease)

    def _live(self, commit: Commit) -> dict[str, str]:
        """Report id → its version in a commit."""
        reports = CommittedReports.read(self._connection, self._index("reports"), commit)
        return {report.entry.id: report.version for report in reports.stored}

    def _removal(self, version: str, commit: int) -> Action:
        key = f"{version}-removed-{commit}"
        fields = {"key": key, "commit": commit, "removes": version}
        return {"index": {"_index": self._index("reports"), "_id": key}}, fields

    def _additions(self, analysed: AnalysedReport, version: str, commit: int) -> Iterator[Action]:
        report, entry = analysed.report, report_entry(analysed.report, self._compact)
        for index, (passage, indexed) in enumerate(zip(report.passages, analysed.analysed, strict=True)):
            fields = passage_fields(entry, passage_entry(passage, indexed, self._compact))
            place = {"version": version, "commit": commit, "index": index, "passage": in_ascii(dump_passage(passage))}
            key = f"{version}-{index}"
            yield {"index": {"_index": self._index("passages"), "_id": key}}, {"key": key, **fields, **place}
        document = {
            "key": version,
            "commit": commit,
            "passages": len(report.passages),
            "characters": sum(len(indexed.compact) for indexed in analysed.analysed),
            "entry": dump_entry(entry),
            "stored": in_ascii(dump_report(report)),
        }
        yield {"index": {"_index": self._index("reports"), "_id": version}}, document


def _place(answer: Hit) -> Mapping[str, Any]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def _deletions(index: str, ids: Iterable[str]) -> Iterator[Action]:
    return (({"delete": {"_index": index, "_id": one}}, None) for one in ids)
