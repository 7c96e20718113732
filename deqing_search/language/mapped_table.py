"""Words and what is known of each, in one file that is mapped, not loaded: a hash leads to the line of a word.

Owns the file: how it is packed, found whole and current, and kept where nobody else can write. What stands behind a
word is said by who packs it: `lexicon` its frequency, `readings` its syllables.

The file is: a head line with digest, note, number of groups and size of the file; where each group begins and the last
one ends; the groups, of words whose hashes agree, a word and what is known of it in a line.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from deqing_search.versions import MAPPED_TABLE

_FORMAT = b"deqing-words %d" % MAPPED_TABLE
_BORDERS = struct.Struct("<II")  # two neighbours in the table of where groups begin


class MappedTable:
    """Word → what is known of it, both as they were packed.

    >>> words = MappedTable(pack({"德清": 5, "德清县": "de qing xian"}, note=8))
    >>> words.find("德清"), words.find("德清县"), words.find("武康"), words.note
    ('5', 'de qing xian', None, 8)
    """

    def __init__(self, packed: bytes | mmap.mmap) -> None:
        head = packed[: packed.find(b"\n")]
        if not head.startswith(_FORMAT):
            raise ValueError("not a file of words of this format")
        note, groups, size = map(int, head.split(b" ")[-3:])
        if len(packed) != size:
            raise ValueError("a file of words that was cut short")
        self.note, self._groups = note, groups
        self._packed = packed
        self._table = len(head) + 1
        self._start = self._table + 4 * (groups + 1)

    def find(self, word: str) -> str | None:
        """What is known of a word; None where it does not stand here."""
        key = word.encode("utf-8", "surrogatepass")
        start, end = _BORDERS.unpack_from(self._packed, self._table + 4 * _group(key, self._groups))
        for row in self._packed[self._start + start : self._start + end].splitlines():
            held, _, known = row.partition(b"\t")
            if held == key:
                return known.decode()
        return None

    def rows(self) -> Iterator[list[str]]:
        """Every word and what is known of it."""
        text = self._packed[self._start :].decode("utf-8")
        return (row.split("\t") for row in text.split("\n") if row)


def pack(known: Mapping[str, int | str], *, digest: str = "", note: int = 0) -> bytes:
    """The file's bytes."""
    groups = [b""] * max(len(known), 1)
    for word, what in known.items():
        key = word.encode("utf-8")
        groups[_group(key, len(groups))] += b"%s\t%s\n" % (key, str(what).encode())
    borders = array("I", accumulate(map(len, groups), initial=0))
    if sys.byteorder == "big":
        borders.byteswap()
    body = borders.tobytes() + b"".join(groups)
    head = b"%s %s %d %d" % (_FORMAT, digest.encode(), note, len(groups))
    size = len(head) + len(body) + 12  # ten digits, and what stands around them
    return b"%s %010d\n%s" % (head, size, body)


def _group(key: bytes, groups: int) -> int:
    return zlib.crc32(key) % groups


def open_table(path: Path, digest: str) -> MappedTable | None:
    """Map the file written for `digest`; None when there is none that is whole, current, and only ours to write."""
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
    """Write the file at once and for the owner only; a place that cannot be written is passed over in silence.

    The next start is then as slow as this one, and nothing else is lost.
    """
    import tempfile  # 3 ms that only a first start should pay

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
    """Whether nobody else can have written it. Windows has no such bits; there the profile is private."""
    if not hasattr(os, "getuid"):
        return True
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
