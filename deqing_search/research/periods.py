"""Whether a value is an aim or a result, and its year: from its sentence, the text before it, and the headings.

The nearest words decide: those in the sentence before the value, then those before the sentence in its passage, then
the headings. If they contradict each other or are missing, the answer is marked as uncertain. All texts are compact.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from deqing_search.language.folding import compact_text

Role = Literal["target", "plan", "outcome", "absent"]
Part = Literal["review", "aims", ""]


class Place(NamedTuple):
    """Where a sentence stands: the year of the report, its headings from the outermost, the passage before it.

    `month`: in which the report was given; 0 if it is not known.
    """

    year: int | None
    headings: tuple[str, ...] = ()
    before: str = ""
    month: int = 0


class Period(NamedTuple):
    """The role and the year of a value; None if nothing states it. `plan`: for several years."""

    role: Role
    of_year: int | None
    certain: bool


_REVIEW = re.compile(
    "回顾|回首|回眸|过去[的一五四三六]|取得|成就|成绩|总结|完成情况|基本情况|工作情况|五年来|年来|本届政府|圆满完成|过去|成效(?:显[著着]|明显)|开局之年"
)
_AIMS = re.compile(
    "目标|任务|安排|打算|部署|展望|思路|建议|意见|重点|要求|主要工作|今后|未来|构想|努力方向|谱写|冲刺|规划|发展暨|新形势|下一步"
)
_AIM = re.compile(
    "(?:预期|奋斗|调控|约束|发展|主要|总体|具体|增长|工作|建议|经济)性?\\w{0,6}(?:目标|指标)(?!任务)\\w{0,4}[是为定:]"
    "|目标(?:任务)?(?:建议)?(?:是|为|:)|预期性?(?:目标|指标)(?!任务|要求)(?=[,:])|建议\\w{0,20}目标"
)
# Words that say of an aim that it is met, missed or exceeded set no aim: 完成预期目标, 高于目标.
_MET = re.compile("(?:完成|超额|超过|低于|高于|好于)了?[^,;:]{0,12}目标|(?:实现|达到)了?[^,;:]{0,12}目标(?![是为:])")
_MET_ALL = re.compile("完成了[^,;。]{0,30}(?:目标|任务)")  # after the value: it is one of the aims that were met
_STRIVE = re.compile("力争|争取|确保|计划|安排|要|目标|预期")
_DONE = re.compile("完成了|实现了|达到了|同比|比上年|较上年|预计|初步核算|快报|去年|截至|已|全年共?(?:完成|实现)")
_REACHED = re.compile("预计|完成了|实现了|同比|未[达完实]|已(?:达|超|突破|完成|实现)")
_PART_OF_YEAR = re.compile(
    "[一二三四]季度|上半年|下半年|前[三一二四0-9]+个?(?:季度|月)|[0-9]{1,2}-[0-9]{1,2}月|月份|今年以来"
)
_LAST_MONTHS = {"一季度": 3, "上半年": 6}
_NUMBER = {name: at for at, name in enumerate(["九五", "十五", "十一五", "十二五", "十三五", "十四五", "十五五"])}
_PLAN = re.compile('(?<![二三四六七八九十])(九五|十[一二三四五]?五)(?=["规时期计末,、和以发的暨])')
_PLAN_TIME = re.compile('(?<![二三四六七八九十])(九五|十[一二三四五]?五)"?(?=时期|期间|期?末|主要|发展)')
# Prices of 1990 are no result of 1990, and a year before a bracket ends the name of a plan: (2021-2035年).
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})年(?!不变价|可比价|价格|\\))")
_LONG_PLAN = re.compile("第(九|十[一二三四五]?)个五年")
_COMPARED = re.compile('(?:比|较|由|从|与|是|相当于|自|在|按|以)"?$')
_COMPARED_YEAR = re.compile("[与比较由从]((?:19|20)[0-9]{2})年")
_SINCE = re.compile("[与比较]((?:19|20)[0-9]{2})年相比")
_MANY = re.compile("(?:今后|未来|下一个?)(?:的)?[五5三四3]年|五年后|本届政府|五年的?(?:奋斗|发展)?(?:目标|主要)")
# The first year of a plan: "十五五"开局之年.
_BEGINS = re.compile('"?(?:规划|计划)?的?(?:良好|精彩|完美)?(?:开局|起步|开篇|开端|开好)')
_ON_PLAN = re.compile("纲要[^,]*说明")
_YEARS_BACK = re.compile("(?<![比于较])(?:过去|这|近|(?<!提)前)[五5四4]年|[五5四4]年来")
_THIS = re.compile("今年|本年|全年|当年")
_LAST = re.compile("(?<![比较同])(?:去年|上年)(?!同期|以?来|[的]?(?:基础|水平))")


def period(sentence: str, at: int, place: Place, *, average: bool = False) -> Period:
    """The role and the year of the value at `at` of a sentence; `average`: it is a mean of several years.

    >>> period("今年的主要预期目标是:生产总值增长5%", 18, Place(2024))
    Period(role='target', of_year=2024, certain=True)
    >>> period("生产总值增长5%", 6, Place(2024, ("一、2023年工作回顾",)))
    Period(role='outcome', of_year=2023, certain=True)
    """
    said = sentence[:at]
    part = part_of(place.headings, place.year)
    aim, certain = _is_aim(said, sentence, part, place)
    of_part = _PART_OF_YEAR.search(said, _clause(said))
    if of_part and "全年" not in said[of_part.end() :]:
        certain = False
    if aim:
        return _aimed(said, place, certain, average)
    year, known = _reached(said, place)
    if of_part and _is_over(of_part[0], place) and not _LAST.search(said) and _named_year(said) is None:
        year = place.year
    return Period("outcome", year, certain and known)


def _is_over(part: str, place: Place) -> bool:
    """Whether a part of a year was over when the report was given: 一季度 in a report of May is of its own year."""
    return place.month > _LAST_MONTHS.get(part, 12)


def start_of(sentence: str, at: int, place: Place) -> Period | None:
    """The period of a value that a change starts from, if no year stands beside it; None if the year is open.

    The words before it name the year that is compared with, or those words or the headings a plan that has ended.

    >>> start_of('"十五"期间,收入由4030元增加到6230元', 10, Place(2006))
    Period(role='outcome', of_year=2000, certain=True)
    """
    compared = _COMPARED_YEAR.findall(sentence[:at]) or _SINCE.findall(place.before[-200:])
    if compared:
        return Period("outcome", int(compared[-1]), certain=True)
    for text in (sentence[:at], *reversed(place.headings)):
        ends = _ends(text)
        if ends:
            has_one = len(ends) == 1 and place.year == max(ends) + 1 and not _YEAR.search(text)
            return Period("outcome", max(ends) - 5, certain=True) if has_one else None
    return None


@lru_cache(4096)
def compact_headings(section: tuple[str, ...]) -> tuple[str, ...]:
    """The headings of a section, compact, the names of plans short. Remembered: many passages are below the same ones.

    >>> compact_headings(("关于第十四个五年规划的说明",))
    ('关于十四五规划的说明',)
    """
    return tuple(_LONG_PLAN.sub(r"\1五", compact_text(heading)) for heading in section)


@lru_cache(4096)
def part_of(headings: tuple[str, ...], year: int | None) -> Part:
    """The part of the report that the headings name. The outermost heading that names one decides."""
    for heading in headings:
        if _ON_PLAN.search(heading) and heading is not headings[-1]:
            continue  # it looks back and ahead, and a heading below says which
        if year is not None and (named := _part_by_year(heading, year)):
            return named
        review, aims = bool(_REVIEW.search(heading)), bool(_AIMS.search(heading))
        if review != aims:
            return "review" if review else "aims"
        if review or "报告" in heading or year is None:
            continue
        if _has_year(heading, year) or "今年" in heading or "今后" in heading:
            return "aims"
    return "aims" if any(map(_ON_PLAN.search, headings)) else ""


def _part_by_year(heading: str, year: int) -> Part:
    """The part of a heading that names last year and not this one, or a plan that has ended or begins."""
    if f"{year}年" in heading or "今后" in heading or "未来" in heading or "报告" in heading:
        return ""
    if _has_year(heading, year - 1):
        return "review"
    ends = _ends(heading)
    if not ends:
        return ""
    if max(ends) < year:
        return "review"
    return "aims" if min(ends) > year and not _REVIEW.search(heading) else ""


def _end(plan: re.Match[str]) -> int:
    """The last year of a plan that is named: 2025 for 十四五."""
    return 2000 + 5 * _NUMBER[plan[1]]


def _ends(text: str) -> set[int]:
    """The last years of the plans that a text names."""
    return {_end(found) for found in _PLAN.finditer(text)}


def _has_year(heading: str, year: int) -> bool:
    """Whether a heading names a year, and not a day of it, as 2024年1月12日在……会议上 does."""
    return bool(re.search(f"{year}年(?![0-9]{{1,2}}月)", heading))


def _clause(said: str) -> int:
    return max(said.rfind(sign) for sign in ";。") + 1


def _is_aim(said: str, sentence: str, part: Part, place: Place) -> tuple[bool, bool]:
    """Whether the value is an aim, and whether that is certain."""
    if _names_aim(said):
        return True, True
    if _MET_ALL.search(sentence, len(said)):
        return False, part != "aims"
    if part == "review":
        return _names_aim(place.before[-120:]) and not _DONE.search(said), not _names_aim(place.before[-120:])
    past = _past_year(said, place.year) or bool(_YEARS_BACK.search(said))
    if part == "aims":
        past = past or bool(_YEARS_BACK.search(place.before[-120:]) and not _names_aim(place.before[-120:]))
        return not past, bool(past) or not _REACHED.search(said, _clause(said))
    if _names_aim(place.before[-200:]) and not past:
        return True, True
    firm = bool(re.search("(?:力争|争取|确保)(?!了)[^;。]*$", said))  # 力争全年完成120亿元 is not done
    if past or (_DONE.search(said) and not firm):
        return False, not _STRIVE.search(said)
    return bool(_STRIVE.search(said)), firm


def _names_aim(text: str) -> bool:
    return "标" in text and bool(_AIM.search(_MET.sub("", text)))  # looking for 标 first is ten times as fast


def _past_year(said: str, year: int | None) -> bool:
    """Whether the words before a value name a year before that of the report."""
    if _LAST.search(said):
        return True
    named = _named_year(said)
    if named and year and named >= year:
        return False
    plans = [
        one for one in _PLAN_TIME.finditer(said) if not _COMPARED.search(said[max(one.start() - 3, 0) : one.start()])
    ]
    ended = bool(plans and year and _end(plans[-1]) < year)
    return bool(named and year) or ended


def _named_year(said: str) -> int | None:
    """The last year that is named and not only compared with."""
    found = [one for one in _YEAR.finditer(said) if not _COMPARED.search(said[max(one.start() - 4, 0) : one.start()])]
    return int(found[-1][1]) if found else None


def _aimed(said: str, place: Place, certain: bool, average: bool) -> Period:
    of_year, many = _last_span(said, place.year)
    if many is not None and not (average and not many):
        of_year = of_year or _end_of_plan(place)
        return Period("plan" if many or average else "target", of_year, certain)
    near_year, near = _last_span(place.before[-100:], place.year)
    for heading in reversed(place.headings):
        of_year, many = _last_span(heading, place.year)
        if many and near:
            of_year = _end_of_plan(place)  # the text before names another end: 到2020年
        if many and near is False and not average and "增长" in said:  # 今后五年 above, 今年 in the text before
            return Period("target", near_year, certain)
        mixed = _names_years(heading, said, place.year) and f"{place.year}年" in heading
        if many is not None:
            if mixed:
                return _in_mixed(said, place, certain, average)
            return Period("plan" if many or average else "target", of_year, certain)
    if average:
        return Period("plan", None, certain)
    return Period("target", place.year, certain and place.year is not None)


def _names_years(heading: str, said: str, year: int | None) -> bool:
    """Whether a heading names several years. A plan that begins, 实现"十一五"规划的良好开端, is none above an aim."""
    plans = list(_PLAN.finditer(heading))
    begin = all(year == _end(found) - 4 and _BEGINS.match(heading, found.end()) for found in plans)
    return bool(_MANY.search(heading) or (plans and not (begin and _names_aim(said))))


def _end_of_plan(place: Place) -> int | None:
    """The last year of the plan that a heading names and that begins now: 今后五年 in a report of 2026 ends with it."""
    ends = (end for heading in place.headings for end in _ends(heading))
    return next((end for end in ends if place.year == end - 4), None)


def _in_mixed(said: str, place: Place, certain: bool, average: bool) -> Period:
    """Below a heading that names this year and several years, the passage before the sentence decides.

    If it says nothing, a list of aims with a growth that is no mean of years is for this year.
    """
    of_year, many = _last_span(place.before[-300:], place.year)
    if many is None and not average and _names_aim(said) and "增长" in said and "年均" not in said:
        return Period("target", place.year, certain)
    if many is None or (average and not many):
        return Period("plan" if average else "target", None if average else place.year, certain and average)
    return Period("plan" if many or average else "target", of_year, certain)


def _end_of_years(many: re.Match[str], year: int | None) -> int | None:
    """The last of the years that 今后五年 begins with the year of the report; None if the words do not count five."""
    return year + 4 if year and re.fullmatch("(?:今后|未来)的?[五5]年", many[0]) else None


def _last_span(text: str, year: int | None) -> tuple[int | None, bool | None]:
    """The last time that a text names: the year it ends with and whether it is several years; (None, None) for none."""
    spans: list[tuple[int, int | None, bool]] = []
    for found in _YEAR.finditer(text):
        if year is not None and int(found[1]) >= year and not _COMPARED.search(text[: found.start()]):
            spans.append((found.start(), int(found[1]), int(found[1]) > year))
    for found in (_PLAN_TIME if len(text) > 60 or "," in text else _PLAN).finditer(text):
        end = _end(found)
        if year == end - 4 and _BEGINS.match(text, found.end()):
            spans.append((found.start(), year, False))
        elif year is None or end >= year:
            spans.append((found.start(), end, True))
    spans += [(found.start(), _end_of_years(found, year), True) for found in _MANY.finditer(text)]
    spans += [(found.start(), year, False) for found in _THIS.finditer(text)]
    if not spans:
        return None, None
    _, of_year, many = max(spans)
    return of_year, many


def _reached(said: str, place: Place) -> tuple[int | None, bool]:
    """The year of a result, and whether that is certain."""
    if place.year is None:
        return _named_year(said), _named_year(said) is not None
    opening = re.match("[^,;:。]*", said)
    for text in (said[_clause(said) :], opening[0] if opening else ""):
        named = _named_year(text)
        plan = [
            found
            for found in _PLAN.finditer(text)
            if not _COMPARED.search(text[max(found.start() - 3, 0) : found.start()])
        ]
        if named is not None:
            return (named, True) if named < place.year else (named, named == place.year and "今年" in said)
        if plan:
            end = _end(plan[-1])
            return (end, True) if end < place.year else (place.year - 1, True)
    return place.year - 1, True
