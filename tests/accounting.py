"""Accounts for every character of a source after cleaning."""

from __future__ import annotations

from deqing_search.cleaning.cleaner import clean
from deqing_search.report import RawText


def unaccounted(source: RawText) -> str:
    """The characters of a source that are neither in the clean text nor in the edit log."""
    done = clean(source)
    spans = [(piece.source_start, piece.source_end) for piece in done.way_back.pieces]
    spans += [(span.start, span.end) for entry in done.edit_log for span in entry.source]
    seen = bytearray(len(source.text))
    for start, end in spans:
        seen[start:end] = b"\1" * (end - start)
    return "".join(char for char, known in zip(source.text, seen, strict=True) if not known)
