"""Two compared reports for other programs: JSON records. The fields are described in docs/jsonl.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deqing_search.research.comparison import STATUSES
from deqing_search.search.exports import json_line

if TYPE_CHECKING:
    from deqing_search.report import Passage, Report
    from deqing_search.research.comparison import Comparison, Row, Section

Fields = dict[str, Any]


def comparison_records(found: Comparison, site: str = "") -> Iterator[str]:
    """The reports with their counts, then every row, then the expressions that are new or gone."""
    yield json_line({"record": "reports", **report_fields(found)})
    for row in found.rows:
        yield json_line({"record": "row", **row_fields(row, site)})
    for fields in expression_fields(found):
        yield json_line({"record": "expression", **fields})


def report_fields(found: Comparison) -> Fields:
    """The two reports, and how many rows have each status."""
    counts = found.counts
    return {
        "before": _report(found.before),
        "after": _report(found.after),
        "counts": {name: counts.get(name, 0) for name in STATUSES},
    }


def row_fields(row: Row, site: str = "") -> Fields:
    """The fields of a row. `site` stands before the addresses: `https://host`, or nothing."""
    return {
        "status": row.status,
        "shared": round(row.shared, 4),
        "before": _passage(row.before, site),
        "after": _passage(row.after, site),
        "pieces": [list(piece) for piece in row.pieces],
        "numbers": [one._asdict() for one in row.numbers],
    }


def section_fields(section: Section) -> Fields:
    """The headings of a section and the counts of the rows below them."""
    heading = section.heading
    return {
        "status": heading.status,
        "before": heading.before.text if heading.before else None,
        "after": heading.after.text if heading.after else None,
        "level": heading.passage.level,
        "counts": {name: section.counts.get(name, 0) for name in STATUSES},
    }


def expression_fields(found: Comparison) -> Iterator[Fields]:
    """The expressions that only one report has."""
    for name, every in (("new", found.new), ("gone", found.gone)):
        yield from ({"list": name, **one._asdict()} for one in every)


def _report(report: Report) -> Fields:
    meta = report.meta
    return {"report": report.id, "title": meta.title or report.id, "place": meta.place, "year": meta.year}


def _passage(passage: Passage | None, site: str) -> Fields | None:
    if passage is None:
        return None
    return {
        "id": passage.id,
        "ordinal": passage.ordinal,
        "kind": passage.kind,
        "section": list(passage.section),
        "text": passage.text,
        "url": f"{site}/p/{passage.id}",
    }
