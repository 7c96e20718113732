"""The figures that a query asks for by place, year and indicator (杭州2024年GDP增长目标), as reports give them.

A query that has anything besides asks for none. Only figures that are certain are given.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.language.folding import compact_text
from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.report import ReportCard
from deqing_search.research.figures import Choice, Figure, find_figures
from deqing_search.research.indicators import OTHER, names
from deqing_search.search.named_reports import named_reports

_LONGEST: Final = 60  # characters of a query that asks for a figure
_EVERYDAY: Final = {  # what people say, and the indicators that they may mean; longer words first
    "社会消费品零售": ("社会消费品零售总额",),
    "经济增长": ("地区生产总值",),
    "经济增速": ("地区生产总值",),
    "财政收入": ("一般公共预算收入", "财政总收入", "地方财政收入"),
    "居民收入": ("居民人均可支配收入", "城镇居民人均可支配收入", "农村居民人均可支配收入"),
    "新增就业": ("城镇新增就业",),
    "投资": ("固定资产投资",),
    "失业率": ("城镇登记失业率", "城镇调查失业率"),
    "外贸": ("进出口总额",),
    "物价": ("居民消费价格",),
    "社零": ("社会消费品零售总额",),
}
_ASKING = re.compile(
    "目标值?|预期|预计|任务|结果|实际|完成(?:情况)?|增长(?:率|幅度|速度)?|增[速幅]|总[量额]|同比|全年|指标|数据|情况"
    "|多少|怎么样|如何|什么|定在|设[为在]|达到|有|是|为|的|了|几|吗|呢|[^\\w]"
)


class AskedFigure(NamedTuple):
    """An indicator of a place for a year: the targets in the report of the year, the outcomes in the next one."""

    indicator: str
    targets: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]


class AskedFigures(NamedTuple):
    """The figures that a query asks for, at least one, and the reports that give them.

    `following` is the report of the next year; None if it is not held.
    """

    report: ReportCard
    following: ReportCard | None
    figures: tuple[AskedFigure, ...]


class _Asked(NamedTuple):
    indicators: tuple[str, ...]
    rest: str  # what names the place and the year


def asked_figures(engine: Viewer, typed: str) -> AskedFigures | None:
    """The figures that a query asks for; None if it asks for none, or if no report gives one."""
    asked = _read(typed)
    named = named_reports(engine.view(), asked.rest) if asked else ()
    if asked is None or len(named) != 1 or not (year := named[0].meta.year):
        return None
    (report,) = named
    following = _following(engine, report)
    where = Filters(place=report.meta.place, kind=report.meta.kind, years=Years(year, year + 1))
    choice = Choice(where, of=Years(year, year))
    figures: list[AskedFigure] = []
    for indicator in asked.indicators:
        found = [one for one in find_figures(engine, indicator, choice).figures if one.certain and one.basis == "year"]
        own = [one for one in found if one.subject == one.place]
        targets = tuple(one for one in own if one.role == "target" and one.report == report.id)
        outcomes = tuple(one for one in own if one.role == "outcome" and following and one.report == following.id)
        if targets or outcomes:
            figures.append(AskedFigure(indicator, targets, outcomes))
    return AskedFigures(report, following, tuple(figures)) if figures else None


def _following(engine: Viewer, report: ReportCard) -> ReportCard | None:
    meta = report.meta._replace(year=(report.meta.year or 0) + 1)
    wanted = (meta.place, meta.kind, meta.year)
    return next(
        (one for one in engine.view().cards() if (one.meta.place, one.meta.kind, one.meta.year) == wanted), None
    )


def _read(typed: str) -> _Asked | None:
    """The indicator of a query, and the query without it and without the words that ask.

    >>> _read("杭州2024年GDP增长目标是多少？"), _read("杭州2024年")
    (_Asked(indicators=('地区生产总值',), rest='杭州2024年'), None)
    """
    text = compact_text(typed) if len(typed) <= _LONGEST else ""
    for one in names(text):
        name = text[one.start : one.end]
        if OTHER not in one.indicators and name not in _EVERYDAY:
            return _Asked(one.indicators, _place_and_year(text, name))
    name = next((name for name in _EVERYDAY if name in text), "")
    return _Asked(_EVERYDAY[name], _place_and_year(text, name)) if name else None


def _place_and_year(text: str, name: str) -> str:
    return _ASKING.sub("", text.replace(name, " ", 1))
