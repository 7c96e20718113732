"""The pages of figures over the real seeds: coverage, trends, and one query in two years side by side."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from urllib.parse import quote

import pytest

from deqing_search import indexing
from deqing_search.research.trends import trend
from deqing_search.search import searcher
from deqing_search.web import create_app
from tests.site import REPORTS, page, seeds_engine


def test_the_coverage_page_leads_to_every_report_and_strikes_the_gaps(client):
    tree = page(client, "/coverage")
    assert {f"/r/{report}" for report in REPORTS} <= set(tree.links)
    assert '<s class="gap">2017</s>' in client.get("/coverage").text


def test_the_trend_page_shows_the_counts_by_year(client):
    years = trend(seeds_engine(), "发展").years
    text = client.get("/trend?q=" + quote("发展")).text
    assert years
    for year in years:
        mean, rate = year.occurrences / year.reports, 10_000 * year.occurrences / year.characters
        assert re.search(f'<th scope="row">{year.year}</th><td>{year.occurrences}</td>.*<td>{year.reports}</td>', text)
        assert f"<td>{mean:.2f}</td><td>{rate:.2f}</td></tr>" in text
        assert f'aria-label="{year.year}　发展：每万字 {rate:.2f} 处，{year.occurrences} 处' in text
    assert '<th scope="row">2017</th><td colspan="6">没有收录</td>' in text
    assert "年份不明" not in text


def test_the_trend_of_some_reports_is_drawn_over_their_years(client):
    recent = ["2021", "2022", "2023", "2024"]
    drawn = {"发展 年:2021..2024": recent, "(发展 年:2021..2024) 的": recent, "发展 类型:规划": ["2021"]}
    assert drawn
    for typed, years in drawn.items():
        text = client.get("/trend?q=" + quote(typed)).text
        assert re.findall(r'<th scope="row">(\d+)</th>', text) == years
        assert text.count('class="gap"') == text.count('<td colspan="6">没有收录</td>') == years.count("2023") * 2
        assert "所选范围内已收" in text
    nothing = client.get("/trend?q=" + quote("发展 地区:西安")).text
    assert "没有收录符合筛选条件的报告" in nothing
    assert "<figure" not in nothing


def test_several_queries_are_on_one_chart_and_every_mark_leads_to_its_passages(client):
    address = "/trend?terms=" + quote("发展, 地理信息 OR 创新") + "&place=" + quote("德清")
    text = client.get(address).text
    marks = re.findall(r'<a class="mark" href="([^"]+)" aria-label="(\d+)　([^：]+)：每万字 [\d.]+ 处，(\d+) 处', text)
    assert len(marks) == 2 * 4
    for link, year, _, occurrences in marks:
        found = client.get(unescape(link).replace("/?", "/api/v1/search?")).json
        assert (found["occurrences"], set(found["facets"]["year"])) == (int(occurrences), {year})
    assert "发展, 地理信息 OR 创新" in text


@pytest.mark.parametrize("by", ["place", "kind"])
def test_a_trend_over_places_or_kinds_is_drawn_as_bars(client, by):
    text = client.get(f"/trend?by={by}&constant=1&q=" + quote("发展")).text
    assert text.count('class="mark"') >= 1
    assert "没有一个地区在这些年份里每年都有报告" in text


def test_a_chart_is_a_file_without_links_and_its_table_has_every_count(client):
    given = "terms=" + quote("发展，创新")
    picture = client.get(f"/trend.svg?{given}")
    assert picture.mimetype == "image/svg+xml"
    style = re.findall("<style>(.*?)</style>", picture.text, re.S)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in picture.headers["Content-Security-Policy"]  # else browsers ignore it
    assert "href" not in picture.text
    rows = client.get(f"/trend.csv?{given}").get_data(as_text=True).splitlines()
    counts = client.get(f"/api/v1/trend?{given}").json["counts"]
    assert len(rows) == len(counts) + 1 == 2 * 4 + 1
    assert len(client.get(f"/trend.jsonl?{given}").get_data(as_text=True).splitlines()) == len(counts)
    assert client.get("/trend.svg").status_code == 400
    assert client.get("/trend?terms=" + ",".join("一二三四五六七八九")).status_code == 400


def test_filters_travel_from_the_results_to_the_trend(client):
    results = unescape(client.get("/?q=" + quote("发展") + "&place=" + quote("德清") + "&kind=" + quote("规划")).text)
    (link,) = set(re.findall(r'href="(/trend\?[^"]+)"', results))
    text = client.get(link).text
    assert 'name="place" value="德清"' in text
    assert "所选范围内已收 <b>1</b> 份报告" in text


def test_two_years_are_compared_among_the_reports_that_are_looked_into(client):
    plans = page(client, "/compare?q=" + quote("发展 类型:规划"))
    assert plans.text.count("2021 年") >= 2  # both sides: there is no other year with a plan
    assert "所选范围内已收 1 份报告" in plans.text
    other = page(client, "/compare?left=2016&right=2021&q=" + quote("发展 类型:规划")).text
    assert other.count("没有收录符合筛选条件的报告。") == 1
    assert "2016 年的报告里没有找到。" in page(client, "/compare?left=2016&right=2021&q=" + quote("龘靐齉爩")).text


def test_reports_without_a_year_are_counted_beside_the_trend(tmp_path):
    (tmp_path / "one.txt").write_text("某地的发展情况说明。发展很快，各项工作进展顺利。\n", "utf-8")
    indexing.update(tmp_path / "index", [tmp_path / "one.txt"])
    own = create_app(indexing.open_index(tmp_path / "index")).test_client()
    assert "另有 2 处出自年份不详的报告" in own.get("/trend?q=" + quote("发展")).text


def test_two_spans_of_years_stand_side_by_side(client):
    tree = page(client, "/compare?left=2016&right=2021..2025&q=" + quote("地理信息"))
    left = searcher.search(
        seeds_engine(), searcher.SearchRequest("地理信息", searcher.Filters(years=searcher.Years(2016, 2016)))
    )
    right = searcher.search(
        seeds_engine(), searcher.SearchRequest("地理信息", searcher.Filters(years=searcher.Years(2021, 2025)))
    )
    for side in (left, right):
        assert f"{side.total} 段 · {side.occurrences} 处 · {side.reports} 份报告" in tree.text
    assert [link.split("?")[0] for link in tree.links if link.startswith("/p/")] == [
        hit.url for side in (left, right) for hit in side.hits[:10]
    ]


def test_an_empty_side_says_whether_the_index_has_reports_of_its_years(client):
    text = client.get("/compare?left=1999&right=2016&q=zzz").text
    assert "没有收录 1999 年的报告。" in text
    assert "2016 年的报告里没有找到。" in text
    empty = client.get("/?q=发展&year=2018").text
    assert "没有收录 2018 年的报告，因此没有可查的段落。" in empty
    assert "不限年份" in empty
    assert "少写几个字" not in empty
    assert "没有收录" not in client.get("/?q=zzz&year=2016").text


def test_a_comparison_shows_its_years_on_its_sides_and_not_as_a_condition(client):
    """It compares the chosen year with the first one: a chip of the chosen year would be untrue."""
    text = client.get("/compare?q=地理信息&year=2021&place=德清").text
    assert "德清" in text[text.index('class="facet picked"') :]
    assert "2021 年</span>" not in text
    assert client.get("/compare?q=地理信息&left=2016..2021&right=2024").text.count("2016—2021 年") == 1
