"""What `search-cli query` answers to people and to programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import Run, records


def searched(run: Run) -> str:
    """What was searched; how many passages the seeds make is the cleaning's to say (tests/cases)."""
    coverage = json.loads(run("query", "县", "--count").out)["coverage"]
    return f"已查 {coverage['reports']} 份报告、{coverage['passages']} 段"


def test_hits_are_ranked_marked_and_lead_to_their_place(run: Run) -> None:
    answer = run("query", "县域高速公路总里程", "--mode", "exact")
    assert answer.code == 0
    assert answer.out == (
        "查找含“县域高速公路总里程”的段落\n"
        "共 1 段 · 1 处 · 1 份报告\n"
        "\n"
        "1. 德清县新型城镇化发展“十四五”规划（2021）\n"
        "   二、紧紧围绕城乡一体共同富裕，开启新型城镇化建设新征程 › （三）发展目标 › "
        "表1 德清县新型城镇化“十四五”指标体系 › 第 39 段（表格行）\n"
        "   类别：更加协调的城镇化空间布局；序号：1；指标：【县域高速公路总里程】（公里）；"
        "2020年数值：94.4；2025年目标值：125.68；指标属性：预期性\n"
        "   search-cli show 9esxvmdstyajbpm1\n"
        "\n"
        f"{searched(run)}，2016–2025 年，缺 2017–2020、2022–2023 年\n"
    )


def test_links_carry_the_address_of_the_site(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEQING_URL", "https://example.org/")
    assert "   https://example.org/p/9esxvmdstyajbpm1\n" in run("query", "县域高速公路总里程").out
    assert "链接：https://example.org/p/9esxvmdstyajbpm1\n" in run("show", "9esxvmdstyajbpm1").out
    assert records(run("query", "县域高速公路总里程", "--jsonl").out)[0]["url"] == "/p/9esxvmdstyajbpm1"


def test_the_figure_that_is_asked_for_stands_above_the_hits(run: Run) -> None:
    assert run("query", "德清2016年GDP目标是多少？").out.splitlines()[1:5] == [
        "浙江省湖州市德清县 2016 年 地区生产总值",
        "  目标　增长8%以上　search-cli show 0vw7j3z0gndcaq8m",
        "  没有收录 2017 年的报告，结果不详",
        "数值由程序从报告中读出，引用前请核对原文。",
    ]
    assert "目标　" not in run("query", "德清2016年GDP目标是多少？", "--year", "2016").out


def test_several_words_are_one_query(run: Run) -> None:
    apart, together = run("query", "地理信息", "人工智能"), run("query", "地理信息 人工智能")
    assert apart == together
    assert apart.code == 0


def test_after_two_dashes_a_word_may_be_excluded(run: Run) -> None:
    options = ["--jsonl", "--limit", "100", "--"]
    every = {hit["id"] for hit in records(run("query", *options, "地理信息").out)}
    without = {hit["id"] for hit in records(run("query", *options, "地理信息", "-产业").out)}
    both = {hit["id"] for hit in records(run("query", *options, "地理信息", "产业").out)}
    assert without == every - both
    assert without
    assert both


@pytest.mark.parametrize(
    ("arguments", "option", "instead"),
    [
        ("query -- 地铁 -开通 --count", "--count", "query --count -- 地铁 -开通"),
        ("query --jsonl -- 地铁 --limit 5 -开通", "--limit", "query --jsonl --limit 5 -- 地铁 -开通"),
        ("trend -- 地铁 --jsonl", "--jsonl", "trend --jsonl -- 地铁"),
        ("compare -- 地铁 --left=2016", "--left=2016", "compare --left=2016 -- 地铁"),
        ("export -- 地铁|公交 --format", "--format", "export --format -- '地铁|公交'"),
        ("suggest -- 地铁 --help", "--help", "suggest --help -- 地铁"),
    ],
)
def test_an_option_after_two_dashes_is_an_error_that_shows_the_right_order(
    run: Run, arguments: str, option: str, instead: str
) -> None:
    answer = run(*arguments.split())
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"错误：{option} 是选项，")
    assert f"：search-cli {instead}；" in answer.err


