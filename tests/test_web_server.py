"""The server that `search-cli serve` runs."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

import pytest

from deqing_search.errors import UsageError
from deqing_search.web.server import listen, serve
from tests.site import seeds_engine


def test_a_port_in_use_is_told_with_what_to_type():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)) as told:
            serve(seeds_engine(), "127.0.0.1", port, started=lambda url: pytest.fail(url))
    assert "--port" in told.value.hint


def test_the_server_takes_chinese_as_curl_sends_it():
    server, address = listen(seeds_engine(), "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    with socket.create_connection(("127.0.0.1", urlsplit(address).port)) as connection:
        connection.sendall("GET /?q=地理信息 HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    server.close()
    assert answer.startswith("HTTP/1.0 200")
    assert "<mark>地理信息</mark>" in answer
