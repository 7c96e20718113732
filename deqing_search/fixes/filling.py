"""How the lines of a column were filled: by which measure, up to which edge, and whether a line had room for more.

A line that could have taken what the next one begins with was ended on purpose. That is known to the character once
the rule is found by which all the lines near by were broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import NamedTuple

from deqing_search.shapes import width

Measure = Callable[[str], float]

_STOPS = "，。、；：！？”’）》"  # what may hang out of a column
_WORD = re.compile(r"[“‘（《]*(?:[!-~]+|.)[，。、；：！？”’）》]*")  # what good setting does not part
_BLOCK, _AROUND = 20, 30  # lines that are judged together, and the neighbours that give the rule
_LEAST_LINES = 12
_SAME_COLUMN = 3.2  # columns by which lines of one column may differ
_LEAST_FIT = 0.9  # share of the lines broken inside a clause that a rule explains: the others are headings
_OUTLIER = 0.02  # share of the lines that may stand out


class _Rule(NamedTuple):
    """A way to fill lines: what is measured, whether stops hang out, whether words stay whole."""

    measure: int
    hangs: bool
    whole_words: bool


_RULES = tuple(_Rule(at, hangs, words) for words, hangs, at in product((False, True), (False, True), range(3)))


class _Edge(NamedTuple):
    rule: _Rule
    full: float


def screen(line: str) -> float:
    """Columns on a screen, in full-width characters."""
    return sum(0.5 if character < "\u2000" else 1.0 for character in line)


def _count(line: str) -> float:
    return float(len(line))


MEASURES: tuple[Measure, ...] = (width, _count, screen)  # in print, by characters, on a screen


class Filling:
    """The lines of a text with the rule that filled them, stretch by stretch.

    >>> rows = ["会议强调，要坚定信", "心，在紧约束下实现", "多目标统筹。", "要认识形势的变化，"]
    >>> rows += ["把握发展的主动权，", "推动工作取得更大的", "进展，更好服务大局"] * 4 + ["，争当示范。"]
    >>> filling = Filling(rows, [not row.endswith("。") for row in rows])
    >>> [filling.has_room(at) for at in (1, 2)]
    [False, True]
    """

    def __init__(self, rows: list[str], wraps: list[bool]) -> None:
        self._rows = rows
        self._wraps = wraps
        self._edges: dict[int, _Edge | None] = {}
        self._taken, self._needed = cache(self._measure_taken), cache(self._measure_needed)

    def has_room(self, at: int) -> bool | None:
        """Whether line `at` could have taken what the next one begins with; None where no rule is found."""
        block = at // _BLOCK
        if block not in self._edges:
            self._edges[block] = self._edge(block)
        edge = self._edges[block]
        if edge is None or at + 1 >= len(self._rows):
            return None
        return self._needed(at, edge.rule) <= edge.full

    def _edge(self, block: int) -> _Edge | None:
        """The rule that explains most of the lines near by which break inside a clause, the strictest first."""
        first, last = max(block * _BLOCK - _AROUND, 0), min((block + 1) * _BLOCK + _AROUND, len(self._rows) - 1)
        wrapped = [at for at in range(first, last) if self._wraps[at]]
        if len(wrapped) < _LEAST_LINES:
            return None
        best, explained = None, _LEAST_FIT
        for rule in _RULES:
            sizes = sorted(MEASURES[rule.measure](self._rows[at]) for at in wrapped)
            usual = sizes[int(len(sizes) * 0.6)]
            near = [at for at in wrapped if abs(MEASURES[rule.measure](self._rows[at]) - usual) <= _SAME_COLUMN]
            taken = sorted(self._taken(at, rule) for at in near)
            needed = [self._needed(at, rule) for at in near]
            for full in {taken[-1], taken[int(len(taken) * (1 - _OUTLIER))]}:
                fits = sum(each > full for each in needed) - sum(each > full for each in taken)
                if fits / len(near) > explained:
                    best, explained = _Edge(rule, full), fits / len(near)
        return best

    def _measure_taken(self, at: int, rule: _Rule) -> float:
        """What a line fills of its column for certain."""
        row = self._rows[at]
        return MEASURES[rule.measure](row.rstrip(_STOPS) if rule.hangs else row)

    def _measure_needed(self, at: int, rule: _Rule) -> float:
        """What the line would fill with the beginning of the next."""
        below = self._rows[at + 1].lstrip()
        word = _WORD.match(below) if rule.whole_words else None
        return MEASURES[rule.measure](self._rows[at] + (word[0] if word else below[:1]))
