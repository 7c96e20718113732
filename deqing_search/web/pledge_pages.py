"""The page of pledges: targets of a place beside the outcomes of its next reports, as a table, as files and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import Blueprint, Response, request

from deqing_search.messages import Message
from deqing_search.query.filters import Filters
from deqing_search.research.figure_records import pledge_csv, pledge_fields, pledge_records
from deqing_search.research.figure_words import VERDICTS, difference_in_words, notes_in_words
from deqing_search.research.figures import known_indicator
from deqing_search.research.indicators import indicators as all_indicators
from deqing_search.research.pledges import Pledge, Pledges, find_pledges
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.downloads import lines_file
from deqing_search.web.indicator_pages import Said, said
from deqing_search.web.parameters import SearchParameters, name_parameter, search_parameters
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import site

pledge_pages = Blueprint("pledges", __name__)

MOST_PLEDGES = 200  # on the page; files have all of them


class Row(NamedTuple):
    """A pledge as a row shows it."""

    pledge: Pledge
    verdict: str
    difference: str
    notes: tuple[Message, ...]
    sides: tuple[tuple[Said, ...], tuple[Said, ...]]


class Asked(NamedTuple):
    """What the address asks for. Without a place or an indicator nothing is read."""

    indicator: str
    filters: Filters  # years, kind and place

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that are set."""
        return {**({"indicator": self.indicator} if self.indicator else {}), **self.filters.parameters()}

    def find(self) -> Pledges:
        """The pledges that are asked for."""
        if not self.filters.place and not self.indicator:
            return Pledges((), ())
        names = [self.indicator] if self.indicator else []
        return find_pledges(engine(), names, replace(self.filters, years=None), self.filters.years)


@dataclass(frozen=True, kw_only=True)
class PledgesPage(Page):
    """Without a place and an indicator only the form is shown."""

    template = "pledges.html"
    names: Sequence[str]
    asked: Asked
    ask: SearchParameters
    found: Pledges
    rows: Sequence[Row]


@pledge_pages.get("/pledges")
def page() -> str:
    """The pledges of a place or an indicator."""
    ask = search_parameters()
    asked = _asked(ask)
    found = asked.find()
    rows = [_row(one) for one in found.pledges[:MOST_PLEDGES]]
    return draw(PledgesPage(q=ask.q, ask=ask, names=all_indicators(), asked=asked, found=found, rows=rows))


@pledge_pages.get("/pledges.<any(csv,jsonl):form>")
def table(form: str) -> Response:
    """All pledges as a file."""
    written = pledge_csv if form == "csv" else pledge_records
    return lines_file(written(_asked(search_parameters()).find().pledges, site()), "pledges", form)


@api.get("/pledges")
def pledges_as_json() -> Response:
    """The pledges of a place or an indicator."""
    found = _asked(search_parameters()).find()
    pledges = [pledge_fields(one, request.root_path) for one in found.pledges]
    return json_answer({"reports": len(found.reports), "pledges": pledges})


def _row(pledge: Pledge) -> Row:
    sides = tuple(map(said, pledge.targets)), tuple(map(said, pledge.outcomes))
    return Row(pledge, VERDICTS[pledge.verdict], difference_in_words(pledge), tuple(notes_in_words(pledge)), sides)


def _asked(ask: SearchParameters) -> Asked:
    typed = name_parameter("indicator")
    return Asked(known_indicator(typed) if typed else "", Filters(ask.filters.years, ask.kind, ask.place))
