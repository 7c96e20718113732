"""Which parameters of an address an answer does not use. A page names them, a file or a program is refused.

So nobody takes the figures of all places for those of the place that stands in the address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from flask import request
from werkzeug.exceptions import BadRequest

from deqing_search.messages import Message
from deqing_search.web.comparison_pages import is_of_reports
from deqing_search.web.described import description
from deqing_search.web.labels import CONDITIONS

_LAYOUT = frozenset(("sort", "group", "page", "in", "made_of"))  # of results; pages carry them, files do not
_NOT_USED: Final[Mapping[str, frozenset[str]]] = {
    "pages.reports": frozenset(("q", "mode", "part")),
    "figures.coverage": frozenset(("q", "mode", "part")),
    "reports compared": frozenset(("q", "mode", "part", "report")),
    "research.panel_page": frozenset(("q", "mode")),
    "research.concordance_page": frozenset(("mode",)),
    "research.collocates_page": frozenset(("mode",)),
    "research.keyness_page": frozenset(("mode",)),
    "indicators.figures": frozenset(("q", "mode")),
    "pledges.page": frozenset(("q", "mode", "part", "report")),
    "promises.page": frozenset(("q", "mode", "kind", "part", "report")),
    "places.page": frozenset(CONDITIONS) - {"place"},
    "quotes.form": frozenset(CONDITIONS),
    "reuse.reports": frozenset(("q", "mode", "part")),
}
_FILES: Final[Mapping[str, frozenset[str]]] = {
    "downloads.export": _LAYOUT - {"sort"},
    "feeds.atom": _LAYOUT,
    "research.panel_file": _NOT_USED["research.panel_page"] | _LAYOUT,
    "research.concordance_file": _NOT_USED["research.concordance_page"] | _LAYOUT,
    "research.collocates_file": _NOT_USED["research.collocates_page"] | _LAYOUT,
    "research.keyness_file": _NOT_USED["research.keyness_page"] | _LAYOUT,
    "indicators.table": _NOT_USED["indicators.figures"] | _LAYOUT,
    "pledges.table": _NOT_USED["pledges.page"] | _LAYOUT,
    "promises.table": _NOT_USED["promises.page"] | _LAYOUT,
}


def unused_conditions() -> list[str]:
    """What this page calls the conditions of its address that do not change it."""
    endpoint = "reports compared" if request.endpoint == "figures.compare" and is_of_reports() else request.endpoint
    given = _given(_NOT_USED.get(endpoint or "", ()))
    if request.args.get("mode") == "exact":  # what a page without modes does
        given.discard("mode")
    if request.endpoint == "research.panel_page" and not request.args.get("terms"):  # the query is offered as a term
        given.discard("q")
    return [CONDITIONS[name] for name in CONDITIONS if name in given]


def refuse_unused() -> None:
    """Refuse a file or an answer for programs if the address has a condition that it does not use."""
    endpoint = request.endpoint or ""
    not_used = _not_described() if endpoint.startswith("api.") else _FILES.get(endpoint, ())
    for name in sorted(_given(not_used)):
        raise BadRequest(Message("参数 {name} 在这里不起作用。请去掉它。", name=name))


def _not_described() -> Collection[str]:
    path = re.sub("<.*?>", "{id}", str(request.url_rule))
    return {*CONDITIONS, *_LAYOUT} - description().parameters_of(path)


def _given(names: Collection[str]) -> set[str]:
    """Those of the names that the address has with a value."""
    return {name for name in names if any(request.args.getlist(name))}
