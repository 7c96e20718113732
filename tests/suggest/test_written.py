"""Suggestions are shown as the reports write them, not as they are folded."""

from __future__ import annotations

import pytest

from deqing_search.engine.base import Viewer
from deqing_search.search.searcher import SearchRequest, search, suggest
from tests.research.city_index import city_index

TEXT = """2021年某县政府工作报告

　　推进医疗保障全覆盖，人均GDP增长，借助数字经济。

　　实现城乡供水全覆 盖，人均GDP提高。

　　5G网络全复盖，人均gdp稳定。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    return city_index(tmp_path_factory.mktemp("reports"), {2021: TEXT}, place="某县")


@pytest.mark.parametrize(("typed", "shown"), [("全复", "全覆盖"), ("qfg", "全覆盖"), ("jiezhu", "借助")])
def test_a_completion_is_shown_as_most_passages_write_it(engine: Viewer, typed: str, shown: str) -> None:
    assert shown in [one.text for one in suggest(engine, typed)]


def test_a_correction_is_shown_as_the_reports_write_it(engine: Viewer) -> None:
    assert "全覆盖" in search(engine, SearchRequest("全富盖")).suggestions
