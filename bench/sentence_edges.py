"""Fits the weights by which cleaning tells a torn sentence from one whose last stop was forgotten.

    python bench/sentence_edges.py FOLDER [--part K/N] --runs > deqing_search/data/inner_runs.tsv
    python bench/sentence_edges.py FOLDER [--part K/N] > deqing_search/data/sentence_edges.tsv
    python bench/sentence_edges.py FOLDER --part K/N --score

Paragraphs of the cleaned reports of a folder are torn inside a clause and after a comma. Others lose their last stop,
or get a comma in its place, and the next paragraph follows. A logistic model is fitted by gradient descent, both kinds
weighing the same. `--runs` lists the characters that often stand together inside clauses. `--score` prints, for the
weights in use, the share of each kind that is called torn at several odds.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.sentence_edges import goes_on, signs_of
from deqing_search.text.lines import HAN, ends_sentence, is_byline, is_item, is_prose, numbering

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.paragraphs import parser_of, reports_of
from tests.sown.lines import is_long

_LEAST, _LIGHTEST = 20, 0.1  # times a sign is seen; weight of one that is kept
_ROUNDS, _STEP, _SHRINK = 250, 0.05, 1.0
_MARKS = "，。；：！？、"
_CLAUSE = re.compile(f"[{HAN}]+")
_MOST_OFTEN = 10
_LEAST_RUNS = {2: 3, 3: 4}  # powers of two: how often two and three characters stand together
_ODDS = (-1.0, 0.0, 0.5, 1.0, 2.0)


class Example(NamedTuple):
    """Two lines of a text, with whether a sentence was torn between them."""

    torn: bool
    left: str
    right: str
    text: str


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--score", action="store_true")
    parser.add_argument("--runs", action="store_true")
    options = parser.parse_args()
    reports = list(reports_of(options.folder, options.part))
    if options.runs:
        print_runs(reports)
        return
    chance = random.Random(1)  # noqa: S311
    examples = (example for report in reports for comma in (False, True) for example in drawn(report, chance, comma))
    if options.score:
        score(examples)
        return
    print(
        "# What a sign at a break between two lines weighs, as a logarithm of the odds that a sentence goes on there:"
    )
    print(f"# fitted on the texts of {len(reports)} cleaned reports by bench/sentence_edges.py. A row: sign, weight.")
    weights = fitted([(example.torn, list(signs_of(*example[1:]))) for example in examples])
    for sign, weight in sorted(weights.items()):
        if abs(weight) >= _LIGHTEST:
            print(f"{sign}\t{weight:.2f}")


def print_runs(reports: list[list[str]]) -> None:
    """Print the frequent runs: how often as a power of two, all characters but the last, all last ones."""
    runs = Counter(
        clause[at : at + size]
        for report in reports
        for line in report
        for clause in _CLAUSE.findall(line)
        for size in _LEAST_RUNS
        for at in range(len(clause) - size + 1)
    )
    print("# Characters that stand together inside clauses, from two to the power of the first column times on:")
    print(
        f"# counted in {len(reports)} cleaned reports by bench/sentence_edges.py. A row: power, beginning, last ones."
    )
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for run, often in runs.items():
        power = min(often.bit_length() - 1, _MOST_OFTEN)
        if power >= _LEAST_RUNS[len(run)]:
            found[run[:-1], power].append(run[-1])
    for (beginning, power), last in sorted(found.items()):
        print(power, beginning, "".join(sorted(last)), sep="\t")


def drawn(report: list[str], chance: random.Random, comma: bool) -> Iterator[Example]:
    """Long paragraphs torn at one place each, and ends of paragraphs without their stops."""
    text = "\n".join(report)
    for at, line in enumerate(report):
        if not is_long(line):
            continue
        places = [place for place in range(20, len(line) - 8) if _can_tear(line[place - 1], line[place], comma)]
        if places:
            place = chance.choice(places)
            yield Example(True, line[:place], line[place:], text.replace(line, f"{line[:place]}\n{line[place:]}"))
        below = next(filter(_opens, report[at + 1 : at + 3]), None)
        if below:
            left = re.sub("[。！？]+(?=[”’）]*$)", "，" * comma, line)
            yield Example(False, left, below, text.replace(line, left))


def _can_tear(before: str, after: str, comma: bool) -> bool:
    """Inside a clause, or after a comma."""
    if comma:
        return before == "，"
    return not before.isascii() and before not in _MARKS + "“‘（《" and after not in _MARKS + "”’）》"


def _opens(line: str) -> bool:
    return (
        is_prose(line) and ends_sentence(line) and numbering(line) is None and not is_item(line) and not is_byline(line)
    )


def fitted(examples: list[tuple[bool, list[str]]]) -> dict[str, float]:
    """The weight of every sign that is seen often enough."""
    often = Counter(sign for _, signs in examples for sign in set(signs))
    places = {sign: place for place, sign in enumerate(sign for sign, times in often.items() if times >= _LEAST)}
    seen = [(row, places[sign]) for row, (_, signs) in enumerate(examples) for sign in signs if sign in places]
    rows, columns = np.array(seen).T
    torn = np.array([one for one, _ in examples], float)
    shares = np.where(torn == 1, 1 / torn.mean(), 1 / (1 - torn.mean())) / 2
    weights, mean, spread = np.zeros((3, len(places)))
    for turn in range(1, _ROUNDS + 1):
        likely = 1 / (1 + np.exp(-np.bincount(rows, weights[columns], len(examples))))
        slope = np.bincount(columns, ((likely - torn) * shares)[rows], len(places)) + _SHRINK * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope * slope
        weights -= _STEP * (mean / (1 - 0.9**turn)) / (np.sqrt(spread / (1 - 0.99**turn)) + 1e-8)
    return dict(zip(places, weights.tolist(), strict=True))


def score(examples: Iterator[Example]) -> None:
    """Print how many of each kind are called torn."""
    found = [
        (example.torn, example.left[-1] == "，", [goes_on(*example[1:], least=odds) for odds in _ODDS])
        for example in examples
    ]
    print("| break | kind | number | " + " | ".join(f"odds > {odds:g}" for odds in _ODDS) + " |")
    print("|---|---|---:|" + "---:|" * len(_ODDS))
    for comma in (False, True):
        for torn in (True, False):
            these = np.array([calls for one, other, calls in found if (one, other) == (torn, comma)])
            shares = " | ".join(f"{share:.3f}" for share in these.mean(axis=0))
            print(f"| {'comma' if comma else 'no stop'} | {'torn' if torn else 'ended'} | {len(these)} | {shares} |")


if __name__ == "__main__":
    main()
