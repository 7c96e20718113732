"""Reports set as a typesetter sets a column: half-em digits, whole words, no stop in front of a line.

A stop that does not fit hangs out of the column, or is pushed to the next line with the character in front of it.
Where `first` is less than `measure`, the first line of a paragraph has an indent that is not in the text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
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


def beside(rows: list[str], measure: float, height: int, gap: int) -> str:
    """Pages of two columns, copied line by line."""
    pages = side_by_side(rows, height, lambda left: " " * (int(2 * (measure + 1 - em(left))) + gap))
    return "\n\n".join(pages) + "\n"


def side_by_side(rows: list[str], height: int, space_after: Callable[[str], str]) -> Iterator[str]:
    """Pages of two columns of up to `height` rows; `space_after` gives the space after a row of the left one."""
    for at in range(0, len(rows), 2 * height):
        page = rows[at : at + 2 * height]
        half = (len(page) + 1) // 2
        beside = zip(page[:half], [*page[half:], ""], strict=False)
        yield "\n".join(f"{left}{space_after(left)}{right}" if right else left for left, right in beside)


def typeset_beside(lines: list[str], chance: random.Random) -> str:
    """Two such columns side by side."""
    setting = drawn(chance)
    setting = setting._replace(
        measure=min(setting.measure, 24), first=min(setting.measure, 24) - 2 * (setting.first < setting.measure)
    )
    return beside(set_report(lines, setting), setting.measure, chance.randint(20, 40), chance.choice([3, 4, 6]))
