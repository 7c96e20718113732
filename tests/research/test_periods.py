"""Aim or result, and of which year."""

from __future__ import annotations

import pytest

from deqing_search.research.periods import Place, period

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
        ("生产总值增长", ("二、今后五年的奋斗目标",), ("plan", None, True)),
        ("前三季度,生产总值增长", REVIEW, ("outcome", 2023, False)),
        ("实现零售总额", ('一、"十四五"开局之年成效显著',), ("outcome", 2023, True)),
        ("生产总值增长", (), ("outcome", 2023, False)),
        ("生产总值增长", ("一、2023年和五年工作回顾",), ("outcome", 2023, True)),
    ],
)
def test_the_nearest_words_decide(said: str, headings: tuple[str, ...], expected: tuple[str, int, bool]) -> None:
    assert period(said + "5%", len(said), Place(2024, headings)) == expected


def test_a_mean_of_several_years_is_no_target_of_one() -> None:
    assert period("生产总值年均增长6%", 8, Place(2024, AIMS), average=True).role == "plan"


def test_a_report_without_a_year_gives_no_year() -> None:
    assert period("生产总值增长5%", 6, Place(None, ("工作回顾",))) == ("outcome", None, False)
