"""How long the costliest addresses of the site compute, and how much memory each adds.

    python bench/addresses.py INDEX [--seed 1]

The addresses are those with which `tests/chaos/rude.py` attacks. Nothing is remembered between them, and no client has
a limit. The time is that of the processor, so other work on the machine changes it little. A deadline that is ignored
shows as an answer that took much longer than `DEQING_REQUEST_SECONDS`.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
from pathlib import Path
from time import process_time
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DEQING_MEMORY": "0", "DEQING_CLIENT_SECONDS": "0"}

from deqing_search import indexing
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from tests.chaos import rude


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("| seconds | status | bytes | MB at most | address |\n|---:|---:|---:|---:|---|")
    for line in measured(given.index, random.Random(given.seed)):  # noqa: S311 - to repeat it
        print(line, flush=True)


def measured(index: Path, draw: random.Random):  # type: ignore[no-untyped-def]
    engine = indexing.open_index(index)
    client = create_app(engine, PermalinkStore(index)).test_client()
    longest = sorted(engine.view().cards(), key=lambda card: -card.passages)[:10]
    reports = [quote(card.id) for card in longest]
    client.get("/?q=发展")  # the templates are compiled once
    for address in (*rude.costly_addresses(draw, reports), *rude.costly_files(draw)):
        began = process_time()
        with client.get(address) as answer:
            size = len(answer.get_data())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        yield f"| {process_time() - began:.2f} | {answer.status_code} | {size:,} | {memory:,} | {address[:60]} |"


if __name__ == "__main__":
    main()
