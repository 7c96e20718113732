"""A remembered page is the page that would be made anew: for the same reader, from the same index."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from werkzeug.test import Client

from deqing_search import indexing
from deqing_search.web import create_app
from deqing_search.web.page_cache import PageCache
from tests.site import SEEDS, copied_index

READERS = [
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Language": "en"},
    {"Accept-Language": "zh-TW", "Accept-Encoding": "gzip"},
    {"Cookie": "language=zh-Hant"},
    {"Host": "reports.example"},
]
ADDRESSES = [
    "/?q=发展",
    "/?q=的&page=2",
    "/?q=",
    "/",
    "/api/v1/search?q=发展",
    "/api/v1/search?q=发展&limit=3",
    "/r/",
    "/coverage",
]


def undated(headers):
    return sorted(pair for pair in headers if pair[0] != "Date")


def client_of(index: Path):
    return create_app(indexing.open_index(index)).test_client(use_cookies=False)


class Counted:
    """The site with a cache in front of it, and how many requests the cache has passed on."""

    def __init__(self, index: Path) -> None:
        engine = indexing.open_index(index)
        self._site, self.passed_on = create_app(engine), 0
        self.client = Client(PageCache(self._answer, engine, lambda answered, environ: None), use_cookies=False)

    def _answer(self, environ, start_response) -> Iterable[bytes]:
        self.passed_on += 1
        return self._site(environ, start_response)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return copied_index(tmp_path)


def test_every_reader_gets_from_memory_what_the_application_would_say(index: Path, monkeypatch: pytest.MonkeyPatch):
    remembering = Counted(index)
    monkeypatch.setenv("DEQING_MEMORY", "0")
    fresh = Counted(index)
    for _ in "12":
        for address in ADDRESSES:
            for headers in READERS:
                one, other = (site.client.get(address, headers=headers) for site in (remembering, fresh))
                assert (one.status, one.data) == (other.status, other.data)
                assert undated(one.headers) == undated(other.headers)
    assert remembering.passed_on == len(ADDRESSES) * len(READERS)
    assert fresh.passed_on == 2 * remembering.passed_on


def test_a_page_is_made_anew_when_the_index_has_changed(index: Path):
    client = client_of(index)
    before = [client.get("/api/v1/search?q=发展").json["total"] for _ in "12"]
    indexing.update(index, [SEEDS / "deqing-2016-work-report.txt"])
    after = [client.get("/api/v1/search?q=发展").json["total"] for _ in "12"]
    assert before[0] == before[1] < after[0] == after[1]


def test_a_remembered_page_that_the_reader_has_is_not_sent_again(index: Path):
    client = client_of(index)
    tag = client.get("/?q=发展").headers["ETag"]
    for wanted, status in ((tag, 304), (tag.removeprefix("W/"), 304), ("*", 304), ('W/"other"', 200)):
        again = client.get("/?q=发展", headers={"If-None-Match": wanted})
        assert again.status_code == status
        assert bool(again.data) == (status == 200)
        assert ("Content-Length" in again.headers) == (status == 200)
        assert again.headers["ETag"] == tag
        assert "Content-Security-Policy" in again.headers


@pytest.mark.parametrize("address", ["/?q=发展&page=99", "/?q=" + "长" * 1001, "/?q=发展&q=产业", "/?year=x"])
def test_what_is_refused_is_not_remembered(index: Path, address: str):
    site = Counted(index)
    assert site.client.get(address).status_code == site.client.get(address).status_code >= 400
    assert site.passed_on == 2


def test_remembered_pages_are_counted(index: Path):
    client = client_of(index)
    for _ in "123":
        client.get("/?q=发展")
    assert 'deqing_answers_total{page="pages.search",status="200"} 3.0' in client.get("/metrics").text


def test_only_reading_is_answered_from_memory(index: Path):
    client = client_of(index)
    client.get("/?q=发展")
    assert client.head("/?q=发展").data == b""
    assert client.post("/?q=发展").status_code == 405


def test_an_index_that_is_gone_is_reported_and_not_hidden_by_memory(index: Path):
    client = client_of(index)
    assert client.get("/?q=发展").status_code == 200
    for file in index.iterdir():
        if file.is_file():
            file.unlink()
    assert client.get("/?q=发展").status_code == 503


def test_a_long_request_is_answered_and_not_remembered(index: Path):
    site = Counted(index)
    for headers in ({"Accept-Language": "x" * 5000}, {"Accept-Encoding": "y" * 5000}):
        assert [site.client.get("/?q=发展", headers=headers).status_code for _ in "12"] == [200, 200]
    assert site.passed_on == 4


def test_only_the_cookie_of_the_language_makes_another_page(index: Path):
    site = Counted(index)
    for cookie in ("b=1", "a=1", "a=2; language=xx", "language=en", "a=3; language=en"):
        assert site.client.get("/?q=发展", headers={"Cookie": cookie}).status_code == 200
    assert site.passed_on == 2
