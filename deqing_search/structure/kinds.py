"""What kind of report a title names, and which line of a text is its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from deqing_search.structure.dates import DAY, in_digits
from deqing_search.text.lines import is_heading, numbering

WORK_REPORT: Final = "政府工作报告"
_LAST = ("公报", "决议", "决定", "意见")  # a title that ends in one is one, whatever it is about
_ANYWHERE = ("规划", "纲要", "预算", "决算", "计划", "公报")
KINDS: Final = (WORK_REPORT, *_ANYWHERE, *_LAST[1:], "通知")
_WORK_REPORT = re.compile(
    r"政府工作的?报告|(?:人民)?(?:政府|委员会)(?:(?:19|20)\d\d年度?)?(?:政府)?工作的?报告|国务院(?:(?:19|20)\d\d年)?工作报告"
)
_ABOUT_IT = re.compile(
    r"[》”]?(?:的决议|的决定|(?:重点|主要|目标)?(?:工作|任务|目标)|责任|分工|落实|解读|辅导|起草|征求|中的?)"
)
_HEARS_IT = re.compile(
    r"(?:作|听取|审议|讨论|解读|落实|聚焦|学习|贯彻|关于印发|关注|看|读懂)(?:了|的)?(?:《|.{0,8}(?=$))?$"
)
_DELIVERS = re.compile(
    r"我(?:谨|受托)?代表[^。]{0,20}(?:政府|国务院|委员会)[，,]?\s*(?:[^。]{0,6}向[^。]{0,16}(?:大会|会议|代表)|作)[^。]{0,40}(?:报告|工作)"
)
_CARRIES: Final = ("", "决议", "决定", "通知")  # kinds of pages that can hold a work report below their title
_ASIDE = r"[（(](?:[^（()）]*\d{4}[^（()）]*)[)）]"  # a date or year in brackets, and who spoke
_GENERIC = re.compile(
    r"《?(?:(?P<year>(?:19|20)\d\d)年(?:度)?)?《?政府工作报告》?(?:[（(](?P<bracket>(?:19|20)\d\d)年?[)）])?"
)
_LONGEST = 45  # characters of a title on one line
_EMPTY = re.compile(r"(?:19|20)\d\d年?|全文|正文|首页|报告")


def kind_of(title: str) -> str:
    """The kind that a title names; "" where it names none.

    >>> kind_of("湖北省人民政府2002年工作报告"), kind_of("关于政府工作报告的决议"), kind_of("2024年财政预算报告")
    ('政府工作报告', '决议', '预算')
    """
    title = "".join(title.split())
    found = _WORK_REPORT.search(title)
    if found and not _ABOUT_IT.match(title, found.end()) and not _HEARS_IT.search(title[: found.start()]):
        return WORK_REPORT
    last = re.sub(r"[（(\[][^（()）\]]*[)）\]]$", "", title)[-2:]
    named = next((kind for kind in _ANYWHERE if kind in title), "")
    return last if last in _LAST else named or (last if last in KINDS else "")


def title_line(head: Sequence[str]) -> str:
    """The first line that names a kind of report; else the first line, if it stands over the text."""
    named = (line for line in head if is_title(bare(line)))
    over = head[0] if head and is_heading(head[0]) and numbering(head[0]) is None else ""
    return next(named, over)


def is_title(line: str) -> bool:
    """It names a kind and stands over a text; or it is longer, and ends with the kind."""
    kind = kind_of(line)
    return bool(kind) and (is_heading(line) or (len(line) <= _LONGEST and line.endswith(kind) and "，" not in line))


def says_nothing(title: str) -> bool:
    """The title is a year or a word of the page, and the text may have a better one."""
    return not title or _EMPTY.fullmatch(title) is not None


def kind_delivered(titled: str, head: Sequence[str]) -> str:
    """The kind of the title, unless the page only carries a report that somebody delivers in it."""
    return WORK_REPORT if titled in _CARRIES and any(map(is_delivery, head)) else titled


def is_delivery(line: str) -> bool:
    """Somebody delivers a government's work report: 我代表市人民政府向大会报告工作."""
    return _DELIVERS.search(line) is not None


def bare(title: str) -> str:
    """The title without date and name in brackets before or after it, and once where the page printed it twice.

    >>> bare("南京市政府工作报告 （2015年1月18日 缪瑞林）"), bare("2 0 1 6  年报告2016年报告")
    ('南京市政府工作报告', '2016年报告')
    """
    shown = in_digits(re.sub(rf"^\s*{_ASIDE}|{_ASIDE}\s*$", "", title)).strip()
    shown = re.sub(rf"\s*[—―─－–-]{{1,2}}\s*{DAY}.*$", "", shown)
    half = shown[: len(shown) // 2]
    return half if half and half * 2 == shown else shown


def completed(title: str, place: str, year: int | None) -> str:
    """A title that is 政府工作报告 alone, with place and year.

    >>> completed("政府工作报告", "德清县", 2024), completed("2008年《政府工作报告》", "贵州省", 2008)
    ('2024年德清县政府工作报告', '2008年贵州省政府工作报告')
    >>> completed("德清县政府工作报告", "德清县", 2024)
    '德清县政府工作报告'
    """
    found = _GENERIC.fullmatch("".join(title.split()))
    if not found or not place:
        return title
    said = found["year"] or found["bracket"] or year
    return f"{said}年{_of(place)}{WORK_REPORT}" if said else f"{_of(place)}{WORK_REPORT}"


def _of(place: str) -> str:
    return "国务院" if place == "全国" else place
