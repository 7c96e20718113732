"""A PDF is read as a person reads its pages: columns in order, paragraphs whole, heads and fake bold aside."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from deqing_search.cleaning.cleaner import clean
from deqing_search.errors import SourceError
from deqing_search.extract import pdf
from deqing_search.structure.passages import passages_of
from tests import typeset
from tests.accounting import unaccounted
from tests.typeset import HEIGHT, column, lines_of, paragraphs, put, raw_of, read, wrapped

HERE = Path("报告.pdf")


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


def test_a_line_that_had_no_room_for_an_opening_quotation_mark_goes_on() -> None:
    lines = ["　　昆明荣获最佳会展城市、联合国生态城市群、", "“中国十佳投资城市”等称号，发展环境得到进一步", "改善。"]

    def page(canvas) -> None:  # type: ignore[no-untyped-def]
        column(canvas, 60, 100, [*wrapped("各项工作取得新的进展，" * 8 + "完成全年任务。", 23), *lines])

    assert read(page)[-1] == "".join(lines).strip()
