"""Reads the text of a file that is to be checked, in a process of its own and within the limits of one file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from deqing_search import pipeline
from deqing_search.report import RawText, Report

_PLAIN = (".txt", ".md")


def text_of(file: Path) -> str:
    """The text of a file; raises `SourceError`.

    A plain text keeps every character. In other media lines are joined to paragraphs, and menus and page numbers are
    removed, as for an index.
    """
    return _checked_text(*pipeline.read_file(file), file.suffix.lower())


def text_of_upload(data: bytes, ending: str, seconds: int) -> str:
    """The text of a file that was sent; it is deleted before this returns. Threads may call this."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"upload{ending}"
        file.write_bytes(data)
        return _checked_text(*pipeline.read_upload(file, seconds), ending)


def _checked_text(raw: RawText, report: Report, ending: str) -> str:
    return raw.text if ending in _PLAIN else "\n\n".join(passage.text for passage in report.passages)
