"""What became of a place over the years, and which of its reports the index has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message
from deqing_search.report import ReportCard
from deqing_search.search.places import changes_in, places
from deqing_search.text.place_history import Change, Spell, Unit, changes_of, full_name, units_called

MOST_UNITS = 50  # of one name, such as 城关区 or 新华区


class History(NamedTuple):
    """A unit, its names and changes by year, and its reports in the index."""

    unit: Unit
    reports: tuple[ReportCard, ...]  # by year

    @property
    def name(self) -> str:
        """The name of today, or the last one, after those of the units around it."""
        return full_name(self.unit)

    @property
    def changes(self) -> Sequence[Change]:
        return changes_of(self.unit.id)

    @property
    def changes_in_words(self) -> tuple[Message, ...]:
        """The mergers, splits and transfers, the oldest first."""
        years = dict.fromkeys(change.year for change in self.changes)
        return tuple(said for year in years for said in changes_in(self.unit, year))


def histories(engine: Viewer, name: str) -> list[History]:
    """The units that have or had a name: those with reports first, then those that exist today."""
    view = engine.view()
    found = units_called(compact_text(name))
    held: dict[str, list[ReportCard]] = {one.id: [] for one in found}
    of_report = places(view)
    for card in view.cards():
        place = of_report[card.id].unit
        if place is not None and place.id in held:
            held[place.id].append(card)
    made = [History(one, tuple(held[one.id])) for one in found]
    return sorted(made, key=lambda one: (-len(one.reports), not one.unit.exists, one.unit.id))[:MOST_UNITS]


def history_fields(one: History) -> dict[str, Any]:
    """The history of a unit as a JSON object; shell and API give the same."""
    return {
        "unit": one.unit.id,
        "name": one.name,
        "exists": one.unit.exists,
        "names": [_spell_fields(spell) for spell in one.unit.spells],
        "changes": [_change_fields(change) for change in one.changes],
        "reports": [
            {"report": card.id, "year": card.meta.year, "kind": card.meta.kind, "place": card.meta.place}
            for card in one.reports
        ],
    }


def _spell_fields(spell: Spell) -> dict[str, Any]:
    return {
        "code": spell.code,
        "name": spell.name,
        "within": spell.within,
        "from": spell.first,
        "to": spell.last,
        "how": spell.how,
        "source": spell.source,
    }


def _change_fields(change: Change) -> dict[str, Any]:
    return {
        "year": change.year,
        "kind": change.kind,
        "what": change.what,
        "before": change.before,
        "before_name": change.name_before,
        "after": change.after or None,
        "after_name": change.name_after or None,
        "source": change.source,
    }


def spell_in_words(spell: Spell) -> str:
    """The years of a name.

    >>> [spell_in_words(spell) for spell in units_called("襄阳市")[0].spells]
    ['2009 年末以前', '2010 年末起']
    """
    if spell.first is None:
        return f"{spell.last} 年末以前" if spell.last else "1980 年以来"
    return f"{spell.first} 至 {spell.last} 年末" if spell.last else f"{spell.first} 年末起"


def sources(one: History) -> Iterator[str]:
    """What the names and changes of a unit rest on, each source once."""
    every = [spell.source for spell in one.unit.spells] + [change.source for change in one.changes]
    return iter(dict.fromkeys(filter(None, every)))
