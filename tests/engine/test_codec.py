"""Whoosh as we use it: a small index that breaks loudly if Whoosh changes, and commits that are all or nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from whoosh import index
from whoosh.filedb.filestore import FileStorage

from deqing_search.engine.segment import array_file, temporary, writer
from deqing_search.engine.segment.array_file import ArraysUnreadable
from deqing_search.engine.segment.entries import PassageEntry, ReportEntry
from deqing_search.engine.whoosh import codec, commits
from deqing_search.engine.whoosh.codec import ArrayCodec, ArraySegment
from deqing_search.engine.whoosh.commits import NoIndex, OpenSegment, generation, open_committed
from deqing_search.engine.whoosh.writer import LARGEST, Busy, DurableStorage, Transaction
from deqing_search.versions import SEGMENT


def report(name: str) -> ReportEntry:
    return ReportEntry(name, 2024, "政府工作报告", "德清县", name, "政府工作报告", "德清县", "标题")


def passage(name: str, compact: str) -> PassageEntry:
    return PassageEntry(name, "paragraph", "总则", "", compact, (0, 2), (compact[:2], compact[:2], "词"))


def add_report(transaction: Transaction, name: str, *texts: str) -> range:
    first = transaction.add(report(name), f"card of {name}".encode())
    for number, text in enumerate(texts, 1):
        transaction.add(passage(f"{name}-{number}", text), text.encode())
    return range(first, first + 1 + len(texts))


def commit(place: Path, *names: str, delete: tuple[str, ...] = (), largest: int = LARGEST) -> None:
    transaction = Transaction(place, largest=largest)
    for segment in transaction.segments():
        for number, name in enumerate(segment.arrays.report_ids):
            if name in delete:
                transaction.delete(segment.name, segment.arrays.documents(number))
    for name in names:
        add_report(transaction, name, f"{name}甲乙丙", f"{name}甲乙")
    transaction.commit()


def stored_reports(place: Path) -> set[str]:
    """The reports of the newest commit. Reads every document and entry of it, so that damage cannot hide."""
    names: set[str] = set()
    for segment in open_committed(place).segments:
        for document in range(segment.arrays.reports + segment.arrays.passages):
            if not segment.stored[document]:
                pytest.fail(f"document {document} of {segment.name} is empty")
            segment.arrays.entry(document)
        alive = set(range(segment.arrays.reports)) - set(segment.deleted)
        names |= {segment.arrays.report_ids[number] for number in alive}
    return names


def files(place: Path) -> set[str]:
    return {path.suffix for path in place.iterdir()}


def test_ten_documents_live_in_whoosh_and_every_byte_in_our_files(tmp_path: Path) -> None:
    transaction = Transaction(tmp_path)
    documents = add_report(transaction, "甲", *(f"德清{number}地理信息" for number in range(9)))
    assert documents == range(10)
    transaction.commit()
    toc = index.TOC.read(FileStorage(str(tmp_path)), commits.INDEX_NAME)
    (segment,) = toc.segments
    assert type(segment) is ArraySegment
    assert (segment.doc_count_all(), segment.deleted_count(), segment.is_compound()) == (10, 0, False)
    assert toc.schema.names() == [codec.FIELD]
    names = {path.name for path in tmp_path.iterdir()}
    own = {segment.make_filename(".arr"), segment.make_filename(".docs")}
    assert names == own | {"_MAIN_1.toc", "MAIN_WRITELOCK"}
    (opened,) = open_committed(tmp_path).segments
    assert opened.arrays.occurrences("地理").tolist() == [3 + 8 * number for number in range(9)]
    assert [opened.stored[document].decode() for document in (0, 1, 9)] == [
        "card of 甲",
        "德清0地理信息",
        "德清8地理信息",
    ]


def test_whoosh_itself_can_read_delete_and_optimize_the_index(tmp_path: Path) -> None:
    commit(tmp_path, "a", "b", "c", "d")
    commit(tmp_path, "e")
    ix = DurableStorage(str(tmp_path)).open_index()
    with ix.reader() as reader:
        assert reader.doc_count() == 15
        assert sorted(stored[codec.FIELD] for _, stored in reader.iter_docs())[-1] == "e甲乙丙".encode()
    writer = ix.writer(codec=ArrayCodec(), compound=False)
    writer.pool = writer.fieldwriter
    for document in range(3):
        writer.delete_document(document)
    writer.commit(optimize=True)
    assert len(open_committed(tmp_path).segments) == 1
    assert stored_reports(tmp_path) == {"b", "c", "d", "e"}


def test_a_merge_keeps_every_entry_and_drops_what_was_deleted(tmp_path: Path) -> None:
    commit(tmp_path, "a", "b")
    (before,) = open_committed(tmp_path).segments
    entries = [before.arrays.entry(document) for document in before.arrays.documents(1)]
    commit(tmp_path, "c", "d", delete=("a",))
    (merged,) = open_committed(tmp_path).segments
    assert sorted(merged.arrays.report_ids) == ["b", "c", "d"]
    number = merged.arrays.report_ids.index("b")
    again = [merged.arrays.entry(document) for document in merged.arrays.documents(number)]
    assert [sorted(entry[-1]) for entry in again[1:]] == [sorted(entry[-1]) for entry in entries[1:]]
    assert [entry[:-1] for entry in again] == [entry[:-1] for entry in entries]
    assert merged.stored[merged.arrays.documents(number)[1]] == "b甲乙丙".encode()


def test_many_small_commits_leave_few_segments_and_spare_the_large_one(tmp_path: Path) -> None:
    commit(tmp_path, *(f"large{number}" for number in range(64)))
    (large,) = open_committed(tmp_path).segments
    for number in range(20):
        commit(tmp_path, f"small{number}")
    segments = open_committed(tmp_path).segments
    assert large.name in {segment.name for segment in segments}
    assert len(segments) <= 6
    assert len(stored_reports(tmp_path)) == 84


def test_a_segment_deleted_by_half_is_rewritten(tmp_path: Path) -> None:
    commit(tmp_path, *"abcdefgh")
    commit(tmp_path, delete=tuple("abcde"))
    (segment,) = open_committed(tmp_path).segments
    assert segment.arrays.report_ids == ["f", "g", "h"]
    commit(tmp_path, delete=tuple("fgh"))
    assert open_committed(tmp_path).segments == ()
    assert files(tmp_path) == {".toc", ""}


def test_segments_grow_by_merging_until_they_are_large(tmp_path: Path) -> None:
    sizes = []
    for name in "abcdefgh":  # three documents each
        commit(tmp_path, name, largest=6)
        segments = open_committed(tmp_path).segments
        sizes.append(sorted(one.arrays.reports for one in segments))
    assert sizes[:4] == [[1], [2], [1, 2], [2, 2]]
    assert sizes[-1] == [2, 2, 2, 2]
    assert stored_reports(tmp_path) == {*"abcdefgh"}


def test_an_abandoned_transaction_leaves_neither_files_nor_a_lock(tmp_path: Path) -> None:
    commit(tmp_path, "a")
    before = set(tmp_path.iterdir())
    transaction = Transaction(tmp_path)
    add_report(transaction, "b", "文")
    transaction.abandon()
    assert set(tmp_path.iterdir()) == before
    commit(tmp_path, "c")
    assert stored_reports(tmp_path) == {"a", "c"}


def test_a_second_writer_is_refused_at_once_and_the_first_goes_on(tmp_path: Path) -> None:
    first = Transaction(tmp_path)
    with pytest.raises(Busy):
        Transaction(tmp_path)
    add_report(first, "a", "文")
    first.commit()
    assert stored_reports(tmp_path) == {"a"}


def test_a_reader_keeps_its_state_when_the_files_are_removed_under_it(tmp_path: Path) -> None:
    commit(tmp_path, "a")
    (old,) = open_committed(tmp_path).segments
    commit(tmp_path, "b", delete=("a",))
    assert not (tmp_path / f"{old.name}.arr").exists()
    assert old.arrays.occurrences("甲乙丙").tolist() == [1]
    assert old.stored[1].decode() == "a甲乙丙"


# Crashes. The steps at which a commit touches the disk are counted, and the process dies at each of them in turn.

STEPS = (
    (codec.FileStorage, ("create_file", "rename_file", "delete_file")),
    (writer.SegmentBuilder, ("write",)),
    (temporary.SpooledTemporaryFile, ("rollover", "close")),
    (codec.ArrayWriter, ("close",)),
    (os, ("fsync",)),
)


def commit_and_die(place: Path, last: int) -> None:
    """Commit in a process of its own, which dies at the step number `last`."""
    steps = count(1)

    def dying(step: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **kwargs: object) -> object:
            if next(steps) == last:
                os._exit(9)  # nothing is flushed, as in a kill
            return step(*args, **kwargs)

        return run

    temporary.TemporaryArrays = partial(temporary.TemporaryArrays, memory=1)  # its file is on the disk at once
    for owner, names in STEPS:
        for name in names:
            setattr(owner, name, dying(getattr(owner, name)))
    commit(place, "b", "c", delete=("a",))


def die_at(step: int, place: Path) -> int | None:
    """How the process ends: 9 if it died at that step, 0 if the commit has fewer steps."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    process = processes.Process(target=commit_and_die, args=(place, step))
    process.start()
    process.join()
    return process.exitcode


