"""What a person meets at the command line: answers, exit codes, and a clear word in Chinese for every mistake."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deqing_search import indexing
from deqing_search.config import seeds_dir
from tests.command import COMMAND, Run, environment, process, records, runner
from tests.seeds import FOLDER, SEEDS

DOCUMENT = Path(__file__).parent.parent / "docs" / "jsonl.md"
COMMANDS = ["query", "index", "show", "docs", "clean", "serve"]


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five seeds, indexed once. No test writes to it."""
    place = tmp_path_factory.mktemp("index")
    indexing.update(place, [FOLDER])
    return place


@pytest.fixture
def run(index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(index, capsys, monkeypatch)


@pytest.fixture
def copy(index: Path, tmp_path: Path) -> Path:
    """An index to be damaged."""
    return Path(shutil.copytree(index, tmp_path / "index"))


def searched(run: Run) -> str:
    """What was searched; how many passages the seeds make is the cleaning's to say (tests/cases)."""
    held = json.loads(run("query", "县", "--count").out)["coverage"]
    return f"已查 {held['reports']} 份报告、{held['passages']} 段"


# First use


def test_the_first_query_builds_the_index_and_says_so_apart_from_the_answer(run: Run, tmp_path: Path) -> None:
    first, second = (run("query", "地理信息", at=tmp_path / "new") for _ in range(2))
    assert f"{tmp_path / 'new'} 里还没有索引" in first.err
    assert "索引建好了，共 5 份报告。" in first.err
    assert second.err == ""
    assert (first.code, first.out) == (second.code, second.out)
    assert second.code == 0


def test_help_needs_neither_arrays_nor_dictionaries_nor_the_web() -> None:
    code = """
import sys
from deqing_search.cli import main
try:
    main()
except SystemExit:
    print([name for name in ("numpy", "whoosh", "jieba", "flask", "opencc") if name in sys.modules])
"""
    for arguments in (["--help"], ["query", "--help"], ["--version"], []):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True)  # noqa: S603
        assert done.stdout.decode().splitlines()[-1] == "[]"


# Help


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], [], *([name, "-h"] for name in COMMANDS)])
def test_help_is_in_chinese(run: Run, arguments: list[str]) -> None:
    shown = run(*arguments)
    assert shown.code == 0
    assert shown.err == ""
    assert not re.search(r"Usage|Option|Command|Show|default|required|Argument|exit|\[x|<=", shown.out)
    assert "用法：search-cli" in shown.out
    assert re.search(r"^  -h, --help +显示这段帮助。$", shown.out, re.M)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained_in_one_column(run: Run, name: str) -> None:
    options = run(name, "-h").out.partition("选项：\n")[2].splitlines()
    heads = [head for head, _, _ in (line.rpartition("  ") for line in options) if head]
    assert len({_columns(head) for head in heads}) == 1
    assert len(heads) == len([line for line in options if line.startswith("  -")])


def _columns(text: str) -> int:
    return sum(2 if character > "\u2fff" else 1 for character in text)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told(run: Run, option: str) -> None:
    assert re.fullmatch(r"search-cli \d+\.\d+\.\d+\n", run(option).out)


# Answers


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
        "   /p/9esxvmdsty\n"
        "\n"
        f"{searched(run)}，2016–2025 年，缺 2017–2020、2022–2023 年\n"
    )


