"""The fix of hard wraps: lines of a narrow column become paragraphs again.

That there is a column, `columns` proves; how full a line is, `filling` tells; what opens a paragraph where the line
says nothing, `openings`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from enum import Enum
from itertools import accumulate, pairwise
from typing import NamedTuple

from deqing_search.fixes.columns import (
    LEAST_WRAPPED,
    LONGEST,
    NARROWEST_COLUMN,
    PRINT,
    WIDEST_COLUMN,
    Articles,
    Column,
    Rows,
    columns_of,
)
from deqing_search.fixes.filling import Filling
from deqing_search.fixes.openings import Openings, Piece, kind_of
from deqing_search.offsets import Edit
from deqing_search.shapes import (
    NUMERAL,
    Line,
    ends_sentence,
    headlines_before,
    is_byline,
    is_heading,
    is_row,
    lines_of,
    numbering,
    width,
)

_BARE_DIGITS = 5  # rank of `15 …`: a wrapped line may well start with a number
_ITEM = re.compile(r"\d{1,2}[.．、]")
_FIRST = re.compile(rf"第?[（(]?[一1](?![{NUMERAL}\d])")
_HEADING_LINES = 3
_OPENING, _SHUTTING = "（(“《『「【", "）)”》』」】"
_INDENT = 1.2  # columns by which a line is shorter than its neighbours when a paragraph ends or begins there
_STYLE = 40  # lines before and behind that show how paragraphs are told apart
_LEAST_INDENT = 1.5
_LEAST_FLUSH = 0.3  # share of lines without an indent where the others begin paragraphs
_MOST_BLANK = 0.8  # share of blank lines from which on they stand between all lines and say nothing
_HEADLINES = 7  # lines that may stand in front of a byline
_LONGEST_HEADING = 45
_SENTENCE = re.compile("[。；：！？]")
_LIKE = 2  # numbered lines of one rank before and behind that show whether such headings stand alone


def hard_wrap(text: str) -> list[Edit]:
    """Join the lines of a narrow column into paragraphs, and keep the true ends of paragraphs.

    Evidence: at least six lines of one width, most of which break in the middle of a clause. A paragraph ends
    where a sentence ends and the line is short, or the next one is indented (and so shorter than full).

    >>> from deqing_search.offsets import apply_edits
    >>> column = ["　　会议强调，要坚定信", "心，在紧约束下实现多目", "标统筹。要认识形势变化", "。"]
    >>> column += ["　　全会号召，全县党员", "干部更加紧密地团结起来", "，奋力争当现代化县域高", "质量发展全优生。"]
    >>> apply_edits("\\n".join(column), hard_wrap("\\n".join(column))).split("\\n")[0]
    '　　会议强调，要坚定信心，在紧约束下实现多目标统筹。要认识形势变化。'
    """
    lines = lines_of(text)
    page = _Page(text, lines)
    if sum(page.wraps) < LEAST_WRAPPED - 1:
        return []
    edits = []
    for (left, right), joined in zip(pairwise(lines), _joins(page), strict=False):
        if joined:
            glue = " " if _is_word_end(left.text[-1]) and _latin(right.text[0]) else ""
            edits.append(Edit(left.end, right.start, glue, "hard-wrap", "窄栏硬换行"))
    return edits


class _End(Enum):
    """What the end of a line is."""

    APART = "the end of a paragraph, or nothing of a column's"
    JOINED = "inside a paragraph"
    FULL = "the end of a sentence in a full line: inside a paragraph, if the next words do not open one"
    OPEN = "inside a clause in a full line: inside a paragraph, if it is not the end of a heading"


class _Page:
    """The lines of a text, measured, and which of them may be wrapped."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self.lines = lines
        self.rows = Rows([_before(text, line) + line.text for line in lines])
        self._prints = self.rows.sizes(PRINT).tolist()
        self.articles, self.styles = Articles(lines), _Styles(text, lines)
        self.wraps = [self._may_wrap(at) for at in range(len(lines))]

    def _may_wrap(self, at: int) -> bool:
        """The line breaks off inside a clause, and is neither row, heading, caption nor in front of one."""
        line = self.lines[at].text
        return (
            at + 1 < len(self.lines)
            and len(line) <= LONGEST
            and NARROWEST_COLUMN <= self._prints[at] <= WIDEST_COLUMN
            and not _pauses(line)
            and not is_row(line)
            and not is_byline(line)
            and not line.startswith(("- ", "* ", "|", "｜"))
            and self.joinable(at)
            and not self.styles.parts(at)
        )

    def joinable(self, at: int) -> bool:
        """The next line opens no numbered paragraph, and this one is no headline in front of a byline."""
        return not (self._opens_numbered(at) or self.heads_article(at))

    def _opens_numbered(self, at: int) -> bool:
        """The number in front of the next line numbers a paragraph; inside a clause, it is what the words count."""
        above, below = self.lines[at].text, self.lines[at + 1].text
        rank = numbering(below)
        if rank is None or above[-1] in "、，" or _is_open(above):
            return False
        if rank == _BARE_DIGITS:
            return ends_sentence(above) or (above[-1] not in "；;" and bool(_ITEM.match(below)))
        if _pauses(above) or above[-1] in _SHUTTING:
            return True
        if "。" in above:
            return False
        # Under a heading the count begins; later numbers follow a paragraph that ends, or their like.
        like = (numbering(line.text) == rank for line in self.lines[max(at - _HEADING_LINES, 0) : at + 1])
        return bool(_FIRST.match(below)) or any(like)

    def heads_article(self, at: int) -> bool:
        """The line is a headline in front of a byline."""
        byline = self.articles.byline_behind(at)
        return byline is not None and byline - at <= _HEADLINES and at in headlines_before(self.lines, byline)


