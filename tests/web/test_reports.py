"""The pages of reports and of their passages over the real seeds."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest

from deqing_search import indexing
from deqing_search.search import searcher
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app, reading_pages, report_layout
from tests.site import REPORTS, page


@pytest.mark.parametrize("report", REPORTS)
def test_a_reading_page_shows_every_passage_and_not_a_character_more(client, engine, report):
    tree = page(client, f"/r/{report}?q={quote('发展')}")
    passages = searcher.open_report(engine, report).passages
    assert passages
    for passage in passages:
        shown = tree.text_of[f"p-{passage.id}"]
        if passage.kind == "table-row":
            assert "".join(shown.split()) == "".join("".join(value.split()) for _, value in passage.cells)
        else:
            assert shown.strip() == passage.text.strip()


def test_a_reading_page_marks_every_occurrence(client, engine):
    passages = searcher.open_report(engine, "deqing-2021-urbanization-plan").passages
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


def test_a_report_shows_what_is_damaged_and_what_the_editor_noted(client):
    text = page(client, "/r/deqing-2016-work-report").text
    assert "网页题名误作“2023年德清县政府工作报告”" in text
    assert "占位符" in text


def test_every_hit_opens_in_context(client, engine):
    hits = searcher.search(engine, searcher.SearchRequest("地理信息", limit=99)).hits
    assert hits
    for hit in hits:
        tree = page(client, f"{hit.url}?q={quote('地理信息')}")
        assert f"第 {hit.passage.ordinal} 段" in tree.text
        assert f"/r/{hit.passage.report}?q={quote('地理信息')}#p-{hit.passage.id}" in tree.links
        assert "地理信息" in tree.marks
        assert sum(name.startswith("p-") for name in tree.text_of) <= 2 * reading_pages.NEIGHBOURS + 1


def test_a_passage_shows_what_was_repaired_in_it(client, engine):
    report = searcher.open_report(engine, "deqing-2025-newspaper-page")
    made = {one.id: report_layout.changes_of(report, one).repairs for one in report.passages if one.kind == "paragraph"}
    repaired, entries = next((id, entries) for id, entries in made.items() if entries)
    assert f"本段修复 {len(entries)} 处" in page(client, f"/p/{repaired}").text


@pytest.mark.parametrize("report", REPORTS)
def test_a_reading_page_lists_every_repair(client, engine, report):
    edit_log = searcher.open_report(engine, report).edit_log
    assert client.get(f"/r/{report}").text.count("<del>") == len(edit_log)


def test_the_permalink_is_absolute_and_follows_the_configured_site(client, engine, monkeypatch):
    passage = searcher.open_report(engine, REPORTS[0]).passages[0]
    assert f'value="http://localhost/p/{passage.id}"' in client.get(f"/p/{passage.id}?q=x").text
    monkeypatch.setenv("DEQING_URL", "https://search.example/")
    assert f'value="https://search.example/p/{passage.id}"' in client.get(f"/p/{passage.id}?q=x").text


def test_the_list_holds_every_report(client):
    links = page(client, "/r/").links
    assert {f"/r/{report}" for report in REPORTS} <= set(links)


def test_reports_of_unknown_year_come_after_those_of_known_years(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "关于某县经济发展的报告\n\n我县经济平稳增长，民生持续改善，社会和谐稳定。\n", encoding="utf-8"
    )
    (folder / "b.txt").write_text(
        "2024年某县政府工作报告\n\n我代表县人民政府向大会报告工作，请予审议。\n", encoding="utf-8"
    )
    indexing.update(tmp_path / "index", [folder])
    client = create_app(indexing.open_index(tmp_path / "index"), PermalinkStore(tmp_path / "index")).test_client()
    for path in ("/r/", "/", "/coverage"):
        text = page(client, path).text
        assert text.index("2024 年") < text.index("关于某县经济发展的报告")
    assert "年份不详" in page(client, "/r/").text


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A site of 120 reports of 60 places, one place without years and one without a name."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "reports").mkdir()
    rows = []
    for number in range(120):
        place, year = number // 2, 2020 + number % 2
        name = f"{place}-{'ab'[number % 2]}"
        text = f"各位代表，这里是第{place}组，请予审议。\n"
        (folder / "reports" / f"{name}.txt").write_text(text, encoding="utf-8")
        named = f"江苏省第{place}市" if place > 1 else ""
        rows.append(f"{name},政府工作报告,{year if place else ''},{named}")
    (folder / "catalog.csv").write_text("report,title,year,place\n" + "\n".join(rows) + "\n", encoding="utf-8")
    indexing.update(folder / "index", [folder / "reports"], catalog=folder / "catalog.csv")
    return create_app(indexing.open_index(folder / "index"), PermalinkStore(folder / "index")).test_client()


def test_the_pages_of_a_long_list_are_small_and_together_have_every_report(many):
    listed: list[str] = []
    for number in (1, 2):
        answer = many.get(f"/r/?page={number}")
        assert len(answer.data) < 200_000
        assert answer.text.count("<") < 10_000  # 5,000 elements
        listed += [link for link in page(many, f"/r/?page={number}").links if re.fullmatch(r"/r/[^?]+", link)]
    assert len(listed) == len(set(listed)) == 120
    assert many.get("/r/?page=3").status_code == 404
    assert many.get("/coverage").text.count("<tr>") <= 41


def test_the_list_of_reports_is_narrowed_by_place_and_year(many):
    links = page(many, "/r/?" + urlencode({"place": "第7市", "year": "2021..2022"})).links
    (found,) = [link for link in links if re.match(r"/r/[^?]", link)]
    assert found == "/r/7-b?" + urlencode({"year": "2021..2022", "place": "第7市"})


def test_reports_without_year_or_place_are_listed_with_what_to_write_in_the_catalog(many):
    text = many.get("/coverage").text
    for heading, column in (("年份不详", "year 列"), ("地区不详", "place 列")):
        part = text.partition(f"<h2>{heading}")[2].partition("<h2>")[0]
        assert column in part
        assert part.count('href="/r/') >= 2
