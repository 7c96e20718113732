"""What a report says of itself, in the many ways cities say it; and that the catalog always wins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.report import Metadata, RawText
from deqing_search.structure.metadata import describe
from tests.seeds import SEEDS, SOURCES, raw_of

NOTHING = Metadata()


def found(text: str, *, catalog: Metadata = NOTHING, **front: str) -> Metadata:
    return describe(RawText("the-report", text, "", front_matter=tuple(front.items())), catalog)


WAYS = {
    "in brackets below the title": (
        "政府工作报告\n（2024年2月3日在德清县第十七届人民代表大会第三次会议上）\n",
        "2024-02-03",
    ),
    "behind a dash": ("政府工作报告\n\n——2026年2月7日在郑州市第十六届人民代表大会第五次会议上\n", "2026-02-07"),
    "in bold": ("**——2013年1月19日在广州市第十四届人民代表大会第三次会议上**\n", "2013-01-19"),
    "in numerals": ("——二〇二三年一月四日在郑州市第十六届人民代表大会第一次会议上\n", "2023-01-04"),
    "in long numerals": ("二○一一年十二月二十三日在德清县第十四届人民代表大会上\n", "2011-12-23"),
    "on a line of its own": ("——佛山市第十一届人民代表大会第五次会议\n\n（2002年3月5日）\n", "2002-03-05"),
    "with a remark": ("在北京市第十一届人民代表大会第三次会议上\n（1999年12月29日，征求意见稿）\n", "1999-12-29"),
    "with digits set apart": ("政府工作报告\n2 0 1 6  年 1 月 5 日在德清县第十五届人民代表大会上\n", "2016-01-05"),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_date_is_read_however_it_is_said(name: str) -> None:
    text, date = WAYS[name]
    assert found(text).date == date


def test_the_date_behind_the_title_is_read_and_taken_off() -> None:
    meta = found("各位代表：\n", title="南京市政府工作报告 （2015年1月18日 缪瑞林）")
    assert (meta.title, meta.date, meta.year, meta.place) == ("南京市政府工作报告", "2015-01-18", 2015, "南京市")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2024年德清县政府工作报告", 2024),
        ("二〇二四年政府工作报告", 2024),
        ("2 0 1 6  年政府工作报告", 2016),
        ("政府工作报告（2025）", 2025),
    ],
)
def test_the_year_of_the_title_is_the_year(title: str, year: int) -> None:
    assert found("各位代表：\n", title=title).year == year


def test_the_title_decides_against_the_date() -> None:
    meta = found("——2022年12月29日在青岛市第十七届人民代表大会第二次会议上\n", title="2023年政府工作报告")
    assert (meta.year, meta.date) == (2023, "2022-12-29")


def test_a_report_given_in_december_is_that_of_the_next_year_and_no_other_text_is() -> None:
    said = "——2016年12月15日在兰州市第十五届人民代表大会第七次会议上\n"
    assert found(said, title="兰州市政府工作报告").year == 2017
    assert found(said, title="关于水利建设的决定").year == 2016
    assert found(said.replace("12月", "11月"), title="兰州市政府工作报告").year == 2016


@pytest.mark.parametrize("date", ["2024年2月30日", "2024年13月1日", "1024年1月1日", "20240年1月1日"])
def test_a_day_that_never_was_is_no_date(date: str) -> None:
    assert found(f"政府工作报告\n（{date}在德清县第十七届人民代表大会第三次会议上）\n").date == ""


def test_a_date_in_prose_is_not_that_of_the_report() -> None:
    assert found("政府工作报告\n\n项目已于2019年5月1日开工，进展顺利，群众满意。\n").date == ""


PLACES = [
    ("2012年杭州市政府工作报告", "杭州市"),
    ("德清县新型城镇化发展“十四五”规划", "德清县"),
    ("浙江省湖州市德清县人民政府工作报告", "浙江省湖州市德清县"),
    ("呼和浩特市2023年政府工作报告", "呼和浩特市"),
    ("韩正市长在上海市第十二届人民代表大会第三次会议上的政府工作报告", "上海市"),
    ("2022年12月12日在拉萨市第十二届人民代表大会第三次会议上的政府工作报告", "拉萨市"),
    ("广西壮族自治区政府工作报告", "广西壮族自治区"),
    ("大理白族自治州人民政府工作报告", "大理白族自治州"),
    ("市政府工作报告", ""),
    ("县人民政府工作报告", ""),
    ("政府工作报告", ""),
]


@pytest.mark.parametrize(("title", "place"), PLACES)
def test_the_place_is_what_is_governed(title: str, place: str) -> None:
    assert found("各位代表：\n", title=title).place == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("郑州市人民政府市长 庄建球\n", "郑州市"),
        ("广州市代市长林树森\n", "广州市"),
        (
            "各位代表：\n现在，我代表无锡市人民政府，向大会报告工作，请予审议，并请市政协委员和其他列席人员提出意见。\n",
            "无锡市",
        ),
        ("各位代表：\n现在，我代表市人民政府，向大会报告工作，请予审议，并请市政协委员和其他列席人员提出意见。\n", ""),
        ("<!-- 在长沙市第十六届人民代表大会第二次会议上，郑建新作政府工作报告。 -->\n", "长沙市"),
    ],
)
def test_the_place_may_stand_where_the_speaker_is_named(text: str, place: str) -> None:
    assert found(text, title="2023年政府工作报告").place == place


def test_a_date_before_the_title_is_read_and_taken_off() -> None:
    meta = found("各位代表：\n", title="（2021年10月26日）南昌市政府工作报告")
    assert (meta.title, meta.date) == ("南昌市政府工作报告", "2021-10-26")


def test_a_title_printed_twice_is_one() -> None:
    assert (
        found("各位代表：\n", title="1997年广州市政府工作报告1997年广州市政府工作报告").title
        == "1997年广州市政府工作报告"
    )


def test_without_front_matter_the_title_is_the_line_that_names_the_kind() -> None:
    meta = found("德清县人民政府文件\n\n**德清县新型城镇化发展“十四五”规划**\n\n为推进城镇化，制定本规划。\n")
    assert (meta.title, meta.kind) == ("德清县新型城镇化发展“十四五”规划", "规划")


def test_without_any_title_the_report_goes_by_its_id() -> None:
    meta = found("德清县地理信息产业蓬勃发展，成效显著。\n")
    assert (meta.title, meta.kind, meta.year, meta.date, meta.place) == ("the-report", "", None, "", "")
    assert meta.inferred == ("title",)


def test_the_catalog_wins_and_what_is_inferred_is_named() -> None:
    text = "政府工作报告\n（2024年2月3日在德清县第十七届人民代表大会第三次会议上）\n"
    assert set(found(text).inferred) == {"title", "kind", "year", "date", "place"}
    given = Metadata(title="题名", kind="规划", year=2020, date="2020-01-01", place="别处", media="web", note="备注")
    assert found(text, catalog=given) == given
    half = found(text, catalog=Metadata(title="题名", year=2024))
    assert (half.title, half.year, half.date, half.place) == ("题名", 2024, "2024-02-03", "德清县")
    assert half.inferred == ("date", "place")


def test_a_date_that_contradicts_the_year_of_the_catalog_is_not_taken() -> None:
    text = "政府工作报告\n（2024年2月3日在德清县第十七届人民代表大会第三次会议上）\n"
    meta = found(text, catalog=Metadata(year=2016))
    assert (meta.year, meta.date, "date" in meta.inferred) == (2016, "", False)


@pytest.mark.parametrize("name", SEEDS)
def test_nothing_about_the_seeds_is_inferred_that_their_catalog_gives(name: str) -> None:
    catalog = SOURCES[name].catalog
    meta = describe(raw_of(name), catalog)
    assert (meta.title, meta.kind, meta.year, meta.place) == (catalog.title, catalog.kind, catalog.year, catalog.place)
    assert set(meta.inferred) <= {"date"}


@given(st.text(st.sampled_from("政府工作报告年月日在县市第届（）12 二〇十\n*-"), max_size=60))
def test_no_text_raises(text: str) -> None:
    meta = found(text)
    assert meta.title
    assert meta.year is None or 1900 <= meta.year <= 2100
