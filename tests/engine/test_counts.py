"""Passages that two arrays have in common are the same whichever way costs less."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.engine.segment.counts import SEARCH, among, common

OF = 40  # passages of the segment
PASSAGES = st.sets(st.integers(0, OF - 1)).map(lambda rows: np.array(sorted(rows), np.intp))
COSTS = st.sampled_from([0, SEARCH, 10**9])


@given(some=PASSAGES, others=PASSAGES, search=COSTS)
def test_common_rows_are_those_of_the_intersection(some: np.ndarray, others: np.ndarray, search: int) -> None:
    rows, at = common(some, others, OF, search=search)
    assert some[rows].tolist() == others[at].tolist() == sorted({*some.tolist()} & {*others.tolist()})


@given(passages=PASSAGES, holding=PASSAGES, search=COSTS)
def test_a_mask_says_which_passages_are_in_both(passages: np.ndarray, holding: np.ndarray, search: int) -> None:
    mask = among(passages, holding, OF, search=search)
    assert mask.tolist() == [row in holding.tolist() for row in passages.tolist()]
