"""The same answers as JSON, for programs: `/api/v1`, described by an OpenAPI 3.1 document.

A field may be added within v1; none changes its meaning or goes. Faults are problem details (RFC 9457).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request

from deqing_search.citation import citations, cited, digest
from deqing_search.messages import Message, gettext_noop
from deqing_search.report import Passage, ReportCard
from deqing_search.search import searcher as conductor
from deqing_search.search.records import HitRecord, hit_records, metadata_fields
from deqing_search.search.redirects import Succession, report_successor, succession
from deqing_search.search.searcher import Results
from deqing_search.web import labels
from deqing_search.web.answering import answer, engine, permalink_store
from deqing_search.web.groups import newest_first
from deqing_search.web.i18n import translate
from deqing_search.web.parameters import PAGE_SIZE, search_parameters, whole_number
from deqing_search.web.unknown_ids import no_passage, no_report
from deqing_search.web.urls import absolute, citable, query_string, url_for

api = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_HITS = 100
DEEPEST = 10_000
REPORTS = 100  # of one answer, about 60 KB
MOST_AT_ONCE = 200  # reports of one answer, less than 200 KB
MOST_REPORTS = 1_000_000
# The texts are public: pages of other sites may read them, without cookies.
OPEN = {"Access-Control-Allow-Origin": "*"}


@api.get("/openapi.json")
def openapi() -> Response:
    """The description of this interface."""
    described = current_app.send_static_file("openapi.json")
    described.headers.update(OPEN)
    return described


@api.get("/search")
def search() -> Response:
    """A page of hits."""
    offset, limit = whole_number("offset", 0, DEEPEST), whole_number("limit", PAGE_SIZE, MOST_HITS)
    results = answer(search_parameters(), offset=offset, limit=limit)
    words = _results(results.words) if results.words else None
    named = {"report": _asked_for(results), "named": [_named(one.card) for one in results.named]}
    return json_answer(_results(results) | named | {"words": words})


@api.get("/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """One passage with its citations; of one that has changed or gone, the former text and where it leads (410)."""
    found = conductor.passage_in_context(engine(), passage_id, around=0)
    if found is None:
        return _former(passage_id)
    address = absolute(url_for("pages.passage", passage_id=passage_id))
    source = cited(found.report, found.passage, citable(address))
    return json_answer({
        **_passage(found.passage),
        "title": labels.title(found.report),
        "meta": metadata_fields(found.report.meta),
        "sha256": digest(found.passage.text),
        "permalink": address,
        "citations": {one.name: one.text for one in citations(source)},
    })  # fmt: skip


@api.get("/reports")
def reports() -> Response:
    """A page of the list of reports, the newest first."""
    ask = search_parameters()
    offset, limit = whole_number("offset", 0, MOST_REPORTS), whole_number("limit", REPORTS, MOST_AT_ONCE)
    cards = newest_first(engine().view().cards(), ask.filters)
    is_last = offset + limit >= len(cards) or not limit
    following = url_for("api.reports") + query_string(**ask.filters.parameters(), offset=offset + limit, limit=limit)
    return json_answer({
        "total": len(cards),
        "offset": offset,
        "limit": limit,
        "next": None if is_last else following,
        "reports": [_card(card) for card in cards[offset : offset + limit]],
    })  # fmt: skip


@api.get("/reports/<report_id>")
def report(report_id: str) -> Response:
    """One report with all its passages; a former id of it leads on."""
    found = conductor.open_report(engine(), report_id)
    if found is None:
        if now := report_successor(engine().view(), permalink_store(), report_id):
            return _leading_to(url_for("api.report", report_id=now.id))
        raise no_report(report_id)
    passages = [_passage(one) for one in found.passages]
    return json_answer(
        {"report": found.id, "title": labels.title(found), "meta": metadata_fields(found.meta), "passages": passages}
    )


@api.get("/coverage")
def coverage() -> Response:
    """The coverage of the index, so that an empty answer can be judged."""
    return json_answer(conductor.coverage_of(engine(), search_parameters().filters)._asdict())


@api.get("/related")
def related() -> Response:
    """Words to search for as well."""
    limit = whole_number("limit", 10, MOST_HITS)
    found = conductor.related(engine(), search_parameters().q, limit)
    return json_answer({"related": [{"text": one.text, "passages": one.passages} for one in found]})


def problem(status: int, title: str, detail: str, hint: str = "") -> Response:
    """A fault as problem details."""
    said = {"type": "about:blank", "title": translate(title), "status": status, "detail": translate(detail)}
    if hint:
        said["hint"] = translate(hint)
    return json_answer(said, status, "application/problem+json")


def is_asked() -> bool:
    """Whether the request is for this interface."""
    return request.path.startswith("/api/")


def _former(passage_id: str) -> Response:
    leads = succession(engine().view(), permalink_store(), passage_id)
    if leads is None:
        raise no_passage(passage_id)
    former, next = leads.former, leads.passage
    gone = {
        "type": "about:blank",
        "title": translate(_what_happened(leads)),
        "status": 410,
        "detail": translate(Message("它曾是报告 {report} 的第 {n} 段。", report=former.report, n=former.ordinal)),
        "report": former.report,
        "ordinal": former.ordinal,
        "section": list(former.section),
        "text": former.text,
        "successor": url_for("api.passage", passage_id=next.id) if next else None,
        "moved": leads.is_moved,
        "elsewhere": [url_for("api.passage", passage_id=one.id) for one in leads.elsewhere],
    }
    return json_answer(gone, 410, "application/problem+json")


def _what_happened(leads: Succession) -> str:
    if leads.passage is None:
        return labels.HEADINGS[410]
    if leads.is_moved:
        return gettext_noop("本段现在见于另一份报告")
    return gettext_noop("本段文字在引用之后有改动") if leads.is_changed else gettext_noop("本段的编号已加长")


def _leading_to(address: str) -> Response:
    """A redirect, not for ever: a file that was renamed may be renamed again."""
    return Response(status=302, headers={**OPEN, "Location": address})


def json_answer(said: Mapping[str, Any], status: int = 200, media: str = "application/json") -> Response:
    """An answer that programs of any site may read."""
    body = json.dumps({"schema": 1, **said}, ensure_ascii=False)
    return Response(body, status, content_type=media, headers=OPEN)


def _results(results: Results) -> dict[str, Any]:
    return {
        "query": {
            "typed": results.query.typed,
            "echo": labels.echo(results.query),
            "diagnostics": [
                {
                    "severity": note.severity,
                    "message": translate(note.message),
                    "start": note.span[0],
                    "end": note.span[1],
                }
                for note in results.query.diagnostics
            ],
        },
        "mode": results.mode,
        "total": results.total,
        "occurrences": results.occurrences,
        "reports": results.reports,
        "offset": results.offset,
        "limit": results.limit,
        "facets": {name: dict(counts) for name, counts in results.facets.items()},
        "coverage": results.coverage._asdict(),
        "hits": [_hit(hit) for hit in hit_records(results.hits)],
    }


def _named(card: ReportCard) -> dict[str, Any]:
    meta, url = card.meta, url_for("pages.report", report_id=card.id)
    return {"report": card.id, "title": meta.title, "year": meta.year, "place": meta.place, "url": url}


def _asked_for(results: Results) -> dict[str, Any] | None:
    """The report that the query asks for, with its outline; None if the query names no report."""
    if not results.named:
        return None
    card, outline = results.named[0]
    return _card(card) | {"outline": [_heading(one) for one in outline]}


def _heading(heading: Passage) -> dict[str, Any]:
    return {"id": heading.id, "level": heading.level, "text": heading.text}


def _hit(hit: HitRecord) -> dict[str, Any]:
    return hit._replace(url=url_for("pages.passage", passage_id=hit.id))._asdict()


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "report": passage.report,
        "ordinal": passage.ordinal,
        "kind": passage.kind,
        "section": list(passage.section),
        "text": passage.text,
        "damage": list(passage.damage),
        "url": url_for("pages.passage", passage_id=passage.id),
    }


def _card(card: ReportCard) -> dict[str, Any]:
    return {
        "report": card.id,
        "title": labels.title(card),
        "meta": metadata_fields(card.meta),
        "passages": card.passages,
        "edits": card.edits,
        "format_marks": card.format_marks,
        "url": url_for("pages.report", report_id=card.id),
    }
