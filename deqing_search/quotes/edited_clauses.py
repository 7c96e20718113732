"""Finds the clause that another one was made from by changing a few characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import edlib

from deqing_search.text.likeness import pairs

_CANDIDATES: Final = 4  # clauses that share the most pairs of characters
_MOST_DIFFERENT: Final = 0.25  # of the characters of the longer clause


class EditedClauses:
    """The clauses of one report, each compact and as written, to be compared with others."""

    def __init__(self, clauses: Iterable[tuple[str, str]]) -> None:
        self._written = dict(clauses)
        self._clauses = list(self._written)
        self._with: dict[str, list[int]] = {}
        for number, clause in enumerate(self._clauses):
            for pair in pairs(clause):
                self._with.setdefault(pair, []).append(number)

    def nearest(self, clause: str) -> str:
        """The clause that differs least from a compact one, as written; "" if all differ in over a quarter.

        Of clauses that differ equally the first.

        >>> EditedClauses([("生产总值增长8%以上", "生产总值增长８％以上")]).nearest("生产总值增长7%以上")
        '生产总值增长８％以上'
        """
        shared = Counter(number for pair in pairs(clause) for number in self._with.get(pair, ()))
        likely = sorted(shared, key=lambda number: (-shared[number], number))[:_CANDIDATES]
        near = ((_distance(clause, self._clauses[number]), number) for number in likely)
        best = min((one for one in near if one[0] >= 0), default=None)
        return self._written[self._clauses[best[1]]] if best else ""


def _distance(one: str, other: str) -> int:
    """How many characters must be changed; -1: too many."""
    most = int(max(len(one), len(other)) * _MOST_DIFFERENT)
    if abs(len(one) - len(other)) > most:
        return -1
    found: int = edlib.align(one, other, mode="NW", k=most)["editDistance"]
    return found
