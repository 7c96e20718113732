"""DOCX: paragraphs, tables (a row a line, tabs between cells), text boxes and notes, in the order of the document.

Word keeps the numbers of numbered paragraphs (一、 （一） 1.) apart from their text: `numbering` counts them anew, as
Word does when it shows the page. Deleted text of tracked changes is no part of the document, inserted text is.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deqing_search.errors import SourceError
from deqing_search.extract.extracted import Draft, Extracted
from deqing_search.extract.numbering import Numbering
from deqing_search.sources.archives import is_bomb

LARGEST: Final = 256 * 2**20  # bytes of all parts, unpacked

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr", _FALLBACK})
_WHITE = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}


def read(path: Path, data: bytes) -> Extracted:
    """The text of a Word document; raises `SourceError`."""
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    broken = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, PackageNotFoundError, XMLSyntaxError)
    draft = Draft()
    try:
        document = _opened(path, data)
        for line in _Reader(document).lines(document.element.body):
            draft.put(line + "\n")
    except (*broken, KeyError, ValueError, AttributeError, TypeError) as fault:  # parts that are not what they must be
        raise SourceError(f"{path}：不是可以读的 .docx 文档（{fault}）", hint="请用 Word 重新另存为 .docx") from fault
    if not draft.length:
        raise SourceError(f"{path}：文档里没有文字", hint="如果是扫描的图片，请另存为 PDF 后用文字识别")
    return draft.extracted()


def _opened(path: Path, data: bytes) -> Any:
    import docx

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = parts.infolist()
    if sum(info.file_size for info in infos) > LARGEST or any(map(is_bomb, infos)):
        raise SourceError(f"{path}：解开后过大，不像是文档", hint="请检查这个文件的来历")
    document = docx.Document(io.BytesIO(data))
    if document.element.getroottree().docinfo.doctype:  # Word writes none; what it defines would be missing in the text
        raise SourceError(f"{path}：文档自带实体定义（DTD），不像是 Word 写的", hint="请检查这个文件的来历")
    return document


class _Reader:
    """Walks the body in order; the notes of a paragraph follow it as lines of their own."""

    def __init__(self, document: Any) -> None:
        self._numbering = Numbering.of(document)
        self._notes = {kind: _notes(document, kind) for kind in ("footnotes", "endnotes")}
        self._count = 0
        self._waiting: list[str] = []  # notes met since the last line

    def lines(self, body: Any) -> Iterator[str]:
        for element in body.iterchildren():
            yield from self._block(element)

    def _block(self, element: Any) -> Iterator[str]:
        if element.tag == f"{_W}p":
            boxes: list[Any] = []
            text = self._text(element, boxes)
            number = self._numbering.next(element) if text.strip() else ""
            yield from (line for line in f"{number}{text}".split("\n") if line.strip())
            yield from self._notes_met()
            for box in boxes:
                yield from self.lines(box)
        elif element.tag == f"{_W}tbl":
            for row in element.iterchildren(f"{_W}tr"):
                line = "\t".join(self._cells(row)).rstrip("\t")
                if line.strip():
                    yield line
            yield from self._notes_met()
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from self.lines(element)

    def _cells(self, row: Any) -> Iterator[str]:
        """The cells of a row; one that spans columns is followed by empty ones, so that columns stay in line."""
        for cell in row.iter(f"{_W}tc"):
            across = cell.find(f"{_W}tcPr/{_W}gridSpan")
            parts = [self._text(paragraph, []) for paragraph in cell.iter(f"{_W}p")]
            yield re.sub(r"\s+", " ", "".join(parts)).strip()
            if across is not None and (said := across.get(f"{_W}val") or "").isdigit():
                yield from [""] * (min(int(said), 100) - 1)

    def _text(self, paragraph: Any, boxes: list[Any]) -> str:
        """The characters of a paragraph; text boxes anchored in it go to `boxes`."""
        pieces: list[str] = []
        stack = list(reversed(paragraph))
        while stack:
            element = stack.pop()
            tag = element.tag
            if tag == f"{_W}t":
                pieces.append(element.text or "")
            elif tag == f"{_W}txbxContent":
                boxes.append(element)
            elif tag in _WHITE:
                pieces.append("" if element.get(f"{_W}type") == "page" else _WHITE[tag])
            elif tag in _NOTES:
                self._meet(_NOTES[tag], element.get(f"{_W}id"))
            elif tag not in _GONE:
                stack.extend(reversed(element))
        return "".join(pieces)

    def _meet(self, kind: str, name: str) -> None:
        note = self._notes[kind].get(name)
        if note is not None:
            self._count += 1
            self._waiting.append(f"〔{self._count}〕{self._text(note, []).strip()}")

    def _notes_met(self) -> Iterator[str]:
        yield from self._waiting
        self._waiting = []


def _notes(document: Any, kind: str) -> dict[str, Any]:
    """The notes of the document by their id."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            return {note.get(f"{_W}id"): note for note in root.iterchildren()}
    return {}
