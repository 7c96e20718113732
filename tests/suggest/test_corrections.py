"""What is offered where a query finds nothing: each offer finds something, and is what its writer may have meant."""

from __future__ import annotations

import pytest

from deqing_search.engine.base import Viewer
from deqing_search.search.searcher import SearchRequest, search
from tests.research.city_index import city_index

TEXT = """2021年某县政府工作报告

　　编制“十四五”规划，深化“最多跑一次”改革，促进乡村振兴和共同富裕。

　　实现生产总值3500亿元，增长8%，财政收入1000亿元，加强信息安全。

　　坚持创新驱动，提升城镇和乡村治理，PM2.5浓度下降。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    return city_index(tmp_path_factory.mktemp("reports"), {2021: TEXT}, place="某县")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("十四五规划", ['"“十四五”规划"']),
        ("最多跑一次改革", ['"“最多跑一次”改革"']),
        ("最多跑一次改革 -规划局", ['"“最多跑一次”改革" -规划局']),
        ("乡村振兴、共同富裕", ["乡村振兴 共同富裕"]),
        ("乡村振兴+共同富裕", ["乡村振兴 共同富裕"]),
        ("数字经济或共同富裕", ["数字经济 OR 共同富裕"]),
        ("乡村振兴 数字经济或共同富裕", ["乡村振兴 (数字经济 OR 共同富裕)"]),
        ("数字经济 或 共同富裕 或 民宿", ["数字经济 OR 共同富裕 OR 民宿"]),
        ("乡村振兴 and 共同富裕", ["乡村振兴 AND 共同富裕"]),
        ("乡村振兴 不含 民宿", ["乡村振兴 NOT 民宿"]),
        ("生产总值 near/9 增长", ["生产总值 NEAR/9 增长"]),
        ("生产总值 NEAR9 增长", ["生产总值 NEAR/9 增长"]),
        ("【坚持创新】", ["坚持创新"]),
        ("1.坚持创新", ["坚持创新"]),
        ("PM2.5、坚持创新！", ["PM2.5 坚持创新"]),
        ("百分之八", ["8%"]),
        ("1,000亿元", ["1000亿元"]),
        ("資訊安全", ["信息安全"]),
        ("35000亿元", []),  # another number is no spelling of it
        ("3600亿元", []),
        ("〔2021〕8号", []),
        ("“乡村振兴、共同富裕”", []),  # a quotation is not corrected
        ("民宿、乡村振兴", []),  # the one is nowhere
    ],
)
def test_what_was_meant_is_offered_and_finds_something(engine: Viewer, typed: str, offered: list[str]) -> None:
    results = search(engine, SearchRequest(typed))
    assert results.total == 0
    assert list(results.suggestions)[:1] == offered
    assert all(search(engine, SearchRequest(text, mode="exact")).total for text in results.suggestions)
