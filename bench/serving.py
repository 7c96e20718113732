"""How fast the real server answers: `search-cli serve` in a process of its own, asked over connections kept alive.

    python bench/serving.py INDEX
        prints the table that bench/speed.py puts into docs/performance.md
    python bench/serving.py INDEX --beside CHECKOUT ITS_INDEX
        prints the figures of this code and of another checkout, and their ratios

One client alone shows how long an answer takes; sixteen at once show how many answers a second there are. The queries
are those of `queries.py`, drawn from the passages of the index. Server and clients share the machine. The clients are
one thread that waits for all its sockets: it takes little time from the server and never waits for a lock.

Beside another checkout, both sides run in turns, each round with servers started anew; a figure is the median of the
rounds. On a machine that does other work too, compare the processor's time: it is that of the server alone.
"""

from __future__ import annotations

import argparse
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from command import COMMAND, as_installed
from material import Item, words
from queries import draw

from deqing_search.indexing import open_index
from deqing_search.language.folding import compact_text

CLIENTS = 16
SECONDS = 6.0  # that the clients ask together
DRAWS = 120  # of sixty queries, for those that are asked once: some 5,000, more than the clients get through
ALONE = 300  # of those, by one client
ROUNDS = 5  # of both sides in turn
START = 60.0  # seconds in which a server must answer
_PATHS = {"page `/?q=`": "/?q=", "`/api/v1/search?q=`": "/api/v1/search?q="}


class Side(NamedTuple):
    """A server to be measured: the checkout whose code it is, the index it answers from, its options."""

    checkout: Path
    index: Path
    options: tuple[str, ...] = ()


class Load(NamedTuple):
    """What clients experienced: seconds of each answer, and answers a second; what each cost the server."""

    took: list[float]
    rate: float
    cpu_ms: float

    def quantile(self, share: float) -> float:
        """Milliseconds in which this share of the answers came."""
        ordered = sorted(self.took)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3


class Figures(NamedTuple):
    """One round of one side: seconds, milliseconds, answers a second; `cpu` is the time of the processor."""

    first_page_s: float
    first_page_cpu_s: float
    new_alone_ms: float
    new_together_rate: float
    new_together_p99_ms: float
    new_together_cpu_ms: float
    remembered_alone_ms: float
    remembered_together_rate: float
    remembered_together_cpu_ms: float


def section(index: Path) -> str:
    """The table, as Markdown."""
    same, new = _queries(index)
    side = Side(Path(__file__).resolve().parent.parent, index)
    rows = [_row(side, name, path, same, new) for name, path in _PATHS.items()]
    return "\n".join([_HEAD.format(clients=CLIENTS, queries=len(same)), *rows, ""])


_HEAD = """## Serving

`search-cli serve` on the whole corpus, connections kept alive, gzip taken; server and clients on the same cores.
*Alone*: one client; *together*: {clients} clients. *Remembered*: {queries} queries that were asked before, which a
worker answers from memory until the index changes; *new*: some thousands, each asked once.

| | alone p50 ms | alone p99 ms | together p50 ms | together p99 ms | answers/s |
|---|---|---|---|---|---|"""


def _row(side: Side, name: str, path: str, same: Sequence[str], new: Sequence[str]) -> str:
    with running(side) as server:
        fresh = [path + quote(query) for query in new]
        loads = {"new": (_ask(server, fresh[:ALONE]), _ask(server, fresh[ALONE:], clients=CLIENTS))}
        again = [path + quote(query) for query in same]
        _remember(server, again)
        loads["remembered"] = _ask(server, again * 3), _ask(server, cycle(again), clients=CLIENTS)
    return "\n".join(
        f"| {name}, {which} | {alone.quantile(0.5):.1f} | {alone.quantile(0.99):.1f} "
        f"| {together.quantile(0.5):.1f} | {together.quantile(0.99):.1f} | {together.rate:.0f} |"
        for which, (alone, together) in reversed(loads.items())
    )


def compare(ours: Side, other: Side, rounds: int) -> str:
    """The medians of both sides and their ratios, as Markdown; each round is printed to stderr as it ends."""
    same, new = _queries(ours.index)
    figures: dict[Side, list[Figures]] = {ours: [], other: []}
    for _ in range(rounds):
        for side, taken in figures.items():
            taken.append(_round(side, same, new))
            print(side.checkout.name, *(f"{value:.4g}" for value in taken[-1]), file=sys.stderr)
    medians = [[statistics.median(column) for column in zip(*taken, strict=True)] for taken in figures.values()]
    rows = [
        f"| {name} | {one:.4g} | {two:.4g} | {one / two:.2f} |"
        for name, one, two in zip(Figures._fields, *medians, strict=True)
    ]
    return "\n".join(["| | this | other | ratio |", "|---|---|---|---|", *rows])


