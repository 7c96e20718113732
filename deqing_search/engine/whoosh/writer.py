"""One transaction on the index: the lock, the table of contents, merging.

A commit is all or nothing because only the table of contents names segments: it is written under another name, synced
to the disk, then renamed. A process that dies before the rename leaves files that nothing names; the next writer
removes them. `codec` writes the files of a segment, `commits` opens a commit for reading.
"""

# Whoosh has no types, so everything that inherits or comes from it is Any to mypy.
# mypy: disable-error-code="misc,no-any-return"

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.filedb.filestore import FileStorage

from deqing_search.engine.segment.array_file import ArraysUnreadable
from deqing_search.engine.segment.entries import Entry
from deqing_search.engine.whoosh.codec import FIELD, ArrayCodec, ArraySegment, WholeField
from deqing_search.engine.whoosh.commits import (
    INDEX_NAME,
    OpenSegment,
    generation,
    open_segment,
    read_segments,
    seal,
)

LARGEST = 250_000  # documents of a segment that is merged from others

# What Whoosh, unpickling and unpacking raise on a table of contents that is cut short or names other classes.
_BROKEN_TOC = (
    index.IndexError,
    pickle.UnpicklingError,
    struct.error,
    EOFError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ImportError,
)


def _read_toc(storage: FileStorage) -> Any:
    """The newest table of contents; raises `ArraysUnreadable` when it is cut short, of another version or a stranger's.

    Whoosh's own reading runs whatever code a pickle names, so the names are looked at first.
    """
    directory = Path(storage.folder)
    read_segments(directory, generation(directory))
    try:
        return index.TOC.read(storage, INDEX_NAME)
    except _BROKEN_TOC as broken:
        raise ArraysUnreadable(f"the table of contents cannot be read: {broken!r}") from broken


class DurableStorage(FileStorage):
    """Gives a table of contents a checksum and syncs it to the disk before it gets its final name."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        seal(Path(self.folder, oldname))
        super().rename_file(oldname, newname, safe)
        if os.name != "nt":  # Windows cannot open a directory and does not need it
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class Busy(Exception):  # noqa: N818 - a state; the engine raises its own error for users
    """Another writer holds the lock."""


class Transaction:
    """One writer: its documents and deletions become visible together or never.

    No merge makes a segment of more than `largest` documents. Raises `Busy` if another writer holds the lock, OSError
    if the directory cannot be written.
    """

    def __init__(self, directory: Path, *, largest: int = LARGEST) -> None:
        storage = DurableStorage(str(directory))
        storage.create()
        _create_index(storage, directory)
        _read_toc(storage)
        try:
            self._writer = index.FileIndex(storage, indexname=INDEX_NAME).writer(
                codec=ArrayCodec(), compound=False, timeout=0.0
            )
        except index.LockError as locked:
            raise Busy from locked
        self._writer.pool = self._writer.fieldwriter  # Whoosh's own pool would sort what is in order
        self._storage, self._directory, self._largest = storage, directory, largest
        self._before = {segment.segment_id(): segment for segment in self._writer.segments}
        _sweep(storage, self._writer.generation - 1, self._writer.segments)

    def segments(self) -> tuple[OpenSegment, ...]:
        """The segments before this transaction, opened."""
        return tuple(
            open_segment(self._directory, segment.segment_id(), set(segment.deleted_docs()))
            for segment in self._writer.segments
        )

    def add(self, indexed: Entry, stored: bytes) -> int:
        """Add a document; returns its number in the new segment."""
        document = int(self._writer.docnum)
        self._writer.add_document(**{FIELD: indexed, f"_stored_{FIELD}": stored})
        return document

    def delete(self, segment: str | None, documents: range) -> None:
        """Delete documents of an earlier segment, or of the new one (`segment` is None)."""
        owner = self._writer.get_segment() if segment is None else self._before[segment]
        for document in documents:
            owner.delete_document(document)

    def commit(self) -> None:
        """Make everything visible at once. Small segments are merged into the new one."""
        try:
            self._writer.commit(mergetype=partial(_merge, largest=self._largest))
        except BaseException:
            self._writer.fieldwriter.close()
            self._remove_leftovers()
            raise

    def abandon(self) -> None:
        """Drop everything."""
        self._writer.perdocwriter.abandon()  # or Whoosh would flush what is dropped
        self._writer.cancel()
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Remove the files of the new segment, unless the table of contents names it already."""
        segment = self._writer.get_segment()
        if segment not in _read_toc(self._storage).segments:
            for name in segment.list_files(self._storage):
                self._storage.delete_file(name)


def _create_index(storage: DurableStorage, directory: Path) -> None:
    """Write the first, empty table of contents where there is none."""
    if generation(directory) >= 0:
        return
    lock = storage.lock(f"{INDEX_NAME}_WRITELOCK")
    if not lock.acquire():
        raise Busy
    try:
        if generation(directory) < 0:
            index.FileIndex.create(storage, fields.Schema(**{FIELD: WholeField()}), INDEX_NAME)
    finally:
        lock.release()


def _sweep(storage: DurableStorage, generation: int, segments: Sequence[ArraySegment]) -> None:
    """Remove the files of a killed writer. Call only under the lock: files of a running writer look the same."""
    index.clean_files(storage, INDEX_NAME, generation, segments)
    for name in storage.list():
        if name.startswith(f"_{INDEX_NAME}_") and not name.endswith(
            ".toc"
        ):  # a table of contents that was never renamed
            storage.delete_file(name)


def _merge(writer: Any, segments: Sequence[ArraySegment], *, largest: int) -> list[ArraySegment]:
    """Whoosh's merge policy: add to the writer the segments that are not larger than what it holds already.

    As in binary counting, n commits of one size leave at most log n segments, each document is copied at most log n
    times, and a small commit leaves a large segment alone. Segments that would have more than `largest` documents
    together stay apart: the time of a merge grows faster than its size. A segment is rewritten once half of it is
    deleted.
    """
    from whoosh.reading import SegmentReader

    kept: list[ArraySegment] = []
    size = int(writer.doc_count())
    for segment in sorted(segments, key=lambda segment: segment.doc_count()):
        live = segment.doc_count()
        if not live:
            continue
        if (live > size or live + size > largest) and segment.deleted_count() <= live:
            kept.append(segment)
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
        size += live
    return kept
