"""What cleaning does to clean reports: edits of every fix over a folder, and a sample of each to read.

    python bench/cleaning.py FOLDER [--sample N] [--seed N]

The figures in docs/cleaning.md come from this command over the corpus named there.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from pathlib import Path

from deqing_search.clean import clean
from deqing_search.extract import READERS, extract
from deqing_search.fixes import FIXES
from deqing_search.report import RawText
from deqing_search.sources import find_sources

AROUND = 24  # characters shown on either side of an edit


def main() -> None:
    options = _options()
    edits: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    samples: dict[str, list[str]] = defaultdict(list)
    characters, seconds, restless = 0, 0.0, 0
    for source in find_sources(options.folder, endings=READERS).sources:
        raw = extract(source)
        started = time.process_time()
        done = clean(raw)
        seconds += time.process_time() - started
        characters += len(raw.text)
        restless += bool(clean(RawText(raw.report, done.text, "")).stages)
        for entry in done.ledger:
            edits[entry.fix] += 1
            start, end = entry.source[0].start, entry.source[-1].end
            before, behind = raw.text[max(start - AROUND, 0) : start], raw.text[end : end + AROUND]
            samples[entry.fix].append(f"{raw.report}: {before!r} [{entry.before!r} → {entry.after!r}] {behind!r}")
        reports.update({entry.fix for entry in done.ledger})
    print(f"{characters:,} characters, {characters / seconds / 1e6:.1f} M characters/s of CPU time")
    print(f"{restless} reports in which a second round would edit again")
    print("| fix | edits | reports |\n|---|---:|---:|")
    for fix in FIXES:
        print(f"| {fix.name} | {edits[fix.name]:,} | {reports[fix.name]:,} |")
    chance = random.Random(options.seed)  # noqa: S311 - a sample, no secret
    for fix in FIXES if options.sample else ():
        print(f"\n## {fix.name}")
        for line in chance.sample(samples[fix.name], min(options.sample, len(samples[fix.name]))):
            print(" ", line)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
