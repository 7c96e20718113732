"""The search that a passage was opened from: the way back to its results, and the hits before and after.

The address of a passage carries the search and the number of its hit. If the index has changed since, this number may
belong to another passage; then there is only the way back.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.search import searcher as conductor
from deqing_search.web.parameters import PAGE_SIZE, SearchParameters
from deqing_search.web.urls import SearchLink, url_for

LAST_HIT: Final = 1_000_000  # the largest number that an address may give


class OpenedFrom(NamedTuple):
    """Addresses; `before` and `after` are empty where there is no such hit, or where it is not known."""

    results: str
    before: str
    after: str


def opened_from(engine: Viewer, ask: SearchParameters, passage_id: str, number: int) -> OpenedFrom | None:
    """The addresses around a hit; None without a search. `number` counts from 1; 0: it is not known."""
    if not ask.q and not ask.filters:
        return None
    page = max(number - 1, 0) // PAGE_SIZE + 1
    results = SearchLink(url_for("pages.search"), ask.parameters)(page=page) + f"#h-{passage_id}"
    around = _around(engine, ask, number) if number else {}
    if number not in around or around[number] != passage_id:
        return OpenedFrom(results, "", "")
    before, after = (_address(ask, around.get(one), one) for one in (number - 1, number + 1))
    return OpenedFrom(results, before, after)


def _around(engine: Viewer, ask: SearchParameters, number: int) -> dict[int, str]:
    """The number and the passage of a hit, of the one before and of the one after."""
    first = max(number - 1, 1)
    request = conductor.SearchRequest(ask.q, ask.filters, ask.mode or "exact", ask.sort, first - 1, 3)
    return {first + at: hit.passage.id for at, hit in enumerate(conductor.search(engine, request).hits)}


def _address(ask: SearchParameters, passage_id: str | None, number: int) -> str:
    if passage_id is None:
        return ""
    path = url_for("pages.passage", passage_id=passage_id)
    return SearchLink(path, {**ask.parameters, "hit": number})()
