"""Targets beside the outcomes of the next report, in small indexes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.engine.base import Viewer
from deqing_search.query.years import Years
from deqing_search.report import Metadata, ReportCard
from deqing_search.research.amounts import Bound, Relation
from deqing_search.research.figure_records import pledge_csv, pledge_records
from deqing_search.research.figure_words import difference_in_words, notes_in_words, value_in_words
from deqing_search.research.figures import Figure, find_figures
from deqing_search.research.periods import Role
from deqing_search.research.pledges import Pledge, find_pledges, join
from deqing_search.search.places import places_of
from deqing_search.text.offsets import Span
from tests.research.city_index import city_index, index_of

AIMS = """# 甲市政府工作报告（2022年）

一、2022年主要任务

今年经济社会发展的主要预期目标是：地区生产总值增长6%左右，居民消费价格涨幅控制在3%以内，固定资产投资增长8%以上，\
社会消费品零售总额增长7%—8%，一般公共预算收入同口径增长5%，外贸进出口增长10%，城镇新增就业5万人，\
规模以上工业增加值增长9%，居民收入增长与经济增长同步。
"""
RESULTS = """# 甲市政府工作报告（2023年）

一、2022年工作回顾

全市生产总值增长5.6%，居民消费价格上涨1.9%，固定资产投资增长7.9%，社会消费品零售总额增长8.5%，\
一般公共预算收入增长6%，城镇新增就业5.2万人，城乡居民收入与经济增长同步。

进出口总额1000亿元。

二、2023年主要任务

今年的主要预期目标是：地区生产总值增长5%。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    return city_index(tmp_path_factory.mktemp("pledges"), {2022: AIMS, 2023: RESULTS})


CASES = [
    ("地区生产总值", "near", -0.4),
    ("居民消费价格", "met", -1.1),
    ("固定资产投资", "missed", -0.1),
    ("社会消费品零售总额", "met", 0.5),
    ("一般公共预算收入", "different", None),
    ("进出口总额", "different", None),
    ("城镇新增就业", "met", 2000),
    ("规模以上工业增加值", "outcome not told", None),
    ("居民人均可支配收入", "outcome not told", None),
]


@pytest.mark.parametrize(("name", "verdict", "difference"), CASES)
def test_a_pledge_is_judged_as_its_wording_allows(
    engine: Viewer, name: str, verdict: str, difference: float | None
) -> None:
    (one,) = find_pledges(engine, [name], of=Years(2022, 2022)).pledges
    assert (one.verdict, one.difference) == (verdict, difference)


def test_an_expected_outcome_is_compared_and_says_so(tmp_path: Path) -> None:
    results = RESULTS.replace("全市生产总值增长5.6%", "预计全市生产总值增长5.6%，其中规模以上工业增加值增长9.1%")
    both = city_index(tmp_path, {2022: AIMS, 2023: results})
    for name, said, verdict in (("GDP", "预计增长5.6%", "near"), ("规模以上工业增加值", "预计增长9.1%", "met")):
        (one,) = find_pledges(both, [name], of=Years(2022, 2022)).pledges
        assert (value_in_words(one.outcomes[0]), one.outcomes[0].is_expected, one.verdict) == (said, True, verdict)
        assert not value_in_words(one.targets[0]).startswith("预计")


def test_a_report_that_is_missing_is_a_gap(engine: Viewer) -> None:
    (one,) = find_pledges(engine, of=Years(2023, 2023)).pledges
    assert (one.verdict, one.outcomes, difference_in_words(one)) == ("report not held", (), "")


def test_records_lead_to_the_passages_of_both_sides(engine: Viewer) -> None:
    found = find_pledges(engine, ["GDP"], of=Years(2022, 2022)).pledges
    (record,) = map(json.loads, pledge_records(found))
    passages = [record[side][0]["passage"] for side in ("targets", "outcomes")]
    view = engine.view()
    assert [passage.report for passage in map(view.passage, passages) if passage] == [
        record[side][0]["report"] for side in ("targets", "outcomes")
    ]
    head, row = pledge_csv(found)
    assert "targets_url" in head
    assert "增长6%左右" in row
    assert difference_in_words(found[0]) == "-0.4个百分点"


def card(year: int) -> ReportCard:
    return ReportCard(f"r{year}", Metadata("甲市政府工作报告", "政府工作报告", year, place="甲市"), "", "", 1, 0)


def joined(figures: Iterable[Figure], *years: int) -> list[Pledge]:
    cards = [card(year) for year in years]
    return list(join(figures, cards, places_of(cards)))


def figure(role: Role, low: float, certain: bool, bound: Bound, unit: str, indicator: str = "地区生产总值") -> Figure:
    year = 2022 if role == "target" else 2023
    relation: Relation = "growth" if unit == "%" else "level"
    where = ("甲市", year, f"r{year}", f"p{year}", indicator, "甲市")
    marks = (Span(0, 0), Span(0, 0))
    return Figure(*where, role, relation, low, low, unit, bound, "year", "", 2022, marks, certain)