def test_links_carry_the_address_of_the_site(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEQING_URL", "https://example.org/")
    assert "   https://example.org/p/9esxvmdsty\n" in run("query", "县域高速公路总里程").out
    assert "链接：https://example.org/p/9esxvmdsty\n" in run("show", "9esxvmdsty").out
    assert records(run("query", "县域高速公路总里程", "--jsonl").out)[0]["url"] == "/p/9esxvmdsty"


def test_several_words_are_one_query(run: Run) -> None:
    apart, together = run("query", "地理信息", "人工智能"), run("query", "地理信息 人工智能")
    assert apart == together
    assert apart.code == 0


def test_behind_two_dashes_a_word_may_be_excluded(run: Run) -> None:
    options = ["--jsonl", "--limit", "100", "--"]
    every = {hit["id"] for hit in records(run("query", *options, "地理信息").out)}
    without = {hit["id"] for hit in records(run("query", *options, "地理信息", "-产业").out)}
    both = {hit["id"] for hit in records(run("query", *options, "地理信息", "产业").out)}
    assert without == every - both
    assert without
    assert both


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
    assert len([line for line in lines if line.startswith("   /p/")]) == 10
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
    assert all(hit["url"] in people.out for hit in (first, second))


def test_words_are_not_looked_for_when_exact_is_asked(run: Run) -> None:
    answer = run("query", "地理信息的发展前景如何", "--mode", "exact", "--jsonl")
    assert (answer.code, answer.out) == (1, "")


def test_nothing_at_all_is_said_with_what_was_searched(run: Run) -> None:
    answer = run("query", "zzzqqq")
    assert answer.code == 1
    assert answer.out.splitlines()[1] == "没有找到，按词语查找也没有。"
    assert answer.out.splitlines()[-1].startswith(searched(run))


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


def test_a_passage_is_shown_among_its_neighbours_by_its_number_or_link(run: Run) -> None:
    shown = run("show", "9esxvmdsty")
    assert shown.code == 0
    assert len([line for line in shown.out.splitlines() if line.startswith(("▶ ", "  "))]) == 5
    assert re.search(r"^▶ 类别：更加协调的城镇化空间布局；", shown.out, re.M)
    assert "原文：deqing-2021-urbanization-plan.txt 第 48–53 行\n" in shown.out
    assert run("show", "https://example.org/p/9esxvmdsty") == shown
    asked = [line["asked"] for line in records(run("show", "9esxvmdsty", "--around", "1", "--jsonl").out)]
    assert asked == [False, True, False]


def test_a_report_is_shown_whole(run: Run) -> None:
    lines = records(run("show", "deqing-2016-work-report", "--jsonl").out)
    assert [line["ordinal"] for line in lines] == list(range(1, len(lines) + 1))
    assert len(run("show", "/r/deqing-2016-work-report").out.splitlines()) == len(lines)


def test_reports_are_listed(run: Run) -> None:
    assert [record["report"] for record in records(run("docs", "--jsonl").out)] == SEEDS
    assert run("docs").code == 0


@pytest.mark.parametrize("form", [[], ["--jsonl"], ["--explain"], ["--diff"]])
def test_a_file_is_cleaned_without_an_index(run: Run, tmp_path: Path, form: list[str]) -> None:
    shown = run("clean", str(FOLDER / "deqing-2024-work-report.txt"), *form, at=tmp_path / "none")
    assert shown.code == 0
    assert shown.err == ""
    assert shown.out
    assert not (tmp_path / "none").exists()


# JSON as documented


def documented() -> dict[str, str]:
    """Heading → its section of the documentation."""
    parts = re.split(r"^## (.+)\n", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def fields_of(record: dict[str, Any]) -> set[str]:
    nested = {f"coverage.{name}" for name in record.get("coverage", {})}
    return set(record) | nested


def printed(run: Run, tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    folder = tmp_path / "reports"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("政府工作报告\n\n一切都好。\n", encoding="utf-8")
    (folder / "empty.txt").touch()
    plan, report = "deqing-2021-urbanization-plan", "deqing-2024-work-report"
    queries = ("地理信息", "发展前景如何", "发展")
    lines = {
        "query --jsonl": "".join(run("query", typed, "--limit", "200", "--jsonl").out for typed in queries),
        "query --count": run("query", "地理信息", "--count").out,
        "query --explain --jsonl": run("query", "--explain", "--jsonl", "--", "地理信息 -规划)").out,
        "trend --jsonl": run("trend", "地理信息", "--jsonl").out,
        "compare --jsonl": run("compare", "县域高速公路总里程", "--left", "2021", "--jsonl").out,
        "export": run("export").out,
        "suggest --jsonl": run("suggest", "dlxx", "--jsonl").out,
        "docs --jsonl": run("docs", "--jsonl").out,
        "clean --jsonl": "".join(run("clean", str(FOLDER / f"{name}.txt"), "--jsonl").out for name in (plan, report)),
        "clean --only --jsonl": run("clean", str(FOLDER), "--only", "jump-mark", "--jsonl").out,
        "check --jsonl": run("check", str(FOLDER), "--jsonl").out,
        "show --jsonl": "".join(run("show", name, "--jsonl").out for name in (plan, report, "caghejqsk0")),
        "index --jsonl": run("index", str(folder), "--jsonl", at=tmp_path / "index").out,
    }
    return {name: records(text) for name, text in lines.items()}


def test_every_field_printed_is_documented_and_every_documented_one_is_printed(run: Run, tmp_path: Path) -> None:
    sections, found = documented(), printed(run, tmp_path)
    assert set(sections) == set(found)
    for name, section in sections.items():
        rows = re.findall(r"^\| `([\w.]+)` \| (.+?) \|", section, re.M)
        always = {field for field, kind in rows if "可无" not in kind}
        assert {field for field, _ in rows} == set().union(*map(fields_of, found[name])), name
        assert all(always <= fields_of(record) for record in found[name]), name


def test_the_examples_in_the_documentation_are_what_is_printed(run: Run, tmp_path: Path) -> None:
    found = printed(run, tmp_path)
    for name, section in documented().items():
        (example,) = records(re.findall(r"^```json\n(.+)\n```", section, re.M)[0])
        assert tuple(example) in map(tuple, found[name]), name


# Mistakes in what was typed

BAD = [
    (["--nope"], "没有选项 --nope"),
    (["query", "--coutn", "德清"], "没有选项 --coutn，您是不是要写 --count"),
    (["find", "德清"], "没有命令 find"),
    (["query"], "没有写检索词"),
    (["query", ""], "没有要查找的内容"),
    (["query", " \u3000 "], "没有要查找的内容"),
    (["query", "德" * 3500], "查询共 3500 个字符，最多 1000 个"),
    (["query", "德清", "-规划"], "先写 -- 再写检索词"),
    (["query", "德清", "--limit"], "选项 --limit 后面要跟一个值"),
    (["query", "德清", "--count=3"], "选项 --count 后面不能带值"),
    (["query", "德清", "--limit", "许多"], "应是不小于 1 不大于 1000 的整数"),
    (["query", "德清", "--limit", "0"], "应是不小于 1 不大于 1000 的整数"),
    (["query", "德清", "--offset", "-1"], "应是不小于 0 的整数"),
    (["query", "德清", "--mode", "fuzzy"], "可以是：exact、words"),
    (["query", "德清", "--sort", "best"], "可以是：relevance、newest、oldest"),
    (["query", "德清", "--year", "去年"], "--year 的值“去年”不是年份或区间"),
    (["query", "德清", "--year", "2024..2016"], "起点晚于终点"),
    (["query", "德清", "--count", "--mode", "words"], "--count 只数逐字匹配"),
    (["show"], "缺少参数“编号”"),
    (["show", "a", "b"], "多出了参数 b"),
    (["show", "a", "--around", "99"], "应是不小于 0 不大于 50 的整数"),
    (["clean"], "缺少参数“文件或文件夹”"),
    (["docs", "a", "b"], "多出了参数 a b"),
    (["index", "--catalog", "nowhere.csv"], "选项 --catalog 的值不对，应是一个已有的文件"),
    (["serve", "--port", "99999"], "应是不小于 0 不大于 65535 的整数"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=lambda value: " ".join(value)[:40])
def test_a_mistake_is_told_in_chinese_with_the_next_step(run: Run, arguments: list[str], said: str) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("错误：")
    assert said in answer.err
    assert "\n  下一步：" in answer.err
    assert not re.search(r"Traceback|Error|[a-z]{3,} [a-z]{3,} [a-z]{3,}", answer.err)


def test_a_mistake_builds_no_index(run: Run, tmp_path: Path) -> None:
    for arguments in (["query", "德清", "--year", "x"], ["query", "德清", "--limit", "x"], ["query"]):
        assert run(*arguments, at=tmp_path / "none").code == 2
    assert not (tmp_path / "none").exists()


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
    assert "您是不是要找：地理信息" in answer.out.splitlines()


@pytest.mark.parametrize("typed", ["“地理信息", "地理\x1b信息"])
def test_a_place_is_named_in_characters_that_a_terminal_can_show(run: Run, typed: str) -> None:
    assert re.search(r"（第 \d 字“.”）", run("query", typed).err)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("“地理信息", "引号没有配对"), ('"地理信息', "引号没有配对"), ("地理\x1b信息", "控制字符按空格处理")],
)
def test_what_was_understood_otherwise_is_said(run: Run, typed: str, said: str) -> None:
    answer = run("query", typed)
    assert answer.code == 0
    assert said in answer.err
    assert "\x1b" not in answer.out + answer.err


def test_no_such_passage_is_no_fault_of_the_index(run: Run) -> None:
    answer = run("show", "zzzzzzzzzz")
    assert (answer.code, answer.out) == (1, "")
    assert "没有编号为“zzzzzzzzzz”的段落或报告。" in answer.err
    assert "下一步：用 search-cli docs" in answer.err


def test_bytes_that_are_no_text_are_taken(index: Path, tmp_path: Path) -> None:
    assert process("query", b"\xff\xfe\xe5\x9c\xb0", index=index).code == 0
    unknown = process("show", b"\xff", index=index)
    assert unknown.code == 1
    assert "Traceback" not in unknown.err
    file = os.fsencode(tmp_path) + b"/na\xffme.txt"
    with open(file, "w", encoding="utf-8") as report:
        report.write("德清县地理信息产业很好。\n")
    built = process("index", file, index=tmp_path / "index")
    assert (built.code, built.err) == (0, "  1/1 na-me\n")
    shown = process("show", "na-me", index=tmp_path / "index")
    assert (shown.code, shown.err) == (0, "")
    (hit,) = records(process("query", "很好", "--jsonl", index=tmp_path / "index").out)
    assert "原文：na\\udcffme.txt 第 1 行" in process("show", hit["id"], index=tmp_path / "index").out
    assert process("index", "--rebuild", index=tmp_path / "index").code == 0


# Sources that cannot be read


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.txt", "没有这个文件"),
        ("folder", "里面没有可以收录的文件"),
        ("scan.xyz", "还不能读取.xyz 格式"),
        ("README", "还不能读取没有扩展名的文件"),
        ("empty.txt", "文件是空的"),
        ("binary.txt", "不是文本文件"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(run: Run, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "scan.xyz").write_bytes(b"scan")
    (tmp_path / "README").write_text("德清", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)))
    answer = run("clean", str(tmp_path / name))
    assert (answer.code, answer.out) == (3, "")
    assert str(tmp_path / name) in answer.err
    assert said in answer.err
    assert "\n  下一步：" in answer.err


# Indexes that cannot be used


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:1000])


