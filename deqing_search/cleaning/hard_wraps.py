"""The fix of hard wraps: lines of a narrow column become paragraphs again.

That there is a column, `columns` proves; how full a line is, `filling` tells; what opens a paragraph where the line
says nothing, `openings`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.line_filling import UNKNOWN, Filling
from deqing_search.cleaning.measured_lines import LONGEST, PRINT, rows_of
from deqing_search.cleaning.paragraph_openings import Openings, Piece, kind_of
from deqing_search.cleaning.wrapped_columns import (
    LEAST_WRAPPED,
    NARROWEST_COLUMN,
    WIDEST_COLUMN,
    Articles,
    Columns,
    columns_of,
    may_have_columns,
)
from deqing_search.text.characters import Flags, Ints
from deqing_search.text.lines import (
    CLOSING,
    HAN,
    NUMERAL,
    OF_BYLINES,
    OF_NUMBERS,
    TERMINAL,
    Line,
    bylines_of,
    ends_sentence,
    headlines_before,
    is_byline,
    is_heading,
    numbering,
)
from deqing_search.text.offsets import Edit

_BARE_DIGITS = 5  # rank of `15 …`: a wrapped line may well start with a number
_ITEM = re.compile(r"\d{1,2}[.．、]")
_FIRST = re.compile(rf"第?[（(]?[一1](?![{NUMERAL}\d])")
_HEADING_LINES = 3
_HAN = "\u3400-\u9fff〇"
# Strings: compiled when a text is wrapped, as few are; `re` keeps what it compiled.
_TOGETHER, _APART = rf"[{HAN}]\d|\d[{HAN}]", rf"[{HAN}] \d|\d [{HAN}]"
_SPACE = rf" (?:(?<=[{HAN}] )\d|(?<=\d )[{HAN}])"  # found fast
_MOSTLY_APART = 4  # times as often: this text sets a space between numbers and Han
_OPENING, _SHUTTING = "（(“《『「【", "）)”》』」】"
_INDENT = 1.2  # columns by which a line is shorter than its neighbours when a paragraph ends or begins there
_STYLE = 40  # lines before and behind that show how paragraphs are told apart
_LEAST_INDENT = 1.5
_SHORT = 0.8  # of the line above: a paragraph ends there
_LEAST_FLUSH = 0.3  # share of lines without an indent where the others begin paragraphs
_MOST_BLANK = 0.8  # share of blank lines from which on they stand between all lines and say nothing
_HEADLINES = 7  # lines that may stand in front of a byline
_LONGEST_HEADING = 45
_STOPS = "，。；"
_SENTENCE = re.compile("[。；：！？]")
_UNRANKED = -1
_IDEOGRAPHS = "\u2e80-\u9fff"  # with their punctuation: digits of any script stand elsewhere
_LISTED = "-*|｜"  # what rows of tables and items of lists begin with
_PAUSES = "：:；;"
_LIKE = 2  # numbered lines of one rank before and behind that show whether such headings stand alone


def hard_wrap(text: str) -> list[Edit]:
    """Join the lines of a narrow column into paragraphs, and keep the true ends of paragraphs.

    Evidence: at least six lines of one width, most of which break in the middle of a clause. A paragraph ends
    where a sentence ends and the line is short, or the next one is indented (and so shorter than full).

    >>> from deqing_search.text.offsets import apply_edits
    >>> column = ["　　会议强调，要坚定信", "心，在紧约束下实现多目", "标统筹。要认识形势变化", "。"]
    >>> column += ["　　全会号召，全县党员", "干部更加紧密地团结起来", "，奋力争当现代化县域高", "质量发展全优生。"]
    >>> apply_edits("\\n".join(column), hard_wrap("\\n".join(column))).split("\\n")[0]
    '　　会议强调，要坚定信心，在紧约束下实现多目标统筹。要认识形势变化。'
    """
    if not may_have_columns(rows_of(text)):
        return []
    page = _Page(text)
    if page.wraps.sum() < LEAST_WRAPPED - 1:
        return []
    rows, joined = page.rows, np.flatnonzero(_joins(page)[:-1])
    ends, starts = rows.ends[joined].tolist(), rows.starts[joined + 1].tolist()
    # Of Latin prose; a capital may be half of an acronym that Chinese setting breaks anywhere.
    spaced = rows.end_in("a-z")[joined] & rows.begin_in("A-Za-z")[joined + 1]
    if re.search(_SPACE, text) and len(re.findall(_APART, text)) > _MOSTLY_APART * len(re.findall(_TOGETHER, text)):
        spaced |= rows.end_in("0-9")[joined] & rows.begin_in(_HAN)[joined + 1]
        spaced |= rows.end_in(_HAN)[joined] & rows.begin_in("0-9")[joined + 1]
    return [
        Edit(end, start, " " if space else "", "hard-wrap", "窄栏硬换行")
        for end, start, space in zip(ends, starts, spaced.tolist(), strict=True)
    ]


class _End(IntEnum):
    """What the end of a line is."""

    APART = 0  # the end of a paragraph, or nothing of a column's
    JOINED = 1  # inside a paragraph
    FULL = 2  # the end of a sentence in a full line: inside a paragraph, if the next words do not open one
    OPEN = 3  # inside a clause in a full line: inside a paragraph, if it is not the end of a heading


_ENDS = tuple(_End)


class _Page:
    """The lines of a text, measured, and which of them may be wrapped."""

    def __init__(self, text: str) -> None:
        self.rows = rows_of(text)
        self.lines = self.rows.lines
        bylines = bylines_of(text)
        self.articles = Articles.apart(len(self.lines), bylines)
        self._headlines = {
            at for byline in bylines for at in headlines_before(self.lines, byline) if byline - at <= _HEADLINES
        }
        self.ranks = self._ranks()
        self.pauses = self._pauses()
        self.parted = self._parted()
        self.wraps = self._wraps()

    def _ranks(self) -> Ints:
        """The rank of the number each line opens with, or _UNRANKED."""
        ranks = np.full(len(self.lines), _UNRANKED)
        likely = self.rows.begin_in(OF_NUMBERS) | ~self.rows.begin_in(_IDEOGRAPHS)
        for at in np.flatnonzero(likely).tolist():
            rank = numbering(self.lines[at].text)
            ranks[at] = _UNRANKED if rank is None else rank
        return ranks

    def _pauses(self) -> Flags:
        """Where a paragraph may end: at a sentence, or in front of or inside a list; not with a quote left open."""
        pauses = self.rows.end_in(_PAUSES + TERMINAL + CLOSING)
        closed = np.flatnonzero(self.rows.end_in(CLOSING))
        pauses[closed] = [ends_sentence(self.lines[at].text) for at in closed.tolist()]
        return pauses & ~self.rows.leave_open(_OPENING, _SHUTTING)

    def _parted(self) -> Ints:
        """Whether a paragraph ends behind each line, as its region tells by an indent or blank lines; or UNKNOWN."""
        indents, numbers, size = self.rows.indents(), self.rows.numbers, len(self.lines)
        inner = np.append(0, (indents < _LEAST_INDENT).cumsum())
        blanks = np.diff(numbers) > 1
        blank_lines = np.append(0, blanks.cumsum())
        sizes = self.rows.sizes(PRINT)
        short = np.append(False, sizes[1:] < _SHORT * sizes[:-1])[: len(blanks)]
        shorts, parted_shorts = np.append(0, short.cumsum()), np.append(0, (short & blanks).cumsum())
        at = np.arange(max(size - 1, 0))
        first, last = np.maximum(at - _STYLE, 0), np.minimum(at + _STYLE, size - 1)
        flush = (inner[last + 1] - inner[first]) / (last - first + 1)
        blank = (blank_lines[last] - blank_lines[first]) / np.maximum(last - first, 1)
        outermost = (self.ranks == 0) & ~self.rows.have(_STOPS)
        by_indent = (indents[1:] >= _LEAST_INDENT) | outermost[1:]
        by_blank = np.where(
            blanks, np.where(self.pauses[:-1], 1, UNKNOWN), np.where(self.ranks[1:] == _UNRANKED, 0, UNKNOWN)
        )
        # Where most of the short lines go on without one, blank lines part pages or columns.
        tells = 2 * (parted_shorts[last] - parted_shorts[first]) > shorts[last] - shorts[first]
        parted = np.where(tells & (blank > 0) & (blank < _MOST_BLANK), by_blank, UNKNOWN)
        return np.append(np.where((flush >= _LEAST_FLUSH) & (flush < 1), by_indent, parted), UNKNOWN)

    def _wraps(self) -> Flags:
        """The line breaks off inside a clause, and is neither row, heading, caption nor in front of one."""
        sizes, rows = self.rows.sizes(PRINT), self.rows
        wraps = (rows.ends - rows.starts <= LONGEST) & (sizes >= NARROWEST_COLUMN) & (sizes <= WIDEST_COLUMN)
        wraps &= ~self.pauses & (self.parted != 1) & ~rows.have("\t") & ~np.append(rows.have("\t")[1:], False)
        wraps[-1:] = False
        unsure = rows.begin_in(_LISTED) | rows.have(OF_BYLINES) | np.append(self.ranks[1:] != _UNRANKED, False)
        unsure[list(self._headlines)] = True
        at = np.flatnonzero(wraps & unsure)
        wraps[at] = [self.joinable(here) and not _stands_alone(self.lines[here].text) for here in at.tolist()]
        return wraps

    def joinable(self, at: int) -> bool:
        """The next line opens no numbered paragraph, and this one is no headline in front of a byline."""
        return not (at in self._headlines or self._opens_numbered(at))

    def _opens_numbered(self, at: int) -> bool:
        """The number in front of the next line numbers a paragraph; inside a clause, it is what the words count."""
        rank = self.ranks[at + 1]
        if rank == _UNRANKED:
            return False
        above, below = self.lines[at].text, self.lines[at + 1].text
        if above[-1] in "、，" or _is_open(above):
            return False
        if rank == _BARE_DIGITS:
            return ends_sentence(above) or (above[-1] not in "；;" and bool(_ITEM.match(below)))
        if self.pauses[at] or above[-1] in _SHUTTING:
            return True
        if "。" in above:
            return False
        # Under a heading the count begins; later numbers follow a paragraph that ends, or their like.
        return bool(_FIRST.match(below)) or rank in self.ranks[max(at - _HEADING_LINES, 0) : at + 1]

    def goes_on(self, at: int) -> bool:
        """The paragraph may go on behind this line, at which it pauses and is not parted for certain."""
        apart = not self.joinable(at) if self.parted[at] == UNKNOWN else at in self._headlines
        return not apart and not is_byline(self.lines[at].text)


def _ends(page: _Page) -> Ints:
    """What the end of each line is."""
    likely = page.wraps | (page.pauses & (page.parted != 1))
    columns = columns_of(page.rows, page.wraps, page.articles, np.flatnonzero(likely[:-1]))
    open_ = ~np.isnan(columns.full)
    for at in np.flatnonzero(open_ & page.pauses).tolist():
        open_[at] = page.goes_on(at)
    ends = np.full(len(open_), _End.APART)
    ends[open_ & (page.parted == 0)] = _End.JOINED
    bare = np.flatnonzero(open_ & (page.parted == UNKNOWN))
    remarks = np.array([_is_remark(page.lines[at + 1].text) for at in bare.tolist()], bool)
    ends[bare[remarks]] = _End.JOINED
    bare = bare[~remarks]
    ends[bare] = _bare_ends(page, bare, columns)
    return ends


def _bare_ends(page: _Page, at: Ints, columns: Columns) -> Ints:
    """The ends of lines where neither indent nor blank line tells the paragraphs apart."""
    here, below = Filling(page.rows, page.wraps).rooms(np.concatenate([at, at + 1])).reshape(2, -1)
    known, narrow = here != UNKNOWN, columns.full[at] - _INDENT
    short = np.where(known, here == 1, columns.here[at] <= narrow)
    indented = np.where(below == UNKNOWN, columns.below[at] <= narrow, below == 1) & ~page.pauses[at + 1]
    pauses = page.pauses[at]
    ends = np.full(len(at), _End.JOINED)
    ends[~pauses & known & ~short] = _End.OPEN
    ends[pauses & (short | indented)] = _End.APART
    for place in np.flatnonzero(~pauses & short).tolist():
        rank, line = page.ranks[at[place]], page.lines[at[place]].text
        if is_heading(line) if known[place] else rank != _UNRANKED:
            ends[place] = _End.APART
    for place in np.flatnonzero(pauses & ~short & ~indented).tolist():
        if page.lines[at[place] + 1].text.startswith("——"):
            ends[place] = _End.APART
        elif known[place] and ends_sentence(page.lines[at[place]].text):
            ends[place] = _End.FULL
    return ends


def _is_remark(line: str) -> bool:
    """A remark in brackets behind what stands above."""
    return line[0] in "（(" and kind_of(line) == "remark" and not is_byline(line)


def _joins(page: _Page) -> Flags:
    """Whether each line goes on in the next one."""
    found = _ends(page)
    joins: Flags = found != _End.APART
    if (found <= _End.JOINED).all():
        return joins
    lines, ends = page.lines, [_ENDS[end] for end in found.tolist()]
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


def _stands_alone(line: str) -> bool:
    """A row of a table, an item of a list or a byline."""
    return line.startswith(("- ", "* ", "|", "｜")) or is_byline(line)


def _is_open(line: str) -> bool:
    """The last bracket or quote that stands on the line is an opening one."""
    return max(map(line.rfind, _OPENING)) > max(map(line.rfind, _SHUTTING))
