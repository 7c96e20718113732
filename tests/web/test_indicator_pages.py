"""The page of figures."""

from __future__ import annotations

from urllib.parse import quote

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
