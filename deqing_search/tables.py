"""What `trend`, `compare` and `export` print: figures by year, two spans side by side, passages for other programs.

Lines for people, JSON records (docs/jsonl.md) and CSV; the rest of what the command line prints is in `printing`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from deqing_search.printing import coverage_line, hit_fields, page_lines, record

if TYPE_CHECKING:
    from deqing_search.report import Passage, ReportCard
    from deqing_search.search import Coverage, Results, Trend

_BAR = 30  # columns of the longest bar
_EXPORTED = (
    "id", "report", "title", "report_kind", "place", "year", "date",
    "section", "ordinal", "kind", "text", "damage", "url",
)  # fmt: skip

Exported = Iterable[tuple["Passage", "ReportCard"]]


def trend_lines(trend: Trend, echo: str, coverage: Coverage) -> Iterator[str]:
    """A line a year from which reports are held: occurrences, reports, occurrences a report, and a bar."""
    yield echo
    yield "年份    次数  报告  每份"
    most = max((year.occurrences for year in trend.years), default=0)
    for year in trend.years:
        bar = "█" * round(_BAR * year.occurrences / most) if most else ""
        mean = year.occurrences / year.reports
        yield f"{year.year}  {year.occurrences:>6}  {year.reports:>4}  {mean:>4.1f}  {bar}".rstrip()
    yield f"共 {trend.total} 处" + (f"，其中 {trend.undated} 处在年份不明的报告里" if trend.undated else "")
    yield coverage_line(coverage)


def trend_records(trend: Trend) -> Iterator[str]:
    for year in trend.years:
        yield record(**year._asdict())
    if trend.undated:
        yield record(year=None, occurrences=trend.undated, reports=trend.undated_reports)


def compare_lines(sides: Sequence[tuple[str, Results]], *, colour: bool) -> Iterator[str]:
    """The hits of one query in two spans of years, one below the other."""
    for name, results in sides:
        yield f"── {name} 年 ──"
        yield from page_lines(results, more=f"--limit {results.total}", colour=colour)
        yield ""
    yield coverage_line(sides[0][1].coverage)


def compare_records(sides: Sequence[tuple[str, Results]]) -> Iterator[str]:
    for name, results in sides:
        for hit in results.hits:
            yield record(years=name, total=results.total, **hit_fields(hit))


def export_records(passages: Exported) -> Iterator[str]:
    for passage, card in passages:
        yield record(**_exported(passage, card))


def export_csv(passages: Exported) -> Iterator[str]:
    """Rows for a spreadsheet; the mark in front tells Excel that they are UTF-8."""
    yield "\ufeff" + _row(_EXPORTED)
    for passage, card in passages:
        fields = _exported(passage, card)
        fields |= {"section": " › ".join(passage.section), "damage": " ".join(passage.damage)}
        yield _row([fields[name] for name in _EXPORTED])


def _exported(passage: Passage, card: ReportCard) -> dict[str, Any]:
    meta = card.meta
    of_the_report = (card.id, meta.title, meta.kind, meta.place, meta.year, meta.date)
    of_the_passage = (passage.section, passage.ordinal, passage.kind, passage.text, passage.damage, f"/p/{passage.id}")
    return dict(zip(_EXPORTED, (passage.id, *of_the_report, *of_the_passage), strict=True))


def _row(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(_harmless(cell) for cell in cells)
    return out.getvalue()


def _harmless(cell: object) -> object:
    """A spreadsheet would run what begins like a formula; a blank in front keeps it text.

    >>> _harmless("=1+1"), _harmless("-3℃"), _harmless("5.1%"), _harmless(2024)
    (' =1+1', ' -3℃', '5.1%', 2024)
    """
    return f" {cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
