"""PDF with a text layer: its glyphs and rules page by page, then `layout` and `flow`. Without one: `ocr`.

pdfminer.six is driven directly: it gives every stroke as it was drawn, also those laid over one another.
"""

from __future__ import annotations

import io
import logging
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from deqing_search.errors import SourceError
from deqing_search.extract.drawn import Drawn, Sheet, page_of
from deqing_search.extract.extracted import Extracted, Piece
from deqing_search.extract.flow import flow
from deqing_search.extract.glyphs import Page, Rule
from deqing_search.extract.layout import Line, lines_of_page
from deqing_search.extract.line_numbers import LineNumbers
from deqing_search.limited_processes import restart_time_limit

MOST_PAGES: Final = 2000
MOST_GLYPHS: Final = 60_000  # of one page
MOST_FIGURES: Final = 5_000  # forms drawn on one page, one inside another counted too
_MOST_STEPS: Final = 6  # of a rectangle: five points, and the way back
MOST_SHAPES: Final = 2_000  # painted shapes and pictures of one page that white text may stand on
_MANY_PAGES = 100  # take 1.5 seconds where nothing is wrong
LARGEST_STREAM: Final = 256 * 2**20  # bytes of one stream, unpacked
_WHITE, _FAINT, _THIN = 0.97, 0.6, 0.6  # brightness of white and of faint ink; opacity of faint ink
_LEAST_GLYPHS = 10  # a page on the average: fewer are stamps on a scan

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of every font; what cannot be read is our error


def read(path: Path, data: bytes, *, most_pages: int = MOST_PAGES) -> Extracted:
    """The text of a PDF in reading order, with its pages; raises `SourceError`, also after `most_pages`."""
    _refuse_bombs(path, data)
    pages: list[list[Line]] = []
    heights: list[float] = []
    aside: list[list[Piece]] = []
    glyphs = broken = 0
    numbers = LineNumbers()
    for page in _pages(path, data, most_pages):
        glyphs += len(page.glyphs) + len(page.turned)
        broken += sum(glyph.text == "\ufffd" for glyph in page.glyphs)
        pages.append(lines_of_page(page, numbers))
        heights.append(page.height)
        aside.append([Piece("".join(glyph.text for glyph in page.turned)), *page.unseen])
    if glyphs < _LEAST_GLYPHS * len(pages) or broken > 0.3 * glyphs:
        from deqing_search.extract import ocr

        return ocr.read_pdf(path, data)
    return flow(pages, heights, [[piece for piece in page if piece.text] for page in aside])


def _pages(path: Path, data: bytes, most_pages: int) -> Iterator[Page]:
    """Page after page, so that only one is held; raises `SourceError`."""
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfinterp import PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = _device(path, resources)
    interpreter = _interpreter(resources, device)
    number = 0
    try:
        for number, page in enumerate(PDFPage.create_pages(_document(data)), start=1):
            if number > most_pages:
                raise SourceError(f"{path}：超过 {most_pages} 页", hint="请拆成较小的文件")
            if number % _MANY_PAGES == 0:
                restart_time_limit()
            interpreter.process_page(page)
            yield page_of(device.sheet)
    except (SourceError, MemoryError):
        raise
    except (PDFPasswordIncorrect, PDFEncryptionError) as fault:
        raise SourceError(f"{path}：PDF 加了密码", hint="请解除密码后再收录") from fault
    except Exception as fault:  # a damaged PDF makes pdfminer fail in every way: it is the file's fault
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
                continue  # not packed by deflate, or damaged: pdfminer reports that
            if size > LARGEST_STREAM:
                raise SourceError(f"{path}：PDF 里有解开后过大的数据", hint="请检查这个文件的来历")


