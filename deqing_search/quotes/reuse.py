"""Which clauses of a report stand in other reports: those of its place before, of other places, of higher levels.

Each clause is looked up in the index as a literal, and counts where a passage has it as a whole clause. The first
report with a clause is the first one in the index; `unheld` names what the index lacks. Shares over all reports are
counted in `inheritance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Literal, NamedTuple

from deqing_search.engine.base import View, Viewer
from deqing_search.language.folding import compact, compact_text, original_span
from deqing_search.query.tree import literal_of
from deqing_search.quotes.edited_clauses import EditedClauses
from deqing_search.quotes.shared_clauses import shared_clauses
from deqing_search.report import Passage, Report, ReportCard
from deqing_search.request_deadline import check
from deqing_search.search.coverage import contents
from deqing_search.search.places import places
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import units

Origin = Literal["last year", "own earlier", "other places", "higher levels"]
ORIGINS: Final[tuple[Origin, ...]] = ("last year", "own earlier", "other places", "higher levels")
_NATION: Final = "全国"
_MUNICIPALITIES: Final = ("北京市", "天津市", "上海市", "重庆市")


class Carrier(NamedTuple):
    """A report that has a clause, the name of today of its place, and the first passage of it that has the clause."""

    report: ReportCard
    place: str
    handle: int


class Clause(NamedTuple):
    """A clause of a report; `place` is the name of today of its place.

    `carriers`: the other reports with it, the oldest first; unknown years last. `edited_from`: the clause of the report
    of the year before that differs from this one in a few characters. Empty if that report has the same clause.
    """

    passage: Passage
    place: str
    span: Span  # in `passage.text`
    characters: int  # white space left out
    carriers: tuple[Carrier, ...] = ()
    origins: frozenset[Origin] = frozenset()  # earlier reports with it
    edited_from: str = ""

    @property
    def text(self) -> str:
        return self.passage.text[slice(*self.span)]

    @property
    def places(self) -> int:
        """How many places the carriers are of."""
        return len({one.place for one in self.carriers})


class Share(NamedTuple):
    """How many clauses, and how many characters in them."""

    clauses: int = 0
    characters: int = 0

    def of(self, whole: Share) -> float:
        """The share of the characters; 0 of nothing."""
        return self.characters / whole.characters if whole.characters else 0.0


class Reuse(NamedTuple):
    """All clauses of a report of ten characters or more, in reading order."""

    report: Report
    clauses: tuple[Clause, ...]
    first_passages: Mapping[int, Passage]  # the passages of the first carriers, by their handles
    unheld: tuple[str, ...]  # places and years of reports that the index lacks and that may have a clause earlier

    @property
    def whole(self) -> Share:
        return share(self.clauses)

    @property
    def elsewhere(self) -> Share:
        """What stands in another report, of whatever year."""
        return share(one for one in self.clauses if one.carriers)

    @property
    def inherited(self) -> Share:
        """What stands in an earlier report."""
        return share(one for one in self.clauses if one.origins)

    @property
    def edited(self) -> Share:
        """What differs in a few characters from the report of the year before."""
        return share(one for one in self.clauses if one.edited_from)

    def from_origin(self, origin: Origin) -> Share:
        return share(one for one in self.clauses if origin in one.origins)

    def by_section(self) -> Iterator[tuple[str, Share, Share]]:
        """The outermost headings in their order, each with all and with the inherited text below it."""
        sections: dict[str, list[Clause]] = {}
        for one in self.clauses:
            sections.setdefault(one.passage.section[0] if one.passage.section else "", []).append(one)
        for name, below in sections.items():
            yield name, share(below), share(one for one in below if one.origins)


def share(clauses: Iterable[Clause]) -> Share:
    sizes = [one.characters for one in clauses]
    return Share(len(sizes), sum(sizes))


def reuse(engine: Viewer, report_id: str) -> Reuse | None:
    """The clauses of a report and who else has them; None if there is no such report."""
    view = engine.view()
    report = view.report(report_id)
    if report is None:
        return None
    card = contents(view).cards[report_id]
    found = [one for passage in report.passages for one in clauses_of(view, passage, card)]
    before = last_years(view).get(report_id)
    clauses = tuple(_with_edits(view, found, before)) if before else tuple(found)
    return Reuse(report, clauses, _first_passages(view, clauses), tuple(unheld(view, card)))


def clauses_of(view: View, passage: Passage, card: ReportCard) -> Iterator[Clause]:
    """The clauses of a passage, each with its carriers."""
    place = places(view)[card.id].name
    for clause, span in _cut(passage):
        check()
        carriers = tuple(_carriers(view, clause, card))
        origins = frozenset(origin for one in carriers if (origin := _origin(place, card.meta.year, one)))
        yield Clause(passage, place, span, len(clause), carriers, origins)


def _cut(passage: Passage) -> Iterator[tuple[str, Span]]:
    """The clauses of a passage, compact, each with its span in `passage.text`."""
    text, offsets = compact(passage.text)
    for start, end in shared_clauses(text):
        yield text[start:end], original_span(offsets, start, end)


def _carriers(view: View, clause: str, card: ReportCard) -> Iterator[Carrier]:
    seen = {card.id}
    for text in view.texts(literal_of(clause)):
        if text.report not in seen and _has(text.compact, clause):
            seen.add(text.report)
            yield Carrier(contents(view).cards[text.report], places(view)[text.report].name, text.handle)


def _has(text: str, clause: str) -> bool:
    """Whether this is a whole clause of a text, not a part of a longer one."""
    return any(text[start:end] == clause for start, end in shared_clauses(text))


def _origin(place: str, year: int | None, other: Carrier) -> Origin | None:
    """The relation of an earlier report to one of a place and a year; None if it is not earlier, or if that is unknown.

    A report of a higher level of the same year counts as earlier, because the lower levels put it into practice.
    """
    theirs = other.report.meta.year
    if not place or year is None or theirs is None or theirs > year:
        return None
    if other.place in higher_levels(place):
        return "higher levels"
    if theirs == year:
        return None
    if other.place != place:
        return "other places"
    return "last year" if theirs == year - 1 else "own earlier"


def higher_levels(place: str) -> list[str]:
    """The places that a place is a part of, as far as its name says it.

    >>> higher_levels("浙江省湖州市德清县"), higher_levels("杭州市"), higher_levels("全国")
    (['全国', '浙江省', '浙江省湖州市'], ['全国'], [])
    """
    names = units(place)
    above = ["".join(names[:size]) for size in range(1, len(names))]
    return [] if place == _NATION else [_NATION, *above]


def last_years(view: View) -> Mapping[str, ReportCard]:
    """For the id of each report the one of the same place and kind of the year before; of several the first.

    A place that was renamed is one place.
    """
    dated = [(card, year) for card in view.cards() if card.meta.place and (year := card.meta.year) is not None]
    first: dict[tuple[str, str, int], ReportCard] = {}
    for card, year in dated:
        first.setdefault((places(view)[card.id].name, card.meta.kind, year), card)
    before = ((card.id, first.get((places(view)[card.id].name, card.meta.kind, year - 1))) for card, year in dated)
    return {id: card for id, card in before if card is not None}


def unheld(view: View, card: ReportCard) -> Iterator[str]:
    """Reports that the index lacks and that may have a clause earlier, in words: 德清县 2023 年, 浙江省."""
    name, year = places(view)[card.id].name, card.meta.year
    indexed = {(places(view)[one.id].name, one.meta.year) for one in view.cards()}
    if year is None or not name:
        yield "年份或地区不详，不能判断先后"
        return
    own = sorted(of for place, of in indexed if place == name and of is not None and of < year)
    if own:
        missing = [of for of in range(own[0], year) if of not in own]
        yield from ([f"{name} {'、'.join(map(str, missing))} 年"] if missing else [])
    yield f"{name} {own[0] if own else year} 年以前"
    yield from _unheld_levels(name, year, indexed)


def _unheld_levels(place: str, year: int, indexed: Iterable[tuple[str, int | None]]) -> Iterator[str]:
    years: dict[str, set[int | None]] = {}
    for name, of in indexed:
        years.setdefault(name, set()).add(of)
    for level in higher_levels(place):
        missing = [one for one in (year - 1, year) if one not in years.get(level, ())]
        if missing:
            yield f"{level} {'、'.join(map(str, missing))} 年" if level in years else level
    if len(units(place)) == 1 and not place.endswith(("省", "自治区")) and place not in _MUNICIPALITIES:
        yield f"{place}所在的省"


def _with_edits(view: View, clauses: Sequence[Clause], before: ReportCard) -> Iterator[Clause]:
    """The clauses, with `edited_from` for those that the report of the year before has with small differences."""
    report = view.report(before.id)
    passages = report.passages if report else ()
    edited = EditedClauses((clause, one.text[slice(*span)]) for one in passages for clause, span in _cut(one))
    for one in clauses:
        check()
        found = "" if "last year" in one.origins else edited.nearest(compact_text(one.text))
        yield one._replace(edited_from=found)


def _first_passages(view: View, clauses: Iterable[Clause]) -> dict[int, Passage]:
    handles = sorted({one.carriers[0].handle for one in clauses if one.carriers})
    return dict(zip(handles, view.passages(handles), strict=True))


class Relatives(NamedTuple):
    """The clauses of one passage that other reports have, with the passages of their first carriers."""

    clauses: tuple[Clause, ...]
    first_passages: Mapping[int, Passage]


def relatives(engine: Viewer, passage: Passage, most: int) -> Relatives:
    """Who else has the clauses of a passage: the first clauses that another report has, at most so many."""
    view = engine.view()
    card = contents(view).cards[passage.report]
    shared = (one for one in clauses_of(view, passage, card) if one.carriers)
    clauses = tuple(islice(shared, most))
    return Relatives(clauses, _first_passages(view, clauses))
