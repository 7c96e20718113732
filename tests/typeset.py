"""Pages set for tests and read again, with a font every PDF reader has: no font file is needed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from deqing_search.cleaning.cleaner import clean
from deqing_search.extract import pdf as reader
from deqing_search.report import RawText

FONT = "STSong-Light"
WIDTH, HEIGHT = A4
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

SENTENCES = [
    "过去一年，全县地区生产总值增长百分之六点二，财政总收入迈上新台阶",
    "我们坚持创新驱动发展，地理信息产业集聚企业四百余家",
    "城乡居民人均可支配收入分别增长五点一和六点三",
    "扎实推进美丽乡村建设，农村人居环境持续改善",
    "新建改建农村公路四十公里，新增停车泊位两千个",
    "坚决打好污染防治攻坚战，空气优良率保持在九成以上",
    "深入推进数字化改革，群众办事更加方便",
    "我们也清醒地看到，发展不平衡不充分的问题仍然突出",
]


def paragraphs(number: int, sentences: int = 4) -> list[str]:
    """Paragraphs of different sentences; each names its own number, so that no two are alike."""
    made = []
    for at in range(number):
        picked = [SENTENCES[(at * 3 + step * 5) % len(SENTENCES)] for step in range(sentences)]
        made.append(f"关于第{at + 1}项工作，" + "；".join(picked) + "。")
    return made


def wrapped(text: str, columns: int, indent: int = 2) -> list[str]:
    """A paragraph as lines of so many full-width characters, the first one indented; no line begins with a stop."""
    lines, line = [], "　" * indent
    for character in text:
        if len(line) >= columns and character not in "，。；、":
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def pdf(draw: Iterable[Callable[[Canvas], None]]) -> bytes:
    """A PDF with one page for each function that draws on it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in draw:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def put(canvas: Canvas, x: float, y: float, text: str, size: float = 12, strikes: int = 1) -> None:
    """Text at a place from the top left; struck several times it is fake bold."""
    canvas.setFont(FONT, size)
    for strike in range(strikes):
        canvas.drawString(x + strike * 0.3, HEIGHT - y, text.replace("　", ""))


def column(canvas: Canvas, x: float, y: float, lines: Iterable[str], size: float = 12, leading: float = 18) -> float:
    """Lines under each other, their ideographic spaces as indents; gives the y below."""
    for line in lines:
        bare = line.lstrip("　")
        put(canvas, x + (len(line) - len(bare)) * size, y, bare, size)
        y += leading
    return y


def lines_of(texts: list[str], columns: int) -> list[str]:
    """The lines of several paragraphs."""
    return [line for text in texts for line in wrapped(text, columns)]


def raw_of(*pages: Callable[[Canvas], None]) -> RawText:
    """What is read of pages, before cleaning."""
    found = reader.read(Path("报告.pdf"), pdf(pages))
    return RawText("r", found.text, "", found.page_starts, (), found.edits, found.tables)


def read(*pages: Callable[[Canvas], None]) -> list[str]:
    """The lines of pages after cleaning."""
    return clean(raw_of(*pages)).text.splitlines()
