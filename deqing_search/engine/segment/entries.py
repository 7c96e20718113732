"""What an engine gives a segment to index: an entry for each report, and after it one for each of its passages.

`writer` turns entries into arrays, `reader` reads the arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias, get_args

from deqing_search.report import AnalysedPassage, Passage, PassageKind, Report, Value

Compact: TypeAlias = Callable[[str], str]

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
    cuts: tuple[int, ...] = ()


Entry = ReportEntry | PassageEntry
REPORT_STRINGS = ("id", *ReportEntry._fields[2:])


def report_entry(report: Report, compact: Compact) -> ReportEntry:
    """The entry of a report. `compact` folds a text and removes its white space, as it did for the passages."""
    meta = report.meta
    folded = (compact(report.id), compact(meta.kind), compact(meta.place), compact(meta.title))
    return ReportEntry(report.id, meta.year or 0, meta.kind, meta.place, *folded)


def passage_entry(passage: Passage, indexed: AnalysedPassage, compact: Compact) -> PassageEntry:
    """The entry of a passage."""
    section = "\n".join(map(compact, passage.section))  # so no literal matches across two headings
    analysed = (indexed.compact, indexed.sentences, indexed.terms, indexed.values, indexed.cuts)
    return PassageEntry(passage.id, passage.kind, section, compact(passage.term), *analysed)
