"""What programs read of the site: the interface and its description, the feed, and what browsers ask for."""

from __future__ import annotations

import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from urllib.parse import quote

import feedparser
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from deqing_search import indexing
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.search import searcher
from deqing_search.search.records import HitRecord
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from tests.site import REPORTS, ask, page, seeds_app, seeds_engine

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def described(client):
    return client.get("/api/v1/openapi.json").json


def conforms(described, path: str, answer) -> None:
    """The answer is as its description says, and says nothing that is not described."""
    (said,) = described["paths"][path]["get"]["responses"][str(answer.status_code)]["content"].items()
    assert said[0] == answer.mimetype
    schema = {**said[1]["schema"], "components": described["components"]}
    closed = json.dumps(schema).replace(
        '"type": "object", "prop', '"additionalProperties": false, "type": "object", "prop'
    )
    Draft202012Validator(json.loads(closed)).validate(answer.json)


# The interface


def test_the_description_is_valid_openapi(described):
    validate(described)


def test_the_description_names_every_address_of_the_interface(described):
    rules = [rule.rule for rule in seeds_app().url_map.iter_rules()]
    named = {re.sub("<any.*?>", "{form}", rule) for rule in rules if rule.endswith(":form>") and "." in rule}
    named |= {re.sub("<.*?>", "{id}", rule) for rule in rules if rule.startswith("/api/")}
    assert named - {"/api/v1/openapi.json"} | {"/feed.atom", "/suggest"} == set(described["paths"])


def test_answers_are_as_described(client, described):
    passage = searcher.search(seeds_engine(), searcher.SearchRequest("地理信息")).hits[0].passage
    for path, address in (
        ("/api/v1/search", "/api/v1/search?q=" + quote("地理信息")),
        ("/api/v1/search", "/api/v1/search?q=" + quote("怎样发展地理信息产业")),
        ("/api/v1/search", "/api/v1/search?q=x&year=abc"),
        ("/api/v1/search", "/api/v1/search"),
        ("/api/v1/passages/{id}", f"/api/v1/passages/{passage.id}"),
        ("/api/v1/passages/{id}", "/api/v1/passages/none"),
        ("/api/v1/reports", "/api/v1/reports"),
        ("/api/v1/reports/{id}", f"/api/v1/reports/{REPORTS[0]}"),
        ("/api/v1/reports/{id}", "/api/v1/reports/none"),
        ("/api/v1/coverage", "/api/v1/coverage"),
        ("/api/v1/trend", "/api/v1/trend?q=" + quote("发展")),
        ("/api/v1/trend", "/api/v1/trend?by=place&constant=1&terms=" + quote("发展，创新")),
        ("/api/v1/figures", "/api/v1/figures?indicator=GDP"),
        ("/api/v1/pledges", "/api/v1/pledges?indicator=GDP"),
        ("/api/v1/promises", "/api/v1/promises?place=" + quote("德清")),
        ("/api/v1/places", "/api/v1/places?place=" + quote("德清|襄樊")),
        ("/api/v1/figures", "/api/v1/figures?indicator=" + quote("笑话")),
    ):
        conforms(described, path, client.get(address))


def test_a_place_that_is_asked_for_by_two_names_is_listed_once(client):
    found = client.get("/api/v1/places?place=" + quote("襄阳市|襄樊市")).json["places"]
    assert [one["name"] for one in found] == ["湖北省襄阳市"]


def test_the_description_has_the_fields_of_a_hit_in_their_order(described):
    hit = described["components"]["schemas"]["Hit"]
    assert list(hit["properties"]) == hit["required"] == [*HitRecord._fields]


def test_a_program_finds_what_a_reader_finds(client):
    said = client.get("/api/v1/search?limit=5&offset=3&q=" + quote("地理信息")).json
    results = searcher.search(seeds_engine(), searcher.SearchRequest("地理信息", limit=5, offset=3))
    assert [hit["id"] for hit in said["hits"]] == [hit.passage.id for hit in results.hits]
    assert (said["total"], said["occurrences"], said["reports"]) == (
        results.total,
        results.occurrences,
        results.reports,
    )
    assert said["hits"][0]["marks"] == [list(mark) for mark in results.hits[0].marks]


@pytest.mark.parametrize("address", ["coverage", "openapi.json", "passages/none", "search"])
def test_a_program_may_read_from_any_site_and_carries_no_cookie(client, address):
    headers = client.get(f"/api/v1/{address}").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("query", ["limit=101", "limit=-1", "offset=10001", "limit=x"])
