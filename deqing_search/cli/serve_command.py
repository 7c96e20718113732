"""The command that starts the site: serve."""

from __future__ import annotations

from pathlib import Path

import click

from deqing_search import config
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, notify
from deqing_search.cli.options import index_option, open_engine


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", metavar="地址", help="监听地址（默认 127.0.0.1，仅本机）。")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, metavar="端口", help="端口（默认 8000；0 为自动选择）。"
)
@click.option("--workers", type=click.IntRange(1), metavar="N", help="进程数（默认每个处理器一个，至多 4 个）。")
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=60,
    metavar="秒",
    help="一次请求最多几秒（默认 60）；超时的进程会被替换。",
)
@index_option
def serve(host: str, port: int, workers: int | None, timeout: int, at: Path | None) -> int:
    """启动检索网站。

    例：search-cli serve --port 8000
    """
    from functools import partial

    from deqing_search.web import server

    open_engine(at)
    workers = workers or server.default_workers()

    def started(url: str) -> None:
        several = f"（{workers} 个进程）" if workers > 1 else ""
        notify(f"网页检索已启动：{url}{several}　按 Ctrl+C 停止。")

    load = partial(server.site, at or config.index_dir())
    server.serve(load, server.Options(host, port, workers, timeout), started)
    return HITS
