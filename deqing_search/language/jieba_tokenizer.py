"""Folded text → words, as jieba finds them with the dictionary it is given. The only user of jieba.

jieba is imported when the dictionary alone leaves a question (`Lexicon.cut`), and rjieba takes its place where much
text is expected (`swift`). Tokens are the same every way. What is folded and which words count is left to `analysis`.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from deqing_search.language.dictionary import Lexicon


class Segmenter:
    """Cuts text into words: `tokenize` gives each with its start and end, `frequency` tells how common one is."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.frequency: Callable[[str], int | None] = lexicon.get
        self.tokenize: Callable[[str], Iterable[tuple[str, int, int]]] = self._tokenize
        self._lexicon = lexicon
        self._jieba: Any = None
        self._importing = threading.Lock()

    def hasten(self) -> None:
        """Cut as fast as can be from now on, for some 0.3 s and 100 MB at once."""
        from deqing_search.language.rjieba_tokenizer import swift_tokenize

        jieba, frequencies = self._loaded(), self._lexicon.whole()
        if jieba.FREQ is not frequencies:
            jieba.FREQ, self.frequency = frequencies, frequencies.get
            self.tokenize = swift_tokenize(frequencies, jieba.total, jieba.tokenize) or jieba.tokenize

    def _tokenize(self, text: str) -> Iterable[tuple[str, int, int]]:
        return self._lexicon.cut(text) or self._loaded().tokenize(text)

    def _loaded(self) -> Any:
        with self._importing:
            if self._jieba is None:
                tokenizer = jieba_tokenizer()
                # Its own `initialize` would read and write a file of a fixed name in the shared temporary directory.
                tokenizer.FREQ, tokenizer.total, tokenizer.initialized = self._lexicon, self._lexicon.total, True
                self._jieba = tokenizer
            return self._jieba


def jieba_tokenizer() -> Any:
    """A tokenizer without pkg_resources (110 ms), jieba's SyntaxWarnings on Python 3.12, and its messages on stderr."""
    import logging  # as jieba does; a query that needs no jieba need not

    hidden = "pkg_resources" not in sys.modules
    if hidden:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba
    finally:
        if hidden:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()
