"""What is new in the index comes first, however old the report is, and nothing is new twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deqing_search.engine.base import AnalysedReport
from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.search.additions import Seen, additions, since
from deqing_search.store.permalinks import PermalinkStore
from tests.brute_engine import BruteEngine
from tests.small import report


class Index(NamedTuple):
    engine: BruteEngine
    store: PermalinkStore

    def add(self, *reports: AnalysedReport) -> None:
        self.engine.write(list(self.store.recorded(reports)))

    def ids(self, typed: str | None = None, filters: Filters = Filters()) -> list[str]:  # noqa: B008 - immutable
        return [one.passage.id for one in additions(self.engine, self.store, typed, filters)]

    def news(self, seen: Seen | None) -> tuple[list[str] | None, Seen]:
        shown, now = since(self.engine, self.store, seen)
        if shown is None:
            return None, now
        return [one.passage.id for one in additions(self.engine, self.store, "增长", among=shown)], now


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(BruteEngine(), PermalinkStore(tmp_path))


def of_year(year: int, *texts: str, name: str = "r") -> AnalysedReport:
    return report(f"{name}{year}", f"{year}年德清县政府工作报告", "政府工作报告", year, list(texts))


def growing(count: int) -> Iterator[str]:
    return (f"第{n}项收入增长。" for n in range(count))


def test_an_old_report_that_was_indexed_last_comes_before_hundreds_of_new_ones(index):
    index.add(*(of_year(year, *growing(60)) for year in (2022, 2024, 2023)))
    index.add(of_year(2003, "一、回顾", "农民收入增长。"))
    ids = index.ids("增长")
    assert ids[0] == "r2003-2"
    assert ids[1:] == [f"r{year}-{n}" for year in (2024, 2023, 2022) for n in range(1, 61)]
    assert index.ids() == ["r2003-1", *ids]


def test_additions_obey_the_filters(index):
    index.add(of_year(2003, "农民收入增长。"), of_year(2024, "农民收入增长。", "财政收入持平。"))
    assert index.ids("增长", Filters(Years(2024, 2024))) == ["r2024-1"]
    assert index.ids(None, Filters(Years(2024, 2024))) == ["r2024-1", "r2024-2"]
    assert index.ids("无此词") == []


def test_a_passage_that_was_added_to_an_old_report_is_new_and_the_others_are_not(index):
    index.add(of_year(2003, *growing(3)))
    index.add(of_year(2024, *growing(3)))
    index.add(of_year(2003, *growing(4)))
    assert index.ids("增长") == ["r2003-4", "r2024-1", "r2024-2", "r2024-3", "r2003-1", "r2003-2", "r2003-3"]


def test_the_first_look_has_nothing_to_compare_with_and_the_next_shows_what_came_since(index):
    index.add(of_year(2024, "收入增长。"))
    nothing, seen = index.news(None)
    assert nothing is None
    assert index.news(seen) == ([], seen)
    index.add(of_year(2003, "收入增长。"))
    index.add(of_year(2004, "收入增长。"))
    news, later = index.news(seen)
    assert news == ["r2004-1", "r2003-1"]
    assert index.news(later) == ([], later)


def test_news_of_an_index_that_was_empty_are_all_it_has(index):
    nothing, seen = index.news(None)
    assert nothing is None
    index.add(of_year(2024, "收入增长。"))
    assert index.news(seen)[0] == ["r2024-1"]


def test_what_was_recorded_but_not_yet_committed_is_shown_when_it_can_be_seen(index):
    index.add(of_year(2024, "收入增长。"))
    _, seen = index.news(None)
    waiting = list(index.store.recorded([of_year(2003, "收入增长。")]))
    news, seen = index.news(seen)
    assert news == []
    index.add(of_year(2004, "收入增长。"))
    news, seen = index.news(seen)
    assert news == ["r2004-1"]
    index.engine.write(waiting)
    news, seen = index.news(seen)
    assert news == ["r2003-1"]
    assert index.news(seen)[0] == []


def test_what_the_first_look_could_not_see_yet_is_new_at_the_next(index):
    index.add(of_year(2024, "收入增长。"))
    waiting = list(index.store.recorded([of_year(2003, "收入增长。")]))
    _, seen = index.news(None)
    index.engine.write(waiting)
    assert index.news(seen)[0] == ["r2003-1"]


def test_another_index_has_nothing_to_compare_with(index):
    index.add(of_year(2024, "收入增长。"))
    nothing, _ = index.news(Seen("2001-01-01T00:00:00+00:00"))
    assert nothing is None
