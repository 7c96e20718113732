"""Cuts folded text into words with jieba and the dictionary that it is given. The only user of jieba.

rjieba replaces jieba after `expect_much_text` (`rjieba_tokenizer`). The tokens are the same. Folding, and which words
count, is left to `analyzer`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from typing import Any

from deqing_search.language.dictionary import Dictionary
from deqing_search.language.rjieba_tokenizer import Tokenize, rjieba_tokenize


class Tokenizer:
    """Cuts text into words."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._jieba = jieba_tokenizer()
        # jieba's own `initialize` reads and writes a file with a fixed name in the shared temporary directory.
        self._jieba.FREQ, self._jieba.total, self._jieba.initialized = dictionary, dictionary.total, True
        self._tokenize: Tokenize = self._jieba.tokenize

    def tokenize(self, text: str) -> Iterable[tuple[str, int, int]]:
        """Each word with its start and end."""
        return self._tokenize(text)

    def expect_much_text(self) -> None:
        """Cut as fast as possible from now on. This call takes about 0.3 s and 100 MB."""
        frequencies = self._dictionary.load()
        if self._jieba.FREQ is not frequencies:
            self._jieba.FREQ = frequencies
            self._tokenize = rjieba_tokenize(frequencies, self._jieba.total, self._jieba.tokenize) or self._tokenize


def jieba_tokenizer() -> Any:
    """A tokenizer of jieba, imported without pkg_resources, without warnings and without messages on stderr."""
    import logging

    # jieba imports pkg_resources where setuptools is installed. A cold query then takes 5.1 × `import click`
    # instead of 3.4 ×; the budget is 4 ×.
    hidden = "pkg_resources" not in sys.modules
    if hidden:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SyntaxWarnings on Python 3.12
            import jieba
    finally:
        if hidden:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()
