"""Coverage: which reports and years an answer is about, so that an empty answer can be judged.

A query searches the reports that meet its conditions on reports; if it has none, all reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.engine.base import Extent, Request, View, Viewer
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message
from deqing_search.query.filters import Filters, values_of
from deqing_search.query.tree import And, Filter, Node, Not, Or, Query, filters
from deqing_search.query.years import Years
from deqing_search.report import ReportCard
from deqing_search.search.results import Coverage, Results
from deqing_search.text.place_history import goes_by
from deqing_search.text.place_names import short_names, units

_FEW_PLACES = 5  # that a message lists


def coverage(engine: Viewer, query: Query | None = None) -> Coverage:
    """The coverage of the index; with a query, of the reports that it searches: with 地区:西安 only those on 西安."""
    view = engine.view()
    conditions = _scope(query.root) if query and query.root else ()
    if not conditions:
        return contents(view).coverage
    return _matched(view, And(conditions))  # the engine remembers this answer; every page asks for it


def coverage_of(engine: Viewer, filters: Filters) -> Coverage:
    """The coverage of the reports that filters allow; with filters on parts, of the passages in them."""
    if not filters:
        return coverage(engine)
    return _matched(engine.view(), filters.limit(And(())))


def _matched(view: View, root: Node) -> Coverage:
    found = view.evaluate(Request(root, limit=0))
    return _covered(found.reports, found.total, set(map(int, found.facets["year"])))


def extents_by_year(engine: Viewer, query: Query) -> Mapping[int | None, Extent]:
    """How much text a query searches, by year of the report, None: unknown. Years without reports are left out."""
    return engine.view().extents(And(_scope(query.root) if query.root else ()))


def per_10000(engine: Viewer, results: Results) -> float:
    """Occurrences in 10,000 characters of the reports that were searched."""
    extents = extents_by_year(engine, results.query).values()
    return rate(results.occurrences, sum(extent.characters for extent in extents))


def rate(occurrences: int, characters: int) -> float:
    """Occurrences in 10,000 characters; 0 without text.

    >>> rate(3, 20_000)
    1.5
    """
    return 10_000 * occurrences / characters if characters else 0.0


def _scope(root: Node) -> tuple[Node, ...]:
    """The conditions of a query that decide which reports it searches."""
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


def has_reports_of(engine: Viewer, years: Years) -> bool:
    """Whether the index has a report of these years. If not, an empty answer says nothing about them."""
    return any(card.meta.year in years for card in engine.view().cards())


def kinds(engine: Viewer) -> list[str]:
    """The kinds of the reports in the index, sorted."""
    return sorted({card.meta.kind for card in engine.view().cards() if card.meta.kind})


def unknown_values(engine: Viewer, query: Query | None, kind: str = "") -> list[Message]:
    """A message for each kind or place in the query that no report has. It names all kinds, or the nearest places."""
    known, unknown = "、".join(kinds(engine)), _unknown_kinds(engine, query, kind)
    return [
        *(Message("没有类型是“{kind}”的报告；有 {known}。", kind=one, known=known) for one in unknown),
        *(
            Message("没有地区含“{place}”的报告；相近的有 {near}。", place=place, near="、".join(near))
            if near
            else Message("没有地区含“{place}”的报告。", place=place)
            for place, near in _unknown_places(engine, query)
        ),
    ]


def _unknown_kinds(engine: Viewer, query: Query | None, kind: str = "") -> list[str]:
    """The kinds in the conditions of a query that no report has. 类型: compares the whole name, not a part of it."""
    known = set(map(compact_text, kinds(engine)))
    names = [one.value for one in filters(query.root) if one.field == "kind"] if query and query.root else []
    return [one for one in dict.fromkeys([*values_of(kind), *names]) if compact_text(one) not in known]


def _unknown_places(engine: Viewer, query: Query | None) -> list[tuple[str, list[str]]]:
    """The places in the conditions of a query that no report has, each with the nearest ones that reports have."""
    dated = {(card.meta.place, card.meta.year) for card in engine.view().cards() if card.meta.place}
    places = sorted({place for place, _ in dated})
    asked = [one.value for one in filters(query.root) if one.field == "place"] if query and query.root else []
    known = [(compact_text(place), year) for place, year in dated]
    unknown = [one for one in dict.fromkeys(asked) if not any(goes_by(one, *place) for place in known)]
    return [(one, nearest_places(one, places)) for one in unknown]


def nearest_places(name: str, places: Sequence[str]) -> list[str]:
    """The few places whose names are nearest to a name; all of them where there are few.

    >>> nearest_places("中山", ["中卫市", "佛山市", "广东省中山县", "武汉市", "西安市", "银川市"])
    ['广东省中山县', '中卫市', '佛山市']
    """
    if len(places) <= _FEW_PLACES:
        return list(places)
    name = compact_text(name)
    shared = {place: _in_common(name, compact_text(place)) for place in places}
    near = sorted((place for place in places if shared[place]), key=lambda place: (-shared[place], len(place), place))
    return near[:_FEW_PLACES]


def _in_common(name: str, place: str) -> float:
    """How much of a name stands in a place: its characters without 省, 市, 县 and the like, and their pairs."""
    bare = re.sub("[省市县区州旗盟]$", "", name) or name
    pairs = [bare[at : at + 2] for at in range(len(bare) - 1)]
    return sum(character in place for character in bare) + 2 * sum(pair in place for pair in pairs)


class Contents(NamedTuple):
    """The reports of a view, by id, their coverage and the names of their places; made once for each view."""

    cards: Mapping[str, ReportCard]
    coverage: Coverage
    places: frozenset[str]  # 湖州, 湖州市, 德清, 德清县: as a question names them


_CONTENTS: WeakKeyDictionary[View, Contents] = WeakKeyDictionary()


def contents(view: View) -> Contents:
    """The reports of a view by id, their coverage and the names of their places."""
    if view not in _CONTENTS:
        cards = view.cards()
        places = map(compact_text, {card.meta.place for card in cards})
        named = frozenset(name for place in places for name in (*units(place), *short_names(place)))
        _CONTENTS[view] = Contents({card.id: card for card in cards}, _coverage(cards), named)
    return _CONTENTS[view]


def _coverage(cards: Sequence[ReportCard]) -> Coverage:
    years = {card.meta.year for card in cards if card.meta.year is not None}
    return _covered(len(cards), sum(card.passages for card in cards), years)


def _covered(reports: int, passages: int, years: set[int]) -> Coverage:
    first, last = min(years, default=None), max(years, default=None)
    missing = tuple(year for year in range(first, last) if year not in years) if first and last else ()
    return Coverage(reports, passages, first, last, missing)
