"""The one JSON form of a finding: what the shell prints and what the API answers. docs/jsonl.md describes it."""

from __future__ import annotations

from typing import Any, NamedTuple

from deqing_search.quotes.clause_verdicts import Clause, clause_verdicts
from deqing_search.quotes.findings import Checked, Difference, Finding, Part, Source, StatedFigure, Verdict


class FindingRecord(NamedTuple):
    """One finding, field by field in the order of the JSON object."""

    sentence: str
    span: tuple[int, int]
    verdict: Verdict
    differences: list[dict[str, Any]]
    matches: list[dict[str, Any]]
    parts: list[dict[str, Any]]
    reports: int
    first_held: int | None
    spellings: list[dict[str, Any]]
    named: dict[str, Any] | None
    attribution: str
    figures: list[dict[str, Any]]
    clauses: list[dict[str, Any]]


def finding_records(checked: Checked) -> list[FindingRecord]:
    """The findings of a text in its order."""
    return [_record(checked.text, one) for one in checked.findings]


def _record(text: str, one: Finding) -> FindingRecord:
    return FindingRecord(
        sentence=one.sentence,
        span=(one.span.start, one.span.end),
        verdict=one.verdict,
        differences=[_difference(difference) for difference in one.differences],
        matches=[_match(source) for source in one.sources],
        parts=[_part(part) for part in one.parts],
        reports=one.reports,
        first_held=first_held(one),
        spellings=[_difference(difference) for difference in one.spellings],
        named={"place": one.named.place, "year": one.named.year} if one.attribution else None,
        attribution=one.attribution,
        figures=[_figure(figure) for figure in one.figures],
        clauses=[_clause(clause) for clause in clause_verdicts(text, one)],
    )


def first_held(one: Finding) -> int | None:
    """The year of the earliest indexed report that has the sentence."""
    return min((source.report.meta.year for source in one.sources if source.report.meta.year), default=None)


def _difference(one: Difference) -> dict[str, Any]:
    return {"kind": one.kind, "text": one.text, "source": one.source, "span": list(one.span)}


def _match(source: Source) -> dict[str, Any]:
    meta = source.report.meta
    return {
        "id": source.passage.id,
        "report": source.report.id,
        "title": meta.title or source.report.id,
        "place": meta.place,
        "year": meta.year,
        "text": source.passage.text[slice(*source.span)],
        "span": list(source.span),
        "url": f"/p/{source.passage.id}",
    }


def _part(part: Part) -> dict[str, Any]:
    return {"span": list(part.span), **_match(part.source)}


def _clause(one: Clause) -> dict[str, Any]:
    return {"span": list(one.span), "verdict": one.verdict, "match": _match(one.source) if one.source else None}


def _figure(one: StatedFigure) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "place": one.place,
        "year": one.year,
        "role": one.role,
        "text": one.text,
        "span": list(one.span),
        "agrees": one.agrees,
        "reported": [{"value": value, **_match(source)} for value, source in one.reported],
    }