def test_death_at_any_step_of_a_commit_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    outcomes = []
    for step in range(1, 200):
        place = tmp_path / str(step)
        commit(place, "a")
        died = die_at(step, place)
        state = stored_reports(place)
        assert state in ({"a"}, {"b", "c"})
        outcomes.append((died, state))
        commit(place, "d")  # the next writer is not hindered, and sweeps
        assert stored_reports(place) == state | {"d"}
        segments = [segment.name for segment in open_committed(place).segments]
        files_of_state = {f"{name}{suffix}" for name in segments for suffix in (".arr", ".docs")}
        names = {path.name for path in place.iterdir()}
        assert names == files_of_state | {f"_MAIN_{generation(place)}.toc", "MAIN_WRITELOCK"}
        if not died:
            break
    assert outcomes[0] == (9, {"a"})
    assert outcomes[-1] == (0, {"b", "c"})


def commit_for_ever(place: Path) -> None:
    number = 0
    while True:
        number += 1
        commit(place, f"x{number}", delete=(f"x{number - 1}",))


def test_a_reader_sees_whole_states_while_another_process_commits_and_is_killed(tmp_path: Path) -> None:
    commit(tmp_path, "x0")
    writer = multiprocessing.get_context("spawn").Process(target=commit_for_ever, args=(tmp_path,))
    writer.start()
    try:
        seen = set()
        while len(seen) < 25:
            names = stored_reports(tmp_path)
            assert len(names) == 1
            seen |= names
    finally:
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    assert len(stored_reports(tmp_path)) == 1
    commit(tmp_path, "after")
    assert len(stored_reports(tmp_path)) == 2


