"""A folder of three reports and an index of it, for tests of what becomes of an index when files come and go."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.search import searcher

WORD = "地理信息产业"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reports in a folder whose name needs care."""
    place = tmp_path / "报告 与 规划"
    place.mkdir()
    for name in "甲乙丙":
        write(place / f"{name}.txt", f"{name}县大力发展{WORD}。")
    return place


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where an index of them can be made."""
    return tmp_path / "index"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"政府工作报告\n\n{text}\n", encoding="utf-8")


def found(index: Path, typed: str = WORD) -> list[str]:
    """The reports that hold `typed`."""
    results = searcher.search(indexing.open_index(index), searcher.SearchRequest(typed, mode="exact", limit=1000))
    return sorted(hit.passage.report for hit in results.hits)


def titles(index: Path) -> dict[str, str]:
    return {card.id: card.meta.title for card in indexing.open_index(index).view().cards()}


KILLS_ITSELF = """
import os, signal, sys
from pathlib import Path
from deqing_search import indexing

index, folder, last, part = sys.argv[1:]

def killed(done, total, report):
    if done == int(last):
        os.kill(os.getpid(), signal.SIGKILL)

indexing.update(Path(index), [Path(folder)], progress=killed, part=int(part))
"""


def kill_at(report: int, index: Path, folder: Path, *, part: int) -> None:
    """Build an index in a process that is killed when it has read so many reports."""
    command = [sys.executable, "-c", KILLS_ITSELF, str(index), str(folder), str(report), str(part)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL  # noqa: S603
    assert not indexing.has_index(index)


def generations(index: Path) -> list[str]:
    return sorted(entry.name for entry in index.iterdir() if entry.name.startswith("generation-"))
