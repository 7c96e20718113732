"""The reports that a query names: by their title, or by place and year, with or without the kind (杭州 2023 报告).

Decides from the cards of a view alone. A query that has anything besides names no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text, letters
from deqing_search.report import ReportCard
from deqing_search.text.place_history import Alias, aliases
from deqing_search.text.place_names import last_unit, short_name, short_names

MOST = 3  # named reports that are shown: a title such as 温州市政府工作报告 is the same every year
_SHORTEST = 5  # letters of a query that names a report
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])(?:年度?)?")
_SHORTENED = ("政府工作报告", "工作报告", "报告")  # a kind as people shorten it
_NATION = ("全国", "国务院")


class _Names(NamedTuple):
    by_title: dict[str, list[ReportCard]]
    by_place: dict[tuple[str, int], list[ReportCard]]  # name of the place, year
    kinds: set[str]


_NAMES: WeakKeyDictionary[View, _Names] = WeakKeyDictionary()


def named_reports(view: View, typed: str) -> tuple[ReportCard, ...]:
    """The few reports that a query names, the newest first; none if it asks for anything besides."""
    asked = letters(typed)
    if len(asked) < _SHORTEST:
        return ()
    names = _names(view)
    found = names.by_title.get(asked) or _by_place_and_year(names, asked)
    return tuple(sorted(found, key=lambda card: (-(card.meta.year or 0), card.id))[:MOST])


def _by_place_and_year(names: _Names, asked: str) -> list[ReportCard]:
    years = list(_YEAR.finditer(asked))
    if len(years) != 1:
        return []
    start, end = years[0].span()
    rest, year = asked[:start] + asked[end:], int(years[0][1])
    place, kind = _place_and_kind(rest, names.kinds)
    found = names.by_place.get((place, year)) or _under_another_name(names, place, year)
    return [card for card in found if kind in letters(card.meta.kind)]


def _under_another_name(names: _Names, place: str, year: int) -> list[ReportCard]:
    """The reports of a place of a year in which it had another name than the one that was typed."""
    others = ((alias, letters(alias.shown)) for alias in aliases(place))
    cards = (card for alias, name in others for card in names.by_place.get((name, year), ()) if _is(alias, card))
    return list({card.id: card for card in cards}.values())


def _is(alias: Alias, card: ReportCard) -> bool:
    return alias.holds(compact_text(card.meta.place), card.meta.year)


def _place_and_kind(rest: str, kinds: Iterable[str]) -> tuple[str, str]:
    """The place and the kind in what is left of a query without its year; the longest kind only, "" without one.

    >>> _place_and_kind("德清县人民政府工作报告", ()), _place_and_kind("报告杭州", ())
    (('德清县', '政府工作报告'), ('杭州', '报告'))
    >>> _place_and_kind("杭州规划", ["规划"])
    ('杭州', '规划')
    """
    named = (kind for kind in sorted({*_SHORTENED, *kinds}, key=len, reverse=True) if kind in rest)
    kind = next(named, "")
    return rest.replace(kind, "", 1).strip("的").removesuffix("人民"), kind


def _names(view: View) -> _Names:
    if view not in _NAMES:
        names = _Names({}, {}, set())
        for card in view.cards():
            _add(names, card)
        _NAMES[view] = names
    return _NAMES[view]


def _add(names: _Names, card: ReportCard) -> None:
    place, year = card.meta.place, card.meta.year
    if card.meta.kind:
        names.kinds.add(_letters(card.meta.kind))
    if card.meta.title:
        names.by_title.setdefault(_letters(card.meta.title), []).append(card)
    if place and year:
        for name in _names_of(place):
            names.by_place.setdefault((name, year), []).append(card)


_letters = lru_cache(10_000)(letters)  # many reports have one kind, and one title


@lru_cache(10_000)
def _names_of(place: str) -> frozenset[str]:
    """The letters of the names under which a place is known. Remembered, since most places have many reports."""
    called = {place, last_unit(place), short_name(place), "".join(short_names(place)[-2:])}
    return frozenset(map(letters, called.union(_NATION if place in _NATION else ())))
