"""Which rows of a table are heads: those that the medium marks, or those that look like heads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deqing_search.structure.cell_text import (
    BARE_YEAR,
    DONE,
    HEAD_CELL,
    HEAD_WORD,
    LABEL,
    NOTHING,
    OF_UNITS,
    UNIT,
    YEAR,
    is_head_word,
    is_value,
    mix_numbers,
)
from deqing_search.structure.grid import Grid, Line, is_whole, texts_of

_ASIDE = re.compile("备\\s*注|说\\s*明|来\\s*源|口\\s*径|单\\s*位|部\\s*门|责\\s*任|合\\s*计")  # no first word of heads
_MOST_HEADS = 4  # rows
_NEAR = 8  # rows above and below a row that may hold heads


def heads_at(grid: Grid, at: int) -> int:
    """How many rows from here on are heads: those the medium names, or those that look like it."""
    top = grid.heads.top
    if top == 1 and at == 0 and _labels_below(grid, 0) and _is_form(grid, 0):
        return 0  # Markdown has no table without a head: some writers make one of the first row of a form
    if top and at < top:
        count = 0 if is_whole(grid.rows[at]) else top - at
    elif top == 0:
        count = 0
    else:
        count = int((at in grid.heads.later and could_name(grid.rows[at])) or _names_columns(grid, at))
    while 0 < count < _MOST_HEADS and _parts_heads(grid, at + count):
        count += 1
    return count


def _parts_heads(grid: Grid, at: int) -> bool:
    """A second row of heads: a cell above covers several columns, and this row names each of them."""
    if at >= len(grid.rows) or any(len(row) != grid.width for row in grid.rows[at - 1 : at + 1]):
        return False
    if not could_name(grid.rows[at], grid.kinds(grid.below(at + 1))):
        return False
    over, under = grid.rows[at - 1], grid.rows[at]
    if all(slot.width == 1 for slot in over):  # plain text and Markdown have no merged cells
        opened = any(below.text and not above.text for above, below in zip(over[1:], under[1:], strict=True))
        return opened and not under[0].text and any(slot.text for slot in over[1:])
    return any(above.width > 1 and below.width == 1 and below.text for above, below in zip(over, under, strict=True))


def could_name(row: Line, kinds: Sequence[bool | None] | None = None) -> bool:
    """No cell is a value. 增长 and the like name a column only over numbers, which `kinds` says."""
    if is_whole(row) or sum(bool(slot.text) for slot in row) < (2 if row[0].text else 1):
        return False
    for slot, numbers in zip(row, kinds or [None] * len(row), strict=True):
        if slot.text and is_value(slot.text) and not (numbers and DONE.fullmatch(slot.text)):
            return False
    lead, texts = row[0].text, [slot.text for slot in row if slot.text]
    return not lead or bool(HEAD_WORD.search(lead)) or not any(map(BARE_YEAR.fullmatch, texts))


def _names_columns(grid: Grid, at: int) -> bool:
    """A row of names: none of its cells is a value, and below some of them are, or they are words for heads."""
    row = grid.rows[at]
    if len(row) != grid.width or not could_name(row, [True] * grid.width):
        return False  # most rows: the kinds of all rows below are found only for the others
    later = any(not is_whole(other) and any(texts_of(other)) for other in grid.rows[:at])
    if later and not all(HEAD_WORD.search(slot.text) or YEAR.fullmatch(slot.text) for slot in row if slot.text):
        return False
    kinds = grid.kinds(_values_below(grid, at))
    if not could_name(row, kinds):
        return False
    if later:
        return True
    if _is_form(grid, at):
        return False
    if any(slot.text and numbers for slot, numbers in zip(row, kinds, strict=True)):
        return True
    return all(slot.text for slot in row) and any(HEAD_WORD.search(slot.text) for slot in row)


def _values_below(grid: Grid, at: int) -> list[Line]:
    """The whole rows below a row of heads, without their units."""
    return grid.below(at + 1 + are_units(grid, at + 1))


def are_units(grid: Grid, at: int) -> bool:
    """The row below the heads gives the units of the columns and nothing else."""
    if at + 1 >= len(grid.rows):
        return False
    over, row = grid.rows[at - 1], grid.rows[at]
    if len(row) != grid.width or len(over) != grid.width:
        return False
    if row[0].text and row[0] != over[0] and not OF_UNITS.fullmatch(row[0].text):
        return False
    said = [slot.text for slot, above in zip(row[1:], over[1:], strict=True) if slot.text and slot != above]
    return any(map(UNIT.fullmatch, said)) and all(UNIT.fullmatch(t) or NOTHING.fullmatch(t) for t in said)


def _is_form(grid: Grid, at: int) -> bool:
    """Labels with their values beside them, as in a form to fill in: its first row names no columns.

    Labels stand in the rows below as well, or every second column mixes words and numbers.
    """
    if _parts_heads(grid, at + 1) or all(is_head_word(slot.text) for slot in grid.rows[at][1:] if slot.text):
        return False
    if _labels_below(grid, at) or (grid.heads.labelled and not HEAD_CELL.fullmatch(grid.rows[at][0].text)):
        return True
    values = ([row[column].text for row in _values_below(grid, at)] for column in range(1, grid.width, 2))
    return grid.width % 2 == 0 and all(map(mix_numbers, values))


def _labels_below(grid: Grid, at: int) -> bool:
    """Labels of a form stand in rows below that do not repeat this one."""
    rows = (row for row in grid.below(at + 1) if texts_of(row) != texts_of(grid.rows[at]))
    return any(slot.first and LABEL.fullmatch(slot.text) for row in rows for slot in row)


def parts_numbers(grid: Grid, first: int, at: int, above: Sequence[Sequence[str]]) -> bool:
    """The row has words where columns hold numbers above it, from row `first` on, and right below: perhaps new heads.

    One column of numbers is enough if the words are those of heads.
    """
    row = grid.rows[at]
    if len(row) != grid.width or is_whole(row) or not row[0].text or _ASIDE.search(row[0].text):
        return False
    said = [slot.text for slot in row[1:] if slot.text]
    if not all(_could_head(text, year=_repeats_lead(row, above)) for text in said) or all(map(DONE.fullmatch, said)):
        return False
    over = _full(grid.rows[max(first, at - _NEAR) : at], grid)
    under = _full(grid.rows[at + 1 : at + 1 + _NEAR], grid)
    pairs = list(zip(grid.kinds(over), grid.kinds(under[:1]), strict=True))[1:]
    parted = [slot.text for slot, pair in zip(row[1:], pairs, strict=True) if slot.text and all(pair)]
    words = [slot.text for slot, pair in zip(row[1:], pairs, strict=True) if False in pair]
    if not parted or not all(map(is_head_word, words)) or len(set(said)) < len(said):
        return False
    return len(parted) > 1 or is_head_word(parted[0])


def _full(rows: Sequence[Line], grid: Grid) -> list[Line]:
    """The rows that have all columns and something in them."""
    return [
        row
        for row in rows
        if len(row) == grid.width and not is_whole(row) and not all(NOTHING.fullmatch(slot.text) for slot in row)
    ]


def _could_head(text: str, *, year: bool) -> bool:
    """No value and no unit; a year only where the first cell says that this row has heads."""
    if UNIT.fullmatch(text) or (YEAR.fullmatch(text) and not year):
        return False
    return not is_value(text) or bool(DONE.fullmatch(text))


def leads_heads(row: Line, above: Sequence[Sequence[str]]) -> bool:
    """The first cell is that of the heads `above`, or has a word for heads."""
    return _repeats_lead(row, above) or bool(HEAD_CELL.fullmatch(row[0].text))


def _repeats_lead(row: Line, above: Sequence[Sequence[str]]) -> bool:
    return any(texts[0] == row[0].text for texts in above)
