"""A file that cannot be read gives a fault, and the others go on; many files give the same as one by one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.errors import SourceError
from deqing_search.limited_processes import MANY
from deqing_search.pipeline import prepare_all
from deqing_search.report import Metadata, SourceFile
from tests import places
from tests.places import WORD, found, write

folder, index = places.folder, places.index


def test_a_file_that_cannot_be_read_is_reported_and_the_others_go_on(folder: Path, index: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "binary.md").write_bytes(bytes(range(256)))
    outcome = indexing.update(index, [folder])
    assert len(outcome.added) == 3
    assert sorted(str(fault).partition("：")[2][:4] for fault in outcome.faults) == ["不是文本", "文件是空"]


def test_a_link_that_leads_nowhere_is_reported_and_the_others_go_on(folder: Path, index: Path) -> None:
    (folder / "z.txt").symlink_to(folder / "nowhere.txt")
    outcome = indexing.update(index, [folder])
    (fault,) = outcome.faults
    assert "z.txt" in str(fault)
    assert "没有这个文件" in str(fault)
    assert outcome.added


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_a_folder_is_reported_and_not_waited_for(folder: Path, index: Path) -> None:
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


def test_many_reports_make_the_same_index_as_one_by_one(folder: Path, index: Path, tmp_path: Path) -> None:
    for number in range(MANY):
        write(folder / f"{number:02}.txt", f"第{number}号：发展{WORD}。")
    indexing.update(index, [folder])
    for file in sorted(folder.iterdir()):
        indexing.update(tmp_path / "slowly", [file])
    assert found(index) == found(tmp_path / "slowly")
    assert len(found(index)) == MANY + 3


def test_whatever_goes_wrong_in_one_file_costs_that_file_only(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("各位代表，过去一年成绩很大。\n", encoding="utf-8")
    nonsense = Metadata(skip=5)  # type: ignore[arg-type]
    sources = [SourceFile(tmp_path / "a.txt", "a", nonsense), SourceFile(tmp_path / "b.txt", "b", Metadata())]
    faults: list[SourceError] = []
    done: list[str] = []
    assert [analysed.report.id for analysed in prepare_all(sources, faults, done, None)] == done == ["b"]
    (fault,) = faults
    assert str(fault).startswith(f"{tmp_path / 'a.txt'}：读取时出错（AttributeError")
    assert fault.hint
