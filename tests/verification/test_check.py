"""Figures that a text states in its own words, compared with those of the reports of the place for the year."""

from __future__ import annotations

from functools import cache

import pytest

from deqing_search.engine.base import AnalysedReport, Viewer
from deqing_search.quotes.clause_verdicts import clause_verdicts
from deqing_search.quotes.findings import FOUND, Finding
from deqing_search.quotes.records import finding_records
from deqing_search.quotes.running_text import stretches
from deqing_search.quotes.wording import figures
from deqing_search.verification.check import check
from tests.brute_engine import BruteEngine
from tests.small import report

REPORTS = {
    ("浙江省杭州市", 2021): ["2021年的主要预期目标是：地区生产总值增长7%左右。"],
    ("浙江省杭州市", 2022): [
        "2021年，全市生产总值18109亿元、增长8.5%，一般公共预算收入2387亿元、增长14%。",
        "2022年的主要预期目标是：地区生产总值增长6.5%以上。",
    ],
    ("浙江省杭州市", 2023): [
        "2022年，全市生产总值18753亿元、增长1.5%，城镇登记失业率2.4%。",
        "新建学校30所，完成旧改120个小区。",
    ],
    ("浙江省温州市", 2023): [
        "2022年1月10日在温州市",
        "深入推进第五轮环保三年行动计划。",
        "2022年新增公园30个，建成绿道110公里，新开通公交线路20条。",
        "新增就业超过4万人。轻重工业比例为51:49。失业人数增加400人。",
        "建设生态文明，增强可持续发展能力。坚持绿色发展道路。",
    ],
    ("浙江省宁波市", 2023): [
        "2022年，全市生产总值15704.3亿元、增长3.5%。",
        "港口货物吞吐量突破12亿吨、保持全球首位，集装箱吞吐量超过3100万标箱、连续4年居世界第3位。",
    ],
    ("湖北省襄樊市", 2010): ["2009年，全市生产总值增长14.1%。", "扎实推进汉江流域综合治理工作。"],
    ("湖北省襄阳市", 2012): ["2011年，全市生产总值增长16.1%。"],
}


@cache
def engine() -> Viewer:
    small = BruteEngine()
    small.write([_of(place, year, texts) for (place, year), texts in REPORTS.items()])
    return small


def _of(place: str, year: int, texts: list[str]) -> AnalysedReport:
    made = report(f"{place}-{year}", f"{year}年{place}政府工作报告", "政府工作报告", year, texts)
    return made._replace(report=made.report._replace(meta=made.report.meta._replace(place=place)))


def with_aims(text: str) -> Finding:
    """The finding in a text, checked against one report with an aim."""
    made = _of("福建省厦门市", 2004, ["力争全市汽车产量达到50万辆。"])
    aims = tuple(one._replace(section=("二、2004年工作目标",)) for one in made.report.passages)
    small = BruteEngine()
    small.write([made._replace(report=made.report._replace(passages=aims))])
    return check(small, text).findings[-1]


