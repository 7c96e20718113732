"""`trend`, `compare` and `export`: figures that add up, sides that keep to their years, exports that lose nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.search import exports
from tests.command import Run, records, runner
from tests.seeds import all_passages


def test_the_years_of_a_trend_add_up_to_the_occurrences(run: Run) -> None:
    years = records(run("trend", "发展", "--jsonl").out)
    assert [year["year"] for year in years] == [2016, 2021, 2024, 2025]
    assert [year["reports"] for year in years] == [1, 2, 1, 1]
    counted = records(run("query", "发展", "--count").out)[0]
    assert sum(year["occurrences"] for year in years) == counted["occurrences"]


def test_a_trend_is_drawn_with_the_longest_bar_for_the_most(run: Run) -> None:
    answer = run("trend", "地理信息")
    assert answer.code == 0
    drawn = {line[:4]: line.count("█") for line in answer.out.splitlines()[2:6]}
    printed = records(run("trend", "地理信息", "--jsonl").out)
    rates = {str(year["year"]): year["occurrences"] / year["characters"] for year in printed}
    assert drawn == {year: round(30 * rate / max(rates.values())) for year, rate in rates.items()}
    assert "共 19 处，每万字 " in answer.out
    assert "缺 2017–2020、2022–2023 年" in answer.out


def test_reports_without_a_year_are_counted_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.txt").write_text("某地的发展情况说明。发展很快，各项工作进展顺利。\n", "utf-8")
    indexing.update(tmp_path / "index", [tmp_path / "one.txt"])
    run = runner(tmp_path / "index", capsys, monkeypatch)
    assert "其中 2 处在年份不明的报告里" in run("trend", "发展").out
    unknown = {"place": None, "kind": None, "year": None}
    counts = {"occurrences": 2, "passages": 1, "reports_with": 1, "reports": 1, "characters": 24, "per_10000": 833.3333}
    undated = {"term": "发展", "panel": "all", **unknown, **counts, "area_changes": ""}
    assert records(run("trend", "发展", "--jsonl").out) == [{"schema": 1, **undated}]
    rows = list(csv.DictReader(io.StringIO(run("trend", "发展", "--csv").out.removeprefix("\ufeff"))))
    assert rows == [{name: "" if value is None else str(value) for name, value in undated.items()}]
    assert run("compare", "发展").code == 2


def test_several_queries_are_counted_side_by_side_and_drawn(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "trend.svg"
    found = records(run("trend", "发展", "--term", "创新", "--by", "kind", "--svg", str(picture), "--jsonl").out)
    assert {(one["term"], one["year"]) for one in found} == {("发展", None), ("创新", None)}
    assert len({one["kind"] for one in found}) > 1
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert run("trend", "发展", "--constant").code == 1
    printed = run("trend", "发展", "--year", "2021", "--place", "德清", "--each-place").out
    assert "（德清）" in printed


def test_each_side_of_a_comparison_has_only_its_years(run: Run) -> None:
    sides = records(run("compare", "发展", "--left", "2016", "--right", "2024..", "--limit", "50", "--jsonl").out)
    assert {hit["year"] for hit in sides if hit["years"] == "2016"} == {2016}
    assert {hit["year"] for hit in sides if hit["years"] == "2024.."} == {2024, 2025}
    for name in ("2016", "2024.."):
        counted = records(run("query", "发展", "--year", name, "--count").out)[0]
        assert {hit["total"] for hit in sides if hit["years"] == name} == {counted["passages"]}


def test_without_years_the_first_and_the_last_are_compared(run: Run) -> None:
    out = run("compare", "发展").out
    assert out.index("── 2016 年 ──") < out.index("── 2025 年 ──")


@pytest.mark.parametrize("option", ["--left", "--right"])
def test_a_year_that_cannot_be_read_is_named_with_its_option(run: Run, option: str) -> None:
    answer = run("compare", "发展", option, "去年")
    assert answer.code == 2
    assert f"{option} 的值“去年”不是年份或区间" in answer.err


def test_an_export_has_every_passage_once_in_reading_order(run: Run) -> None:
    rows = records(run("export").out)
    assert sorted(row["id"] for row in rows) == sorted(passage.id for passage in all_passages())
    assert {row["id"]: row["text"] for row in rows} == {passage.id: passage.text for passage in all_passages()}
    places = [(row["year"], row["report"], row["ordinal"]) for row in rows]
    assert places == sorted(places)


def test_an_export_of_a_query_holds_what_matches_exactly(run: Run) -> None:
    rows = records(run("export", "地理信息", "--year", "2021..").out)
    counted = records(run("query", "地理信息", "--year", "2021..", "--count").out)[0]
    assert len(rows) == counted["passages"] > 0
    assert all("地理信息" in row["text"].replace(" ", "") and row["year"] >= 2021 for row in rows)


def test_a_table_for_a_spreadsheet_has_the_same_rows(run: Run) -> None:
    printed = run("export", "--format", "csv").out
    assert printed.startswith("\ufeffid,report,")
    rows = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))))
    wanted = records(run("export").out)
    assert [row["id"] for row in rows] == [row["id"] for row in wanted]
    assert [row["text"].lstrip() for row in rows] == [row["text"].lstrip() for row in wanted]
    assert [row["section"] for row in rows] == [" › ".join(row["section"]) for row in wanted]


def test_where_nothing_matches_nothing_is_exported(run: Run) -> None:
    for words in (("export", "zzz"), ("trend", "zzz"), ("compare", "zzz")):
        assert run(*words).code == 1
    assert run("export", "zzz").out == ""


@pytest.mark.parametrize("command", ["trend", "compare"])
def test_a_missing_query_is_an_error(run: Run, command: str) -> None:
    answer = run(command)
    assert answer.code == 2
    assert f"search-cli {command} 地理信息" in answer.err


def test_nothing_typed_is_no_wish_for_everything(run: Run) -> None:
    assert run("export", "").code == 2


def test_a_table_without_rows_still_has_its_head_and_says_so(run: Run) -> None:
    answer = run("export", "地理信息", "--year", "1999", "--format", "csv")
    assert answer.code == 1
    assert answer.out.strip() == "\ufeff" + ",".join(exports.EXPORTED)
    assert "没有匹配的段落" in answer.err
    assert "没有类型是“规化”的报告" in run("export", "地理信息", "--kind", "规化").err


def test_a_trend_holds_a_year_against_the_reports_the_query_looks_into(run: Run) -> None:
    years = records(run("trend", "发展 类型:规划", "--jsonl").out)
    assert [(year["year"], year["reports"]) for year in years] == [(2021, 1)]
    assert "已查 1 份报告" in run("trend", "发展 类型:规划").out
    either = records(run("trend", "(类型:规划 OR 类型:新闻报道) 发展", "--jsonl").out)
    assert [(year["year"], year["reports"]) for year in either] == [(2021, 1), (2025, 1)]


def test_a_trend_of_no_words_is_refused(run: Run) -> None:
    answer = run("trend", "数值:10..20亿元")
    assert answer.code == 2
    assert "没有要找的文字" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("query", "人民", "--year", "1999"),
        ("query", "人民", "--year", "2030..", "--count"),
        ("export", "人民", "--year", "2017..2020"),
        ("compare", "人民", "--left", "1999"),
    ],
)
def test_years_without_a_report_are_a_warning(run: Run, words: tuple[str, ...]) -> None:
    assert f"没有收录 {words[3]} 年的报告" in run(*words).err
    assert "没有收录" not in run("query", "人民", "--year", "2016..2020").err
