"""Turns a query tree into an OpenSearch query that finds every passage that the tree matches, and perhaps others.

A query that is not exact never leaves out a match. Its candidates are then evaluated by `engine.evaluation`, as in the
embedded engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from deqing_search.engine.evaluation.occurrences import wanted_by
from deqing_search.engine.opensearch.documents import (
    CHARACTERS,
    SENTENCES,
    Json,
    character,
    digest,
    phrase,
    searched_field,
    sortable,
)
from deqing_search.engine.opensearch.intervals import (
    Inexpressible,
    Positions,
    near,
    query_of,
    sentences,
    standing,
)
from deqing_search.language.number_edges import has_edge
from deqing_search.query.tree import And, Filter, Literal, Near, Needle, Node, Not, Or, Within, Words, nodes

EVERY: Json = {"match_all": {}}
NONE: Json = {"match_none": {}}


class Candidates(NamedTuple):
    """An OpenSearch query; `exact`: it finds no other passages."""

    query: Json
    exact: bool


def no_reports(node: Node) -> Json:
    """For those who only ask whether the candidates of a tree are exact."""
    return EVERY


def candidates(node: Node, in_reports: Callable[[Node], Json] = no_reports) -> Candidates:
    """The candidates for passages that match `node`; `in_reports`: all passages of the reports where 同文 holds."""
    match node:
        case Literal():
            return Candidates(of_literal(node.needle), True)
        case Words(terms, _, core):
            return Candidates(_most_terms(core) if core else {"terms": {"terms": list(map(digest, terms))}}, True)
        case And(children):
            found = [candidates(child, in_reports) for child in children]
            return Candidates(_all_of([one.query for one in found]), all(one.exact for one in found))
        case Or(children):
            found = [candidates(child, in_reports) for child in children]
            return Candidates(any_of([one.query for one in found]), all(one.exact for one in found))
        case Not(child):
            found_child = candidates(child, in_reports)
            if not found_child.exact:  # a candidate of the child may not match it, and then it matches `node`
                return Candidates(EVERY, False)
            return Candidates({"bool": {"must_not": [found_child.query]}}, True)
        case Near(left, right) if left.compact and right.compact:
            sides = _all_of([of_literal(side.needle) for side in (left, right)])
            return _narrowed(sides, lambda: Positions(CHARACTERS, near(node)))
        case Near(left, right):
            return candidates(left if left.compact else right, in_reports)
        case Within("passage", child):
            return candidates(child, in_reports)
        case Within("sentence", child):
            return _narrowed(_in_parts(child), lambda: Positions(SENTENCES, sentences(child)))
        case Within(_, child):
            return Candidates(_all_of([in_reports(child), with_any(child)]), _is_exact_by_report(child))
        case Filter():
            return Candidates(_of_filter(node), True)


def _narrowed(query: Json, positions: Callable[[], Positions]) -> Candidates:
    """The passages of a query that have some positions; all of them if no rule finds the positions."""
    try:
        return Candidates(_all_of([query, query_of(positions())]), True)
    except Inexpressible:
        return Candidates(query, False)


def of_literal(needle: Needle) -> Json:
    """The passages with a literal."""
    compact, whole = needle
    if not compact:
        return EVERY
    field, tokens = searched_field(compact)
    found: Json = {"match_phrase": {field: {"query": tokens}}}
    if whole and has_edge(compact):
        return _all_of([found, query_of(Positions(CHARACTERS, standing(needle)))])
    return found


def of_name(name: Needle | str) -> Json:
    """The passages with a literal or a term."""
    return {"term": {"terms": digest(name)}} if isinstance(name, str) else of_literal(name)


def _most_terms(terms: Sequence[str]) -> Json:
    """The passages whose terms make up more than half of the characters of all terms."""
    present = [{"constant_score": {"filter": of_name(term), "boost": len(term)}} for term in terms]
    least = sum(map(len, terms)) // 2 + 1
    return {"function_score": {"query": any_of(present), "min_score": least}}


def _all_of(queries: Sequence[Json]) -> Json:
    return {"bool": {"filter": list(queries)}} if queries else EVERY


def any_of(queries: Sequence[Json]) -> Json:
    """The passages that any of the queries matches."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else NONE


def with_any(node: Node) -> Json:
    """The passages with a literal or term that can occur in a match of `node`; all if it has none."""
    wanted = wanted_by(node)
    if not wanted.literals and not wanted.terms:
        return EVERY
    names: list[Needle | str] = [*wanted.literals, *wanted.terms]
    return any_of(list(map(of_name, names)))


def _is_exact_by_report(node: Node) -> bool:
    """Whether the cluster finds exactly the reports in which a tree holds, from those with each part of it."""
    match node:
        case And(children) | Or(children):
            return all(map(_is_exact_by_report, children))
        case Not(child):
            return _is_exact_by_report(child)
    return candidates(node).exact


def spans_reports(node: Node) -> bool:
    """Whether a part of the tree is decided by a whole report."""
    return any(isinstance(one, Within) and one.unit == "report" for one in nodes(node))


def _in_parts(node: Node) -> Json:
    """The candidates for passages that may have a sentence in which `node` holds.

    A NOT excludes none of them: another sentence may lack the words.
    """
    match node:
        case Not():
            return EVERY
        case And(children):
            return _all_of(list(map(_in_parts, children)))
        case Or(children):
            return any_of(list(map(_in_parts, children)))
        case Within("sentence", child):
            return _in_parts(child)
    return candidates(node).query


def _contains(field: str, text: str) -> Json:
    if not text:
        return EVERY
    if len(text) == 1:
        return {"prefix": {field: {"value": character(text)}}}
    return {"match_phrase": {field: {"query": phrase(text)}}}


def _of_filter(condition: Filter) -> Json:
    match condition.field:
        case "year":
            return {"range": {"year": _limits(max(1, condition.low or 1), condition.high)}}  # 0 is unknown
        case "kind" | "report":
            return {"term": {condition.field: digest(condition.value)}}
        case "place" | "title" | "section":
            return _contains(condition.field, condition.value)
    unit = digest(condition.value)
    low, high = ("" if end is None else sortable(end) for end in (condition.low, condition.high))
    return {"range": {"values": _limits(unit + low, unit + (high or "g"))}}  # no digit sorts after g


def _limits(low: object, high: object | None) -> Json:
    return {"gte": low} if high is None else {"gte": low, "lte": high}
