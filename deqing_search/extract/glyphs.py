"""What stands on a page and where: glyphs, the runs they form, the lines ruled between them.

Coordinates are points from the top left corner. This module finds which glyphs lie over one another, because only the
geometry shows it: `王王王莹莹莹莹莹莹` in fake bold is 王莹莹, and the second 莹 has a place of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Generic, NamedTuple, TypeVar

from deqing_search.extract.extracted import Piece
from deqing_search.extract.scripts import raised

_LAID_OVER = 0.3  # of its width and height: how far the same glyph may lie and still be the same stroke
_SAME_ROW = 0.5  # share of the lower glyph's height that must lie in the row
_RUN_GAP = 0.9  # em between glyphs from which on they may belong to different columns or cells
_RAISED_SIZE, _RAISED_BY = 0.8, 0.2  # of the run's size: how small and how high a raised figure is
_LATIN_SPACE, _HAN_SPACE = 0.15, 0.6  # em from which on a gap is a space


class Glyph(NamedTuple):
    """Characters drawn as one, from `x0` to `x1` on the line `base`.

    `over`: how many strokes of the same lie over it. `spaced`: a space was drawn in front of it. `down`: its line runs
    down the page, by its font or because it lies on its side. `score`: how sure it was recognised in a picture.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    over: int = 0
    spaced: bool = False
    down: bool = False
    score: float = 1.0


class Rule(NamedTuple):
    """A line or the side of a box, horizontal or vertical."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def flat(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs side by side without a wide gap."""

    glyphs: tuple[Glyph, ...]
    x0: float
    x1: float
    base: float
    size: float

    @classmethod
    def of(cls, glyphs: Sequence[Glyph]) -> Run:
        size = median(glyph.size for glyph in glyphs)
        main = [glyph for glyph in glyphs if glyph.size >= 0.8 * size] or glyphs
        x0, x1 = min(glyph.x0 for glyph in glyphs), max(glyph.x1 for glyph in glyphs)
        return cls(tuple(glyphs), x0, x1, median(glyph.base for glyph in main), max(size, 0.1))

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, self.base - 0.35 * self.size


Placed = TypeVar("Placed", Glyph, Run)


@dataclass(slots=True)
class Page:
    """What one page shows.

    `turned` are the glyphs that lie on their side, in the order they were drawn; `unseen` is the text that the page
    holds and does not show.
    """

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    turned: list[Glyph] = field(default_factory=list)
    unseen: list[Piece] = field(default_factory=list)


def without_overprint(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Each glyph once, with the number of further strokes that lie over it.

    >>> [(g.text, g.over) for g in without_overprint([Glyph("莹", x, x + 10, 0, 10) for x in (0, 0.3, 10, 10.3)])]
    [('莹', 1), ('莹', 1)]
    """
    placed: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    kept: list[Glyph] = []
    for glyph in glyphs:
        across, along = round(glyph.x0 / 8), round(glyph.base / 8)
        near = (
            index
            for right in (-1, 0, 1)
            for down in (-1, 0, 1)
            for index in placed.get((glyph.text, across + right, along + down), ())
            if _lies_over(glyph, kept[index])
        )
        first = next(near, None)
        if first is None:
            placed[glyph.text, across, along].append(len(kept))
            kept.append(glyph)
        else:
            kept[first] = kept[first]._replace(over=kept[first].over + 1)
    return kept


def _lies_over(glyph: Glyph, other: Glyph) -> bool:
    return (
        abs(glyph.x0 - other.x0) <= _LAID_OVER * min(glyph.x1 - glyph.x0, other.x1 - other.x0, 24)
        and abs(glyph.base - other.base) <= _LAID_OVER * min(glyph.size, other.size, 24)
        and abs(glyph.size - other.size) <= 0.1 * glyph.size
    )


def runs_of(rows: Iterable[list[Glyph]]) -> list[Run]:
    """The runs of a page, row by row, each row from left to right."""
    runs = []
    for row in rows:
        row.sort(key=lambda glyph: glyph.x0)
        run = [row[0]]
        for glyph in row[1:]:
            if glyph.x0 - max(g.x1 for g in run[-3:]) > _RUN_GAP * max(run[-1].size, glyph.size):
                runs.append(Run.of(run))
                run = []
            run.append(glyph)
        runs.append(Run.of(run))
    return runs


def rows_of(things: Iterable[Placed]) -> list[list[Placed]]:
    """Glyphs or runs that stand on one line together, from the top down; raised ones are with their line."""
    rows: list[_Row[Placed]] = []
    for thing in sorted(things, key=lambda thing: (thing.base, thing.x0)):
        top, bottom = thing.base - 0.8 * thing.size, thing.base + 0.1 * thing.size
        best = max(rows[-4:], key=lambda row: row.shared(top, bottom), default=None)
        if best is None or best.shared(top, bottom) < _SAME_ROW:
            best = _Row(top, bottom)
            rows.append(best)
        elif bottom - top > best.bottom - best.top:
            best.top, best.bottom = top, bottom
        best.things.append(thing)
    rows.sort(key=lambda row: row.bottom)
    return [row.things for row in rows]


@dataclass(slots=True)
class _Row(Generic[Placed]):
    top: float
    bottom: float
    things: list[Placed] = field(default_factory=list)

    def shared(self, top: float, bottom: float) -> float:
        """Share of the lower one's height that is in both."""
        lower = max(min(self.bottom - self.top, bottom - top), 0.01)
        return (min(self.bottom, bottom) - max(self.top, top)) / lower


def pieces_of(run: Run) -> list[Piece]:
    """The characters of a run with the strokes that lie over them, and spaces where gaps say so.

    Small figures that stand raised are an exponent or the mark of a note, and no part of the number before them.

    >>> latin = [Glyph(c, x, x + 5, 0, 10) for c, x in (("a", 0), ("b", 5), ("c", 13))]
    >>> "".join(piece.shown for piece in pieces_of(Run.of(latin)))
    'ab c'
    >>> power = [Glyph("1", 0, 5, 20, 10), Glyph("0", 5, 10, 20, 10), Glyph("3", 10, 13, 16, 6)]
    >>> "".join(piece.shown for piece in pieces_of(Run.of(power)))
    '10³'
    """
    pieces: list[Piece] = []
    last: Glyph | None = None
    for glyph in run.glyphs:
        if last is not None:
            wide = "\u2e80"
            han = last.text[-1] >= wide or glyph.text[0] >= wide
            least = _HAN_SPACE if han and not glyph.spaced else _LATIN_SPACE
            if glyph.x0 - last.x1 > least * max(last.size, glyph.size):
                pieces.append(Piece(" "))
        pieces.append(raised(glyph.text) if _is_raised(glyph, run) else Piece(glyph.text, score=glyph.score))
        if glyph.over:
            pieces.append(Piece(glyph.text * glyph.over, "overprint", f"同一位置重叠 {glyph.over + 1} 次"))
        last = glyph
    return pieces


def _is_raised(glyph: Glyph, run: Run) -> bool:
    return glyph.size <= _RAISED_SIZE * run.size and run.base - glyph.base >= _RAISED_BY * run.size
