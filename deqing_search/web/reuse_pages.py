"""The page of a report that shows who else has its clauses, the same as JSON, and the list of these pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Blueprint, Response, request

from deqing_search.quotes import reuse_wording as wording
from deqing_search.quotes.reuse import ORIGINS, Reuse, Share, reuse
from deqing_search.quotes.reuse_records import clause_records, summary_fields
from deqing_search.report import Report, ReportCard
from deqing_search.search import searcher as conductor
from deqing_search.search.coverage import contents
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.groups import newest_first
from deqing_search.web.pages import REPORTS_ON_PAGE
from deqing_search.web.paging import PageOf, page_of
from deqing_search.web.parameters import SearchParameters, search_parameters
from deqing_search.web.relatives import Shown, shown
from deqing_search.web.templating import Page, draw
from deqing_search.web.unknown_ids import no_report
from deqing_search.web.urls import SearchLink, url_for

reuse_pages = Blueprint("reuse", __name__)

MOST_CLAUSES = 300  # that the page shows; the JSON has all


class Part(NamedTuple):
    """A share of the whole, with its name."""

    name: str
    share: Share
    of_whole: float


@dataclass(frozen=True, kw_only=True)
class ReusePage(Page):
    template = "reuse.html"
    report: Report
    found: Reuse
    parts: Sequence[Part]
    sections: Sequence[Part]
    clauses: Sequence[Shown]
    left_out: int  # clauses that the page does not show
    unheld: str
    reports: int


@dataclass(frozen=True, kw_only=True)
class ReuseListPage(Page):
    template = "reuse_list.html"
    ask: SearchParameters
    link: SearchLink
    listed: PageOf[ReportCard]


@reuse_pages.get("/reuse")
def reports() -> str:
    """The reports whose clauses can be looked up in the others."""
    ask = search_parameters()
    chosen = newest_first(engine().view().cards(), ask.filters)
    link = SearchLink(url_for("reuse.reports"), ask.parameters)
    return draw(ReuseListPage(q=ask.q, ask=ask, link=link, listed=page_of(chosen, ask.page, REPORTS_ON_PAGE)))


@reuse_pages.get("/r/<report_id>/reuse")
def page(report_id: str) -> str:
    """The clauses of a report that stand in others."""
    found = _found(report_id)
    card = contents(engine().view()).cards[report_id]
    shared = [one for one in found.clauses if one.carriers or one.edited_from]
    return draw(
        ReusePage(
            report=found.report,
            found=found,
            parts=list(_parts(found)),
            sections=[Part(name or wording.UNTITLED, part, part.of(whole)) for name, whole, part in found.by_section()],
            clauses=[shown(one, found.first_passages, card) for one in shared[:MOST_CLAUSES]],
            left_out=len(shared[MOST_CLAUSES:]),
            unheld=wording.held_only(found.unheld),
            reports=conductor.coverage(engine()).reports,
        )
    )


@api.get("/reports/<report_id>/reuse")
def reuse_as_json(report_id: str) -> Response:
    """The shares of a report and its clauses that stand in others."""
    found = _found(report_id)
    shared: list[Any] = [*clause_records(found.clauses, found.first_passages, request.root_path)]
    coverage = conductor.coverage(engine())._asdict()
    return json_answer({**summary_fields(found), "coverage": coverage, "shared": shared})


def _found(report_id: str) -> Reuse:
    found = reuse(engine(), report_id)
    if found is None:
        raise no_report(report_id)
    return found


def _parts(found: Reuse) -> Iterator[Part]:
    """The shares by origin; those of which there is nothing are left out, but for the report of the year before."""
    yield Part(wording.ELSEWHERE, found.elsewhere, found.elsewhere.of(found.whole))
    yield Part(wording.INHERITED, found.inherited, found.inherited.of(found.whole))
    for origin in ORIGINS:
        share = found.from_origin(origin)
        if share.clauses or origin == "last year":
            yield Part(wording.ORIGINS[origin], share, share.of(found.whole))
    yield Part(wording.EDITED, found.edited, found.edited.of(found.whole))
