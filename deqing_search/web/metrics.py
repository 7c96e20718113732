"""`/metrics` for Prometheus: requests by page, searches by mode, refusals, workers, the index and its age.

Each application has a registry of its own, so that two in one process do not mix. Nothing of what people ask for is
kept. Worker processes that serve the same site count into files of one folder, as prometheus_client documents for
several processes: each worker answers with the sum of all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, request

from deqing_search.engine.base import SuggestionView, Viewer
from deqing_search.errors import IndexFault
from deqing_search.web import logs

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds
SEARCH = "deqing.search"  # the key of a `Search` in the environment of a request

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Search(NamedTuple):
    """What is counted of a search: its mode, and whether it found anything."""

    mode: str
    found: bool


class Answered(NamedTuple):
    """What is counted and logged of an answer; `seconds` is how long it took."""

    page: str
    status: int
    seconds: float
    search: Search | None = None
    refused: str = ""  # why, if it was refused


@contextmanager
def counted_together(folder: Path) -> Iterator[None]:
    """Applications created in here, and in the processes started in here, count into an empty folder.

    Where `PROMETHEUS_MULTIPROC_DIR` is set already, they count into that.
    """
    if _FOLDER in os.environ:
        yield
        return
    folder.mkdir()
    os.environ[_FOLDER] = str(folder)
    try:
        yield
    finally:
        del os.environ[_FOLDER]


def count_worker() -> None:
    """Count the start of this process, a worker. More starts than workers are replaced workers."""
    from prometheus_client import CollectorRegistry, Counter

    Counter("deqing_worker_starts", "Workers started, replaced ones included", registry=CollectorRegistry()).inc()


def note_search(mode: str, *, found: bool) -> None:
    """Say what is counted of the search that the current request makes."""
    request.environ[SEARCH] = Search(mode, found)


def note_refusal(why: str) -> None:
    """Say why the current request is refused."""
    g.refused = why


class Counts:
    """Counts the answers of one application, those too that Flask does not see, and logs them."""

    def __init__(self) -> None:
        # Not at the top: when it is imported it decides whether processes count together.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = registry = CollectorRegistry()
        self._answers = Counter("deqing_answers", "Requests answered", ["page", "status"], registry=registry)
        self._seconds = Histogram(
            "deqing_answer_seconds", "Time to answer", ["page"], registry=registry, buckets=BUCKETS
        )
        self._searches = Counter(
            "deqing_searches", "Searches by mode; found is no when nothing was", ["mode", "found"], registry=registry
        )
        self._refused = Counter("deqing_refused", "Requests refused, by reason", ["reason"], registry=registry)
        gauge = partial(Gauge, registry=registry, multiprocess_mode="mostrecent")
        self._reports = gauge("deqing_reports", "Reports in the index")
        self._passages = gauge("deqing_passages", "Passages in the index")
        self._ready = gauge("deqing_ready", "1 when the index answers")
        self._generation = gauge("deqing_generation", "Number of the generation in use")
        self._changed = gauge("deqing_index_changed_timestamp_seconds", "When the index was last written")

    def note(self, answered: Answered, environ: Mapping[str, Any]) -> None:
        """Count one answer and log it."""
        logs.write(answered, environ)
        self._answers.labels(answered.page, answered.status).inc()
        self._seconds.labels(answered.page).observe(answered.seconds)
        if answered.search:
            self._searches.labels(answered.search.mode, "yes" if answered.search.found else "no").inc()
        if answered.refused:
            self._refused.labels(answered.refused).inc()

    def look_at(self, engine: Viewer) -> None:
        """Bring the figures of the index up to date."""
        try:
            view = engine.view()
            cards = view.cards()
        except IndexFault:
            self._ready.set(0)
            return
        self._ready.set(1)
        self._reports.set(len(cards))
        self._passages.set(sum(card.passages for card in cards))
        file = view.beside("") if isinstance(view, SuggestionView) else None
        if file is not None:
            self._changed.set(file.stat().st_mtime)
            self._generation.set(int((re.findall(r"\d+", file.name) or [0])[-1]))


def watch(app: Flask) -> Callable[[Answered, Mapping[str, Any]], None]:
    """Count the requests of `app` from now on, and answer `/metrics`.

    Returns what counts an answer that `app` does not see.
    """
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    counts = Counts()

    def begin() -> None:
        g.began = perf_counter()

    def end(response: Response) -> Response:
        took = perf_counter() - g.get("began", perf_counter())
        search = request.environ.get(SEARCH) if response.status_code == 200 else None
        answered = Answered(request.endpoint or "unknown", response.status_code, took, search, g.get("refused", ""))
        counts.note(answered, request.environ)
        return response

    def metrics() -> Response:
        counts.look_at(current_app.config["ENGINE"])
        everyone = counts.registry
        if _FOLDER in os.environ:
            everyone = CollectorRegistry()
            MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        text, headers = generate_latest(everyone), {"Cache-Control": "no-store"}
        return Response(text, content_type=CONTENT_TYPE_LATEST, headers=headers)

    app.before_request(begin)
    app.after_request(end)
    app.add_url_rule("/metrics", "metrics", metrics)
    return counts.note
