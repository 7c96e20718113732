"""The ranking does not fall below what was measured on the seeds (docs/relevance.md); the floors leave some room."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The measuring program, the seeds' passages, and our ranking of them."""
    sys.path.insert(0, str(BENCH))
    try:
        import material
        import ranked
        import relevance
    finally:
        sys.path.remove(str(BENCH))
    reports = material.read_reports(relevance.SEEDS)
    found = list(material.items(reports))
    ranking = ranked.Ours(found, reports, tmp_path_factory.mktemp("ranked"))
    return relevance, found, reports, ranking


def test_judged_queries_are_answered_in_a_good_order(ours):
    relevance, found, _, ranking = ours
    wanted = relevance.judged(found)
    assert len(wanted) >= 80
    measured = relevance.measured(ranking, wanted)
    assert measured["nDCG@10"] >= 0.9
    assert measured["MRR"] >= 0.89


def test_each_judged_query_over_the_corpus_has_its_reason_and_no_text_of_it(ours):
    relevance, found, *_ = ours
    rows = json.loads((BENCH / "data" / "judged-corpus.json").read_text("utf-8"))
    assert len(rows) >= 30
    for row in rows:
        assert row["why"]
        assert {grade for *_, grade in row["grades"]} <= {1, 2, 3}
        assert all(re.fullmatch("[0-9a-f]{12}", digest) for _, digest, _ in row["grades"])
    assert relevance.judged_by_digest(found) == []  # the seeds are other reports


def test_known_items_are_found(ours):
    relevance, found, reports, ranking = ours
    definitions, headings, misspelt = relevance.sets(found, reports).values()
    assert relevance.measured(ranking, definitions)["top 3"] >= 0.95
    assert relevance.measured(ranking, headings)["top 3"] >= 0.95
    assert relevance.measured(ranking, misspelt)["MRR"] >= 0.9
