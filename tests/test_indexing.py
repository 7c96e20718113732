"""What becomes of an index when files come, change and go, when a writer is killed, and while readers read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deqing_search import indexing, search
from deqing_search.errors import IndexFault, IndexMissing, SourceError
from deqing_search.generations import read_pointer
from tests.command import COMMAND, environment

WORD = "地理信息产业"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reports in a folder whose name needs care."""
    place = tmp_path / "报告 与 规划"
    place.mkdir()
    for name in "甲乙丙":
        write(place / f"{name}.txt", f"{name}县大力发展{WORD}。")
    return place


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"政府工作报告\n\n{text}\n", encoding="utf-8")


def found(index: Path, typed: str = WORD) -> list[str]:
    """The reports that hold `typed`."""
    results = search.search(indexing.open_index(index), typed, mode="exact", limit=1000)
    return sorted(hit.passage.report for hit in results.hits)


def titles(index: Path) -> dict[str, str]:
    return {card.id: card.meta.title for card in indexing.open_index(index).view().cards()}


def generations(index: Path) -> list[str]:
    return sorted(entry.name for entry in index.iterdir() if entry.name.startswith("generation-"))


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


def test_a_second_folder_adds_and_is_remembered(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    write(tmp_path / "second" / "丁.txt", f"丁县发展{WORD}。")
    outcome = indexing.update(index, [tmp_path / "second"])
    assert (outcome.added, outcome.removed) == (("丁",), ())
    assert indexing.places(index) == [folder, tmp_path / "second"]
    assert indexing.rebuild(index, []).added == ("丙", "乙", "甲", "丁")
    assert found(index) == ["丁", "丙", "乙", "甲"]
    assert generations(index) == ["generation-2"]


def test_a_catalog_given_by_name_is_remembered_with_its_folder(
    folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "names.csv").write_text("report,title\n甲,题名\n乙,乙\n丙,丙\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    indexing.update(index, [Path(folder.name)], catalog=Path("names.csv"))
    monkeypatch.chdir("/")
    assert indexing.update(index, [folder]).replaced == ()
    indexing.rebuild(index, [])
    assert titles(index)["甲"] == "题名"


def test_one_file_that_has_two_names_is_one_report(folder: Path, index: Path) -> None:
    write(folder / "市" / "丁.txt", f"丁市发展{WORD}。")
    indexing.update(index, [folder])
    outcome = indexing.update(index, [folder / "市", folder / "市" / "丁.txt"])
    assert (outcome.added, outcome.unchanged, outcome.faults) == ((), 1, ())
    assert indexing.rebuild(index, []).faults == ()
    assert found(index) == ["丙", "乙", "市-丁", "甲"]


def test_two_files_of_one_name_in_two_folders_are_told_and_the_first_stays(
    folder: Path, index: Path, tmp_path: Path
) -> None:
    write(tmp_path / "second" / "甲.txt", "另一份报告。")
    indexing.update(index, [folder])
    for outcome in (indexing.update(index, [tmp_path / "second"]), indexing.rebuild(index, [])):
        (fault,) = outcome.faults
        assert str(fault) == f"{tmp_path / 'second' / '甲.txt'}：与 {folder / '甲.txt'} 的编号同为 甲"
        assert found(index) == ["丙", "乙", "甲"]


def test_a_file_that_moved_is_the_same_report(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    (tmp_path / "second").mkdir()
    (folder / "甲.txt").rename(tmp_path / "second" / "甲.txt")
    outcome = indexing.update(index, [folder, tmp_path / "second"])
    assert (outcome.removed, outcome.faults) == ((), ())
    assert found(index) == ["丙", "乙", "甲"]


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_on(folder: Path, index: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "binary.md").write_bytes(bytes(range(256)))
    outcome = indexing.update(index, [folder])
    assert len(outcome.added) == 3
    assert sorted(str(fault).partition("：")[2][:4] for fault in outcome.faults) == ["不是文本", "文件是空"]


def test_a_link_that_leads_nowhere_is_told_and_the_others_go_on(folder: Path, index: Path) -> None:
    (folder / "z.txt").symlink_to(folder / "nowhere.txt")
    outcome = indexing.update(index, [folder])
    (fault,) = outcome.faults
    assert "z.txt" in str(fault)
    assert "没有这个文件" in str(fault)
    assert outcome.added


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_a_folder_is_told_and_not_waited_for(folder: Path, index: Path) -> None:
    os.mkfifo(folder / "z.txt")
    outcome = indexing.update(index, [folder])
    assert [str(fault) for fault in outcome.faults] == [f"{folder / 'z.txt'}：是设备或管道，不是文件"]
    assert len(outcome.added) == 3


def test_a_report_whose_file_went_bad_stays_as_it_was(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    (folder / "甲.txt").write_bytes(b"")
    outcome = indexing.update(index, [folder])
    assert [type(fault) for fault in outcome.faults] == [SourceError]
    assert found(index) == ["丙", "乙", "甲"]


def test_a_file_that_was_named_alone_and_is_gone_is_removed_and_forgotten(folder: Path, index: Path) -> None:
    indexing.update(index, [folder / "甲.txt", folder / "乙.txt"])
    (folder / "甲.txt").unlink()
    assert indexing.update(index, indexing.places(index)) == indexing.Outcome((), (), ("甲",), 1, ())
    assert indexing.places(index) == [folder / "乙.txt"]
    assert found(index) == ["乙"]
    assert [str(fault) for fault in indexing.update(index, [folder / "甲.txt"]).faults] == [
        f"{folder / '甲.txt'}：没有这个文件或文件夹"
    ]


@pytest.fixture
def archive(folder: Path, tmp_path: Path) -> Path:
    """The three reports in an archive of their own."""
    (tmp_path / "包").mkdir()
    return Path(shutil.make_archive(str(tmp_path / "包" / "包"), "zip", folder))


@pytest.mark.parametrize("named", ["itself", "nothing"])
def test_an_archive_that_was_named_alone_and_is_gone_takes_its_reports_with_it(
    folder: Path, archive: Path, index: Path, named: str
) -> None:
    indexing.update(index, [archive, folder / "甲.txt"])
    archive.unlink()
    outcome = indexing.update(index, [archive] if named == "itself" else indexing.places(index))
    assert (outcome.removed, outcome.faults) == (("包.zip-丙", "包.zip-乙", "包.zip-甲"), ())
    assert indexing.places(index) == [folder / "甲.txt"]
    assert found(index) == ["甲"]


def test_an_archive_named_alone_and_then_by_a_folder_is_read_once(folder: Path, archive: Path, index: Path) -> None:
    archive.parent.rename(folder / "包")
    indexing.update(index, [folder / "包" / "包.zip"])
    outcome = indexing.update(index, [folder])
    assert (outcome.added, outcome.unchanged, outcome.faults) == (("丙", "乙", "甲"), 3, ())


def test_a_member_that_is_gone_from_an_archive_is_removed(folder: Path, archive: Path, index: Path) -> None:
    indexing.update(index, [archive])
    (folder / "甲.txt").unlink()
    shutil.make_archive(str(archive.with_suffix("")), "zip", folder)
    assert indexing.update(index, [archive]).removed == ("包.zip-甲",)


@pytest.mark.parametrize("named", ["the archive", "its folder"])
def test_an_archive_that_went_bad_keeps_its_reports(archive: Path, index: Path, named: str) -> None:
    place = archive if named == "the archive" else archive.parent
    indexing.update(index, [place])
    before = found(index)
    archive.write_bytes(archive.read_bytes()[:50])
    outcome = indexing.update(index, [place])
    assert outcome.removed == ()
    assert "打不开这个压缩包" in str(outcome.faults[0])
    assert found(index) == before


@pytest.mark.parametrize("named", ["包.zip", "甲.txt"])
def test_what_is_missing_together_with_its_folder_stays(folder: Path, archive: Path, index: Path, named: str) -> None:
    place = archive if named == archive.name else folder / named
    indexing.update(index, [place])
    before = found(index)
    place.parent.rename(place.parent.with_name("not mounted"))
    outcome = indexing.update(index, [place])
    assert (outcome.removed, len(outcome.faults)) == ((), 1)
    assert (found(index), indexing.places(index)) == (before, [place])


def test_a_folder_that_is_missing_as_a_whole_takes_nothing_with_it(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    folder.rename(folder.with_name("not mounted"))
    for write_again in (indexing.update, indexing.rebuild):
        outcome = write_again(index, [folder])
        assert [str(fault) for fault in outcome.faults] == [f"{folder}：没有这个文件或文件夹"]
        assert found(index) == ["丙", "乙", "甲"]
    assert indexing.places(index) == [folder]


def test_a_missing_folder_is_looked_into_again_after_a_rebuild(folder: Path, index: Path, tmp_path: Path) -> None:
    other, away = tmp_path / "其他", tmp_path / "not mounted"
    for file in ("丁.txt", "戊.txt"):
        write(other / file, f"大力发展{WORD}。")
    indexing.update(index, [folder, other / "丁.txt", other])
    (other / "丁.txt").unlink()
    folder.rename(away)
    outcome = indexing.rebuild(index, indexing.places(index))
    assert [str(fault).partition("：")[0] for fault in outcome.faults] == [str(folder), str(other / "丁.txt")]
    assert (found(index), indexing.places(index)) == (["戊"], [folder, other])
    away.rename(folder)
    assert indexing.update(index, indexing.places(index)).added == ("丙", "乙", "甲")


def test_a_missing_folder_that_was_never_indexed_is_not_remembered(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    assert len(indexing.rebuild(index, [tmp_path / "none"]).faults) == 1
    assert indexing.places(index) == [folder]


@pytest.mark.parametrize("write_again", [indexing.update, indexing.rebuild])
def test_a_folder_that_was_emptied_is_no_fault_and_stays_a_place(
    folder: Path, index: Path, tmp_path: Path, write_again: Callable[..., indexing.Outcome]
) -> None:
    other = tmp_path / "其他"
    write(other / "丁.txt", f"大力发展{WORD}。")
    indexing.update(index, [folder, other])
    (other / "丁.txt").unlink()
    for _ in range(2):
        assert write_again(index, indexing.places(index)).faults == ()
        assert (found(index), indexing.places(index)) == (["丙", "乙", "甲"], [folder, other])
    write(other / "丁.txt", f"大力发展{WORD}。")
    assert "丁" in write_again(index, indexing.places(index)).added


def test_a_rebuild_of_nothing_but_emptied_folders_is_told(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    for file in list(folder.iterdir()):
        file.unlink()
    (fault,) = indexing.rebuild(index, [folder]).faults
    assert "索引没有重建" in str(fault)
    assert found(index) == ["丙", "乙", "甲"]
    assert indexing.update(index, [folder]) == indexing.Outcome((), (), ("丙", "乙", "甲"), 0, ())


@pytest.mark.parametrize("name", ["none", "empty"])
def test_no_index_is_made_of_nothing(index: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    outcome = indexing.update(index, [tmp_path / name])
    assert len(outcome.faults) == 1
    assert not indexing.has_index(index)
    assert generations(index) == []
    with pytest.raises(IndexMissing, match="没有索引"):
        indexing.open_index(index)


@pytest.mark.parametrize("recorded", ["0", None])
@pytest.mark.parametrize("part", ["读取规则", "清洗规则", "结构规则", "题名与日期规则", "分词与折叠"])
def test_an_index_of_older_parts_names_them_and_a_rebuild_repairs_it(
    folder: Path, index: Path, part: str, recorded: str | None
) -> None:
    indexing.update(index, [folder])
    pointer = json.loads((index / "current.json").read_text(encoding="ascii"))
    pointer["built_with"].pop(part)
    if recorded is not None:
        pointer["built_with"][part] = recorded
    (index / "current.json").write_text(json.dumps(pointer), encoding="ascii")
    for refused in (lambda: indexing.open_index(index), lambda: indexing.update(index, [folder])):
        with pytest.raises(IndexFault, match=f"不同的是：{part}。") as fault:
            refused()
        assert "search-cli index --rebuild" in fault.value.hint
    indexing.rebuild(index, [])
    assert found(index) == ["丙", "乙", "甲"]


def test_what_is_not_ours_in_the_folder_of_the_index_stays(folder: Path, index: Path) -> None:
    write(index / "generation-of-1968" / "mine.txt", "我的")
    write(index / "notes.txt", "我的")
    indexing.update(index, [folder])
    indexing.rebuild(index, [])
    assert generations(index) == ["generation-2", "generation-of-1968"]
    assert (index / "generation-of-1968" / "mine.txt").exists()
    assert (index / "notes.txt").exists()


def test_many_reports_make_the_same_index_as_one_by_one(folder: Path, index: Path, tmp_path: Path) -> None:
    for number in range(30):
        write(folder / f"{number:02}.txt", f"第{number}号：发展{WORD}。")
    indexing.update(index, [folder])
    for file in sorted(folder.iterdir()):
        indexing.update(tmp_path / "slowly", [file])
    assert found(index) == found(tmp_path / "slowly")
    assert len(found(index)) == 33


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
        wait_for(lambda: not alive(command.pid))


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


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


# Readers


def test_readers_go_on_while_the_index_is_rebuilt_and_updated(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    viewer, stop = indexing.open_index(index), threading.Event()
    answers: list[int] = []
    faults: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                answers.append(search.search(viewer, WORD, mode="exact").total)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the test shows it
                faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(8):
        indexing.rebuild(index, [])
        write(folder / f"{number}.txt", f"又一份：{WORD}。")
        indexing.update(index, [folder])
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert set(answers) <= set(range(3, 12))
    assert search.search(viewer, WORD, mode="exact").total == 11


def test_an_index_may_be_moved(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    moved = Path(shutil.move(index, tmp_path / "moved"))
    assert found(moved) == ["丙", "乙", "甲"]
    assert indexing.update(moved, [folder]).unchanged == 3


def test_a_reader_of_a_fresh_place_builds_from_the_seeds_and_tells(folder: Path, index: Path) -> None:
    told: list[str] = []
    viewer = indexing.open_or_build(index, folder, tell=lambda message, hint="": told.append(message))
    assert told == [f"{index} 里还没有索引，现在用 {folder} 建立……", "索引建好了，共 3 份报告。"]
    assert len(viewer.view().cards()) == 3
    indexing.open_or_build(index, folder, tell=lambda message, hint="": told.append(message))
    assert len(told) == 2


def test_a_place_without_seeds_is_told_with_what_to_type(index: Path, tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(IndexMissing) as fault:
        indexing.open_or_build(index, tmp_path / "seeds", tell=lambda message, hint="": told.append(message))
    assert f"跳过：{tmp_path / 'seeds'}：没有这个文件或文件夹" in told
    assert "search-cli index 文件夹" in fault.value.hint
