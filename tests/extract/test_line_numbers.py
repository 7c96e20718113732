"""The numbers of lines in the margin of a page are no text."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.typeset import HEIGHT, column, lines_of, paragraphs, put, raw_of, read


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("step", [1, 5])
def test_line_numbers_in_the_margin_are_no_part_of_the_text(step: int, at_end: bool) -> None:
    texts = paragraphs(9, 4)
    lines = lines_of(texts, 36)

    def draw(first: int, own: list[str]):
        def page(canvas: Canvas) -> None:
            column(canvas, 80, 80, own)
            for at in range(len(own)):
                if (first + at) % step == 0:
                    canvas.setFont("Helvetica", 8)
                    canvas.drawRightString(545 if at_end else 70, HEIGHT - 80 - 18 * at, str(first + at))
            put(canvas, 290, 800, str(1 + first // 25))

        return page

    assert len(lines) > 27
    assert read(draw(1, lines[:25]), draw(26, lines[25:])) == texts


@pytest.mark.parametrize("stop", ["", "；"])
def test_the_numbers_of_a_list_stay(stop: str) -> None:
    items = [f"新建改建农村公路{'一' * at}公里，新增停车泊位两千个" for at in (1, 6, 2, 7, 3, 5, 4)]

    def draw(canvas: Canvas) -> None:
        for at, item in enumerate(items):
            put(canvas, 60, 90 + 20 * at, str(at + 1))
            put(canvas, 84, 90 + 20 * at, item)

    raw = raw_of(draw)
    assert [line.split()[0] for line in raw.text.splitlines()] == list("1234567")
    assert "line-number" not in {edit.fix for edit in raw.edits}
