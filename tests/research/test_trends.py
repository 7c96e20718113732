"""A trend counts what a reading of every passage counts."""

from __future__ import annotations

from collections import Counter

import pytest

from deqing_search.language.folding import compact_text
from deqing_search.research.trends import trend
from deqing_search.search.searcher import all_passages
from tests.site import seeds_engine


@pytest.mark.parametrize("word", ["发展", "地理信息", "德清"])
def test_a_trend_counts_what_a_reading_counts(word: str) -> None:
    engine = seeds_engine()
    found = trend(engine, word)
    read: Counter[int | None] = Counter()
    for passage, card in all_passages(engine):
        read[card.meta.year] += compact_text(passage.text).count(word)
    assert found.total.occurrences > 0
    assert {year.year: year.occurrences for year in (*found.years, found.undated) if year.occurrences} == +read
