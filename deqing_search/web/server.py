"""Runs the web face on waitress, for one machine. Leaves TLS and host names to a proxy in front of it."""

from __future__ import annotations

from collections.abc import Callable

from waitress import create_server

from deqing_search.engine.base import Engine
from deqing_search.errors import UsageError
from deqing_search.web import create_app


def serve(engine: Engine, host: str, port: int, *, started: Callable[[str], None]) -> int:
    """Answer until interrupted; `started` is told the address, with the port that was given when `port` is 0.

    Raises `UsageError` when the address cannot be listened on.
    """
    try:
        server = create_server(create_app(engine), host=host, port=port, ident=None)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise UsageError(f"无法监听 {host}:{port}：{reason}。", hint="换一个端口，例如 --port 8001。") from fault
    shown_host = f"[{host}]" if ":" in host else host
    started(f"http://{shown_host}:{server.effective_port}/")
    try:
        server.run()
    finally:
        server.close()
    return 0
