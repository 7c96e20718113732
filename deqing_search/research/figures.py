"""Figures: the values that reports give for an indicator. Conductor: index → passages with its names → figures.

Nothing is stored: passages are found by the names of the indicator, through the engine protocol, and `readings` reads
them anew. docs/figures.md says how, and how often it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from deqing_search.engine.base import Request, View, Viewer
from deqing_search.errors import UsageError
from deqing_search.messages import Message
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import And, Node, Or, literal_of
from deqing_search.query.years import Years
from deqing_search.report import Passage, ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.amounts import Basis, Bound, Relation
from deqing_search.research.bases import EXPECTED
from deqing_search.research.indicators import indicator_named, indicators, needles
from deqing_search.research.periods import Role
from deqing_search.research.readings import Reading, readings
from deqing_search.search.places import places
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import other_name

Wanted = Literal["", "targets", "outcomes", "absent"]
MOST_PASSAGES = 100_000  # passages read for one answer
_AT_ONCE = 1000
GROWTH = "地区生产总值"
_NONE_SET = re.compile(
    "(?:不|未|没有)再?(?:提出|设定?|设置|确定)[^。；，]{0,12}(?:增长|增速|经济|生产总值)[^。；，]{0,10}目标"
)


class Figure(NamedTuple):
    """One value of an indicator in a passage.

    Without a number (`low` and `high` None) `wording` says what there is; with one it is 力争, `EXPECTED` or empty.
    `certain` is False if a reader of the sentence alone may doubt the indicator, the subject, the role or the year.
    """

    place: str  # the name of today, if the administrative unit is known
    year: int | None  # of the report
    report: str
    passage: str
    indicator: str
    subject: str  # the place or part that has the value; the place of the report if the sentence names nothing else
    role: Role
    relation: Relation | Literal[""]
    low: float | None
    high: float | None
    unit: str
    bound: Bound
    basis: Basis
    wording: str
    of_year: int | None
    marks: tuple[Span, ...]  # of the name and of the value, in the text of the passage
    certain: bool
    text: str = ""  # the sentence
    start: int = 0  # of the sentence, in the text of the passage
    name_then: str = ""  # of the place, in the report

    @property
    def other_name(self) -> str:
        """What the report calls the place, if that is another name than today's."""
        return other_name(self.place, self.name_then)

    @property
    def is_expected(self) -> bool:
        """Whether the report only expects this outcome."""
        return self.wording == EXPECTED


def figures_of(passage: Passage, card: ReportCard, indicator: str = "") -> list[Figure]:
    """The figures of one passage, in their order; of one indicator only, if one is given."""
    if passage.kind == "heading":
        return []
    found = (_figure(passage, card, one) for one in readings(passage, card, indicator))
    return [one for one in found if one.relation or one.role in ("target", "plan")]  # 同步 of a result is no figure


def _figure(passage: Passage, card: ReportCard, read: Reading) -> Figure:
    one, when = read.statement, read.period
    return Figure(
        place=card.meta.place,
        year=card.meta.year,
        report=passage.report,
        passage=passage.id,
        indicator=one.indicator,
        subject=one.subject.text or card.meta.place,
        role=when.role,
        relation=one.relation,
        low=one.low,
        high=one.high,
        unit=one.unit,
        bound=one.bound,
        basis=one.basis,
        wording=one.wording,
        of_year=when.of_year,
        marks=(read.name, read.value),
        certain=one.certain and when.certain,
        text=passage.text[slice(*read.sentence)],
        start=read.sentence.start,
    )


class Found(NamedTuple):
    """The figures of an indicator in the reports that were searched, and those reports."""

    indicator: str
    figures: tuple[Figure, ...]
    reports: tuple[ReportCard, ...]


class Choice(NamedTuple):
    """Which figures are wanted: of which reports, aims or results, of which years."""

    filters: Filters = NO_FILTERS
    wanted: Wanted = ""
    of: Years | None = None


ALL = Choice()


def known_indicator(typed: str) -> str:
    """The indicator of this name; raises `UsageError` with all names if there is none.

    >>> known_indicator("规上工业增加值")
    '规模以上工业增加值'
    """
    found = indicator_named(typed)
    if found is None:
        known = "、".join(indicators())
        raise UsageError(Message("没有指标“{name}”。", name=typed), hint=Message("可以写：{known}", known=known))
    return found


