"""The embedded engine and one in a cluster on the same reports: equal answers, and the cost of each query.

    python bench/clustered.py FOLDER opensearch://127.0.0.1:9200/bench --work DIR [--reports 200] [--generated 500]

The first run indexes the reports into all: the embedded engine, and in the cluster one index of one shard and one of
three. Each of the sixty queries of `queries.py` is asked of all in turn, then as many generated requests with every
operator, mode and order. Views remember nothing of a query. The CPU time is that of this process, without the nodes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from material import items, read_reports
from queries import draw, generate

from deqing_search.engine.base import AnalysedReport, Engine, View
from deqing_search.engine.opensearch.engine import OpenSearchEngine
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.errors import IndexMissing, UsageError
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


Engines = Mapping[str, Callable[[], Engine]]


def main() -> None:
    """Compare the engines and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("address")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--reports", type=int)
    parser.add_argument("--generated", type=int, default=500)
    parser.add_argument("--shards", type=int, nargs="*", default=[1, 3])
    options = parser.parse_args()
    reports = read_reports(options.folder, most=options.reports)
    engines: Engines = {
        "embedded": partial(WhooshEngine, options.work, compact=compact_text),
        **{
            f"{shards} shards": partial(
                OpenSearchEngine, f"{options.address}-{shards}", compact=compact_text, shards=shards
            )
            for shards in options.shards
        },
    }
    build(engines, reports)
    found = list(items(reports))
    typed = [SearchRequest(query.typed) for query in draw(found)]
    generated = generate(reports, found, options.generated)
    print(f"{len(reports)} reports, {sum(len(one.analysed) for one in reports)} passages")
    for name, requests in (("queries", typed), ("generated requests", generated)):
        print(f"{len(requests)} {name}", flush=True)
        compare(requests, engines)


def build(engines: Engines, reports: Sequence[AnalysedReport]) -> None:
    """Index the reports into the engines that have none."""
    for name, engine in engines.items():
        try:
            engine().view()
        except IndexMissing:
            began = _now()
            engine().write(reports)
            cost = _since(began)
            print(f"{name}: built in {cost.wall:.0f} s, {cost.cpu:.0f} CPU s", flush=True)


def compare(requests: Sequence[SearchRequest], engines: Engines) -> None:
    """Ask every request of all engines; print those with different answers, and the cost of all as ratios."""
    costs: list[list[Cost]] = []
    different = 0
    for request in requests:
        asked = [ask(engine().view(), request) for engine in engines.values()]
        if any(answer != asked[0][0] for answer, _ in asked):
            different += 1
            print(f"different: {request}")
        costs.append([cost for _, cost in asked])
        print(request.typed, *(f"{1000 * cost.wall:.0f}/{1000 * cost.cpu:.0f}" for cost in costs[-1]), flush=True)
    print(f"{len(requests) - different} of {len(requests)} answers are equal")
    for name, of_engine in zip(engines, zip(*costs, strict=True), strict=True):
        print(f"{name}: {_ratios(of_engine, [row[0] for row in costs])}")


def ask(view: View, request: SearchRequest) -> tuple[object, Cost]:
    """The results of a request, with occurrences and extents by year, and what they cost."""
    view.cards()
    began = _now()
    try:
        results = search(Remembered(view), request)
        root = read(request.typed).root
        answer: object = (results, view.years(root), view.extents(root)) if root else results
    except UsageError as refused:
        answer = str(refused)
    return answer, _since(began)


def _now() -> Cost:
    return Cost(time.perf_counter(), time.process_time())


def _since(began: Cost) -> Cost:
    now = _now()
    return Cost(now.wall - began.wall, now.cpu - began.cpu)


def _ratios(costs: Iterable[Cost], base: Sequence[Cost]) -> str:
    """The cost of an engine as multiples of that of another."""
    wall, cpu = np.array(list(costs)).T
    base_wall, base_cpu = np.array(base).T
    ratios = [np.percentile(wall, p) / np.percentile(base_wall, p) for p in (50, 95)]
    return f"wall p50 {ratios[0]:.1f} times, p95 {ratios[1]:.1f} times; CPU {cpu.sum() / base_cpu.sum():.1f} times"


if __name__ == "__main__":
    main()
