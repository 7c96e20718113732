"""MHT: a web page that a browser saved as one file, as a mail holds it. Only the page itself is read."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

from deqing_search.errors import SourceError
from deqing_search.extract import html
from deqing_search.extract.extracted import Extracted


def read(path: Path, data: bytes) -> Extracted:
    """The text of the first page in the file; raises `SourceError`."""
    mail = message_from_bytes(data.lstrip())
    for part in mail.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            name = part.get_content_charset()
            if isinstance(page, bytes) and page.strip():
                return html.read(path, page, declared=name or "")
    raise SourceError(f"{path}：里面没有网页", hint="请在浏览器中重新保存，或复制为文本")