def test_what_is_read_without_whoosh_is_what_whoosh_reads(tmp_path: Path) -> None:
    commit(tmp_path, *(f"large{number}" for number in range(20)))
    commit(tmp_path, "small")
    commit(tmp_path, delete=("large3", "large7"))
    toc = index.TOC.read(FileStorage(str(tmp_path)), commits.INDEX_NAME)
    read = [(segment.name, deleted_documents(segment)) for segment in open_committed(tmp_path).segments]
    assert read == [(segment.segment_id(), list(segment.deleted_docs())) for segment in toc.segments]
    assert sum(len(deleted) for _, deleted in read) == 6
    assert generation(tmp_path) == toc.generation == 3


def deleted_documents(segment: OpenSegment) -> list[int]:
    return [document for report in segment.deleted for document in segment.arrays.documents(report)]


# What is not ours is refused


def test_an_index_of_another_codec_is_refused(tmp_path: Path) -> None:
    ix = FileStorage(str(tmp_path)).create_index(_plain_schema())
    writer = ix.writer()
    writer.add_document(text="a")
    writer.commit()
    with pytest.raises(ArraysUnreadable):
        open_committed(tmp_path)


def _plain_schema() -> object:
    from whoosh.fields import TEXT, Schema

    return Schema(text=TEXT)


@pytest.mark.parametrize("damage", ["cut", "emptied", "of another format"])
def test_a_damaged_array_file_is_refused(tmp_path: Path, damage: str) -> None:
    commit(tmp_path, "a")
    (path,) = tmp_path.glob("*.arr")
    raw = path.read_bytes()
    other = array_file.MAGIC.replace(bytes([SEGMENT]), bytes([SEGMENT + 1]))
    path.write_bytes({"cut": raw[:-1], "emptied": b""}.get(damage, raw.replace(array_file.MAGIC, other)))
    with pytest.raises(ArraysUnreadable):
        open_committed(tmp_path)


@pytest.mark.parametrize("length", [0, 3, 20, 60, 200, -1])
def test_a_table_of_contents_cut_short_is_refused_to_readers_and_writers(tmp_path: Path, length: int) -> None:
    commit(tmp_path, "a")
    path = tmp_path / "_MAIN_1.toc"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ArraysUnreadable):
        open_committed(tmp_path)
    with pytest.raises(ArraysUnreadable):
        Transaction(tmp_path)


class Stranger:
    """Writes a file when it is unpickled."""

    def __init__(self, witness: Path) -> None:
        self._witness = witness

    def __reduce__(self) -> object:
        return Path.touch, (self._witness,)


@pytest.mark.parametrize("place", ["segments", "schema"])
def test_no_code_of_a_stranger_runs_when_an_index_is_opened_or_written(tmp_path: Path, place: str) -> None:
    commit(tmp_path, "a")
    toc = index.TOC.read(FileStorage(str(tmp_path)), commits.INDEX_NAME)
    if place == "segments":
        toc.segments.append(Stranger(tmp_path / "witness"))
    else:
        toc.schema.stranger = Stranger(tmp_path / "witness")
    toc.generation += 1
    toc.write(DurableStorage(str(tmp_path)), commits.INDEX_NAME)
    for opened in (open_committed, Transaction):
        with pytest.raises(ArraysUnreadable, match="not one of our classes"):
            opened(tmp_path)
    assert not (tmp_path / "witness").exists()
    index.TOC.read(FileStorage(str(tmp_path)), commits.INDEX_NAME)
    assert (tmp_path / "witness").exists()  # it would have


@pytest.mark.parametrize("at", [3, 10, -1], ids=["byte order", "version", "end of the pickle"])
def test_a_table_of_contents_of_another_version_is_refused(tmp_path: Path, at: int) -> None:
    commit(tmp_path, "a")
    path = tmp_path / "_MAIN_1.toc"
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ArraysUnreadable):
        open_committed(tmp_path)


def test_where_there_is_no_index_the_generation_is_minus_one(tmp_path: Path) -> None:
    assert generation(tmp_path / "none") == -1
    started = time.monotonic()
    with pytest.raises(NoIndex):
        open_committed(tmp_path / "none")
    assert time.monotonic() - started < commits.TRIES * commits.PAUSE
