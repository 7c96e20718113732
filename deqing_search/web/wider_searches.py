"""What a page without a match offers: the same search without one of its conditions, where that finds something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import And, Filter, Query
from deqing_search.search import searcher as conductor
from deqing_search.web.parameters import SearchParameters


class Wider(NamedTuple):
    """A search with one condition less; `said` says which. `undated`: its passages in reports of unknown year."""

    said: str
    ask: SearchParameters
    passages: int
    undated: int


def wider(engine: Viewer, ask: SearchParameters, query: Query) -> list[Wider]:
    """The wider searches that find something, in the order of their conditions."""
    found = []
    for said, changed in (*_without_chosen(ask), *_without_typed(ask, query)):
        if not changed.q and not changed.filters:
            continue
        request = conductor.SearchRequest(changed.q, changed.filters, changed.mode or "exact", limit=0)
        results = conductor.search(engine, request)
        if results.total:
            dated = sum(results.facets.get("year", {}).values())
            found.append(Wider(said, changed, results.total, results.total - dated))
    return found


def _without_chosen(ask: SearchParameters) -> Iterator[tuple[str, SearchParameters]]:
    if ask.filters.years:
        yield gettext_noop("不限年份"), replace(ask, filters=replace(ask.filters, years=None))
    if ask.kind:
        yield gettext_noop("不限类型"), replace(ask, filters=replace(ask.filters, kind=""))
    if ask.place:
        yield gettext_noop("不限地区"), replace(ask, filters=replace(ask.filters, place=""))
    if ask.report:
        yield gettext_noop("不限于所选的报告"), replace(ask, filters=replace(ask.filters, report=""))
    if ask.part:
        yield gettext_noop("不限内容分类"), replace(ask, filters=replace(ask.filters, part=""))


def _without_typed(ask: SearchParameters, query: Query) -> Iterator[tuple[str, SearchParameters]]:
    """The conditions that all passages must meet, like 年:2005."""
    for node in query.root.children if isinstance(query.root, And) else ():
        if isinstance(node, Filter) and node.span.start < node.span.end:
            typed = ask.q[node.span.start : node.span.end]
            rest = f"{ask.q[: node.span.start]} {ask.q[node.span.end :]}"
            yield Message("去掉“{value}”", value=typed), replace(ask, q=" ".join(rest.split()))
