"""How much computing one client may use in a minute."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from deqing_search.errors import ServerFault
from deqing_search.web import quotas, request_lanes
from tests.site import Tree, seeds_app
from tests.web.test_request_lanes import site, status


def limited(seconds: float, store: str = "memory://") -> Flask:
    """An application that computes, with a quota for each client."""
    app = Flask("limited")
    quotas.install(app, seconds, store)
    return site(app=app)


def test_a_client_that_has_computed_enough_is_refused_for_the_rest_of_the_minute():
    app = limited(0.5)
    answers = [status(app, "/compute/0.3") for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    assert status(app, "/compute/0.3", "192.0.2.2") == 200


def test_cheap_requests_are_not_counted():
    app = limited(0.1)
    assert [status(app, "/compute/0.005") for _ in range(40)] == [200] * 40


def test_addresses_of_one_ipv6_network_are_one_client():
    app = limited(0.1)
    answers = [status(app, "/compute/0.2", f"2001:db8::{number}") for number in range(1, 4)]
    assert answers == [200, 429, 429]
    assert status(app, "/compute/0.2", "2001:db8:1::1") == 200


def test_without_a_quota_nobody_is_refused():
    app = limited(0)
    assert [status(app, "/compute/0.1") for _ in range(3)] == [200] * 3


def test_a_store_that_cannot_be_used_is_named():
    with pytest.raises(ServerFault, match="nosuch://") as refused:
        limited(1, "nosuch://localhost")
    assert "memory://" in refused.value.hint


def test_a_store_that_does_not_answer_leaves_the_counting_to_the_process():
    app = limited(0.1, "memcached://127.0.0.1:9")
    assert [status(app, "/compute/0.2") for _ in range(3)] == [200, 429, 429]


def test_the_refusal_is_a_chinese_page_that_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEQING_CLIENT_SECONDS", "0.001")
    monkeypatch.setenv("DEQING_MEMORY", "0")
    client = seeds_app().test_client()
    q = quote(f"({' OR '.join('的是了一不在有会')}) NEAR/9 ({' OR '.join('和为大国人中上个')})")
    paths = [f"/compare?q={q}&left={year}" for year in range(2001, 2010)]
    answers = [client.get(path) for path in paths]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert "占用的计算时间过多" in Tree(answers[-1].text).text
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(("proxies", "statuses"), [("0", [200, 429]), ("1", [200, 200])])
def test_behind_a_trusted_proxy_the_client_is_the_one_it_names(
    monkeypatch: pytest.MonkeyPatch, proxies: str, statuses: list[int]
):
    monkeypatch.setenv("DEQING_PROXIES", proxies)
    monkeypatch.setenv("DEQING_CLIENT_SECONDS", "0.001")
    client = seeds_app().test_client()
    q = quote(f"({' OR '.join('的是了一不在有会')}) NEAR/9 ({' OR '.join('和为大国人中上个')})")
    answers = [
        client.get(f"/compare?q={q}&left={year}", headers={"X-Forwarded-For": f"192.0.2.{year - 2000}"}).status_code
        for year in (2001, 2002)
    ]
    assert answers == statuses
    assert request_lanes.SHARE
