"""The library for programs in Python: what `import deqing_search` offers.

`open_index` gives an `Index`; its methods call the conductors and return their nouns. The names in `__all__` and the
fields of these nouns stay within a major version. They are methods, since `deqing_search.search` is a package.
docs/programs.md shows each in five lines.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from deqing_search import config, indexing
from deqing_search.engine.base import Sort, Viewer
from deqing_search.errors import DeqingError, IndexFault, IndexMissing, UsageError
from deqing_search.query.filters import NO_FILTERS, Filters, TypedFilters, read_filters
from deqing_search.quotes.findings import Checked, Finding
from deqing_search.report import Passage, Report, ReportCard
from deqing_search.research import dictionaries
from deqing_search.research import panel as counting
from deqing_search.research.panel import Panel
from deqing_search.research.trends import Trend, trend
from deqing_search.search import searcher
from deqing_search.search.request import Mode, SearchRequest
from deqing_search.search.results import Coverage, Hit, Results
from deqing_search.verification import check

__all__ = [
    "Checked",
    "Coverage",
    "DeqingError",
    "Filters",
    "Finding",
    "Hit",
    "Index",
    "IndexFault",
    "IndexMissing",
    "Panel",
    "Passage",
    "Report",
    "ReportCard",
    "Results",
    "Trend",
    "UsageError",
    "filters",
    "open_index",
]


def open_index(folder: str | os.PathLike[str] | None = None) -> Index:
    """Open the index in a folder; raises `IndexMissing` if there is none, and `IndexFault` if it cannot be used.

    Without a folder: the index that `DEQING_INDEX` names, else the default one, which is built from the five reports of
    the package if there is none.
    """
    named = Path(folder) if folder is not None else config.named_index()
    if named:
        return Index(indexing.open_index(named))
    return Index(indexing.open_or_build(config.index_dir(), config.seeds_dir()))


def filters(*, year: str | None = None, kind: str = "", place: str = "", part: str = "", report: str = "") -> Filters:
    """Conditions on the reports that are searched, as the shell takes them; raises `UsageError`.

    >>> filters(year="2016..2024", place="杭州|宁波")
    Filters(years=Years(first=2016, last=2024), kind='', place='杭州|宁波', part='', report='')
    """
    return read_filters("{}".format, TypedFilters(year, kind, place, part, report))


class Index:
    """An open index. Every call answers from its newest state. Threads may share it."""

    def __init__(self, engine: Viewer) -> None:
        self.engine = engine  # for the functions of the rooms, which take it first

    def search(
        self,
        typed: str,
        where: Filters = NO_FILTERS,
        *,
        mode: Mode | None = None,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> Results:
        """A page of hits, as `search-cli query` finds them; raises `UsageError` if there is nothing to look for."""
        return searcher.search(self.engine, SearchRequest(typed, where, mode, sort, offset, limit))

    def passages(self, typed: str | None = None, where: Filters = NO_FILTERS) -> Iterator[tuple[Passage, ReportCard]]:
        """All passages that match in exact mode, or all passages of the index, the oldest report first."""
        return searcher.all_passages(self.engine, typed, where)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id; None if there is none."""
        return self.engine.view().passage(passage_id)

    def report(self, report_id: str) -> Report | None:
        """The whole report in reading order; None if there is none with this id."""
        return searcher.open_report(self.engine, report_id)

    def reports(self) -> tuple[ReportCard, ...]:
        """Every report, by year (unknown first), then id."""
        return tuple(self.engine.view().cards())

    def verify(self, text: str) -> Checked:
        """Whether each sentence of a text stands in the reports word for word; raises `UsageError` if it has none."""
        return check.check(self.engine, text)

    def panel(self, terms: str | Iterable[str], where: Filters = NO_FILTERS) -> Panel:
        """How often each term occurs, by place and year. A term may be a group: `创新：科技创新, 创新驱动`."""
        typed = terms if isinstance(terms, str) else "\n".join(terms)
        return counting.panel(self.engine, dictionaries.read_typed(typed), where)

    def trend(self, typed: str, where: Filters = NO_FILTERS) -> Trend:
        """Occurrences by year of the report; raises `UsageError` as `search` does."""
        return trend(self.engine, typed, where)

    def coverage(self) -> Coverage:
        """Which reports and years the index has, and which years are missing between them."""
        return searcher.coverage(self.engine)
