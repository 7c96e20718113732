"""Ranks matches: the weights, each with its reason, and the choice of the best.

The score is BM25 over the occurrences of the literals and, with less weight, over the words of the query; times a
weight for the kind of passage and, for a question, for the place and year of the report; plus a promotion for a passage
that is nothing but the query. `matching` decides which passages match.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Ints, true
from deqing_search.engine.segment.counts import Counts, Gains, Rows
from deqing_search.engine.segment.entries import KINDS
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.text.place_names import short_names

K1 = 1.2  # the usual saturation: the tenth occurrence adds little
B = 0.5  # length counts less than usual: a report's long paragraph is a list of measures, each of them meant
BOOST = 0.2  # a word of the query that is no literal of it breaks ties, and should not win against a literal
LEADING = 2.0  # a passage begins with its subject: an occurrence there is worth three
WORD_LEADING = 1.0  # less for one word of several: 防治 opens passages on pollution, whatever the other words are
IN_ROW = 0.25  # a name in a list of names (河长制、林长制) is mentioned, not discussed
PRESENT = 0.5  # for a word that occurs at all, as in BM25+: plain BM25 gives long passages next to nothing for it

WEIGHTS: Mapping[str, float] = {
    "glossary": 0.8,  # short by nature, like a table row; the definition of the query itself is promoted
    "heading": 1.5,  # names the subject of the passages below it
    "paragraph": 1.0,
    "table-row": 0.8,  # short by nature, so length alone would put it first
    "byline": 0.3,  # has names and says nothing of them
}
KIND_WEIGHT = np.array([WEIGHTS[kind] for kind in KINDS])
# One word of a question in a short heading is no answer to it.
WORD_KIND_WEIGHT = np.array([{**WEIGHTS, "heading": 0.6}[kind] for kind in KINDS])

# Above any sum of BM25 a query of sensible length reaches: an idf stays below 20, a saturation below K1 + 1.
WHOLE_HEADING = 1000.0
GLOSSARY_TERM = 500.0

PLACE = 1.4  # reports on the place that a question names; more would let the place decide alone
YEAR = 1.25  # reports of the year that it names; earlier plans and later reports also treat that year
# Who names both wants what was planned for the year, or what came of it: these two reports of the place stand first.
PLACE_AND_YEAR = 2.0

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")

Places = Callable[["npt.NDArray[np.intp] | slice"], npt.NDArray[np.int64]]

GROUP = 64  # scores in a group, of which the best is found first
DIGITS = 9  # scores equal to this many decimals are equal: sums in another order must not break a tie


def idf(passages: int, holding: int) -> float:
    """The weight of rarity: the fewer passages have something, the more; never negative.

    >>> idf(100, 1) > idf(100, 50) > idf(100, 100) > 0
    True
    """
    return math.log1p((passages - holding + 0.5) / (holding + 0.5))


def norm(lengths: Ints, mean_length: float) -> npt.NDArray[np.float64]:
    """The length norm of each passage."""
    return (K1 * (1 - B + B / mean_length * lengths)).astype(np.float64)


def saturation(times: npt.NDArray[np.float64] | Ints, norms: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The part of BM25 that depends on frequency and length.

    >>> saturation(np.array([1, 1]), norm(np.array([10, 1000]), 100.0)).round(2).tolist()
    [1.33, 0.29]
    """
    gains = times * (K1 + 1)
    gains /= times + norms
    return gains


def promotions(arrays: SegmentArrays, literal: str) -> Iterator[tuple[Rows, float]]:
    """Passages that gain if they have the literal, and how much: headings of its length, and its definitions."""
    yield arrays.headings_of_length(len(literal)), WHOLE_HEADING
    yield arrays.defining(literal), GLOSSARY_TERM


