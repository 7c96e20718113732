"""DOCX: paragraphs, tables (a row a line, tabs between cells), text boxes and notes, in the order of the document.

Word keeps the numbers of numbered paragraphs (一、 （一） 1.) apart from their text: `numbering` counts them anew, as
Word does when it shows the page. Hidden, struck and deleted text is no part of the report and stands in the edit log.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from deqing_search.errors import SourceError
from deqing_search.extract.cells import Cell, put_table
from deqing_search.extract.extracted import Draft, Extracted, Piece
from deqing_search.extract.numbering import Numbering
from deqing_search.extract.word_tables import Lines, cells_in, cells_of, rows_of, tables_inside
from deqing_search.extract.word_text import Line, Looks, Paragraph, W, paragraph_of
from deqing_search.report import UNMARKED, Heads
from deqing_search.sources.archives import is_bomb
from deqing_search.text.lines import numbering

LARGEST: Final = 256 * 2**20  # bytes of all parts, unpacked

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED, _OLD_WORD = "EncryptedPackage".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
_STRICT = (  # ISO 29500 Strict names the same parts by other addresses
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
_CONTENTS_STYLE = re.compile(r"(?:toc|目录)\s*\d*", re.I)
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)
_ENTRY = re.compile(r"(?P<title>[^\S\t]*[^\t\s][^\t]*(?:\t(?![\s\d.,%％+\-]+\t)[^\t]+)?)\t\s*(?P<page>\d{1,4})\s*")
_CONTENTS_TITLE = re.compile(r"目\s*[录錄次]|contents", re.I)
_LEAST_ENTRIES = 3
_LEAST_ROWS = 3  # of paragraphs with tabs that are a table


class _Block(NamedTuple):
    """A line of the body, or a table."""

    pieces: tuple[Piece, ...] = ()
    contents: bool = False  # by its style it is a line of the table of contents
    cells: tuple[Cell, ...] = ()
    heads: Heads = UNMARKED
    level: int = 0  # of a heading, 1 outermost

    @property
    def shown(self) -> str:
        return "".join(piece.shown for piece in self.pieces)


def read(path: Path, data: bytes) -> Extracted:
    """The text of a Word document; raises `SourceError`."""
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    if data.startswith(_OLE):
        return _read_ole(path, data)
    broken = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, PackageNotFoundError, XMLSyntaxError)
    try:
        document = _opened(path, data)
        _join_over_deleted_marks(document.element.body)
        blocks = list(_Reader(document).blocks(document.element.body))
    except (*broken, KeyError, ValueError, AttributeError, TypeError) as fault:  # parts that are not what they must be
        raise SourceError(f"{path}：不是可以读的 .docx 文档（{fault}）", hint="请用 Word 重新另存为 .docx") from fault
    draft = Draft()
    _write(draft, blocks)
    if not any(block.cells or block.shown.strip() for block in blocks):
        raise SourceError(f"{path}：文档里没有文字", hint="如果是扫描的图片，请另存为 PDF 后用文字识别")
    return draft.extracted()


def _read_ole(path: Path, data: bytes) -> Extracted:
    """An old Word document under the new name, or a new one with a password; raises `SourceError`."""
    from deqing_search.extract import office

    if _ENCRYPTED in data or _OLD_WORD not in data:
        raise SourceError(f"{path}：文档加了密码", hint="请在 Word 中用密码打开，取消密码后另存为 .docx")
    return office.converted(path, data, ".doc")


def _opened(path: Path, data: bytes) -> Any:
    import docx

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = parts.infolist()
        if sum(info.file_size for info in infos) > LARGEST or any(map(is_bomb, infos)):
            raise SourceError(f"{path}：解开后过大，不像是文档", hint="请检查这个文件的来历")
        if any(b"purl.oclc.org/ooxml" in parts.read(name) for name in ("_rels/.rels",) if name in parts.namelist()):
            data = _transitional(parts)
    document = docx.Document(io.BytesIO(data))
    if document.element.getroottree().docinfo.doctype:  # Word writes none; what it defines would be missing in the text
        raise SourceError(f"{path}：文档自带实体定义（DTD），不像是 Word 写的", hint="请检查这个文件的来历")
    return document


def _transitional(parts: zipfile.ZipFile) -> bytes:
    """A document in the strict form, in the form that Word writes usually."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for info in parts.infolist():
            part = parts.read(info)
            if info.filename.endswith((".xml", ".rels")):
                for strict, usual in _STRICT:
                    part = part.replace(strict, usual)
            new.writestr(info.filename, part)
    return out.getvalue()


