"""Segments built by sorting equal their texts, whatever characters, batches and terms there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.evaluation.occurrences import wanted_by
from deqing_search.engine.evaluation.ranking import GROUP, top
from deqing_search.engine.evaluation.snapshot import Snapshot
from deqing_search.engine.segment.array_file import ArrayWriter, Strings, map_arrays
from deqing_search.engine.segment.counts import LEAD
from deqing_search.engine.segment.entries import Entry, PassageEntry, ReportEntry
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.segment.terms import MOST_COUNTED
from deqing_search.query.tree import And, Literal, Near, Not, Or, Within, Words
from deqing_search.text.offsets import Span
from tests.segment import write_segment

HOSTILE = st.text(st.sampled_from("ab德\x00\ud800\U0010ffff\U00020000"), max_size=8)
ANY = st.text(max_size=8) | HOSTILE
NOWHERE = Span(0, 0)


def built(folder: Path, reports: list[list[PassageEntry]], **sizes: int) -> SegmentArrays:
    """A segment of reports from 2016 on; `sizes` are those of `write_segment`."""
    return SegmentArrays(map_arrays(write_segment(folder, entries_of(reports), **sizes)))


def entries_of(reports: list[list[PassageEntry]]) -> Iterator[Entry]:
    for number, passages in enumerate(reports):
        yield ReportEntry(f"r{number}", 2016 + number, "报告", "", f"r{number}", "报告", "", "标题")
        yield from passages


def passage(compact: str, terms: tuple[str, ...] = (), name: str = "p", kind: str = "paragraph") -> PassageEntry:
    return PassageEntry(name, kind, "第一章\n总则", "词", compact, (0,), terms)


def around_the_opening(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The texts, some after a filler, so that they begin in the opening of a passage, at its end or after it."""
    return st.builds(lambda size, text: "文" * size + text, st.sampled_from([0, LEAD - 1, LEAD, LEAD + 1]), texts)


def all_occurrences(texts: list[str], literal: str) -> list[int]:
    at, found = 0, []
    for text in texts:
        found += [at + i for i in range(len(text)) if text.startswith(literal, i)]
        at += len(text) + 1
    return found


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(ANY, max_size=6), literal=ANY.filter(bool), limit=st.sampled_from([1, 3, 1 << 22]))
def test_the_occurrences_of_a_literal_are_those_in_the_texts(texts: list[str], literal: str, limit: int) -> None:
    with TemporaryDirectory() as place:
        arrays = built(Path(place), [[passage(text) for text in texts]], batch=limit, frequent=limit % 5)
        wanted = {text[a:b] for text in texts for a in range(len(text)) for b in range(a + 1, a + 4)}
        for each in {literal, *wanted}:
            assert arrays.occurrences(each).tolist() == all_occurrences(texts, each)
            counts = arrays.literal_counts(each)
            counted = {row: len(all_occurrences([text], each)) for row, text in enumerate(texts) if each in text}
            assert dict(zip(counts.passages.tolist(), counts.times.tolist(), strict=True)) == counted


@settings(max_examples=80, deadline=None)
@given(
    lists=st.lists(st.lists(st.text("ab德\ud800", min_size=1, max_size=2), max_size=8), max_size=5),
    limit=st.sampled_from([1, 1 << 22]),
)
def test_the_postings_of_a_term_count_it_in_each_passage(lists: list[list[str]], limit: int) -> None:
    with TemporaryDirectory() as place:
        arrays = built(Path(place), [[passage("文", tuple(terms)) for terms in lists]], batch=limit)
        for term in {*chain(*lists), "没有"}:
            passages, times, _ = arrays.term_counts(term)
            counted = {number: terms.count(term) for number, terms in enumerate(lists) if term in terms}
            assert dict(zip(passages.tolist(), times.tolist(), strict=True)) == counted


@settings(max_examples=80, deadline=None)
@given(
    texts=st.lists(st.tuples(ANY, st.lists(HOSTILE.filter(bool), max_size=4)), max_size=4),
    together=st.sampled_from([1, 2, 1 << 13]),
)
def test_an_entry_can_be_rebuilt_from_the_arrays(texts: list[tuple[str, list[str]]], together: int) -> None:
    with TemporaryDirectory() as place:
        entries = [
            PassageEntry(
                f"p{n}", "glossary", text[:2], text[:1], text, (0, *range(2, len(text), 3)), tuple(sorted(terms))
            )
            for n, (text, terms) in enumerate(texts)
        ]
        path = write_segment(Path(place), entries_of([entries[:2], [], entries[2:]]))
        arrays = SegmentArrays(map_arrays(path), together=together, scanned=together)
        documents = [arrays.entry(document) for report in range(3) for document in arrays.documents(report)]
        rebuilt = [entry for entry in documents if isinstance(entry, PassageEntry)]
        assert [entry.id for entry in documents if isinstance(entry, ReportEntry)] == ["r0", "r1", "r2"]
        assert [entry._replace(terms=tuple(sorted(entry.terms))) for entry in rebuilt] == entries


def test_a_term_too_frequent_to_count_is_still_found(tmp_path: Path) -> None:
    arrays = built(tmp_path, [[passage("文", ("词",) * 1000)]])
    assert [part.tolist() for part in arrays.term_counts("词")] == [[0], [MOST_COUNTED], [0]]


@given(
    texts=st.lists(around_the_opening(st.text("ab德c", max_size=9)), max_size=4),
    terms=st.lists(st.text("ab德", min_size=1), min_size=1, max_size=6),
)
@settings(max_examples=80, deadline=None)
def test_a_passage_opens_with_a_term_that_begins_early_in_it(texts: list[str], terms: list[str]) -> None:
    with TemporaryDirectory() as place:
        arrays = built(Path(place), [[passage(text, tuple(terms)) for text in texts]])
        for term in terms:
            leads = [any(text.startswith(term, at) for at in range(LEAD)) for text in texts]
            assert arrays.term_counts(term).stress.tolist() == leads


