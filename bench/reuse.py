"""How much of the reports is shared, and how long that takes: `python bench/reuse.py INDEX [--reports N] [--seed N]`.

The first line is one reading of all texts; then some reports are looked up clause by clause.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from pathlib import Path

from deqing_search.quotes.inheritance import inheritance
from deqing_search.quotes.reuse import reuse
from deqing_search.store.current import open_index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--reports", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    engine = open_index(args.index)
    start, computed = time.perf_counter(), time.process_time()
    rows = inheritance(engine)
    took, used = time.perf_counter() - start, time.process_time() - computed
    clauses = sum(row.whole.clauses for row in rows)
    elsewhere = sum(row.elsewhere.clauses for row in rows)
    inherited = sum(row.inherited.clauses for row in rows)
    repeated = sum(row.last_year.clauses for row in rows if row.last_year)
    print(f"{len(rows)} reports, {clauses} clauses of ten characters or more: {took:.1f} s, {used:.1f} s of computing")
    print(f"in another report {elsewhere / clauses:.2%}, in an earlier one {inherited / clauses:.2%}")
    print(f"in that of its place the year before {repeated / clauses:.2%}")
    drawn = random.Random(args.seed).sample(rows, min(args.reports, len(rows)))  # noqa: S311
    times, edited, whole = [], 0, 0
    for row in drawn:
        computed = time.process_time()
        found = reuse(engine, row.report.id)
        times.append(time.process_time() - computed)
        assert found is not None
        assert found.elsewhere == row.elsewhere
        edited, whole = edited + found.edited.clauses, whole + found.whole.clauses
    print(f"{len(drawn)} reports, equal to the reading: median {statistics.median(times):.2f} s of computing,")
    print(f"worst {max(times):.2f} s; edited from the year before {edited / whole:.2%} of the clauses")


if __name__ == "__main__":
    main()
