"""Opens a commit of the index for reading, without Whoosh.

Whoosh writes the table of contents. This module reads it, for two reasons. The table has two pickles: here only our own
classes are built from them, so no name in them can run other code. And importing Whoosh takes 12 ms: a cold query
would take 157 ms instead of 145, and the budget is 150.
`writer` makes commits, `codec` writes the files of a segment.
"""

from __future__ import annotations

import io
import os
import pickle
import re
import struct
import time
import zlib
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

from deqing_search.engine.segment.array_file import Arrays, ArraysUnreadable, map_arrays
from deqing_search.engine.segment.reader import SegmentArrays

INDEX_NAME = "MAIN"
POSTINGS, DOCUMENTS = ".arr", ".docs"  # the two files of a segment
_CONTENTS = re.compile(f"_{INDEX_NAME}_([0-9]+)\\.toc")
TRIES = 40  # to open an index while another process's commit replaces its files
PAUSE = 0.025

# A table of contents begins with the sizes of three C types, a number that shows the byte order, and its version.
_HEAD, _VERSION = struct.Struct("!3Bii"), (4, 8, 4, -12345, -111)
_NUMBERS = struct.Struct("!ii")  # the number of the commit, and one that is not used
# What unpacking and unpickling raise on a table that is cut short or names other classes.
_BROKEN = (
    struct.error, pickle.UnpicklingError, EOFError, TypeError, ValueError, LookupError, AttributeError, OverflowError,
    MemoryError,
)  # fmt: skip
_CHECKSUM = struct.Struct("!I")  # after the table
_SEGMENT = re.compile("[0-9a-z]+")  # a random name that Whoosh gives

T = TypeVar("T")


class NoIndex(Exception):  # noqa: N818 - a state; the engine raises its own error for users
    """The directory has no commit."""


class StoredDocuments:
    """The stored bytes of each document of a segment. Mapped and never changed, so threads share it without a lock."""

    def __init__(self, arrays: Arrays) -> None:
        self.blocks = arrays.blocks
        self._stored, self._at = arrays.large("stored"), arrays.large("stored.at")

    def __getitem__(self, document: int) -> bytes:
        start, end = self._at.part(document, document + 2).tolist()
        return self._stored.part(start, end).tobytes()


class OpenSegment(NamedTuple):
    """A segment ready to be read: its arrays, its documents, and the reports deleted from it."""

    name: str
    arrays: SegmentArrays
    stored: StoredDocuments
    deleted: tuple[int, ...]


class Committed(NamedTuple):
    """One commit, its files open."""

    generation: int
    segments: tuple[OpenSegment, ...]


def generation(directory: Path) -> int:
    """The number of the newest commit, -1 if there is none."""
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return -1
    return max((int(found[1]) for found in map(_CONTENTS.fullmatch, names) if found), default=-1)


def open_committed(directory: Path, known: Iterable[OpenSegment] = ()) -> Committed:
    """Open the newest commit; segments in `known` are reused.

    Raises `NoIndex` if there is none, `ArraysUnreadable` if it is damaged or of another format.
    """
    opened = {segment.name: segment for segment in known}
    demand_whole_files(opened.values())
    try:
        return _retried(lambda: _open_once(directory, opened))
    except NoIndex:  # a listing made while one table of contents replaces another can miss both
        return _retried(lambda: _open_once(directory, opened))


def demand_whole_files(segments: Iterable[OpenSegment]) -> None:
    """Raise `ArraysUnreadable` if a mapped file was cut. To read what is missing would end the process (SIGBUS)."""
    for segment in segments:
        for blocks in (segment.arrays.blocks, segment.stored.blocks):
            if blocks.is_cut():
                raise ArraysUnreadable(f"{blocks.path.name} is cut short")


def open_files(directory: Path) -> dict[str, BinaryIO]:
    """Open the newest table of contents, the files that it names, and files beside them (suggestions), by name.

    Raises FileNotFoundError if a writer replaces the commit at this moment.
    """
    newest = generation(directory)
    segments = [f"{name}{ending}" for name, _ in read_segments(directory, newest) for ending in (POSTINGS, DOCUMENTS)]
    beside = [name for name in os.listdir(directory) if INDEX_NAME not in name and not name.endswith(".new")]
    opened: dict[str, BinaryIO] = {}
    try:
        for name in (_contents_path(directory, newest).name, *segments, *beside):
            opened[name] = (directory / name).open("rb")
    except BaseException:
        for file in opened.values():
            file.close()
        raise
    return opened


