"""Pages and files of research: panel, concordance, collocates, keyness. What they count is decided in `research`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple, cast

from flask import Blueprint, Response, current_app

from deqing_search.errors import UsageError
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.filters import MOST_VALUES, one_text
from deqing_search.query.tree import MAX_LITERALS, literals
from deqing_search.research import collocates as near
from deqing_search.research import concordance as lines
from deqing_search.research import keyness as keys
from deqing_search.research import occurrences, records
from deqing_search.research.counting import rivals
from deqing_search.research.dictionaries import Dictionary, read_typed
from deqing_search.research.manifest import manifest_text
from deqing_search.research.panel import Column, Panel, Row, differences, panel, ways
from deqing_search.research.panel_files import difference_in_words, panel_lines
from deqing_search.search import searcher as conductor
from deqing_search.search.searcher import Coverage
from deqing_search.web.answering import engine
from deqing_search.web.downloads import record_lines, records_file, sent_file
from deqing_search.web.paging import PageOf, last_page
from deqing_search.web.parameters import (
    LONGEST_QUERY,
    SearchParameters,
    any_of_dictionary,
    choice,
    search_parameters,
    switch,
    terms_text,
    whole_number,
)
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import SearchLink, query_string, site, url_for

research = Blueprint("research", __name__)

TERMS = 100  # of a dictionary; the shell takes more
ROWS = 200  # of a panel on its page; the files have all
LINES = 50  # of a concordance on a page
WORDS = 50  # of each list
SAMPLE = 5_000  # occurrences whose windows a request counts: 0.7 s of computing
DEEPEST = 1_000_000
_DESCRIPTIONS = {"codebook": ("codebook", "csv"), "manifest": ("manifest", "json")}  # files of a panel


class Cell(NamedTuple):
    """A figure, and the address of the passages it counts ("" if the query would be too long)."""

    occurrences: int
    per_10000: float
    address: str


class ShownRow(NamedTuple):
    row: Row
    cells: tuple[Cell, ...]  # none for a gap


@dataclass(frozen=True, kw_only=True)
class PanelPage(Page):
    template = "panel.html"
    ask: SearchParameters
    terms: str
    offered: str = ""  # as terms, where none are given: what the query looks for
    file: SearchLink | None = None
    rows: Sequence[ShownRow] = ()
    breaks: Sequence[tuple[int | None, Sequence[Row]]] = ()  # by their years
    panel: Panel | None = None
    differences: Sequence[Message] = ()
    scope: Coverage | None = None


@dataclass(frozen=True, kw_only=True)
class ConcordancePage(Page):
    template = "concordance.html"
    ask: SearchParameters
    wish: lines.Wish
    here: SearchLink
    file: SearchLink
    besides: str
    found: lines.Concordance | None = None
    listed: PageOf[lines.Line] | None = None
    scope: Coverage | None = None


@dataclass(frozen=True, kw_only=True)
class CollocatesPage(Page):
    template = "collocates.html"
    ask: SearchParameters
    link: SearchLink  # the page of results
    file: SearchLink
    span: near.Span
    minimum: int
    found: near.Collocates | None = None
    words: Sequence[tuple[near.Collocate, str]] = ()  # each with the query of the sentences that have it
    strings: Sequence[near.Extension] = ()
    spread: near.Dispersion | None = None
    scope: Coverage | None = None


@dataclass(frozen=True, kw_only=True)
class KeynessPage(Page):
    template = "keyness.html"
    ask: SearchParameters
    file: SearchLink
    against: str
    limit: int
    found: keys.Keyness | None = None
    there: str = ""  # the query of the other group; empty: all others
    only_shared: str = ""  # the address of the comparison of the places that both groups have
    coverage: Coverage | None = None


def searched(ask: SearchParameters) -> Coverage:
    """The coverage of the reports that the query and the filters search."""
    return conductor.coverage(engine(), conductor.explain(ask.q, ask.filters))


@research.get("/panel")
def panel_page() -> str:
    """A dictionary by place and year, every figure linked to its occurrences."""
    ask = search_parameters()
    terms = terms_text("terms") or ask.dictionary
    if not terms:
        root = conductor.explain(ask.q).root
        offered = ", ".join(literal.text for literal in literals(root)) if root else ""
        return draw(PanelPage(ask=ask, terms=terms, offered=offered))
    found = counted_panel(ask, terms)
    counted: dict[str, str] = dict.fromkeys(found.others, "1")
    parameters = {"terms": terms, **counted, **ask.filters.parameters()}
    return draw(
        PanelPage(
            ask=replace(ask, q=any_of_dictionary(terms), made_of=terms),
            terms=terms,
            file=SearchLink(url_for("research.panel_file", form="csv"), parameters),
            rows=[ShownRow(row, tuple(_cells(found, row))) for row in islice(found.spans, ROWS)],
            breaks=[(row.year, (row,)) for row in found.breaks[:ROWS]],
            panel=found,
            differences=[difference_in_words(one) for one in differences(found)],
            scope=conductor.coverage_of(engine(), ask.filters),
        )
    )


@research.get("/panel.<any(csv,jsonl,dta,parquet,codebook,manifest):form>")
def panel_file(form: str) -> Response:
    """The whole panel as a file, the meaning of its variables, or what `search-cli panel --verify` takes."""

    def written() -> Iterable[str] | Iterable[bytes]:
        found = counted_panel(search_parameters(), terms_text("terms"))
        return [manifest_text(found)] if form == "manifest" else panel_lines(found, form)

    return sent_file(written, *_DESCRIPTIONS.get(form, ("panel", form)))


def counted_panel(ask: SearchParameters, terms: str) -> Panel:
    """The panel of typed terms, with the other ways of counting that the address asks for.

    Raises `UsageError` if there are no terms, or more than a page may count.
    """
    dictionary = read_typed(terms)
    if len(dictionary.terms) > TERMS:
        said = gettext_noop("词表有 {n} 个词，网页上至多 {most} 个。")
        hint = gettext_noop("更长的词表请用 search-cli panel --dictionary")
        raise UsageError(Message(said, n=len(dictionary.terms), most=TERMS), hint=hint)
    others = ways(tokens=switch("tokens"), alone=switch("alone"))
    return panel(engine(), dictionary, ask.filters, others=others)


def _cells(found: Panel, row: Row) -> Iterable[Cell]:
    if row.is_missing:
        return
    for at, column in enumerate(found.columns):
        occurrences_, rate = row.tallies[at].occurrences, row.per_10000(at) or 0.0
        yield Cell(occurrences_, rate, _address(found.dictionary, column, row) if occurrences_ else "")


def _address(dictionary: Dictionary, column: Column, row: Row) -> str:
    """Where the occurrences of a cell are listed, counted as in the panel."""
    every = dictionary.strings
    others = {other for term in column.terms for other in rivals(term, every)} - {*column.terms}
    either = " OR ".join(f'"{term}"' for term in column.terms)
    too_many = len(column.terms) > MAX_LITERALS or len(row.reports) > MOST_VALUES
    if too_many or '"' in "".join((*column.terms, *others)) or len(either) > LONGEST_QUERY:
        return ""
    reports = one_text(card.id for card in row.reports)
    end = query_string(q=either, report=reports, besides="，".join(sorted(others)))
    return url_for("research.concordance_page") + end


@research.get("/concordance")
def concordance_page() -> str:
    """Every occurrence on a line, with its contexts."""
    ask, wish, besides = search_parameters(), wished(), terms_text("besides")
    wish = wish._replace(offset=(ask.page - 1) * LINES, limit=LINES)
    layout = {"order": wish.order, "width": wish.width, "unit": wish.unit, "sample": wish.sample, "seed": wish.seed}
    parameters = {**ask.matching, **layout, "besides": besides}
    shown = ConcordancePage(
        q=ask.q,
        ask=ask,
        wish=wish,
        besides=besides,
        here=SearchLink(url_for("research.concordance_page"), parameters),
        file=SearchLink(url_for("research.concordance_file", form="csv"), parameters),
    )
    if not ask.q:
        return draw(shown)
    found = lines.concordance(engine(), wanted(ask, besides), wish)
    listed = PageOf(found.lines, ask.page, last_page(found.listed, ask.page, LINES), found.listed)
    return draw(replace(shown, found=found, listed=listed, scope=searched(ask)))


@research.get("/concordance.<any(csv,jsonl):form>")
def concordance_file(form: str) -> Response:
    """All lines of a concordance as a file."""
    at = site()  # the file is written after the request

    def written() -> Iterable[str]:
        found = lines.concordance(engine(), wanted(search_parameters(), terms_text("besides")), wished())
        return record_lines((records.line_fields(line, at) for line in found.lines), form)

    return sent_file(written, "concordance", form)


def wanted(ask: SearchParameters, besides: str) -> occurrences.Wanted:
    """What the parameters look for; raises `UsageError` with the reason."""
    others = read_typed(besides).strings if besides else ()
    return occurrences.beside(occurrences.of_query(ask.q, ask.filters), others)


def wished() -> lines.Wish:
    """The layout that the parameters ask for, without a page: all lines."""
    return lines.Wish(
        width=whole_number("width", 20, lines.WIDEST),
        unit=cast("lines.Unit", choice("unit", lines.UNITS, "characters")),
        order=cast("lines.Order", choice("order", lines.ORDERS, "report")),
        sample=whole_number("sample", 0, DEEPEST) or None,
        seed=whole_number("seed", 1, DEEPEST),
        limit=None,
    )


@research.get("/collocates")
def collocates_page() -> str:
    """The words near the occurrences, the longer strings they stand in, and how evenly they are spread."""
    ask, span, minimum = search_parameters(), asked_span(), whole_number("minimum", 3, DEEPEST)
    link = SearchLink(url_for("pages.search"), ask.parameters)
    window = {"before": span.left, "after": span.right, "minimum": minimum}
    file = SearchLink(url_for("research.collocates_file", form="csv"), {**ask.matching, **window})
    if not ask.q:
        return draw(CollocatesPage(ask=ask, link=link, file=file, span=span, minimum=minimum))
    every = occurrences.find(engine(), occurrences.of_query(ask.q, ask.filters))
    found = near_words(every, span, minimum)
    return draw(
        CollocatesPage(
            q=ask.q,
            ask=ask,
            link=link,
            file=file,
            span=span,
            minimum=minimum,
            found=found,
            words=[(one, f'同句:(({ask.q}) "{one.word}")') for one in found.words[:WORDS]],
            strings=near.extensions(every, minimum=minimum)[:WORDS],
            spread=near.dispersion(every),
            scope=searched(ask),
        )
    )


@research.get("/collocates.<any(csv,jsonl):form>")
def collocates_file(form: str) -> Response:
    """All words near the occurrences as a file."""
    ask, minimum = search_parameters(), whole_number("minimum", 3, DEEPEST)
    every = occurrences.find(engine(), occurrences.of_query(ask.q, ask.filters))
    found = near_words(every, asked_span(), minimum)
    return records_file(records.collocate_fields(found), "collocates", form)


def near_words(found: occurrences.Found, span: near.Span, minimum: int) -> near.Collocates:
    """The collocates of as many occurrences as a request has time for."""
    most = current_app.config["OCCURRENCES_FOR_COLLOCATES"]
    return near.collocates(found, span, minimum=minimum, most=most)


def asked_span() -> near.Span:
    """The window that the parameters `before` and `after` ask for."""
    return near.Span(whole_number("before", 5, near.WIDEST), whole_number("after", 5, near.WIDEST))


@research.get("/keyness")
def keyness_page() -> str:
    """The words that set one group of reports apart from another."""
    ask, against = search_parameters(), terms_text("against")
    file = SearchLink(url_for("research.keyness_file", form="csv"), {**ask.matching, "against": against})
    if not ask.q and not ask.filters:
        return draw(KeynessPage(ask=ask, file=file, against=against, limit=WORDS))
    found = compared(ask, against)
    return draw(
        KeynessPage(
            q=ask.q,
            ask=ask,
            file=file,
            against=against,
            limit=WORDS,
            found=found,
            there=against,
            only_shared=_only_shared(ask, against, found),
            coverage=conductor.coverage(engine()),
        )
    )


def _only_shared(ask: SearchParameters, against: str, found: keys.Keyness) -> str:
    """The address of the same comparison without the places that one group lacks; "" if no query can say it."""
    ours, theirs = found.unshared_places
    queries = {"q": _elsewhere(ask.q, ours), "against": _elsewhere(against, theirs)}
    too_long = max(map(len, queries.values())) > LONGEST_QUERY
    if not (ours or theirs) or (theirs and not against) or len(ours) + len(theirs) > MAX_LITERALS or too_long:
        return ""
    return url_for("research.keyness_page") + query_string(**{**ask.parameters, **queries})


def _elsewhere(typed: str, places: Sequence[str]) -> str:
    """The query without the reports of some places.

    >>> _elsewhere("年:2023", ["拉萨市"])
    '(年:2023) -地区:"拉萨市"'
    """
    return " ".join([f"({typed})"] * bool(typed and places) + [f'-地区:"{place}"' for place in places]) or typed


@research.get("/keyness.<any(csv,jsonl):form>")
def keyness_file(form: str) -> Response:
    """All words of the four lists as a file."""
    return records_file(records.key_fields(compared(search_parameters(), terms_text("against"))), "keyness", form)


def compared(ask: SearchParameters, against: str) -> keys.Keyness:
    """The keyness of what the parameters name; raises `UsageError` with the reason."""
    if not ask.q and not ask.filters:
        raise UsageError(gettext_noop("没有写哪一组报告。"), hint=gettext_noop("例如：年:2024 地区:杭州"))
    return keys.keyness(engine(), keys.group(ask.q or None, ask.filters), keys.group(against) if against else None)
