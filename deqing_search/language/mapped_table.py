"""A table from words to values in one file that is mapped, not loaded. A hash leads to the line of a word.

Owns the file: how it is packed, how it is checked, and that nobody else can write it. The values belong to the caller:
`analyzer` stores frequencies, `pinyin` syllables.

The file has a head line (digest, note, number of groups, size of the file), then the offset of each group and of the
end, then the groups. A group has the words of one hash, each with its value in a line.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
import struct
import sys
import tempfile
import zlib
from array import array
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from deqing_search.versions import MAPPED_TABLE

_FORMAT = b"deqing-words %d" % MAPPED_TABLE
_BORDERS = struct.Struct("<II")  # two neighbouring offsets of groups


class MappedTable:
    """Word → value, as they were packed.

    >>> words = MappedTable(pack({"德清": 5, "德清县": "de qing xian"}, note=8))
    >>> words.find("德清"), words.find("德清县"), words.find("武康"), words.note
    ('5', 'de qing xian', None, 8)
    """

    def __init__(self, packed: bytes | mmap.mmap) -> None:
        head = packed[: packed.find(b"\n")]
        if not head.startswith(_FORMAT):
            raise ValueError("not a table of this format")
        note, groups, size = map(int, head.split(b" ")[-3:])
        if len(packed) != size:
            raise ValueError("a table that was cut short")
        self.note, self._groups = note, groups
        self._packed = packed
        self._table = len(head) + 1
        self._start = self._table + 4 * (groups + 1)

    def find(self, word: str) -> str | None:
        """The value of a word; None if the table does not have it."""
        key = word.encode("utf-8", "surrogatepass")
        start, end = _BORDERS.unpack_from(self._packed, self._table + 4 * _group(key, self._groups))
        for row in self._packed[self._start + start : self._start + end].splitlines():
            found, _, value = row.partition(b"\t")
            if found == key:
                return value.decode()
        return None

    def rows(self) -> Iterator[list[str]]:
        """Every word and its value."""
        text = self._packed[self._start :].decode("utf-8")
        return (row.split("\t") for row in text.split("\n") if row)


def pack(values: Mapping[str, int | str], *, digest: str = "", note: int = 0) -> bytes:
    """The file's bytes."""
    groups = [b""] * max(len(values), 1)
    for word, value in values.items():
        key = word.encode("utf-8")
        groups[_group(key, len(groups))] += b"%s\t%s\n" % (key, str(value).encode())
    borders = array("I", accumulate(map(len, groups), initial=0))
    if sys.byteorder == "big":
        borders.byteswap()
    body = borders.tobytes() + b"".join(groups)
    head = b"%s %s %d %d" % (_FORMAT, digest.encode(), note, len(groups))
    size = len(head) + len(body) + 12  # ten digits, a space and a line end
    return b"%s %010d\n%s" % (head, size, body)


def _group(key: bytes, groups: int) -> int:
    return zlib.crc32(key) % groups


def open_table(path: Path, digest: str) -> MappedTable | None:
    """Map the file written for `digest`. None if it is missing, damaged, older, or if others can write it."""
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if not _private(state) or not state.st_size:
                return None
            packed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        return None
    if packed[: packed.find(b"\n")].startswith(_FORMAT + b" " + digest.encode() + b" "):
        with contextlib.suppress(ValueError):
            return MappedTable(packed)
    packed.close()
    return None


def write_table(path: Path, packed: bytes) -> None:
    """Write the file in one step, for the owner only. Does nothing where it cannot be written.

    The next start is then as slow as this one, and nothing else is lost.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _private(path.parent.stat()):
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)


def _private(state: os.stat_result) -> bool:
    """Whether nobody else can write it. Windows has no such bits; there the user's profile is private."""
    if not hasattr(os, "getuid"):
        return True
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
