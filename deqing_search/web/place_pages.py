"""The page of a place: its names and codes by year, its mergers and splits, its reports; and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from deqing_search.messages import gettext_noop
from deqing_search.query.filters import values_of
from deqing_search.search.place_histories import History, histories, history_fields
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.parameters import SearchParameters, search_parameters
from deqing_search.web.templating import Page, draw

place_pages = Blueprint("places", __name__)

WORDS = {  # of the table that are no names and no numbers of documents
    "更名": gettext_noop("更名"),
    "改设": gettext_noop("改设"),
    "升格": gettext_noop("升格"),
    "改码": gettext_noop("改码"),
    "代码簿": gettext_noop("代码簿"),
    "手工": gettext_noop("手工"),
}


@dataclass(frozen=True, kw_only=True)
class PlacesPage(Page):
    """Without a place only the form is shown."""

    template = "places.html"
    ask: SearchParameters
    found: Sequence[History]
    words: Mapping[str, str]


@place_pages.get("/places")
def page() -> str:
    """The history of the places of a name."""
    ask = search_parameters()
    return draw(PlacesPage(q=ask.q, ask=ask, found=_found(ask), words=WORDS))


@api.get("/places")
def places_as_json() -> Response:
    """The history of the places of a name."""
    return json_answer({"places": [history_fields(one) for one in _found(search_parameters())]})


def _found(ask: SearchParameters) -> list[History]:
    """The units of all names that were asked for, each once: two names may be of one unit."""
    found = {one.unit.id: one for name in values_of(ask.place) for one in histories(engine(), name)}
    return list(found.values())
