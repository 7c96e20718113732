"""The occurrences that concordances, collocates and dispersions are made from, in reading order.

A query counts its literals, a column of a dictionary counts its terms; both by the rule of `counting`. Of NEAR and 同句
only the literals that match count, as in a search.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deqing_search.engine.base import View, Viewer
from deqing_search.errors import UsageError
from deqing_search.messages import gettext_noop
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import And, Literal, Near, Node, Not, Or, Within, literals
from deqing_search.request_deadline import check
from deqing_search.research.counting import Occurrence, Scanner
from deqing_search.search.marks import marks
from deqing_search.search.searcher import explain, read


class Wanted(NamedTuple):
    """What is looked for. All `terms` are counted together, but only the `shown` ones are returned."""

    shown: frozenset[str]
    terms: tuple[str, ...]
    where: Node  # the passages in which they are looked for
    filters: Filters = NO_FILTERS  # already in `where`
    restricted: Node | None = None  # a tree that decides which occurrences count; None: all


class Place(NamedTuple):
    """An occurrence in the compact text of a passage."""

    handle: int
    report: str
    text: str  # the compact text of the passage
    found: Occurrence


class Found(NamedTuple):
    """Every occurrence of what is looked for, read once for several instruments; the oldest report comes first."""

    view: View
    wanted: Wanted
    places: Sequence[Place]


def find(engine: Viewer, wanted: Wanted) -> Found:
    """All occurrences."""
    view = engine.view()
    return Found(view, wanted, list(occurrences(view, wanted)))


def drawn(places: Sequence[Place], most: int | None, seed: int) -> Sequence[Place]:
    """At most so many occurrences, drawn at random and in their order; the same seed draws the same ones."""
    if most is None or most >= len(places):
        return places
    chosen = random.Random(seed).sample(range(len(places)), most)  # noqa: S311 - anybody may repeat it
    return [places[at] for at in sorted(chosen)]


def of_query(typed: str, filters: Filters = NO_FILTERS) -> Wanted:
    """The literals of a query; raises `UsageError` as a search does, and if the query has no literal."""
    query = read(typed)
    root = explain(typed, filters).root
    if query.root is None or root is None or not (found := _strings(literals(query.root))):
        raise UsageError(gettext_noop("检索式里没有要找的文字。"), hint=gettext_noop("例如：营商环境 地区:杭州"))
    return Wanted(frozenset(found), found, root, filters, query.root if _is_restricted(query.root) else None)


def beside(wanted: Wanted, terms: Iterable[str]) -> Wanted:
    """The same, counted together with other compact terms that are not shown, as in a dictionary."""
    return wanted._replace(terms=tuple(dict.fromkeys((*wanted.terms, *terms))))


def occurrences(view: View, wanted: Wanted) -> Iterator[Place]:
    """Every occurrence; the oldest report comes first, its passages in reading order."""
    scan = Scanner(wanted.terms).scan
    for text in view.texts(wanted.where):
        check()
        found = scan(text.compact) if wanted.restricted is None else _restricted(text.compact, wanted.restricted)
        yield from (Place(text.handle, text.report, text.compact, one) for one in found if one.term in wanted.shown)


def _restricted(text: str, tree: Node) -> Iterator[Occurrence]:
    """The spans that match a tree: from the left the longest, none overlapping."""
    end = 0
    for span in sorted(marks(text, tree), key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            yield Occurrence(text[span.start : span.end], span.start, span.end)
            end = span.end


def _is_restricted(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return any(map(_is_restricted, children))
        case Within(unit, child):
            return unit == "sentence" or _is_restricted(child)
        case Not():
            return False
    return isinstance(node, Near)


def _strings(found: Iterable[Literal]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.compact for one in found if one.compact))
