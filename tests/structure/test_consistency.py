"""Contradictions between a title and its text are found by rule, and so are years that are missing."""

from __future__ import annotations

import pytest

from deqing_search.cleaning.cleaner import clean
from deqing_search.pipeline import prepare
from deqing_search.report import Metadata, RawText, Report
from deqing_search.structure.consistency import Finding, findings
from deqing_search.structure.passages import passages_of
from tests.seeds import SEEDS, SOURCES, report_of


def report(text: str, *, year: int | None = 2021, id_: str = "r") -> Report:
    raw = RawText(id_, text, "")
    return Report(id_, Metadata(year=year, place="某县", kind="政府工作报告"), passages_of(raw, clean(raw)), "", "")


def problems(*reports: Report) -> list[str]:
    return [finding.problem for finding in findings(reports)]


def test_the_seed_with_the_wrong_title_is_reported_with_its_words() -> None:
    found = {f.problem: f for f in reversed(list(findings([report_of("deqing-2016-work-report")])))}
    assert found["titles-differ"].evidence == "2023年德清县政府工作报告"
    assert found["year-contradicts-text"].message == "文中说今年是“十三五”的开局之年（2016 年），与报告年份 2023 年不符"
    assert found["placeholder-year"].lines == (2, 2)


def test_the_other_seeds_agree_with_themselves() -> None:
    others = [prepare(SOURCES[name]).report for name in SEEDS if name != "deqing-2016-work-report"]
    assert [f for f in findings(others) if f.problem != "missing-years"] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "今年是“十四五”开局之年，做好各项工作意义重大。",
        "2021年是“十四五”规划的开局之年，也是建党一百周年。",
        "今年是新一届政府的开局之年，任务艰巨。",
        "2025年是“十四五”规划收官之年，我们要提前谋划。",
        "今年是实现党的十五大提出的各项任务的第一年。",
    ],
)
def test_a_year_that_fits_its_plan_is_no_finding(sentence: str) -> None:
    assert problems(report(f"{sentence}\n")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "今年是“十三五”开局之年，做好各项工作意义重大。",
        "2020年是“十四五”规划的开局之年，任务艰巨。",
        "今年是十四五规划的收官之年，任务艰巨。",
    ],
)
def test_a_year_that_does_not_fit_its_plan_is_reported(sentence: str) -> None:
    assert problems(report(f"{sentence}\n")) == ["year-contradicts-text"]


def test_gaps_are_counted_within_a_place() -> None:
    three = [report("各位代表：\n", year=year, id_=str(year)) for year in (2018, 2019, 2022)]
    assert list(findings(three)) == [
        Finding("", "missing-years", "某县的政府工作报告缺 2020、2021 年（已有 2018–2022 年）")
    ]


def test_a_report_without_a_year_is_reported() -> None:
    assert problems(report("各位代表：\n", year=None)) == ["no-year"]


def test_a_heading_that_looks_back_is_no_title_with_another_year() -> None:
    text = "一、回顾\n2020年工作回顾\n今年是“十四五”规划的开局之年，做好各项工作意义重大。\n"
    assert problems(report(text)) == []


def test_a_report_that_has_the_title_of_a_resolution_is_reported() -> None:
    resolved = report("各位代表：\n我代表县人民政府向大会报告工作，请予审议。\n")
    title = "某县第七届人民代表大会第七次会议关于某县人民政府工作报告的决议"
    assert problems(resolved._replace(meta=resolved.meta._replace(title=title))) == ["title-of-act"]