def rewrite(pointer: Path, old: str, new: str) -> None:
    said = pointer.read_text(encoding="ascii")
    assert old in said
    pointer.write_text(said.replace(old, new), encoding="ascii")


def version(name: str) -> str:
    return f'{json.dumps(name)}: "'


DAMAGE = {
    "the format": (
        lambda at: rewrite(at / "current.json", version("索引格式"), version("索引格式") + "0"),
        "不同的是：索引格式。",
    ),
    "the cleaning": (
        lambda at: rewrite(at / "current.json", version("清洗规则"), version("清洗规则") + "0"),
        "不同的是：清洗规则。",
    ),
    "pointer cut": (lambda at: (at / "current.json").write_text("{"), "已损坏"),
    "pointer a list": (lambda at: (at / "current.json").write_text("[]"), "已损坏"),
    "pointer of other types": (
        lambda at: (at / "current.json").write_text('{"generation": 1, "built_with": [], "roots": [1]}'),
        "已损坏",
    ),
    "pointer out of the index": (lambda at: rewrite(at / "current.json", "generation-1", "../generation-1"), "已损坏"),
    "generation gone": (lambda at: shutil.rmtree(at / "generation-1"), "缺失或已损坏"),
    "postings gone": (lambda at: next(at.glob("*/*.arr")).unlink(), "缺失或已损坏"),
    "documents gone": (lambda at: next(at.glob("*/*.docs")).unlink(), "缺失或已损坏"),
    "postings cut": (lambda at: cut(next(at.glob("*/*.arr"))), "缺失或已损坏"),
    "documents cut": (lambda at: cut(next(at.glob("*/*.docs"))), "缺失或已损坏"),
    "contents no longer ours": (lambda at: next(at.glob("*/*.toc")).write_bytes(b"x"), "缺失或已损坏"),
    "contents cut": (lambda at: os.truncate(next(at.glob("*/*.toc")), 100), "缺失或已损坏"),
}