def _ends(page: _Page) -> list[_End]:
    """What the end of each line is."""
    lines, wraps = page.lines, page.wraps
    columns, filling = columns_of(page.rows, wraps, page.articles), Filling(page.rows, wraps)
    found = [_End.APART] * len(lines)
    for at, column in enumerate(columns[:-1]):
        if column is None or not (wraps[at] or _pauses(lines[at].text)) or is_byline(lines[at].text):
            continue
        parted = page.styles.parts(at)
        if parted or (parted is None and not page.joinable(at)) or page.heads_article(at):
            continue
        found[at] = _End.JOINED if parted is False else _bare(lines, at, column, filling)
    return found


def _bare(lines: list[Line], at: int, column: Column, filling: Filling) -> _End:
    """The end of a line where neither indent nor blank line tells the paragraphs apart."""
    left, right = lines[at].text, lines[at + 1].text
    if kind_of(right) == "remark" and not is_byline(right):
        return _End.JOINED
    room, below = filling.has_room(at), filling.has_room(at + 1)
    known = room is not None
    short = room if known else column.here <= column.full - _INDENT
    indented = (below if below is not None else column.below <= column.full - _INDENT) and not _pauses(right)
    if _pauses(left) and right.startswith("——"):
        return _End.APART
    if not _pauses(left):
        if short and (is_heading(left) if known else numbering(left) is not None):
            return _End.APART
        return _End.OPEN if known and not short else _End.JOINED
    if short or indented:
        return _End.APART
    return _End.FULL if known and ends_sentence(left) else _End.JOINED


def _joins(page: _Page) -> list[bool]:
    """Whether each line goes on in the next one."""
    lines, ends = page.lines, _ends(page)
    joins = [end is not _End.APART for end in ends]
    if _End.FULL not in ends and _End.OPEN not in ends:
        return joins
    pieces = _known_pieces(lines, ends)
    openings, standing = Openings(piece[1:] for piece in pieces), _standing(pieces)
    behind = _lengths_behind(lines, ends)
    start, size, heading_end = 0, 0, -1
    for at, (line, end) in enumerate(zip(lines, ends, strict=True)):
        if at == start:
            heading_end = _heading_end(lines, ends, at, openings) if at in standing else -1
            size = 0
        size += len(line.text)
        if end is _End.FULL:
            before = Piece(_ahead(lines, start), size, exclaims=line.text[-1] in "！!")
            joins[at] = not openings.part(before, Piece(_ahead(lines, at + 1), behind[at + 1]))
        elif at == heading_end:
            joins[at] = False
        if not joins[at]:
            start = at + 1
    return joins


def _lengths_behind(lines: list[Line], ends: list[_End]) -> list[int]:
    """How many characters stand from each line on to the next certain end of a paragraph."""
    lengths = [len(line.text) for line in lines]
    for at in reversed(range(len(lines) - 1)):
        if ends[at] is not _End.APART:
            lengths[at] += lengths[at + 1]
    return lengths


