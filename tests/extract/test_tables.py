"""A cell keeps its column: every value stands beside its own head or beside none, in every medium."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from deqing_search.extract.text_tables import tables_in
from deqing_search.report import Heads, Table
from deqing_search.structure.tables import read_known
from tests.written_tables import AFTER, BEFORE, HEADS, LABELS, WRITERS, Drawn, drawn_tables, passages_read

BY_GAPS = ("spaces.txt", "three-rules.pdf", "gaps.pdf")
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("name", "merges", "write"), WRITERS, ids=[name for name, _, _ in WRITERS])
@SLOW
@given(data=st.data())
def test_every_value_stands_beside_its_own_head_or_none(
    name: str, merges: bool, write: Callable[[Drawn], bytes], data: st.DataObject, tmp_path: Path
) -> None:
    table = data.draw(drawn_tables(merges=merges))
    if name in BY_GAPS:  # figures prove the rows where gaps alone part the cells
        assume(all(table.has_figures(row) for row in range(table.rows)))
    passages = passages_read(name, write(table), tmp_path)
    rows = [passage for passage in passages if passage.kind == "table-row"]
    if rows and rows[0].cells[0][1] in HEADS:  # nothing proves heads where no value stands below them
        assert {name for name, _ in rows.pop(0).cells} == {""}
    assert [row.cells[0][1] for row in rows] == list(LABELS[: table.rows])
    for number, row in enumerate(rows):
        assert {value for _, value in row.cells} == table.values_of(number)
        for head, value in row.cells:
            assert head in table.heads_of(value), (head, value)
    assert [p.text for p in passages if p.kind == "paragraph"] == [BEFORE, AFTER]


def rows_of(name: str, text: str, place: Path) -> list[str]:
    return [p.text for p in passages_read(name, text.encode(), place) if p.kind == "table-row"]


def test_a_blank_head_cell_moves_no_name(tmp_path: Path) -> None:
    text = f"{BEFORE}\n\n\t2020年\t2025年\n常住人口（万人）\t48\t52\n财政收入（亿元）\t60\t80\n\n{AFTER}\n"
    assert rows_of("a.txt", text, tmp_path) == [
        "常住人口（万人）；2020年：48；2025年：52",
        "财政收入（亿元）；2020年：60；2025年：80",
    ]


@pytest.mark.parametrize(
    "form",
    [
        [
            ["单位名称", "某镇政府", "负责人", "王某"],
            ["地址", "人民路1号", "电话", "0572"],
            ["编制数", "45", "实有", "43"],
        ],
        [["项目名称", "城东水厂扩建"], ["负责人", "王某"], ["投资（万元）", "500"]],
        [["村名", "东衡村", "户数", "四百"], ["支书", "章某", "人口", "1200"], ["面积", "3平方公里", "特产", "黄桃"]],
    ],
)
def test_a_form_of_labels_beside_their_values_names_no_columns(form: list[list[str]], tmp_path: Path) -> None:
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in form)
    page = f"<p>{BEFORE}</p><table>{table}</table><p>{AFTER}</p>"
    assert rows_of("a.html", page, tmp_path) == ["；".join(row) for row in form]
    assert rows_of("a.txt", "\n".join([BEFORE, "", *map("\t".join, form), "", AFTER]), tmp_path) == list(
        map("；".join, form)
    )


def test_rows_set_apart_by_ideographic_spaces_are_rows_and_no_headings(tmp_path: Path) -> None:
    lines = ["序号　　项目名称　　　投资额　　　　完成时限", "１　　　污水厂扩建　　５０００万元　　６月底"]
    lines += ["２　　　道路　　　　　３００万元　　　９月底", "３　　　学校　　　　　　　　　　　　　１２月底"]
    assert rows_of("a.txt", "\n".join([BEFORE, "", *lines, "", AFTER]), tmp_path) == [
        "序号：１；项目名称：污水厂扩建；投资额：５０００万元；完成时限：６月底",
        "序号：２；项目名称：道路；投资额：３００万元；完成时限：９月底",
        "序号：３；项目名称：学校；完成时限：１２月底",
    ]


def test_a_form_whose_first_value_covers_columns_names_none_of_them(tmp_path: Path) -> None:
    first = "<tr><td>申报单位</td><td colspan=3>某镇政府</td></tr>"
    second = "<tr><td>项目名称</td><td>城东水厂</td><td>总投资</td><td>5000万元</td></tr>"
    page = f"<p>{BEFORE}</p><table>{first}{second}</table><p>{AFTER}</p>"
    assert rows_of("a.html", page, tmp_path) == ["申报单位；某镇政府", "项目名称；城东水厂；总投资；5000万元"]


def test_the_first_row_of_a_form_in_markdown_names_no_columns(tmp_path: Path) -> None:
    form = "| 单位名称 | 某镇政府 |\n|---|---|\n| 负责人 | 王某 |\n| 编制数 | 45 |\n"
    assert rows_of("a.md", form, tmp_path) == ["单位名称；某镇政府", "负责人；王某", "编制数；45"]


def test_words_among_the_numbers_of_a_column_take_no_names_away(tmp_path: Path) -> None:
    text = "指标\t2025年目标\n产值\t增长5%左右\n就业\t2000人\n水质\t持平\n"
    assert rows_of("a.txt", text, tmp_path)[2] == "指标：水质；2025年目标：持平"


def test_a_note_under_a_table_stands_in_no_column(tmp_path: Path) -> None:
    text = "年份\t2022年\t2023年\n产值\t8\t9\n人口\t4\t5\n注：人口为常住人口。\t\t\n"
    assert rows_of("a.txt", text, tmp_path)[2] == "注：人口为常住人口。"


def test_a_space_after_the_point_of_a_number_parts_no_cells(tmp_path: Path) -> None:
    text = "家用洗衣机 1074 万台 3.5\n家用电冰箱 928 万台 1. 0\n彩色电视机 2538 万台 23.3\n"
    assert rows_of("a.txt", text, tmp_path)[1] == "家用电冰箱；928；万台；1. 0"


def test_a_row_whose_columns_cannot_be_known_has_no_names(tmp_path: Path) -> None:
    text = "指标\t2021年\t2022年\t2023年\n产值\t1\t2\t3\n税收\t4\t5\n就业\t6\t7\t8\n"
    assert rows_of("a.txt", text, tmp_path)[1] == "税收；4；5"


def test_a_row_whose_cells_fit_in_one_way_has_names(tmp_path: Path) -> None:
    text = "类别\t指标\t2022年\n经济\t产值\t12\n合计\t40\n"
    assert rows_of("a.txt", text, tmp_path)[1] == "合计；40"
    text = "指标\t单位\t2022年\t备注\n产值\t亿元\t12\t初步核算\n税收\t亿元\t4\n"
    assert rows_of("a.txt", text, tmp_path)[1] == "指标：税收；单位：亿元；2022年：4"


def test_heads_of_two_lines_name_a_column_together(tmp_path: Path) -> None:
    text = "指标\t产值\t\t税收\t\n\t2021年\t2022年\t2021年\t2022年\n甲镇\t1\t2\t3\t4\n乙镇\t5\t6\t7\t8\n"
    assert rows_of("a.txt", text, tmp_path)[0] == (
        "指标：甲镇；产值 2021年：1；产值 2022年：2；税收 2021年：3；税收 2022年：4"
    )
    page = (
        "<table><tr><td rowspan=2>指标</td><td colspan=2>产值</td></tr><tr><td>2021年</td><td>2022年</td></tr>"
        "<tr><td>甲镇</td><td>1</td><td>2</td></tr><tr><td colspan=2>合计</td><td>9</td></tr></table>"
    )
    assert rows_of("a.html", page, tmp_path) == [
        "指标：甲镇；产值 2021年：1；产值 2022年：2",
        "指标：合计；产值 2022年：9",
    ]


def html_of(*rows: str) -> str:
    """A table whose cells stand between bars."""
    lines = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return f"<p>{BEFORE}</p><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table><p>{AFTER}</p>"


@pytest.mark.parametrize("lead", ["", "单位", "计量单位"])
def test_a_row_of_units_below_the_heads_belongs_to_their_names(lead: str, tmp_path: Path) -> None:
    rows = ["指标|产值|人口|比重", f"{lead}|亿元|万人|%", "甲镇|10|5|3.2"]
    named = ["指标：甲镇；产值（亿元）：10；人口（万人）：5；比重（%）：3.2"]
    assert rows_of("a.html", html_of(*rows), tmp_path)[-1:] == named
    assert rows_of("a.txt", "\n".join(row.replace("|", "\t") for row in rows), tmp_path)[-1:] == named
    barred = [f"| {row.replace('|', ' | ')} |" for row in (rows[0], "---|---|---|---", *rows[1:])]
    assert rows_of("a.md", "\n".join(barred), tmp_path)[-1:] == named


def test_a_head_over_two_columns_that_nothing_tells_apart_names_neither(tmp_path: Path) -> None:
    head = "<tr><td>指标</td><td colspan=2>2022年</td><td colspan=2>2023年</td></tr>"
    rows = "<tr><td>产值</td><td>1</td><td>2</td><td>3</td><td>4</td></tr>"
    rows += "<tr><td>人口</td><td colspan=2>5</td><td colspan=2>6</td></tr>"
    assert rows_of("a.html", f"<table>{head}{rows}</table>", tmp_path) == [
        "指标：产值；1；2；3；4",
        "指标：人口；2022年：5；2023年：6",
    ]


@pytest.mark.parametrize("word", ["完成", "增长", "减少", "达标"])
def test_a_word_that_may_stand_for_a_value_names_a_column_of_numbers(word: str, tmp_path: Path) -> None:
    rows = ["指标|计划|" + word, "投资|35|36.2", "消费|20|"]
    assert rows_of("a.html", html_of(*rows), tmp_path) == [
        f"指标：投资；计划：35；{word}：36.2",
        "指标：消费；计划：20",
    ]
    assert rows_of("a.html", html_of("水质|优|达标", "空气|良|达标"), tmp_path) == ["水质；优；达标", "空气；良；达标"]


def test_an_empty_row_above_the_heads_takes_no_names_away(tmp_path: Path) -> None:
    assert rows_of("a.html", html_of("||", "项目|目标|完成", "投资|5|6"), tmp_path) == ["项目：投资；目标：5；完成：6"]


TWO_LEVELS = [
    "乡镇|2020年||2023年|",
    "|总量|增长（%）|总量|增长（%）",
    "舞阳街道|48.7|6756|-0.6|623.0",
    "雷甸镇|-1.8|-1.4||98.47",
    "洛舍镇|8916|5193|15.9|44.8",
]


def aligned(rows: list[str], fill: str) -> str:
    """The rows in columns of one width; a Han character takes two places."""
    cells = [row.split("|") for row in rows]
    wide = [[sum(2 if character > "\u2e80" else 1 for character in cell) for cell in row] for row in cells]
    padded = [
        [cell + " " * (size % 2) + fill * ((20 - size) // 2) for cell, size in zip(*pair, strict=True)]
        for pair in zip(cells, wide, strict=True)
    ]
    return "\n".join("".join(row).rstrip() for row in padded)


@pytest.mark.parametrize("medium", ["tabs", "spaces", "wide spaces", "bars"])
def test_two_lines_of_heads_without_merged_cells_name_their_columns(medium: str, tmp_path: Path) -> None:
    text = {
        "tabs": "\n".join(row.replace("|", "\t") for row in TWO_LEVELS),
        "spaces": aligned(TWO_LEVELS, "  "),
        "wide spaces": aligned(TWO_LEVELS, "　"),
        "bars": "\n".join(f"|{row}|" for row in [TWO_LEVELS[0], "-|-|-|-|-", *TWO_LEVELS[1:]]),
    }[medium]
    rows = rows_of("a.md" if medium == "bars" else "a.txt", f"{BEFORE}\n\n{text}\n\n{AFTER}\n", tmp_path)
    first, second = (
        "2020年 总量：{}；2020年 增长（%）：{}；2023年 总量：{}；2023年 增长（%）：{}",
        "2023年 增长（%）：98.47",
    )
    assert rows[0] == "乡镇：舞阳街道；" + first.format("48.7", "6756", "-0.6", "623.0")
    assert rows[1] == f"乡镇：雷甸镇；2020年 总量：-1.8；2020年 增长（%）：-1.4；{second}"


def test_upper_heads_set_by_spaces_over_lower_ones_that_do_not_repeat_name_nothing(tmp_path: Path) -> None:
    rows = [TWO_LEVELS[0], "|总量|增长|户数|人口", *TWO_LEVELS[2:]]
    assert rows_of("a.txt", f"{BEFORE}\n\n{aligned(rows, '  ')}\n\n{AFTER}\n", tmp_path)[0] == (
        "乡镇：舞阳街道；48.7；6756；-0.6；623.0"
    )


def test_names_that_repeat_without_the_heads_above_them_name_nothing(tmp_path: Path) -> None:
    assert rows_of("a.html", html_of("乡镇|户数|人口|户数|人口", "城关|1|2|3|4"), tmp_path) == [
        "乡镇：城关；1；2；3；4"
    ]
    assert rows_of("a.html", html_of("指标|数值|指标|数值", "产值|1|税收|2"), tmp_path) == [
        "指标：产值；数值：1；指标：税收；数值：2"
    ]


@pytest.mark.parametrize("unit", [[], ["单位：亿元"]])
def test_a_caption_stands_over_its_table_only(unit: list[str], tmp_path: Path) -> None:
    lines = ["一、回顾", "表1 主要指标完成情况", *unit, "指标\t2021年\n产值\t1", "资料来源：县统计局", BEFORE]
    passages = passages_read("a.txt", "\n\n".join(lines).encode(), tmp_path)
    assert {p.section for p in passages if p.kind == "table-row"} == {("一、回顾", "表1 主要指标完成情况")}
    assert [p.section for p in passages[-2:]] == [("一、回顾",)] * 2


def test_one_wide_space_may_part_two_cells(tmp_path: Path) -> None:
    rows = [
        "类别　　　　　指标名称　　　　　单位　　2025年目标　属性",
        "创新驱动　　　造林面积　　　　　个　　　343.9 　　　预期性",
    ]
    rows += [
        "生态环境　　　外贸进出口　　　　元　　　79.47 　　　预期性",
        "　　　　　　　地区生产总值　　　万人　　-6.0　　　　约束性",
    ]
    assert rows_of("a.txt", "\n".join([BEFORE, "", *rows, "", AFTER]), tmp_path)[1] == (
        "类别：生态环境；指标名称：外贸进出口；单位：元；2025年目标：79.47；属性：预期性"
    )


def test_titles_between_the_rows_take_no_names_away(tmp_path: Path) -> None:
    title = "<tr><td colspan=4>{}</td></tr>"
    page = html_of("乡镇|计划数|完成数|完成率", "甲镇|8774|6480|80.5", "乙镇|403|507|42.9")
    rows = page.replace("<tr><td>甲镇", title.format("综合类") + "<tr><td>甲镇")
    assert rows_of("a.html", rows, tmp_path)[:2] == ["综合类", "乡镇：甲镇；计划数：8774；完成数：6480；完成率：80.5"]


def test_a_title_right_above_a_table_stands_over_the_table_only(tmp_path: Path) -> None:
    lines = ["一、回顾", BEFORE, "全县主要指标", "指标\t2021年\n产值\t1", AFTER]
    passages = passages_read("a.txt", "\n\n".join(lines).encode(), tmp_path)
    assert [p.section for p in passages if p.kind == "table-row"] == [("一、回顾", "全县主要指标")]
    assert passages[-1].section == ("一、回顾",)


def test_heads_repeated_on_the_next_page_are_no_row(tmp_path: Path) -> None:
    text = "指标\t2021年\n产值\t1\n税收\t2\n指标\t2021年\n就业\t3\n"
    assert rows_of("a.txt", text, tmp_path) == [
        "指标：产值；2021年：1",
        "指标：税收；2021年：2",
        "指标：就业；2021年：3",
    ]


def test_two_tables_under_each_other_keep_their_own_heads(tmp_path: Path) -> None:
    page = (
        "<table><tr><td>指标</td><td>2021年</td></tr><tr><td>产值</td><td>1</td></tr></table>"
        "<table><tr><td>项目</td><td>2025年</td></tr><tr><td>绿地</td><td>2</td></tr></table>"
    )
    assert rows_of("a.html", page, tmp_path) == ["指标：产值；2021年：1", "项目：绿地；2025年：2"]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("second", ["项目\t增长\t占比", "项目\t2022年\t2023年", "学校类别\t学校数\t在校生"])
def test_heads_that_change_inside_a_table_name_what_is_below_them(second: str, name: str, tmp_path: Path) -> None:
    lines = ["项目\t2020年\t2021年", "产值\t3\t4", "税收\t5\t6", second, "小麦\t7.1\t8.2", "蔬菜\t9.3\t1.4"]
    lead, one, two = second.split("\t")
    assert rows_of(name, written(name, lines), tmp_path) == [
        "项目：产值；2020年：3；2021年：4",
        "项目：税收；2020年：5；2021年：6",
        f"{lead}：小麦；{one}：7.1；{two}：8.2",
        f"{lead}：蔬菜；{one}：9.3；{two}：1.4",
    ]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize(
    ("heads", "second", "row", "named"),
    [
        ("指标\t2023年", "项目\t2024年目标", "产值\t7", "项目：产值；2024年目标：7"),
        ("指标\t2023年", "行业\t目标", "产值\t7", "产值；7"),
        ("指标\t2023年", "主导产业\t纺织", "产值\t7", "指标：产值；2023年：7"),
        (
            "指标\t单位\t2023年",
            "项目\t计量单位\t2024年",
            "产值\t亿元\t7",
            "项目：产值；计量单位：亿元；2024年：7",
        ),
        ("指标\t单位\t2023年", "民生\t单位\t目标", "产值\t亿元\t7", "产值；亿元；7"),
    ],
)
def test_second_heads_over_one_column_of_numbers(
    heads: str, second: str, row: str, named: str, name: str, tmp_path: Path
) -> None:
    above = row.replace("7", "3")
    assert rows_of(name, written(name, [heads, above, above, second, row, row]), tmp_path)[-1] == named


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ("th:指标 th:2023年|td:产值 td:3|th:行业 th:明年|td:产值 td:7", "行业：产值；明年：7"),
        ("th:指标 th:2023年|td:产值 td:3|th:合计 th:8|td:产值 td:7", "指标：产值；2023年：7"),
        ("th:县名 td:德清|th:人口 td:55万", "人口；55万"),
        ("th:指标 td:2023年|th:产值 td:3", "指标：产值；2023年：3"),
    ],
)
def test_cells_that_a_page_marks_as_heads(rows: str, last: str, tmp_path: Path) -> None:
    cells = [[cell.split(":") for cell in row.split()] for row in rows.split("|")]
    page = "".join("<tr>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in row) + "</tr>" for row in cells)
    assert rows_of("a.html", f"<table>{page}</table>", tmp_path)[-1] == last


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_words_between_numbers_that_may_be_heads_leave_the_numbers_below_without_names(
    name: str, tmp_path: Path
) -> None:
    lines = ["项目\t2020年\t2021年", "产值\t3\t4", "行业\t投资\t用地", "小麦\t7.1\t8.2", "蔬菜\t9.3\t1.4"]
    assert rows_of(name, written(name, lines), tmp_path) == [
        "项目：产值；2020年：3；2021年：4",
        "行业；投资；用地",
        "小麦；7.1；8.2",
        "蔬菜；9.3；1.4",
    ]


@pytest.mark.parametrize(
    "row", ["钢铁\t持平\t略降", "钢铁\t下降\t上升", "数据来源\t统计局\t税务局", "计量单位\t吨\t米"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_row_of_words_that_are_no_heads_takes_no_names_away(name: str, row: str, tmp_path: Path) -> None:
    lines = ["项目\t2020年\t2021年", "产值\t3\t4", "税收\t5\t6", row, "小麦\t7.1\t8.2", "蔬菜\t9.3\t1.4"]
    assert rows_of(name, written(name, lines), tmp_path)[-1] == "项目：蔬菜；2020年：9.3；2021年：1.4"


def written(name: str, lines: list[str]) -> str:
    """The rows with tabs, in Markdown or in HTML."""
    rows = [line.split("\t") for line in lines]
    if name.endswith(".txt"):
        return "\n".join(lines) + "\n"
    if name.endswith(".md"):
        return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]) + "\n"
    return "<table>" + "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows) + "</table>"


def test_a_table_without_heads_takes_no_row_for_them(tmp_path: Path) -> None:
    assert rows_of("a.txt", "张三\t武康街道\t主任\n李四\t乾元镇\t书记\n", tmp_path) == [
        "张三；武康街道；主任",
        "李四；乾元镇；书记",
    ]
    assert rows_of("a.txt", "产值\t持平\n税收\t4\n就业\t6\n", tmp_path)[0] == "产值；持平"


def test_a_table_inside_a_cell_stands_apart_with_its_own_heads(tmp_path: Path) -> None:
    inner = "<table><tr><td>镇</td><td>产值</td></tr><tr><td>甲</td><td>7</td></tr></table>"
    page = (
        "<table><tr><th>指标</th><th>2021年全年完成情况</th></tr><tr><td>全县地区生产总值</td><td>五百四十四亿元</td></tr>"
        f"<tr><td>其中各镇地区生产总值如右表</td><td>见表{inner}</td></tr></table>"
    )
    assert rows_of("a.html", page, tmp_path)[-1] == "镇：甲；产值：7"
    assert rows_of("a.html", page, tmp_path)[1].endswith("2021年全年完成情况：见表")


def test_lines_of_a_cell_are_kept_apart(tmp_path: Path) -> None:
    page = Path("tests/cases/media/cell-line-break.html").read_text()
    assert rows_of("a.html", page, tmp_path)[0] == "指标：产值 增速；2022年：12.5、13.1；2023年：14.2、15.3"


@pytest.mark.parametrize("name", ["table-last-cell-empty.html", "table-last-cell-empty.txt"])
def test_an_empty_last_cell_is_the_last(name: str, tmp_path: Path) -> None:
    assert rows_of(name, Path("tests/cases/media", name).read_text(), tmp_path) == [
        "指标：产值；2022年：10亿元；2023年：12亿元；备注：初步核算",
        "指标：税收；2022年：3亿元；2023年：4亿元",
        "指标：就业；2022年：5万人；2023年：6万人",
    ]


def test_names_and_figures_set_apart_by_single_spaces_are_rows_and_no_headings(tmp_path: Path) -> None:
    rows = ["呢 绒 9017 万米 1.5  ", "丝 29749 吨 0.1  ", "其中：洗衣粉 30.1 万吨 20.4  ", "灯 泡 8.5 亿只 11.8  "]
    text = "\n".join(["主要产品产量如下：", "", *rows, "", "全年轻工业产值比上年增长9.6％，花色品种有所增加。", ""])
    passages = passages_read("a.md", text.encode(), tmp_path)
    assert [p.kind for p in passages] == ["paragraph", *["table-row"] * 4, "paragraph"]
    assert [p.text for p in passages][2:4] == ["丝；29749；吨；0.1", "其中：洗衣粉；30.1；万吨；20.4"]
    assert {p.section for p in passages} == {()}


def test_titles_with_their_pages_are_no_table(tmp_path: Path) -> None:
    text = "某某县发展规划\n\n目录\n\n一、发展基础 1\n二、总体要求 5\n三、重点任务 9\n四、保障措施 20\n"
    assert rows_of("a.txt", text, tmp_path) == []


def test_a_bar_or_a_line_end_inside_a_cell_of_markdown_parts_no_cells(tmp_path: Path) -> None:
    text = "指标 | 2021年 |\n--- | ---\n产值\\|增速 | 12.5<br>13.1 |\n税收 |\n"
    assert rows_of("a.md", text, tmp_path) == ["指标：产值|增速；2021年：12.5、13.1", "指标：税收"]


@pytest.mark.parametrize(
    "text", ["|-|-|\n" * 40_000, "| a |\n|--|\n|" + "<br>1" * 40_000 + "|\n", "a" + " " * 400_000 + "b\n"]
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    tables_in(text)
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("short", "text"),
    [
        (0, "名称：第2999项；指标：产值2999；2023年：2999；2024年：2.2999"),
        (1000, "第2999项；2999；2.2999"),  # it could be the name or the indicator
    ],
)
def test_each_of_many_rows_is_read_as_fast_as_one_of_few(short: int, text: str, tmp_path: Path) -> None:
    full = [f"第{number}项\t产值{number}\t{number}\t2.{number}" for number in range(3000 - short)]
    rows = [f"第{number}项\t{number}\t2.{number}" for number in range(3000 - short, 3000)]
    start = time.process_time()
    found = rows_of("a.txt", "\n".join(["名称\t指标\t2023年\t2024年", *full, *rows]) + "\n", tmp_path)
    assert (len(found), found[-1]) == (3000, text)
    assert time.process_time() - start < 5  # it took 9 seconds and more when each row read all rows below it


def test_a_head_that_lost_a_cell_in_cleaning_stops_nothing() -> None:
    lines = list(enumerate(["指标", "镇\t2023年", "产值\t12"]))
    assert [row.text for row in read_known(lines, Table(0, 0, 2, Heads(1)))] == ["镇；2023年", "产值；12"]
