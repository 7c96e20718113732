"""How the lines of a column were filled: by which measure, up to which edge, and whether a line had room for more.

A line that could have taken what the next one begins with was ended on purpose. That is known to the character once
the rule is found by which all the lines near by were broken.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import product
from typing import NamedTuple

from deqing_search.fixes.columns import MEASURES

_STOPS = "，。、；：！？”’）》"  # what may hang out of a column
_WORD = re.compile(r"[“‘（《]*(?:[!-~]+|.)[，。、；：！？”’）》]*")  # what good setting does not part
_BLOCK, _AROUND = 40, 30  # lines that are judged together, and the neighbours that give the rule
_LEAST_LINES = 12
_SAME_COLUMN = 3.2  # columns by which lines of one column may differ
_LEAST_FIT = 0.9  # share of the lines broken inside a clause that a rule explains: the others are headings
_GOOD_FIT = 0.97  # share from which on the rule of the block above needs no better one
_OUTLIER = 0.02  # share of the lines that may stand out


class _Rule(NamedTuple):
    """A way to fill lines: what is measured, whether stops hang out, whether words stay whole."""

    measure: int
    hangs: bool
    whole_words: bool


_RULES = tuple(_Rule(at, hangs, words) for words, hangs, at in product((False, True), (False, True), range(3)))


class _Edge(NamedTuple):
    """How far the lines of a block were filled, and by which rule."""

    rule: _Rule
    full: float


class Filling:
    """The lines of a text with the rule that filled them, block by block.

    >>> from deqing_search.fixes.columns import measured
    >>> rows = ["会议强调，要坚定信", "心，在紧约束下实现", "多目标统筹。", "要认识形势的变化，"]
    >>> rows += ["把握发展的主动权，", "推动工作取得更大的", "进展，更好服务大局"] * 4 + ["，争当示范。"]
    >>> sizes = [measured(rows, each) for each in MEASURES]
    >>> filling = Filling(rows, sizes, [not row.endswith("。") for row in rows])
    >>> [filling.has_room(at) for at in (1, 2)]
    [False, True]
    """

    def __init__(self, rows: list[str], sizes: list[list[float]], wraps: list[bool]) -> None:
        self._rows, self._sizes, self._wraps = rows, sizes, wraps
        self._edges: dict[int, _Edge | None] = {}
        self._last: _Edge | None = None
        self.has_room = cache(self._has_room)

    def _has_room(self, at: int) -> bool | None:
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
        rules = _RULES if self._last is None else (self._last.rule, *_RULES)
        best, explained = None, _LEAST_FIT
        for rule in rules:
            edge, fit = self._fit(rule, wrapped)
            if fit > explained:
                best, explained = edge, fit
            if rule is rules[0] and self._last and fit >= _GOOD_FIT:
                break
        self._last = best
        return best

    def _fit(self, rule: _Rule, wrapped: list[int]) -> tuple[_Edge, float]:
        """The edge up to which the rule filled most of these lines, and the share that it explains."""
        sizes = self._sizes[rule.measure]
        usual = sorted(sizes[at] for at in wrapped)[int(len(wrapped) * 0.6)]
        near = [at for at in wrapped if abs(sizes[at] - usual) <= _SAME_COLUMN]
        taken = sorted(self._taken(at, rule) for at in near)
        needed = sorted(self._needed(at, rule) for at in near)
        edges = {taken[-1], taken[int(len(taken) * (1 - _OUTLIER))]}
        # What goes beyond the edge is against the rule, what the next line would have made go beyond it is for it.
        fits = {full: bisect_right(taken, full) - bisect_right(needed, full) for full in edges}
        full = max(edges, key=lambda edge: (fits[edge], -edge))
        return _Edge(rule, full), fits[full] / len(near)

    def _taken(self, at: int, rule: _Rule) -> float:
        """What a line fills of its column for certain."""
        row, size = self._rows[at], self._sizes[rule.measure][at]
        if rule.hangs and row[-1] in _STOPS:
            size -= MEASURES[rule.measure](row[len(row.rstrip(_STOPS)) :])
        return size

    def _needed(self, at: int, rule: _Rule) -> float:
        """What the line would fill with the beginning of the next."""
        below = self._rows[at + 1].lstrip()
        word = _WORD.match(below) if rule.whole_words else None
        return self._sizes[rule.measure][at] + MEASURES[rule.measure](word[0] if word else below[:1])
