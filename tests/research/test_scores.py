"""Scores equal an independent implementation: entropies and sums instead of the formulas of the code."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.research.scores import deviation_of_proportions, log_dice, log_likelihood, log_ratio

cells = st.tuples(*[st.integers(0, 500)] * 4).filter(sum)


def entropy_form(*counts: int) -> float:
    return sum(n * log(n) for n in counts if n)


@given(cells)
def test_log_likelihood_is_twice_the_mutual_information(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    wanted = 2 * (
        entropy_form(a, b, c, d) - entropy_form(a + b, c + d) - entropy_form(a + c, b + d) + entropy_form(a + b + c + d)
    )
    assert log_likelihood(a, a + b, a + c, a + b + c + d) == pytest.approx(wanted, abs=1e-6)


def test_log_likelihood_of_a_published_example() -> None:
    """Rayson and Garside's form: 2 Σ O ln(O / E) over the two groups, here 50 of 1,000 and 20 of 2,000 words."""
    expected = 1000 * 70 / 3000, 2000 * 70 / 3000
    two_cells = 2 * (50 * log(50 / expected[0]) + 20 * log(20 / expected[1]))
    rest = 2 * (950 * log(950 / (1000 - expected[0])) + 1980 * log(1980 / (2000 - expected[1])))
    assert log_likelihood(50, 1000, 70, 3000) == pytest.approx(two_cells + rest)


@given(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100))
def test_log_dice_is_fourteen_plus_the_binary_logarithm_of_dice(both: int, one: int, other: int) -> None:
    dice = both / ((both + one + both + other) / 2)
    assert exp((log_dice(both, both + one, both + other) - 14) * log(2)) == pytest.approx(dice)


def test_the_log_ratio_changes_sign_with_the_sides() -> None:
    assert log_ratio(30, 1000, 10, 3000) == pytest.approx(-log_ratio(10, 3000, 30, 1000))
    assert log_ratio(0, 1000, 8, 1000) == -4.0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 500)), min_size=1, max_size=8))
def test_dp_is_the_share_that_would_have_to_move(parts: list[tuple[int, int]]) -> None:
    counts, sizes = zip(*parts, strict=True)
    found = deviation_of_proportions(counts, sizes)
    if not sum(counts):
        assert found == 0
        return
    surplus = (max(n / sum(counts) - size / sum(sizes), 0) for n, size in parts)
    assert found == pytest.approx(sum(surplus))
