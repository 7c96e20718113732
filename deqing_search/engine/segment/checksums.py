"""Checksums of the blocks of a mapped file. A block is verified when it is used for the first time.

Defines `Blocks`, which verifies, and `CheckedArray`, an array that verifies only the blocks that are read from it.
`array_file` says where the checksums are. A damaged checksum is found too: it makes its block look damaged.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from deqing_search.errors import IndexDamaged

BLOCK_BITS = 10  # small blocks: a literal is compared at thousands of places, each in another block
BLOCK = 1 << BLOCK_BITS
SMALL = 1 << 17  # bytes of an array that is verified as a whole at its first use: 0.06 milliseconds
# What the check of single rows costs, and of each row, in bytes that could be verified in the same time.
CHECK, ROW = 1 << 16, 1 << 5

Array = npt.NDArray[Any]


class Checksums:
    """Computes the checksum of each block of a file that is written piece by piece."""

    def __init__(self) -> None:
        self._full: list[int] = []
        self._rest = b""

    def add(self, raw: bytes) -> None:
        """Take the next bytes of the file."""
        raw = self._rest + raw if self._rest else raw
        end = len(raw) - len(raw) % BLOCK
        view = memoryview(raw)
        self._full += [zlib.crc32(view[at : at + BLOCK]) for at in range(0, end, BLOCK)]
        self._rest = bytes(view[end:])

    def values(self) -> npt.NDArray[np.uint32]:
        """The checksums of all blocks; the last block may be shorter."""
        last = [zlib.crc32(self._rest)] if self._rest else []
        return np.array([*self._full, *last], np.uint32)


class Blocks:
    """The blocks of a file and which of them are verified. Threads share it: to verify twice does no harm."""

    def __init__(self, path: Path, content: memoryview, checksums: Array, size: int) -> None:
        """`size` is that of the file, which ends with more than the blocks."""
        self.path, self._content, self._checksums, self._size = path, content, checksums, size
        self._left = bytearray(b"\1") * len(checksums)  # 1: not verified yet; to look for one takes 0.1 µs
        self._is_left = np.frombuffer(self._left, np.bool_)  # the same bytes

    def verify(self, start: int, end: int) -> None:
        """Verify the bytes from `start` to `end`; raises `IndexDamaged`."""
        last = (end - 1 >> BLOCK_BITS) + 1
        first = self._left.find(1, start >> BLOCK_BITS, last)
        if first >= 0:
            # A copy: numpy counts before it collects, and another thread may change the flags in between.
            self._compare(np.flatnonzero(self._is_left[first:last].copy()) + first)

    def verify_at(self, places: Array) -> None:
        """Verify the block of each byte in `places`."""
        blocks = places >> BLOCK_BITS
        missing = blocks[self._is_left[blocks]]
        if len(missing):
            missing.sort()
            self._compare(missing[np.diff(missing, prepend=-1) > 0])  # np.unique takes 20 ms to load

    def is_cut(self) -> bool:
        """Whether the file has another size than when it was mapped. A map of a removed file stays whole."""
        try:
            return os.stat(self.path).st_size != self._size
        except FileNotFoundError:
            return False

    def damaged(self) -> bool:
        """Whether any block is damaged, verified before or not."""
        return any(
            zlib.crc32(self._content[block << BLOCK_BITS : block + 1 << BLOCK_BITS]) != expected
            for block, expected in enumerate(self._checksums.tolist())
        )

    def _compare(self, blocks: Array) -> None:
        content = self._content
        for block, expected in zip(blocks.tolist(), self._checksums[blocks].tolist(), strict=True):
            if zlib.crc32(content[block << BLOCK_BITS : block + 1 << BLOCK_BITS]) != expected:
                raise damaged(self.path)
        self._is_left[blocks] = False


def damaged(path: Path) -> IndexDamaged:
    """The error of a file whose bytes are not those that were written."""
    return IndexDamaged(
        f"索引文件 {path} 已损坏，其中的内容不能采信。",
        hint="运行 search-cli check --index 查看哪里损坏，加上 --repair 修复（或用 search-cli index --rebuild 重建）。",
    )


class CheckedArray:
    """A large array of a file. What its methods return is verified; `Blocks` raises `IndexDamaged`.

    Once the whole array is verified, its methods check nothing. It is verified as a whole at its first use if it is
    small, and later when the checks of single rows have cost as much as that.
    """

    def __init__(self, blocks: Blocks, values: Array, start: int) -> None:
        self._blocks, self._values, self._start = blocks, values, start
        self.is_whole = not len(values)  # whether all values are verified
        self._budget = 0 if values.nbytes <= SMALL else values.nbytes  # what checks of rows may still cost

    def __len__(self) -> int:
        return len(self._values)

    @property
    def unverified(self) -> Array:
        """All values, of which some may be damaged: to find the place of those to verify."""
        return self._values

    @property
    def whole(self) -> Array:
        """All values."""
        if not self.is_whole:
            self._blocks.verify(self._start, self._start + self._values.nbytes)
            self.is_whole = True
        return self._values

    def part(self, start: int, end: int) -> Array:
        """The values from `start` to `end`."""
        if not self.is_whole and start < end:
            if self._budget <= 0:
                return self.whole[start:end]
            size = self._values.itemsize
            self._blocks.verify(self._start + start * size, self._start + end * size)
        return self._values[start:end]

    def around(self, at: Array, before: int = 0, after: int = 0) -> Array:
        """The whole array, verified at each row of `at` and from `before` rows earlier to `after` rows later.

        Rows outside the array stand for its last row.
        """
        if self.is_whole or not len(at):
            return self._values
        self._budget -= CHECK + ROW * len(at)
        if self._budget <= 0:
            return self.whole
        rows, size = at.astype(np.int64), self._values.itemsize
        last = len(self._values) - 1
        for shift in {*range(-before, after, BLOCK // size), after}:
            moved = rows + shift
            moved[(moved < 0) | (moved > last)] = last
            self._blocks.verify_at(self._start + moved * size)
        return self._values

    def search(self, keys: Array) -> Array:
        """The rows at which `keys` belong in an ascending array, as `searchsorted` returns them.

        A search compares a key with the two rows next to its place last. If these two are whole, the place is right,
        whatever the search met before.
        """
        rows = self._values.searchsorted(keys)
        if not self.is_whole and len(self._values):
            self.around(rows, before=1)
        return rows
