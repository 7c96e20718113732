"""What a person meets at the command line: help, first use, reports, passages, and a clear word for a mistake."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deqing_search.config import index_dir, seeds_dir
from tests.command import COMMAND, Run, environment, records
from tests.seeds import FOLDER, SEEDS

COMMANDS = ["query", "index", "show", "docs", "clean", "serve"]


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
    assert len({_columns(head) for head in heads}) == 1
    assert len(heads) == len([line for line in options if line.startswith("  -")])


def _columns(text: str) -> int:
    return sum(2 if character > "\u2fff" else 1 for character in text)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_printed(run: Run, option: str) -> None:
    assert re.fullmatch(r"search-cli \d+\.\d+\.\d+\n", run(option).out)


def test_a_passage_is_shown_among_its_neighbours_by_its_number_or_link(run: Run) -> None:
    shown = run("show", "9esxvmdstyajbpm1")
    assert shown.code == 0
    assert len([line for line in shown.out.splitlines() if line.startswith(("▶ ", "  "))]) == 5
    assert re.search(r"^▶ 类别：更加协调的城镇化空间布局；", shown.out, re.M)
    assert "原文：deqing-2021-urbanization-plan.txt 第 48–53 行\n" in shown.out
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
    (["query", "德清", "--year", "去年"], "--year 的值“去年”不是年份或区间。"),
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


def test_a_terminal_shows_marks_in_colour_unless_no_color_is_set(index: Path) -> None:
    assert "指标：\x1b[01;31m县域高速公路总里程\x1b[00m（公里）" in on_a_terminal(index, NO_COLOR="")
    assert "\x1b" not in (plain := on_a_terminal(index, NO_COLOR="1"))
    assert "指标：【县域高速公路总里程】（公里）" in plain


def test_a_checkout_keeps_its_own_seeds_and_index(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (seeds_dir(), index_dir()) == (checkout / "seeds", checkout / "index")
    (checkout / "index").rmdir()  # seeds/ alone may be any folder of that name
    assert (seeds_dir(), index_dir()) == (FOLDER.resolve(), FOLDER.resolve().parent / "index")
