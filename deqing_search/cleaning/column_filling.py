"""The rule that filled the lines of a column: by which measure, up to which edge, with which indent of first lines.

One rule holds for a stretch of lines: what is measured, what is never parted, whether stops hang out of the column,
where the edge is, and by how much the first line of a paragraph is shorter. All of it is estimated together, from the
lines that break inside a clause: a rule explains such a line if the line does not go beyond the edge and what comes
next would have done so. That there is a column is proven by `column_evidence`.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property
from itertools import groupby, product
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.line_widths import COUNT, PRINT, SCREEN, Floats, Rows, sums_of
from deqing_search.text.characters import Flags, Ints

_STOPS = "，。、；：！？”’）》」』】"  # what may hang out of a column, or stays with what stands in front of it
_OPENING = "“‘（《「『【"
_WORD = "!-~"  # digits and Latin, with their signs
_BLOCK, _AROUND = 40, 30  # lines that are judged together, and the neighbours that give the rule
_LEAST_LINES = 12
_SAME_COLUMN = 4.2  # columns by which lines of one column may differ
_LEAST_FIT = 0.6  # share of the lines broken inside a clause that a rule explains: the others are headings
_GOOD_FIT = 0.97  # share from which on the rule of the block above needs no better one
_INDENTS = (0.0, 2.0)  # em by which first lines are shorter
_LEAST_OPENINGS = 2  # first lines that prove an indent
_EDGES = 8  # edges that are tried for a rule
_SAMPLE = 400  # lines that tell the rule of a whole text
_LEAST_RATE, _LEAST_SCALE = 0.004, 0.3


class _Unit(IntEnum):
    """What is not parted at the beginning of a line."""

    CHARACTER = 0
    STOPPED = 1  # a character and its stops
    WORD = 2  # opening brackets, a character or a word of digits or Latin, and its stops


class _Way(NamedTuple):
    """A way to fill lines: what is measured, what is not parted, whether stops hang out."""

    measure: int
    unit: _Unit
    hangs: bool


# The strict ones first: of two that explain the same lines, the one that expects less of a line is right.
_WAYS = tuple(
    _Way(measure, unit, hangs)
    for (unit, hangs), measure in product(
        (
            (_Unit.CHARACTER, False),
            (_Unit.CHARACTER, True),
            (_Unit.STOPPED, False),
            (_Unit.WORD, True),
            (_Unit.WORD, False),
        ),
        (SCREEN, PRINT, COUNT),
    )
)


class Rule(NamedTuple):
    """How a stretch of lines was filled, and how often and by how much its lines miss that."""

    way: _Way
    edge: float
    indent: float
    rate: float  # share of the lines that it does not explain
    missed: float  # share of the lines inside paragraphs that miss it
    scale: float  # em by which they do on average


class _Lines(NamedTuple):
    """Lines that break inside a clause: what each fills, what it would have needed for more, what the one above would,
    and whether a paragraph may begin with it."""

    filled: Floats
    needed: Floats
    above: Floats
    may_open: Flags
    deep: Flags  # the lines above break inside a clause as well: no heading ends with it

    def _fill(self, edges: Floats) -> Flags:
        found: Flags = (self.filled <= edges) & (self.needed > edges)
        return found

    def _open(self, edges: Floats) -> Flags:
        """Which are first lines for certain: the line above had room for more."""
        found: Flags = self.may_open & (self.above <= edges)
        return found

    def explained(self, edges: Floats, indent: float) -> Flags:
        """Which lines each edge explains."""
        if not indent:
            return self._fill(edges)
        first = self._fill(edges - indent)
        found: Flags = np.where(self._open(edges - indent), first, self._fill(edges) | (self.may_open & first))
        return found

    def noise(self, edge: float, explained: Flags) -> tuple[float, float]:
        """The share of lines inside paragraphs that miss the rule, and by how much.

        Lines near the beginning of a paragraph do not count: a heading may end with them.
        """
        inside = self.deep if self.deep.sum() >= _LEAST_LINES else np.ones_like(self.deep)
        missed = inside & ~explained
        by = np.maximum(edge - self.needed, self.filled - edge)[missed].clip(0)
        return float(missed.sum() / max(inside.sum(), 1)), float(by.mean()) if len(by) else 0.0

    def prove(self, edges: Floats, indent: float) -> Flags:
        """For which edges enough first lines are short by the indent, and more than are not."""
        opens, inside, first = self._open(edges - indent), self._fill(edges), self._fill(edges - indent)
        short, full = (opens & first & ~inside).sum(axis=1), (opens & inside & ~first).sum(axis=1)
        found: Flags = (short >= _LEAST_OPENINGS) & (short > full)
        return found


class Costs(NamedTuple):
    """What it costs, in natural logarithms of odds, to read each line in a way that its rule does not allow.

    `known` tells for which lines a rule was found; the costs of the others are 0.
    """

    known: Flags
    inside: Floats  # the next line goes on with it, though it had room; it is no first line
    first: Floats  # the same of a first line
    opening: Floats  # it is a first line, though it is too long for one
    beyond: Flags  # it goes beyond the edge


class Filling:
    """The lines of a text with the rule that filled them, block by block.

    >>> text = "会议强调，要坚定信\\n心，在紧约束下实现\\n多目标统筹。\\n要认识形势的变化，\\n"
    >>> text += "把握发展的主动权，\\n推动工作取得更大的\\n进展，更好服务大局\\n" * 4 + "，争当示范。"
    >>> rows = Rows(text)
    >>> costs = Filling(rows, ~rows.end_in("。")).costs(np.array([1, 2]))
    >>> costs.inside[1:3].round(1).tolist()
    [0.0, 12.2]
    """

    def __init__(self, rows: Rows, wraps: Flags) -> None:
        self._rows, self._wraps = rows, wraps
        self._wrapped = sums_of(wraps).tolist()
        self._last: Rule | None = None
        self._explained: dict[Rule, tuple[list[int], list[int]]] = {}
        self._filled: dict[tuple[int, bool], Floats] = {}
        self._needed: dict[_Way, Floats] = {}
        self._opens: dict[tuple[_Unit, bool], Ints] = {}

    def costs(self, at: Ints) -> Costs:
        """The costs of the lines that are asked for, and of those around them."""
        size = len(self._wraps)
        (known, beyond), (inside, first, opening) = np.zeros((2, size), bool), np.zeros((3, size))
        for rule, blocks in groupby(np.unique(at // _BLOCK).tolist(), self._rule):
            if rule:
                here = _lines_in(list(blocks), size)
                filled, needed = self._all_filled(rule.way)[here], self._all_needed(rule.way)[here]
                known[here] = True
                inside[here] = _cost(rule, rule.edge - needed)
                first[here] = _cost(rule, rule.edge - rule.indent - needed)
                beyond[here] = filled - rule.edge > rule.scale
                if rule.indent:
                    short = _cost(rule, filled - rule.edge + rule.indent, least=0.01)
                    opening[here] = short - _cost(rule, filled - rule.edge, least=0.01)
        return Costs(known, inside, first, opening, beyond)

    def _rule(self, block: int) -> Rule | None:
        """The rule of the text or of the block above, if it explains the lines near by; or else the best one."""
        first = max(block * _BLOCK - _AROUND, 0)
        last = min((block + 1) * _BLOCK + _AROUND, len(self._wraps) - 1)
        if self._wrapped[last] - self._wrapped[first] < _LEAST_LINES:
            return None
        for rule in filter(None, (self._whole, self._last)):
            if self._share(rule, first, last) >= _GOOD_FIT * (1 - rule.rate):
                return rule
        self._last = self._best(first + np.flatnonzero(self._wraps[first:last]))
        return self._last

    @cached_property
    def _whole(self) -> Rule | None:
        """The rule of the whole text, if it has one."""
        wrapped = np.flatnonzero(self._wraps[:-1])
        return self._best(wrapped[:: len(wrapped) // _SAMPLE + 1])

    def _share(self, rule: Rule, first: int, last: int) -> float:
        """The share of the wrapped lines between these that a rule explains."""
        if rule not in self._explained:
            self._explained[rule] = self._sums_explained(rule)
        explained, column = self._explained[rule]
        return (explained[last] - explained[first]) / max(column[last] - column[first], 1)

    def _sums_explained(self, rule: Rule) -> tuple[list[int], list[int]]:
        """Of the lines in front of each, how many the rule explains, and how many can be of its column."""
        places = np.flatnonzero(self._wraps[:-1])
        places = places[abs(self._all_filled(rule.way)[places] - rule.edge) <= _SAME_COLUMN]
        lines = self._measured(rule.way, places)
        explained, column = np.zeros((2, len(self._wraps)), np.int32)
        explained[places] = lines.explained(np.array([[rule.edge]]), rule.indent)[0]
        explained[places] -= lines.filled > rule.edge
        column[places] = 1
        return sums_of(explained).tolist(), sums_of(column).tolist()

    def _best(self, wrapped: Ints) -> Rule | None:
        """The rule that explains most of these lines, the strictest first."""
        best, least = None, 1 - _LEAST_FIT
        for way in _WAYS:
            rule = self._fit(way, wrapped)
            if rule.rate < least:
                best, least = rule, rule.rate
            if rule.rate == 0:
                break
        return best and self._with_noise(best, wrapped)

    def _with_noise(self, rule: Rule, wrapped: Ints) -> Rule:
        """The rule with how often and by how much these lines miss it."""
        lines = self._lines_by(rule.way, wrapped)
        explained = lines.explained(np.array([[rule.edge]]), rule.indent)[0]
        missed, scale = lines.noise(rule.edge, explained)
        return rule._replace(missed=missed, scale=scale)

    def _fit(self, way: _Way, wrapped: Ints) -> Rule:
        """The edge and the indent by which this way explains most of these lines."""
        best = Rule(way, 0.0, 0.0, 1.0, 1.0, 1.0)
        lines = self._lines_by(way, wrapped)
        edges = np.unique(lines.filled)[::-1][:_EDGES, None]
        beyond = (lines.filled > edges).sum(axis=1)
        for indent in _INDENTS:
            explained = lines.explained(edges, indent)
            counts = explained.sum(axis=1) - beyond
            if indent:
                counts[~lines.prove(edges, indent)] = -1
            at = int(np.argmax(counts))
            rate = 1 - float(counts[at]) / max(len(lines.filled), 1)
            if rate < best.rate:
                best = best._replace(edge=float(edges[at, 0]), indent=indent, rate=rate)
        return best

    def _lines_by(self, way: _Way, wrapped: Ints) -> _Lines:
        """Those of the lines that can be of one column, measured."""
        sizes = self._rows.sizes(way.measure)[wrapped]
        near = wrapped[abs(sizes - np.sort(sizes)[int(len(sizes) * 0.6)]) <= _SAME_COLUMN] if len(sizes) else wrapped
        return self._measured(way, near)

    def _measured(self, way: _Way, near: Ints) -> _Lines:
        """These lines, measured."""
        needed = self._all_needed(way)
        above = np.where(near > 0, needed[near - 1], 0)
        may_open = (near == 0) | ~self._wraps[near - 1]
        deep = (near > 2) & self._wraps[near - 1] & self._wraps[near - 2] & self._wraps[near - 3]
        return _Lines(self._all_filled(way)[near], needed[near], above, may_open, deep)

    def _all_filled(self, way: _Way) -> Floats:
        """What each line fills of its column for certain."""
        key = way.measure, way.hangs
        if key not in self._filled:
            rows, sizes = self._rows, self._rows.sizes(way.measure)
            if way.hangs:
                sizes = sizes - rows.parts(way.measure, self._bare_ends, rows.ends)
            self._filled[key] = sizes
        return self._filled[key]

    @cached_property
    def _bare_ends(self) -> Ints:
        """Where each line ends without the stops that may hang out."""
        return np.maximum(self._rows.after_last(_STOPS, self._rows.ends), self._rows.starts)

    def _all_needed(self, way: _Way) -> Floats:
        """What each line would fill with the beginning of the next; the last one, without end."""
        if way not in self._needed:
            rows = self._rows
            if (way.unit, way.hangs) not in self._opens:
                self._opens[way.unit, way.hangs] = self._opening_ends(way)
            openings = rows.parts(way.measure, rows.starts, self._opens[way.unit, way.hangs])
            self._needed[way] = rows.sizes(way.measure) + np.append(openings[1:], np.inf)
        return self._needed[way]

    def _opening_ends(self, way: _Way) -> Ints:
        """Where what must not be parted ends at the beginning of each line."""
        rows, ends = self._rows, self._rows.starts
        if way.unit is _Unit.WORD:
            ends = rows.after_run(_OPENING, ends)
            words = rows.after_run(_WORD, ends)
            ends = np.where(words > ends, words, ends + 1)
        else:
            ends = ends + 1
        if way.unit is not _Unit.CHARACTER and not way.hangs:
            ends = rows.after_run(_STOPS, ends)
        return np.minimum(ends, rows.ends)


def _lines_in(blocks: list[int], size: int) -> slice | Ints:
    """The lines of these blocks."""
    first, last = blocks[0], blocks[-1] + 1
    if last - first == len(blocks):
        return slice(first * _BLOCK, min(last * _BLOCK, size))
    lines = (np.array(blocks)[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
    return lines[lines < size]


def _cost(rule: Rule, by: Floats, *, least: float = 0.0) -> Floats:
    """What it costs that a line misses its rule by so much: nothing below `least`."""
    rate, scale = max(rule.missed, _LEAST_RATE), max(rule.scale, _LEAST_SCALE)
    cost: Floats = np.where(by >= least, by / scale - np.log(rate), 0.0)
    return cost
