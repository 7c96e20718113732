"""The embedded engine and one in a cluster on the same reports: equal answers, and the cost of each query.

    python bench/clustered.py FOLDER opensearch://127.0.0.1:9200/bench --work DIR [--reports 200]

The first run indexes the reports into both. Each of the sixty queries of `queries.py` is asked of both in turn, and of
the cluster once more with all matches read by this process, as for queries that the cluster cannot decide. Views
remember nothing of a query. The CPU time is that of this process, without the nodes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from material import items, read_reports
from queries import Query, draw

from deqing_search.engine.base import Engine, View
from deqing_search.engine.opensearch.engine import OpenSearchEngine
from deqing_search.engine.opensearch.view import FIRST
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.errors import IndexMissing
from deqing_search.language.folding import compact_text
from deqing_search.search.searcher import SearchRequest, read, search


class Cost(NamedTuple):
    """Seconds that an answer took."""

    wall: float
    cpu: float


class Remembered(NamedTuple):
    """A viewer that always gives the same view."""

    opened: View

    def view(self) -> View:
        return self.opened


def main() -> None:
    """Compare the engines and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("address")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--reports", type=int)
    options = parser.parse_args()
    reports = read_reports(options.folder, most=options.reports)

    def embedded() -> Engine:
        return WhooshEngine(options.work, compact=compact_text)

    def clustered(first: int | None = FIRST) -> Engine:
        return OpenSearchEngine(options.address, compact=compact_text, shards=3, first=first)

    for engine in (embedded(), clustered()):
        try:
            engine.view()
        except IndexMissing:
            began = Cost(time.perf_counter(), time.process_time())
            engine.write(reports)
            cost = Cost(time.perf_counter() - began.wall, time.process_time() - began.cpu)
            print(f"{type(engine).__name__}: built in {cost.wall:.0f} s, {cost.cpu:.0f} CPU s", flush=True)
    queries = draw(list(items(reports)))
    print(f"{len(reports)} reports, {sum(len(one.analysed) for one in reports)} passages, {len(queries)} queries")
    compare(queries, [embedded, clustered, lambda: clustered(None)])


def compare(queries: Sequence[Query], engines: Sequence[Callable[[], Engine]]) -> None:
    """Ask every query of all engines; print those with different answers, and the cost of all as ratios."""
    costs: list[list[Cost]] = [[] for _ in engines]
    different = 0
    for query in queries:
        answers = []
        for engine, of_engine in zip(engines, costs, strict=True):
            view = engine().view()
            view.cards()
            began = Cost(time.perf_counter(), time.process_time())
            results = search(Remembered(view), SearchRequest(query.typed))
            of_engine.append(Cost(time.perf_counter() - began.wall, time.process_time() - began.cpu))
            root = read(query.typed).root
            answers.append((results, view.years(root), view.extents(root)) if root else (results,))
        if any(answer != answers[0] for answer in answers):
            different += 1
            print(f"different: {query.typed}")
        print(
            query.kind, query.typed, *(f"{1000 * of[-1].wall:.0f}/{1000 * of[-1].cpu:.0f}" for of in costs), flush=True
        )
    print(f"{len(queries) - different} of {len(queries)} answers are equal")
    for name, of_engine in zip(("embedded", "cluster", "cluster, all texts read"), costs, strict=True):
        print(f"{name}: {_ratios(of_engine, costs[0])}")


def _ratios(costs: Iterable[Cost], base: Sequence[Cost]) -> str:
    """The cost of an engine as multiples of that of another."""
    wall, cpu = np.array(list(costs)).T
    base_wall, base_cpu = np.array(base).T
    ratios = [np.percentile(wall, p) / np.percentile(base_wall, p) for p in (50, 95)]
    return f"wall p50 {ratios[0]:.1f} times, p95 {ratios[1]:.1f} times; CPU {cpu.sum() / base_cpu.sum():.1f} times"


if __name__ == "__main__":
    main()
