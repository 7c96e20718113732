"""All passages of a search as a file: JSON records or a CSV table for other programs, Markdown or DOCX with citations.

Each is written passage after passage, so its size does not matter.

The shell prints them, the site sends them. The fields are described in docs/jsonl.md.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deqing_search.citation import cited, footnote, markdown, markdown_text
from deqing_search.versions import JSONL

if TYPE_CHECKING:
    from deqing_search.citation import Source
    from deqing_search.report import Passage, ReportCard
    from deqing_search.search.word_documents import Style

MARK = "\ufeff"  # at the start of a table: Excel then reads it as UTF-8
EXPORTED = (
    "id", "report", "title", "report_kind", "place", "year", "date",
    "source", "publisher", "published", "section", "ordinal", "kind", "text", "damage", "occurrences", "url",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # what spreadsheets begin a formula with

Exported = Iterable[tuple["Passage", "ReportCard"]]
Counter = Callable[[str], int]  # how often a query occurs in a text


def export_records(passages: Exported, site: str = "", count: Counter | None = None) -> Iterator[str]:
    """JSON objects. `site` stands before each address: `https://host`, or nothing for a bare path."""
    return (json_line(exported(passage, card, site, count)) for passage, card in passages)


def export_csv(passages: Exported, site: str = "", count: Counter | None = None) -> Iterator[str]:
    """Rows for a spreadsheet, the names of the fields first."""
    yield MARK + csv_row(EXPORTED)
    for passage, card in passages:
        fields = exported(passage, card, site, count)
        fields |= {"section": " › ".join(passage.section), "damage": " ".join(passage.damage)}
        yield csv_row([fields[name] for name in EXPORTED])


def export_markdown(passages: Exported, site: str = "") -> Iterator[str]:
    """Each passage as a quotation with its source, below the title of its report; without `site` no addresses."""
    last = ""
    for _, card, source in _with_sources(passages, site):
        if card.id != last:
            yield f"{'' if not last else chr(10)}## {markdown_text(source.title)}\n"
        last = card.id
        yield f"{markdown(source)}\n"


def export_text(passages: Exported, site: str = "") -> Iterator[str]:
    """Each passage with its footnote below."""
    for passage, _, source in _with_sources(passages, site):
        yield f"{passage.text}\n\n{footnote(source)}\n"


def export_docx(passages: Exported, site: str = "") -> Iterator[bytes]:
    """A document for word processors: the title of each report, its passages, each with its footnote below."""
    from deqing_search.search.word_documents import document  # with zipfile, which a query does not need

    return document(_styled(passages, site))


def _styled(passages: Exported, site: str) -> Iterator[tuple[Style, str]]:
    last = ""
    for passage, card, source in _with_sources(passages, site):
        if card.id != last:
            yield "heading", source.title
        last = card.id
        yield "text", passage.text
        yield "source", footnote(source)


def _with_sources(passages: Exported, site: str) -> Iterator[tuple[Passage, ReportCard, Source]]:
    """The passages, each with what its citation says; without `site` no addresses."""
    for passage, card in passages:
        yield passage, card, cited(card, passage, f"{site}/p/{passage.id}" if site else "")


def exported(passage: Passage, card: ReportCard, site: str, count: Counter | None) -> dict[str, Any]:
    """The fields of a passage, by the names in `EXPORTED`."""
    meta, address = card.meta, f"{site}/p/{passage.id}"
    report_fields = (card.id, meta.title, meta.kind, meta.place, meta.year, meta.date)
    published = (meta.source, meta.publisher, meta.published)
    occurrences = count(passage.text) if count else None
    about = (passage.section, passage.ordinal, passage.kind, passage.text, passage.damage)
    passage_fields = (*about, occurrences, address)
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
    """A cell that a spreadsheet takes for text: a space before what begins like a formula, in full width too.

    >>> _harmless("=1+1"), _harmless("＝1+1"), _harmless("-3℃"), _harmless("5.1%"), _harmless(2024)
    (' =1+1', ' ＝1+1', ' -3℃', '5.1%', 2024)
    """
    return f" {cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
