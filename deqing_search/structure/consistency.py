"""Whether a report agrees with itself and a collection is whole: contradictions of year, gaps, unknown years.

Each finding quotes the words that show it; nothing is corrected here. What a report says of itself is read by
`metadata`; here the text is compared with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from deqing_search.language.folding import compact_text
from deqing_search.report import Passage, Report
from deqing_search.structure.kinds import WORK_REPORT
from deqing_search.text.acts import body_of
from deqing_search.text.place_history import unit_of
from deqing_search.text.place_names import with_last_unit

Problem = Literal[
    "year-contradicts-text", "titles-differ", "title-of-act", "no-year", "placeholder-year", "missing-years"
]

_ORDINALS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)}
# The 13th five-year plan began in 2016, each begins five years after the one before.
_PLAN = re.compile(
    r"(?P<year>今年|(?:19|20)(?:\d\d|[xX×*＊]{2})\s*年)[^。；！？]{0,24}?[“\"]?(?P<plan>十?[一二三四五六七八九]|十)五(?![大届次])[”\"]?"
    r"[^。；！？，“”]{0,10}(?P<place>开局|起步|第一|中期|第三|收官|最后|完成)(?:之)?(?:一)?年"
)
_WITHIN = {"开局": 0, "起步": 0, "第一": 0, "中期": 2, "第三": 2, "收官": 4, "最后": 4, "完成": 4}
_CALLED = {"第一": "第一年", "中期": "中期", "第三": "第三年", "最后": "最后一年"}  # the others are called 开局之年 …
_TITLE_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")
_TITLED = re.compile("工作报告|规划|纲要|计划|公报")
_HEAD = 4  # passages in which a text names its own title


class Finding(NamedTuple):
    """What is wrong with a report (or a place), in Chinese, and the words that show it."""

    report: str
    problem: Problem
    message: str
    evidence: str = ""
    lines: tuple[int, int] = (0, 0)


def findings(reports: Iterable[Report]) -> Iterator[Finding]:
    """All findings in each report, then the gaps in the years of each place."""
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for report in reports:
        yield from of_report(report)
        if report.meta.year and report.meta.place:
            years[_place_today(report.meta.place, report.meta.year), report.meta.kind].add(report.meta.year)
    for (place, kind), known in sorted(years.items()):
        gaps = sorted(set(range(min(known), max(known))) - known)
        if gaps:
            message = f"{place}的{kind or '报告'}缺 {'、'.join(map(str, gaps))} 年（已有 {min(known)}–{max(known)} 年）"
            yield Finding("", "missing-years", message)


def _place_today(place: str, year: int) -> str:
    """The place with the name of today, so that a year under its former name is not missing."""
    unit = unit_of(compact_text(place), year)
    return with_last_unit(place, unit.name) if unit else place


def of_report(report: Report) -> Iterator[Finding]:
    """What in the text of a report speaks against its title, year or date."""
    year = report.meta.year
    if year is None:
        yield Finding(report.id, "no-year", "不知道是哪一年的报告：题名、目录和正文开头都没有写")
    if report.meta.kind == WORK_REPORT and body_of(report.meta.title):
        message = "题名是决议或意见，正文是政府工作报告，没有找到报告自己的题名：引用前请核对，或在目录里写明题名"
        yield Finding(report.id, "title-of-act", message, report.meta.title)
    named_years = {year} if year else set()
    for passage in report.passages[:_HEAD]:
        named = _TITLE_YEAR.match(passage.text) if passage.kind == "heading" else None
        if not named or not _TITLED.search(passage.text):
            continue
        named_years.add(int(named[1]))
        if year and int(named[1]) != year:
            message = f"正文题名写的是 {named[1]} 年，目录或题名的年份是 {year} 年"
            yield Finding(report.id, "titles-differ", message, passage.text[:60], passage.lines)
    for passage in report.passages:
        yield from _of_passage(report.id, passage, named_years)


def _of_passage(report: str, passage: Passage, years: set[int]) -> Iterator[Finding]:
    for said in _PLAN.finditer(passage.text):
        meant = plan_start(said["plan"]) + _WITHIN[said["place"]]
        stated = said["year"][:4] if said["year"][:4].isdigit() else ""
        wrong = ({int(stated)} if stated else years) - {meant}
        if wrong:
            called = f"“{said['plan']}五”的{_CALLED.get(said['place'], said['place'] + '之年')}（{meant} 年）"
            against = "" if stated else f"，与报告年份 {'、'.join(map(str, sorted(wrong)))} 年不符"
            message = f"文中说{f' {stated} 年' if stated else '今年'}是{called}{against}"
            yield Finding(report, "year-contradicts-text", message, said[0], passage.lines)
    if re.search(r"20[xX×*＊]{2}年", passage.text):
        message = "原文的年份是占位符，未作填补"
        yield Finding(report, "placeholder-year", message, passage.text[:40], passage.lines)


def plan_start(plan: str) -> int:
    """The first year of a five-year plan by its ordinal. Three years passed between the second and the third.

    >>> [plan_start(plan) for plan in ("一", "二", "三", "六", "十", "十三", "十四")]
    [1953, 1958, 1966, 1981, 2001, 2016, 2021]
    """
    ordinal = (10 if plan.startswith("十") else 0) + _ORDINALS.get(plan.removeprefix("十") or "", 0)
    return 1953 + 5 * (ordinal - 1) if ordinal < 3 else 1966 + 5 * (ordinal - 3)
