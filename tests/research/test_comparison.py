"""Two reports side by side: every passage of both stands in one row, and a report equals itself."""

from __future__ import annotations

import pytest

from deqing_search.research.comparison import compare
from tests.seeds import SEEDS, passages_of


@pytest.mark.parametrize("name", SEEDS)
def test_a_report_against_itself_has_no_difference(name: str) -> None:
    rows = compare(passages_of(name), passages_of(name))
    assert [row.before for row in rows] == [row.after for row in rows] == [*passages_of(name)]
    assert {(row.status, row.pieces) for row in rows} == {("same", ())}


def test_every_passage_of_both_reports_stands_in_one_row() -> None:
    old, new = passages_of(SEEDS[0]), passages_of(SEEDS[3])
    rows = compare(old, new)
    assert [row.after for row in rows if row.after] == [*new]
    assert sorted(row.before.ordinal for row in rows if row.before) == [one.ordinal for one in old]
