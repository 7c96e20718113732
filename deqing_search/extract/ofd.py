"""OFD (GB/T 33190), the national format of fixed pages: its characters and rules by place, then as a PDF is read.

An OFD file is a ZIP of XML parts. Lengths are millimetres from the top left corner. Forms of the format that hold text
elsewhere (annotations, stamps, attachments) are not read.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deqing_search.errors import SourceError
from deqing_search.extract.drawn import Drawn, Sheet, page_of
from deqing_search.extract.extracted import Extracted, Piece
from deqing_search.extract.flow import flow
from deqing_search.extract.glyphs import Rule
from deqing_search.extract.layout import Line, lines_of_page
from deqing_search.extract.line_numbers import LineNumbers
from deqing_search.sources.archives import is_bomb

LARGEST: Final = 256 * 2**20  # bytes of all parts, unpacked
MOST_PAGES: Final = 2000
MOST_GLYPHS: Final = 60_000  # of one page
_POINTS: Final = 72 / 25.4  # of one millimetre
_WIDE: Final = "\u2e80"  # from here on characters are as wide as high
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, LookupError, ValueError, AttributeError)
_STROKE = re.compile(r"([MLSCABQ])((?:\s+-?[\d.]+)*)")


def read(path: Path, data: bytes) -> Extracted:
    """The text of an OFD document with its pages; raises `SourceError`."""
    from lxml.etree import XMLSyntaxError

    pages: list[list[Line]] = []
    heights: list[float] = []
    aside: list[list[Piece]] = []
    numbers = LineNumbers()
    try:
        for sheet in _sheets(path, data):
            page = page_of(sheet)
            pages.append(lines_of_page(page, numbers))
            heights.append(page.height)
            turned = "".join(glyph.text for glyph in page.turned)
            aside.append([*([Piece(turned)] if turned else []), *page.unseen])
    except (*_BROKEN, XMLSyntaxError) as fault:
        hint = "请用 OFD 阅读器打开后另存为 PDF 或文本"
        raise SourceError(f"{path}：不是可以读的 OFD 文档（{fault}）", hint=hint) from fault
    if not any(pages):
        hint = "可能是扫描件：请用 OFD 阅读器导出为 PDF 后再收录"
        raise SourceError(f"{path}：OFD 文档里没有文字", hint=hint)
    return flow(pages, heights, aside)


def _sheets(path: Path, data: bytes) -> Iterator[Sheet]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = parts.infolist()
        if sum(info.file_size for info in infos) > LARGEST or any(map(is_bomb, infos)):
            raise SourceError(f"{path}：解开后过大，不像是文档", hint="请检查这个文件的来历")
        if any(name.lower().endswith("encryptions.xml") for name in parts.namelist()):
            raise SourceError(f"{path}：OFD 文档加了密", hint="请用 OFD 阅读器打开后另存为 PDF 或文本")
        package = _Package(parts)
        for root in _all(package.xml("OFD.xml"), "DocRoot"):
            yield from _document(path, package, (root.text or "").strip().lstrip("/"))


class _Package:
    """The parts of the document by their names; a name is relative to the part that says it."""

    def __init__(self, parts: zipfile.ZipFile) -> None:
        self._parts = parts

    def xml(self, name: str) -> Any:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(self._parts.read(name), parser)

    @staticmethod
    def beside(name: str, said: str) -> str:
        said = said.strip().replace("\\", "/")
        return said.lstrip("/") if said.startswith("/") else posixpath.normpath(f"{posixpath.dirname(name)}/{said}")


def _document(path: Path, package: _Package, name: str) -> Iterator[Sheet]:
    document = package.xml(name)
    usual = _box(next(iter(_all(document, "PhysicalBox")), None))
    templates = {t.get("ID"): package.beside(name, t.get("BaseLoc")) for t in _all(document, "TemplatePage")}
    pages = [page for group in _all(document, "Pages") for page in _all(group, "Page")]
    if len(pages) > MOST_PAGES:
        raise SourceError(f"{path}：超过 {MOST_PAGES} 页", hint="请拆成较小的文件")
    for entry in pages:
        page = package.xml(package.beside(name, entry.get("BaseLoc")))
        box = _box(next(iter(_all(page, "PhysicalBox")), None)) or usual or Rule(0, 0, 595, 842)
        sheet = Sheet(box.x1 - box.x0, box.y1 - box.y0, Rule(0, 0, box.x1 - box.x0, box.y1 - box.y0))
        for used in _all(page, "Template"):
            if used.get("TemplateID") in templates:
                _draw(path, package.xml(templates[used.get("TemplateID")]), sheet)
        _draw(path, page, sheet)
        yield sheet


def _all(element: Any, name: str) -> list[Any]:
    return [found for found in element.iter() if isinstance(found.tag, str) and found.tag.rpartition("}")[2] == name]


def _numbers(said: str | None) -> list[float]:
    return [float(number) for number in (said or "").split()]


def _box(element: Any) -> Rule | None:
    numbers = _numbers(None if element is None else element.text)
    if len(numbers) != 4:
        return None
    x, y, wide, high = (number * _POINTS for number in numbers)
    return Rule(x, y, x + wide, y + high)


def _draw(path: Path, page: Any, sheet: Sheet) -> None:
    """Put the texts and the rules of a page, or of a template, on the sheet."""
    for content in _all(page, "Content"):
        for element in content.iter():
            name = str(element.tag).rpartition("}")[2]
            if name == "TextObject":
                _text(element, sheet)
            elif name == "PathObject":
                _rules(element, sheet)
            elif name == "ImageObject":
                sheet.dark.append(_boundary(element))
            if len(sheet.characters) > MOST_GLYPHS:
                raise SourceError(f"{path}：一页上的字超过 {MOST_GLYPHS} 个", hint="请检查这个文件的来历")


def _boundary(element: Any) -> Rule:
    x, y, wide, high = (_numbers(element.get("Boundary")) + [0.0] * 4)[:4]
    return Rule(x * _POINTS, y * _POINTS, (x + wide) * _POINTS, (y + high) * _POINTS)


def _matrix(element: Any) -> tuple[float, float, float, float, float, float]:
    numbers = _numbers(element.get("CTM"))
    a, b, c, d, e, f = numbers if len(numbers) == 6 else (1, 0, 0, 1, 0, 0)
    return a, b, c, d, e, f


def _text(element: Any, sheet: Sheet) -> None:
    a, b, c, d, e, f = _matrix(element)
    place, size = _boundary(element), float(element.get("Size") or 0) * _POINTS
    angle, string = -math.atan2(b, a), len(sheet.characters)
    colors = [_numbers(color.get("Value")) for color in _all(element, "FillColor")]
    ink = sum(colors[0]) / (255 * len(colors[0])) if colors and len(colors[0]) in (1, 3) else 0.0
    alphas = [float(color.get("Alpha") or 255) for color in _all(element, "FillColor")]
    thin = min([float(element.get("Alpha") or 255), *alphas]) < 150
    unseen = element.get("Visible") == "false"
    x = y = 0.0
    for code in _all(element, "TextCode"):
        text = code.text or ""
        x, y = float(code.get("X") or x), float(code.get("Y") or y)
        across, down = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
        at_x, at_y, spaced = x, y, False
        for number, character in enumerate(text):
            step = across[number] if number < len(across) else 0.0
            least = 1.0 if character >= _WIDE else 0.5
            own = math.hypot(a, b) * max(least * size, min(step * _POINTS, size))  # up to the next one, within reason
            if character.strip():
                left = place.x0 + (a * at_x + c * at_y + e) * _POINTS
                base = place.y0 + (b * at_x + d * at_y + f) * _POINTS
                drawn = Drawn(character, left, base, angle, own, size * math.hypot(c, d), string, spaced)
                sheet.characters.append(drawn._replace(unseen=unseen, white=ink > 0.97, faint=thin or ink > 0.6))
            spaced = not character.strip()
            at_x += step
            at_y += down[number] if number < len(down) else 0.0


def _deltas(said: str | None) -> list[float]:
    """The steps from each character to the next; `g 3 4.5` stands for three of 4.5.

    >>> _deltas("3 g 2 4.5 1")
    [3.0, 4.5, 4.5, 1.0]
    """
    found: list[float] = []
    words = iter((said or "").split())
    for word in words:
        if word == "g":
            times = min(int(next(words, "0")), MOST_GLYPHS)
            found += [float(next(words, "0"))] * times
        else:
            found.append(float(word))
    return found


def _rules(element: Any, sheet: Sheet) -> None:
    """The straight lines of a path, and the box of one that is filled."""
    a, b, c, d, e, f = _matrix(element)
    place = _boundary(element)
    points: list[tuple[float, float]] = []
    for said in _all(element, "AbbreviatedData"):
        for kind, numbers in _STROKE.findall(said.text or ""):
            values = _numbers(numbers)
            if len(values) < 2:
                continue
            x, y = values[-2:]
            point = place.x0 + (a * x + c * y + e) * _POINTS, place.y0 + (b * x + d * y + f) * _POINTS
            if kind == "L" and points:
                (left, top), (right, bottom) = points[-1], point
                line = Rule(min(left, right), min(top, bottom), max(left, right), max(top, bottom))
                if min(line.x1 - line.x0, line.y1 - line.y0) <= 2 <= max(line.x1 - line.x0, line.y1 - line.y0):
                    sheet.rules.append(line)
            points.append(point)
    if element.get("Fill") == "true" and points:
        xs, ys = zip(*points, strict=True)
        sheet.dark.append(Rule(min(xs), min(ys), max(xs), max(ys)))