def test_a_page_that_is_too_large_is_refused_with_the_reason(client, query):
    answer = client.get("/api/v1/search?q=x&" + query)
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json["detail"]


# Feed


def test_the_feed_holds_the_passages_that_match(client):
    feed = feedparser.parse(client.get("/feed.atom?q=" + quote("地理信息")).data)
    assert not feed.bozo
    results = searcher.search(seeds_engine(), searcher.SearchRequest("地理信息", limit=50))
    assert len(feed.entries) == results.total
    assert all("地理信息" in entry.content[0].value.replace(" ", "") for entry in feed.entries)
    assert {entry.id for entry in feed.entries} == {f"http://localhost{hit.url}" for hit in results.hits}
    assert all(entry.published_parsed for entry in feed.entries)


def test_a_repaired_passage_is_no_news_and_an_added_one_is(tmp_path):
    source = tmp_path / "texts" / "a-report.txt"
    source.parent.mkdir()
    index = tmp_path / "index"

    def feed_after(text: str):
        source.write_text(text, encoding="utf-8")
        indexing.update(index, [source.parent])
        client = create_app(indexing.open_index(index), PermalinkStore(index)).test_client()
        return feedparser.parse(client.get("/feed.atom?q=" + quote("增长")).data)

    first = feed_after("过去一年，全县地区生产总值增长百分之六点五，财政收入再上新台阶。\n")
    repaired = feed_after("过去一年，全县地区生产总值增长百分之六点六，财政收入再上新台阶。\n")
    assert [(entry.id, entry.published) for entry in repaired.entries] == [
        (entry.id, entry.published) for entry in first.entries
    ]
    assert "六点六" in repaired.entries[0].content[0].value
    added = feed_after(
        "过去一年，全县地区生产总值增长百分之六点六，财政收入再上新台阶。\n\n城乡居民收入稳步增长，好于预期。\n"
    )
    assert len({entry.id for entry in added.entries} - {entry.id for entry in first.entries}) == 1


