"""Builds the arrays of a segment by sorting, in batches, so that memory stays bounded.

The inverse is `segment`, which also says what the arrays mean.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import ArrayWriter, Ints, encode, offsets
from deqing_search.engine.counting import COMMA, LEAD, Counts, count, stand_in_row
from deqing_search.engine.segment import (
    ALONE,
    CODE_BITS,
    END,
    GRID_BITS,
    KINDS,
    REPORT_STRINGS,
    Entry,
    PassageEntry,
    ReportEntry,
)

_END_RAW = np.array([END], "<u4").tobytes()
SORT_LIMIT = 1 << 22  # postings sorted at a time: bounds the memory a build needs
FREQUENT = 1 << 14  # occurrences from which on counting takes longer than a first query may wait
MOST_COUNTED = 255  # a term oftener than this in one passage counts as this often; BM25 cannot tell the difference


class _Numbered(dict[str, int]):
    """Gives every new string the next number."""

    def __missing__(self, string: str) -> int:
        self[string] = number = len(self)
        return number


class SegmentBuilder:
    """Collects entries in document order and writes their arrays."""

    def __init__(self) -> None:
        self._reports: list[ReportEntry] = []
        self._first: list[int] = []
        self._text = bytearray()
        self._lengths: list[int] = []
        self._ids: list[bytes] = []
        self._kinds = bytearray()
        self._strings = _Numbered()
        self._facts: list[tuple[int, int]] = []  # section, term
        self._sentences = array("Q")
        self._values: list[tuple[int, int, float, int]] = []  # global start and end, number, unit
        self._vocabulary = _Numbered()
        self._terms = array("I")  # the number of each, and in the lowest bit whether its passage opens with it
        self._term_counts: list[int] = []

    def add(self, entry: Entry) -> None:
        """Take the next document; a report stands before its passages."""
        if isinstance(entry, ReportEntry):
            self._reports.append(entry)
            self._first.append(len(self._ids))
        else:
            self._add_passage(entry)

    def _add_passage(self, entry: PassageEntry) -> None:
        start = len(self._text) // 4
        self._sentences.append(start)
        self._sentences.extend(start + at for at in entry.sentences if 0 < at < len(entry.compact))
        self._values += [(start + at, start + end, n, self._strings[unit]) for at, end, n, unit in entry.values]
        self._text += entry.compact.encode("utf-32-le", "surrogatepass") + _END_RAW
        self._lengths.append(len(entry.compact) + 1)
        self._ids.append(encode(entry.id))
        self._kinds.append(KINDS.index(entry.kind))
        self._facts.append((self._strings[entry.section], self._strings[entry.term]))
        before = len(self._terms)
        numbers = map(self._vocabulary.__getitem__, entry.terms)
        leading = _leading(entry.compact, set(entry.terms))
        self._terms.extend(number << 1 | (term in leading) for number, term in zip(numbers, entry.terms, strict=True))
        self._term_counts.append(len(self._terms) - before)

    def write(self, out: ArrayWriter) -> None:
        """Write every array of the segment."""
        self._write_columns(out)
        self._write_text(out)
        self._write_terms(out)

    def _write_columns(self, out: ArrayWriter) -> None:
        rows = [[self._strings[text] for text in (report.id, *report[2:])] for report in self._reports]
        ranks, strings = _ranked(self._strings)
        out.add_strings("strings", strings)
        out.add("report.strings", ranks[np.array(rows, np.int64).reshape(-1, len(REPORT_STRINGS))].T.ravel())
        out.add("report.year", np.array([r.year for r in self._reports], np.int32))
        out.add("report.first", np.array([*self._first, len(self._ids)], np.uint32))
        facts = ranks[np.array(self._facts, np.int64).reshape(-1, 2)]
        out.add("passage.section", facts[:, 0])
        out.add("passage.term", facts[:, 1])
        out.add("passage.kind", np.frombuffer(bytes(self._kinds), np.uint8))
        ids = np.array(self._ids, np.bytes_) if self._ids else np.empty(0, "S1")
        out.add("passage.id", ids)
        out.add("passage.by_id", np.argsort(ids, kind="stable").astype(np.uint32))

    def _write_text(self, out: ArrayWriter) -> None:
        position = np.dtype(np.uint32 if len(self._text) // 4 < 1 << 32 else np.uint64)
        starts = offsets(self._lengths).astype(position)
        _write_units(out, "passage", starts)
        self._write_values(out, position)
        _write_units(out, "sentence", np.array([*self._sentences, starts[-1]], position))
        raw = np.frombuffer(self._text, "<u4")
        seen = np.zeros(END + 1, np.bool_)
        seen[raw] = True
        alphabet = np.flatnonzero(seen).astype(np.uint32)  # END is last
        codes = np.zeros(END + 1, np.uint16 if len(alphabet) <= 1 << 16 else np.uint32)
        codes[alphabet] = np.arange(len(alphabet))
        text = codes[raw]
        out.add("alphabet", alphabet)
        out.add("text", text)
        comma = int(codes[ord(COMMA)]) if seen[ord(COMMA)] else END
        _write_bigrams(out, text, len(alphabet) - 1 if len(alphabet) else 0, starts, comma)

    def _write_values(self, out: ArrayWriter, position: npt.DTypeLike) -> None:
        starts, ends, numbers, units = zip(*self._values, strict=True) if self._values else ((), (), (), ())
        out.add("value.at", np.array(starts, position))
        out.add("value.end", np.array(ends, position))
        out.add("value.number", np.array(numbers, np.float64))
        out.add("value.unit", _ranked(self._strings)[0][np.array(units, np.int64)])

    def _write_terms(self, out: ArrayWriter) -> None:
        ranks, vocabulary = _ranked(self._vocabulary)
        out.add_strings("vocabulary", vocabulary)
        numbers = np.frombuffer(self._terms, np.uint32) if self._terms else np.empty(0, np.uint32)
        terms = ranks[numbers >> np.uint32(1)]
        places = np.repeat(np.arange(len(self._ids), dtype=np.uint32) << np.uint32(1), self._term_counts)
        places |= numbers & np.uint32(1)
        times, leads, at = [np.empty(0, np.uint8)], [np.empty(0, np.int8)], np.zeros(len(vocabulary) + 1, np.uint64)
        out.begin("term.passages", np.uint32)
        for low, high in _batches(np.bincount(terms, minlength=len(vocabulary)), SORT_LIMIT):
            inside = (terms >= low) & (terms < high)
            packed = np.sort(terms[inside].astype(np.uint64) << np.uint64(33) | places[inside])
            distinct, counts = _runs(packed)
            out.append((distinct >> np.uint64(1) & np.uint64(0xFFFFFFFF)).astype(np.uint32))
            times.append(np.minimum(counts, MOST_COUNTED).astype(np.uint8))
            leads.append((distinct & np.uint64(1)).astype(np.int8))
            sizes = np.bincount((distinct >> np.uint64(33)).astype(np.int64) - low, minlength=high - low)
            at[low + 1 : high + 1] = sizes
        out.add("term.times", np.concatenate(times))
        out.add("term.stress", np.concatenate(leads))
        out.add("term.at", np.cumsum(at, dtype=np.uint64))


def _leading(compact: str, terms: set[str]) -> set[str]:
    """Which of the terms a passage opens with: they begin among its first `LEAD` characters.

    >>> sorted(_leading("德清县地理信息产业蓬勃发展，产业兴旺", {"德清县", "发展", "产业", "兴旺"}))
    ['产业', '发展', '德清县']
    """
    head = compact[: 2 * LEAD]  # holds what is no longer than `LEAD` and begins in time: nearly all terms at a glance
    near = [term for term in terms if term in head or len(term) > LEAD]
    return {term for term in near if compact.find(term, 0, LEAD - 1 + len(term)) >= 0}


def _write_units(out: ArrayWriter, name: str, start: Ints) -> None:
    """Where the units that tile the text begin, and a coarse table to find the unit of a position by."""
    out.add(f"{name}.start", start)
    grid = np.arange(0, start[-1], 1 << GRID_BITS, dtype=start.dtype)
    out.add(f"{name}.grid", (np.searchsorted(start, grid, side="right") - 1).astype(np.uint32))


def _write_bigrams(out: ArrayWriter, text: Ints, end: int, starts: npt.NDArray[np.unsignedinteger], comma: int) -> None:
    """The bigrams in order of their two codes, and the global positions of each, ascending."""
    firsts, position, frequent = text[:-1], starts.dtype, _FrequentGrams(text, starts, comma)
    counts = np.bincount(firsts, minlength=end)[:end]
    keys, sizes = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    out.begin("bigram.positions", position)
    for low, high in _batches(counts, SORT_LIMIT):
        at = np.flatnonzero((firsts >= low) & (firsts < high))
        # A batch of many characters is short and a long one has one character: code and ordinal fit 64 bits together.
        bits = np.uint64(len(at).bit_length())
        key = (firsts[at].astype(np.uint64) - np.uint64(low)) << np.uint64(CODE_BITS) | text[at + 1]
        packed = np.sort(key << bits | np.arange(len(at), dtype=np.uint64))
        positions = at[packed & ((np.uint64(1) << bits) - np.uint64(1))].astype(position)
        out.append(positions)
        distinct, size = _runs(packed >> bits)
        keys.append(distinct + (np.uint64(low) << np.uint64(CODE_BITS)))
        sizes.append(size)
        frequent.take(keys[-1], size, positions)
    out.add("bigram.keys", np.concatenate(keys))
    out.add("bigram.at", offsets(np.concatenate(sizes)))
    frequent.write(out)


class _FrequentGrams:
    """Counts by passage the single characters and bigrams that are frequent: the first query must not wait for it."""

    def __init__(self, text: Ints, starts: Ints, comma: int) -> None:
        self._text, self._starts, self._comma = text, starts, comma
        self._counts: dict[int, Counts] = {}

    def take(self, keys: Ints, sizes: Ints, positions: Ints) -> None:
        """The next bigrams in order of their keys, and their positions end to end."""
        ends = np.cumsum(sizes)
        for row in np.flatnonzero(sizes >= FREQUENT).tolist():
            self._count(int(keys[row]), positions[ends[row] - sizes[row] : ends[row]])
        characters, rows = np.unique(keys >> np.uint64(CODE_BITS), return_index=True)
        totals = np.add.reduceat(sizes, rows) if len(rows) else sizes
        for character, row, total in zip(characters.tolist(), rows.tolist(), totals.tolist(), strict=True):
            if total >= FREQUENT:
                start = int(ends[row] - sizes[row])
                self._count(character << CODE_BITS | ALONE, np.sort(positions[start : start + total]))

    def _count(self, key: int, positions: Ints) -> None:
        in_row = stand_in_row(self._text, positions, 1 if key & ALONE == ALONE else 2, self._comma)
        found = count(positions, np.searchsorted(self._starts, positions, side="right") - 1, self._starts, in_row)
        if found.times.max() <= np.iinfo(np.uint16).max:
            self._counts[key] = Counts(found.passages.astype(np.uint32), found.times.astype(np.uint16), found.stress)

    def write(self, out: ArrayWriter) -> None:
        keys = sorted(self._counts)
        out.add("gram.keys", np.array(keys, np.uint64))
        out.add("gram.at", offsets([len(self._counts[key].times) for key in keys]))
        for name, dtype in (("passages", np.uint32), ("times", np.uint16), ("stress", np.int8)):
            out.begin(f"gram.{name}", dtype)
            for key in keys:
                out.append(getattr(self._counts[key], name))


def _batches(counts: Ints, limit: int) -> Iterator[tuple[int, int]]:
    """Cut the codes into ranges `[low, high)` whose counts add up to at most `limit`, or that hold one code.

    >>> list(_batches(np.array([2, 2, 9, 1]), 4))
    [(0, 2), (2, 3), (3, 4)]
    """
    ends, low = np.cumsum(counts), 0
    while low < len(counts):
        done = int(ends[low - 1]) if low else 0
        high = max(int(np.searchsorted(ends, done + limit, side="right")), low + 1)
        yield low, high
        low = high


def _runs(values: Ints) -> tuple[Ints, npt.NDArray[np.int64]]:
    """The distinct values of a sorted array, and how often each stands there.

    >>> [part.tolist() for part in _runs(np.array([3, 3, 7]))]
    [[3, 7], [2, 1]]
    """
    heads = np.flatnonzero(np.diff(values, prepend=~values[:1]))
    return values[heads], np.diff(heads, append=len(values))


def _ranked(numbered: dict[str, int]) -> tuple[npt.NDArray[np.uint32], list[str]]:
    """Sorted strings, and for every number the place its string has among them."""
    strings = sorted(numbered)
    ranks = np.empty(len(strings), np.uint32)
    ranks[np.fromiter((numbered[string] for string in strings), np.int64, len(strings))] = np.arange(len(strings))
    return ranks, strings
