"""Boxes recognised on pictures → runs, as a PDF would give them: upright, of even sizes, with the width of their stops.

A box shows where ink is. A full stop takes one em of its line and has ink in a third of it, so the characters at the
edges of a box take more room than the box. `ocr` finds the boxes; `layout` and `flow` find out what the places mean.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf
from statistics import median
from typing import Final, NamedTuple

from deqing_search.extract.glyphs import Glyph, Run, rows_of

SIZE: Final = 12.0  # of the text in the lines that come out, in points, whatever the resolution
_FINEST, _STEPS = math.radians(0.04), 30  # by which the skew is looked for around the angle of the boxes
_SAME = 0.25  # of the height of a line: edges that differ less are at one place
_HARDLY, _LIKE = 0.3, 1.4  # score of a box that may be a speck; how many times higher or lower than a line it is
_WIDE = 4  # times its height: a box whose edges show the skew of the page
_NEAR = 2.5  # sizes from one line to the next
_LONG = 6  # em: a text whose width shows its size
_STEP = 1.25  # from one size to the next: what differs less is one size, measured badly
_BESIDE = 0.9  # em between the parts of one line
_OPENING, _CLOSING = "“‘（《「『【〈〔", "，。、；：！？”’）》」』】〉〕"
_BLANK = 0.5  # em of a full-width stop or bracket that has no ink


class Box(NamedTuple):
    """A recognised line or a part of one; its corners are in pixels, clockwise from the top left."""

    corners: tuple[tuple[float, float], ...]
    text: str
    score: float  # 0 to 1

    @property
    def width(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        return max(math.dist(self.corners[0], self.corners[3]), 1.0)

    def inner(self, part: float) -> tuple[int, int, int, int]:
        """The left, upper, right and lower edge of its middle, `part` times as long as it is thick."""
        x, y = (sum(corner[axis] for corner in self.corners) / 4 for axis in (0, 1))
        thick = min(self.width, self.height)
        wide, high = (min(size, part * thick) / 2 for size in (self.width, self.height))
        return int(x - wide), int(y - high), int(x + wide) + 1, int(y + high) + 1


class Sheet(NamedTuple):
    """What was recognised on an upright page, and its height in pixels."""

    boxes: list[Box]
    height: float


class _Placed(NamedTuple):
    """A box on the upright page."""

    text: str
    score: float
    x0: float
    x1: float
    middle: float  # of its height
    height: float


def runs_of_boxes(pages: Sequence[Sequence[Box]]) -> tuple[list[list[Run]], float]:
    """The runs of every page, and how many points a pixel is: most of the text has the size `SIZE`."""
    placed = [_upright(boxes) for boxes in pages]
    measured = [(_size_by_width(box), box) for page in placed for box in page]
    ratio = median([size / box.height for size, box in measured if size] or [0.8])
    sizes = sorted(size or ratio * box.height for size, box in measured for _ in box.text)
    usual = sizes[len(sizes) // 2] if sizes else SIZE
    scale = SIZE / usual
    return [_joined([_run(box, size, scale) for box, size in _sized(page, ratio, usual)]) for page in placed], scale


def without_specks(boxes: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The boxes of a page, and those that are no text: hardly recognised, and not as high as the lines of the page."""
    sure = sorted(box.height for box in boxes if box.score >= _HARDLY for _ in box.text)
    usual = sure[len(sure) // 2] if sure else inf
    specks = [box for box in boxes if box.score < _HARDLY and not 1 / _LIKE <= box.height / usual <= _LIKE]
    return [box for box in boxes if box not in specks], specks


def _upright(boxes: Sequence[Box]) -> list[_Placed]:
    """The boxes of a page that is turned back by its skew."""
    angle = _skew(boxes)
    cos, sin = math.cos(angle), math.sin(angle)
    placed = []
    for box in boxes:
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((x * cos + y * sin, y * cos - x * sin) for x, y in box.corners)
        text = box.text.strip()
        if text:
            middle, height = (y0 + y1 + y2 + y3) / 4, max((y2 + y3 - y0 - y1) / 2, 1.0)
            placed.append(_Placed(text, box.score, (x0 + x3) / 2, (x1 + x2) / 2, middle, height))
    return placed


def _skew(boxes: Sequence[Box]) -> float:
    """The angle of the lines, in radians: the one at which most boxes begin, end and stand at the same places.

    The corners of a box are whole pixels, too rough for an angle; they only say where to look.

    >>> edges = [(-at, 50 * at) for at in range(30)]
    >>> page = [Box(((x, y), (x + 800, y + 16), (x + 800, y + 46), (x, y + 30)), "一", 1.0) for x, y in edges]
    >>> round(_skew(page), 2)
    0.02
    """
    corners = [box.corners for box in boxes if box.width > _WIDE * box.height]
    if not corners:
        return 0.0
    about = median(math.atan2(right[1] - left[1], right[0] - left[0]) for left, right, *_ in corners)
    bin_ = _SAME * median(box.height for box in boxes)
    found = [(_alike(corners, about + step * _FINEST, bin_), step) for step in range(-_STEPS, _STEPS + 1)]
    most = max(found)[0]
    return about + _FINEST * median(step for alike, step in found if alike >= most)


def _alike(corners: Sequence[tuple[tuple[float, float], ...]], angle: float, bin_: float) -> int:
    """How many pairs of boxes begin at one place of the line, end at one place, or stand at one height."""
    cos, sin = math.cos(angle), math.sin(angle)
    places: Counter[tuple[str, int]] = Counter()
    for left, right, *_ in corners:
        places["left", round((left[0] * cos + left[1] * sin) / bin_)] += 1
        places["right", round((right[0] * cos + right[1] * sin) / bin_)] += 1
        places["base", round((left[1] * cos - left[0] * sin) / bin_)] += 1
    return sum(times * times for times in places.values())


def _size_by_width(box: _Placed) -> float:
    """The width of a box over that of its text in em; 0 for a short one."""
    em = _em(box.text) - sum(_blanks(box.text))
    return (box.x1 - box.x0) / em if em >= _LONG else 0.0


def _em(text: str) -> float:
    return sum(0.5 if character < "\u2e80" and character not in "“”‘’—…" else 1.0 for character in text)


def _blanks(text: str) -> tuple[float, float]:
    """The em without ink in front of the first character and after the last one."""
    return _BLANK * (text[0] in _OPENING), _BLANK * (text[-1] in _CLOSING)


def _sized(page: Sequence[_Placed], ratio: float, usual: float) -> Iterator[tuple[_Placed, float]]:
    """Each box with its size. A short one shows its own too roughly: it takes that of the box above it, if alike."""
    done: list[tuple[_Placed, float]] = []
    for box in sorted(page, key=lambda box: box.middle):
        size = _size(box, ratio, usual)
        if _em(box.text) < _LONG:
            size = next((above for other, above in reversed(done) if _continues(box, other, above)), size)
        done.append((box, size))
        yield box, size


def _continues(box: _Placed, above: _Placed, size: float) -> bool:
    """The box stands close under the other one, and is about as high."""
    beside = box.x1 < above.x0 or above.x1 < box.x0
    near = box.height / 2 < box.middle - above.middle < _NEAR * size
    return near and not beside and 1 / _LIKE < box.height / above.height < _LIKE


def _size(box: _Placed, ratio: float, usual: float) -> float:
    """The size by width or height, whichever is nearer to the usual one, in steps."""
    found = [size for size in (ratio * box.height, _size_by_width(box)) if size]
    steps = min((math.log(size / usual, _STEP) for size in found), key=abs)
    return usual * _STEP ** round(steps)


def _run(box: _Placed, size: float, scale: float) -> Run:
    """The characters share the width of their box by their widths in em."""
    before, after = _blanks(box.text)
    x, em = box.x0 - before * size, _em(box.text)
    step = (box.x1 + after * size - x) / em
    glyphs = []
    for character in box.text:
        width = step * _em(character)
        if character.strip():
            base = box.middle + 0.35 * size
            glyphs.append(Glyph(character, x * scale, (x + width) * scale, base * scale, size * scale, score=box.score))
        x += width
    return Run.of(glyphs)


def _joined(runs: list[Run]) -> list[Run]:
    """Parts of a line that lie side by side as one run."""
    found: list[Run] = []
    for row in rows_of(runs):
        row.sort(key=lambda run: run.x0)
        parts = [row[0]]
        for run in row[1:]:
            last = parts[-1]
            if run.x0 - last.x1 <= _BESIDE * max(run.size, last.size) and abs(run.size - last.size) < 0.1 * last.size:
                parts[-1] = Run.of([*last.glyphs, *run.glyphs])
            else:
                parts.append(run)
        found += parts
    return found
