"""All offset arithmetic: spans, edits, and the way back from a repaired text to its source.

Defines `Span`, `Edit`, `apply_edits` and `OffsetMap`. Offsets are code points, half-open `[start, end)`.
What an edit *means* belongs to `fixes`; here it is only a stretch replaced by other characters. The way back is
held in arrays: where text is wrapped every line end is an edit, and all of them are led back at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deqing_search.text.characters import encode

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Span(NamedTuple):
    """A stretch of text, half-open, in code points."""

    start: int
    end: int


class Edit(NamedTuple):
    """The stretch `[start, end)` becomes `after`, because `fix` saw `reason`.

    `moved_from` is set when `after` is no new text but stood elsewhere in the same text: the move is this
    insertion and a deletion there, and the way back leads to where it stood.
    """

    start: int
    end: int
    after: str
    fix: str = ""
    reason: str = ""
    moved_from: Span | None = None


class EditError(ValueError):
    """Edits that overlap, run backwards or leave the text."""


def check_edits(length: int, edits: Sequence[Edit]) -> None:
    """Raise `EditError` unless the edits are sorted, apart, and inside a text of `length` characters."""
    last_start, last_end = -1, 0
    for edit in edits:
        start, end = edit.start, edit.end
        if not 0 <= start <= end <= length:
            raise EditError(f"edit {start}..{end} leaves a text of {length} characters")
        if start < last_end or (start == last_start and end == last_end):
            raise EditError(f"edit {start}..{end} overlaps {last_start}..{last_end}")
        last_start, last_end = start, end


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Replay sorted, non-overlapping edits on the text they were made for.

    >>> apply_edits("深入实施 扩中提低", [Edit(4, 5, "")])
    '深入实施扩中提低'
    """
    check_edits(len(text), edits)
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.start], edit.after)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def line_starts(text: str) -> Ints:
    """Offset at which each line starts.

    >>> line_starts("一\\n\\n二").tolist()
    [0, 2, 3]
    """
    return np.append(0, np.flatnonzero(encode(text) == ord("\n")) + 1)


class Piece(NamedTuple):
    """Output `[start, end)` comes from source `[source_start, source_end)`; `kept` means character by character."""

    start: int
    end: int
    source_start: int
    source_end: int
    kept: bool


class _Pieces(NamedTuple):
    """Many pieces, field by field."""

    starts: Ints
    ends: Ints
    source_starts: Ints
    source_ends: Ints
    kept: Flags

    def at(self, places: Ints) -> _Pieces:
        """The pieces at these places."""
        return _Pieces._make(field[places] for field in self)


