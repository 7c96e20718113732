"""Marks are every true occurrence and nothing else; snippets never cut a mark."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language.folding import compact, compact_text
from deqing_search.search.snippet import marks, snippet
from deqing_search.text.offsets import Span

texts = st.text("地理信息產业Aa 　\n。，；1.", max_size=60)
long_texts = st.text(st.sampled_from("地理信息产业。，；：！ a1.\u0301\u200d👍"), max_size=400)


def marked(text: str, *literals: str) -> list[str]:
    return [text[a:b] for a, b in marks(*compact(text), [compact_text(literal) for literal in literals])]


@given(texts, st.lists(st.text("地理信息产業a1.", min_size=1, max_size=3), max_size=3))
def test_marks_cover_the_characters_of_true_occurrences_and_no_others(text, typed):
    literals = [compact_text(literal) for literal in typed]
    compacted, offsets = compact(text)
    covered = set()
    for literal in literals:
        for at in range(len(compacted)):
            if compacted[at : at + len(literal)] == literal:
                covered.update(range(offsets[at], offsets[at + len(literal) - 1] + 1))
    found = marks(compacted, offsets, literals)
    assert {at for start, end in found for at in range(start, end)} == covered
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)


@given(long_texts, st.lists(st.text("地理信息产业。a1", min_size=1, max_size=4), max_size=3), st.integers(1, 150))
def test_a_snippet_is_a_stretch_that_cuts_no_mark_and_shows_one(text, literals, width):
    found = marks(*compact(text), [compact_text(literal) for literal in literals])
    shown = snippet(text, found, width=width)
    at = _stands_at(text, shown, found)
    assert text[at : at + len(shown.text)] == shown.text
    inside = [Span(m.start - at, m.end - at) for m in found if at <= m.start and m.end <= at + len(shown.text)]
    assert list(shown.marks) == inside
    assert bool(found) <= bool(shown.marks)
    assert not any(m.start < edge < m.end for m in found for edge in (at, at + len(shown.text)))
    assert shown.cut_before == bool(text[:at].strip())
    assert shown.cut_after == bool(text[at + len(shown.text) :].strip())


def _stands_at(text, shown, found) -> int:
    if shown.marks:
        return next(
            m.start - shown.marks[0].start
            for m in found
            if text[max(m.start - shown.marks[0].start, 0) :].startswith(shown.text)
            and bool(text[: m.start - shown.marks[0].start].strip()) == shown.cut_before
        )
    return text.index(shown.text)


@given(st.text(st.sampled_from("地理a\u0301\u0302"), min_size=1, max_size=300), st.integers(5, 100))
def test_a_snippet_cuts_no_combined_character(text, width):
    shown = snippet(text, [], width=width)
    end = text.index(shown.text) + len(shown.text)
    assert end == len(text) or not unicodedata.category(text[end]).startswith("M")


def test_white_space_inside_is_covered_and_none_around():
    assert marked("发展 地理信\n  息 产业", "地理信息") == ["地理信\n  息"]


def test_occurrences_that_overlap_are_one_mark_and_those_that_touch_are_two():
    assert marked("地理信息产业", "地理信息", "信息产业") == ["地理信息产业"]
    assert marked("德清德清", "德清") == ["德清", "德清"]
    assert marked("人人人", "人人") == ["人人人"]


def test_marks_are_in_the_original_characters():
    assert marked("增长１０.２％、經濟", "10.2%", "经济") == ["１０.２％", "經濟"]


@pytest.mark.parametrize("literal", ["马克思", "莫干山", "理信", "息产", "1.6:1"])
def test_a_word_boundary_never_halves_a_mark(literal):
    assert marked("马克思主义 莫干山镇 地理信息产业 收入比1.6:1", literal) == [literal]


def test_the_stretch_with_most_different_literals_is_shown():
    text = "产业" + "，无关的话" * 60 + "。地理信息产业强。" + "无关的话，" * 60
    shown = snippet(text, marks(*compact(text), ["地理", "产业"]), width=60)
    assert "地理信息产业强" in shown.text
    assert shown.cut_before
    assert shown.cut_after


def test_a_short_passage_is_shown_whole():
    assert snippet(" 地理信息。 ", []).text == "地理信息。"


def test_a_snippet_starts_and_ends_where_sentences_do():
    text = "甲句到这里为止了。" * 8 + "乙句讲地理信息，很好。" + "丙句又是别的内容。" * 8
    shown = snippet(text, marks(*compact(text), ["地理信息"]), width=60)
    assert shown.text.startswith(("甲句", "乙句"))
    assert shown.text.endswith("。")


def test_a_number_is_not_cut():
    text = "无标点" * 30 + "增长1234.56亿元" + "无标点" * 60
    for width in range(20, 200):
        shown = snippet(text, [Span(0, 3)], width=width)
        assert not any(shown.text.endswith("1234.56"[:i]) for i in range(1, 7))


@pytest.mark.parametrize("number", ["1,234.5亿元", "50,000人", "1.6:1", "１，２３４．５", "5.1%", "3.2万亩"])
@pytest.mark.parametrize("filler", ["无标点", "有逗号，", "有空格 "])
def test_a_snippet_begins_and_ends_outside_of_every_number(number, filler):
    text = (filler * 3 + number) * 30
    middle = Span(len(text) // 2, len(text) // 2 + 1)
    shown = [snippet(text, [middle], width=width).text for width in range(20, 120)]
    cuts = [(number[:at], number[at:]) for at in range(1, len(number))]
    assert cuts
    assert not any(one.startswith(tail + filler) or one.endswith(filler + head) for one in shown for head, tail in cuts)
