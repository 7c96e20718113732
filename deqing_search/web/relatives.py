"""Clauses that other reports have, as the pages of reuse and of a passage show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.quotes import reuse_wording as wording
from deqing_search.quotes.reuse import ORIGINS, Clause, relatives
from deqing_search.report import Passage, ReportCard
from deqing_search.search.coverage import contents

MOST: Final = 12  # clauses that the page of a passage shows


class Shown(NamedTuple):
    """A clause that other reports have, or that differs a little from one of the year before."""

    clause: Clause
    said: str
    origins: Sequence[str]
    first: Passage | None  # of the first other report
    first_report: ReportCard | None


def shown(one: Clause, first_passages: Mapping[int, Passage], card: ReportCard) -> Shown:
    """A clause of the report of a card."""
    said = wording.relatives(one, card) if one.carriers else ""
    origins = [wording.ORIGINS[origin] for origin in ORIGINS if origin in one.origins]
    first = first_passages[one.carriers[0].handle] if one.carriers else None
    return Shown(one, said, origins, first, one.carriers[0].report if one.carriers else None)


def relatives_of(engine: Viewer, passage: Passage) -> list[Shown]:
    """The first clauses of a passage that other reports have."""
    found = relatives(engine, passage, MOST)
    card = contents(engine.view()).cards[passage.report]
    return [shown(one, found.first_passages, card) for one in found.clauses]
