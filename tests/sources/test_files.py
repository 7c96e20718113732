"""What lies in a folder and is no file, or no file of the folder, costs nothing but itself."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deqing_search import indexing
from tests import places
from tests.places import found, write

folder, index = places.folder, places.index

NOBODY = 65534
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes, devices and links")


def faults_of(index: Path, folder: Path) -> list[str]:
    """Index the folder, where the three reports are read whatever else is there."""
    outcome = indexing.update(index, [folder])
    assert found(index) == ["丙", "乙", "甲"]
    return [str(fault) for fault in outcome.faults]


@pytest.mark.parametrize("name", ["z.txt", "z.pdf", "z.zip", "catalog.csv"])
def test_a_pipe_is_named_and_not_waited_for(folder: Path, index: Path, name: str) -> None:
    os.mkfifo(folder / name)
    (fault,) = faults_of(index, folder)
    assert str(folder / name) in fault
    assert "是设备或管道，不是文件" in fault


@pytest.mark.parametrize("name", ["z.txt", "z.zip", "catalog.csv"])
def test_a_link_to_an_endless_device_is_named_and_not_followed(folder: Path, index: Path, name: str) -> None:
    (folder / name).symlink_to("/dev/zero")
    assert faults_of(index, folder) == [f"{folder / name}：是链接，指向所收录的文件夹之外（/dev/zero），没有读取"]


def test_a_device_that_is_named_itself_is_refused(index: Path) -> None:
    (fault,) = indexing.update(index, [Path("/dev/zero")]).faults
    assert "是设备或管道" in str(fault)


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, index: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret", "不在这里。")
    (folder / "z.txt").symlink_to(tmp_path / "secret")
    (fault,) = faults_of(index, folder)
    assert "指向所收录的文件夹之外" in fault


def test_a_link_to_a_file_in_the_folder_is_followed_once(folder: Path, index: Path) -> None:
    (folder / "a.txt").symlink_to(folder / "甲.txt")  # read under its own name
    write(folder / ".store" / "丁", "丁县。")  # hidden, so only the link leads there
    (folder / "丁.txt").symlink_to(Path(".store", "丁"))
    outcome = indexing.update(index, [folder])
    assert sorted(outcome.added) == ["丁", "丙", "乙", "甲"]
    assert not outcome.faults


def test_a_link_that_is_named_itself_is_followed(folder: Path, index: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert len(indexing.update(index, [tmp_path / "link"]).added) == 3


def test_an_index_in_the_folder_is_not_read(folder: Path) -> None:
    inside = folder / "检索"
    assert faults_of(inside, folder) == []
    outcome = indexing.update(inside, [folder])
    assert outcome.unchanged == 3
    assert outcome.notes == (f"{inside}：是检索索引，不是报告，没有进入",)


def test_an_index_is_no_folder_of_reports(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    (fault,) = indexing.update(tmp_path / "other", [index]).faults
    assert str(fault) == f"{index}：是检索索引，不是报告的文件夹"


def test_a_member_with_an_endless_name_is_named(folder: Path, index: Path) -> None:
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("a" * 5000 + ".txt", "各位代表。")
    for _ in range(2):
        (fault,) = faults_of(index, folder)
        assert "的名字超过 255 字" in fault
        assert len(fault) < 300


@pytest.mark.parametrize("charset", ["x-nonsense", "undefined", "rot13", "hex", "idna"])
def test_a_page_with_an_odd_charset_is_read_by_its_bytes(folder: Path, index: Path, charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>丁县大力发展地理信息产业。</p></body></html>'
    (folder / "丁.html").write_text(page, encoding="utf-8")
    assert not indexing.update(index, [folder]).faults
    assert found(index) == ["丁", "丙", "乙", "甲"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter, unlike those of pytest."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o777)
    yield made
    shutil.rmtree(made)


@contextmanager
def no_root(folder: Path) -> Iterator[None]:
    """Root may read everything: give the folder to somebody else, and be that one."""
    if os.geteuid():
        yield
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_reports_of_a_folder_that_became_unreadable_stay(place: Path) -> None:
    folder, index = place / "reports", place / "index"
    write(folder / "甲.txt", "甲县大力发展地理信息产业。")
    write(folder / "区" / "乙.txt", "乙县大力发展地理信息产业。")
    assert len(indexing.update(index, [folder]).added) == 2
    with no_root(place):
        (folder / "区").chmod(0)
        outcome = indexing.update(index, [folder])
        (folder / "区").chmod(0o755)
    assert [str(fault) for fault in outcome.faults] == [f"{folder / '区'}：无法打开这个文件夹：没有权限"]
    assert outcome.removed == ()
    assert found(index) == ["区-乙", "甲"]
