"""The arrays of one index segment: what is indexed of its reports and passages, built by sorting, read by slicing.

Defines the entries an engine feeds (`ReportEntry`, `PassageEntry`), `SegmentBuilder`, which turns them into
arrays, and `SegmentArrays`, which finds literals and terms in them. Knows no queries (`postings`), no Whoosh (`codec`).

The compact texts of all passages lie end to end, each closed by an end mark. The posting of a bigram is the sorted
list of its *global positions* in that text; the last character of a passage makes a bigram with the end mark, so
the positions of a single character are the slice of all bigrams it begins.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Array, ArrayWriter, Ints, Strings, decode, encode, offsets
from deqing_search.report import PassageKind

KINDS: tuple[str, ...] = get_args(PassageKind)
END = 0x110000  # one past the last code point: no text can contain it
_END_RAW = np.array([END], "<u4").tobytes()
_GRID_BITS = 6
_CODE_BITS = 21  # any code point, and END
SORT_LIMIT = 1 << 22  # postings sorted at a time: bounds the memory a build needs
MOST_COUNTED = 255  # a term oftener than this in one passage counts as this often; BM25 cannot tell the difference

Positions = npt.NDArray[np.integer]


class ReportEntry(NamedTuple):
    """What is indexed of a report. The `compact_` fields are for filters, the others are shown."""

    id: str
    year: int  # 0: not known
    kind: str
    place: str
    compact_id: str
    compact_kind: str
    compact_place: str
    compact_title: str


class PassageEntry(NamedTuple):
    """What is indexed of a passage; it belongs to the report entry before it."""

    id: str
    kind: str
    section: str  # compact headings, outermost first, one a line
    term: str  # compact
    compact: str
    sentences: tuple[int, ...]
    terms: tuple[str, ...]


Entry = ReportEntry | PassageEntry
_REPORT_STRINGS = ("id", *ReportEntry._fields[2:])


def dump_entry(entry: Entry) -> bytes:
    """An entry as bytes, for the way through Whoosh's pool.

    >>> load_entry(dump_entry(PassageEntry("p", "paragraph", "", "", "德清", (0,), ("德清",)))).compact
    '德清'
    """
    return encode(json.dumps(entry, ensure_ascii=False))


def load_entry(raw: bytes) -> Entry:
    """The inverse of `dump_entry`."""
    fields = json.loads(decode(raw))
    if len(fields) == len(ReportEntry._fields):
        return ReportEntry(*fields)
    id_, kind, section, term, compact, sentences, terms = fields
    return PassageEntry(id_, kind, section, term, compact, tuple(sentences), tuple(terms))


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
        self._vocabulary = _Numbered()
        self._terms = array("I")
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
        self._text += entry.compact.encode("utf-32-le", "surrogatepass") + _END_RAW
        self._lengths.append(len(entry.compact) + 1)
        self._ids.append(encode(entry.id))
        self._kinds.append(KINDS.index(entry.kind))
        self._facts.append((self._strings[entry.section], self._strings[entry.term]))
        before = len(self._terms)
        self._terms.extend(map(self._vocabulary.__getitem__, entry.terms))
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
        out.add("report.strings", ranks[np.array(rows, np.int64).reshape(-1, len(_REPORT_STRINGS))].T.ravel())
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
        _write_bigrams(out, text, len(alphabet) - 1 if len(alphabet) else 0, position)

    def _write_terms(self, out: ArrayWriter) -> None:
        ranks, vocabulary = _ranked(self._vocabulary)
        out.add_strings("vocabulary", vocabulary)
        terms = ranks[np.frombuffer(self._terms, np.uint32)] if self._terms else np.empty(0, np.uint32)
        passages = np.repeat(np.arange(len(self._ids), dtype=np.uint32), self._term_counts)
        found, at = [], np.zeros(len(vocabulary) + 1, np.uint64)
        out.begin("term.passages", np.uint32)
        for low, high in _batches(np.bincount(terms, minlength=len(vocabulary)), SORT_LIMIT):
            inside = (terms >= low) & (terms < high)
            packed = np.sort(terms[inside].astype(np.uint64) << np.uint64(32) | passages[inside])
            distinct, counts = _runs(packed)
            out.append((distinct & np.uint64(0xFFFFFFFF)).astype(np.uint32))
            found.append(np.minimum(counts, MOST_COUNTED).astype(np.uint8))
            sizes = np.bincount((distinct >> np.uint64(32)).astype(np.int64) - low, minlength=high - low)
            at[low + 1 : high + 1] = sizes
        out.add("term.counts", np.concatenate(found) if found else np.empty(0, np.uint8))
        out.add("term.at", np.cumsum(at, dtype=np.uint64))


def _write_units(out: ArrayWriter, name: str, start: Ints) -> None:
    """Where the units that tile the text begin, and a coarse table to find the unit of a position by."""
    out.add(f"{name}.start", start)
    grid = np.arange(0, start[-1], 1 << _GRID_BITS, dtype=start.dtype)
    out.add(f"{name}.grid", (np.searchsorted(start, grid, side="right") - 1).astype(np.uint32))


def _write_bigrams(out: ArrayWriter, text: Ints, end: int, position: np.dtype[np.unsignedinteger]) -> None:
    """The bigrams in order of their two codes, and the global positions of each, ascending."""
    firsts = text[:-1]
    counts = np.bincount(firsts, minlength=end)[:end]
    keys, sizes = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    out.begin("bigram.positions", position)
    for low, high in _batches(counts, SORT_LIMIT):
        at = np.flatnonzero((firsts >= low) & (firsts < high))
        # A batch of many characters is short and a long one has one character: code and ordinal fit 64 bits together.
        bits = np.uint64(len(at).bit_length())
        key = (firsts[at].astype(np.uint64) - np.uint64(low)) << np.uint64(_CODE_BITS) | text[at + 1]
        packed = np.sort(key << bits | np.arange(len(at), dtype=np.uint64))
        out.append(at[packed & ((np.uint64(1) << bits) - np.uint64(1))].astype(position))
        distinct, size = _runs(packed >> bits)
        keys.append(distinct + (np.uint64(low) << np.uint64(_CODE_BITS)))
        sizes.append(size)
    out.add("bigram.keys", np.concatenate(keys))
    out.add("bigram.at", offsets(np.concatenate(sizes)))


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


class Units:
    """Stretches that tile the text of a segment: its passages, or its sentences."""

    def __init__(self, arrays: dict[str, Array], name: str) -> None:
        self.start = arrays[f"{name}.start"]  # of each, and the end of the text
        self._grid = arrays[f"{name}.grid"]

    def __len__(self) -> int:
        return len(self.start) - 1

    def at(self, positions: Array) -> npt.NDArray[np.intp]:
        """For each global position, the unit it lies in.

        The grid leads to that unit or one a few before it; stepping all at once costs less than a search for each.
        """
        units: npt.NDArray[np.intp] = self._grid[positions >> positions.dtype.type(_GRID_BITS)].astype(np.intp)
        while True:
            early = self.start[units + 1] <= positions
            if not early.any():
                return units
            units += early


class SegmentArrays:
    """The mapped arrays of a segment. Immutable, and shared by every thread."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays
        self.units = {"passage": Units(arrays, "passage"), "sentence": Units(arrays, "sentence")}
        self.start = self.units["passage"].start
        self.first = arrays["report.first"]  # passage of each report, and the number of passages
        self.year = arrays["report.year"]
        self.kind = arrays["passage.kind"]
        self.section = arrays["passage.section"]
        self.term = arrays["passage.term"]
        self.strings = Strings(arrays, "strings")
        self.reports = len(self.year)
        self.passages = len(self.kind)

    def report_strings(self, field: str) -> Array:
        """For each report, the row in `strings` of a field of `ReportEntry`."""
        column = _REPORT_STRINGS.index(field)
        return self._arrays["report.strings"][column * self.reports : (column + 1) * self.reports]

    @cached_property
    def report_ids(self) -> list[str]:
        return [self.strings[row] for row in self.report_strings("id").tolist()]

    @cached_property
    def report_of(self) -> npt.NDArray[np.intp]:
        """For each passage, the report it belongs to."""
        return np.repeat(np.arange(self.reports), np.diff(self.first))

    @cached_property
    def passage_of_sentence(self) -> npt.NDArray[np.intp]:
        return self.units["passage"].at(self.units["sentence"].start[:-1])

    @cached_property
    def length(self) -> npt.NDArray[np.int64]:
        """For each passage, its characters."""
        start = self.start.astype(np.int64)
        return start[1:] - start[:-1] - 1

    def passage(self, passage_id: str) -> Iterator[int]:
        """The passages with this id: one, unless a report stands here twice, deleted and alive."""
        ids, by_id, wanted = self._arrays["passage.id"], self._arrays["passage.by_id"], encode(passage_id)
        row = int(np.searchsorted(ids, np.bytes_(wanted), sorter=by_id))
        while row < len(by_id) and bytes(ids[by_id[row]]) == wanted:
            yield int(by_id[row])
            row += 1

    def occurrences(self, literal: str) -> Positions:
        """The global position of every occurrence of a compact literal, ascending; overlapping ones too.

        The rarest bigram of the literal gives the candidates, the text itself decides them.
        """
        codes = self._codes(literal)
        if codes is None:
            return np.empty(0, self.start.dtype)
        if len(codes) == 1:
            return np.sort(self._positions(*self._slice(codes[0] << _CODE_BITS, codes[0] + 1 << _CODE_BITS)))
        slices = [self._slice(key, key + 1) for key in (a << _CODE_BITS | b for a, b in pairwise(codes))]
        rarest = min(range(len(slices)), key=lambda i: slices[i][1] - slices[i][0])
        candidates = self._positions(*slices[rarest])
        found: Positions = candidates[candidates >= rarest] - candidates.dtype.type(rarest)
        text = self._arrays["text"]
        for i, code in enumerate(codes):
            if i not in (rarest, rarest + 1) and len(found):
                # A candidate cannot run off the text: the end mark of its passage stops it first.
                found = found[text[found + found.dtype.type(i)] == code]
        return found

    def _codes(self, literal: str) -> list[int] | None:
        """The segment's own codes of the characters; None when one never occurs here."""
        wanted = np.frombuffer(literal.encode("utf-32-le", "surrogatepass"), "<u4")
        alphabet = self._arrays["alphabet"][:-1]
        rows = np.searchsorted(alphabet, wanted)
        if not len(wanted) or (rows == len(alphabet)).any() or (alphabet[rows] != wanted).any():
            return None
        return [int(row) for row in rows]

    def _slice(self, low: int, high: int) -> tuple[int, int]:
        """The stretch of positions whose bigram keys lie in `[low, high)`."""
        rows = np.searchsorted(self._arrays["bigram.keys"], np.array([low, high], np.uint64))
        start, end = self._arrays["bigram.at"][rows].tolist()
        return start, end

    def _positions(self, start: int, end: int) -> Positions:
        positions: Positions = self._arrays["bigram.positions"][start:end]
        return positions

    @cached_property
    def vocabulary(self) -> Strings:
        return Strings(self._arrays, "vocabulary")

    def postings(self, term: str) -> tuple[Array, Array]:
        """The passages that hold a term, ascending, and how often each holds it."""
        row = self.vocabulary.find(term)
        start, end = (0, 0) if row is None else self._arrays["term.at"][row : row + 2].tolist()
        return self._arrays["term.passages"][start:end], self._arrays["term.counts"][start:end]

    def entry(self, document: int) -> Entry:
        """The entry that went in as the document of this number; the order of its terms is lost."""
        report = int(np.searchsorted(self.report_documents, document, side="right")) - 1
        passage = document - report - 1
        if document == self.report_documents[report]:
            return self._report_entry(report)
        start, end = self.start[passage : passage + 2].tolist()
        codes = self._arrays["alphabet"][self._arrays["text"][start : end - 1]]
        sentences = self.units["sentence"].start
        low, high = np.searchsorted(sentences, self.start[passage : passage + 2])
        return PassageEntry(
            decode(bytes(self._arrays["passage.id"][passage])),
            KINDS[self.kind[passage]],
            self.strings[int(self.section[passage])],
            self.strings[int(self.term[passage])],
            codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass"),
            tuple((sentences[low:high] - start).tolist()),
            self._terms_of(passage),
        )

    def _report_entry(self, report: int) -> ReportEntry:
        rows = self._arrays["report.strings"].reshape(-1, self.reports)[:, report].tolist()
        texts = [self.strings[row] for row in rows]
        return ReportEntry(texts[0], int(self.year[report]), *texts[1:])

    @cached_property
    def _by_passage(self) -> tuple[Array, Array]:
        """All term postings in order of passage: the numbers of the terms, and where each passage's begin."""
        passages = self._arrays["term.passages"]
        sizes = np.diff(self._arrays["term.at"]).astype(np.int64)
        terms = np.repeat(np.arange(len(self.vocabulary), dtype=np.uint32), sizes)
        counts = self._arrays["term.counts"]
        order = np.argsort(passages, kind="stable")
        order = np.repeat(order, counts[order])
        return terms[order], np.searchsorted(passages[order], np.arange(self.passages + 1))

    def _terms_of(self, passage: int) -> tuple[str, ...]:
        terms, at = self._by_passage
        return tuple(self.vocabulary[term] for term in terms[at[passage] : at[passage + 1]].tolist())

    @cached_property
    def report_documents(self) -> npt.NDArray[np.int64]:
        """For each report, the number of its document; its passages are the documents after it."""
        return self.first[:-1].astype(np.int64) + np.arange(self.reports)

    def document(self, passage: int) -> int:
        """The number of a passage's document."""
        return passage + int(np.searchsorted(self.first, passage, side="right"))

    def documents(self, report: int) -> range:
        """The numbers of a report's document and those of its passages."""
        first = int(self.first[report]) + report
        return range(first, int(self.first[report + 1]) + report + 1)
