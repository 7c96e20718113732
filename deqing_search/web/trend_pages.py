"""The page of trends, its files and its JSON: queries over years, places or kinds, as a chart and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, cast

from flask import Response
from markupsafe import Markup

from deqing_search.errors import UsageError
from deqing_search.messages import gettext_noop
from deqing_search.query.filters import values_of
from deqing_search.research.chart_svg import STYLE_DIGEST, drawn, top
from deqing_search.research.series import BYS, By, Chart, Name, Series, Wish, chart, constant_chart, queries_of
from deqing_search.research.trend_drawings import MEASURES, Measure, Wording, drawing, value_of
from deqing_search.research.trend_records import trend_fields
from deqing_search.research.trends import trend as yearly
from deqing_search.search import searcher as conductor
from deqing_search.search.searcher import Coverage
from deqing_search.web import i18n
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.charts import figures
from deqing_search.web.downloads import records_file
from deqing_search.web.labels import CONDITIONS, echo
from deqing_search.web.parameters import (
    SearchParameters,
    any_of_queries,
    choice,
    search_parameters,
    switch,
    terms_text,
)
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import SearchLink, url_for

__all__ = ["api", "figures"]  # with the addresses of this module

NAMES: dict[By, str] = {by: CONDITIONS[by] for by in BYS}


class Asked(NamedTuple):
    """What the address asks for. `constant`: the panel of places with a report every year is shown beside all."""

    search: SearchParameters
    terms: str
    by: By
    measure: Measure
    constant: bool
    each_place: bool

    @property
    def typed(self) -> tuple[str, ...]:
        """The queries: those of the list, else the one of a search."""
        return queries_of(self.terms) if self.terms else (self.search.q,) if self.search.q else ()

    @property
    def wish(self) -> Wish:
        return Wish(self.search.filters, self.by, self.each_place)

    @property
    def carried(self) -> dict[str, str | int | None]:
        """The parameters that the page does not use and other pages do."""
        unused = ("mode", "sort", "group", *(() if len(self.typed) > 1 else ("made_of",)))
        every = replace(self.search, q=any_of_queries(self.typed)).parameters
        return {name: every[name] for name in unused}

    @property
    def parameters(self) -> dict[str, str | int | None]:
        """Every parameter that differs from its default."""
        return {
            **({"terms": self.terms} if self.terms else {"q": self.search.q}),
            **self.search.filters.parameters(),
            "by": None if self.by == "year" else self.by,
            "measure": None if self.measure == "per_10000" else self.measure,
            "constant": 1 if self.constant else None,
            "each": 1 if self.each_place else None,
        }


class Panel(NamedTuple):
    """A chart, its picture in the page and as a file."""

    chart: Chart
    picture: Markup
    file: str


@dataclass(frozen=True, kw_only=True)
class TrendPage(Page):
    """Without a query nothing is shown but the form."""

    template = "trend.html"
    ask: SearchParameters
    asked: Asked
    here: SearchLink  # this page
    link: SearchLink  # the page of results of the first query
    file: SearchLink
    names: dict[By, str]
    measures: dict[Measure, str]
    panels: Sequence[Panel] = ()
    is_without_constant: bool = False  # no place has a report in every year
    echoes: Sequence[str] = ()
    places: int = 0  # that the filters name
    scope: Coverage | None = None
    coverage: Coverage | None = None


@figures.get("/trend")
def trend() -> str:
    """Occurrences by year, place or kind."""
    asked = asked_for()
    made_of = asked.terms if len(asked.typed) > 1 else asked.search.made_of
    ask = replace(asked.search, q=any_of_queries(asked.typed), made_of=made_of)
    shown = TrendPage(
        q=ask.q,
        ask=ask,
        asked=asked,
        here=SearchLink(url_for("figures.trend"), {**asked.carried, **asked.parameters}),
        link=SearchLink(url_for("pages.search"), ask.parameters),
        file=SearchLink(url_for("figures.trend_file", form="csv"), asked.parameters),
        names=NAMES,
        measures=MEASURES,
        places=len(values_of(ask.place)),
    )
    if not asked.typed:
        return draw(shown)
    charts = counted(asked)
    query = conductor.explain(asked.typed[0], ask.filters)
    return draw(
        replace(
            shown,
            panels=[_panel(asked, one, charts) for one in charts],
            is_without_constant=asked.constant and len(charts) == 1,
            echoes=[echo(conductor.explain(typed, ask.filters)) for typed in asked.typed],
            scope=conductor.coverage(engine(), query),
            coverage=conductor.coverage(engine()),
        )
    )


@figures.get("/trend.<any(csv,jsonl):form>")
def trend_file(form: str) -> Response:
    """The counts of all charts of the page as a file."""
    every = (fields for one in counted(_with_queries()) for fields in trend_fields(one))
    return records_file(every, "trend", form)


@figures.get("/trend.svg")
def trend_picture() -> Response:
    """A chart as a picture; the one of the constant panel with `panel=constant`."""
    asked = _with_queries()
    charts = counted(asked)
    wanted = charts[-1] if choice("panel", ("all", "constant"), "all") == "constant" else charts[0]
    answer = Response(_drawn(asked, wanted, charts, is_file=True), mimetype="image/svg+xml")
    answer.headers["Content-Disposition"] = "inline; filename=trend.svg"
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{STYLE_DIGEST}'; frame-ancestors 'none'"
    )
    return answer


@api.get("/trend")
def trend_as_json() -> Response:
    """The counts of every query; and of the first one the years, as in the first version of this address."""
    asked = _with_queries()
    found = yearly(engine(), asked.typed[0], asked.search.filters)
    counts = [fields for one in counted(asked) for fields in trend_fields(one)]
    years = [year.figures() for year in found.years]
    return json_answer({"years": years, "undated": found.undated.occurrences, "counts": counts})


def asked_for() -> Asked:
    """The parameters of the address."""
    search = search_parameters()
    return Asked(
        search,
        terms_text("terms") or search.queries,
        cast("By", choice("by", BYS, "year")),
        cast("Measure", choice("measure", MEASURES, "per_10000")),
        switch("constant"),
        switch("each"),
    )


def _with_queries() -> Asked:
    asked = asked_for()
    if not asked.typed:
        raise UsageError(gettext_noop("没有要找的内容"), hint=gettext_noop("例如：人工智能, 数字经济 OR 数据要素"))
    return asked


def counted(asked: Asked) -> list[Chart]:
    """The chart of all reports; then, if it is wanted and there is one, that of the constant panel."""
    every = chart(engine(), asked.typed, asked.wish)
    constant = constant_chart(engine(), asked.typed, asked.wish) if asked.constant else None
    return [every, constant] if constant else [every]


def _panel(asked: Asked, one: Chart, charts: Sequence[Chart]) -> Panel:
    picture = Markup(_drawn(asked, one, charts, is_file=False))  # noqa: S704 chart_svg has escaped every text
    panel = "constant" if one.places else None
    file = SearchLink(url_for("figures.trend_picture"), {**asked.parameters, "panel": panel})
    return Panel(one, picture, file())


def _drawn(asked: Asked, one: Chart, charts: Sequence[Chart], *, is_file: bool) -> str:
    """The picture; charts of one page have one axis."""
    values = [
        value_of(count, asked.measure) for each in charts for line in each.series for count in line.counts.values()
    ]
    wording = Wording(i18n.translate) if is_file else Wording(i18n.translate, partial(_address, asked))
    picture = drawing(one, asked.measure, wording, top(values))
    return drawn(picture, by_year=asked.by == "year", is_file=is_file)


def _address(asked: Asked, series: Series, name: Name) -> str:
    """The page of results with the passages that a mark counts."""
    found = replace(asked.search, q=series.typed)
    place = {"place": series.place} if series.place else {}
    return SearchLink(url_for("pages.search"), {**found.parameters, **place, asked.by: str(name)})()
