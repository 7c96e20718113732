"""Figures and pledges as JSON records and CSV rows: one form for the shell, the site and the interface.

The fields are described in docs/jsonl.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from deqing_search.research.figures import Figure
from deqing_search.search.exports import MARK, csv_row
from deqing_search.versions import JSONL

_TURN = {"growth": "增长", "decline": "下降"}


def figure_fields(figure: Figure, site: str = "") -> dict[str, Any]:
    """The fields of one figure, in their order. `site` stands before the address."""
    return {
        "place": figure.place,
        "year": figure.year,
        "report": figure.report,
        "passage": figure.passage,
        "indicator": figure.indicator + _TURN.get(figure.relation, ""),
        "name": figure.indicator,
        "subject": figure.subject,
        "role": figure.role,
        "relation": figure.relation,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "bound": figure.bound,
        "basis": figure.basis,
        "wording": figure.wording,
        "of_year": figure.of_year,
        "marks": figure.marks,
        "certain": figure.certain,
        "text": figure.text,
        "url": f"{site}/p/{figure.passage}" if figure.passage else f"{site}/r/{figure.report}",
    }


def figure_records(figures: Iterable[Figure], site: str = "") -> Iterator[str]:
    """One JSON object for each figure."""
    for figure in figures:
        yield json.dumps({"schema": JSONL, **figure_fields(figure, site)}, ensure_ascii=False)


def figure_csv(figures: Iterable[Figure], site: str = "") -> Iterator[str]:
    """Rows for a spreadsheet, the names of the fields first. Marks are left out."""
    yield from _table(figure_fields(figure, site) for figure in figures)


def _table(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    for number, fields in enumerate(records):
        fields.pop("marks", None)
        if not number:
            yield MARK + csv_row(fields)
        yield csv_row(fields.values())
