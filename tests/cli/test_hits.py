"""What is printed for people and for programs: marks, columns, ranges, and one JSON object a line."""

from __future__ import annotations

import json

import pytest

from deqing_search.cli.hits import (
    DAMAGE,
    KINDS,
    card_lines,
    count_records,
    coverage_line,
    marked,
    report_lines,
)
from deqing_search.cli.layout import columns
from deqing_search.query.parser import parse
from deqing_search.report import Metadata, ReportCard
from deqing_search.search.searcher import Count, Coverage
from deqing_search.text.offsets import Span
from tests.seeds import all_passages, report_of


def coverage(*missing: int, first: int | None = 2016, last: int | None = 2025) -> Coverage:
    return Coverage(5, 284, first, last, missing)


@pytest.mark.parametrize(
    ("spans", "plain"),
    [
        ([], "地理信息产业"),
        ([Span(0, 4)], "【地理信息】产业"),
        ([Span(0, 6)], "【地理信息产业】"),
        ([Span(0, 2), Span(2, 4)], "【地理】【信息】产业"),
        ([Span(1, 2), Span(4, 6)], "地【理】信息【产业】"),
    ],
)
def test_marks_stand_around_what_was_found(spans: list[Span], plain: str) -> None:
    assert marked("地理信息产业", spans, colour=False) == plain
    coloured = marked("地理信息产业", spans, colour=True)
    assert coloured.replace("\x1b[01;31m", "【").replace("\x1b[00m", "】") == plain


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ((), ""),
        ((2017,), "，缺 2017 年"),
        ((2017, 2018), "，缺 2017–2018 年"),
        ((2017, 2018, 2019, 2021, 2023, 2024), "，缺 2017–2019、2021、2023–2024 年"),
    ],
)
def test_missing_years_are_printed_as_ranges(missing: tuple[int, ...], said: str) -> None:
    assert coverage_line(coverage(*missing)) == f"已查 5 份报告、284 段，2016–2025 年{said}"


def test_without_any_year_none_is_printed() -> None:
    assert coverage_line(coverage(first=None, last=None)) == "已查 5 份报告、284 段"


def test_columns_line_up_whatever_is_in_them() -> None:
    names = ["a", "德清县-2024", "ａ", "ﬁ–x"]
    cards = [ReportCard(name, Metadata(title="2024题名", year=2024), "", "", 10**i, i) for i, name in enumerate(names)]
    heads = [
        line.removesuffix("2024题名").removesuffix("题名") for line in card_lines(cards, {name: name for name in names})
    ]
    assert len({columns(head) for head in heads}) == 1


def test_a_report_without_a_year_shows_a_dash() -> None:
    _, line = card_lines([ReportCard("a", Metadata(title="题名"), "", "", 3, 0)], {"a": "a"})
    assert line.split() == ["—", "3", "0", "a", "题名"]


def test_counts_are_one_object() -> None:
    (line,) = count_records(Count(parse("x"), 3, 5, 2, coverage(2017)))
    assert json.loads(line) == {
        "schema": 1,
        "passages": 3,
        "occurrences": 5,
        "reports": 2,
        "coverage": {"reports": 5, "passages": 284, "first_year": 2016, "last_year": 2025, "missing_years": [2017]},
    }


def test_every_kind_and_damage_of_the_seeds_has_a_name() -> None:
    passages = all_passages()
    assert {passage.kind for passage in passages} == set(KINDS)
    assert {damage for passage in passages for damage in passage.damage} <= set(DAMAGE)


def test_damage_is_printed_after_its_passage() -> None:
    report = report_of("deqing-2024-work-report")
    lines = list(report_lines(report, colour=False))
    damaged = {passage.ordinal for passage, line in zip(report.passages, lines, strict=True) if line.endswith("〕")}
    assert damaged == {passage.ordinal for passage in report.passages if passage.damage}
    assert damaged
