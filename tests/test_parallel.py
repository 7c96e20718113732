"""Many items at once: in order, never far ahead of their taker, and none of them stops the rest."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from deqing_search import parallel
from deqing_search.parallel import AHEAD, MANY, map_in_processes

NUMBERS = list(range(4 * MANY))


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


def matched(text: str) -> bool:
    """No Python runs while this looks, for longer than the sun will shine, whether the long text matches."""
    return re.fullmatch("(a+)+b", text + "c") is not None


def busy(steps: int) -> int:
    for _ in range(steps):
        until = time.process_time() + 0.6
        while time.process_time() < until:
            pass
        parallel.restart_time_limit()
    return steps


def prepare() -> None:
    os.environ["PREPARED"] = "yes"


def prepared(_: int) -> bool:
    return "PREPARED" in os.environ


def told(number: int) -> str:
    return f"{number} is lost"


def test_what_comes_back_is_in_order() -> None:
    assert list(map_in_processes(halved, NUMBERS, on_lost=halved, time_limit=30)) == [number / 2 for number in NUMBERS]


def test_an_item_that_ends_its_process_is_told_and_the_others_go_on() -> None:
    expected = [told(number) if number in (5, 6, NUMBERS[-1]) else number / 2 for number in NUMBERS]
    assert list(map_in_processes(halved_or_dead, NUMBERS, on_lost=told, time_limit=30)) == expected


def test_nobody_runs_far_ahead_of_who_takes_the_results(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(4 * AHEAD)]
    results = map_in_processes(noted, files, on_lost=lambda file: 0, time_limit=30)
    assert next(results) != os.getpid()
    time.sleep(0.5)  # all of them could be done by now
    assert 1 <= len(list(tmp_path.iterdir())) <= AHEAD + 1
    results.close()


def test_one_item_alone_cannot_end_the_caller_either() -> None:
    assert list(map_in_processes(halved_or_dead, [5, 7], on_lost=told, time_limit=30)) == [told(5), 3.5]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_an_item_whose_time_is_up_is_told_even_inside_a_library() -> None:
    assert list(map_in_processes(matched, ["ab", "a" * 40], on_lost=len, time_limit=1)) == [False, 40]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_a_long_item_that_gets_on_may_go_on() -> None:
    assert list(map_in_processes(busy, [3], on_lost=lambda _: -1, time_limit=1)) == [3]


def test_what_a_long_preparation_is_worth_depends_on_how_many_there_are() -> None:
    few, many = (
        [*map_in_processes(prepared, NUMBERS[:count], warm_up=prepare, on_lost=bool, time_limit=30)]
        for count in (MANY - 1, MANY)
    )
    assert (set(few), set(many)) == ({False}, {True})
