"""The page of promises without numbers, beside sentences of the next report; as a table, as files and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, Response

from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.research.figure_records import promise_csv, promise_fields, promise_records
from deqing_search.research.promises import Promise, Promises, find_promises
from deqing_search.web.api import api, json_answer
from deqing_search.web.downloads import lines_file
from deqing_search.web.indicator_pages import MOST_ROWS
from deqing_search.web.pages import absolute, engine
from deqing_search.web.parameters import SearchParameters, search_parameters
from deqing_search.web.templating import Page, draw

promise_pages = Blueprint("promises", __name__)


class Asked(NamedTuple):
    """What the address asks for. Without a place nothing is read."""

    place: str
    years: Years | None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that are set."""
        given = {"place": self.place, "year": str(self.years or "")}
        return {name: value for name, value in given.items() if value}

    def find(self) -> Promises:
        """The promises that are asked for."""
        return find_promises(engine(), Filters(place=self.place), self.years) if self.place else Promises((), ())


@dataclass(frozen=True, kw_only=True)
class PromisesPage(Page):
    """Without a place only the form is shown."""

    template = "promises.html"
    asked: Asked
    ask: SearchParameters
    found: Promises
    rows: Sequence[Promise]


@promise_pages.get("/promises")
def page() -> str:
    """The promises of a place."""
    asked = _asked()
    found = asked.find()
    ask = search_parameters()
    return draw(PromisesPage(q=ask.q, ask=ask, asked=asked, found=found, rows=found.promises[:MOST_ROWS]))


@promise_pages.get("/promises.<any(csv,jsonl):form>")
def table(form: str) -> Response:
    """All promises as a file."""
    written = promise_csv if form == "csv" else promise_records
    return lines_file(written(_asked().find().promises, absolute("")), "promises", form)


@api.get("/promises")
def promises_as_json() -> Response:
    """The promises of a place."""
    found = _asked().find()
    return json_answer({"reports": len(found.reports), "promises": [promise_fields(one) for one in found.promises]})


def _asked() -> Asked:
    filters = search_parameters().filters
    return Asked(filters.place, filters.years)
