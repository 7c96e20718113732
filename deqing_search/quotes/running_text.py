"""The checked text as it was sent, cut where a finding or a difference begins and ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deqing_search.quotes.clause_verdicts import clause_verdicts
from deqing_search.quotes.findings import Checked, Finding


class Piece(NamedTuple):
    """A part of a sentence; `differs`: its source has other text there, or no report has this clause of it."""

    text: str
    differs: bool


class Stretch(NamedTuple):
    """A stretch of the text: what one finding is about, or the text between two findings (`finding` is None)."""

    pieces: tuple[Piece, ...]
    finding: Finding | None = None


def stretches(checked: Checked) -> Iterator[Stretch]:
    """The whole text, from left to right. Joined, the pieces give the text again."""
    at = 0
    for finding in sorted(checked.findings, key=lambda one: one.span):
        if finding.span.start > at:
            yield Stretch((Piece(checked.text[at : finding.span.start], differs=False),))
        yield Stretch(tuple(_pieces(checked.text, finding)), finding)
        at = finding.span.end
    if at < len(checked.text):
        yield Stretch((Piece(checked.text[at:], differs=False),))


def _pieces(text: str, finding: Finding) -> Iterator[Piece]:
    at = finding.span.start
    missing = [one.span for one in clause_verdicts(text, finding) if one.verdict == "absent"]
    for span in sorted([*finding.differing, *missing]):
        start, end = max(span.start, at), max(span.end, at)
        if start > at:
            yield Piece(text[at:start], differs=False)
        if end > start:
            yield Piece(text[start:end], differs=True)
        at = end
    if at < finding.span.end:
        yield Piece(text[at : finding.span.end], differs=False)
