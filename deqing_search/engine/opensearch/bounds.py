"""A score that the cluster computes and that no passage exceeds in `evaluation.ranking`.

The cluster sorts matches by this bound. When the last passage of the page has a higher exact score than the bound of
those not yet read, the page is complete, and the rest is never read. The bound is near the score: it leaves out only
that a literal in a list counts less, and that some literals may not cut a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
from deqing_search.engine.opensearch.aggregations import TIMES, occurrences_of, occurrences_of_term
from deqing_search.engine.opensearch.candidates import of_literal
from deqing_search.engine.opensearch.documents import CHARACTERS, GAP, Json, digest, searched_field
from deqing_search.engine.segment.counts import LEAD
from deqing_search.engine.segment.entries import KINDS
from deqing_search.query.tree import Needle

MOST_CLAUSES = 500  # of a bound; OpenSearch allows 1,024 in a query
MOST_TYPED = 200  # characters of a question whose parts are looked for among defined terms
SLACK = 1 + 1e-4  # the cluster computes with 24 bits


class Factor(NamedTuple):
    """The scores of the passages that a query finds are multiplied by `times`."""

    query: Json
    times: float


def names(request: Request) -> list[Needle | str]:
    """The literals and terms whose rarity scores depend on."""
    wanted = wanted_by(request.where)
    words = [word for literal in wanted.literals for word in _words(literal, request)]
    return [*wanted.literals, *words, *(Needle(phrase.literal) for phrase in request.phrases), *wanted.terms]


def bounded(matching: Json, request: Request, statistics: Statistics, factors: Sequence[Factor]) -> Json | None:
    """The passages of a query, with a bound of their score for a request; None if it has too many parts."""
    gains = [clause for gain in _gains(request, statistics) for clause in gain]
    if len(gains) > MOST_CLAUSES or sum(map(len, request.typed)) > MOST_TYPED:
        return None
    if gains and factors:
        functions = [{"filter": factor.query, "weight": factor.times} for factor in factors]
        scored = {"query": {"bool": {"should": gains}}, "functions": functions, "score_mode": "multiply"}
        gains = [{"function_score": scored}]
    return {"bool": {"filter": [matching], "should": [*gains, _definitions(request.typed)]}}


def _gains(request: Request, statistics: Statistics) -> Iterator[Iterator[Json]]:
    """What adds to a score: literals and the words in them, phrases, terms."""
    wanted, gains = wanted_by(request.where), _Gains(statistics)
    for literal in wanted.literals:
        yield gains.of_literal(literal)
        for word in _words(literal, request):
            yield gains.of_term(word, BOOST, [of_literal(Needle(literal.compact))])
    for phrase in request.phrases:
        yield gains.of_phrase(phrase.literal, phrase.weight)
    for term in wanted.terms:
        yield gains.of_term(term)


def _words(literal: Needle, request: Request) -> list[str]:
    """The words that add to the score of a literal."""
    return [word for word in dict.fromkeys(request.boost) if word in literal.compact]


class _Gains:
    """What literals, phrases and terms add to the scores in an index of these statistics, as clauses of a query."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics

    def of_literal(self, literal: Needle) -> Iterator[Json]:
        compact = literal.compact
        found, rarity = occurrences_of(compact), self._rarity(literal)
        yield self._scored(_LITERAL, rarity, [found])
        yield self._scored(_LEADING_LITERAL, rarity, [found, _opening(compact)])
        heading = [{"term": {"passage_kind": KINDS.index("heading")}}, {"term": {"length": len(compact)}}]
        yield _constant({"bool": {"filter": [of_literal(Needle(compact)), *heading]}}, WHOLE_HEADING)
        yield _constant({"term": {"defines": digest(compact)}}, GLOSSARY_TERM)

    def of_term(self, term: str, weight: float = 1.0, conditions: Sequence[Json] = ()) -> Iterator[Json]:
        found, weight = [occurrences_of_term(term), *conditions], weight * self._rarity(term)
        yield self._scored(_TERM, weight, found)
        yield self._scored(_LEADING_TERM, weight, [*found, _opening(term)])

    def of_phrase(self, literal: str, weight: float) -> Iterator[Json]:
        yield self._scored(_PHRASE, weight * self._rarity(Needle(literal)), [occurrences_of(literal)])

    def _rarity(self, name: Needle | str) -> float:
        return idf(self._statistics.passages, self._statistics.holding(name))

    def _scored(self, source: str, weight: float, queries: Sequence[Json]) -> Json:
        """The passages that all queries match, with a score from that of the first."""
        query = {"bool": {"must": queries[0], "filter": list(queries[1:])}}
        params = {"weight": weight * SLACK, "mean": self._statistics.mean_length}
        return {"script_score": {"query": query, "script": {"lang": "expression", "source": source, "params": params}}}


def _saturation(more: float) -> str:
    """The part of BM25 that depends on frequency and length, as an expression; `more` is added to the frequency."""
    norm = f"{K1} * ({1 - B} + {B} / mean * doc['length'].value)"
    return f"({K1 + 1} * ({TIMES} + {more}) / ({TIMES} + {more} + {norm}))"


def _weighed(gain: str, by_kind: npt.NDArray[np.float64]) -> str:
    """A gain times the weight of the kind of passage.

    The expressions have no number of a query in them: a cluster compiles few of them in a minute, and remembers them.
    """
    parts = (f"{times!r} * (doc['passage_kind'].value == {kind})" for kind, times in enumerate(by_kind.tolist()))
    return f"weight * ({' + '.join(parts)}) * ({gain})"


_LITERAL = _weighed(_saturation(0), KIND_WEIGHT)
_LEADING_LITERAL = _weighed(f"{_saturation(LEADING)} - {_saturation(0)}", KIND_WEIGHT)
_TERM = _weighed(f"{PRESENT} + {_saturation(0)}", WORD_KIND_WEIGHT)
_LEADING_TERM = _weighed(f"{_saturation(WORD_LEADING)} - {_saturation(0)}", WORD_KIND_WEIGHT)
_PHRASE = _weighed(_saturation(0), WORD_KIND_WEIGHT)


def _constant(query: Json, score: float) -> Json:
    return {"constant_score": {"filter": query, "boost": score * SLACK}}


def _opening(text: str) -> Json:
    """The passages that begin with a literal or term, as `engine.segment.counts` defines it."""
    field, tokens = searched_field(text)
    clauses = [{"span_term": {field: token}} for token in tokens.split()]
    match = {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}} if len(clauses) > 1 else clauses[0]
    before = GAP if field == CHARACTERS else 0
    return {"span_first": {"match": match, "end": before + LEAD - 1 + len(clauses)}}


def _definitions(typed: Sequence[str]) -> Json:
    """The passages that define a term in a question."""
    parts = {text[i:j] for text in typed for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    return _constant({"terms": {"defines": sorted(map(digest, parts))}}, GLOSSARY_TERM)
