"""The pages and files of research say what the conductors say, and every figure leads to the passages it counts."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from html import unescape
from urllib.parse import quote, unquote

import pytest

from deqing_search.query.filters import Filters
from deqing_search.research.concordance import concordance
from deqing_search.research.dictionaries import read_typed
from deqing_search.research.manifest import verify
from deqing_search.research.occurrences import of_query
from deqing_search.research.panel import panel
from deqing_search.web import create_app
from tests.research.city_index import index_of
from tests.site import page, seeds_app, seeds_engine
from tests.web.test_programs import conforms

TERMS = "创新：科技创新, 创新\n地理信息"


@pytest.fixture(scope="module")
def described(client):
    return client.get("/api/v1/openapi.json").json


def test_every_figure_of_a_panel_leads_to_as_many_occurrences(client):
    shown = client.get("/panel?place=德清&terms=" + quote(TERMS)).text
    found = panel(seeds_engine(), read_typed(TERMS), Filters(place="德清"))
    links = re.findall(r'<a href="(/concordance[^"]+)">([\d,]+)</a>', shown)
    figures = [tally.occurrences for row in found.observed for tally in row.tallies if tally.occurrences]
    assert [int(figure.replace(",", "")) for _, figure in links] == figures
    assert len(figures) > 10
    for link, figure in links:
        assert client.get(unescape(link).replace("/concordance", "/api/v1/concordance")).json["occurrences"] == int(
            figure
        )


def test_a_panel_shows_gaps_and_its_files_have_all_rows(client):
    address = "/panel?place=德清&terms=" + quote(TERMS)
    tree = page(client, address)
    found = panel(seeds_engine(), read_typed(TERMS), Filters(place="德清"))
    assert f"{found.gaps} 行没有收录报告，记为空缺，不记为零" in tree.text
    rows = list(
        csv.DictReader(io.StringIO(client.get(address.replace("?", ".csv?"), buffered=True).get_data(as_text=True)[1:]))
    )
    assert [row["缺报告"] for row in rows] == [str(int(row.is_missing)) for row in found.rows]
    assert len(client.get(address.replace("?", ".jsonl?"), buffered=True).get_data(as_text=True).splitlines()) == len(
        found.rows
    )


def test_a_concordance_shows_the_lines_and_its_file_has_all(client):
    found = concordance(seeds_engine(), of_query("发展"))
    shown = client.get("/concordance?order=right&q=" + quote("发展"))
    assert shown.text.count("<mark>发展</mark>") == 50
    table = client.get("/concordance.csv?q=" + quote("发展"), buffered=True).get_data(as_text=True)
    assert len(list(csv.reader(io.StringIO(table)))) == found.occurrences + 1
    assert 'rel="next"' in shown.text
    last = client.get("/concordance?page=2&width=5&unit=words&sample=60&q=" + quote("发展")).text
    assert last.count("<mark>发展</mark>") == 10
    assert "抽取 60 处" in re.sub("<.*?>", "", last)


def test_collocates_and_key_words_are_shown_with_their_scores(client):
    near = client.get("/collocates?q=" + quote("地理信息"))
    assert "logDice" in near.text
    assert "分布均匀度（DP）" in near.text
    assert "地理信息小镇" in near.text
    keys = page(client, "/keyness?q=" + quote("年:2024") + "&against=" + quote("年:2016"))
    assert "对数似然值" in keys.text
    for name in ("这一组多用", "这一组少用", "只见于这一组", "只见于另一组"):
        assert name in keys.text


@pytest.mark.parametrize(
    ("name", "field", "given"),
    [
        ("collocates", "collocates", "before=2&q=" + quote("发展")),
        ("keyness", "words", "q=" + quote("年:2024") + "&against=" + quote("年:2016")),
    ],
)
def test_the_files_of_collocates_and_key_words_have_all_of_them(client, name, field, given):
    words = [row["word"] for row in client.get(f"/api/v1/{name}?{given}&limit=1000").json[field]]
    table = client.get(f"/{name}.csv?{given}").get_data(as_text=True)
    lines = client.get(f"/{name}.jsonl?{given}").get_data(as_text=True).splitlines()
    assert [row["word"] for row in csv.DictReader(io.StringIO(table[1:]))] == words
    assert [json.loads(line)["word"] for line in lines] == words
    assert len(words) > 20
    assert f"/{name}.csv?" in client.get(f"/{name}?{given}").text


def test_of_a_common_word_the_collocates_are_those_of_a_sample_and_the_page_says_so():
    app = seeds_app()
    app.config["OCCURRENCES_FOR_COLLOCATES"] = 100
    own, given = app.test_client(), "?q=" + quote("发展")
    assert "处；搭配词只在随机抽取的 100 处前后统计" in own.get("/collocates" + given).text
    (first, *_) = own.get("/api/v1/collocates" + given).json["collocates"]
    assert first["occurrences"] > first["counted"] == 100
    assert "随机" not in own.get("/collocates?q=" + quote("地理信息")).text


def test_a_panel_is_also_a_file_for_stata_and_parquet(client):
    pandas = pytest.importorskip("pandas", reason="the [research] extra is not installed")
    pytest.importorskip("pyarrow", reason="the [research] extra is not installed")
    answers = [client.get(f"/panel.{form}?terms={quote(TERMS)}", buffered=True) for form in ("csv", "dta", "parquet")]
    assert [answer.headers["Content-Disposition"].rpartition(".")[2] for answer in answers] == ["csv", "dta", "parquet"]
    rows = answers[0].text.count("\n") - 1
    assert rows > 1
    read = pandas.read_stata(io.BytesIO(answers[1].data)), pandas.read_parquet(io.BytesIO(answers[2].data))
    assert [len(frame) for frame in read] == [rows, rows]


def test_a_panel_counts_as_papers_do_if_asked_and_says_how_far_that_is_off(client):
    asked = f"terms={quote(TERMS)}&tokens=1&alone=1"
    said = client.get(f"/panel?{asked}").text
    assert [len(re.findall(f"科技创新：实有 [0-9]+ 处，{way}", said)) for way in ("分词次数", "逐词次数")] == [1, 1]
    first = client.get(f"/api/v1/panel?{asked}").json["rows"][0]["counts"][0]
    assert None not in (first["tokens"], first["alone"])


def test_a_panel_of_the_site_is_verified_by_its_manifest(client, tmp_path):
    asked = f"terms={quote(TERMS)}&year=2016..2024&tokens=1"
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(client.get(f"/panel.manifest?{asked}", buffered=True).data)
    assert verify(seeds_engine(), manifest) == []
    names = client.get(f"/panel.codebook?{asked}", buffered=True).text.count("\n") - 1
    assert names == client.get(f"/panel.csv?{asked}", buffered=True).text.splitlines()[0].count(",") + 1


@pytest.mark.parametrize(("form", "needed"), [("dta", "pandas"), ("parquet", "pyarrow")])
def test_without_the_extra_the_answer_says_what_is_missing(client, monkeypatch, form, needed):
    monkeypatch.setitem(sys.modules, needed, None)
    answer = client.get(f"/panel.{form}?terms={quote(TERMS)}", buffered=True)
    assert (answer.status_code, f"要有 {needed}，这里没有安装" in answer.text) == (400, True)


def test_the_groups_of_a_comparison_are_measured_and_their_places_compared(tmp_path):
    years = {"西藏自治区拉萨市": (2023,), "浙江省杭州市": (2023, 2024)}
    text = "加快发展，改革创新。\n" * 3
    own = create_app(
        index_of(tmp_path, {(place, year): text for place in years for year in years[place]})
    ).test_client()
    tree = page(own, "/keyness?q=" + quote("年:2024") + "&against=" + quote("年:2023"))
    assert re.search(r"这一组：\d 段（1 份报告）、\d+ 词；另一组：\d 段（2 份报告）", tree.text)
    assert "只在另一组的地区（1 个）西藏自治区拉萨市" in tree.text
    (only_shared,) = [link for link in tree.links if "-" in unquote(link) and link.startswith("/keyness")]
    assert "两组的地区不完全相同" not in page(own, only_shared).text


def test_what_a_query_looks_for_is_offered_as_terms_of_a_panel(client):
    text = client.get("/panel?q=" + quote("(民宿 OR 农家乐) -规划 年:2021")).text
    assert "民宿, 农家乐</textarea>" in text


@pytest.mark.parametrize("path", ["/panel", "/concordance", "/collocates", "/keyness"])
def test_a_page_without_a_question_shows_its_form(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.text.count('class="compare-form"')) == (200, 1)


@pytest.mark.parametrize(
    "address",
    [
        "/panel?terms=" + "字" * 1001,
        "/panel?terms=" + "，".join(map(str, range(101))),
        "/panel.csv",
        "/concordance?width=101&q=x",
        "/concordance?order=up&q=x",
        "/concordance?q=" + quote("地区:德清"),
        "/api/v1/keyness",
        "/keyness.csv",
        "/collocates.csv",
        "/keyness?q=" + quote("年:1999"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_reason(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/api/v1/panel", "place=德清&terms=" + quote(TERMS)),
        ("/api/v1/panel", ""),
        ("/api/v1/concordance", "order=left&limit=3&q=" + quote("发展")),
        ("/api/v1/concordance", ""),
        ("/api/v1/collocates", "before=2&q=" + quote("发展")),
        ("/api/v1/keyness", "year=2024&against=" + quote("年:2016")),
    ],
)
def test_the_interface_answers_as_it_is_described(client, described, path, given):
    conforms(described, path, client.get(f"{path}?{given}"))
