"""Sorted runs, put aside one by one and merged key by key: how postings are sorted in bounded memory.

Knows neither what a key nor what a value is: see `builder`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Ints, offsets
from deqing_search.engine.segment.temporary import Aside


class Run(NamedTuple):
    """The values of each key, ascending, end to end. To each value `base` is added when it is read."""

    base: int
    keys: Aside  # ascending, each once
    sizes: Aside  # values of each key
    values: Aside


class Sorted(NamedTuple):
    """Some keys, ascending, how many values each has, and the values end to end, ascending under each key."""

    keys: npt.NDArray[np.uint64]
    sizes: npt.NDArray[np.int64]
    values: npt.NDArray[np.uint64]


def merged(runs: Sequence[Run], *, limit: int) -> Iterator[Sorted]:
    """What the runs hold, key by key, in batches of at most `limit` values and those of one key.

    Every run holds higher values than those before it.
    """
    if not runs:
        return
    borders = _borders(runs, limit)
    cuts = [_cuts(run, borders) for run in runs]
    for number in range(len(borders) + 1):
        yield _merge([_part(run, *cut[number : number + 2].tolist()) for run, cut in zip(runs, cuts, strict=True)])


def _borders(runs: Sequence[Run], limit: int) -> Ints:
    """Keys at which to cut: from each run the keys of values a step apart, and of all of those one in so many.

    Between two cuts lie as many of those keys as there are runs, and of each run less than a step besides.
    """
    step = max(limit // (2 * len(runs)), 1)
    keys = []
    for run in runs:
        ends = np.cumsum(run.sizes.read(), dtype=np.int64)
        keys.append(run.keys.read()[np.searchsorted(ends, np.arange(step, run.values.length, step), side="right")])
    borders = np.sort(np.concatenate(keys))[len(runs) :: len(runs)]
    return borders[heads(borders)]  # `np.unique` would import what takes 7 ms


def _cuts(run: Run, borders: Ints) -> npt.NDArray[np.int64]:
    """For the beginning, each border, and the end, how many keys of the run are before it, and how many values."""
    rows = np.concatenate([[0], np.searchsorted(run.keys.read(), borders), [run.keys.length]])
    return np.stack([rows, offsets(run.sizes.read())[rows].astype(np.int64)], axis=1)


def _part(run: Run, low: tuple[int, int], high: tuple[int, int]) -> Sorted:
    (row, at), (row_end, end) = low, high
    keys, sizes = run.keys.read(row, row_end).astype(np.uint64), run.sizes.read(row, row_end).astype(np.int64)
    return Sorted(keys, sizes, run.values.read(at, end).astype(np.uint64) + np.uint64(run.base))


def _merge(parts: Sequence[Sorted]) -> Sorted:
    """The parts as one; of a key that stands in several, the values of the first come first."""
    keys, sizes, values = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(keys, kind="stable")
    starts = (np.cumsum(sizes) - sizes)[order]
    keys, sizes = keys[order], sizes[order]
    moves = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    rows = heads(keys)
    return Sorted(keys[rows], np.add.reduceat(sizes, rows), values[np.arange(len(values)) + moves])


def heads(values: Ints) -> npt.NDArray[np.intp]:
    """Where each distinct value of a sorted array begins.

    >>> heads(np.array([3, 3, 7])).tolist()
    [0, 2]
    """
    return np.flatnonzero(np.diff(values, prepend=~values[:1]))
