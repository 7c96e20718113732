"""The one JSON form of a hit, and of what is known of a report: what the shell prints and what the API answers.

The fields are described in docs/jsonl.md and web/static/openapi.json; tests compare both with `HitRecord`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from deqing_search.report import Metadata, PassageKind
from deqing_search.search.results import Hit, group_duplicates
from deqing_search.text.offsets import Span


class HitRecord(NamedTuple):
    """One hit, field by field in the order of the JSON object. Texts that are not known are empty."""

    id: str
    report: str
    title: str  # the id of the report if it has no title
    year: int | None
    place: str
    date: str
    source: str  # address that the report came from
    publisher: str
    published: str  # the day it was published; that of the meeting is `date`
    section: tuple[str, ...]
    kind: PassageKind
    ordinal: int
    text: str
    damage: tuple[str, ...]
    marks: tuple[Span, ...]  # in `text`
    snippet: str
    score: float
    url: str
    same_as: str | None  # id of the first hit of the page that has the same text


def hit_records(hits: Sequence[Hit]) -> list[HitRecord]:
    """The hits of one page, in order."""
    first = {
        duplicate.passage.id: group.hit.passage.id for group in group_duplicates(hits) for duplicate in group.duplicates
    }
    return [_record(hit, first.get(hit.passage.id)) for hit in hits]


def _record(hit: Hit, same_as: str | None) -> HitRecord:
    passage, meta = hit.passage, hit.report.meta
    return HitRecord(
        id=passage.id,
        report=passage.report,
        title=meta.title or hit.report.id,
        year=meta.year,
        place=meta.place,
        date=meta.date,
        source=meta.source,
        publisher=meta.publisher,
        published=meta.published,
        section=passage.section,
        kind=passage.kind,
        ordinal=passage.ordinal,
        text=passage.text,
        damage=passage.damage,
        marks=hit.marks,
        snippet=hit.snippet.text,
        score=round(hit.score, 4),
        url=hit.url,
        same_as=same_as,
    )


def metadata_fields(meta: Metadata) -> dict[str, Any]:
    """What is known of a report besides its title, field by field in the order of the JSON object."""
    return {
        "kind": meta.kind,
        "year": meta.year,
        "date": meta.date,
        "place": meta.place,
        "media": meta.media,
        "note": meta.note,
        "source": meta.source,
        "publisher": meta.publisher,
        "published": meta.published,
        "session": meta.session,
        "speaker": meta.speaker,
        "office": meta.office,
        "inferred": list(meta.inferred),
    }
