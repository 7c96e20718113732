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
_MOST_ALTERED_SAID: Final = 0.16  # of the characters of what is said to be quoted
_SHORTEST_SAID: Final = 12  # characters of what is said to be quoted that may have two
_SHORT: Final = 16  # characters of a sentence that may have one altered character
_MEDIUM: Final = 24  # characters of a sentence that may have two


def best_fit(sentence: str, near: Sequence[Candidate], *, is_said: bool = False) -> tuple[Candidate, Alignment] | None:
    """The passage with the fewest different characters, the first of equal ones; None if all differ too much.

    What is said to be the words of a report may differ in a few characters more.
    """
    best: tuple[Candidate, Alignment] | None = None
    most = max(int(len(sentence) * _MOST_DIFFERENT), _LEAST_DISTANCE)
    for one in near:
        check()
        bound = most - 1 if best else most
        if sum(char not in one.characters for char in sentence) > bound:
            continue  # each of these characters is a difference
        found = align(sentence, one.compact, bound)
        if found and _weight(sentence, one.compact, found) <= _most_altered(len(sentence), is_said=is_said):
            best, most = (one, found), found.distance
        if not most:
            break
    return best


def _most_altered(size: int, *, is_said: bool) -> int:
    """How many characters may differ in the same sentence."""
    if is_said and size >= _SHORTEST_SAID:
        return max(2, int(size * _MOST_ALTERED_SAID))
    return 1 if size < _SHORT else 2 if size < _MEDIUM else int(size * _MOST_ALTERED)


def _weight(sentence: str, passage: str, found: Alignment) -> int:
    """How many characters differ. A changed number counts as one."""
    return sum(_weight_of(sentence, passage, hunk) for hunk in found.hunks)


def _weight_of(sentence: str, passage: str, hunk: Hunk) -> int:
    """How many characters a difference counts for."""
    mine, theirs = sentence[hunk.start : hunk.end], passage[hunk.source_start : hunk.source_end]
    if claims.is_omission(sentence, passage, hunk):
        return 1
    size = max(len(mine), len(theirs))
    if size <= FEW and claims.changes_claim(sentence, passage, hunk):
        besides = claims.size_besides_claims
        size_besides = max(
            besides(sentence, hunk.start, hunk.end), besides(passage, hunk.source_start, hunk.source_end)
        )
        return min(1 + size_besides, size)
    return size