def test_records_that_are_scrambled_are_a_fault_of_the_index_and_no_traceback(run: Run, copy: Path) -> None:
    documents = next(copy.glob("*/*.docs"))
    stored = bytearray(documents.read_bytes())
    middle = len(stored) // 4, len(stored) // 2
    stored[slice(*middle)] = bytes(255 - byte for byte in stored[slice(*middle)])
    documents.write_bytes(stored)
    answer = run("query", "建设", "--limit", "200", at=copy)
    assert answer.code == 3
    assert "已损坏" in answer.err
    assert "search-cli index --rebuild" in answer.err


def test_an_id_that_is_gone_says_what_stood_there_and_one_that_changed_leads_on(run: Run, tmp_path: Path) -> None:
    folder, at = tmp_path / "seeds", tmp_path / "index"
    shutil.copytree(FOLDER, folder)
    assert run("index", str(folder), at=at).code == 0
    changed, gone = (records(run("query", text, "--jsonl", at=at).out)[0]["id"] for text in ("上渚山公园", "项目六率"))
    file = folder / "deqing-2024-work-report.txt"
    text = file.read_text(encoding="utf-8").replace("上渚山公园、狮子山休闲公园", "上渚山公园、狮子山公园")
    file.write_text(re.sub("项目六率.*\n", "", text), encoding="utf-8")
    assert run("index", str(folder), at=at).code == 0
    answer = run("show", changed, at=at)
    assert answer.code == 1
    assert "自引用后有改动" in answer.err
    now = re.search(r"search-cli show (\w+)", answer.err)
    assert now
    assert "狮子山公园" in run("show", now[1], at=at).out
    answer = run("show", f"/p/{gone}", at=at)
    assert answer.code == 1
    assert "已不在收录之列" in answer.err
    assert "项目六率 即项目引进开工率" in answer.err


