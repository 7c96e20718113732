"""Tables of a web page → cells in their places. Which tables hold values and which lay out a page is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from deqing_search.extract.cells import MOST_COLUMNS, MOST_ROWS, Cell
from deqing_search.extract.extracted import Piece
from deqing_search.extract.visible import INLINE, TextOf
from deqing_search.report import Heads

_LONGEST_CELL: Final = 600  # characters: a longer cell holds a part of the page, not a value
_LONGEST_VALUE: Final = 5000  # the same in a table that names its columns by `th`
_CELLS = ("td", "th")


def holds_values(table: Any) -> bool:
    """Rows and columns of values, no frame that lays out a page.

    A table that holds others holds values only if most of its text is its own or it draws its borders.
    """
    rows = _rows(table)
    if len(rows) < 2 or max(len(_cells(row)) for row in rows) < 2:
        return False
    sizes = [len("".join(cell.itertext())) for row in rows for cell in _cells(row)]
    named = any(cell.tag == "th" for cell in _cells(rows[0]))
    if max(sizes) > (_LONGEST_VALUE if named else _LONGEST_CELL):
        return False
    inner = sum(len("".join(other.itertext())) for other in _inside(table))
    own = 2 * inner < sum(sizes) or table.get("border", "0").strip() not in ("", "0")
    return not inner or (own and len({_width(row) for row in rows}) <= 2)


def tables_of(table: Any, text: TextOf) -> Iterator[tuple[Any, tuple[Cell, ...], Heads]]:
    """The table itself, then those inside it that have rows and columns of their own: element, cells, heads."""
    cells, nested = [], list[Any]()
    taken: dict[tuple[int, int], int] = {}  # place → the row down to which a cell above fills it
    rows = _rows(table)[:MOST_ROWS]
    for number, row in enumerate(rows):
        column = 0
        for element in _cells(row):
            while taken.get((number, column)):
                column += 1
            if column >= MOST_COLUMNS:
                break
            across = min(_span(element.get("colspan")), MOST_COLUMNS - column)
            down = _down(element, row, number, len(rows))
            for at in range(number, number + down):
                taken.update({(at, column + step): 1 for step in range(across)})
            own = [other for other in _inside(element) if holds_values(other)]
            nested += own
            cells.append(Cell(number, column, _lines(element, text, own), down, across))
            column += across
    yield table, tuple(cells), _heads(rows, cells)
    for other in nested:
        yield from tables_of(other, text)


def caption_of(table: Any, text: TextOf) -> tuple[tuple[Piece, ...], ...]:
    """The lines of the caption."""
    caption = table.find("caption")
    return () if caption is None else _lines(caption, text, [])


def _lines(cell: Any, outer: TextOf, apart: list[Any]) -> tuple[tuple[Piece, ...], ...]:
    """The lines of a cell, without the tables that follow apart from it."""
    from lxml import etree

    text, lines = TextOf(outer.styles), list[tuple[Piece, ...]]()
    for around in reversed(list(cell.iterancestors())):
        text.start(around, around.tag)  # a hidden row hides its cells
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if name not in INLINE:
            lines.append(text.line())
        if event == "start":
            text.start(element, name)
            if any(element is other for other in apart):
                walk.skip_subtree()
            else:
                text.add(element.text)
        else:
            text.end(name)
            if element is not cell:
                text.add(element.tail)
    return tuple(filter(None, [*lines, text.line()]))


def _rows(table: Any) -> list[Any]:
    """The rows of the table, not those of tables inside it."""
    return [row for part in (table, *table.iterchildren("thead", "tbody", "tfoot")) for row in part.iterchildren("tr")]


def _cells(row: Any) -> list[Any]:
    return list(row.iterchildren(*_CELLS))


def _inside(element: Any) -> list[Any]:
    """The tables inside an element, not those inside of them."""
    return [table for table in element.iterdescendants("table") if _holder(table, element) is element]


def _holder(table: Any, outermost: Any) -> Any:
    """The nearest element around a table that is a table itself, or `outermost`."""
    return next(up for up in table.iterancestors() if up is outermost or up.tag == "table")


def _width(row: Any) -> int:
    return sum(_span(cell.get("colspan")) for cell in _cells(row))


def _down(cell: Any, row: Any, number: int, rows: int) -> int:
    """How many rows a cell covers: never past the last one."""
    said = cell.get("rowspan")
    return rows - number if said == "0" else min(_span(said), rows - number)


def _span(said: str | None) -> int:
    said = (said or "").strip()
    return min(max(int(said), 1), MOST_ROWS) if said.isascii() and said.isdigit() else 1


def _heads(rows: list[Any], cells: list[Cell]) -> Heads:
    """The rows that the page marks as heads. Those that a marked cell at the top reaches into are heads as well."""
    marked = [number for number, row in enumerate(rows) if _is_marked(row)]
    count = next((at for at, number in enumerate(marked) if at != number), len(marked))
    top = max((cell.row + cell.rows for cell in cells if cell.row < count), default=0)
    return Heads(top or None, frozenset(number for number in marked if number >= top), all(map(_is_labelled, rows)))


def _is_marked(row: Any) -> bool:
    return row.getparent().tag == "thead" or all(cell.tag == "th" for cell in _cells(row))


def _is_labelled(row: Any) -> bool:
    return [cell.tag for cell in _cells(row)[:2]] == ["th", "td"]
