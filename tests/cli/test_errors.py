"""What the command line prints, and what it does not touch, when files, indexes, disks, ports or readers fail."""

from __future__ import annotations

import json
import os
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

from tests.command import COMMAND, Run, environment, process, records
from tests.seeds import FOLDER


@pytest.fixture
def copy(index: Path, tmp_path: Path) -> Path:
    """An index to be damaged."""
    return Path(shutil.copytree(index, tmp_path / "index"))


def test_no_such_passage_is_no_fault_of_the_index(run: Run) -> None:
    answer = run("show", "zzzzzzzzzz")
    assert (answer.code, answer.out) == (1, "")
    assert "没有编号为“zzzzzzzzzz”的段落或报告。" in answer.err
    assert "下一步：用 search-cli docs" in answer.err


def test_arguments_that_are_no_text_are_accepted(index: Path, tmp_path: Path) -> None:
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
    assert "原件：na\\udcffme.txt 第 1 行" in process("show", hit["id"], index=tmp_path / "index").out
    assert process("index", "--rebuild", index=tmp_path / "index").code == 0


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
def test_a_file_that_cannot_be_read_is_reported(run: Run, tmp_path: Path, name: str, said: str) -> None:
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


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:1000])


def rewrite(pointer: Path, old: str, new: str) -> None:
    said = pointer.read_text(encoding="ascii")
    assert old in said
    pointer.write_text(said.replace(old, new), encoding="ascii")


def built_by_another_version(index: Path, part: str) -> None:
    """The index as a version wrote it whose `part` had another number, and whose pointer had no checksum."""
    pointer = json.loads((index / "current.json").read_text(encoding="ascii"))
    del pointer["checksum"]
    pointer["built_with"][part] += "0"
    (index / "current.json").write_text(json.dumps(pointer), encoding="ascii")


DAMAGE = {
    "the format": (
        lambda at: built_by_another_version(at, "索引格式"),
        "不同的是：索引格式。",
    ),
    "the cleaning": (
        lambda at: built_by_another_version(at, "清洗规则"),
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


def test_a_removed_id_shows_its_old_text_and_a_changed_one_its_successor(run: Run, tmp_path: Path) -> None:
    folder, at = tmp_path / "seeds", tmp_path / "index"
    shutil.copytree(FOLDER, folder)
    assert run("index", str(folder), at=at).code == 0
    changed, gone = (records(run("query", text, "--jsonl", at=at).out)[0]["id"] for text in ("上渚山公园", "项目六率"))
    file = folder / "deqing-2024-work-report.txt"
    text = file.read_text(encoding="utf-8").replace("上渚山公园、狮子山休闲公园", "上渚山公园、狮子山公园")
    file.write_text(re.sub("项目六率.*\n", "", text), encoding="utf-8")
    assert run("index", str(folder), at=at).code == 0
    answer = run("show", changed, at=at)
    assert answer.code == 0
    assert "自引用后有改动" in answer.err
    now = re.search(r"search-cli show (\w+)", answer.err)
    assert now
    assert "狮子山公园" in answer.out
    assert run("show", now[1], at=at) == (0, answer.out, "")
    answer = run("show", f"/p/{gone}", at=at)
    assert answer.code == 1
    assert "已不在收录之列" in answer.err
    assert "项目六率 即项目引进开工率" in answer.err


def test_the_former_id_of_a_report_shows_the_report_and_says_so(run: Run, tmp_path: Path) -> None:
    folder, at = tmp_path / "seeds", tmp_path / "index"
    shutil.copytree(FOLDER, folder)
    assert run("index", str(folder), at=at).code == 0
    (folder / "deqing-2024-work-report.txt").rename(folder / "moved-report.txt")
    assert run("index", str(folder), at=at).code == 3  # the catalog names a file that is gone
    answer = run("show", "/r/deqing-2024-work-report", at=at)
    assert answer.code == 0
    assert "现在的编号是 moved-report" in answer.err
    assert run("show", "moved-report", at=at) == (0, answer.out, "")
    unknown = run("show", "nothing", at=at)
    assert unknown.code == 1
    assert "没有编号为“nothing”" in unknown.err


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_index_is_reported_not_touched_and_repaired_by_the_hint(run: Run, copy: Path, name: str) -> None:
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
def test_a_file_in_place_of_the_index_is_reported_and_not_changed(run: Run, tmp_path: Path, command: list[str]) -> None:
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


def test_a_second_writer_must_wait_and_readers_need_not(run: Run, copy: Path) -> None:
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


def test_a_port_in_use_is_reported(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run("serve", "--port", str(port))
    assert answer.code == 3
    assert f"错误：无法监听 127.0.0.1:{port}" in answer.err
    assert "下一步：换一个地址或端口" in answer.err


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
def test_a_full_disk_is_reported(index: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(  # noqa: S603
            [*COMMAND, "query", "德清"], env=environment(index), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert done.stderr.decode() == "错误：无法写出结果：磁盘已满。\n  下一步：检查输出所在的磁盘，或换一个地方输出。\n"


def test_an_interrupted_server_ends_with_a_word(index: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, "serve", "--port", "0"], env=environment(index), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stderr
        assert "网页检索已启动：http://127.0.0.1:" in server.stderr.readline().decode()
        time.sleep(0.2)  # the address is printed just before the server starts to wait for requests
        server.send_signal(signal.SIGINT)
        assert "Traceback" not in server.stderr.read().decode()
        assert server.wait(30) in (0, 130)


def test_a_mistyped_command_is_answered_with_the_nearest_one(run: Run) -> None:
    assert "search-cli query" in run("quary", "地理信息").err
    assert "search-cli --help" in run("龘").err


def test_years_of_a_comparison_are_read_as_they_are_written(run: Run) -> None:
    written = run("compare", "地理信息", "--left", "2016年", "--right", "二〇二四年", "--jsonl")
    assert written.code == 0
    assert {one["years"] for one in records(written.out)} == {"2016", "2024"}


@pytest.mark.parametrize(("folder", "quote"), [("bin", ""), (r"a\1", "'")])  # \1 would be a group of a pattern
def test_a_command_to_paste_has_the_path_that_was_typed_where_the_name_alone_is_not_found(
    tmp_path: Path, folder: str, quote: str
) -> None:
    """As after the first command of the README, which runs .venv/bin/search-cli."""
    script = tmp_path / folder / "search-cli"
    script.parent.mkdir()
    script.write_text("from deqing_search.__main__ import main\n\nmain()\n", "utf-8")
    script.chmod(0o755)

    def said(path: Path) -> str:
        settings = {**os.environ, "PATH": str(path), "PYTHONPATH": os.pathsep.join(sys.path)}
        typed = [sys.executable, script, "nothing"]
        return subprocess.run(typed, env=settings, capture_output=True, text=True, check=False).stderr  # noqa: S603

    assert f"下一步：{quote}{script}{quote} --help" in said(tmp_path / "none")
    assert "下一步：search-cli --help" in said(script.parent)
