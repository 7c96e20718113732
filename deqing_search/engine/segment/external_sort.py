"""External merge sort: sorts postings in bounded memory.

Sorted runs are stored on the disk one by one and merged key by key. `bigrams` and `terms` say what keys and values
are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Ints, offsets
from deqing_search.engine.segment.temporary import StoredArray


class Run(NamedTuple):
    """A sorted run: keys, and the ascending values of each, end to end. Reading adds `base` to each value."""

    base: int
    keys: StoredArray  # ascending, each once
    sizes: StoredArray  # values of each key
    values: StoredArray


class Sorted(NamedTuple):
    """Ascending keys, the number of values of each, and the values end to end, ascending for each key."""

    keys: npt.NDArray[np.uint64]
    sizes: npt.NDArray[np.int64]
    values: npt.NDArray[np.uint64]


def merged(runs: Sequence[Run], *, limit: int) -> Iterator[Sorted]:
    """The merged runs, in batches of at most `limit` values plus those of one key.

    Each run must have higher values than the runs before it.
    """
    if not runs:
        return
    borders = _borders(runs, limit)
    cuts = [_cuts(run, borders) for run in runs]
    for number in range(len(borders) + 1):
        yield _merge([_part(run, *cut[number : number + 2].tolist()) for run, cut in zip(runs, cuts, strict=True)])


def _borders(runs: Sequence[Run], limit: int) -> Ints:
    """The keys at which to cut the runs into batches.

    Each run gives the keys of values that are a step apart; of all these, sorted, every n-th is a border, n being the
    number of runs. So between two borders each run has less than two steps on average.
    """
    step = max(limit // (2 * len(runs)), 1)
    keys = []
    for run in runs:
        ends = np.cumsum(run.sizes.read(), dtype=np.int64)
        keys.append(run.keys.read()[np.searchsorted(ends, np.arange(step, run.values.length, step), side="right")])
    borders = np.sort(np.concatenate(keys))[len(runs) :: len(runs)]
    return borders[heads(borders)]  # `np.unique` imports modules for 7 ms


def _cuts(run: Run, borders: Ints) -> npt.NDArray[np.int64]:
    """For the start, each border and the end: the number of keys of the run before it, and the number of values."""
    rows = np.concatenate([[0], np.searchsorted(run.keys.read(), borders), [run.keys.length]])
    return np.stack([rows, offsets(run.sizes.read())[rows].astype(np.int64)], axis=1)


def _part(run: Run, low: tuple[int, int], high: tuple[int, int]) -> Sorted:
    (row, at), (row_end, end) = low, high
    keys, sizes = run.keys.read(row, row_end).astype(np.uint64), run.sizes.read(row, row_end).astype(np.int64)
    return Sorted(keys, sizes, run.values.read(at, end).astype(np.uint64) + np.uint64(run.base))


def _merge(parts: Sequence[Sorted]) -> Sorted:
    """The parts merged; a key in several parts has the values of the first part first."""
    keys, sizes, values = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(keys, kind="stable")
    starts = (np.cumsum(sizes) - sizes)[order]
    keys, sizes = keys[order], sizes[order]
    moves = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    rows = heads(keys)
    return Sorted(keys[rows], np.add.reduceat(sizes, rows), values[np.arange(len(values)) + moves])


def heads(values: Ints) -> npt.NDArray[np.intp]:
    """The rows at which a new value of a sorted array starts.

    >>> heads(np.array([3, 3, 7])).tolist()
    [0, 2]
    """
    return np.flatnonzero(np.diff(values, prepend=~values[:1]))
