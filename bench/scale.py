"""What an index costs by its size, in a folder and in a cluster; prints the tables of docs/scale.md.

    pip install -e '.[cluster,fast]'
    python bench/scale.py INDEX --work DIR [--reports 919 3446 11490] [--engines embedded cluster] [--heap 2g]

INDEX is a folder that `search-cli index` built of some hundred reports. For each size `redrawn.py` builds an index of
so many reports drawn from them, in a folder and in a cluster of one node, which this command starts on loopback as
`make cluster` does. Then a new process opens each index and asks the sixty queries of `queries.py`, and one process
asks both engines in turn. The queries are drawn from INDEX, so every size has the same ones.

Each figure is added to DIR/measured.jsonl as soon as it is there, and what is there is not measured again: the command
can be ended and given again. A build goes on too, but its figures are those of the last part. A million passages take
4 GB in a folder and 13 GB in a cluster.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from command import as_installed
from material import Item
from memory import resident
from queries import draw
from redrawn import read_index

from deqing_search.engine.base import AnalysedReport, Viewer
from deqing_search.search.searcher import SearchRequest, search
from deqing_search.store.current import open_index
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.cluster.nodes import Cluster

CLUSTER = "cluster"
ROUNDS = 3
LISTS = (
    ("home", "/"),
    ("/r/", "/r/"),
    ("/coverage", "/coverage"),
    ("/reuse", "/reuse"),
    ("/api/v1/reports", "/api/v1/reports"),
    ("sitemap", "/sitemap.xml"),
    ("its first part", "/sitemap-1.xml"),
    ("results", "/?q=地理信息"),
    ("/api/v1/search", "/api/v1/search?q=地理信息"),
)
COUNTRY = 17_000_000  # passages: 2,800 counties, 30 years
_REDRAWN = Path(__file__).with_name("redrawn.py")
_TICK = os.sysconf("SC_CLK_TCK")

_OPEN = """
import json, sys, time
from pathlib import Path
import deqing_search.engine.opensearch.engine, deqing_search.engine.whoosh.engine
from deqing_search.store.current import built_with, open_index
from deqing_search.search.searcher import SearchRequest, search
built_with()  # reads the tables that it names, as every process does once
def now(): return time.process_time() * 1e3
def memory(name): return next(int(one.split()[1]) / 1024 for one in open("/proc/self/status") if one.startswith(name))
began = now(); index = open_index(Path(sys.argv[1])); opened = now()
typed = json.loads(sys.argv[2]); search(index, SearchRequest(typed[0])); first = now()
cards = index.view().cards(); listed = now()
for one in typed[1:]: search(index, SearchRequest(one))
took = {"open": opened - began, "first": first - opened, "cards": listed - first}
held = {"passages": sum(card.passages for card in cards), "peak": memory("VmHWM"), "own": memory("RssAnon")}
print(json.dumps({**took, **held}))
"""

Row = dict[str, Any]


def main() -> None:
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    log = Log(options.work / "measured.jsonl")
    with ExitStack() as running:
        cluster = None
        if CLUSTER in options.engines:
            nodes = Cluster(
                options.work / CLUSTER, first_port=options.port, jvm=(f"-Xms{options.heap}", f"-Xmx{options.heap}")
            )
            cluster = running.enter_context(nodes)
        places = [
            [Place(one, reports, options.work, cluster) for one in options.engines] for reports in options.reports
        ]
        for one in chain(*places):
            log.once(f"build {one.engine}", one.reports, partial(one.build, options.index))
        queries = _queries(options.index, options.work / "queries.json")
        for one in chain(*places):
            log.once(f"open {one.engine}", one.reports, partial(one.opened, queries))
        for same in places:
            log.once(f"ask {' '.join(one.engine for one in same)}", same[0].reports, partial(ask, same, queries))
            if same[0].engine != CLUSTER:
                log.once(f"lists {same[0].engine}", same[0].reports, partial(lists, same[0]))
    print(log.tables())


class Log:
    """What was measured, a row a figure, in a file that is only added to."""

    def __init__(self, file: Path) -> None:
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.rows: list[Row] = [json.loads(line) for line in lines]

    def once(self, what: str, reports: int, measure: Callable[[], Row]) -> None:
        """Measure and add a row, unless it is there."""
        if self.found(what, reports):
            return
        load = os.getloadavg()[0]
        row = {"what": what, "reports": reports, **measure(), "load": [load, os.getloadavg()[0]]}
        self.rows.append(row)
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
        print(row, file=sys.stderr, flush=True)

    def found(self, what: str, reports: int) -> Row | None:
        return next((row for row in self.rows if (row["what"], row["reports"]) == (what, reports)), None)

    def tables(self) -> str:
        """All that was measured, as Markdown."""
        return "\n\n".join(
            map("\n".join, (self._built(), self._opened(), self._asked(), self._listed(), self._country()))
        )

    def _each(self, what: str) -> Iterator[tuple[str, str, Row]]:
        """Passages and engine of each row that begins with this word."""
        for row in self.rows:
            if row["what"].startswith(what):
                built = next(one for one in self.rows if "passages" in one and one["reports"] == row["reports"])
                yield f"{built['passages']:,}", row["what"].partition(" ")[2], row

    def _built(self) -> Iterator[str]:
        took = "CPU s | of it drawing | suggestions | of the node | seconds | load"
        yield f"| passages | engine | {took} | peak MB | index MB | links MB | suggestions MB |"
        yield "|---:|---|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|"
        for passages, engine, row in self._each("build"):
            took = " | ".join(f"{row[n]:,.0f}" for n in ("cpu", "drawing", "suggestions", "node_cpu", "seconds"))
            held = " | ".join(f"{row[n]:,.0f}" for n in ("peak_mb", "index_mb", "links_mb", "suggestions_mb"))
            yield f"| {passages} | {engine} | {took} | {_load(row)} | {held} |"

    def _opened(self) -> Iterator[str]:
        yield "| passages | engine | open ms | first query ms | cards ms | peak MB | its own MB | node MB | load |"
        yield "|---:|---|---:|---:|---:|---:|---:|---:|---|"
        for passages, engine, row in self._each("open"):
            took = " | ".join(f"{row[name]:,.0f}" for name in ("open", "first", "cards", "peak", "own"))
            node = f"{row['node_mb']:,.0f}" if "node_mb" in row else "–"
            yield f"| {passages} | {engine} | {took} | {node} | {_load(row)} |"

    def _asked(self) -> Iterator[str]:
        yield "| passages | engine | CPU ms p50 | p95 | of the node | ms p50 | p95 | × p50 | equal answers | load |"
        yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|"
        for passages, _, row in self._each("ask"):
            base = np.percentile(next(iter(row["ms"].values())), 50)
            for engine, times in row["ms"].items():
                cpu, clock = (np.percentile(values, (50, 95)) for values in (row["cpu_ms"][engine], times))
                node = f"{row['node_cpu_ms']:.1f}" if engine == CLUSTER else "–"
                equal = f"{len(times) - len(row['different'])} of {len(times)}"
                cells = (
                    *(f"{one:.1f}" for one in cpu),
                    node,
                    *(f"{one:.1f}" for one in clock),
                    f"{clock[0] / base:.1f}",
                )
                yield f"| {passages} | {engine} | {' | '.join(cells)} | {equal} | {_load(row)} |"

    def _listed(self) -> Iterator[str]:
        rows = list(self._each("lists"))
        yield f"| passages | {' | '.join(rows[0][2]['bytes'])} |" if rows else ""
        yield f"|---:{'|---:' * len(rows[0][2]['bytes'])}|" if rows else ""
        for passages, _, row in rows:
            yield f"| {passages}, KB | {' | '.join(f'{size / 1e3:.1f}' for size in row['bytes'].values())} |"
            yield f"| {passages}, CPU ms | {' | '.join(f'{took:.1f}' for took in row['page_ms'].values())} |"

    def _country(self) -> Iterator[str]:
        """The largest build of each engine, in proportion for a million passages and for those of a country."""
        country = f"CPU hours, {COUNTRY:,} | index GB | links GB | suggestions GB"
        yield f"| engine | measured on | CPU hours a million | index GB | {country} |"
        yield "|---|---:|---:|---:|---:|---:|---:|---:|"
        largest = {engine: (passages, row) for passages, engine, row in self._each("build")}
        for engine, (passages, row) in largest.items():
            each = 1e6 / int(passages.replace(",", ""))
            hours, size = (row["cpu"] - row["drawing"] + row["node_cpu"]) / 3600 * each, row["index_mb"] / 1e3 * each
            rest = (row[name] / 1e3 * each * COUNTRY / 1e6 for name in ("links_mb", "suggestions_mb"))
            cells = (hours, size, hours * COUNTRY / 1e6, size * COUNTRY / 1e6, *rest)
            yield f"| {engine} | {passages} | {' | '.join(f'{cell:,.2f}' for cell in cells)} |"


def _load(row: Row) -> str:
    return "–".join(f"{load:.0f}" for load in row["load"])


class Place:
    """The index of one engine and one size."""

    def __init__(self, engine: str, reports: int, work: Path, cluster: Cluster | None) -> None:
        self.engine, self.index, self.reports = engine, work / f"{engine}-{reports}", reports
        self._cluster = cluster if engine == CLUSTER else None
        self.name = f"scale{reports}"
        self.address = f"opensearch://{self._cluster.address}/{self.name}" if self._cluster else ""

    def build(self, source: Path) -> Row:
        """Run `redrawn.py`, and read what the node used meanwhile."""
        began, there = time.monotonic(), self.node_cpu()
        options = (f"--reports={self.reports}", f"--engine={self.address}")
        command = [sys.executable, _REDRAWN, source, self.index, *options]
        said = subprocess.run(command, env=as_installed(), check=True, stdout=subprocess.PIPE).stdout  # noqa: S603
        took = {"seconds": time.monotonic() - began, "node_cpu": self.node_cpu() - there}
        return {**json.loads(said), **took, **self._disk()}

    def opened(self, queries: Sequence[str]) -> Row:
        """Open the index in a new process and ask all queries; the files are in the memory of the system."""
        environment = {**as_installed(), "DEQING_ENGINE": self.address}
        command = [sys.executable, "-c", _OPEN, str(self.index), json.dumps(queries)]
        said = [subprocess.run(command, env=environment, check=True, capture_output=True).stdout for _ in "123"]  # noqa: S603
        rows = [json.loads(one) for one in said]
        node = {"node_mb": resident(self._cluster.processes[0].pid)} if self._cluster else {}
        return {**{name: statistics.median(row[name] for row in rows) for name in rows[0]}, **node}

    def viewer(self) -> Viewer:
        """The opened index; it remembers no answers."""
        os.environ["DEQING_ENGINE"], os.environ["DEQING_MEMORY"] = self.address, "0"
        opened = open_index(self.index)
        opened.view().cards()
        return opened

    def node_cpu(self) -> float:
        """Seconds of processor time of the node."""
        if not self._cluster:
            return 0.0
        stat = Path(f"/proc/{self._cluster.processes[0].pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / _TICK

    def _disk(self) -> Row:
        """Megabytes: of the passages and postings, of the permalink store, of what suggestions are read from."""
        sizes = {file: file.stat().st_size / 1e6 for file in self.index.rglob("*") if file.is_file()}
        links = sum(size for file, size in sizes.items() if file.name.startswith("passages.sqlite"))
        suggestions = sum(size for file, size in sizes.items() if file.name.startswith(("suggestions", "related")))
        held = sum(sizes.values()) - links - suggestions
        if self._cluster:
            self._cluster.ask(f"/{self.name}-*/_flush", "POST")
            stored = self._cluster.ask(f"/_cat/indices/{self.name}-*?bytes=b&format=json")
            held = sum(int(one["store.size"]) for one in stored) / 1e6
        return {"index_mb": held, "links_mb": links, "suggestions_mb": suggestions}


def ask(places: Sequence[Place], queries: Sequence[str]) -> Row:
    """Ask every query of all engines in turn; for each query the medians of the rounds, in milliseconds."""
    viewers = {place.engine: place.viewer() for place in places}
    clock: dict[str, list[list[float]]] = {engine: [[] for _ in queries] for engine in viewers}
    cpu: dict[str, list[list[float]]] = {engine: [[] for _ in queries] for engine in viewers}
    node = -sum(place.node_cpu() for place in places)
    different = set[str]()
    for _ in range(ROUNDS):
        for number, typed in enumerate(queries):
            answers = []
            for engine, viewer in viewers.items():
                began, before = time.perf_counter(), time.process_time()
                answers.append(search(viewer, SearchRequest(typed)))
                clock[engine][number].append((time.perf_counter() - began) * 1e3)
                cpu[engine][number].append((time.process_time() - before) * 1e3)
            if any(answer != answers[0] for answer in answers):
                different.add(typed)
    node += sum(place.node_cpu() for place in places)
    used = {"node_cpu_ms": 1e3 * node / (ROUNDS * len(queries)), "different": sorted(different)}
    return {"ms": _medians(clock), "cpu_ms": _medians(cpu), **used}


def _medians(taken: dict[str, list[list[float]]]) -> dict[str, list[float]]:
    return {engine: [statistics.median(times) for times in rounds] for engine, rounds in taken.items()}


def lists(place: Place) -> Row:
    """The bytes of the lists of the site, and the processor time of each when it is asked for again."""
    os.environ["DEQING_CLIENT_SECONDS"] = "0"
    viewer = place.viewer()
    client = create_app(viewer, PermalinkStore(place.index)).test_client()
    card = viewer.view().cards()[-1]
    report = viewer.view().report(card.id)
    assert report
    sizes, took = {}, {}
    for name, address in (*LISTS, ("a report", f"/r/{quote(card.id)}"), ("a passage", f"/p/{report.passages[9].id}")):
        client.get(address)
        began = time.process_time()
        answer = client.get(address)
        took[name], sizes[name] = (time.process_time() - began) * 1e3, len(answer.data)
        assert answer.status_code == 200, address
    return {"bytes": sizes, "page_ms": took}


def _queries(index: Path, file: Path) -> list[str]:
    """The sixty queries, drawn from the index the first time."""
    if not file.exists():
        file.write_text(json.dumps([query.typed for query in draw(_items(read_index(index)))]))
    found: list[str] = json.loads(file.read_text())
    return found


def _items(reports: Sequence[AnalysedReport]) -> list[Item]:
    """The passages, with the terms of the index for words."""
    return [
        Item(passage.id, passage.text, analysed.compact, analysed.terms, one.report.meta.year or 0, "", passage.kind)
        for one in reports
        for passage, analysed in zip(one.report.passages, one.analysed, strict=True)
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--reports", type=int, nargs="+", default=[919, 3446, 11490])
    parser.add_argument("--engines", nargs="+", default=["embedded", CLUSTER], choices=["embedded", CLUSTER])
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--port", type=int, default=9270)
    return parser.parse_args()


if __name__ == "__main__":
    main()