class _Known(NamedTuple):
    """What certainly belongs together, from line `start` on; whether a paragraph begins with it, whether one ends."""

    start: int
    text: str
    opens: bool
    ends: bool


def _known_pieces(lines: list[Line], ends: list[_End]) -> list[_Known]:
    pieces: list[_Known] = []
    start, opens = 0, True
    for at, end in enumerate(ends):
        if end is _End.APART or end is _End.FULL:
            text = "".join(line.text for line in lines[start : at + 1])
            pieces.append(_Known(start, text, opens, end is _End.APART))
            start, opens = at + 1, end is _End.APART
    return pieces


def _standing(pieces: list[_Known]) -> set[int]:
    """The lines that begin with a number under which, by most of the same rank near by, headings stand alone."""
    ranked: dict[int, list[_Known]] = defaultdict(list)
    for piece in pieces:
        rank = numbering(piece.text) if piece.opens else None
        if rank is not None:
            ranked[rank].append(piece)
    found = set()
    for same in ranked.values():
        alone = [is_heading(piece.text) for piece in same]
        for at, piece in enumerate(same):
            others = alone[max(at - _LIKE, 0) : at] + alone[at + 1 : at + 1 + _LIKE]
            if 2 * sum(others) > len(others):
                found.add(piece.start)
    return found


def _heading_end(lines: list[Line], ends: list[_End], start: int, openings: Openings) -> int:
    """The full line with which the heading that begins at `start` ends; -1 where a shorter one does.

    A heading that goes on is over before a sentence ends.
    """
    size, full = 0, []
    for at in range(start, len(lines)):
        size += len(lines[at].text)
        if ends[at] is not _End.OPEN or size > _LONGEST_HEADING or _SENTENCE.search(lines[at].text):
            break
        if lines[at].text[-1] not in "，、":
            full.append(at)
    over = ends[at] is _End.APART and (size <= _LONGEST_HEADING or not _SENTENCE.search(lines[at].text))
    if over or not full:
        return -1
    return max(full, key=lambda at: (openings.odds(_ahead(lines, at + 1)), -at))


def _ahead(lines: list[Line], at: int) -> str:
    """The beginning of the sentence that line `at` opens with."""
    return "".join(line.text for line in lines[at : at + 3])


class _Styles:
    """How the paragraphs of each region are told apart: by an indent, by a blank line, or by neither."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self._lines = lines
        self._indents = [_indent(text, line) for line in lines]
        self._blanks = [text.count("\n", left.end, right.start) > 1 for left, right in pairwise(lines)]
        self._inner = list(accumulate((indent < _LEAST_INDENT for indent in self._indents), initial=0))
        self._parted = list(accumulate(self._blanks, initial=0))

    def parts(self, at: int) -> bool | None:
        """Whether a paragraph ends behind line `at`; None where the region does not say."""
        first, last = max(at - _STYLE, 0), min(at + _STYLE, len(self._lines) - 1)
        lines = last - first + 1
        flush = (self._inner[last + 1] - self._inner[first]) / lines
        below = self._lines[at + 1].text
        if _LEAST_FLUSH <= flush < 1:
            return self._indents[at + 1] >= _LEAST_INDENT or (numbering(below) == 0 and not _has_stop(below))
        blank = (self._parted[last] - self._parted[first]) / max(last - first, 1)
        if not 0 < blank < _MOST_BLANK:
            return None
        if self._blanks[at]:
            return True if _pauses(self._lines[at].text) else None
        return None if numbering(below) is not None else False


def _indent(text: str, line: Line) -> float:
    """Columns of white space in front of a line, a tab as two."""
    return width(_before(text, line).replace("\t", "    "))


def _before(text: str, line: Line) -> str:
    return text[text.rfind("\n", 0, line.start) + 1 : line.start]


def _has_stop(line: str) -> bool:
    return bool(re.search("[，。；]", line))


def _pauses(line: str) -> bool:
    """A paragraph may end here: at a sentence, or in front of or inside a list; not with a bracket or quote open."""
    return (line[-1] in "：:；;" or ends_sentence(line)) and not _is_open(line)


def _is_open(line: str) -> bool:
    """The last bracket or quote that stands on the line is an opening one."""
    return max(map(line.rfind, _OPENING)) > max(map(line.rfind, _SHUTTING))


def _is_word_end(character: str) -> bool:
    """Of Latin prose; a capital may be half of an acronym that Chinese setting breaks anywhere."""
    return _latin(character) and character.islower()


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
