"""Trends for other programs: a record for each query and year, place or kind, as docs/jsonl.md describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deqing_search.research.series import Chart, Count

Fields = dict[str, Any]


def trend_fields(found: Chart) -> Iterator[Fields]:
    """The counts of every series, name after name; then those of unknown year, place or kind, if it has any."""
    panel = "constant" if found.places else "all"
    for one in found.series:
        shared = {"term": one.typed, "panel": panel, "place": one.place or None, "kind": None, "year": None}
        for name in found.names:
            if name in one.counts:
                breaks = "；".join(one.said for one in found.breaks.get(name, ()))
                yield {**shared, found.by: name, **count_fields(one.counts[name]), "area_changes": breaks}
        if one.unknown.occurrences:
            yield {**shared, **count_fields(one.unknown), "area_changes": ""}


def count_fields(count: Count) -> Fields:
    """The counts, and occurrences in 10,000 characters."""
    return {**count._asdict(), "per_10000": round(count.per_10000, 4)}
