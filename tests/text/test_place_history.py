"""The table of names by year is consistent, and says of known renames what is known."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from deqing_search.text.place_history import aliases, changes_of, every_unit, goes_by, unit, unit_of

YEARS = range(1980, 2027)
RENAMES = [
    tuple(line.split("\t"))
    for line in Path("tests/cases/renames.tsv").read_text("utf-8").splitlines()
    if line[0] != "#"
]


def test_no_code_and_no_unit_has_two_names_in_one_year():
    held = Counter(
        (spell.code, year) for one in every_unit() for spell in one.spells for year in YEARS if year in spell
    )
    assert len(held) > 100_000
    assert set(held.values()) == {1}


def test_the_spells_of_a_unit_follow_each_other_without_a_gap():
    pairs = [pair for one in every_unit() for pair in pairwise(one.spells)]
    assert len(pairs) > 3_000
    for before, after in pairs:
        assert after.first == (before.last or 0) + 1, after
        assert after.how in ("更名", "改设", "升格", "改码"), after
        assert after.source, after


def test_a_merged_unit_ends_when_its_successor_exists():
    changes = [change for one in every_unit() for change in changes_of(one.id) if change.before == one.id]
    assert len(changes) > 1_000
    for change in changes:
        if change.kind in ("并入", "拆分", "升格", "撤销"):
            assert unit(change.before).spells[-1].last == change.year - 1, change
        if change.after:
            after = unit(change.after)
            assert (after.spells[0].first or 0) <= change.year <= (after.spells[-1].last or 9999), change


@pytest.mark.parametrize(("before", "year", "after"), RENAMES)
def test_a_known_rename_stands_in_its_year(before: str, year: str, after: str):
    renamed = [
        (one.name_at(int(year) - 1), one.name_at(int(year)))
        for one in every_unit()
        if any(spell.name == before for spell in one.spells)
    ]
    assert (before, after) in renamed


@pytest.mark.parametrize(
    ("value", "place", "year", "found"),
    [
        ("襄阳", "湖北省襄樊市", 2008, True),
        ("襄樊", "湖北省襄阳市", 2015, True),
        ("襄樊", "襄阳市谷城县", 2015, True),
        ("襄樊", "襄阳市", None, True),  # no other unit was called so
        ("沙县区", "福建省三明市沙县", 2015, True),
        ("沙县区", "湖南省长沙县", 2015, False),  # 沙县 is a part of the name
        ("普洱市", "云南省思茅市", 2005, True),
        ("普洱市", "云南省思茅市", 2000, False),  # then a county
        ("翠云区", "云南省思茅市", 2000, True),
        ("维扬", "江苏省扬州市郊区", 2000, True),  # a unit that was merged later
        ("秀洲", "浙江省嘉兴市郊区", 1998, True),
        ("秀洲", "安徽省合肥市郊区", 1998, False),
        ("秀洲", "郊区", 1998, False),  # of which city it is not known
        ("济南", "山东省莱芜市", 2015, False),  # merged: another area
        ("德清", "浙江省湖州市德清县", 2024, True),
    ],
)
def test_a_place_goes_by_the_names_of_its_unit_and_no_others(value, place, year, found):
    assert goes_by(value, place, year) == found


def test_a_name_of_today_is_never_taken_for_the_former_name_of_another():
    assert {alias.unit.name for alias in aliases("襄阳")} == {"襄阳市"}  # not 襄州区, once 襄阳县
    assert {alias.unit.name for alias in aliases("襄阳区")} == {"襄州区"}


@pytest.mark.parametrize(
    ("place", "year", "name"),
    [
        ("安徽省巢湖市", 1995, "巢湖市"),
        ("安徽省巢湖市", 2005, "巢湖市"),
        ("江苏省淮安市", 1995, "淮安区"),
        ("江苏省淮安市", 2015, "淮安市"),
        ("四川省重庆市", 1990, "重庆市"),
        ("浙江省嘉兴地区德清县", 1981, "德清县"),
        ("某某市", 2000, None),
    ],
)
def test_a_report_is_of_the_unit_that_had_its_name_then(place, year, name):
    found = unit_of(place, year)
    assert (found and found.name) == name


def test_a_prefecture_and_a_county_of_one_name_are_two_units():
    county, prefecture = unit_of("安徽省巢湖市", 1995), unit_of("安徽省巢湖市", 2005)
    assert county
    assert county.exists
    assert prefecture
    assert not prefecture.exists
    split = [unit(change.after).name for change in changes_of(prefecture.id) if change.kind == "拆分"]
    assert split == ["合肥市", "芜湖市", "马鞍山市"]
