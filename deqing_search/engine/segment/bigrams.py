"""Sorts the bigrams of a segment batch by batch, and counts the frequent ones in advance.

Writes what `reader` reads as `bigram.*` and `gram.*`. In a run the key of a bigram is its two characters; its values
are positions, each with two flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import ArrayWriter, Ints, Mask, offsets
from deqing_search.engine.segment.counts import COMMA, LEAD, Counts, Rows, count, stand_in_row
from deqing_search.engine.segment.external_sort import Run, Sorted, heads, merged
from deqing_search.engine.segment.temporary import StoredArray, TemporaryArrays
from deqing_search.engine.segment.text import ALONE, CODE_BITS, END

FREQUENT = 1 << 12  # occurrences of a bigram; counting more than these during a query takes too long
_CHARACTER = 4  # times as many of a character: few queries are one character

_CODE = np.uint64(CODE_BITS)
_PLACE = np.uint64(64 - 2 * CODE_BITS)  # bits left beside two characters, for a place in the run
_FLAGS = np.uint64(2)  # bits; the lower: the bigram is an item of a list; the other: its first character is
_GRAM_TYPES = {"passages": np.uint32, "times": np.uint16, "stress": np.int8}

Uints = npt.NDArray[np.unsignedinteger]
Keys = npt.NDArray[np.uint64]


def put_bigrams(temporary: TemporaryArrays, text: Ints, start: int, *, limit: int) -> Iterator[Run]:
    """Sort the bigrams of a text of whole passages that starts at the global position `start`."""
    flags = _flags(text)
    for low in range(0, len(text), limit):
        piece = text[low : low + limit + 1].astype(np.uint64)
        places = np.flatnonzero(piece[:-1] != END)
        packed = (piece[places] << _CODE | piece[places + 1]) << _PLACE | places.astype(np.uint64)
        packed.sort()
        keys, places = packed >> _PLACE, (packed & ~(~np.uint64(0) << _PLACE)).astype(np.intp)
        rows = heads(keys)
        sizes = np.diff(rows, append=len(keys)).astype(np.uint32)
        values = places.astype(np.uint32) << np.uint32(_FLAGS) | flags[low + places]
        yield Run(start + low << int(_FLAGS), *map(temporary.put, (keys[rows], sizes, values)))


def _flags(text: Ints) -> npt.NDArray[np.uint8]:
    everywhere = np.arange(len(text))
    bigram, first = (stand_in_row(text, everywhere, width, ord(COMMA)) for width in (2, 1))
    flags: npt.NDArray[np.uint8] = bigram.view(np.uint8) | first.view(np.uint8) << np.uint8(1)
    return flags


def write_bigrams(out: ArrayWriter, runs: Sequence[Run], codes: Ints, frequent: FrequentGrams, *, limit: int) -> None:
    """Write the bigrams in order of their codes, and the ascending global positions of each.

    `codes` has the code of each character; `frequent` counts those that are frequent.
    """
    keys, sizes = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    out.begin("bigram.positions", frequent.starts.dtype)
    for batch in merged(runs, limit=limit):
        out.append(batch.values >> _FLAGS)
        keys.append(_coded(batch.keys, codes))
        sizes.append(batch.sizes)
        frequent.take(Sorted(keys[-1], batch.sizes, batch.values))
    out.add("bigram.keys", np.concatenate(keys))
    out.add("bigram.at", offsets(np.concatenate(sizes)))
    frequent.write(out)


def _coded(keys: Keys, codes: Ints) -> Keys:
    """Keys of the segment's codes instead of characters; they ascend too."""
    first, second = (codes[part].astype(np.uint64) for part in (keys >> _CODE, keys & np.uint64(ALONE)))
    coded: Keys = first << _CODE | second
    return coded


