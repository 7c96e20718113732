"""What is held: of all reports, or of those that a query looks into, so that an empty answer can be judged.

A query looks into the reports that meet its conditions on reports; where it has none, into all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.engine.base import Extent, Request, View, Viewer
from deqing_search.language.folding import compact_text
from deqing_search.query.tree import And, Filter, Node, Not, Or, Query, filters
from deqing_search.query.years import Years
from deqing_search.report import ReportCard
from deqing_search.search.results import Coverage, Results, YearCount


def coverage(engine: Viewer, query: Query | None = None) -> Coverage:
    """What the index holds; with a query, what of the reports that it looks into: 地区:西安 leaves the others out."""
    view = engine.view()
    conditions = _scope(query.root) if query and query.root else ()
    if not conditions:
        return held(view).coverage
    found = view.evaluate(Request(And(conditions), limit=0))  # an answer that is remembered: every page asks
    return _covered(found.reports, found.total, set(map(int, found.facets["year"])))


def looked_into(engine: Viewer, query: Query) -> Mapping[int | None, Extent]:
    """How much is held of the reports that a query looks into, by year, None: unknown; years without are left out."""
    return engine.view().extents(And(_scope(query.root) if query.root else ()))


def per_10000(engine: Viewer, results: Results) -> float:
    """Occurrences in 10,000 characters of the reports that were looked into."""
    held = looked_into(engine, results.query).values()
    return YearCount(None, results.occurrences, 0, sum(extent.characters for extent in held)).per_10000


def _scope(root: Node) -> tuple[Node, ...]:
    """The conditions of a query that say which reports it looks into."""
    if _is_of_reports(root):
        return (root,)
    return tuple(chain(*map(_scope, root.children))) if isinstance(root, And) else ()


def _is_of_reports(node: Node) -> bool:
    match node:
        case Filter():
            return node.field not in ("section", "value")
        case And(children) | Or(children):
            return all(map(_is_of_reports, children))
        case Not(child):
            return _is_of_reports(child)
    return False


def holds_years(engine: Viewer, years: Years) -> bool:
    """Whether a report of these years is held: where none is, an empty answer says nothing of them."""
    return any(card.meta.year in years for card in engine.view().cards())


def kinds(engine: Viewer) -> list[str]:
    """The kinds of the reports that are held."""
    return sorted({card.meta.kind for card in engine.view().cards() if card.meta.kind})


def unheld_kinds(engine: Viewer, query: Query | None, kind: str = "") -> list[str]:
    """Those of the kinds asked for that no report has: 类型: wants the whole name, and a part of it finds nothing."""
    known = set(map(compact_text, kinds(engine)))
    asked = [one.value for one in filters(query.root) if one.field == "kind"] if query and query.root else []
    return [one for one in dict.fromkeys([kind, *asked] if kind else asked) if compact_text(one) not in known]


class Held(NamedTuple):
    """What every page says of a view, made once."""

    cards: Mapping[str, ReportCard]
    coverage: Coverage


_HELD: WeakKeyDictionary[View, Held] = WeakKeyDictionary()


def held(view: View) -> Held:
    """The reports of a view by id, and what they cover."""
    if view not in _HELD:
        _HELD[view] = Held({card.id: card for card in view.cards()}, _coverage(view.cards()))
    return _HELD[view]


def _coverage(cards: Sequence[ReportCard]) -> Coverage:
    years = {card.meta.year for card in cards if card.meta.year is not None}
    return _covered(len(cards), sum(card.passages for card in cards), years)


def _covered(reports: int, passages: int, years: set[int]) -> Coverage:
    first, last = min(years, default=None), max(years, default=None)
    missing = tuple(year for year in range(first, last) if year not in years) if first and last else ()
    return Coverage(reports, passages, first, last, missing)
