"""Reports set as a typesetter sets a column: half-em digits, whole words, no stop in front of a line.

A stop that does not fit hangs out of the column, or is pushed to the next line with the character in front of it.
Where `first` is less than `measure`, the first line of a paragraph has an indent that is not in the text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

WIDTHS = (11, 13, 16, 20, 24, 28, 36, 42)  # em
_STOPS = "，。、；：！？”’）》」』】"
_UNIT = re.compile(r"[“‘（《「『【]*(?:[!-~]+|[^“‘（《「『【])[，。、；：！？”’）》」』】]*|.")


class Setting(NamedTuple):
    """A column: its measure, that of first lines, whether stops hang."""

    measure: float
    first: float
    hanging: bool


def em(text: str) -> float:
    """What a text takes, in full-width characters; digits and Latin take half."""
    return sum(0.5 if character < "\u2000" else 1.0 for character in text)


def units(paragraph: str) -> list[str]:
    """What a typesetter does not part."""
    return _UNIT.findall(paragraph)


def set_paragraph(paragraph: str, setting: Setting) -> list[str]:
    """The lines of a paragraph.

    >>> set_paragraph("完成造林12万亩，增长2.1%。", Setting(8, 6, hanging=True))
    ['完成造林12万', '亩，增长2.1%。']
    """
    lines, row, room = [], "", setting.first
    for unit in units(paragraph):
        needed = em(unit.rstrip(_STOPS) or unit) if setting.hanging else em(unit)
        if row and em(row) + needed > room:
            lines.append(row.rstrip())
            row, room = "", setting.measure
        row += unit
    return [*lines, row]


def set_report(lines: list[str], setting: Setting) -> list[str]:
    """The lines of all paragraphs."""
    return [row for line in lines for row in set_paragraph(line, setting)]


def drawn(chance: random.Random) -> Setting:
    """A column of any width."""
    measure = chance.choice(WIDTHS)
    return Setting(measure, measure - chance.choice([0, 2]), hanging=chance.random() < 0.5)


def typeset_columns(lines: list[str], chance: random.Random) -> str:
    """One column, its lines under one another."""
    return "\n".join(set_report(lines, drawn(chance))) + "\n"


def newspaper_columns(lines: list[str], chance: random.Random) -> str:
    """The same with a blank line behind every line."""
    return "\n\n".join(set_report(lines, drawn(chance))) + "\n"


def beside(rows: list[str], measure: float, height: int, gap: int, columns: int = 2) -> str:
    """Pages of columns, copied line by line."""
    pages = side_by_side(rows, height, lambda left: " " * (int(2 * (measure + 1 - em(left))) + gap), columns)
    return "\n\n".join(pages) + "\n"


def side_by_side(rows: list[str], height: int, space_after: Callable[[str], str], columns: int = 2) -> Iterator[str]:
    """Pages of columns of up to `height` rows; `space_after` gives the space after a row that others stand beside."""
    for at in range(0, len(rows), columns * height):
        page = rows[at : at + columns * height]
        part = -(-len(page) // columns)
        lines = zip_longest(*(page[first : first + part] for first in range(0, len(page), part)))
        yield "\n".join(_one_line([row for row in line if row], space_after) for line in lines)


def _one_line(rows: list[str], space_after: Callable[[str], str]) -> str:
    *before, last = rows
    return "".join(row + space_after(row) for row in before) + last


def typeset_beside(lines: list[str], chance: random.Random) -> str:
    """Two to four such columns side by side."""
    setting = drawn(chance)
    setting = setting._replace(
        measure=min(setting.measure, 24), first=min(setting.measure, 24) - 2 * (setting.first < setting.measure)
    )
    height, gap = chance.randint(20, 40), chance.choice([3, 4, 6])
    return beside(set_report(lines, setting), setting.measure, height, gap, chance.choice([2, 2, 3, 4]))
