"""Precision and recall of the figures that are read, against sentences labelled by hand (bench/data/figure-labels.md).

    python bench/figures.py INDEX                     the first half, on which the rules were tuned
    python bench/figures.py INDEX --set held-back     the half that no rule was tuned on
    python bench/figures.py INDEX --set blind         the sentences labelled by someone who had not seen the code
    python bench/figures.py INDEX --errors            each figure that differs

INDEX is an index of the city reports that the sentences are from. A figure is right if its indicator, relation, value,
unit, basis, role and year are those of a label. Figures that are marked as unsure are counted apart. Indicators that a
set does not label are not counted.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import click

from deqing_search.engine.base import View
from deqing_search.language.folding import compact, compact_text, original_span
from deqing_search.report import Passage, ReportCard
from deqing_search.research.figures import Figure, figures_of
from deqing_search.store.current import open_index

DATA = Path(__file__).parent / "data"
LABELLED_WORDINGS = ("同步", "完成下达")
# Growth targets and the twelve commonest indicators of the goal: all but these four.
BESIDES = ("人均地区生产总值", "财政总收入", "地方财政收入", "出口总额")


class Key(NamedTuple):
    """What must be the same in a label and in a figure that was read."""

    indicator: str
    relation: str
    low: str
    high: str
    unit: str
    basis: str
    role: str


class Label(NamedTuple):
    """A figure labelled by hand."""

    key: Key
    of_year: str
    bound: str
    part: bool
    either: bool


class Sentence(NamedTuple):
    """A labelled sentence and what was read in it."""

    number: str
    drawn_as: str
    text: str
    labels: list[Label]
    read: list[Figure]


def labels(suffix: str) -> dict[str, list[Label]]:
    """Sentence → its labels."""
    found: dict[str, list[Label]] = defaultdict(list)
    with (DATA / f"figure-labels{suffix}.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            value = [_number(row[end]) for end in ("low", "high")]
            key = Key(
                row["indicator"], row["relation"] or row["wording"], *value, row["unit"], row["basis"], row["role"]
            )
            found[row["sentence"]].append(
                Label(key, row["of_year"], row["bound"], bool(row["subject"]), bool(row["counts"]))
            )
    return found


def _number(text: str) -> str:
    return f"{float(text):.8g}" if text else ""


def key_of(figure: Figure) -> Key:
    """What is compared of a figure."""
    ends = ["" if end is None else f"{end:.8g}" for end in (figure.low, figure.high)]
    said = figure.relation or figure.wording
    return Key(figure.indicator, said, *ends, figure.unit, figure.basis, figure.role)


def sentences(view: View, half: str) -> Iterator[Sentence]:
    """The labelled sentences of one set whose reports the index has, with what is read in them."""
    reports = {(compact_text(card.meta.place)[-3:], card.meta.year): card for card in view.cards()}
    suffix = "-blind" if half == "blind" else ""
    labelled = labels(suffix)
    known = {label.key.indicator for found in labelled.values() for label in found}
    with (DATA / f"figure-sentences{suffix}.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            card = reports.get((row["place"][-3:], int(row["year"])))
            if row["half"] != half or card is None:
                continue
            read = [figure for figure in _read(view, card, row) if figure.indicator in known]
            read = [one for one in read if one.low is not None or one.wording in LABELLED_WORDINGS]
            if half == "blind":  # 同步 and the like, without a number, are not labelled there
                read = [figure for figure in read if figure.low is not None]
            yield Sentence(row["sentence"], row["drawn_as"], row["text"], labelled[row["sentence"]], read)


def _read(view: View, card: ReportCard, row: Mapping[str, str]) -> Iterator[Figure]:
    """The figures whose value lies in the sentence of a report. White space does not count."""
    wanted = compact_text(row["text"])
    passage = _holder(view, card, wanted, row.get("heading", ""))
    if passage is None:
        click.echo(f"not in the index: {row['text'][:40]}", err=True)
        return
    text, offsets = compact(passage.text)
    start = text.find(wanted)
    span = original_span(offsets, start, start + len(wanted))
    for figure in figures_of(passage, card):
        if span.start <= figure.marks[-1].start < span.end:
            yield figure


def _holder(view: View, card: ReportCard, wanted: str, heading: str) -> Passage | None:
    """The passage with the sentence; the one below the heading if there are several."""
    report = view.report(card.id)
    found = [passage for passage in (report.passages if report else ()) if wanted in compact_text(passage.text)]
    below = [passage for passage in found if passage.section and passage.section[0] in heading]
    return next(iter(below or found), None)


Counts: TypeAlias = Counter[tuple[str, str]]  # by indicator and result: a field of `Score`


class Score(NamedTuple):
    """Figures: right, read but false, labelled but not read, right but unsure, of the wrong year, of a wrong bound."""

    right: int = 0
    false: int = 0
    missed: int = 0
    unsure: int = 0
    wrong_year: int = 0
    wrong_bound: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.false, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)


def compare(sentence: Sentence) -> tuple[Counts, list[str]]:
    """Counts of one sentence, and a line for each difference."""
    counts: Counts = Counter()
    lines: list[str] = []
    left = list(sentence.labels)
    for figure in sentence.read:
        key, indicator = key_of(figure), figure.indicator
        same = next((label for label in left if _same(label.key, key)), None)
        if same is None and any(label.either and label.key[:4] == key[:4] for label in left):
            continue
        if not figure.certain:
            counts[indicator, "unsure"] += 1
            lines.append(f"unsure {key} {figure.subject}")
            continue
        if same is None or same.part:
            counts[indicator, "false"] += 1
            lines.append(f"FALSE  {key} {figure.of_year}")
            continue
        left.remove(same)
        if same.either:
            continue
        if same.of_year and figure.of_year and same.of_year != str(figure.of_year):
            counts[indicator, "false"] += 1
            counts[indicator, "wrong_year"] += 1
            lines.append(f"YEAR   {key} {figure.of_year} for {same.of_year}")
            continue
        counts[indicator, "right"] += 1
        if same.bound != figure.bound and key.low:
            counts[indicator, "wrong_bound"] += 1
            lines.append(f"BOUND  {key} {figure.bound} for {same.bound}")
    for label in left:
        if not label.either and not label.part:
            counts[label.key.indicator, "missed"] += 1
            lines.append(f"MISSED {label.key}")
    return counts, lines


def _same(label: Key, read: Key) -> bool:
    """Whether a label is met; one without a basis says nothing of it."""
    return label == (read if label.basis else read._replace(basis=""))


def score(counts: Counts, indicators: Iterable[str]) -> Score:
    """The sums of some indicators."""
    wanted = set(indicators)
    sums: Counter[str] = Counter()
    for (indicator, result), number in counts.items():
        sums[result] += number if indicator in wanted else 0
    return Score(**{field: sums[field] for field in Score._fields})


def _line(name: str, one: Score) -> str:
    return (
        f"{name}\tright {one.right}\tfalse {one.false}\tmissed {one.missed}\tunsure {one.unsure}\twrong year "
        f"{one.wrong_year}\twrong bound {one.wrong_bound}\tprecision {one.precision:.3f}\trecall {one.recall:.3f}"
    )


@click.command(help=__doc__)
@click.argument("index", type=click.Path(path_type=Path))
@click.option("--set", "half", type=click.Choice(["first", "held-back", "blind"]), default="first")
@click.option("--errors", is_flag=True)
def main(index: Path, half: str, errors: bool) -> None:
    counts: Counts = Counter()
    aims: Counts = Counter()
    read = 0
    for sentence in sentences(open_index(index).view(), half.replace("-", " ")):
        found, lines = compare(sentence)
        read += 1
        counts += found
        aims += found if sentence.drawn_as == "target" else Counter()
        if errors and lines:
            click.echo(f"{sentence.number}\t{sentence.text}\n\t" + "\n\t".join(lines))
    names = sorted({indicator for indicator, _ in counts})
    main_names = [name for name in names if name not in BESIDES]
    for name in names:
        click.echo(_line(name, score(counts, [name])))
    click.echo(f"{read} sentences")
    click.echo(_line("target sentences", score(aims, main_names)))
    click.echo(_line("main indicators", score(counts, main_names)))
    click.echo(_line("all", score(counts, names)))


if __name__ == "__main__":
    main()
