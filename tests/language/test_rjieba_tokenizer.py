"""rjieba takes jieba's place only where nobody could tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language import analyzer
from deqing_search.language.rjieba_tokenizer import is_alike, swift_tokenize
from tests.seeds import all_passages

pytest.importorskip("rjieba", reason="the [fast] extra is not installed")

WORDS = ["德清", "地理信息", "相结合", "研究", "和", "的", "龘", "〇", "㐀", "10.2", "10.2%", "2001-2010", "3", "1:1"]
SIGNS = ["gdp", "5g", "c++", "a.b", *"%.-_& ，。“”(·é\n\u3000\ue000"]
PIECES = st.sampled_from(WORDS + SIGNS)
LINES = st.lists(PIECES | st.characters(), max_size=20).map("".join).map(analyzer.fold)


@pytest.fixture(scope="module")
def both():
    """jieba as we set it up, and the swift one made of it."""
    jieba = analyzer._loaded_segmenter.__wrapped__()._loaded()
    return jieba.tokenize, swift_tokenize(jieba.FREQ.whole(), jieba.total, jieba.tokenize)


def test_the_seeds_are_cut_alike(both):
    jieba, swift = both
    texts = [analyzer.fold(passage.text) for passage in all_passages()]
    assert sum(map(is_alike, texts)) > len(texts) / 2, "then it would not be swift"
    for text in texts:
        assert list(swift(text)) == list(jieba(text))


@given(LINES)
def test_any_line_is_cut_alike(both, line):
    jieba, swift = both
    assert list(swift(line)) == list(jieba(line))


def test_an_analysis_that_expects_much_text_finds_the_same_terms(monkeypatch):
    texts = [passage.text for passage in all_passages()[::10]]
    before = [analyzer.analyse(text) for text in texts]
    fresh = analyzer._loaded_segmenter.__wrapped__()
    monkeypatch.setattr(analyzer, "_loaded_segmenter", lambda: fresh)
    analyzer.expect_much_text()
    swift = fresh.tokenize
    assert type(fresh._loaded().FREQ) is dict
    analyzer.expect_much_text()
    assert fresh.tokenize is swift
    assert [analyzer.analyse(text) for text in texts] == before
