"""Panel, concordance, collocates and keyness as JSON, beside the rest of the interface in `api`."""

from __future__ import annotations

from flask import Response, request

from deqing_search.research import collocates as near
from deqing_search.research import concordance as lines
from deqing_search.research import occurrences, records
from deqing_search.research.panel_files import row_fields
from deqing_search.search import searcher as conductor
from deqing_search.web.answering import engine
from deqing_search.web.api import DEEPEST, api, json_answer
from deqing_search.web.parameters import search_parameters, terms_text, whole_number
from deqing_search.web.research import asked_span, compared, counted_panel, near_words, searched, wanted, wished

__all__ = ["api"]  # with the addresses of this module

MOST = 1000  # lines or words of one answer


@api.get("/panel")
def panel() -> Response:
    """A dictionary by place and year, a row each; a gap has no figures."""
    found = counted_panel(search_parameters(), terms_text("terms"))
    return json_answer({
        "dictionary_sha256": found.dictionary.digest(),
        "reports": found.reports,
        "gaps": found.gaps,
        "undated": found.undated,
        "coverage": conductor.coverage(engine())._asdict(),
        "rows": [row_fields(found, row) for row in found.rows],
    })  # fmt: skip


@api.get("/concordance")
def concordance() -> Response:
    """Some lines of a concordance, and how many there are."""
    ask = search_parameters()
    page = {"offset": whole_number("offset", 0, DEEPEST), "limit": whole_number("limit", 50, MOST)}
    looked_for = wanted(ask, terms_text("besides"))
    found = lines.concordance(engine(), looked_for, wished()._replace(offset=page["offset"], limit=page["limit"]))
    return json_answer({
        "occurrences": found.occurrences,
        "passages": found.passages,
        "reports": found.reports,
        "listed": found.listed,
        "by_term": dict(found.by_term),
        **page,
        "coverage": searched(ask)._asdict(),
        "lines": [records.line_fields(line, request.root_path) for line in found.lines],
    })  # fmt: skip


@api.get("/collocates")
def collocates() -> Response:
    """The words near the occurrences, the longer strings they stand in, and how evenly they are spread."""
    ask, limit, minimum = search_parameters(), whole_number("limit", 50, MOST), whole_number("minimum", 3, DEEPEST)
    every = occurrences.find(engine(), occurrences.of_query(ask.q, ask.filters))
    found = near_words(every, asked_span(), minimum)
    return json_answer({
        "collocates": [*records.collocate_fields(found, limit)],
        "strings": [*map(records.extension_fields, near.extensions(every, minimum=minimum)[:limit])],
        "dispersion": records.dispersion_fields(near.dispersion(every)),
        "coverage": searched(ask)._asdict(),
    })  # fmt: skip


@api.get("/keyness")
def keyness() -> Response:
    """The words that set one group of reports apart from another."""
    limit = whole_number("limit", 50, MOST)
    found = compared(search_parameters(), terms_text("against"))
    return json_answer({
        "here": found.here._asdict(),
        "there": found.there._asdict(),
        "words": [*records.key_fields(found, limit)],
        "coverage": conductor.coverage(engine())._asdict(),
    })  # fmt: skip