def test_after_two_dashes_quoted_options_and_other_words_are_searched(run: Run) -> None:
    for word in ("“--count”", "--nothing", "--"):
        assert run("query", "--jsonl", "--", word, "-地铁").code in (0, 1)


def test_a_hit_in_json_holds_what_a_program_needs(run: Run) -> None:
    (hit,) = records(run("query", "县域高速公路总里程", "--jsonl").out)
    assert hit["schema"] == 1
    assert (hit["report"], hit["year"], hit["ordinal"]) == ("deqing-2021-urbanization-plan", 2021, 39)
    assert [hit["text"][start:end] for start, end in hit["marks"]] == ["县域高速公路总里程"]
    assert hit["mode"] == "exact"


def test_words_stand_in_under_their_own_name_where_nothing_is_found(run: Run) -> None:
    people, program = run("query", "地理信息的发展前景如何"), run("query", "地理信息的发展前景如何", "--jsonl")
    assert people.code == program.code == 1
    assert people.out.splitlines()[1] == "没有逐字匹配的段落。以下按词语查找，不是逐字匹配："
    assert {hit["mode"] for hit in records(program.out)} == {"words"}


def test_words_follow_few_exact_hits_under_their_own_heading_for_people_only(run: Run) -> None:
    people, program = run("query", "推进城镇化"), run("query", "推进城镇化", "--jsonl")
    assert people.code == program.code == 0
    total, heading = "共 2 段 · 2 处 · 2 份报告", "逐字没有更多的段落。以下按词语查找，不是逐字匹配："
    lines = people.out.splitlines()
    assert lines.index(total) < lines.index(heading)
    assert len([line for line in lines if line.startswith("   search-cli show ")]) == 10
    assert "看其余加 --mode words" in people.out
    assert [hit["mode"] for hit in records(program.out)] == ["exact", "exact"]


def test_hits_of_one_text_are_printed_once_for_people_and_all_for_programs(run: Run, tmp_path: Path) -> None:
    for year in (2023, 2024):
        text = f"{year}年某县政府工作报告\n\n我代表县人民政府向大会报告工作，请予审议。\n"
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    run("index", str(tmp_path), at=tmp_path / "index")
    people, program = (run("query", "请予审议", *form, at=tmp_path / "index") for form in ((), ("--jsonl",)))
    first, second = records(program.out)
    assert second["same_as"] == first["id"]
    assert "same_as" not in first
    assert "共 2 段 · 2 处 · 2 份报告" in people.out
    assert "另有 1 段文字相同" in people.out
    assert people.out.count("请予审议】") == 1
    assert all(hit["id"] in people.out for hit in (first, second))


def test_words_are_not_searched_in_exact_mode(run: Run) -> None:
    answer = run("query", "地理信息的发展前景如何", "--mode", "exact", "--jsonl")
    assert (answer.code, answer.out) == (1, "")


def test_no_result_is_printed_with_the_coverage(run: Run) -> None:
    answer = run("query", "zzzqqq")
    assert answer.code == 1
    assert answer.out.splitlines()[1] == "没有找到，按词语查找也没有。"
    assert answer.out.splitlines()[-1].startswith(searched(run))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("发展", "类型:规划"), "已查 1 份报告"),
        (("发展", "--kind", "规划"), "已查 1 份报告"),
        (("龘靐齉爩", "--year", "2016..2021"), "已查 3 份报告"),
        (("发展", "地区:西安"), "没有收录符合筛选条件的报告"),
        (("发展", "章节:回顾"), "已查 5 份报告"),
    ],
)
def test_the_coverage_is_that_of_the_filtered_reports(run: Run, words: tuple[str, ...], said: str) -> None:
    assert run("query", *words).out.splitlines()[-1].startswith(said)


