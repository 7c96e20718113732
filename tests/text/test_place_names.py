"""The name of a place is cut into administrative units where a reader would cut it."""

from __future__ import annotations

import pytest

from deqing_search.config import DATA
from deqing_search.text.place_names import last_unit, short_names, units


@pytest.mark.parametrize(
    ("place", "cut"),
    [
        ("江苏省苏州市吴县市", ["江苏省", "苏州市", "吴县市"]),
        ("安徽省宿县地区宿县", ["安徽省", "宿县地区", "宿县"]),
        ("四川省万县市五桥区", ["四川省", "万县市", "五桥区"]),
        ("云南省西盟佤族自治县", ["云南省", "西盟佤族自治县"]),
        ("内蒙古自治区呼伦贝尔市鄂伦春自治旗", ["内蒙古自治区", "呼伦贝尔市", "鄂伦春自治旗"]),
        ("山东省济南市市中区", ["山东省", "济南市", "市中区"]),
        ("湖南省常德市津市市", ["湖南省", "常德市", "津市市"]),
        ("恩施州", ["恩施州"]),
        ("贵州省六盘水市盘县特区", ["贵州省", "六盘水市", "盘县特区"]),
    ],
)
def test_a_kind_of_unit_inside_of_a_name_does_not_cut_it(place: str, cut: list[str]) -> None:
    assert units(place) == cut


def test_every_listed_unit_is_one_unit() -> None:
    rows = [line.split("\t") for line in (DATA / "places.tsv").read_text("utf-8").splitlines() if line[0] != "#"]
    names = {name for _, name, *_ in rows}
    cut = {name for name in names if last_unit(name) != name}
    assert len(names) > 3000
    assert cut == set()


def test_a_name_of_one_character_keeps_its_kind() -> None:
    assert short_names("陕西省宝鸡市眉县") == ["陕西", "宝鸡", "眉县"]
