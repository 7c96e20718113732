"""Lists in groups: hits under their report, reports under their year, years as columns of a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.report import ReportCard
from deqing_search.search.searcher import Coverage, DistinctHit, Hit, group_duplicates
from deqing_search.text.place_names import units

MOST_REGIONS = 400  # that a page links to; China has 34 provinces, and a place may stand without its own


@dataclass(frozen=True, slots=True)
class Column:
    """One year of a chart. `height` is out of 100, at least 6 if `count` is not 0."""

    year: int
    count: float  # or what else is shown of it
    height: int
    has_report: bool  # the index has a report of this year
    labelled: bool


def by_report(hits: Sequence[Hit]) -> list[tuple[ReportCard, list[DistinctHit]]]:
    """The hits of a page under their reports, in the order in which each report comes first, folded inside each."""
    groups: dict[str, tuple[ReportCard, list[Hit]]] = {}
    for hit in hits:
        groups.setdefault(hit.report.id, (hit.report, []))[1].append(hit)
    return [(card, group_duplicates(inside)) for card, inside in groups.values()]


def newest_first(cards: Iterable[ReportCard], filters: Filters = NO_FILTERS) -> list[ReportCard]:
    """The reports that the filters allow, by falling year, those of unknown year last."""
    return sorted(filter(filters.allow, cards), key=lambda card: -(card.meta.year or 0))


def by_year(cards: Iterable[ReportCard]) -> list[tuple[int | None, list[ReportCard]]]:
    """The reports of each year, newest first."""
    return [(year, list(group)) for year, group in groupby(newest_first(cards), key=lambda card: card.meta.year)]


def regions(cards: Iterable[ReportCard]) -> list[tuple[str, int]]:
    """The outermost units of the places of reports, a province where the place names one, with the number of reports.

    >>> from deqing_search.report import Metadata
    >>> regions([ReportCard("r", Metadata(place="浙江省湖州市德清县"), "", "", 1, 0)])
    [('浙江省', 1)]
    """
    outermost = ((units(card.meta.place) or [card.meta.place])[0] for card in cards if card.meta.place)
    return sorted(Counter(outermost).items(), key=lambda one: (-one[1], one[0]))[:MOST_REGIONS]


def year_columns(counts: Mapping[str, float], coverage: Coverage) -> list[Column]:
    """Every year from the first to the last of the index, also those without a report, so that gaps show.

    >>> covered = Coverage(2, 9, 2019, 2021, (2020,))
    >>> [(one.year, one.height, one.has_report) for one in year_columns({"2021": 4, "2019": 1}, covered)]
    [(2019, 25, True), (2020, 0, False), (2021, 100, True)]
    """
    if coverage.first_year is None or coverage.last_year is None:
        return []
    by_year = {int(year): count for year, count in counts.items()}
    years = range(coverage.first_year, coverage.last_year + 1)
    most, step = max(by_year.values(), default=0), _step(len(years))
    return [
        Column(
            year,
            count := by_year.get(year, 0),
            max(round(100 * count / most), 6) if count else 0,
            year not in coverage.missing_years,
            (years[-1] - year) % step == 0,
        )
        for year in years
    ]


def _step(years: int) -> int:
    """How far the labels stand apart, so that they do not touch."""
    return 1 if years <= 12 else 2 if years <= 24 else 5 if years <= 60 else 10
