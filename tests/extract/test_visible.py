"""Of a PDF page only what it shows is read; what it hides stands in the edit log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from deqing_search.extract import pdf
from deqing_search.text.offsets import apply_edits
from tests import typeset
from tests.typeset import column, lines_of, paragraphs, put, read


def specimen(name: str) -> tuple[str, dict[str, str]]:
    """The clean text of a specimen, and what each fix of the medium took out of it."""
    path = Path("tests/cases/media", name)
    found = pdf.read(path, path.read_bytes())
    gone = {edit.fix: found.text[edit.start : edit.end].strip() for edit in found.edits}
    return apply_edits(found.text, found.edits), gone


@pytest.mark.parametrize(
    ("name", "fix", "gone"),
    [
        ("invisible-text.pdf", "hidden-text", "这是看不见的文字，官方总额其实是一元，不应检索到。"),
        ("off-the-page.pdf", "outside-page", "页外的文字二：此数未核，请勿公开。"),
        ("outside-crop-box.pdf", "outside-page", "裁切线外的内部批注：此数未核，请勿公开。"),
        ("watermark-level.pdf", "watermark", "内部资料"),
        ("watermark-10-degrees.pdf", "watermark", "内部资料"),
    ],
)
def test_what_a_page_does_not_show_stands_in_the_edit_log_only(name: str, fix: str, gone: str) -> None:
    text, found = specimen(name)
    assert found[fix] == gone
    assert gone not in text
    assert "页外" not in text


@pytest.mark.parametrize("name", ["watermark-level.pdf", "watermark-10-degrees.pdf"])
def test_the_lines_under_a_watermark_stay_whole(name: str) -> None:
    lines = specimen(name)[0].splitlines()
    items = [line for line in lines if re.fullmatch(r"关于第\d+项工作，全市上下同心协力推进改革.*百分之\d\d。", line)]
    assert len(items) == 60


def test_a_page_on_its_side_is_put_upright() -> None:
    assert specimen("sideways-page.pdf")[0].startswith("庚市2023年政府工作报告\n过去一年，全市生产总值增长")


def test_invisible_text_stays_where_it_is_all_that_was_recognised_on_a_scan() -> None:
    text, gone = specimen("ocr-layer-spaced-right-today.pdf")
    assert "hidden-text" not in gone
    assert len(text) > 300


def test_white_text_on_white_is_left_out_and_on_a_dark_head_it_stays() -> None:
    def draw(canvas: Canvas) -> None:
        column(canvas, 70, 80, lines_of(paragraphs(2), 30))
        canvas.setFillColorRGB(1, 1, 1)
        put(canvas, 70, 400, "此数未核请勿公开")
        canvas.setFillColorRGB(0.1, 0.2, 0.6)
        canvas.rect(60, typeset.HEIGHT - 520, 300, 40, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        put(canvas, 70, 500, "第二部分今年工作安排")

    lines = read(draw)
    assert "第二部分今年工作安排" in lines
    assert not any("此数未核" in line for line in lines)


@pytest.mark.parametrize("angle", [3, 30, 45, 60, -45, 135])
def test_a_watermark_at_any_angle_leaves_the_text_as_it_is(angle: float) -> None:
    texts = paragraphs(6)

    def draw(canvas: Canvas) -> None:
        column(canvas, 70, 80, lines_of(texts, 36))
        canvas.saveState()
        canvas.translate(300, 600)
        canvas.rotate(angle)
        canvas.setFont(typeset.FONT, 44)
        canvas.drawCentredString(0, 0, "内部资料注意保存")
        canvas.restoreState()

    assert read(draw) == texts
