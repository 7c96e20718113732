"""Images and scanned PDF: characters recognised by RapidOCR, where the extra `[ocr]` is installed.

What is recognised comes as boxes; `layout` and `flow` read them as they read a PDF.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

from deqing_search.errors import SourceError
from deqing_search.extract.extracted import Extracted
from deqing_search.extract.flow import flow
from deqing_search.extract.glyphs import Glyph, Run
from deqing_search.extract.layout import Line, lines_of_runs
from deqing_search.parallel import restart_time_limit

MOST_PIXELS: Final = 60_000_000  # of one picture
MOST_PAGES: Final = 200  # of a scanned PDF: recognising takes seconds a page
_DOTS = 200 / 72  # pixels a point a PDF page is drawn with


def read(path: Path, data: bytes) -> Extracted:
    """The text in a picture; raises `SourceError`, also where the extra is missing."""
    engine = _engine(path)
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGB")
    except UnidentifiedImageError as fault:
        raise SourceError(f"{path}：不是图片，或已损坏", hint="请重新下载，或另存为 PNG 或 JPEG") from fault
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError) as fault:
        raise SourceError(f"{path}：图片打不开（{fault}）", hint="请另存为 PNG 或 JPEG") from fault
    return _told(path, [_lines(engine, picture)], [float(picture.height)])


def read_pdf(path: Path, data: bytes) -> Extracted:
    """The text of a PDF that consists of pictures; raises `SourceError`."""
    engine = _engine(path)
    import pypdfium2

    pages, heights = [], []
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise SourceError(f"{path}：PDF 已损坏（{fault}）", hint="请重新下载或另存") from fault
    if len(document) > MOST_PAGES:
        raise SourceError(f"{path}：扫描的 PDF 超过 {MOST_PAGES} 页", hint="请拆成较小的文件")
    for page in document:
        scale = min(_DOTS, (MOST_PIXELS / max(page.get_width() * page.get_height(), 1)) ** 0.5)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        pages.append(_lines(engine, picture))
        heights.append(float(picture.height))
        restart_time_limit()
    return _told(path, pages, heights)


def _engine(path: Path) -> Any:
    try:
        import pypdfium2  # noqa: F401
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as fault:
        raise SourceError(
            f"{path}：是图片或扫描件，没有文字层；识别文字需要 [ocr] 组件",
            hint='运行 pip install "deqing-search[ocr]"（Python 3.12 及更早），或换成有文字的版本',
        ) from fault
    return RapidOCR()


def _lines(engine: Any, picture: Any) -> list[Line]:
    import numpy

    found, _ = engine(numpy.asarray(picture)[:, :, ::-1])
    runs = []
    for corners, text, _score in found or ():
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        if text.strip():
            runs.append(_run(text.strip(), min(xs), max(xs), max(ys), max(ys) - min(ys)))
    return lines_of_runs(runs, ())


def _run(text: str, x0: float, x1: float, bottom: float, height: float) -> Run:
    """A recognised box as a run: its characters share its width, a box is a little higher than its glyphs."""
    size, base = 0.8 * height, bottom - 0.18 * height
    step = (x1 - x0) / len(text)
    glyphs = [Glyph(character, x0 + at * step, x0 + (at + 1) * step, base, size) for at, character in enumerate(text)]
    return Run.of(glyphs)


def _told(path: Path, pages: list[list[Line]], heights: list[float]) -> Extracted:
    if not any(pages):
        raise SourceError(f"{path}：没有认出文字", hint="请检查图片是否清晰、方向是否正确")
    return flow(pages, heights)
