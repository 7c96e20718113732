"""A query in plain Chinese, so that a person sees how it was read. Wording only; the tree belongs to `query`."""

from __future__ import annotations

from deqing_search.quantities import said
from deqing_search.query import And, Filter, Literal, Near, Node, Not, Or, Query, Within, Words

_WITHIN = {"sentence": "同一句", "passage": "同一段", "report": "同一篇报告"}
_FILTER = {"kind": "报告类型为", "place": "地区含", "title": "报告标题含", "section": "章节标题含", "report": "报告为"}


def echo(query: Query) -> str:
    """What is looked for, as a sentence; of a query without a tree, why there is none.

    >>> from deqing_search.query import parse
    >>> echo(parse("地理信息 -规划 年:2016..2024"))
    '查找含“地理信息”且不含“规划”且年份为2016至2024的段落'
    """
    if query.root is None:
        return "；".join(diagnostic.message for diagnostic in query.diagnostics if diagnostic.severity == "error")
    return f"查找{_said(query.root)}的段落"


def _said(node: Node) -> str:
    match node:
        case Literal():
            return f"含“{node.text}”"
        case Words():
            return f"含{'、'.join(f'“{term}”' for term in node.terms)}之一"
        case Filter():
            return _filter(node)
        case Not(child=Literal() as literal):
            return f"不含“{literal.text}”"
        case Not():
            return f"不符合（{_said(node.child)}）"
        case Near():
            return f"含“{node.left.text}”与“{node.right.text}”（相隔不超过{node.distance}个字）"
        case Within():
            return f"{_WITHIN[node.unit]}中{_part(node.child)}"
        case And():
            return "且".join(map(_part, node.children))
        case Or():
            return "或".join(map(_part, node.children))


def _part(node: Node) -> str:
    """A part of a larger condition: set apart where 且 and 或 would run together."""
    return f"（{_said(node)}）" if isinstance(node, And | Or) else _said(node)


def _filter(node: Filter) -> str:
    if node.field == "value":
        return "有" + _between(node, "的数值", "", "不大于", "不小于")
    if node.field != "year":
        return f"{_FILTER[node.field]}“{node.value}”"
    return _between(node, "", "年份为", "年份不晚于", "年份不早于")


def _between(node: Filter, noun: str, is_: str, at_most: str, at_least: str) -> str:
    """A range in words, of years or of values with their unit."""
    low, high = (None if end is None else said(end, node.value) for end in (node.low, node.high))
    if low == high:
        return f"{is_}{low}{noun}"
    if low is None:
        return f"{at_most}{high}{noun}"
    return f"{at_least}{low}{noun}" if high is None else f"{is_}{low}至{high}{noun}"
