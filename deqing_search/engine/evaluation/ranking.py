"""What makes one match better than another: the weights, each with its reason, and the choice of the best.

BM25 over the occurrences of the literals and, with less weight, the words of the query; times the kind of passage and,
for a question, the place and year of the report; plus a promotion for the passage that *is* what was asked. Which
passages match is decided in `postings`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Ints, true
from deqing_search.engine.segment.counts import Counts, Gains, Rows
from deqing_search.engine.segment.reader import KINDS, SegmentArrays

K1 = 1.2  # the usual saturation: the tenth occurrence adds little
B = 0.5  # length counts less than usual: a report's long paragraph is a list of measures, each of them meant
BOOST = 0.2  # a word of the query that is no literal of it breaks ties, and should not win against a literal
NEIGHBOURS = 0.5  # words side by side in the question and in the passage: some evidence that they mean the same
LEADING = 2.0  # a passage says first what it is about: an occurrence there is worth three
WORD_LEADING = 1.0  # and of one word of several less: 防治 opens passages on pollution, whatever it was asked with
IN_ROW = 0.25  # what is only named in a row of others (河长制、林长制) is mentioned, not told of
HELD = 0.5  # that a long passage holds a word at all: BM25 forgets it, a question of many words does not (BM25+)

_WEIGHTS: Mapping[str, float] = {
    "glossary": 0.8,  # the definition of what is asked for is promoted; of any other holds what is said of table rows
    "heading": 1.5,  # names what the passages below it are about
    "paragraph": 1.0,
    "table-row": 0.8,  # short by nature, so length alone would put it first
    "byline": 0.3,  # holds a name, says nothing of it
}
KIND_WEIGHT = np.array([_WEIGHTS[kind] for kind in KINDS])
# One word of a question in a short heading is no answer to it.
WORD_KIND_WEIGHT = np.array([{**_WEIGHTS, "heading": 0.6}[kind] for kind in KINDS])

# Above any sum of BM25 a query of sensible length reaches: an idf stays below 20, a saturation below K1 + 1.
WHOLE_HEADING = 1000.0
GLOSSARY_TERM = 500.0

PLACE = 2.0  # a report on the place that a question names: what others say of theirs is seldom the answer
YEAR = 1.25  # a report of the year that it names; the plans before and the report after tell of that year, too

_UNIT = re.compile("(.{2,}?)(?:自治|特别行政)?[省市区县州盟旗]")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")

Places = Callable[["npt.NDArray[np.intp] | slice"], npt.NDArray[np.int64]]

GROUP = 64  # scores of which the best is looked for first
DIGITS = 9  # scores equal to this many decimals are equal: sums in another order must not break a tie


def idf(passages: int, holding: int) -> float:
    """The rarer, the heavier; never negative.

    >>> idf(100, 1) > idf(100, 50) > idf(100, 100) > 0
    True
    """
    return math.log1p((passages - holding + 0.5) / (holding + 0.5))


def norm(lengths: Ints, mean_length: float) -> npt.NDArray[np.float64]:
    """What the length of a passage takes from each of its occurrences."""
    return (K1 * (1 - B + B / mean_length * lengths)).astype(np.float64)


def saturation(times: npt.NDArray[np.float64] | Ints, norms: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """BM25's share of frequency and length.

    >>> saturation(np.array([1, 1]), norm(np.array([10, 1000]), 100.0)).round(2).tolist()
    [1.33, 0.29]
    """
    return times * (K1 + 1) / (times + norms)


def promotions(arrays: SegmentArrays, literal: str) -> Iterator[tuple[Rows, float]]:
    """The passages that are nothing else than a literal, if they hold it, with what they gain: heading, definition."""
    yield arrays.headings_of_length(len(literal)), WHOLE_HEADING
    yield arrays.defining(literal), GLOSSARY_TERM


def place_names(place: str) -> list[str]:
    """The names by which a question may mean the place of a report.

    >>> place_names("浙江省湖州市德清县"), place_names("内蒙古自治区"), place_names("北京")
    (['浙江', '湖州', '德清'], ['内蒙古'], ['北京'])
    """
    return _UNIT.findall(place) or [place][: len(place) > 1]


def reports_by_place(arrays: SegmentArrays) -> dict[str, list[int]]:
    """The reports on each place, by its names."""
    places = arrays.report_strings("compact_place")
    reports: dict[str, list[int]] = {}
    for place in np.unique(places).tolist():
        for name in place_names(arrays.strings[place]):
            reports.setdefault(name, []).extend(np.flatnonzero(places == place).tolist())
    return reports


def favour(
    arrays: SegmentArrays, by_place: Mapping[str, list[int]], typed: Sequence[str]
) -> npt.NDArray[np.float64] | None:
    """For each report, what the places and years that were typed multiply its scores by; None where none were."""
    on_place = [by_place[name] for name in by_place if any(name in text for text in typed)]
    years = [int(year) for text in typed for year in _YEAR.findall(text)]
    if not on_place and not years:
        return None
    factors = np.where(np.isin(arrays.year, years), YEAR, 1.0)
    factors[np.unique(np.concatenate([*on_place, []])).astype(np.intp)] *= PLACE
    return factors


def literal_gains(arrays: SegmentArrays, counts: Counts, norms: npt.NDArray[np.float64], rarity: float) -> Gains:
    """What a literal adds to each passage that holds it: BM25 by kind of passage."""
    gains = saturation(_stressed(counts), norms[counts.passages])
    gains *= rarity
    gains *= KIND_WEIGHT[arrays.kind[counts.passages]]
    return gains


def neighbour_gains(arrays: SegmentArrays, counts: Counts, norms: npt.NDArray[np.float64], rarity: float) -> Gains:
    """What words that stand side by side in the question add to each passage where they do, too."""
    return literal_gains(arrays, counts, norms, NEIGHBOURS * rarity)


def term_gains(arrays: SegmentArrays, counts: Counts, norms: npt.NDArray[np.float64], rarity: float) -> Gains:
    """What a term adds: BM25; one word of many promotes nothing. Terms are not known to stand in rows."""
    gains = saturation(counts.times + WORD_LEADING * counts.stress, norms[counts.passages])
    gains += HELD
    gains *= rarity
    gains *= WORD_KIND_WEIGHT[arrays.kind[counts.passages]]
    return gains


def _stressed(counts: Counts) -> npt.NDArray[np.float64]:
    """How often each passage holds a literal, more where it opens with it, less where it only names it in a row.

    >>> _stressed(Counts(np.array([3, 5, 8]), np.array([1, 2, 2]), np.array([1, 0, -1], np.int8))).tolist()
    [3.0, 2.0, 0.5]
    """
    _, times, stress = counts
    stressed = times + LEADING * stress
    in_row = true(stress < 0)
    stressed[in_row] = IN_ROW * times[in_row]
    return stressed


def top(scores: npt.NDArray[np.float64] | None, places: Places, count: int) -> npt.NDArray[np.intp]:
    """The first `count` rows by falling score, then rising place. Without scores by place alone.

    `places` gives the distinct places of ascending rows; with scores, only those that it takes to decide are asked.

    >>> top(np.array([1.0, 3.0, 1.0, 1.0]), np.array([9, 8, 7, 6]).__getitem__, 3).tolist()
    [1, 3, 2]
    """
    if scores is None:
        return _first(places(slice(None)), count)
    if count <= 0:
        return np.empty(0, np.intp)
    rows = _contenders(scores, count) if 4 * count < len(scores) else np.arange(len(scores))
    rounded = scores[rows].round(DIGITS)
    if 4 * count < len(rows):  # else to sort them all costs less than to choose
        bar = _nth(rounded, count)
        better, level = true(rounded > bar), true(rounded == bar)
        if len(level) > count - len(better):
            level = level[_first(places(rows[level]), count - len(better))]
        chosen = np.sort(np.concatenate([better, level]))
        rows, rounded = rows[chosen], rounded[chosen]
    return rows[np.lexsort((places(rows), -rounded))[:count]]


def _contenders(scores: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.intp]:
    """Rows among which the best `count` are, rounding included.

    Of enough groups, the best of each, and of those the one at `count`, is a bar that no winner can miss. The scores of
    a group stand apart, not side by side: so the best of all groups are found four times as fast.
    """
    groups = len(scores) // GROUP
    best = scores[: groups * GROUP].reshape(GROUP, groups).max(axis=0) if groups >= 4 * count else scores
    return true(scores >= _nth(best, count) - 2 * 10.0**-DIGITS)


def _nth(values: npt.NDArray[np.float64], count: int) -> np.float64:
    """The value that `count` values reach, and no more than `count` pass."""
    ordered = values.copy()
    ordered.partition(-count)  # the method of an array costs half of what the function does
    nth: np.float64 = ordered[-count]
    return nth


def _first(places: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.intp]:
    """The rows of the smallest places, smallest first; places are distinct."""
    if count <= 0:
        return np.empty(0, np.intp)
    rows = np.argpartition(places, count - 1)[:count] if count < len(places) else np.arange(len(places))
    return rows[np.argsort(places[rows])]
