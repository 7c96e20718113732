"""Gives the other ways to write a literal: number and date forms, Taiwan's words, synonyms. For expanded mode.

Owns data/synonyms.tsv, adds variants to a tree (`variants_of`, `expand`), and joins a number to a unit that was typed
after a space (`join_quantities`). `number_forms` spells numbers; `folding` equates spellings of equal length, so they
need no variants. The only user of OpenCC at search time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice, product
from typing import Any, NamedTuple

from deqing_search.config import DATA
from deqing_search.language.analyzer import frequency
from deqing_search.language.folding import compact_text
from deqing_search.language.number_edges import has_edge
from deqing_search.language.number_forms import Spelling, spellings
from deqing_search.language.quantities import values
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import (
    And,
    Diagnostic,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Query,
    Within,
    any_of,
    literals,
    with_children,
)
from deqing_search.text.offsets import Span

MOST = 12  # variants of one literal
MOST_IN_ALL = 48  # of all literals of a query: each is counted by an evaluation of its own
_SYNONYMS = DATA / "synonyms.tsv"
_ORDINARY = 1000  # jieba's frequency: 资讯 has 561, 档案 1172, 资料 9021
_SPACES = 2  # at most, between a number and its unit; more is an operator
_LONGEST = 60  # characters: a longer literal is a quotation, and nobody quotes in other words


class Variant(NamedTuple):
    """Another way to write a literal, and the kind of the change: 数字写法, 日期写法, 同义, 台湾用词."""

    text: str
    kind: str


def variants(literal: str, *, converted: bool = True) -> tuple[Variant, ...]:
    """The other ways to write a literal, at most `MOST`, without those that folding equates with it.

    `converted`: also those that OpenCC gives, which takes some 60 ms to load.

    >>> variants("10.2%"), variants("資訊")
    ((Variant(text='百分之十点二', kind='数字写法'), Variant(text='百分之10.2', kind='数字写法')), \
(Variant(text='信息', kind='台湾用词'),))
    """
    compact = compact_text(literal)
    if len(compact) > _LONGEST:
        return ()
    found: dict[str, Variant] = {compact: Variant("", "")}
    for variant in (*_respelled(compact), *(_of_taiwan(literal) if converted else ())):
        found.setdefault(compact_text(variant.text), variant)
    return tuple(islice(found.values(), 1, MOST + 1))


def _respelled(compact: str) -> Iterator[Variant]:
    """Every combination of the other forms of its numbers, dates and synonyms, fewest changes first."""
    pieces = [*_synonyms_in(compact)]
    taken = {at for piece in pieces for at in range(piece.start, piece.end)}
    pieces += [piece for piece in spellings(compact) if taken.isdisjoint(range(piece.start, piece.end))]
    pieces.sort()
    choices = [(compact[piece.start : piece.end], *piece.others) for piece in pieces]
    combined = list(islice(product(*choices), 1, MOST * MOST))
    combined.sort(key=lambda chosen: sum(form != forms[0] for form, forms in zip(chosen, choices, strict=True)))
    for chosen in combined:
        parts: list[str] = []
        kinds: dict[str, None] = {}
        at = 0
        for piece, form in zip(pieces, chosen, strict=True):
            parts += [compact[at : piece.start], form]
            at = piece.end
            if form != compact[piece.start : piece.end]:
                kinds[piece.kind] = None
        yield Variant("".join([*parts, compact[at:]]), "、".join(kinds))


def _synonyms_in(compact: str) -> Iterator[Spelling]:
    """The words of data/synonyms.tsv in a text; the longest wins, so none is inside another."""
    at = 0
    while at < len(compact):
        known = _by_beginning().get(compact[at], ())
        word = next((word for word in known if compact.startswith(word, at) and _whole(compact, at, word)), "")
        if word:
            others = tuple(other for other in _synonyms()[word] if other not in compact)
            yield Spelling(at, at + len(word), others, gettext_noop("同义"))
        at += len(word) or 1


def synonyms(compact: str) -> tuple[str, ...]:
    """The compact synonyms of the words of data/synonyms.tsv in a text.

    >>> synonyms("gdp增长")
    ('地区生产总值', '全市生产总值', '国内生产总值')
    """
    return tuple(compact_text(other) for found in _synonyms_in(compact) for other in found.others)


def _whole(compact: str, at: int, word: str) -> bool:
    """Whether the word at `at` is not a part of a longer word in Latin letters."""
    before, after = compact[at - 1 : at], compact[at + len(word) : at + len(word) + 1]
    return not (word[0].isascii() and _latin(before)) and not (word[-1].isascii() and _latin(after))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """Compact word → its synonyms, as they are written."""
    groups = [
        [*row.split("\t")[0].split("=")]
        for row in _SYNONYMS.read_text("utf-8").splitlines()
        if row and not row.startswith("# ")
    ]
    return {compact_text(word): tuple(other for other in group if other != word) for group in groups for word in group}


@cache
def _by_beginning() -> dict[str, list[str]]:
    """First character → the words of data/synonyms.tsv with it, the longest first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(_synonyms(), key=len, reverse=True):
        found[word[0]].append(word)
    return dict(found)


