"""Reports read by workers of a dask scheduler: the index is that of one machine, whatever becomes of the workers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.errors import SourceError, UsageError, WorkersFault
from deqing_search.worker_machines import LEAST_AHEAD, map_on_machines
from tests.command import COMMAND, environment
from tests.places import kill_at, write
from tests.seeds import FOLDER
from tests.worker_jobs import dead_at_seven, doubled, job, version_of_this_process

distributed = pytest.importorskip("distributed", reason="the extra [distributed] is not installed")

FULL = 3 * LEAST_AHEAD  # items that do not fit into one window
pytestmark = pytest.mark.usefixtures("machine")


@contextmanager
def worker(scheduler: str) -> Iterator[subprocess.Popen[bytes]]:
    """A machine with one worker: the command in a session of its own. It is killed at the end, with all it started."""
    command = [*COMMAND, "worker", scheduler, "--processes", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, cwd=FOLDER.parent) as machine:  # noqa: S603
        assert machine.stderr
        assert "已连上" in machine.stderr.readline().decode()
        try:
            yield machine
        finally:
            switch_off(machine)


def switch_off(machine: subprocess.Popen[bytes]) -> None:
    """Kill all processes of a session that are in its first group; the others notice that their parent is gone."""
    if machine.poll() is None:
        os.killpg(machine.pid, signal.SIGKILL)
        machine.wait()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler without workers."""
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def machine(scheduler: str) -> Iterator[subprocess.Popen[bytes]]:
    """One that works for all tests."""
    with worker(scheduler) as started:
        yield started


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Real and made reports, some of them in an archive, and files that cannot be read."""
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(next(FOLDER.glob("*newspaper*.txt")), folder)
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.write(next(FOLDER.glob("*2024*.txt")), "packed/2024.txt")
    (folder / "damaged.docx").write_bytes(b"PK\x03\x04 no archive")
    (folder / "empty.txt").touch()
    for number in range(30):
        write(folder / f"{number:02}.txt", f"第{number}号：" + "大力发展产业。\n\n" * 40)
    return folder


def content(index: Path) -> list[bytes]:
    """The bytes of the arrays and stored fields, without the random names of the segments."""
    return [file.read_bytes() for ending in ("arr", "docs") for file in sorted(index.glob(f"generation-1/*.{ending}"))]


def messages(faults: tuple[SourceError, ...]) -> list[str]:
    return [f"{fault} {fault.hint}" for fault in faults]


def test_machines_that_come_and_are_killed_change_nothing_in_the_index(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheduler: str
) -> None:
    alone = indexing.update(tmp_path / "alone", [files])
    monkeypatch.setenv("DEQING_WORKERS", scheduler)
    with worker(scheduler) as doomed, ExitStack() as later:

        def disturb(done: int, total: int, report: str) -> None:
            if done == 2:
                switch_off(doomed)
            if done == 4:
                later.enter_context(worker(scheduler))

        together = indexing.update(tmp_path / "together", [files], progress=disturb)
        assert doomed.poll() == -signal.SIGKILL
    assert together.added == alone.added
    assert len(together.added) == 32
    assert messages(together.faults) == messages(alone.faults)
    assert len(together.faults) == 2
    assert content(tmp_path / "together") == content(tmp_path / "alone")
    assert all(content(tmp_path / "alone"))


def test_a_build_that_was_killed_goes_on_with_the_reports_that_it_has(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheduler: str
) -> None:
    monkeypatch.setenv("DEQING_WORKERS", scheduler)
    kill_at(25, tmp_path / "index", files, part=100)
    read: list[str] = []
    outcome = indexing.update(tmp_path / "index", [files], progress=lambda done, total, report: read.append(report))
    assert len(set(outcome.added)) == len(outcome.added)
    assert 10 < len(read) < len(outcome.added)
    monkeypatch.setenv("DEQING_WORKERS", "1")
    indexing.update(tmp_path / "alone", [files])
    resumed, alone = (indexing.open_index(tmp_path / name).view() for name in ("index", "alone"))
    assert resumed.cards() == alone.cards()
    assert [resumed.report(card.id) for card in alone.cards()] == [alone.report(card.id) for card in alone.cards()]


def test_no_more_items_are_asked_for_than_have_room(scheduler: str) -> None:
    asked: list[int] = []

    def items() -> Iterator[bytes]:
        for number in range(FULL):
            asked.append(number)
            yield str(number).encode()

    taken: list[bytes | None] = []
    ahead: list[int] = []
    for result in map_on_machines(scheduler, job(doubled), items()):
        taken.append(result)
        ahead.append(len(asked) - len(taken))
    assert taken == [2 * str(number).encode() for number in range(FULL)]
    assert 0 < max(ahead) <= LEAST_AHEAD


def test_an_item_that_ends_its_process_costs_no_other_item(scheduler: str) -> None:
    items = [str(number).encode() for number in range(10)]
    results = list(map_on_machines(scheduler, job(dead_at_seven), items))
    assert results == [*items[:7], None, *items[8:]]


def test_a_worker_of_another_version_is_refused(scheduler: str) -> None:
    with pytest.raises(WorkersFault, match="版本与本机不同：清洗规则。") as refused:
        list(map_on_machines(scheduler, job(doubled, version_of_this_process), [b"1"]))
    assert "装与本机相同的版本" in refused.value.hint


@pytest.mark.parametrize(("workers", "message"), [(1, "不能再开进程"), (0, "没有工作进程")])
def test_a_scheduler_without_workers_that_start_processes_says_how_to_start_them(workers: int, message: str) -> None:
    with (
        distributed.LocalCluster(n_workers=workers, host="127.0.0.1", dashboard_address=":0") as cluster,
        pytest.raises(WorkersFault, match=message) as refused,
    ):
        list(map_on_machines(cluster.scheduler_address, job(doubled), [b"1"]))
    assert "search-cli worker tcp://" in refused.value.hint


@pytest.mark.parametrize("arguments", [["index", str(FOLDER), "--workers"], ["worker"]])
def test_a_scheduler_that_is_not_there_is_named(arguments: list[str], tmp_path: Path) -> None:
    command = [*COMMAND, *arguments, "tcp://127.0.0.1:9"]
    ran = subprocess.run(command, env=environment(tmp_path / "index"), capture_output=True, check=False)  # noqa: S603
    assert ran.returncode == 3
    assert "连不上调度器 tcp://127.0.0.1:9。" in ran.stderr.decode()
    assert "dask scheduler" in ran.stderr.decode()


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    command = [*COMMAND, "worker", "http://host"]
    ran = subprocess.run(command, env=environment(tmp_path / "index"), capture_output=True, check=False)  # noqa: S603
    assert ran.returncode == UsageError.exit_code
    assert "--workers tcp://" in ran.stderr.decode()


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['distributed'] = None;"
        "sys.argv = ['search-cli', 'index', 'seeds', '--workers', 'tcp://127.0.0.1:9'];"
        "from deqing_search.cli.commands import main; main()"
    )
    command, named = [sys.executable, "-c", code], environment(tmp_path / "index")
    ran = subprocess.run(command, cwd=FOLDER.parent, env=named, capture_output=True, check=False)  # noqa: S603
    assert ran.returncode == UsageError.exit_code
    assert "deqing-search[distributed]" in ran.stderr.decode()
