"""The parts of a work report, recognized by the headings above a passage: 回顾, 目标, 工作安排, 政府自身建设, 名词解释.

A part is a condition on headings and nothing more. A passage whose heading names two parts is in both; a passage whose
headings name none is in none: one in eight of the passages of 117 reports of five cities.
"""

from __future__ import annotations

from functools import cache

from deqing_search.messages import gettext_noop
from deqing_search.query.tree import NOT_TYPED, Filter, Node, Or

# Words of headings, from reports of thirty years and many places.
PARTS: dict[str, tuple[str, ...]] = {
    gettext_noop("回顾"): ("回顾", "过去", "取得", "成就", "成绩", "完成情况", "基本情况", "五年来"),
    gettext_noop("目标"): ("目标", "总体要求", "指导思想", "总体思路", "基本思路", "主要思路", "总体部署", "预期"),
    gettext_noop("工作安排"): (
        "工作安排",
        "主要安排",
        "工作部署",
        "重点",
        "主要工作",
        "任务",
        "工作思路",
        "举措",
        "今年工作",
    ),
    gettext_noop("政府自身建设"): (
        "自身建设",
        "政府建设",
        "政府自身",
        "政府改革建设",
        "政府治理",
        "政府作风",
        "现代政府",
        "人民满意",
    ),
    gettext_noop("名词解释"): ("名词解释", "名词注释", "名词说明", "注释"),
}
FORMER_NAMES = {"部署": "工作安排", "自身建设": "政府自身建设"}  # of version 0.1, in bookmarked addresses


@cache
def headings_of(part: str) -> Node:
    """The condition that some heading above a passage names `part`, one of `PARTS`.

    >>> [condition.value for condition in headings_of("名词解释").children]
    ['名词解释', '名词注释', '名词说明', '注释']
    """
    return Or(tuple(Filter("section", NOT_TYPED, value=word) for word in PARTS[part]))
