"""A real browser on a real server over the real seeds."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.site import seeds_app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def missing(what: str) -> None:
    """Skip with the reason, or fail where a browser is demanded."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(f"REQUIRE_BROWSER is set, but {what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a server over an index of the seeds."""
    server = make_server("127.0.0.1", 0, seeds_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    if not shutil.which(CHROMIUM):
        missing(CHROMIUM)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Watched:
    """A page and everything it complained of."""

    def __init__(self, page) -> None:  # type: ignore[no-untyped-def]
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._failed)

    def _failed(self, request) -> None:  # type: ignore[no-untyped-def]
        if request.failure != "net::ERR_ABORTED":  # the visitor went on before the icon had come
            self.complaints.append(f"{request.url} {request.failure}")

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "404 (NOT FOUND)" not in text:
            self.complaints.append(text)


@pytest.fixture
def open_page(browser, site):  # type: ignore[no-untyped-def]
    """Open pages with any viewport or scheme; at the end none of them may have complained (CSP violations do)."""
    contexts, watched = [], []

    def opened(path: str = "/", **options):  # type: ignore[no-untyped-def]
        context = browser.new_context(base_url=site, **{"locale": "zh-CN", **options})
        contexts.append(context)
        watched.append(Watched(context.new_page()))
        page = watched[-1].page
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for one in watched for complaint in one.complaints] == []
