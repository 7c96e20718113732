"""Half-width punctuation between Chinese characters, shown in full width if the reader chooses it.

Off by default. It changes only what is shown: the text that is stored, searched and cited stays as it was printed. One
character becomes one character, so every mark keeps its offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from deqing_search.report import Passage

_WIDE = str.maketrans(",;:?!", "，；：？！")
_BETWEEN = re.compile("(?<=[\u3400-\u9fff”’》）％%0-9A-Za-z])[,;:?!](?=[\u3400-\u9fff“‘《（]|$)")


def widened(text: str) -> str:
    """The text with its punctuation between Chinese characters in full width.

    >>> widened("增长5.1%,总量居全省第1,三产比4:52:44;人均1,000元")
    '增长5.1%，总量居全省第1，三产比4:52:44；人均1,000元'
    """
    return _BETWEEN.sub(lambda stop: stop[0].translate(_WIDE), text)


def in_full_width(passages: Iterable[Passage]) -> list[Passage]:
    """The passages with punctuation in full width; ids and offsets are the same."""
    return [
        passage._replace(
            text=widened(passage.text),
            term=widened(passage.term),
            cells=tuple((widened(name), widened(value)) for name, value in passage.cells),
        )
        for passage in passages
    ]


def has_half_width(passages: Iterable[Passage]) -> bool:
    """Whether any passage has half-width punctuation to convert."""
    return any(_BETWEEN.search(passage.text) for passage in passages)
