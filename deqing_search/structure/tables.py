"""Rows of a table → passages: every value with the name of its column, or with none where the column is not known.

A medium that knows its cells says so (`RawText.tables`). Of a table in plain text only the lines are known: a row with
fewer cells than the others keeps names only where its values fit in one way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

from deqing_search.report import Heads, Table
from deqing_search.structure.cell_text import NOTHING, NUMBER, OF_UNITS, UNIT, is_value
from deqing_search.structure.grid import Grid, Line, Slot, is_whole, texts_of
from deqing_search.structure.table_heads import are_units, could_name, heads_at, leads_heads, parts_numbers
from deqing_search.text.lines import cells_of

_NOTE = re.compile(r"(?:注|附注|说明|资料来源|数据来源)\s*\d*\s*[：:.]")
_MOST_WAYS = 200  # in which a short row can stand


class Row(NamedTuple):
    """One row: its number among the lines of the table, and (column name, value) of every value."""

    line: int
    cells: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "；".join(f"{name}：{value}" if name else value for name, value in self.cells)


class _Names(NamedTuple):
    """The name of each column. `undivided`: the columns that share one head, which names none of them alone."""

    names: list[str]
    undivided: frozenset[int]


def read_plain(lines: Sequence[str]) -> Iterator[Row]:
    """The rows of a table in plain text, each line with its white space.

    >>> [row.text for row in read_plain(["\\t2020年\\t2025年", "人口\\t48\\t52", "收入\\t60\\t80"])]
    ['人口；2020年：48；2025年：52', '收入；2020年：60；2025年：80']
    """
    rows = [[Slot(cell) for cell in cells_of(line)] for line in lines]
    width = max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]))[0]
    yield from _rows(Grid(_filled_down(rows, width), width, plain=True))


def read_known(lines: Sequence[tuple[int, str]], table: Table) -> Iterator[Row]:
    """The rows of a table whose cells the medium knows, each line with its number in the table.

    >>> from deqing_search.report import Merge
    >>> table = Table(0, 0, 3, Heads(1), (Merge(1, 0, 2, 1),))
    >>> rows = ["类别\\t指标\\t2023年", "经济\\t产值\\t12", "\\t税收\\t4"]
    >>> [row.text for row in read_known(list(enumerate(rows)), table)]
    ['类别：经济；指标：产值；2023年：12', '类别：经济；指标：税收；2023年：4']
    """
    rows = [(number, [Slot(cell.strip()) for cell in line.split("\t")]) for number, line in lines]
    whole = {number: row for number, row in rows if len(row) == table.columns}
    for merge in table.merges:
        text = whole[merge.row][merge.column].text if merge.row in whole else ""
        for number in range(merge.row, merge.row + merge.rows):
            for at in range(merge.columns) if number in whole else ():
                whole[number][merge.column + at] = Slot(text, merge.columns, at == 0)
    top = None if table.heads.top is None else sum(number < table.heads.top for number, _ in rows)
    later = frozenset(at for at, (number, _) in enumerate(rows) if number in table.heads.later)
    yield from _rows(Grid([row for _, row in rows], table.columns, Heads(top, later, table.heads.labelled)))


def _rows(grid: Grid) -> Iterator[Row]:
    """The rows with the names that the heads above give them."""
    unnamed = names = _Names([""] * grid.width, frozenset())
    placed = _placed(grid)
    above, at, first = list[list[str]](), 0, 0
    while at < len(grid.rows):
        row = grid.rows[at]
        again = texts_of(row) in above  # the heads once more, on the next page
        anew = not again and parts_numbers(grid, first, at, above)
        opened = heads_at(grid, at) or int(anew and leads_heads(row, above))
        if opened and at + opened < len(grid.rows):
            opened += are_units(grid, at + opened)
            heads = grid.rows[at : at + opened]
            names, above = _Names(_names(grid, heads), _undivided(heads)), list(map(texts_of, heads))
            at = first = at + opened
            continue
        if anew:
            names, first = unnamed, at + 1  # perhaps heads: the values below are named neither by them nor by the old
        if not again:
            yield Row(at, tuple(_values(placed[at], names)))
        at += 1


def _names(grid: Grid, heads: Sequence[Line]) -> list[str]:
    """The name of each column: what stands over it, from the top down, each once."""
    rows = [row for row in heads if not is_whole(row) and len(row) == grid.width]
    lines = list(map(texts_of, rows))
    known = True
    for at in range(len(rows) - 1):
        if all(slot.width == 1 for slot in rows[at]):
            known = _spread(lines[at], lines[at + 1], at_first=grid.plain) and known
    stacks = [[line[column] for line in lines if line[column]] for column in range(grid.width)]
    alike = Counter(tuple(stack[:-1]) for stack in stacks)
    names = [_name(stack, alone=alike[tuple(stack[:-1])] == 1) for stack in stacks]
    if known and not (_repeats(names[1:]) and not _undivided(heads)):
        return names
    return [names[0], *[""] * (grid.width - 1)]  # what tells the columns apart is not known


def _spread(over: list[str], under: Sequence[str], *, at_first: bool) -> bool:
    """Write each upper head over all columns it names, where no cells are merged; False where they are not known.

    They are where the lower heads repeat as often as there are upper ones, or where each upper one stands over the
    first of its columns (`at_first`).
    """
    named = [at for at in range(1, len(over)) if under[at]]
    uppers = [at for at in named if over[at]]
    if len(uppers) == len(named) or not uppers:
        return True
    size, rest = divmod(len(named), len(uppers))
    groups = [named[at : at + size] for at in range(0, len(named), size)]
    if not rest and named == list(range(named[0], named[-1] + 1)):
        alike = len({tuple(under[at] for at in group) for group in groups}) == 1
        if alike and all(upper in group for upper, group in zip(uppers, groups, strict=True)):
            for upper, group in zip(uppers, groups, strict=True):
                text = over[upper]
                for at in group:
                    over[at] = text
            return True
    for at in named if at_first else ():
        if not over[at] and under[at - 1]:
            over[at] = over[at - 1]
    return at_first


def _repeats(names: Sequence[str]) -> bool:
    """The same names stand over one group of columns and over the next: the heads above them are missing."""
    sizes = (size for size in range(1, len(names) // 2 + 1) if len(names) % size == 0)
    return all(names) and any(names[size:] == names[:-size] for size in sizes)


def _name(parts: Sequence[str], *, alone: bool) -> str:
    """What stands over a column, each once; a unit in brackets where what is over it stands over this column `alone`.

    >>> _name(["产值", "产值", "2023年", "亿元"], alone=True), _name(["2023年", "户"], alone=False)
    ('产值 2023年（亿元）', '2023年 户')
    """
    said = [part for part in dict.fromkeys(parts) if not NOTHING.fullmatch(part)]
    units = [part for part in said[1:] if alone and UNIT.fullmatch(part)]
    words = [part for part in said if part not in units and (part is said[0] or not OF_UNITS.fullmatch(part))]
    return " ".join(words) + "".join(f"（{unit.strip('（）()')}）" for unit in units)


def _undivided(heads: Sequence[Line]) -> frozenset[int]:
    """The columns under a cell of several columns that no cell below it tells apart."""
    last = heads[-1]
    lowest = [
        max(
            (row[at] for row in heads if len(row) == len(last) and row[at].text),
            key=lambda slot: -slot.width,
            default=Slot(""),
        )
        for at in range(len(last))
    ]
    return frozenset(at for at, slot in enumerate(lowest) if slot.width > 1)


def _values(row: Line, heads: _Names) -> Iterator[tuple[str, str]]:
    """Each value with its name; one that covers columns of several names has that of the first column or none."""
    names, said = heads.names, [slot for slot in row if slot.text and slot.first]
    alone = len(said) == 1 and said[0].width > 1  # a title between the rows
    known = len(row) == len(names) and not alone and not _NOTE.match(row[0].text)
    for column, slot in enumerate(row):
        if slot.text and slot.first:
            covered = dict.fromkeys(names[column : column + slot.width]) if known else {"": None}
            name = next(iter(covered)) if len(covered) == 1 or column == 0 else ""
            yield ("" if known and _shares(row, column, heads) else name, slot.text)


def _shares(row: Line, column: int, heads: _Names) -> bool:
    """A value whose head covers values in other cells as well: 2022年 over 12 and 13 says which is which of neither."""
    if column not in heads.undivided or not is_value(row[column].text):
        return False
    alike = [at for at in heads.undivided if heads.names[at] == heads.names[column]]
    return sum(bool(row[at].text and row[at].first) for at in alike) > 1


def _placed(grid: Grid) -> list[Line]:
    """The rows; the cells of those with too few in their columns where they fit in one way only, else as they stand."""
    if all(len(row) == grid.width for row in grid.rows):
        return grid.rows
    kinds = grid.kinds([row for row in grid.below(0) if not could_name(row)])
    return [row if len(row) >= grid.width else _in_columns(row, kinds) for row in grid.rows]


def _in_columns(row: Line, kinds: Sequence[bool | None]) -> Line:
    """A row with too few cells, each in a column of its kind."""
    width = len(kinds)
    if comb(width, len(row)) > _MOST_WAYS:
        return row
    ways = [
        columns
        for columns in combinations(range(width), len(row))
        if all(_fits(slot.text, kinds[column]) for slot, column in zip(row, columns, strict=True))
    ]
    if len(ways) != 1:
        return row
    placed = [Slot("")] * width
    for slot, column in zip(row, ways[0], strict=True):
        placed[column] = slot
    return placed


def _fits(text: str, numbers: bool | None) -> bool:
    return numbers is None or bool(NOTHING.fullmatch(text)) or bool(NUMBER.fullmatch(text)) == numbers


def _filled_down(rows: list[Line], width: int) -> list[Line]:
    """In plain text a category in the first column stands for the rows below it that have a label of their own."""
    whole = [row for row in rows if len(row) == width]
    if width < 3 or not any(_is_label([row[column].text for row in whole]) for column in (1, 2)):
        return rows
    category, filled = Slot(""), []
    for at, row in enumerate(rows):
        names = len(row) != width or could_name(row)
        filled.append(row if names or row[0].text else [category, *row[1:]])
        if row[0].text:
            category = Slot("") if at == 0 and names else row[0]
    return filled


def _is_label(column: Sequence[str]) -> bool:
    """Every row has words of its own here."""
    return len(set(column)) == len(column) > 2 and all(text and not NUMBER.fullmatch(text) for text in column)
