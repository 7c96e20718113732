"""All passages of a search for other programs: JSON records or a CSV table, one line for each passage.

The shell prints them, the site sends them. The fields are described in docs/jsonl.md.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deqing_search.versions import JSONL

if TYPE_CHECKING:
    from deqing_search.report import Passage, ReportCard

MARK = "\ufeff"  # at the start of a table: Excel then reads it as UTF-8
EXPORTED = (
    "id", "report", "title", "report_kind", "place", "year", "date",
    "source", "publisher", "published", "section", "ordinal", "kind", "text", "damage", "url",
)  # fmt: skip

Exported = Iterable[tuple["Passage", "ReportCard"]]


def export_records(passages: Exported, site: str = "") -> Iterator[str]:
    """JSON objects. `site` stands before each address: `https://host`, or nothing for a bare path."""
    return (json_line(_exported(passage, card, site)) for passage, card in passages)


def export_csv(passages: Exported, site: str = "") -> Iterator[str]:
    """Rows for a spreadsheet, the names of the fields first."""
    yield MARK + csv_row(EXPORTED)
    for passage, card in passages:
        fields = _exported(passage, card, site)
        fields |= {"section": " › ".join(passage.section), "damage": " ".join(passage.damage)}
        yield csv_row([fields[name] for name in EXPORTED])


def _exported(passage: Passage, card: ReportCard, site: str) -> dict[str, Any]:
    meta, address = card.meta, f"{site}/p/{passage.id}"
    report_fields = (card.id, meta.title, meta.kind, meta.place, meta.year, meta.date)
    published = (meta.source, meta.publisher, meta.published)
    passage_fields = (passage.section, passage.ordinal, passage.kind, passage.text, passage.damage, address)
    return dict(zip(EXPORTED, (passage.id, *report_fields, *published, *passage_fields), strict=True))


def json_line(fields: Mapping[str, Any]) -> str:
    """A JSON object of the documented schema, on one line."""
    return json.dumps({"schema": JSONL, **fields}, ensure_ascii=False)


def csv_row(cells: Iterable[object]) -> str:
    """A row of a table, without its line end. No cell is a formula.

    >>> csv_row(["=1+1", "甲, 乙", 2024])
    ' =1+1,"甲, 乙",2024'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(_harmless(cell) for cell in cells)
    return out.getvalue()


def _harmless(cell: object) -> object:
    """A cell that a spreadsheet takes for text: a space before what begins like a formula.

    >>> _harmless("=1+1"), _harmless("-3℃"), _harmless("5.1%"), _harmless(2024)
    (' =1+1', ' -3℃', '5.1%', 2024)
    """
    return f" {cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
