"""jieba's dictionary and ours as one sorted file that is mapped, not loaded.

Loading jieba's own cache takes longer than a whole query may. `Lexicon` answers the two questions jieba's
tokenizer asks of its `FREQ` (is this a prefix, how frequent is it) by bisecting the mapped file; once it has
been asked enough to show that much text is being segmented, it loads the file whole. Tokens are the same either way.

Leaves to `analysis`: what a word is folded to, and which files the words come from.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
from collections.abc import Mapping
from pathlib import Path

_FORMAT = b"deqing-lexicon 1"
# Looking up 20,000 strings by bisecting costs about as much as loading all of them.
_LOAD_AFTER = 20_000


class Lexicon:
    """Word or prefix of a word → frequency (0: only a prefix), as jieba's `Tokenizer.FREQ`.

    >>> words = Lexicon(pack({"德": 3, "德清": 5, "德清县": 0}, 8))
    >>> "德清县" in words, words["德清"], words.get("武康"), words.total
    (True, 5, None, 8)
    """

    def __init__(self, packed: bytes | mmap.mmap) -> None:
        head, _, total = packed[: packed.find(b"\n")].rpartition(b" ")
        if not head.startswith(_FORMAT):
            raise ValueError("not a lexicon of this format")
        self.total = int(total)
        self._packed = packed
        self._start = packed.find(b"\n") + 1
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
        found = self._asked[word] = self._bisect(word.encode("utf-8", "surrogatepass"))
        if len(self._asked) > _LOAD_AFTER:
            self.whole()
        return found

    def _bisect(self, key: bytes) -> int | None:
        low, high = self._start, len(self._packed)
        while low < high:
            middle = self._packed.rfind(b"\n", low - 1, (low + high) // 2) + 1
            end = self._packed.find(b"\n", middle)
            word, _, freq = self._packed[middle:end].partition(b"\t")
            if word == key:
                return int(freq)
            if word < key:
                low = end + 1
            else:
                high = middle
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
    """The file's bytes: a head line with digest and total, then `word TAB frequency` by the word's bytes."""
    rows = sorted((word.encode("utf-8"), count) for word, count in freq.items())
    head = b"%s %s %d\n" % (_FORMAT, digest.encode(), total)
    return head + b"".join(b"%s\t%d\n" % row for row in rows)


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
    if packed[: packed.find(b"\n")].startswith(_FORMAT + b" " + digest.encode() + b" ") and packed[-1:] == b"\n":
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
