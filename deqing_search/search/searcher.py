"""Read path: typed text → query → engine → snippets → `Results`. The conductor of searching.

Faces import everything that they need of searching from here (`__all__`), and JSON records from `records`. The nouns
are in `request` and `results`; `modes` changes a query as a mode wants it, `page` makes one page of hits, `coverage`
says which reports an answer is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from deqing_search.engine.base import Request, Sort, View, Viewer
from deqing_search.errors import IndexFault, UsageError
from deqing_search.language.analyzer import expect_much_text
from deqing_search.language.folding import compact_text
from deqing_search.messages import gettext_noop
from deqing_search.query.echo import echo
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.parser import parse
from deqing_search.query.places import offers, with_other_names
from deqing_search.query.report_parts import PARTS, headings_of
from deqing_search.query.roman_numerals import with_both_spellings
from deqing_search.query.tree import And, Query, literal_of
from deqing_search.query.warnings import without_notes_on_years
from deqing_search.query.years import Years
from deqing_search.report import Passage, Report, ReportCard
from deqing_search.request_deadline import check
from deqing_search.search import modes
from deqing_search.search.coverage import (
    contents,
    coverage,
    coverage_of,
    has_reports_of,
    kinds,
    per_10000,
    unknown_values,
)
from deqing_search.search.marks import marks, marks_of
from deqing_search.search.named_reports import named_reports
from deqing_search.search.outline import main_headings
from deqing_search.search.page import FEW, Page, required_root
from deqing_search.search.request import MODES, Mode, SearchRequest
from deqing_search.search.results import (
    Count,
    CountedVariant,
    Coverage,
    DistinctHit,
    Hit,
    InContext,
    NamedReport,
    Results,
    group_duplicates,
)
from deqing_search.text.offsets import Span

if TYPE_CHECKING:
    from deqing_search.suggest.completion import Suggestion

__all__ = [
    "FEW",
    "Count",
    "CountedVariant",
    "Coverage",
    "DistinctHit",
    "Filters",
    "Hit",
    "InContext",
    "Mode",
    "NamedReport",
    "Results",
    "SearchRequest",
    "Years",
    "all_in_mode",
    "all_passages",
    "card",
    "count",
    "coverage",
    "coverage_of",
    "echo",
    "explain",
    "group_duplicates",
    "has_related",
    "has_reports_of",
    "kinds",
    "marker",
    "occurrence_counter",
    "open_report",
    "parts",
    "passage_in_context",
    "per_10000",
    "read",
    "related",
    "search",
    "suggest",
    "unknown_values",
    "warm_up",
    "years_to_compare",
]

_AT_ONCE = 1000  # passages read for an export
_READ = 500  # parsed queries in memory: the parts of one page parse the same query


def search(engine: Viewer, request: SearchRequest) -> Results:
    """A page of hits. Without a mode: exact, and where that finds few, `Results.words` holds words results besides.

    `expanded` is exact and, beside each literal, its variants. Suggestions are made and change nothing. Reports that
    the query names are in `Results.named`. Raises `UsageError` if there is nothing to look for, if the query exceeds a
    limit, or if offset or limit are negative.
    """
    if request.offset < 0 or request.limit < 0:
        said = f"起点 {request.offset} 和条数 {request.limit} 都不能是负数"
        raise UsageError(said, hint="例如从 0 起，每页 20 条")
    query, mode = read(request.typed), request.mode
    view = engine.view()
    page = Page(view, modes.prepare(query, mode), request)
    cards = named_reports(view, request.typed) if request.limit and request.filters == NO_FILTERS else ()
    named = () if request.offset else tuple(_with_outline(view, card) for card in cards)
    if mode == "words":
        return page.words()._replace(named=named)
    found = (page.expanded() if mode == "expanded" else page.exact())._replace(named=named)
    if cards:  # on every page of the results
        found = found._replace(query=without_notes_on_years(found.query))
    if mode is None:
        found = found._replace(words=page.words_besides(found))
    if found.total or named:
        return found
    from deqing_search.suggest import corrections  # here and below: what few queries need, no cold start pays

    return found._replace(suggestions=tuple(corrections.corrections(view, query)))


def _with_outline(view: View, card: ReportCard) -> NamedReport:
    report = view.report(card.id)
    return NamedReport(card, tuple(main_headings(report.passages)) if report else ())


def count(engine: Viewer, typed: str, filters: Filters = NO_FILTERS) -> Count:
    """Passages, occurrences and reports in exact mode; raises `UsageError` as `search` does."""
    found = search(engine, SearchRequest(typed, filters, mode="exact", limit=0))
    return Count(found.query, found.total, found.occurrences, found.reports, found.coverage)


def years_to_compare(engine: Viewer, typed: str, filters: Filters = NO_FILTERS) -> Years:
    """The first and the last year with a match.

    If only one year has a match, the other is the first year that is searched, or the last if both are the same. If no
    year has, these are the first and the last year that are searched. If no searched report has a year, all reports
    count as searched.
    """
    found = search(engine, SearchRequest(typed, filters, mode="exact", limit=0))
    matched = sorted(map(int, found.facets["year"]))
    searched = coverage(engine, found.query)
    if not searched.first_year:
        searched = coverage(engine)
    if not matched:
        return Years(searched.first_year, searched.last_year)
    if matched[0] < matched[-1]:
        return Years(matched[0], matched[-1])
    (only,) = matched
    return Years(searched.first_year, only) if searched.first_year != only else Years(only, searched.last_year)


def parts(engine: Viewer, results: Results) -> dict[str, int]:
    """How many of the matches are in each part of their report; a passage may be in two parts, or in none."""
    counts = engine.view().totals(required_root(results.query), list(map(headings_of, PARTS)))
    return {part: count for part, count in zip(PARTS, counts, strict=True) if count}


def all_passages(
    engine: Viewer,
    typed: str | None = None,
    filters: Filters = NO_FILTERS,
    *,
    sort: Sort = "oldest",
    limit: int | None = None,
) -> Iterator[tuple[Passage, ReportCard]]:
    """All passages that match in exact mode, or all passages of the index, with their reports.

    The oldest report comes first, its passages in reading order.

    Raises `UsageError` as `search` does.
    """
    view = engine.view()
    where = filters.limit(And(()) if typed is None else required_root(read(typed)))
    most = contents(view).coverage.passages if limit is None else limit
    found = view.evaluate(Request(where, sort=sort, limit=most)).page
    for start in range(0, len(found), _AT_ONCE):
        check()
        passages = view.passages([scored.handle for scored in found[start : start + _AT_ONCE]])
        yield from ((passage, contents(view).cards[passage.report]) for passage in passages)


def all_in_mode(engine: Viewer, request: SearchRequest) -> Iterator[tuple[Passage, ReportCard]]:
    """All passages of a mode that `all_passages` does not have, in the order of the request, whatever its page."""
    at = 0
    while hits := search(engine, replace(request, offset=at, limit=_AT_ONCE)).hits:
        check()
        yield from ((hit.passage, hit.report) for hit in hits)
        at += len(hits)


def occurrence_counter(typed: str, *, mode: Mode = "exact") -> Callable[[str], int]:
    """A function that counts in any text what a hit of the query would mark.

    >>> occurrence_counter("地理 信息")("地理信息产业")
    2
    """
    mark = marker(typed, mode=mode)
    return lambda text: len(mark(text))


def suggest(engine: Viewer, typed: str, limit: int = 8) -> list[Suggestion]:
    """Completions of what was typed, best first, each with the number of passages it finds."""
    from deqing_search.suggest import corrections

    view = engine.view()
    return [one._replace(passages=_holding(view, one.text)) for one in corrections.suggest(view, typed, limit)]


def related(engine: Viewer, typed: str, limit: int = 8) -> list[Suggestion]:
    """What to search for instead of what was typed, or as well, each with its passages.

    First come the official terms for everyday words, then words that reports use in the same sentences. They are only
    offered: no result of a search depends on them.
    """
    from deqing_search.suggest.completion import Suggestion
    from deqing_search.suggest.related import related as near
    from deqing_search.suggest.written import as_written

    view = engine.view()
    texts = dict.fromkeys(chain(_official_terms(typed), map(compact_text, islice(near(view, typed), limit))))
    counted = (Suggestion(as_written(view, text), _holding(view, text), "相关") for text in texts)
    return list(islice((one for one in counted if one.passages), limit))


def has_related(engine: Viewer, typed: str) -> bool:
    """Whether `related` has words to choose from. It costs a hundredth of choosing and counting them."""
    from deqing_search.suggest.related import has_related as near

    view = engine.view()
    return near(view, typed) or any(_holding(view, term) for term in _official_terms(typed))


def _official_terms(typed: str) -> Iterator[str]:
    """The official terms for everyday words in a text, folded, without the text itself."""
    from deqing_search.suggest.everyday import official_terms

    text = compact_text(typed)
    return (term for term in map(compact_text, official_terms(typed)) if term != text)


def _holding(view: View, text: str) -> int:
    """How many passages contain a string. The counts of the suggestions are of words, and lower."""
    return view.total(literal_of(compact_text(text)))


def warm_up(engine: Viewer) -> None:
    """Load now what the first words query or correction needs, so that a server has it from the start."""
    from deqing_search.suggest import corrections

    expect_much_text()
    with suppress(IndexFault):  # the first search raises it
        corrections.expect_slips(engine.view())


def explain(typed: str, filters: Filters = NO_FILTERS, *, mode: Mode = "exact") -> Query:
    """How a query is read. The root is what would run; None if nothing would. Needs no index."""
    query = modes.prepare(_parsed(typed), mode)
    if query.root is None:
        return query
    root = filters.limit(modes.apply(query.root, mode))
    return query._replace(root=root, diagnostics=(*query.diagnostics, *offers(root)))


def _parsed(typed: str) -> Query:
    """The query that was typed, with the other names of its places and both spellings of its Roman numerals."""
    query = parse(typed, compact=compact_text)
    return query if query.root is None else query._replace(root=with_both_spellings(with_other_names(query.root)))


def passage_in_context(engine: Viewer, passage_id: str, *, typed: str = "", around: int = 2) -> InContext | None:
    """The passage with up to `around` passages on each side; None when there is no such id.

    Marked for `typed` as its hit was: its literals or, if the passage has none of them, its variants or words.
    """
    view = engine.view()
    passage = view.passage(passage_id)
    report = view.report(passage.report) if passage else None
    if passage is None or report is None:
        return None
    at = next(i for i, other in enumerate(report.passages) if other.id == passage_id)
    before, after = report.passages[max(at - around, 0) : at], report.passages[at + 1 : at + 1 + around]
    query = _parsed(typed)
    roots = ((modes.prepare(query, mode).root, mode) for mode in MODES)
    found = (marks(passage.text, modes.apply(root, mode)) for root, mode in roots if root)
    return InContext(passage, report, before, after, next(filter(None, found), ()))


def marker(typed: str, *, mode: Mode = "exact") -> Callable[[str], tuple[Span, ...]]:
    """A function that marks in any text what a hit of the query would mark; without a query it marks nothing.

    >>> marker("地理 信息")("地理信息产业")
    (Span(start=0, end=2), Span(start=2, end=4))
    """
    root = modes.prepare(_parsed(typed), mode).root
    if root is None:
        return lambda text: ()
    return marks_of(modes.apply(root, mode))


def card(engine: Viewer, report_id: str) -> ReportCard | None:
    """What lists show of a report; None when there is no such id."""
    return contents(engine.view()).cards.get(report_id)


def open_report(engine: Viewer, report_id: str) -> Report | None:
    """The whole report in reading order; None when there is no such id."""
    return engine.view().report(report_id)


@lru_cache(_READ)
def read(typed: str) -> Query:
    """The query that was typed; raises `UsageError` with the reason if it has nothing to search for."""
    query = _parsed(typed)
    if query.root is None:
        said = sorted(query.diagnostics, key=lambda diagnostic: diagnostic.severity == "error")
        raise UsageError(
            "；".join(diagnostic.message for diagnostic in said[-3:]),
            hint=gettext_noop("例如：地理信息 -规划 年:2016..2024"),
        )
    return query