def _join_over_deleted_marks(body: Any) -> None:
    """Move the content of each paragraph whose mark was deleted in a revision to the start of the next paragraph."""
    for paragraph in list(body.iter(f"{W}p")):
        marks = paragraph.find(f"{W}pPr/{W}rPr")
        after = paragraph.getnext()
        deleted = marks is not None and any(marks.find(f"{W}{name}") is not None for name in ("del", "moveFrom"))
        if deleted and after is not None and after.tag == f"{W}p":
            content = [element for element in paragraph if element.tag != f"{W}pPr"]
            at = int(after.find(f"{W}pPr") is not None)
            after[at:at] = content


class _Reader:
    """Walks the body in order; the notes of a paragraph follow it as lines of their own."""

    def __init__(self, document: Any) -> None:
        self._numbering = Numbering.of(document)
        self._looks = Looks(document.styles.element)
        self._names = _style_names(document)
        self._notes = {kind: _notes(document, kind) for kind in ("footnotes", "endnotes")}
        self._count = 0

    def blocks(self, body: Any) -> Iterator[_Block]:
        for element in body.iterchildren():
            if element.tag == f"{W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                yield from self._table(element)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"):
                yield from self.blocks(element)

    def _paragraph(self, element: Any) -> Iterator[_Block]:
        paragraph = self._read(element)
        style = element.find(f"{W}pPr/{W}pStyle")
        contents = style is not None and bool(_CONTENTS_STYLE.fullmatch(self._names.get(style.get(f"{W}val"), "")))
        for line in paragraph.lines:
            if "".join(piece.text for piece in line.pieces).strip():
                yield _Block(line.pieces, contents, level=self._level(element))
        yield from self._apart(paragraph)

    def _level(self, element: Any) -> int:
        """The level of a heading, by its style or its own outline level; 0 for other paragraphs."""
        own, style = element.find(f"{W}pPr/{W}outlineLvl"), element.find(f"{W}pPr/{W}pStyle")
        said = _HEADING_STYLE.fullmatch("" if style is None else self._names.get(style.get(f"{W}val"), ""))
        level = int(said[1]) if said else int(own.get(f"{W}val") or 9) + 1 if own is not None else 0
        return level if 1 <= level <= 9 else 0

    def _read(self, element: Any) -> Paragraph:
        """The paragraph with the number that Word shows in front of it."""
        paragraph = paragraph_of(element, self._looks)
        if any(line.shown.strip() for line in paragraph.lines):
            number = self._numbering.next(element)
            first = Line((Piece(number), *paragraph.lines[0].pieces)) if number else paragraph.lines[0]
            return paragraph._replace(lines=(first, *paragraph.lines[1:]))
        return paragraph

    def _apart(self, paragraph: Paragraph) -> Iterator[_Block]:
        """What stands apart from a paragraph and belongs to it: the notes it calls and its text boxes."""
        for kind, name in paragraph.notes:
            note = self._notes[kind].get(name)
            if note is not None:
                self._count += 1
                text = [piece for line in paragraph_of(note, self._looks).lines for piece in line.pieces]
                yield _Block((Piece(f"〔{self._count}〕"), *_without_edges(text)))
        for box in paragraph.boxes:
            yield from self.blocks(box)

    def _table(self, table: Any) -> Iterator[_Block]:
        """The table, then what stands apart from its cells: notes, text boxes, tables of their own."""
        apart: list[_Block] = []

        def lines_of(cell: Any) -> Lines:
            own = tables_inside(cell)
            found: list[tuple[Piece, ...]] = []
            for element in _paragraphs(cell, own):
                paragraph = self._read(element)
                found += [line.pieces for line in paragraph.lines if line.pieces]
                apart.extend(self._apart(paragraph))
            for inner in own:
                apart.extend(self._table(inner))
            return tuple(found)

        cells, heads = cells_of(table, lines_of)
        if any(cell.lines for cell in cells):
            yield _Block(cells=tuple(cells), heads=Heads(heads))
        yield from apart


