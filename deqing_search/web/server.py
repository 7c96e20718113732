"""Runs the site with granian, for one machine: some worker processes, each replaced when it dies or hangs.

Owns the address that is listened on, the workers and how they are loaded. Leaves the pages to `create_app`, hanging
workers to `watchdog`, and TLS and host names to a proxy in front.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, partial
from logging import getLogger
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from deqing_search import indexing
from deqing_search.errors import DeqingError, ServerFault, reason
from deqing_search.search.searcher import warm_up
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.text.controls import HarmlessLog
from deqing_search.web import create_app, logs, metrics, request_lanes, watchdog

if TYPE_CHECKING:
    from ctypes import c_byte

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = getLogger(__name__)

MOST: Final = 4  # workers by default: each remembers pages for itself
THREADS: Final = 2 * request_lanes.ROOM  # in a worker: with all slow requests it still answers quick ones
BACKLOG: Final = 1024  # connections that wait to be accepted; more wait at their own end
CONNECTIONS: Final = 512  # open at once in a worker; more wait in the backlog
HEADERS: Final = 10  # seconds in which a client must send the headers of a request
DRAINING: Final = 1.0  # seconds before the end in which new requests are refused with 503
PATIENCE: Final = 10  # seconds that a stopping worker has for the requests it is answering

_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - "every address" is none that one can connect to


class Options(NamedTuple):
    """How a site is served.

    Port 0 is any that is free. One request may take `timeout` seconds. A site that is stopped refuses new requests with
    503 for `draining` seconds, then it no longer listens.
    """

    host: str
    port: int
    workers: int
    timeout: float
    draining: float = DRAINING


class Address(NamedTuple):
    """Where the site listens: a numeric address and a port."""

    host: str
    port: int


def default_workers() -> int:
    """One worker for each processor where the system says how many may be used, at most `MOST`."""
    return min(len(os.sched_getaffinity(0)), MOST) if hasattr(os, "sched_getaffinity") else 1


@cache
def site(index: Path) -> WSGIApplication:
    """The application that answers from an index, with what the first visitors need already loaded."""
    engine = indexing.open_index(index)
    app = create_app(engine, PermalinkStore(index))
    warm_up(engine)
    # Compiles the Chinese templates. The first English page compiles the English ones: 0.1 s more, once.
    page = app.test_request_context(query_string={"q": "发展"}, headers={"Accept-Language": "zh"})
    with page, suppress(DeqingError):  # visitors will see it
        app.view_functions["pages.search"]()
    return app


def serve(load: Callable[[], WSGIApplication], options: Options, started: Callable[[str], None]) -> None:
    """Answer with what `load` returns until SIGINT or SIGTERM; `started` gets the address once it can be asked.

    `load` is called in this process, where its errors show, and again in each worker: where processes are forked, a
    worker then finds the result of a cached `load` in the memory that it shares.

    Raises `ServerFault` when the address cannot be listened on.
    """
    address = _free_address(options.host, options.port)
    logs.install()
    with TemporaryDirectory(prefix="deqing-serve-") as folder:
        signs = Path(folder) / "signs"
        signs.mkdir()
        with metrics.counted_together(Path(folder) / "counts"):
            load()
            announce = partial(started, _url(options.host, address.port))
            watch = watchdog.Watch(signs, options.timeout)
            threading.Thread(target=_attend, args=(address, announce, watch), daemon=True).start()
            stopping = multiprocessing.RawValue("b")  # no lock: a killed worker cannot keep it
            begin_worker = partial(_begin_worker, load, options.timeout, signs, stopping)
            while not _run(begin_worker, address, options, stopping):
                log.error("workers end again and again: all are started anew")


def _free_address(host: str, port: int) -> Address:
    """The first address of a host, IPv4 before IPv6, with a free port; raises `ServerFault`.

    Tried here because the workers share their port: they would share it with those of another site, too.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        with socket.create_server(address[:2], family=family) as free:
            return Address(str(address[0]), free.getsockname()[1])
    except (OSError, UnicodeError) as fault:  # a name with characters that no name has
        raise _cannot_listen(host, port, fault) from fault


def _cannot_listen(host: str, port: int, fault: OSError | UnicodeError) -> ServerFault:
    why = "没有这个主机名" if isinstance(fault, socket.gaierror | UnicodeError) else reason(fault)
    return ServerFault(f"无法监听 {host}:{port}：{why}。", hint="换一个地址或端口，例如 --port 8001。")


def _begin_worker(
    load: Callable[[], WSGIApplication], timeout: float, signs: Path, stopping: c_byte
) -> WSGIApplication:
    """What a worker answers with; called in each worker when it starts."""
    metrics.count_worker()
    for stop in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # until granian sets its own, those of the main process would ignore it
        signal.signal(stop, signal.SIG_DFL)
    requests = watchdog.Requests(timeout)
    threading.Thread(target=watchdog.beat, args=(requests, signs), daemon=True).start()
    return _until(stopping, requests.timed(load()))


def _until(stopping: c_byte, app: WSGIApplication) -> WSGIApplication:
    """The application until the site stops; then every new request is refused with 503 and when to come back."""
    refusal = "网站正在停止或重新启动，请过几秒再试。\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Retry-After", str(request_lanes.RETRY)),
        ("Connection", "close"),
    ]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not stopping.value:
            return app(environ, start_response)
        start_response("503 SERVICE UNAVAILABLE", headers)
        return [refusal]

    return answer


def _attend(address: Address, announce: Callable[[], None], watch: watchdog.Watch) -> None:
    """Announce the site when its first worker listens, and from then on kill workers that hang."""
    while not _listens(address):
        time.sleep(0.01)
    announce()
    while True:
        watch.kill_silent()
        time.sleep(watchdog.INTERVAL)


def _listens(address: Address) -> bool:
    try:
        socket.create_connection((_HERE.get(address.host, address.host), address.port)).close()
    except OSError:
        return False
    return True


def _url(host: str, port: int) -> str:
    shown_host = f"[{host}]" if ":" in host else host
    return f"http://{shown_host}:{port}/"


class _Server(MPServer):
    """Refuses new requests for `draining` seconds before it stops. A second signal stops it at once."""

    stopping: c_byte
    draining: float

    def signal_handler_interrupt(self, *args: object, **kwargs: object) -> None:
        """Begin to stop; called in the main process."""
        stop = partial(super().signal_handler_interrupt, *args, **kwargs)
        if self.stopping.value:
            stop()
        else:
            self.stopping.value = 1
            timer = threading.Timer(self.draining, stop)
            timer.daemon = True  # a second signal does not wait for it
            timer.start()


def _logging() -> dict[str, Any]:
    """How granian logs: only errors, in the form of our own log."""
    form = "json" if logs.are_json() else "lines"
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": form}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": logs.JsonLines}, "lines": {"()": HarmlessLog}},
        "handlers": {"console": handler},
        "loggers": {"_granian": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
    }


def _run(begin_worker: Callable[[], WSGIApplication], address: Address, options: Options, stopping: c_byte) -> bool:
    """Answer until SIGINT or SIGTERM; False when granian gave up, as it does if a worker dies twice in six seconds."""
    server = _Server(
        "",
        *address,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=options.workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS * 1000),
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.error,
        log_dictconfig=_logging(),
    )
    server.stopping, server.draining = stopping, options.draining
    try:
        server.serve(target_loader=begin_worker, wrap_loader=False)
    except SystemExit:  # a worker ended by itself: before the signal to stop, or by the Ctrl-C that it received as well
        return bool(server.interrupt_signal)
    except OSError as fault:
        raise _cannot_listen(*address, fault) from fault
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    return True
