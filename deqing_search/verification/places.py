"""Finds the places that a text names, so that a figure is compared with the reports of the right place only.

Places without a report count too: a figure beside one of them belongs to no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.config import data_rows
from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text
from deqing_search.search.coverage import contents
from deqing_search.search.places import ReportPlace, places
from deqing_search.structure.places import units
from deqing_search.text.place_names import own_names, short_names

_SMALLER = re.compile(
    "[一-鿿]{0,4}?(?:(?<![地全])区|(?<!全)县|(?<!城)镇|(?<!城)乡|街道)(?!域|间|别|位)"
)  # 杭州市|西湖区
_LONGEST: Final = 15  # characters of a name
_BEFORE_SHORT = re.compile("[^一-鿿]|[年月在是据距与和及从比说]")  # before the short name of a place
_OTHER = re.compile(
    "[省路街湾江河湖海港桥站]|大学|学院|银行|证券|机场|时间|都市圈|城市群|经济圈"
)  # after a name: 南京|路


class PlaceNamed(NamedTuple):
    """A place that a compact text names at `[start, end)`; `reports`: the places of its reports, as they write them."""

    start: int
    end: int
    reports: frozenset[str]


_KNOWN: WeakKeyDictionary[View, Mapping[str, frozenset[str]]] = WeakKeyDictionary()


def places_named(view: View, compact: str) -> Iterator[PlaceNamed]:
    """Every place that a compact text names; `reports` is empty if none is indexed, or if the name means two places."""
    known = _known(view)
    at = 0
    while at < len(compact):
        ends = range(min(at + _LONGEST, len(compact)), at + 1, -1)
        end = next((end for end in ends if (name := compact[at:end]) in known or _is_other_place(compact, at, name)), 0)
        if end:
            is_other = _OTHER.match(compact, end) or _SMALLER.match(compact, end)
            yield PlaceNamed(at, end, known.get(compact[at:end], frozenset()) if not is_other else frozenset())
        at = end or at + 1


def innermost(named: Iterable[PlaceNamed]) -> list[PlaceNamed]:
    """The places without those that another one follows at once: 浙江省|杭州市."""
    found: list[PlaceNamed] = []
    for one in named:
        if found and found[-1].end == one.start:
            found.pop()
        found.append(one)
    return found


def _is_other_place(text: str, at: int, name: str) -> bool:
    """Whether a name at an offset is that of a place. A short one may be a common word too: 合作, 新兴, 公园."""
    return name in units() or (name in _short() and (at == 0 or _BEFORE_SHORT.match(text[at - 1]) is not None))


@cache
def _short() -> frozenset[str]:
    homonyms = {name for row in data_rows("place_homonyms.tsv") for name in row.split("\t")[0].split()}
    return frozenset(short for name in units() for short in short_names(name) if len(short) > 1) - homonyms


def _known(view: View) -> Mapping[str, frozenset[str]]:
    """The places of reports by each of the names that these use for them, and by names that they had or have today."""
    if view not in _KNOWN:
        written: dict[ReportPlace, set[str]] = {}
        for card in contents(view).cards.values():
            if card.meta.place:
                written.setdefault(places(view)[card.id], set()).add(card.meta.place)
        _KNOWN[view] = _by_name(written)
    return _KNOWN[view]


def _by_name(written: Mapping[ReportPlace, set[str]]) -> dict[str, frozenset[str]]:
    """The places as reports write them, by name. A name that reports use is not that of a unit which only had it."""
    used: dict[str, list[set[str]]] = {}
    other: dict[str, list[set[str]]] = {}
    for place, forms in written.items():
        for name in {name for form in forms for name in own_names(compact_text(form))}:
            used.setdefault(name, []).append(forms)
        for spell in place.unit.names() if place.unit else ():
            for name in own_names(spell.name):
                other.setdefault(name, []).append(forms)
    return {name: _one_place(forms) for name, forms in (other | used).items()}


def _one_place(forms: Sequence[set[str]]) -> frozenset[str]:
    """The forms of a name if they are of one place, which may be written with more of the units above it; else none."""
    every = set().union(*forms)
    longest = max(every, key=len)
    return frozenset(every if len(forms) == 1 or all(longest.endswith(one) for one in every) else ())
