"""The arrays of one segment: what its reports and passages are, and how often each passage has a literal or a term.

`writer` writes the arrays, `text` finds literals in the text of the segment. Knows neither queries (`evaluation/`) nor
Whoosh.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from deqing_search import config
from deqing_search.engine.segment.array_file import Arrays, Ints, Mask, Strings, decode, encode
from deqing_search.engine.segment.checksums import Array
from deqing_search.engine.segment.counts import COMMA, Counts, Memory, Rows, count, stand_in_row
from deqing_search.engine.segment.entries import KINDS, REPORT_STRINGS, Entry, PassageEntry, ReportEntry
from deqing_search.engine.segment.phrases import (
    MOST_WORDS,
    Keys,
    Passages,
    Phrases,
    occurrences_of,
    phrases_of,
    words_between,
)
from deqing_search.engine.segment.phrases import TOGETHER as TOGETHER_TEXT
from deqing_search.engine.segment.text import ALONE, CODE_BITS, END, Codes, Positions, Text, Units
from deqing_search.report import Value

TOGETHER = 1 << 13  # passages whose terms a merge reads together, about 20 MB
TOGETHER_PHRASES = 1 << 10  # phrases that are looked for at a time, about 20 MB
SCANNED = 1 << 20  # postings that a merge scans at a time
SEARCH = 8  # a binary search for the end of a report costs as much as reading so many passages


class SegmentArrays:
    """The mapped arrays of a segment. They never change, so threads share them.

    For a merge, the terms of `together` passages are read at a time, and `scanned` postings; `entry` does not depend
    on either.
    """

    def __init__(self, arrays: Arrays, *, together: int = TOGETHER, scanned: int = SCANNED) -> None:
        self.blocks = arrays.blocks
        self._arrays, self._text, self._ids = arrays, Text(arrays), arrays.large("passage.id")
        self.units = {"passage": Units(arrays, "passage"), "sentence": Units(arrays, "sentence")}
        self.start = self.units["passage"].start
        self.first = arrays["report.first"]  # passage of each report, and the number of passages
        self.year = arrays["report.year"]
        self.kind = arrays["passage.kind"]
        self.strings = Strings(arrays, "strings")
        self.reports = len(self.year)
        self.passages = len(self.kind)
        self._memory = Memory(config.memory_bytes() // 2)  # `Snapshot` has the other half
        self._together, self._scanned = together, scanned
        self._terms: tuple[int, list[str], Array, Array] | None = None  # what `_terms_of` read last

    @cached_property
    def section(self) -> Array:
        """The row in `strings` of the headings of each passage."""
        return self._arrays["passage.section"]

    @cached_property
    def term(self) -> Array:
        """The row in `strings` of the term that each passage defines."""
        return self._arrays["passage.term"]

    def report_strings(self, field: str) -> Array:
        """For each report, the row in `strings` of one field of `ReportEntry`."""
        column = REPORT_STRINGS.index(field)
        return self._arrays["report.strings"][column * self.reports : (column + 1) * self.reports]

    @cached_property
    def report_ids(self) -> list[str]:
        return list(self.strings.pick(self.report_strings("id")))

    @cached_property
    def report_of(self) -> npt.NDArray[np.intp]:
        """The report of each passage."""
        return np.repeat(np.arange(self.reports), np.diff(self.first))

    @cached_property
    def passage_of_sentence(self) -> npt.NDArray[np.intp]:
        return self.units["passage"].at(self.units["sentence"].start[:-1])

    @cached_property
    def length(self) -> npt.NDArray[np.int64]:
        """The number of characters of each passage."""
        start = self.start.astype(np.int64)
        return start[1:] - start[:-1] - 1

    def passage_id(self, passage: int) -> str:
        """The id of a passage."""
        return decode(bytes(self._ids.part(passage, passage + 1)[0]))

    def text(self, passage: int) -> str:
        """The compact text of a passage."""
        return self._text.passage(int(self.start[passage]), int(self.start[passage + 1]) - 1)

    def passage(self, passage_id: str) -> Iterator[int]:
        """The passages with this id: one, or more if the segment has a report twice, deleted and live."""
        ids, by_id, wanted = self._arrays["passage.id"], self._arrays["passage.by_id"], encode(passage_id)
        row = int(np.searchsorted(ids, np.bytes_(wanted), sorter=by_id))
        while row < len(by_id) and bytes(ids[by_id[row]]) == wanted:
            yield int(by_id[row])
            row += 1

    def literal_counts(self, literal: str, whole: bool = False) -> Counts:
        """The passages that contain a compact literal, with counts; `whole` as in `occurrences`."""

        return self._memory.get(("=", literal, whole), lambda: self._count_literal(literal, whole))

    def _count_literal(self, literal: str, whole: bool) -> Counts:
        codes = self._text.codes(literal)
        if codes is not None and len(codes) <= 2 and not whole and (known := self._frequent(codes)):
            return known
        positions = self._text.occurrences(literal, codes, whole)
        text = self._text.around(positions, before=1, after=len(literal))
        in_row = stand_in_row(text, positions, len(literal), self._comma)
        return count(positions, self.units["passage"].at(positions), self.start, in_row)

    def occurrences(self, literal: str, whole: bool = False) -> Positions:
        """The positions of all occurrences of a compact literal, as `Text.occurrences` gives them."""
        return self._text.occurrences(literal, self._text.codes(literal), whole)

    @cached_property
    def _comma(self) -> int:
        """The segment's code of `COMMA`, or a code that no text has if the comma never occurs in this segment."""
        codes = self._text.codes(COMMA)
        return END if codes is None else int(codes[0])

    def _frequent(self, codes: Codes) -> Counts | None:
        """The counts that the writer stored for a frequent character or bigram, else None."""
        key = np.uint64(codes[0] << CODE_BITS | (codes[1] if len(codes) == 2 else ALONE))
        keys = self._arrays["gram.keys"]
        row = int(keys.searchsorted(key))
        if row == len(keys) or keys[row] != key:
            return None
        return self._stored_counts("gram", *self._arrays["gram.at"][row : row + 2].tolist())

    def _stored_counts(self, name: str, start: int, end: int) -> Counts:
        passages, times, stress = (self._arrays.large(f"{name}.{column}").part(start, end) for column in Counts._fields)
        return Counts(passages.astype(np.intp), times, stress)

    def by_report(self, passages: npt.NDArray[np.intp]) -> Ints:
        """How many of the ascending `passages` each report has."""
        if len(passages) < SEARCH * self.reports:
            return np.bincount(self.report_of[passages], minlength=self.reports)
        return np.diff(passages.searchsorted(self.first))

    def holding_by_report(self, literal: str, whole: bool, passages: npt.NDArray[np.intp]) -> Ints:
        """How many passages of each report contain a compact literal; `passages` are those that contain it."""
        return self._memory.get(("/", literal, whole), lambda: (self.by_report(passages),))[0]

    def term_counts(self, term: str) -> Counts:
        """The passages that contain a term, with counts. A term has no positions, only a flag that it starts one."""
        return self._memory.get(f"#{term}", lambda: self._count_term(term))

    def _count_term(self, term: str) -> Counts:
        row = self.vocabulary.find(term)
        start, end = (0, 0) if row is None else self._arrays.large("term.at").part(row, row + 2).tolist()
        return self._stored_counts("term", start, end)

    def under(self, *values: str) -> Mask:
        """A mask of the passages under a heading that contains one of the compact `values`."""
        return self._memory.get(("under", *values), lambda: (self._under(values),))[0]

    def _under(self, values: Iterable[str]) -> Mask:
        holding: Mask = np.logical_or.reduce([self.strings.containing(value) for value in values])
        return holding[self.section]

    def headings_of_length(self, characters: int) -> npt.NDArray[np.intp]:
        """The headings with exactly this number of characters, ascending."""
        headings, lengths = self._headings
        found: npt.NDArray[np.intp] = headings[lengths == characters]
        return found

    def defining(self, term: str) -> npt.NDArray[np.intp]:
        """The passages that define a compact term, ascending."""
        passages, row = self._glossary, self.strings.find(term)
        defining: npt.NDArray[np.intp] = passages[:0] if row is None else passages[self.term[passages] == row]
        return defining

    @cached_property
    def _headings(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
        """The headings, and the number of characters of each."""
        headings = np.flatnonzero(self.kind == KINDS.index("heading"))
        return headings, self.length[headings]

    @cached_property
    def _glossary(self) -> npt.NDArray[np.intp]:
        return np.flatnonzero(self.kind == KINDS.index("glossary"))

    def defined_in(self, typed: Iterable[str]) -> npt.NDArray[np.intp]:
        """The passages that define a glossary term contained in one of the compact texts, ascending."""
        longest = self._longest_term
        parts = {text[i:j] for text in typed for i in range(len(text)) for j in range(i + 1, i + 1 + longest)}
        return np.array(sorted(chain(*(self._definitions[part] for part in parts & self._definitions.keys()))), np.intp)

    @cached_property
    def _longest_term(self) -> int:
        return max(map(len, self._definitions), default=0)

    @cached_property
    def _definitions(self) -> dict[str, list[int]]:
        """Compact glossary term → the passages that define it."""
        found: dict[str, list[int]] = {}
        for passage in self._glossary.tolist():
            found.setdefault(self.strings[int(self.term[passage])], []).append(passage)
        found.pop("", None)
        return found

    @cached_property
    def vocabulary(self) -> Strings:
        return Strings(self._arrays, "vocabulary")

    def holding(self, live: Mask | None) -> Ints:
        """For each term of the vocabulary, the number of `live` passages that contain it; None: all are live."""
        at = self._arrays["term.at"].astype(np.int64)
        if live is None:
            return np.diff(at)
        few = (
            live if 2 * np.count_nonzero(live) < len(live) else ~live
        )  # whichever is fewer: the deleted or the live passages
        rows = np.searchsorted(at, np.flatnonzero(few[self._arrays["term.passages"]]), side="right") - 1
        held = np.bincount(rows, minlength=len(at) - 1)
        return held if few is live else np.diff(at) - held

    def term_times(self, passages: Rows) -> Ints:
        """For each term of the vocabulary, how often it occurs in these passages."""
        among = np.zeros(self.passages, np.bool_)
        among[passages] = True
        times = np.where(among[self._arrays["term.passages"]], self._arrays["term.times"], 0)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(times, dtype=np.int64)])
        return np.diff(before[self._arrays["term.at"].astype(np.intp)])

    def _cuts(self, start: int, end: int) -> Mask:
        """For each position from `start` to `end`, whether a word starts or ends there."""
        low = start >> 3
        bits = np.unpackbits(self._arrays.large("cut").part(low, (end + 7) >> 3))
        return bits[start - 8 * low : end - 8 * low].astype(np.bool_)

    def phrases(self, live: Mask | None, without: Collection[str], together: int = TOGETHER_TEXT) -> Iterator[Phrases]:
        """The phrases of some of the `live` passages at a time, about `together` characters; None: all are live."""
        for low, passages in self._groups(live, together):
            found = phrases_of(passages, without)
            yield found._replace(start=(found.start + low).astype(self.start.dtype))

    def sentences_of(self, keys: Keys, without: Collection[str]) -> Iterator[tuple[Ints, Ints]]:
        """The sentences that have words and phrases with these ascending keys: the row in `keys`, the sentence."""
        starts = self.units["sentence"].start.astype(np.int64)
        for low, passages in self._groups(None, TOGETHER_TEXT):
            rows, at = occurrences_of(passages, keys, without)
            yield rows, starts.searchsorted(at + low, side="right") - 1

    def _groups(self, live: Mask | None, together: int) -> Iterator[tuple[int, Passages]]:
        """Some passages at a time, and the position of the first."""
        start = self.start.astype(np.int64)
        live = np.ones(self.passages, np.bool_) if live is None else live
        groups = np.flatnonzero(np.diff(start[:-1] // together, prepend=-1, append=-1))
        for first, last in zip(groups.tolist(), groups[1:].tolist(), strict=False):
            low, high = int(start[first]), int(start[last])
            codes = self._text.code_points(low, high)
            yield low, Passages(codes, self._cuts(low, high), start[first:last] - low, live[first:last])

    def characters(self, start: int, end: int) -> str:
        """The characters of the whole text from a position to another."""
        return self._text.passage(start, end)

    def holding_phrases(self, phrases: Sequence[str], live: Mask | None, without: Collection[str]) -> Ints:
        """For each of the phrases the number of `live` passages with it, as `phrases` counts them.

        `is_possible` must hold for each.
        """
        counts = np.zeros(len(phrases), np.int64)
        for first in range(0, len(phrases), TOGETHER_PHRASES):
            some = phrases[first : first + TOGETHER_PHRASES]
            owner, at = self._text.occurrences_of_all(some)
            good = self._are_phrases(some, owner, at, without)
            pairs = np.unique(owner[good] << 32 | self.units["passage"].at(at[good]))
            if live is not None:
                pairs = pairs[live[pairs & 0xFFFFFFFF]]
            counts[first : first + len(some)] = np.bincount(pairs >> 32, minlength=len(some))
        return counts

    def _are_phrases(self, texts: Sequence[str], owner: Ints, at: Ints, without: Collection[str]) -> Mask:
        """For each place `at` of a text, whether the text is cut there as a phrase is."""
        lengths = np.array(list(map(len, texts)), np.int64)[owner]
        cuts = self._arrays.large("cut").around(at >> 3, after=2)
        cut = np.zeros(len(at), np.int64)
        for i in range(lengths.max(initial=-1) + 1):
            place = at + i
            bit = cuts.take(place >> 3, mode="clip") >> (7 - (place & 7)).astype(np.uint8) & 1
            cut |= np.where(i <= lengths, bit.astype(np.int64) << i, 0)
        ways, rows = np.unique(owner << 32 | cut, return_inverse=True)
        good = [_is_phrase(texts[way >> 32], way & 0xFFFFFFFF, without) for way in ways.tolist()]
        return np.array(good, np.bool_)[rows]

    def entry(self, document: int) -> Entry:
        """The entry of a document, rebuilt. The order of its terms is lost."""
        report = int(np.searchsorted(self.report_documents, document, side="right")) - 1
        passage = document - report - 1
        if document == self.report_documents[report]:
            return self._report_entry(report)
        start = int(self.start[passage])
        sentences = self.units["sentence"].start
        low, high = np.searchsorted(sentences, self.start[passage : passage + 2])
        return PassageEntry(
            self.passage_id(passage),
            KINDS[self.kind[passage]],
            self.strings[int(self.section[passage])],
            self.strings[int(self.term[passage])],
            self.text(passage),
            tuple((sentences[low:high] - start).tolist()),
            self._terms_of(passage),
            self._values_of(passage),
            tuple(np.flatnonzero(self._cuts(start, int(self.start[passage + 1]))).tolist()),
        )

    def _report_entry(self, report: int) -> ReportEntry:
        rows = self._arrays["report.strings"].reshape(-1, self.reports)[:, report].tolist()
        texts = [self.strings[row] for row in rows]
        return ReportEntry(texts[0], int(self.year[report]), *texts[1:])

    def _terms_of(self, passage: int) -> tuple[str, ...]:
        low = passage - passage % self._together
        held = self._terms
        if held is None or held[0] != low:
            self._terms = held = low, *self._by_passage(low)
        _, strings, terms, at = held
        start, end = at[passage - low : passage - low + 2].tolist()
        return tuple(map(strings.__getitem__, terms[start:end].tolist()))

    def _by_passage(self, low: int) -> tuple[list[str], Array, Array]:
        """Terms of the passages read together from `low`: distinct terms, the term of each token, passage starts."""
        end = low + self._together
        passages, counts = self._arrays["term.passages"], self._arrays["term.times"]
        pieces = ((at, passages[at : at + self._scanned]) for at in range(0, len(passages), self._scanned))
        found = [np.flatnonzero((piece >= low) & (piece < end)) + at for at, piece in pieces]
        rows = np.concatenate([np.empty(0, np.intp), *found])
        rows = rows[np.argsort(passages[rows], kind="stable")]
        rows = np.repeat(rows, counts[rows])
        terms, tokens = np.unique(np.searchsorted(self._arrays["term.at"], rows, side="right") - 1, return_inverse=True)
        strings = [self.vocabulary[term] for term in terms.tolist()]
        return strings, tokens.ravel(), np.searchsorted(passages[rows], np.arange(low, end + 1))

    def _values_of(self, passage: int) -> tuple[Value, ...]:
        first = int(self.start[passage])
        low, high = np.searchsorted(self._arrays["value.at"], self.start[passage : passage + 2]).tolist()
        at = self._arrays["value.at"][low:high].tolist()
        rows = zip(
            at, *(self._arrays[f"value.{name}"][low:high].tolist() for name in ("end", "number", "unit")), strict=True
        )
        return tuple(Value(start - first, end - first, number, self.strings[unit]) for start, end, number, unit in rows)

    def values_between(self, low: float | None, high: float | None, unit: str) -> tuple[Positions, Positions]:
        """First and last global positions of the values in an inclusive range; unit "" means any unit."""
        number = self._arrays["value.number"]
        mask: Mask = np.ones(len(number), np.bool_)
        if unit:
            row = self.strings.find(unit)
            mask &= np.bool_(False) if row is None else self._arrays["value.unit"] == row
        if low is not None:
            mask &= number >= low
        if high is not None:
            mask &= number <= high
        return self._arrays["value.at"][mask], self._arrays["value.end"][mask] - 1

    @cached_property
    def report_documents(self) -> npt.NDArray[np.int64]:
        """The document number of each report; the documents of its passages follow it."""
        return self.first[:-1].astype(np.int64) + np.arange(self.reports)

    def document(self, passage: int) -> int:
        """The document number of a passage."""
        return passage + int(self.first.searchsorted(passage, side="right"))

    def documents(self, report: int) -> range:
        """The document numbers of a report and its passages."""
        first = int(self.first[report]) + report
        return range(first, int(self.first[report + 1]) + report + 1)


def _is_phrase(text: str, cut: int, without: Collection[str]) -> bool:
    """Whether a text is a phrase if the bits of `cut` say where it is cut, the lowest before its first character."""
    if not (cut & 1 and cut >> len(text)):
        return False
    words = words_between(text, [cut >> i & 1 for i in range(len(text) + 1)])
    return 2 <= len(words) <= MOST_WORDS and not any(word in without for word in words)
