"""A segment is the same however many batches it was built of, and building it takes no more memory the longer it is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.segment import bigrams, temporary, writer
from deqing_search.engine.segment.array_file import ArrayWriter
from deqing_search.engine.segment.reader import KINDS, Entry, PassageEntry, ReportEntry
from deqing_search.engine.segment.temporary import TemporaryArrays
from deqing_search.engine.segment.writer import SegmentBuilder
from deqing_search.report import Value

TEXT = st.text("ab德清、\x00\ud800\U0010ffff", max_size=12)
WHOLE = 1 << 22


def written(place: Path, entries: Iterable[Entry]) -> Path:
    path = place / "segment.arr"
    with TemporaryArrays(place) as aside:
        segment = SegmentBuilder(aside)
        for entry in entries:
            segment.add(entry)
        out = ArrayWriter(path.open("wb"))
        segment.write(out)
        out.close()
    return path


def report(id_: str, year: int) -> ReportEntry:
    return ReportEntry(id_, year, "报告", "德清县", id_, "报告", "德清县", "标题")


PASSAGE = st.builds(
    PassageEntry,
    id=st.text("abc", min_size=1, max_size=9),
    kind=st.sampled_from(KINDS),
    section=TEXT,
    term=TEXT,
    compact=TEXT,
    sentences=st.lists(st.integers(0, 12), max_size=3, unique=True).map(lambda at: tuple(sorted(at))),
    terms=st.lists(TEXT.filter(bool), max_size=9).map(tuple),
    values=st.lists(st.builds(Value, st.just(0), st.just(1), st.floats(0, 9), st.sampled_from(["", "元"]))).map(tuple),
)
ENTRIES = st.lists(st.builds(report, TEXT, st.integers(0, 2100)) | PASSAGE, max_size=12)


@settings(max_examples=150, deadline=None)
@given(entries=ENTRIES, size=st.integers(1, 40), frequent=st.integers(1, 9))
def test_batches_of_any_size_give_the_same_segment_byte_for_byte(
    entries: list[Entry], size: int, frequent: int
) -> None:
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bigrams, "FREQUENT", frequent)
        patch.setattr(writer, "BATCH", WHOLE)
        whole = written(Path(place), entries).read_bytes()
        patch.setattr(writer, "BATCH", size)
        assert written(Path(place), entries).read_bytes() == whole


def test_memory_does_not_grow_with_the_text_of_a_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held of a passage is a small part of its 300 characters and 299 terms, four bytes each."""
    monkeypatch.setattr(writer, "BATCH", 1 << 14)
    monkeypatch.setattr(temporary, "_SMALL", 1)
    few, many = peak(tmp_path, 300), peak(tmp_path, 1200)
    assert many - few < 900 * 400


def peak(place: Path, passages: int) -> int:
    """Bytes in use at most while so many passages of 300 characters are written."""
    tracemalloc.start()
    try:
        written(place, (passage(number) for number in range(passages)))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def passage(number: int) -> PassageEntry:
    text = "".join(Random(number).choices("德清县地理信息产业高质量发展", k=300))  # noqa: S311 - no secret
    return PassageEntry(
        f"{number:08}", "paragraph", "总则", "", text, (0,), tuple(text[at : at + 2] for at in range(299))
    )
