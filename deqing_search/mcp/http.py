"""Serves the protocol over HTTP: checks the token of each request, and limits what requests may use.

Without a token the server listens on this machine only. All clients together may use as much computing in a minute as
one client of the site.
"""

from __future__ import annotations

import hmac
import json
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from math import ceil
from threading import Lock
from typing import Any, Final, NamedTuple

import uvicorn
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from deqing_search import config
from deqing_search.errors import ServerFault, TooCostly, UsageError, reason
from deqing_search.mcp.budget import LARGEST_BODY, MOST_CONNECTIONS
from deqing_search.mcp.server import server_of
from deqing_search.mcp.tools import Collection

PATH: Final = "/mcp"
SHORTEST_TOKEN: Final = 16  # characters

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]


class Address(NamedTuple):
    """Where the server listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it.

        >>> [Address(host, 0).is_loopback for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")]
        [True, True, True, False, False]
        """
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


class Computing:
    """Counts the computing of all clients together, and refuses more than `seconds` in a minute; 0: no limit."""

    def __init__(self, seconds: float) -> None:
        self._most = RateLimitItemPerMinute(ceil(seconds * 1000)) if seconds else None
        self._limiter, self._lock = FixedWindowRateLimiter(MemoryStorage()), Lock()

    def spend(self, seconds: float) -> None:
        """Count the seconds of a call; raises `TooCostly` if they are 0 and nothing is left."""
        if self._most is None:
            return
        with self._lock:
            if seconds:
                self._limiter.hit(self._most, cost=ceil(seconds * 1000))
            elif not self._limiter.test(self._most):
                raise TooCostly("这一分钟里的计算已用完", hint="过一分钟再调用，或缩小范围")


def demand_token(address: Address, token: str) -> None:
    """Raise `UsageError` if others could ask without a token, or if it is too short to keep anybody out."""
    if not token and not address.is_loopback:
        said = f"{address.host} 不是本机地址，没有口令不能开放。"
        raise UsageError(said, hint="先设 DEQING_MCP_TOKEN，例如 export DEQING_MCP_TOKEN=$(openssl rand -hex 32)")
    if token and len(token) < SHORTEST_TOKEN:
        said = f"DEQING_MCP_TOKEN 只有 {len(token)} 个字符，至少要 {SHORTEST_TOKEN} 个。"
        raise UsageError(said, hint="例如 export DEQING_MCP_TOKEN=$(openssl rand -hex 32)")


def serve_http(held: Collection, address: Address, started: Callable[[str], None]) -> None:
    """Serve until the process is stopped; `started` is called with its address.

    Raises `UsageError` as `demand_token` does, and `ServerFault` if the address cannot be used.
    """
    token = config.mcp_token()
    demand_token(address, token)
    app = guarded(application(held, address, token), token)
    settings = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=5,
        server_header=False,
    )
    with _listening(address) as listening:
        host = f"[{address.host}]" if ":" in address.host else address.host
        started(f"http://{host}:{listening.getsockname()[1]}{PATH}")
        uvicorn.Server(settings).run(sockets=[listening])


def _listening(address: Address) -> socket.socket:
    """A socket that listens; raises `ServerFault` with the reason."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server(address, family=family)
    except (OSError, UnicodeError) as fault:  # a name with characters that no name has
        why = "没有这个主机名" if isinstance(fault, UnicodeError) else reason(fault)
        said = f"不能在 {address.host}:{address.port} 监听：{why}。"
        raise ServerFault(said, hint="换一个地址或端口：--port 8002") from fault


def application(held: Collection, address: Address, token: str) -> App:
    """The protocol over HTTP, without sessions.

    Without a token the SDK answers only to names of this machine, so that no web page can ask through a browser.
    """
    server = server_of(held, Computing(config.client_seconds()).spend)
    app: App = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=LARGEST_BODY,
        host="" if token else address.host,
    )
    return app


def guarded(app: App, token: str) -> App:
    """An application that refuses requests without the token; if there is no token, the unchanged one."""
    if not token:
        return app
    wanted = f"Bearer {token}".encode()

    async def guard(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan" or hmac.compare_digest(_authorization(scope), wanted):
            await app(scope, receive, send)
        elif scope["type"] == "http":
            await _refuse(send)

    return guard


def _authorization(scope: dict[str, Any]) -> bytes:
    found: bytes = dict(scope["headers"]).get(b"authorization", b"")
    return found


async def _refuse(send: Send) -> None:
    said = {"error": "需要口令：请求要带 Authorization: Bearer …，口令是服务器的 DEQING_MCP_TOKEN。"}
    headers = [(b"content-type", b"application/json"), (b"www-authenticate", b'Bearer realm="deqing-search"')]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(said, ensure_ascii=False).encode()})
