"""The fix of two columns that were copied side by side, line for line.

The lines of each column are joined later, by `hard_wraps`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, zip_longest
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.line_widths import PRINT, SCREEN, Rows, rows_of
from deqing_search.text.lines import Widths, ends_sentence, width
from deqing_search.text.offsets import Edit, Span

_LEAST_ROWS = 6  # lines that prove two columns side by side
_MARK = re.compile("[，。、；,;]")
_GAP = re.compile(r"[ \u00a0\u3000]{2,}|\t")  # found fast: what can be a gutter at all
# A blank behind what is none, then at least two more, or the other half of the indent, or it is a tab.
_GUTTER = re.compile(r"[ \u00a0\u3000\t](?<=\S.)(?:[ \u00a0\u3000\t]{2,}|(?<=\u3000)\u3000|(?<=\t))(?=\S)")
_NARROW_GUTTER = re.compile(r"(?<=\S)(?:[ \u00a0]{2,}|[ \u00a0]*[\u3000\t][ \u00a0\u3000\t]*)(?=\S)")
# All that stops which hang out of the left column may leave of the gutter; nothing but them stands before it.
_SINGLE_SPACE = re.compile(r"(?<=[，。、；：！？”’）》]) (?=\S)")
_SAME_SPACE = 2.0
_LEAST_COLUMN = 7.0  # widths in full-width characters
_SAME_EDGE = 3.0
_SAME_GUTTER = 1.5  # by which the gutters of two pages may differ
_LEAST_INDENT = 1.2
_LEAST_BROKEN, _LEAST_BROKEN_IN_LONG, _LONG_RUN = 0.5, 0.3, 20
_RECENT = 15  # lines of a run that tell where it parts
# Columns on a screen, in full-width characters.
_SCREEN = Widths(lambda character: 2.0 if character == "\t" else 0.5 if character < "\u2000" else 1.0)


class _Parted(NamedTuple):
    """A line with its part in each of two columns, as offsets in the text; one of them may be empty."""

    left: Span
    right: Span
    edge: float  # where the right part begins in print; 0 for a line without a gutter
    screen: float  # the same on a screen


_EDGE = attrgetter("edge")


def interleaved_columns(text: str) -> list[Edit]:
    """Put two columns that stand side by side, line for line, one after the other.

    Evidence: six or more lines running, each with one wide gap, the right parts beginning at one place and both
    sides about as wide as a column each. Lines between and behind them that fill one side only belong to that side.
    """
    inside = (gap for gap in _GAP.finditer(text, 1) if not text[gap.start() - 1].isspace())
    if len(list(islice(inside, _LEAST_ROWS))) < _LEAST_ROWS:
        return []
    rows = rows_of(text)
    lines = _parted(text, rows)
    if not lines:
        return []
    gaps: list[int] = np.diff(rows.numbers).tolist()
    usual = 2 if gaps.count(2) > 2 * gaps.count(1) else 1
    fed = "\f" in text
    runs: list[list[_Parted]] = [[]]
    for at, line in enumerate(lines):
        run = runs[-1]
        near = bool(run) and gaps[at - 1] == usual and not (fed and "\f" in text[run[-1].right.end : line.right.end])
        placed = _placed(text, line, _edge_of(run)) if near else None
        if placed:
            run.append(placed)
        elif line.edge:
            runs.append([line])
        else:
            runs.append([])
    return [edit for run in _columns(text, runs) for edit in _set_below(text, run)]


def _edge_of(run: list[_Parted]) -> float:
    """Where the right parts begin, by the last of them: the lower ones, since the others may be indented."""
    edges: list[float] = sorted(filter(None, map(_EDGE, run[-_RECENT:]))) or [run[0].edge]
    return edges[len(edges) // 4]


def _columns(text: str, runs: list[list[_Parted]]) -> Iterator[list[_Parted]]:
    """The runs that prove columns, and shorter ones behind them that part at the same place: a last page."""
    proven: list[float] = []
    for run in runs:
        if not run:
            continue
        edge = _edge_of(run)
        if _are_columns(text, run):
            proven.append(edge)
            yield run
        elif any(abs(here - there) <= _SAME_GUTTER for here in (edge, run[0].edge) for there in proven) and _are_prose(
            _sides(text, run)
        ):
            yield run


def _placed(text: str, line: _Parted, edge: float) -> _Parted | None:
    """The line in columns that part at `edge`; None where it does not fit."""
    if line.edge and abs(line.edge - edge) <= _SAME_EDGE:
        return line
    whole = text[line.left.start : line.right.end]
    line = _parted_at(whole, line, edge) or line
    if line.edge:
        return line if abs(line.edge - edge) <= _SAME_EDGE else None
    bare = whole.strip()
    before = width(whole[: whole.index(bare)].replace("\t", "    "))
    if before >= edge - _SAME_EDGE:
        start = line.right.end - len(bare)
        return _Parted(Span(start, start), Span(start, line.right.end), 0, 0)
    return line if width(whole) <= edge - 1 else None


def _parted_at(whole: str, line: _Parted, edge: float) -> _Parted | None:
    """The line cut where the others are: a stop that hangs out of the column leaves less of the gutter."""
    places = [(gap, width(whole[: gap.end()].replace("\t", "    "))) for gap in _NARROW_GUTTER.finditer(whole)]
    fits = [place for place in places if abs(place[1] - edge) <= _SAME_EDGE]
    if not fits and width(whole) > edge + _LEAST_COLUMN:
        spaces = [(gap, width(whole[: gap.end()])) for gap in _SINGLE_SPACE.finditer(whole)]
        fits = [place for place in spaces if abs(place[1] - edge) <= _SAME_SPACE]
        fits = fits if len(fits) == 1 else []
    for gap, here in fits[:1]:
        start = line.left.start
        left, right = Span(start, start + gap.start()), Span(start + gap.end(), line.right.end)
        return _Parted(left, right, here, _SCREEN.sum(whole[: gap.end()]))
    return None


def _parted(text: str, rows: Rows) -> list[_Parted]:
    """The lines, each cut at its gutter, if it has just one; [] where none has."""
    gutters = [gutter.span() for gutter in _GUTTER.finditer(text)]
    lefts, rights = np.array([*gutters, (len(text), len(text))]).T
    gutter = np.searchsorted(lefts, rows.starts)
    parted = np.searchsorted(lefts, rows.ends) - gutter == 1
    parted &= np.array([not line.text.startswith("|") for line in rows.lines], bool)
    if not parted.any():
        return []
    starts = rows.begins
    if "\f" in text:
        breaks = zip(starts.tolist(), rows.starts.tolist(), strict=True)
        starts = np.array([max(text.rfind("\f", begin, start) + 1, begin) for begin, start in breaks], np.int64)
    lefts, rights = np.where(parted, lefts[gutter], rows.ends), np.where(parted, rights[gutter], rows.ends)
    prints, screens = (np.where(parted, rows.stretches(by, starts, rights), 0) for by in (PRINT, SCREEN))
    left = map(Span._make, zip(starts.tolist(), lefts.tolist(), strict=True))
    right = map(Span._make, zip(rights.tolist(), rows.ends.tolist(), strict=True))
    return list(map(_Parted._make, zip(left, right, prints.tolist(), screens.tolist(), strict=True)))


def _are_columns(text: str, run: list[_Parted]) -> bool:
    """Prose on both sides, half of it broken inside a clause; in a long run less, since paragraphs may be short."""
    if sum([parted.edge > 0 for parted in run]) < _LEAST_ROWS:
        return False
    sides = _sides(text, run)
    least = _LEAST_BROKEN if len(run) < _LONG_RUN else _LEAST_BROKEN_IN_LONG
    return _are_prose(sides) and all(sum([not _pauses(part) for part in side]) >= least * len(side) for side in sides)


def _pauses(line: str) -> bool:
    return line[-1] in "，、；：,;:" or ends_sentence(line)


def _are_prose(sides: list[list[str]]) -> bool:
    """Both sides are about as wide as a column, and have their stops."""
    for parts in sides:
        narrow = sum([len(part) < 2 * _LEAST_COLUMN and width(part) < _LEAST_COLUMN for part in parts])
        if not parts or narrow > len(parts) // 2:
            return False
        if sum([_MARK.search(part) is not None for part in parts]) < 0.3 * len(parts):
            return False
    return True


def _sides(text: str, run: list[_Parted]) -> list[list[str]]:
    """The parts on the left, and those on the right."""
    sides = [parted.left for parted in run], [parted.right for parted in run]
    return [[text[start:end].strip() for start, end in spans if end > start] for spans in sides]


def _with_indents(text: str, run: list[_Parted]) -> list[_Parted]:
    """Right parts that begin further in than most are indented: the white space is part of them."""
    measured = [line.edge for line in run], [line.screen for line in run]
    # Whoever set the columns measured in one of two ways: in the right one the edges agree.
    halves = [_most_common([round(2 * edge) for edge in edges if edge]) for edges in measured]
    edges, (usual, _) = max(zip(measured, halves, strict=True), key=lambda each: each[1][1])
    return [
        line._replace(right=Span(line.right.start - _indent_before(text, line.right.start), line.right.end))
        if edge - usual / 2 >= _LEAST_INDENT
        else line
        for line, edge in zip(run, edges, strict=True)
    ]


def _indent_before(text: str, at: int) -> int:
    """How many characters of white space in front of `at` make up the indent of a paragraph."""
    size = 0
    while text[at - size - 1] in " \u3000\u00a0" and width(text[at - size - 1 : at]) <= 2:
        size += 1
    return size


def _most_common(values: list[int]) -> tuple[int, int]:
    return Counter(values).most_common(1)[0]


def _set_below(text: str, run: list[_Parted]) -> list[Edit]:
    """All left parts, then all right ones: each slot takes the part that belongs there, each gap a line end."""
    run = _with_indents(text, run)
    slots = [span for parted in run for span in (parted.left, parted.right) if span.end > span.start]
    order = [parted.left for parted in run] + [parted.right for parted in run]
    edits = []
    parts = [span for span in order if span.end > span.start]
    for slot, part, below in zip_longest(slots, parts, slots[1:]):
        moved = text[part.start : part.end]
        if slot != part and moved != text[slot.start : slot.end]:
            edits.append(Edit(slot.start, slot.end, moved, "interleaved-columns", "左右两栏并排", part))
        if below and text[slot.end : below.start] != "\n":
            edits.append(Edit(slot.end, below.start, "\n", "interleaved-columns", "左右两栏并排"))
    return edits
