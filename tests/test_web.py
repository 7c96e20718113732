"""The web face over the real seeds: what the pages say, and what they refuse."""

from __future__ import annotations

import logging
import os
import re
import socket
import subprocess
import sys
import threading
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deqing_search import indexing, search
from deqing_search.engine.whoosh_engine import WhooshEngine
from deqing_search.errors import UsageError
from deqing_search.ledger import Ledger
from deqing_search.offsets import Span
from deqing_search.report import Passage
from deqing_search.web import create_app, reading, views
from deqing_search.web.server import listen, serve
from tests.site import REPORTS, Tree, ask, hits, page, seeds_app, seeds_engine


@pytest.fixture(scope="module")
def engine():
    return seeds_engine()


@pytest.fixture(scope="module")
def client():
    return seeds_app().test_client()


def totals(tree: Tree) -> list[int]:
    found = re.search(
        r"([\d,]+) 段(?:·([\d,]+) 处)?·([\d,]+) 份报告", "".join(tree.text.split("\n")).replace("\xa0", " ")
    )
    return [int(number.replace(",", "")) for number in found.groups() if number]


# Finding


def test_results_say_how_much_was_found_and_in_how_many_reports(client, engine):
    results = search.search(engine, "地理信息")
    assert totals(page(client, ask("地理信息"))) == [results.total, results.occurrences, results.reports]


def test_every_mark_is_what_was_asked_for(client):
    tree = page(client, ask("莫干山"))
    assert tree.marks
    assert {"".join(mark.split()) for mark in tree.marks} == {"莫干山"}


def test_the_query_is_echoed_in_chinese(client):
    assert "查找含“共同富裕”且不含“规划”" in page(client, ask("共同富裕 -规划")).text


def test_a_diagnostic_points_at_its_place(client):
    assert '<span class="fault">(</span>地理信息' in client.get(ask("(地理信息")).text


def test_pages_together_hold_every_hit_once(client, engine):
    total = search.search(engine, "发展").total
    last = -(-total // 20)
    assert last > 2
    pages = [page(client, ask("发展", page=number)).links for number in range(1, last + 1)]
    found = [path for links in pages for path in {urlsplit(link).path for link in links} if path.startswith("/p/")]
    assert len(found) == len(set(found)) == total  # folded or not


def test_the_link_to_the_next_page_leads_there(client):
    first = page(client, ask("发展"))
    assert hits(page(client, ask("发展", page=2)))[0] not in hits(first)
    assert any(parse_qs(urlsplit(link).query).get("page") == ["2"] for link in first.links)


def test_a_page_past_the_end_leads_to_the_last_one(client):
    tree = page(client, ask("地理信息", page=99), 404)
    assert "没有第 99 页" in tree.text
    assert page(client, next(link for link in tree.links if "q=" in link)).marks


@pytest.mark.parametrize("name", ["year", "kind"])
def test_each_facet_leads_to_as_many_passages_as_it_says(client, engine, name):
    for value, count in search.search(engine, "发展").facets[name].items():
        tree = page(client, ask("发展", **{name: value}))
        assert totals(tree)[0] == count
        assert ask("发展") in [link.replace("/?q=%E5%8F%91%E5%B1%95", ask("发展")) for link in tree.links]


def test_a_filter_survives_the_next_search(client):
    text = client.get(ask("发展", year=2021, kind="规划", sort="oldest")).text
    for field in ('name="year" value="2021"', 'name="kind" value="规划"', 'name="sort" value="oldest"'):
        assert field in text


def test_newest_and_oldest_are_each_other_backwards(client, engine):
    years = {
        passage: hit.report.meta.year
        for hit in search.search(engine, "地理信息", limit=99).hits
        for passage in [hit.passage.id]
    }
    newest, oldest = (
        [years[hit] for hit in hits(page(client, ask("地理信息", sort=sort)))] for sort in ("newest", "oldest")
    )
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)


