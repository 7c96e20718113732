"""The passages of a query in the order in which the index first had them: what a feed and `search-cli watch` list.

The permalink store knows when a passage was first recorded. A passage that was repaired keeps the time of the passage
it comes from, so a rebuild makes nothing new. The order is that of the recordings, not that of the clock, which may
have been wrong for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from deqing_search.engine.base import Request, View, Viewer
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import NOT_TYPED, And, Filter, all_of, any_of
from deqing_search.report import Passage, ReportCard
from deqing_search.request_deadline import check
from deqing_search.search.coverage import contents
from deqing_search.search.page import required_root
from deqing_search.search.searcher import read
from deqing_search.store.permalinks import PermalinkStore, Recording

_AT_ONCE = 100  # passages that are read together, at least; a feed shows half as many


class Addition(NamedTuple):
    """A passage, the id it had when it was first recorded, and when that was (UTC, ISO 8601)."""

    passage: Passage
    card: ReportCard
    name: str
    added: str


class Seen(NamedTuple):
    """What the index had at a moment: the last recording, and those that no reader could see yet."""

    last: str = ""
    hidden: tuple[str, ...] = ()


def additions(
    engine: Viewer,
    store: PermalinkStore,
    typed: str | None,
    filters: Filters = NO_FILTERS,
    *,
    among: Sequence[Recording] | None = None,
) -> Iterator[Addition]:
    """All passages that match in exact mode, or all passages of the index, those added last first.

    Of those that were added together the newest report comes first, in reading order. `among`: only these recordings,
    the last one first. Raises `UsageError` as `search` does.
    """
    view = engine.view()
    where = filters.limit(And(()) if typed is None else required_root(read(typed)))
    recordings = store.recordings() if among is None else among
    place = {recording.added: number for number, recording in enumerate(recordings)}
    for wanted, most in _parts(view.by_report(where), recordings, contents(view).cards):
        check()
        reports = any_of(*(Filter("report", NOT_TYPED, value=report) for _, report in wanted))
        found = _read(view, store, Request(all_of(where, reports), sort="newest", limit=most))
        of_these = (one for one in found if (one.added, one.card.id) in wanted)
        yield from sorted(of_these, key=lambda one: place[one.added])


_Wanted = Mapping[tuple[str, str], None]  # an ordered set: when passages were added, and their report


def _parts(
    matching: Mapping[str, int], recordings: Sequence[Recording], cards: Mapping[str, ReportCard]
) -> Iterator[tuple[_Wanted, int]]:
    """What to read together, in order, each with the number of passages that match in its reports."""
    part: dict[tuple[str, str], None] = {}
    most = 0
    for recording in recordings:
        here = recording.reports & matching.keys()
        for report in sorted(here, key=lambda one: (-(cards[one].meta.year or 0), one)):  # the order of "newest"
            part[recording.added, report] = None
            most += matching[report]
            if most >= _AT_ONCE:
                yield part, most
                part, most = {}, 0
    if part:
        yield part, most


def _read(view: View, store: PermalinkStore, request: Request) -> Iterator[Addition]:
    passages = view.passages([scored.handle for scored in view.evaluate(request).page])
    origins = store.origins([passage.id for passage in passages])
    for passage in passages:
        if passage.id in origins:
            yield Addition(passage, contents(view).cards[passage.report], *origins[passage.id])


def since(engine: Viewer, store: PermalinkStore, seen: Seen | None) -> tuple[list[Recording] | None, Seen]:
    """The recordings that can be seen now and could not at `seen`, the last one first; and what can be seen now.

    None instead of recordings if there is nothing to compare with: no `seen`, or one of another index.

    An update records its passages a moment before readers see them. If it dies in between, readers see them after the
    next update.
    """
    view, recordings = engine.view(), store.recordings()
    names = [recording.added for recording in recordings]
    last = names[0] if names else ""
    if seen is None or (seen.last and seen.last not in names):
        return None, Seen(last, _names(takewhile(lambda one: not _is_visible(view, store, one), recordings)))
    newer = names.index(seen.last) if seen.last else len(names)
    unseen = [one for number, one in enumerate(recordings) if number < newer or one.added in seen.hidden]
    shown = [one for one in unseen if _is_visible(view, store, one)]
    return shown, Seen(last, _names(one for one in unseen if one not in shown))


def _names(recordings: Iterable[Recording]) -> tuple[str, ...]:
    return tuple(recording.added for recording in recordings)


def _is_visible(view: View, store: PermalinkStore, recording: Recording) -> bool:
    return any(view.passage(id) is not None for id in store.added_at(recording.added))
