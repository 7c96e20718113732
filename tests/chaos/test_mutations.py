"""Mutated files of every medium are read or named, each within its limits, and the run ends as it should."""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.mutations import TEXT, media, mutated
from tests.chaos.seeds import random_numbers
from tests.command import COMMAND, environment, records

BATCH = 250  # files in one run
SECONDS, MEGABYTES = 20, 1024  # the limits of one file
OWN = 512  # megabytes that a process has before it reads


def written(place: Path, number: int, ending: str, data: bytes) -> Path:
    """Write a mutated file; a catalog into a folder with a report. Returns what is indexed."""
    if ending == ".csv":
        folder = place / f"{number:05}"
        folder.mkdir()
        (folder / "catalog.csv").write_bytes(data)
        (folder / f"报告{number}.txt").write_text(TEXT, encoding="utf-8")
        return folder / f"报告{number}.txt"
    file = place / "files" / f"{number:05}{ending}"
    file.write_bytes(data)
    return file


def indexed(place: Path) -> tuple[int, list[str], str]:
    """Index the folder and those in it; returns the exit code, what was read and named, and what was printed."""
    folders = [str(entry) for entry in sorted(place.iterdir()) if entry.is_dir()]
    files = place / "files"
    command = [*COMMAND, "index", str(files), *(folder for folder in folders if folder != str(files)), "--jsonl"]
    limits = {"DEQING_FILE_SECONDS": str(SECONDS), "DEQING_FILE_MEMORY": str(MEGABYTES)}
    done = subprocess.run(  # noqa: S603
        command, env=environment(place / "index", **limits), capture_output=True, check=False
    )
    outcome = records(done.stdout.decode())
    said = [record.get("report") or record["message"] for record in outcome]
    return done.returncode, said, done.stderr.decode()


def survived(place: Path, count: int) -> Counter[str]:
    """Index so many mutated files; returns how many files of each medium were read and named."""
    chance, whole, outcomes = random_numbers(), media(), Counter[str]()
    place = place / "batch"
    for first in range(0, count, BATCH):
        (place / "files").mkdir(parents=True)
        numbers = range(first, min(first + BATCH, count))
        made = []
        for number in numbers:
            ending = list(whole)[number % len(whole)]
            made.append(written(place, number, ending, mutated(whole[ending], chance)))
        before = time.monotonic()
        code, said, printed = indexed(place)
        assert code in (0, 3), printed[-2000:]
        assert "Traceback" not in printed
        assert time.monotonic() - before < len(numbers) * SECONDS
        everything = "\n".join(said)
        for file in made:
            assert str(file) in everything or file.name.partition(".")[0] in everything, file.name
        assert made
        outcomes["read"] += sum("/" not in one for one in said)
        outcomes["named"] += sum("/" in one for one in said)
        shutil.rmtree(place)
        print(first, dict(outcomes))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    assert most < MEGABYTES + OWN
    print(dict(outcomes), f"{most} MB at most")
    return outcomes


@pytest.mark.bounded
def test_some_mutated_files_are_read_or_named(tmp_path: Path) -> None:
    outcomes = survived(tmp_path, 100)
    assert outcomes["read"] > 10
    assert outcomes["named"] > 10


@pytest.mark.slow
def test_five_thousand_mutated_files_are_read_or_named(tmp_path: Path) -> None:
    outcomes = survived(tmp_path, 5000)
    assert outcomes["read"] > 500
    assert outcomes["named"] > 500
