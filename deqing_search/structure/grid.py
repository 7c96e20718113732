"""The rows of a table in columns: a merged cell stands at every place it covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from deqing_search.report import UNMARKED, Heads
from deqing_search.structure.cell_text import hold_numbers


class Slot(NamedTuple):
    """One place of the grid. `width`: how many columns its cell covers; `first`: it is the cell's first in this row."""

    text: str
    width: int = 1
    first: bool = True


Line = list[Slot]


class Grid(NamedTuple):
    """The rows of a table. `heads` counts these rows. `plain`: of plain text, merges unknown."""

    rows: list[Line]
    width: int
    heads: Heads = UNMARKED
    plain: bool = False

    def below(self, at: int) -> list[Line]:
        """The rows from here on that have all columns, without titles over all of them."""
        return [row for row in self.rows[at:] if len(row) == self.width and not is_whole(row)]

    def kinds(self, rows: Sequence[Line]) -> list[bool | None]:
        """Of each column, whether it holds numbers; None where these rows have nothing there."""
        return [hold_numbers([row[column].text for row in rows]) for column in range(self.width)]


def texts_of(row: Line) -> list[str]:
    return [slot.text for slot in row]


def is_whole(row: Line) -> bool:
    """One cell that covers all columns."""
    return len(row) > 1 and row[0].width == len(row)
