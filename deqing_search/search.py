"""Read path: typed text → query → engine → snippets → `Results`. The one conductor of searching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from deqing_search.offsets import Span
from deqing_search.query import Query
from deqing_search.report import Passage, ReportCard

Mode = Literal["exact", "words", "expanded"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """What is shown under a hit: `text` with `marks` in its own offsets; `cut_before`/`cut_after`: text was left out there."""

    text: str
    marks: tuple[Span, ...]
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Hit:
    passage: Passage
    report: ReportCard
    score: float
    marks: tuple[Span, ...]  # in passage.text
    snippet: Snippet
    url: str  # /p/<id>


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the index holds, so that an empty answer can be judged."""

    reports: int
    passages: int
    first_year: int | None
    last_year: int | None
    missing_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Results:
    query: Query
    mode: Mode
    total: int  # passages
    occurrences: int
    reports: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]  # "year" | "kind" | "place" → value → passages
    coverage: Coverage
    offset: int
    limit: int
    words: Results | None = None  # exact found nothing: what words mode finds, under its own heading
