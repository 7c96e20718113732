"""The page of promises without numbers, beside sentences of the next report; as a table, as files and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from deqing_search.query.filters import Filters
from deqing_search.research.figure_records import promise_csv, promise_fields, promise_records
from deqing_search.research.promises import Promise, Promises, find_promises
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.downloads import lines_file
from deqing_search.web.indicator_pages import MOST_ROWS
from deqing_search.web.parameters import SearchParameters, search_parameters
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import site

promise_pages = Blueprint("promises", __name__)


@dataclass(frozen=True, kw_only=True)
class PromisesPage(Page):
    """Without a place only the form is shown."""

    template = "promises.html"
    ask: SearchParameters
    parameters: Mapping[str, str]  # of the files
    found: Promises
    rows: Sequence[Promise]


@promise_pages.get("/promises")
def page() -> str:
    """The promises of a place."""
    ask = search_parameters()
    found = _found(ask.filters)
    parameters = Filters(ask.filters.years, place=ask.place).parameters()
    return draw(PromisesPage(q=ask.q, ask=ask, parameters=parameters, found=found, rows=found.promises[:MOST_ROWS]))


@promise_pages.get("/promises.<any(csv,jsonl):form>")
def table(form: str) -> Response:
    """All promises as a file."""
    written = promise_csv if form == "csv" else promise_records
    return lines_file(written(_found(search_parameters().filters).promises, site()), "promises", form)


@api.get("/promises")
def promises_as_json() -> Response:
    """The promises of a place."""
    found = _found(search_parameters().filters)
    promises = [promise_fields(one, request.root_path) for one in found.promises]
    return json_answer({"reports": len(found.reports), "promises": promises})


def _found(filters: Filters) -> Promises:
    """The promises of a place in some years; none without a place."""
    return find_promises(engine(), Filters(place=filters.place), filters.years) if filters.place else Promises((), ())
