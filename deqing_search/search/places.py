"""The reports of an index by administrative unit: a place that was renamed is one place, with the name of today.

What is one unit is said by `text.place_history`. A place that is not in its table is known by the name it has in the
reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message, gettext_noop
from deqing_search.report import Metadata, ReportCard
from deqing_search.text.place_history import Change, Unit, changes_of, unit_of
from deqing_search.text.place_names import with_last_unit


class ReportPlace(NamedTuple):
    """A place that has reports. `name` is as the newest report writes it, with the name of today."""

    name: str
    unit: Unit | None  # None: the table does not say which

    def name_at(self, year: int) -> str:
        """The name for a year without reports, by the table. Reports appear at the beginning of a year."""
        return with_last_unit(self.name, self.unit.name_at(year - 1)) if self.unit else self.name

    def existed(self, year: int) -> bool:
        """Whether it may have a report of a year. Reports appear at its beginning, before the changes of that year."""
        return self.unit is None or any(year - 1 in spell for spell in self.unit.spells)

    def changes_before(self, year: int) -> tuple[Message, ...] | None:
        """Why the reports of a year are of another area than those of the year before; None: it is not known."""
        return changes_in(self.unit, year - 1) if self.unit else None


_PLACES: WeakKeyDictionary[View, Mapping[str, ReportPlace]] = WeakKeyDictionary()


def places(view: View) -> Mapping[str, ReportPlace]:
    """The place of each report of a view, by its id; worked out once for each view."""
    if view not in _PLACES:
        _PLACES[view] = places_of(view.cards())
    return _PLACES[view]


def places_of(cards: Iterable[ReportCard]) -> dict[str, ReportPlace]:
    """The place of each report, by its id.

    >>> from deqing_search.report import Metadata
    >>> years = {2008: "湖北省襄樊市", 2012: "湖北省襄阳市", 2013: "某开发区"}
    >>> cards = [ReportCard(str(year), Metadata(place=place, year=year), "", "", 1, 0) for year, place in years.items()]
    >>> [place.name for place in places_of(cards).values()]
    ['湖北省襄阳市', '湖北省襄阳市', '某开发区']
    """
    dated = [(card, _unit_of(card.meta)) for card in sorted(cards, key=lambda card: card.meta.year or 0)]
    of_unit = {one.id: ReportPlace(with_last_unit(card.meta.place, one.name), one) for card, one in dated if one}
    return {card.id: of_unit[one.id] if one else ReportPlace(card.meta.place, None) for card, one in dated}


def _unit_of(meta: Metadata) -> Unit | None:
    return unit_of(compact_text(meta.place), meta.year) if meta.place else None


def changes_in(of_unit: Unit, year: int) -> tuple[Message, ...]:
    """The mergers, splits and transfers of a unit in a year, in words.

    >>> from deqing_search.text.place_history import unit
    >>> changes_in(unit("310115"), 2009), changes_in(unit("340100"), 2011), changes_in(unit("420600"), 2010)
    (('2009 年南汇区并入',), ('2011 年巢湖市、庐江县划入', '2011 年巢湖市的一部分并入'), ())
    """
    found: dict[str, list[str]] = {}
    for change in changes_of(of_unit.id):
        if change.year == year:
            named, how = _in_words(change, of_unit)
            found.setdefault(how, []).append(named)
    return tuple(Message(how, year=year, names="、".join(dict.fromkeys(names))) for how, names in found.items())


def _in_words(change: Change, of_unit: Unit) -> tuple[str, str]:
    """The name that a change is about, and the words around it."""
    if change.after == of_unit.id:
        return (change.name_before if change.kind == "析出" else change.what), _JOINED[change.kind]
    return (change.what if change.kind in ("析出", "划转") else change.name_after), _LEFT[change.kind]


_JOINED = {  # of the unit that something came to
    "并入": gettext_noop("{year} 年{names}并入"),
    "拆分": gettext_noop("{year} 年{names}的一部分并入"),
    "升格": gettext_noop("{year} 年县级{names}升格"),
    "析出": gettext_noop("{year} 年由{names}析出"),
    "划转": gettext_noop("{year} 年{names}划入"),
}
_LEFT = {  # of the unit that ended or lost something
    "并入": gettext_noop("{year} 年并入{names}"),
    "拆分": gettext_noop("{year} 年撤销，一部分划入{names}"),
    "升格": gettext_noop("{year} 年升格为地级{names}"),
    "析出": gettext_noop("{year} 年{names}析出"),
    "划转": gettext_noop("{year} 年{names}划出"),
    "撤销": gettext_noop("{year} 年撤销"),
}
