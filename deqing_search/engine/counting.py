"""How often each passage of a segment holds something, counted once and remembered within bounds.

Owns the memory of counts. What is counted, and how, is `segment`'s; what it weighs, `ranking`'s.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Ints


class Counts(NamedTuple):
    """The passages of a segment that hold something, ascending, and how often each does."""

    passages: npt.NDArray[np.intp]
    times: Ints


def runs(sorted_passages: Ints) -> Counts:
    """Each passage once, and how often it stood there.

    >>> counts = runs(np.array([2, 2, 7]))
    >>> counts.passages.tolist(), counts.times.tolist()
    ([2, 7], [2, 1])
    """
    heads = np.flatnonzero(sorted_passages[1:] != sorted_passages[:-1]) + 1
    heads = np.concatenate([np.zeros(min(len(sorted_passages), 1), np.intp), heads])
    return Counts(sorted_passages[heads].astype(np.intp), np.diff(heads, append=len(sorted_passages)))


class CountMemory:
    """The counts asked for last, up to `limit` bytes. Threads share it; what it holds is never changed.

    >>> memory = CountMemory(limit=1000)
    >>> memory.get("a", lambda: runs(np.array([1, 1]))) is memory.get("a", lambda: runs(np.array([])))
    True
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[str, Counts] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: str, count: Callable[[], Counts]) -> Counts:
        """What is remembered under `key`, else what `count` gives; two threads may both count."""
        with self._lock:
            if (known := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return known
        counts = count()
        with self._lock:
            if key not in self._held:
                self._held[key] = counts
                self._bytes += _size(counts)
            while self._bytes > self._limit:
                self._bytes -= _size(self._held.popitem(last=False)[1])
        return counts


def _size(counts: Counts) -> int:
    return counts.passages.nbytes + counts.times.nbytes + 200  # the objects themselves
