"""The filters beside the hits: each value with its count, also while another value of the same filter is chosen.

The counts of a filter are those of the search without this filter, so that one can change its value in one step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.query.filters import one_text, values_of
from deqing_search.search import searcher as conductor
from deqing_search.search.provinces import province
from deqing_search.search.searcher import Results
from deqing_search.web.groups import Column, year_columns
from deqing_search.web.labels import CONDITIONS
from deqing_search.web.parameters import SearchParameters
from deqing_search.web.urls import SearchLink, pair

FIRST = 12  # values that are shown at once
NAMES = ("part", "kind", "place")


class Choice(NamedTuple):
    """One value of a filter, and the search in which it is chosen or, if it is chosen, no longer is."""

    value: str
    passages: int
    is_chosen: bool
    address: str
    width: float  # of its bar, out of 100


class Facet(NamedTuple):
    """One filter: its values with the numbers of their passages."""

    name: str
    label: str
    chosen: Sequence[str]
    first: Sequence[Choice]  # the largest, largest first
    number: int  # of all values
    groups: Sequence[tuple[str, Sequence[tuple[str, int]]]]  # all by name, places by province; empty if not asked for


def toggled(chosen: Sequence[str], value: str) -> str:
    """The values that are chosen after `value` is added, or taken away if it was chosen.

    >>> toggled(("杭州市",), "宁波市")
    '杭州市|宁波市'
    """
    return one_text([one for one in chosen if one != value] if value in chosen else [*chosen, value])


def facets(engine: Viewer, ask: SearchParameters, shown: Results, link: SearchLink, whole: str) -> list[Facet]:
    """The filters that would change what is shown. One whose only value all hits have is left out.

    `whole` names the filter whose values are all listed. Few want that, and it is a third of the page.
    """
    found = []
    for name in NAMES:
        chosen = values_of(getattr(ask, name))
        among = _without(engine, ask, shown, **{name: ""}) if chosen else shown
        counts = conductor.parts(engine, among) if name == "part" else among.facets.get(name, {})
        if len(counts) > 1 or set(counts.values()) - {among.total}:
            found.append(_facet(name, chosen, counts, link, name == whole))
    return found


def _facet(name: str, chosen: Sequence[str], counts: Mapping[str, int], link: SearchLink, is_whole: bool) -> Facet:
    largest = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    first = largest[:FIRST] + [one for one in largest[FIRST:] if one[0] in chosen]
    most = largest[0][1]
    others = link.without(name)
    choices = [
        Choice(
            value,
            count,
            value in chosen,
            others + pair(name, left) if (left := toggled(chosen, value)) else link(**{name: None}),
            round(100 * count / most, 1),
        )
        for value, count in first
    ]
    return Facet(name, CONDITIONS[name], chosen, choices, len(counts), _grouped(name, counts) if is_whole else [])


def _grouped(name: str, counts: Mapping[str, int]) -> list[tuple[str, list[tuple[str, int]]]]:
    """The values by their names; places under their provinces, those of unknown province last.

    >>> _grouped("place", {"湖州市": 2, "南京市": 1, "杭州市": 3})
    [('江苏省', [('南京市', 1)]), ('浙江省', [('杭州市', 3), ('湖州市', 2)])]
    """
    groups: dict[str, list[tuple[str, int]]] = {}
    for value, count in sorted(counts.items()):
        groups.setdefault(province(value) if name == "place" else "", []).append((value, count))
    return sorted(groups.items(), key=lambda group: (not group[0], group[0]))


def years(engine: Viewer, ask: SearchParameters, shown: Results) -> list[Column]:
    """The chart of the years that can be chosen: all, or those of the range that is chosen."""
    among = _without(engine, ask, shown, years=None) if ask.year and ".." not in ask.year else shown
    return year_columns(among.facets.get("year", {}), conductor.coverage(engine, among.query))


def _without(engine: Viewer, ask: SearchParameters, shown: Results, **filters: Any) -> Results:
    """The counts of the same search with some filters changed; `shown` where nothing would be left to search for."""
    changed = replace(ask.filters, **filters)
    if not ask.q and not changed:
        return shown
    return conductor.search(engine, conductor.SearchRequest(ask.q, changed, mode=shown.mode, limit=0))
