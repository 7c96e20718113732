"""Phrases are counted as a plain reading of the words counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.evaluation.snapshot import Snapshot
from deqing_search.engine.segment.array_file import map_arrays
from deqing_search.engine.segment.entries import Entry, PassageEntry, ReportEntry
from deqing_search.engine.segment.phrases import LONGEST, SHORTEST
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.language.analyzer import analyse
from tests.segment import write_segment

WITHOUT = {"的", "和"}
WORDS = st.sampled_from(["发展", "产业", "产", "业", "的", "和", "，", "5g", "高质量发展", "发"])
REPORTS = st.lists(st.lists(st.lists(WORDS, max_size=6), max_size=4), min_size=1, max_size=4)


def entry(name: str, words: list[str]) -> PassageEntry:
    ends = list(accumulate(map(len, words)))
    whole = [(end - len(word), end) for word, end in zip(words, ends, strict=True) if word != "，"]
    cuts = tuple(sorted({at for pair in whole for at in pair}))
    return PassageEntry(name, "paragraph", "", "", "".join(words), (0,), tuple(words), (), cuts)


def arrays_of(entries: Sequence[Entry]) -> SegmentArrays:
    with TemporaryDirectory() as folder:
        return SegmentArrays(map_arrays(write_segment(Path(folder), entries)))


def phrases_in(words: list[str]) -> set[str]:
    """Two or three words in a row, as a person reads them."""
    runs = (words[at : at + size] for size in (2, 3) for at in range(len(words) - size + 1))
    good = ("".join(run) for run in runs if not {"，", "5g", *WITHOUT} & {*run})
    return {text for text in good if SHORTEST <= len(text) <= LONGEST}


@settings(max_examples=100, deadline=None)
@given(segments=st.lists(REPORTS, min_size=1, max_size=3), deleted=st.integers(0, 3), least=st.integers(1, 3))
def test_phrases_are_counted_as_a_plain_reading_counts_them(segments, deleted, least) -> None:
    parts, counts, others = [], Counter(), {"没有"}
    for number, reports in enumerate(segments):
        entries = []
        for report, passages in enumerate(reports):
            entries.append(ReportEntry(f"{number}-{report}", 0, *[""] * 6))
            entries += [entry(f"{number}-{report}-{n}", words) for n, words in enumerate(passages)]
            others.update("".join(words[at : at + size]) for words in passages for size in (1, 2, 3) for at in range(3))
            if report != deleted:
                counts.update(text for words in passages for text in phrases_in(words))
        parts.append((arrays_of(entries), (deleted,) if deleted < len(reports) else ()))
    snapshot = Snapshot(parts)
    assert snapshot.phrases(least, WITHOUT) == {text: n for text, n in counts.items() if n >= least}
    assert snapshot.holding_phrases({*counts, *others} - {""}, WITHOUT) == counts


def test_phrases_do_not_depend_on_how_much_is_read_at_a_time() -> None:
    entries = [ReportEntry("r", 0, *[""] * 6), *(entry(f"{n}", ["发展", "产业", "发"][: n % 4]) for n in range(40))]
    arrays = arrays_of(entries)
    every = [sum(part.passages.sum() for part in arrays.phrases(None, (), together)) for together in (1, 7, 1 << 20)]
    assert every == [20 + 10 + 10] * 3  # 发展产业 in 20; 产业发 and 发展产业发 in 10


def test_the_words_of_a_passage_survive_a_merge() -> None:
    analysed = analyse("发展 C 2 B 产业，5G 和新 能源。")
    assert [analysed.compact[start:end] for start, end in zip(analysed.cuts, analysed.cuts[1:], strict=False)] == [
        "发展", "c", "2", "b", "产业", ",", "5g", "和", "新能源"
    ]  # fmt: skip
    entries = [ReportEntry("r", 0, *[""] * 6)]
    entries += [PassageEntry(f"{n}", "paragraph", "", "", *analysed[:1], (0,), (), (), analysed.cuts) for n in range(9)]
    arrays = arrays_of(entries)
    assert [arrays.entry(n).cuts for n in range(1, 10)] == [analysed.cuts] * 9
    assert np.all(np.diff(analysed.cuts) > 0)