def test_words_results_stand_under_their_own_heading(client):
    tree = page(client, ask("怎样发展地理信息产业"))
    assert "没有逐字匹配" in tree.text
    assert "以下是按词语相近的结果" in tree.text
    assert all("mode=words" in link for link in tree.links if link.startswith("/p/") and "?" in link)


def test_words_results_follow_few_exact_ones_under_their_own_heading(client, engine):
    exact = search.search(engine, "推进城镇化", mode="exact")
    tree = page(client, ask("推进城镇化"))
    assert totals(tree)[0] == exact.total == 2
    assert tree.text.index("逐字没有更多的段落") < tree.text.index("按词语查找的全部段落")
    found = hits(tree)
    assert found[:2] == [hit.passage.id for hit in exact.hits]
    assert len(set(found)) == len(found) == 20
    opened = [link for link in tree.links if link.startswith("/p/") and "?" in link]
    assert ["mode=words" in link for link in opened] == [False] * 2 + [True] * 18
    assert "逐字没有更多" not in page(client, ask("推进城镇化", mode="exact")).text
    assert "逐字没有更多" not in page(client, ask("推进城镇化", sort="newest")).text


def test_hits_of_one_text_are_one_with_links_to_the_others(tmp_path):
    for year in (2022, 2023, 2024):
        folder = tmp_path / "reports"
        folder.mkdir(exist_ok=True)
        growth = f"今年地区生产总值增长{year % 2}%。"
        text = f"{year}年某县政府工作报告\n\n{growth}\n\n我代表县人民政府向大会报告工作，请予审议。\n"
        (folder / f"{year}.txt").write_text(text, encoding="utf-8")
    indexing.update(tmp_path / "index", [folder])
    client = create_app(indexing.open_index(tmp_path / "index"), Ledger(tmp_path / "index")).test_client()
    tree = page(client, ask("请予审议"))
    assert totals(tree) == [3, 3, 3]
    assert len(hits(tree)) == 1
    assert "另有 2 段文字相同" in tree.text
    opened = {urlsplit(link).path for link in tree.links if link.startswith("/p/")}
    said = client.get("/api/v1/search?q=" + quote("请予审议")).json["hits"]
    assert opened == {hit["url"] for hit in said}
    assert [hit["same_as"] for hit in said] == [None, said[0]["id"], said[0]["id"]]
    assert len(hits(page(client, ask("请予审议", group="report")))) == 3
    assert len(hits(page(client, ask("生产总值增长")))) == 2  # 0 % twice, and 1 %


def test_nothing_found_is_explained(client):
    told = "".join(page(client, ask("龘靐齉爩")).text.split("\n"))
    assert [said for said in ("没有找到", "：已收 5 份报告", "缺 2017–2020、2022–2023 年") if said not in told] == []


def test_nothing_found_says_what_was_looked_into(client):
    for path in (
        ask("龘靐齉爩", year=2016),
        ask("龘靐齉爩 年:2016"),
        ask("龘靐齉爩", kind="规划"),
        ask("(龘靐齉爩 类型:规划) 发展"),
    ):
        assert "所选范围内已收 1 份报告" in "".join(page(client, path).text.split("\n"))
    assert "去掉年份“2016”" in page(client, ask("龘靐齉爩", year=2016)).text
    nowhere = "".join(page(client, ask("龘靐齉爩", place="西安")).text.split("\n"))
    assert [said for said in ("没有收录这样的报告", "：已收 5 份报告") if said not in nowhere] == []


def test_the_chart_of_years_shows_those_that_are_looked_into(client):
    shown = {
        path: re.findall(r'<li(?: class="(missing)")?>\s*<(?:a|span)[^>]*?title="(\d{4})', client.get(path).text)
        for path in (ask("发展"), ask("发展", kind="规划"), ask("发展", year="2021..2024"), ask("发展 年:2021..2024"))
    }
    whole, of_kind, chosen, typed = shown.values()
    assert [year for missing, year in whole if not missing] == ["2025", "2024", "2021", "2016"]
    assert of_kind == [("", "2021")]
    assert chosen == typed == [("", "2024"), ("missing", "2023"), ("missing", "2022"), ("", "2021")]


