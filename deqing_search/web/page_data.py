"""What the pages of `pages` and `reading_pages` show: one noun for each template. Wording is the template's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deqing_search.citation import Citation
from deqing_search.messages import Message
from deqing_search.query.tree import Diagnostic
from deqing_search.report import LoggedEdit, Passage, Report, ReportCard
from deqing_search.search.searcher import Coverage, DistinctHit, Hit, Mode, Results
from deqing_search.store.permalinks import Former
from deqing_search.suggest.completion import Suggestion
from deqing_search.web.asked_figures import Answers
from deqing_search.web.facets import Facet
from deqing_search.web.groups import Column
from deqing_search.web.paging import PageOf
from deqing_search.web.parameters import SearchParameters
from deqing_search.web.relatives import Shown
from deqing_search.web.report_layout import Block, Changes
from deqing_search.web.source_view import Pair, Unshown
from deqing_search.web.templating import Page
from deqing_search.web.text_changes import Changed
from deqing_search.web.urls import SearchLink
from deqing_search.web.way_back import OpenedFrom
from deqing_search.web.wider_searches import Wider

Way = tuple[str, str]  # an address and its label


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    template = "home.html"
    examples: Sequence[str]
    cards: Sequence[ReportCard]  # newest first
    coverage: Coverage


@dataclass(frozen=True, kw_only=True)
class ResultsPage(Page):
    """`shown` is the first list of results: facets and page numbers are of it."""

    template = "results.html"
    ask: SearchParameters
    results: Results
    shown: Results
    echo: str
    notes: Sequence[tuple[Diagnostic, str, str, str]]  # with what was typed before, at and after it
    page: PageOf[Hit]
    sorts: Mapping[str, str]
    modes: Mapping[str, str]
    hit_numbers: Mapping[str, int]  # of `shown`, by the ids of the passages
    groups: Mapping[str, str]
    facets: Sequence[Facet]
    link: SearchLink
    feed: str
    downloads: Mapping[str, str]  # name of the format → address
    scope: Coverage  # of the reports that the query searches
    coverage: Coverage
    has_these_years: bool
    years: Sequence[Column]
    wider: Sequence[tuple[Wider, str]]  # with its address; only where nothing is found
    undated: int  # reports of unknown year, where nothing is found and the search asks for years
    unknown_values: Sequence[Message]
    related: Sequence[tuple[Suggestion, str]]  # words to search for as well, with the address of that search
    related_at: str  # the address of this page with related words, where it is without; "" if there are none
    asked: Answers | None  # the figures that the words ask for
    pledges_at: str  # the address of the targets and outcomes that they name; "" if they name none
    grouped: Callable[[Sequence[Hit]], Sequence[tuple[ReportCard | None, Sequence[DistinctHit]]]]


@dataclass(frozen=True, kw_only=True)
class PassagePage(Page):
    template = "passage.html"
    ask: SearchParameters  # that the passage was opened from
    mode: Mode | None
    report: Report
    passage: Passage
    beside: tuple[Passage | None, ...]  # the passage before and the passage after
    opened_from: OpenedFrom | None
    search: str  # the parameters of `ask`, as the end of an address
    blocks: Sequence[Block]  # the passage and its neighbours
    at_start: bool
    at_end: bool
    changes: Changes
    changed: Changed | None
    permalink: str
    is_public: bool  # others can open it
    fragment: str
    citations: Sequence[Citation]
    digest: str
    relatives: Sequence[Shown]  # its clauses that other reports have


@dataclass(frozen=True, kw_only=True)
class GonePage(Page):
    template = "gone.html"
    former: Former
    report: Report | None
    elsewhere: Sequence[Passage] = ()  # passages of other reports with the same words


@dataclass(frozen=True, kw_only=True)
class ReportsPage(Page):
    template = "reports.html"
    ask: SearchParameters
    link: SearchLink
    listed: PageOf[ReportCard]
    regions: Sequence[tuple[str, int]]  # provinces and other outermost units, with the numbers of their reports
    shelves: Sequence[tuple[int | None, Sequence[ReportCard]]]  # by year, newest first
    coverage: Coverage


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """`wide`: half-width punctuation is shown in full width; None if there is none."""

    template = "report.html"
    ask: SearchParameters  # that the report was opened from
    results: str  # the address of its results; "" without a query
    mode: Mode | None
    report: Report
    blocks: Sequence[Block]
    wide: bool | None
    repaired: Mapping[str, Sequence[LoggedEdit]]
    changes: Changes
    neighbours: tuple[ReportCard | None, ReportCard | None]  # the year before and the year after
    outline: Sequence[Passage]
    shallowest: int  # level of the outline
    marked_passages: Sequence[Passage]


@dataclass(frozen=True, kw_only=True)
class BesidePage(Page):
    template = "beside.html"
    ask: SearchParameters
    mode: Mode | None
    report: Report
    pairs: Sequence[Pair]
    unshown: Unshown | None  # why the source is not beside the passages


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    template = "error.html"
    code: int
    heading: str
    reason: str
    hint: str = ""
    ways: Sequence[Way] = ()
    fields: Sequence[tuple[str, str, str]] = ()  # of the form that was refused: name, label, value
