"""Figures: the values that reports give for an indicator. Conductor: index → passages with its names → figures.

`statements` reads which value belongs to which name, `periods` whether it is an aim or a result, and of which year.
Nothing is stored: passages are found by the names of the indicator, through the engine protocol, and read anew.
docs/figures.md says how, and how often it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from deqing_search.engine.base import Request, View, Viewer
from deqing_search.errors import UsageError
from deqing_search.language.folding import compact, original_span
from deqing_search.messages import Message
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import And, Node, Or, literal_of
from deqing_search.query.years import Years
from deqing_search.report import Passage, ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.amounts import PER_UNIT, Basis, Bound, Relation
from deqing_search.research.indicators import indicator_named, indicators, may_name_at, needles
from deqing_search.research.periods import Period, Place, Role, compact_headings, period, start_of
from deqing_search.research.statements import Statement, is_wild, statements
from deqing_search.research.table_rows import row_values
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import short_names, units

Wanted = Literal["", "targets", "outcomes", "absent"]
_ENDS = "。!?\n"
_SENTENCE = re.compile(f"[^{_ENDS}]+[{_ENDS}]?")
MOST_PASSAGES = 100_000  # passages read for one answer
_AT_ONCE = 1000
GROWTH = "地区生产总值"
_NONE_SET = re.compile(
    "(?:不|未|没有)再?(?:提出|设定?|设置|确定)[^。；，]{0,12}(?:增长|增速|经济|生产总值)[^。；，]{0,10}目标"
)
_ZONE = re.compile("新区|开发区|航空港|经济区|功能区|自贸|高新区|保税区|综保区|园区|县域|镇街|长江带|经济带|口岸")
_ZONE_FIRST = re.compile(
    "[^,;:]{0,8}(?:新区|开发区|航空港|经济区|功能区|自贸(?:试验)?区|高新区|保税区|经开区|县域)[^,;:]*,"
)
_PART_OF_PLACE = re.compile("[^,;:。]{0,8},占全[市县州](?:的)?(?:比[重例]|[0-9])")  # after a value of a district
_BASE_YEAR = re.compile("(?:比|较)([0-9]{4})年")
# A zone as what a later clause speaks of, not as what is built: 高新区格局初步形成,实现生产总值120亿元.
_ZONE_TOPIC = re.compile(
    "[,;](?!加快|推进|推动|支持|建设|依托|深化|围绕|提升|发挥|以|在|把|抓好|做强)"
    "[^,;:。、和与及]{0,7}(?:新区|开发区|航空港区|经济区|自贸区|高新区|保税区|经开区|综保区)(?![、和与及等])[^,;:。]{2,},"
)
_TRADE = ("进出口总额", "出口总额")
_OF_ZONES = (  # reports give these for zones too
    "地区生产总值",
    "工业增加值",
    "规模以上工业增加值",
    "固定资产投资",
    "一般公共预算收入",
    "财政总收入",
    "地方财政收入",
)
_JOBS = ("城镇新增就业", "农村劳动力转移就业")  # reports give the sum of five years as often as the number of one
_ABOVE_SIZE = re.compile("规模以上|规上|规模工业")
_YEARS_PAST = re.compile("(?:过去|近|前|这|本届)的?[五四三]年|[五四三]年(?:来|间|工作)")
_PLAN = re.compile('(?:[九十]|十[一二三四])五"?(?:时期|期间)')
_ROSE = re.compile("(?:由|从)[0-9.]+[万亿]*(?:美?元|人|吨)?(?:增|提|上|扩|下|降)[^,;0-9]{0,3}到")
_SINCE_LAST = re.compile("比上年|较上年|同比|去年|上年")
_ONE_YEAR = re.compile("去年|上年|今年|全年|[0-9]{4}年")
_SPAN = re.compile(f"{_YEARS_PAST.pattern}|{_ONE_YEAR.pattern}|[过这]去?一年")
_WHOLE = re.compile("全市|我市|本市|全县|全区|目标")
_WHOLES = {  # what a report of such a place calls all of it; 全市 and 全县 never mean a greater place
    "省": ("全省", "我省"),
    "自治区": ("全区", "我区", "自治区"),
    "州": ("全州", "我州"),
    "全国": ("全国", "我国", "国家"),
}
_EXPECTED = re.compile("预计(?!目标|的)")
_LEAD = re.compile("(?!预计,|全年,)[^,;:0-9]{6,},")  # 开放型经济持续发展, opens a new topic


class Figure(NamedTuple):
    """One value of an indicator in a passage. Without a number (`low` and `high` None) `wording` says what there is.

    `certain` is False if a reader of the sentence alone may doubt the indicator, the subject, the role or the year.
    """

    place: str
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

    @property
    def is_expected(self) -> bool:
        """Whether the report only expects this outcome."""
        return self.role == "outcome" and self.wording == "预计"


def figures_of(passage: Passage, card: ReportCard, indicator: str = "") -> list[Figure]:
    """The figures of one passage, in their order; of one indicator only, if one is given."""
    if passage.kind == "heading":
        return []
    text, offsets = compact(passage.text)
    own, headings = own_names(card.meta.place), compact_headings(passage.section)
    found: list[Figure] = []
    for sentence in _sentences(text, indicator):
        place = Place(card.meta.year, headings, text[: sentence.start()])
        for said in statements(sentence[0], own, indicator):
            if indicator and said.indicator != indicator:
                continue
            one = _over_years(said, sentence[0], headings)
            when = _period(sentence[0], one, place)
            if when is None:
                continue
            if _since_last_year(one, sentence[0], when):
                one = one._replace(basis="year")
            at = sentence.start()
            marks = tuple(original_span(offsets, at + start, at + end) for start, end in (one.name, one.value))
            figure = _summed(_figure(passage, card, one, when, marks), sentence[0], place)
            figure = _estimated(figure, sentence[0][: one.value[0]])
            certain = figure.certain and not _may_be_of_zone(one, place.before, sentence[0])
            certain = certain and not _PART_OF_PLACE.match(sentence[0], one.value[1])
            certain = certain and not _may_be_above_size(one, sentence[0])
            start, end = original_span(offsets, *sentence.span())
            found.append(figure._replace(certain=certain, text=passage.text[start:end], start=start))
    found += _row_figures(passage, card, indicator)
    return [one for one in found if one.relation or one.role in ("target", "plan")]  # 同步 of a result is no figure


def _estimated(figure: Figure, before: str) -> Figure:
    """An outcome that the report only expects: 预计 stands before it in the sentence."""
    is_expected = figure.role == "outcome" and figure.low is not None and _EXPECTED.search(before)
    return figure._replace(wording="预计") if is_expected else figure


def _sentences(text: str, indicator: str) -> Iterator[re.Match[str]]:
    """The sentences of a text that may name an indicator; all without one. Most are skipped without a look at them."""
    if not indicator:
        yield from _SENTENCE.finditer(text)
        return
    at = 0
    while (start := may_name_at(text, indicator, at)) is not None:
        start = max(text.rfind(sign, at, start) for sign in _ENDS) + 1 or at
        sentence = _SENTENCE.match(text, start)
        if sentence is None:
            return
        yield sentence
        at = sentence.end()


def _period(sentence: str, one: Statement, place: Place) -> Period | None:
    """The role and the year of a value; None for the start of a change whose year is open."""
    at = one.value[0]
    if one.start:
        year = one.start.year
        return Period("outcome", year, certain=True) if year else start_of(sentence, at, place)
    return period(sentence, at, place, average=one.basis == "average" or _doubles(one))


def _doubles(one: Statement) -> bool:
    """Whether a growth is that of several years: 翻一番."""
    return one.relation == "growth" and one.basis == "total" and (one.low or 0) >= 100


def _row_figures(passage: Passage, card: ReportCard, indicator: str) -> Iterator[Figure]:
    """The figures of a row of a table; the whole row counts as their sentence."""
    for one in row_values(passage, card.meta.year):
        if not indicator or one.statement.indicator == indicator:
            figure = _figure(passage, card, one.statement, one.period, (one.name, one.value))
            yield figure._replace(text=passage.text)


def _figure(passage: Passage, card: ReportCard, one: Statement, when: Period, marks: tuple[Span, ...]) -> Figure:
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
        basis="total" if _is_saving_of_plan(one, when) else one.basis,
        wording=one.wording,
        of_year=when.of_year,
        marks=marks,
        certain=one.certain and when.certain,
    )


def _is_saving_of_plan(one: Statement, when: Period) -> bool:
    """Whether a saving is that of all years of a plan: 今后五年单位GDP能耗下降13%."""
    return one.basis == "year" and one.relation == "decline" and when.role == "plan" and one.indicator in PER_UNIT


def _summed(figure: Figure, sentence: str, place: Place) -> Figure:
    """New jobs are the sum of the years that the text before names, and may be that if only a heading names them."""
    of_jobs = figure.role == "outcome" and figure.basis == "year" and figure.indicator in _JOBS
    if not of_jobs or _ONE_YEAR.search(sentence):
        return figure
    near = list(_SPAN.finditer(place.before))[-1:]
    many = any(_YEARS_PAST.fullmatch(span[0]) for span in near)
    if near and place.before.startswith((",", "累计"), near[0].end()):  # 五年来, …。城镇新增就业20万人
        return figure._replace(basis="total") if many else figure
    unsure = many or any(_YEARS_PAST.search(heading) or _PLAN.search(heading) for heading in place.headings)
    return figure._replace(certain=figure.certain and not unsure)


def _over_years(one: Statement, sentence: str, headings: Sequence[str]) -> Statement:
    """A growth too high for one year is that of the years that the sentence or a heading about them alone names."""
    if one.relation != "growth" or not is_wild(one) or _SINCE_LAST.search(sentence):
        return one
    before = sentence[: one.value[0]]
    if not _of_years_only(headings) and not _YEARS_PAST.search(before) and not _ROSE.search(before):
        return one
    return one._replace(basis="total", certain=one.subject.certain)


def _since_last_year(one: Statement, sentence: str, when: Period) -> bool:
    """Whether a change since a year is that of one year: 比2008年增长10% of 2009."""
    base = _BASE_YEAR.findall(sentence, one.name[1], one.value[0]) if one.basis == "total" else []
    return bool(base) and when.of_year == int(base[-1]) + 1


def _of_years_only(headings: Sequence[str]) -> bool:
    """Whether a heading names several years and none of them alone."""
    many = (heading for heading in headings if _YEARS_PAST.search(heading) or _PLAN.search(heading))
    return any(not re.search("[0-9]{4}年", heading) for heading in many)


def _may_be_above_size(one: Statement, sentence: str) -> bool:
    """Whether 工业增加值 may be that of the enterprises above designated size, of which the sentence speaks before."""
    return one.indicator == "工业增加值" and bool(_ABOVE_SIZE.search(sentence[: one.name[0]]))


def _may_be_of_zone(one: Statement, before: str, sentence: str) -> bool:
    """Whether a value may be that of a part of the place, of which the sentence or the one before speaks."""
    said = sentence[: one.name[0]]
    topics = [found.end() for found in _ZONE_TOPIC.finditer(said)] if one.indicator in _OF_ZONES else []
    if topics and not _WHOLE.search(said, topics[-1]):
        return True
    if _WHOLE.search(sentence):
        return False
    if _ZONE_FIRST.match(sentence):
        return True
    if before[-1:] != "。" or one.indicator not in (*_OF_ZONES, *_TRADE) or not _ZONE.search(before[-60:]):
        return False
    if one.indicator in _TRADE and "生产总值" not in sentence:  # zones and ports are how the whole place trades
        return bool(_ZONE.search(sentence))
    return bool(_ZONE.search(sentence)) or not _LEAD.match(sentence)


@lru_cache(4096)
def own_names(place: str) -> tuple[str, ...]:
    """The names that a report uses for its own place.

    >>> own_names("浙江省杭州市")
    ('杭州市', '杭州地区', '杭州')
    """
    if not place:
        return ()
    last, short = units(place)[-1:], short_names(place)[-1:]
    whole = next((names for end, names in _WHOLES.items() if place.endswith(end)), ())
    return (*whole, *last, *(f"{name}地区" for name in short), *short)


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
    says so, uncertain if no target was found; "absent" gives these entries alone. Raises `UsageError` for an unknown
    indicator.
    """
    indicator, view = known_indicator(typed), engine.view()
    cards = _reports(view, choice.filters)
    read = list(_all(view, indicator, choice.filters, cards))
    if choice.wanted in ("targets", "absent"):
        read = [one for one in read if one.role in ("target", "plan")]
        absent = _absent(view, indicator, choice.filters, cards, read)
        read = absent if choice.wanted == "absent" else read + absent
    elif choice.wanted == "outcomes":
        read = [one for one in read if one.role == "outcome"]
    shown = [one for one in read if choice.of is None or one.of_year in choice.of]
    return Found(indicator, tuple(sorted(shown, key=_order)), tuple(cards.values()))


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
    """One entry for each report that sets no certain target for its own year."""
    said = {}
    if indicator == GROWTH:
        words = Or(tuple(map(literal_of, ("不设", "未设", "未提出", "没有提出", "不提出", "不再设"))))
        for passage in _passages(view, filters.limit(And((words, literal_of("目标"))))):
            if found := _NONE_SET.search(passage.text):
                said[passage.report] = (passage, Span(*found.span()))
    setting = {one.report for one in read if one.certain and one.role == "target"}
    return [_none_set(card, indicator, said.get(card.id)) for card in cards.values() if card.id not in setting]


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