def test_a_kind_that_no_report_has_is_told_with_those_there_are(run: Run) -> None:
    answer = run("query", "地理信息", "--kind", "公报")
    assert answer.code == 1
    assert "没有类型是“公报”的报告；有 " in answer.err
    assert "规划" in answer.err


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_index_is_told_left_alone_and_repaired_by_what_is_said(run: Run, copy: Path, name: str) -> None:
    damage, said = DAMAGE[name]
    damage(copy)
    before = sorted(copy.rglob("*"))
    for command in (["query", "地理信息"], ["index"]):
        answer = run(*command, at=copy)
        assert (answer.code, answer.out) == (3, ""), command
        assert said in answer.err
        assert f"下一步：运行 search-cli index --rebuild --index {copy} 重建索引。" in answer.err
        assert "Traceback" not in answer.err
    assert sorted(set(copy.rglob("*")) - {copy / "write.lock"}) == sorted(set(before) - {copy / "write.lock"})
    assert run("index", "--rebuild", "--index", str(copy)).code == 0
    assert records(run("query", "地理信息", "--count", at=copy).out)[0]["occurrences"] == 19


@pytest.mark.parametrize("command", [["query", "德清"], ["index"], ["docs"]])
def test_a_file_in_the_place_of_the_index_is_told_and_kept(run: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        answer = run(*command, "--index", str(place))
        assert (answer.code, answer.out) == (3, "")
        assert re.search(rf"错误：.*{place}.*不是目录。\n  下一步：用 --index 另选", answer.err)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.fixture
def read_only(copy: Path) -> Any:
    """The index where nothing can be written, not even by root: on a read-only mount, else by permission."""
    if os.geteuid():
        copy.chmod(0o555)
        yield copy
        copy.chmod(0o755)
        return
    mounted = not subprocess.run(["mount", "--bind", copy, copy], check=False).returncode  # noqa: S603, S607
    if not mounted:
        pytest.skip("root may write anywhere, and a read-only mount is not allowed here")
    subprocess.run(["mount", "-o", "remount,ro,bind", copy], check=True)  # noqa: S603, S607
    yield copy
    subprocess.run(["umount", "--lazy", copy], check=True)  # noqa: S603, S607


def test_a_read_only_index_is_read_and_not_written(run: Run, read_only: Path) -> None:
    assert run("query", "地理信息", at=read_only).code == 0
    for command in (["index"], ["index", "--rebuild"]):
        answer = run(*command, at=read_only)
        assert (answer.code, answer.out) == (3, "")
        assert f"错误：无法写入索引 {read_only}：" in answer.err
        assert "下一步：用 --index 另选一个可写的目录。" in answer.err


def test_a_second_writer_is_told_to_wait_and_readers_are_not(run: Run, copy: Path) -> None:
    hold = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    input()
"""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", hold, str(copy / "write.lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        for command in (["index"], ["index", "--rebuild"]):
            answer = run(*command, at=copy)
            assert (answer.code, answer.out) == (3, "")
            assert f"错误：索引 {copy} 正被另一个进程写入。\n  下一步：等它写完" in answer.err
        assert run("query", "地理信息", at=copy).code == 0
        other.kill()
    assert run("index", at=copy).code == 0


def test_a_port_in_use_is_told(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run("serve", "--port", str(port))
    assert answer.code == 2
    assert f"错误：无法监听 127.0.0.1:{port}" in answer.err
    assert "下一步：换一个地址或端口" in answer.err


# The process: pipes, terminals, interruption


def test_a_reader_that_has_enough_ends_the_command_quietly(index: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, "query", "的", "--jsonl", "--limit", "1000"],
        env=environment(index),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as writer:
        assert writer.stdout
        assert writer.stderr
        assert writer.stdout.read(20)
        writer.stdout.close()
        assert writer.stderr.read() == b""
        assert writer.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_the_output_is_told(index: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(  # noqa: S603
            [*COMMAND, "query", "德清"], env=environment(index), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert done.stderr.decode() == "错误：无法写出结果：磁盘已满。\n  下一步：检查输出所在的磁盘，或换一个地方输出。\n"


def on_a_terminal(index: Path, **more: str) -> str:
    """What the command writes to a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, "query", "县域高速公路总里程"], env=environment(index, **more), stdout=slave, stderr=slave
    ) as command:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the terminal's end of a closed pty
                break
            if not part:
                break
            shown += part
        assert command.wait(30) == 0
    os.close(master)
    return shown.decode()


def test_a_terminal_shows_marks_in_colour_unless_told_not_to(index: Path) -> None:
    assert "指标：\x1b[1;31m县域高速公路总里程\x1b[0m（公里）" in on_a_terminal(index, NO_COLOR="")
    assert "\x1b" not in (plain := on_a_terminal(index, NO_COLOR="1"))
    assert "指标：【县域高速公路总里程】（公里）" in plain


def test_an_interrupted_server_ends_with_a_word(index: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, "serve", "--port", "0"], env=environment(index), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stderr
        assert "网页检索已启动：http://127.0.0.1:" in server.stderr.readline().decode()
        time.sleep(0.2)  # the address is told just before the server starts to wait for requests
        server.send_signal(signal.SIGINT)
        assert "Traceback" not in server.stderr.read().decode()
        assert server.wait(30) in (0, 130)


def test_the_seeds_of_the_folder_one_stands_in_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEQING_SEEDS", raising=False)
    (tmp_path / "seeds").mkdir()
    monkeypatch.chdir(tmp_path)
    assert seeds_dir() == tmp_path / "seeds"
    monkeypatch.chdir("/")
    assert seeds_dir() == FOLDER.resolve()
