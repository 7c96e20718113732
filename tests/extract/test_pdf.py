"""A PDF is read as a person reads its pages: columns in order, paragraphs whole, heads and fake bold aside."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from deqing_search.cleaning.cleaner import clean
from deqing_search.errors import SourceError
from deqing_search.extract import pdf
from deqing_search.extract.glyphs import Glyph, rows_of
from deqing_search.extract.vertical import part
from deqing_search.report import RawText
from deqing_search.structure.passages import passages_of
from deqing_search.text.offsets import apply_edits
from tests import typeset
from tests.accounting import unaccounted
from tests.typeset import HEIGHT, column, paragraphs, put, wrapped

HERE = Path("报告.pdf")


def raw_of(*pages) -> RawText:
    found = pdf.read(HERE, typeset.pdf(pages))
    return RawText("r", found.text, "", found.page_starts, (), found.edits)


def read(*pages) -> list[str]:
    return clean(raw_of(*pages)).text.splitlines()


def lines_of(texts: list[str], columns: int) -> list[str]:
    return [line for text in texts for line in wrapped(text, columns)]


def test_wrapped_lines_become_paragraphs() -> None:
    texts = paragraphs(5)
    assert read(lambda canvas: column(canvas, 70, 80, lines_of(texts, 36))) == texts


def test_paragraphs_without_indent_end_where_a_line_is_short() -> None:
    texts = paragraphs(4, 3)
    lines = [line for text in texts for line in wrapped(text, 33, indent=0)]
    assert all(len(wrapped(text, 33, indent=0)[-1]) < 30 for text in texts)
    assert read(lambda canvas: column(canvas, 70, 80, lines)) == texts


@pytest.mark.parametrize(
    ("upper", "lower"), [("增长5.", "2%，"), ("就业4", "500人，"), ("完成12", "‰，"), ("完成1,2", "00万元，")]
)
def test_a_number_that_a_line_end_parts_is_one_number(upper: str, lower: str) -> None:
    lines = ["　　" + "全县经济持续回升向好" * 3 + upper, lower + "城乡居民收入稳步提高，" * 2 + "面貌一新。"]
    (text,) = read(lambda canvas: column(canvas, 70, 80, lines))
    assert upper + lower in text


def test_two_columns_below_a_title_are_read_one_after_the_other() -> None:
    texts = paragraphs(8)
    lines = lines_of(texts, 17)
    half = (len(lines) + 1) // 2

    def draw(canvas: Canvas) -> None:
        put(canvas, 190, 60, "德清县人民政府工作报告全文", 18)
        column(canvas, 60, 100, lines[:half], leading=16)
        column(canvas, 310, 100, lines[half:], leading=16)

    assert read(draw) == ["德清县人民政府工作报告全文", *texts]


@pytest.mark.parametrize("ruled", [True, False])
def test_few_lines_of_two_columns_below_a_table_are_read_one_column_after_the_other(ruled: bool) -> None:
    texts = paragraphs(3, 3)
    above, below = lines_of(texts[:2], 17), wrapped(texts[2][-60:], 17)

    def draw(canvas: Canvas) -> None:
        half = (len(above) + 1) // 2
        column(canvas, 60, 100, above[:half], leading=16)
        y = column(canvas, 310, 100, above[half:], leading=16) + 30
        for at, cells in enumerate((("指标", "2022年", "2023年"), ("产值", "10", "11"), ("收入", "2", "3"))):
            for number, cell in enumerate(cells):
                put(canvas, 70 + 160 * number, y + 20 * at + 14, cell)
        if ruled:
            canvas.grid([60, 220, 380, 540], [HEIGHT - y - 20 * at for at in range(4)])
        half = (len(below) + 1) // 2
        column(canvas, 60, y + 90, below[:half], leading=16)
        column(canvas, 310, y + 90, below[half:], leading=16)

    assert 3 <= len(below) <= 5
    assert read(draw) == [*texts[:2], "指标\t2022年\t2023年", "产值\t10\t11", "收入\t2\t3", texts[2][-60:]]


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

    found = pdf.read(HERE, typeset.pdf([draw]))
    raw = RawText("r", found.text, "", found.page_starts, (), found.edits, found.tables)
    cells = [p.cells for p in passages_of(raw, clean(raw)) if p.kind == "table-row"]
    assert cells == [tuple((name, value) for name, value in zip(names, row, strict=True) if value) for row in rows]


def test_a_numbered_heading_below_a_full_line_is_not_joined_to_it() -> None:
    lines = ["　　" + "关于这项工作" * 5 + "要抓好", "落实" + "工作要求" * 8 + "。", "二、今年主要预期目标"]
    lines += ["　　" + "关于这项工作" * 5 + "要抓好", "落实。"]
    assert [len(line) for line in lines[:2]] == [35, 35]
    assert read(lambda canvas: column(canvas, 70, 80, lines))[1] == lines[2]


def test_the_number_of_the_only_page_is_no_text() -> None:
    texts = paragraphs(2)

    def draw(canvas: Canvas) -> None:
        column(canvas, 70, 80, lines_of(texts, 36))
        put(canvas, 290, 805, "- 1 -", 9)

    assert read(draw) == texts


def test_who_signs_and_the_date_at_the_right_edge_are_two_lines() -> None:
    texts = paragraphs(2)

    def draw(canvas: Canvas) -> None:
        y = column(canvas, 70, 80, lines_of(texts, 36))
        for line in ("德清县人民政府", "2024年3月1日"):
            y += 20
            canvas.setFont(typeset.FONT, 12)
            canvas.drawRightString(70 + 36 * 12, HEIGHT - y, line)

    assert read(draw) == [*texts, "德清县人民政府", "2024年3月1日"]


def test_a_newspaper_page_keeps_its_articles_apart() -> None:
    """Four narrow columns under a headline, and a second article across the page below."""
    first, second = paragraphs(10, 3)[:6], paragraphs(10, 3)[6:]
    upper, lower = lines_of(first, 10), lines_of(second, 10)

    headlines = "县委全体会议在县城隆重举行审议工作报告", "县政府部署下一步重点工作任务推进落实"

    def draw(canvas: Canvas) -> None:
        for top, headline, lines in zip((60, 440), headlines, (upper, lower), strict=True):
            put(canvas, 90, top, headline, 22)
            each = -(-len(lines) // 4)
            for at in range(4):
                column(canvas, 50 + at * 125, top + 30, lines[at * each : (at + 1) * each], 10.5, 13)

    assert read(draw) == [headlines[0], *first, headlines[1], *second]


def test_fake_bold_is_one_layer_and_a_double_character_stays_double() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 100, 80, "王莹莹：时时事事处处都要抓好落实", 16, strikes=3)

    raw = raw_of(draw)
    assert "莹莹莹莹莹莹" in raw.text
    assert clean(raw).text.splitlines() == ["王莹莹：时时事事处处都要抓好落实"]
    assert {entry.fix for entry in clean(raw).edit_log} == {"overprint"}


def book(number: int = 4) -> list:
    """Pages with a running head and a page number; paragraphs go on over the page."""
    texts = paragraphs(number * 7)
    lines = lines_of(texts, 36)
    each = -(-len(lines) // number)

    def page(at: int):
        def draw(canvas: Canvas) -> None:
            put(canvas, 220, 40, "德清县国民经济和社会发展规划", 9)
            column(canvas, 70, 80, lines[at * each : (at + 1) * each])
            put(canvas, 290, 815, f"— {at + 1} —", 9)

        return draw

    return [page(at) for at in range(number)]


def test_heads_and_page_numbers_go_and_paragraphs_go_on_over_the_page() -> None:
    assert read(*book()) == paragraphs(28)


def test_passages_know_their_page() -> None:
    raw = raw_of(*book())
    pages = [passage.page for passage in passages_of(raw, clean(raw))]
    assert pages == sorted(pages)
    assert set(pages) == {1, 2, 3, 4}


def test_a_footnote_does_not_break_the_paragraph_that_goes_on_over_the_page() -> None:
    text = paragraphs(1, 8)[0]
    lines = wrapped(text, 36)

    def first(canvas: Canvas) -> None:
        column(canvas, 70, 80, ["　　前面一段说的是别的事情。", *lines[:3]])
        put(canvas, 70, 800, "1 这是脚注。", 8)

    def second(canvas: Canvas) -> None:
        column(canvas, 70, 80, [*lines[3:], "　　后面一段说的也是别的事情。"])

    assert read(first, second) == ["前面一段说的是别的事情。", text, "1 这是脚注。", "后面一段说的也是别的事情。"]


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


def test_nothing_of_a_page_is_lost() -> None:
    raw = raw_of(*book(3))
    assert raw.text
    assert unaccounted(raw) == ""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"plain", "不是 PDF"),
        (b"%PDF-1.7\n garbage", "损坏|没有页"),
        (b"%PDF-1.4 /FlateDecode /FlateDecode", "层层压缩"),
    ],
)
def test_a_file_that_is_no_pdf_or_is_malicious_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        pdf.read(HERE, data)


@pytest.mark.parametrize("pages", [["2 0 obj 3 0 R endobj", "3 0 obj 2 0 R endobj"], ["2 0 obj 2 0 R endobj"]])
def test_objects_that_point_to_each_other_come_to_an_end(pages: list[str]) -> None:
    objects = ["%PDF-1.4", "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", *pages, "trailer<</Root 1 0 R>>", ""]
    with pytest.raises(SourceError, match="没有页"):
        pdf.read(HERE, "\n".join(objects).encode())


def test_a_stream_that_unpacks_without_end_is_refused() -> None:
    packed = zlib.compress(b"0" * (300 * 2**20), 9)
    with pytest.raises(SourceError, match="解开后过大"):
        pdf.read(HERE, b"%PDF-1.4\n1 0 obj <</Filter/FlateDecode>> stream\n" + packed + b"\nendstream endobj")


def test_more_pages_than_any_report_has_are_refused() -> None:
    with pytest.raises(SourceError, match="超过 3 页"):
        pdf.read(HERE, typeset.pdf(book(4)), most_pages=3)
    assert pdf.read(HERE, typeset.pdf(book(3)), most_pages=3).text


def specimen(name: str) -> tuple[str, dict[str, str]]:
    """The clean text of a specimen, and what each fix of the medium took out of it."""
    found = pdf.read(HERE, Path("tests/cases/media", name).read_bytes())
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


def test_raised_figures_stay_apart_from_the_number_before_them() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 70, 80, "全县接入5")
        put(canvas, 70 + 54.5, 75, "4", 7)
        put(canvas, 70 + 60, 80, "个部门，办成了一批大事。")

    (line,) = read(draw)
    assert line.replace(" ", "") == "全县接入5⁴个部门，办成了一批大事。"


def test_roman_page_numbers_are_running_heads() -> None:
    texts = paragraphs(12)

    def page(number: int, numeral: str):
        def draw(canvas: Canvas) -> None:
            column(canvas, 70, 130, lines_of(texts[number * 4 : number * 4 + 4], 36))
            put(canvas, 290, 815, numeral, 9)

        return draw

    assert read(*(page(number, numeral) for number, numeral in enumerate(["ii", "iii", "iv"]))) == texts


def test_sentences_alike_at_the_top_of_each_page_are_no_running_heads() -> None:
    def page(number: int):
        def draw(canvas: Canvas) -> None:
            for at in range(4):
                text = f"第{7 * number + at}项任务进展顺利，群众满意度达到百分之{90 - number + at}。"
                put(canvas, 70, 60 + 40 * at, text)

        return draw

    assert len(read(*map(page, range(3)))) == 12


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


def test_a_cell_of_several_lines_ends_no_table_without_rules() -> None:
    rows = [("项目", "主要内容", "投资"), ("水厂", "新建日供水五万吨", "5000"), ("", "水厂一座及管网", "")]
    rows += [("道路", "改建县道十二公里", "300"), ("学校", "迁建两所", "800")]

    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "全县重点项目安排如下。")
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                put(canvas, 70 + 140 * at, 100 + 18 * number, cell)
        put(canvas, 60, 220, "各项目要按期开工。")

    found = pdf.read(HERE, typeset.pdf([draw]))
    raw = RawText("r", found.text, "", found.page_starts, (), found.edits, found.tables)
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
