"""The pages to read: a cited passage among its neighbours, with its citations as files, and a whole report."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app, redirect
from werkzeug.wrappers import Response as AnyResponse

from deqing_search.citation import Citation, citations, cited, digest
from deqing_search.report import Passage
from deqing_search.search import searcher as conductor
from deqing_search.search.outline import outlined
from deqing_search.search.places import places
from deqing_search.search.redirects import Succession, report_successor, succession
from deqing_search.search.searcher import InContext, Mode
from deqing_search.text.controls import without_controls
from deqing_search.text.offsets import Span
from deqing_search.web.answering import engine, permalink_store
from deqing_search.web.page_data import BesidePage, GonePage, PassagePage, ReportPage
from deqing_search.web.pages import pages
from deqing_search.web.parameters import id_parameter, search_parameters, switch, whole_number
from deqing_search.web.punctuation import has_half_width, in_full_width
from deqing_search.web.relatives import relatives_of
from deqing_search.web.report_layout import blocks, changes, changes_of, explained, neighbours, repaired
from deqing_search.web.source_view import Unshown, beside
from deqing_search.web.templating import draw
from deqing_search.web.text_changes import changed
from deqing_search.web.unknown_ids import no_passage, no_report
from deqing_search.web.urls import SearchLink, absolute, citable, is_public, query_string, text_fragment, url_for
from deqing_search.web.way_back import LAST_HIT, opened_from

__all__ = ["pages"]  # with the addresses of this module

NEIGHBOURS = 3  # passages shown before and after a cited one


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


@pages.get("/r/<report_id>")
def report(report_id: str) -> str | AnyResponse:
    """The reading page: a whole report."""
    ask = search_parameters()
    q, mode = ask.q, ask.mode
    found = conductor.open_report(engine(), report_id)
    if found is None:
        if now := report_successor(engine().view(), permalink_store(), report_id):
            address = SearchLink(url_for("pages.report", report_id=now.id), ask.parameters)
            with_source = 1 if switch("raw") else None
            return redirect(address(raw=with_source), 302)  # its file was renamed, and may be renamed again
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


def _marks(q: str, mode: Mode | None, passages: Sequence[Passage]) -> dict[str, tuple[Span, ...]]:
    """Passage id → what `q` marks in it; passages without a mark are left out."""
    if not q:
        return {}
    mark = conductor.marker(q, mode=mode or "exact")
    return {passage.id: spans for passage in passages if (spans := mark(passage.text))}
