"""What an answer is made from: the engine with one view of the index, the permalinks, the results of its search."""

from __future__ import annotations

from functools import cached_property

from flask import current_app, g

from deqing_search.engine.base import View, Viewer
from deqing_search.search import searcher as conductor
from deqing_search.search.searcher import Results
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import metrics
from deqing_search.web.parameters import SearchParameters


class _OneView:
    """An engine whose view stays the same during an answer, whatever is committed meanwhile."""

    def __init__(self, engine: Viewer) -> None:
        self._engine = engine

    def view(self) -> View:
        return self._view

    @cached_property
    def _view(self) -> View:
        return self._engine.view()


def engine() -> Viewer:
    """The engine that this answer searches."""
    if "engine" not in g:
        g.engine = _OneView(current_app.config["ENGINE"])
    found: Viewer = g.engine
    return found


def permalink_store() -> PermalinkStore:
    found: PermalinkStore = current_app.config["PERMALINKS"]
    return found


def answer(ask: SearchParameters, *, offset: int, limit: int) -> Results:
    """The results of the search in the address."""
    request = conductor.SearchRequest(ask.q, ask.filters, ask.mode, ask.sort, offset, limit)
    results = conductor.search(engine(), request)
    metrics.note_search(results.mode, found=results.total > 0)
    return results
