"""`/metrics`: how many requests, how long they took, how large the index is, for Prometheus.

Each application has a registry of its own, so that two in one process do not mix. Nothing of what people ask for is
kept. Worker processes that serve the same site count into files of one folder, as prometheus_client documents for
several processes: each worker answers with the sum of all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

from flask import Flask, Response, current_app, g, request

from deqing_search.engine.base import Viewer
from deqing_search.errors import IndexFault

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


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


def watch(app: Flask) -> Callable[[str, int, float], None]:
    """Count the requests of `app` from now on, and answer `/metrics`.

    Returns what counts an answer that `app` does not see: page, status, seconds.
    """
    # Not at the top: when it is imported it decides whether processes count together.
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    answers = Counter("deqing_answers", "Requests answered", ["page", "status"], registry=registry)
    seconds = Histogram("deqing_answer_seconds", "Time to answer", ["page"], registry=registry, buckets=BUCKETS)
    gauge = partial(Gauge, registry=registry, multiprocess_mode="mostrecent")
    reports = gauge("deqing_reports", "Reports in the index")
    passages = gauge("deqing_passages", "Passages in the index")
    ready = gauge("deqing_ready", "1 when the index answers")

    def count(page: str, status: int, took: float) -> None:
        answers.labels(page, status).inc()
        seconds.labels(page).observe(took)

    def begin() -> None:
        g.began = perf_counter()

    def end(response: Response) -> Response:
        count(request.endpoint or "unknown", response.status_code, perf_counter() - g.get("began", perf_counter()))
        return response

    def metrics() -> Response:
        engine: Viewer = current_app.config["ENGINE"]
        try:
            cards = engine.view().cards()
        except IndexFault:
            ready.set(0)
        else:
            ready.set(1)
            reports.set(len(cards))
            passages.set(sum(card.passages for card in cards))
        if _FOLDER in os.environ:
            everyone = CollectorRegistry()
            MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        else:
            everyone = registry
        text, headers = generate_latest(everyone), {"Cache-Control": "no-store"}
        return Response(text, content_type=CONTENT_TYPE_LATEST, headers=headers)

    app.before_request(begin)
    app.after_request(end)
    app.add_url_rule("/metrics", "metrics", metrics)
    return count
