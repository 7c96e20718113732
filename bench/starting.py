"""How long the command takes from its start to its end, beside Python with click and with numpy.

    python bench/starting.py        prints the table that bench/speed.py puts into docs/performance.md

The index has the five reports in seeds/. The commands run in turns. The first round is not counted: it fills the cache.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from command import as_installed

ROUNDS = 21
_COMMAND = str(Path(sys.executable).with_name("search-cli"))
_COMMANDS: dict[str, tuple[str, ...]] = {
    "`python -c 'import click'`": (sys.executable, "-c", "import click"),
    "`python -c 'import click, numpy'`": (sys.executable, "-c", "import click, numpy"),
    "`search-cli --help`": (_COMMAND, "--help"),
    "`search-cli query 地理信息`": (_COMMAND, "query", "地理信息"),
}
_HEAD = """## Command line

From the start of a process to its end, with the index of the seeds: medians of {rounds} rounds, in turns. × is the
ratio to Python with click alone. The goal for a query is 150 ms and 4 ×, where the program is installed and not
imported from a checkout (`pip install -e` takes longer to find its modules).

| | ms | × |
|---|---|---|"""


def section() -> str:
    """The table, as Markdown."""
    with tempfile.TemporaryDirectory() as place:
        environment = {**as_installed(), "DEQING_INDEX": str(Path(place) / "index")}
        seeds = str(Path(__file__).resolve().parents[1] / "seeds")
        _took((_COMMAND, "index", seeds), environment)
        rounds = [[_took(command, environment) for command in _COMMANDS.values()] for _ in range(ROUNDS + 1)]
    medians = [statistics.median(times) for times in zip(*rounds[1:], strict=True)]
    rows = [
        f"| {name} | {median * 1e3:.0f} | {median / medians[0]:.2f} |"
        for name, median in zip(_COMMANDS, medians, strict=True)
    ]
    return "\n".join([_HEAD.format(rounds=ROUNDS), *rows, ""])


def _took(command: tuple[str, ...], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603 - our own command, and Python
    return time.perf_counter() - began


if __name__ == "__main__":
    print(section())