class _Tally:
    """Counts the positions of one character by passage; they come in parts, one for each bigram that it begins."""

    def __init__(self, starts: Uints) -> None:
        self._starts = starts
        self._times = np.zeros(len(starts) - 1, np.int64)
        self._leads, self._outside = np.zeros((2, len(starts) - 1), np.bool_)

    def add(self, values: Keys) -> None:
        positions, passages = _located(values, self._starts)
        self._times += np.bincount(passages, minlength=len(self._times))
        self._leads[passages[positions - self._starts[passages] < LEAD]] = True
        self._outside[passages[~_is_item(values, flag=1)]] = True

    def counts(self) -> Counts:
        found = np.flatnonzero(self._times)
        return Counts(found, self._times[found], self._leads[found].astype(np.int8) - ~self._outside[found])


def _located(values: Keys, starts: Uints) -> tuple[Uints, Rows]:
    """The positions of a bigram, and the passage of each."""
    positions = (values >> _FLAGS).astype(starts.dtype)
    return positions, np.searchsorted(starts, positions, side="right") - 1


def _is_item(values: Keys, flag: int) -> Mask:
    """Whether each occurrence is an item of a list: bit 0 says it of a bigram, bit 1 of its first character."""
    items: Mask = values >> np.uint64(flag) & np.uint64(1) != 0
    return items


class FrequentGrams:
    """Counts bigrams with `least` or more occurrences by passage, so that the first query need not.

    Characters are counted from four times as many occurrences.

    `starts` has the starts of the passages and the end of the text, `totals` the occurrences of each code.
    """

    def __init__(self, temporary: TemporaryArrays, starts: Uints, totals: Ints, least: int = FREQUENT) -> None:
        self.starts = starts
        self._temporary, self._totals, self._least = temporary, totals, least
        self._keys: list[int] = []
        self._counts: list[dict[str, StoredArray]] = []
        self._first = -1  # the first character of the last bigrams
        self._alone: _Tally | None = None  # that character, if it is frequent

    def take(self, batch: Sorted) -> None:
        """Count the next bigrams, in order of their codes."""
        at = offsets(batch.sizes).tolist()
        end = len(self._totals) - 1  # no query has a bigram with an end mark
        firsts, seconds = (batch.keys >> _CODE).astype(np.int64), batch.keys & np.uint64(ALONE)
        often = (batch.sizes >= self._least) & (seconds != end)
        for low, high in pairwise([*heads(firsts).tolist(), len(firsts)]):
            if self._totals[firsts[low]] >= self._least:
                self._start_character(int(firsts[low]))
                if self._alone:
                    self._alone.add(batch.values[at[low] : at[high]])
                for row in (np.flatnonzero(often[low:high]) + low).tolist():
                    values = batch.values[at[row] : at[row + 1]]
                    counts = count(*_located(values, self.starts), self.starts, _is_item(values, flag=0))
                    self._keep(int(batch.keys[row]), counts)

    def _start_character(self, first: int) -> None:
        """Finish the counts of the last first character and start those of the next."""
        if first != self._first:
            if self._alone:
                self._keep(self._first << CODE_BITS | ALONE, self._alone.counts())
            frequent = first >= 0 and self._totals[first] >= _CHARACTER * self._least
            self._first, self._alone = first, _Tally(self.starts) if frequent else None

    def _keep(self, key: int, counts: Counts) -> None:
        if counts.times.max() <= np.iinfo(np.uint16).max:
            put = {
                name: self._temporary.put(getattr(counts, name).astype(dtype)) for name, dtype in _GRAM_TYPES.items()
            }
            self._keys.append(key)
            self._counts.append(put)

    def write(self, out: ArrayWriter) -> None:
        """Write the counts in order of their keys."""
        self._start_character(-1)
        out.add("gram.keys", np.array(self._keys, np.uint64))
        out.add("gram.at", offsets([put["passages"].length for put in self._counts]))
        for name, dtype in _GRAM_TYPES.items():
            out.add_pieces(f"gram.{name}", dtype, (put[name].read() for put in self._counts))
