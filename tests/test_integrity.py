"""A check names what is damaged in an index, and a repair makes it again without losing a link."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from deqing_search import indexing, integrity
from deqing_search.errors import IndexFault
from deqing_search.store.permalinks import NAME, PermalinkStore
from tests import places
from tests.command import Run
from tests.places import found, write

folder, index = places.folder, places.index


def zero(file: Path, at: int, size: int = 16) -> None:
    """Write zeros into a copy that replaces the file, so that open maps of it stay as they are."""
    raw = bytearray(file.read_bytes())
    raw[at : at + size] = bytes(size)
    damaged = file.with_name("damaged")
    damaged.write_bytes(raw)
    damaged.replace(file)


def parts(index: Path) -> set[str]:
    return {finding.part for finding in integrity.check(index)}


def ids(index: Path) -> list[str]:
    view = indexing.open_index(index).view()
    return [one.id for card in view.cards() for one in view.report(card.id).passages]


@pytest.mark.parametrize(
    ("name", "at", "part"),
    [
        ("generation-1/*.arr", 400, "index"),
        ("generation-1/*.docs", 100, "index"),
        ("generation-1/*.toc", 100, "index"),
        ("generation-1/suggestions.txt", 100, "suggestions"),
        (NAME, 4096, "store"),
    ],
)
def test_damage_is_named_and_repaired(folder: Path, index: Path, name: str, at: int, part: str) -> None:
    indexing.update(index, [folder])
    assert parts(index) == set()
    before = ids(index)
    (file,) = index.glob(name)
    zero(file, at)
    findings = list(integrity.check(index))
    assert {finding.part for finding in findings} == {part}
    assert all(finding.is_damage for finding in findings)
    integrity.repair(index, findings)
    assert parts(index) == set()
    assert ids(index) == before
    assert found(index) == ["丙", "乙", "甲"]
    assert all(PermalinkStore(index).former(one) for one in before)


def test_a_repair_of_the_store_keeps_old_rows_and_the_damaged_file(folder: Path, index: Path) -> None:
    write(folder / "甲.txt", "旧的一段话，后来改了。")
    indexing.update(index, [folder])
    old = ids(index)
    write(folder / "甲.txt", "新的另一段，说的是别的事。")
    indexing.update(index, [folder])
    store = index / NAME
    shutil.copy(store, index / "whole")
    raw = store.read_bytes()
    at = raw.rindex("新的另一段".encode())
    zero(store, at, 3)
    integrity.repair(index, list(integrity.check(index)))
    assert parts(index) == set()
    assert set(old)
    assert not [one for one in {*old, *ids(index)} if not PermalinkStore(index).former(one)]
    assert (index / f"{NAME}.damaged-1").exists()


def test_a_repair_that_would_lose_a_report_is_refused(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    (folder / "甲.txt").unlink()
    (file,) = index.glob("generation-1/*.arr")
    zero(file, file.stat().st_size // 2)
    findings = list(integrity.check(index))
    assert {finding.part for finding in findings} == {"index"}
    with pytest.raises(IndexFault, match="源文件"):
        integrity.repair(index, findings)
    assert len(indexing.open_index(index).view().cards()) == 3


def test_a_changed_source_is_no_damage(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    write(folder / "甲.txt", "改了。")
    (finding,) = integrity.check(index)
    assert (finding.part, finding.is_damage) == ("source", False)


@pytest.mark.parametrize("name", ["*.arr", "*.docs"])
def test_a_file_that_is_cut_is_refused_named_and_repaired(folder: Path, index: Path, run: Run, name: str) -> None:
    indexing.update(index, [folder])
    (file,) = index.glob(f"generation-1/{name}")
    os.truncate(file, file.stat().st_size // 2)
    for command in (["query", "发展"], ["check", "--index", str(index)]):
        answer = run(*command, at=index)
        assert answer.code == 3
        assert file.name in answer.out + answer.err
    assert run("check", "--index", str(index), "--repair").code == 0
    assert found(index) == ["丙", "乙", "甲"]


def test_the_command_ends_with_0_or_3(folder: Path, index: Path, run: Run) -> None:
    indexing.update(index, [folder])
    assert run("check", "--index", str(index)).code == 0
    (file,) = index.glob("generation-1/*.docs")
    zero(file, 100)
    checked = run("check", "--index", str(index))
    assert (checked.code, file.name in checked.out) == (3, True)
    assert run("check", "--index", str(index), "--repair").code == 0
    assert run("check", "--index", str(index)).code == 0
    assert run("check", "--repair").code == 2


def test_a_damaged_pointer_is_repaired_from_the_newest_complete_generation(folder: Path, index: Path, run: Run) -> None:
    indexing.update(index, [folder])
    before = (index / "current.json").read_bytes()
    (index / "current.json").write_bytes(before.replace(b"generation-1", b"generation-7"))
    (index / "generation-9").mkdir()  # of a rebuild that was killed
    assert run("query", "发展", at=index).code == 3
    answer = run("check", "--index", str(index), "--repair", at=index)
    assert answer.code == 0
    assert "current.json 已损坏，改用最新的完整一代：generation-1。" in answer.err
    assert (index / "current.json").read_bytes() == before
    assert found(index) == ["丙", "乙", "甲"]


def test_a_damaged_pointer_without_a_complete_generation_is_an_error(folder: Path, index: Path, run: Run) -> None:
    indexing.update(index, [folder])
    for pointer in (index / "current.json", index / "generation-1" / "current.json"):
        pointer.write_text("{", encoding="ascii")
    answer = run("check", "--index", str(index), "--repair", at=index)
    assert answer.code == 3
    assert "已损坏，不知道用哪一代索引" in answer.err
