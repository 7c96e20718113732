"""The command that serves programs over the Model Context Protocol: mcp."""

from __future__ import annotations

from pathlib import Path

import click

from deqing_search import config
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, notify
from deqing_search.cli.options import index_option, open_engine
from deqing_search.errors import UsageError


@click.command(cls=Command)
@click.option("--http", is_flag=True, help="用 HTTP，不用标准输入输出；对外开放要设 DEQING_MCP_TOKEN。")
@click.option("--host", default="127.0.0.1", metavar="地址", help="监听地址（默认 127.0.0.1，仅本机）。")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, metavar="端口", help="端口（默认 8001；0 为自动选择）。"
)
@index_option
def mcp(http: bool, host: str, port: int, at: Path | None) -> int:
    """供语言模型使用的接口（MCP）：检索、读原文、核对引文。

    只读。一般由使用它的程序启动；加 --http 就用 HTTP 提供服务。

    例：search-cli mcp --http --port 8001
    """
    try:
        from deqing_search.mcp.server import serve_stdio
        from deqing_search.mcp.tools import Collection
    except ModuleNotFoundError as missing:
        raise UsageError("没有安装 MCP 所需的程序库", hint="pip install 'deqing-search[mcp]'") from missing
    from deqing_search.store.permalinks import PermalinkStore

    collection = Collection(open_engine(at), PermalinkStore(at or config.index_dir()))
    if not http:
        serve_stdio(collection)
        return HITS
    from deqing_search.mcp import http as over_http

    address = over_http.Address(host, port)
    over_http.serve_http(collection, address, lambda url: notify(f"MCP 服务已启动：{url}　按 Ctrl+C 停止。"))
    return HITS
