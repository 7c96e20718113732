"""Figures of an index, in the shell and as records."""

from __future__ import annotations

from pathlib import Path

import pytest

from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.report import Metadata, Passage, ReportCard
from deqing_search.research.figure_records import figure_csv, figure_fields
from deqing_search.research.figure_words import role_in_words
from deqing_search.research.figures import Choice, Figure, figures_of, find_figures
from tests.research.city_index import city_index, index_of

REPORTS = {
    2023: """# 甲市政府工作报告（2023年）

一、2022年工作回顾

全市生产总值达到1200亿元、增长4.2%，一般公共预算收入100亿元、增长3%。

二、2023年主要任务

今年经济社会发展的主要预期目标是：地区生产总值增长6%左右，居民消费价格涨幅控制在3%以内，居民收入增长与经济增长同步。

开发区生产总值增长9%。

滨海新区地位提升，实现生产总值1250亿元。
""",
    2024: """# 甲市政府工作报告（2024年）

一、2023年工作回顾

全市生产总值增长5.5%，居民消费价格上涨0.3%。

二、2024年主要任务

考虑到各种不确定因素，我们没有提出全年经济增速具体目标。
""",
    2026: """# 甲市政府工作报告（2026年）

一、过去五年工作回顾

民生持续改善，城镇新增就业20万人。去年城镇新增就业5万人。

二、“十四五”时期和2025年工作回顾

这五年，社会事业全面进步。城镇新增就业21万人。

过去一年，稳就业扎实有力。城镇新增就业6万人。

三、今后五年的奋斗目标

单位地区生产总值能耗下降13%。
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    return city_index(tmp_path_factory.mktemp("figures"), REPORTS)


def shown(figures: tuple[Figure, ...]) -> list[tuple[int | None, str, float | None, bool]]:
    return [(one.of_year, one.role, one.low, one.certain) for one in figures]


def test_targets_and_outcomes_stand_with_the_year_they_are_of(engine: Viewer) -> None:
    found = find_figures(engine, "GDP", Choice(of=Years(2023, 2023)))
    assert shown(found.figures) == [
        (2023, "target", 6, True),
        (2023, "target", 9, False),
        (2023, "target", 125e9, False),
        (2023, "outcome", 5.5, True),
    ]


def test_marks_are_the_name_and_the_value_in_the_passage(engine: Viewer) -> None:
    (one,) = find_figures(engine, "CPI", Choice(wanted="outcomes")).figures
    passage = engine.view().passage(one.passage)
    assert passage is not None
    assert [passage.text[start:end] for start, end in one.marks] == ["居民消费价格", "0.3%"]


def test_a_report_that_sets_no_target_is_listed_as_absent(engine: Viewer) -> None:
    found = find_figures(engine, "地区生产总值", Choice(wanted="targets", of=Years(2024, 2024)))
    assert shown(found.figures) == [(2024, "absent", None, True)]
    assert role_in_words(found.figures[0]) == "未设目标"
    alone = find_figures(engine, "地区生产总值", Choice(wanted="absent"))
    assert [(one.year, one.role) for one in alone.figures] == [(2024, "absent"), (2026, "absent")]
    one_year = find_figures(engine, "地区生产总值", Choice(wanted="absent", of=Years(2024, 2024)))
    assert [card.meta.year for card in one_year.reports] == [2024]
    silent = find_figures(engine, "居民消费价格", Choice(wanted="targets", of=Years(2024, 2024)))
    assert shown(silent.figures) == [(2024, "absent", None, False)]


def test_a_year_with_a_target_in_another_report_or_an_unsure_one_is_not_listed(tmp_path: Path) -> None:
    aims = "## 2021年主要任务\n\n今年主要预期目标是：地区生产总值增长8%左右。\n"
    unsure = "## 2022年主要任务\n\n开发区建设加快。生产总值增长7%。\n"
    reports = {("甲市", 2021): aims, ("甲市", 2022): unsure, ("甲市", 2023): "## 2023年主要任务\n\n抓好民生。\n"}
    engine = index_of(tmp_path, reports, again={("甲市", 2021): "## 今后五年的任务\n\n生产总值年均增长7%。\n"})
    read = find_figures(engine, "地区生产总值", Choice(wanted="targets")).figures
    assert [(one.year, one.certain) for one in read if one.role == "target"] == [(2021, True), (2022, False)]
    (left,) = find_figures(engine, "地区生产总值", Choice(wanted="absent")).figures
    assert (left.year, role_in_words(left)) == (2023, "未识别到目标，请看原文")


def test_new_jobs_are_the_sum_of_the_five_years_that_the_text_before_names(engine: Viewer) -> None:
    found = find_figures(engine, "城镇新增就业").figures
    assert [one.basis for one in found] == ["year", "year", "total", "year"]
    assert shown(found) == [
        (2025, "outcome", 200000, False),
        (2025, "outcome", 50000, True),
        (2025, "outcome", 210000, True),
        (2025, "outcome", 60000, True),
    ]


@pytest.mark.parametrize(
    ("place", "text", "sure"),
    [
        ("河南省", "全省生产总值增长5%", True),
        ("西藏自治区", "全区生产总值增长5%", True),
        ("全国", "国家财政收入增长5%", True),
        ("河南省郑州市", "全省生产总值增长5%", False),
        ("河南省郑州市", "园区建设加快,高新区格局初步形成,实现生产总值120亿元", False),
        ("河南省郑州市", "生产总值增长23%以上,占全市的比重超过50%", False),
        ("河南省郑州市", "县域经济提速,实现生产总值280亿元", False),
        ("河南省郑州市", "园区建设加快,高新区格局初步形成,全市生产总值120亿元", True),
    ],
)
def test_a_value_is_sure_if_it_is_that_of_the_whole_place(place: str, text: str, sure: bool) -> None:
    meta = Metadata(title="政府工作报告", kind="政府工作报告", year=2024, place=place)
    passage = Passage("p", "r", 1, "paragraph", 0, ("一、2023年工作回顾",), text, (), (1, 1))
    (figure,) = figures_of(passage, ReportCard("r", meta, "", "", 1, 0))
    assert figure.certain is sure


def test_a_change_since_the_year_before_is_that_of_one_year(engine: Viewer) -> None:
    meta = Metadata(title="政府工作报告", kind="政府工作报告", year=2010, place="北京市")
    text = "全市生产总值达到11865亿元,比2008年增长10.1%,比2005年增长60%"
    passage = Passage("p", "r", 1, "paragraph", 0, ("一、2009年工作回顾",), text, (), (1, 1))
    figures = figures_of(passage, ReportCard("r", meta, "", "", 1, 0))
    assert [(one.low, one.basis) for one in figures if one.relation == "growth"] == [(10.1, "year"), (60, "total")]


def test_a_saving_of_a_plan_is_that_of_all_its_years(engine: Viewer) -> None:
    (one,) = find_figures(engine, "单位GDP能耗").figures
    assert (one.role, one.basis, one.certain) == ("plan", "total", True)


def test_a_wording_in_place_of_a_number_is_a_target(engine: Viewer) -> None:
    (one, *_) = find_figures(engine, "居民人均可支配收入", Choice(wanted="targets")).figures
    assert (one.low, one.wording, one.role) == (None, "同步", "target")


def test_filters_limit_the_reports(engine: Viewer) -> None:
    found = find_figures(engine, "GDP", Choice(Filters(years=Years(2024, 2024))))
    assert {one.year for one in found.figures} == {2024}
    assert not find_figures(engine, "GDP", Choice(Filters(place="乙市"))).reports


def test_an_unknown_indicator_is_refused_with_all_names(engine: Viewer) -> None:
    with pytest.raises(UsageError) as refused:
        find_figures(engine, "幸福指数")
    assert "城镇登记失业率" in str(refused.value.hint)


def test_records_have_the_documented_fields_and_tables_are_harmless(engine: Viewer) -> None:
    found = find_figures(engine, "GDP", Choice(of=Years(2023, 2023))).figures
    fields = figure_fields(found[0])
    assert (fields["indicator"], fields["bound"], fields["unit"]) == ("地区生产总值增长", "about", "%")
    head, *rows = list(figure_csv(found))
    assert head.startswith("\ufeffplace,name_then,year,report,passage,indicator")
    assert len(rows) == len(found)
