"""The fix of columns that were copied side by side, line for line.

Where the lines are parted belongs to `gutters`. The lines of each column are joined later, by `hard_wraps`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise, zip_longest

import numpy as np

from deqing_search.cleaning.gutters import (
    LEAST_COLUMN,
    Cell,
    Cells,
    Row,
    Run,
    edges_ahead,
    lower_quartile,
    parted_at,
    rows_with_gaps,
)
from deqing_search.cleaning.line_widths import rows_of
from deqing_search.text.lines import ends_sentence, width
from deqing_search.text.offsets import Edit, Span

_LEAST_ROWS = 6  # lines that prove columns side by side
_MARK = re.compile("[，。、；,;]")
_GAP = re.compile(r"[ \u00a0\u3000]{2,}|\t")  # found fast: what can be a gutter at all
_SAME_GUTTER = 1.5  # by which the gutters of two pages may differ
_SAME_WIDTH = 2.5  # em by which three columns or more may differ: cells of a table are of any width
_STOP = re.compile(r"[。！？!?]|\.(?!\d)")
_MOST_CHARACTERS = 330  # for each full stop
_FULL, _FULL_SHARE = 2.5, 0.8  # em by which so many of the lines that break inside a clause may differ
_LEAST_HOLES = 2  # that show whether rows begin together
_LEAST_INDENT = 1.2
_LEAST_BROKEN, _LEAST_BROKEN_IN_LONG, _LONG_RUN = 0.5, 0.3, 20


def interleaved_columns(text: str) -> list[Edit]:
    """Put columns that stand side by side, line for line, one after the other.

    Evidence: six or more lines running with wide gaps, the parts beginning at the same places and all
    sides about as wide as a column each. Lines between and below them that fill some sides only belong to those.
    Three columns or more must be of one width, as on a printed page, and hardly have empty places.
    """
    inside = (gap for gap in _GAP.finditer(text, 1) if not text[gap.start() - 1].isspace())
    if len(list(islice(inside, _LEAST_ROWS))) < _LEAST_ROWS:
        return []
    return [edit for run in _columns(text, _runs(text)) for edit in _set_below(text, run)]


def _runs(text: str) -> Iterator[Run]:
    """The stretches of lines that are parted at the same places."""
    for block in _blocks(text):
        run = Run(())
        for at, row in enumerate(block):
            cells = parted_at(row, run.edges) if run.lines else None
            if not cells:
                if run.lines:
                    yield run
                run = Run(edges_ahead(block, at) if row.gaps else ())
                cells = parted_at(row, run.edges)
            if cells and (run.lines or len(cells) > 1):
                run.add(cells)
        if run.lines:
            yield run


def _blocks(text: str) -> Iterator[list[Row]]:
    """The lines that stand under each other with the usual distance, on one page."""
    rows = rows_of(text)
    lines = rows_with_gaps(text, rows)
    distances: list[int] = np.diff(rows.numbers).tolist()
    usual = 2 if distances.count(2) > 2 * distances.count(1) else 1
    fed = "\f" in text
    first = 0
    for at in range(1, len(lines) + 1):
        if (
            at == len(lines)
            or distances[at - 1] != usual
            or (fed and "\f" in text[lines[at - 1].end : lines[at].start])
        ):
            yield lines[first:at]
            first = at


def _columns(text: str, runs: Iterator[Run]) -> Iterator[Run]:
    """The runs that prove columns, and shorter ones below them that are parted at the same places: a last page."""
    proven: list[float] = []
    for run in runs:
        if _are_columns(text, run):
            proven += run.edges
            yield run
        elif all(_is_near(edge, proven) for edge in run.edges) and _are_prose(text, run.sides):
            yield run


def _is_near(edge: float, edges: list[float]) -> bool:
    return any(abs(edge - other) <= _SAME_GUTTER for other in edges)


def _are_columns(text: str, run: Run) -> bool:
    """Prose on all sides, with full stops, broken inside clauses at one width, and no rows that begin together."""
    if sum([len(cells) > 1 for cells in run.lines]) < _LEAST_ROWS:
        return False
    sides = run.sides
    spans = [cell.span for side in sides for cell in side]
    stops = sum([len(_STOP.findall(text, start, end)) for start, end in spans])
    return (
        _are_prose(text, sides)
        and _are_broken(text, sides, len(run.lines))
        and stops * _MOST_CHARACTERS >= sum([end - start for start, end in spans])
        and (len(sides) == 2 or _are_even(run))
        and not _begin_together(text, run)
    )


def _are_broken(text: str, sides: list[Cells], lines: int) -> bool:
    """Half of the parts of each side break inside a clause, in long columns fewer, and nearly all of these are full.

    Paragraphs may be short. Cells of a table are as long as it happens.
    """
    least = _LEAST_BROKEN if lines < _LONG_RUN else _LEAST_BROKEN_IN_LONG
    broken = [[cell.size for cell in side if not _pauses(text, cell)] for side in sides]
    full = 0
    for sizes in broken:
        usual = _full_size(sizes) - _FULL
        full += sum([size >= usual for size in sizes])
    return full >= _FULL_SHARE * sum(map(len, broken)) and all(
        len(inside) >= least * len(side) for inside, side in zip(broken, sides, strict=True)
    )


def _begin_together(text: str, run: Run) -> bool:
    """The sides are cells of a table: where one goes on below an empty place, the others begin anew as well."""
    full = [_full_size([cell.size for cell in side]) - _FULL for side in run.sides]
    goes_on = []
    for above, here in pairwise(run.lines):
        columns = {cell.column for cell in here}
        if columns - {cell.column for cell in above}:
            beside = [cell for cell in above if cell.column in columns]
            goes_on += [cell.size >= full[cell.column] and not _pauses(text, cell) for cell in beside]
    return len(goes_on) >= _LEAST_HOLES and 2 * sum(goes_on) < len(goes_on)


def _full_size(sizes: list[float]) -> float:
    """How wide the full ones of these are."""
    return sorted(sizes)[len(sizes) * 4 // 5] if sizes else 0.0


def _are_even(run: Run) -> bool:
    """All columns are of one width."""
    first, *_ = run.sides
    edges = [lower_quartile([cell.at for cell in first]) if first else 0.0, *run.edges]
    return bool(np.ptp(np.diff(edges)) <= _SAME_WIDTH)


def _pauses(text: str, cell: Cell) -> bool:
    return text[cell.span.end - 1] in "，、；：,;:" or ends_sentence(text[cell.span.start : cell.span.end])


def _are_prose(text: str, sides: list[Cells]) -> bool:
    """All sides are about as wide as a column, and have their stops."""
    for side in sides:
        if not side or sum([cell.size < LEAST_COLUMN for cell in side]) > len(side) // 2:
            return False
        if sum([_MARK.search(text, *cell.span) is not None for cell in side]) < 0.3 * len(side):
            return False
    return True


def _with_indents(text: str, side: Cells) -> list[Span]:
    """Parts that begin further in than most are indented: the white space before them is part of them."""
    usual = Counter([round(2 * cell.at) for cell in side]).most_common(1)[0][0] / 2 if side else 0
    return [
        Span(cell.span.start - _indent_before(text, cell.span.start), cell.span.end)
        if cell.column and cell.at - usual >= _LEAST_INDENT
        else cell.span
        for cell in side
    ]


def _indent_before(text: str, at: int) -> int:
    """How many characters of white space in front of `at` make up the indent of a paragraph."""
    size = 0
    while text[at - size - 1] in " \u3000\u00a0" and width(text[at - size - 1 : at]) <= 2:
        size += 1
    return size


def _set_below(text: str, run: Run) -> list[Edit]:
    """One column after the other: each slot takes the part that belongs there, each gap becomes a line end."""
    parts = [span for side in run.sides for span in _with_indents(text, side)]
    slots = sorted(parts)
    edits = []
    for slot, part, below in zip_longest(slots, parts, slots[1:]):
        moved = text[part.start : part.end]
        if slot != part and moved != text[slot.start : slot.end]:
            edits.append(Edit(slot.start, slot.end, moved, "interleaved-columns", "左右几栏并排", part))
        if below and text[slot.end : below.start] != "\n":
            edits.append(Edit(slot.end, below.start, "\n", "interleaved-columns", "左右几栏并排"))
    return edits
