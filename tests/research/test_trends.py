"""Several trends at once count what each counts alone, and what a reading of every passage counts."""

from __future__ import annotations

from collections import Counter

import pytest

from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.research.trends import MOST, trend, trends
from deqing_search.search.searcher import all_passages
from tests.site import seeds_engine


def test_several_trends_count_what_each_counts_alone_and_what_a_reading_counts() -> None:
    engine, words = seeds_engine(), ("发展", "地理信息", "德清")
    found = trends(engine, words)
    assert len(found) == len(words)
    for word, (_, one) in zip(words, found, strict=True):
        assert one == trend(engine, word)
        read: Counter[int | None] = Counter()
        for passage, card in all_passages(engine):
            read[card.meta.year] += compact_text(passage.text).count(word)
        assert one.total.occurrences > 0
        assert {year.year: year.occurrences for year in (*one.years, one.undated) if year.occurrences} == +read


def test_more_trends_than_a_reader_can_tell_apart_are_refused() -> None:
    with pytest.raises(UsageError):
        trends(seeds_engine(), ["发展"] * (MOST + 1))
