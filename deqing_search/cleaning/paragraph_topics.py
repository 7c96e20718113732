"""What a stretch of text is about, and how much of it another stretch says again.

A topic is a set of pairs of characters that stand in the same paragraphs. The topics are in
`data/paragraph_topics.tsv`; `bench/paragraph_topics.py` finds them.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deqing_search.cleaning.line_widths import Floats
from deqing_search.config import DATA
from deqing_search.text.characters import Ints, codes_of

_NO_PAIR = 0x10000


class Mixture(NamedTuple):
    """How much of each topic a stretch has, and how long it is as a vector."""

    parts: Floats
    size: float

    @property
    def main(self) -> int:
        """The topic it has most of; 0 if it has none of any."""
        return int(self.parts.argmax())

    def likeness(self, other: Mixture) -> float:
        """The cosine of the two."""
        size = self.size * other.size
        return float(self.parts @ other.parts) / size if size else 0.0


class Topics:
    """The topics of a text, stretch by stretch.

    >>> topics = Topics("义务教育学校学位进出口外贸外资义务教育学生")
    >>> school, trade, pupils = (topics.of(*span) for span in ((0, 8), (8, 15), (15, 21)))
    >>> school.likeness(pupils) > school.likeness(trade)
    True
    """

    def __init__(self, text: str) -> None:
        self._codes = codes_of(text).astype(np.uint32)

    def of(self, start: int, end: int) -> Mixture:
        """The topics of the text between two places."""
        table, codes = _table(), self._codes[start:end]
        pairs = codes[:-1] << 16 | codes[1:]
        at = np.minimum(np.searchsorted(table.pairs, pairs), len(table.pairs) - 1)
        found = table.topics[at[table.pairs[at] == pairs]]
        parts = np.bincount(found, minlength=table.number).astype(float)
        return Mixture(parts, float(np.sqrt(parts @ parts)))


class Repeats:
    """Which pairs of characters two stretches of a text share; pairs that are seldom in the text weigh more.

    >>> repeats = Repeats("教育公平，教育质量，生态保护")
    >>> repeats.weight((0, 4), (5, 9)) > 0, repeats.weight((0, 4), (10, 14))
    (True, 0.0)
    """

    def __init__(self, text: str) -> None:
        codes = codes_of(text).astype(np.uint32)
        han = (codes >= 0x4E00) & (codes <= 0x9FFF)
        # Two pairs in one place of so many are rare enough.
        pairs = (codes[:-1] * 31 + codes[1:]) & 0xFFFF
        pairs = np.where(han[:-1] & han[1:], pairs, _NO_PAIR)
        self._pairs = pairs
        self._often = np.bincount(pairs, minlength=_NO_PAIR + 1)
        self._often[_NO_PAIR] = self._size = max(len(text), 1)

    def weight(self, one: tuple[int, int], other: tuple[int, int] | None = None) -> float:
        """What the pairs weigh that both have, or those of one."""
        pairs = set(self._pairs[one[0] : one[1] - 1].tolist())
        if other:
            pairs.intersection_update(self._pairs[other[0] : other[1] - 1].tolist())
        return float(np.log(self._size / self._often[list(pairs)]).sum()) if pairs else 0.0


class _Table(NamedTuple):
    """Pairs of characters as numbers, sorted, with the topic of each; how many topics there are."""

    pairs: NDArray[np.uint32]
    topics: Ints
    number: int


@cache
def _table() -> _Table:
    rows = (DATA / "paragraph_topics.tsv").read_text(encoding="utf-8").splitlines()
    topics = [row.split() for row in rows if not row.startswith("#")]
    pairs = np.array([ord(pair[0]) << 16 | ord(pair[1]) for topic in topics for pair in topic], np.uint32)
    numbers = np.repeat(np.arange(len(topics)), [len(topic) for topic in topics])
    order = np.argsort(pairs)
    return _Table(pairs[order], numbers[order], len(topics))
