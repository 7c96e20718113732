"""Images and scanned PDF: characters recognised by RapidOCR, where the extra `[ocr]` is installed.

Pages are turned upright here. What is recognised comes as boxes: `boxes` makes runs of them, and `layout` and `flow`
read these as they read a PDF.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from deqing_search.errors import SourceError
from deqing_search.extract.boxes import Box, Sheet, runs_of_boxes, without_specks
from deqing_search.extract.extracted import Extracted, Piece
from deqing_search.extract.flow import flow
from deqing_search.extract.layout import lines_of_runs
from deqing_search.limited_processes import restart_time_limit

MOST_PIXELS: Final = 60_000_000  # of one picture
MOST_PAGES: Final = 200  # of a scanned PDF: recognising takes seconds a page
_SURE = 0.9  # mean score of a page that stands upright
_TRIED, _PART = 8, 8.0  # lines whose turn is tried, and how much of each, in heights
_SURER = 0.1  # by which the score of a turned page must be higher
_LONG_SIDE, _MOST_TIMES = 1900, 2.0  # pixels to which a small picture is enlarged, and how many times at most
_LONGEST_FAULT = 200  # characters of an error of the recogniser
_NO_MEMORY = re.compile("MemoryError|bad_alloc|[Ff]ailed to allocate|Insufficient memory")  # Python, C++, ONNX, OpenCV
_TOGETHER = 60  # lines that are recognised as one step
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
    return read_sheets(path, [_recognised(path, engine, picture)])


def read_pdf(path: Path, data: bytes) -> Extracted:
    """The text of a PDF that consists of pictures; raises `SourceError`."""
    engine = _engine(path)
    import pypdfium2

    pages = []
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise SourceError(f"{path}：PDF 已损坏（{fault}）", hint="请重新下载或另存") from fault
    if len(document) > MOST_PAGES:
        raise SourceError(f"{path}：扫描的 PDF 超过 {MOST_PAGES} 页", hint="请拆成较小的文件")
    for page in document:
        scale = min(_DOTS, (MOST_PIXELS / max(page.get_width() * page.get_height(), 1)) ** 0.5)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        pages.append(_recognised(path, engine, picture))
        restart_time_limit()
    return read_sheets(path, pages)


def _engine(path: Path) -> Any:
    try:
        import pypdfium2  # noqa: F401
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as fault:
        raise SourceError(
            f"{path}：是图片或扫描件，没有文字层；识别文字需要 [ocr] 组件",
            hint='运行 pip install "deqing-search[ocr]"（Python 3.12 及更早），或换成有文字的版本',
        ) from fault
    # Files are read by one process for each core, and the limit of a file counts the time of all its threads.
    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)


def _recognised(path: Path, engine: Any, picture: Any) -> Sheet:
    """The boxes of a page; raises `SourceError` if the recogniser fails, and MemoryError if it lacks memory."""
    try:
        return _sheet(engine, picture)
    except Exception as fault:
        cause = _first_cause(fault)
        said = " ".join(f"{type(cause).__name__}: {cause}".split())
        if _NO_MEMORY.search(said):
            raise MemoryError(said) from fault
        message = f"{path}：认不出图片里的文字（{said[:_LONGEST_FAULT]}）"
        raise SourceError(message, hint="请检查图片的大小，或换成有文字的版本") from fault


def _first_cause(fault: BaseException) -> BaseException:
    """The error that led to this one. RapidOCR wraps others: the text of its own is a whole traceback, or empty."""
    while fault.__cause__:
        fault = fault.__cause__
    return fault


def _sheet(engine: Any, picture: Any) -> Sheet:
    """The boxes of a page; where they are tall or the text is unsure, in the turn that gives the surest text."""
    picture = _enlarged(picture)
    boxes = _boxes(engine, picture)
    if _certainty(boxes) < _SURE or _is_tall(boxes):
        turn = _surest_turn(engine, picture, boxes)
        if turn:
            picture = picture.rotate(turn, expand=True)
            boxes = _boxes(engine, picture)
    return Sheet(boxes, float(picture.height))


def _enlarged(picture: Any) -> Any:
    """A small picture larger: lines of 100 dpi lie so close that the recogniser takes some of two columns for one."""
    from PIL import Image

    times = min(_LONG_SIDE / max(picture.size), _MOST_TIMES)
    if times <= 1:
        return picture
    return picture.resize((round(picture.width * times), round(picture.height * times)), Image.Resampling.BICUBIC)


def _boxes(engine: Any, picture: Any) -> list[Box]:
    """All boxes, with the unsure ones. The turn of single lines is not asked for: it is that of the page.

    The limit of time holds for finding the lines and for each `_TOGETHER` of them: a page of a newspaper has hundreds.
    """
    import numpy

    pixels = numpy.asarray(picture)[:, :, ::-1]
    found, _ = engine(pixels, use_cls=False, use_rec=False)
    boxes = []
    for at in range(0, len(found or ()), _TOGETHER):
        restart_time_limit()
        corners = numpy.array(found[at : at + _TOGETHER], dtype=numpy.float32)
        texts, _ = engine.text_rec(engine.get_crop_img_list(pixels, corners))
        boxes += [_box(points, *text[:2]) for points, text in zip(corners.tolist(), texts, strict=True)]
    return boxes


def _box(corners: Sequence[tuple[float, float]], text: str, score: float) -> Box:
    return Box(tuple((x, y) for x, y in corners), text, float(score))


def _certainty(boxes: Sequence[Box]) -> float:
    """The mean score of a character."""
    return sum(box.score * len(box.text) for box in boxes) / max(sum(len(box.text) for box in boxes), 1)


def _is_tall(boxes: Sequence[Box]) -> bool:
    """Most boxes are higher than wide."""
    return sum(box.height > box.width for box in boxes) > len(boxes) / 2


def _surest_turn(engine: Any, picture: Any, boxes: Sequence[Box]) -> int:
    """By how many degrees, counterclockwise, the page must be turned; 0 unless another turn gives a surer text.

    Tried on the middles of some long lines, so that a page costs little more.
    """
    tall = _is_tall(boxes)
    longest = sorted(boxes, key=lambda box: max(box.width, box.height), reverse=True)[:_TRIED]
    parts = [picture.crop(box.inner(_PART)) for box in longest]
    scores = {turn: _mean_score(engine, parts, turn) for turn in ((0, 90, 270) if tall else (0, 180))}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > scores[0] + _SURER else 0


def _mean_score(engine: Any, parts: Sequence[Any], turn: int) -> float:
    import numpy

    scores = [0.0]
    for part in parts:
        found, _ = engine(numpy.asarray(part.rotate(turn, expand=True))[:, :, ::-1], use_det=False, use_cls=False)
        scores += [float(score) for text, score in found or () if text.strip()]
    return sum(scores) / max(len(parts), 1)


def read_sheets(path: Path, sheets: Sequence[Sheet]) -> Extracted:
    """The text of recognised pages; raises `SourceError` where there is none."""
    parted = [without_specks(sheet.boxes) for sheet in sheets]
    pages, scale = runs_of_boxes([boxes for boxes, _ in parted])
    lines = [lines_of_runs(runs, ()) for runs in pages]
    if not any(lines):
        raise SourceError(f"{path}：没有认出文字", hint="请检查图片是否清晰、方向是否正确")
    aside = [[_speck(box) for box in specks] for _, specks in parted]
    return flow(lines, [sheet.height * scale for sheet in sheets], aside)


def _speck(box: Box) -> Piece:
    return Piece(box.text, "speck", f"识别的把握只有 {box.score:.2f}，大小也不像正文")