def last(text: str) -> Finding:
    return check(engine(), text).findings[-1]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("杭州GDP 2021年增长8.5%，2022年再增长1.5%。", "figure-agrees"),
        ("襄阳GDP 2009年增长14.1%，老张没想到。", "figure-agrees"),
        ("襄樊GDP 2011年增长15.1%，老张没想到。", "figure-differs"),
        ("襄阳市：扎实推进汉江流域综合治理工作。", "exact"),
        ("襄阳市2010年政府工作报告提出：“扎实推进汉江流域综合治理工作。”", "exact"),
        ("杭州GDP 2021年增长8.5%，2022年再增长5.1%。", "figure-differs"),
        ("2022年，杭州市的经济总量迈上1.88万亿元，增长1.5%。", "figure-agrees"),
        ("杭州的GDP增速，2021年为8.5%，2022年放缓到1.5%。", "figure-agrees"),
        ("2022年，杭州市的经济总量只有1.57万亿元。", "figure-differs"),
        ("杭州2021年定下的目标是生产总值增长7%左右。", "figure-agrees"),
        ("杭州2021年定下的目标是生产总值增长6%左右。", "figure-differs"),
        ("宁波的生产总值2022年增长1.5%，老张没想到。", "figure-differs"),
        ("杭州的事不多说。GDP 2022年增长了5%，城镇登记失业率为2.4%。", "figure-differs"),
    ],
)
def test_a_figure_of_a_paraphrase_is_compared(text: str, verdict: str) -> None:
    assert last(text).verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "2022年，这里的生产总值增长了5%，老张很高兴。",
        "杭州和宁波都不错。2022年，生产总值增长了5%，老张很高兴。",
        "杭州市西湖区的生产总值2022年增长了5%。",
        "安吉县的生产总值2022年增长了5%。",
        "2022年，杭州路街道的生产总值增长了5%。",
        "杭州近年的生产总值增长了5%，老张很高兴。",
        "杭州市2021年、2022年生产总值分别增长5%和6%。",
        "到2022年，杭州的生产总值达到2万亿元。",
        "2022年，杭州要让生产总值增长5%。",
        "2022年上半年，杭州的生产总值增长了5%。",
        "2022年，杭州的生产总值比2020年增长20%。",
        "2022年，杭州的生产总值年均增长6.5%。",
        "2022年，全国的生产总值增长3%，杭州的老张很高兴。",
        "2019年，杭州的生产总值增长6.8%，老张很高兴。",
        "杭州2022年的生产总值增长6.5%，老张很高兴。",
        "有人说杭州2022年的生产总值增长9%，这是误传。",
        "2022年，杭州生产总值超过1.8万亿元，老张很高兴。",
    ],
)
def test_nothing_is_said_of_a_figure_that_is_not_certain(text: str) -> None:
    found = check(engine(), text).findings
    assert [one.verdict for one in found if one.verdict.startswith("figure")] == []
    assert not any(one.figures for one in found)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2023年杭州市政府工作报告说，生产总值增长了9%。", "figure-differs"),
        ("2023年杭州市政府工作报告说，上一年生产总值增长了1.5%。", "figure-agrees"),
        ("2023年杭州市政府工作报告说，新建的学校有30所。", "figure-agrees"),
        ("2023年杭州市政府工作报告说，新建的学校有70所。", "figure-differs"),
        ("2023年杭州市政府工作报告说，新建的学校有30多所。", "figure-agrees"),
        ("《2023年杭州市政府工作报告》很长。去年，旧改完成的小区有150个。", "figure-differs"),
        ("《2023年杭州市政府工作报告》很长。完成旧改的有150个小区，老张说。", "absent"),
        ("2023年杭州市政府工作报告说，宁波新建的学校有70所。", "absent"),
        ("2023年杭州市政府工作报告说，2019年新建的学校有70所。", "absent"),
        ("2023年杭州市政府工作报告说，新建的学校和公园一共70处。", "absent"),
        ("2022年杭州市政府工作报告说，新建的学校有30所。", "absent"),
        ("2022年杭州市政府工作报告说，2021年的生产总值突破了1.8万亿元。", "figure-agrees"),
        ("2023年温州市政府工作报告说，当时新增的就业不超过4万人。", "figure-differs"),
        ("2023年温州市政府工作报告说，失业的人增加了400人。", "figure-agrees"),
        ("2022年杭州市政府工作报告提出，生产总值的目标是增长6.5%以上。", "figure-agrees"),
        ("2022年杭州市政府工作报告提出，生产总值的目标是增长6.5%左右。", "figure-differs"),
        ("2021年杭州市政府工作报告提出，生产总值的目标是增长6.5%左右。", "figure-differs"),
        (
            "2023年宁波市政府工作报告说，港口货物吞吐量突破12亿吨、保持全球首位，集装箱吞吐量超过3100万标箱、连续5年居世界第3位。",
            "number-altered",
        ),
    ],
)
def test_a_number_is_compared_with_the_report_that_it_is_attributed_to(text: str, verdict: str) -> None:
    assert last(text).verdict == verdict


def test_an_aim_of_a_report_is_no_result() -> None:
    said = "2004年厦门市政府工作报告说，厦门的汽车产量{}50万辆。"
    assert with_aims(said.format("已达")).verdict == "absent"
    assert with_aims(said.format("要达到")).verdict == "figure-agrees"


def test_a_sentence_with_another_number_stays_absent_but_names_the_figure() -> None:
    found = last("杭州2022年的生产总值增长1.5%，老张家来了30个客人。")
    assert found.verdict == "absent"
    assert [(one.text, one.agrees) for one in found.figures] == [("1.5%", True)]


def test_the_words_of_another_place_do_not_hide_a_different_figure() -> None:
    """全市生产总值15704.3亿元、增长3.5% stands in the report of 宁波."""
    found = last("2022年，杭州市生产总值15704.3亿元、增长3.5%。")
    assert found.verdict == "figure-differs"
    assert not found.is_found


