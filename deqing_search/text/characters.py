"""The code points of a text as an array: one look over all characters, before a pattern is tried on any.

Those beyond the first plane count as its last one, so what is found here of them must be looked at again.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

PLANE = 0x10000
_LONG = 50_000  # characters that cost more to go over anew for each pair than to sort
_RANGE = re.compile("(.)-(.)|(.)", re.S)


def encode(text: str) -> NDArray[np.uint32]:
    """The code points of a text, one for each character; also of lone surrogates.

    >>> encode("德a").tolist()
    [24503, 97]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def decode(codes: NDArray[np.integer]) -> str:
    """The text of an array of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=2)
def codes_of(text: str) -> NDArray[np.uint16]:
    """The code point of each character; one fix after the other asks for those of the same text."""
    return np.minimum(encode(text), PLANE - 1).astype(np.uint16)


@cache
def table_of(characters: str) -> Flags:
    """Which characters of the first plane are among these, given as in the brackets of a pattern.

    >>> np.flatnonzero(table_of("，一-三")).tolist()
    [19968, 19969, 19970, 19971, 19972, 19973, 19974, 19975, 19976, 19977, 65292]
    """
    table = np.zeros(PLANE, bool)
    for first, last, alone in _RANGE.findall(characters):
        low, high = ord(first or alone), ord(last or alone)
        table[min(low, PLANE - 1) : min(high, PLANE - 1) + 1] = True
    return table


def places_of(characters: str, text: str) -> Ints:
    """Where the text has one of these characters.

    >>> places_of("，。", "进展，良好。").tolist()
    [2, 5]
    """
    codes = codes_of(text)
    found = codes == ord(characters) if len(characters) == 1 else table_of(characters).take(codes)
    return np.flatnonzero(found)


def has_any(characters: str, text: str) -> bool:
    """The text has one of these characters, or one beyond the first plane, if there are such among them."""
    return bool(table_of(characters).take(codes_of(text)).any())


@lru_cache(maxsize=2)
def _pairs_of(text: str) -> NDArray[np.uint32]:
    """The pairs of characters that stand side by side, sorted, each as often as it does."""
    codes = codes_of(text).astype(np.uint32)
    return np.sort(codes[:-1] << 16 | codes[1:])


def has_pair(pair: str, text: str) -> bool:
    """Whether two characters stand side by side: for as many pairs as a long text has lines, gone over but once.

    >>> short, long = "进展良好。", "进展良好。" * 20_000
    >>> [has_pair(pair, text) for text in (short, long) for pair in ("良好", "好良", "。进")]
    [True, False, False, True, False, True]
    """
    first, second = map(ord, pair)
    if len(text) < _LONG or max(first, second) >= PLANE - 1:
        return pair in text
    pairs, wanted = _pairs_of(text), np.uint32(first << 16 | second)
    at = np.searchsorted(pairs, wanted)
    return at < len(pairs) and bool(pairs[at] == wanted)


def runs_of(flags: Flags, least: int) -> list[tuple[int, int]]:
    """Where so many or more are true in a row: the first of them, and the place behind the last.

    >>> runs_of(np.array([True, False, True, True]), 2)
    [(2, 4)]
    """
    within = np.zeros(len(flags) + 2, bool)
    within[1:-1] = flags
    edges = np.flatnonzero(within[1:] != within[:-1])
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts >= least
    return list(zip(starts[long].tolist(), ends[long].tolist(), strict=True))