def test_a_clock_that_was_wrong_for_a_while_does_not_order_the_feed(tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("过去一年，全县地区生产总值增长百分之六点五，财政收入再上新台阶。\n", "utf-8")
    indexing.update(tmp_path / "index", [texts])
    engine = indexing.open_index(tmp_path / "index")
    (passage,) = [one for one, _ in searcher.all_passages(engine, "增长")]
    with sqlite3.connect(tmp_path / "index" / "passages.sqlite") as rows:  # as a clock that was years ahead writes it
        rows.execute("UPDATE passage SET added = '2099-01-01T00:00:00+00:00', checksum = NULL")
    (texts / "b.txt").write_text("今年，全县固定资产投资增长百分之八点一，工业用电量同步回升。\n", "utf-8")
    indexing.update(tmp_path / "index", [texts])
    client = create_app(engine, PermalinkStore(tmp_path / "index")).test_client()
    feed = feedparser.parse(client.get("/feed.atom?q=" + quote("增长")).data)
    assert len(feed.entries) == 2
    assert feed.entries[1].id.endswith(passage.id)
    assert all(entry.published < "2099" for entry in feed.entries)
    assert feed.feed.updated < "2099"


def test_a_feed_may_have_filters_without_a_query(client):
    feed = feedparser.parse(client.get("/feed.atom?year=2024&place=" + quote("德清")).data)
    assert feed.feed.title.startswith("2024 · 德清 · ")
    assert feed.entries
    assert all("德清" in entry.title and "2024" in entry.title for entry in feed.entries)


def test_a_results_page_offers_its_feed(client):
    assert "/feed.atom?q=" + quote("地理信息") + "&amp;year=2024" in client.get(ask("地理信息", year=2024)).text


def test_a_feed_of_nothing_is_refused_with_the_way(client):
    assert "请先检索" in page(client, "/feed.atom", 400).text


# Browsers and crawlers


def test_the_browser_s_bar_can_search_here(client):
    said = ET.fromstring(client.get("/opensearch.xml").data)  # noqa: S314 our own document
    templates = {url.get("type"): url.get("template") for url in said.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")}
    assert templates["text/html"] == "http://localhost/?q={searchTerms}"
    assert 'rel="search"' in client.get("/").text


def located(client, address: str) -> set[str]:
    """The addresses that a sitemap or an index of sitemaps names."""
    said = ET.fromstring(client.get(address).data)  # noqa: S314 our own document
    return {element.text for element in said.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}


def test_the_sitemap_names_every_report_and_robots_names_the_sitemap(client):
    (part,) = located(client, "/sitemap.xml")
    addresses = located(client, part)
    assert {f"http://localhost/r/{report}" for report in REPORTS} <= addresses
    assert client.get("/sitemap-2.xml").status_code == client.get("/sitemap-0.xml").status_code == 404
    assert all(client.get(address).status_code == 200 for address in addresses)
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text


def test_a_long_sitemap_has_parts_that_name_each_address_once(client):
    (whole,) = located(client, "/sitemap.xml")
    app = seeds_app()
    app.config["ADDRESSES_IN_SITEMAP"] = 3
    parts = located(app.test_client(), "/sitemap.xml")
    assert parts == {f"http://localhost/sitemap-{n}.xml" for n in (1, 2, 3)}
    found = [address for part in parts for address in located(app.test_client(), part)]
    assert sorted(found) == sorted(located(client, whole))
    assert app.test_client().get("/sitemap-4.xml").status_code == 404


def test_llms_txt_says_what_is_held_and_its_addresses_answer(client):
    text = client.get("/llms.txt").text
    assert text.startswith("# deqing-search\n\n> ")
    assert "5 Chinese government work reports (政府工作报告), 2016–2025" in text
    addresses = re.findall(r"\]\((\S+?)\)", text)
    assert len(addresses) >= 7
    for address in addresses:
        path = address.removeprefix("http://localhost").replace("ID", REPORTS[0])
        expected = {"/api/v1/search": 400, "/api/v1/verify": 405}.get(path, 404 if "/passages/" in path else 200)
        assert client.get(path).status_code == expected, path


def test_a_shared_passage_shows_its_own_words(client):
    passage = searcher.search(seeds_engine(), searcher.SearchRequest("地理信息")).hits[0].passage
    text = client.get(f"/p/{passage.id}").text
    assert f'property="og:description" content="{passage.text[:20]}' in text
    assert f'property="og:url" content="http://localhost/p/{passage.id}"' in text


def test_completions_come_as_browsers_take_them(client):
    answer = client.get("/suggest?q=dlxx")
    assert answer.mimetype == "application/x-suggestions+json"
    typed, texts, notes = json.loads(answer.text)
    assert typed == "dlxx"
    assert texts[0] == "地理信息"
    assert len(notes) == len(texts)
    assert json.loads(client.get("/suggest?q=").text) == ["", [], []]


# In English


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        (
            "/api/v1/search?q=发展 -规划",
            "查找含“发展”且不含“规划”的段落",
            "Paragraphs that contain “发展” and do not contain “规划”",
        ),
        ("/api/v1/search?q=作者:张三", "没有“作者:”这种条件", "There is no condition “作者:”"),
        ("/api/v1/search?q=()", "这个请求无法执行", "The request cannot be carried out"),
        (
            "/api/v1/search?q=x&year=y",
            "参数 year 的值“y”不是年份或区间。",
            "The parameter year is “y”, which is no year",
        ),
        ("/api/v1/reports/none", "没有编号为“none”的报告。请核对", "There is no report with the id “none”."),
        ("/api/v1/passages/none", "没有编号为“none”的段落。请核对", "There is no paragraph with the id “none”."),
        ("/suggest?q=地理", " 段", " paragraphs"),
    ],
)
def test_programs_are_spoken_to_in_english_who_ask_for_it(client, path, chinese, english):
    plain, in_english = (client.get(path, headers=headers) for headers in ({}, {"Accept-Language": "en"}))
    for answer, said, unsaid in ((plain, chinese, english), (in_english, english, chinese)):
        text = json.dumps(answer.json, ensure_ascii=False)
        assert said in text
        assert unsaid not in text
        assert {"Accept-Language", "Cookie"} <= set(answer.vary)


@pytest.mark.parametrize("path", ["/api/v1/coverage", "/api/v1/reports", "/healthz", "/robots.txt", "/static/app.js"])
def test_what_is_the_same_in_every_language_says_so_to_caches(client, path):
    assert "Accept-Language" not in client.get(path).vary


def test_programs_get_the_error_of_a_missing_index_in_their_language(tmp_path):
    own = create_app(WhooshEngine(tmp_path / "none", compact=str)).test_client()
    for path in ("/readyz", "/api/v1/search?q=x"):
        assert "There is no index yet." in own.get(path, headers={"Accept-Language": "en"}).text
        assert "search-cli" in own.get(path).text
