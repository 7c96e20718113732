"""Whoosh's transactions around our segments: the lock, the table of contents, merging.

Owns what makes a commit all or nothing. The table of contents is the only thing that announces a segment: written
under another name, brought to the disk, then renamed. Whoever dies before that leaves files nobody knows, and the
next writer sweeps them. How a segment's own files look is in `codec`, how a reader opens a commit in `committed`.
"""

# Whoosh is read without types, so whatever inherits or comes from it is Any to mypy.
# mypy: disable-error-code="misc,no-any-return"

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.filedb.filestore import FileStorage

from deqing_search.engine.segment.array_file import ArraysUnreadable
from deqing_search.engine.segment.reader import Entry
from deqing_search.engine.whoosh.codec import FIELD, ArrayCodec, ArraySegment, WholeField
from deqing_search.engine.whoosh.commits import INDEX_NAME, OpenSegment, generation, open_segment

# Besides Whoosh's own errors: what unpickling and unpacking raise on a table that is cut short or names other classes.
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
    """The newest table of contents; raises `ArraysUnreadable` when it is cut short or of another version."""
    try:
        return index.TOC.read(storage, INDEX_NAME)
    except _BROKEN_TOC as broken:
        raise ArraysUnreadable(f"the table of contents cannot be read: {broken!r}") from broken


class _DurableStorage(FileStorage):
    """Waits for the disk before a table of contents gets its final name: only then a commit is announced."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        _sync(os.path.join(self.folder, oldname), os.O_RDWR)
        super().rename_file(oldname, newname, safe)
        if os.name != "nt":  # Windows opens no directories, and needs not be told
            _sync(self.folder, os.O_RDONLY)


def _sync(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Busy(Exception):  # noqa: N818 - a state, told to the user by the engine
    """Another writer holds the lock."""


class Transaction:
    """One writer of the index: documents and deletions that become visible together, or never.

    Raises `Busy` when another writer is at work, OSError when the place cannot be written.
    """

    def __init__(self, directory: Path) -> None:
        storage = _DurableStorage(str(directory))
        storage.create()
        _create_index(storage, directory)
        _read_toc(storage)
        try:
            self._writer = index.FileIndex(storage, indexname=INDEX_NAME).writer(
                codec=ArrayCodec(), compound=False, timeout=0.0
            )
        except index.LockError as locked:
            raise Busy from locked
        self._writer.pool = self._writer.fieldwriter  # Whoosh's own would sort what is in order
        self._storage, self._directory = storage, directory
        self._before = {segment.segment_id(): segment for segment in self._writer.segments}
        _sweep(storage, self._writer.generation - 1, self._writer.segments)

    def segments(self) -> tuple[OpenSegment, ...]:
        """The segments as they were before, opened."""
        return tuple(
            open_segment(self._directory, segment.segment_id(), set(segment.deleted_docs()))
            for segment in self._writer.segments
        )

    def add(self, indexed: Entry, stored: bytes) -> int:
        """Add a document; the number it has in the segment that is being written."""
        document = int(self._writer.docnum)
        self._writer.add_document(**{FIELD: indexed, f"_stored_{FIELD}": stored})
        return document

    def delete(self, segment: str | None, documents: range) -> None:
        """Delete documents of a segment there was before, or (None) of the one that is being written."""
        owner = self._writer.get_segment() if segment is None else self._before[segment]
        for document in documents:
            owner.delete_document(document)

    def commit(self) -> None:
        """Make all of it visible at once. Small segments are merged with what was added."""
        try:
            self._writer.commit(mergetype=_merge)
        except BaseException:
            self._writer.fieldwriter.close()
            self._remove_leftovers()
            raise

    def abandon(self) -> None:
        """Forget all of it."""
        self._writer.perdocwriter.abandon()  # else Whoosh would have the disk take what is thrown away
        self._writer.cancel()
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Remove the files of the new segment, unless the commit was announced before it failed."""
        segment = self._writer.get_segment()
        if segment not in _read_toc(self._storage).segments:
            for name in segment.list_files(self._storage):
                self._storage.delete_file(name)


def _create_index(storage: _DurableStorage, directory: Path) -> None:
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


def _sweep(storage: _DurableStorage, generation: int, segments: Sequence[ArraySegment]) -> None:
    """Remove what a writer that was killed left behind. Only under the lock: a living one's files look the same."""
    index.clean_files(storage, INDEX_NAME, generation, segments)
    for name in storage.list():
        if name.startswith(f"_{INDEX_NAME}_") and not name.endswith(".toc"):  # a table of contents never announced
            storage.delete_file(name)


def _merge(writer: Any, segments: Sequence[ArraySegment]) -> list[ArraySegment]:
    """Whoosh's merge policy: add to the writer the segments that are not larger than what it holds already.

    Like counting in binary: n commits of one size leave at most log n segments, each document was copied at most
    log n times, and a small commit leaves a large segment alone. A segment that is deleted by half is rewritten.
    """
    from whoosh.reading import SegmentReader

    kept: list[ArraySegment] = []
    held = int(writer.doc_count())
    for segment in sorted(segments, key=lambda segment: segment.doc_count()):
        live = segment.doc_count()
        if not live:
            continue
        if live > held and segment.deleted_count() <= live:
            kept.append(segment)
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
        held += live
    return kept
