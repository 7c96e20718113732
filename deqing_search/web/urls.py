"""Addresses of the site: paths, searches with some parameters changed, this page, full addresses, a place in a text.

`url_for` remembers: a page of results has some 100 links, and of its 5 ms Flask's `url_for` would take 1.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import flask
from flask import request
from werkzeug.urls import uri_to_iri

from deqing_search import config
from deqing_search.text.offsets import Span
from deqing_search.web.parameters import SearchParameters

_ENDS = 8  # characters by which the start and the end of a passage are found again
_ROUND = 6  # characters on each side that tell one occurrence from another
_PLAIN = "!$'()*,/:;?@"  # left as they are, as `url_for` does

Value = str | int | None


def url_for(endpoint: str, **values: Value) -> str:
    """The path that Flask's `url_for` returns for this request."""
    return _path(request.root_path, endpoint, tuple(values.items()))


@lru_cache(5_000)
def _path(_root: str, endpoint: str, values: tuple[tuple[str, Value], ...]) -> str:
    named: dict[str, Any] = dict(values)
    return flask.url_for(endpoint, **named)


@dataclass(frozen=True)
class SearchLink:
    """The address of a search. Called with changes, it returns the changed address.

    >>> link = SearchLink("/", {"q": "产业", "year": "2020", "page": 3})
    >>> link(year=None, page=1)
    '/?q=%E4%BA%A7%E4%B8%9A'
    """

    path: str
    parameters: Mapping[str, Value]

    def __call__(self, **changes: Value) -> str:
        if changes.get("page") == 1:
            changes["page"] = None
        return self.path + _joined({**self._pairs, **_pairs(changes)}.values())

    def at(self, path: str) -> str:
        """The address of another page or file, with the same parameters.

        >>> SearchLink("/panel.csv", {"terms": "a"}).at("/api/v1/panel")
        '/api/v1/panel?terms=a'
        """
        return path + _joined(self._pairs.values())

    def without(self, name: str) -> str:
        """The address without one parameter, for many links that differ in it: `pair` can be written after it.

        >>> SearchLink("/", {"q": "a", "year": "2020"}).without("year")
        '/?q=a&'
        """
        others = "".join(f"{pair}&" for changed, pair in self._pairs.items() if pair and changed != name)
        return f"{self.path}?{others}"

    @cached_property
    def _pairs(self) -> dict[str, str]:
        """The parameters as they stand in the address: a page of results has some fifty such links."""
        return _pairs(self.parameters)


def query_string(**parameters: Value) -> str:
    """The end of an address; parameters that are None or empty are left out.

    >>> query_string(q="地理 信息", mode=None, page=2)
    '?q=%E5%9C%B0%E7%90%86+%E4%BF%A1%E6%81%AF&page=2'
    """
    return _joined(_pairs(parameters).values())


def _joined(pairs: Iterable[str]) -> str:
    whole = "&".join(filter(None, pairs))
    return f"?{whole}" if whole else ""


def _pairs(parameters: Mapping[str, Value]) -> dict[str, str]:
    """Each parameter as it stands in an address, "" where it is left out."""
    return {name: "" if value is None or value == "" else pair(name, value) for name, value in parameters.items()}


@lru_cache(1_000)
def pair(name: str, value: str | int) -> str:
    """One parameter; a page has the same few again and again."""
    return urlencode({name: value}, safe=_PLAIN)


def this_page(ask: SearchParameters) -> SearchLink:
    """This page, to be called with changed parameters."""
    given = {name: value for name, value in request.args.items() if name not in ("page", "in")}
    return SearchLink(request.root_path + request.path, {**given, **ask.filters.parameters()})


def absolute(path: str) -> str:
    """A full address for citations: on the configured site, else on the host that this visitor used."""
    return (config.site_url() or request.host_url.rstrip("/")) + path


def site() -> str:
    """What stands before the paths in files: the address of the site, with the path below which it is served."""
    return absolute(request.root_path)


def is_public() -> bool:
    """Whether others can open the addresses of this site: not where its visitor uses it on his own machine."""
    name = urlsplit(request.host_url).hostname or ""
    return bool(config.site_url()) or not (name == "localhost" or name == "::1" or name.startswith("127."))


def citable(address: str) -> str:
    """The address, or nothing where others cannot open it."""
    return address if is_public() else ""


def here() -> str:
    """The address of this page, for the way back from the language switch; "/" if it is not valid."""
    try:
        asked_for = request.query_string.decode("ascii")
    except UnicodeDecodeError:
        return "/"
    return quote(request.path) + (f"?{asked_for}" if asked_for else "")


def address_on_paper() -> str:
    """The address of this page as people read it, with its Chinese."""
    return _host_on_paper(absolute("")) + uri_to_iri(request.root_path + here())


@lru_cache(100)
def _host_on_paper(address: str) -> str:
    return uri_to_iri(address)


def text_fragment(text: str, marks: Sequence[Span]) -> str:
    """The `:~:text=` directive that finds the first mark, or, without marks, the whole passage.

    >>> from urllib.parse import unquote
    >>> unquote(text_fragment("发展地理信息产业", [Span(2, 6)]))
    ':~:text=发展-,地理信息,-产业'
    """
    if marks:
        start, end = marks[0]
        before, after = text[max(start - _ROUND, 0) : start].strip(), text[end : end + _ROUND].strip()
        parts = [f"{_escaped(before)}-"] if before else []
        parts.append(_escaped(text[start:end]))
        if after:
            parts.append(f"-{_escaped(after)}")
        return ":~:text=" + ",".join(parts)
    if len(text) <= 3 * _ENDS:
        return f":~:text={_escaped(text)}"
    return f":~:text={_escaped(text[:_ENDS].strip())},{_escaped(text[-_ENDS:].strip())}"


def _escaped(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")  # a hyphen would be read as part of the directive
