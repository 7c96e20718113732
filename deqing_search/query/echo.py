"""Says a query as a sentence in Chinese or English, so that a person sees how it was read.

Literals stay as they were typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal as OneOf

from deqing_search.language.quantities import format_value
from deqing_search.query.tree import (
    NOT_TYPED,
    And,
    Filter,
    Literal,
    Near,
    Node,
    Not,
    Or,
    PlaceNames,
    Query,
    Within,
    Words,
    all_of,
    leaves,
)

Language = OneOf["zh", "en"]
_PHRASES: dict[Language, Mapping[str, str]] = {
    "zh": {
        "query": "查找{0}的段落",
        "query in report": "在{0}里查找{1}的段落",
        "query in reports": "在{0}的报告里查找{1}的段落",
        "group": "（{0}）",
        "and": "{0}且{1}",
        "or": "{0}或{1}",
        "not": "不符合（{0}）",
        "literal": "含“{0}”",
        "without": "不含“{0}”",
        "any": "含{0}之一",
        "most": "含{0}中大多数词",
        "term": "“{0}”",
        "list": "{0}、{1}",
        "near": "含“{0}”与“{1}”（相隔不超过{2}个字）",
        "sentence": "同一句中{0}",
        "passage": "同一段中{0}",
        "report": "同一篇报告中{0}",
        "kind is": "报告类型为“{0}”",
        "place is": "地区含“{0}”",
        "place also": "地区含“{0}”（含{1}）",
        "former": "曾用名{0}",
        "today": "今名{0}",
        "title is": "报告标题含“{0}”",
        "section is": "章节标题含“{0}”",
        "report is": "报告为{0}",
        "year is": "年份为{0}",
        "year between": "年份为{0}至{1}",
        "year from": "年份不早于{0}",
        "year to": "年份不晚于{0}",
        "value is": "含 {0} 的数",
        "value between": "含 {0} 至 {1} 的数",
        "value from": "含不少于 {0} 的数",
        "value to": "含不多于 {0} 的数",
    },
    "en": {
        "query": "Paragraphs that {0}",
        "query in report": "Paragraphs in {0} that {1}",
        "query in reports": "Paragraphs in reports {0} that {1}",
        "group": "({0})",
        "and": "{0} and {1}",
        "or": "{0} or {1}",
        "not": "do not ({0})",
        "literal": "contain “{0}”",
        "without": "do not contain “{0}”",
        "any": "contain any of {0}",
        "most": "contain most of {0}",
        "term": "“{0}”",
        "list": "{0}, {1}",
        "near": "contain “{0}” and “{1}” (at most {2} characters apart)",
        "sentence": "within one sentence {0}",
        "passage": "within one paragraph {0}",
        "report": "within one report {0}",
        "kind is": "are of a report of the kind “{0}”",
        "place is": "are of a report on a place with “{0}” in its name",
        "place also": "are of a report on a place with “{0}” in its name (or under {1})",
        "former": "its former name {0}",
        "today": "its present name {0}",
        "title is": "are of a report with “{0}” in its title",
        "section is": "stand under a heading with “{0}”",
        "report is": "are of the report {0}",
        "year is": "are of the year {0}",
        "year between": "are of the years {0} to {1}",
        "year from": "are of the year {0} or later",
        "year to": "are of the year {0} or earlier",
        "value is": "hold the number {0}",
        "value between": "hold a number from {0} to {1}",
        "value from": "hold a number of at least {0}",
        "value to": "hold a number of at most {0}",
    },
}
_OF_REPORTS: dict[Language, Mapping[str, str]] = {  # conditions that were chosen beside the query
    "zh": {
        "and": "{0}、{1}",
        "kind is": "类型为“{0}”",
        "report is": "{0}",
        "year is": " {0} 年",
        "year between": " {0} 至 {1} 年",
        "year from": " {0} 年及以后",
        "year to": " {0} 年及以前",
    },
    "en": {
        "and": "{0}, {1}",
        "kind is": "of the kind “{0}”",
        "place is": "on a place with “{0}” in its name",
        "place also": "on a place with “{0}” in its name (or under {1})",
        "report is": "{0}",
        "year is": "of {0}",
        "year between": "of {0} to {1}",
        "year from": "of {0} or later",
        "year to": "of {0} or earlier",
    },
}


def echo(query: Query, *, language: Language = "zh", titled: Callable[[str], str] = "“{}”".format) -> str:
    """The query as a sentence; for a query without a tree the reason, in Chinese.

    Reports that were chosen beside the query come first; `titled` returns the title of a report, in quotation marks.

    >>> from deqing_search.query.parser import parse
    >>> echo(parse("地理信息 -规划 年:2016..2024"))
    '查找含“地理信息”且不含“规划”且年份为2016至2024的段落'
    >>> echo(parse("地理信息 -规划 年:2016..2024"), language="en")
    'Paragraphs that contain “地理信息” and do not contain “规划” and are of the years 2016 to 2024'
    >>> chosen = (Filter("year", NOT_TYPED, low=2024, high=2024), Filter("place", NOT_TYPED, "杭州"))
    >>> echo(Query("人才", And((*parse("人才 德清").root.children, *chosen)), ()))
    '在 2024 年、地区含“杭州”的报告里查找含“人才”且含“德清”的段落'
    """
    if query.root is None:
        return "；".join(diagnostic.message for diagnostic in query.diagnostics if diagnostic.severity == "error")
    wording = _Wording(language, titled, _PHRASES[language])
    conditions = query.root.children if isinstance(query.root, And) else (query.root,)
    chosen, typed = [one for one in conditions if _is_chosen(one)], [one for one in conditions if not _is_chosen(one)]
    if not chosen or not typed:
        return wording.say("query", wording.condition(query.root))
    reports = _Wording(language, titled, {**_PHRASES[language], **_OF_REPORTS[language]})
    named = all(one.field == "report" for node in chosen for one in leaves(node) if isinstance(one, Filter))
    return wording.say(
        "query in report" if named else "query in reports",
        reports.condition(all_of(*chosen)),
        wording.condition(all_of(*typed)),
    )


def _is_chosen(node: Node) -> bool:
    """Whether a condition is one on reports that nobody typed."""
    found = list(leaves(node))
    return bool(found) and all(
        isinstance(one, Filter) and one.span == NOT_TYPED and one.field in ("year", "kind", "place", "report")
        for one in found
    )


class _Wording:
    """Puts conditions into one language. Both languages say the same in the same order."""

    def __init__(self, language: Language, titled: Callable[[str], str], phrases: Mapping[str, str]) -> None:
        self.language = language
        self.titled = titled
        self.phrases = phrases

    def say(self, phrase: str, *parts: object) -> str:
        return self.phrases[phrase].format(*parts)

    def condition(self, node: Node) -> str:
        match node:
            case Literal():
                return self.say("literal", _in_one_line(node.text))
            case Words():
                return self._words(node)
            case Filter():
                return self._filter(node)
            case PlaceNames():
                return self._place(node)
            case Not(child=Literal() as literal):
                return self.say("without", _in_one_line(literal.text))
            case Not():
                return self.say("not", self.condition(node.child))
            case Near():
                return self.say("near", *map(_in_one_line, (node.left.text, node.right.text)), node.distance)
            case Within():
                return self.say(node.unit, self._part(node.child))
            case And():
                return self._joined("and", list(map(self._part, node.children)))
            case Or():
                return self._joined("or", list(map(self._part, node.children)))

    def _words(self, node: Words) -> str:
        """Any of several words, or most of them; a single word must simply occur."""
        terms = node.core or node.terms
        if len(terms) == 1:
            return self.say("literal", terms[0])
        phrase = self._joined("list", [self.say("term", term) for term in terms])
        return self.say("most" if node.core else "any", phrase)

    def _place(self, node: PlaceNames) -> str:
        names = [self.say("former" if name.is_former else "today", name.name) for name in node.names]
        return self.say("place also", node.asked.value, self._joined("list", names))

    def _part(self, node: Node) -> str:
        """A part of a larger condition, in brackets if it is an “and” or an “or”."""
        phrase = self.condition(node)
        return self.say("group", phrase) if isinstance(node, And | Or) and not isinstance(node, PlaceNames) else phrase

    def _joined(self, phrase: str, parts: list[str]) -> str:
        """
        >>> _Wording("zh", str, _PHRASES["zh"])._joined("and", ["甲", "乙", "丙"])
        '甲且乙且丙'
        """
        return self.phrases[phrase].format("", "").join(parts)

    def _filter(self, node: Filter) -> str:
        if node.field not in ("year", "value"):
            return self.say(f"{node.field} is", self.titled(node.value) if node.field == "report" else node.value)
        low, high = (None if end is None else self._number(end, node) for end in (node.low, node.high))
        if low == high:
            return self.say(f"{node.field} is", low)
        if low is None:
            return self.say(f"{node.field} to", high)
        return self.say(f"{node.field} from", low) if high is None else self.say(f"{node.field} between", low, high)

    def _number(self, number: float, node: Filter) -> str:
        """A year, or a value with its unit: in Chinese in 万 and 亿, which English does not have."""
        if node.field == "year" or self.language == "zh":
            return format_value(number, node.value)
        return f"{number:,.15g}{node.value}"


def _in_one_line(text: str) -> str:
    """A literal in one line, because a line end would break the sentence.

    >>> _in_one_line("以人民\\n  为中心")
    '以人民 为中心'
    """
    return " ".join(text.split())
