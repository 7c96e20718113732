"""Tables on a PDF page, with rules and without: each value stands beside its own head."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from deqing_search.cleaning.cleaner import clean
from deqing_search.structure.passages import passages_of
from tests import typeset
from tests.typeset import HEIGHT, put, raw_of, read


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize(
    ("lower", "names"),
    [
        (("户数", "人口", "户数", "人口"), ("乡镇", "2022年 户数", "2022年 人口", "2023年 户数", "2023年 人口")),
        (("户数", "人口", "产值", "税收"), ("乡镇", "", "", "", "")),
    ],
)
def test_heads_over_several_columns_name_them_only_where_the_lower_ones_repeat(
    lower: tuple[str, ...], names: tuple[str, ...], ruled: bool
) -> None:
    rows = [("城关", "11", "12", "13", "14"), ("新市", "21", "", "23", "24"), ("洛舍", "31", "32", "33", "34")]

    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "全县各镇户数和人口情况如下。")
        for y in (90, 140, 210) if ruled else ():
            canvas.line(60, HEIGHT - y, 520, HEIGHT - y)
        put(canvas, 225, 105, "2022年")
        put(canvas, 425, 105, "2023年")
        put(canvas, 70, 118, "乡镇")
        for at, name in enumerate(lower):
            put(canvas, 190 + 100 * at, 132, name)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                put(canvas, 90 + 100 * at + (8 if at else -20), 155 + 20 * number, cell)

    raw = raw_of(draw)
    cells = [p.cells for p in passages_of(raw, clean(raw)) if p.kind == "table-row"]
    assert cells == [tuple((name, value) for name, value in zip(names, row, strict=True) if value) for row in rows]


def test_a_ruled_table_gives_a_row_a_line() -> None:
    cells = [["指标", "2023年", "2024年"], ["生产总值", "500.1", "544.1"], ["财政收入", "", "90.2"]]

    def draw(canvas: Canvas) -> None:
        put(canvas, 200, 80, "表1 主要指标")
        xs = [100, 220, 320, 420]
        for at in range(len(cells) + 1):
            canvas.line(100, typeset.HEIGHT - 100 - 20 * at, 420, typeset.HEIGHT - 100 - 20 * at)
        for x in xs:
            canvas.line(x, typeset.HEIGHT - 100, x, typeset.HEIGHT - 100 - 20 * len(cells))
        for at, row in enumerate(cells):
            for x, cell in zip(xs, row, strict=False):
                put(canvas, x + 5, 114 + 20 * at, cell)

    assert read(draw) == ["表1 主要指标", *("\t".join(row) for row in cells)]


def test_figures_stacked_in_a_cell_stay_apart() -> None:
    cells = [["指标", "2022年", "2023年"], ["生产总值和增速", "12.5|13.1", "14.2|15.3"], ["财政收入", "80", "90"]]

    def draw(canvas: Canvas) -> None:
        for row, texts in enumerate(cells):
            for at, text in enumerate(texts):
                x, y, lines = 100 + 110 * at, 100 + 40 * row, text.split("|")
                canvas.rect(x, typeset.HEIGHT - y - 40, 110, 40)
                for number, line in enumerate(lines):
                    put(canvas, x + 6, y + (25 if len(lines) == 1 else 16 + 16 * number), line, 10)

    assert read(draw)[1] == "生产总值和增速\t12.5、13.1\t14.2、15.3"


def test_a_cell_of_several_lines_ends_no_table_without_rules() -> None:
    rows = [("项目", "主要内容", "投资"), ("水厂", "新建日供水五万吨", "5000"), ("", "水厂一座及管网", "")]
    rows += [("道路", "改建县道十二公里", "300"), ("学校", "迁建两所", "800")]

    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "全县重点项目安排如下。")
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                put(canvas, 70 + 140 * at, 100 + 18 * number, cell)
        put(canvas, 60, 220, "各项目要按期开工。")

    raw = raw_of(draw)
    passages = passages_of(raw, clean(raw))
    assert [p.kind for p in passages] == ["paragraph", *["table-row"] * (len(passages) - 2), "paragraph"]
    assert {value for p in passages for _, value in p.cells} >= {"水厂一座及管网", "改建县道十二公里", "300"}


def test_a_word_too_long_for_its_cell_stays_whole() -> None:
    cells = [["指标", "2022年", "2023年"], ["义务教育学校数量", "80.8", "14.2"], ["财政收入", "80", "90"]]

    def draw(canvas: Canvas) -> None:
        for row, texts in enumerate(cells):
            for at, text in enumerate(texts):
                x, y = 100 + 75 * at, 100 + 30 * row
                canvas.rect(x, HEIGHT - y - 30, 75, 30)
                put(canvas, x + 6 if not at else x + 40, y + 20, text, 10)

    assert read(draw)[1] == "义务教育学校数量\t80.8\t14.2"
