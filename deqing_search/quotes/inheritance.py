"""How much of the text of every report stands in others, by place and year: one reading of all texts.

Clauses are compared by 64-bit hashes: among a million clauses two different ones have the same hash about once in
thirty million such readings. `reuse` lists the clauses of one report.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from deqing_search.engine.base import Viewer
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import And
from deqing_search.quotes.reuse import Share, last_years
from deqing_search.quotes.shared_clauses import shared_clauses
from deqing_search.report import ReportCard
from deqing_search.request_deadline import check
from deqing_search.search.places import places

_Numbers = npt.NDArray[np.int64]
_Value = TypeVar("_Value", np.int64, np.bool_)
_UNKNOWN = 9999  # stands for a year that is not known


class Inheritance(NamedTuple):
    """The shares of one report: all clauses, those in another report, in an earlier one, in that of the year before.

    `last_year` is None if the index has no report of the same place of the year before.
    """

    report: ReportCard
    whole: Share
    elsewhere: Share
    inherited: Share
    last_year: Share | None


class _Clauses(NamedTuple):
    """Every clause of every report: its hash, its length and the number of its report."""

    hashes: _Numbers
    sizes: _Numbers
    reports: _Numbers


def inheritance(engine: Viewer, filters: Filters = NO_FILTERS) -> list[Inheritance]:
    """A row for each report that the filters allow, by place, then year. All reports are compared with all."""
    view = engine.view()
    cards = list(view.cards())
    numbers = {card.id: number for number, card in enumerate(cards)}
    before = last_years(view)
    found = _read(engine, numbers)
    own = np.array([numbers[before[card.id].id] if card.id in before else -1 for card in cards], np.int64)
    years = np.array([card.meta.year or _UNKNOWN for card in cards], np.int64)
    masks = [_elsewhere(found), _earlier(found, years), _in_report(found, own[found.reports])]
    whole, elsewhere, inherited, repeated = (_shares(found, mask, len(cards)) for mask in [None, *masks])
    rows = [
        Inheritance(card, whole[at], elsewhere[at], inherited[at], repeated[at] if card.id in before else None)
        for at, card in enumerate(cards)
        if filters.allow(card)
    ]
    return sorted(
        rows, key=lambda row: (places(view)[row.report.id].name, row.report.meta.year or _UNKNOWN, row.report.id)
    )


def _read(engine: Viewer, numbers: dict[str, int]) -> _Clauses:
    hashes, sizes, reports = [], [], []
    for text in engine.view().texts(And(())):
        check()
        number = numbers[text.report]
        for start, end in shared_clauses(text.compact):
            hashes.append(hash(text.compact[start:end]))
            sizes.append(end - start)
            reports.append(number)
    return _Clauses(*(np.array(column, np.int64) for column in (hashes, sizes, reports)))


def _elsewhere(found: _Clauses) -> npt.NDArray[np.bool_]:
    """Which clauses stand in more than one report."""
    order = np.lexsort((found.reports, found.hashes))
    starts = _starts(found.hashes[order])
    several = np.minimum.reduceat(found.reports[order], starts) != np.maximum.reduceat(found.reports[order], starts)
    return _spread(several, starts, order)


def _earlier(found: _Clauses, years: _Numbers) -> npt.NDArray[np.bool_]:
    """Which clauses stand in a report of an earlier year."""
    order = np.argsort(found.hashes, kind="stable")
    starts = _starts(found.hashes[order])
    of = years[found.reports]
    first = _spread(np.minimum.reduceat(of[order], starts), starts, order)
    earlier: npt.NDArray[np.bool_] = (first < of) & (of != _UNKNOWN)
    return earlier


def _in_report(found: _Clauses, wanted: _Numbers) -> npt.NDArray[np.bool_]:
    """Which clauses stand in the report whose number is given for each of them."""
    pairs = {*zip(found.hashes.tolist(), found.reports.tolist(), strict=True)}
    asked = zip(found.hashes.tolist(), wanted.tolist(), strict=True)
    return np.fromiter((pair in pairs for pair in asked), np.bool_, len(wanted))


def _starts(ordered: _Numbers) -> _Numbers:
    """Where each run of equal numbers begins."""
    if not len(ordered):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))).astype(np.int64)


def _spread(of_runs: npt.NDArray[_Value], starts: _Numbers, order: _Numbers) -> npt.NDArray[_Value]:
    """A value of each run, for each member of it, in the order before sorting."""
    spread = np.empty(len(order), of_runs.dtype)
    spread[order] = np.repeat(of_runs, np.diff(np.append(starts, len(order))))
    return spread


def _shares(found: _Clauses, mask: npt.NDArray[np.bool_] | None, reports: int) -> Sequence[Share]:
    chosen = slice(None) if mask is None else mask
    of = found.reports[chosen]
    counts = np.bincount(of, minlength=reports)
    characters = np.bincount(of, weights=found.sizes[chosen], minlength=reports)
    return [Share(int(count), int(size)) for count, size in zip(counts, characters, strict=True)]
