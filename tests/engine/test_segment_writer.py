"""A segment is the same for every size of batch, and writing it takes the same memory for every size of segment."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.segment.entries import KINDS, Entry, PassageEntry, ReportEntry
from deqing_search.report import Value
from tests.segment import write_segment

TEXT = st.text("ab德清、\x00\ud800\U0010ffff", max_size=12)
WHOLE = 1 << 22


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
    cuts=st.sets(st.integers(0, 12), max_size=4).map(lambda at: tuple(sorted(at))),
)
ENTRIES = st.lists(st.builds(report, TEXT, st.integers(0, 2100)) | PASSAGE, max_size=12)


@settings(max_examples=80, deadline=None)
@given(entries=ENTRIES, size=st.integers(1, 40), frequent=st.integers(1, 9))
def test_batches_of_any_size_give_the_same_segment_byte_for_byte(
    entries: list[Entry], size: int, frequent: int
) -> None:
    with TemporaryDirectory() as place:
        whole = write_segment(Path(place), entries, batch=WHOLE, frequent=frequent).read_bytes()
        assert write_segment(Path(place), entries, batch=size, frequent=frequent).read_bytes() == whole


def test_memory_does_not_grow_with_the_text_of_a_segment(tmp_path: Path) -> None:
    """What stays in memory of a passage is a small part of its 300 characters and 299 terms, four bytes each."""
    few, many = peak(tmp_path, 300), peak(tmp_path, 1200)
    assert many - few < 900 * 400


def peak(place: Path, passages: int) -> int:
    """The most bytes in use while so many passages of 300 characters are written."""
    tracemalloc.start()
    try:
        write_segment(place, map(passage, range(passages)), batch=1 << 14, memory=1)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def passage(number: int) -> PassageEntry:
    text = "".join(Random(number).choices("德清县地理信息产业高质量发展", k=300))  # noqa: S311 - no secret
    return PassageEntry(
        f"{number:08}", "paragraph", "总则", "", text, (0,), tuple(text[at : at + 2] for at in range(299))
    )
