"""The figures that a query asks for, in a small index."""

from __future__ import annotations

import pytest

from deqing_search.engine.base import Viewer
from deqing_search.research.asked_figures import asked_figures
from deqing_search.research.figure_words import value_in_words
from tests.research.city_index import index_of

REPORTS = {
    ("甲市", 2022): """# 甲市政府工作报告（2022年）

一、2022年主要任务

今年经济社会发展的主要预期目标是：地区生产总值增长6%左右，城镇登记失业率控制在3%以内。
""",
    ("甲市", 2023): """# 甲市政府工作报告（2023年）

一、2022年工作回顾

全市地区生产总值达到1500亿元，增长5.5%，一般公共预算收入增长4%。
""",
    ("乙市", 2022): """# 乙市政府工作报告（2022年）

一、2022年主要任务

今年经济社会发展的主要预期目标是：地区生产总值增长7%。
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    return index_of(tmp_path_factory.mktemp("cities"), REPORTS)


def values(engine: Viewer, typed: str) -> list[tuple[str, list[str], list[str]]]:
    asked = asked_figures(engine, typed)
    return [
        (one.indicator, [*map(value_in_words, one.targets)], [*map(value_in_words, one.outcomes)])
        for one in (asked.figures if asked else ())
    ]


@pytest.mark.parametrize(
    "typed",
    ["甲市2022年GDP增长目标", "甲市 2022 GDP", "2022年甲市的经济增长是多少？", "甲市2022年地区生产总值完成情况"],
)
def test_the_target_and_the_outcome_of_the_place_and_year_that_are_named(engine: Viewer, typed: str) -> None:
    assert values(engine, typed) == [("地区生产总值", ["增长6%左右"], ["1500亿元", "增长5.5%"])]


def test_an_everyday_word_gives_each_indicator_that_it_may_mean(engine: Viewer) -> None:
    assert values(engine, "甲市2022年失业率目标") == [("城镇登记失业率", ["3%以内"], [])]
    assert values(engine, "甲市2022年财政收入是多少") == [("一般公共预算收入", [], ["增长4%"])]


@pytest.mark.parametrize(
    "typed",
    [
        "甲市2022年",
        "甲市GDP",
        "2022年GDP",
        "甲市2022年民营经济GDP",
        "丙市2022年GDP",
        "甲市2022年财政支出",
        "甲市2021年GDP",
    ],
)
def test_a_query_with_something_else_or_without_a_report_asks_for_none(engine: Viewer, typed: str) -> None:
    assert values(engine, typed) == []


def test_a_report_that_is_not_held_is_none(engine: Viewer) -> None:
    asked = asked_figures(engine, "乙市2022年GDP")
    assert asked
    assert (asked.report.meta.place, asked.following) == ("乙市", None)
