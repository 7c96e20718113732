"""What a PDF draws on a page → what a reader sees of it: upright glyphs, and the text that the page does not show.

Text beyond the edges of the page, invisible text, white text on white, and watermarks are no part of the report. They
are kept apart with their reason, so that the edit log can show them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Final, NamedTuple

from deqing_search.extract.extracted import Piece
from deqing_search.extract.glyphs import Glyph, Page, Rule

_EDGE: Final = 1.0  # points by which the middle of a glyph may lie beyond the edge
_STRAIGHT: Final = math.radians(1.5)  # a line that is turned by more stands askew
_SKEWED: Final = math.radians(0.3)  # a page that is turned by more is put upright
_TURNED_PAGE: Final = 0.7  # share of the characters that lie on their side on a page that was turned
_LEAST_SEEN: Final = 10  # visible characters beside which invisible ones are no layer of recognised text
_SEEN_SHARE: Final = 0.1  # the same as a share of the invisible ones
_LARGER: Final = 1.5  # size of a watermark over the size of the text
_LEAST_COVERED: Final = 2  # characters that a watermark lies over
_TILES: Final = 3  # equal faint strings on one page
_TINY: Final = 0.5  # points
_CELL: Final = 20.0  # points: characters are looked up by squares of this size


class Drawn(NamedTuple):
    """One character as it is drawn: from `(x, y)` in the direction `angle`, in points from the top left corner.

    `upright`: for fonts that run down the page, how far the glyph's left edge and base line lie from that point, in
    its own size. `string` counts the commands that draw text.
    """

    text: str
    x: float
    y: float
    angle: float  # radians, counted against the clock
    length: float
    size: float
    string: int
    spaced: bool = False
    upright: tuple[float, float] | None = None
    unseen: bool = False  # drawn without ink
    white: bool = False
    faint: bool = False
    marked: bool = False  # the PDF says that it is a watermark

    @property
    def middle(self) -> tuple[float, float]:
        along, across = self.length / 2, 0.35 * self.size
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return self.x + along * cos - across * sin, self.y - along * sin - across * cos


@dataclass(slots=True)
class Sheet:
    """All that is drawn on one page. `box` is what of the page is shown; `dark`: painted shapes and pictures."""

    width: float
    height: float
    box: Rule
    characters: list[Drawn] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    dark: list[Rule] = field(default_factory=list)
    shaded: bool = False  # painted in a way that is not followed: white text may stand on it


def page_of(sheet: Sheet) -> Page:
    """The page as a reader sees it, upright, with what it does not show in `unseen`."""
    sheet = _straightened(_upright(sheet))
    fates = _fates(sheet)
    seen = [drawn for at, drawn in enumerate(sheet.characters) if at not in fates]
    page = Page(sheet.width, sheet.height, rules=sheet.rules)
    for drawn in seen:
        glyph, turned = _glyph(drawn)
        (page.turned if turned else page.glyphs).append(glyph)
    page.unseen = list(_pieces(sheet.characters, fates))
    return page


def _pieces(characters: Sequence[Drawn], fates: dict[int, tuple[str, str]]) -> Iterator[Piece]:
    """What is not shown, a string a piece."""
    for _, places in groupby(sorted(fates), key=lambda at: (characters[at].string, fates[at])):
        found = list(places)
        yield Piece("".join(characters[at].text for at in found), *fates[found[0]])


def _upright(sheet: Sheet) -> Sheet:
    """The sheet turned so that most of its lines run from left to right."""
    turns = Counter(_quarter(drawn.angle) for drawn in sheet.characters)
    quarter, times = turns.most_common(1)[0] if turns else (0, 0)
    if not quarter or times < _TURNED_PAGE * len(sheet.characters):
        return sheet
    wide, high = sheet.width, sheet.height

    def moved(x: float, y: float) -> tuple[float, float]:
        return ((x, y), (high - y, x), (wide - x, high - y), (y, wide - x))[quarter]

    return _moved(sheet, moved, quarter * math.pi / 2, (wide, high) if quarter == 2 else (high, wide))


def _straightened(sheet: Sheet) -> Sheet:
    """The sheet turned by the little that most of its lines are askew."""
    level = [tilt for drawn in sheet.characters if abs(tilt := _tilt(drawn)) < math.pi / 12]
    skew = median(level) if level else 0.0
    if abs(skew) < _SKEWED:
        return sheet
    cos, sin, x0, y0 = math.cos(skew), math.sin(skew), sheet.width / 2, sheet.height / 2

    def moved(x: float, y: float) -> tuple[float, float]:
        return x0 + (x - x0) * cos - (y - y0) * sin, y0 + (x - x0) * sin + (y - y0) * cos

    return _moved(sheet, moved, skew, (sheet.width, sheet.height))


def _moved(
    sheet: Sheet, moved: Callable[[float, float], tuple[float, float]], turn: float, size: tuple[float, float]
) -> Sheet:
    def box(rule: Rule) -> Rule:
        xs, ys = zip(*(moved(x, y) for x in (rule.x0, rule.x1) for y in (rule.y0, rule.y1)), strict=True)
        return Rule(min(xs), min(ys), max(xs), max(ys))

    characters = []
    for drawn in sheet.characters:
        x, y = moved(drawn.x, drawn.y)
        characters.append(drawn._replace(x=x, y=y, angle=drawn.angle - turn))
    rules, dark = [box(rule) for rule in sheet.rules], [box(rule) for rule in sheet.dark]
    return Sheet(*size, box(sheet.box), characters, rules, dark, sheet.shaded)


def _quarter(angle: float) -> int:
    return round(angle / (math.pi / 2)) % 4


def _tilt(drawn: Drawn) -> float:
    """By how much its line is askew, from the nearest of the four directions."""
    return (drawn.angle + math.pi / 4) % (math.pi / 2) - math.pi / 4


def _fates(sheet: Sheet) -> dict[int, tuple[str, str]]:
    """The fix and the reason of every character that the page does not show, by its place."""
    found: dict[int, tuple[str, str]] = {}
    layer, boxes = _is_layer(sheet.characters), _boxes(sheet)
    for at, drawn in enumerate(sheet.characters):
        x, y = drawn.middle
        if not all(_holds(box, x, y, _EDGE) for box in boxes):
            found[at] = "outside-page", "页边或裁切线以外"
        elif (drawn.unseen and not layer) or drawn.size < _TINY:
            found[at] = "hidden-text", "不着墨的字"
        elif drawn.marked or abs(_tilt(drawn)) > _STRAIGHT:
            found[at] = "watermark", "水印" if drawn.marked else "斜放的字"
        elif drawn.white and not sheet.shaded and not any(_holds(dark, x, y, 0) for dark in sheet.dark):
            found[at] = "hidden-text", "白底上的白字"
    marks = _watermarks([(at, drawn) for at, drawn in enumerate(sheet.characters) if at not in found])
    return found | dict.fromkeys(marks, ("watermark", "压在正文上的大字或淡字"))


def _boxes(sheet: Sheet) -> list[Rule]:
    """What must hold a character that is shown. A page that most of its text lies beyond names a wrong size."""
    paper = Rule(0, 0, sheet.width, sheet.height)
    beyond = sum(not _holds(paper, *drawn.middle, _EDGE) for drawn in sheet.characters)
    if 2 * beyond > len(sheet.characters):
        return []
    return [sheet.box, paper]


def _holds(box: Rule, x: float, y: float, more: float) -> bool:
    return box.x0 - more <= x <= box.x1 + more and box.y0 - more <= y <= box.y1 + more


def _is_layer(characters: Sequence[Drawn]) -> bool:
    """The invisible text is what was recognised on a scan: the page shows hardly any other."""
    unseen = sum(drawn.unseen for drawn in characters)
    seen = len(characters) - unseen
    return seen < max(_LEAST_SEEN, _SEEN_SHARE * unseen)


def _watermarks(numbered: Sequence[tuple[int, Drawn]]) -> Iterator[int]:
    """The characters of large or faint strings that lie over other text, and of faint ones that tile the page."""
    if not numbered:
        return
    usual = median(drawn.size for _, drawn in numbered)
    strings: dict[int, list[tuple[int, Drawn]]] = defaultdict(list)
    for at, drawn in numbered:
        strings[drawn.string].append((at, drawn))
    likely = {
        number: members
        for number, members in strings.items()
        if members[0][1].faint or members[0][1].size >= _LARGER * usual
    }
    if not likely:
        return
    squares = _squares(drawn for _, drawn in numbered if drawn.string not in likely)
    texts = Counter("".join(drawn.text for _, drawn in members) for members in likely.values() if members[0][1].faint)
    for members in likely.values():
        text = "".join(drawn.text for _, drawn in members)
        covered = sum(_covers(drawn, squares) for _, drawn in members)
        if covered >= _LEAST_COVERED or texts[text] >= _TILES:
            yield from (at for at, _ in members)


def _squares(characters: Iterable[Drawn]) -> dict[tuple[int, int], list[tuple[float, float]]]:
    found: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for drawn in characters:
        x, y = drawn.middle
        found[int(x // _CELL), int(y // _CELL)].append((x, y))
    return found


def _covers(drawn: Drawn, squares: dict[tuple[int, int], list[tuple[float, float]]]) -> int:
    """How many other characters have their middle in the box of this one."""
    left, right = drawn.x, drawn.x + max(drawn.length, 0.5 * drawn.size)
    top, bottom = drawn.y - 0.85 * drawn.size, drawn.y + 0.1 * drawn.size
    across = range(int(left // _CELL), int(right // _CELL) + 1)
    down = range(int(top // _CELL), int(bottom // _CELL) + 1)
    places = (place for column in across for row in down for place in squares.get((column, row), ()))
    return sum(left < x < right and top < y < bottom for x, y in places)


def _glyph(drawn: Drawn) -> tuple[Glyph, bool]:
    """The glyph, and whether it lies on its side."""
    text, x, y, size = drawn.text, drawn.x, drawn.y, drawn.size
    turned = _quarter(drawn.angle) % 2 == 1
    if drawn.upright is not None:
        x0, base = x - drawn.upright[0] * size, y + drawn.upright[1] * size
        return Glyph(text, x0, x0 + size, base, size, down=True), turned
    if turned:  # read with the head to the right: the line runs down, and begins at its top
        return Glyph(
            text, x - 0.12 * size, x + 0.88 * size, y + 0.88 * size, size, down=math.sin(drawn.angle) < 0
        ), True
    end = x + drawn.length * math.cos(drawn.angle)
    return Glyph(text, min(x, end), max(x, end), y, size, spaced=drawn.spaced), False