def find_figures(engine: Viewer, typed: str, choice: Choice = ALL) -> Found:
    """The figures of an indicator by place, the year they are of, the year of the report, the place in the report.

    If `wanted` is "targets", a report without a target has an entry with the role "absent": certain if the report
    says that it sets none, uncertain if none was found in the reports of its place and year; "absent" gives these
    entries alone, and as searched the reports of the years `of` alone. Raises `UsageError` for an unknown indicator.
    """
    indicator, view = known_indicator(typed), engine.view()
    cards = _reports(view, choice.filters)
    read = list(_all(view, indicator, choice.filters, cards))
    if choice.wanted in ("targets", "absent"):
        read = [one for one in read if one.role in ("target", "plan")]
        absent = _absent(view, indicator, choice.filters, cards, read)
        read = absent if choice.wanted == "absent" else read + absent
    if choice.wanted == "absent":
        cards = {id: card for id, card in cards.items() if choice.of is None or card.meta.year in choice.of}
    elif choice.wanted == "outcomes":
        read = [one for one in read if one.role == "outcome"]
    shown = [one for one in read if choice.of is None or one.of_year in choice.of]
    of_report = places(view)
    joined = (_of_place(one, of_report[one.report].name) for one in shown)
    return Found(indicator, tuple(sorted(joined, key=_order)), tuple(cards.values()))


def _of_place(figure: Figure, name: str) -> Figure:
    """The figure of a report under the name that all reports of its administrative unit are joined by."""
    subject = name if figure.subject == figure.place else figure.subject
    return figure._replace(place=name, subject=subject, name_then=figure.place)


def _order(figure: Figure) -> tuple[str, int, int]:
    return figure.place, figure.of_year or figure.year or 0, figure.year or 0


def _reports(view: View, filters: Filters) -> dict[str, ReportCard]:
    """The reports that the filters allow, by id."""
    return {card.id: card for card in view.cards() if filters.allow(card)}


def _all(view: View, indicator: str, filters: Filters, cards: Mapping[str, ReportCard]) -> Iterator[Figure]:
    named = Or(tuple(map(literal_of, needles(indicator))))
    for passage in _passages(view, filters.limit(named)):
        if passage.report in cards:
            yield from figures_of(passage, cards[passage.report], indicator)


def _passages(view: View, where: Node) -> Iterator[Passage]:
    found = view.evaluate(Request(where, sort="oldest", limit=MOST_PASSAGES)).page
    for start in range(0, len(found), _AT_ONCE):
        check()
        yield from view.passages([scored.handle for scored in found[start : start + _AT_ONCE]])


def _absent(
    view: View, indicator: str, filters: Filters, cards: Mapping[str, ReportCard], read: Sequence[Figure]
) -> list[Figure]:
    """One entry for each report that says that it sets no target, or in whose place and year none was found."""
    said = _said_none(view, filters) if indicator == GROWTH else {}
    of_report, targets = places(view), [one for one in read if one.role == "target"]
    certain = {one.report for one in targets if one.certain}
    set_in = {(of_report[one.report].name, one.year) for one in targets}
    return [
        _none_set(card, indicator, said.get(card.id))
        for card in cards.values()
        if (card.id in said and card.id not in certain) or (of_report[card.id].name, card.meta.year) not in set_in
    ]


def _said_none(view: View, filters: Filters) -> dict[str, tuple[Passage, Span]]:
    """Where reports say that they set no target of growth, by report."""
    words = Or(tuple(map(literal_of, ("不设", "未设", "未提出", "没有提出", "不提出", "不再设"))))
    said = {}
    for passage in _passages(view, filters.limit(And((words, literal_of("目标"))))):
        if found := _NONE_SET.search(passage.text):
            said[passage.report] = (passage, Span(*found.span()))
    return said


def _none_set(card: ReportCard, indicator: str, said: tuple[Passage, Span] | None) -> Figure:
    return Figure(
        place=card.meta.place,
        year=card.meta.year,
        report=card.id,
        passage=said[0].id if said else "",
        indicator=indicator,
        subject=card.meta.place,
        role="absent",
        relation="",
        low=None,
        high=None,
        unit="",
        bound="",
        basis="year",
        wording="",
        of_year=card.meta.year,
        marks=(said[1],) if said else (),
        certain=said is not None,
        text=said[0].text[said[1].start : said[1].end] if said else "",
        start=said[1].start if said else 0,
    )
