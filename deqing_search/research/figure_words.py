"""A figure in Chinese words, for people: 增长 5% 左右, 1.25 万亿元, 与……同步."""

from __future__ import annotations

from deqing_search.language.quantities import format_value
from deqing_search.messages import Message, gettext_noop
from deqing_search.research.figures import Figure
from deqing_search.research.pledges import Pledge

ROLES = {
    "target": gettext_noop("年度目标"),
    "plan": gettext_noop("多年目标"),
    "outcome": gettext_noop("结果"),
    "absent": gettext_noop("未设目标"),
}
_NOT_FOUND = gettext_noop("未识别到目标，请看原文")
VERDICTS = {
    "met": gettext_noop("达到"),
    "near": gettext_noop("接近"),
    "missed": gettext_noop("未达到"),
    "unclear": gettext_noop("仅凭字面无法判断"),
    "different": gettext_noop("口径或形式不同，不作比较"),
    "contradictory": gettext_noop("前后数值不一致，不作判断"),
    "unsure": gettext_noop("不确定，不作判断"),
    "outcome not told": gettext_noop("不详"),
    "report not held": gettext_noop("没有收录下一年报告"),
}
CHANGES = {"growth": "增长", "decline": "下降", "level": "", "": ""}
_BASIS = {"average": "年均", "total": "累计", "year": ""}
_AFTER = {"about": "左右", "at least": "以上", "at most": "以内", "exactly": "", "": ""}


def role_in_words(figure: Figure) -> str:
    """The role of a figure. 未设目标 only where the report says so: a target that was not found may be there."""
    return _NOT_FOUND if figure.role == "absent" and not figure.certain else ROLES[figure.role]


def value_in_words(figure: Figure) -> str:
    """The value as a report would write it; "" if there is none.

    >>> said = Figure("", 2024, "", "", "", "", "target", "growth", 5, 5.5, "%", "about", "year", "", 2024, (), True)
    >>> value_in_words(said)
    '增长5%—5.5%左右'
    """
    if figure.low is None or figure.high is None:
        return figure.wording
    ends = [format_value(end, figure.unit) for end in dict.fromkeys((figure.low, figure.high))]
    return f"{figure.wording}{_BASIS[figure.basis]}{CHANGES[figure.relation]}{'—'.join(ends)}{_AFTER[figure.bound]}"


def difference_in_words(pledge: Pledge) -> str:
    """The outcome less the target; changes and rates differ by percentage points. "" if nothing is compared."""
    if pledge.difference is None:
        return ""
    unit = pledge.targets[0].unit
    if unit == "%":
        return f"{pledge.difference:+.4g}个百分点" if pledge.difference else "0"
    sign = "-" if pledge.difference < 0 else "+" if pledge.difference else ""
    return sign + format_value(abs(pledge.difference), unit)


def notes_in_words(pledge: Pledge) -> list[Message]:
    """What to know of a pledge besides its verdict: another name then, another area, a target that was changed."""
    notes = list(pledge.area_changes)
    if pledge.names_then:
        notes.insert(0, Message("当时的名称：{names}", names=" → ".join(pledge.names_then)))
    if pledge.difference is not None and pledge.outcomes[0].is_expected:
        notes.append(Message("结果为预计数"))
    if pledge.is_adjusted:
        notes.append(Message("报告称目标在年中调整过"))
    return notes
