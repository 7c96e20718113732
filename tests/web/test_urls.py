"""The addresses of the pages are those that Flask would say."""

from __future__ import annotations

import pytest
from flask import url_for
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.web.parameters import Asked
from deqing_search.web.urls import Addresses, Changed
from tests.site import seeds_app

APP = seeds_app()
RULES = sorted({rule.endpoint: rule for rule in APP.url_map.iter_rules()}.items())
PART = st.sampled_from(["a1b2", "德清 2024", "(%)/;&'"])
PARTS = {"name": st.sampled_from(["csl", "footnote"]), "code": st.sampled_from(["zh-Hant", "en"])}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.one_of(TEXTS, st.integers(0, 3000), st.none())
ASKED = Asked("地理 信息&", Filters(Years(2016, 2024), "规划"), "words", "newest", "", 3)


@pytest.mark.parametrize("root", ["", "/reports"])
@given(asked=st.dictionaries(st.sampled_from(["q", "mode", "was", "页"]), VALUES), data=st.data())
def test_an_address_is_what_flask_says(root, asked, data):
    address = Addresses(APP.url_map)
    with APP.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        for endpoint, rule in RULES:
            path = {name: data.draw(PARTS.get(name, PART)) for name in sorted(rule.arguments)}
            assert address(endpoint, **path, **asked) == url_for(endpoint, **path, **asked)
            assert address(endpoint, **path, _anchor="p-a1b2") == url_for(endpoint, **path, _anchor="p-a1b2")


def test_an_address_of_no_page_is_a_fault():
    with APP.test_request_context("/"), pytest.raises(KeyError):
        Addresses(APP.url_map)("pages.nothing")


def test_a_change_keeps_all_else_and_starts_at_page_one():
    with APP.test_request_context("/"):
        kept = {"q": ASKED.q, "mode": "words", "year": "2016..2024", "kind": "规划", "sort": "newest"}
        for change in ({}, {"page": 4}, {"year": 2020}, {"kind": None}, {"sort": None}, {"place": "德清"}):
            expected = url_for("pages.search", **{name: kept.get(name) for name in kept} | change)
            assert sorted(Changed(ASKED, "/")(**change)) == sorted(expected)
        assert Changed(ASKED, "/")(page=1) == Changed(ASKED, "/")()
