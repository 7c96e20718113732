"""Counts the matches of a request by year, kind and place of their report.

Unknown values are in no facet; their passages count in the total only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, compress
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from deqing_search.engine.segment.array_file import Ints
from deqing_search.engine.segment.reader import SegmentArrays

FIELDS = ("year", "kind", "place")
_RANKED = ("kind", "place")  # ordered by falling count; years are ordered newest first


class Facets:
    """The values of all fields of some reports, so that they are counted in one step."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        """`columns`: for each of `FIELDS`, the value of each report, "" if it is unknown."""
        self._fields: list[tuple[str, list[str], int]] = []  # name, values, index of the first value
        reports: list[npt.NDArray[np.intp]] = []  # for each value, the reports that have it
        for field in FIELDS:
            column = np.array(columns[field], np.object_)
            values = sorted(set(column) - {""}, reverse=field not in _RANKED)
            self._fields.append((field, values, len(reports)))
            reports += [np.flatnonzero(column == value) for value in values]
        self._reports = np.concatenate([*reports, np.empty(0, np.intp)])
        self._first = np.cumsum([0, *map(len, reports)])[:-1]

    def count(self, by_report: Ints) -> Mapping[str, Mapping[str, int]]:
        """Field → value → matches. `by_report`: the number of matches of each report."""
        counts = np.add.reduceat(by_report[self._reports], self._first).tolist() if len(self._first) else []
        facets: dict[str, dict[str, int]] = {}
        for field, values, first in self._fields:
            of_field = counts[first : first + len(values)]
            found = compress(zip(values, of_field, strict=True), of_field)  # those with any
            facets[field] = dict(sorted(found, key=itemgetter(1), reverse=True) if field in _RANKED else found)
        return facets


def columns_of(segments: Sequence[SegmentArrays]) -> Mapping[str, Sequence[str]]:
    """The columns of the reports of segments, one segment after the other."""
    return {field: list(chain(*(_column(arrays, field) for arrays in segments))) for field in FIELDS}


def _column(arrays: SegmentArrays, field: str) -> list[str]:
    """The value of each report; "" if it is unknown."""
    if field == "year":
        return [str(year) if year else "" for year in arrays.year.tolist()]
    return [arrays.strings[row] for row in arrays.report_strings(field).tolist()]