class OffsetMap:
    """Leads every stretch of an edited text back to the source it came from.

    `pieces` tile the output in order. A kept piece has equal lengths on both sides; a replaced piece leads
    back to the whole stretch that was replaced.

    >>> way = OffsetMap.of(9, [Edit(4, 5, "")])
    >>> way.spans(3, 6)
    (Span(start=3, end=4), Span(start=5, end=7))
    """

    __slots__ = ("_pieces",)

    def __init__(self, pieces: _Pieces) -> None:
        self._pieces = pieces

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """The way back of a text that was not edited."""
        return cls.of(length, ())

    @classmethod
    def of(cls, length: int, edits: Sequence[Edit]) -> OffsetMap:
        """The way back of `apply_edits` on a text of `length` characters; raises `EditError`."""
        check_edits(length, edits)
        starts, ends, afters, _, _, moves = zip(*edits, strict=True) if edits else ((),) * 6
        source_starts, source_ends = np.array(starts, np.int64), np.array(ends, np.int64)
        gap_starts, gap_ends = np.append(0, source_ends), np.append(source_starts, length)
        sizes, kept = np.fromiter(map(len, afters), np.int64, len(edits)), np.zeros(len(edits), bool)
        if any(moves):
            moved = np.flatnonzero([move is not None for move in moves])
            source_starts[moved], source_ends[moved] = zip(*filter(None, moves), strict=True)
            kept[moved] = (source_ends - source_starts == sizes)[moved]
        lengths = _woven(gap_ends - gap_starts, sizes)
        outs = lengths.cumsum()
        pieces = _Pieces(
            starts=outs - lengths,
            ends=outs,
            source_starts=_woven(gap_starts, source_starts),
            source_ends=_woven(gap_ends, source_ends),
            kept=_woven(np.ones(len(edits) + 1, bool), kept),
        )
        return cls(pieces.at(np.flatnonzero(lengths)))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces one by one."""
        return tuple(map(Piece._make, zip(*(field.tolist() for field in self._pieces), strict=True)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OffsetMap) and self.pieces == other.pieces

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Source spans of output `[start, end)`, in output order, touching ones joined."""
        (spans,), _ = self.traces([start], [end], np.zeros(1, np.int64))
        return spans

    def traces(
        self, starts: Sequence[int], ends: Sequence[int], lines: Ints
    ) -> tuple[list[tuple[Span, ...]], list[tuple[int, int]]]:
        """Of many stretches the source spans, and the first and last source lines, from 1, that they touch.

        `lines` are the offsets at which the lines of the source start.

        >>> spans, touched = OffsetMap.of(9, [Edit(4, 5, "")]).traces([1, 3], [2, 6], np.array([0, 5]))
        >>> spans
        [(Span(start=1, end=2),), (Span(start=3, end=4), Span(start=5, end=7))]
        >>> touched
        [(1, 1), (1, 2)]
        """
        owners, under = self._under(np.array(starts, np.int64), np.array(ends, np.int64))
        apart = _changes(owners)
        apart[1:] |= under.source_starts[1:] != under.source_ends[:-1]
        first, last = _runs(apart)
        source_starts, source_ends = under.source_starts[first], under.source_ends[last]
        spans = list(map(Span._make, zip(source_starts.tolist(), source_ends.tolist(), strict=True)))
        first, last = _runs(_changes(owners[first]))
        top = np.minimum.reduceat(source_starts, first)
        bottom = np.maximum.reduceat(np.maximum(source_ends - 1, source_starts), first)
        touched = (np.searchsorted(lines, offsets, "right").tolist() for offsets in (top, bottom))
        cuts = zip(first.tolist(), (last + 1).tolist(), strict=True)
        grouped: list[tuple[Span, ...]] = (
            [(span,) for span in spans]  # as nearly always
            if len(spans) == len(starts)
            else [tuple(spans[start:end]) for start, end in cuts]
        )
        return grouped, list(zip(*touched, strict=True))

    def after(self, earlier: OffsetMap) -> OffsetMap:
        """This way back, then `earlier`'s: the map of two rounds of edits as one.

        >>> OffsetMap.of(5, [Edit(0, 1, "")]).after(OffsetMap.of(6, [Edit(0, 1, "")])).spans(0, 1)
        (Span(start=2, end=3),)
        """
        owners, under = earlier._under(self._pieces.source_starts, self._pieces.source_ends)
        mine = self._pieces.at(owners)
        shift = mine.starts - mine.source_starts
        first, last = _runs(mine.kept | _changes(owners))  # under a piece that was replaced all is one
        composed = _Pieces(
            starts=np.where(mine.kept, under.starts + shift, mine.starts)[first],
            ends=np.where(mine.kept, under.ends + shift, mine.ends)[last],
            source_starts=np.minimum.reduceat(under.source_starts, first),
            source_ends=np.maximum.reduceat(under.source_ends, first),
            kept=(mine.kept & under.kept)[first],
        )
        return OffsetMap(_fused(composed))

    def _under(self, starts: Ints, ends: Ints) -> tuple[Ints, _Pieces]:
        """The pieces under each stretch of the output, trimmed to it, and which stretch each lies under.

        Under an empty stretch between two pieces lies the end of the first.
        """
        all_ = self._pieces if len(self._pieces.ends) else _NOTHING
        place = np.searchsorted(all_.ends, starts, "right")
        number = np.searchsorted(all_.starts, ends, "left") - place
        between = number <= 0
        number[between] = 1
        owners = np.repeat(np.arange(len(starts)), number)
        places = np.arange(len(owners)) + np.repeat(place - number.cumsum() + number, number)
        whole = all_.at(np.minimum(places, len(all_.ends) - 1))
        under = _trimmed(whole, starts[owners], ends[owners])
        if between.any():
            points = np.append(all_.source_starts[0], all_.source_ends)[place]
            at = np.flatnonzero(between[owners])
            under.source_starts[at] = under.source_ends[at] = points[owners[at]]
        return owners, under


_ZERO = np.zeros(1, np.int64)
_NOTHING = _Pieces(_ZERO, _ZERO, _ZERO, _ZERO, np.ones(1, bool))  # for a text of which nothing is left


def _trimmed(pieces: _Pieces, starts: Ints, ends: Ints) -> _Pieces:
    """The pieces between these places of the output; a replaced piece keeps its whole source."""
    starts, ends = np.maximum(pieces.starts, starts), np.minimum(pieces.ends, ends)
    shift = pieces.source_starts - pieces.starts
    source_starts = np.where(pieces.kept, starts + shift, pieces.source_starts)
    source_ends = np.where(pieces.kept, ends + shift, pieces.source_ends)
    return _Pieces(starts, ends, source_starts, source_ends, pieces.kept)


def _fused(pieces: _Pieces) -> _Pieces:
    """Kept neighbours that touch on both sides become one piece."""
    apart = np.ones(len(pieces.kept), bool)
    apart[1:] = (pieces.source_starts[1:] != pieces.source_ends[:-1]) | ~(pieces.kept[1:] & pieces.kept[:-1])
    first, last = _runs(apart)
    return pieces.at(first)._replace(ends=pieces.ends[last], source_ends=pieces.source_ends[last])


def _changes(numbers: Ints) -> Flags:
    """Which of the numbers is another than the one before it; the first always is."""
    changes = np.ones(len(numbers), bool)
    changes[1:] = numbers[1:] != numbers[:-1]
    return changes


def _runs(begins: Flags) -> tuple[Ints, Ints]:
    """The first and the last place of each run."""
    first = np.flatnonzero(begins)
    return first, np.append(first, len(begins))[1:] - 1


def _woven(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Of two rows, the first one longer, each in turn."""
    woven = np.empty(len(one) + len(other), one.dtype)
    woven[::2], woven[1::2] = one, other
    return woven
