"""Asks an engine for the passages that a sentence may come from, by the engine protocol alone.

The pieces of a sentence are searched as literals, any of which may match. Passages with many and
rare pieces rank first. The postings of the engine are enough for this, so there is no index of fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from deqing_search.engine.base import Request, Sort, View
from deqing_search.language.folding import compact, compact_text, original_span
from deqing_search.query.places import with_other_names
from deqing_search.query.tree import NOT_TYPED, And, Filter, Literal, Node, Or, literal_of
from deqing_search.report import Passage
from deqing_search.request_deadline import check
from deqing_search.text.offsets import Span

_PIECE, _LONG_PIECE = 4, 6  # characters; the longer one in sentences of `_LONG` and more
_LONG = 24
_MOST_PIECES = 6
_LONG_SHARES = (1 / 2, 3 / 4, 7 / 8)  # of a sentence; rare, so that the engine puts their passages first
_CANDIDATES = 12
_SHORT, _SHORT_CANDIDATES = 16, 48  # short sentences have few pieces, and those stand in many passages
_CLAUSE_CANDIDATES = 4
_REMEMBERED = 256  # passages


class Candidate(NamedTuple):
    """A passage, its compact text, and the offset in `passage.text` of each compact character."""

    passage: Passage
    compact: str
    offsets: Sequence[int]
    characters: frozenset[str]

    def original(self, start: int, end: int) -> Span:
        """The stretch of `passage.text` for a stretch of the compact text that is not empty."""
        return original_span(self.offsets, start, end)


class Matches(NamedTuple):
    """The first passages that match, and how many passages and reports match in all."""

    first: list[Candidate]
    total: int
    reports: int


def literal(compact: str) -> Literal:
    """The literal of a quotation. It may not cut a number: 5% is not quoted from 15%."""
    return literal_of(compact, whole=True)


def condition(place: str, year: int | None) -> Iterable[Node]:
    """The conditions on the place, under all its names, and on the year of a report; nothing where they are unknown."""
    if place:
        yield with_other_names(Filter("place", NOT_TYPED, compact_text(place)))
    if year:
        yield Filter("year", NOT_TYPED, low=year, high=year)


def matching(view: View, where: Node, limit: int, sort: Sort = "oldest") -> Matches:
    """The first passages that match, the oldest first."""
    check()
    found = view.evaluate(Request(where, sort=sort, limit=limit))
    passages = view.passages([scored.handle for scored in found.page])
    return Matches(list(map(_candidate, passages)), found.total, found.reports)


@lru_cache(_REMEMBERED)
def _candidate(passage: Passage) -> Candidate:
    """The passage as a candidate. Clauses of one sentence find the same passages again and again."""
    text, offsets = compact(passage.text)
    return Candidate(passage, text, offsets, frozenset(text))


def candidates(view: View, compact: str) -> list[Candidate]:
    """The passages that share the most and the rarest pieces with a sentence."""
    most = _SHORT_CANDIDATES if len(compact) < _SHORT else _CANDIDATES
    return matching(view, Or(tuple(map(literal_of, pieces(compact)))), most, "relevance").first


def with_a_half(view: View, compact: str) -> list[Candidate]:
    """The oldest passages that have the first or the second half of a sentence."""
    middle = len(compact) // 2
    halves = (literal_of(compact[:middle]), literal_of(compact[middle:]))
    return matching(view, Or(halves), _CANDIDATES).first


def clause_candidates(view: View, clause: str) -> list[Candidate]:
    """The oldest passages with a clause."""
    return matching(view, literal(clause), _CLAUSE_CANDIDATES).first


def together(view: View, clauses: Sequence[str]) -> list[Candidate]:
    """The oldest passages that have all of these clauses."""
    return matching(view, And(tuple(map(literal, clauses))), _CLAUSE_CANDIDATES).first


def pieces(compact: str) -> list[str]:
    """Pieces spread evenly over a sentence, and long ones from both ends. A changed character is in few of them.

    >>> pieces("推进改革开放")
    ['推进改革', '进改革开', '改革开放', '推进改革开', '进改革开放']
    """
    size = _LONG_PIECE if len(compact) >= _LONG else _PIECE
    last = max(len(compact) - size, 0)
    count = min(last + 1, _MOST_PIECES)
    starts = [round(at * last / max(count - 1, 1)) for at in range(count)]
    spread = [compact[start : start + size] for start in starts]
    sizes = [round(len(compact) * share) for share in _LONG_SHARES]
    ends = [piece for size in sizes for piece in (compact[:size], compact[len(compact) - size :])]
    return list(dict.fromkeys([*spread, *(piece for piece in ends if size < len(piece) < len(compact))]))
