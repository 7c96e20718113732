"""Who computes when: quick requests in turn, slow ones beside them, none longer than it may."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from urllib.parse import quote

import pytest
from flask import Flask

from deqing_search.request_deadline import check
from deqing_search.web.request_lanes import ROOM, SHARE, Lane, install
from tests.site import page, seeds_app
from tests.waiting import until

COSTLY = f"({' OR '.join('的是了一不在有会')}) NEAR/9 ({' OR '.join('和为大国人中上个')})"


PATIENT = 600.0  # seconds: no test waits so long, however loaded the machine is


def site(seconds: float = PATIENT, app: Flask | None = None) -> Flask:
    """An application that computes for as long as the address says, or waits or computes until `released` is set."""
    app = app or Flask("computing")
    app.config["released"] = released = Event()
    install(app, seconds, PATIENT)

    @app.get("/compute/<float:seconds>")
    def compute(seconds: float) -> str:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            check()
        return "done"

    @app.get("/hold")
    def hold() -> str:
        end = time.thread_time() + 0.15
        while time.thread_time() < end:
            check()
        released.wait(PATIENT)
        return "done"

    @app.get("/busy")
    def busy() -> str:
        while not released.is_set():
            check()
        return "done"

    return app


@contextmanager
def threads_for(app: Flask, number: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that ask; at the end nothing of `app` waits any longer, also where a test fails."""
    with ThreadPoolExecutor(number) as threads:
        try:
            yield threads
        finally:
            app.config["released"].set()


def status(app: Flask, path: str, address: str = "192.0.2.1") -> int:
    return app.test_client().get(path, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_a_lane_is_given_in_the_order_of_asking():
    lane, order, waiting = Lane(), [], []
    assert lane.acquire(0)

    def enter(number: int) -> None:
        assert lane.acquire(PATIENT)
        order.append(number)
        lane.release()

    with ThreadPoolExecutor(5) as threads:
        for number in range(5):
            waiting.append(threads.submit(enter, number))
            assert until(lambda: len(lane.waiting) == len(waiting))
        lane.release()
    assert order == [0, 1, 2, 3, 4]
    assert lane.acquire(0)
    assert not lane.acquire(0.01)


def test_quick_requests_do_not_wait_for_slow_ones():
    app = site()
    with threads_for(app, 4) as threads:
        slow = [threads.submit(status, app, "/busy") for _ in range(4)]
        assert [status(app, "/compute/0.01") for _ in range(5)] == [200] * 5
        assert not any(one.done() for one in slow)
        app.config["released"].set()
        assert [one.result() for one in slow] == [200] * 4


def test_a_request_that_computes_too_long_is_ended():
    app = site(0.3)
    began = time.thread_time()
    assert status(app, "/compute/5.0") == 500  # this application has no page for it
    assert time.thread_time() - began < 2
    assert status(app, "/compute/0.01") == 200


def test_slow_requests_for_which_there_is_no_room_are_refused():
    app = site()
    with threads_for(app, ROOM + 1) as threads:
        waiting = [threads.submit(status, app, "/hold", f"192.0.2.{number}") for number in range(ROOM + 1)]
        assert until(lambda: any(one.done() for one in waiting))
        assert status(app, "/compute/0.01", "198.51.100.1") == 200
        app.config["released"].set()
        assert sorted(one.result() for one in waiting) == [*[200] * ROOM, 503]


def test_a_client_has_only_a_share_of_the_slow_lane():
    app = site()
    with threads_for(app, SHARE) as threads:
        waiting = [threads.submit(status, app, "/hold") for _ in range(SHARE)]
        assert until(lambda: status(app, "/compute/0.01") == 503)
        refused = app.test_client().get("/compute/0.01", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
        assert int(refused.headers["Retry-After"]) > 0
        assert status(app, "/compute/0.01", "192.0.2.2") == 200
        app.config["released"].set()
        assert [one.result() for one in waiting] == [200] * SHARE
    assert status(app, "/compute/0.01") == 200


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site with very little computing for a request."""
    monkeypatch.setenv("DEQING_REQUEST_SECONDS", "0.001")
    return seeds_app()


@pytest.mark.parametrize("path", ["/?q=", "/compare?q=", "/trend?q=", "/feed.atom?q=", "/r/deqing-2024-work-report?q="])
def test_a_query_that_takes_too_long_is_refused_with_what_to_narrow(hasty: Flask, path: str):
    tree = page(hasty.test_client(), path + quote(COSTLY), 400)
    assert "计算超过 0.001 秒" in tree.text
    assert "把词写长一些" in tree.text


def test_programs_and_english_readers_get_the_reason_too(hasty: Flask):
    client = hasty.test_client()
    problem = client.get("/api/v1/search?q=" + quote(COSTLY))
    assert problem.status_code == 400
    assert "0.001 秒" in problem.json["detail"]
    english = client.get("/?q=" + quote(COSTLY), headers={"Accept-Language": "en"})
    assert english.status_code == 400
    assert "0.001 seconds" in english.text


def test_what_needs_no_computing_is_answered_whatever_the_limit(hasty: Flask):
    client = hasty.test_client()
    paths = ["/healthz", "/readyz", "/metrics", "/favicon.svg", "/robots.txt"]
    assert [client.get(path).status_code for path in paths] == [200] * 5
