"""An OFD document is read by the places of its characters, as a PDF is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from deqing_search.cleaning.cleaner import clean
from deqing_search.errors import SourceError
from deqing_search.extract import ofd
from deqing_search.report import RawText
from deqing_search.structure.passages import passages_of
from tests.typeset import paragraphs, wrapped

HERE = Path("报告.ofd")
NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.2  # millimetres


def text(x: float, y: float, said: str, size: float = SIZE, more: str = "") -> str:
    """A line of text at a place in millimetres, its characters one size apart."""
    deltas = f'DeltaX="g {len(said) - 1} {size}"' if len(said) > 1 else ""
    code = f'<ofd:TextCode X="0" Y="{size}" {deltas}>{said}</ofd:TextCode>'
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - size} 200 9" Font="1" Size="{size}" {more}>{code}</ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    data = f"<ofd:AbbreviatedData>M {x0} {y0} L {x1} {y1}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="2" Boundary="0 0 210 297">{data}</ofd:PathObject>'


def document(*pages: str) -> bytes:
    out = io.BytesIO()
    entries = "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
    area = (
        "<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
    )
    with zipfile.ZipFile(out, "w") as parts:
        root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        parts.writestr("OFD.xml", f"<ofd:OFD {NAMES}>{root}</ofd:OFD>")
        parts.writestr(
            "Doc_0/Document.xml", f"<ofd:Document {NAMES}>{area}<ofd:Pages>{entries}</ofd:Pages></ofd:Document>"
        )
        for at, page in enumerate(pages):
            content = f"<ofd:Content><ofd:Layer ID='9'>{page}</ofd:Layer></ofd:Content>"
            parts.writestr(f"Doc_0/Pages/Page_{at}/Content.xml", f"<ofd:Page {NAMES}>{content}</ofd:Page>")
    return out.getvalue()


def raw_of(*pages: str) -> RawText:
    found = ofd.read(HERE, document(*pages))
    return RawText("r", found.text, "", found.page_starts, (), found.edits, found.tables)


def test_wrapped_lines_become_paragraphs_with_their_pages() -> None:
    texts = paragraphs(6)

    def page(own: list[str]) -> str:
        lines = [(len(line) - len(line.lstrip("　")), line.strip("　")) for t in own for line in wrapped(t, 36)]
        return "".join(text(25 + indent * SIZE, 30 + 7 * at, said) for at, (indent, said) in enumerate(lines))

    raw = raw_of(page(texts[:3]), page(texts[3:]))
    passages = passages_of(raw, clean(raw))
    assert [passage.text for passage in passages] == texts
    assert [passage.page for passage in passages] == [1, 1, 1, 2, 2, 2]


def test_a_ruled_table_keeps_its_columns() -> None:
    cells = [["指标", "2022年", "2023年"], ["产值", "12.5", "14.2"], ["税收", "", "15.3"]]
    rules = "".join(line(30, 40 + 10 * at, 150, 40 + 10 * at) for at in range(4))
    rules += "".join(line(30 + 40 * at, 40, 30 + 40 * at, 70) for at in range(4))
    texts = "".join(
        text(34 + 40 * column, 47 + 10 * row, said)
        for row, own in enumerate(cells)
        for column, said in enumerate(own)
        if said
    )
    raw = raw_of(rules + texts)
    assert [passage.text for passage in passages_of(raw, clean(raw))] == [
        "指标：产值；2022年：12.5；2023年：14.2",
        "指标：税收；2023年：15.3",
    ]


def test_what_the_page_does_not_show_stands_in_the_edit_log() -> None:
    shown = "".join(text(25, 30 + 7 * at, said) for at, said in enumerate(["各位代表：", "现在，我向大会报告工作。"]))
    raw = raw_of(shown + text(25, 80, "此数未核", more='Visible="false"') + text(300, 30, "页外的字"))
    assert clean(raw).text.split() == ["各位代表：", "现在，我向大会报告工作。"]
    assert {(e.fix, e.before.strip()) for e in clean(raw).edit_log} >= {
        ("hidden-text", "此数未核"),
        ("outside-page", "页外的字"),
    }


@pytest.mark.parametrize(("data", "why"), [(b"PK broken", "不是可以读的 OFD"), (document(), "没有文字")])
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why) as error:
        ofd.read(HERE, data)
    assert error.value.hint
