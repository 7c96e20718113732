"""A page that is kept is the page that would be made anew: for the same reader, of the same index."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from werkzeug.test import create_environ

from deqing_search import indexing
from deqing_search.web import create_app
from deqing_search.web.page_cache import InTurn, Kept

SEEDS = Path(__file__).parents[2] / "seeds"
READERS = [
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Language": "en"},
    {"Accept-Language": "zh-TW", "Accept-Encoding": "gzip"},
    {"Cookie": "language=zh-Hant"},
    {"Host": "reports.example"},
]
ADDRESSES = ["/?q=发展", "/?q=的&page=2", "/?q=", "/", "/api/v1/search?q=发展", "/api/v1/search?q=发展&limit=3"]


def undated(headers):
    return sorted(pair for pair in headers if pair[0] != "Date")


def app_of(index: Path):
    return create_app(indexing.open_index(index))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    indexing.update(tmp_path / "index", [SEEDS / "deqing-2024-work-report.txt"])
    return tmp_path / "index"


def test_every_reader_gets_from_memory_what_the_application_would_say(index: Path, monkeypatch: pytest.MonkeyPatch):
    kept = app_of(index).test_client(use_cookies=False)
    monkeypatch.setenv("DEQING_MEMORY", "0")
    fresh = app_of(index).test_client(use_cookies=False)
    for _ in "12":
        for address in ADDRESSES:
            for headers in READERS:
                one, other = (client.get(address, headers=headers) for client in (kept, fresh))
                assert (one.status, one.data) == (other.status, other.data)
                assert undated(one.headers) == undated(other.headers)
    assert len(kept.application.wsgi_app._answers) == len(ADDRESSES) * len(READERS)
    assert len(fresh.application.wsgi_app._answers) == 0


def test_a_page_is_made_anew_when_the_index_has_changed(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    before = [client.get("/api/v1/search?q=发展").json["total"] for _ in "12"]
    indexing.update(index, [SEEDS / "deqing-2016-work-report.txt"])
    after = [client.get("/api/v1/search?q=发展").json["total"] for _ in "12"]
    assert before[0] == before[1] < after[0] == after[1]


def test_a_kept_page_that_the_reader_has_is_not_sent_again(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    tag = client.get("/?q=发展").headers["ETag"]
    for wanted, status in ((tag, 304), (tag.removeprefix("W/"), 304), ("*", 304), ('W/"other"', 200)):
        again = client.get("/?q=发展", headers={"If-None-Match": wanted})
        assert again.status_code == status
        assert bool(again.data) == (status == 200)
        assert ("Content-Length" in again.headers) == (status == 200)
        assert again.headers["ETag"] == tag
        assert "Content-Security-Policy" in again.headers


@pytest.mark.parametrize("address", ["/?q=发展&page=99", "/?q=" + "长" * 1001, "/?q=发展&q=产业", "/?year=x"])
def test_what_is_refused_is_not_kept(index: Path, address: str):
    client = app_of(index).test_client(use_cookies=False)
    assert client.get(address).status_code == client.get(address).status_code >= 400
    assert len(client.application.wsgi_app._answers) == 0


def test_kept_pages_are_counted(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    for _ in "123":
        client.get("/?q=发展")
    assert 'deqing_answers_total{page="pages.search",status="200"} 3.0' in client.get("/metrics").text


def test_only_reading_is_answered_from_memory(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    client.get("/?q=发展")
    assert client.head("/?q=发展").data == b""
    assert client.post("/?q=发展").status_code == 405


def test_an_index_that_is_gone_is_told_and_not_hidden_by_memory(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    assert client.get("/?q=发展").status_code == 200
    for file in index.iterdir():
        if file.is_file():
            file.unlink()
    assert client.get("/?q=发展").status_code == 503


def test_a_long_request_is_answered_and_not_remembered(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    for headers in ({"Accept-Language": "x" * 5000}, {"Accept-Encoding": "y" * 5000}):
        assert client.get("/?q=发展", headers=headers).status_code == 200
    assert len(client.application.wsgi_app._answers) == 0


def test_cookies_of_others_make_no_pages_of_their_own(index: Path):
    client = app_of(index).test_client(use_cookies=False)
    for cookie in ("", "a=1", "a=2; language=xx", "language=en", "a=3; language=en"):
        client.get("/?q=发展", headers={"Cookie": cookie})
    assert len(client.application.wsgi_app._answers) == 2


@pytest.mark.parametrize(("takes", "together"), [(0.001, 1), (0.6, 4)])
def test_new_pages_are_made_in_turn_and_wait_little_for_a_slow_one(index: Path, takes: float, together: int):
    at_work: list[int] = []
    most = []

    def slow(environ, start_response):
        at_work.append(1)
        most.append(len(at_work))
        sleep(takes)
        at_work.pop()
        start_response("200 OK", [])
        return [b""]

    kept = Kept(InTurn(slow), indexing.open_index(index), lambda page, status, took: None)
    asked = [create_environ("/", query_string={"q": str(number)}) for number in range(4)]
    with ThreadPoolExecutor(4) as clients:
        list(clients.map(lambda environ: b"".join(kept(environ, lambda status, headers: None)), asked))
    assert max(most) == together