@pytest.mark.parametrize(
    ("mode", "said"), [("exact", "已逐字查过"), ("expanded", "已逐字、连同异写查过"), ("words", "已按词语查过")]
)
def test_nothing_found_says_how_it_was_looked_for(client, mode, said):
    tree = page(client, ask("龘靐齉爩", mode=mode))
    assert said in tree.text
    assert any("mode=words" in link for link in tree.links) == (mode != "words")


def test_variants_are_named_with_their_counts_and_can_be_left_out(client, engine):
    found = search.search(engine, "国内生产总值", mode="expanded")
    tree = page(client, ask("国内生产总值", mode="expanded"))
    assert len(found.variants) > 1
    for form in found.variants:
        assert f"{form.text} {form.kind} · {form.passages} 段" in tree.text
    assert {"GDP", "地区生产总值"} & set(tree.marks)
    assert any("mode=exact" in link for link in tree.links)
    opened = [link for link in tree.links if link.startswith("/p/") and "?" in link]
    assert all("mode=expanded" in link for link in opened)
    assert all(page(client, link).marks for link in opened)


def test_the_examples_of_the_home_page_all_find_something(client):
    examples = [link for link in page(client, "/").links if link.startswith("/?q=")]
    assert len(examples) > len(views.EXAMPLES)
    assert [link for link in examples if totals(page(client, link))[0] == 0] == []


# Reading and citing


@pytest.mark.parametrize("report", REPORTS)
def test_a_reading_page_shows_every_passage_and_not_a_character_more(client, engine, report):
    tree = page(client, f"/r/{report}?q={quote('发展')}")
    for passage in search.open_report(engine, report).passages:
        shown = tree.text_of[f"p-{passage.id}"]
        if passage.kind == "table-row":
            assert "".join(shown.split()) == "".join("".join(value.split()) for _, value in passage.cells)
        else:
            assert shown.strip() == passage.text.strip()


def test_a_reading_page_marks_every_occurrence(client, engine):
    passages = search.open_report(engine, "deqing-2021-urbanization-plan").passages
    occurrences = sum("".join(passage.text.split()).count("城镇化") for passage in passages)
    tree = page(client, "/r/deqing-2021-urbanization-plan?q=" + quote("城镇化"))
    assert len(tree.marks) == occurrences
    assert set(tree.marks) == {"城镇化"}


def test_a_table_is_a_table(client):
    text = client.get("/r/deqing-2021-urbanization-plan").text
    assert text.count('class="table-scroll"') == 1
    assert '<th scope="col">指标</th>' in text


def test_a_glossary_is_a_list_of_definitions(client):
    text = client.get("/r/deqing-2024-work-report").text
    assert text.count('<dl class="glossary">') == 1
    assert "<dfn>莫干山研究院</dfn>" in text


def test_a_reader_is_told_what_is_damaged_and_what_the_editor_noted(client):
    text = page(client, "/r/deqing-2016-work-report").text
    assert "网页题名误作“2023年德清县政府工作报告”" in text
    assert "占位符" in text


def test_every_hit_opens_in_context(client, engine):
    for hit in search.search(engine, "地理信息", limit=99).hits:
        tree = page(client, f"{hit.url}?q={quote('地理信息')}")
        assert f"第 {hit.passage.ordinal} 段" in tree.text
        assert f"/r/{hit.passage.report}?q={quote('地理信息')}#p-{hit.passage.id}" in tree.links
        assert "地理信息" in tree.marks
        assert sum(name.startswith("p-") for name in tree.text_of) <= 2 * views.NEIGHBOURS + 1