def test_a_quotation_is_checked_word_for_word_only() -> None:
    found = last("杭州市2023年的报告说：“2022年，全市生产总值18753亿元、增长5.1%。”")
    assert found.verdict == "number-altered"
    assert found.figures == ()


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("《2023年杭州市政府工作报告》给出答案：“新建学校30所，完成旧改120个小区。”", ["exact"]),
        ("杭州市2023年政府工作报告晒出成绩单：“新建学校30所，完成旧改120个小区。”", ["exact"]),
        ("杭州市2023年政府工作报告要求“完成旧改120个小区”。", ["exact"]),
        ("2022年杭州新建学校30所，完成旧改120个小区。", ["exact"]),
        ("去年，“新建学校30所，完成旧改120个小区”。", ["exact"]),
        ("2023年温州市政府工作报告说：“新增公园三十个，建成绿道110公里。”", ["altered"]),
        ("2023年温州市政府工作报告说：“新增公园四十个，建成绿道110公里。”", ["number-altered"]),
    ],
)
def test_words_that_name_the_report_are_no_finding(text: str, verdicts: list[str]) -> None:
    assert [one.verdict for one in check(engine(), text).findings] == verdicts


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("2022年福州完成固定资产投资370亿元。", "滨海新城建设加快"),
        ("2022年福州新建码头3座。", ""),
        ("2022年福州滨海新城完成固定资产投资370亿元。", ""),
        ("2022年福州一般公共预算收入增长4%。", ""),
    ],
)
def test_the_sum_of_a_zone_is_not_that_of_its_city(text: str, source: str) -> None:
    said = ["滨海新城建设加快，新建码头3座，完成固定资产投资370亿元。全市一般公共预算收入增长4%。"]
    small = BruteEngine()
    small.write([_of("福建省福州市", 2023, said)])
    found = check(small, text).findings[-1]
    assert [one.source for one in found.differences if one.kind == "place"] == ([source] if source else [])


def test_another_unit_is_shown_with_its_number() -> None:
    (found,) = check(engine(), "2023年宁波市政府工作报告说：“全市生产总值15704.3亿美元、增长3.5%”。").findings
    assert [(one.text, one.source) for one in found.differences] == [("15704.3亿美元", "15704.3亿元")]


@pytest.mark.parametrize(
    "after",
    ["，杭州市2023年政府工作报告提出。", "。”这是杭州市2023年政府工作报告里的话。", "（杭州市2023年政府工作报告）。"],
)
def test_a_report_that_is_named_after_a_quotation_is_its_source(after: str) -> None:
    quotation = "“新增公园30个，建成绿道110公里，新开通公交线路20条"
    found = check(engine(), quotation + ("" if "”" in after else "”") + after).findings[0]
    assert (found.status, found.named.place) == ("misattributed", "杭州市")


def test_a_lead_is_compared_where_the_words_after_it_begin_no_clause() -> None:
    text = "一是有建设生态文明，增强可持续发展能力。"
    assert last("一是建设生态文明，增强可持续发展能力。").verdict == "exact"
    small = BruteEngine()
    small.write([_of("浙江省温州市", 2023, ["一是有序建设生态文明体系，增强可持续发展能力和水平。"])])
    assert (
        check(small, text.replace("生态文明", "生态文明体系").replace("能力", "能力和水平")).findings[0].verdict
        == "altered"
    )


def test_a_report_that_is_named_in_the_line_before_is_no_source() -> None:
    text = "《2023年杭州市政府工作报告》指出：“新建学校30所，完成旧改120个小区。”\n深入推进第五轮环保三年行动计划。"
    assert [one.attribution for one in check(engine(), text).findings] == ["agrees", ""]


def test_a_figure_that_agrees_says_nothing_of_a_rank_beside_it() -> None:
    said = "2022年，杭州的经济总量迈上1.88万亿元，增长1.5%"
    assert [last(text).verdict for text in (f"{said}。", f"{said}，排名第8位。")] == ["figure-agrees", "absent"]


def test_a_plan_before_words_of_the_aims_of_the_report_alters_nothing() -> None:
    made = _of("福建省厦门市", 2004, ["力争全市汽车产量达到50万辆，新建公园12个，改造道路30条。"])
    aims = tuple(one._replace(section=("二、2004年工作目标",)) for one in made.report.passages)
    small = BruteEngine()
    small.write([made._replace(report=made.report._replace(passages=aims))])
    texts = ["2004年厦门计划新建公园12个，改造道路30条。", "2006年厦门计划新建公园12个，改造道路30条。"]
    assert [check(small, text).findings[-1].verdict for text in texts] == ["exact", "number-altered"]


def test_a_quotation_of_two_reports_is_not_of_the_one_that_is_named() -> None:
    said = "2023年温州市政府工作报告称：“深入推进第五轮环保三年行动计划，扎实推进汉江流域综合治理工作。”"
    (found,) = check(engine(), said).findings
    assert (found.verdict, found.attribution) == ("assembled", "contradicts")


