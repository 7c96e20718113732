"""Aim or result, and of which year."""

from __future__ import annotations

import pytest

from deqing_search.research.periods import Place, compact_headings, period, start_of

REVIEW, AIMS = ("一、2023年工作回顾",), ("二、2024年主要任务",)


@pytest.mark.parametrize(
    ("said", "headings", "expected"),
    [
        ("今年主要预期目标是:生产总值增长", AIMS, ("target", 2024, True)),
        ("生产总值增长", AIMS, ("target", 2024, True)),
        ("生产总值增长", REVIEW, ("outcome", 2023, True)),
        ("2021年,生产总值增长", REVIEW, ("outcome", 2021, True)),
        ("去年,生产总值增长", AIMS, ("outcome", 2023, True)),
        ("到2030年,生产总值达到", AIMS, ("plan", 2030, True)),
        ('"十四五"期间,生产总值增长', ('三、"十四五"规划目标',), ("plan", 2025, True)),
        ('到2026年,企业数较"十三五"末翻番,生产总值达到', AIMS, ("plan", 2026, True)),
        ("生产总值增长", ("二、今后五年的奋斗目标",), ("plan", 2028, True)),
        ("全市主要预期目标是:生产总值增长", ("二、今后五年目标和2024年工作",), ("target", 2024, True)),
        ("城镇登记失业率控制在", ("二、今后五年目标和2024年工作",), ("target", 2024, False)),
        ("力争全年完成投资", (), ("target", 2024, True)),
        ('2024年是实现"十四五"目标的关键一年,预期目标是:生产总值增长', AIMS, ("target", 2024, True)),
        ("高于年初预期目标,生产总值增长", REVIEW, ("outcome", 2023, True)),
        ("规划(2021-2035年)获批,生产总值增长", REVIEW, ("outcome", 2023, True)),
        ("前三季度,生产总值增长", REVIEW, ("outcome", 2023, False)),
        ("决战四季度,全年生产总值增长", REVIEW, ("outcome", 2023, True)),
        ("实现零售总额", ('一、"十四五"开局之年成效显著',), ("outcome", 2023, True)),
        ("生产总值增长", (), ("outcome", 2023, False)),
        ("生产总值增长", ("一、2023年和五年工作回顾",), ("outcome", 2023, True)),
        ("总产值2880亿元(1990年不变价),生产总值增长", AIMS, ("target", 2024, True)),
        ("过去五年,生产总值增长", AIMS, ("outcome", 2023, True)),
        ("增速高于过去五年,生产总值增长", AIMS, ("target", 2024, True)),
        ("进出口总额", ("关于第十五个五年规划纲要的说明", '(一)"十三五"时期主要情况'), ("outcome", 2023, True)),
        ("进出口总额", ("关于第十五个五年规划纲要的说明", '(二)"十五五"时期主要目标'), ("plan", 2030, True)),
    ],
)
def test_the_nearest_words_decide(said: str, headings: tuple[str, ...], expected: tuple[str, int, bool]) -> None:
    assert period(said + "5%", len(said), Place(2024, compact_headings(headings))) == expected


def test_a_mean_of_several_years_is_no_target_of_one() -> None:
    assert period("生产总值年均增长6%", 8, Place(2024, AIMS), average=True).role == "plan"


def test_this_year_in_the_text_before_is_nearer_than_five_years_in_a_heading() -> None:
    place = Place(2024, ("二、今后五年的目标任务",), "今年是新一届政府的第一年。")
    assert period("力争生产总值增长10%", 8, place) == ("target", 2024, True)
    later = Place(2024, ("二、今后五年的目标任务",), "到2035年,全面建成现代化城市。")
    assert period("人均生产总值达到2万美元", 8, later) == ("plan", None, True)


def test_a_heading_on_the_beginning_of_a_plan_is_of_this_year() -> None:
    assert period("生产总值增长5%", 6, Place(2026, ('三、全力做好"十五五"开局工作',))) == ("target", 2026, True)
    opening = Place(2026, ('三、完成2026年任务,实现"十五五"规划的良好开端',), "十五五时期要实现翻番。")
    assert period("预期指标是:生产总值增长5%", 12, opening) == ("target", 2026, True)


def test_five_years_to_come_end_with_the_plan_that_a_heading_names() -> None:
    place = Place(2026, ('二、"十五五"时期发展目标',))
    assert period("今后五年,生产总值达到3万亿元", 10, place) == ("plan", 2030, True)


@pytest.mark.parametrize(
    ("said", "headings", "year"),
    [
        ("与2005年相比,收入由", (), 2005),
        ("收入由", ('一、"十三五"时期发展回顾',), 2015),
        ("收入由", ('一、"十三五"时期和2020年工作回顾',), None),
        ("收入由", ("一、过去五年工作回顾",), None),
        ("生产总值由2016年的568亿元增加到929亿元,收入由", (), 2016),
    ],
)
def test_a_start_without_a_year_is_that_of_the_plan_or_of_the_year_compared_with(
    said: str, headings: tuple[str, ...], year: int | None
) -> None:
    found = start_of(said + "5%", len(said), Place(2021, headings))
    assert (found and found.of_year) == year


def test_a_report_without_a_year_gives_no_year() -> None:
    assert period("生产总值增长5%", 6, Place(None, ("工作回顾",))) == ("outcome", None, False)


@pytest.mark.parametrize(
    ("said", "month", "year"),
    [
        ("一季度生产总值增长", 5, 2024),
        ("一季度生产总值增长", 1, 2023),
        ("去年一季度生产总值增长", 5, 2023),
        ("上半年生产总值增长", 6, 2023),
    ],
)
def test_a_part_of_the_year_that_is_over_when_the_report_is_given_is_of_that_year(
    said: str, month: int, year: int
) -> None:
    found = period(said, len(said), Place(2024, REVIEW, month=month))
    assert (found.role, found.of_year, found.certain) == ("outcome", year, False)
