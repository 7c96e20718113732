"""What a page of results has of the figure that its words ask for: the values, or the way to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from deqing_search.query.filters import Filters
from deqing_search.query.years import read_years
from deqing_search.report import ReportCard
from deqing_search.research import asked_figures
from deqing_search.research.figure_words import value_in_words
from deqing_search.research.figures import Figure
from deqing_search.research.indicators import indicator_named
from deqing_search.web.answering import engine
from deqing_search.web.indicator_pages import Said, said
from deqing_search.web.parameters import SearchParameters
from deqing_search.web.urls import query_string, url_for

_WORDS_OF_A_FIGURE = 6  # of a query that may ask for a figure


class Side(NamedTuple):
    """What a report says; the report is None if it is not held."""

    report: ReportCard | None
    figures: Sequence[Said]


class Answer(NamedTuple):
    """An indicator: what the report of the year says of its target, and the next one of its outcome."""

    indicator: str
    sides: tuple[Side, Side]
    address: str  # of the page of all its targets and outcomes


class Answers(NamedTuple):
    """What a query asks for, by place, year and indicator."""

    place: str
    year: int
    answers: Sequence[Answer]


def answers(ask: SearchParameters) -> Answers | None:
    """The figures that the words ask for, on the first page of a search in all reports."""
    found = asked_figures.asked_figures(engine(), ask.q) if ask.page == 1 and not ask.filters else None
    if not found:
        return None
    meta = found.report.meta
    rows = [
        Answer(
            one.indicator,
            (Side(found.report, _by_sentence(one.targets)), Side(found.following, _by_sentence(one.outcomes))),
            _address(meta.place, one.indicator, str(meta.year)),
        )
        for one in found.figures
    ]
    return Answers(meta.place, meta.year or 0, rows)


def _by_sentence(figures: Sequence[Figure]) -> list[Said]:
    """The sentences with the values of each; a sentence that only repeats values is left out."""
    sentences: dict[tuple[str, int], dict[str, Figure]] = {}
    for one in figures:
        sentences.setdefault((one.passage, one.start), {})[value_in_words(one)] = one
    shown: dict[str, Said] = {}
    for values in sentences.values():
        if not values.keys() <= shown.keys():
            marks = {mark for one in values.values() for mark in one.marks}
            all_marked = next(iter(values.values()))._replace(marks=tuple(sorted(marks)))
            shown.update(dict.fromkeys(values, said(all_marked)._replace(value="，".join(values))))
    return list(dict.fromkeys(shown.values()))


def pledges_at(ask: SearchParameters) -> str:
    """The address of the targets and outcomes of a place, "" unless the words name an indicator and a place."""
    words = ask.q.split() if ask.page == 1 else []
    indicator = next(filter(None, map(indicator_named, words)), "") if 1 < len(words) <= _WORDS_OF_A_FIGURE else ""
    if not indicator:
        return ""
    cards = engine().view().cards()
    places = (word for word in words if not read_years(word) and not indicator_named(word))
    place = next((word for word in places if any(Filters(place=word).allow(card) for card in cards)), "")
    year = next((str(years) for years in map(read_years, words) if years), "")
    return _address(place, indicator, year) if place else ""


def _address(place: str, indicator: str, year: str) -> str:
    return url_for("pledges.page") + query_string(place=place, indicator=indicator, year=year)