@settings(max_examples=80, deadline=None)
@given(texts=st.lists(around_the_opening(st.text("ab、", max_size=20)), max_size=4), frequent=st.booleans())
def test_what_only_stands_in_rows_is_known_whether_counted_beforehand_or_not(texts: list[str], frequent: bool) -> None:
    with TemporaryDirectory() as place:
        arrays = built(Path(place), [[passage(text) for text in texts]], frequent=1 if frequent else 1 << 14)
        for literal in ("a", "ab", "aba"):
            stress = [stress_of(text, literal) for text in texts if literal in text]
            assert arrays.literal_counts(literal).stress.tolist() == stress


def stress_of(text: str, literal: str) -> int:
    found = all_occurrences([text], literal)
    return (found[0] < LEAD) - all("、" in f" {text} "[at : at + len(literal) + 2] for at in found)


def test_more_characters_than_sixteen_bits_can_number_stay_distinct(tmp_path: Path) -> None:
    text = "".join(map(chr, range(0x10000, 0x10000 + 70_000)))
    arrays = built(tmp_path, [[passage(text), passage(text[::-1])]])
    assert arrays.occurrences(text[69_000:69_003]).tolist() == [69_000]
    assert arrays.occurrences(text[69_003:69_000:-1]).tolist() == [70_001 + 70_000 - 69_004]


def test_a_passage_is_found_by_its_id_in_any_order(tmp_path: Path) -> None:
    names = ["7k2m9qxa", "0", "德清", "zz", "0"]
    arrays = built(tmp_path, [[passage("文", name=name) for name in names]])
    assert [list(arrays.passage(name)) for name in ("德清", "0", "z", "zzz", "")] == [[2], [1, 4], [], [], []]


@given(strings=st.lists(ANY, max_size=6).map(sorted), part=ANY)
@settings(deadline=None)
def test_a_table_of_strings_finds_whole_rows_and_parts(strings: list[str], part: str) -> None:
    with TemporaryDirectory() as place:
        table = written(Path(place), strings)
        assert list(table) == strings
        assert table.containing(part).tolist() == [part in string for string in strings]
        assert table.find(part) == (strings.index(part) if part in strings else None)


@pytest.mark.parametrize("size", [0, 1, 150])
def test_many_rows_are_found_like_each_alone(tmp_path: Path, size: int) -> None:
    table = written(tmp_path, sorted(map(str, range(1, 2 * size, 2))))
    wanted = ["", *map(str, range(2 * size)), "～"]
    found = list(table.find_all(wanted))
    assert found == list(map(table.find, wanted))
    assert len([row for row in found if row is not None]) == size


def written(place: Path, strings: list[str]) -> Strings:
    out = ArrayWriter((place / "s").open("wb"))
    out.add_strings("t", strings)
    out.close()
    return Strings(map_arrays(place / "s"), "t")


@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99)), max_size=30, unique_by=lambda row: row[1]),
    count=st.integers(0, 40),
    group=st.sampled_from([1, 2, GROUP]),
)
def test_the_top_rows_are_the_first_of_the_sorted_rows(rows: list[tuple[int, int]], count: int, group: int) -> None:
    scores = np.array([score for score, _ in rows], np.float64)
    places = np.array([place for _, place in rows], np.int64)
    best = sorted(range(len(rows)), key=lambda i: (-rows[i][0], rows[i][1]))
    assert top(scores, places.__getitem__, count, group=group).tolist() == best[:count]
    assert top(None, places.__getitem__, count).tolist() == sorted(range(len(rows)), key=lambda i: rows[i][1])[:count]


def literal(text: str) -> Literal:
    return Literal(text, NOWHERE, compact=text)


def test_a_literal_is_wanted_under_an_even_number_of_nots() -> None:
    a, b, c, d = map(literal, "abcd")
    tree = And((a, Not(Or((b, Not(c)))), Near(a, d, 3), Within("report", Words(("w", "v"), NOWHERE))))
    assert wanted_by(tree)[:2] == ((a.needle, c.needle, d.needle), ("w", "v"))


def test_several_segments_answer_like_one_that_holds_the_same_texts(tmp_path: Path) -> None:
    from deqing_search.engine.base import Request

    texts = [["德清地理信息", "地理"], ["信息", "地理地理信息"], ["无"]]
    whole = Snapshot([(built(tmp_path, [[passage(text) for text in report] for report in texts]), ())])
    parts = []
    for number, report in enumerate(texts):
        (tmp_path / str(number)).mkdir()
        segments = built(tmp_path / str(number), [[]] * number + [[passage(text) for text in report]])
        parts.append((segments, range(number)))
    asked_for = Request(Or((literal("地理"), literal("信息"))))
    one, many = whole.evaluate(asked_for), Snapshot(parts).evaluate(asked_for)
    assert [hit.score for hit in one.page] == [hit.score for hit in many.page]
    assert [hit.handle for hit in one.page] == [hit.handle for hit in many.page]
    assert (one.total, one.occurrences, one.reports, one.facets) == (
        many.total,
        many.occurrences,
        many.reports,
        many.facets,
    )
    assert Counter(one.facets["year"]) == {"2016": 2, "2017": 2}


def test_a_handle_of_no_passage_is_refused(tmp_path: Path) -> None:
    snapshot = Snapshot([(built(tmp_path, [[passage("文")]]), ())])
    assert snapshot.locate(0) == (0, 0)
    for handle in (-1, 1):
        with pytest.raises(IndexError):
            snapshot.locate(handle)
