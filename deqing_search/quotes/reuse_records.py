"""The JSON forms of what `reuse` and `inheritance` find: what the shell prints and the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deqing_search.quotes.inheritance import Inheritance
from deqing_search.quotes.reuse import ORIGINS, Carrier, Clause, Reuse, Share
from deqing_search.report import Passage

Fields = dict[str, Any]


def summary_fields(found: Reuse) -> Fields:
    """The sums of a report, its sections, and what is not in the index."""
    return {
        "report": found.report.id,
        "title": found.report.meta.title or found.report.id,
        "place": found.report.meta.place,
        "year": found.report.meta.year,
        **_share("", found.whole),
        **_share("elsewhere_", found.elsewhere),
        **_share("inherited_", found.inherited),
        **_share("edited_", found.edited),
        "origins": {origin: found.from_origin(origin)._asdict() for origin in ORIGINS},
        "sections": [
            {"section": name, **_share("", whole), **_share("inherited_", part)}
            for name, whole, part in found.by_section()
        ],
        "unheld": list(found.unheld),
    }


def clause_records(
    clauses: Iterable[Clause], first_passages: Mapping[int, Passage], site: str = ""
) -> Iterator[Fields]:
    """The clauses that other reports have, or that last year's report has in other words; in reading order."""
    for one in clauses:
        if one.carriers or one.edited_from:
            yield {
                "clause": one.text,
                "id": one.passage.id,
                "ordinal": one.passage.ordinal,
                "section": list(one.passage.section),
                "span": list(one.span),
                "reports": len(one.carriers),
                "places": one.places,
                "origins": [origin for origin in ORIGINS if origin in one.origins],
                "edited_from": one.edited_from,
                "first": _first(one.carriers, first_passages, site),
                "carriers": [_carrier(carrier) for carrier in one.carriers],
            }


def _first(carriers: tuple[Carrier, ...], first_passages: Mapping[int, Passage], site: str) -> Fields | None:
    if not carriers:
        return None
    passage = first_passages[carriers[0].handle]
    return {**_carrier(carriers[0]), "id": passage.id, "ordinal": passage.ordinal, "url": f"{site}/p/{passage.id}"}


def _carrier(one: Carrier) -> Fields:
    meta = one.report.meta
    return {"report": one.report.id, "title": meta.title or one.report.id, "place": meta.place, "year": meta.year}


def inheritance_fields(row: Inheritance) -> Fields:
    """One report of the table by place and year. Without a report of the year before, its fields are null."""
    meta = row.report.meta
    repeated = row.last_year
    return {
        "place": meta.place,
        "year": meta.year,
        "report": row.report.id,
        **_share("", row.whole),
        **_share("elsewhere_", row.elsewhere),
        **_share("inherited_", row.inherited),
        "last_year_clauses": repeated.clauses if repeated else None,
        "last_year_characters": repeated.characters if repeated else None,
        "inherited_share": round(row.inherited.of(row.whole), 4),
        "last_year_share": round(repeated.of(row.whole), 4) if repeated else None,
    }


def _share(prefix: str, share: Share) -> Fields:
    return {f"{prefix}clauses": share.clauses, f"{prefix}characters": share.characters}
