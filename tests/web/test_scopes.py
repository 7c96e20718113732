"""The list beside the search box says where the box searches: all reports, this report, this place."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest

from deqing_search.search.searcher import Filters, count
from tests.site import ask, hits, page

REPORT = "deqing-2024-work-report"
PLACE = "浙江省湖州市德清县"


def scopes(client, path: str) -> tuple[list[str], str]:
    """The values of the list, and the one that is chosen."""
    html = client.get(path).text
    box = re.search(r'<select name="in".*?</select>', html, re.S)
    options = re.findall(r'<option[^>]*value="(.*?)"( selected)?>', box[0]) if box else []
    chosen = [value for value, selected in options if selected]
    return [unescape(value) for value, _ in options], unescape(chosen[0]) if chosen else ""


@pytest.mark.parametrize("path", ["/", ask("发展"), "/r/", "/coverage"])
def test_a_page_about_no_report_searches_all(client, path):
    assert scopes(client, path) == ([], "")


def test_an_open_report_and_its_passages_offer_the_report_and_the_place(client):
    (passage, *_) = hits(page(client, ask("发展", report=REPORT)))
    for path in (f"/r/{REPORT}", f"/p/{passage}"):
        assert scopes(client, path) == (["", f"report:{REPORT}", f"place:{PLACE}"], "")


def test_results_say_where_they_were_found(client):
    assert scopes(client, ask("发展", report=REPORT)) == (["", f"report:{REPORT}"], f"report:{REPORT}")
    assert scopes(client, ask("发展", place="德清")) == (["", "place:德清"], "place:德清")


@pytest.mark.parametrize(
    ("scope", "filters"),
    [("", Filters()), (f"report:{REPORT}", Filters(report=REPORT)), (f"place:{PLACE}", Filters(place=PLACE))],
)
def test_the_box_searches_what_is_chosen(client, engine, scope, filters):
    wanted = count(engine, "发展", filters).passages
    assert wanted
    shown = page(client, ask("发展") + "&in=" + quote(scope))
    assert f"{wanted} 段" in shown.text
    own = urlencode({"q": "发展", **filters.parameters()})  # programs have parameters of their own for the same choice
    assert client.get(f"/api/v1/search?{own}").json["total"] == wanted


def test_a_scope_can_be_removed_on_pages_that_do_not_search(client):
    (link,) = [
        one
        for one in page(client, f"/panel?terms={quote('发展')}&in=place:{quote('德清')}").links
        if one.startswith("/panel?terms=")
    ]
    assert "in=" not in link
    assert "place=" not in link


def test_programs_are_refused_the_parameter_of_the_box(client):
    refused = client.get(f"/api/v1/search?q={quote('发展')}&in={quote('report:' + REPORT)}")
    assert refused.status_code == 400
    assert "参数 in " in refused.json["detail"]


def test_a_scope_that_is_not_one_is_refused(client):
    assert "in 只能是" in page(client, ask("发展") + "&in=kind:x", 400).text


def test_a_search_in_one_report_leads_to_its_text_with_marks(client):
    tree = page(client, ask("发展", report=REPORT))
    assert f"/r/{REPORT}?q=%E5%8F%91%E5%B1%95&report={REPORT}" in tree.links
    assert "2024年德清县政府工作报告" in tree.text  # the chip has the title, not the id
