"""Writes the arrays of a segment in bounded memory.

Passages come in batches. Each batch is sorted and stored in a temporary file (`temporary`); at the end the sorted runs
are merged (`external_sort`). Only names of reports, headings and two hundred bytes for each passage stay in memory.
`reader` is the inverse and says what the arrays mean.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Array, ArrayWriter, encode, offsets
from deqing_search.engine.segment.bigrams import FREQUENT, FrequentGrams, Uints, put_bigrams, write_bigrams
from deqing_search.engine.segment.counts import LEAD
from deqing_search.engine.segment.entries import KINDS, REPORT_STRINGS, Entry, PassageEntry, ReportEntry
from deqing_search.engine.segment.external_sort import Run
from deqing_search.engine.segment.temporary import StoredArray, TemporaryArrays
from deqing_search.engine.segment.terms import Numbered, TermRun, put_terms, write_terms
from deqing_search.engine.segment.text import END, GRID_BITS
from deqing_search.text import characters

BATCH = 1 << 20  # characters sorted, and postings merged, at a time; fits in 22 bits; about 60 MB

_END_RAW = np.array([END], "<u4").tobytes()


class _Batch:
    """The passages of one batch. Positions count from the start of its text."""

    def __init__(self) -> None:
        self.text = bytearray()
        self.lengths = array("I")
        self.ids: list[bytes] = []
        self.kinds = bytearray()
        self.sections, self.defined = array("I"), array("I")
        self.sentences = array("I")
        self.cuts = array("I")
        self.values: list[tuple[int, int, float, int]] = []  # start and end, number, unit
        self.vocabulary = Numbered()
        self.terms = array(
            "I"
        )  # the number of each, shifted left; the lowest bit says whether the term starts its passage
        self.term_counts = array("I")

    def add(self, entry: PassageEntry, strings: Numbered) -> None:
        """Add a passage; `strings` numbers its headings, defined term and units."""
        start = len(self.text) // 4
        self.sentences.append(start)
        self.sentences.extend(start + at for at in entry.sentences if 0 < at < len(entry.compact))
        self.cuts.extend(start + at for at in entry.cuts if at <= len(entry.compact))
        self.values += [(start + at, start + end, n, strings[unit]) for at, end, n, unit in entry.values]
        self.text += characters.encode(entry.compact).tobytes() + _END_RAW
        self.lengths.append(len(entry.compact) + 1)
        self.ids.append(encode(entry.id))
        self.kinds.append(KINDS.index(entry.kind))
        self.sections.append(strings[entry.section])
        self.defined.append(strings[entry.term])
        numbers = map(self.vocabulary.__getitem__, entry.terms)
        leading = _leading(entry.compact, set(entry.terms))
        self.terms.extend(number << 1 | (term in leading) for number, term in zip(numbers, entry.terms, strict=True))
        self.term_counts.append(len(entry.terms))

    def columns(self, start: int) -> Iterator[tuple[str, Array]]:
        """The columns of passages, sentences and values; the text starts at the global position `start`."""
        starts, ends, numbers, units = zip(*self.values, strict=True) if self.values else ((), (), (), ())
        yield "text", np.frombuffer(self.text, "<u4")
        yield "length", np.array(self.lengths, np.uint32)
        yield "id", np.array(self.ids, np.bytes_) if self.ids else np.empty(0, "S1")
        yield "kind", np.frombuffer(self.kinds, np.uint8)
        yield "section", np.array(self.sections, np.uint32)
        yield "term", np.array(self.defined, np.uint32)
        yield "sentence", np.array(self.sentences, np.uint64) + np.uint64(start)
        yield "cut", np.bincount(self.cuts, minlength=len(self.text) // 4).astype(np.bool_)
        yield "value.at", np.array(starts, np.uint64) + np.uint64(start)
        yield "value.end", np.array(ends, np.uint64) + np.uint64(start)
        yield "value.number", np.array(numbers, np.float64)
        yield "value.unit", np.array(units, np.uint32)


class SegmentBuilder:
    """Takes entries in document order and writes their arrays.

    `batch` is the number of characters that are sorted, and of postings that are merged, at a time. The segment does
    not depend on it. Bigrams with `frequent` or more occurrences are counted in advance, and characters with four
    times as many.
    """

    def __init__(self, temporary: TemporaryArrays, *, batch: int = BATCH, frequent: int = FREQUENT) -> None:
        self._temporary, self._limit, self._frequent = temporary, batch, frequent
        self._reports: list[ReportEntry] = []
        self._first: list[int] = []
        self._strings = Numbered()
        self._batch = _Batch()
        self._passages = self._length = 0  # of the batches stored so far
        self._columns: dict[str, list[StoredArray]] = defaultdict(list)
        self._totals = np.zeros(END + 1, np.int64)  # occurrences of each character
        self._bigrams: list[Run] = []
        self._terms: list[TermRun] = []

    def add(self, entry: Entry) -> None:
        """Add a document; a report comes before its passages."""
        if isinstance(entry, ReportEntry):
            self._reports.append(entry)
            self._first.append(self._passages + len(self._batch.ids))
        else:
            self._batch.add(entry, self._strings)
            if len(self._batch.text) >= 4 * self._limit:
                self._store_batch()

    def _store_batch(self) -> None:
        """Sort the batch and store it in the temporary file."""
        batch, self._batch = self._batch, _Batch()
        for name, column in batch.columns(self._length):
            self._columns[name].append(self._temporary.put(column))
        text = np.frombuffer(batch.text, "<u4")
        np.add.at(self._totals, text, 1)
        self._bigrams += put_bigrams(self._temporary, text, self._length, limit=self._limit)
        passages = np.repeat(np.arange(len(batch.ids)), batch.term_counts)
        terms = np.array(batch.terms, np.uint32)
        self._terms.append(put_terms(self._temporary, batch.vocabulary, terms, passages, self._passages))
        self._passages += len(batch.ids)
        self._length += len(text)

    def write(self, out: ArrayWriter) -> None:
        """Write every array of the segment."""
        self._store_batch()
        rows = [[self._strings[text] for text in (report.id, *report[2:])] for report in self._reports]
        ranks, strings = self._strings.ranked()
        out.add_strings("strings", strings)
        out.add("report.strings", ranks[np.array(rows, np.int64).reshape(-1, len(REPORT_STRINGS))].T.ravel())
        out.add("report.year", np.array([r.year for r in self._reports], np.int32))
        out.add("report.first", np.array([*self._first, self._passages], np.uint32))
        self._write_columns(out, ranks)
        self._write_text(out)
        write_terms(out, self._temporary, self._terms, limit=self._limit)

    def _pieces(self, column: str) -> Iterator[Array]:
        return (stored.read() for stored in self._columns[column])

    def _whole(self, column: str) -> Array:
        return np.concatenate(list(self._pieces(column)))

    def _write_columns(self, out: ArrayWriter, ranks: npt.NDArray[np.uint32]) -> None:
        for name in ("section", "term"):
            out.add_pieces(f"passage.{name}", np.uint32, map(ranks.__getitem__, self._pieces(name)))
        out.add_pieces("passage.kind", np.uint8, self._pieces("kind"))
        ids = self._whole("id")
        out.add("passage.id", ids)
        out.add("passage.by_id", np.argsort(ids, kind="stable").astype(np.uint32))
        position = np.uint32 if self._length < 1 << 32 else np.uint64
        out.add_pieces("value.at", position, self._pieces("value.at"))
        out.add_pieces("value.end", position, self._pieces("value.end"))
        out.add_pieces("value.number", np.float64, self._pieces("value.number"))
        out.add_pieces("value.unit", np.uint32, map(ranks.__getitem__, self._pieces("value.unit")))

    def _write_text(self, out: ArrayWriter) -> None:
        position = np.uint32 if self._length < 1 << 32 else np.uint64
        starts = offsets(self._whole("length")).astype(position)
        _write_units(out, "passage", starts)
        _write_units(out, "sentence", np.append(self._whole("sentence"), starts[-1]).astype(position))
        alphabet = np.flatnonzero(self._totals).astype(np.uint32)  # END is last
        codes = np.zeros(END + 1, np.uint16 if len(alphabet) <= 1 << 16 else np.uint32)
        codes[alphabet] = np.arange(len(alphabet))
        out.add("alphabet", alphabet)
        out.add_pieces("text", codes.dtype, map(codes.__getitem__, self._pieces("text")))
        out.add_pieces("cut", np.uint8, _packed(self._pieces("cut")))
        grams = FrequentGrams(self._temporary, starts, self._totals[alphabet], self._frequent)
        write_bigrams(out, self._bigrams, codes, grams, limit=self._limit)


def _packed(pieces: Iterator[Array]) -> Iterator[Array]:
    """Flags from pieces of any length, eight in a byte."""
    rest = np.empty(0, np.bool_)
    for piece in pieces:
        flags = np.concatenate([rest, piece])
        whole = len(flags) // 8 * 8
        yield np.packbits(flags[:whole])
        rest = flags[whole:]
    yield np.packbits(rest)


def _leading(compact: str, terms: set[str]) -> set[str]:
    """The terms that start in the first `LEAD` characters of a passage.

    >>> sorted(_leading("德清县地理信息产业蓬勃发展，产业兴旺", {"德清县", "发展", "产业", "兴旺"}))
    ['产业', '发展', '德清县']
    """
    head = compact[: 2 * LEAD]  # contains every such term of up to `LEAD` characters: a fast first check
    near = [term for term in terms if term in head or len(term) > LEAD]
    return {term for term in near if compact.find(term, 0, LEAD - 1 + len(term)) >= 0}


def _write_units(out: ArrayWriter, name: str, start: Uints) -> None:
    """The starts of the units, and a grid that leads from a position to its unit."""
    out.add(f"{name}.start", start)
    grid = np.arange(0, start[-1], 1 << GRID_BITS, dtype=start.dtype)
    out.add(f"{name}.grid", (np.searchsorted(start, grid, side="right") - 1).astype(np.uint32))
