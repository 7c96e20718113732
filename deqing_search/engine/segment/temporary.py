"""What is put aside on the disk while a segment is built: arrays, read back whole or in part.

Owns one file without a name beside the index: the system takes it away when it is closed, and when its writer dies.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

import numpy as np

from deqing_search.engine.segment.array_file import Array

_SMALL = 1 << 22  # bytes: what a few reports need stays in memory


class Scratch:
    """Takes arrays one after the other and gives them back in any order.

    >>> with Scratch(Path(".")) as scratch:
    ...     aside = scratch.put(np.array([3, 1, 4]))
    ...     aside.read().tolist(), aside.read(1, 2).tolist()
    ([3, 1, 4], [1])
    """

    def __init__(self, folder: Path, prefix: str = "") -> None:
        """`prefix`: where files without a name are not known, it has one for a moment, and a crash may leave it."""
        self._file = SpooledTemporaryFile(_SMALL, prefix=prefix, dir=str(folder))  # noqa: SIM115 - see `close`
        self._end = 0

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, values: Array) -> Aside:
        """Put an array aside."""
        self._file.seek(self._end)
        self._file.write(values.tobytes())
        aside = Aside(self, values.dtype, self._end, len(values))
        self._end += values.nbytes
        return aside

    def read(self, at: int, size: int) -> bytes:
        """The bytes from `at` on."""
        self._file.seek(at)
        return self._file.read(size)

    def close(self) -> None:
        """Give the place on the disk back."""
        self._file.close()


class Aside(NamedTuple):
    """An array that was put aside."""

    scratch: Scratch
    dtype: np.dtype[Any]
    at: int
    length: int

    def read(self, start: int = 0, stop: int | None = None) -> Array:
        """The values from `start` to `stop`, by default all."""
        length = (self.length if stop is None else stop) - start
        width = self.dtype.itemsize
        return np.frombuffer(self.scratch.read(self.at + start * width, length * width), self.dtype)
