"""What the cluster counts by itself, without sending texts: matches by report, occurrences by year.

The score of an `intervals` query is n / (n + 1) for n occurrences of a literal or term in a passage. It depends on
nothing else, so it is the same on every shard, and an expression in the language that OpenSearch includes computes n
from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deqing_search.engine.evaluation.occurrences import wanted_by
from deqing_search.engine.opensearch.candidates import candidates
from deqing_search.engine.opensearch.documents import Json, digest, searched_field
from deqing_search.engine.opensearch.intervals import Inexpressible, Positions, consecutive, counted, query_of
from deqing_search.query.tree import Node

TIMES = "floor(_score / (1 - _score) + 0.5)"  # the occurrences in a passage, from the score of `occurrences_of`
MOST_TIMES = 1_000  # the most occurrences in one passage that a score of 24 bits gives exactly
_AT_ONCE = 10_000  # reports counted by one request; OpenSearch allows 65,536


def decides(where: Node) -> bool:
    """Whether the cluster finds exactly the matches."""
    return candidates(where).exact


def occurrences(where: Node) -> list[Json] | None:
    """A query for each literal that counts in a tree that the cluster `decides`.

    `TIMES` computes the occurrences from the score. None: they are counted by reading the matches.
    """
    wanted = wanted_by(where)
    if not (wanted.restricted or wanted.longer or any(literal.whole for literal in wanted.literals)):
        return [occurrences_of(literal.compact) for literal in wanted.literals]
    try:
        return list(map(query_of, counted(where)))
    except Inexpressible:
        return None


def occurrences_of(compact: str) -> Json:
    """A query that finds a literal; `TIMES` computes the occurrences from its score."""
    field, tokens = searched_field(compact)
    return query_of(Positions(field, consecutive(tokens)))


def occurrences_of_term(term: str) -> Json:
    """The same for a term."""
    return query_of(Positions("terms", consecutive(digest(term))))


def summed_by_year(query: Json, occurring: Json) -> Json:
    """A request for the occurrences of a literal in the passages of a query, by year.

    `occurring` is a query of `occurrences`.
    """
    times = {"script": {"lang": "expression", "source": TIMES}}
    years = {"terms": {"field": "year", "size": _AT_ONCE}, "aggs": {"times": {"sum": times}}}
    with_it = {"bool": {"must": [occurring], "filter": [query]}}
    return {"query": with_it, "aggs": {"years": years, "most": {"max": times}}}


def by_year(answers: Iterable[Mapping[str, Any]]) -> Mapping[int, int] | None:
    """The sum of the answers to `summed_by_year`; None if a passage has too many occurrences for a score."""
    years: Counter[int] = Counter()
    for answer in answers:
        if (answer["most"]["value"] or 0) > MOST_TIMES:
            return None
        years.update({bucket["key"]: int(bucket["times"]["value"]) for bucket in answer["years"]["buckets"]})
    return years


def counted_by_report(query: Json, reports: int) -> list[Json]:
    """Requests for the number and the characters of the passages of a query in each version of a report."""
    parts = -(-reports // _AT_ONCE) or 1
    sizes = {"sum": {"field": "length"}}
    return [
        {
            "query": query,
            "aggs": {
                "reports": {
                    "terms": {
                        "field": "version",
                        "size": 4 * _AT_ONCE,  # parts are about equal, not quite
                        **({"include": {"partition": part, "num_partitions": parts}} if parts > 1 else {}),
                    },
                    "aggs": {"characters": sizes},
                }
            },
        }
        for part in range(parts)
    ]


def counted_each(query: Json, besides: Sequence[Json]) -> Json:
    """A request for the number of passages of a query that match each of others."""
    return {"query": query, "aggs": {"each": {"filters": {"filters": list(besides)}}}}
