"""The table of indicators."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deqing_search.language.folding import compact_text
from deqing_search.research.indicators import OTHER, indicator_named, indicators, names, needles, rows

SENTENCES = Path(__file__).parents[2] / "bench" / "data" / "figure-sentences.tsv"


def test_looking_for_first_characters_loses_no_name() -> None:
    plain = re.compile("|".join(f"(?:{row.pattern})" for row in rows()))
    texts = [compact_text(line) for line in SENTENCES.read_text("utf-8").splitlines()]
    found = [(text, [(one.start, one.end) for one in names(text)]) for text in texts]
    assert sum(len(spans) for _, spans in found) > 1000
    assert all(spans == [one.span() for one in plain.finditer(text)] for text, spans in found)


def test_every_name_has_one_of_its_needles() -> None:
    texts = [compact_text(line) for line in SENTENCES.read_text("utf-8").splitlines()]
    found = [
        (any(needle in text for needle in needles(indicator)), indicator, text[one.start : one.end])
        for text in texts
        for one in names(text)
        for indicator in set(one.indicators) - {OTHER}
    ]
    assert len(found) > 1000
    assert [(indicator, name) for has_one, indicator, name in found if not has_one] == []


@pytest.mark.parametrize("name", indicators())
def test_an_indicator_is_found_by_its_own_name(name: str) -> None:
    assert indicator_named(name) == name
