"""Lines of a PDF that run down the page are read from right to left."""

from __future__ import annotations

import re

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from deqing_search.extract.glyphs import Glyph, rows_of
from deqing_search.extract.vertical import part
from tests import typeset
from tests.typeset import column, lines_of, paragraphs, put, read


def down(canvas: Canvas, x: float, y: float, texts: list[str], deep: int, size: float = 12) -> None:
    """Paragraphs from the top down in lines of so many characters, from right to left; ASCII lies on its side."""
    step, x = 1.08 * size, x + 20
    for text in texts:
        x, at = x - 20, y + 2 * step
        for piece in re.findall("[!-~]+|.", text):
            length = canvas.stringWidth(piece, "Helvetica", size) if piece.isascii() else step
            if at + length > y + deep * step + 1 and piece not in "，；。":
                x, at = x - 20, y
            if piece.isascii():
                canvas.saveState()
                canvas.translate(x + 0.12 * size, typeset.HEIGHT - at + 0.88 * size)
                canvas.rotate(-90)
                canvas.setFont("Helvetica", size)
                canvas.drawString(0, 0, piece)
                canvas.restoreState()
            else:
                put(canvas, x, at, piece, size)
            at += length


def test_lines_that_run_down_the_page_are_read_from_right_to_left_tier_by_tier() -> None:
    texts = paragraphs(6)
    texts = [text.replace("四百余家", "400余家").replace("六点二", "6.2%") for text in texts]

    def draw(canvas: Canvas) -> None:
        put(canvas, 190, 60, "德清县人民政府工作报告全文", 18)
        down(canvas, 520, 110, texts[:3], 22)
        down(canvas, 520, 460, texts[3:], 22)

    assert read(draw) == ["德清县人民政府工作报告全文", *texts]


def test_text_that_runs_down_beside_text_that_runs_across_mixes_with_none_of_it() -> None:
    beside, texts = paragraphs(6, 3), paragraphs(8)[6:]

    def draw(canvas: Canvas) -> None:
        column(canvas, 60, 100, lines_of(beside, 17), leading=18)
        down(canvas, 500, 100, texts, 20)

    assert sorted(read(draw)) == sorted([*beside, *texts])


def test_a_heading_of_another_size_that_runs_down_stands_in_front_of_its_text() -> None:
    texts = paragraphs(4)

    def draw(canvas: Canvas) -> None:
        down(canvas, 540, 60, ["　　德清县政府工作报告"], 22, size=20)
        down(canvas, 500, 100, texts[:2], 30)
        down(canvas, 280, 90, ["　　二、今年工作安排"], 22, size=16)
        down(canvas, 240, 100, texts[2:], 30)

    assert read(draw) == ["德清县政府工作报告", *texts[:2], "二、今年工作安排", *texts[2:]]


@pytest.mark.parametrize("indent", [20, 48])
def test_the_last_character_of_a_heading_alone_in_its_line_stays_the_last(indent: float) -> None:
    texts = paragraphs(2)

    def draw(canvas: Canvas) -> None:
        down(canvas, 540, 60, ["德清县第十七届人民代表大会政府工作报"], 22, size=22)
        put(canvas, 508, 60 + indent, "告", 22)
        down(canvas, 470, 100, texts, 30)

    assert read(draw) == ["德清县第十七届人民代表大会政府工作报告", *texts]


def test_text_that_runs_down_with_a_gloss_between_its_lines_is_left_as_it_stands() -> None:
    lines = [Glyph("字", 100 + 20 * x, 112 + 20 * x, 100 + 13 * y, 12) for x in range(3) for y in range(8)]
    gloss = Glyph("注", 113, 118, 150, 5)
    rows = rows_of([*lines, gloss])
    assert part(rows, [], []) == (rows, [], [])
    assert [len(block.glyphs) for block in part(rows_of(lines), [], [])[2]] == [24]


def test_a_font_that_sets_lines_down_the_page_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("HeiseiMin-W3", 12)
        canvas.drawString(500, 700, "過去一年全縣地區生產總値增長")
        canvas.drawString(480, 700, "百分之六點二。")

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3", isVertical=True))
    assert read(draw) == ["過去一年全縣地區生產總値增長百分之六點二。"]


def test_a_table_whose_cells_are_one_character_wide_runs_across() -> None:
    rows = [*zip("德清县武康镇", "城乡居民收入", "增长持续加快", strict=True)]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                put(canvas, 100 + 30 * at, 100 + 15 * number, cell, 12)
        for at in range(4):
            canvas.line(91 + 30 * at, typeset.HEIGHT - 85, 91 + 30 * at, typeset.HEIGHT - 180)

    assert "".join(read(draw)).startswith("德")
    assert "德清县武康镇" not in "".join(read(draw))
