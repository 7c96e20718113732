"""Promises without numbers: what counts as one, and which sentences of the next report stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deqing_search.engine.base import Viewer
from deqing_search.query.years import Years
from deqing_search.research.figure_records import promise_csv, promise_fields
from deqing_search.research.promised_things import things
from deqing_search.research.promises import Promise, find_promises
from tests.research.city_index import city_index, index_of

REPORTS = {
    2022: """# 甲市2022年政府工作报告

## 2021年工作回顾

建成滨江大桥。

## 2022年工作安排

确保市民文化中心建成投用，开工建设临港快速路、第二水厂。新建学校10所。出台民营经济促进条例。推进改革。
""",
    2023: """# 甲市2023年政府工作报告

## 2022年工作回顾

城市品质提升，市民文化中心正式对外开放。临港快速路全线动工，第二水厂选址完成。

## 2023年工作安排

加快临港快速路建设。启用市博物馆新馆。
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    return city_index(tmp_path_factory.mktemp("promises"), REPORTS)


def related_texts(promise: Promise) -> list[str] | None:
    if promise.related is None:
        return None
    return [one.passage.text[slice(*one.span)] for one in promise.related]


def test_each_thing_of_the_aims_stands_beside_the_sentences_that_name_it(engine: Viewer) -> None:
    found = find_promises(engine, of=Years(2022, 2022)).promises
    assert [(one.verb, one.things) for one in found] == [
        ("建成投用", ("市民文化中心",)),
        ("开工建设", ("临港快速路", "第二水厂")),
        ("出台", ("民营经济促进条例",)),
    ]
    hall, road, law = map(related_texts, found)
    assert hall == ["城市品质提升，市民文化中心正式对外开放。"]
    assert road == ["临港快速路全线动工，第二水厂选址完成。", "加快临港快速路建设。"]
    assert law == []


def test_without_the_next_report_there_is_a_gap(engine: Viewer) -> None:
    road, museum = find_promises(engine, of=Years(2023, 2023)).promises
    assert (road.verb, road.things, road.related) == ("加快", ("临港快速路",), None)
    assert (museum.things, museum.related) == (("市博物馆新馆",), None)


def test_two_reports_of_unknown_place_are_not_of_one_place(tmp_path: Path) -> None:
    texts = {year: text.replace("甲市", "") for year, text in REPORTS.items()}
    found = find_promises(city_index(tmp_path, texts, place=""))
    assert {(card.meta.place, card.meta.year) for card in found.reports} == {("", 2022), ("", 2023)}
    assert len(found.promises) == 5
    assert {one.related for one in found.promises} == {None}


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("建成“一中心、两基地”和体育公园", ['"一中心、两基地"和体育公园']),
        ("新建改造道路20公里", []),
        ("建成高标准农田5万亩", []),
        ("已建成市民中心", []),
        ("是亚运会举办之年", []),
        ("坚决扛起“有能力举办一届成功的运动会”的重托", []),
        ("落实国家出台的税收政策", []),
        ("支持企业家参与涉企政策制定", []),
        ("贯通产加销", []),
        ("推动航空研究院(学院)正式设立", ["航空研究院"]),
        ("设立新兴产业引导基金", ["新兴产业引导基金"]),
        ("用好企业直通车", []),
        ("6月1日市儿童医院建成使用", ["市儿童医院"]),
        ("如期全面建成小康社会", []),
        ("地铁3号线一期全线贯通", ["地铁3号线一期"]),
        ("争取设立自贸区分区", ["自贸区分区"]),
        ("畅通二环路、提升三环路、建成四环路北段", ["四环路北段"]),
        ("完善项目谋划、引进、开工、投产机制", []),
        ("深化拓展全国文明城市创建成果", []),
        ("设立专项资金", []),
        ("市科技馆、体育中心9月底前建成", ["市科技馆", "体育中心"]),
        ("地铁3、4号线开工建设", ["地铁3、4号线"]),
        ("继续推进科技园二期、创意生活城等建设", ["科技园二期", "创意生活城"]),
        ("完成机场二期改扩建", ["机场二期改扩建"]),
        ("东部新区加快滨江湿地公园建设步伐", ["滨江湿地公园"]),
        ("全力争创国家食品安全示范城市", ["国家食品安全示范城市"]),
        ("加快推进青年公园和体育公园等5个公园建设", ["青年公园和体育公园"]),
        ("启动“育才强师”三年行动计划", ['"育才强师"三年行动计划']),
        ("积极创建“公交都市”", ['"公交都市"']),
        ("科学编制“十四五”海洋生态保护规划", ['"十四五"海洋生态保护规划']),
        ("精心筹办好第十届海峡论坛", ["第十届海峡论坛"]),
        ("一体推进治山治水治气治城", []),
        ("着力建设生态宜居幸福新家园", []),
        ("推进重大项目建设", []),
        ("加快建设一批文化产业园区", []),
        ("打造国际枢纽港", []),
        ("加快战略性新兴产业发展", []),
        ("鼓励企业设立研究院", []),
        ("推进未建成交付住房清零", []),
    ],
)
def test_what_is_counted_done_or_general_is_no_promise(clause: str, expected: list[str]) -> None:
    assert [thing for _, thing in things(clause.replace("“", '"').replace("”", '"'))] == expected


def test_a_passage_found_for_two_things_keeps_its_best_rank(tmp_path: Path) -> None:
    aims = "# 甲市2022年政府工作报告\n\n## 2022年工作安排\n\n建成滨江文化公园、滨江文化公园地铁站。\n"
    after = "# 甲市2023年政府工作报告\n\n## 2022年工作回顾\n\n"
    after += "滨江文化公园开放，地铁站动工。\n\n滨江文化公园地铁站完成选址。\n"
    (one,) = find_promises(city_index(tmp_path, {2022: aims, 2023: after}), of=Years(2022, 2022)).promises
    assert one.related is not None
    assert [(found.text, found.score) for found in one.related] == [
        ("滨江文化公园开放，地铁站动工。", 1.0),
        ("滨江文化公园地铁站完成选址。", 1.0),
    ]


def test_the_next_report_of_a_place_under_its_new_name_is_read(tmp_path: Path) -> None:
    texts = {("湖北省襄樊市", 2010): REPORTS[2022], ("湖北省襄阳市", 2011): REPORTS[2023]}
    texts = {key: text.replace("2022", "2010").replace("2023", "2011") for key, text in texts.items()}
    first = find_promises(index_of(tmp_path, texts)).promises[0]
    assert (first.place, first.other_name) == ("湖北省襄阳市", "湖北省襄樊市")
    assert related_texts(first) == ["城市品质提升，市民文化中心正式对外开放。"]


def test_records_have_the_best_sentence_and_say_if_there_is_a_next_report(engine: Viewer) -> None:
    found = find_promises(engine).promises
    assert promise_fields(found[0])["related"][0]["text"] == "城市品质提升，市民文化中心正式对外开放。"
    head, first, *rest = promise_csv(found)
    assert head.rstrip().endswith("next_report,possibly,possibly_url,score")
    assert "市民文化中心正式对外开放" in first
    assert len(rest) == len(found) - 1
