"""What each tool answers. Every answer says which reports were searched, and how to get the rest (`next`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from deqing_search import config
from deqing_search.citation import digest
from deqing_search.query.years import ranges_of
from deqing_search.report import Metadata, Passage, Report, ReportCard
from deqing_search.search.results import Coverage

LONGEST: Final = 8000  # characters of a passage in an answer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`searched`: 检索了 5 篇报告…，缺以下年份：…. `next`: the call that gives the rest; empty if this is all."""

    searched: str
    next: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a text stands, and how to see that it has not changed. The hash is of the whole passage."""

    id: str
    permalink: str
    sha256: str
    report: str
    title: str
    place: str
    year: int | None
    section: str
    ordinal: int


@dataclass(frozen=True, kw_only=True)
class Text(Place):
    """A passage. `cut`: `text` is only a part of it, which `read_passage` gives whole."""

    text: str
    cut: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchAnswer(Answer):
    understood: str
    mode: str
    passages: int
    occurrences: int
    reports: int
    notes: tuple[str, ...]
    hits: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Near:
    ordinal: int
    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PassageAnswer(Answer):
    """`moved`: what became of the passage that was asked for, if the index has another one now."""

    passage: Text
    before: tuple[Near, ...]
    after: tuple[Near, ...]
    moved: str = ""


@dataclass(frozen=True, kw_only=True)
class Heading:
    ordinal: int
    level: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A passage of a report that is read whole."""

    ordinal: int
    id: str
    kind: str
    text: str
    sha256: str
    cut: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportAnswer(Answer):
    id: str
    permalink: str
    title: str
    place: str
    year: int | None
    date: str
    source: str
    passages: int
    outline: tuple[Heading, ...]
    text: tuple[Part, ...]
    moved: str = ""


@dataclass(frozen=True, kw_only=True)
class Differing:
    """What the text has, and what the report has instead."""

    kind: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Quoted(Place):
    """A source of a sentence. `words`: as they stand in the report."""

    words: str


@dataclass(frozen=True, kw_only=True)
class ClauseChecked:
    """The verdict on a clause. `source`: the permalink of the passage, "" if no report has it."""

    words: str
    verdict: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The verdict on a sentence. `in_reports`: how many reports have it word for word.

    `clauses`: of a sentence that is found in part, each with its own verdict.
    """

    sentence: str
    verdict: str
    explanation: str
    attribution: str
    figures: tuple[str, ...]
    differences: tuple[Differing, ...]
    clauses: tuple[ClauseChecked, ...]
    in_reports: int
    sources: tuple[Quoted, ...]


@dataclass(frozen=True, kw_only=True)
class VerifyAnswer(Answer):
    """`all_found`: all that was checked stands in the reports word for word, and in the report that the text names.

    `not_checked`: words around quotations, in sentences that no report has as a whole. They may be wrong.
    """

    all_found: bool
    not_checked: tuple[str, ...]
    findings: tuple[Checked, ...]


@dataclass(frozen=True, kw_only=True)
class YearCount:
    year: int | None
    occurrences: int
    reports: int
    per_10000_characters: float


@dataclass(frozen=True, kw_only=True)
class Series:
    query: str
    occurrences: int
    permalink: str
    years: tuple[YearCount, ...]


@dataclass(frozen=True, kw_only=True)
class TrendAnswer(Answer):
    series: tuple[Series, ...]


@dataclass(frozen=True, kw_only=True)
class FigureSaid(Place):
    """A value as a report says it. `certain` is false where a reader of the sentence alone may doubt it."""

    indicator: str
    role: str
    subject: str
    value: str
    low: float | None
    high: float | None
    unit: str
    of_year: int | None
    certain: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FiguresAnswer(Answer):
    indicator: str
    total: int
    figures: tuple[FigureSaid, ...]


@dataclass(frozen=True, kw_only=True)
class Listed:
    id: str
    permalink: str
    title: str
    place: str
    year: int | None
    passages: int


@dataclass(frozen=True, kw_only=True)
class CoverageAnswer(Answer):
    reports: int
    passages: int
    first_year: int | None
    last_year: int | None
    missing_years: tuple[int, ...]
    undated: int
    list: tuple[Listed, ...]


@dataclass(frozen=True, kw_only=True)
class CiteAnswer(Answer):
    id: str
    permalink: str
    sha256: str
    form: str
    citation: str


def searched(coverage: Coverage) -> str:
    """How many reports were searched, of which years, and which years are missing, in one sentence.

    >>> searched(Coverage(5, 284, 2016, 2025, (2017, 2018, 2022)))
    '检索了 5 篇报告（2016–2025 年），缺以下年份：2017–2018、2022'
    >>> searched(Coverage(0, 0, None, None, ()))
    '没有收录符合条件的报告'
    """
    if not coverage.reports:
        return "没有收录符合条件的报告"
    first, last = coverage.first_year, coverage.last_year
    years = f"（{first}{'' if first == last else f'–{last}'} 年）" if first else "（年份不详）"
    missing = "、".join(ranges_of(coverage.missing_years))
    return f"检索了 {coverage.reports} 篇报告{years}，" + (f"缺以下年份：{missing}" if missing else "其间不缺年份")


def passage_link(id: str) -> str:
    return f"{config.site_url()}/p/{id}"


def report_link(id: str) -> str:
    return f"{config.site_url()}/r/{quote(id)}"


def place_fields(passage: Passage | None, report: Report | ReportCard) -> dict[str, Any]:
    """The fields of `Place`; without a passage, those of the whole report."""
    meta: Metadata = report.meta
    return {
        "id": passage.id if passage else "",
        "permalink": passage_link(passage.id) if passage else report_link(report.id),
        "sha256": digest(passage.text) if passage else "",
        "report": report.id,
        "title": meta.title or report.id,
        "place": meta.place,
        "year": meta.year,
        "section": " › ".join(passage.section) if passage else "",
        "ordinal": passage.ordinal if passage else 0,
    }


def text_of(passage: Passage, report: Report | ReportCard, start: int = 0, most: int = LONGEST) -> Text:
    """A passage; if it is long, at most so many characters of it from `start` on."""
    text = passage.text[start : start + most]
    return Text(**place_fields(passage, report), text=text, cut=len(text) < len(passage.text))
