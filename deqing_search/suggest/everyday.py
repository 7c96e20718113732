"""The official terms that reports write for everyday words: 外出务工 for 打工. data/everyday_words.tsv lists them.

The vectors of `related` know an everyday word only if reports use it, which many hardly do. A term never changes the
results of a query: it is offered, with its count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations

from deqing_search.config import data_rows
from deqing_search.language.analyzer import cut
from deqing_search.language.folding import compact_text

LONGEST = 24  # characters of a text that words are looked for in; a longer one is no question

# What people write around a word and inside it: 看病太难了怎么办 is 看病难.
_AROUND = re.compile("怎么办?|怎样|如何|为什么|为啥|什么|哪些|哪里|问题|现象|情况|我们?|[的了吗呢啊太很真好不着]")


def official_terms(typed: str) -> Iterator[str]:
    """The terms for an everyday word, the most usual first; otherwise those for the longest such words in the text.

    >>> next(official_terms("打工")), next(official_terms("打工的问题"))
    ('外出务工', '外出务工')
    >>> sorted(official_terms("家里老人打工")) == sorted([*official_terms("打工"), *official_terms("老人")])
    True
    """
    text = compact_text(typed)
    words = next(([word] for word in (text, _AROUND.sub("", text)) if word in _table()), None)
    yield from dict.fromkeys(term for word in words or _inside(text) for term in _table()[word])


def _inside(text: str) -> list[str]:
    """The everyday words in a text, the longest first, without overlaps.

    One of two characters begins and ends where words do: 网上学习 has no 上学.
    """
    if len(text) > LONGEST:
        return []
    borders = {border for token in cut(text) for border in (token.start, token.end)}
    spans = (span for span in combinations(range(len(text) + 1), 2) if text[slice(*span)] in _table())
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        is_word = end - start > 2 or borders.issuperset((start, end))
        if is_word and all(end <= other or start >= other_end for other, other_end in chosen):
            chosen.append((start, end))
    return [text[start:end] for start, end in chosen]


@cache
def _table() -> dict[str, list[str]]:
    """Everyday word, folded → the terms."""
    rows = (row.split("\t") for row in data_rows("everyday_words.tsv"))
    return {word: terms.split(" ") for word, terms in rows}
