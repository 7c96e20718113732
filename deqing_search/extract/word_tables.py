"""Word's tables → cells in their places: spans across and down, rows and cells in content controls, tables inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from deqing_search.extract.cells import MOST_COLUMNS, MOST_ROWS, Cell
from deqing_search.extract.extracted import Piece
from deqing_search.extract.word_text import W

_AROUND: Final = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"))
_CONTINUED: Final = "continue"

Lines = tuple[tuple[Piece, ...], ...]


def rows_of(table: Any) -> list[Any]:
    """The rows of a table, not those of tables inside it, and none that a tracked change deletes."""
    return [row for row in _children(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]


def cells_in(row: Any) -> list[Any]:
    return list(_children(row, f"{W}tc"))


def tables_inside(cell: Any) -> list[Any]:
    """The tables of a cell that have rows and columns of their own."""
    return [table for table in _children(cell, f"{W}tbl") if _is_grid(table)]


def cells_of(table: Any, read: Callable[[Any], Lines]) -> tuple[list[Cell], int | None]:
    """The cells in their places, and how many rows are marked to be repeated as heads; `read` gives a cell's lines."""
    cells: list[Cell] = []
    above: dict[int, int] = {}  # column → index of the cell that a cell below it may continue
    rows = rows_of(table)[:MOST_ROWS]
    for number, row in enumerate(rows):
        column = _number(row, "trPr/gridBefore")
        for element in cells_in(row):
            across = min(max(_number(element, "tcPr/gridSpan"), 1), MOST_COLUMNS - column)
            if across < 1:
                break
            merged = _merged(element)
            if merged == _CONTINUED and column in above and cells[above[column]].columns == across:
                cell = cells[above[column]]
                cells[above[column]] = cell._replace(
                    rows=number - cell.row + 1, lines=cell.lines + _unseen(read(element))
                )
            else:
                cells.append(Cell(number, column, read(element), columns=across))
                above = {at: index for at, index in above.items() if not column <= at < column + across}
                if merged:
                    above[column] = len(cells) - 1
            if not merged:
                above.pop(column, None)
            column += across
    return cells, _heads(rows)


def _children(element: Any, tag: str) -> Iterator[Any]:
    """The children of this kind, also those inside content controls."""
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _children(child, tag)


def _unseen(lines: Lines) -> Lines:
    """Word keeps what a cell held before it was merged with the one above, and does not show it."""
    found = (tuple(Piece(p.text, "hidden-text", "合并的格里看不见的字") for p in line if p.text) for line in lines)
    return tuple(line for line in found if "".join(piece.text for piece in line).strip())


def _is_grid(table: Any) -> bool:
    rows = rows_of(table)
    return len(rows) > 1 and max(len(cells_in(row)) for row in rows) > 1


def _merged(cell: Any) -> str:
    """`restart` where a cell that covers rows begins, `continue` below, "" for others."""
    found = cell.find(f"{W}tcPr/{W}vMerge")
    return "" if found is None else found.get(f"{W}val") or _CONTINUED


def _number(element: Any, path: str) -> int:
    found = element.find("/".join(f"{W}{name}" for name in path.split("/")))
    said = "" if found is None else found.get(f"{W}val") or ""
    return min(int(said), MOST_COLUMNS) if said.isascii() and said.isdigit() else 0


def _heads(rows: list[Any]) -> int | None:
    """How many rows at the top are marked as heads; None: none is."""
    count = 0
    for row in rows:
        mark = row.find(f"{W}trPr/{W}tblHeader")
        if mark is None or mark.get(f"{W}val") in ("0", "false", "off"):
            break
        count += 1
    return count or None
