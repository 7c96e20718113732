"""Lays out text by the columns of a terminal, in which a Chinese character takes two: lines, tables, help.

What is laid out may contain the styles of `errors`; they take no column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

_STYLE = r"\x1b\[[0-9;]*m"
# What is not broken: a word in Latin letters, and a character with the brackets and the punctuation around it.
_UNIT = re.compile(
    rf"(?:{_STYLE}|[（【《〔“‘「『])*(?:[!-~]+|[ \t]+|[^ \t]|$)(?:[，。、；：！？…）】》〕”’」』—]|{_STYLE})*"
)
_BULLET = re.compile(r" *(?:(?:[0-9]+\.?|[▶·@+-]) +)?")  # the indent of a line, with its number or sign


def columns(text: str) -> int:
    """How many columns a text takes in a terminal: wide characters take two.

    >>> columns("德清abc")
    7
    """
    plain = re.sub(_STYLE, "", text)
    return len(plain) + sum(unicodedata.east_asian_width(character) in "WF" for character in plain)


def wrapped(text: str, width: int, hang: int = 0) -> list[str]:
    """The lines of a text in `width` columns; all but the first are indented by `hang` columns.

    >>> wrapped("例：search-cli query 地理信息，人工智能", 24, 4)
    ['例：search-cli query 地', '    理信息，人工智能']
    """
    lines, used = [""], 0
    for unit in _UNIT.findall(text):
        if used + columns(unit.rstrip(" ")) > width and used > hang:
            lines.append(" " * hang)
            unit, used = unit.lstrip(" "), hang
        lines[-1] += unit
        used += columns(unit)
    return [line.rstrip(" ") for line in lines]


def under_its_indent(line: str, width: int) -> list[str]:
    """A line broken into lines of `width` columns; the continued text starts under the text after its number or sign.

    >>> under_its_indent("12. 地理信息产业", 10)
    ['12. 地理信', '    息产业']
    """
    bullet = _BULLET.match(re.sub(_STYLE, "", line))
    hang = columns(bullet[0]) if bullet else 0
    return wrapped(line, width, hang if hang < width // 2 else 0)


def table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows with their cells in columns; a column of numbers is aligned to the right, with its heading.

    >>> list(table([("词", "次"), ("德清县", "12"), ("a", "3")]))
    ['词      次', '德清县  12', 'a        3']
    """
    rows = list(rows)
    wide = max(map(len, rows), default=0)
    filled = [[*row, *[""] * (wide - len(row))] for row in rows]
    every = list(zip(*filled, strict=True))
    widths = [max(map(columns, column)) for column in every]
    right = [_is_of_numbers(column[1:]) for column in every]
    for row in filled:
        cells = (
            padded(cell, width, right=is_number) for cell, width, is_number in zip(row, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text in `width` columns, on their left or on their right.

    >>> padded("德清", 6), padded("德清", 6, right=True)
    ('德清  ', '  德清')
    """
    gap = " " * (width - columns(text))
    return gap + text if right else text + gap


def _is_of_numbers(cells: Sequence[str]) -> bool:
    return any(map(_is_number, cells)) and all(not cell or cell in ("—", "缺") or _is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9][0-9,.]*%?", cell) is not None
