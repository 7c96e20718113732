"""The fix of hard wraps: lines of a narrow column become paragraphs again.

How full a line is, `filling` tells; what opens a paragraph where the line says nothing, `openings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from itertools import accumulate, pairwise
from typing import NamedTuple

from deqing_search.fixes.filling import MEASURES, Filling
from deqing_search.fixes.openings import Openings
from deqing_search.offsets import Edit
from deqing_search.shapes import (
    Line,
    ends_sentence,
    headlines_before,
    is_byline,
    is_heading,
    is_row,
    lines_of,
    numbering,
    opens_article,
    width,
)

_LEAST_WRAPPED = 6  # lines that prove a column
_WIDE_WINDOW = 30  # where the lines near by are too few, as at the head of a report
_WINDOW = 9  # lines before and behind in which they must stand: a column may change its measure on the way
_BARE_DIGITS = 5  # rank of `15 …`: a wrapped line may well start with a number
_NARROWEST_COLUMN, _WIDEST_COLUMN = 8.0, 46.0
_SLACK = 3.2  # columns by which a full line may differ: the first is indented by two, a justified one squeezed
_INDENT = 1.2  # columns by which a line is shorter than its neighbours when a paragraph ends or begins there
# Share of lines that go beyond the column, on its better side: a headline may stand at its end, but where such lines
# stand on both sides they are paragraphs that are not wrapped at all.
_MOST_WIDER = 0.1
_LONGEST = 100  # characters: no column has longer lines
_STYLE = 40  # lines before and behind that show how paragraphs are told apart
_LEAST_INDENT = 1.5
_LEAST_FLUSH = 0.3  # share of lines without an indent where the others begin paragraphs
_MOST_BLANK = 0.8  # share of blank lines from which on they stand between all lines and say nothing


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
    wraps = [_may_wrap(lines, at) for at in range(len(lines))]
    if sum(wraps) < _LEAST_WRAPPED - 1:
        return []
    verdicts = _verdicts(text, lines, wraps)
    openings = Openings(_known_paragraphs(lines, verdicts)) if _Verdict.FULL in verdicts else None
    edits = []
    for at, (left, right) in enumerate(pairwise(lines)):
        full = verdicts[at] is _Verdict.FULL
        if verdicts[at] is _Verdict.JOINED or (full and openings and not openings.likely(_ahead(lines, at + 1))):
            glue = " " if _is_word_end(left.text[-1]) and _latin(right.text[0]) else ""
            edits.append(Edit(left.end, right.start, glue, "hard-wrap", "窄栏硬换行"))
    return edits


class _Verdict(Enum):
    """What a line's end is."""

    APART = "the end of a paragraph, or nothing of a column's"
    JOINED = "inside a paragraph"
    FULL = "the end of a sentence in a full line: inside a paragraph, if the next words do not open one"


def _verdicts(text: str, lines: list[Line], wraps: list[bool]) -> list[_Verdict]:
    rows = [_before(text, line) + line.text for line in lines]
    measures = _measures(rows)
    styles = _Styles(text, lines)
    filling = Filling(rows, wraps)
    sums = list(accumulate(wraps, initial=0))
    found = [_Verdict.APART] * len(lines)
    for at in range(len(lines) - 1):
        if sums[min(at + _WIDE_WINDOW, len(lines))] - sums[max(at - _WIDE_WINDOW, 0)] < _LEAST_WRAPPED - 1:
            continue
        column = _column(lines, measures, wraps, at)
        if column is None or column.below > column.full + _SLACK:
            continue
        parted = styles.parts(at)
        if parted or (parted is None and not _joinable(lines, at)) or _heads_article(lines, at):
            continue
        found[at] = _Verdict.JOINED if parted is False else _bare(lines, at, column, filling)
    return found


def _bare(lines: list[Line], at: int, column: _Column, filling: Filling) -> _Verdict:
    """The end of a line where neither indent nor blank line tells the paragraphs apart."""
    left, right = lines[at].text, lines[at + 1].text
    room, below = filling.has_room(at), filling.has_room(at + 1)
    known = room is not None
    short = room if known else column.here <= column.full - _INDENT
    indented = (below if below is not None else column.below <= column.full - _INDENT) and not _pauses(right)
    if not _pauses(left):
        heading = is_heading(left) if known else numbering(left) is not None
        return _Verdict.APART if short and heading else _Verdict.JOINED
    if short or indented:
        return _Verdict.APART
    return _Verdict.FULL if known and ends_sentence(left) else _Verdict.JOINED


