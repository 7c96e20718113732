"""Many items at once: in order, never far ahead of their taker, and none of them stops the rest."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from deqing_search.workers import AHEAD, MANY, each

NUMBERS = list(range(4 * MANY))

pytestmark = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor makes one process")


def halved(number: int) -> float:
    return number / 2


def halved_or_dead(number: int) -> float | str:
    """As memory that runs out does it: no exception, the process is gone."""
    if number in (5, 6, NUMBERS[-1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return number / 2


def noted(file: Path) -> int:
    file.touch()
    return os.getpid()


def told(number: int) -> str:
    return f"{number} is lost"


def test_what_comes_back_is_in_order() -> None:
    assert list(each(halved, NUMBERS, lost=halved)) == [number / 2 for number in NUMBERS]


def test_an_item_that_ends_its_process_is_told_and_the_others_go_on() -> None:
    expected = [told(number) if number in (5, 6, NUMBERS[-1]) else number / 2 for number in NUMBERS]
    assert list(each(halved_or_dead, NUMBERS, lost=told)) == expected


def test_nobody_runs_far_ahead_of_who_takes_the_results(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(4 * AHEAD)]
    results = each(noted, files, lost=lambda file: 0)
    assert next(results) != os.getpid()
    time.sleep(0.5)  # all of them could be done by now
    assert 1 <= len(list(tmp_path.iterdir())) <= AHEAD + 1
    results.close()


def test_few_items_need_no_process() -> None:
    assert set(each(lambda _: os.getpid(), NUMBERS[: MANY - 1], lost=lambda _: 0)) == {os.getpid()}
