"""The SDK's own client against our server, over real standard input and output or real HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.command import COMMAND, environment

pytest.importorskip("mcp", reason="needs the extra [mcp]")
from mcp import Client, StdioServerParameters

TOKEN = "a token for the tests of this server"  # noqa: S105
Session = Callable[[Client], Awaitable[Any]]


def server_parameters(index: Path) -> dict[str, Any]:
    """How the server is started on standard input and output."""
    return {"command": sys.executable, "args": [*COMMAND[1:], "mcp"], "env": environment(index)}


def over_stdio(index: Path, session: Session) -> Any:
    """What a session returns with the server that it starts."""
    started = StdioServerParameters(**server_parameters(index))

    async def run() -> Any:
        async with Client(started, read_timeout_seconds=60) as client:
            return await session(client)

    return finished(run)


def finished(run: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
    """What a coroutine returns, in a thread of its own: the tests of the site leave a running loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, run, *arguments).result()


@contextmanager
def http_server(index: Path, *options: str, **more: str) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [*COMMAND, "mcp", "--http", "--port", "0", *options]
    process = subprocess.Popen(command, env=environment(index, **more), stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+/mcp", said)
        assert found, said
        yield found[0]
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()