def test_counting_gives_one_object(run: Run) -> None:
    hits = records(run("query", "地理信息", "--jsonl", "--limit", "1000").out)
    answer = run("query", "地理信息", "--count")
    (count,) = records(answer.out)
    assert answer.code == 0
    assert count["passages"] == len(hits)
    assert count["occurrences"] == sum(hit["text"].count("地理信息") for hit in hits)
    assert count["reports"] == len({hit["report"] for hit in hits}) == 5
    assert count["coverage"]["missing_years"] == [2017, 2018, 2019, 2020, 2022, 2023]
    assert run("query", "zzzqqq", "--count").code == 1


def test_pages_follow_one_another(run: Run) -> None:
    whole = records(run("query", "地理信息", "--jsonl", "--limit", "1000").out)
    pages = [
        hit
        for offset in range(0, len(whole), 4)
        for hit in records(run("query", "地理信息", "--jsonl", "--limit", "4", "--offset", str(offset)).out)
    ]
    assert pages == whole


def test_a_page_tells_how_to_see_the_next_and_the_last_tells_nothing(run: Run) -> None:
    hint = "看下一页加 --offset"
    assert f"已显示到第 4 条；{hint} 4\n" in run("query", "地理信息", "--limit", "4").out
    assert hint not in run("query", "地理信息", "--limit", "1000").out
    beyond = run("query", "地理信息", "--offset", "1000")
    assert (beyond.code, "没有第 1001 条" in beyond.out) == (0, True)


@pytest.mark.parametrize(
    ("years", "found"),
    [
        ("2024", {2024}),
        ("2016..2021", {2016, 2021}),
        ("..2016", {2016}),
        ("2024..", {2024, 2025}),
        ("2024-2025", {2024, 2025}),
    ],
)
def test_years_narrow(run: Run, years: str, found: set[int]) -> None:
    hits = records(run("query", "地理信息", "--jsonl", "--limit", "100", "--year", years).out)
    assert {hit["year"] for hit in hits} == found


def test_a_kind_narrows(run: Run) -> None:
    hits = records(run("query", "地理信息", "--jsonl", "--limit", "100", "--kind", "规划").out)
    assert {hit["report"] for hit in hits} == {"deqing-2021-urbanization-plan"}


@pytest.mark.parametrize(("order", "turned"), [("newest", True), ("oldest", False)])
def test_years_sort(run: Run, order: str, turned: bool) -> None:
    years = [hit["year"] for hit in records(run("query", "地理信息", "--jsonl", "--limit", "100", "--sort", order).out)]
    assert years == sorted(years, reverse=turned)
    assert len(set(years)) == 4


def test_an_unknown_field_is_text_and_the_known_ones_are_named(run: Run) -> None:
    for arguments in (["query", "作者:王"], ["query", "作者:王", "--count"]):
        answer = run(*arguments)
        assert answer.code == 1
        assert "注意：没有“作者:”这种条件，按文字查找；可用 年:" in answer.err


def test_a_query_is_explained_without_an_index(run: Run, tmp_path: Path) -> None:
    answer = run("query", "--explain", "年:abc (德清", at=tmp_path / "nowhere")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "查找含“年:abc”且含“德清”的段落",
        "注意：看不懂的年份，按文字查找；例如 年:2021 年:2016..2024 年:2016.. 年:..2024（第 1–5 字“年:abc”）",
        "注意：左括号没有配对，按到末尾为止理解（第 7 字“(”）",
    ]
    assert not (tmp_path / "nowhere").exists()
    assert run("query", "--explain", "()").code == 2


