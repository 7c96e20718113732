"""What only the embedded engine has: a directory, a lock, a disk that may refuse, threads, and a cold start."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deqing_search.engine.base import Request
from deqing_search.engine.segment.array_file import ArrayWriter
from deqing_search.engine.segment.temporary import TemporaryArrays
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.engine.whoosh.writer import FileStorage, Transaction
from deqing_search.errors import IndexBusy, IndexFault, IndexMissing, IndexNotWritable, IndexOutdated
from deqing_search.query.tree import Not
from tests.oracle import analysed, compact, literal, report_of


def engine_at(place: Path) -> WhooshEngine:
    return WhooshEngine(place, compact=compact)


def test_where_nothing_was_written_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="没有索引"):
        engine_at(tmp_path / "none").view()
    assert not (tmp_path / "none").exists()


def test_a_second_writer_gets_an_error_that_the_index_is_busy(tmp_path: Path) -> None:
    transaction = Transaction(tmp_path)
    with pytest.raises(IndexBusy, match="正被另一个进程写入"):
        engine_at(tmp_path).write([])
    transaction.abandon()
    engine_at(tmp_path).write([])


def test_a_file_in_place_of_the_directory_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(IndexNotWritable, match="不是目录"):
            engine_at(place).write([])


@pytest.fixture
def place_of_another_user() -> Iterator[Path]:
    """An index that the user running the test may read and not write; root becomes nobody for that long."""
    with TemporaryDirectory() as directory:
        place = Path(directory)
        engine_at(place).write([analysed(report_of("a", ["甲"]))])
        place.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        yield place
        if root:
            os.seteuid(0)
        place.chmod(0o700)


def test_a_read_only_place_is_read_but_not_written(place_of_another_user: Path) -> None:
    assert len(engine_at(place_of_another_user).view().cards()) == 1
    with pytest.raises(IndexNotWritable, match="权限"):
        engine_at(place_of_another_user).write([])


def test_an_index_that_may_not_be_read_is_reported(place_of_another_user: Path) -> None:
    (path,) = place_of_another_user.glob("*.arr")
    _as_root(lambda: path.chmod(0))
    with pytest.raises(IndexFault, match="无法读取索引"):
        engine_at(place_of_another_user).view()


def _as_root(change: Callable[[], None]) -> None:
    user = os.geteuid()
    if os.getuid() == 0:
        os.seteuid(0)
    change()
    os.seteuid(user)


@pytest.mark.parametrize(
    ("owner", "step"),
    [(ArrayWriter, "append"), (ArrayWriter, "close"), (FileStorage, "rename_file"), (TemporaryArrays, "put")],
)
def test_a_full_disk_is_reported_and_leaves_the_old_state_and_no_files(
    tmp_path: Path, owner: type, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_at(tmp_path)
    engine.write([analysed(report_of("a", ["甲"]))])
    before = {path.name for path in tmp_path.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(owner, step, full)
    with pytest.raises(IndexNotWritable, match="磁盘已满"):
        engine.write([analysed(report_of("b", ["乙"]))], delete=["a"])
    monkeypatch.undo()
    assert {path.name for path in tmp_path.iterdir() if ".toc." not in path.name} == before
    assert [card.id for card in engine.view().cards()] == ["a"]
    engine.write([analysed(report_of("b", ["乙"]))])
    assert [card.id for card in engine.view().cards()] == ["a", "b"]
    assert not [path for path in tmp_path.iterdir() if ".toc." in path.name]


def test_a_damaged_index_is_reported_with_the_way_to_rebuild_it(tmp_path: Path) -> None:
    engine_at(tmp_path).write([analysed(report_of("a", ["甲"]))])
    (path,) = tmp_path.glob("*.arr")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(IndexOutdated) as raised:
        engine_at(tmp_path).view()
    assert "--rebuild" in raised.value.hint


@pytest.mark.parametrize("name", ["*.arr", "*.docs"])
def test_a_mapped_file_that_is_cut_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    engine, other = engine_at(tmp_path), engine_at(tmp_path)
    engine.write([analysed(report_of(f"a{number}", ["甲" * 20_000])) for number in range(30)])  # too many to be merged
    assert engine.view().cards()
    (path,) = tmp_path.glob(name)
    other.write([analysed(report_of("b", ["甲"]))])
    os.truncate(path, 4096)
    for opened in (engine, other, engine_at(tmp_path)):
        with pytest.raises(IndexOutdated) as error:
            opened.view()
        assert "cut short" in str(error.value) or "缺失或已损坏" in str(error.value)


def test_a_mapped_file_that_is_cut_is_noticed_within_a_second(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    engine.write([analysed(report_of("a", ["甲" * 20_000]))])
    engine.view()
    engine.view()
    (path,) = tmp_path.glob("*.docs")
    os.truncate(path, 4096)
    time.sleep(1.1)
    with pytest.raises(IndexOutdated):
        engine.view()


def test_the_view_is_the_same_object_until_something_is_committed(tmp_path: Path) -> None:
    engine, other = engine_at(tmp_path), engine_at(tmp_path)
    engine.write([analysed(report_of("a", ["甲"]))])
    view = engine.view()
    assert engine.view() is view
    other.write([analysed(report_of("b", ["甲"]))])
    assert engine.view() is not view
    assert engine.view().evaluate(Request(literal("甲"))).total == 2


def test_threads_share_a_view_while_another_writes(tmp_path: Path) -> None:
    """Every thread must find both passages of every report that is alive in its view: never one, never three."""
    engine = engine_at(tmp_path)
    engine.write([analysed(report_of("r", ["甲0", "甲0"]))])
    done = threading.Event()

    def write() -> None:
        for number in range(1, 25):
            engine.write([analysed(report_of("r", [f"甲{number}", f"甲{number}"]))])
        done.set()

    def read() -> int:
        rounds = 0
        while not done.is_set() or not rounds:
            view = engine.view()
            for where in (literal("甲"), Not(literal("乙"))):
                page = view.evaluate(Request(where)).page
                texts = [passage.text for passage in view.passages([hit.handle for hit in page])]
                assert len(texts) == 2
                assert len(set(texts)) == 1
            assert [passage.text for passage in view.report("r").passages] == texts
            assert len(view.cards()) == 1
            rounds += 1
        return rounds

    with ThreadPoolExecutor(5) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        pool.submit(write).result()
        assert min(reader.result() for reader in readers) > 0
    assert engine.view().passages([engine.view().evaluate(Request(literal("甲24"))).page[0].handle])[0].text == "甲24"


def test_reading_loads_neither_a_segmenter_nor_whoosh(tmp_path: Path) -> None:
    engine_at(tmp_path).write([analysed(report_of("a", ["甲"]))])
    code = """
import sys
from pathlib import Path
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.query.tree import And
print(WhooshEngine(Path(sys.argv[1]), compact=str).view().total(And(())), *sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)  # noqa: S603
    size, *loaded = run.stdout.split()
    assert size == "1"
    assert not {"jieba", "opencc", "whoosh"} & set(loaded)


def test_a_view_that_nobody_holds_lets_go_of_its_files(tmp_path: Path) -> None:
    WhooshEngine(tmp_path, compact=compact).write([analysed(report_of("R1", ["德清"]))])
    view = WhooshEngine(tmp_path, compact=compact).view()
    view.passages([0])
    gone = weakref.ref(view)
    gc.disable()  # it must not take a search for cycles
    try:
        del view
        assert gone() is None
    finally:
        gc.enable()


def test_an_answer_is_remembered_by_the_view_that_gave_it_and_by_no_later_one(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    engine.write([analysed(report_of("a", ["甲乙"]))])
    request, before = Request(literal("甲")), engine.view()
    assert before.evaluate(request) is before.evaluate(Request(literal("甲")))
    engine.write([analysed(report_of("b", ["甲丙"]))])
    assert (before.evaluate(request).total, engine.view().evaluate(request).total) == (1, 2)
