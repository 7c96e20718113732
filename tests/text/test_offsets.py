"""Edits replay, and every stretch of the result leads back to where it came from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.text.offsets import Edit, EditError, OffsetMap, Span, apply_edits, check_edits


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text of distinct characters, so that a character names its place, and sorted edits for it."""
    text = "".join(chr(0x4E00 + index) for index in range(draw(st.integers(0, 30))))
    return text, draw(edits_for(len(text)))


@st.composite
def edits_for(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8, unique=True)))
    return [
        Edit(start, end, draw(st.text("xyz", max_size=3))) for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]


@given(edited())
def test_every_kept_character_maps_to_itself(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    result = apply_edits(text, edits)
    way = OffsetMap.of(len(text), edits)
    for at, character in enumerate(result):
        if character not in "xyz":
            (span,) = way.spans(at, at + 1)
            assert text[span.start : span.end] == character


@given(edited(), st.data())
def test_two_rounds_of_edits_lead_back_as_one(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, first = case
    between = apply_edits(text, first)
    second = data.draw(edits_for(len(between)))
    result = apply_edits(between, second)
    way = OffsetMap.of(len(between), second).after(OffsetMap.of(len(text), first))
    assert [piece.start for piece in way.pieces] == [0, *(piece.end for piece in way.pieces[:-1])][: len(way.pieces)]
    for at, character in enumerate(result):
        if character not in "xyz":
            (span,) = way.spans(at, at + 1)
            assert text[span.start : span.end] == character


@given(edited(), st.data())
def test_stretches_led_back_at_once_are_those_a_walk_over_the_pieces_gives(
    case: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = case
    between = apply_edits(text, edits)
    way = OffsetMap.of(len(between), data.draw(edits_for(len(between)))).after(OffsetMap.of(len(text), edits))
    length = way.pieces[-1].end if way.pieces else 0
    stretches = [sorted(pair) for pair in data.draw(st.lists(st.tuples(*[st.integers(0, length)] * 2), max_size=5))]
    lines = np.array([0, *sorted(data.draw(st.sets(st.integers(1, 30))))])
    traces = way.traces([start for start, _ in stretches], [end for _, end in stretches], lines)
    for (start, end), spans, touched in zip(stretches, *traces, strict=True):
        assert spans == walked(way, start, end)
        first, last = min(spans).start, max(max(span.end - 1, span.start) for span in spans)
        assert touched == tuple(sum(line <= offset for line in lines) for offset in (first, last))


def walked(way: OffsetMap, start: int, end: int) -> tuple[Span, ...]:
    """The source spans of a stretch, piece by piece; of an empty one between two pieces, the end of the first."""
    spans: list[Span] = []
    for piece in way.pieces:
        left, right = max(start, piece.start), min(end, piece.end)
        if left < right or piece.start < start == end < piece.end:
            shift = piece.source_start - piece.start
            span = Span(left + shift, right + shift) if piece.kept else Span(piece.source_start, piece.source_end)
            if spans and spans[-1].end == span.start:
                span = Span(spans.pop().start, span.end)
            spans.append(span)
    before = [piece.source_end for piece in way.pieces if piece.end == start]
    edge = before or [piece.source_start for piece in way.pieces[:1]] or [0]
    return tuple(spans) or (Span(edge[0], edge[0]),)


def test_moved_text_leads_back_to_where_it_stood() -> None:
    text = "甲乙丙标题"
    moved = [Edit(0, 0, "标题", moved_from=Span(3, 5)), Edit(3, 5, "")]
    assert apply_edits(text, moved) == "标题甲乙丙"
    assert OffsetMap.of(len(text), moved).spans(0, 3) == (Span(3, 5), Span(0, 1))


@pytest.mark.parametrize("edits", [[Edit(2, 1, "")], [Edit(0, 9, "")], [Edit(0, 2, ""), Edit(1, 3, "")]])
def test_edits_that_cannot_be_applied_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditError):
        check_edits(3, edits)
