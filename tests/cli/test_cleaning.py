"""`clean` over folders and by fix, `check`, and a fix that the catalog keeps away from one report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS
from deqing_search.pipeline import prepare
from deqing_search.sources.discovery import find_sources
from tests.command import Run, runner
from tests.seeds import FOLDER


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(tmp_path / "index", capsys, monkeypatch)


def test_one_fix_is_reviewed_over_a_folder_with_what_stood_around_it(run: Run) -> None:
    done = run("clean", str(FOLDER), "--only", "quote-order")
    assert done.code == 0
    assert "deqing-2025-newspaper-page 第 " in done.out
    assert "“兴村[-“”-]{+”“+}融合”" in done.out


def test_the_edits_of_one_fix_are_records(run: Run) -> None:
    printed = run("clean", str(FOLDER), "--only", "jump-mark", "--jsonl").out.splitlines()
    records = [json.loads(line) for line in printed]
    assert len(records) == 4
    assert {record["fix"] for record in records} == {"jump-mark"}
    assert {"report", "reason", "source", "lines", "before", "after", "schema"} <= set(records[0])


def test_a_folder_is_explained_in_totals_and_a_bad_file_does_not_stop_it(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "reports"
    place.mkdir()
    (place / "好.txt").write_text("各位代表：我们增长**5**%。\n", encoding="utf-8")
    (place / "坏.docx").write_bytes(b"nothing")
    done = run("clean", str(place), "--explain")
    assert done.code == 3
    assert "共 1 份报告" in done.out
    assert "去掉残留的标记符号（markup）：2 处（其中略去格式标记 2 处，不算修复） · 1 份报告" in done.out
    assert "坏.docx" in done.err


def test_an_unknown_fix_is_an_error_that_lists_the_known_ones(run: Run) -> None:
    done = run("clean", str(FOLDER), "--only", "spelling")
    assert done.code == 2
    assert "hard-wrap" in done.err


def test_check_tells_the_contradiction_of_the_seeds(run: Run) -> None:
    done = run("check", str(FOLDER))
    assert done.code == 0
    assert "文中说今年是“十三五”的开局之年（2016 年），与报告年份 2023 年不符" in done.out
    records = [json.loads(line) for line in run("check", str(FOLDER), "--jsonl").out.splitlines()]
    assert {record["problem"] for record in records} >= {"titles-differ", "year-contradicts-text", "missing-years"}


def test_the_catalog_keeps_a_fix_away_from_one_report(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("增加到**544.1**亿元。\n", encoding="utf-8")
    (tmp_path / "catalog.csv").write_text("report,title,skip\na,甲,markup\nb,乙,\n", encoding="utf-8")
    texts = [
        prepare(source).report.passages[0].text
        for source in find_sources(tmp_path, endings=READERS, fixes=TITLES).sources
    ]
    assert texts == ["增加到**544.1**亿元。", "增加到544.1亿元。"]


def test_a_fix_the_catalog_misspells_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("各位代表：\n", encoding="utf-8")
    (tmp_path / "catalog.csv").write_text("report,skip\na,mark-up\n", encoding="utf-8")
    (fault,) = find_sources(tmp_path, endings=READERS, fixes=TITLES).faults
    assert "“mark-up”不是修复的名称" in str(fault)


def test_a_sample_is_judged_and_printed_again_with_its_verdicts(run: Run, tmp_path: Path) -> None:
    sampled = ("clean", str(FOLDER), "--fix", "jump-mark", "--sample", "9", "--seed", "1")
    first = run(*sampled)
    assert first.code == 0
    assert first.out.count("\t?\n") == 4
    assert "[-(上接第2版)-]" in first.out
    assert "    现在：" in first.out
    file = tmp_path / "sample.tsv"
    file.write_text(
        first.out.replace("\t?\n", "\twrong\tugly: 试评\n", 1).replace("\t?\n", "\tright\n"), encoding="utf-8"
    )
    again = run(*sampled, "--verdicts", str(file))
    assert again.out == file.read_text(encoding="utf-8")
    assert "抽了 4 处：3 处对，1 处错，其余未评" in again.err


@pytest.mark.parametrize("options", [("--sample", "9"), ("--fix", "markup", "--verdicts", "a.tsv")])
def test_a_sample_needs_a_fix_and_a_number(run: Run, options: tuple[str, ...]) -> None:
    done = run("clean", str(FOLDER), *options)
    assert done.code == 2
    assert "抽查要写明哪种修复、抽几处" in done.err


def test_a_fix_without_edits_has_an_empty_sample(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("各位代表：一切都好。\n", encoding="utf-8")
    done = run("clean", str(tmp_path / "a.txt"), "--fix", "markup", "--sample", "9")
    assert (done.code, done.out) == (1, "")
    assert "抽了 0 处" in done.err


def test_a_verdict_file_that_is_missing_is_a_usage_error(run: Run) -> None:
    done = run("clean", str(FOLDER), "--fix", "markup", "--sample", "9", "--verdicts", "none.tsv")
    assert done.code == 2
    assert "读不了评定文件 none.tsv" in done.err
