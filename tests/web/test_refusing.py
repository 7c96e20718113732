"""What the pages refuse, and how they say so."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deqing_search.web import create_app
from tests.site import Tree, ask, page


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("year=abc", "“年份” 的值“abc”不是年份或区间。"),
        ("year=abc", "写成 2021、2021..2024、2021.. 或 ..2024"),
        ("year=2024..2021", "“年份” 的区间“2024..2021”起点晚于终点。"),
        ("year=2024..2021", "写成 2021..2024"),
        ("year=..", "不是年份或区间"),
        ("year=20211", "不是年份或区间"),
        ("page=-1", "页码“-1”无法识别"),
        ("page=0", "无法识别"),
        ("page=%EF%BC%91", "无法识别"),
        ("page=9999999", "无法识别"),
        ("sort=x", "sort 只能是"),
        ("mode=fuzzy", "mode 只能是"),
        ("q=a&q=b", "出现了 2 次"),
        ("q=" + "a" * 10_240, "至多 1000 字"),
        ("q=a%00b", "空字符"),
        ("q=a%1Bb", "U+001B"),
        ("q=%FF", "不是有效的 UTF-8"),
        ("q=%ED%A0%80", "不是有效的 UTF-8"),
        ("x=%ED%A0%80", "不是有效的 UTF-8"),
        ("kind=" + "a" * 61, "“类型” 有 61 字，至多 60 字"),
        ("place=%C2%80", "“地区” 的第 1 个字符是控制字符（U+0080）"),
        ("part=前言", "参数 part 只能是 回顾、"),
    ],
)
def test_a_bad_parameter_is_refused_with_its_reason(client, query, reason):
    tree = page(client, "/?" + query, 400)
    assert reason in tree.text
    assert "q" in tree.text_of


@pytest.mark.parametrize("path", [b"/p/\xff", b"/r/\xed\xa0\x80", b"/\xc0\xaf"])
def test_a_path_that_is_not_utf8_is_refused(client, path):
    answer = client.get("/", environ_overrides={"PATH_INFO": path.decode("latin-1")})
    assert answer.status_code == 400
    assert "不是有效的 UTF-8" in answer.text


def test_bytes_that_a_browser_would_never_send_are_refused(engine):
    bare = create_app(engine).test_client()
    for path in ("/", "/r/", "/pledges", "/panel"):
        answer = bare.get(path, environ_overrides={"QUERY_STRING": "q=\xff"})
        assert answer.status_code == 400
        assert "不是有效的 UTF-8" in answer.text


def test_a_refusal_does_not_say_which_conditions_it_did_not_use(client):
    assert "不影响本页" in page(client, "/r/?q=发展&part=回顾").text
    assert "不影响本页" not in page(client, "/r/?q=发展&part=回顾&year=abc", 400).text


@pytest.mark.parametrize("path", ["/p/nothing", "/r/nothing", "/nothing", "/static/nothing.css", "/p/a%2Fb"])
def test_an_unknown_address_gets_a_chinese_page_with_a_search_box(client, path):
    tree = page(client, path, 404)
    assert re.search(r"没有", tree.text)
    assert "q" in tree.text_of


def test_only_reading_is_allowed(client):
    answer = client.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "只能阅读" in answer.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=40) | st.text(alphabet="地理信息 -|()（）“”\"':年:2021..OR NEAR/", max_size=40))
def test_whatever_is_typed_gets_a_page(client, q):
    answer = client.get("/", query_string={"q": q.encode("utf-8", "surrogatepass")})
    assert answer.status_code in (200, 400)
    Tree(answer.text)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.binary(max_size=20), query=st.binary(max_size=20))
def test_whatever_address_is_made_up_gets_a_page(client, path, query):
    answer = client.get(
        "/", environ_overrides={"PATH_INFO": "/" + path.decode("latin-1"), "QUERY_STRING": query.decode("latin-1")}
    )
    assert answer.status_code in (200, 301, 308, 400, 404)


def test_a_query_that_looks_like_markup_stays_text(client):
    text = client.get(ask('"><script>alert(1)</script>')).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


# Headers


@pytest.mark.parametrize("host", ["a b", 'a"><b', "a/b", "x:99999", "[::1", "a,b", "\xff", "a@b"])
def test_a_malformed_host_is_refused(client, host):
    answer = client.get("/coverage", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400
    assert "主机名" in Tree(answer.text).text


@pytest.mark.parametrize("host", ["example.cn", "my_site:8000", "[::1]:80", "127.0.0.1", "xn--fiq228c.cn"])
def test_a_host_as_browsers_send_it_is_accepted(client, host):
    assert client.get("/coverage", environ_overrides={"HTTP_HOST": host}).status_code == 200


@pytest.mark.parametrize("path", ["/coverage", "/?q=%E5%8F%91%E5%B1%95"])
def test_a_cookie_that_is_not_utf8_is_refused(client, path):
    assert client.get(path).status_code == 200  # remembered, if it is a page of results
    bare = client.application.test_client(use_cookies=False)
    answer = bare.get(path, headers={"Cookie": b"\xff".decode("latin-1")})
    assert answer.status_code == 400
    assert "Cookie" in Tree(answer.text).text
    other_sites = "名=德清; language=en".encode().decode("latin-1")
    assert bare.get(path, headers={"Cookie": other_sites}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_that_says_it_is_too_large_is_refused_unread(client, method):
    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("read")

    answer = client.open(
        "/trend", method=method, environ_overrides={"CONTENT_LENGTH": str(900 << 20), "wsgi.input": Unread()}
    )
    assert answer.status_code == 413
    assert "没有接收" in Tree(answer.text).text
