"""The tree of a query, its diagnostics, and functions that walk the tree. Nouns only.

`parser` makes trees, engines give the nodes their meaning (`engine.base`), `echo` says a query in plain Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias
from typing import Literal as OneOf

from deqing_search.messages import Message
from deqing_search.text.offsets import Span

NOT_TYPED: Final = Span(0, 0)  # the span of literals and conditions that nobody typed
Unit = OneOf["sentence", "passage", "report"]  # 同句 同段 同文
Field = OneOf["year", "kind", "place", "title", "section", "report", "value"]  # 年 类型 地区 标题 章节 报告 数值
Severity = OneOf["note", "warning", "error"]  # read as it stands | something was ignored or guessed | no tree
FIELDS: dict[str, Field] = {
    "年": "year", "类型": "kind", "地区": "place", "标题": "title", "章节": "section", "报告": "report",
    "数值": "value",
}  # fmt: skip
UNITS: dict[str, Unit] = {"同句": "sentence", "同段": "passage", "同文": "report"}

MAX_CHARACTERS = 1_000
MAX_LITERALS = 64  # filters included
MAX_DEPTH = 16
MAX_DISTANCE = 10_000  # of NEAR, in characters
MAX_PAIRS = 64  # of literals in all NEARs: each of the left side with each of the right


class PlaceName(NamedTuple):
    """Another name of a place: a former one, or the one of today of what was asked for by a former name."""

    name: str
    is_former: bool


class Needle(NamedTuple):
    """The part of a literal that decides what it matches; literals with equal needles match alike."""

    compact: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Literal:
    """A string of characters to be found as it stands, after folding and white space aside.

    `text` is what was typed; `compact` its folded form without white space, filled in before evaluation. `whole`: a
    match may not cut a number, so that 2% is not found in 12%.
    """

    text: str
    span: Span
    quoted: bool = False
    compact: str = ""
    whole: bool = False

    @property
    def needle(self) -> Needle:
        return Needle(self.compact, self.whole)


@dataclass(frozen=True, slots=True)
class Words:
    """A literal in words mode: any of the terms must occur or, with a `core`, more than half of the core."""

    terms: tuple[str, ...]
    span: Span
    core: tuple[str, ...] = ()  # some of the terms; half of their characters


@dataclass(frozen=True, slots=True)
class And:
    """All of the children hold; without children: always."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the children holds; without children: never."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Spellings(Or):
    """A literal as it was typed, or in other spellings that search equates; the first child is the one that was typed.

    `query.roman_numerals` makes it. Engines need not know it.
    """


@dataclass(frozen=True, slots=True)
class PlaceNames(Or):
    """The condition on a place that was asked for, or one on another name of it; `names` says which.

    `query.places` makes it of a `Filter`. Engines need not know it.
    """

    asked: Filter
    names: tuple[PlaceName, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Both literals with at most `distance` characters between them (white space aside), either first."""

    left: Literal
    right: Literal
    distance: int


@dataclass(frozen=True, slots=True)
class Within:
    """`child` holds inside one sentence, one passage, or one report (then passages with any of the literals)."""

    unit: Unit
    child: Node


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the report, the section, or the numbers of the passage.

    `year` and `value` (数值) have `low` and `high`, inclusive, None: open; the unit of 数值 is in `value`, "" for any.
    `kind` and `report` compare the whole (compact) `value`; `place`, `title` and `section` ask whether it occurs there.
    """

    field: Field
    span: Span
    value: str = ""
    low: float | None = None  # a year is an int
    high: float | None = None


Node: TypeAlias = "Literal | Words | And | Or | Not | Near | Within | Filter"


class Diagnostic(NamedTuple):
    """A remark on a stretch of the typed text: how it was read, and what to type instead."""

    span: Span
    message: Message
    severity: Severity = "warning"


class Query(NamedTuple):
    """The tree of what was typed; `root` is None if there is nothing to search for or a limit was exceeded.

    `syntax` holds the spans of operators and parentheses. Every visible character of `typed` is in the span of a
    literal or filter, in `syntax`, or in a diagnostic.
    """

    typed: str
    root: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()
    syntax: tuple[Span, ...] = ()


def nodes(node: Node) -> Iterator[Node]:
    """The node and all below it, in order.

    >>> [type(each).__name__ for each in nodes(Not(Literal("甲", Span(0, 1))))]
    ['Not', 'Literal']
    """
    yield node
    match node:
        case And() | Or():
            for child in node.children:
                yield from nodes(child)
        case Not() | Within():
            yield from nodes(node.child)


def leaves(node: Node, *, positive: bool = True) -> Iterator[Literal | Words | Near | Filter]:
    """The leaves that must or may hold, in order; with `positive=False` those that must not.

    Of the names of one place, only the one that was asked for is a leaf.
    """
    match node:
        case PlaceNames():
            yield from leaves(node.asked, positive=positive)
        case And() | Or():
            for child in node.children:
                yield from leaves(child, positive=positive)
        case Not():
            yield from leaves(node.child, positive=not positive)
        case Within():
            yield from leaves(node.child, positive=positive)
        case _:
            if positive:
                yield node


def literals(node: Node, *, positive: bool = True) -> Iterator[Literal]:
    """The literals a passage must or may contain, in order; with `positive=False` those it must not.

    >>> [x.text for x in literals(And((Literal("甲", Span(0, 1)), Not(Literal("乙", Span(3, 4))))))]
    ['甲']
    """
    for leaf in leaves(node, positive=positive):
        if isinstance(leaf, Literal):
            yield leaf
        elif isinstance(leaf, Near):
            yield from (leaf.left, leaf.right)


def filters(node: Node, *, positive: bool = True) -> Iterator[Filter]:
    """The conditions a match must or may meet, in order; with `positive=False` those it must not."""
    return (leaf for leaf in leaves(node, positive=positive) if isinstance(leaf, Filter))


def literal_of(compact: str, *, whole: bool = False) -> Literal:
    """The literal of a compact text that nobody typed.

    >>> literal_of("5%", whole=True).needle
    Needle(compact='5%', whole=True)
    """
    return Literal(compact, NOT_TYPED, compact=compact, whole=whole)


def all_of(*nodes: Node) -> Node:
    """All of the nodes in one AND; one that is an AND itself gives its children."""
    children = [child for node in nodes for child in (node.children if isinstance(node, And) else (node,))]
    return children[0] if len(children) == 1 else And(tuple(children))


def any_of(*nodes: Node) -> Node:
    """Any of the nodes in one OR; a single one unchanged."""
    return nodes[0] if len(nodes) == 1 else Or(nodes)


def with_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with `change(child)` for each of its children; one without children as it is.

    >>> with_children(Not(literal_of("甲")), lambda child: literal_of("乙")) == Not(literal_of("乙"))
    True
    """
    match node:
        case And() | Or():
            return replace(node, children=tuple(map(change, node.children)))
        case Not() | Within():
            return replace(node, child=change(node.child))
    return node


def map_literals(node: Node, change: Callable[[Literal], Node]) -> Node:
    """The tree with every literal outside NEAR replaced by `change(literal)`. NEAR takes literals only."""
    if isinstance(node, Literal):
        return change(node)
    return with_children(node, lambda child: map_literals(child, change))
