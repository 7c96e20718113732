"""Short lines that stand over nothing are no headings, in every medium."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.written_tables import passages_read

PROSE = "过去一年，全县经济平稳健康发展，主要指标完成情况良好。"


def kinds(lines: list[str], place: Path, name: str = "a.txt") -> list[str]:
    """The kind of each of these lines, which stand between two paragraphs."""
    text = "\n\n".join([PROSE, *lines, PROSE])
    if name.endswith("html"):
        text = "<meta charset=utf-8>" + "".join(f"<p>{line}</p>" for line in [PROSE, *lines, PROSE])
    passages = passages_read(name, text.encode(), place)
    assert {passage.section for passage in passages[-1:]} == {()}
    return [passage.kind for passage in passages[1:-1]]


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize(
    "lines",
    [
        ["某县人民政府", "2024年3月1日"],
        ["某县统计局", "国家统计局某县调查队办公室", "二〇二四年三月一日"],
        ["某政发〔2024〕5号"],
        ["（2024年3月1日）"],
    ],
)
def test_who_signs_and_when_stands_over_nothing(lines: list[str], name: str, tmp_path: Path) -> None:
    assert kinds(lines, tmp_path, name) == ["byline"] * len(lines)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize(
    "lines",
    [
        ["产值：10", "人口：20万人"],
        ["人数：45"],
        ["牵头单位：市教育局", "责任单位：各县区人民政府"],
        ["甲镇：张三、李四、王五", "乙镇：赵六、钱七", "丙镇：孙八"],
        ["附件：1.任务分解表"],
        ["资料来源：县统计局"],
        ["注：表中数据为快报数"],
        ["全县生产总值增长5.2%", "财政收入增长6.1%", "新增就业3000人"],
    ],
)
def test_labels_and_results_stand_over_nothing(lines: list[str], name: str, tmp_path: Path) -> None:
    assert kinds(lines, tmp_path, name) == ["paragraph"] * len(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["单位名称：某镇政府    负责人：王某", "地址：人民路1号    电话：0572-123"],
        ["姓  名    职  务    任期", "张  三    县  长    2021年", "李  四    副县长    2022年"],
        ["一、综合    第3页", "二、农业    第5页"],
        ["一、综合……3", "二、农业……5"],
    ],
)
def test_rows_and_contents_set_by_spaces_stand_over_nothing(lines: list[str], tmp_path: Path) -> None:
    assert set(kinds(lines, tmp_path)) <= {"paragraph", "table-row"}


def test_a_line_before_the_rest_of_a_number_is_no_heading(tmp_path: Path) -> None:
    passages = passages_read(
        "a.txt", "2023年，全县完成投资\n35亿元，同比增长5.2%，其中：\n工业12亿元。\n".encode(), tmp_path
    )
    assert "heading" not in {passage.kind for passage in passages}


@pytest.mark.parametrize(
    "line", ["附件二：名词解释", "一、回顾：成绩与问题", "德清地理信息产业营收增长5.2%", "经济运行情况"]
)
def test_a_heading_stays_one(line: str, tmp_path: Path) -> None:
    passages = passages_read("a.txt", f"{PROSE}\n\n{line}\n\n{PROSE}\n".encode(), tmp_path)
    assert passages[1].kind == "heading"


def test_the_days_of_a_chronicle_are_headings(tmp_path: Path) -> None:
    days = [f"2024年3月{day}日" for day in (1, 5, 9)]
    passages = passages_read("a.txt", "\n\n".join(f"{day}\n\n{PROSE}" for day in days).encode(), tmp_path)
    assert [passage.text for passage in passages if passage.kind == "heading"] == days
