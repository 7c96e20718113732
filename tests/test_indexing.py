"""What becomes of an index when files come, change and go, when a writer is killed, and while readers read."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.errors import IndexMissing
from deqing_search.query.tree import literal_of
from deqing_search.store.current import built_with
from deqing_search.store.generations import mark_unfinished, read_pointer
from tests import places
from tests.command import COMMAND, environment
from tests.places import WORD, found, generations, kill_at, titles, write
from tests.waiting import until

folder, index = places.folder, places.index


# Bringing an index up to date


def test_an_update_prepares_only_what_is_new_or_changed(folder: Path, index: Path) -> None:
    assert indexing.update(index, [folder]).added == ("丙", "乙", "甲")
    write(folder / "乙.txt", f"乙县不再提{WORD[:2]}。")
    write(folder / "丁.txt", f"丁县也发展{WORD}。")
    (folder / "丙.txt").unlink()
    prepared: list[str] = []
    outcome = indexing.update(index, [folder], progress=lambda done, total, report: prepared.append(report))
    assert prepared == ["丁", "乙"]
    assert (outcome.added, outcome.replaced, outcome.removed, outcome.unchanged) == (("丁",), ("乙",), ("丙",), 1)
    assert found(index) == ["丁", "甲"]
    assert generations(index) == ["generation-1"]


def test_nothing_new_writes_nothing(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    before = {file: file.read_bytes() for file in (index / "generation-1").iterdir()}
    assert indexing.update(index, [folder]) == indexing.Outcome((), (), (), 3, ())
    assert {file: file.read_bytes() for file in (index / "generation-1").iterdir()} == before


def test_a_changed_row_of_the_catalog_replaces_its_report_and_no_other(folder: Path, index: Path) -> None:
    catalog = folder / "catalog.csv"
    catalog.write_text("report,title\n甲,旧题名\n乙,乙题名\n", encoding="utf-8")
    indexing.update(index, [folder])
    catalog.write_text("report,title\n甲,新题名\n乙,乙题名\n", encoding="utf-8")
    assert indexing.update(index, [folder]).replaced == ("甲",)
    assert titles(index) == {"甲": "新题名", "乙": "乙题名", "丙": "政府工作报告"}


@pytest.mark.parametrize("name", ["none", "empty"])
def test_no_index_is_made_of_nothing(index: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    outcome = indexing.update(index, [tmp_path / name])
    assert len(outcome.faults) == 1
    assert not indexing.has_index(index)
    assert generations(index) == []
    with pytest.raises(IndexMissing, match="没有索引"):
        indexing.open_index(index)


def test_what_is_not_ours_in_the_folder_of_the_index_stays(folder: Path, index: Path) -> None:
    write(index / "generation-of-1968" / "mine.txt", "我的")
    write(index / "notes.txt", "我的")
    indexing.update(index, [folder])
    indexing.rebuild(index, [])
    assert generations(index) == ["generation-2", "generation-of-1968"]
    assert (index / "generation-of-1968" / "mine.txt").exists()
    assert (index / "notes.txt").exists()


# A writer that is killed


@pytest.fixture
def many(folder: Path) -> Path:
    """Enough reports that a writer can be killed among them."""
    for number in range(36):
        lines = "\n\n".join(f"第{number}号报告第{line}段：大力发展{WORD}，成效显著。" for line in range(30))
        write(folder / f"{number:02}.txt", lines)
    return folder


def kill_amid(arguments: list[str], index: Path) -> None:
    """Start the command and kill it, without a chance to tidy up, when it has done some of its reports."""
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, *arguments], env=environment(index), stderr=subprocess.PIPE, start_new_session=True
    ) as command:
        assert command.stderr
        assert b"/" in command.stderr.readline()
        os.kill(command.pid, signal.SIGKILL)
        assert command.wait() == -signal.SIGKILL
        assert until(lambda: not alive(command.pid))


def alive(session: int) -> bool:
    """Whether a process of the session runs. Each process that reads files is a group of its own."""
    running = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return any(session_of(process) == session for process in running)


def session_of(process: int) -> int:
    """The session of a process; 0 if it has ended."""
    try:
        return os.getsid(process)
    except ProcessLookupError:
        return 0


def test_a_first_build_that_was_killed_leaves_nothing_in_the_way(many: Path, index: Path) -> None:
    kill_amid(["index", str(many)], index)
    assert not indexing.has_index(index)
    assert len(indexing.update(index, [many]).added) == 39
    assert len(generations(index)) == 1
    assert len(found(index, "大力发展")) == 1000


def test_an_update_that_was_killed_leaves_the_old_state(many: Path, index: Path) -> None:
    indexing.update(index, [many / f"{name}.txt" for name in "甲乙丙"])
    kill_amid(["index", str(many)], index)
    assert found(index) == ["丙", "乙", "甲"]
    assert len(indexing.update(index, [many]).added) == 36
    assert len(titles(index)) == 39


def test_a_rebuild_that_was_killed_leaves_the_old_generation_and_the_next_writer_sweeps(
    many: Path, index: Path
) -> None:
    indexing.update(index, [many])
    kill_amid(["index", "--rebuild"], index)
    assert read_pointer(index).generation == "generation-1"  # type: ignore[union-attr]
    assert len(titles(index)) == 39
    assert len(generations(index)) == 2
    assert indexing.update(index, [many]).unchanged == 39
    assert generations(index) == ["generation-1"]


def test_a_build_that_was_killed_goes_on_with_the_reports_that_it_has(many: Path, index: Path, tmp_path: Path) -> None:
    kill_at(20, index, many, part=100)
    write(many / "00.txt", f"改过的第0号报告：大力发展{WORD}。")
    (many / "35.txt").unlink()  # of the last part
    read: list[str] = []
    outcome = indexing.update(index, [many], progress=lambda done, total, report: read.append(report))
    assert len(outcome.added) == 38
    assert len(read) == 39 - 16 - 1 + 1  # four parts of four reports were complete
    assert len(generations(index)) == 1
    indexing.update(tmp_path / "at once", [many])
    resumed, at_once = (indexing.open_index(one).view() for one in (index, tmp_path / "at once"))
    assert resumed.cards() == at_once.cards()
    texts = [[text[1:] for text in view.texts(literal_of("发展"))] for view in (resumed, at_once)]
    assert texts[0] == texts[1]
    assert len(texts[0]) == 34 * 30 + 1 + 3


def test_a_rebuild_leaves_the_generation_in_use_alone_after_a_crash_right_after_the_swap(
    folder: Path, index: Path
) -> None:
    indexing.update(index, [folder])
    mark_unfinished(index / "generation-1", built_with())
    indexing.rebuild(index, [])
    assert generations(index) == ["generation-2"]
    assert found(index) == ["丙", "乙", "甲"]


def test_a_writer_that_is_interrupted_ends_with_a_word_and_no_trace(many: Path, index: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [*COMMAND, "index", str(many)], env=environment(index), stderr=subprocess.PIPE, start_new_session=True
    ) as command:
        assert command.stderr
        command.stderr.readline()
        os.killpg(command.pid, signal.SIGINT)  # as the terminal does: to all of its processes
        said = command.stderr.read().decode()
        assert command.wait() == 130
    assert said.splitlines()[-1] == "已中断。"
    assert "Traceback" not in said
    assert generations(index) == []


# A first build


def test_a_reader_of_a_fresh_place_builds_from_the_seeds_and_tells(folder: Path, index: Path) -> None:
    messages: list[str] = []
    viewer = indexing.open_or_build(index, folder, tell=lambda message, hint="": messages.append(message))
    assert messages == [f"{index} 里还没有索引，现在用 {folder} 建立……", "索引建好了，共 3 份报告。"]
    assert len(viewer.view().cards()) == 3
    indexing.open_or_build(index, folder, tell=lambda message, hint="": messages.append(message))
    assert len(messages) == 2


def test_a_place_without_seeds_is_reported_with_what_to_type(index: Path, tmp_path: Path) -> None:
    messages: list[str] = []
    with pytest.raises(IndexMissing) as error:
        indexing.open_or_build(index, tmp_path / "seeds", tell=lambda message, hint="": messages.append(message))
    assert f"跳过：{tmp_path / 'seeds'}：没有这个文件或文件夹" in messages
    assert "search-cli index 文件夹" in error.value.hint
