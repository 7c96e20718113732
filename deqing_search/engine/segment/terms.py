"""The terms of a segment, sorted batch by batch.

Owns what `segment` reads as `vocabulary` and `term.*`.
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
from deqing_search.engine.segment.temporary import Aside, Scratch

MOST_COUNTED = 255  # a term oftener than this in one passage counts as this often; BM25 cannot tell the difference

_PLACE_BITS = np.uint64(32)  # hold a passage of a batch, and in the lowest bit whether it opens with the term
_COUNT_BITS = 8  # hold `MOST_COUNTED`
_FLAG_BITS = 1 + _COUNT_BITS  # of a posting, beside the passage
_PIECE = 1000  # terms of a run in memory while runs are merged


class Numbered(dict[str, int]):
    """Gives every new string the next number."""

    def __missing__(self, string: str) -> int:
        self[string] = number = len(self)
        return number

    def ranked(self) -> tuple[npt.NDArray[np.uint32], list[str]]:
        """The strings sorted, and for every number the place its string has among them."""
        strings = sorted(self)
        ranks = np.empty(len(strings), np.uint32)
        ranks[np.fromiter((self[string] for string in strings), np.int64, len(strings))] = np.arange(len(strings))
        return ranks, strings


class TermRun(NamedTuple):
    """The terms of a batch, ascending, in pieces; how many postings each has; the postings end to end."""

    base: int
    terms: Sequence[Aside]
    sizes: Aside
    values: Aside

    def strings(self) -> Iterator[str]:
        for piece in self.terms:
            yield from json.loads(piece.read().tobytes())


def put_terms(scratch: Scratch, vocabulary: Numbered, terms: Ints, passages: Ints, first: int) -> TermRun:
    """Sort the terms of a batch of passages, the first of which has the number `first`.

    `terms`: the number of each, and in its lowest bit whether its passage opens with it; `passages`: of each, its
    place in the batch.
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
    put = [scratch.put(np.frombuffer(json.dumps(piece).encode(), np.uint8)) for piece in pieces]
    return TermRun(first << _FLAG_BITS, put, scratch.put(sizes), scratch.put(values))


def write_terms(out: ArrayWriter, scratch: Scratch, runs: Sequence[TermRun], *, limit: int) -> None:
    """The terms in code point order, and the passages of each, ascending."""
    ranks = [array("I") for _ in runs]
    out.add_strings("vocabulary", _numbered(runs, ranks))
    keys = [scratch.put(np.array(rank, np.uint32)) for rank in ranks]
    keyed = [Run(run.base, key, run.sizes, run.values) for run, key in zip(runs, keys, strict=True)]
    sizes, times, stress = [np.empty(0, np.int64)], list[Aside](), list[Aside]()
    out.begin("term.passages", np.uint32)
    for batch in merged(keyed, limit=limit):
        out.append(batch.values >> np.uint64(_FLAG_BITS))
        times.append(scratch.put(batch.values.astype(np.uint8)))
        stress.append(scratch.put((batch.values >> np.uint64(_COUNT_BITS) & np.uint64(1)).astype(np.int8)))
        sizes.append(batch.sizes)
    out.add_pieces("term.times", np.uint8, (piece.read() for piece in times))
    out.add_pieces("term.stress", np.int8, (piece.read() for piece in stress))
    out.add("term.at", offsets(np.concatenate(sizes)))


def _numbered(runs: Sequence[TermRun], ranks: Sequence[array[int]]) -> Iterator[str]:
    """The terms of all runs, ascending; the place of each among them goes to the `ranks` of the runs that hold it."""
    streams = (zip(run.strings(), repeat(held)) for run, held in zip(runs, ranks, strict=True))
    for rank, (term, holders) in enumerate(groupby(heapq.merge(*streams, key=itemgetter(0)), itemgetter(0))):
        for _, held in holders:
            held.append(rank)
        yield term
