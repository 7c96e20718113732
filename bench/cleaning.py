"""What cleaning does to clean reports: edits of every fix over a folder, and a sample of each to read; and how fast
cleaning and structuring are, on the reports as they are and with each class of damage sown into some of them.

    python bench/cleaning.py FOLDER [--sample N] [--seed N] [--speed]

The figures in docs/cleaning.md come from this command over the corpus named there.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from deqing_search.cleaning.cleaner import clean
from deqing_search.cleaning.fixes import FIXES
from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.limited_processes import collect_rarely
from deqing_search.report import RawText
from deqing_search.sources.discovery import find_sources
from deqing_search.structure.passages import passages_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.damage import CLASSES, clean_reports, damaged

SPEED_REPORTS = 24
AROUND = 24  # characters shown on either side of an edit


def main() -> None:
    options = _options()
    if not options.speed:
        print_edits(options)
    print_speed(options.folder)


def print_edits(options: argparse.Namespace) -> None:
    """How often each fix acts on the reports, and a sample of what it did."""
    edits: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    samples: dict[str, list[str]] = defaultdict(list)
    characters = restless = 0
    for source in find_sources(options.folder, endings=READERS, fixes=TITLES).sources:
        raw = extract(source)
        done = clean(raw)
        characters += len(raw.text)
        restless += bool(clean(RawText(raw.report, done.text, "")).stages)
        for entry in done.edit_log:
            edits[entry.fix] += 1
            start, end = entry.source[0].start, entry.source[-1].end
            before, behind = raw.text[max(start - AROUND, 0) : start], raw.text[end : end + AROUND]
            samples[entry.fix].append(f"{raw.report}: {before!r} [{entry.before!r} → {entry.after!r}] {behind!r}")
        reports.update({entry.fix for entry in done.edit_log})
    print(f"{characters:,} characters")
    print(f"{restless} reports in which a second round would edit again")
    print("| fix | edits | reports |\n|---|---:|---:|")
    for fix in FIXES:
        print(f"| {fix.name} | {edits[fix.name]:,} | {reports[fix.name]:,} |")
    chance = random.Random(options.seed)  # noqa: S311 - a sample, no secret
    for fix in FIXES if options.sample else ():
        print(f"\n## {fix.name}")
        for line in chance.sample(samples[fix.name], min(options.sample, len(samples[fix.name]))):
            print(" ", line)


def print_speed(folder: Path) -> None:
    """Megabytes of UTF-8 that are cleaned and made into passages in a second of CPU time, class by class."""
    collect_rarely()  # as the processes that read do
    reports = list(clean_reports(folder, SPEED_REPORTS, 1))
    print("\n| cleaning and passages | MB/s |\n|---|---:|")
    whole = [RawText("r", "\n".join(lines) + "\n", "") for lines in reports]
    print(f"| clean reports | {speed(whole):.1f} |")
    for name, damage in CLASSES.items():
        print(f"| {name} | {speed(raw for _, raw in damaged(damage, reports, 1)):.1f} |")


def speed(texts: Iterable[RawText]) -> float:
    """The better of two runs: the first one warms what is worked out once."""
    held = list(texts)
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        for raw in held:
            passages_of(raw, clean(raw))
        best = min(best, time.process_time() - started)
    return sum(len(raw.text.encode()) for raw in held) / best / 1e6


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", action="store_true", help="only how fast it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
