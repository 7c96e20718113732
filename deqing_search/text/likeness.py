"""How much two texts have in common, white space aside.

Pairs of neighbouring characters compare passages. Stretches of eight characters compare documents: two different
reports share many words and few such stretches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

STRETCH = 8  # of 120 pairs of reports, also of one city in successive years, none shares more than 0.13 of these


def bare(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())


def pairs(text: str) -> Counter[str]:
    """Return each pair of neighbouring characters with its count."""
    whole = bare(text)
    return Counter(whole[at : at + 2] for at in range(max(len(whole) - 1, 1)))


def common_share(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of pairs that two texts have in common, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def alikeness(one: str, other: str) -> float:
    """Return the share of neighbouring character pairs that two texts have in common, 0 to 1, white space aside.

    >>> alikeness("增长10.2%", "增长 10.2％") > 0.7, alikeness("一、回顾", "二、展望")
    (True, 0.0)
    """
    return common_share(pairs(one), pairs(other))


def stretches(texts: Iterable[str], size: int = STRETCH) -> set[str]:
    """Return every stretch of `size` characters in the texts; a shorter text is one stretch.

    >>> sorted(stretches(["一二三", "甲"], size=2))
    ['一二', '二三', '甲']
    """
    return {whole[at : at + size] for whole in map(bare, texts) for at in range(max(len(whole) - size + 1, 1))}
