"""Pages of figures: coverage, and one query in two years side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import Blueprint

from deqing_search.report import ReportCard
from deqing_search.search import searcher as conductor
from deqing_search.search.places import ReportPlace, places
from deqing_search.search.searcher import Coverage, Hit, Results, Years
from deqing_search.text.place_names import other_name
from deqing_search.web import comparison_pages
from deqing_search.web.answering import engine
from deqing_search.web.labels import echo
from deqing_search.web.paging import PageOf, page_of
from deqing_search.web.parameters import SearchParameters, search_parameters, years_parameter
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import SearchLink, url_for

figures = Blueprint("figures", __name__)

SERIES_ON_PAGE = 20  # of thirty years each, with ids of fifty Chinese characters, are 140 KB
INCOMPLETE = 50  # reports without a year, or without a place, that are listed
SIDE = 10  # hits on each side of a comparison


@dataclass(frozen=True, kw_only=True)
class CoveragePage(Page):
    template = "coverage.html"
    ask: SearchParameters
    link: SearchLink
    coverage: Coverage
    listed: PageOf[Series]
    undated: Sequence[ReportCard]
    placeless: Sequence[ReportCard]
    incomplete: tuple[int, int]  # how many reports have no year, and how many no place


@dataclass(frozen=True, kw_only=True)
class ComparePage(Page):
    template = "compare.html"
    ask: SearchParameters
    here: SearchLink  # this page, with the years of both sides
    chosen: SearchParameters  # the search without years: the sides have years of their own
    link: SearchLink  # the page of results
    sides: tuple[Side, Side]
    echo: str
    scope: Coverage
    coverage: Coverage


@figures.get("/coverage")
def coverage() -> str:
    """The years of every place and kind, with the gaps."""
    ask = search_parameters()
    cards = [card for card in engine().view().cards() if ask.filters.allow(card)]
    undated = [card for card in cards if card.meta.year is None]
    placeless = [card for card in cards if not card.meta.place]
    return draw(
        CoveragePage(
            q=ask.q,
            ask=ask,
            link=SearchLink(url_for("figures.coverage"), ask.parameters),
            coverage=conductor.coverage(engine()),
            listed=page_of(series(cards, places(engine().view())), ask.page, SERIES_ON_PAGE),
            undated=undated[:INCOMPLETE],
            placeless=placeless[:INCOMPLETE],
            incomplete=(len(undated), len(placeless)),
        )
    )


class Series(NamedTuple):
    """The reports of one place and kind: every year from the first to the last, with its reports.

    A place that was renamed is one place; `others` are its names in the reports that are not of today.
    """

    place: str
    others: tuple[str, ...]
    kind: str
    years: tuple[tuple[int, tuple[ReportCard, ...]], ...]

    @property
    def reports(self) -> int:
        return sum(len(cards) for _, cards in self.years)


def series(cards: Iterable[ReportCard], of_report: Mapping[str, ReportPlace]) -> list[Series]:
    """The reports that have a year, by place and kind: the longest series first."""
    found: dict[tuple[ReportPlace, str], list[ReportCard]] = {}
    for card in cards:
        if card.meta.year is not None:
            found.setdefault((of_report[card.id], card.meta.kind), []).append(card)
    made = [_series(place, kind, held) for (place, kind), held in found.items()]
    return sorted(made, key=lambda one: (-one.reports, one.place, one.kind))


def _series(place: ReportPlace, kind: str, held: Sequence[ReportCard]) -> Series:
    years: dict[int, list[ReportCard]] = {}
    for card in held:
        years.setdefault(card.meta.year or 0, []).append(card)
    for cards in years.values():
        cards.sort(key=lambda card: card.meta.date)
    span = range(min(years), max(years) + 1)
    others = dict.fromkeys(other for card in held if (other := other_name(place.name, card.meta.place)))
    return Series(place.name, tuple(others), kind, tuple((year, tuple(years.get(year, ()))) for year in span))


class Side(NamedTuple):
    """One half of a comparison."""

    year: str
    results: Results | None
    has_reports: bool  # the index has reports of these years that the query searches

    @property
    def hits(self) -> tuple[Hit, ...]:
        return self.results.hits if self.results else ()


@figures.get("/compare")
def compare() -> str:
    """One query in two years, or spans of years, side by side; without a query, two reports."""
    ask, left, right = search_parameters(), years_parameter("left"), years_parameter("right")
    if comparison_pages.is_of_reports():
        return comparison_pages.side_by_side()
    q, all_years = ask.q, replace(ask.filters, years=None)
    query = conductor.explain(q, all_years) if q and conductor.read(q) else None
    scope = conductor.coverage(engine(), query)
    ends = conductor.years_to_compare(engine(), q, all_years) if query else Years(scope.first_year, scope.last_year)
    first, last = _chosen_or(ask.filters.years, ends)
    chosen = replace(ask, filters=all_years)
    sides = (_side(ask, *left, first), _side(ask, *right, last))
    parameters = {**ask.parameters, "left": sides[0].year, "right": sides[1].year}
    return draw(
        ComparePage(
            q=q,
            ask=ask,
            here=SearchLink(url_for("figures.compare"), parameters),
            chosen=chosen,
            link=SearchLink(url_for("pages.search"), ask.parameters),
            sides=sides,
            echo=echo(query) if query else "",
            scope=scope,
            coverage=conductor.coverage(engine()),
        )
    )


def _chosen_or(chosen: Years | None, ends: Years) -> tuple[int | None, int | None]:
    """The ends of the chosen range, else these; one chosen year is compared with the first year.

    >>> _chosen_or(Years(2016, None), Years(2010, 2025))
    (2016, 2025)
    >>> _chosen_or(Years(2024, 2024), Years(2010, 2025))
    (2010, 2024)
    """
    first, last = chosen or (None, None)
    return (first if first != last else None) or ends.first, last or ends.last


def _side(ask: SearchParameters, year: str, years: Years | None, default: int | None) -> Side:
    """The results of these years; of the default year if none was chosen."""
    shown, span = year or str(default or ""), years or Years(default, default)
    if not ask.q or span == (None, None):
        return Side(shown, None, False)
    filters = replace(ask.filters, years=span)
    request = conductor.SearchRequest(ask.q, filters, mode="exact", sort=ask.sort, limit=SIDE)
    results = conductor.search(engine(), request)
    return Side(shown, results, conductor.coverage(engine(), results.query).reports > 0)
