"""What the commands share: the typed query, the years, the index, warnings and records."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from deqing_search import config
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import notify, print_answer, progress
from deqing_search.errors import UsageError

if TYPE_CHECKING:
    from deqing_search.engine.base import Viewer
    from deqing_search.query.filters import Filters
    from deqing_search.query.tree import Query
    from deqing_search.query.years import Years
    from deqing_search.research.records import Fields

_index_option = click.option(
    "--index",
    "at",
    type=click.Path(path_type=Path, readable=False),
    metavar="目录",
    help="索引目录（默认是仓库里的 index/ 或用户数据目录，可用 DEQING_INDEX 设定）。",
)
_engine_option = click.option(
    "--engine",
    metavar="地址",
    expose_value=False,
    callback=lambda context, option, value: config.use_engine(value) if value else None,
    help="索引所在的集群（默认用内嵌引擎，可用 DEQING_ENGINE 设定）。",
)


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose the index: its folder, and the cluster that has it."""
    return _index_option(_engine_option(command))


csv_option = click.option("--csv", "for_tables", is_flag=True, help="表格软件用的 CSV。")
jsonl_option = click.option("--jsonl", is_flag=True, help="每行一个 JSON 对象（字段见 docs/jsonl.md）。")


class QueryCommand(Command):
    """A command whose arguments are a query. After -- a word may start with -, so an option there is an error."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            self._refuse_options(ctx, args[:at], args[at + 1 :])
        return super().parse_args(ctx, args)

    def _refuse_options(self, ctx: click.Context, before: list[str], after: list[str]) -> None:
        """Raise `UsageError` if an option stands after --, and show the command as it should be typed."""
        known = {name: option for option in self.get_params(ctx) for name in option.opts if name.startswith("--")}
        options: list[str] = []
        words: list[str] = []
        arguments = iter(after)
        for word in arguments:
            option = known.get(word.partition("=")[0])
            (options if option else words).append(word)
            if isinstance(option, click.Option) and not option.is_flag and "=" not in word:
                options += [value for value in [next(arguments, "")] if value]
        if options:
            typed = " ".join([ctx.command_path, *map(as_typed, [*before, *options, "--", *words])])
            hint = f"选项要写在 -- 前面：{typed}；要查找这几个字，请给它加引号：“{options[0]}”"
            raise UsageError(f"{options[0]} 是选项，写在 -- 后面就成了检索词", hint=hint)


def as_typed(word: str) -> str:
    """An argument as it is typed in a shell. Chinese needs no quotes, though `shlex` adds them."""
    return word if re.fullmatch(r"[\w./:=,+%@-]+", word) else shlex.quote(word)


def joined(words: tuple[str, ...], example: str) -> str:
    """The words of the command as one query. Raises `UsageError` with an example if there are none."""
    if not words:
        raise UsageError("没有写检索词", hint=f"例如：{example}")
    return " ".join(words)


def report_id(engine: Viewer, name: str) -> str:
    """The id of a report, from its id, the end of its id or its address; raises `UsageError` if several end so."""
    from deqing_search.cli.short_ids import full_id
    from deqing_search.search.coverage import contents

    return full_id(contents(engine.view()).cards, name.rpartition("/r/")[2].strip())


class Chosen(NamedTuple):
    """What the options of `limited_by` were given."""

    year: str | None = None
    kind: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    report: tuple[str, ...] = ()


_FILTER_OPTIONS = {
    "year": click.option("--year", metavar="年份", help="报告的年份或区间：2024、2016..2024、2016..、..2024。"),
    "kind": click.option("--kind", metavar="类型", multiple=True, help="报告类型，如 政府工作报告、规划；可写多次。"),
    "place": click.option("--place", metavar="地区", multiple=True, help="地区，写一部分即可，如 杭州；可写多次。"),
    "part": click.option(
        "--part", metavar="部分", multiple=True, help="报告的哪一部分：回顾、目标、工作安排……；可写多次。"
    ),
    "report": click.option("--report", metavar="编号", multiple=True, help="只查这份报告，编号见 docs；可写多次。"),
}


def limited_by(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of these names that limit a command to some reports; all but the years may be repeated.

    The command gets them as `chosen`, for `filters_of` or `opened`.
    """

    def limit(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def called(**given: Any) -> Any:
            chosen = Chosen(**{name: given.pop(name) for name in names})
            return command(chosen=chosen, **given)

        for name in reversed(names):
            _FILTER_OPTIONS[name](called)  # adds itself to the options of `called`
        return called

    return limit


filter_options = limited_by(*Chosen._fields)


def filters_of(chosen: Chosen) -> Filters:
    """The filters that are given as options; raises `UsageError`."""
    from deqing_search.query.filters import TypedFilters, one_text, read_filters

    return read_filters("--{}".format, TypedFilters(chosen.year, *map(one_text, chosen[1:])))


def opened(chosen: Chosen, at: Path | None) -> tuple[Viewer, Filters]:
    """The index, and the filters that are given as options, with the whole ids of reports; warns of years without any.

    Raises `UsageError` before an index is built.
    """
    from deqing_search.query.filters import one_text
    from deqing_search.search import searcher

    filters = filters_of(chosen)
    engine = open_engine(at)
    warn_years(engine, filters.years)
    ids = [report_id(engine, one) for one in chosen.report]
    for id in ids:
        if searcher.card(engine, id) is None:
            notify(f"注意：没有编号为“{id}”的报告。", "search-cli docs")
    return engine, replace(filters, report=one_text(ids))


def print_records(every: Iterable[Fields], lines: Iterable[str], *, for_tables: bool, jsonl: bool) -> None:
    """Print records as JSON or as a table, or the lines for people."""
    from deqing_search.research import records

    table = records.as_csv(every) if for_tables else None
    print_answer(records.as_jsonl(every), lines, jsonl=jsonl, table=table)


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

    return indexing.open_or_build(place, config.seeds_dir(), tell=notify, progress=progress)


def warn(query: Query, engine: Viewer | None = None, found: int = 1) -> None:
    """Print the warnings about a query, and if the engine found nothing, the kinds that no report has."""
    from deqing_search.cli import hits

    for diagnostic in query.diagnostics:
        notify(f"注意：{hits.pointed(query.typed, diagnostic)}")
    if engine and not found:
        warn_unknown(engine, query)


def warn_years(engine: Viewer, years: Years | None) -> None:
    """Print a warning if the index has no report of these years."""
    from deqing_search.search import searcher

    if years and not searcher.has_reports_of(engine, years):
        notify(f"注意：没有收录 {years} 年的报告。")


def warn_unknown(engine: Viewer, query: Query | None, kind: str = "") -> None:
    """Print a warning for each kind or place of the query that no report has."""
    from deqing_search.search import searcher

    for message in searcher.unknown_values(engine, query, kind):
        notify(f"注意：{message}")
