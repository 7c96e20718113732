"""Filters go into a query, and into an address, as if they had been typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.query.echo import echo
from deqing_search.query.filters import Filters, TypedFilters, read_filters
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
    ("filters", "said"),
    [
        (Filters(Years(2016, 2021)), "在 2016 至 2021 年的报告里查找含“产业”的段落"),
        (Filters(Years(2016)), "在 2016 年及以后的报告里查找含“产业”的段落"),
        (
            Filters(kind="工作 报告", place="德清"),
            "在类型为“工作报告”、地区含“德清”的报告里查找含“产业”的段落",
        ),
        (Filters(part="名词解释"), echo(parse("产业 章节:(名词解释 OR 名词注释 OR 名词说明 OR 注释)"))),
        (
            Filters(place="德清|安吉", kind="规划"),
            "在类型为“规划”、（地区含“德清”或地区含“安吉”）的报告里查找含“产业”的段落",
        ),
        (Filters(report="deqing-2024|deqing-2025"), "在“deqing-2024”或“deqing-2025”里查找含“产业”的段落"),
        (Filters(), "查找含“产业”的段落"),
    ],
)
def test_the_echo_says_the_reports_that_are_chosen_first(filters, said):
    chosen = parse("产业", compact=compact_text)
    chosen = chosen._replace(root=filters.limit(chosen.root))
    assert echo(chosen) == said


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ({}, Filters()),
        ({"year": "二〇一六年至"}, Filters(Years(2016))),
        ({"kind": " 工作\t报告 ", "place": "德清"}, Filters(kind="工作 报告", place="德清")),
        ({"part": "名词解释"}, Filters(part="名词解释")),
        ({"part": "部署"}, Filters(part="工作安排")),
        ({"part": "部署|回顾|工作安排"}, Filters(part="工作安排|回顾")),
        ({"place": " 杭州 | 宁波||杭州"}, Filters(place="杭州|宁波")),
    ],
)
def test_filters_are_read_from_text(typed, filters):
    assert read_filters(str, TypedFilters(**typed)) == filters


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ({"year": ""}, "year 的值“”不是年份或区间。", "写成 2021、"),
        ({"year": "去\x00年" * 9}, "year 的值“" + "去�年" * 8 + "…”不是年份或区间。", "写成 2021、"),
        ({"year": "2024-2016"}, "year 的区间“2024-2016”起点晚于终点。", "写成 2016..2024"),
        ({"kind": "报" * 61}, "kind 有 61 字，至多 60 字。", ""),
        ({"place": "德\x1b清"}, "place 的第 2 个字符是控制字符（U+001B），无法检索。", "删去后再试"),
        ({"place": "|".join(map(str, range(51)))}, "place 有 51 个值，至多 50 个。", ""),
        ({"kind": "规划|" + "报" * 61}, "kind 有 61 字，至多 60 字。", ""),
        ({"part": "前言"}, "part 只能是 回顾、目标、工作安排、政府自身建设、名词解释，而不是“前言”。", ""),
    ],
)
def test_a_filter_that_cannot_be_used_is_refused_with_its_name_and_the_reason(typed, message, hint):
    with pytest.raises(UsageError) as refusal:
        read_filters(str, TypedFilters(**typed))
    assert str(refusal.value) == message
    assert refusal.value.hint.startswith(hint)


def test_filters_that_are_not_set_are_in_no_address():
    assert Filters().parameters() == {}
    assert not Filters()
    assert Filters(Years(2016), part="回顾").parameters() == {"year": "2016..", "part": "回顾"}
