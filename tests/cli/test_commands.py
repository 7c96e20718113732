"""What a person meets at the command line: help, first use, reports, passages, and a clear word for a mistake."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from deqing_search.cli.commands import cli
from deqing_search.cli.layout import columns
from deqing_search.config import index_dir, seeds_dir
from tests.command import COMMAND, Run, environment, records
from tests.seeds import FOLDER, SEEDS

COMMANDS = list(cli.commands)


def test_the_first_query_builds_the_index_and_says_so_apart_from_the_answer(run: Run, checkout: Path) -> None:
    first, second = (run("query", "地理信息", at=None) for _ in range(2))
    assert f"{checkout / 'index'} 里还没有索引" in first.err
    assert "索引建好了，共 5 份报告。" in first.err
    assert second.err == ""
    assert (first.code, first.out) == (second.code, second.out)
    assert second.code == 0


@pytest.mark.parametrize("command", ["query 德清", "docs", "show x", "trend 德清", "serve --port 0"])
def test_a_named_index_that_does_not_exist_is_an_error_and_is_not_built(
    run: Run, tmp_path: Path, checkout: Path, command: str
) -> None:
    typo, words = tmp_path / "typo", command.split()
    for answer in (run(*words, at=typo), run(*words, "--index", str(typo), at=None)):
        assert answer.code == 3
        assert f"{typo} 里没有索引" in answer.err
        assert f"search-cli index 文件夹 --index {typo}" in answer.err
    assert not typo.exists()
    assert not list((checkout / "index").iterdir())


def test_help_needs_neither_arrays_nor_dictionaries_nor_the_web() -> None:
    code = """
import sys
from deqing_search.cli.commands import main
try:
    main()
except SystemExit:
    print([name for name in ("numpy", "whoosh", "jieba", "flask", "opencc") if name in sys.modules])
"""
    for arguments in (["--help"], ["query", "--help"], ["--version"], []):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True)  # noqa: S603
        assert done.stdout.decode().splitlines()[-1] == "[]"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, set up like a clone of the repository without an index."""
    folder = tmp_path / "checkout"
    (folder / "seeds").mkdir(parents=True)
    (folder / "index").mkdir()
    for name in ("DEQING_INDEX", "DEQING_SEEDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


def test_a_query_starts_no_thread_and_frees_nothing_at_its_end(index: Path) -> None:
    code = """
import gc, os
from deqing_search.__main__ import main
try:
    main()
except SystemExit as done:
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1  # only Linux tells
    print(done.code, gc.get_freeze_count() > 0, threads)
"""
    unset = {name: value for name, value in environment(index).items() if not name.startswith("OPENBLAS")}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, "query", "地理信息"], env=unset, capture_output=True, check=True
    )
    assert done.stdout.decode().splitlines()[-1] == "0 True 1"


UNNEEDED = {
    *("whoosh", "rjieba", "opencc", "pypinyin", "flask", "lxml", "docx", "pdfminer", "filelock", "sqlite3"),
    *("multiprocessing", "urllib.request", "pkg_resources"),
    *(
        f"deqing_search.{name}"
        for name in ("indexing", "pipeline", "extract", "cleaning", "store.permalinks", "cli.trends", "suggest", "web")
    ),
    *(f"deqing_search.engine.{name}" for name in ("whoosh.writer", "whoosh.codec", "segment.writer")),
    "deqing_search.search.word_documents",
}


def test_a_cold_query_loads_what_it_needs_and_nothing_else(index: Path) -> None:
    code = """
import sys
from deqing_search.cli.commands import main
try:
    main()
except SystemExit as done:
    print(done.code, *sys.modules)
"""
    for arguments in (
        ["query", "地理信息"],
        ["query", "地理信息", "--jsonl"],
        ["query", "地理信息", "--count"],
        ["docs"],
    ):
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code, *arguments], env=environment(index), capture_output=True, check=True
        )
        loaded = done.stdout.decode().splitlines()[-1].split()
        assert not UNNEEDED & set(loaded), arguments


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
    assert len({columns(head) for head in heads}) == 1
    explained = [head for head in heads if head.strip()]
    assert len(explained) == len([line for line in options if re.match("  -.*  ", line)])


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_eighty_columns(run: Run, name: str) -> None:
    shown = run(*name.split(), "--help").out
    assert max(map(columns, shown.splitlines())) <= 80
    assert "例：search-cli " in shown


def _examples() -> list[str]:
    """The examples in the help of the commands that only read the index."""
    found = [
        line.strip().removeprefix("例：search-cli ").partition(" >")[0]
        for name, command in cli.commands.items()
        if name not in {"index", "clean", "check", "backup", "restore", "serve", "mcp", "verify", "watch", "worker"}
        for line in (command.help or "").splitlines()
        if line.strip().startswith("例：search-cli ")
    ]
    assert len(found) > 15
    return found


