"""PDF with a text layer: its glyphs and rules page by page, then `layout` and `flow`. Without one: `ocr`.

pdfminer.six is driven directly: it gives every stroke as it was drawn, also those laid over one another.
"""

from __future__ import annotations

import io
import logging
import math
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deqing_search.errors import SourceError
from deqing_search.extract.extracted import Extracted
from deqing_search.extract.flow import flow
from deqing_search.extract.glyphs import Glyph, Page, Rule
from deqing_search.extract.layout import Line, lines_of_page
from deqing_search.parallel import restart_time_limit

MOST_PAGES: Final = 2000
MOST_GLYPHS: Final = 60_000  # of one page
MOST_FIGURES: Final = 5_000  # forms drawn on one page, one inside another counted too
_MANY_PAGES = 100  # take 1.5 seconds where nothing is wrong
LARGEST_STREAM: Final = 256 * 2**20  # bytes of one stream, unpacked
_LEAST_GLYPHS = 10  # a page on the average: fewer are stamps on a scan

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of every font; what cannot be read is our error


def read(path: Path, data: bytes) -> Extracted:
    """The text of a PDF in reading order, with its pages; raises `SourceError`."""
    _refuse_bombs(path, data)
    pages: list[list[Line]] = []
    heights: list[float] = []
    turned: list[str] = []
    glyphs = broken = 0
    for page in _pages(path, data):
        glyphs += len(page.glyphs)
        broken += sum(glyph.text == "\ufffd" for glyph in page.glyphs)
        pages.append(lines_of_page(page))
        heights.append(page.height)
        turned.append("".join(glyph.text for glyph in page.turned))
    if glyphs < _LEAST_GLYPHS * len(pages) or broken > 0.3 * glyphs:
        from deqing_search.extract import ocr

        return ocr.read_pdf(path, data)
    return flow(pages, heights, turned)


def _pages(path: Path, data: bytes) -> Iterator[Page]:
    """Page after page, so that only one is held; raises `SourceError`."""
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = _device(path, resources)
    interpreter = PDFPageInterpreter(resources, device)
    number = 0
    try:
        for number, page in enumerate(PDFPage.create_pages(_document(data)), start=1):
            if number > MOST_PAGES:
                raise SourceError(f"{path}：超过 {MOST_PAGES} 页", hint="请拆成较小的文件")
            if number % _MANY_PAGES == 0:
                restart_time_limit()
            interpreter.process_page(page)
            yield device.page
    except SourceError:
        raise
    except (PDFPasswordIncorrect, PDFEncryptionError) as fault:
        raise SourceError(f"{path}：PDF 加了密码", hint="请解除密码后再收录") from fault
    except Exception as fault:  # a damaged PDF makes pdfminer fail in every way there is: the file is told
        raise SourceError(f"{path}：PDF 已损坏（{type(fault).__name__}: {fault}）", hint="请重新下载或另存") from fault
    if not number:
        raise SourceError(f"{path}：PDF 里没有页", hint="请重新下载或另存")


def _document(data: bytes) -> Any:
    """The PDF as pdfminer reads it, but that an object which only points to another is missing, as the format has it.

    pdfminer would follow two that point to each other for ever.
    """
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import PDFObjectNotFound, PDFObjRef

    class Document(PDFDocument):  # type: ignore[misc]
        def getobj(self, objid: int) -> object:
            found = super().getobj(objid)
            if isinstance(found, PDFObjRef):
                raise PDFObjectNotFound(objid)
            return found

    return Document(PDFParser(io.BytesIO(data)))


def _refuse_bombs(path: Path, data: bytes) -> None:
    """A packed stream is measured before pdfminer unpacks it as a whole."""
    if not data[:1024].lstrip().startswith(b"%PDF"):
        raise SourceError(f"{path}：不是 PDF 文件", hint="请检查扩展名")
    if re.search(rb"/FlateDecode\s*/FlateDecode|/Fl\s*/Fl\b", data):
        raise SourceError(f"{path}：PDF 里有层层压缩的数据，不像是报告", hint="请检查这个文件的来历")
    for found in re.finditer(rb"stream\r?\n", data):
        packed = data.find(b"endstream", found.end()) - found.end()
        if packed * 1032 > LARGEST_STREAM:  # deflate packs no tighter
            unpacker = zlib.decompressobj()
            left, size = data[found.end() : found.end() + packed], 0
            try:
                while left and size <= LARGEST_STREAM:
                    size += len(unpacker.decompress(left, 2**22))
                    left = unpacker.unconsumed_tail
            except zlib.error:
                continue  # not packed by deflate, or damaged: pdfminer will tell
            if size > LARGEST_STREAM:
                raise SourceError(f"{path}：PDF 里有解开后过大的数据", hint="请检查这个文件的来历")


