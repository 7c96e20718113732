"""The command that prints what is new since its last call: watch."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deqing_search import config
from deqing_search.cli.errors import HITS, NONE, coloured, notify, print_answer
from deqing_search.cli.options import (
    Chosen,
    QueryCommand,
    filter_options,
    filters_of,
    index_option,
    jsonl_option,
    open_engine,
    warn,
    warn_years,
)
from deqing_search.errors import UsageError

if TYPE_CHECKING:
    from deqing_search.store.permalinks import Recording


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[检索词...]")
@filter_options
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    metavar="日期",
    help="列出这一天以来收录的，如 2026-11-01；不看也不改上次的记录。",
)
@jsonl_option
@index_option
def watch(words: tuple[str, ...], chosen: Chosen, since: datetime | None, jsonl: bool, at: Path | None) -> int:
    """列出上次执行同一命令以来新收录的、逐字匹配的段落。

    最近收录的在前；修复过的旧段落不算新的。第一次执行只作记录。
    有新段落时退出码是 0，没有时是 1，适合定时任务。

    例：search-cli watch 地理信息 --place 浙江
    """
    from deqing_search.cli.watch import Watch, addition_lines, addition_records
    from deqing_search.search import additions, searcher
    from deqing_search.store.permalinks import PermalinkStore

    filters, typed = filters_of(chosen), " ".join(words)
    if not words and not filters:
        raise UsageError("没有写要关注的检索词或筛选条件", hint="例如：search-cli watch 地理信息")
    engine, index = open_engine(at), at or config.index_dir()
    store, watched = PermalinkStore(index), Watch(index, typed, filters)
    if words:
        warn(searcher.read(typed))
    warn_years(engine, filters.years)
    shown, now = additions.since(engine, store, watched.seen())
    if since:
        shown = _added_since(since, store.recordings())
    if shown is None:
        watched.remember(now)
        notify(
            "已记下现在收录的段落，不逐一列出。", "以后执行同样的命令，列出新收录的；要看以前收录的，加 --since 日期"
        )
        return NONE
    news = additions.additions(engine, store, typed if words else None, filters, among=shown)
    first = next(news, None)
    every = chain([first] if first else [], news)
    records = addition_records(every, searcher.occurrence_counter(typed) if words else None)
    print_answer(records, addition_lines(every, searcher.marker(typed), colour=coloured()), jsonl=jsonl)
    if not since:
        watched.remember(now)
    if not first:
        notify("没有新收录的段落。")
    return HITS if first else NONE


def _added_since(day: datetime, recordings: list[Recording]) -> list[Recording]:
    """`day` is in the time of this machine, the recordings have UTC."""
    return [one for one in recordings if datetime.fromisoformat(one.added) >= day.astimezone()]
