"""Finds a sentence and its clauses in passages. Texts are compact, and no engine is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from deqing_search.language.number_edges import stands_whole
from deqing_search.quotes import claims
from deqing_search.quotes.alignment import Alignment, Hunk
from deqing_search.quotes.candidates import Candidate
from deqing_search.text.offsets import Span

_MOST_PASSAGES: Final = 2  # that a sentence is assembled from
_LEAST_SHARED: Final = 12  # characters that it has from each of them
_SEED: Final = 4  # characters by which the beginning and the end of a clause are recognised
_CLAUSE_HEAD = re.compile(
    r'(?:(?<![^,;:。!?)"-])|(?<=[一二三四五六七八九十]是)|(?<=[0-9][.、]))(?=([^,;:。!?"]' + f"{{{_SEED}}}))"
)
_CLAUSE_TAIL = re.compile(f'(?=([^,;:。!?"]{{{_SEED}}})(?:[,;:。!?"]|$))')


def place_of(passage: str, sentence: str) -> Span | None:
    """Where a passage has a sentence: the first place that leaves out nothing of the claim, else the first place."""
    places = []
    at = passage.find(sentence)
    while at >= 0:
        if stands_whole(passage, at, sentence):
            places.append(Span(at, at + len(sentence)))
        at = passage.find(sentence, at + 1)
    clean = (one for one in places if not claims.context_left_out(passage, one))
    return next(clean, places[0] if places else None)


def clean_place_of(passage: str, clause: str) -> Span | None:
    """Where a passage has a clause with nothing of the claim left out; None if nowhere."""
    place = place_of(passage, clause)
    return place if place and not claims.context_left_out(passage, place) else None


def places_in(passages: Iterable[Candidate], sentence: str) -> list[tuple[Candidate, Span]]:
    """The passages with a sentence, each with its place."""
    return [(one, at) for one in passages if (at := place_of(one.compact, sentence))]


def only_clean(places: Sequence[tuple[Candidate, Span]]) -> list[tuple[Candidate, Span]]:
    """The places without a word beside them that changes the claim."""
    return [(one, at) for one, at in places if not claims.context_left_out(one.compact, at)]


def places_of_all(passage: str, texts: Sequence[str]) -> list[Span]:
    """Where a passage has each clause, in the order of the clauses if possible; empty if it lacks one."""
    places: list[Span] = []
    for text in texts:
        after = passage.find(text, places[-1].end) if places else -1
        at = Span(after, after + len(text)) if after >= 0 else None
        place = at if at and not claims.context_left_out(passage, at) else clean_place_of(passage, text)
        if place is None:
            return []
        places.append(place)
    return places


def is_ascending(places: Sequence[Span]) -> bool:
    """Whether each place stands after the one before."""
    return all(one.end <= next.start for one, next in pairwise(places))


def gaps(sentence: str, cut: Sequence[Span], passage: str, places: Sequence[Span]) -> Alignment:
    """The differences between clauses that stand in one passage in their order."""
    pairs = zip(pairwise(cut), pairwise(places), strict=True)
    hunks = tuple(
        Hunk(one.end, next.start, at.end, after.start)
        for (one, next), (at, after) in pairs
        if sentence[one.end : next.start] != passage[at.end : after.start]
    )
    return Alignment(sum(hunk.source_end - hunk.source_start for hunk in hunks), places[0].start, places[-1].end, hunks)


def covered(
    cut: Sequence[Span], texts: Sequence[str], pool: Sequence[Candidate]
) -> tuple[list[tuple[Span, Candidate, Span]], list[Span]]:
    """The clauses that a few passages have, each with its place, and the clauses that they lack."""
    places = [[clean_place_of(one.compact, text) for text in texts] for one in pool]
    left, found = set(range(len(cut))), []
    for _ in range(_MOST_PASSAGES):
        shares = [sum(len(texts[at]) for at in left if row[at]) for row in places]
        best = max(range(len(pool)), key=lambda row: (shares[row], -row), default=None)
        if best is None or shares[best] < min(_LEAST_SHARED, sum(len(texts[at]) for at in left)):
            break
        for at in sorted(left):
            if place := places[best][at]:
                found.append((cut[at], pool[best], place))
                left.discard(at)
    return sorted(found, key=lambda one: one[0]), [cut[at] for at in sorted(left)]


def clause_starts(sentence: str, passages: Iterable[str]) -> Iterator[int]:
    """Where in a sentence the first characters of a clause of these passages stand.

    >>> list(clause_starts("宁波市今年强化招商选资", ["一是坚持开放,强化招商选资,引进内资"]))
    [5]
    """
    heads = {found[1] for passage in passages for found in _CLAUSE_HEAD.finditer(passage)}
    yield from (at for at in range(len(sentence)) if sentence[at : at + _SEED] in heads)


def clause_ends(sentence: str, passages: Iterable[str]) -> Iterator[int]:
    """Where in a sentence the last characters of a clause of these passages end.

    >>> list(clause_ends("强化招商选资列为重点", ["坚持开放,强化招商选资,引进内资"]))
    [6]
    """
    tails = {found[1] for passage in passages for found in _CLAUSE_TAIL.finditer(passage)}
    yield from (at for at in range(_SEED, len(sentence)) if sentence[at - _SEED : at] in tails)
