"""Whether the site stays as it is under a long mixed load, with a writer at work.

    python bench/mixed_load.py INDEX [--seconds 600] [--share 0.8]
        prints a Markdown section for docs/operations.md

INDEX is copied first; the copy is written to. First the most that the site answers is measured, then clients ask for a
share of that, on connections that are kept alive: new queries, remembered ones, reports, passages, trends, comparisons
and feeds. Meanwhile a report is added and changed again and again. Memory and open files of all processes of the server
are read from /proc. The limit for each client is off, because all clients have one address.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
WARM = 20.0  # seconds in which the most is measured
PAUSE = 10.0  # seconds between two readings of memory, and between two writes
WORDS = [
    "发展",
    "建设",
    "经济",
    "社会",
    "改革",
    "创新",
    "企业",
    "服务",
    "项目",
    "工业",
    "农业",
    "投资",
    "消费",
    "教育",
    "医疗",
    "住房",
    "交通",
    "环境",
    "就业",
    "科技",
]
COMMAND = [sys.executable, "-m", "deqing_search"]


class Reading(NamedTuple):
    """What /proc says of all processes of the server."""

    at: float  # seconds since the beginning
    own_mb: float
    mapped_mb: float
    files: float


class Site:
    """A server on a copy of the index."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr
        self.process = process
        self.port = int(re.search(r":(\d+)/", process.stderr.readline())[1])
        threading.Thread(target=lambda: list(process.stderr), daemon=True).start()  # its pipe must not fill

    def processes(self) -> list[int]:
        pid = self.process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def memory_mb(self) -> tuple[float, float]:
        """Memory of all processes, of their own and of mapped files; what they share is counted once."""
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.processes()]
        kinds = ("Anon", "File")
        own, files = (sum(int(re.search(rf"^Pss_{kind}:\s+(\d+)", text, re.M)[1]) for text in texts) for kind in kinds)
        return own / 1024, files / 1024

    def open_files(self) -> int:
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self.processes())


@contextmanager
def serving(index: Path) -> Iterator[Site]:
    settings = os.environ | {"PYTHONPATH": str(ROOT), "DEQING_CLIENT_SECONDS": "0"}
    command = [*COMMAND, "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings) as process:  # noqa: S603 - our own program
        try:
            yield Site(process)
        finally:
            process.terminate()


class Load:
    """What clients asked and what they experienced."""

    def __init__(self, site: Site, reports: list[str]) -> None:
        self._site, self._reports = site, reports
        self.took: list[float] = []
        self.statuses: Counter[int | str] = Counter()

    def run(self, seconds: float, rate: float | None) -> float:
        """Ask for some seconds at a rate, or as fast as answers come; returns the answers a second."""
        end = time.monotonic() + seconds
        pause = CLIENTS / rate if rate else 0.0
        threads = [threading.Thread(target=self._ask, args=(number, end, pause)) for number in range(CLIENTS)]
        before, began = len(self.took), time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (len(self.took) - before) / (time.monotonic() - began)

    def _ask(self, number: int, end: float, pause: float) -> None:
        draw = random.Random(f"{number} {end}")  # noqa: S311
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)
        due = time.monotonic() + draw.random() * pause
        while (now := time.monotonic()) < end:
            if due > now:
                time.sleep(due - now)
            due = max(due, now - 5) + pause
            began = time.monotonic()
            try:
                connection.request("GET", self._path(draw))
                answer = connection.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection.close()
            self.took.append(time.monotonic() - began)

    def _path(self, draw: random.Random) -> str:
        word = quote(draw.choice(WORDS))
        new = quote("".join(draw.sample(WORDS, 2)) + draw.choice(" OR ".join(WORDS)).strip())
        shares = {
            f"/?q={word}": 35,
            f"/?q={word}+{new}": 30,
            f"/api/v1/search?q={new}": 10,
            f"/r/{quote(draw.choice(self._reports))}": 10,
            f"/trend?q={word}": 5,
            f"/compare?q={word}&left={draw.randint(1995, 2024)}": 5,
            draw.choice(("/", "/r/", "/coverage", "/healthz", "/readyz", "/metrics")): 5,
        }
        return draw.choices(list(shares), list(shares.values()))[0]


