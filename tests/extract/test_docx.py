"""A Word document is read whole and in its order, and a hostile one is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from time import process_time
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from deqing_search.errors import SourceError
from deqing_search.extract import docx as medium
from deqing_search.extract import office
from deqing_search.extract.equations import M
from deqing_search.text.offsets import apply_edits

HERE = Path("报告.docx")


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines(document) -> list[str]:
    found = medium.read(HERE, saved(document))
    return apply_edits(found.text, found.edits).splitlines()


def test_headings_paragraphs_and_tables_come_in_the_order_of_the_document() -> None:
    document = docx.Document()
    document.add_heading("政府工作报告", 0)
    document.add_paragraph("各位代表：")
    table = document.add_table(rows=2, cols=3)
    for at, value in enumerate(["指标", "2023年", "2024年", "生产总值", "", "6.5%"]):
        table.cell(at // 3, at % 3).text = value
    document.add_paragraph("请予审议。")
    assert lines(document) == ["政府工作报告", "各位代表：", "指标\t2023年\t2024年", "生产总值\t\t6.5%", "请予审议。"]


def test_a_merged_cell_keeps_the_columns_in_line() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合计"
    table.cell(0, 2).text = "9"
    assert lines(document) == ["合计\t\t9"]


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_paragraphs_whose_mark_was_deleted_are_one(mark: str) -> None:
    document = docx.Document()
    for text in ("我们坚持稳中", "求进，", "经济平稳运行。"):
        paragraph = document.add_paragraph(text)._p  # noqa: SLF001
        properties = f"<w:rPr {nsdecls('w')}><w:{mark} w:id='1' w:author='a'/></w:rPr>"
        paragraph.get_or_add_pPr().append(parse_xml(properties))
    document.add_table(rows=1, cols=2).cell(0, 0).text = "合计"
    assert lines(document) == ["我们坚持稳中求进，经济平稳运行。", "合计\t"]


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("增长")
    for tag, text in (("ins", "<w:t>6</w:t>"), ("del", "<w:delText>5</w:delText>")):
        mark = f"<w:{tag} {nsdecls('w')} w:id='1' w:author='a'><w:r>{text}</w:r></w:{tag}>"
        paragraph._p.append(parse_xml(mark))  # noqa: SLF001
    paragraph.add_run("%。")
    assert lines(document) == ["增长6%。"]


def test_numbers_that_word_counts_itself_are_counted() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = [("japaneseCounting", "%1、"), ("japaneseCounting", "（%2）"), ("decimal", "%3.")]
    shapes = "".join(
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{shape}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for at, (shape, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'>{shapes}</w:abstractNum>"))
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"))
    for depth, text in [(0, "回顾"), (1, "成绩"), (1, "问题"), (0, "展望"), (1, "目标"), (2, "增长")]:
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(  # noqa: SLF001
            parse_xml(f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{depth}'/><w:numId w:val='77'/></w:numPr>")
        )
    assert lines(document) == ["一、回顾", "（一）成绩", "（二）问题", "二、展望", "（一）目标", "1.增长"]


def test_a_footnote_follows_the_paragraph_that_calls_it() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("实施双金双银工程")
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))  # noqa: SLF001
    paragraph.add_run("。")
    document.add_paragraph("下一段。")
    note = "<w:footnote w:id='2'><w:p><w:r><w:t>即金字招牌。</w:t></w:r></w:p></w:footnote>"
    data = with_part(saved(document), "footnotes", f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>")
    assert medium.read(HERE, data).text.splitlines() == ["实施双金双银工程。", "〔1〕即金字招牌。", "下一段。"]


def with_part(data: bytes, name: str, xml: str) -> bytes:
    """The document with one more part, as Word would hold it."""
    out = io.BytesIO()
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}"
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="{name}.xml"/></Relationships>'
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            part = old.read(item)
            if item == "word/_rels/document.xml.rels":
                part = part.replace(b"</Relationships>", link.encode())
            new.writestr(item, part)
        new.writestr(f"word/{name}.xml", xml)
    return out.getvalue()


def test_a_document_that_unpacks_to_a_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", "0" * 30_000_000)
    with pytest.raises(SourceError, match="过大"):
        medium.read(HERE, out.getvalue())


@pytest.mark.parametrize("defined", ['"各位"', 'SYSTEM "file:///etc/hostname"'])
def test_a_document_that_defines_entities_is_refused(defined: str) -> None:
    old, out = io.BytesIO(), io.BytesIO()
    docx.Document().save(old)
    body = f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>好&a;好</w:t></w:r></w:p></w:body></w:document>"
    with zipfile.ZipFile(old) as parts, zipfile.ZipFile(out, "w") as new:
        for item in parts.infolist():
            own = f"<!DOCTYPE d [<!ENTITY a {defined}>]>{body}" if item.filename == "word/document.xml" else None
            new.writestr(item, own or parts.read(item))
    with pytest.raises(SourceError, match="DTD"):
        medium.read(HERE, out.getvalue())


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"plain text", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="不是可以读的"):
        medium.read(HERE, data)


def test_an_old_document_without_libreoffice_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SourceError, match="需要 LibreOffice") as raised:
        office.read(Path("旧.doc"), b"x")
    assert "apt-get install" in raised.value.hint


def xml(inner: str) -> Any:
    """Parts of a document in Word's own names."""
    return parse_xml(f"<w:p {nsdecls('w')} xmlns:m='{M[1:-1]}'>{inner}</w:p>")


