"""Remembers the pages of results and lists that were asked for last, whole, as long as the index stays what it is.

A WSGI layer in front of the application: an address that was answered before costs neither a search nor a template nor
Flask. `_KEY` lists what an answer may depend on. A new commit of the index empties the cache; with `DEQING_MEMORY=0` it
stays empty. Each worker process has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from cachetools import LRUCache
from werkzeug.http import parse_etags

from deqing_search import config
from deqing_search.engine.base import View, Viewer
from deqing_search.web import i18n
from deqing_search.web.headers import is_cookie
from deqing_search.web.metrics import SEARCH, Answered, Search

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Count = Callable[[Answered, Mapping[str, Any]], None]  # an answer, and the environment of its request
Key = tuple[str, ...]

_PAGES = {  # path → the name under which it is counted
    "/": "pages.search",
    "/api/v1/search": "api.search",
    "/coverage": "figures.coverage",
    "/r/": "pages.reports",
}
_KEY = (
    "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE",
    "wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME",
)  # fmt: skip
_LONGEST_KEY = 4_000  # characters: a longer request is answered and not remembered
_SHARE = 4  # the cache may take a quarter of `DEQING_MEMORY`
_OF_THE_BODY = ("content-length", "content-type", "content-encoding")  # headers that a 304 leaves out


class Answer(NamedTuple):
    """A page as it was sent."""

    tag: str
    headers: list[tuple[str, str]]
    body: bytes
    search: Search | None  # what is counted of it each time


class PageCache:
    """Answers what it remembers, and passes everything else to `app`."""

    def __init__(self, app: WSGIApplication, engine: Viewer, count: Count) -> None:
        """`count` counts each answer that `app` does not see."""
        self._app, self._engine, self._count = app, engine, count
        self._answers: LRUCache[Key, Answer] = LRUCache(
            config.memory_bytes() // _SHARE, getsizeof=lambda answer: len(answer.body) + _LONGEST_KEY
        )
        self._view: View | None = None  # what the remembered answers were found in
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        plain = environ["REQUEST_METHOD"] == "GET" and is_cookie(environ.get("HTTP_COOKIE"))
        page = _PAGES.get(environ["PATH_INFO"]) if plain else None
        view = self._current_view() if page else None
        if page is None or view is None:
            return self._app(environ, start_response)
        key = (i18n.chosen(environ), *(str(environ.get(name, "")) for name in _KEY))
        if sum(map(len, key)) > _LONGEST_KEY:
            return self._app(environ, start_response)
        with self._lock:
            answer = self._answers.get(key)
        if answer is None:
            return self._answer_and_remember(key, view, environ, start_response)
        known = parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_raw(answer.tag)
        took = perf_counter() - began
        self._count(Answered(page, 304 if known else 200, took, answer.search), environ)
        if known:
            start_response("304 NOT MODIFIED", [pair for pair in answer.headers if pair[0].lower() not in _OF_THE_BODY])
            return [b""]
        start_response("200 OK", answer.headers)
        return [answer.body]

    def _current_view(self) -> View | None:
        """The newest view; answers found in an older one are forgotten. None when the index cannot be read."""
        try:
            view = self._engine.view()
        except Exception:  # noqa: BLE001 - the application meets the same fault and shows it
            return None
        with self._lock:
            if view is not self._view:
                self._answers.clear()
                self._view = view
        return view

    def _answer_and_remember(
        self, key: Key, view: View, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The application's answer, remembered if it is a page with a tag."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            started.append((status, headers))
            return start_response(status, headers, *error)  # type: ignore[arg-type]

        body = self._app(environ, start)
        if len(started) != 1 or not started[0][0].startswith("200"):
            return body
        whole = b"".join(body)
        if close := getattr(body, "close", None):
            close()
        headers = [pair for pair in started[0][1] if pair[0].lower() != "date"]  # the server adds today's
        tag = {name.lower(): value for name, value in headers}.get("etag")
        with self._lock:
            if tag and view is self._view and len(whole) < self._answers.maxsize // 2:
                self._answers[key] = Answer(tag, headers, whole, environ.get(SEARCH))
        return [whole]
