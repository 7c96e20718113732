"""Trends: how often the text of a query occurs in the reports of each year."""

from __future__ import annotations

from typing import NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.messages import gettext_noop
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import Query, literals
from deqing_search.search.coverage import extents_by_year, rate
from deqing_search.search.page import required_root
from deqing_search.search.searcher import read


class YearCount(NamedTuple):
    """Occurrences in the reports of a year, and how many reports and characters the year has."""

    year: int | None  # None: unknown
    occurrences: int
    reports: int
    characters: int  # of all their passages, white space aside

    @property
    def per_10000(self) -> float:
        """Occurrences in 10,000 characters, which can be compared between years with more and fewer reports."""
        return rate(self.occurrences, self.characters)

    def figures(self) -> dict[str, float | None]:
        """The fields of a JSON record."""
        return {**self._asdict(), "per_10000": round(self.per_10000, 4)}


class Trend(NamedTuple):
    """Every year that has reports, ascending, and the reports of unknown year."""

    years: tuple[YearCount, ...]
    undated: YearCount

    @property
    def total(self) -> YearCount:
        """The sum of all years and of the reports of unknown year."""
        _, *counts = zip(*self.years, self.undated, strict=True)
        return YearCount(None, *map(sum, counts))


def with_text(typed: str) -> Query:
    """The query that was typed; raises `UsageError` as `search` does, and if it has no literal to count."""
    query = read(typed)
    if not any(literals(required_root(query))):
        said = gettext_noop("按年统计的是文字出现的次数，检索式里没有要找的文字")
        raise UsageError(said, hint=gettext_noop("例如：地理信息 地区:德清"))
    return query


def trend(engine: Viewer, typed: str, filters: Filters = NO_FILTERS) -> Trend:
    """Occurrences by year of the report, in exact mode; raises `UsageError` as `search` does, and without a literal.

    Counts only reports that the query and the filters search: with 地区:西安 only those on 西安.
    """
    view, query = engine.view(), with_text(typed)
    root = filters.limit(required_root(query))
    counts = view.years(root)
    years = [
        YearCount(year, counts.get(year, 0), extent.reports, extent.characters)
        for year, extent in extents_by_year(engine, query._replace(root=root)).items()
    ]
    undated = next((one for one in years if one.year is None), YearCount(None, 0, 0, 0))
    return Trend(tuple(sorted(one for one in years if one.year is not None)), undated)
