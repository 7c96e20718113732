"""Rules of `intervals` queries: where a literal stands whole, near another one, or in a sentence with others.

Two fields have the characters of a passage one by one: `characters` end to end, `sentences` with a mark between
sentences, so that no literal and no distance reaches across. Both leave `GAP` positions before the first character,
because OpenSearch cuts what reaches before the beginning.

The intervals of a rule are the smallest ones: one that contains another is dropped. So counts come only from rules
whose intervals all have the length of one literal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

from deqing_search.engine.opensearch.documents import CHARACTERS, GAP, HOLES, MARK, SENTENCES, Json, character
from deqing_search.language.number_edges import continuations
from deqing_search.language.numerals import DIGITS, POINT
from deqing_search.query.tree import And, Literal, Near, Needle, Node, Not, Or, Within

Rule = Json
_EACH_SENTENCE: Rule = {"match": {"query": f"{MARK} {MARK}", "ordered": True}}


class Inexpressible(Exception):  # noqa: N818 - no fault: the matches are read instead
    """No rule says this."""


class Positions(NamedTuple):
    """The field in which positions are counted, and the rule that finds them."""

    field: str
    rule: Rule


def query_of(positions: Positions) -> Json:
    """A query whose score is n / (n + 1) for n positions, if all have one length."""
    return {"intervals": {positions.field: positions.rule}}


def consecutive(tokens: str) -> Rule:
    """Where tokens stand one after the other."""
    return {"match": {"query": tokens, "ordered": True, "max_gaps": 0}}


def standing(needle: Needle) -> Rule:
    """Where a literal occurs."""
    compact, whole = needle
    found = _phrase(compact)
    before, after = continuations(compact) if whole else ("", "")
    longer = [_in_row(_one_of(before), found)] if before else []
    longer += [_in_row(found, _one_of(after))] if after else []
    longer += [_in_row(found, _phrase(POINT), _one_of(after))] if after == DIGITS else []
    return reduce(lambda rule, other: _where(rule, "not_contained_by", other), longer, found)


def near(node: Near) -> Rule:
    """Where two different literals stand near each other."""
    left, right = standing(node.left.needle), standing(node.right.needle)
    if left == right:
        raise Inexpressible
    pairs = ((left, right), (right, left))
    return _any_of([_all_of(pair, ordered=True, max_gaps=node.distance) for pair in pairs])


def sentences(node: Node) -> Rule:
    """The sentences in which `node` holds."""
    return _sentences(node, _EACH_SENTENCE)


def _sentences(node: Node, among: Rule) -> Rule:
    match node:
        case Literal():
            return _where(among, "containing", standing(node.needle)) if node.compact else among
        case And(children):
            return reduce(lambda rule, child: _sentences(child, rule), children, among)
        case Or(children):
            return _any_of([_sentences(child, among) for child in children])
        case Not(child):
            return _where(among, "not_contained_by", _sentences(child, among))
        case Near(left, right) if left.compact and right.compact:
            return _where(among, "containing", near(node))
        case Near(left, right):
            return _sentences(left if left.compact else right, among)
        case Within("sentence", child):
            return _sentences(child, among)
    raise Inexpressible


def counted(where: Node) -> list[Positions]:
    """The positions of the literals that count, as `engine.base.View.years` defines it.

    Raises `Inexpressible` if no rules find them.
    """
    every = _stretches(where, CHARACTERS, True)
    return [_outermost(name, every) for name in every]


def _stretches(node: Node, field: str, sign: bool) -> dict[str, Positions]:
    """The positions of each string, as `engine.evaluation.matching` finds them."""
    match node:
        case Literal() if sign and node.compact:
            return {node.compact: Positions(field, standing(node.needle))}
        case Near(left, right) if sign and left.compact and right.compact:
            sides = ((left, right), (right, left))
            return {one.compact: Positions(field, _beside(one, other, node.distance)) for one, other in sides}
        case Near(left, right) if sign:
            return _stretches(left if left.compact else right, field, sign)
        case And(children) | Or(children):
            return _united(_stretches(child, field, sign) for child in children)
        case Not(child):
            return _stretches(child, field, not sign)
        case Within("sentence", child) if sign:
            holding = sentences(child)
            inside = _stretches(child, SENTENCES, sign).items()
            return {name: Positions(SENTENCES, _where(at.rule, "contained_by", holding)) for name, at in inside}
        case Within(_, child):
            return _stretches(child, field, sign)
    return {}


def _united(found: Iterator[Mapping[str, Positions]]) -> dict[str, Positions]:
    """The positions in any of several parts of a tree."""
    together: dict[str, Positions] = {}
    for part in found:
        for name, positions in part.items():
            before = together.get(name, positions)
            _demand_same_field(before, positions)
            rules = [before.rule] if before.rule == positions.rule else [before.rule, positions.rule]
            together[name] = Positions(positions.field, _any_of(rules))
    return together


def _outermost(name: str, every: Mapping[str, Positions]) -> Positions:
    """The positions of a string that lie inside no occurrence of a longer one."""
    field, rule = every[name]
    for other, longer in every.items():
        if name != other and name in other:
            _demand_same_field(every[name], longer)
            rule = _where(rule, "not_contained_by", longer.rule)
    return Positions(field, rule)


def _demand_same_field(one: Positions, other: Positions) -> None:
    """Raise unless two positions can be compared."""
    if one.field != other.field:
        raise Inexpressible


def _beside(one: Literal, other: Literal, distance: int) -> Rule:
    """Where `one` stands with `other` at most `distance` away.

    It stands in the stretch of this length before an occurrence of the other, or after one: then the stretch before
    `one` contains the other. Literals that can overlap would be found in it without standing beside one another, and
    OpenSearch adds no stretch to a single character.
    """
    sizes = len(one.compact), len(other.compact)
    is_simple = min(sizes) > 1 and not one.whole and not other.whole
    if not is_simple or distance + sum(sizes) > GAP or _can_overlap(one.compact, other.compact):
        raise Inexpressible
    before_other = _phrase(other.compact, before=distance + sizes[0])
    before_one = _phrase(one.compact, before=distance + sizes[1])
    after_other = _where(before_one, "containing", _phrase(other.compact))
    return _where(_phrase(one.compact), "contained_by", _any_of([before_other, after_other]))


def _can_overlap(one: str, other: str) -> bool:
    """Whether a text exists in which two strings share a character.

    >>> _can_overlap("科技", "技术"), _can_overlap("德清县", "清"), _can_overlap("经济", "发展")
    (True, True, False)
    """
    if one in other or other in one:
        return True
    return any(a.endswith(b[:size]) for a, b in ((one, other), (other, one)) for size in range(1, len(b)))


def _phrase(text: str, before: int = 0) -> Rule:
    """A string, with some characters before it."""
    rule = consecutive("_ " * before + " ".join(map(character, text)))
    return {"match": {**rule["match"], "analyzer": HOLES}} if before else rule


def _one_of(characters: str) -> Rule:
    return _any_of(list(map(_phrase, characters)))


def _in_row(*rules: Rule) -> Rule:
    return _all_of(rules, ordered=True, max_gaps=0)


def _all_of(rules: Sequence[Rule], **how: object) -> Rule:
    return {"all_of": {"intervals": list(rules), **how}}


def _any_of(rules: Sequence[Rule]) -> Rule:
    """Any of the rules; without rules nothing: no text has an empty token."""
    return {"any_of": {"intervals": list(rules)}} if rules else _phrase("")


def _where(rule: Rule, how: str, other: Rule) -> Rule:
    """The intervals that stand in this relation to some of another rule."""
    return _all_of([rule], filter={how: other})
