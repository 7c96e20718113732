"""What is printed of files that were read, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deqing_search.cleaning.fixes import FIXES
from deqing_search.cleaning.titles import TITLES
from deqing_search.cli.cleaning import (
    clean_records,
    diff_lines,
    explain_lines,
    outcome_lines,
    outcome_records,
)
from deqing_search.errors import SourceError
from deqing_search.indexing import Outcome
from deqing_search.report import LoggedEdit, Metadata, Passage
from deqing_search.text.offsets import Span
from tests.seeds import SEEDS, report_of


def entry(before: str, after: str, fix: str = "jump-mark") -> LoggedEdit:
    return LoggedEdit(fix, "缘由", (Span(0, len(before)),), (7, 8), before, after)


@pytest.mark.parametrize("name", SEEDS)
def test_a_passage_is_one_line_of_json_that_holds_its_text(name: str) -> None:
    report = report_of(name)
    lines = list(clean_records(report))
    assert all("\n" not in line for line in lines)
    assert [json.loads(line)["text"] for line in lines] == [passage.text for passage in report.passages]


@pytest.mark.parametrize("name", SEEDS)
def test_an_explanation_counts_every_edit(name: str) -> None:
    edit_log = report_of(name).edit_log
    heads = [line for line in explain_lines(edit_log) if not line.startswith(" ")]
    assert sum(int(line.split("：")[-1].split()[0]) for line in heads) == len(edit_log)
    assert {TITLES[fix.name] for fix in FIXES} >= {line.partition("（")[0] for line in heads}


def test_a_clean_text_needs_no_explanation() -> None:
    assert list(explain_lines([])) == ["没有发现需要修复的地方。"]


def test_a_long_repair_is_shown_by_its_ends_and_an_empty_one_by_name() -> None:
    _, line = explain_lines([entry("甲" * 40 + "乙" * 40, "")])
    assert line == f"    第 7 行：“{'甲' * 20}……{'乙' * 10}” → （空）（缘由）"


def test_a_difference_shows_the_text_before_and_after() -> None:
    lines = list(diff_lines([entry("甲\n\n\t乙", "甲乙"), entry("丙", "")], colour=False))
    assert lines == ["@@ 第 7 行 · jump-mark · 缘由", "- 甲⏎⏎⇥乙", "+ 甲乙", "@@ 第 7 行 · jump-mark · 缘由", "- 丙"]
    coloured = list(diff_lines([entry("丙", "丁")], colour=True))
    assert coloured[1:] == ["\x1b[031m- 丙\x1b[00m", "\x1b[032m+ 丁\x1b[00m"]


def test_an_outcome_is_one_line_for_people_and_one_a_report_for_programs() -> None:
    outcome = Outcome(("甲",), ("乙",), (), 7, (SourceError("丙.txt：文件是空的", hint="请补上正文"),))
    assert list(outcome_lines(outcome, Path("index"))) == ["索引 index：新增 1 份，更新 1 份，未变 7 份，跳过 1 处"]
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