def test_a_passage_shows_what_was_repaired_in_it(client, engine):
    report = search.open_report(engine, "deqing-2025-newspaper-page")
    repaired = next(
        passage for passage in report.passages if passage.kind == "paragraph" and reading.repairs(report, passage)
    )
    assert f"本段修复 {len(reading.repairs(report, repaired))} 处" in page(client, f"/p/{repaired.id}").text


def test_a_reading_page_lists_every_repair(client, engine):
    for report in REPORTS:
        ledger = search.open_report(engine, report).ledger
        assert client.get(f"/r/{report}").text.count("<del>") == len(ledger)


def test_the_permalink_is_absolute_and_follows_the_configured_site(client, engine, monkeypatch):
    passage = search.open_report(engine, REPORTS[0]).passages[0]
    assert f'value="http://localhost/p/{passage.id}"' in client.get(f"/p/{passage.id}?q=x").text
    monkeypatch.setenv("DEQING_URL", "https://search.example/")
    assert f'value="https://search.example/p/{passage.id}"' in client.get(f"/p/{passage.id}?q=x").text


def test_the_list_holds_every_report(client):
    links = page(client, "/r/").links
    assert {f"/r/{report}" for report in REPORTS} <= set(links)


def test_reports_of_unknown_year_stand_behind_those_of_known_years(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "关于某县经济发展的报告\n\n我县经济平稳增长，民生持续改善，社会和谐稳定。\n", encoding="utf-8"
    )
    (folder / "b.txt").write_text(
        "2024年某县政府工作报告\n\n我代表县人民政府向大会报告工作，请予审议。\n", encoding="utf-8"
    )
    indexing.update(tmp_path / "index", [folder])
    client = create_app(indexing.open_index(tmp_path / "index"), Ledger(tmp_path / "index")).test_client()
    for path in ("/r/", "/", "/coverage"):
        text = page(client, path).text
        assert text.index("2024 年") < text.index("关于某县经济发展的报告")
    assert "年份不详" in page(client, "/r/").text


# Refusing


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("year=abc", "年份“abc”看不懂"),
        ("year=2024..2021", "前后颠倒"),
        ("year=..", "看不懂"),
        ("year=20211", "看不懂"),
        ("page=-1", "页码“-1”看不懂"),
        ("page=0", "看不懂"),
        ("page=%EF%BC%91", "看不懂"),
        ("page=9999999", "看不懂"),
        ("sort=x", "sort 只能是"),
        ("mode=fuzzy", "mode 只能是"),
        ("q=a&q=b", "出现了 2 次"),
        ("q=" + "a" * 10_240, "至多 1000 字"),
        ("q=a%00b", "空字符"),
        ("q=a%1Bb", "U+001B"),
        ("q=%FF", "不是有效的 UTF-8"),
        ("q=%ED%A0%80", "不是有效的 UTF-8"),
        ("x=%ED%A0%80", "不是有效的 UTF-8"),
        ("kind=" + "a" * 61, "至多 60 字"),
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
    answer = create_app(engine).test_client().get("/", environ_overrides={"QUERY_STRING": "q=\xff"})
    assert answer.status_code == 400


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


# Faults


@pytest.fixture
def without_index(tmp_path):
    return create_app(WhooshEngine(tmp_path / "none", compact=str)).test_client()


def test_a_missing_index_is_told_with_what_to_type(without_index):
    tree = page(without_index, ask("地理信息"), 503)
    assert "索引" in tree.text
    assert "search-cli" in tree.text


def test_ready_means_the_index_answers_and_healthy_only_the_process(client, without_index):
    assert (client.get("/healthz").text, client.get("/readyz").text) == ("ok\n", "ok 5\n")
    assert without_index.get("/healthz").status_code == 200
    unready = without_index.get("/readyz")
    assert unready.status_code == 503
    assert "索引" in unready.text


