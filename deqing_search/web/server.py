"""Runs the web face on waitress, for one machine. Leaves TLS and host names to a proxy in front of it.

One process makes every page itself, or speaks with the visitors and remembers, and others make the pages (`makers`).
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from logging import ERROR, getLogger
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from deqing_search import parallel
from deqing_search.engine.base import Viewer
from deqing_search.errors import DeqingError, UsageError, reason
from deqing_search.search.searcher import expect_questions
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app, makers, metrics

log = getLogger(__name__)

FORKS: Final = hasattr(os, "fork")  # Windows does not
MOST: Final = 4  # processes where nobody says how many: each remembers for itself what it counted
_WAITING = 16  # threads that wait for what others make, so that what is remembered need not wait for them
_PAUSE = 1.0  # seconds before a process that died is replaced: one that dies at once would be forked without end
_PATIENCE = 10.0  # seconds in which a process ends that was told to


def usual() -> int:
    """How many processes there are where nobody says: one a processor, where the system tells, and `MOST` at most."""
    return min(len(os.sched_getaffinity(0)), MOST) if hasattr(os, "sched_getaffinity") else 1


def serve(
    engine: Viewer,
    host: str,
    port: int,
    *,
    started: Callable[[str], None],
    ledger: PermalinkStore | None = None,
    processes: int = 1,
) -> int:
    """Answer until interrupted, which is how a site is ended; `started` is told the address, with the port it got.

    With several `processes` so many make pages, and one more answers with them. Raises `UsageError` when the address
    cannot be listened on, or the processes cannot speak with each other.
    """
    listening = listen(host, port)
    asked = makers.requests() if processes > 1 else None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # after what is being answered
    with suppress(KeyboardInterrupt):
        started(_address(host, listening[0]))  # from now on whoever asks waits for the first answer
        if asked:
            with metrics.counted_together():
                app = create_app(engine, ledger, partial(makers.HandedOn, asked.address))
                _load(app, engine)
                make = partial(makers.make, asked, partial(Flask.wsgi_app, app))
                # Forked when all is loaded, so that it is shared, and before any thread runs.
                _keep_at_work([partial(answer, app, listening, threads=_WAITING), *[make] * processes])
        else:
            app = create_app(engine, ledger)
            _load(app, engine)
            parallel.collect_rarely()
            answer(app, listening)
    return 0


def _load(app: Flask, engine: Viewer) -> None:
    """Draw a page of results in either language, and load what else the first visitors would have to wait for."""
    expect_questions(engine)
    for tongue in ("zh", "en"):
        asked = app.test_request_context(query_string={"q": "发展"}, headers={"Accept-Language": tongue})
        with asked, suppress(DeqingError):  # told to whoever asks
            app.view_functions["pages.search"]()


def listen(host: str, port: int) -> list[socket.socket]:
    """What listens at every address of a host; raises `UsageError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        addresses = dict.fromkeys((family, address) for family, _, _, _, address in found)
        return [socket.create_server(address, family=family) for family, address in addresses]
    except OSError as fault:
        why = "没有这个主机名" if isinstance(fault, socket.gaierror) else reason(fault)
        raise UsageError(f"无法监听 {host}:{port}：{why}。", hint="换一个地址或端口，例如 --port 8001。") from fault


def answer(app: Flask, listening: Sequence[socket.socket], threads: int = 4) -> None:
    """Answer whoever comes, until interrupted or told to end."""
    getLogger("waitress.queue").setLevel(ERROR)  # that somebody waits a moment is nothing to tell
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, sockets=listening, threads=threads, ident=None)
    for one in sockets.values():
        if hasattr(one, "channel_class"):
            one.channel_class = _Channel
    try:
        server.run()
    finally:
        server.close()


def _address(host: str, listening: socket.socket) -> str:
    shown_host = f"[{host}]" if ":" in host else host
    return f"http://{shown_host}:{listening.getsockname()[1]}/"


def _keep_at_work(works: Sequence[Callable[[], None]]) -> None:
    """Have each of the works done by a process until this one is interrupted; one that dies is replaced."""
    at_work = [_fork(work) for work in works]
    try:
        while True:
            wait([one.sentinel for one in at_work])
            time.sleep(_PAUSE)
            for at, one in enumerate(at_work):
                if not one.is_alive():
                    log.error("process %s ended with %s, another takes its place", one.pid, one.exitcode)
                    with suppress(OSError):  # no room for it now: tried again
                        at_work[at] = _fork(works[at])
    finally:
        for one in at_work:
            one.terminate()
            one.join(_PATIENCE)
            one.kill()


def _fork(work: Callable[[], None]) -> BaseProcess:
    """A process that does the work, and ends when this one is gone, however it went."""
    process = multiprocessing.get_context("fork").Process(target=parallel.join_in, args=(work,), daemon=True)
    process.start()
    return process


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes raw UTF-8 in the address, as `curl 'http://…/?q=地理信息'` sends it; waitress alone would refuse it."""

    def parse_header(self, header_plus: bytes) -> None:
        line, end, headers = header_plus.partition(b"\r\n")
        super().parse_header(re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], line) + end + headers)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
