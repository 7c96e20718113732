"""Raw text → clean text: makes the medium's edits, runs the fixes in order, keeps the edit log and the way back.

What is damage, and the evidence for it, belongs to `fixes`. Nothing is lost here: every edit is recorded
with what stood there, and every kept character leads back to its place in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import repeat
from operator import attrgetter
from typing import TypeAlias

from deqing_search.cleaning.fixes import FIXES
from deqing_search.report import CleanText, LoggedEdit, RawText, Stage
from deqing_search.text.offsets import Edit, Ints, OffsetMap, apply_edits, line_starts

Finder: TypeAlias = tuple[str, Callable[[str], Iterable[Edit]]]

_MOST_ROUNDS = 6  # after the first; two bring the worst that was seen to rest


def clean(raw: RawText, *, skip: Collection[str] = ()) -> CleanText:
    """Repair `raw` with every fix not named in `skip`.

    >>> done = clean(RawText("r", "深入实施**392.5**\\n", ""))
    >>> done.text, [(e.fix, e.before, e.lines) for e in done.edit_log][0]
    ('深入实施392.5\\n', ('markup', '**', (1, 1)))
    """
    text, way = raw.text, OffsetMap.identity(len(raw.text))
    stages: list[Stage] = []
    edit_log: list[LoggedEdit] = []
    starts = line_starts(raw.text)
    at_rest: set[str] = set()  # the fixes that have seen the text as it is and found nothing
    for round_of_fixes in _rounds(raw, skip):
        for name, find in round_of_fixes:
            edits = () if name in at_rest else tuple(find(text))
            if not edits:
                at_rest.add(name)
                continue
            at_rest.clear()
            edit_log += _entries(edits, text, way, starts)
            way = OffsetMap.of(len(text), edits).after(way)
            text = apply_edits(text, edits)
            stages.append(Stage(name, edits))
        if at_rest.issuperset(name for name, _ in round_of_fixes):
            break
    edit_log.sort(key=attrgetter("source"))
    return CleanText(raw.report, text, tuple(stages), tuple(edit_log), way)


def _rounds(raw: RawText, skip: Collection[str]) -> Iterator[list[Finder]]:
    """What the medium proved and the fixes in their order; then the fixes again, until they come to rest.

    A repair can uncover the evidence for another: a joined line may be the half of a broken paragraph.
    """
    fixes: list[Finder] = [(fix.name, fix.find) for fix in FIXES if fix.name not in skip]
    medium: Finder = ("medium", lambda text: (edit for edit in raw.edits if edit.fix not in skip))
    yield [medium, *fixes]
    yield from repeat(fixes, _MOST_ROUNDS)


def replay(raw: str, stages: tuple[Stage, ...]) -> str:
    """The clean text once more, from the source and the recorded edits alone."""
    for stage in stages:
        raw = apply_edits(raw, stage.edits)
    return raw


def _entries(edits: Sequence[Edit], text: str, way: OffsetMap, lines: Ints) -> Iterator[LoggedEdit]:
    """The edits of a stage, with their places in the source."""
    starts, ends, afters, fixes, reasons, _ = zip(*edits, strict=True)
    befores = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    stood = [edit.moved_from or edit for edit in edits]
    spans, touched = way.traces([place.start for place in stood], [place.end for place in stood], lines)
    return map(LoggedEdit._make, zip(fixes, reasons, spans, touched, befores, afters, strict=True))
