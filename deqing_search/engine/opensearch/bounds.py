"""A score that the cluster computes and that no passage exceeds in `evaluation.ranking`.

The cluster sorts matches by this bound. When the last passage of the page has a higher exact score than the bound of
those not yet read, the page is complete, and the rest is never read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from deqing_search.engine.base import Request
from deqing_search.engine.evaluation.occurrences import wanted_by
from deqing_search.engine.evaluation.ranking import (
    BOOST,
    GLOSSARY_TERM,
    K1,
    KIND_WEIGHT,
    LEADING,
    PRESENT,
    WHOLE_HEADING,
    WORD_KIND_WEIGHT,
    WORD_LEADING,
    B,
    idf,
)
from deqing_search.engine.evaluation.snapshot import Statistics
from deqing_search.engine.opensearch.aggregations import TIMES, occurrences_of
from deqing_search.engine.opensearch.candidates import Json
from deqing_search.engine.opensearch.documents import digest, searched_field
from deqing_search.engine.segment.counts import LEAD
from deqing_search.engine.segment.entries import KINDS
from deqing_search.query.tree import Needle

SLACK = 1 + 1e-4  # the cluster computes with 24 bits


def bounded(matching: Json, request: Request, statistics: Statistics) -> Json:
    """The passages of a query, with a bound of their score for the literals and boosts of a request."""
    clauses = [
        clause for literal in wanted_by(request.where).literals for clause in _of_literal(literal, request, statistics)
    ]
    return {"bool": {"filter": [matching], "should": clauses}}


def _of_literal(literal: Needle, request: Request, statistics: Statistics) -> Iterator[Json]:
    compact = literal.compact
    words = {term for term in request.boost if term in compact}
    found = occurrences_of(compact)
    opening = {"bool": {"must": [found], "filter": [_opening(compact)]}}
    gain, leading = (_gain(literal, stress, compact in words, statistics) for stress in (0, 1))
    heading = f"(doc['passage_kind'].value == {KINDS.index('heading')}) * (doc['length'].value == {len(compact)})"
    constant = sum(_most(word, statistics) for word in words - {compact})
    yield _scored(found, f"{gain} + {constant!r} + {WHOLE_HEADING} * {heading}")
    yield _scored(opening, f"{leading} - {gain}")
    yield {"constant_score": {"filter": {"term": {"defines": digest(compact)}}, "boost": GLOSSARY_TERM * SLACK}}


def _scored(query: Json, expression: str) -> Json:
    script = {"lang": "expression", "source": f"{SLACK} * ({expression})"}
    return {"script_score": {"query": query, "script": script}}


def _opening(compact: str) -> Json:
    """The passages that begin with a literal, as `engine.segment.counts` defines it."""
    field, tokens = searched_field(compact)
    clauses = [{"span_term": {field: token}} for token in tokens.split()]
    match = {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}} if len(clauses) > 1 else clauses[0]
    return {"span_first": {"match": match, "end": LEAD - 1 + len(clauses)}}


def _gain(literal: Needle, stress: int, is_word: bool, statistics: Statistics) -> str:
    """What a literal adds, and the word that it is; an expression of the occurrences.

    Every token that equals the literal is an occurrence of it, so the word does not occur more often.
    """
    gain = f"{_rarity(literal, statistics)!r} * {_by_kind(KIND_WEIGHT)} * {_saturation(LEADING * stress, statistics)}"
    if not is_word:
        return gain
    weight = f"{BOOST * _rarity(literal.compact, statistics)!r} * {_by_kind(WORD_KIND_WEIGHT)}"
    return f"({gain} + {weight} * ({PRESENT} + {_saturation(WORD_LEADING * stress, statistics)}))"


def _saturation(more: float, statistics: Statistics) -> str:
    frequency = f"({TIMES} + {more})"
    norm = f"{K1} * ({1 - B} + {B / statistics.mean_length!r} * doc['length'].value)"
    return f"({K1 + 1} * {frequency} / ({frequency} + {norm}))"


def _most(word: str, statistics: Statistics) -> float:
    """The most that a word inside a literal can add."""
    return float(BOOST * WORD_KIND_WEIGHT.max() * (K1 + 1 + PRESENT) * _rarity(word, statistics))


def _rarity(name: Needle | str, statistics: Statistics) -> float:
    return idf(statistics.passages, statistics.holding(name))


def _by_kind(weights: npt.NDArray[np.float64]) -> str:
    """The weight of the kind of a passage, as an expression."""
    parts = (f"{weight} * (doc['passage_kind'].value == {kind})" for kind, weight in enumerate(weights.tolist()))
    return f"({' + '.join(parts)})"
