"""The query language: what a person typed → `Query`, a tree with spans and diagnostics.

Parsing never raises and drops nothing silently. Cutting the text into lexemes is left to `lexer`, notes on what may
have been meant otherwise to `warnings`, folding to the caller, who gives it as `compact`.

White space is AND; `OR` or `|`; `-x` or `NOT x`; ( ) or （ ）; a literal in "" “” 「」 『』; `A NEAR/10 B`; 同句: 同段:
同文: before a group; 年: 类型: 地区: 标题: 章节: 报告: 数值: before a value or a group of values. Operators are upper
case and stand alone. A quote opens only where a term starts, a parenthesis anywhere but around text that a word runs
into: 县（市、区）. Everything else is literal text. Where a query can be read in two ways it is read as text, and a
diagnostic says how to type the other.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

from deqing_search.language.quantities import Bounds, read_range
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.lexer import Kind, Lexeme, Scanner, example
from deqing_search.query.stray_signs import apart_from_signs, stray_note
from deqing_search.query.tree import (
    FIELDS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DISTANCE,
    MAX_LITERALS,
    MAX_PAIRS,
    UNITS,
    And,
    Diagnostic,
    Field,
    Filter,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Query,
    Within,
)
from deqing_search.query.warnings import mixed, remarks
from deqing_search.query.years import read_years
from deqing_search.text.offsets import Span


def without_white_space(text: str) -> str:
    """The compact form without folding: what `parse` uses when it is given no other."""
    return "".join(text.split())


def parse(typed: str, *, compact: Callable[[str], str] = without_white_space) -> Query:
    """Read what a person typed. Never raises, for any string; the limits in `tree` bound the work.

    >>> wanted, excluded = parse("地理信息 -规划").root.children
    >>> wanted.text, excluded.child.text
    ('地理信息', '规划')
    """
    if len(typed) > MAX_CHARACTERS:
        message = Message("查询共 {n} 个字符，最多 {most} 个：请只保留要查找的词句", n=len(typed), most=MAX_CHARACTERS)
        return Query(typed, None, (Diagnostic(Span(MAX_CHARACTERS, len(typed)), message, "error"),))
    scanner = Scanner(typed)
    lexemes, stray = apart_from_signs(list(scanner.lexemes()))
    notes = [one for one in scanner.diagnostics if one.span not in {sign.span for sign in stray}]
    notes += [*map(stray_note, stray), *remarks(scanner.typed, lexemes)]
    parser = _Parser(scanner.typed, lexemes, notes, compact)
    try:
        root = parser.any_of()
    except _Refusal as refusal:
        return Query(typed, None, (*parser.diagnostics, refusal.diagnostic), tuple(parser.syntax))
    if root is None:
        message = Message("没有要查找的内容：请输入词句，例如 地理信息")
        parser.diagnostics.append(Diagnostic(Span(0, len(typed)), message, "error"))
    return Query(typed, root, tuple(sorted(parser.diagnostics)), tuple(parser.syntax))


class _Refusal(Exception):  # noqa: N818 - it never leaves `parse`
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


_NO_RANGE: dict[Field, str] = {
    "year": gettext_noop("看不懂的年份，按文字查找；例如 年:2021 年:2016..2024 年:2016.. 年:..2024"),
    "value": gettext_noop("看不懂的数值，按文字查找；例如 数值:10..20亿元 数值:5%.. 数值:100万人"),
}
_NO_VALUE = gettext_noop("“{name}:”后面没有值，已忽略；例如 {example}")


class _Term(NamedTuple):
    node: Node
    span: Span  # all that was typed for it


class _Parser:
    """Builds the tree; each method reads one level of the grammar and returns None if it finds nothing."""

    def __init__(
        self, typed: str, lexemes: list[Lexeme], diagnostics: list[Diagnostic], compact: Callable[[str], str]
    ) -> None:
        self.typed = typed
        self.lexemes = lexemes
        self.diagnostics = diagnostics
        self.compact = compact
        self.syntax: list[Span] = []
        self.at = self.depth = self.count = self.pairs = 0
        self.field = ""  # of the group of values being read

    def any_of(self) -> Node | None:
        found: list[list[_Term]] = []
        operator: Lexeme | None = None
        while True:
            terms = self._all_of()
            if operator and not (found[-1] and terms):
                self._warn(operator, "“或”（OR、|）的一边没有词，已忽略；例如 杭州 OR 湖州")
            found.append(terms)
            operator = self._take("or")
            if operator is None:
                break
        alternatives = [terms for terms in found if terms]
        if len(alternatives) > 1:
            self.diagnostics += mixed(self.typed, [[term.span for term in terms] for terms in alternatives])
        wholes = (_one(And, [term.node for term in terms]) for terms in alternatives)
        return _one(Or, [whole for whole in wholes if whole])

    def _all_of(self) -> list[_Term]:
        terms: list[_Term] = []
        while (kind := self._kind()) not in (None, "or"):
            if kind == "close" and self.depth:
                break
            if kind == "close" and (stray := self._take("close")):
                self._warn(stray, "多余的右括号，已忽略")
            elif kind == "and" and (operator := self._take("and")):
                if not terms or self._kind() in (None, "or", "and", "close"):
                    self._warn(operator, "“且”（AND）的一边没有词，已忽略；空格就表示“且”")
            else:
                first = self.at
                if (node := self._near()) is not None:
                    span = Span(self.lexemes[first].span.start, self.lexemes[self.at - 1].span.end)
                    terms.append(_Term(node, span))
        if len(terms) > 1:
            for name in ("年", "类型", "报告"):
                self._apart(name, terms)
        return terms

    def _apart(self, name: str, terms: list[_Term]) -> None:
        """Say of conditions of one field that no report meets them all: it has one year, one kind and one id."""
        conditions = [node for node, _ in terms if isinstance(node, Filter) and node.field == FIELDS[name]]
        if len(conditions) < 2 or _meet(conditions):
            return
        values = [self.typed[slice(*one.span)].removeprefix(name).lstrip(":：").strip() for one in conditions]
        said = gettext_noop("“{name}:”之间按“且”理解，没有一份报告全都符合；要符合其一，请写 {name}:({either})")
        message = Message(said, name=name, either=" OR ".join(values))
        self.diagnostics.append(Diagnostic(conditions[-1].span, message, "note"))

    def _near(self) -> Node | None:
        """Terms joined by NEAR: A NEAR/5 B NEAR/5 C asks for each beside the one before, (A | B) NEAR C for either."""
        term, free = self._term(), True
        found: list[Node] = []
        while operator := self._take("near"):
            follower = self._term()
            if near := self._either_near(operator, _alternatives(term), _alternatives(follower)):
                found.append(near)
                free = False
            else:
                found += [term] if term is not None and free else []
                free = True
                lone = term is None or follower is None
                if lone:
                    self._warn(operator, "NEAR（相隔不远）的一边没有词，已忽略；例如 杭州 NEAR/10 湖州")
                else:
                    said = gettext_noop(
                        "NEAR（相隔不远）的两边只能是词或用“或”连接的词，这里按“且”理解；例如 杭州 NEAR/10 湖州"
                    )
                    self._warn(operator, said)
            term = follower
        return _one(And, found + ([term] if term is not None and free else []))

    def _either_near(self, operator: Lexeme, left: tuple[Literal, ...], right: tuple[Literal, ...]) -> Node | None:
        """Any of the one side near any of the other; None where a side has no literal."""
        self.pairs += len(left) * len(right)
        if self.pairs > MAX_PAIRS:
            message = Message("NEAR（相隔不远）两边的词多于 {most} 对：请减少几个", most=MAX_PAIRS)
            raise _Refusal(Diagnostic(operator.span, message, "error"))
        distance = self._distance(operator) if left and right else 0
        return _one(Or, [Near(one, other, distance) for one in left for other in right])

    def _distance(self, operator: Lexeme) -> int:
        distance = int(operator.name)
        if distance > MAX_DISTANCE:
            self._warn(operator, "NEAR 最远 {most} 个字，按这个距离查找", most=MAX_DISTANCE)
        return min(distance, MAX_DISTANCE)

    def _term(self) -> Node | None:
        if found := self._take("word", silent=True) or self._take("quoted", silent=True):
            return self._literal(found)
        if operator := self._take("not") or self._take("minus"):
            child = self._nested(operator, self._term)
            if child is None:
                self._warn(operator, "“不含”（-、NOT）后面没有词，已忽略；例如 -规划")
            return None if child is None else Not(child)
        if unit := self._take("unit"):
            child = self._nested(unit, self._term)
            if child is None or isinstance(child, Literal):
                self._warn(unit, "“{name}:”后面要有括号和至少两个词；例如 {name}:(杭州 湖州)", name=unit.name)
            return None if child is None else Within(UNITS[unit.name], child)
        if opening := self._take("open"):
            return self._group(opening)
        if group := self._take("fields"):
            return self._values(group)
        if field := self._take("field", silent=True):
            return self._filter(field)
        return None

    def _group(self, opening: Lexeme) -> Node | None:
        child = self._nested(opening, self.any_of)
        closing = self._take("close")
        if closing is None:
            self._warn(opening, "左括号没有配对，按到末尾为止理解")
        elif child is None:
            self._warn(opening._replace(span=Span(opening.span.start, closing.span.end)), "括号里没有词，已忽略")
        return child

    def _values(self, field: Lexeme) -> Node | None:
        """年:(2016 OR 2020..): the field holds for every value in the parentheses."""
        outer, self.field = self.field, field.name
        child = self._nested(field, self._term)
        self.field = outer
        if child is None:
            self._warn(field, _NO_VALUE, name=field.name, example=example(field.name))
        return child

    def _literal(self, lexeme: Lexeme) -> Node | None:
        if self.field:
            return self._filter(lexeme._replace(name=self.field))
        compacted = self.compact(lexeme.text)
        if not compacted:
            self._warn(lexeme, "这里没有看得见的字符，已忽略")
            return None
        self._counted(lexeme)
        return Literal(lexeme.text, lexeme.span, lexeme.kind == "quoted", compacted)

    def _filter(self, lexeme: Lexeme) -> Node | None:
        field, value = FIELDS[lexeme.name], self.compact(lexeme.text)
        if not value:
            self._warn(lexeme, _NO_VALUE, name=lexeme.name, example=example(lexeme.name))
            return None
        self._counted(lexeme)
        if field not in ("year", "value"):
            return Filter(field, lexeme.span, value)
        if field == "year" and (years := read_years(lexeme.text)):
            return self._range(lexeme, Filter(field, lexeme.span, "", *years.in_order()), years.is_reversed)
        if field == "value" and (bounds := self._bounds(lexeme, value)):
            return self._range(
                lexeme, Filter(field, lexeme.span, bounds.unit, bounds.low, bounds.high), bounds.is_reversed
            )
        self._warn(lexeme, _NO_RANGE[field])
        text = f"{lexeme.name}:{lexeme.text}"
        return Literal(text, lexeme.span, False, self.compact(text))

    def _bounds(self, lexeme: Lexeme, value: str) -> Bounds | None:
        try:
            return read_range(value)
        except OverflowError as fault:
            message = Message("数值太大：请写小于一万亿亿的数，例如 数值:10..20亿元")
            raise _Refusal(Diagnostic(lexeme.span, message, "error")) from fault

    def _range(self, lexeme: Lexeme, read: Filter, is_reversed: bool) -> Filter:
        if is_reversed:
            self._warn(lexeme, "区间两端次序颠倒，按从小到大理解")
        return read

    def _counted(self, lexeme: Lexeme) -> None:
        self.count += 1
        if self.count > MAX_LITERALS:
            message = Message("查询多于 {most} 个词：请分成几次查找", most=MAX_LITERALS)
            raise _Refusal(Diagnostic(lexeme.span, message, "error"))

    def _nested(self, opening: Lexeme, read: Callable[[], Node | None]) -> Node | None:
        if self.depth == MAX_DEPTH:
            message = Message("查询嵌套多于 {most} 层：请减少括号", most=MAX_DEPTH)
            raise _Refusal(Diagnostic(opening.span, message, "error"))
        self.depth += 1
        child = read()
        self.depth -= 1
        return child

    def _kind(self) -> Kind | None:
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else None

    def _take(self, kind: Kind, *, silent: bool = False) -> Lexeme | None:
        """The next lexeme if it is of this kind; `silent`: its span will be a node's and is no syntax."""
        if self._kind() != kind:
            return None
        lexeme = self.lexemes[self.at]
        self.at += 1
        if not silent:
            self.syntax.append(lexeme.span)
        return lexeme

    def _warn(self, lexeme: Lexeme, message: str, **values: object) -> None:
        self.diagnostics.append(Diagnostic(lexeme.span, Message(message, **values)))


def _alternatives(node: Node | None) -> tuple[Literal, ...]:
    """The literals of a node that is one literal or an OR of literals; else none."""
    match node:
        case Literal():
            return (node,)
        case Or():
            parts = [_alternatives(child) for child in node.children]
            return tuple(literal for part in parts for literal in part) if all(parts) else ()
    return ()


def _meet(conditions: list[Filter]) -> bool:
    """Whether one report may meet all of these conditions of one field.

    >>> before = Filter("year", Span(0, 0), high=2020)
    >>> [_meet([before, Filter("year", Span(0, 0), low=year)]) for year in (2020, 2021)]
    [True, False]
    """
    low = max((one.low for one in conditions if one.low is not None), default=-inf)
    high = min((one.high for one in conditions if one.high is not None), default=inf)
    return low <= high and len({one.value for one in conditions}) < 2


def _one(kind: type[And] | type[Or], children: list[Node]) -> Node | None:
    if not children:
        return None
    return children[0] if len(children) == 1 else kind(tuple(children))
