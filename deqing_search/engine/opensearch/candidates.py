"""Turns a query tree into an OpenSearch query that finds every passage that the tree matches, and perhaps others.

The candidates are then evaluated by `engine.evaluation`, as in the embedded engine, so that whole numbers, NEAR, 同句
and values mean the same there and here. A candidate query need not be exact, but it never leaves out a match.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from deqing_search.engine.evaluation.occurrences import wanted_by
from deqing_search.engine.opensearch.documents import character, digest, phrase
from deqing_search.query.tree import And, Filter, Literal, Near, Needle, Node, Not, Or, Within, Words

Json = dict[str, Any]
EVERY: Json = {"match_all": {}}
NONE: Json = {"match_none": {}}


class Candidates(NamedTuple):
    """An OpenSearch query; `exact`: it finds no other passages."""

    query: Json
    exact: bool


def candidates(node: Node) -> Candidates:
    """The candidates for passages that match `node`."""
    match node:
        case Literal():
            return of_literal(node.needle)
        case Words(terms, _, core):
            return Candidates({"terms": {"terms": list(map(digest, core or terms))}}, not core)
        case And(children):
            found = list(map(candidates, children))
            query = {"bool": {"filter": [one.query for one in found]}} if found else EVERY
            return Candidates(query, all(one.exact for one in found))
        case Or(children):
            found = list(map(candidates, children))
            return Candidates(any_of([one.query for one in found]), all(one.exact for one in found))
        case Not(child):
            found_child = candidates(child)
            if not found_child.exact:  # a candidate of the child may not match it, and then it matches `node`
                return Candidates(EVERY, False)
            return Candidates({"bool": {"must_not": [found_child.query]}}, True)
        case Near(left, right):
            sides = [of_literal(side.needle).query for side in (left, right)]
            return Candidates({"bool": {"filter": sides}}, False)
        case Within("passage", child):
            return candidates(child)
        case Within("sentence", child):
            return Candidates(_in_parts(child), False)
        case Within(_, child):
            return Candidates(with_any(child), False)
        case Filter():
            return _of_filter(node)


def of_literal(needle: Needle) -> Candidates:
    """The passages with a literal; those in which it cuts a number are candidates too."""
    compact, whole = needle
    if not compact:
        return Candidates(EVERY, True)
    if len(compact) == 1:
        return Candidates({"term": {"characters": character(compact)}}, not whole)
    return Candidates(_contains("text", compact), not whole)


def any_of(queries: Sequence[Json]) -> Json:
    """The passages that any of the queries matches."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else NONE


def with_any(node: Node) -> Json:
    """The passages with a literal or term that can occur in a match of `node`; all if it has none."""
    wanted = wanted_by(node)
    if not wanted.literals and not wanted.terms:
        return EVERY
    terms = [{"term": {"terms": digest(term)}} for term in wanted.terms]
    return any_of([*(of_literal(literal).query for literal in wanted.literals), *terms])


def spans_reports(node: Node) -> bool:
    """Whether a part of the tree is decided by a whole report."""
    return any(isinstance(one, Within) and one.unit == "report" for one in _nodes(node))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _nodes(child)
        case Not(child) | Within(_, child):
            yield from _nodes(child)


def _in_parts(node: Node) -> Json:
    """The candidates for passages that may have a sentence in which `node` holds.

    A NOT excludes none of them: another sentence may lack the words.
    """
    match node:
        case Not():
            return EVERY
        case And(children):
            return {"bool": {"filter": list(map(_in_parts, children))}} if children else EVERY
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


def _of_filter(condition: Filter) -> Candidates:
    match condition.field:
        case "year":
            limits: Json = {
                "gte": max(1, condition.low or 1),
                **({"lte": condition.high} if condition.high is not None else {}),
            }
            return Candidates({"range": {"year": limits}}, True)
        case "kind" | "report":
            return Candidates({"term": {condition.field: digest(condition.value)}}, True)
        case "place" | "title" | "section":
            return Candidates(_contains(condition.field, condition.value), True)
    limits = {"gte": condition.low, "lte": condition.high}
    parts: list[Json] = [{"range": {"numbers": {key: n for key, n in limits.items() if n is not None}}}]
    if condition.value:
        parts.append({"term": {"units": digest(condition.value)}})
    return Candidates({"bool": {"filter": parts}}, False)
