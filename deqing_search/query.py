"""What a person typed → a query tree with spans and diagnostics. Parsing never raises and drops nothing silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf
from typing import TypeAlias

from deqing_search.offsets import Span

Unit = OneOf["sentence", "passage", "report"]  # 同句 同段 同文
Field = OneOf["year", "kind", "place", "title", "section", "report"]  # 年 类型 地区 标题 章节 报告


@dataclass(frozen=True, slots=True)
class Literal:
    """A string of characters to be found as it stands, after folding and white space aside.

    `text` is what was typed; `compact` its folded form without white space, filled in before evaluation.
    """

    text: str
    span: Span
    quoted: bool = False
    compact: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Terms of which any may occur: the words mode of a literal."""

    terms: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Both literals with at most `distance` characters between them (white space aside), either first."""

    left: Literal
    right: Literal
    distance: int


@dataclass(frozen=True, slots=True)
class Within:
    """`child` holds inside one sentence, one passage, or one report (then each passage that has any of its literals)."""

    unit: Unit
    child: Node


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the report or section. `low`/`high` for years (inclusive, None: open), `value` (compact) for text.

    `year`, `kind` and `report` compare whole values; `place`, `title` and `section` ask whether `value` occurs in it.
    """

    field: Field
    span: Span
    value: str = ""
    low: int | None = None
    high: int | None = None


Node: TypeAlias = "Literal | Words | And | Or | Not | Near | Within | Filter"
