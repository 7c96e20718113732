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
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from command import COMMAND, as_installed
from material import Item, words
from queries import draw

from deqing_search.indexing import open_index
from deqing_search.language.folding import compact_text
from deqing_search.web.server import usual

CLIENTS = 16
SECONDS = 8.0
ROUNDS = 3
DRAWS = 120  # of sixty queries, for those that are asked once: some 5,000, more than the clients get through
ALONE = 500  # of those, by one client


def section(index: Path) -> str:
    """The table, as Markdown."""
    passages = _passages(index)
    same = [query.typed for query in draw(passages)]
    new = list(dict.fromkeys(query.typed for seed in range(100, 100 + DRAWS) for query in draw(passages, seed=seed)))
    rows = [row for typed, how in ((same, ""), (new, ", each query new")) for row in _rows(index, typed, how)]
    return "\n".join([_HEAD.format(clients=CLIENTS, queries=len(same)), *rows, ""])


def _rows(index: Path, typed: Sequence[str], how: str) -> Iterator[str]:
    for name, path in _PATHS.items():
        for processes in dict.fromkeys((1, usual())):
            with _running(index, processes) as port:
                yield _row(port, f"{name}{how} | {processes}", [path + quote(one) for one in typed], once=bool(how))


@contextmanager
def _running(index: Path, processes: int) -> Iterator[int]:
    """The port of a server of its own: what one was asked, another would find remembered."""
    command = [*COMMAND, "serve", "--index", str(index), "--port", "0", "--workers", str(processes)]
    with subprocess.Popen(command, env=as_installed(), stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own program
        try:
            yield _port(server)
        finally:
            server.terminate()


_PATHS = {"page `/?q=`": "/?q=", "`/api/v1/search?q=`": "/api/v1/search?q="}
_HEAD = """## Serving

`search-cli serve` (waitress) on the whole corpus, connections kept alive, gzip taken, {queries} queries; server and
clients on the same cores. *Processes* that make pages, by `--workers`: more than one is what it has where nobody says.
*Alone*: one client; *together*: {clients} clients. An address that was answered before is answered from memory until
the index changes; *each query new*: some thousands, each asked once.

| | processes | alone p50 ms | alone p99 ms | together p50 ms | together p99 ms | requests/s |
|---|---|---|---|---|---|---|"""


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


def _row(port: int, name: str, paths: Sequence[str], *, once: bool) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    _asked(connection, "/healthz")  # by now it has loaded what it needs
    if once:
        first, rest = paths[:ALONE], iter(paths[ALONE:])
    else:
        for path in paths:  # this round is not counted
            _asked(connection, path)
        first, rest = [*paths] * ROUNDS, cycle(paths)
    alone = [_asked(connection, path) for path in first]
    together: list[list[float]] = [[] for _ in range(CLIENTS)]
    began = time.perf_counter()
    threads = [threading.Thread(target=_ask_on, args=(port, rest, took)) for took in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everyone = [took for each in together for took in each]
    rate = len(everyone) / (time.perf_counter() - began)
    cells = [f"{_quantile(times, share) * 1e3:.1f}" for times in (alone, everyone) for share in (0.5, 0.99)]
    return f"| {name} | {' | '.join(cells)} | {rate:.0f} |"


def _ask_on(port: int, paths: Iterator[str], took: list[float]) -> None:
    """Ask what the clients share, each address by whichever of them is free."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    end = time.perf_counter() + SECONDS
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
