"""The source of a report beside its passages, with the repaired places marked.

The source file is read again. If it is gone or has changed since it was indexed, it is not shown.
"""

from __future__ import annotations

from typing import NamedTuple

from deqing_search import pipeline
from deqing_search.errors import SourceError
from deqing_search.report import Passage, RawText, Report
from deqing_search.web.report_layout import Run, repaired, runs, stretches


class Pair(NamedTuple):
    """A passage and the stretches of source it was made of, repairs marked; None if the source cannot be shown."""

    passage: Passage
    source: tuple[tuple[Run, ...], ...] | None


def original(report: Report) -> RawText | None:
    """The source as it was indexed; None if it cannot be read or has changed."""
    try:
        raw = pipeline.read_original(report)
    except SourceError:
        return None
    changed = repaired(report)
    as_they_stood = [one for one in report.passages if one.id not in changed and one.kind != "table-row"]
    return raw if all(_stands_in(raw.text, passage) for passage in as_they_stood) else None


def _stands_in(text: str, passage: Passage) -> bool:
    """Whether an unchanged passage is still at its place in the source."""
    source = "".join(text[span.start : span.end] for span in passage.spans)
    return "".join(source.split()) == "".join(passage.text.split())


def beside(report: Report, raw: RawText | None) -> list[Pair]:
    """Every passage with its source."""
    if raw is None:
        return [Pair(passage, None) for passage in report.passages]
    touched = [span for entry in report.edit_log for span in entry.source if span.start < span.end]
    found: dict[str, list[tuple[Run, ...]]] = {}
    for stretch in stretches(report):
        inside = [span for span in touched if span.start < stretch.end and stretch.start < span.end]
        found.setdefault(stretch.passage, []).append(runs(raw.text, inside, stretch.start, stretch.end))
    return [Pair(passage, tuple(found.get(passage.id, ()))) for passage in report.passages]