@pytest.mark.parametrize("typed", _examples())
def test_examples_of_the_help_run(run: Run, typed: str) -> None:
    answer = run(*shlex.split(typed))
    assert answer.code in (0, 1)
    assert answer.out or "错误" not in answer.err


@pytest.mark.parametrize(
    "typed",
    [
        "query 德清", "show x", "cite x", "docs", "export", "suggest d", "related 德清", "trend 德清", "compare 德清",
        "panel 德清", "concordance 德清", "collocates 德清", "keyness --year 2024", "figures GDP", "pledges",
        "promises --place 德清", "places 德清", "verify {seed}", "reuse", "backup b", "serve",
    ],
)  # fmt: skip
def test_no_command_builds_a_named_index(run: Run, tmp_path: Path, typed: str) -> None:
    typed = typed.format(seed=FOLDER / "deqing-2016-work-report.txt")
    answer = run(*typed.split(), "--index", str(tmp_path / "none"))
    assert (answer.code, answer.out) == (3, "")
    assert "\n  下一步：" in answer.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_printed(run: Run, option: str) -> None:
    assert re.fullmatch(r"search-cli \d+\.\d+\.\d+\n", run(option).out)


def test_a_passage_is_shown_among_its_neighbours_by_its_number_or_link(run: Run) -> None:
    shown = run("show", "9esxvmdstyajbpm1")
    assert shown.code == 0
    assert len([line for line in shown.out.splitlines() if line.startswith(("▶ ", "  "))]) == 5
    assert re.search(r"^▶ 类别：更加协调的城镇化空间布局；", shown.out, re.M)
    assert "原件：deqing-2021-urbanization-plan.txt 第 48–53 行\n" in shown.out
    assert run("show", "https://example.org/p/9esxvmdstyajbpm1") == shown
    asked = [line["asked"] for line in records(run("show", "9esxvmdstyajbpm1", "--around", "1", "--jsonl").out)]
    assert asked == [False, True, False]


def test_a_report_is_shown_whole(run: Run) -> None:
    lines = records(run("show", "deqing-2016-work-report", "--jsonl").out)
    assert [line["ordinal"] for line in lines] == list(range(1, len(lines) + 1))
    assert len(run("show", "/r/deqing-2016-work-report").out.splitlines()) == len(lines)


def test_reports_are_listed(run: Run) -> None:
    assert [record["report"] for record in records(run("docs", "--jsonl").out)] == SEEDS
    assert run("docs").code == 0
    table = run("docs", "--csv").out.splitlines()
    assert (len(table), table[0].startswith("\ufeffreport,title")) == (1 + len(SEEDS), True)


def test_reports_are_listed_by_place_year_and_kind(run: Run) -> None:
    shown = records(run("docs", "--year", "2021..2024", "--kind", "政府工作报告", "--place", "德清", "--jsonl").out)
    assert [one["report"] for one in shown] == [
        one["report"]
        for one in records(run("docs", "--jsonl").out)
        if one["kind"] == "政府工作报告" and 2021 <= one["year"] <= 2024
    ]
    assert shown
    none = run("docs", "--place", "杭州")
    assert (none.code, "没有收录符合条件的报告" in none.err) == (1, True)


def test_a_report_is_named_by_the_end_of_its_id_as_it_is_listed(run: Run) -> None:
    listed = [line.split()[3] for line in run("docs").out.splitlines()[1:]]
    assert listed == [id.removeprefix("deqing-") for id in SEEDS]
    assert [run("show", short) for short in listed] == [run("show", id) for id in SEEDS]
    assert run("query", "德清", "--report", listed[0]) == run("query", "德清", "--report", SEEDS[0])
    assert run("compare", listed[0], listed[-1]) == run("compare", SEEDS[0], SEEDS[-1])
    unclear = run("show", "work-report")
    assert (unclear.code, "“work-report”可以指 2 份报告" in unclear.err) == (2, True)
    assert "没有编号为“nothing”的报告" in run("query", "德清", "--report", "nothing").err


def test_what_no_report_has_is_said_with_the_next_step(run: Run) -> None:
    for typed in ("figures GDP --place 杭州", "pledges --place 杭州", "promises --place 杭州", "docs --place 杭州"):
        answer = run(*typed.split())
        assert (answer.code, "没有收录符合条件的报告。\n  下一步：search-cli docs" in answer.err) == (1, True)
    assert "没有编号为“deqing-1999”的报告" in run("compare", SEEDS[0], "deqing-1999").err
    assert run("check", "nowhere.txt").out == ""


