"""Looks for short clauses with a number in the reports of the place that their sentence names.

同比增长5.6% stands in many reports: beside 杭州市 one of another place is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text
from deqing_search.query.tree import And
from deqing_search.quotes.candidates import condition, literal, matching
from deqing_search.quotes.findings import FOUND, Finding, Source
from deqing_search.quotes.places import only_clean, places_in
from deqing_search.quotes.verdicts import MOST_SOURCES
from deqing_search.search.coverage import contents
from deqing_search.verification.article import Article
from deqing_search.verification.frames import YEAR
from deqing_search.verification.places import PlaceNamed, innermost, places_named

_SHORT: Final = 12  # characters


def with_own_places(view: View, article: Article, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings. A short clause has sources of the place that its sentence names, or is absent.

    Where the sentence names no place, it is a formula at most. Of other findings the sources of the place and the year
    that the sentence names come first.
    """
    for finding in findings:
        at = finding.span
        said = compact_text(article.text[article.sentence_start(at.start) : at.end])
        is_own = not article.is_quoted(at.start)
        named = [one for one in innermost(places_named(view, said)) if one.reports] if is_own else []
        if is_own and _is_fragment(said, finding):
            finding = _of_place(view, finding, named[-1]) if named else finding._replace(verdict="formula")
        if named and len(finding.sources) > 1:
            finding = finding._replace(sources=_ordered(said, finding.sources, named[-1]))
        yield finding


def _is_fragment(said: str, finding: Finding) -> bool:
    """Whether a finding is a short clause with a number, after other words of its sentence, of no report named."""
    words = compact_text(finding.sentence)
    is_short = len(words) < _SHORT and any(map(str.isdigit, words)) and len(said) > len(words)
    return is_short and finding.verdict in FOUND and not finding.attribution


def _of_place(view: View, finding: Finding, place: PlaceNamed) -> Finding:
    words, cards = compact_text(finding.sentence), contents(view).cards
    found = [
        Source(one.passage, cards[one.passage.report], one.original(*at))
        for name in sorted(place.reports)
        for one, at in only_clean(
            places_in(matching(view, And((literal(words), *condition(name, None))), MOST_SOURCES).first, words)
        )
    ]
    if not found:
        return Finding(finding.sentence, finding.span, "absent")
    return finding._replace(sources=tuple(found), reports=len({one.report.id for one in found}), spellings=())


def _ordered(said: str, sources: Sequence[Source], place: PlaceNamed) -> tuple[Source, ...]:
    """The sources of the place first, those of the year that is named before the others."""
    years = {int(year) for year in YEAR.findall(said)}
    return tuple(
        sorted(sources, key=lambda one: (one.report.meta.place not in place.reports, one.report.meta.year not in years))
    )
