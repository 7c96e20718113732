"""Lets a condition on a place find the reports of the same unit under its former names, or under the one of today.

Which names are of one unit is in `text.place_history`. Names of units that were merged or split are not added; `offers`
says what became of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import (
    NOT_TYPED,
    Diagnostic,
    Filter,
    Node,
    Not,
    PlaceName,
    PlaceNames,
    all_of,
    filters,
    with_children,
)
from deqing_search.text.place_history import Alias, Unit, aliases, changes_of, names_around, unit, units_called
from deqing_search.text.place_names import short_name

_ENDS = ("并入", "拆分")  # the changes with which a unit ends and others go on
_MOST_OFFERS = 3


def with_other_names(node: Node) -> Node:
    """The tree with each condition on a place widened to the other names of that place, where it has any.

    >>> with_other_names(Filter("place", NOT_TYPED, "杭州"))
    Filter(field='place', span=Span(start=0, end=0), value='杭州', low=None, high=None)
    >>> with_other_names(Filter("place", NOT_TYPED, "襄樊")).names
    (PlaceName(name='襄阳市', is_former=False),)
    """
    match node:
        case PlaceNames():
            return node
        case Filter(field="place"):
            return _named(node)
    return with_children(node, with_other_names)


def _named(asked: Filter) -> Node:
    found = aliases(asked.value)
    if not found:
        return asked
    names = dict.fromkeys(PlaceName(one.shown, one.shown != one.unit.name) for one in found)
    return PlaceNames((asked, *map(_condition, found)), asked, tuple(names))


def _condition(alias: Alias) -> Node:
    nodes: list[Node] = [Filter("place", NOT_TYPED, alias.name)]
    if alias.first or alias.last:
        nodes.append(Filter("year", NOT_TYPED, low=alias.first, high=alias.last))
    nodes += (Not(Filter("place", NOT_TYPED, longer)) for longer in alias.without)
    return all_of(*nodes)


def offers(root: Node) -> Iterator[Diagnostic]:
    """A note for each place in the conditions that was merged or split, or whose name another unit once had.

    >>> [str(one.message) for one in offers(Filter("place", NOT_TYPED, "崇文"))]
    ['崇文区 2010 年并入东城区，东城区的报告没有计入；要看请写 地区:东城']
    """
    for asked in filters(root):
        if asked.field == "place":
            notes = dict.fromkeys(_offers(asked.value))
            yield from (Diagnostic(asked.span, note, "note") for note in list(notes)[:_MOST_OFFERS])


def _offers(value: str) -> Iterator[Message]:
    for one in units_called(value):
        if not one.exists:
            yield from _ended(one, value)
        elif not _is_counted(one, value):
            former = next(spell.name for spell in reversed(one.spells) if short_name(spell.name) in value)
            said = gettext_noop("{former}今名{name}，{name}的报告没有计入；要看请写 地区:{short}")
            yield Message(said, former=former, name=one.name, short=short_name(one.name))


def _is_counted(one: Unit, value: str) -> bool:
    """Whether the reports of a unit are found by its name of today, that of a unit around it, or another name."""
    names = (one.name, *names_around(one.spells[-1]))
    return any(value in name for name in names) or any(alias.unit == one for alias in aliases(value))


def _ended(one: Unit, value: str) -> Iterator[Message]:
    """Where a unit that ended went to, unless the reports of that are found too."""
    ends = [change for change in changes_of(one.id) if change.before == one.id and change.kind in _ENDS]
    went = {change.after: change.year for change in ends if not _is_counted(unit(change.after), value)}
    names = [unit(after).name_at(year) for after, year in went.items()]
    if len(names) == 1:
        said = gettext_noop("{name} {year} 年并入{after}，{after}的报告没有计入；要看请写 地区:{short}")
        yield Message(said, name=one.name, year=ends[0].year, after=names[0], short=short_name(names[0]))
    elif names:
        said = gettext_noop("{name} {year} 年撤销，划入{after}；这些地区的报告没有计入")
        yield Message(said, name=one.name, year=ends[0].year, after="、".join(names))
