"""The page of pledges."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

PLACE = "place=" + quote("德清")


def test_targets_are_marked_and_linked_and_a_missing_report_is_a_gap(client: FlaskClient) -> None:
    text = client.get(f"/pledges?{PLACE}&indicator=GDP&year=2016").text
    assert "<mark>8%</mark>" in text
    assert 'href="/p/0vw7j3z0gndcaq8m"' in text
    assert "没有收录下一年报告" in text
    assert "<td>未达到" not in text


def test_the_file_has_what_the_interface_has(client: FlaskClient) -> None:
    rows = client.get(f"/pledges.jsonl?{PLACE}").text.splitlines()
    said = client.get(f"/api/v1/pledges?{PLACE}").json
    assert said is not None
    assert len(rows) == len(said["pledges"]) > 1
    assert client.get(f"/pledges.csv?{PLACE}").text.startswith("\ufeffplace,year,indicator,verdict")


def test_without_place_and_indicator_there_is_only_the_form(client: FlaskClient) -> None:
    answer = client.get("/pledges")
    assert (answer.status_code, "<table" in answer.text) == (200, False)


@pytest.mark.parametrize("path", ["/figures?indicator=GDP&place=西沙", "/pledges?place=西沙", "/promises?place=西沙"])
def test_a_place_without_reports_leads_to_what_is_held(client: FlaskClient, path: str) -> None:
    assert '没有符合这些条件的报告。 <a href="/coverage">' in client.get(path).text


def test_a_report_and_the_page_of_figures_lead_to_it(client: FlaskClient) -> None:
    assert (
        f"/pledges?year=2016&amp;place={quote('浙江省湖州市德清县')}" in client.get("/r/deqing-2016-work-report").text
    )
    assert "/pledges?indicator=" in client.get("/figures?indicator=GDP").text


UNUSED = {"part": ("回顾", "内容分类"), "report": ("deqing-2016-work-report", "报告")}


@pytest.mark.parametrize("name", UNUSED)
def test_the_page_names_conditions_that_pledges_cannot_have(client: FlaskClient, name: str) -> None:
    value, called = UNUSED[name]
    answer = client.get(f"/pledges?{PLACE}&{name}={quote(value)}")
    assert answer.status_code == 200
    assert f"以下条件不影响本页：{called}" in answer.text


@pytest.mark.parametrize("name", UNUSED)
@pytest.mark.parametrize("path", ["/pledges.csv", "/pledges.jsonl", "/api/v1/pledges"])
def test_files_and_programs_are_refused_conditions_that_pledges_cannot_have(
    client: FlaskClient, path: str, name: str
) -> None:
    answer = client.get(f"{path}?{PLACE}&{name}={quote(UNUSED[name][0])}")
    assert answer.status_code == 400
    assert f"参数 {name} 在这里不起作用" in answer.text


@pytest.mark.parametrize("path", ["/pledges", "/pledges.csv", "/pledges.jsonl", "/api/v1/pledges"])
def test_a_kind_leaves_only_the_pledges_of_its_reports(client: FlaskClient, path: str) -> None:
    every, reports, plans = (
        client.get(f"{path}?{PLACE}{kind}") for kind in ("", "&kind=" + quote("政府工作报告"), "&kind=" + quote("规划"))
    )
    assert every.status_code == reports.status_code == plans.status_code == 200
    assert "0vw7j3z0gndcaq8m" in every.text
    assert "0vw7j3z0gndcaq8m" in reports.text
    assert "0vw7j3z0gndcaq8m" not in plans.text
    assert "不影响本页" not in plans.text


def test_words_that_ask_for_a_figure_get_it_above_the_results(client: FlaskClient) -> None:
    text = client.get("/?q=" + quote("德清2016年GDP目标是多少？")).text
    figures = text[text.index('id="asked"') : text.index("</section>", text.index('id="asked"'))]
    assert "地区生产总值" in figures
    assert re.search('<a href="/p/0vw7j3z0gndcaq8m[^"]*">增长8%以上</a>', figures)
    assert "没有收录 2017 年的报告。" in figures
    assert 'id="asked"' not in client.get("/?q=" + quote("德清2016年民宿")).text
