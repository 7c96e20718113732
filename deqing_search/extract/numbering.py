"""The numbers Word shows in front of numbered paragraphs and does not keep in their text: 一、 （一） 1.

Counts as Word does: each list by its own, a level starts anew below a higher one. Bullets give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"


class _Level(NamedTuple):
    shape: str  # Word's name of the kind of number
    pattern: str  # `%1、`
    start: int


@dataclass
class Numbering:
    """The lists of a document, and how far each has been counted."""

    levels: dict[str, dict[int, _Level]]  # by list and depth
    styles: dict[str, tuple[str, int]]  # paragraph style → list and depth
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any) -> Numbering:
        root = _part(document, "numbering")
        abstract = (
            {} if root is None else {a.get(f"{_W}abstractNumId"): _levels(a) for a in root.iter(f"{_W}abstractNum")}
        )
        lists = {}
        for listed in [] if root is None else root.iterchildren(f"{_W}num"):
            link = listed.find(f"{_W}abstractNumId")
            lists[listed.get(f"{_W}numId")] = abstract.get(None if link is None else link.get(f"{_W}val"), {})
        styles = {}
        for style in document.styles.element.iter(f"{_W}style"):
            if found := _place(style.find(f"{_W}pPr")):
                styles[style.get(f"{_W}styleId")] = found
        return cls(lists, styles)

    def next(self, paragraph: Any) -> str:
        """The number in front of this paragraph, counted on; "" without one."""
        properties = paragraph.find(f"{_W}pPr")
        style = None if properties is None else properties.find(f"{_W}pStyle")
        place = _place(properties) or (self.styles.get(style.get(f"{_W}val")) if style is not None else None)
        levels = self.levels.get(place[0], {}) if place else {}
        if place is None or place[1] not in levels:
            return ""
        name, depth = place
        counts = self.counts.setdefault(name, {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        return self._shown(levels, counts, depth)

    def _shown(self, levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        if levels[depth].shape not in SHAPES:
            return ""

        def number(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            shape = SHAPES.get(levels[level].shape, str) if level in levels else str
            return shape(counts.get(level, levels[level].start if level in levels else 1))

        return re.sub(r"%(\d)", number, levels[depth].pattern)


def _part(document: Any, name: str) -> Any:
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{name}") and not relation.is_external:
            return parse_xml(relation.target_part.blob)
    return None


def _all(root: Any, name: str) -> list[Any]:
    return [] if root is None else list(root.iterchildren(f"{_W}{name}"))


def _levels(abstract: Any) -> dict[int, _Level]:
    levels = {}
    for level in abstract.iterchildren(f"{_W}lvl"):
        said = {name: level.find(f"{_W}{name}") for name in ("numFmt", "lvlText", "start")}
        value = {name: "" if found is None else found.get(f"{_W}val") or "" for name, found in said.items()}
        start = int(value["start"]) if value["start"].isdigit() else 1
        levels[int(level.get(f"{_W}ilvl"))] = _Level(value["numFmt"], value["lvlText"], start)
    return levels


def _place(properties: Any) -> tuple[str, int] | None:
    """The list and depth that paragraph properties name."""
    found = None if properties is None else properties.find(f"{_W}numPr")
    name = None if found is None else found.find(f"{_W}numId")
    if found is None or name is None:
        return None
    depth = found.find(f"{_W}ilvl")
    return name.get(f"{_W}val"), int(depth.get(f"{_W}val")) if depth is not None else 0


def chinese(number: int) -> str:
    """A number as headings count.

    >>> [chinese(n) for n in (1, 10, 12, 20, 35, 108)]
    ['一', '十', '十二', '二十', '三十五', '一〇八']
    """
    if not 0 < number < 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


def _roman(number: int) -> str:
    units = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    shown = ""
    for value, sign in units:
        times, number = divmod(number, value)
        shown += sign * times
    return shown


SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalFullWidth": str,
    "decimalZero": lambda number: f"{number:02}",
    "japaneseCounting": chinese,  # what Word for China writes for 一、二、
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if number <= 20 else f"({number})",
    "decimalEnclosedCircleChinese": lambda number: chr(0x245F + number) if number <= 20 else f"({number})",
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
