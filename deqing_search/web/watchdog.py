"""Ends worker processes that hang: a request that takes too long, or a process that no longer runs at all.

In a worker, `Requests` knows when each request began, and `beat` gives a sign of life once a second. A worker with a
request past its time limit ends itself. One that cannot even do that (stopped, or stuck inside a library) gives no sign
of life, and `Watch` in the main process kills it. Leaves the start of another worker to the server.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from logging import getLogger
from pathlib import Path
from threading import get_ident
from time import monotonic, monotonic_ns
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = getLogger(__name__)

INTERVAL: Final = 1.0  # seconds between two signs of life


class Requests:
    """The requests that this process answers now, and how many seconds each may take."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._began: dict[int, tuple[float, str]] = {}  # thread → when, and which path

    def timed(self, app: WSGIApplication) -> WSGIApplication:
        """The application, with each of its requests timed until its answer is ready to be sent."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            thread = get_ident()
            self._began[thread] = monotonic(), environ["PATH_INFO"]
            try:
                return app(environ, start_response)
            finally:
                del self._began[thread]

        return answer

    def overdue(self) -> list[str]:
        """The paths of the requests that have taken longer than they may."""
        now = monotonic()
        return [path for began, path in list(self._began.values()) if now - began > self._limit]


def beat(requests: Requests, folder: Path) -> None:
    """Give signs of life until a request is overdue or the main process is gone; then end this process.

    The file is named after the process. Its time of modification is that of the system's monotonic clock: a change of
    the date is no silence.
    """
    parent = multiprocessing.parent_process()
    file = folder / str(os.getpid())
    file.touch()
    while parent is not None and parent.is_alive():
        if paths := requests.overdue():
            log.error("worker %s ends: %s takes too long", os.getpid(), ", ".join(paths))
            break
        os.utime(file, ns=(monotonic_ns(), monotonic_ns()))
        parent.join(INTERVAL)
    os._exit(1)


class Watch:
    """Kills the child processes that have given no sign of life for some seconds."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder, self._seconds = folder, seconds
        self._first_seen: dict[int, float] = {}  # process → when: a new one has given no sign yet

    def kill_silent(self) -> None:
        """Kill each child that has been silent for too long; to be called about once a second."""
        now = monotonic()
        children = {child.pid: child for child in multiprocessing.active_children() if child.pid}
        self._first_seen = {pid: self._first_seen.get(pid, now) for pid in children}
        for pid, first_seen in self._first_seen.items():
            if now - max(first_seen, self._last_sign(pid)) > self._seconds:
                log.error("worker %s is killed: no sign of life for %s s", pid, self._seconds)
                children[pid].kill()

    def _last_sign(self, pid: int) -> float:
        try:
            return (self._folder / str(pid)).stat().st_mtime
        except FileNotFoundError:
            return 0.0
