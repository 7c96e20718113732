"""Where paragraphs end in a column: all line ends of a stretch are decided together.

The best reading of a stretch wins: lines that had room for more, first lines that are too long for their indent, ends
of sentences, the way paragraphs open in this text, and headings, which are judged by their joined lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import accumulate
from math import exp

from deqing_search.cleaning.column_filling import Costs
from deqing_search.cleaning.heading_odds import edges_of, heading_odds
from deqing_search.cleaning.sentence_odds import AHEAD, Piece, Place, SentenceOdds, is_alone
from deqing_search.text.lines import Line, ends_sentence, leaves_open, numbering

_LONGEST_HEADING = 60  # characters, over all its lines
_ROUNDS = 2  # the first weighs each numbered line without its siblings
_SHARES = {2: 0.9, 1: 0.5, -1: 0.1, -2: 0.0}  # least share of the siblings that stand alone
_SENTENCE = re.compile("[。；！？]")
NEVER = -14.0  # of a break inside a clause: less likely than a line that misses its rule
_PAUSE = -3.0  # after a colon or semicolon, where no number follows

# What it costs that a numbered line is part of a paragraph though its siblings stand alone: where all of them do, it is
# one line in 300 (443 reports, those from which the words were learned). Where most of them do, this cost brought back
# the most paragraphs of 172 damaged reports.
_STANDS = {2: 5.5, 1: 2.5}
_UNFINISHED = -8.0  # of a paragraph that ends for certain, but neither like a sentence nor like a heading
_HOPELESS = 60.0
_UNLIKELY, _COSTLY = -7.0, 5.0  # a break less likely is no reading, unless it costs more to go on
_GOES_ON = "，、,；：:;"


class End(IntEnum):
    """What is certain of the end of a line."""

    APART = 0  # a paragraph ends
    JOINED = 1
    FREE = 2


class Breaks:
    """Decides the free ends of the lines of a text."""

    def __init__(self, lines: Sequence[Line], ends: list[End], costs: Costs) -> None:
        self._lines, self._ends = lines, ends
        self._inside, self._first, self._opening = (cost.tolist() for cost in costs[1:4])
        self._text = "".join([line.text for line in lines])
        self._offsets = list(accumulate([len(line.text) for line in lines], initial=0))
        self._closed = [ends_sentence(line.text) for line in lines]
        self._prose = [_SENTENCE.search(line.text) is not None for line in lines]
        pieces = list(self._known_pieces())
        self._sentences = SentenceOdds(pieces)
        self._certain = [0, *(self._offsets[at + 1] for at, end in enumerate(ends) if end is End.APART)]
        self._place_at: dict[int, Place] = {}
        self._edges = edges_of([line.text for line in lines])
        self._standing: dict[int, int] = {}
        ranked = ((piece, numbering(piece.text)) for piece in pieces if piece.opens)
        numbered = [(piece, rank) for piece, rank in ranked if rank is not None]
        for _ in range(_ROUNDS):
            self._standing = standing([(piece.start, rank, self._alone(piece)) for piece, rank in numbered])

    def joined(self) -> list[bool]:
        """Whether each line goes on in the next one."""
        joined = [end is not End.APART for end in self._ends]
        first = 0
        for at, end in enumerate(self._ends):
            if end is End.APART:
                if End.FREE in self._ends[first:at]:
                    for start in self._starts(first, at):
                        joined[start - 1] = False
                first = at + 1
        return joined

    def _starts(self, first: int, last: int) -> list[int]:
        """The lines inside a stretch with which a paragraph begins, the first one aside."""
        best: dict[int, tuple[float, int]] = {first: (0.0, first)}
        # A paragraph may end there wherever it begins, or it costs something that it does not.
        marked = [
            at
            for at in range(first, last)
            if self._inside[at] or (self._ends[at] is End.FREE and (self._closed[at] or self._is_pause(at)))
        ]
        for start in range(first, last + 1):
            if start in best:
                for end, score in self._paragraphs(start, last, marked):
                    score += best[start][0]
                    if end + 1 not in best or score > best[end + 1][0]:
                        best[end + 1] = score, start
        found, at = [], best[last + 1][1]
        while at > first:
            found.append(at)
            at = best[at][1]
        return found

    def _paragraphs(self, start: int, last: int, marked: list[int]) -> Iterator[tuple[int, float]]:
        """The paragraphs that may begin with a line: the lines they end with, and how likely they are."""
        score, at = 0.0, start
        while at < last:
            going_on = self._first[at] if at == start else self._inside[at]
            if self._ends[at] is End.FREE:
                likely = self._break(start, at) - self._opening[at + 1]
                if likely > _UNLIKELY or going_on > _COSTLY:
                    yield at, score + likely
            score -= going_on
            if score < -_HOPELESS:
                return
            at += 1
            if self._prose[at - 1] or self._offsets[at] - self._offsets[start] > _LONGEST_HEADING:
                place = bisect_left(marked, at)
                at = marked[place] if place < len(marked) else last
        yield last, score + self._last(start, last)

    def _last(self, start: int, at: int) -> float:
        """How well a paragraph from `start` on goes with the certain end after line `at`."""
        if not self._closed[at]:
            return max(self._heading(start, at), _UNFINISHED)
        return -self._against(start, at)

    def _break(self, start: int, at: int) -> float:
        """How likely a paragraph from `start` on ends with line `at`, as a logarithm of odds."""
        if self._closed[at]:
            first = self._offsets[start]
            cost = self._against(start, at)
            standing = 0 if cost else self._standing.get(first, 0)  # it is unlike its siblings
            return self._sentences.odds(first, self._place(at), standing=standing) - cost
        return _PAUSE if self._is_pause(at) else self._heading(start, at)

    def _against(self, start: int, at: int) -> float:
        """What it costs that a numbered line opens this paragraph though its siblings are headings."""
        cost = _STANDS.get(self._standing.get(self._offsets[start], 0), 0.0)
        return 0.0 if cost and is_alone(self._between(start, at)) else cost

    def _heading(self, start: int, at: int) -> float:
        """How likely the lines from `start` to `at` are a heading, as a logarithm of odds."""
        if self._offsets[at + 1] - self._offsets[start] > _LONGEST_HEADING or self._lines[at].text[-1] in _GOES_ON:
            return NEVER
        edge = self._edges[at]
        if edge < _UNLIKELY:
            return edge
        heading = self._between(start, at)
        if _SENTENCE.search(heading) or leaves_open(heading):
            return NEVER
        return heading_odds(edge, heading, self._ahead(at), self._standing.get(self._offsets[start], 0))

    def _is_pause(self, at: int) -> bool:
        return self._lines[at].text[-1] in "：:；;"

    def _between(self, start: int, at: int) -> str:
        """The joined lines from `start` to `at`."""
        return self._text[self._offsets[start] : self._offsets[at + 1]]

    def _ahead(self, at: int) -> str:
        """What stands after line `at`."""
        start = self._offsets[at + 1]
        return self._text[start : start + AHEAD]

    def _place(self, at: int) -> Place:
        """The end of line `at`, weighed as the end of a sentence."""
        if at not in self._place_at:
            place = self._offsets[at + 1]
            above = bisect_left(self._certain, place) - 1
            self._place_at[at] = self._sentences.place(place, self._certain[above], self._certain[above + 1])
        return self._place_at[at]

    def _alone(self, piece: Piece) -> float:
        """How likely the number of a piece is that of a heading."""
        if piece.ends and is_alone(piece.text):
            return 1.0
        start = at = bisect_left(self._offsets, piece.start)
        odds = NEVER
        while self._ends[at] is not End.APART and self._offsets[at + 1] - piece.start <= _LONGEST_HEADING:
            if self._ends[at] is End.FREE and not self._closed[at]:
                odds = max(odds, self._heading(start, at))
            at += 1
        return 1 / (1 + exp(-odds))

    def _known_pieces(self) -> Iterator[Piece]:
        start, opens = 0, True
        for at, end in enumerate(self._ends):
            if end is End.APART or (end is End.FREE and self._closed[at]):
                stop = self._offsets[at + 1]
                yield Piece(start, self._text[start:stop], opens, end is End.APART)
                start, opens = stop, end is End.APART


def standing(numbered: Iterable[tuple[int, int, float]]) -> dict[int, int]:
    """Of each numbered line how many of its siblings stand alone as headings: all (2), half (1), fewer (-1), none (-2).

    Siblings have the same rank under the same heading. A line without siblings is left out. Each line is given with its
    place, the rank of its number, and how likely it stands alone.

    >>> standing([(0, 3, 1.0), (5, 4, 0.0), (9, 4, 0.1), (11, 3, 1.0), (15, 4, 1.0)])
    {0: 2, 11: 2, 5: -1, 9: -2}
    """
    found = {}
    for siblings in _siblings(numbered):
        total = sum(alone for _, alone in siblings)
        for at, alone in siblings if len(siblings) > 1 else ():
            share = (total - alone) / (len(siblings) - 1)
            found[at] = next(level for level, least in _SHARES.items() if share >= least)
    return found


def _siblings(numbered: Iterable[tuple[int, int, float]]) -> list[list[tuple[int, float]]]:
    """The numbered lines of each rank under each heading: their places, and how likely each stands alone."""
    groups: list[list[tuple[int, float]]] = []
    open_: dict[int, list[tuple[int, float]]] = {}
    for at, rank, alone in numbered:
        open_ = {above: its for above, its in open_.items() if above <= rank}
        if rank not in open_:
            groups.append([])
            open_[rank] = groups[-1]
        open_[rank].append((at, alone))
    return groups
