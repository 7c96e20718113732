"""Every administrative unit is read by its whole name, whatever characters it has."""

from __future__ import annotations

import pytest

from deqing_search.structure.places import place_named, places_in, units

LINES = (
    "——2024年2月3日在{}第四届人民代表大会第三次会议上",
    "（2024年2月3日在{}第四届人民代表大会第三次会议上）",
    "现在，我代表{}人民政府，向大会报告工作",
    "{}人民政府代市长 王波",
)
NOT_ALONE = {"城区", "郊区", "矿区", "市区", "新区"}  # plain words as well


@pytest.mark.parametrize("line", LINES)
def test_every_unit_is_read_in_full_and_no_other(line: str) -> None:
    read = {name: [*places_in(line.format(name))] for name in units() if name not in NOT_ALONE}
    assert len(read) > 4000
    assert {name: found for name, found in read.items() if found != [units()[name]]} == {}


def test_every_unit_is_read_after_its_province() -> None:
    names = [name for name in units() if name not in NOT_ALONE and name[-1] in "县旗"]
    assert len(names) > 1000
    assert [name for name in names if [*places_in(f"浙江省{name}政府工作报告")] != [f"浙江省{units()[name]}"]] == []


@pytest.mark.parametrize(
    "name",
    ["中卫市", "中山市", "巴中市", "日照市", "日喀则市", "汉中市", "晋中市", "共和县", "代县", "扬中市", "阆中市"],
)
def test_names_that_hold_a_common_character_are_there(name: str) -> None:
    assert [*places_in(f"{name}政府工作报告")] == [name]
    assert place_named(name) == name


def test_a_name_without_its_kind_means_a_province_or_prefecture() -> None:
    assert [place_named(name) for name in ("北京", "海南", "恩施", "吉林")] == [
        "北京市",
        "海南省",
        "恩施土家族苗族自治州",
        "吉林省",
    ]
    assert [place_named(name) for name in ("合作", "共和", "和平", "新闻", "下载")] == [""] * 5
