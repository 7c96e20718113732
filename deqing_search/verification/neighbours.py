"""Takes back an alteration if its source speaks of another place or year, or is similar by chance.

A text that says 宁波2022年生产总值增长3.5% in its own words does not alter 杭州's 生产总值增长1.5%.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text
from deqing_search.quotes.findings import Difference, Finding, Source, Verdict
from deqing_search.verification.article import Article
from deqing_search.verification.frames import YEAR, years_of
from deqing_search.verification.places import PlaceNamed, innermost, places_named

_ALTERED: Final[frozenset[Verdict]] = frozenset(("altered", "number-altered"))
_SHORT_NUMBERS: Final = 30  # letters of a sentence in which two numbers differ
_SHORT_NUMBER: Final = 20  # letters of a sentence in which a number and a word differ
_SHORT_REPLACED: Final = 18  # letters of a sentence in which a word is another one
_SHORT_WORDS: Final = 10  # letters of a sentence in which only characters differ
_SHORT_BESIDES_DATE: Final = 8  # letters of a sentence without its date
_FEW: Final = 2  # differences
_DATE = re.compile("(?:19|20)[0-9]{2}年?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?")
_IS_YEAR = re.compile("(?:19|20)?[0-9]{2}年?")


def without_neighbours(view: View, article: Article, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings; a sentence in the writer's own words whose sources are of another place or year is absent."""
    for finding in findings:
        is_own = finding.verdict in _ALTERED and not article.is_quoted(finding.span.start)
        if is_own and _is_neighbour(view, article, finding):
            finding = Finding(finding.sentence, finding.span, "absent", named=finding.named)
        yield finding


def _is_neighbour(view: View, article: Article, finding: Finding) -> bool:
    """Whether the sources of a finding are of another place or year than what its text says, or similar by chance."""
    said = compact_text(article.text[article.sentence_start(finding.span.start) : finding.span.end])
    named = list(places_named(view, said))
    is_other = _is_of_another(said, innermost(named), finding) or _is_of_another_year(finding)
    return is_other or _is_date(finding) or _is_by_chance(article, named, finding)


def _is_of_another_year(finding: Finding) -> bool:
    """Whether the source has another year and another number too: a sentence that is written anew every year."""
    numbers = [one for one in finding.differences if one.kind == "number"]
    years = sum(_DATE.fullmatch(one.text) is not None for one in numbers)
    return 0 < years < len(numbers)


def _is_date(finding: Finding) -> bool:
    """Whether a sentence is little more than a date, which says nothing that a report could have otherwise."""
    words, dates = _DATE.subn("", compact_text(finding.sentence))
    return dates > 0 and sum(map(str.isalnum, words)) < _SHORT_BESIDES_DATE


def _is_by_chance(article: Article, named: Sequence[PlaceNamed], finding: Finding) -> bool:
    """Whether a sentence is short, and so much of it differs that what is the same does not name its source.

    That does not count if the text names the place or the report of the source.
    """
    places = {place for one in named for place in one.reports}
    differing = [one for one in finding.differences if one.kind != "punctuation"]
    is_named = finding.attribution == "agrees" or any(one.report.meta.place in places for one in finding.sources)
    if is_named or not differing:
        return False
    letters = sum(map(str.isalnum, finding.sentence))
    numbers = sum(one.kind == "number" for one in differing)
    if not numbers:
        is_replaced = any(min(len(one.text), len(one.source)) > 1 for one in differing)
        return letters < (_SHORT_REPLACED if is_replaced else _SHORT_WORDS)
    if len(differing) == 1 and article.text[differing[0].span.start - 1 : differing[0].span.start] == "第":
        return letters < _SHORT_NUMBERS
    is_far = len(differing) > 1 or _is_other_number(differing[0])
    return is_far and letters < (_SHORT_NUMBERS if numbers > 1 or len(differing) > _FEW else _SHORT_NUMBER)


def _is_other_number(one: Difference) -> bool:
    """Whether more than one digit of a number differs, and its digits are not only exchanged.

    >>> from deqing_search.text.offsets import Span
    >>> [_is_other_number(Difference("number", *two, Span(0, 2))) for two in (("31", "30"), ("13", "31"), ("45", "30"))]
    [False, False, True]
    """
    mine, theirs = ("".join(filter(str.isdigit, words)) for words in (one.text, one.source))
    if not mine or not theirs or sorted(mine) == sorted(theirs):
        return False
    return len([1 for here, there in zip_longest(mine, theirs) if here != there]) > 1


def _is_of_another(said: str, named: Sequence[PlaceNamed], finding: Finding) -> bool:
    """Whether what a text says up to the end of a finding names a place or a year that none of its sources has."""
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