def _known_paragraphs(lines: list[Line], verdicts: list[_Verdict]) -> Iterator[tuple[str, bool]]:
    """What certainly belongs together, and whether a paragraph opens with it."""
    piece, opens = "", True
    for line, verdict in zip(lines, verdicts, strict=True):
        piece += line.text
        if verdict is not _Verdict.JOINED:
            yield piece, opens
            piece, opens = "", verdict is _Verdict.APART


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


class _Column(NamedTuple):
    """The proof that a line stands in a wrapped column: the width of its full lines, and of two lines in question."""

    full: float
    here: float
    below: float


def _measures(rows: list[str]) -> list[list[float]]:
    """The lines by what a column may have been set by; what is far too long for any column need not be measured."""
    return [[each(row) if len(row) <= _LONGEST else float(len(row)) for row in rows] for each in MEASURES]


def _column(lines: list[Line], measures: list[list[float]], wraps: list[bool], at: int) -> _Column | None:
    """The column around `lines[at]`, if the lines near it prove one and this line fills it."""
    if not (wraps[at] or _pauses(lines[at].text)) or is_byline(lines[at].text):
        return None
    for window in (_WINDOW, _WIDE_WINDOW):
        near = _near(lines, at, window)
        wrapped = [i for i in near if wraps[i]]
        if len(wrapped) < _LEAST_WRAPPED - 1:
            continue
        for widths in measures:
            full = _regular_width([widths[i] for i in wrapped])
            if full is not None and abs(widths[at] - full) <= _SLACK:
                sides = widths[near[0] : at + 1], widths[at : near[-1] + 1]
                if not any(_keeps_to(full, side) for side in sides):
                    return None
                wide = _near(lines, at, _WIDE_WINDOW)  # a sentence of a plan may go on for twenty lines
                running = _is_running([lines[i] for i in wide if measures[0][i] <= _WIDEST_COLUMN])
                return _Column(full, widths[at], widths[at + 1]) if running else None
        return None
    return None


def _keeps_to(full: float, widths: list[float]) -> bool:
    """Enough lines, and hardly one goes beyond the column."""
    wider = sum(each > full + _SLACK for each in widths)
    return len(widths) >= _LEAST_WRAPPED and wider <= _MOST_WIDER * len(widths)


def _regular_width(widths: list[float]) -> float | None:
    """The width most lines have; None where they have none in common."""
    full = sorted(widths)[int(len(widths) * 0.6)]
    regular = sum(abs(each - full) <= _SLACK for each in widths)
    return full if regular >= max(0.75 * len(widths), _LEAST_WRAPPED - 1) else None


def _near(lines: list[Line], at: int, window: int) -> range:
    """The lines around `at` that can belong to its column: up to the window's edge or a byline."""
    first = last = at
    while first > max(at - window, 0) and not opens_article(lines[first - 1].text):
        first -= 1
    while last < min(at + window, len(lines) - 1) and not opens_article(lines[last + 1].text):
        last += 1
    return range(first, last + 1)


def _may_wrap(lines: list[Line], at: int) -> bool:
    """The line breaks off inside a clause, and is neither row, heading, caption nor in front of one."""
    line = lines[at].text
    return (
        at + 1 < len(lines)
        and len(line) <= _LONGEST
        and not _pauses(line)
        and _NARROWEST_COLUMN <= width(line) <= _WIDEST_COLUMN
        and not is_row(line)
        and not is_byline(line)
        and not line.startswith(("- ", "* ", "|", "｜"))
        and _joinable(lines, at)
    )


def _pauses(line: str) -> bool:
    """A paragraph may end here: at a sentence, or in front of or inside a list."""
    return ends_sentence(line) or line[-1] in "：:；;"


def _joinable(lines: list[Line], at: int) -> bool:
    """The next line opens no numbered paragraph, and this one is no headline in front of a byline."""
    rank = numbering(lines[at + 1].text)
    if rank is not None and (rank != _BARE_DIGITS or ends_sentence(lines[at].text)):
        return False
    return not _heads_article(lines, at)


def _heads_article(lines: list[Line], at: int) -> bool:
    """The line is a headline in front of a byline."""
    byline = next((i for i in range(at + 1, min(at + 8, len(lines))) if opens_article(lines[i].text)), None)
    return byline is not None and at in headlines_before(lines, byline)


def _is_running(column: list[Line]) -> bool:
    """Punctuated like prose: a list of slogans of one length is not."""
    punctuated = sum(bool(re.search("[，。、；：,;]", line.text)) for line in column)
    return punctuated >= 0.4 * len(column) and any(re.search("[。；]", line.text) for line in column)


def _is_word_end(character: str) -> bool:
    """Of Latin prose; a capital may be half of an acronym that Chinese setting breaks anywhere."""
    return _latin(character) and character.islower()


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