def _paragraphs(cell: Any, apart: Sequence[Any]) -> Iterator[Any]:
    """The paragraphs of a cell in their order, those of small tables inside it too."""
    for element in cell.iterchildren():
        if element.tag == f"{W}p":
            yield element
        elif element.tag == f"{W}tbl":
            if not any(element is other for other in apart):
                for row in rows_of(element):
                    for inner in cells_in(row):
                        yield from _paragraphs(inner, apart)
        elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"):
            yield from _paragraphs(element, apart)


def _without_edges(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the white space around them."""
    if pieces and not pieces[0].gone:
        pieces[0] = Piece(pieces[0].text.lstrip())
    if pieces and not pieces[-1].gone:
        pieces[-1] = Piece(pieces[-1].text.rstrip())
    return pieces


def _write(draft: Draft, blocks: list[_Block]) -> None:
    contents = _contents(blocks)
    rows = _rows(blocks, contents)
    for at, block in enumerate(blocks):
        if block.cells:
            put_table(draft, block.cells, block.heads)
        elif at in contents:
            draft.put("".join(piece.text for piece in block.pieces) + "\n", gone="contents", reason="目录里的一行")
        elif at in rows:
            draft.put_line(block.pieces)
        else:
            if block.level:
                draft.level(block.level)
            draft.put_line(piece._replace(text=piece.text.replace("\t", " ")) for piece in block.pieces)


def _have_numbers(entries: Sequence[_Block]) -> bool:
    """Some are numbered as headings are: names with growing figures are a table that tabs set."""
    return any(numbering(entry.shown.strip()) is not None for entry in entries)


def _contents(blocks: list[_Block]) -> set[int]:
    """The lines of tables of contents: those with its style, or titles whose page numbers grow, and the line above."""
    found: set[int] = set()
    at = 0
    while at < len(blocks):
        end, page = at, 0
        while end < len(blocks) and (entry := _ENTRY.fullmatch(blocks[end].shown)) and int(entry["page"]) >= page:
            page = int(entry["page"])
            end += 1
        titled = at > 0 and bool(_CONTENTS_TITLE.fullmatch(blocks[at - 1].shown.strip()))
        styled = blocks[at].contents
        if styled or (end - at >= (_LEAST_ENTRIES - titled) and (titled or _have_numbers(blocks[at:end]))):
            end = max(end, at + 1)
            found.update(range(at - titled, end))
        at = max(end, at + 1)
    return found


def _rows(blocks: list[_Block], contents: set[int]) -> set[int]:
    """Lines with tabs that are rows of a table: several under each other; a single tab is a wide space."""
    found: set[int] = set()
    start = 0
    for at in range(len(blocks) + 1):
        if at < len(blocks) and at not in contents and "\t" in blocks[at].shown.strip():
            continue
        if at - start >= _LEAST_ROWS:
            found.update(range(start, at))
        start = at + 1
    return found


def _style_names(document: Any) -> dict[str, str]:
    """The names of the styles by their ids."""
    found = {}
    for style in document.styles.element.iter(f"{W}style"):
        name = style.find(f"{W}name")
        found[style.get(f"{W}styleId")] = "" if name is None else name.get(f"{W}val") or ""
    return found


def _notes(document: Any, kind: str) -> dict[str, Any]:
    """The notes of the document by their id."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            return {note.get(f"{W}id"): note for note in root.iterchildren()}
    return {}