def _device(path: Path, resources: Any) -> Any:
    """What pdfminer draws on: glyphs and rules are kept, in points from the top left corner."""
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined
    from pdfminer.utils import apply_matrix_pt

    class Device(PDFTextDevice):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(resources)
            self.page = Page(0, 0)
            self._figures = 0
            self._spaced = False

        def begin_page(self, page: Any, ctm: Any) -> None:
            x0, y0, x1, y1 = page.mediabox
            turned = page.rotate % 180 == 90
            width, height = abs(x1 - x0), abs(y1 - y0)
            self.page = Page(height, width) if turned else Page(width, height)
            self._figures = 0
            self.ctm = ctm

        def begin_figure(self, name: Any, bbox: Any, matrix: Any) -> None:
            self._figures += 1
            if self._figures > MOST_FIGURES:
                raise SourceError(f"{path}：一页中的图形超过 {MOST_FIGURES} 个", hint="请检查这个文件的来历")

        def render_image(self, name: Any, stream: Any) -> None:
            self.page.images += 1

        def render_char(
            self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *rest: Any
        ) -> float:
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = "\ufffd"
            width = float(font.char_width(cid)) * fontsize * scaling
            a, b, c, d, x, y = matrix
            if not text.strip():
                self._spaced = True
            else:
                placed = a, b, c, d, x + c * rise, y + d * rise
                if font.is_vertical():
                    self._draw_upright(text, placed, fontsize, font.char_disp(cid))
                else:
                    self._draw(text, placed, width, fontsize)
            return width

        def _draw(self, text: str, matrix: Any, width: float, fontsize: float) -> None:
            a, b, c, d, x, y = matrix
            y, size, length = self.page.height - y, fontsize * math.hypot(c, d), width * math.hypot(a, b)
            if abs(b) > 0.2 * abs(a):  # read with the head to the right: the line runs down, and begins at its top
                self._keep(
                    Glyph(text, x - 0.12 * size, x + 0.88 * size, y + 0.88 * size, size, down=b < 0), turned=True
                )
            else:
                self._keep(Glyph(text, min(x, x + length), max(x, x + length), y, size, spaced=self._spaced))

        def _draw_upright(self, text: str, matrix: Any, fontsize: float, place: Any) -> None:
            """The point it is drawn from lies above the glyph: at `place` from where it stands, in thousandths."""
            a, b, c, d, x, y = matrix
            size = fontsize * math.hypot(c, d)
            across, up = (500 if place[0] is None else place[0]) / 1000, place[1] / 1000
            x0, base = x - across * size, self.page.height - y + up * size
            self._keep(Glyph(text, x0, x0 + size, base, size, down=True), turned=abs(b) > 0.2 * abs(a))

        def _keep(self, glyph: Glyph, *, turned: bool = False) -> None:
            kept = self.page.turned if turned else self.page.glyphs
            if len(kept) >= MOST_GLYPHS:
                raise SourceError(f"{path}：一页上的字超过 {MOST_GLYPHS} 个", hint="请检查这个文件的来历")
            kept.append(glyph)
            self._spaced = False

        def paint_path(self, state: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
            points = [apply_matrix_pt(self.ctm, step[-2:]) for step in path if len(step) == 3]
            if not 2 <= len(points) <= 5 or any(step[0] in "cvy" for step in path):
                return
            height = self.page.height
            xs, ys = [x for x, _ in points], [height - y for _, y in points]
            box = Rule(min(xs), min(ys), max(xs), max(ys))
            wide, high = box.x1 - box.x0, box.y1 - box.y0
            if min(wide, high) <= 2 and max(wide, high) >= 4:
                self.page.rules.append(box)
            elif stroke and len(points) >= 4:
                self.page.rules += [
                    box._replace(y1=box.y0),
                    box._replace(y0=box.y1),
                    box._replace(x1=box.x0),
                    box._replace(x0=box.x1),
                ]

    return Device()
