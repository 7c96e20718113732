"""What was recognised on pictures is read by its places; `cases/scans.json` holds boxes that RapidOCR gave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deqing_search.cleaning.cleaner import clean
from deqing_search.cli.cleaning import doubt_lines
from deqing_search.extract.boxes import Box, Sheet
from deqing_search.extract.ocr import read_sheets
from deqing_search.report import Passage, RawText
from deqing_search.structure.passages import passages_of

RECORDED = json.loads((Path(__file__).parents[1] / "cases" / "scans.json").read_text(encoding="utf-8"))
SCAN = Path("扫描.png")
LINES = [
    "　　过去一年，全县经济社会发展取得",
    "新的成绩，地理信息产业集聚企业四",
    "百余家，财政总收入迈上新的台阶。",
    "　　新的一年，我们要继续奋斗，把各",
    "项工作抓紧抓实，不负人民的期望。",
]


def box(line: str, y: float, score: float = 0.99, height: float = 26, x: float = 100) -> Box:
    """A recognised line of 24 pixels an em."""
    text = line.strip()
    left = x + 24 * (len(line) - len(text))
    right = x + 24 * len(line)
    return Box(((left, y), (right, y), (right, y + height), (left, y + height)), text, score)


def raw_of(boxes: list[Box], height: float = 1000) -> RawText:
    found = read_sheets(SCAN, [Sheet(boxes, height)])
    return RawText("r", found.text, "", found.page_starts, (), found.edits, found.tables, found.levels, found.doubts)


def passages(raw: RawText) -> tuple[Passage, ...]:
    return passages_of(raw, clean(raw))


@pytest.mark.parametrize("case", RECORDED, ids=[case["name"] for case in RECORDED])
def test_a_scanned_page_in_columns_gives_its_paragraphs(case: dict) -> None:
    boxes = [Box(tuple(map(tuple, corners)), text, score) for corners, text, score in case["boxes"]]
    found = [passage.text for passage in passages(raw_of(boxes, case["height"]))]
    assert [(text[:4], text[-3:]) for text in found] == [(text[:4], text[-3:]) for text in case["paragraphs"]]
    assert sum(map(len, found)) == pytest.approx(sum(map(len, case["paragraphs"])), rel=0.01)


def test_lines_of_one_paragraph_are_joined_by_their_places() -> None:
    texts = [passage.text for passage in passages(raw_of([box(line, 40 * at) for at, line in enumerate(LINES)]))]
    assert texts == ["".join(LINES[:3]).strip(), "".join(LINES[3:]).strip()]


def test_the_last_line_keeps_the_size_of_its_paragraph_though_its_box_is_higher() -> None:
    lines = [*LINES[:2], "百余家，财政总收入迈上新的台阶，再", "创佳绩。"]
    boxes = [box(line, 40 * at, height=26 if at < 3 else 33) for at, line in enumerate(lines)]
    assert [passage.text for passage in passages(raw_of(boxes))] == ["".join(lines).strip()]


def test_what_was_hardly_recognised_is_flagged_with_its_score() -> None:
    boxes = [box(line, 40 * at, 0.62 if at == 4 else 0.99) for at, line in enumerate(LINES)]
    raw = raw_of(boxes)
    first, second = passages(raw)
    assert first.damage == ()
    assert second.damage == ("uncertain",)
    assert [(raw.text[d.start : d.end], d.score) for d in raw.doubts] == [(LINES[4], 0.62)]
    _, line = doubt_lines(raw)
    assert line.startswith("    第 5 行：")
    assert line.endswith("（把握 0.62）")


def test_a_hardly_recognised_line_of_the_text_stays_and_a_speck_goes_to_the_edit_log() -> None:
    boxes = [box(line, 40 * at, 0.2 if at == 1 else 0.99) for at, line in enumerate(LINES)]
    raw = raw_of([*boxes, box("卅", 300, 0.1, height=90)])
    log = clean(raw).edit_log
    assert [(entry.fix, entry.before.strip()) for entry in log if entry.fix == "speck"] == [("speck", "卅")]
    assert LINES[1] in passages(raw)[0].text
    assert "uncertain" in passages(raw)[0].damage


def test_digits_stay_as_they_were_recognised() -> None:
    lines = ["　　全年增长５．１％，上年增长4.8%。"]
    (passage,) = passages(raw_of([box(line, 40 * at) for at, line in enumerate(lines)]))
    assert passage.text == lines[0].strip()


def test_an_indent_after_a_line_with_room_left_opens_a_paragraph_though_no_sentence_ends() -> None:
    lines = [*LINES[:3], "　　一年来，我们的主要工作是：", *LINES[3:]]
    found = [passage.text for passage in passages(raw_of([box(line, 40 * at) for at, line in enumerate(lines)]))]
    assert found == ["".join(part).strip() for part in (lines[:3], lines[3:4], lines[4:])]


def test_a_full_line_that_ends_a_sentence_goes_on_where_paragraphs_have_an_indent() -> None:
    lines = [
        "　　过去一年，全县的工作有新的成绩",
        "财政总收入，又迈上了新的大台阶。",
        "地理信息产业集聚了企业四百余家，",
    ]
    for end in (["还要继续奋斗。"], ["还要继续奋斗。", *LINES[3:]]):
        boxes = [box(line, 40 * at) for at, line in enumerate([*lines, *end])]
        assert passages(raw_of(boxes))[0].text == "".join([*lines, end[0]]).strip()
