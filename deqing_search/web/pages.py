"""The pages: read the parameters, call the conductor, fill a noun of `page_data`, draw it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from flask import Blueprint, Response, current_app, g, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from deqing_search.citation import Citation, citations, cited, digest
from deqing_search.engine.base import View, Viewer
from deqing_search.errors import IndexFault
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import Literal, Query, filters
from deqing_search.report import Passage
from deqing_search.search import searcher as conductor
from deqing_search.search.outline import outlined
from deqing_search.search.places import places
from deqing_search.search.redirects import Succession, report_successor, succession
from deqing_search.search.searcher import InContext, Mode, Results
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.suggest.completion import Suggestion
from deqing_search.text.controls import without_controls
from deqing_search.text.offsets import Span
from deqing_search.web import i18n, labels, metrics
from deqing_search.web.facets import facets, years
from deqing_search.web.groups import by_report, by_year, newest_first, regions
from deqing_search.web.page_data import (
    BesidePage,
    ErrorPage,
    GonePage,
    HomePage,
    PassagePage,
    ReportPage,
    ReportsPage,
    ResultsPage,
    Way,
)
from deqing_search.web.paging import page_links, page_of
from deqing_search.web.parameters import (
    GROUPS,
    MODES,
    PAGE_SIZE,
    SORTS,
    SearchParameters,
    id_parameter,
    query_text_if_valid,
    search_parameters,
    switch,
    whole_number,
)
from deqing_search.web.punctuation import has_half_width, in_full_width
from deqing_search.web.relatives import relatives_of
from deqing_search.web.report_layout import blocks, changes, changes_of, explained, neighbours, repaired
from deqing_search.web.source_view import Unshown, beside
from deqing_search.web.templating import draw
from deqing_search.web.text_changes import changed
from deqing_search.web.unknown_ids import no_passage, no_report
from deqing_search.web.urls import SearchLink, absolute, citable, is_public, query_string, text_fragment, url_for
from deqing_search.web.way_back import LAST_HIT, opened_from
from deqing_search.web.wider_searches import wider

pages = Blueprint("pages", __name__)

EXAMPLES = ("地理信息", "“重要窗口”", "共同富裕 -规划", "年:2021..2024 人工智能")
REPORTS_ON_PAGE = 100
NEIGHBOURS = 3  # passages shown before and after a cited one


class _OneView:
    """An engine whose view stays the same during an answer, whatever is committed meanwhile."""

    def __init__(self, engine: Viewer) -> None:
        self._engine = engine

    def view(self) -> View:
        return self._view

    @cached_property
    def _view(self) -> View:
        return self._engine.view()


def engine() -> Viewer:
    """The engine that this answer searches."""
    if "engine" not in g:
        g.engine = _OneView(current_app.config["ENGINE"])
    found: Viewer = g.engine
    return found


def permalink_store() -> PermalinkStore:
    found: PermalinkStore = current_app.config["PERMALINKS"]
    return found


def answer(ask: SearchParameters, *, offset: int, limit: int) -> Results:
    """The results of the search in the address."""
    request = conductor.SearchRequest(ask.q, ask.filters, ask.mode, ask.sort, offset, limit)
    results = conductor.search(engine(), request)
    metrics.note_search(results.mode, found=results.total > 0)
    return results


@pages.get("/")
def search() -> str | AnyResponse:
    """The search box and the results; without a query the home page, or with filters the list of reports."""
    ask = search_parameters()
    if not ask.q and not ask.filters:
        cards = newest_first(engine().view().cards())
        return draw(HomePage(examples=EXAMPLES, cards=cards, coverage=conductor.coverage(engine())))
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
    wider_searches = [] if shown.total else wider(engine(), ask, conductor.explain(ask.q))
    return ResultsPage(
        q=ask.q,
        ask=ask,
        results=results,
        shown=shown,
        echo=i18n.echo(results.query),
        notes=[(note, *_around(ask.q, note.span)) for note in results.query.diagnostics],
        last_page=last,
        page_links=page_links(ask.page, last),
        sorts=SORTS,
        modes=MODES,
        hit_numbers={hit.passage.id: shown.offset + at for at, hit in enumerate(shown.hits, 1)},
        groups={"": gettext_noop("逐段"), **GROUPS},
        facets=facets(engine(), ask, shown, link),
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
        grouped=by_report if ask.group else lambda hits: [(None, conductor.group_duplicates(hits))],
    )


def _related_to(ask: SearchParameters, query: Query) -> str:
    """The text that related words are offered for: the only literal of a query, on its first page."""
    return query.root.text if isinstance(query.root, Literal) and ask.page == 1 else ""


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


@pages.get("/p/<passage_id>")
def passage(passage_id: str) -> str | AnyResponse:
    """The page that a citation links to: one passage among its neighbours."""
    ask, was = search_parameters(), id_parameter("was")
    q, mode = ask.q, ask.mode
    found = conductor.passage_in_context(engine(), passage_id, around=NEIGHBOURS)
    if found is None:
        return _moved_or_gone(passage_id, q, mode)
    report, passage = found.report, found.passage
    near = (*found.before, passage, *found.after)
    marks = _marks(q, mode, near)
    permalink = absolute(url_for("pages.passage", passage_id=passage.id))
    return draw(
        PassagePage(
            q=q,
            ask=ask,
            mode=mode,
            report=report,
            passage=passage,
            beside=tuple(one[-1] if one else None for one in (found.before, found.after[:1])),
            opened_from=opened_from(engine(), ask, passage.id, whole_number("hit", 0, LAST_HIT)),
            search=query_string(**ask.parameters),
            blocks=blocks(near, marks),
            at_start=near[0].ordinal == report.passages[0].ordinal,
            at_end=near[-1].ordinal == report.passages[-1].ordinal,
            changes=changes_of(report, passage),
            changed=changed(_succession(was), passage) if was else None,
            permalink=permalink,
            is_public=is_public(),
            fragment=text_fragment(passage.text, marks.get(passage.id, ())),
            citations=citations(cited(report, passage, citable(permalink))),
            digest=digest(passage.text),
            relatives=relatives_of(engine(), passage),
        )
    )


def _moved_or_gone(passage_id: str, q: str, mode: Mode | None) -> AnyResponse:
    """Redirect an old address to the successor of its passage, or show the former text with status 410."""
    leads = _succession(passage_id)
    if leads is None:
        raise no_passage(passage_id)
    if next := leads.passage:
        was = leads.former.id if leads.is_moved or leads.is_changed else None
        address = url_for("pages.passage", passage_id=next.id, was=was, q=q or None, mode=mode)
        return redirect(address, 302)  # not for ever: the next cleaning may lead elsewhere
    return Response(draw(GonePage(former=leads.former, report=leads.report, elsewhere=leads.elsewhere)), 410)


def _succession(passage_id: str) -> Succession | None:
    return succession(engine().view(), permalink_store(), passage_id)


@pages.get("/p/<passage_id>/<any(gbt7714,footnote,markdown,bibtex,ris,csl):name>")
def citation(passage_id: str, name: str) -> AnyResponse:
    """One citation as a file, for a reference manager."""
    found = conductor.passage_in_context(engine(), passage_id, around=0)
    if found is None:
        return redirect(url_for("pages.passage", passage_id=passage_id), 302)
    one = _citations(found)[name]
    headers = {"Content-Disposition": f'attachment; filename="{passage_id}.{one.ending}"'}
    return Response(one.text, content_type=f"{one.media}; charset=utf-8", headers=headers)


@pages.get("/p/<passage_id>/<any(text,quotation):form>")
def quoted(passage_id: str, form: str) -> AnyResponse:
    """The text of a passage, or the text with its footnote below, to be copied."""
    found = conductor.passage_in_context(engine(), passage_id, around=0)
    if found is None:
        return redirect(url_for("pages.passage", passage_id=passage_id), 302)
    text = "\n".join(map(without_controls, found.passage.text.splitlines()))
    if form == "quotation":
        text = f"{text}\n\n{_citations(found)['footnote'].text}"
    return Response(text, mimetype="text/plain")


def _citations(found: InContext) -> dict[str, Citation]:
    """The citations of a passage, by their names."""
    permalink = absolute(url_for("pages.passage", passage_id=found.passage.id))
    return {one.name: one for one in citations(cited(found.report, found.passage, citable(permalink)))}


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


@pages.get("/r/<report_id>")
def report(report_id: str) -> str | AnyResponse:
    """The reading page: a whole report."""
    ask = search_parameters()
    q, mode = ask.q, ask.mode
    found = conductor.open_report(engine(), report_id)
    if found is None:
        if now := report_successor(engine().view(), permalink_store(), report_id):
            with_source = 1 if switch("raw") else None
            address = url_for("pages.report", report_id=now.id, q=q or None, mode=mode, raw=with_source)
            return redirect(address, 302)  # its file was renamed, and may be renamed again
        raise no_report(report_id)
    marks = _marks(q, mode, found.passages)
    if switch("raw"):
        raw = current_app.config["ORIGINALS"].of(found)
        unshown = raw if isinstance(raw, Unshown) else None
        return draw(BesidePage(q=q, ask=ask, mode=mode, report=found, pairs=beside(found, raw), unshown=unshown))
    outline, mended, wide = outlined(found.passages), repaired(found), switch("wide")
    shown_passages = in_full_width(found.passages) if wide else found.passages
    return draw(
        ReportPage(
            q=q,
            ask=ask,
            results=SearchLink(url_for("pages.search"), ask.parameters)() if q else "",
            mode=mode,
            report=found,
            blocks=blocks(shown_passages, marks, explained(found.passages), mended),
            wide=wide if has_half_width(found.passages) else None,
            repaired={id: changes(entries).repairs for id, entries in mended.items()},
            changes=changes(found.edit_log),
            neighbours=neighbours(found, engine().view().cards(), places(engine().view())),
            outline=outline,
            shallowest=min((heading.level for heading in outline), default=1),
            marked_passages=[passage for passage in found.passages if marks.get(passage.id)],
        )
    )


def report_name(report_id: str) -> str:
    """The title of a report with its place and year; its id if there is no such report."""
    card = conductor.card(engine(), report_id)
    return labels.dated_title(card) if card else report_id


def _marks(q: str, mode: Mode | None, passages: Sequence[Passage]) -> dict[str, tuple[Span, ...]]:
    """Passage id → what `q` marks in it; passages without a mark are left out."""
    if not q:
        return {}
    mark = conductor.marker(q, mode=mode or "exact")
    return {passage.id: spans for passage in passages if (spans := mark(passage.text))}


def error_page(code: int, reason: str, *, heading: str, hint: str = "", ways: Sequence[Way] = ()) -> Response:
    """The page for a request that cannot be answered, with a search box where searching would help."""
    q = query_text_if_valid()
    page = ErrorPage(q=q, code=code, heading=heading, reason=reason, hint=hint, ways=ways)
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
