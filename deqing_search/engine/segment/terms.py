"""Sorts the terms of a segment batch by batch.

Writes what `reader` reads as `vocabulary` and `term.*`.
"""

from __future__ import annotations

import heapq
import json
from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby, repeat
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import ArrayWriter, Ints, offsets
from deqing_search.engine.segment.external_sort import Run, heads, merged
from deqing_search.engine.segment.temporary import StoredArray, TemporaryArrays

MOST_COUNTED = 255  # a higher count in one passage is stored as this; BM25 scores both alike

_PLACE_BITS = np.uint64(32)  # of a passage of a batch, and in the lowest bit whether the term starts it
_COUNT_BITS = 8  # of a count up to `MOST_COUNTED`
_FLAG_BITS = 1 + _COUNT_BITS  # of a posting, beside the passage
_PIECE = 1000  # terms of a run in memory while runs are merged


class Numbered(dict[str, int]):
    """Gives every new string the next number."""

    def __missing__(self, string: str) -> int:
        self[string] = number = len(self)
        return number

    def ranked(self) -> tuple[npt.NDArray[np.uint32], list[str]]:
        """The rank of each number's string, and the sorted strings."""
        strings = sorted(self)
        ranks = np.empty(len(strings), np.uint32)
        ranks[np.fromiter((self[string] for string in strings), np.int64, len(strings))] = np.arange(len(strings))
        return ranks, strings


class TermRun(NamedTuple):
    """The ascending terms of a batch in pieces, the number of postings of each, and the postings end to end."""

    base: int
    terms: Sequence[StoredArray]
    sizes: StoredArray
    values: StoredArray

    def strings(self) -> Iterator[str]:
        for piece in self.terms:
            yield from json.loads(piece.read().tobytes())


def put_terms(temporary: TemporaryArrays, vocabulary: Numbered, terms: Ints, passages: Ints, first: int) -> TermRun:
    """Sort the terms of a batch of passages; `first` is the number of its first passage.

    `terms` has the number of each term, shifted left, and in its lowest bit whether the term starts its passage;
    `passages` has the place of its passage in the batch.
    """
    ranks, strings = vocabulary.ranked()
    places = passages.astype(np.uint64) << np.uint64(1) | terms & np.uint32(1)
    packed = ranks[terms >> np.uint32(1)].astype(np.uint64) << _PLACE_BITS | places
    packed.sort()
    rows = heads(packed)
    times = np.minimum(np.diff(rows, append=len(packed)), MOST_COUNTED)
    postings = packed[rows]
    values = postings.astype(np.uint32) << np.uint32(_COUNT_BITS) | times.astype(np.uint32)
    sizes = np.bincount((postings >> _PLACE_BITS).astype(np.int64), minlength=len(strings)).astype(np.uint32)
    pieces = [strings[at : at + _PIECE] for at in range(0, len(strings), _PIECE)]
    put = [temporary.put(np.frombuffer(json.dumps(piece).encode(), np.uint8)) for piece in pieces]
    return TermRun(first << _FLAG_BITS, put, temporary.put(sizes), temporary.put(values))


def write_terms(out: ArrayWriter, temporary: TemporaryArrays, runs: Sequence[TermRun], *, limit: int) -> None:
    """Write the terms in code point order, and the ascending passages of each."""
    ranks = [array("I") for _ in runs]
    out.add_strings("vocabulary", _ranked(runs, ranks))
    keys = [temporary.put(np.array(rank, np.uint32)) for rank in ranks]
    keyed = [Run(run.base, key, run.sizes, run.values) for run, key in zip(runs, keys, strict=True)]
    sizes, times, stress = [np.empty(0, np.int64)], list[StoredArray](), list[StoredArray]()
    out.begin("term.passages", np.uint32)
    for batch in merged(keyed, limit=limit):
        out.append(batch.values >> np.uint64(_FLAG_BITS))
        times.append(temporary.put(batch.values.astype(np.uint8)))
        stress.append(temporary.put((batch.values >> np.uint64(_COUNT_BITS) & np.uint64(1)).astype(np.int8)))
        sizes.append(batch.sizes)
    out.add_pieces("term.times", np.uint8, (piece.read() for piece in times))
    out.add_pieces("term.stress", np.int8, (piece.read() for piece in stress))
    out.add("term.at", offsets(np.concatenate(sizes)))


def _ranked(runs: Sequence[TermRun], ranks: Sequence[array[int]]) -> Iterator[str]:
    """The ascending terms of all runs; appends the rank of each to the `ranks` of the runs that have it."""
    streams = (zip(run.strings(), repeat(held)) for run, held in zip(runs, ranks, strict=True))
    for rank, (term, holders) in enumerate(groupby(heapq.merge(*streams, key=itemgetter(0)), itemgetter(0))):
        for _, held in holders:
            held.append(rank)
        yield term
