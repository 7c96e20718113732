"""The Whoosh codec: writes a segment's documents and postings to two files of our own formats.

Only this module and `writer` import Whoosh. The codec uses Whoosh's extension point `whoosh.codec.base` and none of its
file formats. A document has one field. Its stored bytes go to `<segment>.docs`. Its `Entry` goes as one posting to the
builder of `<segment>.arr`, without Whoosh's sorting. Whoosh also merges: a segment rebuilds its entries for it.

The table of contents pickles `ArraySegment` and `WholeField` by name, so the names of this module and of the two
classes are part of the index format. A pickle can run code when Whoosh reads it. So `commits` looks at the names in it
first, for readers and writers, and refuses an index whose pickles name other classes.
"""

# Whoosh has no types, so everything that inherits or comes from it is Any to mypy.
# mypy: disable-error-code="misc,no-any-return"

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from whoosh import fields
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from deqing_search.engine.segment.array_file import ArrayWriter, offsets
from deqing_search.engine.segment.entries import Entry
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.whoosh.commits import DOCUMENTS, POSTINGS, map_documents, map_postings

FIELD = "entry"


class WholeField(fields.FieldType):
    """A field whose value is one posting."""

    indexed = stored = True

    def __init__(self) -> None:
        pass

    def index(self, value: Entry, **_: object) -> Iterator[tuple[bytes, int, float, Entry]]:
        yield b"", 1, 1.0, value


class ArraySegment(base.Segment):
    """A segment in the table of contents: its name, its number of documents, and which are deleted."""

    def __init__(self, index_name: str) -> None:
        super().__init__(index_name)
        self._count = 0
        self._deleted: set[int] = set()

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False  # Whoosh copies a compound file into memory

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
    """Writes the stored bytes of each document, one after the other."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._place = storage, segment
        self._out: ArrayWriter | None = None  # without a document there is no file
        self._lengths = array("I")
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if self._out is None:
            self._out = _create(*self._place, DOCUMENTS)
            self._out.begin("stored", np.uint8)
        self._lengths.append(0)

    def add_field(self, fieldname: str, fieldobj: WholeField, value: bytes, length: int) -> None:
        assert self._out is not None
        self._out.append(value)
        self._lengths[-1] = len(value)

    def cancel_doc(self) -> None:
        raise NotImplementedError("a failed document ends the whole transaction")

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
    """Turns the postings of a segment, which are whole entries, into its arrays.

    It also replaces Whoosh's pool, which sorts postings: ours are in order, one for each document.
    """

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        from deqing_search.engine.segment.temporary import TemporaryArrays
        from deqing_search.engine.segment.writer import SegmentBuilder  # which queries do not need

        self._place = storage, segment
        self._temporary = TemporaryArrays(Path(storage.folder), prefix=f"_{segment.indexname}_")
        self._builder = SegmentBuilder(self._temporary)
        self.is_closed = False

    def add(self, posting: tuple[str, bytes, int, float, Entry]) -> None:
        self._builder.add(posting[-1])

    def iter_postings(self) -> Iterator[tuple[Any, ...]]:
        return iter(())

    def cleanup(self) -> None:
        self.close()

    def add_postings(self, schema: fields.Schema, lengths: object, items: Iterable[tuple[Any, ...]]) -> None:
        for posting in items:
            self.add(posting)
        out = _create(*self._place, POSTINGS)
        self._builder.write(out)
        out.close()

    def close(self) -> None:
        self._temporary.close()
        self.is_closed = True


class _DocumentsReader(base.PerDocumentReader):
    """Gives Whoosh the stored documents for a merge."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._segment = segment
        self._stored = map_documents(Path(storage.folder), segment.segment_id())

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
    """Gives Whoosh the postings for a merge: one term with every document."""

    def __init__(self, storage: FileStorage, segment: ArraySegment) -> None:
        self._arrays = map_postings(Path(storage.folder), segment.segment_id())
        self._count = segment.doc_count_all()

    def indexed_field_names(self) -> list[str]:
        return [FIELD]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        yield FIELD, b""

    def matcher(self, fieldname: str, text: bytes, format_: object, scorer: object = None) -> Any:
        from whoosh.matching import ListMatcher

        documents = range(self._count)
        return ListMatcher(documents, [1.0] * self._count, _Entries(self._arrays, documents), format_)


class _Entries(Sequence[Entry]):
    """The entries of a segment, each rebuilt when it is read."""

    def __init__(self, arrays: SegmentArrays, documents: range) -> None:
        self._arrays, self._documents = arrays, documents

    def __len__(self) -> int:
        return len(self._documents)

    def __getitem__(self, index: Any) -> Any:
        return self._arrays.entry(self._documents[index])
