"""Documents for word processors (DOCX), written while they are sent: paragraph after paragraph, in flat memory.

python-docx keeps a document in memory as a tree, which takes some hundred megabytes for the passages of a corpus. What
is written here is plain: headings, text, and sources in small print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Literal
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from deqing_search.text.controls import without_controls

Style = Literal["heading", "text", "source"]

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_DOCUMENT}"/></Types>'
)
_RELATIONS = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'
)
_PARAGRAPH: dict[Style, str] = {
    "heading": '<w:pPr><w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>',
    "text": '<w:pPr><w:spacing w:line="360" w:lineRule="auto"/><w:ind w:firstLineChars="200"/></w:pPr>',
    "source": '<w:pPr><w:spacing w:after="240"/></w:pPr>',
}
_RUN: dict[Style, str] = {
    "heading": '<w:rPr><w:b/><w:sz w:val="30"/></w:rPr>',
    "text": '<w:rPr><w:sz w:val="24"/></w:rPr>',
    "source": '<w:rPr><w:color w:val="595959"/><w:sz w:val="18"/></w:rPr>',
}


def document(paragraphs: Iterable[tuple[Style, str]]) -> Iterator[bytes]:
    """The bytes of a document with these paragraphs, some at a time."""
    written = _Written()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f'{_DECLARED}<w:document xmlns:w="{_WORD}"><w:body>'.encode())
            for style, text in paragraphs:
                part.write(_paragraph(style, text).encode("utf-8", "replace"))
                yield written.taken()
            part.write(b"</w:body></w:document>")
    yield written.taken()


def _paragraph(style: Style, text: str) -> str:
    said = escape(without_controls(text))
    return f'<w:p>{_PARAGRAPH[style]}<w:r>{_RUN[style]}<w:t xml:space="preserve">{said}</w:t></w:r></w:p>'


class _Written(RawIOBase):
    """A file that is read from its start while its end is written; it cannot seek, so `ZipFile` never goes back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        """Keep what is written until it is taken."""
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole
