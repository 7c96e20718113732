"""What reading reports on several machines costs and gains: an index of a folder, built by workers that come and die.

    pip install -e '.[distributed]'
    python bench/machines.py FOLDER [--reports 200]

All machines are processes of this one, so that more workers help only as far as it has processors. The same reports are
indexed by one process without dask, by one worker, by two, and by one to which a second comes after a quarter of the
reports and which is killed after the half. Each index is compared with the first, byte for byte.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from command import COMMAND
from distributed import LocalCluster

from deqing_search import config, indexing
from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS
from deqing_search.sources.discovery import find_sources

Machine = subprocess.Popen[bytes]


class Built(NamedTuple):
    """What a build made and took; the processor time is that of the process that writes."""

    content: list[bytes]
    seconds: float
    cpu: float


def main() -> None:
    """Build and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int)
    options = parser.parse_args()
    with TemporaryDirectory() as place, LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as cluster:
        folder = Path(place, "reports")
        copied = copy(options.folder, folder, options.reports)
        print(f"{copied} reports, {os.cpu_count()} processors")
        print("\n| who reads | seconds | reports a second | CPU s of the writer |\n|---|---:|---:|---:|")
        address = cluster.scheduler_address
        alone = show("one process, no worker", copied, build(folder, "1"))
        for count in (1, 2):
            with ExitStack() as running:
                for _ in range(count):
                    running.enter_context(machine(address))
                built = show(f"{count} worker(s)", copied, build(folder, address))
                assert built.content == alone.content
        with ExitStack() as running:
            built = show("one joins, one is killed", copied, build(folder, address, disturbances(address, running)))
            assert built.content == alone.content


def copy(source: Path, folder: Path, most: int | None) -> int:
    """Copy reports, at most so many, into a folder; returns their number."""
    found = sorted(find_sources(source, endings=READERS, fixes=TITLES).sources, key=lambda one: one.report)
    chosen = random.Random(4).sample(found, min(most or len(found), len(found)))  # noqa: S311 - the same draw every time
    for one in chosen:
        target = folder / one.path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(one.path, target)
    return len(chosen)


def show(name: str, reports: int, built: Built) -> Built:
    print(f"| {name} | {built.seconds:.0f} | {reports / built.seconds:.1f} | {built.cpu:.0f} |", flush=True)
    return built


def build(folder: Path, workers: str, disturb: Callable[[int, int, str], None] | None = None) -> Built:
    """Index a folder, read by `workers`."""
    config.use_workers(workers)
    with TemporaryDirectory() as place:
        began, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
        outcome = indexing.update(Path(place), [folder], progress=disturb)
        assert not outcome.faults
        seconds, cpu = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu
        files = (file for ending in ("arr", "docs") for file in sorted(Path(place).glob(f"generation-1/*.{ending}")))
        return Built([file.read_bytes() for file in files], seconds, cpu)


def disturbances(scheduler: str, running: ExitStack) -> Callable[[int, int, str], None]:
    """One worker now; another one after a quarter of the reports; the first is killed after the half."""
    first = running.enter_context(machine(scheduler))

    def disturb(done: int, total: int, report: str) -> None:
        if done == total // 4:
            running.enter_context(machine(scheduler))
        if done == total // 2:
            switch_off(first)

    return disturb


@contextmanager
def machine(scheduler: str) -> Iterator[Machine]:
    """A machine with one worker."""
    command = [*COMMAND, "worker", scheduler, "--processes", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as started:  # noqa: S603
        assert started.stderr
        assert "已连上" in started.stderr.readline().decode()
        try:
            yield started
        finally:
            switch_off(started)


def switch_off(started: Machine) -> None:
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


if __name__ == "__main__":
    main()
