"""Where paragraphs end in a column: all line ends of a stretch are decided together.

The best reading of a stretch wins: lines that had room for more, first lines that are too long for their indent, ends
of sentences, the way paragraphs open in this text, and headings, which are judged by their joined lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import accumulate

from deqing_search.cleaning.column_filling import Costs
from deqing_search.cleaning.heading_odds import edges_of, heading_odds
from deqing_search.cleaning.sentence_odds import AHEAD, Piece, Place, SentenceOdds, is_alone
from deqing_search.text.lines import Line, ends_sentence, leaves_open, numbering

_LONGEST_HEADING = 60  # characters, over all its lines
_LIKE = 2  # numbered lines of one rank before and after it that show whether such headings stand alone
_SENTENCE = re.compile("[。；！？]")
NEVER = -14.0  # of a break inside a clause: less likely than a line that misses its rule
_PAUSE = -3.0  # after a colon or semicolon, where no number follows

_STANDS = 2.5  # where most headings of a rank stand alone, one of that rank is seldom part of a paragraph
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
        self._standing = standing(
            (piece.start, rank, None if is_alone(piece.text) and not piece.ends else is_alone(piece.text))
            for piece in pieces
            if piece.opens and (rank := numbering(piece.text)) is not None
        )
        self._certain = [0, *(self._offsets[at + 1] for at, end in enumerate(ends) if end is End.APART)]
        self._place_at: dict[int, Place] = {}
        self._edges = edges_of([line.text for line in lines])

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
        return -_STANDS * (self._standing.get(self._offsets[start]) == 1 and not is_alone(self._between(start, at)))

    def _break(self, start: int, at: int) -> float:
        """How likely a paragraph from `start` on ends with line `at`, as a logarithm of odds."""
        if self._closed[at]:
            first = self._offsets[start]
            standing = self._standing.get(first, 0)
            odds = self._sentences.odds(first, self._place(at), standing=standing)
            return odds - _STANDS * (standing == 1 and not is_alone(self._between(start, at)))
        return _PAUSE if self._is_pause(at) else self._heading(start, at)

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

    def _known_pieces(self) -> Iterator[Piece]:
        start, opens = 0, True
        for at, end in enumerate(self._ends):
            if end is End.APART or (end is End.FREE and self._closed[at]):
                stop = self._offsets[at + 1]
                yield Piece(start, self._text[start:stop], opens, end is End.APART)
                start, opens = stop, end is End.APART


def standing(numbered: Iterable[tuple[int, int, bool | None]]) -> dict[int, int]:
    """Of numbered lines whether at least half of the same rank near by stand alone (1), or fewer (-1).

    Each is given with its place, the rank of its number, and whether it stands alone, if that is known.

    >>> standing([(0, 3, True), (5, 3, False), (9, 3, True), (11, 4, True)])
    {0: 1, 5: 1, 9: 1}
    """
    ranked: dict[int, list[tuple[int, bool | None]]] = defaultdict(list)
    for at, rank, alone in numbered:
        ranked[rank].append((at, alone))
    found = {}
    for same in ranked.values():
        alone_near = [alone for _, alone in same]
        for place, (at, _) in enumerate(same):
            near = alone_near[max(place - _LIKE, 0) : place] + alone_near[place + 1 : place + 1 + _LIKE]
            others = [alone for alone in near if alone is not None]
            if others:
                found[at] = 1 if 2 * sum(others) >= len(others) else -1
    return found