def cleaned(*paragraphs: str) -> tuple[list[str], dict[str, str]]:
    """The lines of a document of such paragraphs, and what was taken out by which fix."""
    document = docx.Document()
    for inner in paragraphs:
        document.element.body.insert(len(document.element.body) - 1, xml(inner))
    found = medium.read(HERE, saved(document))
    text = apply_edits(found.text, found.edits)
    return text.splitlines(), {edit.fix: found.text[edit.start : edit.end] for edit in found.edits}


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_hidden_and_struck_text_stands_in_the_edit_log_only() -> None:
    lines, gone = cleaned(
        run("新增就业五万人") + run("（待核）", "<w:vanish/>") + run("。"),
        run("建成公园") + run("十二", "<w:strike/>") + run("十三", "<w:strike w:val='0'/>") + run("个。"),
    )
    assert lines == ["新增就业五万人。", "建成公园十三个。"]
    assert gone == {"hidden-text": "（待核）", "struck-text": "十二"}


def test_a_raised_digit_is_no_part_of_the_number_before_it() -> None:
    up = "<w:vertAlign w:val='superscript'/>"
    lines, gone = cleaned(run("接入5") + run("4", up) + run("个部门，误差10") + run("-3", up) + run("m") + run("2", up))
    assert lines == ["接入5⁴个部门，误差10⁻³m²"]
    assert gone == {"superscript": "2"}


def test_a_digit_that_stands_off_its_line_is_raised_or_lowered() -> None:
    up, down, close = (f"<w:position w:val='{by}'/>" for by in ("10", "-6", "2"))
    lines, _ = cleaned(
        run("引进企业15") + run("4", up) + run("家，pH7") + run("2", down) + run("，共3") + run("2个", close)
    )
    assert lines == ["引进企业15⁴家，pH7₂，共32个"]


def test_a_symbol_of_a_font_is_a_character() -> None:
    sign = "<w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r>"
    assert cleaned(run("优良率") + sign + run("90%"))[0] == ["优良率≥90%"]


def test_the_reading_of_a_character_stands_in_the_edit_log() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{run('pān')}</w:rt><w:rubyBase>{run('番')}</w:rubyBase></w:ruby></w:r>"
    assert cleaned(run("辖") + ruby + run("禺")) == (["辖番禺"], {"ruby-reading": "pān"})


def test_an_equation_is_one_line_of_text() -> None:
    def said(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    part = f"<m:f><m:num>{said('收入')}</m:num><m:den>{said('支出')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{said('x')}</m:e><m:sup>{said('2')}</m:sup></m:sSup>"
    assert cleaned(run("按") + f"<m:oMath>{part}{said('+')}{power}</m:oMath>" + run("计算"))[0] == [
        "按收入/支出+x²计算"
    ]


def test_a_text_box_in_a_cell_follows_the_table() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "甲", "乙"
    box = f"<w:r><w:pict><w:txbxContent><w:p>{run('框里的话')}</w:p></w:txbxContent></w:pict></w:r>"
    table.cell(0, 1)._tc.append(xml(box))  # noqa: SLF001
    assert lines(document) == ["甲\t乙", "框里的话"]


def test_a_table_of_contents_is_taken_away_and_a_tab_makes_no_table() -> None:
    entries = ["一、\t基础\t1", "二、\t要求\t5", "三、\t任务\t9"]
    document = docx.Document()
    for text in ["某某县规划", "目　录", *entries, "一、\t基础", "经济总量持续扩大。"]:
        document.add_paragraph(text)
    assert lines(document) == ["某某县规划", "一、 基础", "经济总量持续扩大。"]


def test_a_document_with_a_password_is_named_as_such() -> None:
    with pytest.raises(SourceError, match="加了密码"):
        medium.read(HERE, Path("tests/cases/media/password.docx").read_bytes())


def test_a_document_in_the_strict_form_is_read() -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("各位代表：")
    usual = b"http://schemas.openxmlformats.org/"
    strict = {
        usual + b"wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        usual + b"officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    with zipfile.ZipFile(io.BytesIO(saved(document))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for found, instead in strict.items():
                part = part.replace(found, instead)
            new.writestr(name, part)
    assert medium.read(HERE, out.getvalue()).text == "各位代表：\n"


def test_a_web_page_under_the_name_of_a_word_document_is_read_as_a_page() -> None:
    page = "<html><meta charset=utf-8><p>各位代表，好。</p></html>".encode()
    assert office.read(Path("页.doc"), page).text == "各位代表，好。\n"


def test_the_levels_of_heading_styles_are_kept() -> None:
    document = docx.Document()
    for text, level in [("过去五年工作回顾", 1), ("产业转型", 2)]:
        document.add_heading(text, level)
    found = medium.read(HERE, saved(document))
    assert found.levels == ((0, 1), (found.text.index("产业转型"), 2))


def test_names_with_growing_figures_set_by_tabs_are_no_table_of_contents() -> None:
    def line(*cells: str) -> str:
        return "<w:r>" + "<w:tab/>".join(f"<w:t>{cell}</w:t>" for cell in cells) + "</w:r>"

    rows = [("产值", "10", "11"), ("收入", "", "13"), ("人口", "14", "15")]
    found, gone = cleaned(*(line(*row) for row in [("指标", "2022年", "2023年"), *rows]))
    assert found == ["指标\t2022年\t2023年", *map("\t".join, rows)]
    assert gone == {}


def test_a_paragraph_of_any_length_takes_time_by_its_length() -> None:
    document = docx.Document()
    document.add_paragraph("全县经济平稳健康发展" * 10_000)
    data, start = saved(document), process_time()
    medium.read(HERE, data)
    assert process_time() - start < 2  # 100,000 characters took minutes where each was tried as the end of a title
