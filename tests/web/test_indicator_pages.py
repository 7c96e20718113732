"""The page of figures."""

from __future__ import annotations

from urllib.parse import quote, unquote

from flask.testing import FlaskClient

GDP = "/figures?indicator=GDP&place=" + quote("德清")


def test_every_value_is_marked_in_its_sentence_and_linked(client: FlaskClient) -> None:
    text = client.get(GDP + "&of=2016").text
    assert "<mark>地区生产总值</mark>" in text
    assert "<mark>8%</mark>" in text
    assert 'href="/p/0vw7j3z0gndcaq8m"' in text


def test_the_file_has_what_the_page_has(client: FlaskClient) -> None:
    answer = client.get(GDP.replace("/figures", "/figures.csv"))
    said = client.get(GDP.replace("/figures", "/api/v1/figures")).json
    assert said is not None
    assert len(answer.text.splitlines()) == len(said["figures"]) + 1 > 1
    assert answer.headers["Content-Disposition"] == "attachment; filename=figures.csv"


def test_an_unknown_indicator_is_refused(client: FlaskClient) -> None:
    answer = client.get("/figures?indicator=" + quote("幸福指数"))
    assert (answer.status_code, "没有指标“幸福指数”" in answer.text) == (400, True)


def test_a_report_without_a_target_that_was_found_is_not_said_to_set_none(client: FlaskClient) -> None:
    text = client.get("/figures?wanted=absent&indicator=" + quote("地区生产总值")).text
    assert "未识别到目标，请看原文</td>" in text
    assert "<td>未设目标" not in text


def test_the_year_of_a_value_stays_on_the_way_to_the_pledges_and_back(client: FlaskClient) -> None:
    assert "/pledges?indicator=地区生产总值&amp;year=2016" in unquote(client.get("/figures?indicator=GDP&of=2016").text)
    text = unquote(client.get("/pledges?indicator=GDP&year=2016").text)
    assert "/figures?indicator=地区生产总值&amp;of=2016" in text
    assert "/figures?indicator=地区生产总值&amp;wanted=absent&amp;of=2016" in text


def test_a_year_without_a_target_that_was_found_has_no_table(client: FlaskClient) -> None:
    text = client.get(GDP.replace("figures", "pledges") + "&year=1990").text
    assert ("未识别到目标，请看原文" in text, "<table" in text) == (True, False)
