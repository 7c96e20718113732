"""The engine for an index that one machine cannot hold: reports in an OpenSearch cluster.

Defines `OpenSearchEngine`. Three indices make one generation: passages, versions of reports, and a head with the number
of the newest commit. Passages never change: each names the commit that added it, and a version of a report the commit
that removed it. So a commit becomes visible in one step, when the head moves, and a view does not change. The versions
that two commits no longer have are deleted by the next writer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from deqing_search.config import GENERATION
from deqing_search.engine.base import AnalysedReport
from deqing_search.engine.opensearch.connection import Action, Conflict, Connection, Hit, NotThere
from deqing_search.engine.opensearch.documents import PASSAGES, REPORTS, dump_entry, in_ascii, passage_fields
from deqing_search.engine.opensearch.view import OpenSearchView
from deqing_search.engine.segment.entries import Compact, passage_entry, report_entry
from deqing_search.engine.segment.stored_fields import dump_passage, dump_report
from deqing_search.errors import DeqingError, IndexBusy, IndexMissing, IndexOutdated

FORMAT = 1  # of the documents; raise it when they change
LEASE = 120.0  # seconds without a sign of life after which another writer may take over

_HEAD, _WRITER = "commit", "writer"
_PARTS = ("passages", "reports", "head")
_MARK = "in-cluster"  # an empty file in the local folder of a generation


class OpenSearchEngine:
    """Stores reports in indices of a cluster and opens views of them. `compact` as in `WhooshEngine`."""

    def __init__(self, address: str, *, compact: Compact, shards: int = 1, directory: Path | None = None) -> None:
        """`directory`: the local folder of the generation, for files beside the index; its name is in the indices."""
        self._connection = Connection(address)
        self._compact, self._shards = compact, shards
        self._directory = directory
        self._view: OpenSearchView | None = None
        self._opening = threading.Lock()

    def _index(self, part: str) -> str:
        return f"{self._connection.name}-{self._directory.name}-{part}" if self._directory else self._alias(part)

    def _alias(self, part: str) -> str:
        return f"{self._connection.name}-{part}"

    def view(self) -> OpenSearchView:
        """The newest commit; raises `IndexMissing` without one, `IndexOutdated` if it has another format."""
        with self._opening:
            head = self._head()
            if head is None:
                where = f"{self._connection.where}/{self._connection.name}"
                raise IndexMissing(f"集群 {where} 里没有索引。", hint="运行 search-cli index 建立索引。")
            commit: int = head["commit"]
            if self._view is None or self._view.commit != commit:

                def current() -> None:
                    self._demand(commit)

                self._view = OpenSearchView(self._connection, commit, self._index, current, self._directory)
            return self._view

    def _head(self) -> dict[str, Any] | None:
        found = self._connection.get(self._index("head"), _HEAD)
        if found is None:
            return None
        head: dict[str, Any] = found["_source"]
        if head["format"] != FORMAT:
            message = f"集群 {self._connection.where} 里的索引由另一个版本建立。"
            raise IndexOutdated(message, hint="运行 search-cli index --rebuild 重建索引。")
        return head

    def _demand(self, commit: int) -> None:
        """Raise `IndexOutdated` if passages of this commit may have been deleted."""
        head = self._head()
        if head is None or head["purged"] > commit:
            raise IndexOutdated("查询期间索引已更新多次，这次的结果可能不全。", hint="再查一次。")

    def write(self, reports: Iterable[AnalysedReport], *, delete: Collection[str] = ()) -> None:
        """Add or replace reports and delete others, all or nothing. If a report is given twice, the last one wins."""
        self._create()
        with self._lease():
            head = self._head() or {"commit": 0, "purged": 0}
            self._clean(head["commit"])
            try:
                self._connection.bulk(self._actions(reports, delete, head["commit"] + 1))
            except BaseException:
                with suppress(DeqingError):
                    self._clean(head["commit"])
                raise
            self._refresh()
            new = {"commit": head["commit"] + 1, "purged": max(0, head["commit"] - 1), "format": FORMAT}
            self._connection.ask("PUT", f"/{self._index('head')}/_doc/{_HEAD}", new)

    def begin(self) -> None:
        """Make room for a new generation; raises `IndexBusy` if the name belongs to the index of another folder."""
        assert self._directory is not None
        if foreign := [name for name in self._in_use() if not (self._directory.with_name(name) / _MARK).exists()]:
            at = f"集群 {self._connection.where} 里的索引 {self._connection.name}"
            message = f"{at} 不是从 {self._directory.parent} 建的（{foreign[0]}），没有改动它。"
            raise IndexBusy(message, hint="用建它的那个索引目录，或在地址里另取一个名称。")
        self.discard()
        self._directory.mkdir(exist_ok=True)
        (self._directory / _MARK).touch()

    def publish(self) -> None:
        """Make the aliases name this generation, in one step, and delete the others."""
        mine, found = list(map(self._index, _PARTS)), self._indices()
        named = {index: list(one["aliases"]) for index, one in found.items()}
        remove = [{"remove": {"index": index, "alias": alias}} for index in named for alias in named[index]]
        add = [{"add": {"index": self._index(part), "alias": self._alias(part)}} for part in _PARTS]
        self._connection.ask("POST", "/_aliases", {"actions": [*remove, *add]})
        self._delete(index for index in named if index not in mine)

    def discard(self) -> None:
        """Delete this generation."""
        self._delete(map(self._index, _PARTS))

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(NotThere):
                self._connection.ask("DELETE", f"/{name}")

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
        several = {"number_of_shards": self._shards, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}
        one = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        kinds = {"passages": (several, PASSAGES), "reports": (one, REPORTS), "head": (one, {})}
        for part, (settings, properties) in kinds.items():
            try:
                self._connection.ask("GET", f"/{self._index(part)}/_settings")
            except NotThere:
                mappings = {"dynamic": False, "properties": properties}
                self._connection.ask("PUT", f"/{self._index(part)}", {"settings": settings, "mappings": mappings})

    @contextmanager
    def _lease(self) -> Iterator[None]:
        """Keep other writers out; a lease that ran out may be taken over."""
        head, mine = self._index("head"), uuid4().hex
        known = self._connection.get(head, _WRITER)
        self._writer = mine
        try:
            if known is None:
                self._put_lease("_create", {})
            elif known["_source"]["until"] > time.time():
                raise Conflict(f"written until {known['_source']['until']}")
            else:
                self._put_lease("_doc", {"if_seq_no": known["_seq_no"], "if_primary_term": known["_primary_term"]})
        except Conflict as other:
            message = f"集群 {self._connection.where} 里的索引正被另一个进程写入。"
            raise IndexBusy(message, hint="等它写完，再执行一次同样的命令。") from other
        try:
            yield
        finally:
            with suppress(DeqingError):
                self._connection.ask("DELETE", f"/{head}/_doc/{_WRITER}")

    def _put_lease(self, operation: str, params: Mapping[str, int]) -> None:
        lease = {"owner": self._writer, "until": time.time() + LEASE}
        self._connection.ask("PUT", f"/{self._index('head')}/{operation}/{_WRITER}", lease, params)
        self._renewed = time.monotonic()

    def _refresh(self) -> None:
        for part in ("passages", "reports"):
            self._connection.ask("POST", f"/{self._index(part)}/_refresh")

    def _clean(self, commit: int) -> None:
        """Delete what a dead writer left, and the versions that neither this commit nor the one before has."""
        self._refresh()
        reports, passages = self._index("reports"), self._index("passages")
        left: dict[str, Any] = {"range": {"commit": {"gt": commit}}}
        old: dict[str, Any] = {"range": {"removed": {"lt": commit}}}
        unfinished: dict[str, Any] = {"range": {"removed": {"gt": commit}}}
        gone = [hit["_id"] for query in (left, old) for hit in self._connection.scan(reports, query, [])]
        kept = [hit["_id"] for hit in self._connection.scan(reports, unfinished, []) if hit["_id"] not in {*gone}]
        self._connection.bulk(({"update": {"_index": reports, "_id": one}}, {"doc": {"removed": None}}) for one in kept)
        lost = self._connection.scan(passages, {"bool": {"should": [left, {"terms": {"version": gone}}]}}, [])
        self._connection.bulk(_deletions(passages, lost))
        self._connection.bulk(({"delete": {"_index": reports, "_id": one}}, None) for one in gone)
        self._refresh()

    def _actions(self, given: Iterable[AnalysedReport], delete: Collection[str], commit: int) -> Iterator[Action]:
        live = self._live()
        for report_id in delete:
            if report_id in live:
                yield self._removal(live.pop(report_id), commit)
        for number, analysed in enumerate(given):
            if (before := live.get(analysed.report.id)) is not None:
                yield self._removal(before, commit)
            live[analysed.report.id] = version = f"{commit}-{number}"
            yield from self._additions(analysed, version, commit)
            if time.monotonic() > self._renewed + LEASE / 4:
                self._put_lease("_doc", {})

    def _live(self) -> dict[str, str]:
        """Report id → its version in the newest commit."""
        head = self._head()
        if head is None:
            return {}
        view = OpenSearchView(self._connection, head["commit"], self._index, lambda: None, None)
        return dict(view.versions())

    def _removal(self, version: str, commit: int) -> Action:
        return {"update": {"_index": self._index("reports"), "_id": version}}, {"doc": {"removed": commit}}

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


def _deletions(index: str, hits: Iterable[Hit]) -> Iterator[Action]:
    return (({"delete": {"_index": index, "_id": hit["_id"]}}, None) for hit in hits)
