"""Links to a search with a change are those that Flask would make."""

from __future__ import annotations

from flask import url_for
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.search.searcher import Filters, Years
from deqing_search.web.parameters import SearchParameters
from deqing_search.web.urls import SearchLink, query_string
from tests.site import seeds_app

APP = seeds_app()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
VALUES = st.one_of(TEXTS, st.integers(0, 3000), st.none())
ASKED = SearchParameters("地理 信息&", Filters(Years(2016, 2024), "规划", "", ""), "words", "newest", "", 3)


@given(parameters=st.dictionaries(st.sampled_from(["q", "mode", "was", "页"]), VALUES))
def test_a_query_string_is_what_flask_says(parameters):
    with APP.test_request_context("/"):
        assert "/" + query_string(**parameters) == url_for("pages.search", **parameters)


def test_a_change_keeps_all_else_and_starts_at_page_one():
    link = SearchLink("/", ASKED.parameters)
    chosen = {"q": ASKED.q, "mode": "words", "year": "2016..2024", "kind": "规划", "sort": "newest"}
    with APP.test_request_context("/"):
        for change in ({}, {"page": 4}, {"year": 2020}, {"kind": None}, {"sort": None}, {"place": "德清"}):
            assert sorted(link(**change)) == sorted(url_for("pages.search", **{**chosen, **change}))
    assert link(page=1) == link()
