"""The outline of a report: the headings that lead through it, and the few of them that a card has room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from deqing_search.report import Passage

_ENOUGH: Final = 3  # headings that say what a report is about


def outlined(passages: Iterable[Passage]) -> list[Passage]:
    """The headings that lead through a report: not its own title, nor a kicker printed above its headline."""
    headings = [passage for passage in passages if passage.kind == "heading" and passage.level]
    first_at: dict[str, int] = {}
    for heading in headings:
        first_at.setdefault(heading.text, heading.ordinal)
    return [h for h in headings if not h.section or first_at.get(h.section[0], 0) < h.ordinal]


def main_headings(passages: Iterable[Passage]) -> Sequence[Passage]:
    """The headings of the highest level, with those of the next level where there are less than three."""
    headings = outlined(passages)
    for level in sorted({heading.level for heading in headings}):
        highest = [heading for heading in headings if heading.level <= level]
        if len(highest) >= _ENOUGH:
            return highest
    return headings
