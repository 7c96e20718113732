"""The application around the pages: the headers of every answer, and the pages of errors."""

from __future__ import annotations

import logging
import re
from itertools import cycle

import pytest

from deqing_search import indexing
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.search import searcher
from deqing_search.store import permalinks
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from tests.site import REPORTS, SEEDS, Tree, ask, page, seeds_engine


@pytest.fixture
def without_index(tmp_path):
    return create_app(WhooshEngine(tmp_path / "none", compact=str)).test_client()


def test_a_missing_index_is_reported_with_what_to_type(without_index):
    tree = page(without_index, ask("地理信息"), 503)
    assert "索引" in tree.text
    assert "search-cli" in tree.text


def test_ready_means_the_index_answers_and_healthy_only_the_process(client, without_index):
    assert (client.get("/healthz").text, client.get("/readyz").text) == ("ok\n", "ok 5\n")
    assert without_index.get("/healthz").status_code == 200
    unready = without_index.get("/readyz")
    assert unready.status_code == 503
    assert "索引" in unready.text


def test_a_permalink_store_that_cannot_be_read_is_not_ready(engine, tmp_path):
    store = PermalinkStore(tmp_path)
    client = create_app(engine, store).test_client()
    assert client.get("/readyz").status_code == 200
    (tmp_path / permalinks.NAME).write_bytes(b"not a database" * 500)
    unready = client.get("/readyz")
    assert unready.status_code == 503
    assert "永久链接库" in unready.text


def test_a_crash_is_logged_and_its_page_tells_no_secrets(caplog):
    class Broken:
        def view(self):
            raise ZeroDivisionError("the secret of the house")

    with caplog.at_level(logging.ERROR):
        answer = create_app(Broken()).test_client().get(ask("地理信息"))
    assert answer.status_code == 500
    assert "程序出错" in answer.text
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text


def test_a_forged_host_name_cannot_write_into_the_page(client, engine):
    passage = searcher.open_report(engine, REPORTS[0]).passages[0]
    assert "<script>" not in client.get(f"/p/{passage.id}", headers={"Host": 'a"><script>'}).text


@pytest.mark.parametrize(
    "path", ["/", ask("发展"), "/r/" + REPORTS[0], "/p/0", "/?page=x", "/healthz", "/static/app.js", "/favicon.svg"]
)
def test_every_answer_carries_the_policy_and_no_cookie(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "path", ["/", ask("发展"), ask("龘靐齉爩"), "/r/", *[f"/r/{report}" for report in REPORTS], "/p/0"]
)
def test_no_page_has_inline_style_or_script_or_loads_from_elsewhere(client, path):
    text = client.get(path).text
    assert not {name for name in Tree(text).attributes if name == "style" or name.startswith("on")}
    assert "<style" not in text
    assert re.findall(r"<script(?! src=\"/static/app\.js)", text) == []
    loaded = re.sub(r'<link rel="canonical"[^>]*>', "", text)
    assert re.findall(r'(?:src|href)="(?:https?:)?//', loaded) == []


def test_browsers_keep_static_files_and_revalidate_pages(client):
    style = re.search(r'href="(/static/style\.css\?v=\w+)"', client.get("/").text)[1]
    assert "immutable" in client.get(style).headers["Cache-Control"]
    first = client.get(ask("发展"))
    assert client.get(ask("发展"), headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_answer_is_of_one_view_whatever_is_committed_meanwhile(tmp_path, monkeypatch):
    class Restless:
        """Every look finds another state: all the seeds, or one of them."""

        def __init__(self) -> None:
            indexing.update(tmp_path / "one", [SEEDS / "deqing-2016-work-report.txt"])
            self.states = cycle([seeds_engine().view(), indexing.open_index(tmp_path / "one").view()])

        def view(self):
            return next(self.states)

    monkeypatch.setenv("DEQING_MEMORY", "0")
    own = create_app(Restless()).test_client()
    both = re.compile(r"(\d+)</b> 份报告</span></h1>.*已收 <b>(\d+)</b> 份", re.S)
    shown = {both.search(own.get(ask("发展")).text).groups() for _ in range(5)}
    assert shown <= {("5", "5"), ("1", "1")}
