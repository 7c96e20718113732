"""The request for one page of hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deqing_search.engine.base import Sort
from deqing_search.query.filters import NO_FILTERS, Filters

Mode = Literal["exact", "words", "expanded"]
MODES: tuple[Mode, ...] = ("exact", "expanded", "words")  # the closest to what was typed first


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query as it was typed, its filters, and the page of hits that is wanted.

    `mode` None: exact, and where that finds few, words results besides. `offset`: hits before the page, `limit`: at
    most so many on it.
    """

    typed: str
    filters: Filters = NO_FILTERS
    mode: Mode | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
