"""Words are read as pypinyin reads them, and polyphones by the phrase they stand in."""

from __future__ import annotations

import random

import pypinyin
import pytest
from pypinyin.phrases_dict import phrases_dict

from deqing_search.language import analyzer, pinyin


@pytest.mark.parametrize(
    "phrase", ["重庆 chong qing", "长兴 chang xing", "增长 zeng zhang", "银行 yin hang", "长三角 chang san jiao"]
)
def test_a_polyphone_is_read_by_its_phrase(phrase: str) -> None:
    word, *said = phrase.split()
    assert pinyin.syllables(word) == said


def test_phrases_and_words_are_read_as_pypinyin_reads_them() -> None:
    ours = {row.split("\t")[0] for row in pinyin.READINGS.read_text("utf-8").splitlines()}
    words = [word for word in analyzer.dictionary().load() if all(ord(char) in pinyin.CHARACTERS for char in word)]
    drawn = random.Random(1).sample([*phrases_dict, *words], 4_000)  # noqa: S311 - the same draw every time
    wrong = [word for word in drawn if word not in ours and pinyin.syllables(word) != pypinyin.lazy_pinyin(word)]
    assert wrong == []


def test_characters_are_read_as_pypinyin_reads_them() -> None:
    characters = list(map(chr, pinyin.CHARACTERS[::7]))
    assert len(characters) > 3_000
    for char in characters:
        said = pypinyin.pinyin(char, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore")
        assert pinyin.sounds(char) == (list(dict.fromkeys(said[0])) if said else [])


def test_the_end_of_an_unfinished_phrase_is_read_by_its_own_phrases() -> None:
    assert pinyin.syllables("日近长安") == ["ri", "jin", "chang", "an"]
