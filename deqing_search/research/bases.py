"""Of how many years a value is, and whether the report only expects it: from what stands around its statement.

`statements` reads the basis that a clause gives. Here the sentence, the text before it and the headings decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deqing_search.research.amounts import PER_UNIT
from deqing_search.research.periods import Period, Place
from deqing_search.research.statements import Statement, is_wild

_JOBS = ("城镇新增就业", "农村劳动力转移就业")  # reports give the sum of five years as often as the number of one
_YEARS_PAST = re.compile("(?:过去|近|前|这|本届)的?[五四三]年|[五四三]年(?:来|间|工作)")
_PLAN = re.compile('(?:[九十]|十[一二三四])五"?(?:时期|期间)')
_ROSE = re.compile("(?:由|从)[0-9.]+[万亿]*(?:美?元|人|吨)?(?:增|提|上|扩|下|降)[^,;0-9]{0,3}到")
_SINCE_LAST = re.compile("比上年|较上年|同比|去年|上年")
_ONE_YEAR = re.compile("去年|上年|今年|全年|[0-9]{4}年")
_SPAN = re.compile(f"{_YEARS_PAST.pattern}|{_ONE_YEAR.pattern}|[过这]去?一年")
_BASE_YEAR = re.compile("(?:比|较)([0-9]{4})年")
EXPECTED = "预计"
_EXPECTED = re.compile(f"{EXPECTED}(?!目标|的)")


def over_years(one: Statement, sentence: str, headings: Sequence[str]) -> Statement:
    """A growth too high for one year is that of the years that the sentence or a heading about them alone names."""
    if one.relation != "growth" or not is_wild(one) or _SINCE_LAST.search(sentence):
        return one
    before = sentence[: one.value[0]]
    if not _of_years_only(headings) and not _YEARS_PAST.search(before) and not _ROSE.search(before):
        return one
    return one._replace(basis="total", certain=one.subject.certain)


def _of_years_only(headings: Sequence[str]) -> bool:
    """Whether a heading names several years and none of them alone."""
    many = (heading for heading in headings if _names_years(heading))
    return any(not re.search("[0-9]{4}年", heading) for heading in many)


def _names_years(heading: str) -> bool:
    return bool(_YEARS_PAST.search(heading) or _PLAN.search(heading))


def in_period(one: Statement, when: Period, sentence: str, place: Place) -> Statement:
    """A statement with the basis that it has in its period; the outcome that a report only expects is marked."""
    one = of_plan(_since_last_year(one, when, sentence), when)
    return _expected(_summed(one, when, sentence, place), when, sentence)


def _since_last_year(one: Statement, when: Period, sentence: str) -> Statement:
    """A change since the year before is that of one year: 比2008年增长10% of 2009."""
    base = _BASE_YEAR.findall(sentence, one.name[1], one.value[0]) if one.basis == "total" else []
    return one._replace(basis="year") if base and when.of_year == int(base[-1]) + 1 else one


def of_plan(one: Statement, when: Period) -> Statement:
    """A saving in a plan is that of all its years: 今后五年单位GDP能耗下降13%."""
    is_saving = one.basis == "year" and one.relation == "decline" and one.indicator in PER_UNIT
    return one._replace(basis="total") if is_saving and when.role == "plan" else one


def _summed(one: Statement, when: Period, sentence: str, place: Place) -> Statement:
    """New jobs are the sum of the years that the text before names, and may be that if only a heading names them."""
    of_jobs = when.role == "outcome" and one.basis == "year" and one.indicator in _JOBS
    if not of_jobs or _ONE_YEAR.search(sentence):
        return one
    near = list(_SPAN.finditer(place.before))[-1:]
    many = any(_YEARS_PAST.fullmatch(span[0]) for span in near)
    if near and place.before.startswith((",", "累计"), near[0].end()):  # 五年来, …。城镇新增就业20万人
        return one._replace(basis="total") if many else one
    return one._replace(certain=False) if many or any(map(_names_years, place.headings)) else one


def _expected(one: Statement, when: Period, sentence: str) -> Statement:
    """An outcome that the report only expects: 预计 stands before it in the sentence."""
    is_expected = when.role == "outcome" and one.low is not None and _EXPECTED.search(sentence, 0, one.value[0])
    return one._replace(wording=EXPECTED) if is_expected else one