def write_until(stop: threading.Event, index: Path, folder: Path, done: Counter[int]) -> None:
    """Add and change a report again and again; counts the exit codes."""
    number = 0
    while not stop.wait(PAUSE):
        number += 1
        text = f"2024年某市政府工作报告\n\n一、工作回顾\n\n去年全市生产总值增长{number}.1%，新建学校{number}所。\n"
        (folder / f"report-{number % 5}.txt").write_text(text, "utf-8")
        command = [*COMMAND, "index", str(folder), "--index", str(index)]
        settings = os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, env=settings, capture_output=True, check=False)  # noqa: S603 - our own program
        done[run.returncode] += 1


def section(index: Path, seconds: float, share: float) -> str:
    with tempfile.TemporaryDirectory() as place:
        copy, folder = Path(place) / "index", Path(place) / "texts"
        shutil.copytree(index, copy)
        folder.mkdir()
        with serving(copy) as site:
            return _measured(site, copy, folder, seconds, share)


def _measured(site: Site, index: Path, folder: Path, seconds: float, share: float) -> str:
    load = Load(site, _reports(site.port))
    load.run(WARM / 2, None)
    most = load.run(WARM, None)
    print(f"at most {most:.0f} answers a second", file=sys.stderr, flush=True)
    load.took.clear()
    load.statuses.clear()
    readings: list[Reading] = []
    stop, written = threading.Event(), Counter()
    threads = [
        threading.Thread(target=write_until, args=(stop, index, folder, written)),
        threading.Thread(target=_read_until, args=(stop, site, readings)),
    ]
    for thread in threads:
        thread.start()
    rate = load.run(seconds, share * most)
    stop.set()
    for thread in threads:
        thread.join()
    return _told(load, most, rate, readings, written)


def _reports(port: int) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/api/v1/reports")
    return [one["report"] for one in json.loads(connection.getresponse().read())["reports"]]


def _read_until(stop: threading.Event, site: Site, readings: list[Reading]) -> None:
    began = time.monotonic()
    while not stop.wait(PAUSE):
        now = Reading(time.monotonic() - began, *site.memory_mb(), site.open_files())
        readings.append(now)
        line = f"{now.at:.0f} s, {now.own_mb:.0f} MB own, {now.mapped_mb:.0f} MB mapped, {now.files} files"
        print(line, file=sys.stderr, flush=True)


def _told(load: Load, most: float, rate: float, readings: list[Reading], written: Counter[int]) -> str:
    took = sorted(load.took)
    p50, p99, last = (took[min(int(len(took) * at), len(took) - 1)] * 1e3 for at in (0.5, 0.99, 1.0))
    quarters = [readings[len(readings) * part // 4 : len(readings) * (part + 1) // 4] for part in range(4)]
    means = [Reading(*(sum(column) / len(quarter) for column in zip(*quarter, strict=True))) for quarter in quarters]
    own, mapped, files = (
        ", ".join(f"{mean[column]:.0f}" for mean in means) for column in range(1, len(Reading._fields))
    )
    return "\n".join((
        f"- at most {most:.0f} answers a second; asked for {len(took)} in {readings[-1].at:.0f} s: {rate:.0f} a second",
        f"- statuses: {dict(load.statuses)}",
        f"- p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {last:.0f} ms",
        f"- writes by exit code: {dict(written)}",
        f"- memory of all processes, MB, mean of each quarter: {own} of their own, {mapped} of mapped files",
        f"- open files of all processes, mean of each quarter: {files}",
    ))  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--share", type=float, default=0.8)
    given = parser.parse_args()
    print(section(given.index, given.seconds, given.share))
