"""The source of a report beside its passages, with the repaired places marked.

The source file is read again. If it is gone or has changed since it was indexed, or if that takes too much, it is not
shown.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from cachetools import TTLCache

from deqing_search import pipeline
from deqing_search.errors import SourceError, SourceTooCostly
from deqing_search.report import Passage, RawText, Report
from deqing_search.web.report_layout import Run, repaired, runs, stretches
from deqing_search.web.request_lanes import busy, leave_lane

REMEMBERED: Final = 4_000_000  # characters; a report has about 20,000
REMEMBERED_FOR: Final = 3600  # seconds; what was too costly while the machine was busy is tried again
LONGEST: Final = 20  # seconds for reading one source
PATIENCE: Final = 0.2  # seconds to wait while another source is read: a thread that waits answers nobody


class Unshown(Enum):
    """Why a source is not shown."""

    CHANGED = "changed or gone"
    COSTLY = "too costly to read"


class Pair(NamedTuple):
    """A passage and the stretches of source it was made of, repairs marked; None if the source cannot be shown."""

    passage: Passage
    source: tuple[tuple[Run, ...], ...] | None


class Originals:
    """Reads sources, one at a time, and remembers the last ones: reading a PDF may take many seconds."""

    def __init__(self, characters: int = REMEMBERED) -> None:
        self._texts: TTLCache[tuple[str, str, int], RawText | Unshown] = TTLCache(
            characters, REMEMBERED_FOR, getsizeof=lambda raw: len(raw.text) + 1 if isinstance(raw, RawText) else 1
        )
        self._reading, self._lock = Lock(), Lock()

    def of(self, report: Report) -> RawText | Unshown:
        """The source as it was indexed, or why it is not shown; refused if another one is being read."""
        try:
            key = report.path, report.digest, Path(report.path).stat().st_mtime_ns
        except OSError:
            return Unshown.CHANGED
        with self._lock:
            if known := self._texts.get(key):
                return known
        leave_lane()
        if not self._reading.acquire(timeout=PATIENCE):
            raise busy()
        try:
            raw = original(report)
        finally:
            self._reading.release()
        with self._lock, suppress(ValueError):  # longer than all that is remembered
            self._texts[key] = raw
        return raw


def original(report: Report) -> RawText | Unshown:
    """The source as it was indexed, or why it is not shown."""
    try:
        raw = pipeline.read_original(report, LONGEST)
    except SourceTooCostly:
        return Unshown.COSTLY
    except SourceError:
        return Unshown.CHANGED
    changed = repaired(report)
    as_they_stood = [one for one in report.passages if one.id not in changed and one.kind != "table-row"]
    return raw if all(_stands_in(raw.text, passage) for passage in as_they_stood) else Unshown.CHANGED


def _stands_in(text: str, passage: Passage) -> bool:
    """Whether an unchanged passage is still at its place in the source."""
    source = "".join(text[span.start : span.end] for span in passage.spans)
    return "".join(source.split()) == "".join(passage.text.split())


def beside(report: Report, raw: RawText | Unshown) -> list[Pair]:
    """Every passage with its source."""
    if isinstance(raw, Unshown):
        return [Pair(passage, None) for passage in report.passages]
    touched = [span for entry in report.edit_log for span in entry.source if span.start < span.end]
    found: dict[str, list[tuple[Run, ...]]] = {}
    for stretch in stretches(report):
        inside = [span for span in touched if span.start < stretch.end and stretch.start < span.end]
        found.setdefault(stretch.passage, []).append(runs(raw.text, inside, stretch.start, stretch.end))
    return [Pair(passage, tuple(found.get(passage.id, ()))) for passage in report.passages]
