"""One file that holds named arrays: written once, in order, then mapped read-only and shared by every thread.

Has the container (magic, format version, alignment, directory, truncation check) and the table of strings. `reader`
says what the arrays mean; `engine/whoosh/codec` says when a file is written or removed.

The file is: 8 bytes of magic, the arrays each aligned to 8 bytes, the checksums of the blocks of all that
(`checksums`), a directory in JSON, and a footer (where the checksums and the directory start, the checksum of the
directory, magic again). A file without its footer is incomplete and is refused.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, overload

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.checksums import BLOCK, Blocks, CheckedArray, Checksums
from deqing_search.engine.segment.checksums import Array as Array
from deqing_search.versions import SEGMENT

MAGIC = b"DQARR" + struct.pack("<H", SEGMENT) + b"\n"
_FOOTER = struct.Struct("<QQI8s")
_ALIGN = 8

Ints = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]


class ArraysUnreadable(ValueError):  # noqa: N818 - a state; the engine raises its own error for users
    """The file is not an array file, has another format, or is cut short."""


class ArrayWriter:
    """Writes named arrays one after the other; `close` makes the file complete and durable."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._checksums = Checksums()
        self._write(MAGIC)
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._name = ""

    def begin(self, name: str, dtype: npt.DTypeLike) -> None:
        """Start the array `name`; `append` adds to it."""
        self._write(b"\0" * (-self._at % _ALIGN))
        self._directory[name] = (np.dtype(dtype).str, self._at, 0)
        self._name = name

    def append(self, values: Array | bytes) -> None:
        """Add values, or their raw bytes, to the array that was started last."""
        dtype, at, count = self._directory[self._name]
        raw = values if isinstance(values, bytes) else np.ascontiguousarray(values, dtype=dtype).tobytes()
        self._write(raw)
        self._directory[self._name] = (dtype, at, count + len(raw) // np.dtype(dtype).itemsize)

    def add(self, name: str, values: Array) -> None:
        """Write one whole array."""
        self.begin(name, values.dtype)
        self.append(values)

    def add_pieces(self, name: str, dtype: npt.DTypeLike, pieces: Iterable[Array]) -> None:
        """Write an array from pieces, each cast to one type."""
        self.begin(name, dtype)
        for piece in pieces:
            self.append(piece)

    def add_strings(self, name: str, strings: Iterable[str]) -> None:
        """Write a table of strings, which `Strings` reads."""
        lengths, text = array("I"), bytearray()
        for string in strings:
            raw = encode(string)
            lengths.append(len(raw))
            text += raw
        self.add(f"{name}.at", offsets(lengths))
        self.add(f"{name}.text", np.frombuffer(text, np.uint8))

    def close(self) -> None:
        """Write the checksums, the directory and the footer and sync the file to the disk."""
        self._write(b"\0" * (-self._at % _ALIGN))
        checksums, directory = self._checksums.values().tobytes(), json.dumps(self._directory).encode()
        footer = _FOOTER.pack(self._at, self._at + len(checksums), zlib.crc32(directory), MAGIC)
        self._file.write(checksums + directory + footer)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close the file incomplete. Nothing will map it, so a write error does no harm."""
        with suppress(OSError):
            self._file.close()

    def _write(self, raw: bytes) -> None:
        self._file.write(raw)
        self._checksums.add(raw)
        self._at += len(raw)


class Arrays:
    """The arrays of a mapped file. Each is verified before it is used, whole or in parts."""

    def __init__(self, directory: dict[str, tuple[str, int, int]], content: mmap.mmap, blocks: Blocks) -> None:
        self._directory, self._content, self.blocks = directory, content, blocks
        self._opened: dict[str, CheckedArray] = {}

    def __getitem__(self, name: str) -> Array:
        """A whole array."""
        return self.large(name).whole

    def large(self, name: str) -> CheckedArray:
        """An array of which small parts are used."""
        if name not in self._opened:
            dtype, at, count = self._directory[name]
            # numpy refuses an empty array at the end of a buffer
            values = np.frombuffer(self._content, dtype, count, at) if count else np.empty(0, dtype)
            self._opened[name] = CheckedArray(self.blocks, values, at)
        return self._opened[name]


def map_arrays(path: Path) -> Arrays:
    """The arrays of a complete file, mapped: bytes are read and verified when they are used.

    The map stays valid after the file is removed. Raises `ArraysUnreadable`, and OSError if the file cannot be opened.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < len(MAGIC) + _FOOTER.size:
            raise ArraysUnreadable(f"{path.name} is cut short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    end = size - _FOOTER.size
    checksums, directory, expected, magic = _FOOTER.unpack_from(mapped, end)
    if magic != MAGIC or mapped[: len(MAGIC)] != MAGIC:
        raise ArraysUnreadable(f"{path.name} is not an array file of format {SEGMENT}, or cut short")
    if zlib.crc32(mapped[directory:end]) != expected or directory - checksums != -(-checksums // BLOCK) * 4:
        raise ArraysUnreadable(f"the directory of {path.name} differs from its checksum")
    values = np.frombuffer(mapped, np.uint32, (directory - checksums) // 4, checksums)
    return Arrays(json.loads(mapped[directory:end]), mapped, Blocks(path, memoryview(mapped)[:checksums], values, size))


def true(mask: Mask) -> npt.NDArray[np.intp]:
    """The rows where a mask is true, ascending, as `np.flatnonzero` gives them, without its six Python calls.

    >>> true(np.array([False, True, True])).tolist()
    [1, 2]
    """
    return mask.nonzero()[0]


def offsets(lengths: Sequence[int] | Ints) -> npt.NDArray[np.uint64]:
    """The starts of pieces that lie end to end, and the end of the last.

    >>> offsets([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    ends = np.zeros(len(lengths) + 1, np.uint64)
    np.cumsum(lengths, out=ends[1:])
    return ends


def encode(text: str) -> bytes:
    """UTF-8, with the lone surrogates that a damaged source may contain."""
    return text.encode("utf-8", "surrogatepass")


def decode(raw: bytes) -> str:
    """The inverse of `encode`."""
    return raw.decode("utf-8", "surrogatepass")


class Strings(Sequence[str]):
    """A mapped table of strings, decoded one at a time. `find` needs the table in code point order."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._at, self._text = arrays.large(f"{name}.at"), arrays.large(f"{name}.text")

    def __len__(self) -> int:
        return len(self._at) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return list(self)[index]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return decode(self._raw(index))

    def __iter__(self) -> Iterator[str]:
        return self.pick(np.arange(len(self)))

    def pick(self, rows: Ints) -> Iterator[str]:
        """Several rows at once, in a third of the time that reading each one takes."""
        text, at = self._whole, self._at.whole
        starts, ends = at[rows].tolist(), at[rows + 1].tolist()
        return (decode(text[start:end]) for start, end in zip(starts, ends, strict=True))

    def find(self, string: str) -> int | None:
        """The row that equals `string`, None if there is none.

        The two rows next to the place that the search finds are verified, as in `CheckedArray.search`.
        """
        wanted = encode(string)  # UTF-8 sorts as its code points do
        row = bisect_left(range(len(self)), wanted, key=self._unverified)
        if row:
            self._raw(row - 1)
        return row if row < len(self) and self._raw(row) == wanted else None

    def find_all(self, strings: Iterable[str]) -> Iterator[int | None]:
        """The row of each string, None where there is none. It reads the whole table: for thousands of strings."""
        text, borders = self._whole, self._at.whole.tolist()
        rows = {text[start:end]: row for row, (start, end) in enumerate(pairwise(borders))}
        return map(rows.get, map(encode, strings))

    def _raw(self, row: int) -> bytes:
        if not (self._at.is_whole and self._text.is_whole):
            self._text.part(*self._at.part(row, row + 2).tolist())
        return self._unverified(row)

    @cached_property
    def _unverified(self) -> Callable[[int], bytes]:
        text, borders = memoryview(self._text.unverified.data), memoryview(self._at.unverified.data)
        return lambda row: bytes(text[borders[row] : borders[row + 1]])

    @cached_property
    def _whole(self) -> bytes:
        return self._text.whole.tobytes()

    def containing(self, part: str) -> Mask:
        """A mask of the rows that contain `part`.

        It searches the whole table as bytes. UTF-8 is self-synchronising, so every match is a true substring.
        """
        rows = np.zeros(len(self), np.bool_)
        if not part:
            return ~rows
        text, borders, wanted = self._whole, self._at.whole, encode(part)
        at = text.find(wanted)
        while at >= 0:
            row = int(np.searchsorted(borders, np.uint64(at), side="right")) - 1
            end = int(borders[row + 1])
            if at + len(wanted) <= end:
                rows[row] = True
                at = text.find(wanted, end)
            else:  # the match runs into the next row
                at = text.find(wanted, at + 1)
        return rows
