"""What an engine gives a segment to index: an entry for each report, and after it one for each of its passages.

`writer` turns entries into arrays, `reader` reads the arrays.
"""

from __future__ import annotations

from typing import NamedTuple, get_args

from deqing_search.report import PassageKind, Value

KINDS: tuple[str, ...] = get_args(PassageKind)


class ReportEntry(NamedTuple):
    """The indexed fields of a report. The `compact_` fields are for filters, the others are shown."""

    id: str
    year: int  # 0: not known
    kind: str
    place: str
    compact_id: str
    compact_kind: str
    compact_place: str
    compact_title: str


class PassageEntry(NamedTuple):
    """The indexed fields of a passage. It belongs to the last report entry before it."""

    id: str
    kind: str
    section: str  # compact headings, outermost first, one on a line
    term: str  # compact
    compact: str
    sentences: tuple[int, ...]
    terms: tuple[str, ...]
    values: tuple[Value, ...] = ()


Entry = ReportEntry | PassageEntry
REPORT_STRINGS = ("id", *ReportEntry._fields[2:])
