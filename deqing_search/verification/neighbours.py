"""Takes back an alteration if its source speaks of another place or year, or is similar by chance.

A text that says 宁波2022年生产总值增长3.5% in its own words does not alter 杭州's 生产总值增长1.5%.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text
from deqing_search.quotes.findings import Finding, Source, Verdict
from deqing_search.quotes.sentences import quotations, sentences
from deqing_search.verification.frames import YEAR, years_of
from deqing_search.verification.places import innermost, places_named

_ALTERED: Final[frozenset[Verdict]] = frozenset(("altered", "number-altered"))
_SHORT_NUMBERS: Final = 30  # letters of a sentence in which two numbers differ
_SHORT_NUMBER: Final = 20  # letters of a sentence in which a number and a word differ
_SHORT_WORDS: Final = 10  # letters of a sentence in which only words differ
_IS_YEAR = re.compile("(?:19|20)?[0-9]{2}年?")


def without_neighbours(view: View, text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings; a sentence in the writer's own words whose sources are of another place or year is absent."""
    quoted, spans = quotations(text), list(sentences(text))
    for finding in findings:
        at = finding.span.start
        is_own = finding.verdict in _ALTERED and not any(one.start <= at < one.end for one in quoted)
        start = max((one.start for one in spans if one.start <= at), default=0)
        said = compact_text(text[start : finding.span.end])
        if is_own and (_is_by_chance(finding) or _is_of_another(view, said, finding)):
            finding = Finding(finding.sentence, finding.span, "absent", named=finding.named)
        yield finding


def _is_by_chance(finding: Finding) -> bool:
    """Whether a sentence is so short that its differences leave too little that is the same to name its source."""
    if finding.attribution == "agrees":
        return False
    letters = sum(map(str.isalnum, finding.sentence))
    differing = [one for one in finding.differences if one.kind != "punctuation"]
    numbers = sum(one.kind == "number" for one in differing)
    shortest = _SHORT_WORDS if not numbers else _SHORT_NUMBERS if numbers > 1 else _SHORT_NUMBER
    return letters < shortest and (len(differing) > 1 or not numbers)


def _is_of_another(view: View, said: str, finding: Finding) -> bool:
    """Whether what a text says up to the end of a finding names a place or a year that none of its sources has."""
    named = innermost(places_named(view, said))
    place = named[-1] if named else None
    if (
        place
        and place.reports
        and not any(_is_of(one, place.reports, said[place.start : place.end]) for one in finding.sources)
    ):
        return True
    years = YEAR.findall(said)
    if not years or not any(one.kind == "number" and not _IS_YEAR.fullmatch(one.text) for one in finding.differences):
        return False
    known = [years_of(one.passage, one.report) for one in finding.sources]
    return all(known) and not any(int(years[-1]) in one for one in known)


def _is_of(source: Source, places: frozenset[str], name: str) -> bool:
    """Whether a source is of a place, or names it too."""
    words = compact_text(source.passage.text[slice(*source.span)])
    return source.report.meta.place in places or name in words
