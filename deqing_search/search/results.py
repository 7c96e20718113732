"""The answers of a search: hits, duplicates, results, counts, coverage, a passage in context.

Nouns only. `searcher` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deqing_search.language.folding import letters
from deqing_search.query.tree import Query
from deqing_search.report import Passage, Report, ReportCard
from deqing_search.search.request import Mode
from deqing_search.search.snippet import Snippet
from deqing_search.text.offsets import Span


class Hit(NamedTuple):
    passage: Passage
    report: ReportCard
    score: float
    marks: tuple[Span, ...]  # in passage.text
    snippet: Snippet
    url: str  # /p/<id>


class DistinctHit(NamedTuple):
    """A hit, and those after it on the page that have the same text."""

    hit: Hit
    duplicates: tuple[Hit, ...]


def group_duplicates(hits: Sequence[Hit]) -> list[DistinctHit]:
    """The hits of a page, in order, with those of the same letters and digits under the first of them.

    Nothing less is the same. Of the pairs that share three quarters of their text on pages over 400 reports, those that
    differ in a letter may mean another thing (十五个五年规划 and 十三个五年规划, 西安市 and 沈阳市), or another number.
    """
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(letters(hit.passage.text), []).append(hit)
    return [DistinctHit(first, tuple(rest)) for first, *rest in groups.values()]


class Coverage(NamedTuple):
    """Which reports and years an answer is about, and which years are missing between them."""

    reports: int
    passages: int
    first_year: int | None
    last_year: int | None
    missing_years: tuple[int, ...]


class CountedVariant(NamedTuple):
    """A form in which a literal was searched. `kind` is 原词 for the typed form, else as in `query.expansion`."""

    literal: str  # as typed
    text: str
    kind: str
    passages: int  # results that contain this form


class NamedReport(NamedTuple):
    """A report that a query names, with the headings of its outline that a card has room for."""

    card: ReportCard
    outline: tuple[Passage, ...]


class Results(NamedTuple):
    # `root` is the tree that ran, with words, variants and filters; in `words` without “not the exact hits”.
    query: Query
    mode: Mode
    total: int  # passages
    occurrences: int  # as `engine.base` counts them; 0 if the tree has words, which are not counted
    reports: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]  # "year" | "kind" | "place" → value → passages
    coverage: Coverage
    offset: int
    limit: int
    words: Results | None = None  # what words mode finds besides, never mixed in; None: words mode did not run
    variants: tuple[CountedVariant, ...] = ()  # expanded mode: each form that was searched
    named: tuple[NamedReport, ...] = ()  # reports that the query names, on the first page without filters
    suggestions: tuple[str, ...] = ()  # exact mode found nothing: queries that were probably meant, the likeliest first

    @property
    def lists(self) -> tuple[Results, ...]:
        """The lists that have hits, each in its own mode, in the order in which they are shown."""
        return tuple(one for one in (self, self.words) if one is not None and one.total)


class Count(NamedTuple):
    """The numbers of a search, without the hits."""

    query: Query
    passages: int
    occurrences: int
    reports: int
    coverage: Coverage


class InContext(NamedTuple):
    """A passage, its report, the passages around it, and the marks of a query in it."""

    passage: Passage
    report: Report
    before: tuple[Passage, ...]
    after: tuple[Passage, ...]
    marks: tuple[Span, ...]
