"""Our Whoosh codec: Whoosh keeps documents, deletions and transactions, we keep every byte that is searched or shown.

The only module that knows Whoosh's inside. It uses Whoosh's own extension point, `whoosh.codec.base`, and inherits
nothing of Whoosh's file formats. A document has one field; what is stored of it goes to `<segment>.docs`, what is
indexed of it travels whole, as one posting, through Whoosh's pool and comes out in document order as `<segment>.arr`.
Merging is Whoosh's as well: a segment gives its postings back by rebuilding the entries they came from.

The table of contents pickles `ArraySegment` and `WholeField` by name: the name of this module, and of those two,
are part of the format. A pickle runs code when it is read: never open an index somebody else built.
"""

# Whoosh is read without types, so whatever inherits or comes from it is Any to mypy.
# mypy: disable-error-code="misc,no-any-return"

from __future__ import annotations

import os
import pickle
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import numpy as np
from whoosh import fields, index
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from deqing_search.engine.arrays import Array, ArraysUnreadable, ArrayWriter, map_arrays, offsets
from deqing_search.engine.segment import SegmentArrays, SegmentBuilder, dump_entry, load_entry

INDEX_NAME = "MAIN"
FIELD = "entry"
_POSTINGS = ".arr"
_DOCUMENTS = ".docs"
_POOL_MB = 64  # beyond this Whoosh's pool goes to disk
_TRIES = 40  # to open an index whose files another process's commit is just replacing
_PAUSE = 0.025

# Besides Whoosh's own errors: what unpickling and unpacking raise on a table that is cut short or names other classes.
_BROKEN_TOC = (
    index.IndexVersionError,
    pickle.UnpicklingError,
    struct.error,
    EOFError,
    TypeError,
    AttributeError,
    ImportError,
)

T = TypeVar("T")


