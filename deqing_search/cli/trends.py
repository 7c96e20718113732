"""What `trend` and `compare` print: figures by year, two spans of years.

Lines for people, JSON records (docs/jsonl.md) and CSV. Hits and passages for people are in `hits`, passages for other
programs in `search.exports`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deqing_search.cli.hits import coverage_line, hit_fields, page_lines, record
from deqing_search.search.exports import MARK, csv_row

if TYPE_CHECKING:
    from deqing_search.research.trends import Trend, YearCount
    from deqing_search.search.searcher import Coverage, Results

_BAR = 30  # columns of the longest bar


def trend_lines(trend: Trend, echo: str, coverage: Coverage) -> Iterator[str]:
    """One line for each year that has reports: occurrences, reports, their rates, and a bar."""
    yield echo
    yield "年份    次数  报告  每份  每万字"
    most = max((year.per_10000 for year in trend.years), default=0)
    for year in trend.years:
        bar = "█" * round(_BAR * year.per_10000 / most) if most else ""
        mean = f"{year.occurrences / year.reports:>4.1f}  {year.per_10000:>6.2f}"
        yield f"{year.year}  {year.occurrences:>6}  {year.reports:>4}  {mean}  {bar}".rstrip()
    undated = f"，其中 {trend.undated.occurrences} 处在年份不明的报告里" if trend.undated.occurrences else ""
    yield f"共 {trend.total.occurrences} 处，每万字 {trend.total.per_10000:.2f} 处{undated}"
    yield coverage_line(coverage)


def trend_records(trend: Trend) -> Iterator[str]:
    return (record(**year.figures()) for year in _counted(trend))


def trend_csv(trend: Trend) -> Iterator[str]:
    """Rows for a spreadsheet, the figures of `trend_records`."""
    yield MARK + csv_row(trend.total.figures())
    yield from (csv_row(year.figures().values()) for year in _counted(trend))


def _counted(trend: Trend) -> Iterator[YearCount]:
    """The years, then the reports without a year if they have occurrences."""
    yield from trend.years
    if trend.undated.occurrences:
        yield trend.undated


def compare_lines(
    sides: Sequence[tuple[str, Results]], rates: Sequence[float], coverage: Coverage, *, colour: bool
) -> Iterator[str]:
    """The hits of one query in two spans of years, one after the other. `rates`: occurrences in 10,000 characters."""
    for (name, results), rate in zip(sides, rates, strict=True):
        yield f"── {name} 年 ──" + (f" 每万字 {rate:.2f} 处" if results.occurrences else "")
        yield from page_lines(results, more=f"--limit {results.total}", colour=colour)
        yield ""
    yield coverage_line(coverage)


def compare_records(sides: Sequence[tuple[str, Results]]) -> Iterator[str]:
    from deqing_search.search.records import hit_records

    for name, results in sides:
        for hit in hit_records(results.hits):
            yield record(years=name, total=results.total, **hit_fields(hit))
