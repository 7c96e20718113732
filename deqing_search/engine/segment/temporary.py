"""Temporary arrays on the disk while a segment is built, read back whole or in part.

They are in one nameless file beside the index. The system removes it when it is closed or when its process dies.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

import numpy as np

from deqing_search.engine.segment.array_file import Array

MEMORY = 1 << 22  # bytes kept in memory: enough for a few reports


class TemporaryArrays:
    """Stores arrays one after the other and reads them in any order.

    >>> with TemporaryArrays(Path(".")) as temporary:
    ...     stored = temporary.put(np.array([3, 1, 4]))
    ...     stored.read().tolist(), stored.read(1, 2).tolist()
    ([3, 1, 4], [1])
    """

    def __init__(self, folder: Path, prefix: str = "", *, memory: int = MEMORY) -> None:
        """Open the file as soon as the arrays have more than `memory` bytes.

        `prefix` starts the name of the file on systems without nameless files; a crash there leaves it behind.
        """
        self._file = SpooledTemporaryFile(memory, prefix=prefix, dir=str(folder))  # noqa: SIM115 - see `close`
        self._end = 0

    def __enter__(self) -> TemporaryArrays:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, values: Array) -> StoredArray:
        """Store an array."""
        self._file.seek(self._end)
        self._file.write(values.tobytes())
        stored = StoredArray(self, values.dtype, self._end, len(values))
        self._end += values.nbytes
        return stored

    def read(self, at: int, size: int) -> bytes:
        """`size` bytes from `at`."""
        self._file.seek(at)
        return self._file.read(size)

    def close(self) -> None:
        """Free the space on the disk."""
        self._file.close()


class StoredArray(NamedTuple):
    """An array in the temporary file."""

    temporary: TemporaryArrays
    dtype: np.dtype[Any]
    at: int
    length: int

    def read(self, start: int = 0, stop: int | None = None) -> Array:
        """The values from `start` to `stop`, by default all."""
        length = (self.length if stop is None else stop) - start
        width = self.dtype.itemsize
        return np.frombuffer(self.temporary.read(self.at + start * width, length * width), self.dtype)
