"""Counts terms in folded text: the one rule of what an occurrence is, for every instrument.

A text is read from the left. Where terms begin, the longest of them counts, and reading goes on after it. So no
character counts twice: with 创新 and 科技创新, 科技创新驱动 has one 科技创新 and no 创新. This is the rule
"leftmost-longest" of pattern matching. A single term is counted as `str.count` counts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Occurrence(NamedTuple):
    """A term at offsets `[start, end)` of a compact text."""

    term: str
    start: int
    end: int


class Scanner:
    """Finds any of some compact terms.

    >>> [found.term for found in Scanner(["创新", "科技创新", "创新驱动"]).scan("科技创新驱动，创新驱动")]
    ['科技创新', '创新驱动']
    """

    def __init__(self, terms: Iterable[str]) -> None:
        # Of alternatives that begin at one place, a pattern takes the first: the longest must stand before the others.
        longest_first = sorted({*terms} - {""}, key=len, reverse=True)
        self._find = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.S).finditer

    def scan(self, text: str) -> Iterator[Occurrence]:
        """The occurrences in a compact text, from the left."""
        return (Occurrence(found[0], found.start(), found.end()) for found in self._find(text))


def rivals(term: str, terms: Iterable[str]) -> tuple[str, ...]:
    """The terms that can change the count of `term`. If only these are counted with it, its count stays the same.

    A rival contains the term, or can begin before it and overlap it. Rivals of a rival are rivals too.

    >>> rivals("创新", ["创新", "科技创新", "新能源", "改革", "高科技"])
    ('科技创新', '高科技')
    """
    others, found = [other for other in terms if other != term], {term}
    while new := {other for other in others if other not in found and any(_can_take(other, one) for one in found)}:
        found |= new
    return tuple(other for other in others if other in found)


def _can_take(other: str, term: str) -> bool:
    """Whether an occurrence of `other` can take characters that an occurrence of `term` needs."""
    return term in other or any(other.endswith(term[:size]) for size in range(1, min(len(term), len(other))))
