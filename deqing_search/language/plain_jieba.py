"""The words that `jieba.lcut` gives with its own dictionary, as papers count them: no words of ours, nothing inside.

Search does not use them (`analyzer`). They show what a count of tokens misses.
"""

from __future__ import annotations

from functools import cache

from deqing_search.language.analyzer import jieba_dictionary
from deqing_search.language.jieba_tokenizer import jieba_tokenizer
from deqing_search.language.rjieba_tokenizer import Tokenize, rjieba_tokenize


def plain_words(text: str) -> list[str]:
    """The words of a folded text, in order, also its punctuation.

    >>> plain_words("优化营商环境")
    ['优化', '营商', '环境']
    """
    return [word for word, _, _ in _tokenize()(text)]


@cache
def _tokenize() -> Tokenize:
    """What cuts the text; making it takes about a second."""
    jieba = jieba_tokenizer()
    with jieba_dictionary().open("rb") as words:
        jieba.FREQ, jieba.total = jieba.gen_pfdict(words)
    jieba.initialized = True
    tokenize: Tokenize = jieba.tokenize
    return rjieba_tokenize(jieba.FREQ, jieba.total, tokenize) or tokenize
