"""What makes one match better than another: the weights, each with its reason, and the choice of the best.

BM25 over the occurrences of the literals and, with less weight, the words of the query; times the kind of passage;
plus a promotion for the passage that *is* what was asked. Which passages match is decided in `postings`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Array, Ints
from deqing_search.engine.segment import KINDS, SegmentArrays

K1 = 1.2  # the usual saturation: the tenth occurrence adds little
B = 0.75  # the usual share of length: a report's long paragraphs hold more by chance
BOOST = 0.5  # a word of the query that is no literal of it breaks ties, and should not win against a literal

_WEIGHTS: Mapping[str, float] = {
    "glossary": 2.0,  # defines what is asked for
    "heading": 1.5,  # names what the passages below it are about
    "paragraph": 1.0,
    "table-row": 0.8,  # short by nature, so length alone would put it first
    "byline": 0.3,  # holds a name, says nothing of it
}
KIND_WEIGHT = np.array([_WEIGHTS[kind] for kind in KINDS])

# Above any sum of BM25 a query of sensible length reaches: an idf stays below 20, a saturation below K1 + 1.
WHOLE_HEADING = 1000.0
GLOSSARY_TERM = 500.0

Places = Callable[["npt.NDArray[np.intp] | slice"], npt.NDArray[np.int64]]

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


def saturation(times: Ints, norms: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """BM25's share of frequency and length.

    >>> saturation(np.array([1, 1]), norm(np.array([10, 1000]), 100.0)).round(2).tolist()
    [1.58, 0.21]
    """
    return times * (K1 + 1) / (times + norms)


def promotion(arrays: SegmentArrays, literal: str, passages: Array) -> npt.NDArray[np.float64]:
    """What passages that hold a literal gain for being nothing else: its heading, or its definition."""
    kinds = arrays.kind[passages]
    heading = (kinds == KINDS.index("heading")) & (arrays.length[passages] == len(literal))
    gain = np.where(heading, WHOLE_HEADING, 0.0)
    term = arrays.strings.find(literal)
    if term is not None:
        gain[(kinds == KINDS.index("glossary")) & (arrays.term[passages] == term)] = GLOSSARY_TERM
    return gain


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
    if count < len(scores):
        bar = np.partition(scores, -count)[-count]
        better, level = np.flatnonzero(scores > bar), np.flatnonzero(scores == bar)
        if len(level) > count - len(better):
            level = level[_first(places(level), count - len(better))]
        rows = np.sort(np.concatenate([better, level]))
    else:
        rows = np.arange(len(scores))
    return rows[np.lexsort((places(rows), -scores[rows]))]


def _first(places: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.intp]:
    """The rows of the smallest places, smallest first; places are distinct."""
    if count <= 0:
        return np.empty(0, np.intp)
    rows = np.argpartition(places, count - 1)[:count] if count < len(places) else np.arange(len(places))
    return rows[np.argsort(places[rows])]
