"""The reports of one commit in a cluster, in memory: their versions, and what counting and sorting need of them.

`view` finds passages; here is what it needs to know of their reports.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from deqing_search.engine.base import Sort
from deqing_search.engine.evaluation.facets import Facets
from deqing_search.engine.evaluation.ranking import by_short_name
from deqing_search.engine.opensearch.connection import Connection
from deqing_search.engine.opensearch.documents import Json, load_report_entry
from deqing_search.engine.segment.entries import ReportEntry

_NEVER = 1 << 31  # sorts an unknown year after all others


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


class StoredReport(NamedTuple):
    """A version of a report in the cluster."""

    version: str
    entry: ReportEntry
    passages: int
    characters: int


class CommittedReports:
    """The reports of a commit by id, and the versions that were removed and that the cluster still has."""

    def __init__(self, stored: Sequence[StoredReport], removed: Sequence[str]) -> None:
        self.stored, self.removed = sorted(stored, key=lambda report: report.entry.id), sorted(removed)
        self.number_of = {report.version: number for number, report in enumerate(self.stored)}
        self.by_id = {report.entry.id: report for report in self.stored}
        # The first passage of each report, and at the end how many passages there are.
        self.first = [0, *accumulate(report.passages for report in self.stored)]

    @classmethod
    def read(cls, connection: Connection, index: str, commit: Commit) -> CommittedReports:
        """Read the reports of a commit from their index."""
        fields = ("removes", "passages", "characters", "entry")
        versions, removed = dict[str, Mapping[str, Any]](), set[str]()
        for hit in connection.scan(index, commit.includes(), fields):
            if "removes" in hit["_source"]:
                removed.add(hit["_source"]["removes"])
            else:
                versions[hit["_id"]] = hit["_source"]
        stored = (
            StoredReport(version, load_report_entry(source["entry"]), source["passages"], source["characters"])
            for version, source in versions.items()
            if version not in removed
        )
        return cls(list(stored), list(removed))

    @property
    def versions(self) -> list[str]:
        return [report.version for report in self.stored]

    @property
    def passages(self) -> int:
        return self.first[-1]

    @property
    def characters(self) -> int:
        return sum(report.characters for report in self.stored)

    def of_passage(self, handle: int) -> int:
        """The number of the report of a passage; raises `IndexError`."""
        if not 0 <= handle < self.passages:
            raise IndexError(f"no passage {handle}")
        return bisect_right(self.first, handle) - 1

    @cached_property
    def by_place(self) -> dict[str, list[int]]:
        """The numbers of the reports on each place, by its short names."""
        places: dict[str, list[int]] = {}
        for number, report in enumerate(self.stored):
            places.setdefault(report.entry.compact_place, []).append(number)
        return by_short_name(places)

    @cached_property
    def facets(self) -> Facets:
        entries = [report.entry for report in self.stored]
        years = [str(entry.year) if entry.year else "" for entry in entries]
        return Facets({"year": years, "kind": [e.kind for e in entries], "place": [e.place for e in entries]})

    @cached_property
    def orders(self) -> Mapping[Sort, list[int]]:
        """For each sort by year, the numbers of the reports in that order, unknown years last."""
        years = [report.entry.year for report in self.stored]
        newest = sorted(range(len(years)), key=lambda number: -years[number])
        oldest = sorted(range(len(years)), key=lambda number: years[number] or _NEVER)
        return {"newest": newest, "oldest": oldest}
