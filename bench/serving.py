"""How fast the real server answers: `search-cli serve` in a process of its own, asked over connections kept alive.

    python bench/serving.py INDEX        prints the table that bench/speed.py puts into docs/performance.md

One client alone tells how long an answer takes, sixteen at once tell how many a second there are. The queries are
those of `queries.py`, drawn from the index's own passages; server and clients share the machine.
"""

from __future__ import annotations

import argparse
import http.client
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from material import Item, words
from queries import draw

from deqing_search.analysis import compact_text
from deqing_search.indexing import open_index

CLIENTS = 16
SECONDS = 8.0
ROUNDS = 3


def section(index: Path) -> str:
    """The table, as Markdown."""
    typed = [query.typed for query in draw(_passages(index))]
    command = [sys.executable, "-m", "deqing_search", "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own program
        try:
            port = _port(server)
            rows = [_row(port, name, [path + quote(one) for one in typed]) for name, path in _PATHS.items()]
        finally:
            server.terminate()
    return "\n".join([_HEAD.format(clients=CLIENTS, queries=len(typed)), *rows, ""])


_PATHS = {"page `/?q=`": "/?q=", "`/api/v1/search?q=`": "/api/v1/search?q="}
_HEAD = """## Serving

`search-cli serve` (waitress) on the whole corpus, connections kept alive, gzip taken, {queries} queries; server and
clients on the same cores. *Alone*: one client; *together*: {clients} clients.

| | alone p50 ms | alone p99 ms | together p50 ms | together p99 ms | requests/s |
|---|---|---|---|---|---|"""


def _passages(index: Path) -> list[Item]:
    view = open_index(index).view()
    reports = (view.report(card.id) for card in list(view.cards())[::8])
    passages = [passage for report in reports if report for passage in report.passages]
    compacts = [compact_text(passage.text) for passage in passages]
    return [
        Item(passage.id, passage.text, compact, tuple(words(compact)), 0, passage.report, passage.kind)
        for passage, compact in zip(passages, compacts, strict=True)
    ]


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r":(\d+)/", line):
            threading.Thread(target=server.stderr.read, daemon=True).start()  # else the pipe would fill
            return int(found[1])
    raise SystemExit("the server did not start")


def _row(port: int, name: str, paths: Sequence[str]) -> str:
    alone: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for path in [*paths, *paths * ROUNDS]:  # the first round is not counted
        alone.append(_asked(connection, path))
    alone = alone[len(paths) :]
    together: list[list[float]] = [[] for _ in range(CLIENTS)]
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_ask_on, args=(port, paths[i:] + paths[:i], took)) for i, took in enumerate(together)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everyone = [took for each in together for took in each]
    rate = len(everyone) / (time.perf_counter() - began)
    cells = [f"{_quantile(times, share) * 1e3:.1f}" for times in (alone, everyone) for share in (0.5, 0.99)]
    return f"| {name} | {' | '.join(cells)} | {rate:.0f} |"


def _ask_on(port: int, paths: Sequence[str], took: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for path in paths:
            took.append(_asked(connection, path))
            if time.perf_counter() >= end:
                return


def _asked(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return time.perf_counter() - began


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    print(section(parser.parse_args().index))
