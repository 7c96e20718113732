"""The phrases of a segment: two or three words in a row, each with the number of passages that have it.

The segment knows where the words of its text start and end. Phrases are compared by a number that is computed of their
characters for all of them at once, and only the frequent ones are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Array, Ints, Mask

if TYPE_CHECKING:
    from deqing_search.engine.segment.temporary import StoredArray, TemporaryArrays

MOST_WORDS = 3
SHORTEST, LONGEST = 3, 10  # characters of a phrase
TOGETHER = 1 << 20  # characters that are read at a time, about 60 MB

_RANGE_BITS = 6  # of a key
_RANGES = 1 << _RANGE_BITS  # of keys; the phrases of one range are counted at a time
_HAN = 0x3400, 0x9FFF
_BASE, _MIXED = 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03  # odd, so that the base has an inverse

Keys = npt.NDArray[np.uint64]


class Phrases(NamedTuple):
    """Distinct phrases: a key of the characters of each, how many passages have it, and a place where it stands."""

    keys: Keys
    passages: Ints
    start: Ints
    length: Ints


class _Stored(NamedTuple):
    """The columns of `Phrases` on the disk."""

    keys: StoredArray
    passages: StoredArray
    start: StoredArray
    length: StoredArray

    def read(self, start: int, end: int) -> Phrases:
        return Phrases(*(column.read(start, end) for column in self))


class Passages(NamedTuple):
    """Passages that lie end to end: their code points, where words start and end, where each passage starts."""

    codes: Array
    cuts: Mask
    start: Ints
    live: Mask


def phrases_of(passages: Passages, without: Collection[str]) -> Phrases:
    """The phrases of some passages; none has a word of `without`, a sign or a letter in it.

    >>> codes = np.array([ord(char) for char in "发展产业，发展产业"])
    >>> cuts = np.isin(np.arange(9), [0, 2, 4, 5, 7])
    >>> [column.tolist() for column in phrases_of(Passages(codes, cuts, np.array([0]), np.array([True])), ["的"])[1:]]
    [[1], [0], [4]]
    """
    sums = _Sums(passages.codes)
    start, end = _spans(sums, passages, [key_of(word) for word in without])
    passage = passages.start.searchsorted(start, side="right") - 1
    live = passages.live[passage]
    start, end, passage = start[live], end[live], passage[live]
    keys = sums.keys(start, end)
    once = np.unique(keys + passage.astype(np.uint64) * np.uint64(_MIXED), return_index=True)[1]
    distinct, first, times = np.unique(keys[once], return_index=True, return_counts=True)
    first = once[first]
    return Phrases(distinct, times.astype(np.int32), start[first], (end[first] - start[first]).astype(np.int8))


def occurrences_of(passages: Passages, keys: Keys, without: Collection[str]) -> tuple[Ints, Ints]:
    """Where words and phrases with these ascending keys start: the row of each in `keys`, and its place."""
    sums = _Sums(passages.codes)
    start, end = _spans(sums, passages, [key_of(word) for word in without], fewest=1)
    found = sums.keys(start, end)
    rows = np.minimum(keys.searchsorted(found), max(len(keys) - 1, 0))
    same = keys[rows] == found if len(keys) else np.zeros(len(found), np.bool_)
    return rows[same], start[same]


def joined(parts: Iterable[Phrases], least: int, temporary: TemporaryArrays) -> Iterator[tuple[Phrases, Ints]]:
    """The phrases of several parts that at least so many passages have, and the number of a part that has each.

    Most phrases are rare, and all of them need more memory than anything else: each part is stored, and as its keys
    ascend, one range of keys at a time is read.
    """
    borders = np.arange(1, _RANGES, dtype=np.uint64) << np.uint64(64 - _RANGE_BITS)
    stored, cuts = [], []
    for part in parts:
        stored.append(_Stored(*map(temporary.put, part)))
        cuts.append([0, *part.keys.searchsorted(borders).tolist(), len(part.keys)])
    for number in range(_RANGES if stored else 0):
        ranges = zip(stored, cuts, strict=True)
        yield _joined([one.read(*cut[number : number + 2]) for one, cut in ranges], least)


def _joined(parts: Sequence[Phrases], least: int) -> tuple[Phrases, Ints]:
    keys, passages, start, length = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]]))
    times = np.add.reduceat(passages[order], first, dtype=np.int64) if len(first) else passages
    wanted = np.flatnonzero(times >= least)
    rows = order[first[wanted]]
    ends = np.cumsum([len(part.keys) for part in parts])
    return Phrases(keys[first[wanted]], times[wanted], start[rows], length[rows]), ends.searchsorted(rows, side="right")


def is_possible(text: str) -> bool:
    """Whether a text has the length and the characters of a phrase.

    >>> [is_possible(text) for text in ("发展产业", "产业", "5g产业", "发展、产业")]
    [True, False, False, False]
    """
    return SHORTEST <= len(text) <= LONGEST and all(_HAN[0] <= ord(char) <= _HAN[1] for char in text)


def words_between(text: str, cuts: Sequence[int]) -> list[str]:
    """The words of a text, cut where `cuts` says; it has one more item than the text has characters.

    >>> words_between("发展产业", [1, 0, 1, 0, 1])
    ['发展', '产业']
    """
    borders = [at for at, cut in enumerate(cuts) if cut]
    return [text[start:end] for start, end in pairwise(borders)]


class _Sums:
    """Sums over a text that give a key for each part of it: equal parts have equal keys."""

    def __init__(self, codes: Array) -> None:
        powers, self._inverse = _powers(len(codes) + 1)
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes.astype(np.uint64) * powers[:-1], out=self._sums[1:])

    def keys(self, start: Ints, end: Ints) -> Keys:
        keys: Keys = (self._sums[end] - self._sums[start]) * self._inverse[start]
        return keys


def _powers(number: int) -> tuple[Keys, Keys]:
    """The powers of the base and of its inverse, the first `number` of each."""
    bases = np.array([_BASE, pow(_BASE, -1, 1 << 64)], np.uint64)
    powers = np.ones((2, number), np.uint64)
    powers[:, 1:] = bases[:, None]
    np.cumprod(powers, axis=1, out=powers)
    return powers[0], powers[1]


def key_of(text: str) -> int:
    """The key of a text."""
    return sum(ord(char) * pow(_BASE, at, 1 << 64) for at, char in enumerate(text)) % (1 << 64)


def _spans(sums: _Sums, passages: Passages, without: Collection[int], fewest: int = 2) -> tuple[Ints, Ints]:
    """Where the phrases start and end: words in a row that touch, of Chinese characters only; `fewest` may be 1."""
    borders = np.flatnonzero(passages.cuts)
    start, end = borders[:-1], borders[1:]
    other = np.zeros(len(passages.codes) + 1, np.int32)
    np.cumsum((passages.codes < _HAN[0]) | (passages.codes > _HAN[1]), out=other[1:])
    word: Mask = other[end] == other[start]
    word &= ~np.isin(sums.keys(start, end), np.array(sorted(without), np.uint64))
    found = [(np.flatnonzero(word), 1)] * (fewest == 1) + list(_runs(word))
    starts = np.concatenate([start[rows] for rows, _ in found])
    ends = np.concatenate([end[rows + words - 1] for rows, words in found])
    length = ends - starts
    wanted = (length >= (SHORTEST if fewest > 1 else 1)) & (length <= LONGEST)
    return starts[wanted], ends[wanted]


def _runs(word: Mask) -> Iterator[tuple[Ints, int]]:
    """The first piece of each run of two words, then of each run of three."""
    run = word
    for words in range(2, MOST_WORDS + 1):
        run = run[:-1] & word[words - 1 :]
        yield np.flatnonzero(run), words
