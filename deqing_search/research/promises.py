"""Promises without numbers: what a report says will be built, opened or issued, and what the next says of it.

What a clause promises is in `promised_things`; only the part of a report on its aims counts. The sentences of the next
report are ranked by the rare characters that they share with a promise. Nothing is judged: a sentence that shares
enough is shown as possibly about the same thing. docs/figures.md says how often it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from math import log
from typing import Final, NamedTuple

from deqing_search.engine.base import View, Viewer
from deqing_search.language.folding import compact, original_span
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.years import Years
from deqing_search.report import Passage, ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.periods import compact_headings, part_of
from deqing_search.research.promised_things import things
from deqing_search.search.places import places
from deqing_search.text.likeness import pairs
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import other_name

MOST_RELATED: Final = 3
LEAST_SCORE: Final = 0.75  # of the weight of a promise that a sentence must share
_CLAUSE = re.compile("[^,;:。!?]+")
_NEXT = re.compile("今年|年内|将|要|确保|力争|争取|计划")
_SENTENCE = re.compile("[^。!?\n]+[。!?\n]?")
_MOST_COMMON = 5  # sentences of the next report with all of a thing: more make it a general word, as 基础设施
_SURE_SCORE = 0.8  # below it, the end of the name must be among what is shared: 基金, 污水处理厂


class Related(NamedTuple):
    """A sentence of the next report that may speak of the same thing; `score` is the share of its weight, up to 1."""

    passage: Passage
    span: Span  # of the sentence, in the text of the passage
    score: float

    @property
    def text(self) -> str:
        return self.passage.text[slice(*self.span)]


class Promise(NamedTuple):
    """What one clause of a report promises: `things` are compared with the next report, `span` is the clause.

    `related` is None if the next report is not indexed or the place is unknown, and empty if no sentence shares enough.
    """

    place: str
    year: int
    passage: Passage
    verb: str
    things: tuple[str, ...]
    span: Span
    related: tuple[Related, ...] | None
    name_then: str = ""  # of the place, in the report

    @property
    def other_name(self) -> str:
        """What the report calls the place, if that is another name than today's."""
        return other_name(self.place, self.name_then)

    @property
    def text(self) -> str:
        """The clause."""
        return self.passage.text[slice(*self.span)]


class Promises(NamedTuple):
    """Promises in the order of the reports, and the reports that were read for them."""

    promises: tuple[Promise, ...]
    reports: tuple[ReportCard, ...]


def find_promises(engine: Viewer, filters: Filters = NO_FILTERS, of: Years | None = None) -> Promises:
    """The promises of the reports that the filters allow; `of` limits the years of these reports."""
    view = engine.view()
    cards = [card for card in view.cards() if filters.allow(card) and card.meta.year is not None]
    names = {card.id: places(view)[card.id].name for card in cards}
    by_year = {(names[card.id], card.meta.year, card.meta.kind): card for card in cards if card.meta.place}
    read = [card for card in cards if of is None or card.meta.year in of]
    read.sort(key=lambda card: (names[card.id], card.meta.year, card.id))
    found: list[Promise] = []
    for card in read:
        check()
        following = by_year.get((names[card.id], (card.meta.year or 0) + 1, card.meta.kind))
        found += (one._replace(place=names[card.id]) for one in _with_related(view, card, following))
    return Promises(tuple(found), tuple(read))


def _with_related(view: View, card: ReportCard, following: ReportCard | None) -> Iterator[Promise]:
    report, after = view.report(card.id), view.report(following.id) if following else None
    ranking = Ranking(after.passages) if after else None
    for passage in report.passages if report else ():
        for one in promises_of(passage, card):
            yield one._replace(related=ranking.related_to_any(one.things) if ranking else None)


def promises_of(passage: Passage, card: ReportCard) -> Iterator[Promise]:
    """The promises of one passage, without what the next report says."""
    part = part_of(compact_headings(passage.section), card.meta.year)
    if passage.kind != "paragraph" or part == "review":
        return
    text, offsets = compact(passage.text)
    for sentence in _SENTENCE.finditer(text):
        if part != "aims" and not _NEXT.search(sentence[0]):
            continue
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            span = original_span(offsets, *clause.span())
            quoted = text.count('"', sentence.start(), clause.start()) % 2
            if not quoted and (found := tuple(things(clause[0]))):
                verb, names = found[0][0], tuple(thing for _, thing in found)
                yield Promise(card.meta.place, card.meta.year or 0, passage, verb, names, span, None, card.meta.place)


class _Sentence(NamedTuple):
    passage: Passage
    span: Span
    is_review: bool


class Ranking:
    """The sentences of a report, ranked by the pairs of characters that they share with a thing.

    Rare pairs weigh more.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._sentences: list[_Sentence] = []
        self._with: Mapping[str, list[int]] = defaultdict(list)
        for passage in passages:
            if passage.kind in ("paragraph", "table-row"):
                self._add(passage)

    def _add(self, passage: Passage) -> None:
        text, offsets = compact(passage.text)
        is_review = part_of(compact_headings(passage.section), None) == "review"
        for found in _SENTENCE.finditer(text):
            for pair in pairs(found[0]):
                self._with[pair].append(len(self._sentences))
            span = original_span(offsets, *found.span())
            self._sentences.append(_Sentence(passage, span, is_review))

    def related_to_any(self, names: Sequence[str]) -> tuple[Related, ...]:
        """The best sentences for several things: the best of each, then the second ones."""
        rows = zip_longest(*map(self.related, names))
        best: dict[str, Related] = {}
        for one in (one for row in rows for one in row if one):
            best.setdefault(one.passage.id, one)
        return tuple(best.values())[:MOST_RELATED]

    def related(self, thing: str) -> tuple[Related, ...]:
        """The best sentence of each of the best passages; those on what was done first among equals."""
        total = len(self._sentences)
        weights = {pair: log(1 + total / (1 + len(self._with.get(pair, ())))) for pair in pairs(thing)}
        shared: dict[int, float] = defaultdict(float)
        for pair, weight in weights.items():
            for at in self._with.get(pair, ()):
                shared[at] += weight
        whole = sum(weights.values())
        if sum(weight > _SURE_SCORE * whole for weight in shared.values()) > _MOST_COMMON:
            return ()
        ends = set(self._with.get(thing[-2:], ()))
        good = [at for at, weight in shared.items() if weight >= (LEAST_SCORE if at in ends else _SURE_SCORE) * whole]
        good.sort(key=lambda at: (-shared[at], not self._sentences[at].is_review, at))
        best: dict[str, Related] = {}
        for at in good:
            one = self._sentences[at]
            best.setdefault(one.passage.id, Related(one.passage, one.span, round(shared[at] / whole, 3)))
        return tuple(best.values())[:MOST_RELATED]
