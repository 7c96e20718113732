"""Compares the numbers of a sentence in the writer's own words with those of the report that the text names for it.

A number agrees if the report has it beside the same words; an aim of the report is no result. It differs if the report
has only another number there, and no report of the place for that year or the years beside it has the stated one near
any of these words. Otherwise nothing is said: a writer may round, add up, or mean something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from deqing_search.engine.base import View
from deqing_search.language.folding import compact, compact_text, original_span
from deqing_search.query.tree import NOT_TYPED, And, Filter, Or, literal_of
from deqing_search.quotes.attribution import Mentions, Named
from deqing_search.quotes.candidates import Candidate, condition, matching
from deqing_search.quotes.findings import FOUND, Difference, Finding, ReportedFigure, Source, StatedFigure
from deqing_search.report import ReportCard
from deqing_search.research.doubts import names_zone, zone_before
from deqing_search.research.periods import compact_headings, part_of
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span
from deqing_search.verification.article import Article
from deqing_search.verification.counted import Counted, counted
from deqing_search.verification.places import PlaceNamed, places_named
from deqing_search.verification.stated import denies, in_words_of_reports, may_say_aim

_LEAST_PAIRS: Final = 2  # pairs of characters that say what a number counts
_LEAST_SHARED: Final = 0.6  # of them, beside a number that the stated one differs from
_LEAST_ALIKE: Final = 0.4  # of them, beside a number that the stated one agrees with
_PASSAGES: Final = 12  # of reports that are read for one number
_SHOWN: Final = 3  # numbers of the report
_YEAR = re.compile("(?<![0-9])(?:19|20)[0-9]{2}(?=年)")
_GOES_ON = re.compile("报告|[去上今当本]年|上一年|前一年|当时")  # a sentence without a place that speaks of a report
_DERIVED = re.compile("合计|总共|一共|加起来|平均|相差|相当于|翻|倍")


class _Reported(NamedTuple):
    """A number of a report, and its passage."""

    near: Candidate
    counted: Counted


def attributed_figures(view: View, article: Article, mentions: Mentions, finding: Finding) -> Iterator[StatedFigure]:
    """The numbers of a sentence that agree with those of the report that it is attributed to, or differ from them."""
    if not _is_own(article, finding):
        return
    sentence = Span(article.sentence_start(finding.span.start), finding.span.end)
    said = compact_text(article.text[slice(*sentence)])
    named = list(places_named(view, said))
    if not named and not _GOES_ON.search(said):
        return
    words, offsets = compact(finding.sentence)
    for stated in counted(in_words_of_reports(_without(words, places_named(view, words)))):
        at = original_span(offsets, stated.amount.start, stated.amount.end)
        span = Span(finding.span.start + at.start, finding.span.start + at.end)
        card = _report_of(view, mentions.named_beside(span, sentence, is_said=True), said, named)
        read = _answer(view, card, stated, may_say_aim(said)) if card and len(stated.near) >= _LEAST_PAIRS else ()
        reported = read if names_zone(said) else [one for one in read if not _is_of_zone(one)]
        if card and reported:
            yield StatedFigure(
                indicator=words[slice(*stated.clause)],
                place=card.meta.place,
                year=card.meta.year or 0,
                role="",
                text=finding.sentence[slice(*original_span(offsets, stated.amount.start, stated.end))],
                span=span,
                agrees=stated.fits(reported[0].counted),
                reported=tuple(_shown(card, one) for one in reported[:_SHOWN]),
            )


def _is_own(article: Article, finding: Finding) -> bool:
    """Whether a sentence has numbers in the writer's own words, and denies nothing."""
    is_own = finding.verdict == "absent" or (finding.verdict in FOUND and finding.attribution == "contradicts")
    is_own = is_own or (finding.verdict == "number-altered" and all(map(_is_other_number, finding.differences)))
    words = finding.sentence
    has_number = any(map(str.isdigit, words)) and not _DERIVED.search(words) and not denies(words)
    return is_own and has_number and not article.is_quoted(finding.span.start)


def _is_other_number(one: Difference) -> bool:
    """Whether a difference is another number, or changes none: then another sentence may be the one that is meant."""
    return one.kind != "number" or any(map(str.isdigit, one.text))


def _without(words: str, named: Iterable[PlaceNamed]) -> str:
    """A text with white space instead of the names of places."""
    for one in named:
        words = words[: one.start] + " " * (one.end - one.start) + words[one.end :]
    return words


def _report_of(view: View, named: Named, said: str, places: Sequence[PlaceNamed]) -> ReportCard | None:
    """The report that a sentence is attributed to; None if it may speak of another place or year."""
    if not named.place or not named.year:
        return None
    cards = [one for one in contents(view).cards.values() if named.agrees(one)]
    years = {int(year) for year in _YEAR.findall(said)}
    if len(cards) != 1 or years - {named.year, named.year - 1}:
        return None
    return cards[0] if all(cards[0].meta.place in one.reports for one in places) else None


def _answer(view: View, card: ReportCard, stated: Counted, is_aim: bool) -> list[_Reported]:
    """The numbers of a report that agree with a stated one, or those that it differs from; none if that is open.

    Only if `is_aim` may the stated one be an aim of the report.
    """
    year = card.meta.year or 0
    equal = [
        one
        for one in _beside(view, card, stated, (year - 1, year + 1), stated.range)
        if stated.fits(one.counted) and stated.counts_the_same(one.counted, _LEAST_ALIKE)
    ]
    if equal:
        own = [one for one in equal if one.near.passage.report == card.id]
        return [one for one in own if is_aim or not _is_among_aims(one.near, card)]
    others = _beside(view, card, stated, (year, year))
    same = [one for one in others if stated.counts_the_same(one.counted, _LEAST_SHARED)]
    return [one for one in same if one.counted.amount.bound == stated.amount.bound or stated.opposes(one.counted)]


def _is_of_zone(one: _Reported) -> bool:
    """Whether a report gives a number for a zone: no number of the whole place then."""
    text, (start, _) = one.near.compact, one.counted.clause
    words = text[start : one.counted.end]
    return names_zone(words) or bool(zone_before(text[:start], words))


def _is_among_aims(near: Candidate, card: ReportCard) -> bool:
    return part_of(compact_headings(near.passage.section), card.meta.year) == "aims"


def _beside(
    view: View,
    card: ReportCard,
    stated: Counted,
    years: tuple[int, int],
    values: tuple[float | None, float | None] = (None, None),
) -> list[_Reported]:
    """The numbers of the same unit in passages of the place that have some of the words around a stated one."""
    words = Or(tuple(map(literal_of, sorted(stated.near))))
    value = Filter("value", NOT_TYPED, stated.amount.unit, *values)
    of_years = Filter("year", NOT_TYPED, low=years[0], high=years[1])
    where = And((words, value, of_years, *condition(card.meta.place, None)))
    return [
        _Reported(near, one)
        for near in matching(view, where, _PASSAGES, "relevance").first
        for one in counted(near.compact)
        if one.amount.unit == stated.amount.unit
    ]


def _shown(card: ReportCard, one: _Reported) -> ReportedFigure:
    span = one.near.original(one.counted.clause[0], one.counted.end)
    return ReportedFigure(one.near.passage.text[slice(*span)], Source(one.near.passage, card, span))
