"""What a report says of itself, in the many ways cities say it; and that the catalog always wins."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.report import Metadata, RawText
from deqing_search.structure.metadata import describe
from tests.seeds import SEEDS, SOURCES, raw_of

NOTHING = Metadata()


def found(text: str, *, catalog: Metadata = NOTHING, path: str = "", **front: str) -> Metadata:
    return describe(RawText("the-report", text, "", front_matter=tuple(front.items())), catalog, PurePath(path))


WAYS = {
    "in brackets below the title": (
        "政府工作报告\n（2024年2月3日在德清县第十七届人民代表大会第三次会议上）\n",
        "2024-02-03",
    ),
    "after a dash": ("政府工作报告\n\n——2026年2月7日在郑州市第十六届人民代表大会第五次会议上\n", "2026-02-07"),
    "in bold": ("**——2013年1月19日在广州市第十四届人民代表大会第三次会议上**\n", "2013-01-19"),
    "in numerals": ("——二〇二三年一月四日在郑州市第十六届人民代表大会第一次会议上\n", "2023-01-04"),
    "in long numerals": ("二○一一年十二月二十三日在德清县第十四届人民代表大会上\n", "2011-12-23"),
    "on a line of its own": ("——佛山市第十一届人民代表大会第五次会议\n\n（2002年3月5日）\n", "2002-03-05"),
    "with a remark": ("在北京市第十一届人民代表大会第三次会议上\n（1999年12月29日，征求意见稿）\n", "1999-12-29"),
    "with digits set apart": ("政府工作报告\n2 0 1 6  年 1 月 5 日在德清县第十五届人民代表大会上\n", "2016-01-05"),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_date_is_read_in_every_form(name: str) -> None:
    text, date = WAYS[name]
    assert found(text).date == date


def test_the_date_after_the_title_is_read_and_removed_from_the_title() -> None:
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
    november = said.replace("12月", "11月")
    assert found(november, title="兰州市政府工作报告").year == 2016
    assert found(f"{november}各位代表：\n一、2017年工作重点\n", title="兰州市政府工作报告").year == 2017


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
    "line",
    [
        "这标志着省第十一次党代会的任务已经完成",
        "为进一步做好来全省人民政府工作",
        "自市第十四届人民代表大会第一次会议以来",
        "在党中央、国务院的正确领导下",
    ],
)
def test_prose_names_no_place(line: str) -> None:
    assert found(f"{line}\n", title="政府工作报告").place == ""


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
    assert set(found(text).inferred) == {"title", "kind", "year", "date", "place", "session"}
    given = Metadata(title="题名", kind="规划", year=2020, date="2020-01-01", place="别处", media="web", note="备注")
    assert found(text, catalog=given)._replace(session="", inferred=()) == given
    half = found(text, catalog=Metadata(title="题名", year=2024))
    assert (half.title, half.year, half.date, half.place) == ("题名", 2024, "2024-02-03", "德清县")
    assert half.inferred == ("kind", "date", "place", "session")


def test_a_date_that_contradicts_the_year_of_the_catalog_is_not_taken() -> None:
    text = "政府工作报告\n（2024年2月3日在德清县第十七届人民代表大会第三次会议上）\n"
    meta = found(text, catalog=Metadata(year=2016))
    assert (meta.year, meta.date, "date" in meta.inferred) == (2016, "", False)


@pytest.mark.parametrize("name", SEEDS)
def test_nothing_about_the_seeds_is_inferred_that_their_catalog_gives(name: str) -> None:
    catalog = SOURCES[name].catalog
    meta = describe(raw_of(name), catalog)
    assert (meta.title, meta.kind, meta.year, meta.place) == (catalog.title, catalog.kind, catalog.year, catalog.place)
    assert set(meta.inferred) <= {"date", "session", "speaker", "office"}


@given(st.text(st.sampled_from("政府工作报告年月日在县市第届（）12 二〇十\n*-"), max_size=60))
def test_no_text_raises(text: str) -> None:
    meta = found(text)
    assert meta.title
    assert meta.year is None or 1900 <= meta.year <= 2100


@pytest.mark.parametrize(
    ("title", "year", "kind"),
    [
        ("湖北省人民政府2002年工作报告", 2002, "政府工作报告"),
        ("1959年国务院政府工作报告", 1959, "政府工作报告"),
        ("关于政府工作的报告", None, "政府工作报告"),
        ("2024年《政府工作报告》重点工作分工方案", 2024, ""),
        ("关于政府工作报告的决议", None, "决议"),
        ("关于加强水利建设的意见（征求意见稿）", None, "意见"),
        ("关于养老服务规划实施情况的通知", None, "规划"),
        ("关于做好春耕工作的通知", None, "通知"),
        ("国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要", 2021, "规划"),
        ("中华人民共和国发展国民经济的第一个五年计划", 1953, "计划"),
        ("德清县2021—2025年养老服务规划", 2021, "规划"),
        ("关于2023年国民经济和社会发展计划执行情况与2024年计划草案的报告", 2024, "计划"),
        ("关于2023年全县预算执行情况和2024年全县预算草案的报告", 2024, "预算"),
        ("关于一九七九年国民经济计划执行结果的公报", 1979, "公报"),
        ("2010年国民经济和社会发展统计公报", 2010, "公报"),
    ],
)
def test_a_title_names_kind_and_year(title: str, year: int | None, kind: str) -> None:
    meta = found("各位委员：\n", title=title)
    assert (meta.year, meta.kind) == (year, kind)


def test_who_delivers_a_report_says_what_it_is() -> None:
    meta = found("各位代表：\n现在，我代表市人民政府向大会报告工作，请予审议，并请市政协委员提出意见。\n")
    assert meta.kind == "政府工作报告"
    notice = "会议听取和审议了市长代表市人民政府所作的工作报告。\n"
    assert found(notice, title="关于政府工作报告的决议").kind == "决议"


@pytest.mark.parametrize("printed", [False, True])
def test_a_page_that_carries_a_report_below_a_resolution_is_that_report(*, printed: bool) -> None:
    resolution = "德清县第十七届人民代表大会第五次会议关于政府工作报告的决议"
    text = f"{resolution}\n" * printed + (
        "（2026年2月11日德清县第十七届人民代表大会第五次会议通过）\n会议决定批准这个报告。\n政府工作报告\n"
        "——2026年2月9日在德清县第十七届人民代表大会第五次会议上\n各位代表：\n我代表县人民政府向大会报告工作。\n"
    )
    meta = found(text, title="" if printed else resolution)
    assert (meta.kind, meta.date, meta.place) == ("政府工作报告", "2026-02-09", "德清县")
    assert (meta.title, meta.session) == ("2026年德清县政府工作报告", "德清县第十七届人民代表大会第五次会议")


@pytest.mark.parametrize(
    "path", ["报告/北京市/2005.md", "北京市/2005年/全文.txt", "北京市2005年政府工作报告.docx", "北京/2005.md"]
)
def test_the_path_says_what_the_text_does_not(path: str) -> None:
    meta = found("各位代表：\n我代表市人民政府向大会报告工作。\n", path=path)
    assert (meta.place, meta.year) == ("北京市", 2005)
    assert {"place", "year"} <= set(meta.inferred)


def test_the_text_decides_against_the_path() -> None:
    meta = found("——2015年2月3日在牡丹江市第十五届人民代表大会第四次会议上\n", path="宿迁市/2016.md")
    assert (meta.place, meta.year) == ("牡丹江市", 2015)


@pytest.mark.parametrize(
    "path", ["政府工作报告-省自治区/a.md", "其他地市/t20240203_17.html", "合作/共和.md", "新区/中山路.md"]
)
def test_a_path_that_names_no_place_gives_none(path: str) -> None:
    meta = found("各位代表：\n", path=path)
    assert (meta.place, meta.year) == ("", None)


def test_a_draft_and_a_heading_of_the_text_are_no_kind() -> None:
    text = "在德清县第十七届人民代表大会第三次会议上\n（2024年2月3日，征求意见稿）\n各位代表：\n一、“十五”计划的执行\n"
    assert found(text).kind == ""
    assert (
        found(text.replace("各位代表：\n", "各位代表：\n现在，我代表县人民政府向大会报告工作。\n")).kind
        == "政府工作报告"
    )


def test_headings_say_the_year_where_nothing_else_does() -> None:
    text = "各位代表：\n一、2003年工作的回顾\n很好。\n二、2004年政府工作的总体要求和主要目标\n"
    assert found(text, title="政府工作报告").year == 2004


def test_a_mistyped_year_of_the_title_gives_way_to_the_day_of_the_meeting() -> None:
    text = "——2023年1月12日在德清县第十七届人民代表大会第二次会议上\n各位代表：\n一、2023年主要任务\n"
    assert found(text, title="2009年德清县政府工作报告").year == 2023


@pytest.mark.parametrize(
    "text",
    [
        "政府工作报告\n2026-02-09 09:45:30\n各位代表：\n",
        "政府工作报告\n发表时间：\n2026年2月9日\n各位代表：\n",
        "政府工作报告\n发布时间：2026年2月9日 来源：德清日报\n各位代表：\n",
    ],
)
def test_the_day_of_a_page_is_not_that_of_the_meeting(text: str) -> None:
    meta = found(text)
    assert (meta.date, meta.year, meta.published) == ("", None, "2026-02-09")


@pytest.mark.parametrize(
    ("line", "session"),
    [
        ("2024年2月3日在市十七届人大三次会议上", "第十七届人民代表大会第三次会议"),
        ("2024年3月5日在第十四届全国人民代表大会第二次会议上", "第十四届全国人民代表大会第二次会议"),
    ],
)
def test_a_session_without_a_known_place_bears_none(line: str, session: str) -> None:
    assert found(f"政府工作报告\n——{line}\n各位代表：\n").session == session


def test_a_meeting_line_that_is_wrapped_is_read() -> None:
    meta = found("政府工作报告\n——2024年2月3日在德清县第十七届人民代表\n大会第三次会议上\n各位代表：\n")
    assert (meta.date, meta.place, meta.session) == ("2024-02-03", "德清县", "德清县第十七届人民代表大会第三次会议")


SPEAKERS = [
    ("德清县人民政府县长 王 波\n", "王波", "县长"),
    ("县人民政府代理县长 王波\n", "王波", "代理县长"),
    ("自治区主席 艾尔肯·吐尼亚孜\n", "艾尔肯·吐尼亚孜", "自治区主席"),
    ("自治区主席巴特尔\n", "巴特尔", "自治区主席"),
    ("自治区代主席 陆 兵\n", "陆兵", "自治区代主席"),
    ("国务院总理　周恩来\n", "周恩来", "国务院总理"),
    ("省政协副主席  德清县县长  王波\n", "王波", "县长"),
    ("县人民政府代县长\n王波\n", "王波", "代县长"),
    ("县长：王波\n", "王波", "县长"),
    ("2024年2月3日在德清县第十七届人民代表大会第三次会议上 德清县县长 王波\n", "王波", "县长"),
    ("德清县第十七届人大第三次会议今天上午开幕，代县长王波作了政府工作报告。\n", "王波", "代县长"),
    ("<!-- 王波在德清县第十七届人民代表大会第三次会议上作政府工作报告。 -->\n", "王波", ""),
    ("——2024年2月3日在德清县第十七届人民代表大会第三次会议上\n王波\n", "王波", ""),
    ("县长信箱\n", "", ""),
    ("代县长\n", "", ""),
    ("市长质量奖\n", "", ""),
    ("省政协副主席 王波\n", "", ""),
]


@pytest.mark.parametrize(("line", "speaker", "office"), SPEAKERS)
def test_the_speaker_is_read_with_the_office(line: str, speaker: str, office: str) -> None:
    meta = found(f"政府工作报告\n{line}各位代表：\n")
    assert (meta.speaker, meta.office) == (speaker, office)


def test_the_speaker_may_stand_in_the_title() -> None:
    meta = found("各位代表：\n", title="德清县政府工作报告（2024年2月3日 王波）")
    assert (meta.speaker, meta.date) == ("王波", "2024-02-03")


def test_a_bare_title_is_completed_with_place_and_year_unless_the_catalog_gives_it() -> None:
    text = "政府工作报告\n（2024年2月3日在德清县第十七届人民代表大会第三次会议上）\n"
    assert found(text).title == "2024年德清县政府工作报告"
    assert found(text, catalog=Metadata(title="政府工作报告")).title == "政府工作报告"
    assert found("各位代表：\n", title="1984年", path="公报/1984.md").title == "1984年"


def test_a_title_that_is_a_year_gives_way_to_that_of_the_text() -> None:
    title = "中华人民共和国国家统计局关于一九八四年国民经济和社会发展的统计公报"
    meta = found(f"**{title}**\n1985年3月9日\n一九八四年，改革继续深入，成效显著。\n", title="1984年")
    assert (meta.title, meta.kind, meta.year) == (title.replace("一九八四", "1984"), "公报", 1984)


def test_a_title_that_runs_on_to_the_occasion_is_read() -> None:
    meta = found("政府工作报告——2024年1月28日在德清县第十七届人民代表大会第三次会议上\n各位代表：\n")
    assert (meta.title, meta.date) == ("2024年德清县政府工作报告", "2024-01-28")


@pytest.mark.parametrize(
    ("text", "front"),
    [
        ("政府工作报告\n来源：https://example.gov.cn/a/1.html\n各位代表：\n", {}),
        ("各位代表：\n", {"source": "https://example.gov.cn/a/1.html"}),
        ("各位代表：\n", {"url": "https://example.gov.cn/a/1.html"}),
    ],
)
def test_the_address_it_came_from_is_kept(text: str, front: dict[str, str]) -> None:
    assert found(text, **front).source == "https://example.gov.cn/a/1.html"


def test_what_is_no_address_is_who_published_it() -> None:
    meta = found("政府工作报告\n来源：德清日报\n各位代表：\n")
    assert (meta.source, meta.publisher) == ("", "德清日报")
    assert found("各位代表：\n", source="重要文献选编第六册").publisher == "重要文献选编第六册"
    assert found("各位代表：\n", source="javascript:alert(1)").source == ""
