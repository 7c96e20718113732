"""Runs merged give what a sort of everything gives, in batches that are not too large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.segment.external_sort import Run, heads, merged
from deqing_search.engine.segment.temporary import TemporaryArrays

Pairs = Sequence[tuple[int, int]]  # key and value
BASE = 1000


def put(stored: TemporaryArrays, number: int, pairs: Pairs) -> Run:
    keys, values = np.array(sorted(pairs), np.uint32).reshape(-1, 2).T
    rows = heads(keys)
    return Run(number * BASE, *map(stored.put, (keys[rows], np.diff(rows, append=len(keys)), values)))


PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, BASE - 1)), max_size=30)


@settings(deadline=None)
@given(lists=st.lists(PAIRS, max_size=5), limit=st.integers(1, 40))
def test_what_is_merged_is_what_went_in_sorted(lists: list[Pairs], limit: int) -> None:
    with TemporaryArrays(Path()) as stored:
        runs = [put(stored, number, pairs) for number, pairs in enumerate(lists)]
        found: list[tuple[int, int]] = []
        for batch in merged(runs, limit=limit):
            assert len(set(batch.keys.tolist())) == len(batch.keys)
            found += zip(np.repeat(batch.keys, batch.sizes).tolist(), batch.values.tolist(), strict=True)
            most = max(batch.sizes.tolist(), default=0)
            assert len(batch.values) <= max(limit, 2 * len(runs)) + most
    assert found == sorted((key, value + at * BASE) for at, pairs in enumerate(lists) for key, value in pairs)