def test_a_figure_is_shown_with_the_words_that_say_how_exact_it_is() -> None:
    found = last("2022年杭州市政府工作报告提出，生产总值的目标是增长6.5%左右。")
    (figure,) = found.figures
    assert (figure.text, [one.value for one in figure.reported]) == ("6.5%左右", ["地区生产总值增长6.5%以上"])


def test_both_figures_are_shown_with_the_sentence_of_the_report() -> None:
    text = "杭州GDP 2022年增长5.1%。"
    checked = check(engine(), text)
    (found,) = checked.findings
    assert list(figures(found)) == [("不符", "浙江省杭州市2022年地区生产总值增长（结果）：文中 5.1%，报告 增长1.5%")]
    assert [source.report.id for source in found.sources] == ["浙江省杭州市-2023"]
    assert [piece.text for one in stretches(checked) for piece in one.pieces if piece.differs] == ["5.1%"]
    (record,) = finding_records(checked)
    assert [(one["agrees"], one["reported"][0]["value"]) for one in record.figures] == [(False, "增长1.5%")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2019年，新建学校30所，完成旧改120个小区。", ["number"]),
        ("2022年宁波新建学校30所，完成旧改120个小区。", ["place"]),
        ("2022年，新建学校30所，完成旧改120个小区。", []),
        ("2022年杭州市新建学校30所，完成旧改120个小区。", []),
    ],
)
def test_the_place_and_the_year_before_the_words_of_a_report_are_checked(text: str, kinds: list[str]) -> None:
    found = last(text)
    assert [one.kind for one in found.differences] == kinds
    assert found.is_found == (not kinds)
    assert found.sentence == text.rstrip("。") or not kinds


def test_the_clauses_of_a_sentence_with_another_place_say_where_it_differs() -> None:
    text = "2022年宁波新建学校30所，完成旧改120个小区。"
    assert [one.verdict for one in clause_verdicts(text, last(text))] == ["number-altered", "exact"]


def test_a_sentence_of_another_year_is_no_altered_number() -> None:
    found = last("2020年，全市生产总值16106亿元、增长3.9%。")
    assert (found.verdict, found.sources) == ("absent", ())


@pytest.mark.parametrize(
    "text",
    [
        "2021年1月10日在宁波市",
        "深入推进第六轮环保三年行动计划。",
        "2021年新增公园45个，建成绿道130公里，新开通公交线路20条。",
        "新增就业超过166万人，完成旧改120个小区。",
        "建设生态绿城，增强可持续发展能力。",
    ],
)
def test_a_sentence_that_is_similar_by_chance_is_absent(text: str) -> None:
    assert [one.verdict for one in check(engine(), text).findings if one.verdict not in FOUND] == ["absent"]


@pytest.mark.parametrize(
    ("text", "verdict", "places"),
    [
        ("宁波市很热闹，老张说，增长8.5%。", "absent", []),
        ("杭州市很热闹，老张说，增长8.5%。", "exact", ["浙江省杭州市"]),
        ("这里很热闹，老张说，增长8.5%。", "formula", ["浙江省杭州市"]),
    ],
)
def test_a_short_clause_with_a_number_is_looked_for_in_the_reports_of_the_place(
    text: str, verdict: str, places: list[str]
) -> None:
    found = last(text)
    assert (found.verdict, [one.report.meta.place for one in found.sources]) == (verdict, places)


def test_common_words_without_a_number_belong_to_no_place() -> None:
    assert last("宁波要坚持绿色发展道路。").verdict == "exact"


def test_every_character_of_a_ratio_is_checked() -> None:
    (found,) = check(engine(), "去年三次产业比例为7.3:44.4:48.3，老张说结构变好了。").findings
    assert found.sentence.endswith("老张说结构变好了")
    assert last("2022年，温州的轻重工业比例为51:48。").verdict == "number-altered"


def test_a_sentence_keeps_the_quotation_mark_at_its_beginning() -> None:
    assert last("“两个亚运”精彩绽放，老张很高兴。").sentence.startswith("“两个亚运”")
    assert last("“两个亚运”精彩绽放，从“办赛”到“兴城”。").sentence.endswith("到“兴城”")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("新建学校31所，完成旧改120个小区。", "number-altered"),
        ("新建学校31所，完成旧改121个小区。", "absent"),
        ("完成旧改135个小区，老张说。", "absent"),
        ("杭州新建学校31所，完成旧改121个小区。", "number-altered"),
        ("报告说“新建学校31所，完成旧改121个小区”。", "number-altered"),
    ],
)
def test_a_short_sentence_with_two_other_numbers_is_no_altered_one_unless_it_is_quoted(text: str, verdict: str) -> None:
    assert last(text).verdict == verdict