def by_short_name(reports: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """The reports on each place, by the short names that a question may use for it. `reports`: by compact place."""
    named: dict[str, list[int]] = {}
    for place, on_place in reports.items():
        for name in short_names(place):
            named.setdefault(name, []).extend(on_place)
    return named


class Favoured(NamedTuple):
    """The reports on the places that a question names, and the years that it names."""

    reports: list[int]
    years: list[int]


def favoured(named: Mapping[str, Sequence[int]], typed: Sequence[str]) -> Favoured:
    """What the compact literals of a question favour; `named` as `by_short_name` returns it."""
    on_place = {report for name, reports in named.items() if any(name in text for text in typed) for report in reports}
    return Favoured(sorted(on_place), [int(year) for text in typed for year in _YEAR.findall(text)])


def factors(arrays: SegmentArrays, favour: Favoured) -> npt.NDArray[np.float64]:
    """For each report, the factor of its scores."""
    of_year, after = (np.isin(arrays.year, [year + later for year in favour.years]) for later in (0, 1))
    found = np.where(of_year, YEAR, 1.0)
    found[favour.reports] *= np.where((of_year | after)[favour.reports], PLACE * PLACE_AND_YEAR, PLACE)
    return found


def literal_gains(arrays: SegmentArrays, counts: Counts, norms: npt.NDArray[np.float64], rarity: float) -> Gains:
    """What a literal adds to each passage that has it: BM25 times the weight of the kind of passage."""
    gains = saturation(_stressed(counts), norms.take(counts.passages))
    gains *= rarity
    gains *= KIND_WEIGHT.take(arrays.kind.take(counts.passages))
    return gains


def phrase_gains(arrays: SegmentArrays, counts: Counts, norms: npt.NDArray[np.float64], rarity: float) -> Gains:
    """What a phrase of weight 1 adds to each passage that has it: BM25, no more for the one at the beginning."""
    gains = saturation(counts.times.astype(np.float64), norms.take(counts.passages))
    gains *= rarity
    gains *= WORD_KIND_WEIGHT.take(arrays.kind.take(counts.passages))
    return gains


def term_gains(arrays: SegmentArrays, counts: Counts, norms: npt.NDArray[np.float64], rarity: float) -> Gains:
    """What a term adds: BM25. Terms promote nothing, and it is unknown whether they are in a list of names."""
    gains = saturation(counts.times + WORD_LEADING * counts.stress, norms.take(counts.passages))
    gains += PRESENT
    gains *= rarity
    gains *= WORD_KIND_WEIGHT.take(arrays.kind.take(counts.passages))
    return gains


def _stressed(counts: Counts) -> npt.NDArray[np.float64]:
    """Frequency of a literal in each passage: more if the passage begins with it, less if it only is in lists of names.

    >>> _stressed(Counts(np.array([3, 5, 8]), np.array([1, 2, 2]), np.array([1, 0, -1], np.int8))).tolist()
    [3.0, 2.0, 0.5]
    """
    _, times, stress = counts
    stressed = times + LEADING * stress
    in_row = true(stress < 0)
    stressed[in_row] = IN_ROW * times[in_row]
    return stressed


def top(
    scores: npt.NDArray[np.float64] | None, places: Places, count: int, *, group: int = GROUP
) -> npt.NDArray[np.intp]:
    """The first `count` rows by falling score, then rising place. Without scores by place alone.

    `places` gives the distinct places of ascending rows. With scores it is called only for rows of equal score. The
    best of each `group` of scores is found first; the result does not depend on its size.

    >>> top(np.array([1.0, 3.0, 1.0, 1.0]), np.array([9, 8, 7, 6]).__getitem__, 3).tolist()
    [1, 3, 2]
    """
    if scores is None:
        return _first(places(slice(None)), count)
    if count <= 0:
        return np.empty(0, np.intp)
    rows = _contenders(scores, count, group) if 4 * count < len(scores) else np.arange(len(scores))
    rounded = scores[rows].round(DIGITS)
    if 4 * count < len(rows):  # else to sort them all costs less than to choose
        bar = _nth(rounded, count)
        better, level = true(rounded > bar), true(rounded == bar)
        if len(level) > count - len(better):
            level = level[_first(places(rows[level]), count - len(better))]
        chosen = np.sort(np.concatenate([better, level]))
        rows, rounded = rows[chosen], rounded[chosen]
    return rows[np.lexsort((places(rows), -rounded))[:count]]


def _contenders(scores: npt.NDArray[np.float64], count: int, group: int) -> npt.NDArray[np.intp]:
    """Rows that include the best `count`, even after rounding.

    Takes the best score of each group; the one at rank `count` of these is a bar that no winner is below. A group is
    made of scores that are far apart in the array, because that finds the best of all groups four times as fast.
    """
    groups = len(scores) // group
    best = scores[: groups * group].reshape(group, groups).max(axis=0) if groups >= 4 * count else scores
    return true(scores >= _nth(best, count) - 2 * 10.0**-DIGITS)


def _nth(values: npt.NDArray[np.float64], count: int) -> np.float64:
    """The value at rank `count`, counted from the highest."""
    ordered = values.copy()
    ordered.partition(-count)  # the method takes half the time of the function
    nth: np.float64 = ordered[-count]
    return nth


def _first(places: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.intp]:
    """The rows of the smallest places, smallest first; places are distinct."""
    if count <= 0:
        return np.empty(0, np.intp)
    rows = np.argpartition(places, count - 1)[:count] if count < len(places) else np.arange(len(places))
    return rows[np.argsort(places[rows])]
