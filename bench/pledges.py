"""Pledges against 100 pairs of target and outcome labelled by someone who had not seen the code.

    python bench/pledges.py INDEX              how many are judged, and how many of those as the labels say
    python bench/pledges.py INDEX --errors     each pair that differs

INDEX is an index of the city reports. The labels are in data/pledge-labels-blind.tsv, explained in
data/figure-labels.md. A judged pair is right if both numbers and the verdict are; near counts as met, as the labels
allow half a percentage point below 左右.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from deqing_search.research.figures import Figure
from deqing_search.research.pledges import Pledge, find_pledges
from deqing_search.store.current import open_index

LABELS = Path(__file__).parent / "data" / "pledge-labels-blind.tsv"
JUDGED = {"met": "met", "near": "met", "missed": "missed"}


class Label(NamedTuple):
    """A labelled pair; a number is "" if the report gives none."""

    place: str
    year: int
    indicator: str
    target: str
    outcome: str
    verdict: str
    said: str


def labels() -> list[Label]:
    with LABELS.open(encoding="utf-8") as lines:
        return [
            Label(
                row["place"][-3:],
                int(row["year"]),
                row["indicator"],
                row["target"],
                row["outcome"],
                row["verdict"],
                f"{row['target_text']} | {row['outcome_text']}",
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def _has(number: str, figures: Iterable[Figure]) -> bool:
    """Whether a figure gives this number; declines are below zero in the labels."""
    values = [one.low if one.relation != "decline" else -one.low for one in figures if one.low is not None]
    return bool(number) and any(abs(value - float(number)) <= 1e-6 * abs(value) for value in values)


def result(label: Label, pledges: Iterable[Pledge]) -> str:
    """The verdict of the pledge with the labelled target, and whether it is right if it is one."""
    found = [one for one in pledges if (one.place[-3:], one.year, one.indicator) == label[:3]]
    if not found:
        return "no target read"
    pledge = next((one for one in found if _has(label.target, one.targets)), found[0])
    if pledge.verdict not in JUDGED:
        return pledge.verdict
    numbers = _has(label.target, pledge.targets) and _has(label.outcome, pledge.outcomes)
    return "judged right" if numbers and JUDGED[pledge.verdict] == label.verdict else "JUDGED WRONG"


@click.command(help=__doc__)
@click.argument("index", type=click.Path(path_type=Path))
@click.option("--errors", is_flag=True)
def main(index: Path, errors: bool) -> None:
    pledges = find_pledges(open_index(index)).pledges
    counts: Counter[str] = Counter()
    for label in labels():
        found = result(label, pledges)
        counts[f"{found}\t(label: {label.verdict})"] += 1
        if errors and found != "judged right":
            click.echo(f"{found}\t{label.verdict}\t{label.place} {label.year} {label.indicator}\t{label.said}")
    for name, number in counts.most_common():
        click.echo(f"{number}\t{name}")


if __name__ == "__main__":
    main()
