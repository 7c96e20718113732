"""Edits for a reviewer: their keys, the sample, its order, and the verdicts with the table made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.precision import HARMS, VERDICTS, added, compared, keys_made, table, wrong_ones
from deqing_search.errors import UsageError
from deqing_search.pipeline import read_all
from deqing_search.report import RawText, Report
from deqing_search.review import GONE, OPEN, RIGHT, WRONG, Draw, Verdict, key_of, read_verdicts, sample
from tests.damage import CLASSES, clean_reports, damaged
from tests.seeds import FOLDER

DOCS = Path(__file__).parent.parent / "docs" / "cleaning.md"


def read(folder: Path) -> list[tuple[RawText, Report]]:
    return [one for one in read_all(folder) if isinstance(one, tuple)]


def keys(folder: Path, fix: str) -> list[str]:
    return [key_of(raw, edit) for raw, report in read(folder) for edit in report.edit_log if edit.fix == fix]


def write_reports(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_key_stays_when_the_file_is_renamed_and_other_edits_come(tmp_path: Path) -> None:
    paragraph = (
        "　　各位代表：现在，我代表市人民政府向大会报告工作。去年增长**5**%，完成了目标，请各位代表审议这一报告。\n"
    )
    before = keys(write_reports(tmp_path / "before", paragraph), "markup")
    after = keys(write_reports(tmp_path / "after", "", f"## 又一个标题\n\n{paragraph}"), "markup")
    assert len(before) == 2
    assert set(before) < set(after)


def test_a_key_tells_two_edits_of_one_text_apart() -> None:
    found = keys(FOLDER, "hard-wrap")
    assert len(found) > 200
    assert len(set(found)) > 0.95 * len(found)


def test_a_sample_is_random_and_the_larger_one_contains_it() -> None:
    reports = read(FOLDER)
    few, many = ({one.key for one in sample(reports, Draw("hard-wrap", number, 1))} for number in (20, 40))
    others = {one.key for one in sample(reports, Draw("hard-wrap", 20, 2))}
    assert (len(few), len(many), len(others)) == (20, 40, 20)
    assert few < many
    assert few != others


def test_joins_after_a_complete_sentence_come_first_and_then_those_that_the_words_make_least_likely(
    tmp_path: Path,
) -> None:
    reports = list(clean_reports(FOLDER, 5, 1))
    columns = [raw.text for _, raw in damaged(CLASSES["typeset columns"], reports, 1)]
    drawn = sample(read(write_reports(tmp_path / "columns", *columns)), Draw("hard-wrap", 400, 1))
    order = [(not one.ended, one.odds) for one in drawn]
    assert {first for first, _ in order} == {False, True}
    assert order == sorted(order)
    ended = [one for one in drawn if one.ended]
    assert ended
    assert all(one.before.rstrip().endswith(("。", "！", "；", "”")) for one in ended)


def test_where_nothing_is_joined_the_rarest_shape_comes_first(tmp_path: Path) -> None:
    usual = "".join(f"增长**{number}**%，第{number}项。\n" for number in range(1, 6))
    drawn = sample(read(write_reports(tmp_path / "reports", f"{usual}# **A**\n")), Draw("markup", 99, 1))
    alike = [one.alike for one in drawn]
    assert len(alike) > 10
    assert alike == sorted(alike)
    assert [one.edit.lines[0] for one in drawn][:2] == [6, 6]


def test_what_stands_now_is_shown_in_its_order() -> None:
    drawn = sample(read(FOLDER), Draw("broken-by-heading", 9, 1))
    moved = next(one for one in drawn if one.edit.after)
    heading = moved.edit.after.strip()
    assert heading in moved.now
    assert any("拥有知名品牌" in passage for one in drawn for passage in one.now)


def test_a_saved_sample_is_a_verdict_file(tmp_path: Path) -> None:
    file = tmp_path / "sample.tsv"
    file.write_text(
        "# 抽样\naaa\tmarkup\tr\tright\n    第 1 行\n\nbbb\tmarkup\tr\twrong\tugly: 星号\nccc\tmarkup\tr\t?\n",
        encoding="utf-8",
    )
    assert [(one.key, one.verdict, one.reason) for one in read_verdicts(file)] == [
        ("aaa", RIGHT, ""),
        ("bbb", WRONG, "ugly: 星号"),
        ("ccc", OPEN, ""),
    ]


@pytest.mark.parametrize("row", ["aaa\tmarkup\tr\tmaybe", "aaa\tspelling\tr\tright", "aaa right"])
def test_a_row_that_is_no_verdict_is_named_with_its_line(row: str, tmp_path: Path) -> None:
    file = tmp_path / "sample.tsv"
    file.write_text(f"aaa\tmarkup\tr\tright\n{row}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行不合格式"):
        read_verdicts(file)


def test_edits_that_are_no_longer_made_are_counted_apart(tmp_path: Path) -> None:
    folder = write_reports(tmp_path / "reports", "各位代表：增长**5**%。\n")
    (one, other) = keys(folder, "markup")
    judged = added([], [Verdict(one, "markup", "0", RIGHT), Verdict("f" * 12, "markup", "0", WRONG, "ugly: a star")])
    now = compared(judged, keys_made([folder]))
    assert {verdict.key: verdict.state for verdict in now} == {one: "", "f" * 12: GONE}
    assert other in keys_made([folder])
    assert [*table(now)][2:] == ["| markup | 1 | 1 | 0 | 1.000 | 0 | 1 |"]
    assert [*wrong_ones(now)] == []


def test_a_wrong_verdict_names_the_harm() -> None:
    with pytest.raises(SystemExit, match="false fact"):
        added([], [Verdict("a", "markup", "r", WRONG, "no idea")])


def test_the_tables_of_the_documentation_are_those_of_the_verdicts() -> None:
    verdicts, text = read_verdicts(VERDICTS), DOCS.read_text(encoding="utf-8")
    assert len(verdicts) > 20
    assert "\n".join(table(verdicts)) in text
    assert "\n".join(wrong_ones(verdicts)) in text


def test_kept_verdicts_are_sorted_and_hold_no_text_of_reports() -> None:
    verdicts = read_verdicts(VERDICTS)
    assert verdicts == added(verdicts, [])
    wrong = [one for one in verdicts if one.verdict == WRONG]
    assert [one for one in wrong if not one.reason.startswith(HARMS)] == []
    assert max(len(one.reason) for one in verdicts) <= 100
