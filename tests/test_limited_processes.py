"""Many items in other processes: in order, never far ahead of the consumer, each within its limits."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from deqing_search import limited_processes
from deqing_search.config import FileLimits
from deqing_search.limited_processes import AHEAD, MANY, Loss, apply_in_new_process, map_in_processes
from tests.waiting import until

NUMBERS = list(range(4 * MANY))
ENOUGH = FileLimits(processor_seconds=30, seconds=60, memory=2**30, all_seconds=120)
ONE_SECOND = ENOUGH._replace(processor_seconds=1)
MEGABYTE = 2**20
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


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
        end = time.process_time() + 0.6
        while time.process_time() < end:
            pass
        limited_processes.restart_time_limit()
    return steps


def prepare() -> None:
    os.environ["PREPARED"] = "yes"


def prepared(_: int) -> bool:
    return "PREPARED" in os.environ


def lost(item: object, loss: Loss) -> str:
    return f"{item} is lost: {loss.value}"


def no_loss(item: object, loss: Loss) -> None:
    assert loss is Loss.CRASH


def no_result(item: object, loss: Loss) -> int:
    return -1


def filled(megabytes: int) -> int:
    return len(bytearray(megabytes * MEGABYTE)) // MEGABYTE


def waited(seconds: int) -> int:
    time.sleep(seconds)
    return seconds


def started_another(file: Path) -> None:
    """A program that is started, as LibreOffice is, writes its id into the file; both then wait for ever."""
    write = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
    subprocess.run([sys.executable, "-c", write, str(file)], check=True)  # noqa: S603


def left_behind(file: Path) -> None:
    """A program that is started writes a temporary file, says where, and this process is killed."""
    write = "import os, pathlib, sys, tempfile; place = tempfile.mkdtemp(); pathlib.Path(place, 'x').touch(); "
    write += "pathlib.Path(sys.argv[1]).write_text(place)"
    subprocess.run([sys.executable, "-c", write, str(file)], check=True)  # noqa: S603
    os.kill(os.getpid(), signal.SIGKILL)


def number_in(file: Path) -> int:
    """The number that another process writes into the file."""
    assert until(lambda: file.exists() and file.read_text("ascii") != "")
    return int(file.read_text("ascii"))


def has_ended(process: int) -> bool:
    """Whether the process is gone, or only its parent has not asked how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_results_come_in_order() -> None:
    results = map_in_processes(halved, NUMBERS, on_lost=no_result, limits=ENOUGH)
    assert list(results) == [number / 2 for number in NUMBERS]


def test_nothing_in_gives_nothing_out() -> None:
    assert list(map_in_processes(halved, [], on_lost=no_result, limits=ENOUGH)) == []


def test_an_item_that_ends_its_process_is_lost_and_the_others_go_on() -> None:
    expected = [f"{number} is lost: crash" if number in (5, 6, NUMBERS[-1]) else number / 2 for number in NUMBERS]
    assert list(map_in_processes(halved_or_dead, NUMBERS, on_lost=lost, limits=ENOUGH)) == expected


def test_no_process_runs_far_ahead_of_a_slow_consumer(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(4 * AHEAD)]
    results = map_in_processes(noted, files, on_lost=no_result, limits=ENOUGH)
    assert next(results) != os.getpid()
    time.sleep(0.5)  # all of them could be done by now
    assert 1 <= len(list(tmp_path.iterdir())) <= AHEAD + 1
    results.close()


def test_one_item_alone_cannot_end_the_caller_either() -> None:
    results = list(map_in_processes(halved_or_dead, [5, 7], on_lost=lost, limits=ENOUGH))
    assert results == ["5 is lost: crash", 3.5]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_an_item_that_uses_too_much_processor_time_is_lost_even_inside_a_library() -> None:
    results = list(map_in_processes(matched, ["ab", "a" * 40, "ab"], on_lost=lost, limits=ONE_SECOND))
    assert results == [False, f"{'a' * 40} is lost: processor time", False]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_an_item_that_waits_too_long_is_lost() -> None:
    limits = ENOUGH._replace(seconds=1)
    assert list(map_in_processes(waited, [0, 600, 0], on_lost=lost, limits=limits)) == [0, "600 is lost: time", 0]


@LINUX
def test_an_item_that_needs_too_much_memory_is_lost() -> None:
    limits = ENOUGH._replace(memory=256 * MEGABYTE)
    results = list(map_in_processes(filled, [100, 300, 100], on_lost=lost, limits=limits))
    assert results == [100, "300 is lost: memory", 100]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_each_step_of_a_long_item_has_the_full_time() -> None:
    assert list(map_in_processes(busy, [3], on_lost=no_result, limits=ONE_SECOND)) == [3]


def test_the_steps_of_an_item_have_a_limit_together() -> None:
    limits = ENOUGH._replace(all_seconds=1)
    assert list(map_in_processes(busy, [60], on_lost=lost, limits=limits)) == ["60 is lost: time"]


def test_the_temporary_files_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    list(map_in_processes(left_behind, [tmp_path / "place"], on_lost=no_loss, limits=ENOUGH))
    place = Path((tmp_path / "place").read_text("utf-8"))
    assert not place.exists()
    assert not place.parent.exists()


def test_a_new_process_has_the_limits_of_one_item() -> None:
    assert apply_in_new_process(halved, 3, on_lost=lost, limits=ENOUGH) == 1.5
    assert apply_in_new_process(waited, 9, on_lost=lost, limits=ENOUGH._replace(seconds=1)) == "9 is lost: time"
    assert apply_in_new_process(busy, 20, on_lost=lost, limits=ENOUGH._replace(all_seconds=1)) == "20 is lost: time"
    too_much = ENOUGH._replace(memory=64 * MEGABYTE)
    assert apply_in_new_process(filled, 256, on_lost=lost, limits=too_much) == "256 is lost: memory"


def test_processes_are_prepared_only_for_many_items() -> None:
    few, many = (
        [*map_in_processes(prepared, NUMBERS[:count], warm_up=prepare, on_lost=no_result, limits=ENOUGH)]
        for count in (MANY - 1, MANY)
    )
    assert (set(few), set(many)) == ({False}, {True})


@LINUX
def test_a_program_that_an_item_started_ends_with_it(tmp_path: Path) -> None:
    limits = ENOUGH._replace(seconds=5)  # a program may start slowly on a loaded machine
    assert list(map_in_processes(started_another, [tmp_path / "id"], on_lost=lost, limits=limits)) == [
        f"{tmp_path / 'id'} is lost: time"
    ]
    assert until(partial(has_ended, number_in(tmp_path / "id")))


@LINUX
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_the_run_is_ended(tmp_path: Path, end: signal.Signals) -> None:
    run = "import pathlib, sys; from tests import test_limited_processes as at; "
    run += "from deqing_search.limited_processes import *; "
    run += "list(map_in_processes(at.started_another, [pathlib.Path(sys.argv[1])], on_lost=at.lost, limits=at.ENOUGH))"
    root = Path(__file__).parents[1]
    with subprocess.Popen([sys.executable, "-c", run, tmp_path / "id"], cwd=root, stderr=subprocess.DEVNULL) as running:  # noqa: S603
        program = number_in(tmp_path / "id")
        worker = int(Path(f"/proc/{program}/stat").read_text("ascii").rpartition(")")[2].split()[1])
        running.send_signal(end)
        assert running.wait(30)
    assert worker != running.pid
    assert until(partial(has_ended, worker))
    assert until(partial(has_ended, program))
