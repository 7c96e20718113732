"""Which year a report is for, out of its title, the day of the meeting, its headings and the name of its file.

A title is now and then mistyped and a file misnamed, so what two of them say outweighs one; see `year_of`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from deqing_search.structure.consistency import plan_start
from deqing_search.structure.dates import first_of_range, in_digits, years_in
from deqing_search.structure.kinds import WORK_REPORT

_LATE: Final = 9  # from this month on a session can be about the next year
_PLAN = re.compile(
    r"(?:[“\"]?(十?[一二三四五六七八九]|十)五[”\"]?(?=规划|计划|时期|[^，。]{0,12}(?:规划|计划|纲要))|第(十?[一二三四五六七八九]|十)个五年)"
)
_AHEAD = re.compile(r"(?:工作)?.{0,14}(?:安排|任务|目标|重点|要求|部署|打算|思路|措施|建议|工作|预期)")
_BACK = re.compile(r"回顾|总结|完成|情况|成就|成绩|以来")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
_STOP = re.compile("[。；！？]")
_MARKS = " \t　*#：:"
_FAR = 24  # characters before the year
_LONGEST = 60  # characters of a heading with a year
_DRAFT = ("计划", "预算", "决算")  # in whose titles the later of two years is that of the session


class Evidence(NamedTuple):
    """What speaks for a year; None where it is silent."""

    title: int | None
    date: str
    headings: int | None
    path: int | None


def year_of(evidence: Evidence, kind: str) -> int | None:
    """The year a report is for. Of a title and a day that contradict each other, the one that another witness backs.

    >>> year_of(Evidence(2023, "2022-12-29", None, None), "政府工作报告")
    2023
    >>> year_of(Evidence(2009, "2023-01-12", 2023, None), "政府工作报告")
    2023
    """
    title, date, headings, path = evidence
    if kind != WORK_REPORT:
        return title or (int(date[:4]) if date else None) or path
    held = _session_year(date, headings)
    if title and held and title not in _possible(date):
        return title if title in (headings, path) and held not in (headings, path) else held
    return title or held or path or headings


def _possible(date: str) -> tuple[int, ...]:
    year, month = int(date[:4]), int(date[5:7])
    return (year, year + 1) if month >= _LATE else (year,)


def _session_year(date: str, headings: int | None) -> int | None:
    """A government reports in December on the year that ends, to the session that opens the next: that year counts."""
    if not date:
        return None
    year, month = int(date[:4]), int(date[5:7])
    return year + 1 if month == 12 or (month >= _LATE and headings == year + 1) else year


def year_in_title(title: str, kind: str) -> int | None:
    """The year that a title names: of a plan its first, of plans and budgets of a year that of the session.

    >>> year_in_title("国民经济和社会发展第十四个五年规划和2035年远景目标纲要", "规划")
    2021
    >>> year_in_title("关于2023年预算执行情况和2024年预算草案的报告", "预算")
    2024
    """
    title = in_digits(title)
    years = years_in(title)
    if kind != WORK_REPORT and (first := first_of_range(title)):
        return first
    if kind not in (WORK_REPORT, "公报", *_DRAFT[1:]) and (plan := _PLAN.search(title)):
        return plan_start(plan[1] or plan[2])
    return (max(years) if kind in _DRAFT else years[0]) if years else None


def year_in_headings(text: str) -> int | None:
    """The year whose work the headings set out, or the one after the year that they look back on.

    >>> year_in_headings("一、2003年工作的回顾\\n。\\n二、2004年政府工作的总体要求和主要目标\\n")
    2004
    >>> year_in_headings("一、2009年工作回顾\\n"), year_in_headings("一、1996年的政府工作和1997年的奋斗目标\\n")
    (2010, 1997)
    """
    ahead, back = set[int](), set[int]()
    for line in text.split("\n"):
        if len(line) <= _LONGEST and "年" in line and not _STOP.search(line):
            before, *years = _YEAR.split(line.strip(_MARKS))
            for year, rest in zip(years[::2], years[1::2], strict=True):
                if _BACK.search(rest) or _BACK.search(before.replace("完成", "")):
                    back.add(int(year))
                elif len(before) <= _FAR and len(rest) > 1 and _AHEAD.search(rest):
                    ahead.add(int(year))
                before = ""
    if ahead:
        return max(ahead)
    return max(back) + 1 if back else None
