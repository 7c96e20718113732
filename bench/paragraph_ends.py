"""Fits the weights by which cleaning tells the ends of paragraphs and headings from their words.

    python bench/paragraph_ends.py FOLDER [--part K/N] > deqing_search/data/paragraph_ends.tsv

Every paragraph of the cleaned reports of a folder gives its end and its inner ends of sentences; set in columns of
several widths, its headings give their ends, and all their other full lines are none. Two logistic models are fitted
by gradient descent. `--part 1/2` takes every second report, so that the others can give figures.
"""

from __future__ import annotations

import random
import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import numpy as np

from deqing_search.cleaning.heading_odds import edge_signs, shape_signs
from deqing_search.cleaning.paragraph_breaks import standing
from deqing_search.cleaning.sentence_odds import AHEAD, Piece, SentenceOdds, is_alone
from deqing_search.text.lines import ends_sentence, is_heading, leaves_open, numbering

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.paragraphs import parser_of, prose_of
from tests.sown.columns import Setting, em, set_paragraph, units

Example = tuple[bool, list[str]]
WIDTHS = (11, 13, 16, 20, 24, 28)
LEAST = {"sentence": 20, "heading": 60}  # times a sign is seen
_ROUNDS, _STEP = 400, 0.05
_SHRINK = {"sentence": 10.0, "heading": 1.0}  # the more, the less a rare sign weighs
_LONGEST_HEADING = 60
_LIGHTEST = {"sentence": 0.1, "heading": 0.2}
_MASKS, _MASKED = 3, 0.2  # times that some ends of a report are taken for unknown; share of them


def main() -> None:
    options = parser_of(__doc__).parse_args()
    reports = list(prose_of(options.folder, options.part))
    print(
        "# What a sign at the end of a sentence or heading weighs, as a logarithm of odds: fitted on the cleaned texts"
    )
    print(
        f"# of {len(reports)} reports by bench/paragraph_ends.py. A row is a model, a sign (none: always), its weight."
    )
    for model, examples in (("sentence", sentence_ends), ("heading", heading_ends)):
        found = [example for report in reports for example in examples(report)]
        for sign, weight in sorted(fitted(found, LEAST[model], _SHRINK[model]).items()):
            if abs(weight) >= _LIGHTEST[model]:
                print(f"{model}\t{sign}\t{weight:.2f}")


def sentence_ends(report: list[str]) -> Iterator[Example]:
    """Some ends of sentences that are taken for unknown, with whether a paragraph ends there.

    Each is weighed by the rest of the report, as in a column whose other line ends are certain.
    """
    chance = random.Random(len(report))  # noqa: S311
    sentences = [sentence for line in report for sentence in _sentences(line)]
    ends = set(np.cumsum([len(line) for line in report]).tolist())
    stops = np.cumsum([len(sentence) for sentence in sentences]).tolist()
    text, ranks = "".join(report), standing_of(report)
    starts = [0, *sorted(ends)]
    for _ in range(_MASKS):
        free = {stop for stop in stops[:-1] if chance.random() < _MASKED and ends_sentence(text[:stop][-3:])}
        free = {stop for stop in free if numbering(text[stop : stop + 12]) is None}
        cuts = sorted({0, *ends, *free})
        breaks = SentenceOdds(
            [Piece(here, text[here:there], here not in free, there not in free) for here, there in pairwise(cuts)]
        )
        certain = sorted({0, *ends} - free)
        for stop in free:
            line = bisect_left(starts, stop) - 1
            after = bisect_right(certain, stop)
            place = breaks.place(stop, certain[after - 1], certain[after])
            signs = [
                *breaks.signs_at(stop, certain[after - 1], certain[after]),
                *breaks.signs_from(starts[line], place, standing=ranks.get(line, 0)),
            ]
            yield stop in ends, signs


def _sentences(line: str) -> list[str]:
    """The sentences of a paragraph."""
    return re.findall(r".+?(?:[。！？]+[”’）)》」』]*|$)", line)


def heading_ends(report: list[str]) -> Iterator[Example]:
    """Every full line of a heading, or at the beginning of a paragraph, with whether a heading ends there."""
    text = "".join(report)
    pairs = Counter(text[at : at + 2] for at in range(len(text) - 1))
    standing = standing_of(report)
    for width, (at, (line, below)) in product(WIDTHS, enumerate(pairwise(report))):
        whole = line + below if is_heading(line) else line
        shown = ""
        for row in set_paragraph(whole, Setting(width, width, hanging=True)):
            shown += row
            if len(shown) > _LONGEST_HEADING or re.search("[。；！？]", shown):
                break
            beginning = whole[len(shown) :] or below
            unit = units(beginning)[0]
            ends = shown == line
            if ends and em(row) + em(unit.rstrip("，。、；：！？”’）》") or unit) <= width:
                continue
            if shown[-1] not in "，、,；：:;" and not leaves_open(shown):
                met = pairs[shown[-1] + beginning[0]] > 1
                edge = edge_signs(shown[-2:], beginning[:AHEAD], met=met)
                yield ends, [*edge, *shape_signs(shown, standing.get(at, 0))]


def standing_of(report: list[str]) -> dict[int, int]:
    """Whether most of the same rank near by stand alone, of each numbered line."""
    return standing(
        (at, rank, float(is_alone(line))) for at, line in enumerate(report) if (rank := numbering(line)) is not None
    )


def fitted(examples: list[Example], least: int, shrink: float) -> dict[str, float]:
    """The weight of every sign that is seen often enough."""
    often = Counter(sign for _, signs in examples for sign in set(signs))
    places = {sign: place for place, sign in enumerate(sign for sign, times in often.items() if times >= least)}
    seen = [(row, places[sign]) for row, (_, signs) in enumerate(examples) for sign in signs if sign in places]
    rows, columns = np.array(seen).T
    wanted = np.array([ends for ends, _ in examples], float)
    weights, mean, spread = np.zeros((3, len(places)))
    for turn in range(1, _ROUNDS + 1):
        likely = 1 / (1 + np.exp(-np.bincount(rows, weights[columns], len(examples))))
        slope = np.bincount(columns, (likely - wanted)[rows], len(places)) + shrink * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope * slope
        weights -= _STEP * (mean / (1 - 0.9**turn)) / (np.sqrt(spread / (1 - 0.99**turn)) + 1e-8)
    print(f"{np.mean((likely > 0.5) != wanted):.4f} of {len(examples)} wrong, {len(places)} signs", file=sys.stderr)
    return dict(zip(places, weights.tolist(), strict=True))


if __name__ == "__main__":
    main()
