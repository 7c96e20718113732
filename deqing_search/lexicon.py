"""jieba's dictionary and ours as one file that is mapped, not loaded.

Loading jieba's own cache takes longer than a whole query may. `Lexicon` answers the two questions jieba's
tokenizer asks of its `FREQ` (is this a prefix, how frequent is it) by a hash that leads to one line of the mapped
file or two; once it has been asked enough to show that much text is being segmented, it loads the file whole. Tokens
are the same either way.

The file is: a head line with digest, total, number of groups and size of the file; where each group begins and the
last one ends; the groups, of words whose hashes agree, a word and its frequency in a line.

Leaves to `analysis`: what a word is folded to, and which files the words come from.
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
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

_FORMAT = b"deqing-lexicon 2"
_BORDERS = struct.Struct("<II")  # two neighbours in the table of where groups begin
# Looking up 200,000 strings costs about as much as loading all of them; a long report asks for 20,000.
_LOAD_AFTER = 200_000


class Lexicon:
    """Word or prefix of a word → frequency (0: only a prefix), as jieba's `Tokenizer.FREQ`.

    >>> words = Lexicon(pack({"德": 3, "德清": 5, "德清县": 0}, 8))
    >>> "德清县" in words, words["德清"], words.get("武康"), words.total
    (True, 5, None, 8)
    """

    def __init__(self, packed: bytes | mmap.mmap) -> None:
        head = packed[: packed.find(b"\n")]
        if not head.startswith(_FORMAT):
            raise ValueError("not a lexicon of this format")
        total, groups, size = map(int, head.split(b" ")[-3:])
        if len(packed) != size:
            raise ValueError("a lexicon that was cut short")
        self.total, self._groups = total, groups
        self._packed = packed
        self._table = len(head) + 1
        self._start = self._table + 4 * (groups + 1)
        self._asked: dict[str, int | None] = {}
        self._whole: dict[str, int] | None = None

    def get(self, word: str, default: int | None = None) -> int | None:
        if (whole := self._whole) is not None:
            return whole.get(word, default)
        try:
            found = self._asked[word]
        except KeyError:
            found = self._look_up(word)
        return default if found is None else found

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        if (found := self.get(word)) is None:
            raise KeyError(word)
        return found

    def _look_up(self, word: str) -> int | None:
        found = self._asked[word] = self._read(word.encode("utf-8", "surrogatepass"))
        if len(self._asked) > _LOAD_AFTER:
            self.whole()
        return found

    def _read(self, key: bytes) -> int | None:
        start, end = _BORDERS.unpack_from(self._packed, self._table + 4 * _group(key, self._groups))
        for row in self._packed[self._start + start : self._start + end].splitlines():
            word, _, freq = row.partition(b"\t")
            if word == key:
                return int(freq)
        return None

    def whole(self) -> dict[str, int]:
        """All of it in memory, for whoever has much to ask."""
        if self._whole is None:
            text = self._packed[self._start :].decode("utf-8")
            rows = (row.split("\t") for row in text.split("\n") if row)
            # One assignment, and the last: another thread sees the mapped file or all of the dictionary.
            self._whole = {word: int(freq) for word, freq in rows}
        return self._whole


def pack(freq: Mapping[str, int], total: int, digest: str = "") -> bytes:
    """The file's bytes."""
    groups = [b""] * max(len(freq), 1)
    for word, count in freq.items():
        key = word.encode("utf-8")
        groups[_group(key, len(groups))] += b"%s\t%d\n" % (key, count)
    borders = array("I", accumulate(map(len, groups), initial=0))
    if sys.byteorder == "big":
        borders.byteswap()
    body = borders.tobytes() + b"".join(groups)
    head = b"%s %s %d %d" % (_FORMAT, digest.encode(), total, len(groups))
    size = len(head) + len(body) + 12  # ten digits, and what stands around them
    return b"%s %010d\n%s" % (head, size, body)


def _group(key: bytes, groups: int) -> int:
    return zlib.crc32(key) % groups


def open_lexicon(path: Path, digest: str) -> Lexicon | None:
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
            return Lexicon(packed)
    packed.close()
    return None


def keep_lexicon(path: Path, packed: bytes) -> None:
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
