"""Damaged bytes in any file of an index never change an answer silently, and never end in a traceback."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.errors import DeqingError
from deqing_search.search import searcher
from deqing_search.store.permalinks import PermalinkStore
from tests.chaos.damage import damage
from tests.chaos.seeds import random_numbers
from tests.site import seeds_index

QUERIES = (
    "地理信息",
    "增长11.8%",
    "德清 -规划",
    "数值:>=10%",
    "标题:规划 人才",
    "发展 NEAR/10 改革",
    "同句:(建设 发展)",
    "的",
)
UNHARMED = ("suggestions.txt", "write.lock")  # answers do not need them

Answers = dict[str, object]


def answers(index: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Questions to an index that is opened anew, each with its name."""
    viewer, store = indexing.open_index(index), PermalinkStore(index)
    for typed in QUERIES:
        yield typed, lambda typed=typed: found(searcher.search(viewer, searcher.SearchRequest(typed, mode="exact")))
    yield "words", lambda: found(searcher.search(viewer, searcher.SearchRequest("怎样发展地理信息产业", mode="words")))
    yield "reports", lambda: [viewer.view().report(card.id) for card in viewer.view().cards()]
    for report in viewer.view().cards()[:2]:
        first = viewer.view().report(report.id).passages[0].id
        yield first, lambda first=first: (store.former(first), viewer.view().passage(first))
    yield "completions", lambda: searcher.suggest(viewer, "dlxx", 5)


def found(results: searcher.Results) -> object:
    return results.total, results.occurrences, [(hit.passage, hit.marks, hit.snippet) for hit in results.hits]


def answers_of(index: Path) -> Answers:
    """The answer to each question, or the error that users see; any other exception fails the test."""
    said: Answers = {}
    try:
        for name, ask in answers(index):
            try:
                said[name] = ask()
            except DeqingError as error:
                said[name] = error
    except DeqingError as error:
        said["the index"] = error
    return said


def harmed(index: Path, times: int) -> Counter[str]:
    """Damage a random file, ask, repair, and so on; returns how often each outcome occurred."""
    whole, chance, outcomes = answers_of(index), random_numbers(), Counter[str]()
    assert not any(isinstance(answer, DeqingError) for answer in whole.values())
    files = [file for file in sorted(index.rglob("*")) if file.is_file() and file.stat().st_size]
    assert len(files) >= 5
    assert times
    for _ in range(times):
        done = damage(chance.choice(files), chance)
        print(done.file.name, done.kind, done.at)
        now = answers_of(index)
        assert now
        errors = [answer for answer in now.values() if isinstance(answer, DeqingError)]
        for name, answer in now.items():
            same = isinstance(answer, DeqingError) or answer == whole[name]
            assert same or (name == "completions" and done.file.name in UNHARMED and answer == []), name
        assert not (errors and done.file.name in UNHARMED)
        assert not [error for error in errors if "命令" not in str(error.hint) and "search-cli" not in str(error.hint)]
        outcomes["error" if errors else "equal"] += 1
        done.undo()
    assert answers_of(index) == whole
    print(dict(outcomes))
    return outcomes


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeds_index(), tmp_path / "index"))


@pytest.mark.bounded
def test_some_damages_are_noticed_or_harmless(index: Path) -> None:
    outcomes = harmed(index, 60)
    assert outcomes.total() == 60
    assert outcomes["error"]


@pytest.mark.slow
def test_two_thousand_damages_are_noticed_or_harmless(index: Path) -> None:
    outcomes = harmed(index, 2000)
    assert outcomes.total() == 2000
    assert outcomes["error"]
