"""What the commands have in common: what was typed, the index that is asked, and what is said beside the answer."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deqing_search import config
from deqing_search.cli.errors import tell
from deqing_search.errors import UsageError

if TYPE_CHECKING:
    from deqing_search.engine.base import Viewer
    from deqing_search.query.tree import Query


def joined(words: tuple[str, ...], example: str) -> str:
    """The words of the command as one query; raises `UsageError`, with an example, where there are none."""
    if not words:
        raise UsageError("没有写检索词", hint=f"例如：{example}")
    return " ".join(words)


def read_years(text: str | None, option: str = "--year") -> tuple[int | None, int | None] | None:
    """The first and last year of an option's value, None where open; raises `UsageError`.

    >>> read_years("2024"), read_years("2016..2024"), read_years("..2024")
    ((2024, 2024), (2016, 2024), (None, 2024))
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{4})?(?:(\.\.|-)(\d{4})?)?", text.strip())
    if not found or not (found[1] or found[3]):
        raise UsageError(f"{option} 的值“{text}”不是年份或区间", hint=f"例如：{option} 2024 或 {option} 2016..2024")
    low, high = (int(year) if year else None for year in (found[1], found[3]))
    if not found[2]:
        high = low
    if low and high and low > high:
        raise UsageError(f"{option} 的区间“{text}”起点晚于终点", hint=f"例如：{option} {high}..{low}")
    return low, high


def open_engine(at: Path | None) -> Viewer:
    """Open the index. The default index is built from the seeds first if there is none; a named one is not.

    Raises `IndexMissing` when `--index` or `DEQING_INDEX` names a folder without an index.
    """
    from deqing_search.store import current

    named = at or config.named_index()
    place = named or config.index_dir()
    if named or current.has_index(place):
        return current.open_index(place)
    from deqing_search import indexing  # imported where something is written: a query need not wait for it

    return indexing.open_or_build(place, config.seeds_dir(), tell=tell, progress=progress)


def warn(asked: Query, engine: Viewer | None = None, found: int = 1) -> None:
    """Say what of a query was odd; and where an engine found nothing, whether that is for want of such a kind."""
    from deqing_search.cli import hits

    for diagnostic in asked.diagnostics:
        tell(f"注意：{hits.pointed(asked.typed, diagnostic)}")
    if engine and not found:
        warn_kinds(engine, asked)


def warn_years(engine: Viewer, typed: str | None) -> None:
    """Say that no report of the years is held, lest nothing found be taken for nothing said."""
    from deqing_search.search import searcher

    years = read_years(typed)
    if years and not searcher.holds_years(engine, years):
        tell(f"注意：没有收录 {typed} 年的报告。")


def warn_kinds(engine: Viewer, query: Query | None, kind: str | None = None) -> None:
    """Say which kinds there are, when none is one that is asked for."""
    from deqing_search.search import searcher

    for one in searcher.unheld_kinds(engine, query, kind):
        tell(f"注意：没有类型是“{one}”的报告；有 {'、'.join(searcher.kinds(engine))}。")


def progress(done: int, total: int, report: str) -> None:
    """One line that is written over on a terminal; in a log, a line for each tenth of the work."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        click.echo(f"\r\x1b[K  {done}/{total} {report}{end}", err=True, nl=False)
    elif done == total or done * 10 // total > (done - 1) * 10 // total:
        click.echo(f"  {done}/{total} {report}", err=True)


def coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
