"""What `trend` and `compare` print: figures by year, two spans of years.

Lines for people. Records of trends are made in `research.trend_records`, hits and passages for people in `hits`, and
passages for other programs in `search.exports`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deqing_search.cli.hits import coverage_line, hit_fields, page_lines, record
from deqing_search.cli.layout import table
from deqing_search.query.echo import echo

if TYPE_CHECKING:
    from deqing_search.research.series import Chart
    from deqing_search.search.searcher import Coverage, Results

_BAR = 30  # columns of the longest bar
_BY = {"year": "年份", "place": "地区", "kind": "类型"}


def trend_lines(chart: Chart, coverage: Coverage) -> Iterator[str]:
    """Each series: a line for each name with its counts, their rates, and a bar; names with few reports have a *."""
    for one in chart.series:
        yield f"{echo(one.query)}{f'（{one.place}）' if one.place else ''}"
        most = max((count.per_10000 for count in one.counts.values()), default=0)
        rows = [(_BY[chart.by], "", "次数", "报告", "每份", "每万字", "")]
        for name in chart.names:
            if count := one.counts.get(name):
                bar = "█" * round(_BAR * count.per_10000 / most) if most else ""
                mean = f"{count.occurrences / count.reports:.1f}", f"{count.per_10000:.2f}"
                few = "*" if name in chart.few else ""
                rows.append((str(name), few, str(count.occurrences), str(count.reports), *mean, bar))
        yield from table(rows)
        unknown = f"，其中 {one.unknown.occurrences} 处在{_BY[chart.by]}不明的报告里" if one.unknown.occurrences else ""
        yield f"共 {one.total.occurrences} 处，每万字 {one.total.per_10000:.2f} 处{unknown}"
    if chart.few:
        yield "* 报告份数不到中位数的一半"
    for name, why in chart.breaks.items():
        yield f"口径变动：从 {name} 年的报告起辖区不同：{'；'.join(one.said for one in why)}。"
    if chart.left_out:
        yield f"另有 {chart.left_out} 个{_BY[chart.by]}未列出，用 --place 选择。"
    if chart.places:
        reports = max(one.total.reports for one in chart.series)
        yield f"只数每年都有报告的 {len(chart.places)} 个地区的 {reports} 份报告：{'、'.join(chart.places)}"
    else:
        yield coverage_line(coverage)


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