def _device(path: Path, resources: Any) -> Any:
    """What pdfminer draws on: characters and rules are kept, in points from the top left corner."""
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined
    from pdfminer.utils import apply_matrix_pt

    class Device(PDFTextDevice):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(resources)
            self.sheet = Sheet(0, 0, Rule(0, 0, 0, 0))
            self.alpha = 1.0
            self._tags: list[bool] = []  # the marked contents around: whether each is a watermark
            self._look = _Look()
            self._figures = self._string = 0
            self._spaced = False

        def begin_page(self, page: Any, ctm: Any) -> None:
            x0, y0, x1, y1 = page.mediabox
            turned = page.rotate % 180 == 90
            width, height = abs(x1 - x0), abs(y1 - y0)
            width, height = (height, width) if turned else (width, height)
            corners = [apply_matrix_pt(ctm, point) for point in (page.cropbox[:2], page.cropbox[2:])]
            self.sheet = Sheet(width, height, _box([(x, height - y) for x, y in corners]))
            self._figures, self.ctm, self.alpha, self._tags = 0, ctm, 1.0, []

        def begin_figure(self, name: Any, bbox: Any, matrix: Any) -> None:
            self._figures += 1
            if self._figures > MOST_FIGURES:
                raise SourceError(f"{path}：一页中的图形超过 {MOST_FIGURES} 个", hint="请检查这个文件的来历")

        def begin_tag(self, tag: Any, props: Any = None) -> None:
            self._tags.append("Watermark" in str(props.get("Subtype")) if isinstance(props, dict) else False)

        def end_tag(self) -> None:
            if self._tags:
                self._tags.pop()

        def render_image(self, name: Any, stream: Any) -> None:
            self._darken(_box([self._place(point) for point in ((0, 0), (0, 1), (1, 0), (1, 1))]))

        def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
            self._string += 1
            ink = _brightness(graphicstate.ncolor)
            self._look = _Look(
                unseen=textstate.render % 4 == 3,
                white=ink > _WHITE and textstate.render % 4 != 1,
                faint=ink > _FAINT or self.alpha < _THIN,
                marked=any(self._tags),
            )
            super().render_string(textstate, seq, ncs, graphicstate)

        def render_char(
            self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *rest: Any
        ) -> float:
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = "\ufffd"
            width = float(font.char_width(cid)) * fontsize * scaling
            if text.strip():
                self._draw(text, matrix, (width, fontsize, rise), font.char_disp(cid) if font.is_vertical() else None)
            else:
                self._spaced = True
            return width

        def _draw(self, text: str, matrix: Any, sizes: tuple[float, float, float], down: Any) -> None:
            """`down`: of a font that runs down the page, where a glyph is drawn from, in thousandths of its size."""
            if len(self.sheet.characters) >= MOST_GLYPHS:
                raise SourceError(f"{path}：一页上的字超过 {MOST_GLYPHS} 个", hint="请检查这个文件的来历")
            (a, b, c, d, x, y), (width, fontsize, rise) = matrix, sizes
            upright = None if down is None else ((500 if down[0] is None else down[0]) / 1000, down[1] / 1000)
            drawn = Drawn(
                text,
                x + c * rise,
                self.sheet.height - y - d * rise,
                math.atan2(b, a),
                width * math.hypot(a, b),
                fontsize * math.hypot(c, d),
                self._string,
                self._spaced,
                upright,
                *self._look,
            )
            self.sheet.characters.append(drawn)
            self._spaced = False

        def paint_path(self, state: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
            for part in _strokes_of(path):
                self._paint(state, stroke, fill, part)

        def _paint(self, state: Any, stroke: bool, fill: bool, path: Any) -> None:
            points = [self._place(step[-2:]) for step in path if len(step) >= 3]
            if not points:
                return
            box = _box(points)
            wide, high = box.x1 - box.x0, box.y1 - box.y0
            if fill and min(wide, high) > 2 and _brightness(state.ncolor) < _WHITE:
                self._darken(box)
            if not 2 <= len(points) <= 5 or any(step[0] in "cvy" for step in path):
                return
            if min(wide, high) <= 2 and max(wide, high) >= 4:
                self.sheet.rules.append(box)
            elif stroke and len(points) >= 4:
                self.sheet.rules += [
                    box._replace(y1=box.y0),
                    box._replace(y0=box.y1),
                    box._replace(x1=box.x0),
                    box._replace(x0=box.x1),
                ]

        def _place(self, point: Any) -> tuple[float, float]:
            x, y = apply_matrix_pt(self.ctm, point)
            return x, self.sheet.height - y

        def _darken(self, box: Rule) -> None:
            if len(self.sheet.dark) < MOST_SHAPES:
                self.sheet.dark.append(box)
            else:
                self.sheet.shaded = True

    return Device()


class _Look(NamedTuple):
    """How the characters of a string are drawn, in the order of the fields of `Drawn`."""

    unseen: bool = False
    white: bool = False
    faint: bool = False
    marked: bool = False


def _brightness(color: Any) -> float:
    """Of a color, 0 for black to 1 for white; 0 for what is no color but a pattern."""
    try:
        parts = [float(part) for part in color] if isinstance(color, (list, tuple)) else [float(color)]
    except (TypeError, ValueError):
        return 0.0
    if len(parts) == 4:
        return max(1 - sum(parts[:3]) / 3 - parts[3], 0.0)
    return sum(parts) / len(parts) if len(parts) in (1, 3) else 0.0


def _strokes_of(path: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The lines and rectangles of a path: some programs draw all rules of a table as one. Any other shape is one."""
    starts = [at for at, step in enumerate(path) if step[0] == "m"]
    parts = [path[start:end] for start, end in pairwise([*starts, len(path)])]
    plain = all(len(part) <= _MOST_STEPS and all(step[0] in "mlh" for step in part) for part in parts)
    yield from parts if plain else [path]


def _box(points: Sequence[tuple[float, float]]) -> Rule:
    xs, ys = zip(*points, strict=True)
    return Rule(min(xs), min(ys), max(xs), max(ys))


def _interpreter(resources: Any, device: Any) -> Any:
    """pdfminer's, which also follows the opacity and notes shadings."""
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdftypes import dict_value, resolve1
    from pdfminer.psparser import literal_name

    class Interpreter(PDFPageInterpreter):  # type: ignore[misc]
        def init_state(self, ctm: Any) -> None:
            super().init_state(ctm)
            self._alphas: list[float] = []

        def do_q(self) -> None:
            super().do_q()
            self._alphas.append(device.alpha)

        def do_Q(self) -> None:  # noqa: N802 -- the operator's name
            super().do_Q()
            if self._alphas:
                device.alpha = self._alphas.pop()

        def do_gs(self, name: Any) -> None:
            states = dict_value(self.resources.get("ExtGState") or {})
            alpha = resolve1(dict_value(states.get(literal_name(name)) or {}).get("ca"))
            if isinstance(alpha, (int, float)):
                device.alpha = float(alpha)

        def do_sh(self, name: object) -> None:
            device.sheet.shaded = True

    return Interpreter(resources, device)