@pytest.mark.parametrize(
    ("indicator", "aim", "result", "verdict"),
    [
        ("地区生产总值", (5.5, "about"), (5.8, "about"), "met"),
        ("地区生产总值", (6.5, "about"), (4.5, "about"), "missed"),
        ("地区生产总值", (5.5, "about"), (5.2, "about"), "unclear"),
        ("地区生产总值", (5.5, "exactly"), (5.7, "about"), "unclear"),
        ("地区生产总值", (5.5, "exactly"), (6, "about"), "met"),
        ("地区生产总值", (8, "exactly"), (5, "at least"), "unclear"),
        ("居民消费价格", (3, "about"), (2.7, "exactly"), "met"),
        ("居民消费价格", (3, "about"), (3.4, "exactly"), "near"),
        ("居民消费价格", (3, "about"), (5.8, "exactly"), "missed"),
        ("居民消费价格", (3, "exactly"), (2, "exactly"), "unclear"),
        ("居民消费价格", (4.6, "at most"), (3, "at most"), "met"),
        ("居民消费价格", (3, "at most"), (4.6, "at most"), "unclear"),
    ],
)
def test_bounds_on_both_sides_are_judged_only_where_they_leave_no_doubt(
    indicator: str, aim: tuple[float, Bound], result: tuple[float, Bound], verdict: str
) -> None:
    figures = [
        figure("target", aim[0], True, aim[1], "%", indicator),
        figure("outcome", result[0], True, result[1], "%", indicator),
    ]
    (one,) = joined(figures, 2022, 2023)
    assert one.verdict == verdict


FIGURES = st.lists(
    st.builds(
        figure,
        st.sampled_from(["target", "outcome"]),
        st.sampled_from([5.0, 5.3, 8.0]),
        st.booleans(),
        st.sampled_from(["exactly", "about", "at least", "at most"]),
        st.sampled_from(["%", "元"]),
    ),
    max_size=6,
)


@given(FIGURES)
def test_only_one_certain_target_and_one_certain_outcome_of_one_unit_are_judged(figures: list[Figure]) -> None:
    for pledge in joined(figures, 2022, 2023):
        assert all(one in figures for one in (*pledge.targets, *pledge.outcomes))
        if pledge.verdict not in ("met", "near", "missed"):
            continue
        (aim,), (result,) = pledge.targets, pledge.outcomes
        assert all(one.certain and one.passage for one in (aim, result))
        assert (aim.unit, aim.relation) == (result.unit, result.relation)
        assert aim.low is not None
        assert result.low is not None
        assert result.low >= aim.low if pledge.verdict == "met" else result.low < aim.low


def test_the_law_has_pairs_that_are_judged() -> None:
    figures = [figure("target", 5.0, True, "about", "%"), figure("outcome", 5.3, True, "exactly", "%")]
    assert [one.verdict for one in joined(figures, 2022, 2023)] == ["met"]
    assert [one.verdict for one in joined(figures[:1], 2022)] == ["report not held"]
    two = [*figures, figure("target", 8.0, True, "exactly", "%")]
    assert [one.verdict for one in joined(two, 2022, 2023)] == ["contradictory"]


def test_an_amount_of_another_size_is_not_the_same_thing() -> None:
    figures = [figure("target", 14e9, True, "at least", "元"), figure("outcome", 1.2e12, True, "exactly", "元")]
    assert [one.verdict for one in joined(figures, 2022, 2023)] == ["different"]


def test_real_work_is_no_way_of_counting() -> None:
    aim = figure("target", 6.0, True, "exactly", "%")._replace(
        text="生产总值增长6%,实际工作中争取更好结果", marks=(Span(0, 4), Span(6, 8))
    )
    result = figure("outcome", 6.4, True, "exactly", "%")
    plain = result._replace(text="生产总值按可比价计算增长6.4%", marks=(Span(0, 4), Span(12, 16)))
    real = result._replace(text="生产总值实际增长6.4%", marks=(Span(0, 4), Span(8, 12)))
    verdicts = [joined([aim, one], 2022, 2023)[0].verdict for one in (plain, real)]
    assert verdicts == ["met", "different"]


def test_the_outcome_under_a_new_name_stands_beside_the_target_under_the_old_one(tmp_path: Path) -> None:
    """襄樊 became 襄阳 at the end of 2010; no area changed."""
    aims = AIMS.replace("甲市", "襄樊市").replace("2022", "2010")
    results = RESULTS.replace("甲市", "襄阳市").replace("2023", "2011").replace("2022", "2010")
    engine = index_of(tmp_path, {("湖北省襄樊市", 2010): aims, ("湖北省襄阳市", 2011): results})
    (one,) = find_pledges(engine, ["GDP"], of=Years(2010, 2010)).pledges
    assert (one.place, one.verdict, one.area_changes) == ("湖北省襄阳市", "near", ())
    assert one.names_then == ("湖北省襄樊市", "湖北省襄阳市")
    assert notes_in_words(one) == ["当时的名称：湖北省襄樊市 → 湖北省襄阳市"]
    first = find_figures(engine, "GDP").figures[0]
    assert (first.place, first.name_then, first.subject) == ("湖北省襄阳市", "湖北省襄樊市", "湖北省襄阳市")


def test_amounts_of_two_areas_are_not_compared(tmp_path: Path) -> None:
    """In 2011 合肥 got 庐江 and a part of 巢湖."""
    aims, results = AIMS.replace("2022", "2011"), RESULTS.replace("2023", "2012").replace("2022", "2011")
    engine = city_index(tmp_path, {2011: aims, 2012: results}, place="安徽省合肥市")
    jobs, growth = find_pledges(engine, ["城镇新增就业", "GDP"], of=Years(2011, 2011)).pledges[::-1]
    assert (jobs.verdict, growth.verdict) == ("different", "near")
    assert notes_in_words(jobs)[0].startswith("2011 年")


def test_a_target_that_was_changed_during_the_year_says_so(tmp_path: Path) -> None:
    results = RESULTS.replace("全市生产总值增长5.6%", "全市生产总值增长5.6%，好于调整后的年度预期目标")
    (one,) = find_pledges(city_index(tmp_path, {2022: AIMS, 2023: results}), ["GDP"], of=Years(2022, 2022)).pledges
    assert notes_in_words(one) == ["报告称目标在年中调整过"]
