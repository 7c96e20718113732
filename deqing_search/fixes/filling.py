"""How the lines of a column were filled: by which measure, up to which edge, and whether a line had room for more.

A line that could have taken what the next one begins with was ended on purpose. That is known to the character once
the rule is found by which all the lines near by were broken.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

import numpy as np

from deqing_search.fixes.columns import COUNT, PRINT, SCREEN, Floats, Ints, Rows

_STOPS = "，。、；：！？”’）》"  # what may hang out of a column
_WORD = re.compile(r"\s*([“‘（《]*(?:[!-~]+|.)[，。、；：！？”’）》]*)")  # what good setting does not part
_CHARACTER = re.compile(r"\s*(\S)")
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


_RULES = tuple(
    _Rule(measure, hangs, words)
    for words, hangs, measure in product((False, True), (False, True), (PRINT, COUNT, SCREEN))
)


class _Edge(NamedTuple):
    """How far the lines of a block were filled, and by which rule."""

    rule: _Rule
    full: float


class Filling:
    """The lines of a text with the rule that filled them, block by block.

    >>> rows = ["会议强调，要坚定信", "心，在紧约束下实现", "多目标统筹。", "要认识形势的变化，"]
    >>> rows += ["把握发展的主动权，", "推动工作取得更大的", "进展，更好服务大局"] * 4 + ["，争当示范。"]
    >>> filling = Filling(Rows(rows), [not row.endswith("。") for row in rows])
    >>> [filling.has_room(at) for at in (1, 2)]
    [False, True]
    """

    def __init__(self, rows: Rows, wraps: list[bool]) -> None:
        self._rows, self._wraps = rows, np.array(wraps, dtype=bool)
        self._last: _Edge | None = None
        self._rooms: dict[int, list[bool]] = {}

    def has_room(self, at: int) -> bool | None:
        """Whether line `at` could have taken what the next one begins with; None where no rule is found."""
        block = at // _BLOCK
        if block not in self._rooms:
            self._rooms[block] = self._rooms_of(block)
        rooms = self._rooms[block]
        return rooms[at % _BLOCK] if at % _BLOCK < len(rooms) else None

    def _rooms_of(self, block: int) -> list[bool]:
        """The same for each line of a block that has one below; [] where no rule is found."""
        edge = self._edge(block)
        if edge is None:
            return []
        at = np.arange(block * _BLOCK, min((block + 1) * _BLOCK, len(self._wraps) - 1))
        rooms: list[bool] = (self._needed(at, edge.rule) <= edge.full).tolist()
        return rooms

    def _edge(self, block: int) -> _Edge | None:
        """The rule that explains most of the lines near by which break inside a clause, the strictest first."""
        first = max(block * _BLOCK - _AROUND, 0)
        last = min((block + 1) * _BLOCK + _AROUND, len(self._wraps) - 1)
        wrapped = first + np.flatnonzero(self._wraps[first:last])
        if len(wrapped) < _LEAST_LINES:
            return None
        rules = _RULES if self._last is None else (self._last.rule, *_RULES)
        best, explained = None, _LEAST_FIT
        for rule in rules:
            edge, fit = self._fit(rule, wrapped)
            if fit > explained:
                best, explained = edge, fit
            if fit == 1 or (rule is rules[0] and self._last and fit >= _GOOD_FIT):
                break
        self._last = best
        return best

    def _fit(self, rule: _Rule, wrapped: Ints) -> tuple[_Edge, float]:
        """The edge up to which the rule filled most of these lines, and the share that it explains."""
        sizes = self._rows.sizes(rule.measure)[wrapped]
        near = wrapped[abs(sizes - np.sort(sizes)[int(len(sizes) * 0.6)]) <= _SAME_COLUMN]
        filled, needed = np.sort(self._taken(near, rule)), self._needed(near, rule)
        edges = {float(filled[-1]), float(filled[int(len(filled) * (1 - _OUTLIER))])}
        # What goes beyond the edge is against the rule, what the next line would have made go beyond it is for it.
        fits = {full: int((needed > full).sum() - (filled > full).sum()) for full in edges}
        full = max(edges, key=lambda edge: (fits[edge], -edge))
        return _Edge(rule, full), fits[full] / len(near)

    def _taken(self, at: Ints, rule: _Rule) -> Floats:
        """What lines fill of their column for certain."""
        sizes = self._rows.sizes(rule.measure)[at]
        if not rule.hangs:
            return sizes
        rows = [self._rows.rows[line] for line in at.tolist()]
        return sizes - self._rows.parts(rule.measure, at, [(len(row.rstrip(_STOPS)), len(row)) for row in rows])

    def _needed(self, at: Ints, rule: _Rule) -> Floats:
        """What lines would fill with the beginning of the next."""
        opening = _WORD if rule.whole_words else _CHARACTER
        found = (opening.match(self._rows.rows[line]) for line in (at + 1).tolist())
        openings = [match.span(1) if match else (0, 0) for match in found]
        return self._rows.sizes(rule.measure)[at] + self._rows.parts(rule.measure, at + 1, openings)