def test_metrics_count_the_answers_and_tell_no_query():
    client = seeds_app().test_client()
    client.get(ask("地理信息"))
    client.get("/nothing")
    told = client.get("/metrics").text
    assert 'deqing_answers_total{page="pages.search",status="200"} 1.0' in told
    assert 'status="404"' in told
    assert 'deqing_answer_seconds_count{page="pages.search"} 1.0' in told
    assert "deqing_reports 5.0" in told
    assert "deqing_ready 1.0" in told
    assert quote("地理信息") not in told
    assert "地理" not in told


SERVED_ONCE = """
import sys
from deqing_search.engine.whoosh_engine import WhooshEngine
from deqing_search.web import create_app
client = create_app(WhooshEngine(sys.argv[1], compact=str)).test_client()
client.get("/healthz")
print(client.get("/metrics").text)
"""


def test_metrics_of_several_processes_are_told_by_each(tmp_path):
    (tmp_path / "counts").mkdir()
    shared = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}
    command = [sys.executable, "-c", SERVED_ONCE, str(tmp_path / "none")]
    told = [subprocess.check_output(command, env=shared, text=True) for _ in "123"]  # noqa: S603 - our own program
    for number, text in enumerate(told, 1):
        assert f'deqing_answers_total{{page="pages.healthz",status="200"}} {number}.0' in text
        assert "deqing_ready 0.0" in text


def test_metrics_say_that_the_index_is_missing(without_index):
    assert "deqing_ready 0.0" in without_index.get("/metrics").text


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


def test_a_port_in_use_is_told_with_what_to_type(engine):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)) as told:
            serve(engine, "127.0.0.1", port, started=lambda url: pytest.fail(url))
    assert "--port" in told.value.hint


def test_the_server_takes_chinese_as_curl_sends_it(engine):
    server, address = listen(engine, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    with socket.create_connection(("127.0.0.1", urlsplit(address).port)) as connection:
        connection.sendall("GET /?q=地理信息 HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    server.close()
    assert answer.startswith("HTTP/1.0 200")
    assert "<mark>地理信息</mark>" in answer


def test_a_forged_host_name_cannot_write_into_the_page(client, engine):
    passage = search.open_report(engine, REPORTS[0]).passages[0]
    assert "<script>" not in client.get(f"/p/{passage.id}", headers={"Host": 'a"><script>'}).text


# Headers


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


def test_static_files_are_kept_and_pages_are_asked_again(client):
    style = re.search(r'href="(/static/style\.css\?v=\w+)"', client.get("/").text)[1]
    assert "immutable" in client.get(style).headers["Cache-Control"]
    first = client.get(ask("发展"))
    assert client.get(ask("发展"), headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


# Reading, without a page


def row(*cells: tuple[str, str], ordinal: int = 1) -> Passage:
    text = "；".join(f"{name}：{value}" if name else value for name, value in cells)
    return Passage(f"row{ordinal}", "r", ordinal, "table-row", 0, (), text, (Span(0, 1),), (1, 1), cells=cells)


def test_a_row_without_a_value_keeps_the_place_of_its_column():
    rows = [row(("指标", "甲"), ("2025", "7")), row(("指标", "乙"), ("2020", "3"), ("2025", "9"), ordinal=2)]
    (table,) = reading.blocks(rows, {})
    assert [head[0].text for head in table.columns] == ["指标", "2020", "2025"]
    assert [[run.text for cell in line.cells for run in cell] for line in table.lines] == [
        ["甲", "7"],
        ["乙", "3", "9"],
    ]
    assert table.lines[0].cells[1] == ()


def test_a_mark_in_a_column_name_is_shown_in_the_head():
    only = row(("2025年目标", "70"))
    (table,) = reading.blocks([only], {only.id: [Span(0, 5)]})
    assert table.columns == ((reading.Run("2025年", True), reading.Run("目标", False)),)


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
def test_runs_are_the_text_whatever_the_marks(text, ends):
    cut = reading.runs(text, [Span(*sorted(pair)) for pair in ends])
    assert "".join(run.text for run in cut) == text
    assert all(run.text for run in cut)