class WholeField(fields.FieldType):
    """A field whose value is indexed as the one posting it already is."""

    indexed = stored = True

    def __init__(self) -> None:
        pass

    def index(self, value: bytes, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        yield b"", 1, 1.0, value


class ArraySegment(base.Segment):
    """What the table of contents knows of a segment: its name, how many documents, which are deleted."""

    def __init__(self, index_name: str) -> None:
        super().__init__(index_name)
        self._count = 0
        self._deleted: set[int] = set()

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False  # a compound file would have to be copied into memory

    def set_doc_count(self, doccount: int) -> None:
        self._count = doccount

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted


class ArrayCodec(base.Codec):
    """Tells Whoosh how our segments are written and read."""

    length_stats = False

    def per_document_writer(self, storage: FileStorage, segment: ArraySegment) -> _DocumentsWriter:
        return _DocumentsWriter(storage, segment)

    def field_writer(self, storage: FileStorage, segment: ArraySegment) -> _PostingsWriter:
        return _PostingsWriter(storage, segment)

    def terms_reader(self, storage: FileStorage, segment: ArraySegment) -> _PostingsReader:
        return _PostingsReader(storage, segment)

    def per_document_reader(self, storage: FileStorage, segment: ArraySegment) -> _DocumentsReader:
        return _DocumentsReader(storage, segment)

    def new_segment(self, storage: FileStorage, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)


def _create(storage: FileStorage, segment: ArraySegment, extension: str) -> ArrayWriter:
    file: BinaryIO = segment.create_file(storage, extension).raw_file()
    return ArrayWriter(file)


class _DocumentsWriter(base.PerDocumentWriter):
    """Writes what is stored of each document, one after the other."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._place = storage, segment
        self._out: ArrayWriter | None = None  # a writer that is given no document leaves no file
        self._lengths: list[int] = []
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if self._out is None:
            self._out = _create(*self._place, _DOCUMENTS)
            self._out.begin("stored", np.uint8)
        self._lengths.append(0)

    def add_field(self, fieldname: str, fieldobj: WholeField, value: bytes, length: int) -> None:
        assert self._out is not None
        self._out.append(value)
        self._lengths[-1] = len(value)

    def cancel_doc(self) -> None:
        raise NotImplementedError("a document that failed ends its writer: engine.write abandons it whole")

    def abandon(self) -> None:
        if self._out is not None:
            self._out.abandon()
        self.is_closed = True

    def close(self) -> None:
        if self._out is not None:
            self._out.add("stored.at", offsets(self._lengths))
            self._out.close()
        self.is_closed = True


class _PostingsWriter(base.FieldWriter):
    """Turns the postings of a segment, which are whole entries, into its arrays."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._place = storage, segment
        self.is_closed = False

    def add_postings(self, schema: fields.Schema, lengths: object, items: Iterable[tuple[Any, ...]]) -> None:
        builder = SegmentBuilder()
        for _field, _text, _document, _weight, value in items:
            builder.add(load_entry(value))
        out = _create(*self._place, _POSTINGS)
        builder.write(out)
        out.close()

    def close(self) -> None:
        self.is_closed = True


class _DocumentsReader(base.PerDocumentReader):
    """Gives Whoosh the stored documents when it merges."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._segment = segment
        self._stored = StoredDocuments(_map(storage.folder, segment, _DOCUMENTS))

    def doc_count(self) -> int:
        return self._segment.doc_count()

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return self._segment.has_deletions()

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return default

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        return {FIELD: self._stored[docnum]}


class _PostingsReader(base.TermsReader):
    """Gives Whoosh the postings when it merges: one term, and under it every document."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._arrays = SegmentArrays(_map(storage.folder, segment, _POSTINGS))
        self._count = segment.doc_count_all()

    def indexed_field_names(self) -> list[str]:
        return [FIELD]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        yield FIELD, b""

    def matcher(self, fieldname: str, text: bytes, format_: object, scorer: object = None) -> Any:
        from whoosh.matching import ListMatcher

        documents = range(self._count)
        return ListMatcher(documents, [1.0] * self._count, _Entries(self._arrays, documents), format_)


class _Entries(Sequence[bytes]):
    """The entries of a segment as they went through the pool, rebuilt one at a time."""

    def __init__(self, arrays: SegmentArrays, documents: range) -> None:
        self._arrays, self._documents = arrays, documents

    def __len__(self) -> int:
        return len(self._documents)

    def __getitem__(self, index: Any) -> Any:
        return dump_entry(self._arrays.entry(self._documents[index]))


class StoredDocuments:
    """What is stored of each document of a segment; mapped, so threads share it without a lock."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._stored, self._at = arrays["stored"], arrays["stored.at"]

    def __getitem__(self, document: int) -> bytes:
        return self._stored[int(self._at[document]) : int(self._at[document + 1])].tobytes()


class OpenSegment(NamedTuple):
    """A segment ready to be read: its arrays, its documents, and the reports deleted from it."""

    name: str
    arrays: SegmentArrays
    stored: StoredDocuments
    deleted: tuple[int, ...]


class Committed(NamedTuple):
    """One committed state of the index, its files open."""

    generation: int
    segments: tuple[OpenSegment, ...]


def _map(folder: str, segment: ArraySegment, extension: str) -> dict[str, Array]:
    return map_arrays(Path(folder) / segment.make_filename(extension))


def generation(directory: Path) -> int:
    """The number of the newest commit; -1: there is no index."""
    return int(index.TOC._latest_generation(_storage(directory), INDEX_NAME))


def open_committed(directory: Path, known: Iterable[OpenSegment] = ()) -> Committed:
    """Open the newest commit, taking from `known` what is open already.

    Raises `index.EmptyIndexError` when there is none, `ArraysUnreadable` when it is not of our making.
    """
    opened = {segment.name: segment for segment in known}
    try:
        return _retried(lambda: _open_once(directory, opened))
    except index.EmptyIndexError:  # a listing made while one table of contents replaces another can miss both
        return _retried(lambda: _open_once(directory, opened))


def _open_once(directory: Path, opened: dict[str, OpenSegment]) -> Committed:
    toc = _read_toc(_storage(directory))
    return Committed(toc.generation, tuple(_open_segment(directory, segment, opened) for segment in toc.segments))


def _read_toc(storage: FileStorage) -> Any:
    """The newest table of contents; raises `ArraysUnreadable` when it is cut short or of another version."""
    try:
        return index.TOC.read(storage, INDEX_NAME)
    except _BROKEN_TOC as broken:
        raise ArraysUnreadable(f"the table of contents cannot be read: {broken!r}") from broken


def _open_segment(directory: Path, segment: ArraySegment, opened: dict[str, OpenSegment]) -> OpenSegment:
    if not isinstance(segment, ArraySegment):
        raise ArraysUnreadable(f"{segment!r} was written by another codec")
    name = segment.segment_id()
    if name in opened:
        arrays, stored = opened[name].arrays, opened[name].stored
    else:
        arrays = SegmentArrays(_map(str(directory), segment, _POSTINGS))
        stored = StoredDocuments(_map(str(directory), segment, _DOCUMENTS))
    documents = arrays.report_documents.tolist() if segment.has_deletions() else ()
    deleted = tuple(report for report, document in enumerate(documents) if segment.is_deleted(document))
    return OpenSegment(name, arrays, stored, deleted)


def _retried(read: Callable[[], T]) -> T:
    """Read again while the commit of another process takes files away: the newer state is there in a moment."""
    for _ in range(_TRIES - 1):
        with suppress(FileNotFoundError):
            return read()
        time.sleep(_PAUSE)
    return read()


class _DurableStorage(FileStorage):
    """Waits for the disk before a table of contents gets its final name: only then a commit is announced."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        _sync(os.path.join(self.folder, oldname))
        super().rename_file(oldname, newname, safe)
        _sync(self.folder)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _storage(directory: Path) -> _DurableStorage:
    return _DurableStorage(str(directory))


class Busy(Exception):  # noqa: N818 - a state, told to the user by the engine
    """Another writer holds the lock."""


class Transaction:
    """One writer of the index: documents and deletions that become visible together, or never.

    Raises `Busy` when another writer is at work, OSError when the place cannot be written.
    """

    def __init__(self, directory: Path) -> None:
        storage = _storage(directory)
        storage.create()
        _create_index(storage)
        _read_toc(storage)
        try:
            self._writer = index.FileIndex(storage, indexname=INDEX_NAME).writer(
                codec=ArrayCodec(), compound=False, limitmb=_POOL_MB, timeout=0.0
            )
        except index.LockError as locked:
            raise Busy from locked
        self._storage, self._directory = storage, directory
        self._before = {segment.segment_id(): segment for segment in self._writer.segments}
        _sweep(storage, self._writer.generation - 1, self._writer.segments)

    def segments(self) -> tuple[OpenSegment, ...]:
        """The segments as they were before, opened."""
        return tuple(_open_segment(self._directory, segment, {}) for segment in self._writer.segments)

    def add(self, indexed: bytes, stored: bytes) -> int:
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


def _create_index(storage: _DurableStorage) -> None:
    """Write the first, empty table of contents where there is none."""
    if index.TOC._latest_generation(storage, INDEX_NAME) >= 0:
        return
    lock = storage.lock(f"{INDEX_NAME}_WRITELOCK")
    if not lock.acquire():
        raise Busy
    try:
        if index.TOC._latest_generation(storage, INDEX_NAME) < 0:
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
