"""The fix of hard wraps: lines of a narrow column become paragraphs again.

It asks, in this order:

- `line_widths`: how wide is each line;
- `column_evidence`: which lines stand in a wrapped column at all;
- `column_filling`: up to which edge and with which indent were the lines of that column filled;
- `paragraph_breaks`: at which line ends do paragraphs end, all of them decided together, with the odds that the words
  give (`sentence_odds` where a sentence ends, `heading_odds` where none does).
"""

from __future__ import annotations

import re

import numpy as np

from deqing_search.cleaning.column_evidence import (
    LEAST_WRAPPED,
    NARROWEST_COLUMN,
    WIDEST_COLUMN,
    Articles,
    Columns,
    columns_of,
    may_have_columns,
)
from deqing_search.cleaning.column_filling import Costs, Filling
from deqing_search.cleaning.line_widths import LONGEST, PRINT, rows_of
from deqing_search.cleaning.paragraph_breaks import NEVER, Breaks, End
from deqing_search.cleaning.sentence_odds import kind_of
from deqing_search.text.characters import Flags, Ints
from deqing_search.text.lines import (
    CLOSING,
    HAN,
    NUMERAL,
    OF_BYLINES,
    OF_NUMBERS,
    TERMINAL,
    bylines_of,
    ends_sentence,
    headlines_before,
    is_byline,
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
_STYLE = 40  # lines before and after that show what separates paragraphs
_LEAST_INDENT = 1.5
_SHORT = 0.8  # of the line above: a paragraph ends there
_LEAST_FLUSH = 0.3  # share of lines without an indent where the others begin paragraphs
_MOST_BLANK = 0.8  # share of blank lines from which on they stand between all lines and say nothing
_HEADLINES = 7  # lines that may stand before a byline
_STOPS = "，。；"
_UNRANKED = -1
_IDEOGRAPHS = "\u2e80-\u9fff"  # with their punctuation: digits of any script stand elsewhere
_MARKDOWN_BREAK = "  \n"  # the author ends the line there
_BREAK, _OTHER_SPACES = r"\S  \n", r"\S(?: | {3,})\n"
_LISTED = "-*|｜"  # what rows of tables and items of lists begin with
_ITEM_MARKS = ("- ", "* ")  # Markdown's
_PAUSES = "：:；;"
UNKNOWN = -1
_CERTAIN = 8.0  # of the cost of a reading: no other evidence outweighs it
_ENDS = tuple(End)
_ROOM = 1.5  # least cost of a line as an inner one that makes another reading likely
_CLOSE = 40  # lines
_BLANK = 4.0  # what it costs that a paragraph goes on over a blank line where such lines part paragraphs


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
    marked = _marks_breaks(text)
    return [
        Edit(end, start, " " if space else "", "hard-wrap", "窄栏硬换行")
        for end, start, space in zip(ends, starts, spaced.tolist(), strict=True)
        if not (marked and text.startswith(_MARKDOWN_BREAK, end))
    ]


def _marks_breaks(text: str) -> bool:
    """Two spaces end a line on purpose, as in Markdown: more lines end in two than in one or in more.

    >>> _marks_breaks("地址：中兴路  \\n电话：八二一"), _marks_breaks("要坚定信  \\n心，实现 \\n目标   \\n。")
    (True, False)
    """
    return _MARKDOWN_BREAK in text and len(re.findall(_BREAK, text)) > len(re.findall(_OTHER_SPACES, text))


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
        self.unfinished = self._unfinished()
        self.wraps = self.unfinished & (self.rows.sizes(PRINT) >= NARROWEST_COLUMN)

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
        """Whether a paragraph ends after each line, as its region tells by an indent or blank lines; or UNKNOWN.

        Marks in `blank` where a blank line may tell it.
        """
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
        tells &= (blank > 0) & (blank < _MOST_BLANK)
        self.blank = np.append(tells & blanks, False)
        parted = np.where(tells, by_blank, UNKNOWN)
        return np.append(np.where((flush >= _LEAST_FLUSH) & (flush < 1), by_indent, parted), UNKNOWN)

    def _unfinished(self) -> Flags:
        """The line breaks off inside a clause, and is neither row, heading, caption nor in front of one."""
        sizes, rows = self.rows.sizes(PRINT), self.rows
        wraps = (rows.ends - rows.starts <= LONGEST) & (sizes <= WIDEST_COLUMN)
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
        """The paragraph may go on after this line, at which it pauses and is not parted for certain."""
        apart = not self.joinable(at) if self.parted[at] == UNKNOWN else at in self._headlines
        apart |= self.lines[at + 1].text.startswith(_ITEM_MARKS)
        return not apart and not is_byline(self.lines[at].text)


def _joins(page: _Page) -> Flags:
    """Whether each line goes on in the next one."""
    ends, costs = _ends(page)
    joins: Flags = ends != End.APART
    if (ends == End.FREE).any():
        joins[:] = Breaks(page.lines, [_ENDS[end] for end in ends.tolist()], costs).joined()
    return joins


def _ends(page: _Page) -> tuple[Ints, Costs]:
    """What is certain of the end of each line, and what it costs to read the others against the rule of the column."""
    pauses = page.pauses & (page.parted != 1)
    columns = columns_of(page.rows, page.wraps, page.articles, np.flatnonzero((page.wraps | pauses)[:-1]))
    proven = ~np.isnan(columns.full)
    costs = Filling(page.rows, page.wraps).costs(np.flatnonzero(_near(proven)))
    open_ = proven | (_surrounded(proven, costs) & (page.unfinished | pauses))
    open_[-1:] = False
    for at in np.flatnonzero(open_ & page.pauses).tolist():
        open_[at] = page.goes_on(at)
    ends = np.full(len(open_), End.APART)
    whole = (page.parted == 0) & proven & ~_may_part(page, costs)
    ends[whole & open_] = End.JOINED
    bare = np.flatnonzero(open_ & (page.parted != 1) & ~whole)
    remarks = np.array([proven[at] and _is_remark(page.lines[at + 1].text) for at in bare.tolist()], bool)
    ends[bare[remarks]] = End.JOINED
    bare = bare[~remarks]
    costs.inside[page.blank] += _BLANK
    costs.first[page.blank] += _BLANK
    ruled = costs.known[bare]
    ends[bare[~ruled]] = _unruled_ends(page, bare[~ruled], columns)
    ends[bare[ruled]] = _ruled_ends(page, bare[ruled], costs)
    return ends, costs


def _may_part(page: _Page, costs: Costs) -> Flags:
    """Sentences that may end a paragraph by the shape of their lines, though no blank line follows as after others.

    The line had room for more, or the next one breaks off inside a clause where first lines do, two em early.
    """
    rooms = np.minimum(costs.inside, costs.first) > _ROOM
    firsts = page.wraps & (costs.inside > _ROOM) & (costs.first == 0)
    found: Flags = page.pauses & costs.known & (rooms | np.append(firsts[1:], False))
    return found


def _near(proven: Flags) -> Flags:
    """Which lines are not far from one that stands in a column for certain."""
    above, below = _neighbours(proven)
    at = np.arange(len(proven))
    found: Flags = (at - above <= _CLOSE) | (below - at <= _CLOSE)
    return found


def _surrounded(proven: Flags, costs: Costs) -> Flags:
    """Which lines are near one that stands in a column, with no line beyond its edge around."""
    above, below = _neighbours(proven)
    beyond = np.append(0, (costs.beyond | ~costs.known).cumsum())
    first, last = np.maximum(above, 0), np.minimum(below, len(proven) - 1)
    found: Flags = _near(proven) & (beyond[last + 1] == beyond[first])
    return found


def _neighbours(flags: Flags) -> tuple[Ints, Ints]:
    """Of each line the last flagged one up to it and the first from it on; far away where there is none."""
    size, places = len(flags), np.flatnonzero(flags)
    at = np.arange(size)
    above = np.append(-2 * _CLOSE, places)[np.searchsorted(places, at, side="right")]
    return above, np.append(places, size + 2 * _CLOSE)[np.searchsorted(places, at)]


def _ruled_ends(page: _Page, at: Ints, costs: Costs) -> Ints:
    """The ends of lines whose rule is known: most are certain."""
    ends = np.full(len(at), End.FREE)
    room = np.minimum(costs.inside[at], costs.first[at])
    ends[room > np.where(page.pauses[at], _CERTAIN, -NEVER)] = End.APART
    ends[(costs.opening[at + 1] > _CERTAIN) & (np.maximum(costs.inside[at], costs.first[at]) == 0)] = End.JOINED
    for place in np.flatnonzero((ends == End.FREE) & page.pauses[at]).tolist():
        if page.lines[at[place] + 1].text.startswith("——"):
            ends[place] = End.APART
    return ends


def _unruled_ends(page: _Page, at: Ints, columns: Columns) -> Ints:
    """The ends of lines whose rule is not known: a line that is short ends a paragraph at a pause."""
    narrow = columns.full[at] - _INDENT
    short, pauses = columns.here[at] <= narrow, page.pauses[at]
    indented = (columns.below[at] <= narrow) & ~page.pauses[at + 1]
    ends = np.full(len(at), End.JOINED)
    ends[pauses & (short | indented)] = End.APART
    ends[~pauses & short & (page.ranks[at] != _UNRANKED)] = End.APART
    for place in np.flatnonzero(pauses & ~short & ~indented).tolist():
        if page.lines[at[place] + 1].text.startswith("——"):
            ends[place] = End.APART
    return ends


def _is_remark(line: str) -> bool:
    """A remark in brackets after what stands above."""
    return line[0] in "（(" and kind_of(line) == "remark" and not is_byline(line)


def _stands_alone(line: str) -> bool:
    """A row of a table, an item of a list or a byline."""
    return line.startswith((*_ITEM_MARKS, "|", "｜")) or is_byline(line)


def _is_open(line: str) -> bool:
    """The last bracket or quote that stands on the line is an opening one."""
    return max(map(line.rfind, _OPENING)) > max(map(line.rfind, _SHUTTING))
