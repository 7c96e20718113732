"""The score of a passage is the sum of its gains, whichever way of adding costs less."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.engine.evaluation.scores import Matches, Sums
from deqing_search.engine.segment.counts import SEARCH

OF = 40  # passages of the segment
GAINS = st.dictionaries(st.integers(0, OF - 1), st.floats(0, 9), max_size=OF)


@given(
    matching=st.sets(st.integers(0, OF - 1)),
    gains=st.lists(GAINS, max_size=4),
    factor=st.sampled_from([1.0, 2.5]),
    search=st.sampled_from([0, SEARCH, 10**9]),
)
def test_sums_are_those_of_plain_addition(
    matching: set[int], gains: list[dict[int, float]], factor: float, search: int
) -> None:
    sums = Sums(Matches(np.array(sorted(matching), np.intp), OF), search=search)
    expected: Counter[int] = Counter()
    for added in gains:
        rows = np.array(sorted(added), np.intp)
        sums.add(rows, np.array([added[row] for row in rows.tolist()]))
        sums.scale(np.full(len(matching), factor))
        expected = Counter({row: (expected[row] + added.get(row, 0.0)) * factor for row in range(OF)})
    assert sums.total().tolist() == pytest.approx([expected[row] for row in sorted(matching)])
