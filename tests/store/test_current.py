"""An index that is opened is of this version, and its reader follows every rebuild and update."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.errors import IndexFault
from deqing_search.search import searcher
from tests import places
from tests.places import WORD, found, write

folder, index = places.folder, places.index


@pytest.mark.parametrize("recorded", ["0", None])
@pytest.mark.parametrize("part", ["读取规则", "清洗规则", "结构规则", "题名与日期规则", "补全与纠正", "分词与折叠"])
def test_an_index_of_older_parts_names_them_and_a_rebuild_repairs_it(
    folder: Path, index: Path, part: str, recorded: str | None
) -> None:
    indexing.update(index, [folder])
    pointer = json.loads((index / "current.json").read_text(encoding="ascii"))
    del pointer["checksum"]  # older versions wrote none
    pointer["built_with"].pop(part)
    if recorded is not None:
        pointer["built_with"][part] = recorded
    (index / "current.json").write_text(json.dumps(pointer), encoding="ascii")
    for refused in (lambda: indexing.open_index(index), lambda: indexing.update(index, [folder])):
        with pytest.raises(IndexFault, match=f"不同的是：{part}。") as error:
            refused()
        assert "search-cli index --rebuild" in error.value.hint
    indexing.rebuild(index, [])
    assert found(index) == ["丙", "乙", "甲"]


def test_readers_go_on_while_the_index_is_rebuilt_and_updated(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    viewer, stop = indexing.open_index(index), threading.Event()
    answers: list[int] = []
    faults: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                answers.append(searcher.search(viewer, searcher.SearchRequest(WORD, mode="exact")).total)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the test shows it
                faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(4):
        indexing.rebuild(index, [])
        write(folder / f"{number}.txt", f"又一份：{WORD}。")
        indexing.update(index, [folder])
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert set(answers) <= set(range(3, 8))
    assert searcher.search(viewer, searcher.SearchRequest(WORD, mode="exact")).total == 7


def test_an_index_may_be_moved(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    moved = Path(shutil.move(index, tmp_path / "moved"))
    assert found(moved) == ["丙", "乙", "甲"]
    assert indexing.update(moved, [folder]).unchanged == 3
