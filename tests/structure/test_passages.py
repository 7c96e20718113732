"""What the five real documents become: their articles, sections, tables, definitions and true paragraphs."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.cleaning.cleaner import clean
from deqing_search.report import Passage, RawText
from deqing_search.structure.passages import passages_of as shape
from tests.seeds import SEEDS, all_passages, passages_of, raw_of

KICKER = (
    "听取了王波受县委常委会委托作的工作报告，审议了《关于深化科技创新“德清模式”加快转化新质生产力的决定》，"
    "研究了《深化国家新一代人工智能创新发展试验区建设三年行动计划》。"
)
NEWSPAPER, REPORT_2024, PLAN = "deqing-2025-newspaper-page", "deqing-2024-work-report", "deqing-2021-urbanization-plan"


def parsed(text: str) -> tuple[Passage, ...]:
    raw = RawText("r", text, "")
    return shape(raw, clean(raw))


def holding(text: str) -> list[Passage]:
    return [passage for passage in all_passages() if text in passage.text]


@pytest.mark.parametrize(
    "text",
    [
        "践行联合国2030年可持续发展议程",
        "主业突出、拥有知名品牌",
        KICKER,
        "德清—杭州一体化",
        "“强城”“兴村”“融合”",
        "深入实施扩中提低",
        "半年度经济形势分析会和平台、镇(街道)一把手工作例会",
    ],
)
def test_one_passage_holds(text: str) -> None:
    assert len(holding(text)) == 1


@pytest.mark.parametrize("text", ["**", "上接第", "下转第", "mdash", "DEQING NEWS", "会议举行会议举行"])
def test_no_passage_holds(text: str) -> None:
    assert holding(text) == []


def test_the_stray_character_is_no_passage() -> None:
    assert [passage for passage in all_passages() if passage.text == "拥"] == []


def test_each_definition_stands_once() -> None:
    entries = [passage for passage in passages_of(REPORT_2024) if passage.kind == "glossary"]
    assert len(entries) == 15
    assert set(Counter(passage.term for passage in entries).values()) == {1}
    assert {"双金双银", "GEP", "EOD", "项目六率", "联合国2030年可持续发展议程", "十项重大工程"} <= {
        e.term for e in entries
    }
    assert {passage.section for passage in entries} == {("政府工作报告有关名词解释",)}


def test_a_truncated_definition_is_flagged_and_joined_to_nothing() -> None:
    (entry,) = holding("莫干山研究院 由县人民政府")
    assert entry.text.endswith("智能制造、")
    assert entry.damage == ("truncated",)


def test_an_invented_year_is_flagged_and_kept() -> None:
    assert all("placeholder" in passage.damage for passage in holding("20xx年"))
    assert holding("20xx年")


def test_a_character_that_was_lost_is_flagged_and_kept() -> None:
    raw = RawText("r", "\ue123姓同志表示，各项工作要继续抓好抓实，抓出成效。\n", "")
    (passage,) = shape(raw, clean(raw))
    assert passage.damage == ("unreadable",)
    assert passage.text.startswith("\ue123")


def test_the_newspaper_page_gives_four_articles_with_their_headlines_and_bylines() -> None:
    passages = passages_of(NEWSPAPER)
    articles = [p.text for p in passages if p.kind == "heading" and p.level == 1]
    assert articles == [
        "县政协第48次党组（扩大）会议召开",
        "县十七届人大常委会召开党组（扩大）会议专题传达学习贯彻全会精神",
        "县委十五届八次全体(扩大)会议举行",
        "县十七届人民政府第五次全体(扩大)会议召开",
    ]
    bylines = {p.section[0]: p.text for p in passages if p.kind == "byline"}
    assert bylines == dict(
        zip(articles, ["| 记者 杨名", "| 记者 付露波", "| 记者 董华 蔡俊", "| 记者 徐超超 赵宁"], strict=True)
    )
    paragraphs = Counter(p.section[0] for p in passages if p.kind == "paragraph")
    assert [paragraphs[article] for article in articles] == [3, 2, 11, 11]


def test_no_paragraph_of_the_newspaper_is_broken() -> None:
    paragraphs = [p.text for p in passages_of(NEWSPAPER) if p.kind == "paragraph"]
    assert len(paragraphs) > 20
    assert [text for text in paragraphs if not text.endswith("。")] == []


def test_an_article_that_goes_on_elsewhere_says_so() -> None:
    flagged = [p.text[-8:] for p in passages_of(NEWSPAPER) if p.damage == ("continues-elsewhere",)]
    assert flagged == ["，强化思想引领。", "具有决定性的影响。"[-8:]]


def test_the_table_gives_nineteen_rows_with_category_and_column_names() -> None:
    rows = [p for p in passages_of(PLAN) if p.kind == "table-row"]
    assert len(rows) == 19
    assert all(p.section[-1] == "表1 德清县新型城镇化“十四五”指标体系" for p in rows)
    columns = ("类别", "序号", "指标", "2020年数值", "2025年目标值", "指标属性")
    assert {tuple(name for name, _ in p.cells) for p in rows} == {columns}
    (row,) = [dict(p.cells) for p in rows if "常住人口城镇化率" in p.text]
    assert (row["类别"], row["2020年数值"], row["2025年目标值"]) == ("更高质量的农业转移人口市民化", "62.19", "70")


def test_the_plan_has_section_paths() -> None:
    (passage,) = holding("打造富有影响力的创新策源地") or holding("建设富有影响力的创新策源地")
    assert passage.section == ("五、高品质打造全龄友好的未来县城", "（一）打造充满活力宜创之城")


def test_a_numbered_first_sentence_stands_over_the_paragraphs_below() -> None:
    (passage,) = holding("全面推进德清—杭州一体化发展")
    assert passage.section == ("(三)坚持开放带动，开创合作交流新局面",)


def test_the_review_has_numbered_sections_below_an_unnumbered_one() -> None:
    (passage,) = holding("树牢创新制胜理念")
    assert passage.section == ("『十四五』发展主要目标任务", "重点抓好六个方面工作", "1 始终把创新驱动作为首位战略")


def test_the_review_stands_under_its_own_heading() -> None:
    (passage,) = holding("首届联合国世界地理信息大会成功举办")
    assert passage.section == ("回眸『十三五』发展",)


@pytest.mark.parametrize("name", SEEDS)
def test_every_passage_leads_back_to_its_source(name: str) -> None:
    source = raw_of(name).text
    passages = passages_of(name)
    assert passages
    for passage in passages:
        stood = "".join(source[span.start : span.end] for span in passage.spans)
        if passage.kind == "table-row":
            assert passage.cells[-1][1] in stood
        else:
            assert _letters(passage.text) == _letters(stood)
        assert passage.lines[0] == source.count("\n", 0, min(span.start for span in passage.spans)) + 1


def _letters(text: str) -> str:
    """What a repair of entities, spaces and quotes leaves as it was."""
    return "".join(c for c in text.replace("mdash;", "—") if c not in " \n“”")


def test_ids_are_unique_and_depend_on_nothing_but_the_text() -> None:
    passages = all_passages()
    assert len({passage.id for passage in passages}) == len(passages)
    raw = raw_of(REPORT_2024)
    moved = RawText(raw.report, "题外一段，与此无关。\n" + raw.text, "")
    assert {p.id for p in passages_of(REPORT_2024)} <= {p.id for p in shape(moved, clean(moved))}


@given(st.text(st.sampled_from("一、（）。，\n\t|：2县 会记者表"), max_size=80))
def test_no_text_raises_and_ordinals_count_from_one(text: str) -> None:
    raw = RawText("r", text, "")
    passages = shape(raw, clean(raw))
    assert [passage.ordinal for passage in passages] == list(range(1, len(passages) + 1))
    assert all(passage.text.strip() == passage.text for passage in passages)


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("新建环卫工人作息房100个，改造50个。（牵头单位：市城管委）", ()),
        ("新建环卫工人作息房100个，改造50个.", ()),
        ("新建环卫工人作息房100个，改造50个（含新建）", ("truncated",)),
        ("新建环卫工人作息房100个，改造", ("truncated",)),
    ],
)
def test_a_note_after_the_last_sentence_is_no_sign_of_missing_words(text: str, damage: tuple[str, ...]) -> None:
    raw = RawText("r", text, "0")
    (passage,) = shape(raw, clean(raw))
    assert passage.damage == damage


@pytest.mark.parametrize(
    ("report", "kinds"),
    [
        ("deqing-2016-work-report", {"heading": 1, "paragraph": 25}),
        ("deqing-2021-review-and-plan", {"heading": 11, "paragraph": 18}),
        ("deqing-2021-urbanization-plan", {"paragraph": 88, "heading": 35, "table-row": 19}),
        ("deqing-2024-work-report", {"heading": 3, "byline": 1, "paragraph": 27, "glossary": 15}),
        ("deqing-2025-newspaper-page", {"heading": 10, "byline": 4, "paragraph": 27}),
    ],
)
def test_each_seed_has_its_passages(report: str, kinds: dict[str, int]) -> None:
    """Whoever changes these numbers has read what was joined or parted, and says so."""
    assert Counter(passage.kind for passage in passages_of(report)) == kinds


def test_levels_that_the_medium_gives_are_kept_where_headings_have_no_numbers() -> None:
    lines = ["过去五年工作回顾", "产业转型", "产业结构不断优化，占比提高到百分之四十。", "（一）乡村", "农民收入增长。"]
    lines += ["今年重点任务", "今年要抓好以下重点任务，确保实现全年目标。"]
    text = "".join(f"{line}\n" for line in lines)
    levels = tuple((text.index(line), level) for line, level in zip(lines[:2] + lines[5:6], (1, 2, 1), strict=True))
    raw = RawText("r", text, "", levels=levels)
    sections = {passage.text: passage.section for passage in shape(raw, clean(raw))}
    assert sections["产业结构不断优化，占比提高到百分之四十。"] == ("过去五年工作回顾", "产业转型")
    assert sections["农民收入增长。"] == ("过去五年工作回顾", "产业转型", "（一）乡村")
    assert sections["今年要抓好以下重点任务，确保实现全年目标。"] == ("今年重点任务",)


PROSE = "推进国土绿化，完成造林三十万亩，水土流失治理取得实效。"


@pytest.mark.parametrize(
    ("lines", "sections"),
    [
        (["二、今年的工作", "第一，产业富民", PROSE, "第二，生态立州", PROSE], ["二、今年的工作", "第一，产业富民"]),
        (["一、去年工作回顾：", PROSE, "二、今年主要目标：", PROSE], ["一、去年工作回顾"]),
        (["一、回顾", "（一）实施科教战略，建设人才队伍。", PROSE], ["一、回顾", "（一）实施科教战略，建设人才队伍"]),
        (
            ["一、" + "全面参与大湾区建设，" * 5 + "争得一席之地", PROSE],
            ["一、" + "全面参与大湾区建设，" * 5 + "争得一席之地"],
        ),
        (
            ["一、回顾", "——发展经济，取得成效", PROSE, "——改善民生，增添福祉", PROSE],
            ["一、回顾", "——发展经济，取得成效"],
        ),
        (["第一，产业富民", "（一）稳增长", PROSE, "第二，生态立州", PROSE], ["第一，产业富民", "（一）稳增长"]),
    ],
)
def test_lines_whose_likes_stand_alone_are_headings(lines: list[str], sections: list[str]) -> None:
    raw = RawText("r", "\n\n".join(lines) + "\n", "")
    passage = next(passage for passage in shape(raw, clean(raw)) if passage.kind == "paragraph")
    assert passage.section == tuple(sections)
    assert passage.damage == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["一、目标", "（一）生产总值增长8%。", "（二）财政收入增长9%。", PROSE],
        ["一、目标", "第一，生产总值增长8%。第二，财政收入增长9%。", PROSE],
        ["一、目标", "——生产总值增长8%；", "——财政收入增长9%。", PROSE],
        ["一、目标", "第一，要坚持实事求是的思想路线", PROSE],
    ],
)
def test_items_of_a_list_are_no_headings(lines: list[str]) -> None:
    raw = RawText("r", "\n\n".join(lines) + "\n", "")
    assert [passage.text for passage in shape(raw, clean(raw)) if passage.kind == "heading"] == ["一、目标"]


def test_the_levels_of_markdown_are_kept_where_headings_have_no_number() -> None:
    raw = RawText("r", f"# 工作回顾\n\n## 工业\n\n{PROSE}\n\n## 农业\n\n{PROSE}\n\n# 工作安排\n\n{PROSE}\n", "")
    sections = [passage.section for passage in shape(raw, clean(raw)) if passage.kind == "paragraph"]
    assert sections == [("工作回顾", "工业"), ("工作回顾", "农业"), ("工作安排",)]


@pytest.mark.parametrize(
    "dateline",
    [
        "──2020年5月12日在济南市第十七届人民代表大会第二次会议上",
        "──在太原市第十二届\n人民代表大会第一次会议上",
        "2025年1月8日在宁波市\n第十六届人民代表大会第五次会议上",
        "2006年1月\n6日在武汉市第十一届人民代表大会第四次会议上",
        "——佛山市第十二届人民代表大会第二次会议\n（2004年2月24日）",
        "在厦门市第十二届人民代表大会第三次会议上\n（2005年2月22日，征求意见稿）",
        "——2009年1月6日在大连市第十四届人民代表大会第二次会议上市长　夏德仁",
        "——2002年3月15日沈阳市第十二届人民代表大会第六次会议通过",
        "市十七届人大六次会议文件（三）",
        "（2003年2月16日 陈良宇）",
        "——二〇二一年一月十八日在厦门市第十五届人民代表大会第六次会议上",
    ],
)
def test_a_dateline_is_a_byline_and_no_section(dateline: str) -> None:
    text = f"政府工作报告\n{dateline}\n一、过去一年工作回顾\n过去一年，我们办成了一批大事，人民生活明显改善。\n"
    found = parsed(text)
    assert {p.kind for p in found[1:-2]} == {"byline"}
    assert [p.section for p in found] == [()] * (len(found) - 1) + [("一、过去一年工作回顾",)]


@pytest.mark.parametrize("line", ["一、认真执行市十三届人大三次会议决议", "全面落实市十三届人大三次会议精神"])
def test_a_heading_that_names_a_session_is_no_dateline(line: str) -> None:
    found = parsed(f"政府工作报告\n{line}\n过去一年，我们办成了一批大事，人民生活明显改善。\n")
    assert (found[1].kind, found[2].section) == ("heading", (line,))


@pytest.mark.parametrize("first", [True, False])
def test_a_resolution_in_the_file_of_a_report_is_a_section_of_its_own(*, first: bool) -> None:
    act = "某市第七届人民代表大会第七次会议关于某市人民政府工作报告的决议"
    resolution = (
        f"{act}\n（2026年2月11日某市第七届人民代表大会第七次会议通过）\n会议批准这个报告，号召全市人民努力奋斗。\n"
    )
    report = (
        "政府工作报告\n——2026年2月9日在某市第七届人民代表大会第七次会议上\n各位代表：\n"
        "一、回顾\n过去一年，我们办成了一批大事，人民生活明显改善。\n"
    )
    found = parsed(resolution + report if first else report + resolution)
    of_act = [p.text[:4] for p in found if p.section[:1] == (act,)]
    assert of_act == ["（202", "会议批准"]
    assert [p.section for p in found if p.text.startswith("过去一年")] == [("一、回顾",)]
    assert [p.section for p in found if p.text == "政府工作报告"] == [()]
