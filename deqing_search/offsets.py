"""All offset arithmetic: spans, edits, and the way back from a repaired text to its source.

Defines `Span`, `Edit`, `apply_edits` and `OffsetMap`. Offsets are code points, half-open `[start, end)`.
What an edit *means* belongs to `fixes`; here it is only a stretch replaced by other characters.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import NamedTuple


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
    for edit in edits:
        if not 0 <= edit.start <= edit.end <= length:
            raise EditError(f"edit {edit.start}..{edit.end} leaves a text of {length} characters")
    for left, right in pairwise(edits):
        if right.start < left.end or (right.start == left.start and right.end == left.end):
            raise EditError(f"edit {right.start}..{right.end} overlaps {left.start}..{left.end}")


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


def line_starts(text: str) -> list[int]:
    """Offset at which each line starts."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))


def lines_at(starts: list[int], spans: tuple[Span, ...]) -> tuple[int, int]:
    """First and last line, from 1, that `spans` touch.

    >>> lines_at([0, 5, 9], (Span(6, 12),))
    (2, 3)
    """
    first = min(spans).start
    last = max([max(span.end - 1, span.start) for span in spans])
    return bisect_right(starts, first), bisect_right(starts, last)


class Piece(NamedTuple):
    """Output `[start, end)` comes from source `[source_start, source_end)`; `kept` means character by character."""

    start: int
    end: int
    source_start: int
    source_end: int
    kept: bool


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Leads every stretch of an edited text back to the source it came from.

    `pieces` tile the output in order. A kept piece has equal lengths on both sides; a replaced piece leads
    back to the whole stretch that was replaced.

    >>> way = OffsetMap.of(9, [Edit(4, 5, "")])
    >>> way.spans(3, 6)
    (Span(start=3, end=4), Span(start=5, end=7))
    """

    pieces: tuple[Piece, ...]

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """The way back of a text that was not edited."""
        return cls((Piece(0, length, 0, length, True),) if length else ())

    @classmethod
    def of(cls, length: int, edits: Sequence[Edit]) -> OffsetMap:
        """The way back of `apply_edits` on a text of `length` characters; raises `EditError`."""
        check_edits(length, edits)
        pieces: list[Piece] = []
        out = at = 0
        for edit in edits:
            if edit.start > at:
                pieces.append(Piece(out, out + edit.start - at, at, edit.start, True))
                out += edit.start - at
            if edit.after:
                end = out + len(edit.after)
                source = edit.moved_from or Span(edit.start, edit.end)
                moved = edit.moved_from is not None and source.end - source.start == len(edit.after)
                pieces.append(Piece(out, end, source.start, source.end, moved))
                out = end
            at = edit.end
        if length > at:
            pieces.append(Piece(out, out + length - at, at, length, True))
        return cls(tuple(pieces))

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Source spans of output `[start, end)`, in output order, touching ones joined."""
        return tuple(_joined([Span(p.source_start, p.source_end) for p in self.cut(start, end)]))

    def cut(self, start: int, end: int) -> list[Piece]:
        """The pieces under output `[start, end)`, trimmed to it."""
        found: list[Piece] = []
        at = max(bisect_right(self.pieces, start, key=itemgetter(0)) - 1, 0)
        while at < len(self.pieces) and (piece := self.pieces[at]).start < end:
            if start <= piece.start and piece.end <= end:
                found.append(piece)
            elif start < piece.end:
                found.append(_trimmed(piece, max(start, piece.start), min(end, piece.end)))
            at += 1
        return found

    def after(self, earlier: OffsetMap) -> OffsetMap:
        """This way back, then `earlier`'s: the map of two rounds of edits as one.

        >>> OffsetMap.of(5, [Edit(0, 1, "")]).after(OffsetMap.of(6, [Edit(0, 1, "")])).spans(0, 1)
        (Span(start=2, end=3),)
        """
        pieces: list[Piece] = []
        for piece in self.pieces:
            if piece.kept:
                shift = piece.start - piece.source_start
                pieces += [
                    Piece(under.start + shift, under.end + shift, under.source_start, under.source_end, under.kept)
                    for under in earlier.cut(piece.source_start, piece.source_end)
                ]
            else:
                under_it = earlier.cut(piece.source_start, piece.source_end)
                source = _hull(under_it) if under_it else earlier.point(piece.source_start)
                pieces.append(Piece(piece.start, piece.end, *source, False))
        return OffsetMap(tuple(_fused(pieces)))

    def point(self, offset: int) -> Span:
        """The empty source span at output `offset`."""
        if before := self.cut(max(offset - 1, 0), offset):
            return Span(before[-1].source_end, before[-1].source_end)
        if behind := self.cut(offset, offset + 1):
            return Span(behind[0].source_start, behind[0].source_start)
        return Span(0, 0)


def _trimmed(piece: Piece, left: int, right: int) -> Piece:
    """`piece` between output `left` and `right`; a replaced piece keeps its whole source."""
    if not piece.kept:
        return piece._replace(start=left, end=right)
    shift = piece.source_start - piece.start
    return Piece(left, right, left + shift, right + shift, True)


def _hull(pieces: Iterable[Piece]) -> Span:
    pieces = list(pieces)
    return Span(min(p.source_start for p in pieces), max(p.source_end for p in pieces))


def _fused(pieces: Iterable[Piece]) -> list[Piece]:
    """Kept neighbours that touch on both sides become one piece."""
    fused: list[Piece] = []
    for piece in pieces:
        last = fused[-1] if fused else None
        if last and last.kept and piece.kept and last.source_end == piece.source_start and last.end == piece.start:
            fused[-1] = Piece(last.start, piece.end, last.source_start, piece.source_end, True)
        else:
            fused.append(piece)
    return fused


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
