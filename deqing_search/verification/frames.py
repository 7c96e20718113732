"""Checks the place and the year that a text puts before the words of a report: 2022年宁波|生产总值增长5.6%.

Such words only introduce, so the check of quotations leaves them out. But if no report has the rest for this place and
this year, the claim is another one, and the finding says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text
from deqing_search.query.tree import And, Node
from deqing_search.quotes.attribution import without_places
from deqing_search.quotes.candidates import Candidate, condition, literal, matching
from deqing_search.quotes.findings import FOUND, Difference, Finding, Kind, Source
from deqing_search.quotes.leads import is_speech
from deqing_search.quotes.places import only_clean, places_in
from deqing_search.quotes.verdicts import MOST_SOURCES
from deqing_search.report import Passage, ReportCard
from deqing_search.research.doubts import names_zone, zone_before
from deqing_search.research.periods import compact_headings, part_of
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span
from deqing_search.verification.article import Article
from deqing_search.verification.places import innermost, places_named

_MOST_LOOKED_AT: Final = 1000  # passages with the words
_FEW_REPORTS: Final = 2  # whose words are their own, even without a number
_SHORT_WORDS: Final = 20  # characters
YEAR = re.compile("(?<![0-9比较与从由自至到-])((?:19|20)[0-9]{2})年(?!以?来|起|[-—至到、和与]|代)")
_ANY_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})年")
_PLANS = re.compile("(?:全市|(?:19|20)[0-9]{2}年|今年|,)*(?:计划|拟|将|要|力争|争取|预计|安排)")
_SEVERAL_YEARS = re.compile("[过这]去?的?[五四三]年|[五四三]年来|[五四三]年|十[一二三四]?五|今后|未来")


class _Frame(NamedTuple):
    """The place and the year before the words of a report. `places` is empty and `year` None where none is named."""

    words: str  # as the text has them
    start: int
    places: frozenset[str]
    place: str  # as the text names it
    year: int | None


def with_frames(view: View, article: Article, findings: Sequence[Finding]) -> list[Finding]:
    """The findings; altered are those whose words no report has for the place and the year that stand before them."""
    found: list[Finding] = []
    last = 0
    for finding in findings:
        is_own = not article.is_quoted(finding.span.start)
        planned = _as_planned(view, finding) if is_own else None
        finding = planned or finding
        at = finding.span.start
        if finding.verdict in FOUND and is_own:
            frame = _frame(view, article.text, Span(max(last, article.sentence_start(at)), at))
            finding = _in_frame(view, finding, frame, is_planned=planned is not None) if frame else finding
        found.append(finding)
        last = finding.span.end
    return found


def _as_planned(view: View, finding: Finding) -> Finding | None:
    """The finding without 计划 before words that a report has among its aims; None if that is not all that differs.

    2019年烟台计划|新增就业13万人 alters nothing.
    """
    if finding.verdict not in ("altered", "number-altered") or len(finding.differences) != 1:
        return None
    (first,) = finding.differences
    sources = tuple(filter(_is_aim, finding.sources))
    is_first = first.span.start == finding.span.start and not first.source
    if not is_first or not sources or not _PLANS.fullmatch(without_places(view, first.text)):
        return None
    return finding._replace(
        sentence=finding.sentence[len(first.text) :].lstrip(),
        span=Span(first.span.end, finding.span.end),
        verdict="exact",
        sources=sources,
        differences=(),
        reports=len({one.report.id for one in sources}),
    )


def _is_aim(source: Source) -> bool:
    return part_of(compact_headings(source.passage.section), source.report.meta.year) == "aims"


def _frame(view: View, text: str, span: Span) -> _Frame | None:
    """What the words before those of a report say of the place and the year; None if neither, or if someone speaks."""
    words = text[slice(*span)]
    compact = compact_text(words)
    if not compact or "报告" in compact or is_speech(compact):
        return None
    named, years = innermost(places_named(view, compact)), YEAR.findall(compact)
    place = named[-1] if named and named[-1].reports else None
    if not place and not years:
        return None
    name = compact[place.start : place.end] if place else ""
    return _Frame(words, span.start, place.reports if place else frozenset(), name, int(years[-1]) if years else None)


def _in_frame(view: View, finding: Finding, frame: _Frame, *, is_planned: bool) -> Finding:
    """The finding, altered if no report of the place has its words, or none for the year; a plan is of its own year."""
    words = compact_text(finding.sentence)
    of_place: list[Node] = [And((literal(words), *condition(place, None))) for place in sorted(frame.places)] or [
        literal(words)
    ]
    near = [one for where in of_place for one in matching(view, where, _MOST_LOOKED_AT).first]
    cards = contents(view).cards
    whole = [(one, at) for one, at in only_clean(places_in(near, words))]
    if frame.places:
        whole = [(one, at) for one, at in whole if cards[one.passage.report].meta.place in frame.places]
    if not whole and _is_shared(finding):
        return finding
    if not whole:
        said = "、".join(dict.fromkeys(source.report.meta.place for source in finding.sources))
        return _altered(finding, frame, "place", frame.place, said)
    if frame.places and not names_zone(compact_text(frame.words)) and (zone := _zone(finding, whole)):
        return _altered(finding, frame, "place", frame.place, zone)
    years = {one.passage.id: _years(one.passage, cards[one.passage.report], is_planned) for one, _ in whole}
    if frame.year is None or any(not of or frame.year in of for of in years.values()):
        return finding
    first = [Source(one.passage, cards[one.passage.report], one.original(*at)) for one, at in whole[:MOST_SOURCES]]
    said = "、".join(f"{year}年" for year in sorted({max(of) for of in years.values()}))
    return _altered(finding._replace(sources=tuple(first)), frame, "number", f"{frame.year}年", said)


def _years(passage: Passage, card: ReportCard, is_planned: bool) -> frozenset[int]:
    """The years that words may be about; of a plan that of the report."""
    return frozenset({card.meta.year}) if is_planned and card.meta.year else years_of(passage, card)


def _zone(finding: Finding, found: Sequence[tuple[Candidate, Span]]) -> str:
    """What a report says before words with a number, if everywhere that is of a zone and not of the whole place."""
    zones = [zone_before(one.compact[: at.start], one.compact[slice(*at)]) for one, at in found]
    return zones[0] if all(zones) and any(map(str.isdigit, finding.sentence)) else ""


def _is_shared(finding: Finding) -> bool:
    """Whether words without a number are so short, or stand in so many reports, that they are of no one place."""
    words = compact_text(finding.sentence)
    has_number = any(map(str.isdigit, words))
    return not has_number and (finding.reports > _FEW_REPORTS or len(words) < _SHORT_WORDS)


def _altered(finding: Finding, frame: _Frame, kind: Kind, named: str, source: str) -> Finding:
    """The finding on the words with those before them, which name another place or year than the source."""
    at = frame.start + frame.words.rfind(named[:4])
    start = frame.start + len(frame.words) - len(frame.words.lstrip())
    span = Span(at, at + len(named)) if at >= start else Span(start, finding.span.start)
    return finding._replace(
        sentence=frame.words.lstrip() + finding.sentence,
        span=Span(start, finding.span.end),
        verdict="number-altered",
        differences=(Difference(kind, named, source, span),),
    )


def years_of(passage: Passage, card: ReportCard) -> frozenset[int]:
    """The years that words of a passage may be about; empty if that is open."""
    year, headings = card.meta.year, compact_headings(passage.section)
    if year is None:
        return frozenset()
    said = " ".join([compact_text(passage.text), *headings])
    written = {int(found) for found in _ANY_YEAR.findall(said)}
    part = part_of(headings, year)
    if _SEVERAL_YEARS.search(said):
        return frozenset() if part != "review" else frozenset(written.union(range(year - 5, year)))
    return frozenset(written | ({year - 1} if part == "review" else {year} if part == "aims" else {year - 1, year}))
