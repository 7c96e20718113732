"""Figures of rows of tables: the head gives the year and the role, the row the name and the unit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from deqing_search.research.figures import Figure, find_figures
from tests.research.city_index import city_index

TABLE = """# 甲市2024年政府工作报告

## 附表 主要指标

| 指标 | 单位 | 2023年实际 | 2024年目标 | 2025年目标 |
| --- | --- | --- | --- | --- |
| 地区生产总值 | 亿元 | 1,234.5 | 1300左右 | |
| 其中：规模以上工业增加值增速 | % | 5.2 | 6以上 | ≥7 |
| 一般公共预算收入（亿元） | | 98.6 | 100-105 | |
| 城镇登记失业率 | % | 2.8 | 4以内 | 4.5 |
| 单位GDP能耗降低率 | % | -3.1 | 完成省下达任务 | |
| 第三产业增加值占地区生产总值比重 | % | 51 | 52 | 53 |
| 人均地区生产总值 | 元 | 88000 | 90000 | |

| 指标 | 2023年（亿元） | 增长（%） | 2023年增长（%） |
| --- | --- | --- | --- |
| 固定资产投资 | 500.5 | 8.1 | 8.2 |
| 城乡居民人均可支配收入 | 4 | 5 | 6 |
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    engine = city_index(tmp_path_factory.mktemp("table"), {2024: TABLE})
    names = ("GDP", "规上工业增加值", "一般公共预算收入", "城镇登记失业率", "单位GDP能耗", "人均GDP", "固定资产投资")
    return {name: shown(find_figures(engine, name).figures) for name in (*names, "城镇居民人均可支配收入")}


def shown(figures: Sequence[Figure]) -> list[tuple[object, ...]]:
    return [(one.of_year, one.role, one.relation, one.low, one.high, one.unit, one.bound) for one in figures]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "GDP",
            [
                (2023, "outcome", "level", 123450000000.0, 123450000000.0, "元", "exactly"),
                (2024, "target", "level", 130000000000.0, 130000000000.0, "元", "about"),
            ],
        ),
        (
            "规上工业增加值",
            [
                (2023, "outcome", "growth", 5.2, 5.2, "%", "exactly"),
                (2024, "target", "growth", 6.0, 6.0, "%", "at least"),
                (2025, "plan", "growth", 7.0, 7.0, "%", "at least"),
            ],
        ),
        (
            "一般公共预算收入",
            [
                (2023, "outcome", "level", 9860000000.0, 9860000000.0, "元", "exactly"),
                (2024, "target", "level", 10000000000.0, 10500000000.0, "元", "exactly"),
            ],
        ),
        (
            "城镇登记失业率",
            [
                (2023, "outcome", "level", 2.8, 2.8, "%", "exactly"),
                (2024, "target", "level", 4.0, 4.0, "%", "at most"),
                (2025, "plan", "level", 4.5, 4.5, "%", "exactly"),
            ],
        ),
        (
            "人均GDP",
            [
                (2023, "outcome", "level", 88000.0, 88000.0, "元", "exactly"),
                (2024, "target", "level", 90000.0, 90000.0, "元", "exactly"),
            ],
        ),
        (
            "固定资产投资",
            [
                (2023, "outcome", "level", 50050000000.0, 50050000000.0, "元", "exactly"),
                (2023, "outcome", "growth", 8.2, 8.2, "%", "exactly"),
            ],
        ),
        ("城镇居民人均可支配收入", []),
        ("单位GDP能耗", []),
    ],
)
def test_a_row_gives_the_values_below_heads_with_a_year(
    found: dict[str, list[tuple[object, ...]]], name: str, expected: list[tuple[object, ...]]
) -> None:
    assert found[name] == expected


def test_the_marks_are_the_name_and_the_value(tmp_path: Path) -> None:
    engine = city_index(tmp_path, {2024: TABLE})
    (_, aim) = find_figures(engine, "GDP").figures
    passage = engine.view().passage(aim.passage)
    assert passage is not None
    assert [passage.text[start:end] for start, end in aim.marks] == ["地区生产总值", "1300左右"]
    assert aim.text == passage.text
