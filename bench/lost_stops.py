"""How many lost stops cleaning takes for torn paragraphs, and how many torn paragraphs it joins.

    python bench/lost_stops.py FOLDER [--part K/N] [--share S] [--seed N]

In the cleaned reports of one part of a folder a share of the paragraphs loses the last stop. A join there is wrong: it
makes one sentence of two. In a copy of the same reports, paragraphs are torn as by a column (`tests/sown/pages.py`).
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from deqing_search.cleaning.broken_paragraphs import broken_by_column, broken_by_heading
from deqing_search.text.lines import is_prose
from deqing_search.text.offsets import apply_edits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.paragraphs import parser_of, reports_of
from tests.damage import Damage
from tests.sown.lines import paragraphs_of
from tests.sown.pages import broken_paragraphs
from tests.sown.prints import headings_inside


class Lost(NamedTuple):
    """A text of which some paragraphs lost their stops, and the offsets of their ends."""

    text: str
    ends: set[int]


def main() -> None:
    options = _options()
    reports = list(reports_of(options.folder, options.part))
    lost = columns = headings = 0
    for number, report in enumerate(reports):
        text, ends = without_stops(report, random.Random(options.seed * 1000 + number), options.share)  # noqa: S311
        lost += len(ends)
        columns += sum(edit.start in ends for edit in broken_by_column(text))
        headings += sum(edit.start in ends and not edit.after for edit in broken_by_heading(text))
    wrong = (columns + headings) / max(lost, 1)
    print(f"{len(reports)} reports, {lost} stops lost: {columns} joins, {headings} moved headings ({wrong:.2%})")
    for damage in (broken_paragraphs, headings_inside):
        print(f"{damage.__name__}: F1 {f1(reports, damage, options.seed):.4f}")


def without_stops(report: list[str], chance: random.Random, share: float) -> Lost:
    """The report without the last stops of a share of its paragraphs.

    >>> without_stops(["今年，经济平稳增长，民生继续改善。", "各位代表！"], random.Random(1), 1.0)
    Lost(text='今年，经济平稳增长，民生继续改善\\n各位代表！\\n', ends={16})
    """
    text, ends = "", set()
    for line in report[:-1]:
        shorter = re.sub("[。！]+(?=[”’）]*$)", "", line)
        if shorter != line and is_prose(line) and chance.random() < share:
            ends.add(len(text) + len(shorter))
            line = shorter
        text += f"{line}\n"
    return Lost(f"{text}{report[-1]}\n", ends)


def f1(reports: list[list[str]], damage: Damage, seed: int) -> float:
    """How many paragraphs the two fixes bring back whole."""
    hits = total = 0
    for number, report in enumerate(reports):
        text = damage(report, random.Random(seed * 1000 + number))  # noqa: S311
        text = apply_edits(text, broken_by_heading(text))
        found = paragraphs_of(apply_edits(text, broken_by_column(text)))
        hits += (Counter(found) & Counter(report)).total()
        total += len(found) + len(report)
    return 2 * hits / max(total, 1)


def _options() -> argparse.Namespace:
    parser = parser_of(__doc__, part="3/4")
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
