"""The pages to find something, errors, and what browsers and watchers ask for.

Each reads the parameters, calls the conductor, fills a noun of `page_data`, and draws it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from deqing_search.errors import IndexFault
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.roman_numerals import as_typed
from deqing_search.query.tree import Literal, Query, filters
from deqing_search.search import searcher as conductor
from deqing_search.search.searcher import Mode, Results
from deqing_search.suggest.completion import Suggestion
from deqing_search.web import asked_figures, i18n, labels
from deqing_search.web.answering import answer, engine, permalink_store
from deqing_search.web.facets import NAMES, facets, years
from deqing_search.web.groups import by_report, by_year, newest_first, regions
from deqing_search.web.page_data import ErrorPage, HomePage, ReportsPage, ResultsPage, Way
from deqing_search.web.paging import PageOf, page_of
from deqing_search.web.parameters import (
    GROUPS,
    MODES,
    PAGE_SIZE,
    SORTS,
    SearchParameters,
    choice,
    query_text_if_valid,
    search_parameters,
    switch,
    typed_fields,
)
from deqing_search.web.templating import draw
from deqing_search.web.urls import SearchLink, query_string, url_for
from deqing_search.web.wider_searches import wider

pages = Blueprint("pages", __name__)

EXAMPLES = ("地理信息", "“重要窗口”", "共同富裕 -规划", "年:2021..2024 人工智能")
REPORTS_ON_PAGE = 100


@pages.get("/")
def search() -> str | AnyResponse:
    """The search box and the results; without a query the home page, or with filters the list of reports."""
    ask = search_parameters()
    if not ask.q and not ask.filters:
        cards = newest_first(engine().view().cards())
        examples = [typed for typed in EXAMPLES if conductor.count(engine(), typed).passages]
        return draw(HomePage(examples=examples, cards=cards, coverage=conductor.coverage(engine())))
    if not ask.q:  # a place was chosen, and nothing typed
        return redirect(SearchLink(url_for("pages.reports"), ask.filters.parameters())(), 302)
    results = answer(ask, offset=ask.offset, limit=PAGE_SIZE)
    shown = results.lists[0] if results.lists else results
    last = max(-(-shown.total // PAGE_SIZE), 1)
    if ask.page > last:
        raise _PastTheEnd(ask, last, shown.total)
    return draw(_results_page(ask, results, shown, last))


def _results_page(ask: SearchParameters, results: Results, shown: Results, last: int) -> ResultsPage:
    """`shown` is the first list; facets and page numbers are of it."""
    scope = conductor.coverage(engine(), results.query)
    path = url_for("pages.search")
    link = SearchLink(path, ask.parameters)
    related_to = _related_to(ask, results.query)
    shows_related = switch("related") or not results.total
    asked = asked_figures.answers(ask)
    wider_searches = [] if results.total else wider(engine(), ask, conductor.explain(ask.q))
    return ResultsPage(
        q=ask.q,
        ask=ask,
        results=results,
        shown=shown,
        echo=labels.echo(results.query),
        notes=[(note, *_around(ask.q, note.span)) for note in results.query.diagnostics],
        page=PageOf(shown.hits, ask.page, last, shown.total),
        sorts=SORTS,
        modes=MODES,
        hit_numbers={hit.passage.id: shown.offset + at for at, hit in enumerate(shown.hits, 1)},
        groups={"": gettext_noop("逐段"), **GROUPS},
        facets=facets(engine(), ask, shown, link, choice("all", NAMES)),
        link=link,
        feed=url_for("feeds.atom") + query_string(**ask.matching),
        downloads=_downloads(ask, shown.mode),
        scope=scope,
        coverage=results.coverage,
        has_these_years=not ask.filters.years or conductor.has_reports_of(engine(), ask.filters.years),
        years=years(engine(), ask, shown),
        wider=[(one, SearchLink(path, one.ask.parameters)()) for one in wider_searches],
        undated=0 if shown.total else _undated(results),
        related=_related(link, related_to) if related_to and shows_related else [],
        related_at=_related_at(link, related_to) if related_to and not shows_related else "",
        unknown_values=[] if shown.total else conductor.unknown_values(engine(), results.query),
        asked=asked,
        pledges_at="" if asked else asked_figures.pledges_at(ask),
        grouped=by_report if ask.group else lambda hits: [(None, conductor.group_duplicates(hits))],
    )


def _related_to(ask: SearchParameters, query: Query) -> str:
    """The text that related words are offered for: the only literal of a query, on its first page."""
    typed = as_typed(query.root) if query.root else None
    return typed.text if isinstance(typed, Literal) and ask.page == 1 else ""


def _related(link: SearchLink, text: str) -> list[tuple[Suggestion, str]]:
    """Words that are related to a text, with the address of the search for either of them.

    A word that contains the text is searched alone: passages with either of them are those that are shown.
    """
    words, typed = conductor.related(engine(), text, 8), f'"{text}"'
    contains = conductor.occurrence_counter(typed)
    queries = [one.text if contains(one.text) else f"{typed} OR {one.text}" for one in words]
    return [(one, link(q=query)) for one, query in zip(words, queries, strict=True)]


def _related_at(link: SearchLink, text: str) -> str:
    """The address of the same page with related words, "" if there are none. Few who found something want them."""
    return f"{link(related=1)}#related" if conductor.has_related(engine(), text) else ""


def _undated(results: Results) -> int:
    """How many reports have no year that is known, if the search asks for years."""
    root = results.query.root
    if root is None or not any(one.field == "year" for one in filters(root)):
        return 0
    return sum(card.meta.year is None for card in engine().view().cards())


def _downloads(ask: SearchParameters, mode: Mode) -> dict[str, str]:
    """The addresses of the files with all passages of the first list, by their format."""
    forms = {"CSV": "csv", "JSONL": "jsonl", "Markdown": "md", "DOCX": "docx"}
    shown = None if mode == "exact" else mode
    search = query_string(**ask.matching, mode=shown, sort=ask.sort)
    return {name: url_for("downloads.export", form=form) + search for name, form in forms.items()}


def _around(typed: str, span: tuple[int, int]) -> tuple[str, str, str]:
    """What was typed before, at and after the place of a diagnostic."""
    return typed[: span[0]], typed[span[0] : span[1]], typed[span[1] :]


class _PastTheEnd(NotFound):
    """A page number after the last page. The error page links to the last page."""

    def __init__(self, ask: SearchParameters, last: int, total: int) -> None:
        super().__init__(Message("没有第 {page} 页：共 {total} 段，{last} 页。", page=ask.page, total=total, last=last))
        to_last, to_first = Message("到最后一页（第 {last} 页）", last=last), Message("到第一页")
        address = SearchLink(url_for("pages.search"), ask.parameters)
        self.ways = ((address(page=last), to_last), (address(), to_first))


@pages.get("/r/")
def reports() -> str:
    """The list of all reports, or of those of some years, kinds and places. A query stays in the search box."""
    ask, cards = search_parameters(), engine().view().cards()
    listed = page_of(newest_first(cards, ask.filters), ask.page, REPORTS_ON_PAGE)
    return draw(
        ReportsPage(
            q=ask.q,
            ask=ask,
            link=SearchLink(url_for("pages.reports"), ask.parameters),
            listed=listed,
            shelves=by_year(listed.items),
            regions=regions(cards),
            coverage=conductor.coverage(engine()),
        )
    )


def error_page(code: int, reason: str, *, heading: str, hint: str = "", ways: Sequence[Way] = ()) -> Response:
    """The page for a request that cannot be answered, with a search box where searching would help."""
    q = query_text_if_valid()
    fields = typed_fields() if code in (400, 429) and request.method == "GET" else []
    page = ErrorPage(q=q, code=code, heading=heading, reason=reason, hint=hint, ways=ways, fields=fields)
    return Response(draw(page), code)


@pages.get("/language/<any('zh-Hans', 'zh-Hant', en):code>")
def choose_language(code: str) -> AnyResponse:
    """Keep the chosen language in a cookie and return to the page where it was chosen."""
    back = request.args.get("back", "/")
    if not re.fullmatch(r"/(?![/\\])[^\x00-\x20]*", back):
        back = url_for("pages.search")
    answer = redirect(back, 303)
    answer.set_cookie(i18n.COOKIE, code, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return answer


@pages.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _plain("ok")


@pages.get("/readyz")
def readyz() -> Response:
    """The index answers and old links can be followed; 503 and the reason when not."""
    try:
        reports = len(engine().view().cards())
        permalink_store().demand_usable()
    except IndexFault as fault:
        return _plain("\n".join(filter(None, map(i18n.translate, labels.fault(fault)))), 503)
    return _plain(f"ok {reports}") if reports else _plain(i18n.translate("索引里还没有报告。"), 503)


@pages.get("/favicon.svg")
def favicon() -> Response:
    return current_app.send_static_file("favicon.svg")


@pages.get("/favicon.ico")
def favicon_ico() -> AnyResponse:
    """Redirect the name that old browsers use."""
    return redirect(url_for("pages.favicon"), 301)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
