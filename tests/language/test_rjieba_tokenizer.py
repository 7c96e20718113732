"""rjieba replaces jieba only where their tokens are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language import analyzer
from deqing_search.language.folding import fold
from deqing_search.language.jieba_tokenizer import Tokenizer
from deqing_search.language.rjieba_tokenizer import is_alike, rjieba_tokenize
from tests.seeds import all_passages

pytest.importorskip("rjieba", reason="the [fast] extra is not installed")

WORDS = ["德清", "地理信息", "相结合", "研究", "和", "的", "龘", "〇", "㐀", "10.2", "10.2%", "2001-2010", "3", "1:1"]
SIGNS = ["gdp", "5g", "c++", "a.b", *"%.-_& ，。“”(·é\n\u3000\ue000"]
PIECES = st.sampled_from(WORDS + SIGNS)
LINES = st.lists(PIECES | st.characters(), max_size=20).map("".join).map(fold)


@pytest.fixture(scope="module")
def both(plain_jieba):
    """jieba, and rjieba with the same dictionary."""
    return plain_jieba.tokenize, rjieba_tokenize(plain_jieba.FREQ, plain_jieba.total, plain_jieba.tokenize)


def test_the_seeds_are_cut_alike(both):
    jieba, rjieba = both
    texts = [fold(passage.text) for passage in all_passages()]
    assert sum(map(is_alike, texts)) > len(texts) / 2, "else rjieba would save nothing"
    for text in texts:
        assert list(rjieba(text)) == list(jieba(text))


@given(LINES)
def test_any_line_is_cut_alike(both, line):
    jieba, rjieba = both
    assert list(rjieba(line)) == list(jieba(line))


def test_a_tokenizer_that_expects_much_text_finds_the_same_tokens():
    texts = [fold(passage.text) for passage in all_passages()[::10]]
    assert texts
    tokenizer = Tokenizer(analyzer.dictionary())
    before = [list(tokenizer.tokenize(text)) for text in texts]
    for _ in range(2):
        tokenizer.expect_much_text()
        assert [list(tokenizer.tokenize(text)) for text in texts] == before
