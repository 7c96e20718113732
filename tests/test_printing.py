"""What is printed for people and for programs: marks, columns, ranges, and one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deqing_search.errors import SourceError
from deqing_search.fixes import FIXES
from deqing_search.indexing import Outcome
from deqing_search.offsets import Span
from deqing_search.parsing import parse
from deqing_search.printing import (
    DAMAGE,
    KINDS,
    card_lines,
    clean_records,
    count_records,
    coverage_line,
    diff_lines,
    explain_lines,
    marked,
    outcome_lines,
    outcome_records,
    report_lines,
)
from deqing_search.report import LedgerEntry, Metadata, Passage, ReportCard
from deqing_search.search import Count, Coverage
from tests.seeds import SEEDS, all_passages, report_of


def coverage(*missing: int, first: int | None = 2016, last: int | None = 2025) -> Coverage:
    return Coverage(5, 284, first, last, missing)


def entry(before: str, after: str, fix: str = "jump-mark") -> LedgerEntry:
    return LedgerEntry(fix, "缘由", (Span(0, len(before)),), (7, 8), before, after)


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
    assert coloured.replace("\x1b[1;31m", "【").replace("\x1b[0m", "】") == plain


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ((), ""),
        ((2017,), "，缺 2017 年"),
        ((2017, 2018), "，缺 2017–2018 年"),
        ((2017, 2018, 2019, 2021, 2023, 2024), "，缺 2017–2019、2021、2023–2024 年"),
    ],
)
def test_missing_years_are_told_in_ranges(missing: tuple[int, ...], said: str) -> None:
    assert coverage_line(coverage(*missing)) == f"已查 5 份报告、284 段，2016–2025 年{said}"


def test_without_any_year_none_is_told() -> None:
    assert coverage_line(coverage(first=None, last=None)) == "已查 5 份报告、284 段"


def test_columns_line_up_whatever_is_in_them() -> None:
    names = ["a", "德清县-2024", "ａ", "ﬁ–x"]
    cards = [ReportCard(name, Metadata(title="题名", year=2024), "", "", 10**i, i) for i, name in enumerate(names)]
    heads = [line.removesuffix("题名") for line in card_lines(cards)]
    assert len({sum(2 if character in "德清县年份段数修复编号ａ" else 1 for character in head) for head in heads}) == 1


def test_a_report_without_a_year_shows_a_dash() -> None:
    _, line = card_lines([ReportCard("a", Metadata(title="题名"), "", "", 3, 0)])
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


@pytest.mark.parametrize("name", SEEDS)
def test_a_passage_is_one_line_of_json_that_holds_its_text(name: str) -> None:
    report = report_of(name)
    lines = list(clean_records(report))
    assert all("\n" not in line for line in lines)
    assert [json.loads(line)["text"] for line in lines] == [passage.text for passage in report.passages]


def test_every_kind_and_damage_of_the_seeds_has_a_name() -> None:
    passages = all_passages()
    assert {passage.kind for passage in passages} == set(KINDS)
    assert {damage for passage in passages for damage in passage.damage} <= set(DAMAGE)


def test_damage_stands_behind_the_passage_it_befell() -> None:
    report = report_of("deqing-2024-work-report")
    lines = list(report_lines(report, colour=False))
    told = {passage.ordinal for passage, line in zip(report.passages, lines, strict=True) if line.endswith("〕")}
    assert told == {passage.ordinal for passage in report.passages if passage.damage}
    assert told


@pytest.mark.parametrize("name", SEEDS)
def test_an_explanation_counts_every_edit(name: str) -> None:
    ledger = report_of(name).ledger
    heads = [line for line in explain_lines(ledger) if not line.startswith(" ")]
    assert sum(int(line.split("：")[-1].split()[0]) for line in heads) == len(ledger)
    assert {fix.title for fix in FIXES} >= {line.partition("（")[0] for line in heads}


def test_a_clean_text_needs_no_explanation() -> None:
    assert list(explain_lines([])) == ["没有发现需要修复的地方。"]


def test_a_long_repair_is_shown_by_its_ends_and_an_empty_one_by_name() -> None:
    _, line = explain_lines([entry("甲" * 40 + "乙" * 40, "")])
    assert line == f"    第 7 行：“{'甲' * 20}……{'乙' * 10}” → （空）（缘由）"


def test_a_difference_shows_what_stood_and_what_stands() -> None:
    lines = list(diff_lines([entry("甲\n\n\t乙", "甲乙"), entry("丙", "")], colour=False))
    assert lines == ["@@ 第 7 行 · jump-mark · 缘由", "- 甲⏎⏎⇥乙", "+ 甲乙", "@@ 第 7 行 · jump-mark · 缘由", "- 丙"]
    coloured = list(diff_lines([entry("丙", "丁")], colour=True))
    assert coloured[1:] == ["\x1b[31m- 丙\x1b[0m", "\x1b[32m+ 丁\x1b[0m"]


def test_an_outcome_is_one_line_for_people_and_one_a_report_for_programs() -> None:
    outcome = Outcome(("甲",), ("乙",), (), 7, (SourceError("丙.txt：文件是空的", hint="请补上正文"),))
    assert list(outcome_lines(outcome, Path("index"))) == ["索引 index：新增 1 份，更新 1 份，未变 7 份，跳过 1 份"]
    assert [json.loads(line) for line in outcome_records(outcome)] == [
        {"schema": 1, "report": "甲", "status": "added"},
        {"schema": 1, "report": "乙", "status": "replaced"},
        {"schema": 1, "status": "skipped", "message": "丙.txt：文件是空的", "hint": "请补上正文"},
    ]


def test_a_passage_that_is_nothing_but_text_has_no_empty_fields() -> None:
    passage = Passage("id", "r", 1, "paragraph", 0, (), "正文。", (Span(0, 3),), (1, 1))
    report = report_of(SEEDS[0])
    (line,) = clean_records(type(report)("r", Metadata(), (passage,), "", ""))
    assert set(json.loads(line)) == {"schema", "ordinal", "kind", "level", "section", "text", "lines", "page"}
