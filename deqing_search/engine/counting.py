"""How often each passage of a segment holds something, and a memory for what was counted once.

What is counted, and how, is `segment`'s; what it weighs, `ranking`'s.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Ints, Mask


class Counts(NamedTuple):
    """The passages of a segment that hold something, ascending, how often each does, and whether it opens with it."""

    passages: npt.NDArray[np.intp]
    times: Ints
    leads: Mask  # it begins among the first `LEAD` characters


def count(positions: Ints, passages: Ints, starts: Ints) -> Counts:
    """Each passage once; given the ascending positions, the passage of each, and where every passage starts.

    >>> counts = count(np.array([3, 5, 40]), np.array([0, 0, 1]), np.array([0, 8]))
    >>> [column.tolist() for column in counts]
    [[0, 1], [2, 1], [True, False]]
    """
    heads = np.flatnonzero(passages[1:] != passages[:-1]) + 1
    heads = np.concatenate([np.zeros(min(len(passages), 1), np.intp), heads])
    found = passages[heads].astype(np.intp)
    leads = positions[heads] - starts[found] < LEAD
    return Counts(found, np.diff(heads, append=len(passages)), leads)


LEAD = 16  # characters: what a paragraph of a report is about, it says there

T = TypeVar("T", bound="tuple[npt.NDArray[Any], ...]")


class Memory:
    """The arrays asked for last, up to `limit` bytes. Threads share it; what it holds is never changed.

    >>> memory = Memory(limit=1000)
    >>> memory.get("a", lambda: (np.array([1, 1]),)) is memory.get("a", lambda: (np.array([2]),))
    True
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, tuple[npt.NDArray[Any], ...]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is remembered under `key`, else what `make` gives; two threads may both make it."""
        with self._lock:
            if (known := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return cast(T, known)
        made = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._bytes += _size(made)
            while self._bytes > self._limit:
                self._bytes -= _size(self._held.popitem(last=False)[1])
        return made


def _size(arrays: tuple[npt.NDArray[Any], ...]) -> int:
    return sum(array.nbytes for array in arrays) + 300  # the objects themselves
