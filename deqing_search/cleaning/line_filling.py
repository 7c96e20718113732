"""How the lines of a column were filled: by which measure, up to which edge, and whether a line had room for more.

A line that could have taken what the next one begins with was ended on purpose. That is known to the character once
the rule is found by which all the lines near by were broken.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.measured_lines import COUNT, PRINT, SCREEN, Floats, Rows
from deqing_search.text.characters import Flags, Ints

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


_RULES = tuple(
    _Rule(measure, hangs, words)
    for words, hangs, measure in product((False, True), (False, True), (PRINT, COUNT, SCREEN))
)


class _Edge(NamedTuple):
    """How far the lines of a block were filled, and by which rule."""

    rule: _Rule
    full: float


UNKNOWN = -1


class Filling:
    """The lines of a text with the rule that filled them, block by block.

    >>> text = "会议强调，要坚定信\\n心，在紧约束下实现\\n多目标统筹。\\n要认识形势的变化，\\n"
    >>> text += "把握发展的主动权，\\n推动工作取得更大的\\n进展，更好服务大局\\n" * 4 + "，争当示范。"
    >>> rows = Rows(text)
    >>> Filling(rows, ~rows.end_in("。")).rooms(np.array([1, 2])).tolist()
    [0, 1]
    """

    def __init__(self, rows: Rows, wraps: Flags) -> None:
        self._rows, self._wraps = rows, wraps
        self._last: _Edge | None = None
        self._filled: dict[tuple[int, bool], Floats] = {}
        self._needed: dict[tuple[int, bool], Floats] = {}

    def rooms(self, at: Ints) -> Ints:
        """Whether each of the lines could have taken what the next one begins with; UNKNOWN where no rule is found."""
        found = np.full(len(at), UNKNOWN)
        blocks = at // _BLOCK
        for block in np.unique(blocks).tolist():
            edge = self._edge(block)
            if edge:
                here = np.flatnonzero((blocks == block) & (at + 1 < len(self._wraps)))
                found[here] = self._all_needed(edge.rule)[at[here]] <= edge.full
        return found

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
        filled, needed = np.sort(self._all_filled(rule)[near]), self._all_needed(rule)[near]
        edges = {float(filled[-1]), float(filled[int(len(filled) * (1 - _OUTLIER))])}
        # What goes beyond the edge is against the rule, what the next line would have made go beyond it is for it.
        fits = {full: int((needed > full).sum() - (filled > full).sum()) for full in edges}
        full = max(edges, key=lambda edge: (fits[edge], -edge))
        return _Edge(rule, full), fits[full] / len(near)

    def _all_filled(self, rule: _Rule) -> Floats:
        """What each line fills of its column for certain."""
        key = rule.measure, rule.hangs
        if key not in self._filled:
            rows, sizes = self._rows, self._rows.sizes(rule.measure)
            bare = [line.start + len(line.text.rstrip(_STOPS)) for line in rows.lines] if rule.hangs else rows.ends
            self._filled[key] = sizes - rows.parts(rule.measure, np.array(bare), rows.ends)
        return self._filled[key]

    def _all_needed(self, rule: _Rule) -> Floats:
        """What each line but the last would fill with the beginning of the next."""
        key = rule.measure, rule.whole_words
        if key not in self._needed:
            openings = self._rows.parts(rule.measure, self._rows.starts, self._opening_ends(rule))
            self._needed[key] = self._rows.sizes(rule.measure)[:-1] + openings[1:]
        return self._needed[key]

    def _opening_ends(self, rule: _Rule) -> Ints:
        """Where what must not be parted ends at the beginning of each line."""
        if not rule.whole_words:
            return self._rows.starts + 1
        openings = (_WORD.match(line.text) for line in self._rows.lines)
        sizes = [opening.end() if opening else 0 for opening in openings]
        return self._rows.starts + np.array(sizes, np.int64)
