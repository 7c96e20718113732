"""Source file → raw text, one module a medium. The characters come out as the medium gave them: repairs are `clean`'s.

To add a medium: a module here with `read(path: Path, data: bytes) -> Extracted`, and its endings in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Final

from deqing_search.errors import SourceError
from deqing_search.extract.extracted import Extracted
from deqing_search.report import RawText, SourceFile
from deqing_search.sources import archives
from deqing_search.sources.files import LARGEST, read_regular

# Ending → the module that reads it. It is imported when such a file comes: to look for files takes none of them.
READERS: Final[dict[str, str]] = {
    ".txt": "text",
    ".md": "markdown",
    **dict.fromkeys((".htm", ".html", ".shtml", ".xhtml"), "html"),
    **dict.fromkeys((".mht", ".mhtml"), "mht"),
    ".docx": "docx",
    **dict.fromkeys((".doc", ".wps", ".rtf"), "office"),
    ".pdf": "pdf",
    ".ofd": "ofd",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"), "ocr"),
}


def extract(source: SourceFile, data: bytes | None = None) -> RawText:
    """Read the characters of a source; raises `SourceError` naming the file and the reason.

    With `data`, its bytes, the file need not be on this machine.
    """
    data = read_bytes(source.path) if data is None else _not_empty(source.path, data)
    reader = READERS.get(source.path.suffix.lower())
    if reader is None:
        ending = f"{source.path.suffix} 格式" if source.path.suffix else "没有扩展名的文件"
        raise SourceError(f"{source.path}：还不能读取{ending}", hint=f"请另存为文本；可读取的格式：{' '.join(READERS)}")
    read: Callable[[Path, bytes], Extracted] = import_module(f"{__name__}.{reader}").read
    extracted = read(source.path, data)
    return RawText(
        source.report,
        extracted.text,
        blake2b(data, digest_size=16).hexdigest(),
        extracted.page_starts,
        extracted.front_matter,
        extracted.edits,
        extracted.tables,
        extracted.levels,
        extracted.doubts,
    )


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises `SourceError` when there are none, too many, or it cannot be opened."""
    if holder := archives.holder(path):
        return _not_empty(path, archives.member_bytes(holder, path, LARGEST))
    return _not_empty(path, read_regular(path))


def _not_empty(path: Path, data: bytes) -> bytes:
    if not data.strip():
        raise SourceError(f"{path}：文件是空的", hint="请补上正文，或从目录中移走这个文件")
    return data
