"""Says of each clause of a sentence that is not found as a whole which of them stand in a report word for word."""

from __future__ import annotations

from typing import NamedTuple

from deqing_search.language.folding import compact, original_span
from deqing_search.quotes.findings import FOUND, Finding, Source, Verdict
from deqing_search.quotes.sentences import clauses, core
from deqing_search.quotes.verdicts import verdict_of
from deqing_search.text.offsets import Span

_BESIDE = ("omission", "punctuation")  # differences that leave the words of a clause as they are


class Clause(NamedTuple):
    """A clause of a sentence: exact, altered, number-altered, or absent. `source`: None if it is absent."""

    span: Span  # in the text
    verdict: Verdict
    source: Source | None


def clause_verdicts(text: str, finding: Finding) -> list[Clause]:
    """The clauses of a sentence that is neither found nor absent as a whole; none if it has only one."""
    if finding.verdict in FOUND or not (finding.parts or finding.differences):
        return []
    words, offsets = compact(text[slice(*finding.span)])
    cut = [inner for one in clauses(words) if (inner := core(words, one)).end > inner.start]
    inside = (original_span(offsets, *one) for one in cut)
    spans = [Span(finding.span.start + one.start, finding.span.start + one.end) for one in inside]
    return [_clause(text, finding, one) for one in spans] if len(spans) > 1 else []


def _clause(text: str, finding: Finding, span: Span) -> Clause:
    """The verdict on a clause, by the differences in it and the part of a report that it is."""
    differences = [one for one in finding.differences if one.kind not in _BESIDE and _touches(one.span, span)]
    parts = (part.source for part in finding.parts if _touches(part.span, span))
    source = next(parts, None if finding.parts else finding.sources[0] if finding.sources else None)
    if source is None:
        return Clause(span, "absent", None)
    if differences:
        is_place = any(one.kind == "place" for one in differences)
        return Clause(span, "number-altered" if is_place else verdict_of(differences), source)
    return _exact(text, span, source)


def _touches(one: Span, span: Span) -> bool:
    return one.start < span.end and max(one.end, one.start + 1) > span.start


def _exact(text: str, span: Span, source: Source) -> Clause:
    """A clause without a difference, from where its source has it: the name of a place may stand before it."""
    mine, offsets = compact(text[slice(*span)])
    theirs, way = compact(source.passage.text[slice(*source.span)])
    start = next((start for start in range(len(mine)) if mine[start:] in theirs), 0)
    at = theirs.find(mine[start:])
    if at < 0:
        return Clause(span, "exact", source)
    found = original_span(way, at, at + len(mine) - start)
    narrowed = source._replace(span=Span(source.span.start + found.start, source.span.start + found.end))
    return Clause(Span(span.start + offsets[start], span.end), "exact", narrowed)