def test_a_hit_is_opened_by_the_command_below_it(run: Run, index: Path) -> None:
    shown = run("query", "地理信息", "--limit", "3", "--index", str(index), at=None).out
    commands = [shlex.split(line)[1:] for line in shown.splitlines() if line.startswith("   search-cli ")]
    assert len(commands) == 3
    assert all("地理信息" in run(*command, at=None).out for command in commands)


@pytest.mark.parametrize("form", [[], ["--jsonl"], ["--explain"], ["--diff"]])
def test_a_file_is_cleaned_without_an_index(run: Run, tmp_path: Path, form: list[str]) -> None:
    shown = run("clean", str(FOLDER / "deqing-2024-work-report.txt"), *form, at=tmp_path / "none")
    assert shown.code == 0
    assert shown.err == ""
    assert shown.out
    assert not (tmp_path / "none").exists()


BAD = [
    (["--nope"], "没有选项 --nope"),
    (["query", "--coutn", "德清"], "没有选项 --coutn，您是不是要写 --count"),
    (["find", "德清"], "没有这个命令：find"),
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
    (["query", "德清", "--year", "去年"], "--year 的值“去年”不是年份或区间。"),
    (["query", "德清", "--year", "2024..2016"], "起点晚于终点"),
    (["query", "德清", "--count", "--mode", "words"], "--count 只数逐字匹配"),
    (["show"], "缺少参数“编号”"),
    (["show", "a", "b"], "多出了参数 b"),
    (["show", "a", "--around", "99"], "应是不小于 0 不大于 50 的整数"),
    (["clean"], "缺少参数“文件或文件夹”"),
    (["docs", "a", "b"], "多出了参数 a b"),
    (["index", "--catalog", "nowhere.csv"], "选项 --catalog 的值不对，应是一个已有的文件"),
    (["trend", "德清", "--svg", "no/such/folder/x.svg"], "写不进 no/such/folder/x.svg"),
    (["serve", "--port", "99999"], "应是不小于 0 不大于 65535 的整数"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=lambda value: " ".join(value)[:40])
def test_a_usage_error_is_in_chinese_and_names_the_next_step(run: Run, arguments: list[str], said: str) -> None:
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


def on_a_terminal(index: Path, *arguments: str, **more: str) -> str:
    """What the command writes to a terminal of 24 lines with 80 columns."""
    master, slave = pty.openpty()
    environ = environment(index, TERM="xterm", COLUMNS="80", LINES="24", **more)
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, *arguments], env=environ, stdin=slave, stdout=slave, stderr=slave
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


def test_a_terminal_shows_marks_in_colour_unless_no_color_is_set(index: Path) -> None:
    typed = ("query", "--place", "德清", "县域高速公路总里程")
    assert "\x1b[01;31m县域" in (coloured := on_a_terminal(index, *typed, NO_COLOR=""))
    assert "里程\x1b[00m（公里）" in coloured.replace("\r\n   ", "")
    assert "\x1b" not in (plain := on_a_terminal(index, *typed, NO_COLOR="1"))
    assert "指标：【县域高速公路总里程】（公里）" in plain.replace("\r\n   ", "")


def test_a_terminal_gets_a_count_in_words(index: Path) -> None:
    shown = on_a_terminal(index, "query", "地理信息", "--count")
    assert re.match(r"共 \d+ 段 · \d+ 处 · 5 份报告\r\n已查 5 份报告", shown)
    assert on_a_terminal(index, "query", "地理信息", "--count", "--jsonl").startswith('{"schema"')


def test_a_terminal_gets_long_text_under_its_indent_and_one_screen_at_a_time(index: Path) -> None:
    typed = ("query", "地理信息", "--limit", "20")
    lines = on_a_terminal(index, *typed, NO_COLOR="1", PAGER="sed s/^/|/").split("\r\n")
    assert {line[:1] for line in lines[:-1]} == {"|"}
    assert max(map(columns, lines)) <= 81
    first = next(number for number, line in enumerate(lines) if line.startswith("|1. "))
    second = next(number for number, line in enumerate(lines) if line.startswith("|2. "))
    assert {line[:4] for line in lines[first + 1 : second - 1]} == {"|   "}
    assert "|" not in on_a_terminal(index, *typed, NO_COLOR="1", PAGER="cat")
    assert "|" not in on_a_terminal(index, "query", "县域高速公路总里程", NO_COLOR="1", PAGER="sed s/^/|/")
    assert len(records(on_a_terminal(index, *typed, "--jsonl", PAGER="sed s/^/|/"))) == 14


def test_a_checkout_keeps_its_own_seeds_and_index(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (seeds_dir(), index_dir()) == (checkout / "seeds", checkout / "index")
    (checkout / "index").rmdir()  # seeds/ alone may be any folder of that name
    assert (seeds_dir(), index_dir()) == (FOLDER.resolve(), FOLDER.resolve().parent / "index")
