"""The page of two reports says what the conductor says, and every row leads to its passages."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from deqing_search.research.comparison import compare_reports
from tests.site import page, seeds_engine
from tests.web.test_programs import conforms

OLD, NEW = "deqing-2016-work-report", "deqing-2024-work-report"
BOTH = f"/compare?a={OLD}&b={NEW}"


def test_every_passage_of_both_reports_is_on_the_page(client):
    found = compare_reports(seeds_engine(), OLD, NEW)
    tree = page(client, BOTH)
    leads = [link for link in tree.links if link.startswith("/p/")]
    ids = [one.id for row in found.rows for one in (row.before, row.after) if one]
    assert {f"/p/{id}" for id in ids} <= set(leads)
    assert len(ids) == len(found.before.passages) + len(found.after.passages)
    shown = unescape(re.sub("<.*?>", "", client.get(BOTH).text))
    assert [one.text for one in found.after.passages if one.text not in shown] == []


def test_rows_of_one_status_can_be_shown_alone(client):
    found = compare_reports(seeds_engine(), OLD, NEW)
    for status in ("edited", "new", "gone"):
        text = client.get(f"{BOTH}&show={status}").text
        assert text.count(f'<li class="{status}') >= found.counts[status] > 0
    assert 'id="row-' in text


def test_a_report_against_itself_shows_no_difference(client):
    text = client.get(f"/compare?a={NEW}&b={NEW}").text
    assert not re.search("<(ins|del)>", text)
    assert not re.search('<li class="(edited|moved|new|gone)', text)


def test_a_place_offers_the_years_of_its_reports(client):
    tree = page(client, "/compare?place=" + quote("德清"))
    text = client.get("/compare?place=" + quote("德清")).text
    assert len(re.findall('<option value="deqing-', text)) == 2 * 5
    assert "旧的报告" in tree.text
    assert "没有收录这个地区的报告" in client.get("/compare?place=" + quote("西安")).text


def test_the_list_names_each_report_with_its_year_once(client):
    text = client.get(f"/compare?place={quote('德清')}&a=deqing-2016-work-report&b=deqing-2024-work-report").text
    named = [unescape(one) for one in re.findall('<option value="deqing-[^>]*>([^<]*)<', text)]
    assert len(named) == 2 * 5
    assert [one for one in named if len(re.findall("20[0-9]{2}", one)) != 1] == []


def test_a_chosen_report_that_the_filters_leave_out_is_named_by_its_title(client):
    text = client.get(f"/compare?place={quote('德清')}&kind={quote('规划')}&a=deqing-2016-work-report").text
    picked = re.findall('<option value="deqing-2016-work-report" selected>([^<]*)<', text)
    assert picked
    assert "deqing-2016" not in "".join(picked)


def test_the_reading_page_leads_to_the_comparison_with_the_report_before(client):
    text = unescape(client.get("/r/deqing-2024-work-report").text)
    assert 'href="/compare?a=deqing-2021-review-and-plan&b=deqing-2024-work-report"' in text
    assert "与 2021 年对照" in text
    assert "年对照" not in client.get("/r/deqing-2016-work-report").text


@pytest.mark.parametrize("given", ["a=nothing&b=nothing", f"a={OLD}&b=nothing", f"a={NEW}&b={'x' * 200}"])
def test_an_unknown_report_is_not_found(client, given):
    assert client.get(f"/compare?{given}").status_code == 404
    assert client.get(f"/api/v1/compare?{given}").status_code == 404


@pytest.mark.parametrize("given", [f"a={OLD}&b={NEW}", f"a={OLD}", "a=x&b=y", f"a={NEW}&b={'x' * 200}"])
def test_the_interface_answers_as_it_is_described(client, given):
    described = client.get("/api/v1/openapi.json").json
    conforms(described, "/api/v1/compare", client.get(f"/api/v1/compare?{given}"))


def test_the_comparison_of_a_query_stays(client):
    assert client.get("/compare?q=" + quote("发展")).text.count("<blockquote") > 0
