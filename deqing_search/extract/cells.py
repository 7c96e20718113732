"""The cells of a table as a medium gives them → lines of the text, a row a line with tabs between its cells.

What the cells are called, and which value a merged cell gives to which row, belongs to `structure.tables`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deqing_search.extract.extracted import Draft, Piece
from deqing_search.report import UNMARKED, Heads, Merge, Table

MOST_COLUMNS = 200  # of one table: a wider one is no table of a report
MOST_ROWS = 5000

_NUMBER_ENDS, _NUMBER_GOES_ON = re.compile(r"[\d%％‰]\s*\Z"), re.compile(r"\s*[\d.+\-−–—±<>≥≤~～]")
_BREAK = re.compile(r"\s*[\t\n\r\f\v]\s*")


class Cell(NamedTuple):
    """The lines of a cell and the places it covers, counted from 0."""

    row: int
    column: int
    lines: tuple[tuple[Piece, ...], ...]
    rows: int = 1
    columns: int = 1


def put_table(draft: Draft, cells: Sequence[Cell], heads: Heads = UNMARKED) -> None:
    """Write a table.

    >>> draft = Draft()
    >>> put_table(draft, [Cell(0, 0, ((Piece("合计"),),), columns=2), Cell(0, 2, ((Piece("9"),), (Piece("8"),)))])
    >>> draft.extracted().text
    '合计\\t\\t9、8\\n'
    """
    placed = {(cell.row, cell.column): cell for cell in cells}
    rows = 1 + max((cell.row + cell.rows - 1 for cell in cells), default=-1)
    columns = 1 + max((cell.column + cell.columns - 1 for cell in cells), default=-1)
    start = draft.length
    for row in range(rows):
        line: list[Piece] = []
        for column in range(columns):
            if column:
                line.append(Piece("\t"))
            cell = placed.get((row, column))
            line += joined(cell.lines) if cell else ()
        for piece in line:
            draft.put(piece.text, gone=piece.gone, reason=piece.reason, after=piece.after)
        draft.put("\n")
    merges = (Merge(*cell[:2], cell.rows, cell.columns) for cell in cells if cell.rows * cell.columns > 1)
    draft.table(Table(start, draft.length, columns, heads, tuple(merges)))


def joined(lines: Iterable[Sequence[Piece]]) -> list[Piece]:
    """The lines of a cell as one: a space between two, or `、` where two numbers would become one.

    >>> ["".join(p.shown for p in joined([[Piece(a)], [Piece(b)]])) for a, b in [("12.5", "13.1"), ("第一", "产业")]]
    ['12.5、13.1', '第一 产业']
    """
    found: list[Piece] = []
    for line in lines:
        pieces = _trimmed(line)
        shown = "".join(piece.shown for piece in pieces)
        before = "".join(piece.shown for piece in found)
        if shown and before:
            found.append(Piece(separator(before, shown)))
        found += pieces
    return found


def separator(before: str, after: str) -> str:
    """What stands between two lines of a cell."""
    return "、" if _NUMBER_ENDS.search(before) and _NUMBER_GOES_ON.match(after) else " "


def _trimmed(line: Sequence[Piece]) -> list[Piece]:
    """The pieces without breaks inside them, and without white space at either end of the line."""
    pieces = [piece._replace(text=_BREAK.sub(" ", piece.text)) for piece in line]
    for pick, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while pieces and not pieces[pick].gone:
            pieces[pick] = pieces[pick]._replace(text=strip(pieces[pick].text))
            if pieces[pick].text:
                break
            del pieces[pick]
    return pieces
