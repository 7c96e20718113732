"""How often 也查相关的词 offers the official word for an everyday one, in pairs written without seeing the offers.

    python bench/related.py [--index DIR] [--every 2] [--from 0]

A pair of data/lay_pairs.tsv is met if one of its official words is among the first ten offers, letter for letter.
*Contained* also counts an offer that contains one. Half of the pairs (`--every 2 --from 0`) were looked at when the
weights were chosen, the other half (`--from 1`) were not.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

from deqing_search import config, indexing
from deqing_search.language.folding import compact_text
from deqing_search.search import searcher

PAIRS = Path(__file__).parent / "data" / "lay_pairs.tsv"
TOP = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path, default=config.index_dir())
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="first")
    options = parser.parse_args()
    engine = indexing.open_index(options.index)
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        pairs = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[options.first :: options.every]
    met, contained, frequent, met_frequent, times, missed = 0, 0, 0, 0, [], []
    for pair in pairs:
        began = time.perf_counter()
        offers = [compact_text(one.text) for one in searcher.related(engine, pair["lay"], TOP)]
        times.append((time.perf_counter() - began) * 1000)
        official = list(map(compact_text, pair["official"].split("|")))
        same = any(word in offers for word in official)
        met += same
        contained += same or any(word in offer for word in official for offer in offers)
        if int(pair["reports_with_lay"]) >= 10:
            frequent += 1
            met_frequent += same
        if not same:
            missed.append(pair["lay"])
    print(f"official word among the first {TOP}: {met}/{len(pairs)}; contained: {contained}")
    print(f"of the pairs whose everyday word is in 10 reports or more: {met_frequent}/{frequent}")
    times.sort()
    print(f"ms: p50 {times[len(times) // 2]:.1f}, p95 {times[len(times) * 95 // 100]:.1f}")
    print("missed:", " ".join(missed))


if __name__ == "__main__":
    main()
