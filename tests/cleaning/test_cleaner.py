"""Cleaning keeps its laws: it replays, leads back, comes to rest, and never raises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.cleaning.cleaner import clean, replay
from deqing_search.report import RawText
from tests.accounting import unaccounted
from tests.seeds import SEEDS, raw_of

WORDS = [
    "县委",
    "会议召开",
    "2030",
    "年",
    "，",
    "。",
    "\n",
    "\n\n",
    "\t",
    "（",
    "）",
    "一、",
    "| 记者 王波\n",
    "“",
    "”",
    "即",
]
TEXTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=60).map("".join), st.text(max_size=120))


def raw(text: str) -> RawText:
    return RawText("r", text, "")


@given(TEXTS)
@settings(max_examples=300)
def test_replaying_the_edits_gives_the_clean_text(text: str) -> None:
    done = clean(raw(text))
    assert replay(text, done.stages) == done.text


@given(TEXTS)
@settings(max_examples=300)
def test_cleaning_clean_text_makes_no_edits(text: str) -> None:
    done = clean(raw(text))
    assert clean(raw(done.text)).stages == ()


@st.composite
def torn(draw: st.DrawFn) -> str:
    """A stretch of a seed with characters lost, doubled and strewn in."""
    source = raw_of(draw(st.sampled_from(SEEDS))).text
    start = draw(st.integers(0, len(source) - 1))
    characters = list(source[start : start + draw(st.integers(10, 900))])
    for _ in range(draw(st.integers(0, 12))):
        at = draw(st.integers(0, max(len(characters) - 1, 0)))
        match draw(st.sampled_from(("strewn", "lost", "doubled"))):
            case "strewn":
                characters.insert(at, draw(st.sampled_from("\n\n　 的。，“”《》（）*|—第版上接一、")))
            case "lost":
                del characters[at : at + 1]
            case "doubled":
                characters[at:at] = characters[at : at + draw(st.integers(1, 30))]
    return "".join(characters)


@given(torn())
@settings(max_examples=300, deadline=None)
def test_torn_documents_come_to_rest_and_replay(text: str) -> None:
    done = clean(raw(text))
    assert clean(raw(done.text)).stages == ()
    assert replay(text, done.stages) == done.text


@pytest.mark.parametrize("name", SEEDS)
def test_the_seeds_come_to_rest_after_one_round(name: str) -> None:
    assert clean(raw(clean(raw_of(name)).text)).stages == ()


@pytest.mark.parametrize("name", SEEDS)
def test_every_character_of_a_clean_seed_leads_back_to_itself(name: str) -> None:
    source = raw_of(name)
    done = clean(source)
    assert done.way_back.pieces[-1].end == len(done.text)
    for piece in done.way_back.pieces:
        if piece.kept:
            assert done.text[piece.start : piece.end] == source.text[piece.source_start : piece.source_end]


@pytest.mark.parametrize("name", SEEDS)
def test_every_character_of_the_source_is_kept_or_in_the_edit_log(name: str) -> None:
    source = raw_of(name)
    assert source.text
    assert unaccounted(source) == ""


def test_the_ledger_tells_what_stood_where() -> None:
    entries = {entry.fix: entry for entry in clean(raw_of("deqing-2016-work-report")).edit_log}
    jump = entries["jump-mark"]
    assert (jump.before, jump.after, jump.lines) == ("(上接第2版)", "", (17, 17))
    assert jump.reason == "转版标记(上接第2版)"


def test_a_fix_can_be_left_out() -> None:
    done = clean(raw_of("deqing-2021-review-and-plan"), skip={"markup"})
    assert "**392.5**" in done.text


def test_cleaning_is_deterministic() -> None:
    assert clean(raw_of("deqing-2025-newspaper-page")) == clean(raw_of("deqing-2025-newspaper-page"))
