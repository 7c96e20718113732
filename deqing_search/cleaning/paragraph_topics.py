"""What a stretch of text is about, and how much of it another stretch says again.

A topic is a set of pairs of characters that stand in the same paragraphs. The topics are in
`data/paragraph_topics.tsv`; `bench/paragraph_topics.py` finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deqing_search.config import DATA
from deqing_search.text.characters import PLANE, codes_of, table_of

_NO_PAIR = 0xFFFF
_HAN = "\u4e00-\u9fff"


class Comparison(NamedTuple):
    """Of each of several stretches the topic it has most of, and how alike every two of them are: cosines."""

    topics: list[int]
    likeness: list[list[float]]


def compare(text: str, stretches: Sequence[tuple[int, int]]) -> Comparison:
    """What stretches of a text are about.

    >>> comparison = compare("义务教育学校学位进出口外贸外资义务教育学生", [(0, 8), (8, 15), (15, 21)])
    >>> school, trade, pupils = comparison.likeness[0]
    >>> school >= pupils > trade
    True
    """
    table, first = _table(), min([start for start, _ in stretches])
    characters = table.characters[codes_of(text)[first : max([end for _, end in stretches])]]
    topics = table.topics[characters[:-1], characters[1:]].astype(np.int64)
    counts = np.array(
        [
            np.bincount(topics[start - first : max(end - first - 1, 0)], minlength=table.number + 1)
            for start, end in stretches
        ],
        float,
    )[:, :-1]
    products = counts @ counts.T
    sizes = np.sqrt(products.diagonal())
    likeness = products / np.maximum(np.outer(sizes, sizes), 1e-9)
    return Comparison(counts.argmax(axis=1).tolist(), likeness.tolist())


class Repeats:
    """Which pairs of characters two stretches of a text share; pairs that are seldom in the text weigh more.

    >>> repeats = Repeats("教育公平，教育质量，生态保护")
    >>> sentence = repeats.weights(0, 4)
    >>> repeats.shared(sentence, 5, 9) > 0, repeats.shared(sentence, 10, 14)
    (True, 0.0)
    """

    def __init__(self, text: str) -> None:
        codes = codes_of(text)
        han = table_of(_HAN)[codes]
        # Modulo 65536: two pairs in one place of so many are rare enough.
        self._pairs = codes[:-1] * np.uint16(31) + codes[1:]
        self._pairs[~(han[:-1] & han[1:])] = _NO_PAIR
        often = np.bincount(self._pairs, minlength=_NO_PAIR + 1).astype(np.float32)
        often[_NO_PAIR] = size = max(len(text), 1)
        self._weights = np.log(size / often[self._pairs])

    def weights(self, start: int, end: int) -> dict[int, float]:
        """The pairs between two places with what each weighs."""
        span = slice(start, max(end - 1, start))
        return dict(zip(self._pairs[span].tolist(), self._weights[span].tolist(), strict=True))

    def shared(self, weights: dict[int, float], start: int, end: int) -> float:
        """What those of the pairs weigh that also stand between these two places."""
        there = set(self._pairs[start : max(end - 1, start)].tolist())
        return sum([weight for pair, weight in weights.items() if pair in there], 0.0)


class _Table(NamedTuple):
    """The topic of each pair of characters, which are numbered; the number of topics stands for no topic."""

    characters: NDArray[np.uint16]  # of each code point of the first plane its number; 0: it is in no pair
    topics: NDArray[np.int8]
    number: int


@cache
def _table() -> _Table:
    rows = (DATA / "paragraph_topics.tsv").read_text(encoding="utf-8").splitlines()
    topics = [row.split() for row in rows if not row.startswith("#")]
    numbers = {character: number for number, character in enumerate(sorted({*"".join(map("".join, topics))}), start=1)}
    characters = np.zeros(PLANE, np.uint16)
    characters[[ord(character) for character in numbers]] = list(numbers.values())
    table = np.full((len(numbers) + 1,) * 2, len(topics), np.int8)
    for topic, pairs in enumerate(topics):
        table[[numbers[pair[0]] for pair in pairs], [numbers[pair[1]] for pair in pairs]] = topic
    return _Table(characters, table, len(topics))
