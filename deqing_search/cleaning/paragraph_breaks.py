"""Where paragraphs end in a column: all line ends of a stretch are decided together.

The best reading of a stretch wins: lines that had room for more, first lines that are too long for their indent, ends
of sentences, the way paragraphs open in this text, and headings, which are judged by their joined lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from deqing_search.cleaning.line_filling import Costs
from deqing_search.cleaning.paragraph_openings import AHEAD, LONGEST_ALONE, Behind, Openings, heading_odds, is_alone
from deqing_search.text.characters import has_pair
from deqing_search.text.lines import Line, ends_sentence, leaves_open, numbering

_LONGEST_HEADING = 60  # characters, over all its lines
_LIKE = 2  # numbered lines of one rank before and behind that show whether such headings stand alone
_SENTENCE = re.compile("[。；！？]")
NEVER = -14.0  # of a break inside a clause: less likely than a line that misses its rule
_PAUSE = -3.0  # behind a colon or semicolon, where no number follows

_STANDS = 2.5  # where most headings of a rank stand alone, one of that rank is seldom part of a paragraph
_UNFINISHED = -8.0  # of a paragraph that ends for certain, but neither like a sentence nor like a heading
_HOPELESS = 40.0


class End(IntEnum):
    """What is certain of the end of a line."""

    APART = 0  # a paragraph ends
    JOINED = 1
    FREE = 2


class _Known(NamedTuple):
    """What certainly belongs together, from line `start` on; whether a paragraph begins with it, whether one ends."""

    start: int
    text: str
    opens: bool
    ends: bool


class Breaks:
    """Decides the free ends of the lines of a text."""

    def __init__(self, text: str, lines: Sequence[Line], ends: list[End], costs: Costs) -> None:
        self._text, self._lines, self._ends = text, lines, ends
        self._inside, self._first, self._opening = (
            costs.inside.tolist(),
            costs.first.tolist(),
            costs.opening.tolist(),
        )
        pieces = list(self._known_pieces())
        self._openings = Openings(piece[1:] for piece in pieces)
        self._standing = standing(
            (piece.start, rank, None if is_alone(piece.text) and not piece.ends else is_alone(piece.text))
            for piece in pieces
            if piece.opens and (rank := numbering(piece.text)) is not None
        )
        self._behind_at: dict[int, Behind] = {}
        self._behind = self._lengths_behind()

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
        for start in range(first, last + 1):
            if start in best:
                for end, score in self._paragraphs(start, last):
                    score += best[start][0]
                    if end + 1 not in best or score > best[end + 1][0]:
                        best[end + 1] = score, start
        found, at = [], best[last + 1][1]
        while at > first:
            found.append(at)
            at = best[at][1]
        return found

    def _paragraphs(self, start: int, last: int) -> Iterator[tuple[int, float]]:
        """The paragraphs that may begin with a line: the lines they end with, and how likely they are."""
        score, size, prose = 0.0, 0, False
        for at in range(start, last + 1):
            line = self._lines[at].text
            size += len(line)
            if at == last:
                yield at, score + self._last(start, at, prose, size)
                return
            if self._ends[at] is End.FREE:
                likely = self._break(start, at, prose, size) - self._opening[at + 1]
                if likely > NEVER - _HOPELESS:
                    yield at, score + likely
            prose = prose or _SENTENCE.search(line) is not None
            score -= self._first[at] if at == start else self._inside[at]
            if score < -2 * _HOPELESS:
                score = -2 * _HOPELESS

    def _last(self, start: int, at: int, prose: bool, size: int) -> float:
        """How well a paragraph from `start` on goes with the certain end behind line `at`."""
        if not ends_sentence(self._lines[at].text):
            return max(self._heading(start, at, prose, size), _UNFINISHED)
        alone = size <= LONGEST_ALONE and not prose
        return -_STANDS * (self._standing.get(start) == 1 and not alone)

    def _break(self, start: int, at: int, prose: bool, size: int) -> float:
        """How likely a paragraph from `start` on ends with line `at`, as a logarithm of odds."""
        line = self._lines[at].text
        if ends_sentence(line):
            before = "".join([line.text for line in self._lines[start : at + 1]])
            standing = self._standing.get(start, 0)
            odds = self._openings.odds(before, self._behind_of(at), standing=standing)
            return odds - _STANDS * (standing == 1 and not is_alone(before))
        if line[-1] in "：:；;":
            return _PAUSE
        return self._heading(start, at, prose, size)

    def _heading(self, start: int, at: int, prose: bool, size: int) -> float:
        """How likely the lines from `start` to `at` are a heading, as a logarithm of odds."""
        if prose or size > _LONGEST_HEADING:
            return NEVER
        heading = "".join(line.text for line in self._lines[start : at + 1])
        if heading[-1] in "，、,；：:;" or _SENTENCE.search(heading) or leaves_open(heading):
            return NEVER
        below = self._ahead(at + 1)
        met = has_pair(heading[-1] + below[:1], self._text) if below else False
        return heading_odds(heading, below, met=met, standing=self._standing.get(start, 0))

    def _behind_of(self, at: int) -> Behind:
        """What stands behind a line."""
        if at not in self._behind_at:
            self._behind_at[at] = self._openings.behind(self._ahead(at + 1), self._behind[at + 1])
        return self._behind_at[at]

    def _ahead(self, at: int) -> str:
        """The beginning of the sentence that a line opens with."""
        text = ""
        for line in self._lines[at : at + AHEAD]:
            text += line.text
            if len(text) >= AHEAD:
                break
        return text[:AHEAD]

    def _known_pieces(self) -> Iterator[_Known]:
        start, opens = 0, True
        for at, end in enumerate(self._ends):
            if end is End.APART or (end is End.FREE and ends_sentence(self._lines[at].text)):
                text = "".join(line.text for line in self._lines[start : at + 1])
                yield _Known(start, text, opens, end is End.APART)
                start, opens = at + 1, end is End.APART

    def _lengths_behind(self) -> list[int]:
        """How many characters stand from each line on to the next certain end of a paragraph."""
        lengths = [len(line.text) for line in self._lines]
        for at in reversed(range(len(lengths) - 1)):
            if self._ends[at] is not End.APART:
                lengths[at] += lengths[at + 1]
        return lengths


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