def open_segment(
    directory: Path, name: str, deleted: Collection[int], opened: dict[str, OpenSegment] | None = None
) -> OpenSegment:
    """Open a segment, or reuse it from `opened`; `deleted` has the documents deleted from it."""
    if opened and name in opened:
        _, arrays, stored, _ = opened[name]
    else:
        arrays, stored = map_postings(directory, name), map_documents(directory, name)
    documents = arrays.report_documents.tolist() if deleted else ()
    return OpenSegment(name, arrays, stored, tuple(n for n, document in enumerate(documents) if document in deleted))


def map_postings(directory: Path, name: str) -> SegmentArrays:
    """The arrays of a segment; raises `ArraysUnreadable`, or OSError."""
    return SegmentArrays(map_arrays(directory / f"{name}{POSTINGS}"))


def map_documents(directory: Path, name: str) -> StoredDocuments:
    """The stored documents of a segment; raises `ArraysUnreadable`, or OSError."""
    return StoredDocuments(map_arrays(directory / f"{name}{DOCUMENTS}"))


def _retried(read: Callable[[], T]) -> T:
    """Read again while another process's commit removes files: the newer commit is there in a moment."""
    for _ in range(TRIES - 1):
        with suppress(FileNotFoundError):
            return read()
        time.sleep(PAUSE)
    return read()


def _open_once(directory: Path, opened: dict[str, OpenSegment]) -> Committed:
    newest = generation(directory)
    if newest < 0:
        raise NoIndex(directory)
    segments = read_segments(directory, newest)
    return Committed(newest, tuple(open_segment(directory, *segment, opened) for segment in segments))


def _contents_path(directory: Path, commit: int) -> Path:
    """The file of a table of contents."""
    return directory / f"_{INDEX_NAME}_{commit}.toc"


def seal(path: Path) -> None:
    """Add its checksum to a table of contents that was just written, and sync it to the disk."""
    with path.open("r+b") as file:
        checksum = zlib.crc32(file.read())
        file.write(_CHECKSUM.pack(checksum))
        file.flush()
        os.fsync(file.fileno())


def _whole_contents(path: Path) -> bytes:
    """The bytes of a table of contents; raises `ArraysUnreadable` if they differ from their checksum."""
    raw = path.read_bytes()
    content, checksum = raw[: -_CHECKSUM.size], raw[-_CHECKSUM.size :]
    if checksum != _CHECKSUM.pack(zlib.crc32(content)):
        raise ArraysUnreadable(f"{path.name} differs from its checksum")
    return content


def read_segments(directory: Path, commit: int) -> list[tuple[str, frozenset[int]]]:
    """The name of each segment of a commit and the documents deleted from it.

    Raises `ArraysUnreadable` if the table of contents is damaged, or if a pickle in it names another class than ours.
    Writers call this before Whoosh reads the table.
    """
    file = io.BytesIO(_whole_contents(_contents_path(directory, commit)))
    try:
        if _HEAD.unpack(file.read(_HEAD.size)) != _VERSION:
            raise ValueError("another version")
        for _ in range(3):
            _varint(file)  # Whoosh's release
        _OurSchema(io.BytesIO(file.read(_varint(file)))).load()
        if _NUMBERS.unpack(file.read(_NUMBERS.size))[0] != commit:
            raise ValueError("of another commit")
        return [segment.name_and_deletions() for segment in _OurSegments(file).load()]
    except _BROKEN as broken:
        raise ArraysUnreadable(f"the table of contents cannot be read: {broken!r}") from broken


def _varint(file: BinaryIO) -> int:
    """A number of any size: seven bits in a byte, the lowest first."""
    value, shift = 0, 0
    while (byte := file.read(1)[0]) & 0x80:
        value |= (byte & 0x7F) << shift
        shift += 7
    return value | byte << shift


class _Segment:
    """A `codec.ArraySegment` as the table of contents has it."""

    indexname: str
    segid: str
    _deleted: set[int]

    def name_and_deletions(self) -> tuple[str, frozenset[int]]:
        if self.indexname != INDEX_NAME or not _SEGMENT.fullmatch(self.segid):
            raise ValueError("not the name of a segment")
        return f"{self.indexname}_{self.segid}", frozenset(self._deleted)


class _Anything:
    """Takes the place of a class whose content is not used here."""


class _OurSchema(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in (("whoosh.fields", "Schema"), (f"{__package__}.codec", "WholeField")):
            raise pickle.UnpicklingError(f"{module}.{name} is not one of our classes")
        return _Anything


class _OurSegments(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) != (f"{__package__}.codec", "ArraySegment"):
            raise pickle.UnpicklingError(f"{module}.{name} is not one of our classes")
        return _Segment
