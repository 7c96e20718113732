"""Runs the web face on waitress, for one machine. Leaves TLS and host names to a proxy in front of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError, reason
from deqing_search.ledger import Ledger
from deqing_search.search import expect_questions
from deqing_search.web import create_app


def serve(engine: Viewer, host: str, port: int, *, started: Callable[[str], None], ledger: Ledger | None = None) -> int:
    """Answer until interrupted; `started` is told the address, with the port that was given when `port` is 0.

    Raises `UsageError` when the address cannot be listened on.
    """
    server, address = listen(engine, host, port, ledger)
    started(address)
    threading.Thread(target=expect_questions, args=(engine,), daemon=True).start()  # they come from its first second on
    try:
        server.run()
    finally:
        server.close()
    return 0


def listen(engine: Viewer, host: str, port: int, ledger: Ledger | None = None) -> tuple[Any, str]:
    """A server that listens and does not answer yet, and its address; raises `UsageError`."""
    sockets: dict[int, Any] = {}
    try:
        server = create_server(create_app(engine, ledger), map=sockets, host=host, port=port, ident=None)
    except (OSError, ValueError) as fault:
        # waitress raises ValueError for a host name that is not known.
        why = reason(fault) if isinstance(fault, OSError) else "没有这个主机名"
        raise UsageError(f"无法监听 {host}:{port}：{why}。", hint="换一个地址或端口，例如 --port 8001。") from fault
    listening = [one for one in sockets.values() if hasattr(one, "channel_class")]  # a host name may have several
    for one in listening:
        one.channel_class = _Channel
    shown_host = f"[{host}]" if ":" in host else host
    return server, f"http://{shown_host}:{listening[0].effective_port}/"


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes raw UTF-8 in the address, as `curl 'http://…/?q=地理信息'` sends it; waitress alone would refuse it."""

    def parse_header(self, header_plus: bytes) -> None:
        line, end, headers = header_plus.partition(b"\r\n")
        super().parse_header(re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], line) + end + headers)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
