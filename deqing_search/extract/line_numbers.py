"""Numbers of the lines in the margin of a page, as drafts and laws have them: they are no part of the text.

What proves them: they stand apart from all other text, count the lines one by one or every fifth, and number lines in
the middle of a sentence too. The numbers of a list or of the rows of a table do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from deqing_search.extract.extracted import Piece
from deqing_search.extract.glyphs import Glyph
from deqing_search.text.lines import ends_sentence

_APART = 0.35  # em between a number and the text
_ALIGNED = 2.0  # points by which the numbers may miss their column
_STEPS = (1, 5, 10)
_LEAST = 3  # numbers of a page
_FULL = 1.6  # em that a line may leave at its end and still go on in the next one
_WITHIN = 0.4  # of the numbered lines: so many go on with a sentence at least
_FIX, _REASON = "line-number", "页边的行号"


class _Number(NamedTuple):
    row: int
    glyphs: list[Glyph]

    @property
    def value(self) -> int:
        return int("".join(glyph.text for glyph in self.glyphs))


class LineNumbers:
    """The line numbers of a document, page after page; `column` is where those of the last page stood."""

    def __init__(self) -> None:
        self._column: tuple[float, float] | None = None

    def taken_from(self, rows: list[list[Glyph]]) -> list[Piece]:
        """Take the numbers of the lines out of these rows and return them."""
        for row in rows:
            row.sort(key=lambda glyph: glyph.x0)
        for at_end in (False, True):
            numbers = _in_margin(rows, at_end)
            if numbers and (self._goes_on(numbers) or _count_lines(rows, numbers)):
                self._column = numbers[0].glyphs[0].x0, numbers[0].glyphs[-1].x1
                for number in numbers:
                    rows[number.row] = [glyph for glyph in rows[number.row] if glyph not in number.glyphs]
                rows[:] = filter(None, rows)
                return [Piece(" ".join(str(number.value) for number in numbers), _FIX, _REASON)]
        return []

    def _goes_on(self, numbers: Sequence[_Number]) -> bool:
        """They stand where those of the pages before stood."""
        if self._column is None:
            return False
        return _stands_at(numbers[0], *self._column)


def _in_margin(rows: Sequence[Sequence[Glyph]], at_end: bool) -> list[_Number]:
    """The numbers at the outer end of their rows, in one column that nothing else reaches into; or []."""
    found = [_Number(at, glyphs) for at, row in enumerate(rows) if (glyphs := _outermost(row, at_end))]
    beside = [number for number in found if len(rows[number.row]) > len(number.glyphs)]
    if not beside:
        return []
    x0, x1 = (
        median(number.glyphs[end].x0 if end == 0 else number.glyphs[end].x1 for number in beside) for end in (0, -1)
    )
    found = [n for n in found if n in beside or _stands_at(n, x0, x1)]  # the number of the page stands elsewhere
    taken = {id(glyph) for number in found for glyph in number.glyphs}
    others = [glyph for row in rows for glyph in row if id(glyph) not in taken]
    outer = min(n.glyphs[0].x0 for n in found) if at_end else max(n.glyphs[-1].x1 for n in found)
    if any(glyph.x1 >= outer if at_end else glyph.x0 <= outer for glyph in others):
        return []
    return found if all(_stands_at(number, x0, x1) for number in found) else []


def _stands_at(number: _Number, x0: float, x1: float) -> bool:
    return abs(number.glyphs[0].x0 - x0) <= _ALIGNED or abs(number.glyphs[-1].x1 - x1) <= _ALIGNED


def _outermost(row: Sequence[Glyph], at_end: bool) -> list[Glyph]:
    """The digits at one end of a row, apart from the rest of it."""
    ordered = list(reversed(row)) if at_end else list(row)
    digits = 0
    while digits < len(ordered) and ordered[digits].text.isdecimal() and digits < 5:
        digits += 1
    number = ordered[:digits]
    if not number or digits > 4:
        return []
    if digits < len(ordered):
        outer, inner = sorted((number[-1], ordered[digits]), key=lambda glyph: glyph.x0)
        if inner.x0 - outer.x1 < _APART * max(inner.size, outer.size):
            return []
    return sorted(number, key=lambda glyph: glyph.x0)


def _count_lines(rows: Sequence[Sequence[Glyph]], numbers: Sequence[_Number]) -> bool:
    """They count the rows, and a numbered row goes on with the sentence of the row above it."""
    if len(numbers) < _LEAST:
        return False
    counted = any(
        all((b.row - a.row, b.value - a.value) == (step, step) for a, b in pairwise(numbers)) for step in _STEPS
    )
    return counted and sum(_go_on(rows, numbers)) >= _WITHIN * len(numbers)


def _go_on(rows: Sequence[Sequence[Glyph]], numbers: Sequence[_Number]) -> Iterator[bool]:
    """Of each number, whether the row above it is full and ends inside a sentence."""
    own = {id(glyph) for number in numbers for glyph in number.glyphs}
    texts = [[glyph for glyph in row if id(glyph) not in own] for row in rows]
    right = max(row[-1].x1 for row in texts if row)
    for number in numbers:
        above = texts[number.row - 1] if number.row else []
        full = bool(above) and above[-1].x1 > right - _FULL * above[-1].size
        said = "".join(glyph.text for glyph in above)
        yield full and not ends_sentence(said) and not said.endswith(("；", ";"))
