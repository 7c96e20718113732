"""The statistics of corpus linguistics that the instruments share, each by its published formula."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log2

_NONE = 0.5  # instead of no occurrence, so that a ratio exists (Hardie 2014)


def log_likelihood(both: int, row: int, column: int, total: int) -> float:
    """G² of a 2 × 2 table (Dunning 1993): `both` of `row` events are also among `column` of `total` events.

    >>> round(log_likelihood(both=10, row=100, column=20, total=1000), 4)
    21.177
    """
    cells = (
        (both, row, column),
        (row - both, row, total - column),
        (column - both, total - row, column),
        (total - row - column + both, total - row, total - column),
    )
    return 2 * sum(seen * log(seen * total / (a * b)) for seen, a, b in cells if seen > 0 and a > 0 and b > 0)


def log_dice(both: int, one: int, other: int) -> float:
    """14 + log2 of the Dice coefficient (Rychlý 2008); 14 at most.

    >>> log_dice(both=10, one=10, other=10)
    14.0
    """
    return 14 + log2(2 * both / (one + other))


def log_ratio(one: int, of_one: int, other: int, of_other: int) -> float:
    """How often the relative frequency doubles from the other set to this one (Hardie 2014).

    >>> log_ratio(40, 1000, 10, 1000), log_ratio(4, 1000, 0, 1000)
    (2.0, 3.0)
    """
    return log2((one or _NONE) / of_one) - log2((other or _NONE) / of_other)


def deviation_of_proportions(counts: Sequence[int], sizes: Sequence[int]) -> float:
    """DP (Gries 2008): 0 if each part has its share of the occurrences, near 1 if all are in one small part.

    >>> deviation_of_proportions([5, 5], [100, 100]), deviation_of_proportions([10, 0], [100, 300])
    (0.0, 0.75)
    """
    occurrences, size = sum(counts), sum(sizes)
    if not occurrences or not size:
        return 0.0
    return sum(abs(n / occurrences - of / size) for n, of in zip(counts, sizes, strict=True)) / 2
