"""The addresses that pages hold: what `url_for` says, in a sixth of its time, and those of one search changed a little.

A page of results holds some 130; `url_for` and `urlencode` spent a fifth of the page's time on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus

from flask import request
from werkzeug.routing import Map

from deqing_search.web.parameters import Asked

_VARIABLE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
# What werkzeug leaves as it is, in a path and in what is asked.
_PLAIN, _PLAIN_ASKED = "!$&'()*+,/:;=@", "!$'()*,/:;?@"

Value = str | int | None


class Addresses:
    """The address of an endpoint, on the host and below the place that the visitor reached."""

    def __init__(self, rules: Map) -> None:
        self._rules = {rule.endpoint: _VARIABLE.split(rule.rule) for rule in rules.iter_rules()}

    def __call__(self, endpoint: str, *, _anchor: str = "", **values: Value) -> str:
        first, *rest = self._rules[endpoint]
        path = request.root_path.rstrip("/") + first
        for name, fixed in zip(rest[::2], rest[1::2], strict=True):
            path += _quoted(str(values.pop(name))) + fixed
        return path + asking(values) + (f"#{_anchor}" if _anchor else "")


class Changed:
    """The address of one search with some parameters changed; any change but of the page starts at page 1."""

    def __init__(self, ask: Asked, at: str) -> None:
        """`at`: the address of the search, without what is asked."""
        sort = None if ask.sort == "relevance" else ask.sort
        told: dict[str, Value] = {"q": ask.q, "mode": ask.mode, "year": ask.year, "kind": ask.kind, "place": ask.place}
        told |= {"part": ask.part, "sort": sort, "group": ask.group}
        self._at, self._said = at, {name: _said(name, value or None) for name, value in told.items()}

    def __call__(self, **changes: Value) -> str:
        if changes.get("page") == 1:
            del changes["page"]
        said = {**self._said, **{name: _said(name, value) for name, value in changes.items()}}
        return self._at + _asked(said.values())


def asking(values: Mapping[str, Value]) -> str:
    """What is asked, as it ends an address; nothing of what is None.

    >>> asking({"q": "地理 信息", "mode": None, "page": 2})
    '?q=%E5%9C%B0%E7%90%86+%E4%BF%A1%E6%81%AF&page=2'
    """
    return _asked([_said(name, value) for name, value in values.items()]) if values else ""


def _asked(said: Iterable[str]) -> str:
    whole = "&".join(filter(None, said))
    return f"?{whole}" if whole else ""


def _quoted(value: str) -> str:
    return value if value.isalnum() and value.isascii() else _spelled(value)


@lru_cache(1_000)
def _spelled(value: str) -> str:
    return quote(value, safe=_PLAIN)


@lru_cache(1_000)
def _said(name: str, value: Value) -> str:
    """One parameter; a page says the same few again and again."""
    return "" if value is None else f"{quote_plus(name)}={quote_plus(str(value), safe=_PLAIN_ASKED)}"
