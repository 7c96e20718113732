"""Which files are looked for under the places that were named, and what has become of one that is not there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deqing_search import indexing
from tests import places
from tests.places import WORD, found, generations, titles, write

folder, index = places.folder, places.index


@pytest.fixture
def archive(folder: Path, tmp_path: Path) -> Path:
    """The three reports in an archive of their own."""
    (tmp_path / "包").mkdir()
    return Path(shutil.make_archive(str(tmp_path / "包" / "包"), "zip", folder))


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


def test_two_files_of_one_name_in_two_folders_are_reported_and_the_first_stays(
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


def test_a_file_that_was_named_alone_and_is_gone_is_removed_and_forgotten(folder: Path, index: Path) -> None:
    indexing.update(index, [folder / "甲.txt", folder / "乙.txt"])
    (folder / "甲.txt").unlink()
    assert indexing.update(index, indexing.places(index)) == indexing.Outcome((), (), ("甲",), 1, ())
    assert indexing.places(index) == [folder / "乙.txt"]
    assert found(index) == ["乙"]
    assert [str(fault) for fault in indexing.update(index, [folder / "甲.txt"]).faults] == [
        f"{folder / '甲.txt'}：没有这个文件或文件夹"
    ]


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


def test_a_rebuild_of_nothing_but_emptied_folders_is_reported(folder: Path, index: Path) -> None:
    indexing.update(index, [folder])
    for file in list(folder.iterdir()):
        file.unlink()
    (fault,) = indexing.rebuild(index, [folder]).faults
    assert "索引没有重建" in str(fault)
    assert found(index) == ["丙", "乙", "甲"]
    assert indexing.update(index, [folder]) == indexing.Outcome((), (), ("丙", "乙", "甲"), 0, ())
