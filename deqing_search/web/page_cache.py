"""Keeps the pages of results that were asked for last, whole, as long as the index stays what it is.

A WSGI layer around the application: an address that was answered before costs neither a search nor a template. What an
answer may depend on stands in `_ASKED`; whatever else a request says, it gets the same page. A new commit of the index
empties it, and with `DEQING_MEMORY=0` it stays empty. What is not kept is found in turn, one page after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from cachetools import LRUCache
from werkzeug.http import parse_etags

from deqing_search import config
from deqing_search.engine.base import View, Viewer
from deqing_search.web import i18n

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Count = Callable[[str, int, float], None]  # page, status, seconds

_PAGES = {"/": "pages.search", "/api/v1/search": "api.search"}  # by path: what they are called where they are counted
_ASKED = (
    "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE",
    "wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME",
)  # fmt: skip
_LONGEST = 4_000  # characters of what was asked: whoever asks more is answered, and not remembered
_SHARE = 4  # of the memory that is allowed
_PATIENCE = 0.1  # seconds that a page waits for its turn: a slow one holds the others up no longer
_OF_THE_BODY = ("content-length", "content-type", "content-encoding")


class Answer(NamedTuple):
    """A page as it was sent."""

    tag: str
    headers: list[tuple[str, str]]
    body: bytes


class Kept:
    """Answers what it has, and asks `app` for everything else."""

    def __init__(self, app: WSGIApplication, engine: Viewer, count: Count) -> None:
        """`count` is told of each answer that `app` did not see."""
        self._app, self._engine, self._count = app, engine, count
        self._answers: LRUCache[tuple[str, ...], Answer] = LRUCache(
            config.memory_bytes() // _SHARE, getsizeof=lambda answer: len(answer.body) + _LONGEST
        )
        self._view: View | None = None  # what the answers were found in
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        page = _PAGES.get(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        view = self._current() if page else None
        if page is None or view is None:
            return self._app(environ, start_response)
        key = (i18n.chosen(environ), *(str(environ.get(name, "")) for name in _ASKED))
        if sum(map(len, key)) > _LONGEST:
            return self._app(environ, start_response)
        with self._lock:
            answer = self._answers.get(key)
        if answer is None:
            return self._asked(key, view, environ, start_response)
        known = parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_raw(answer.tag)
        self._count(page, 304 if known else 200, perf_counter() - began)
        if known:
            start_response("304 NOT MODIFIED", [pair for pair in answer.headers if pair[0].lower() not in _OF_THE_BODY])
            return [b""]
        start_response("200 OK", answer.headers)
        return [answer.body]

    def _current(self) -> View | None:
        """The view that answers are found in now; what was found in another is forgotten."""
        try:
            view = self._engine.view()
        except Exception:  # noqa: BLE001 - whatever it is, the application will meet it and tell it
            return None
        with self._lock:
            if view is not self._view:
                self._answers.clear()
                self._view = view
        return view

    def _asked(
        self, key: tuple[str, ...], view: View, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The application's answer, kept if it is a page that may be asked for again."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, *error)  # type: ignore[arg-type]

        body = self._app(environ, start)
        if len(said) != 1 or not said[0][0].startswith("200"):
            return body
        whole = b"".join(body)
        headers = [pair for pair in said[0][1] if pair[0].lower() != "date"]  # of another day; the server says today's
        if close := getattr(body, "close", None):
            close()
        tag = {name.lower(): value for name, value in headers}.get("etag")
        with self._lock:
            if tag and view is self._view and len(whole) < self._answers.maxsize // 2:
                self._answers[key] = Answer(tag, headers, whole)
        return [whole]


class InTurn:
    """An application of which no two pages of results are made at once, if the first takes no longer than `_PATIENCE`.

    Threads share one interpreter, and to change between pages that are half done took a fifth of the processor.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app, self._turn = app, Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        in_turn = environ["PATH_INFO"] in _PAGES and self._turn.acquire(timeout=_PATIENCE)
        try:
            return self._app(environ, start_response)
        finally:
            if in_turn:
                self._turn.release()