def _of_taiwan(literal: str) -> Iterator[Variant]:
    """The mainland's words for Taiwan's, in either script, and Taiwan's words for the mainland's.

    A word in simplified characters counts as Taiwan's only if the mainland has another word for it: 网路, not 文件.
    Taiwan's word is left out if it is a common word of another meaning on the mainland: 资料 for 数据, 支援 for 支持.
    """
    if not any("\u3400" <= char <= "\u9fff" for char in literal):
        return
    traditional, taiwan = _converted("s2t", literal), _converted("s2twp", literal)
    if compact_text(taiwan) == compact_text(literal) or _converted("t2s", literal) != literal:
        yield Variant(_converted("tw2sp", traditional), gettext_noop("台湾用词"))
    elif frequency(compact_text(taiwan)) < _ORDINARY and compact_text(_converted("tw2sp", taiwan)) == compact_text(
        literal
    ):
        yield Variant(_converted("t2s", taiwan), gettext_noop("台湾用词"))


def _converted(way: str, text: str) -> str:
    return str(_converter(way).convert(text))


@cache
def _converter(way: str) -> Any:
    import opencc  # 10 ms and more, and only expanded mode needs it

    return opencc.OpenCC(way)


def join_quantities(query: Query) -> Query:
    """The query in which a number and its unit, typed with a space between them, may also occur as one literal.

    108.7 亿元 finds what its two literals find, and 108.7亿元 in other spellings. A typed AND keeps them apart.
    """
    if query.root is None:
        return query
    found: list[Literal] = []
    root = _joined(query.root, found)
    said = gettext_noop("数和单位之间有空格，也按一个词“{text}”查找")
    notes = [Diagnostic(one.span, Message(said, text=one.text), "note") for one in found]
    notes += map(
        _exclusion_note, {one.compact: one for one in literals(root, positive=False) if variants(one.text)}.values()
    )
    return query._replace(root=root, diagnostics=tuple(sorted((*query.diagnostics, *notes))))


def _exclusion_note(literal: Literal) -> Diagnostic:
    """The note that a literal is excluded only as it was typed: 資訊 -資訊 finds 信息."""
    other = variants(literal.text)[0].text
    said = gettext_noop("“{text}”只按原样排除，“{other}”这样的别的写法没有排除；都要排除，请再写 -{other}")
    return Diagnostic(literal.span, Message(said, text=literal.text, other=other), "note")


def _joined(node: Node, found: list[Literal]) -> Node:
    match node:
        case And():
            children: list[Node] = []
            at = 0
            while at < len(node.children):
                pieces = _quantity(node.children[at:])
                if len(pieces) > 1:
                    found.append(_concatenated(pieces))
                    children.append(Or((And(tuple(pieces)), found[-1])))
                else:
                    children.append(_joined(node.children[at], found))
                at += len(pieces) or 1
            return children[0] if len(children) == 1 else And(tuple(children))
        case Or():
            return replace(node, children=tuple(_joined(child, found) for child in node.children))
        case Within():
            return replace(node, child=_joined(node.child, found))
    return node


def _quantity(nodes: Sequence[Node]) -> list[Literal]:
    """The first literals, as many as possible, that together are a number, its scale and its unit: 3 万 人."""
    pieces: list[Literal] = []
    for node in nodes:
        apart = pieces and isinstance(node, Literal) and node.span.start - pieces[-1].span.end > _SPACES
        if not isinstance(node, Literal) or node.quoted or apart or not _one_value([*pieces, node]):
            break
        pieces.append(node)
    return pieces


def _one_value(pieces: Sequence[Literal]) -> bool:
    text = "".join(piece.compact for piece in pieces)
    return any(value.start == 0 and value.end == len(text) for value in values(text))


def _concatenated(pieces: Sequence[Literal]) -> Literal:
    text = "".join(piece.text for piece in pieces)
    return Literal(text, Span(pieces[0].span.start, pieces[-1].span.end), compact="".join(x.compact for x in pieces))


Forms = Mapping[str, Sequence[Variant]]  # compact literal → its other forms


def variants_of(root: Node) -> dict[str, tuple[Variant, ...]]:
    """The variants of each literal that is not excluded."""
    found: dict[str, tuple[Variant, ...]] = {}
    for literal in _not_excluded(root):
        if literal.compact not in found and sum(map(len, found.values())) < MOST_IN_ALL:
            found[literal.compact] = variants(literal.text)
    return {literal: others for literal, others in found.items() if others}


def _not_excluded(node: Node) -> Iterator[Literal]:
    match node:
        case Literal():
            yield node
        case Near():
            yield from (node.left, node.right)
        case And() | Or():
            for child in node.children:
                yield from _not_excluded(child)
        case Within():
            yield from _not_excluded(node.child)


def expand(node: Node, chosen: Forms) -> Node:
    """The tree in which each literal that is not excluded may also occur in any of its chosen variants."""
    match node:
        case Literal():
            return any_of(*_alternatives(node, chosen))
        case Near(left, right, distance):
            pairs = product(_alternatives(left, chosen), _alternatives(right, chosen))
            return any_of(*(Near(one, other, distance) for one, other in pairs))
        case Not():
            return node
    return with_children(node, lambda child: expand(child, chosen))


def as_literal(variant: Variant, literal: Literal) -> Literal:
    """The variant as a literal in the place of the typed one."""
    return as_whole(replace(literal, text=variant.text, compact=compact_text(variant.text)))


def as_whole(literal: Literal) -> Literal:
    """The literal with its numbers whole: 5%, however it is written, is not found in 15%."""
    return replace(literal, whole=has_edge(literal.compact))


def _alternatives(literal: Literal, chosen: Forms) -> list[Literal]:
    return [as_whole(literal), *(as_literal(variant, literal) for variant in chosen.get(literal.compact, ()))]