def test_each_variant_is_named_with_its_count_and_the_way_back(run: Run) -> None:
    lines = run("query", "百分之二点七二", "--mode", "expanded").out.splitlines()
    assert lines[0] == "查找含“百分之二点七二”或含“2.72%”的段落"
    assert lines[1].startswith("“百分之二点七二”的写法：百分之二点七二（原词）0 段，2.72%（数字写法）")
    assert lines[2] == "只看原词：加 --mode exact"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("dlxx", "地理信息"), ("dili xinxi", "地理信息"), ("dqx", "德清县"), ("得清", "德清"), ("莫千山", "莫干山")],
)
def test_suggestions_come_one_a_line_the_best_first(run: Run, typed: str, first: str) -> None:
    answer = run("suggest", *typed.split())
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0] == first


def test_a_query_that_finds_nothing_says_what_was_probably_meant(run: Run) -> None:
    answer = run("query", "地里信息")
    assert answer.code == 1
    assert "您要找的是不是：地理信息" in answer.out.splitlines()


@pytest.mark.parametrize("typed", ["“地理信息", "地理\x1b信息"])
def test_a_place_is_named_in_characters_that_a_terminal_can_show(run: Run, typed: str) -> None:
    assert re.search(r"（第 \d 字“.”）", run("query", typed).err)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("“地理信息", "引号没有配对"), ('"地理信息', "引号没有配对"), ("地理\x1b信息", "控制字符按空格处理")],
)
def test_a_warning_of_the_query_is_printed(run: Run, typed: str, said: str) -> None:
    answer = run("query", typed)
    assert answer.code == 0
    assert said in answer.err
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "地理信息", "--kind", "公报"),
        ("query", "类型:公报 地理信息"),
        ("query", "类型:(公报 OR 规划) 地理信息 年:1999"),
        ("query", "类型:公报 地理信息", "--count"),
        ("export", "类型:公报 地理信息"),
        ("export", "--kind", "公报"),
    ],
)
def test_a_kind_that_no_report_has_is_a_warning_that_lists_the_kinds(run: Run, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert answer.code == 1
    kinds = sorted({report["kind"] for report in records(run("docs", "--jsonl").out)})
    assert f"没有类型是“公报”的报告；有 {'、'.join(kinds)}。\n" in answer.err
    assert len(kinds) > 1


def test_a_place_that_no_report_has_is_a_warning_that_lists_the_nearest(run: Run) -> None:
    answer = run("query", "地区:德清市 地理信息")
    assert (answer.code, "没有地区含“德清市”的报告；相近的有 浙江省湖州市德清县。\n" in answer.err) == (1, True)
    assert "没有地区含" not in run("query", "地区:德清 龘靐齉爩").err


def test_an_excluded_or_existing_kind_is_no_warning(run: Run) -> None:
    for typed in ("龘靐齉爩 -类型:公报", "龘靐齉爩 类型:规划"):
        answer = run("query", typed)
        assert (answer.code, "没有类型是" in answer.err) == (1, False)


def test_a_report_that_the_query_names_stands_above_the_hits(run: Run) -> None:
    answer = run("query", "德清", "2024", "报告")
    lines = answer.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("报告："))
    title, opened = lines[at], lines[at + 1].removeprefix("  search-cli show ")
    assert "2024" in title
    assert answer.out.index(title) < answer.out.index("共 ")
    found = records(run("query", "德清 2024 报告", "--jsonl").out)
    assert found
    assert {name for row in found for name in row["named"]} == {opened}
    assert "named" not in records(run("query", "地理信息", "--jsonl").out)[0]


def test_an_option_that_is_repeated_finds_what_any_of_its_values_finds(run: Run) -> None:
    totals = [
        json.loads(run("query", "发展", "--count", *options).out)["passages"]
        for options in (["--kind", "规划"], ["--kind", "新闻报道"], ["--kind", "规划", "--kind", "新闻报道"])
    ]
    assert all(totals)
    assert totals[2] == totals[0] + totals[1]
    assert run("query", "发展", "--place", "湖州", "--place", "杭州").code == 0
    assert run("query", "发展", "--place", "杭州").code == 1
