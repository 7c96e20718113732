"""Who else has the clauses of a report: its page, JSON, and the relatives on the page of a passage."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from deqing_search.quotes.reuse import reuse
from tests.site import Tree, seeds_app, seeds_engine

REPORT = "deqing-2021-review-and-plan"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return seeds_app().test_client()


def test_the_page_shows_each_shared_clause_with_its_first_report(client: FlaskClient) -> None:
    found = reuse(seeds_engine(), REPORT)
    assert found is not None
    shared = [one for one in found.clauses if one.carriers]
    assert shared
    tree = Tree(client.get(f"/r/{REPORT}/reuse").text)
    for one in shared:
        assert one.text in tree.text
        assert f"/p/{one.passage.id}" in tree.links
        assert f"/p/{found.first_passages[one.carriers[0].handle].id}" in tree.links
    assert "“最早”仅就收录的报告而言" in tree.text
    assert f"/r/{REPORT}/reuse" in Tree(client.get(f"/r/{REPORT}").text).links


def test_no_language_shows_the_head_of_its_catalogue(client: FlaskClient) -> None:
    for language in ("zh-CN", "zh-TW", "en"):
        text = client.get(f"/r/{REPORT}/reuse", headers={"Accept-Language": language}).text
        assert "Project-Id-Version" not in text


def test_json_has_the_same_and_what_it_rests_on(client: FlaskClient) -> None:
    found = reuse(seeds_engine(), REPORT)
    assert found is not None
    said = client.get(f"/api/v1/reports/{REPORT}/reuse").json
    assert [one["clause"] for one in said["shared"] if one["carriers"]] == [
        one.text for one in found.clauses if one.carriers
    ]
    assert (said["clauses"], said["coverage"]["reports"]) == (found.whole.clauses, 5)
    assert said["unheld"]


def test_a_passage_shows_its_relatives_and_one_without_any_does_not(client: FlaskClient) -> None:
    found = reuse(seeds_engine(), REPORT)
    assert found is not None
    one = next(one for one in found.clauses if one.carriers)
    having = {clause.passage.id for clause in found.clauses if clause.carriers}
    without = next(passage.id for passage in found.report.passages if passage.id not in having)
    assert 'id="relatives"' in client.get(f"/p/{one.passage.id}").text
    assert 'id="relatives"' not in client.get(f"/p/{without}").text


def test_the_pages_are_listed_by_place_and_year(client: FlaskClient) -> None:
    links = Tree(client.get("/reuse?year=2021").text).links
    assert {link for link in links if "/reuse?" in link and link.startswith("/r/")} == {
        f"/r/{REPORT}/reuse?year=2021",
        "/r/deqing-2021-urbanization-plan/reuse?year=2021",
    }
    assert "0 份报告" in Tree(client.get("/reuse?place=杭州").text).text


def test_an_unknown_report_is_not_found(client: FlaskClient) -> None:
    assert client.get("/r/nothing/reuse").status_code == 404
    assert client.get("/api/v1/reports/nothing/reuse").status_code == 404
