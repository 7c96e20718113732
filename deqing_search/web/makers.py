"""Pages that other processes make: one process speaks with the visitors, and hands on what it does not remember.

Each maker takes up a request when it is done with the last, so that none waits at one while another is idle, and no
page shares an interpreter with another, or with the sockets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from multiprocessing.connection import Client, Listener
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.test import run_wsgi_app

from deqing_search.errors import UsageError, reason

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_WAITING = 1024  # requests that wait for a maker
_HERE = ("/healthz", "/metrics", "/static/")  # what only looks at counts and files, or whether anybody answers
_TRIES = 2  # makers that may die over a request: the next would as well, and this process must not
_FAILED = "503 SERVICE UNAVAILABLE"


class Made(NamedTuple):
    """An answer, whole."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def requests() -> Listener:
    """Where makers take up what they make, in a folder that is this user's alone; raises `UsageError`."""
    try:
        return Listener(family="AF_UNIX", backlog=_WAITING)
    except OSError as fault:  # no folder for temporary files, or one with a long name
        hint = "把 TMPDIR 设成一个可写、路径较短的文件夹，或用 --workers 1。"
        raise UsageError(f"几个进程之间无法建立联系：{reason(fault)}。", hint=hint) from fault


class HandedOn:
    """To a server an application like `app`, whose answers come from whoever makes what is asked for at `address`."""

    def __init__(self, address: str, app: WSGIApplication) -> None:
        self._address, self._app = address, app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_for_makers(environ):
            return self._app(environ, start_response)
        for _ in range(_TRIES):
            try:
                maker = Client(self._address, family="AF_UNIX")
            except OSError:  # nobody listens
                return self._app(environ, start_response)
            with maker, suppress(EOFError, OSError):  # it died over the request
                maker.send({name: value for name, value in environ.items() if isinstance(value, str)})
                made: Made = maker.recv()
                start_response(made.status, made.headers)
                return [made.body]
        start_response(_FAILED, [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "10")])
        return ["这一页没有做成：请过一会儿再试，或换一个检索式。\n".encode()]


def make(asked: Listener, app: WSGIApplication) -> None:
    """Make one after another what is asked for, for ever."""
    while True:
        with asked.accept() as visitor, suppress(EOFError, OSError):  # whoever asked may be gone
            visitor.send(_made(app, visitor.recv()))


def _is_for_makers(environ: WSGIEnvironment) -> bool:
    only_asks = environ["REQUEST_METHOD"] in ("GET", "HEAD") and not environ.get("CONTENT_LENGTH")
    return only_asks and not environ["PATH_INFO"].startswith(_HERE)


def _made(app: WSGIApplication, asked: dict[str, str]) -> Made:
    environ: WSGIEnvironment = asked | {"wsgi.version": (1, 0), "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr}
    environ |= {"wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False}
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Made(status, list(headers), b"".join(body))
