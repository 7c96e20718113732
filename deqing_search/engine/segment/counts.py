"""How often each passage of a segment contains something, and a cache for these counts.

`reader` counts; `evaluation/ranking` gives the counts their weight.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Ints, Mask, true

Rows = npt.NDArray[np.intp]
Gains = npt.NDArray[np.float64]  # what a literal or term adds to the score of each passage that contains it

SEARCH = 16  # a binary search for one passage costs as much as reading so many


class Counts(NamedTuple):
    """The passages of a segment that contain something, ascending, with the number of times and its stress in each."""

    passages: npt.NDArray[np.intp]
    times: Ints
    stress: npt.NDArray[
        np.int8
    ]  # +1: starts in the first `LEAD` characters; -1: only ever listed between 、; the sum of both

    def take(self, rows: Rows) -> Counts:
        """The counts in these rows."""
        return Counts(self.passages[rows], self.times[rows], self.stress[rows])


def count(positions: Ints, passages: Ints, starts: Ints, in_row: Mask) -> Counts:
    """Counts by passage.

    `positions` ascend, `passages` has the passage of each, `starts` the start of every passage, and `in_row` whether
    the position is inside a list.

    >>> counts = count(np.array([3, 5, 40]), np.array([0, 0, 1]), np.array([0, 8]), np.array([True, False, True]))
    >>> [column.tolist() for column in counts]
    [[0, 1], [2, 1], [1, -1]]
    """
    if not len(passages):
        return Counts(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.int8))
    is_head = np.ones(len(passages), np.bool_)
    np.not_equal(passages[1:], passages[:-1], out=is_head[1:])
    heads = true(is_head)
    found = passages[heads].astype(np.intp)
    times = np.empty_like(heads)
    times[-1] = len(passages) - heads[-1]
    np.subtract(heads[1:], heads[:-1], out=times[:-1])
    stress = (positions[heads] - starts[found] < LEAD).view(np.int8)
    rows = true(in_row)  # few: most occurrences are in no list
    if len(rows):
        stress -= np.bincount(heads.searchsorted(rows, side="right") - 1, minlength=len(heads)) == times
    return Counts(found, times, stress)


def stand_in_row(text: Ints, positions: Ints, width: int, comma: int) -> Mask:
    """Whether each occurrence is an item of a list such as 河长制、林长制, that is, next to a 、.

    >>> stand_in_row(np.array([5, 9, 5, 0, 5]), np.array([0, 2, 4]), 1, comma=9).tolist()
    [True, True, False]
    """
    at = positions.astype(np.int64)  # index -1 wraps around to the last end mark
    found: Mask = (text[at - 1] == comma) | (text.take(at + width, mode="clip") == comma)
    return found


def few(some: Rows, others: Rows, *, search: int = SEARCH) -> bool:
    """Whether searching for each row of the shorter array costs less than reading all of the longer one.

    A binary search costs as much as reading `search` passages.
    """
    fewer, more = sorted((len(some), len(others)))
    return search * fewer < more


def common(some: Rows, others: Rows, of: int, *, search: int = SEARCH) -> tuple[Rows, Rows]:
    """The rows at which two ascending arrays have the same passage; the segment has `of` passages.

    A binary search costs as much as reading `search` passages; the result does not depend on it.

    >>> common(np.array([2, 5, 9]), np.array([1, 2, 3, 5]), of=10)
    (array([0, 1]), array([1, 3]))
    """
    if len(some) > len(others):
        rows, at = common(others, some, of, search=search)
        return at, rows
    if search * len(some) > len(others) + of // 16:
        held = np.zeros(of, np.bool_)
        held[some] = True
        at = true(held[others])
        held[some] = False
        held[others[at]] = True
        return true(held[some]), at
    if not len(some):
        return some, some
    at = others.searchsorted(some)
    rows = true(others.take(at, mode="clip") == some)
    return rows, at[rows]


def among(passages: Rows, holding: Rows, of: int, *, search: int = SEARCH) -> Mask:
    """A mask of the `passages` that are in `holding`; both ascend, the segment has `of` passages.

    A binary search costs as much as reading `search` passages; the result does not depend on it.

    >>> among(np.array([2, 5, 9]), np.array([1, 2, 3, 5]), of=10).tolist()
    [True, True, False]
    """
    if len(holding) and search * len(passages) < len(holding) + of // 16:
        found: Mask = holding.take(holding.searchsorted(passages), mode="clip") == passages
        return found
    mask = np.zeros(of, np.bool_)
    mask[holding] = True
    return mask[passages]


LEAD = 16  # characters in which a paragraph of a report names its subject
COMMA = "、"  # between the items of a list

T = TypeVar("T", bound="tuple[npt.NDArray[Any], ...]")


class Memory:
    """A cache of arrays, up to `limit` bytes, least recently used out first. Threads share it; the arrays never change.

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
        """The arrays of `key`, made by `make` if they are not cached; two threads may both make them."""
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
