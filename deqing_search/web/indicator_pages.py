"""The page of figures: what reports say of an indicator, as a table and a chart, as files and as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from flask import Blueprint, Response

from deqing_search.messages import gettext_noop
from deqing_search.research.bases import EXPECTED
from deqing_search.research.figure_records import figure_csv, figure_fields, figure_records
from deqing_search.research.figure_words import role_in_words, value_in_words
from deqing_search.research.figures import Choice, Figure, Found, Wanted, find_figures
from deqing_search.research.indicators import indicators as all_indicators
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.downloads import lines_file
from deqing_search.web.parameters import SearchParameters, choice, name_parameter, search_parameters, years_parameter
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import site, url_for

indicators = Blueprint("indicators", __name__)

MOST_ROWS = 400  # on the page; files have all of them
_WANTED = {
    "": gettext_noop("目标和结果"),
    "targets": gettext_noop("目标"),
    "outcomes": gettext_noop("结果"),
    "absent": gettext_noop("未设目标或未识别到"),
}
_SIGNS = {"about": "~", "at least": "≥", "at most": "≤"}  # of the chart
_CLAUSE = re.compile("[^，；。：！？]*[，；。：！？]|[^，；。：！？]+")


class Said(NamedTuple):
    """A value with its sentence in pieces, every second one is marked."""

    figure: Figure
    value: str
    pieces: tuple[str, ...]


class Row(NamedTuple):
    """A figure as a row shows it: the sentence in pieces, every second one is marked."""

    figure: Figure
    role: str
    value: str
    pieces: tuple[str, ...]


class Bar(NamedTuple):
    """A year of the chart: the growth that was aimed at and that was reached, "–" where no figure is sure."""

    year: int
    target: str
    outcome: str
    target_height: float
    outcome_height: float


@dataclass(frozen=True, kw_only=True)
class FiguresPage(Page):
    """Without an indicator nothing is shown but the form."""

    template = "figures.html"
    names: Sequence[str]
    wanted_names: dict[str, str]
    asked: Asked
    ask: SearchParameters
    found: Found | None = None
    rows: Sequence[Row] = ()
    bars: Sequence[Bar] = ()
    is_cut: bool = False


class Asked(NamedTuple):
    """What the address asks for."""

    indicator: str
    of: str
    choice: Choice

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that are set."""
        given = {"indicator": self.indicator, "wanted": self.choice.wanted, "of": self.of}
        return {name: value for name, value in given.items() if value} | self.choice.filters.parameters()


@indicators.get("/figures")
def figures() -> str:
    """The figures of an indicator, the certain ones of one place also as a chart."""
    ask = search_parameters()
    asked = _asked(ask)
    page = FiguresPage(q=ask.q, ask=ask, names=all_indicators(), wanted_names=_WANTED, asked=asked)
    if not asked.indicator:
        return draw(page)
    found = find_figures(engine(), asked.indicator, asked.choice)
    return draw(
        replace(
            page,
            found=found,
            rows=[_row(one) for one in found.figures[:MOST_ROWS]],
            bars=bars(found.figures),
            is_cut=len(found.figures) > MOST_ROWS,
        )
    )


@indicators.get("/figures.<any(csv,jsonl):form>")
def table(form: str) -> Response:
    """All figures as a file."""
    asked = _asked(search_parameters())
    found = find_figures(engine(), asked.indicator, asked.choice)
    written = figure_csv if form == "csv" else figure_records
    return lines_file(written(found.figures, site()), "figures", form)


@api.get("/figures")
def figures_as_json() -> Response:
    """The figures of an indicator."""
    asked = _asked(search_parameters())
    found = find_figures(engine(), asked.indicator, asked.choice)
    said = [figure_fields(one) | {"url": _address(one)} for one in found.figures]
    return json_answer({"indicator": found.indicator, "reports": len(found.reports), "figures": said})


def bars(figures: Sequence[Figure]) -> list[Bar]:
    """The growth of each year, aimed at and reached, if all figures are of one place; a negative growth has no bar.

    >>> bars([])
    []
    """
    if len({one.place for one in figures}) != 1:
        return []
    sides: dict[str, dict[int, Figure]] = {"target": {}, "outcome": {}}
    for one in figures:
        yearly = one.certain and one.relation == "growth" and one.basis == "year" and one.role in sides
        if yearly and one.of_year and one.low is not None:
            sides[one.role].setdefault(one.of_year, one)
    years = sorted({*sides["target"], *sides["outcome"]})
    most = max((one.low or 0 for side in sides.values() for one in side.values()), default=0)
    pairs = ((year, sides["target"].get(year), sides["outcome"].get(year)) for year in years)
    return [
        Bar(year, _label(aim), _label(result), _height(aim, most), _height(result, most)) for year, aim, result in pairs
    ]


def _label(figure: Figure | None) -> str:
    """A growth above its bar, short enough for a phone: ~7.5–8."""
    if figure is None:
        return "–"
    expected = EXPECTED if figure.is_expected else ""
    ends = dict.fromkeys(f"{end:g}" for end in (figure.low, figure.high) if end is not None)
    return f"{expected}{_SIGNS.get(figure.bound, '')}{'–'.join(ends)}"


def _height(figure: Figure | None, most: float) -> float:
    value = figure.low if figure else None
    return round(max(value or 0, 0) / most * 100, 1) if most > 0 else 0


def _row(figure: Figure) -> Row:
    return Row(figure, role_in_words(figure), value_in_words(figure), pieces_of(figure))


def said(figure: Figure) -> Said:
    """The value of a figure, and its sentence."""
    return Said(figure, value_in_words(figure), pieces_of(figure))


def pieces_of(figure: Figure) -> tuple[str, ...]:
    """The clauses around the marks; every second piece is a mark. …… replaces the rest of the sentence."""
    text, at = figure.text, 0
    pieces: list[str] = []
    for mark in sorted(figure.marks):
        start, end = mark.start - figure.start, mark.end - figure.start
        pieces += [text[at:start], text[start:end]]
        at = end
    return _shortened([*pieces, text[at:]])


def _shortened(pieces: Sequence[str]) -> tuple[str, ...]:
    """The pieces with the clauses next to the marks only.

    >>> _shortened(["全市经济平稳，预计", "生产总值", "增长", "5%", "，财政收入增长3%，就业稳定。"])
    ('……预计', '生产总值', '增长', '5%', '，……')
    """
    shown = list(pieces)
    for at in range(0, len(shown), 2):
        clauses = _CLAUSE.findall(shown[at])
        if len(clauses) > 1:
            before, after = ("" if at == 0 else clauses[0]), ("" if at == len(shown) - 1 else clauses[-1])
            shown[at] = f"{before}……{after}"
    return tuple(shown)


def _address(figure: Figure) -> str:
    if figure.passage:
        return url_for("pages.passage", passage_id=figure.passage)
    return url_for("pages.report", report_id=figure.report)


def _asked(ask: SearchParameters) -> Asked:
    of, years = years_parameter("of")
    wanted = cast("Wanted", choice("wanted", _WANTED))
    return Asked(name_parameter("indicator"), of, Choice(ask.filters, wanted, years))
