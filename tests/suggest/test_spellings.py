"""Words found by sound or by all characters but one are those that a look at every word finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from deqing_search.suggest.spellings import Spellings
from deqing_search.suggest.writer import key

WORDS = st.lists(st.text("德得的清情、a5𠀀", min_size=1, max_size=6), unique=True, max_size=40)


def spellings(words: list[str]) -> Spellings:
    return Spellings({word: f"{key(word)}\t{word}\t1\tterm" for word in words})


@given(words=WORDS, framed=st.text("德得的清情、a5𠀀", min_size=1, max_size=6), at=st.integers(0, 6))
def test_words_with_one_other_character(words: list[str], framed: str, at: int) -> None:
    before, after = framed[:at], framed[at:]
    pattern = re.compile(f"{re.escape(before)}.{re.escape(after)}")
    assert sorted(spellings(words).framed(before, after)) == sorted(filter(pattern.fullmatch, words))


@given(words=WORDS, syllables=st.lists(st.sampled_from(["de", "qing", "a", "5"]), min_size=1, max_size=5))
def test_words_with_the_same_syllables(words: list[str], syllables: list[str]) -> None:
    pattern = re.compile("".join(f"[^a-z0-9]{syllable}" for syllable in syllables))
    same = [word for word in words if pattern.fullmatch(key(word))]
    assert sorted(spellings(words).sounding(syllables)) == sorted(same)
