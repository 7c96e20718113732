"""Counts the matches of a request by year, kind and place of their report.

Defines `Facets`. What is not known (no year, no kind, no place) is in no facet, though it counts in the total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from deqing_search.engine.arrays import Ints
from deqing_search.engine.segment import SegmentArrays

_FIELDS = ("year", "kind", "place")
_RANKED = (False, True, True)  # the values of a field stand by falling count; years stand as they are, newest first


class Facets:
    """The values that the reports of a snapshot have, each with its number: all fields are counted at once."""

    def __init__(self, segments: Sequence[SegmentArrays]) -> None:
        columns = [list(chain(*(_column(arrays, field) for arrays in segments))) for field in _FIELDS]
        values = [
            (at, value)
            for at, column in enumerate(columns)
            for value in sorted(set(column) - {""}, reverse=not _RANKED[at])
        ]
        numbers = {pair: number for number, pair in enumerate(values)}
        nowhere = len(values)
        self._values = [(_FIELDS[at], value) for at, value in values]
        self._field = np.array([at for at, _ in values], np.intp)
        self._ranked = np.array(_RANKED)[self._field]
        # Field by field, for each report the number of its value.
        self._numbers = np.array(
            [numbers.get((at, value), nowhere) for at, column in enumerate(columns) for value in column], np.intp
        )

    def count(self, by_report: Ints) -> Mapping[str, Mapping[str, int]]:
        """Field → value → matches; `by_report`: the matches of each report, segment after segment."""
        facets: dict[str, dict[str, int]] = {field: {} for field in _FIELDS}
        weights = np.concatenate([by_report] * len(_FIELDS))
        sums = np.bincount(self._numbers, weights, minlength=len(self._values) + 1)[:-1]
        found = np.flatnonzero(sums)
        counts = sums[found]
        order = np.lexsort((-counts * self._ranked[found], self._field[found]))
        for number, count in zip(found[order].tolist(), counts[order].tolist(), strict=True):
            field, value = self._values[number]
            facets[field][value] = int(count)
        return facets


def _column(arrays: SegmentArrays, field: str) -> list[str]:
    """The value of each report; "" where it is not known."""
    if field == "year":
        return [str(year) if year else "" for year in arrays.year.tolist()]
    return [arrays.strings[row] for row in arrays.report_strings(field).tolist()]


def by_report(arrays: SegmentArrays, passages: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """How many of the ascending passages each report of a segment has."""
    if len(passages) < 4 * arrays.reports:  # to look at each passage costs less than to look for each report
        return np.bincount(arrays.report_of[passages], minlength=arrays.reports)
    return np.diff(np.searchsorted(passages, arrays.first))
