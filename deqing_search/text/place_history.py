"""The administrative units by year: their names and codes, how they were renamed, merged and split.

Reads data/place_years.tsv and data/place_changes.tsv, which say what is one unit; nothing is guessed here. A unit
stays the same when it is renamed, gets another code, or becomes a city or district of about the same area (撤县设区).
It ends when it is merged into another or split. Years are those of the end of the year, 1980 and later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from deqing_search.config import data_rows
from deqing_search.text.place_names import short_name, units


class Spell(NamedTuple):
    """A name and a code of a unit, and the years at whose end it had them; None: before 1981, or until today."""

    code: str
    name: str
    first: int | None
    last: int | None
    how: str  # it came from the spell before it: 更名, 改设, 升格, 改码; "" for the first spell
    source: str

    @property
    def within(self) -> str:
        """The province and the prefecture, by the code; the last names that they had in these years.

        >>> [spell.within for spell in unit("330521").spells]
        ['浙江省嘉兴地区', '浙江省湖州市']
        """
        return "".join(names[-1] for names in _around(self) if names)

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and (self.first or 0) <= year <= (self.last or year)


class Unit(NamedTuple):
    """An administrative unit; its spells follow each other without a gap."""

    id: str
    spells: tuple[Spell, ...]

    @property
    def name(self) -> str:
        """The newest name."""
        return self.spells[-1].name

    @property
    def exists(self) -> bool:
        return self.spells[-1].last is None

    def name_at(self, year: int) -> str:
        """The name at the end of a year; the first or the last one outside of its years.

        >>> unit = units_called("襄阳市")[0]
        >>> unit.name_at(2009), unit.name_at(2010), unit.name_at(1949)
        ('襄樊市', '襄阳市', '襄樊市')
        """
        held = next((spell for spell in self.spells if year in spell), None)
        return held.name if held else self.spells[0 if year < (self.spells[0].last or year) else -1].name

    def names(self) -> tuple[Spell, ...]:
        """The spells that differ in their names, each over all years in a row that have its name.

        >>> [(one.name, one.first, one.last) for one in units_called("襄州区")[0].names()]
        [('襄阳县', None, 2000), ('襄阳区', 2001, 2009), ('襄州区', 2010, None)]
        """
        found: list[Spell] = []
        for spell in self.spells:
            if found and found[-1].name == spell.name:
                found[-1] = found[-1]._replace(code=spell.code, last=spell.last)
            else:
                found.append(spell)
        return tuple(found)


class Change(NamedTuple):
    """A merger, a split or a transfer, after which figures are of another area: kinds as in the table."""

    year: int
    kind: str  # 并入, 拆分, 升格, 析出, 划转, 撤销
    before: str  # id of the unit
    after: str  # id of the unit; "" if the table does not know it
    what: str  # the name of what was merged, split off or transferred
    source: str

    @property
    def name_before(self) -> str:
        """The name of the unit before the change."""
        return unit(self.before).name_at(self.year - 1)

    @property
    def name_after(self) -> str:
        """The name of the unit after the change; "" if the table does not know it."""
        return unit(self.after).name_at(self.year) if self.after else ""


class Alias(NamedTuple):
    """Another name of a place in reports of these years: it contains `name`, and none of `without`."""

    unit: Unit
    shown: str
    name: str
    without: tuple[str, ...]
    first: int | None
    last: int | None

    def holds(self, place: str, year: int | None) -> bool:
        if self.name not in place or any(longer in place for longer in self.without):
            return False
        if self.first is None and self.last is None:
            return True
        return year is not None and (self.first or 0) <= year <= (self.last or year)


class _Table(NamedTuple):
    units: dict[str, Unit]
    called: dict[str, list[Unit]]  # name, or name without its kind
    holders: dict[str, list[tuple[Unit, Spell]]]  # whole name
    by_code: dict[str, list[tuple[Unit, Spell]]]
    changes: dict[str, list[Change]]  # id of either unit


@cache
def _table() -> _Table:
    spells: dict[str, list[Spell]] = defaultdict(list)
    for row in data_rows("place_years.tsv"):
        unit, code, name, first, last, how, source = (row.split("\t") + [""] * 6)[:7]
        spells[unit].append(Spell(code, name, _year(first), _year(last), how, source))
    table = _Table({}, defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    for name, of_unit in spells.items():
        unit_ = table.units[name] = Unit(name, tuple(of_unit))
        for spell in unit_.spells:
            table.by_code[spell.code].append((unit_, spell))
            table.holders[spell.name].append((unit_, spell))
        for key in dict.fromkeys(key for spell in of_unit for key in (spell.name, short_name(spell.name))):
            table.called[key].append(unit_)
    for row in data_rows("place_changes.tsv"):
        year, kind, before, after, what, source = row.split("\t")
        change = Change(int(year), kind, before, after, what, source)
        for end in {before, after} - {""}:
            table.changes[end].append(change)
    return table


def _year(text: str) -> int | None:
    return int(text) if text else None


def every_unit() -> Sequence[Unit]:
    """All units of the table."""
    return tuple(_table().units.values())


def unit(id_: str) -> Unit:
    """The unit with this id; raises KeyError if there is none."""
    return _table().units[id_]


def changes_of(id_: str) -> Sequence[Change]:
    """The mergers, splits and transfers of a unit, the oldest first.

    >>> [(one.year, one.kind, one.what) for one in changes_of("310115")]
    [(1992, '并入', '川沙县'), (2009, '并入', '南汇区')]
    """
    return tuple(_table().changes.get(id_, ()))


@lru_cache(4096)
def units_called(value: str) -> tuple[Unit, ...]:
    """The units that have or had a name, whole or without its kind.

    If the name of a larger unit stands before it, only those in that unit.

    >>> [one.name for one in units_called("襄樊")], [one.name for one in units_called("湖北省襄阳")]
    (['襄阳市'], ['襄阳市', '襄州区', '襄阳地区'])
    >>> units_called("地理信息"), units_called("")
    ((), ())
    """
    called = _table().called
    if value in called:
        return tuple(called[value])
    for cut in range(len(value) - 2, 1, -1):
        head, tail = value[:cut], value[cut:]
        if tail in called and (found := tuple(one for one in called[tail] if _lies_in(one, head))):
            return found
    return ()


def _lies_in(one: Unit, head: str) -> bool:
    around = {name for spell in one.spells for name in names_around(spell)}
    return any(head.endswith(called) for name in around for called in (name, short_name(name)))


@lru_cache(8192)
def names_around(spell: Spell) -> frozenset[str]:
    """The names that the units around a spell had in its years: prefectures and the province."""
    return frozenset(chain.from_iterable(_around(spell)))


def _around(spell: Spell) -> Iterator[list[str]]:
    """The names that the province and then the prefecture had in the years of a spell, by its code."""
    for code in dict.fromkeys((spell.code[:2] + "0000", spell.code[:4] + "00")):
        if code != spell.code:
            yield [other.name for _, other in _table().by_code.get(code, ()) if _overlap(spell, other)]


def full_name(one: Unit) -> str:
    """The newest name after those of the province and the prefecture that it had then.

    >>> [full_name(one) for one in units_called("襄樊")], full_name(unit("110101"))
    (['湖北省襄阳市'], '北京市东城区')
    """
    return one.spells[-1].within + one.name


def _overlap(one: Spell, other: Spell) -> bool:
    return (one.first or 0) <= (other.last or 9999) and (other.first or 0) <= (one.last or 9999)


@lru_cache(4096)
def aliases(value: str) -> tuple[Alias, ...]:
    """Under which other names the places that are called `value` stand in reports.

    Units that are called so today come first; only if there is none, those that once were. If another unit has or had
    the same name, the name counts only in the years in which this unit had it. If the other unit lies in another
    province, the name also has to follow that of the prefecture or province.

    >>> [(one.shown, one.name) for value in ("襄阳", "襄樊", "德清", "杭州") for one in aliases(value)]
    [('襄樊市', '襄樊市'), ('襄阳市', '襄阳市')]
    >>> [(one.name, one.without) for one in aliases("沙县区")][0][0]
    '沙县'
    """
    found = units_called(value)
    today = [one for one in found if one.exists and value.endswith((one.name, short_name(one.name)))]
    return tuple(alias for one in today or found for spell in one.names() for alias in _aliases(one, spell, value))


def _aliases(one: Unit, spell: Spell, value: str) -> Iterator[Alias]:
    """The spell as an alias for `value`; none if every place of this name contains the value anyway."""
    if value in spell.name or value.endswith(spell.name):
        return
    held = _table().holders[spell.name]
    others = [(holder, other) for holder, other in held if holder != one]
    around = frozenset(name for holder, same in held if holder == one for name in names_around(same))
    if any(not around & names_around(other) for _, other in others):
        for outer in sorted(around):
            yield Alias(one, spell.name, outer + spell.name, (), *_years(spell, bool(others)))
        return
    yield Alias(one, spell.name, spell.name, _longer(spell.name), *_years(spell, bool(others)))


def _years(spell: Spell, shared: bool) -> tuple[int | None, int | None]:
    """The years of the reports under a name: they appear at the beginning of a year, changes come later in the year."""
    if not shared:
        return None, None
    return (spell.first and spell.first + 1), (spell.last and spell.last + 1)


@lru_cache(4096)
def _longer(name: str) -> tuple[str, ...]:
    """The names of units that contain a name, as 长沙县 contains 沙县."""
    return tuple(sorted(other for other in _table().holders if name in other and name != other))


def goes_by(value: str, place: str, year: int | None) -> bool:
    """Whether a place is called `value`: its name contains it, or it is the place under another name.

    >>> goes_by("襄阳", "湖北省襄樊市", 2008), goes_by("沙县区", "湖南省长沙县", 2008), goes_by("杭州", "宁波市", None)
    (True, False, False)
    """
    return value in place or any(alias.holds(place, year) for alias in aliases(value))


@lru_cache(16384)
def unit_of(place: str, year: int | None) -> Unit | None:
    """The unit that a report of a year is of, by the whole name of its place; None if it is not clear.

    A name that several units have or had is decided by the units around it, then by the year.

    >>> [unit_of(place, year).id for place, year in (("云南省思茅市", 2000), ("云南省思茅市", 2005), ("普洱市", 2020))]
    ['530802', '530800', '530800']
    >>> unit_of("朝阳区", 2020), unit_of("全国", 2020)
    (None, None)
    """
    *outer, name = units(place) or [place]
    found = _table().holders.get(name, [])
    if outer:
        found = [one for one in found if names_around(one[1]) & set(outer)]
    if len({holder.id for holder, _ in found}) > 1 and year is not None:
        found = [one for one in found if year - 1 in one[1]]  # a report appears at the beginning of its year
    return found[0][0] if len({holder.id for holder, _ in found}) == 1 else None
