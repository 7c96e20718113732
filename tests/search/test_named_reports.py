"""Queries that name a report, by its title or by place, year and kind."""

from __future__ import annotations

import pytest

from deqing_search.search.searcher import Filters, SearchRequest, Years, search
from tests.brute_engine import BruteEngine
from tests.small import report


@pytest.fixture(scope="module")
def engine() -> BruteEngine:
    cities = [(place, year) for place in ("杭州市", "浙江省湖州市德清县") for year in (2022, 2023, 2024, 2025)]
    engine = BruteEngine()
    made = [report(f"{place}-{year}", "", "政府工作报告", year, ["推进产业发展。"]) for place, year in cities]
    engine.write(
        one._replace(
            report=one.report._replace(
                meta=one.report.meta._replace(place=place, kind="政府工作报告", title=f"{place}政府工作报告")
            )
        )
        for one, (place, _) in zip(made, cities, strict=True)
    )
    return engine


def named(engine, typed: str, **options) -> list[str]:
    return [one.card.id for one in search(engine, SearchRequest(typed, **options)).named]


@pytest.mark.parametrize(
    "typed",
    [
        "德清2024年政府工作报告",
        "2024年德清县人民政府工作报告",
        "德清县 2024 报告",
        "湖州德清2024年度政府工作报告",
        "德清 2024",
        "2024年的德清县",
    ],
)
def test_place_and_year_name_a_report_with_or_without_its_kind(engine, typed):
    assert named(engine, typed) == ["浙江省湖州市德清县-2024"]
    assert named(engine, typed, mode="words") == ["浙江省湖州市德清县-2024"]


def test_a_title_names_its_newest_reports(engine):
    assert named(engine, "《杭州市政府工作报告》") == ["杭州市-2025", "杭州市-2024", "杭州市-2023"]


@pytest.mark.parametrize(
    "typed", ["浙江2024年报告", "2024年报告", "德清2024年规划", "杭州2024年报告 民宿", "杭州2021报告", "报告"]
)
def test_a_query_that_asks_for_less_or_more_names_no_report(engine, typed):
    assert named(engine, typed) == []


def test_reports_are_named_on_the_first_page_without_filters(engine):
    assert named(engine, "杭州2023报告") == ["杭州市-2023"]
    assert named(engine, "杭州2023报告", offset=20) == []
    assert named(engine, "杭州2023报告", filters=Filters(years=Years(2024, 2024))) == []


def test_a_year_that_names_a_report_needs_no_note_that_it_is_text(engine):
    def notes(typed, offset=0):
        return [one.message for one in search(engine, SearchRequest(typed, offset=offset)).query.diagnostics]

    assert notes("杭州 2023") == notes("杭州 2023", offset=20) == []
    assert any("年:2023" in note for note in notes("杭州 2023 民宿"))
