"""Precision and recall of the pairs of passages in two reports, against labels by hand (bench/data/compared.md).

    python bench/compared.py INDEX             the pairs of reports that nothing was tuned on
    python bench/compared.py INDEX --seen      the two pairs of reports that were looked at during the work
    python bench/compared.py INDEX --errors    each pair that is wrong or missing

INDEX is an index of the city reports. A pair is right if it is labelled sure or possible; it is missing if it is
labelled sure and was not found.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from deqing_search.engine.base import View
from deqing_search.report import Passage
from deqing_search.research.passage_pairs import passage_pairs
from deqing_search.store.current import open_index

LABELS = Path(__file__).parent / "data" / "compared.tsv"

Pairs = set[tuple[str, str]]


class Labelled(NamedTuple):
    """Two reports with the ids of passages that belong together."""

    reports: tuple[str, str]
    half: str
    sure: Pairs
    possible: Pairs


def labelled() -> Iterator[Labelled]:
    """The labels of each pair of reports."""
    found: dict[tuple[str, str], Labelled] = {}
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            reports = row["before"], row["after"]
            one = found.setdefault(reports, Labelled(reports, row["half"], set(), set()))
            (one.sure if row["certainty"] == "sure" else one.possible).add(
                (row["passage before"], row["passage after"])
            )
    yield from found.values()


def passages(view: View, report: str) -> tuple[Passage, ...]:
    """The passages of a report; ends the command if the index has no such report."""
    found = view.report(report)
    if found is None:
        raise click.ClickException(f"{report} is not in the index")
    return found.passages


def measure(view: View, one: Labelled, *, errors: bool) -> tuple[float, float]:
    """Precision and recall; prints the errors."""
    before, after = (passages(view, report) for report in one.reports)
    made = {(before[pair.before].id, after[pair.after].id) for pair in passage_pairs(before, after)}
    stale = [pair for pair in one.sure if {*pair} - {passage.id for passage in (*before, *after)}]
    if stale:
        click.echo(f"{len(stale)} labels name passages that the index does not have: it cuts them otherwise", err=True)
    if errors:
        texts = {passage.id: f"{passage.ordinal} {passage.text[:40]}" for passage in (*before, *after)}
        for name, pairs in (("wrong", made - one.sure - one.possible), ("missing", one.sure - made)):
            for old, new in sorted(pairs, key=lambda pair: texts.get(pair[0], "")):
                click.echo(f"  {name}: {texts.get(old, old)} | {texts.get(new, new)}")
    return len(made & (one.sure | one.possible)) / len(made), len(made & one.sure) / len(one.sure)


@click.command()
@click.argument("index", type=click.Path(path_type=Path, exists=True))
@click.option("--seen", is_flag=True)
@click.option("--errors", is_flag=True)
def main(index: Path, *, seen: bool, errors: bool) -> None:
    """Print precision, recall and F1 of each pair of reports."""
    view = open_index(index).view()
    for one in labelled():
        if (one.half == "seen") == seen:
            precision, recall = measure(view, one, errors=errors)
            score = 2 * precision * recall / (precision + recall)
            click.echo(f"{' '.join(one.reports)}: precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}")


if __name__ == "__main__":
    main()
