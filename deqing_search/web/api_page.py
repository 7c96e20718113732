"""The page that explains the interface for programs. All that it says of the interface stands in `openapi.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint

from deqing_search import config
from deqing_search.report import ReportCard
from deqing_search.text.place_names import short_name
from deqing_search.web import api
from deqing_search.web.answering import engine
from deqing_search.web.described import Description, Operation, description
from deqing_search.web.groups import newest_first
from deqing_search.web.parameters import LONGEST_QUERY
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import site

api_pages = Blueprint("api_pages", __name__)

Example = tuple[str, str]  # an address on this site, and the command for a shell


class Ids(NamedTuple):
    """What examples ask for: the newest report with an earlier one of its place, both, the place, its first passage."""

    report: str
    other: str
    place: str
    passage: str


@dataclass(frozen=True, kw_only=True)
class ApiPage(Page):
    """`examples` are by the name of the operation; those with an id ask for what this index has."""

    template = "api.html"
    described: Description
    examples: Mapping[str, Sequence[Example]]
    limits: Mapping[str, float]


@api_pages.get("/api")
def page() -> str:
    """What can be asked, with examples that run, and what comes back."""
    described = description()
    limits = {
        "query": LONGEST_QUERY,
        "hits": api.MOST_HITS,
        "offset": api.DEEPEST,
        "reports": api.MOST_AT_ONCE,
        "seconds": config.request_seconds(),
        "client": config.client_seconds(),
    }
    ids = _newest_ids()
    examples = {one.name: list(_examples(one, ids)) for one in described.operations}
    return draw(ApiPage(described=described, examples=examples, limits=limits))


def _examples(operation: Operation, ids: Ids | None) -> list[Example]:
    if operation.body:
        return [("", f"curl -H 'Content-Type: application/json' -d '{operation.body}' {site()}{operation.path}")]
    ends = (f"?{_escaped(end)}" if end else "" for end in operation.examples or ("",))
    path = operation.path
    for given in operation.parameters:
        if given.is_in_path and given.example:
            path = path.replace(f"{{{given.name}}}", given.example)
    addresses = [_with_ids(path + end, ids) for end in ends]
    return [(address, f"curl '{site()}{address}'") for address in addresses if address]


def _newest_ids() -> Ids | None:
    """None if the index has no report. Without two reports of one place, any two."""
    view = engine().view()
    newest = newest_first(view.cards())
    later: dict[tuple[str, str], ReportCard] = {}
    pairs = ((later.setdefault((card.meta.place, card.meta.kind), card), card) for card in newest if card.meta.place)
    two = next((pair for pair in pairs if pair[0] != pair[1]), (newest[0], newest[-1]) if newest else None)
    report = view.report(two[0].id) if two else None
    if not two or not report:
        return None
    return Ids(quote(two[0].id), quote(two[1].id), quote(short_name(report.meta.place)), report.passages[0].id)


def _with_ids(address: str, ids: Ids | None) -> str:
    """The address with these ids; "" if it needs one and there are none."""
    if "{" not in address:
        return address
    if ids is None:
        return ""
    of_path = ids.passage if "/passages/" in address else ids.report
    named = {"id": of_path, **ids._asdict()}
    return re.sub(r"\{(\w+)\}", lambda name: named[name[1]], address)


def _escaped(end: str) -> str:
    """Readable, and as every client sends it: only what may not stand in an address is escaped.

    >>> _escaped("q=发展&limit=2")
    'q=%E5%8F%91%E5%B1%95&limit=2'
    """
    return quote(end, safe="=&.:{}")
