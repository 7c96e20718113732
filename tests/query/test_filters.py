"""Filters go into a query, and into an address, as if they had been typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language.folding import compact_text
from deqing_search.query.echo import echo
from deqing_search.query.filters import Filters
from deqing_search.query.parser import parse
from deqing_search.query.years import Years, read_years

years = st.none() | st.integers(1000, 9999)


@given(years, years)
def test_years_are_read_as_they_are_written(first, last):
    written = Years(first, last)
    assert read_years(str(written)) == (written if written != (None, None) else None)


@pytest.mark.parametrize("text", ["", "..", "去年", "20211", "2016..二", "2016,2017", "2016..2017..2018"])
def test_what_names_no_years_is_not_read(text):
    assert read_years(text) is None


@pytest.mark.parametrize("text", ["2016-2021", "2016至2021年", "二〇一六年—二〇二一年", "２０１６ ~ ２０２１"])
def test_a_span_is_read_however_it_is_typed(text):
    assert read_years(text) == Years(2016, 2021)


@pytest.mark.parametrize(
    ("filters", "typed"),
    [
        (Filters(Years(2016, 2021)), "年:2016..2021"),
        (Filters(Years(2016)), "年:2016.."),
        (Filters(kind="工作 报告", place="德清"), "类型:“工作 报告” 地区:德清"),
        (Filters(part="名词解释"), "章节:(名词解释 OR 名词注释 OR 名词说明 OR 注释)"),
        (Filters(), ""),
    ],
)
def test_filters_ask_for_what_may_be_typed(filters, typed):
    chosen = parse("产业", compact=compact_text)
    chosen = chosen._replace(root=filters.limit(chosen.root))
    assert echo(chosen) == echo(parse(f"产业 {typed}", compact=compact_text))


def test_filters_that_are_not_set_are_in_no_address():
    assert Filters().parameters() == {}
    assert not Filters()
    assert Filters(Years(2016), part="回顾").parameters() == {"year": "2016..", "part": "回顾"}
