"""Two reports side by side, as a page and as JSON. A place offers the years of its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from flask import Response, request
from werkzeug.exceptions import BadRequest

from deqing_search.messages import Message
from deqing_search.report import ReportCard
from deqing_search.research.comparison import STATUSES, Comparison, Row, Status, compare_reports
from deqing_search.research.comparison_records import expression_fields, report_fields, row_fields, section_fields
from deqing_search.research.differences import is_readable
from deqing_search.research.expressions import Expression
from deqing_search.search import searcher as conductor
from deqing_search.search.redirects import report_successor
from deqing_search.search.searcher import Coverage
from deqing_search.web.answering import engine, permalink_store
from deqing_search.web.api import api, json_answer
from deqing_search.web.groups import newest_first
from deqing_search.web.parameters import SearchParameters, choice, id_parameter, search_parameters
from deqing_search.web.report_layout import Run
from deqing_search.web.templating import Page, draw
from deqing_search.web.unknown_ids import no_report
from deqing_search.web.urls import SearchLink, url_for

EXPRESSIONS = 40  # of each list on the page
PLACES = 400  # that the form suggests
OFFERED = 200  # reports of a place


class Found(NamedTuple):
    """An expression, and the query that finds its passages."""

    expression: Expression
    typed: str


class Pair(NamedTuple):
    """A row as the page shows it: both texts in runs, marked where they differ and where that helps."""

    row: Row
    before: tuple[Run, ...]
    after: tuple[Run, ...]


@dataclass(frozen=True, kw_only=True)
class ComparisonPage(Page):
    """Without two reports only the forms are shown."""

    template = "comparison.html"
    ask: SearchParameters
    place: str
    places: Sequence[str]
    offered: Sequence[ReportCard]
    chosen: tuple[str, str]  # ids
    coverage: Coverage
    here: SearchLink
    names: Mapping[Status, str] = field(default_factory=lambda: STATUSES)
    show: str = ""
    found: Comparison | None = None
    pairs: Sequence[Pair] = ()
    new: Sequence[Found] = ()
    gone: Sequence[Found] = ()


def is_of_reports() -> bool:
    """Whether the address asks for two reports: it names one, says so, or has no query."""
    named = any(request.args.get(name) for name in ("a", "b", "reports"))
    return named or not any(request.args.get(name) for name in ("q", "left", "right"))


def side_by_side() -> str:
    """The page of two reports, or the forms that lead to it."""
    ask, chosen = search_parameters(), (_known(id_parameter("a")), _known(id_parameter("b")))
    show = choice("show", STATUSES)
    cards = engine().view().cards()
    place = ask.place or next((one.meta.place for one in cards if one.id in chosen and one.meta.place), "")
    offered = newest_first(cards, replace(ask.filters, place=place, report="")) if place else []
    here = SearchLink(url_for("figures.compare"), {**ask.parameters, "a": chosen[0], "b": chosen[1], "show": show})
    found = compare_reports(engine(), *chosen) if all(chosen) else None
    pairs = [_pair(row) for row in found.rows if not show or row.status == show] if found else []
    return draw(
        ComparisonPage(
            ask=ask,
            place=place,
            places=sorted({one.meta.place for one in cards if one.meta.place})[:PLACES],
            offered=offered[:OFFERED],
            chosen=chosen,
            coverage=conductor.coverage(engine()),
            here=here,
            show=show,
            found=found,
            pairs=pairs,
            new=_listed(found.new, chosen[1]) if found else (),
            gone=_listed(found.gone, chosen[0]) if found else (),
        )
    )


def _listed(expressions: Sequence[Expression], report: str) -> list[Found]:
    return [Found(one, f'"{one.text}" 报告:"{report}"') for one in expressions[:EXPRESSIONS]]


def _known(id: str) -> str:
    """The id of a report that the index has; a former id leads on. Empty if none is given."""
    if not id or conductor.card(engine(), id):
        return id
    if now := report_successor(engine().view(), permalink_store(), id):
        return now.id
    raise no_report(id)


def _pair(row: Row) -> Pair:
    marked = is_readable(row.pieces)
    if not row.pieces or not marked:
        before, after = ((Run(one.text, False),) if one else () for one in (row.before, row.after))
        return Pair(row, before, after)
    old = tuple(Run(one.text, one.kind == "removed") for one in row.pieces if one.kind != "added")
    new = tuple(Run(one.text, one.kind == "added") for one in row.pieces if one.kind != "removed")
    return Pair(row, old, new)


@api.get("/compare")
def compare() -> Response:
    """Two reports side by side: rows, outline, expressions."""
    chosen = _known(id_parameter("a")), _known(id_parameter("b"))
    if not all(chosen):
        raise BadRequest(Message("要对照的两份报告写在参数 a 和 b 里，写报告编号。"))
    found = compare_reports(engine(), *chosen)
    return json_answer({
        **report_fields(found),
        "sections": [section_fields(one) for one in found.sections],
        "expressions": list(expression_fields(found)),
        "rows": [row_fields(row, request.root_path) for row in found.rows],
    })  # fmt: skip
