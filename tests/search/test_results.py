"""Hits of one text are one on the page, and what differs in a number is not."""

from __future__ import annotations

import pytest

from deqing_search.search.searcher import SearchRequest, group_duplicates, search
from tests.brute_engine import BruteEngine
from tests.small import report


def test_hits_of_one_text_fold_into_the_first_and_none_is_lost():
    engine = BruteEngine()
    texts = [
        "[3]地理信息，增长8.5%。",
        "地理信息增长９.5%",
        "1.地理信息：增长８.5％",
        "地理信息增长8.5%，",
        "三地理信息增长8.5%",
    ]
    engine.write([report("r", "报告", "", 2024, texts)])
    results = search(engine, SearchRequest("地理信息"))
    folded = {
        group.hit.passage.ordinal: [hit.passage.ordinal for hit in group.duplicates]
        for group in group_duplicates(results.hits)
    }
    assert folded == {1: [3, 4], 2: [], 5: []}
    assert results.total == len(results.hits) == 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("增长5.1%，就业1.5万人。", "增长51%，就业15万人。"),
        ("增长5.1%。", "增长5.1‰。"),
        ("气温3℃。", "气温-3℃。"),
        ("比例1:60。", "比例160。"),
        ("得分≥90。", "得分≤90。"),
        ("投资$5亿。", "投资¥5亿。"),
        ("到2020、2021年。", "到20202021年。"),
    ],
)
def test_what_gives_another_number_is_never_folded(one: str, other: str) -> None:
    made = BruteEngine()
    made.write([report("r", "报告", "", 2024, [f"甲{one}", f"甲{other}"])])
    assert [group.duplicates for group in group_duplicates(search(made, SearchRequest("甲")).hits)] == [(), ()]