def _round(side: Side, same: Sequence[str], others: Sequence[str]) -> Figures:
    path = _PATHS["page `/?q=`"]
    fresh = [path + quote(query) for query in others]
    again = [path + quote(query) for query in same]
    began = time.perf_counter()
    with running(side) as server:
        _ask(server, again[:1])
        first, first_cpu = time.perf_counter() - began, server.cpu_seconds()
        new_alone = _ask(server, fresh[:ALONE])
        new = _ask(server, fresh[ALONE:], clients=CLIENTS)
        _remember(server, again)
        alone, remembered = _ask(server, again * 3), _ask(server, cycle(again), clients=CLIENTS)
    return Figures(
        first,
        first_cpu,
        new_alone.quantile(0.5),
        new.rate,
        new.quantile(0.99),
        new.cpu_ms,
        alone.quantile(0.5),
        remembered.rate,
        remembered.cpu_ms,
    )


class Server(NamedTuple):
    """A server that runs: its port and its main process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """The time of the processor that its processes have taken."""
        workers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        times = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (self.pid, *workers)]
        return sum(int(fields[11]) + int(fields[12]) for fields in times) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(side: Side) -> Iterator[Server]:
    """A server of its own: what one was asked, another would find remembered."""
    command = [*COMMAND, "serve", "--index", str(side.index), "--port", "0", *side.options]
    environment = as_installed() | {"PYTHONPATH": str(side.checkout)}
    with subprocess.Popen(command, env=environment, cwd=side.checkout, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own program
        try:
            yield Server(_port(server), server.pid)
        finally:
            server.terminate()


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r":(\d+)/", line):
            threading.Thread(target=server.stderr.read, daemon=True).start()  # else the pipe would fill
            return int(found[1])
    raise SystemExit("the server did not start")


def _queries(index: Path) -> tuple[list[str], list[str]]:
    """The sixty that are asked again and again, and some thousands of others."""
    passages = _passages(index)
    same = [query.typed for query in draw(passages)]
    new = dict.fromkeys(query.typed for seed in range(100, 100 + DRAWS) for query in draw(passages, seed=seed))
    return same, [typed for typed in new if typed not in same]


def _passages(index: Path) -> list[Item]:
    view = open_index(index).view()
    reports = (view.report(card.id) for card in list(view.cards())[::8])
    passages = [passage for report in reports if report for passage in report.passages]
    compacts = [compact_text(passage.text) for passage in passages]
    return [
        Item(passage.id, passage.text, compact, tuple(words(compact)), 0, passage.report, passage.kind)
        for passage, compact in zip(passages, compacts, strict=True)
    ]


def _remember(server: Server, paths: Sequence[str]) -> None:
    """Have every worker answer every path: each client's connection is one worker's."""
    for _ in range(CLIENTS):
        _ask(server, paths)


def _ask(server: Server, paths: Iterable[str], clients: int = 1) -> Load:
    """Ask all the paths, at most for `SECONDS` where there are several clients, each path by the next free client."""
    left = iter(paths)
    took: list[float] = []
    began, cpu = time.perf_counter(), server.cpu_seconds()
    end = began + SECONDS if clients > 1 else float("inf")
    with selectors.DefaultSelector() as waiting:
        for path in islice(left, clients):
            client = _Client(server.port)
            client.ask(path)
            waiting.register(client.socket, selectors.EVENT_READ, client)
        while waiting.get_map():
            for key, _ in waiting.select():
                if key.data.has_answer():
                    took.append(time.perf_counter() - key.data.began)
                    path = next(left, None) if time.perf_counter() < end else None
                    if path is None:
                        waiting.unregister(key.data.socket)
                        key.data.socket.close()
                    else:
                        key.data.ask(path)
    seconds, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    return Load(took, len(took) / seconds, cpu / len(took) * 1e3)


class _Client:
    """One connection that is kept alive, with at most one question on its way."""

    def __init__(self, port: int) -> None:
        self.socket = _connected(port)
        self.began = 0.0
        self._answer, self._length = bytearray(), -1

    def ask(self, path: str) -> None:
        self.began, self._answer, self._length = time.perf_counter(), bytearray(), -1
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode())

    def has_answer(self) -> bool:
        """Take what has arrived; whether it is the whole answer."""
        self._answer += self.socket.recv(1 << 18)
        if self._length < 0:
            head, found, _ = self._answer.partition(b"\r\n\r\n")
            if not found:
                return False
            status, length = head.split(b" ", 2)[1], re.search(rb"(?i)\ncontent-length: (\d+)", head)
            if status != b"200" or not length:
                raise SystemExit(f"answered {bytes(head[:200])!r}")
            self._length = len(head) + 4 + int(length[1])
        return len(self._answer) >= self._length


def _connected(port: int) -> socket.socket:
    """A connection to a server that may still be starting."""
    end = time.perf_counter() + START
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.perf_counter() > end:
                raise
            time.sleep(0.01)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--beside", nargs=2, type=Path, metavar=("CHECKOUT", "ITS_INDEX"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    if options.beside:
        here = Side(Path(__file__).resolve().parent.parent, options.index.resolve())
        print(compare(here, Side(*(path.resolve() for path in options.beside)), options.rounds))
    else:
        print(section(options.index))
