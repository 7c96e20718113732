"""Finds the passage that an altered sentence comes from: they differ in only a few characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from deqing_search.quotes import claims
from deqing_search.quotes.alignment import Alignment, Hunk, align
from deqing_search.quotes.candidates import Candidate
from deqing_search.request_deadline import check

FEW: Final = 6  # characters that differ in a sentence with an altered number
_MOST_DIFFERENT: Final = 0.2  # of the characters of a sentence that an alignment is made for
_LEAST_DISTANCE: Final = 4  # that is tried in short sentences too: 不得 left out
_MOST_ALTERED: Final = 0.12  # of the characters of a sentence; more is another sentence
_SHORT: Final = 16  # characters of a sentence that may have one altered character
_MEDIUM: Final = 24  # characters of a sentence that may have two


def best_fit(sentence: str, near: Sequence[Candidate]) -> tuple[Candidate, Alignment] | None:
    """The passage with the fewest different characters, the first of equal ones; None if all differ too much."""
    best: tuple[Candidate, Alignment] | None = None
    most = max(int(len(sentence) * _MOST_DIFFERENT), _LEAST_DISTANCE)
    for one in near:
        check()
        found = align(sentence, one.compact, most - 1 if best else most)
        if found and _is_same_sentence(sentence, one.compact, found):
            best, most = (one, found), found.distance
        if not most:
            break
    return best


def _is_same_sentence(sentence: str, passage: str, found: Alignment) -> bool:
    """Whether so few characters differ that it is the same sentence. A changed number counts as one."""
    size = len(sentence)
    most = 1 if size < _SHORT else 2 if size < _MEDIUM else int(size * _MOST_ALTERED)
    weights = (_weight(sentence, passage, hunk) for hunk in found.hunks)
    return sum(weights) <= most


def _weight(sentence: str, passage: str, hunk: Hunk) -> int:
    """How many characters a difference counts for."""
    mine, theirs = sentence[hunk.start : hunk.end], passage[hunk.source_start : hunk.source_end]
    if claims.is_omission(passage, hunk):
        return 1
    size = max(len(mine), len(theirs))
    if size <= FEW and claims.changes_claim(sentence, passage, hunk):
        besides = claims.size_besides_claims
        size_besides = max(
            besides(sentence, hunk.start, hunk.end), besides(passage, hunk.source_start, hunk.source_end)
        )
        return min(1 + size_besides, size)
    return size
