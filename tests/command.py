"""The command as a user runs it: in this process, or in one of its own where the process matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deqing_search.cli.commands import main
from tests.seeds import FOLDER

COMMAND = [sys.executable, "-m", "deqing_search"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def runner(index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the entry point in this process. `DEQING_INDEX` names `at`; with None it names nothing."""

    def run(*arguments: str, at: Path | None = index) -> Ran:
        if at:
            monkeypatch.setenv("DEQING_INDEX", str(at))
        else:
            monkeypatch.delenv("DEQING_INDEX", raising=False)
        monkeypatch.setenv("DEQING_SEEDS", str(FOLDER))
        monkeypatch.setattr(sys, "argv", ["search-cli", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as done:
            main()
        return Ran(done.value.code, *capsys.readouterr())  # type: ignore[arg-type]

    return run


def records(printed: str) -> list[dict[str, Any]]:
    """The objects of JSON lines."""
    return [json.loads(line) for line in printed.splitlines()]


def environment(index: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "DEQING_INDEX": str(index), "DEQING_SEEDS": str(FOLDER), "PYTHONUTF8": "1", **more}


def process(*arguments: str | bytes, index: Path, **more: str) -> Ran:
    """The command in a process of its own."""
    done = subprocess.run(  # noqa: S603
        [*COMMAND, *arguments], env=environment(index, **more), capture_output=True, check=False, timeout=120
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
