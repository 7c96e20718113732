"""`panel`, `concordance`, `collocates`, `keyness`: what is printed adds up, and what cannot be done is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.command import Run, records


def test_a_panel_prints_gaps_as_gaps_and_its_rule(run: Run) -> None:
    out = run("panel", "创新：科技创新, 创新", "--place", "德清", "--tokens", "--alone").out
    lines = out.splitlines()
    assert lines[0].split() == ["地区", "年份", "报告", "字数", "科技创新", "创新", "组:创新", "合计"]
    assert [line.split()[1] for line in lines if line.endswith(" 缺")]
    assert "同一处只计一次，长词优先" in out
    assert "逐词次数" in out
    assert "记为空缺，不记为零" in out


def test_a_panel_counts_as_a_search_does(run: Run) -> None:
    rows = records(run("panel", "地理信息", "--jsonl").out)
    counted = records(run("query", "地理信息", "--count").out)[0]
    assert sum(row["counts"][0]["occurrences"] or 0 for row in rows) == counted["occurrences"]


def test_a_panel_is_verified_by_its_manifest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "词表.tsv").write_text("词\t组\n地理信息\t产业\n", "utf-8")
    assert run("panel", "--dictionary", str(tmp_path / "词表.tsv"), "--out", str(tmp_path)).code == 0
    answer = run("panel", "--verify", str(tmp_path / "manifest.json"))
    assert (answer.code, answer.out) == (0, "数字、报告、版本都与当时相同。\n")
    assert run("panel", "--verify", str(tmp_path / "panel.jsonl")).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("panel",),
        ("panel", "创新", "--stata"),
        ("panel", "创新", "--dictionary", "no.tsv"),
        ("concordance", "地区:德清"),
        ("keyness",),
        ("keyness", "--year", "1999"),
    ],
)
def test_what_cannot_be_counted_is_refused(run: Run, words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "错误" in answer.err


def test_a_concordance_has_a_line_for_each_occurrence(run: Run) -> None:
    counted = records(run("query", "地理信息", "--count").out)[0]
    table = run("concordance", "地理信息", "--csv").out.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == counted["occurrences"]
    assert {row["found"] for row in rows} == {"地理信息"}
    out = run("concordance", "地理信息", "--sample", "5", "--words", "--width", "3").out
    assert out.count("【地理信息】") == 5
    assert f"共 {counted['occurrences']} 处" in out
    assert run("concordance", "没有这几个字").code == 1


def test_collocates_and_keywords_are_printed_in_their_order(run: Run) -> None:
    near = records(run("collocates", "地理信息", "--minimum", "2", "--jsonl").out)
    assert [one["log_dice"] for one in near] == sorted((one["log_dice"] for one in near), reverse=True)
    assert all(one["near"] == one["left"] + one["right"] >= 2 for one in near)
    assert "logDice" in run("collocates", "地理信息").out
    assert ["地理信息小镇", "3"] in map(str.split, run("collocates", "地理信息", "--strings").out.splitlines())
    assert "DP（报告）" in run("collocates", "地理信息", "--dispersion").out
    out = run("keyness", "--year", "2024", "--against", "年:2016").out
    assert "── 只见于这一组" in out
    assert run("keyness", "地理信息", "--csv").code == 0


def test_two_reports_are_compared_by_their_ids_or_addresses(run: Run) -> None:
    written = run("compare", "deqing-2016-work-report", "http://127.0.0.1:8000/r/deqing-2024-work-report")
    assert written.code == 0
    assert "── 变动的数字 ──" in written.out
    same = run("compare", "deqing-2024-work-report", "deqing-2024-work-report").out
    assert not any(line[0] in "≈⇅＋－" for line in same.splitlines())
    assert "── 2016 年 ──" in run("compare", "发展", "规划", "--left", "2016").out  # two words are a query
