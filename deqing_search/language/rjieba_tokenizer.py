"""rjieba in place of jieba where its tokens are the same: the `[fast]` extra, for building an index.

Owns the question of which texts may go through it. jieba-rs cuts Latin words, numbers with signs and rare Chinese
characters by other rules; a text with any of them goes to jieba. That the others are cut alike is a law under test.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

Tokenize = Callable[[str], Iterable[tuple[str, int, int]]]

# Plain numbers, single Latin words, the characters jieba takes for Chinese, and marks that both cut off alone.
_ALIKE = re.compile(
    r"(?:[\u4e00-\u9fd5]|[，。、；：！？（）《》“”‘’…—·〇,;:!?()\"'/=~*<>|$@^`{}\[\]]"
    r"|(?<![a-z0-9])(?:[0-9]+(?:\.[0-9]+)?%?|[a-z]+)(?![-+#&._%a-z0-9]))*"
)
CLAUSE = re.compile(r"[^,。;!?、]*[,。;!?、]?", re.DOTALL)  # nothing is joined across these marks
_FILLER = "\ue000"  # occurs in no text that goes through


def rjieba_tokenize(freq: Mapping[str, int], total: int, tokenize: Tokenize) -> Tokenize | None:
    """`tokenize` made fast with jieba's own dictionary `freq`; None where rjieba is not installed."""
    try:
        rjieba = importlib.import_module("rjieba")  # without types
    except ImportError:
        return None
    cutter = rjieba.Jieba.empty()
    for word, count in freq.items():
        if count:
            cutter.add_word(word, count, "n")
    # jieba counts a word that was added twice twice, and its total decides between two readings.
    if total > (counted := sum(freq.values())):
        cutter.add_word(_FILLER, total - counted, "n")

    def swift(text: str) -> Iterator[tuple[str, int, int]]:
        for piece in CLAUSE.finditer(text):
            at = piece.start()
            cut = cutter.tokenize if is_alike(piece[0]) else tokenize
            for word, start, end in cut(piece[0]):
                yield word, start + at, end + at

    return lambda text: cutter.tokenize(text) if is_alike(text) else swift(text)


def is_alike(text: str) -> bool:
    """Whether jieba and rjieba cut a folded text by the same rules.

    >>> is_alike("增长10.2%，总量第1"), is_alike("2001-2010年"), is_alike("www.dg.gov.cn")
    (True, False, False)
    """
    return _ALIKE.fullmatch(text) is not None
