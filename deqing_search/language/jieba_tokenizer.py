"""Cuts folded text into words with jieba and the dictionary that it is given. The only user of jieba.

rjieba replaces jieba after `expect_much_text` (`rjieba_tokenizer`). The tokens are the same. Folding, and which words
count, is left to `analyzer`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
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
            _load_later("jieba", "finalseg")
            import jieba
    finally:
        if hidden:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()


class _LoadedLater(ModuleType):
    """A module whose code runs when something in it is first used; in threads too."""

    _loading = RLock()

    def __getattr__(self, name: str) -> Any:
        with self._loading:
            spec = self.__spec__
            if spec and spec.loader and name not in self.__dict__ and "_loaded" not in self.__dict__:
                self._loaded = True
                spec.loader.exec_module(self)
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None


def _load_later(package: str, name: str) -> None:
    """Load a module of a package only when it is used.

    jieba's `finalseg` has the probabilities of its model for words that no dictionary has. It takes 10 ms to load, and
    a query of known words does not need it.
    """
    found = find_spec(package)
    spec = found and PathFinder.find_spec(f"{package}.{name}", found.submodule_search_locations)
    if spec and spec.name not in sys.modules:
        module = module_from_spec(spec)
        module.__class__ = _LoadedLater
        sys.modules[spec.name] = module
