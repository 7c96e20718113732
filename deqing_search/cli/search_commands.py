"""The commands that search: query, trend, compare, export, suggest, related.

Their lines and records are made in `hits`, `trends`, `comparison` and `search.exports`.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# A command imports what it needs when it runs: help and usage errors do not wait for numpy.
from deqing_search import config
from deqing_search.cli.errors import HITS, NONE, USAGE, coloured, notify, print_answer, print_lines
from deqing_search.cli.options import (
    Chosen,
    QueryCommand,
    csv_option,
    filter_options,
    filters_of,
    index_option,
    joined,
    jsonl_option,
    limited_by,
    open_engine,
    opened,
    print_records,
    report_id,
    warn,
    warn_unknown,
    warn_years,
)
from deqing_search.errors import UsageError, reason

if TYPE_CHECKING:
    from deqing_search.engine.base import Viewer
    from deqing_search.query.tree import Query
    from deqing_search.research.asked_figures import AskedFigures
    from deqing_search.research.series import Chart

_YEAR = re.compile("(?:19|20)[0-9]{2}")


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@click.option(
    "--mode",
    type=click.Choice(["exact", "words", "expanded"]),
    help="exact 逐字；words 按词；expanded 逐字，含同义及其他写法。默认逐字，不足十段时再按词。",
)
@filter_options
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    help="排序：最相关、最新、最早的在前。",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, metavar="N", help="最多几条（默认 10）。")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="跳过前几条（默认 0）。")
@click.option("--count", "only_count", is_flag=True, help="只给出段数、处数和报告数。")
@click.option("--explain", "only_explain", is_flag=True, help="只说明怎样理解检索式、哪里没有看懂，不查找。")
@jsonl_option
@index_option
def query(
    words: tuple[str, ...],
    mode: Any,
    chosen: Chosen,
    sort: Any,
    limit: int,
    offset: int,
    only_count: bool,
    only_explain: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """查找段落，几个词之间是“且”。

    词前加减号是“不含”，这时先写两个减号：search-cli query -- 地理信息 -规划

    例：search-cli query 地理信息 人工智能 --year 2021..2025
    """
    from deqing_search.cli import hits
    from deqing_search.search import searcher

    typed = joined(words, "search-cli query 地理信息")
    if only_count and mode in ("words", "expanded"):
        raise UsageError(f"--count 只数逐字匹配，不能与 --mode {mode} 同用", hint=f"去掉 --mode {mode}，或去掉 --count")
    if only_explain:
        return _explained(searcher.explain(typed, filters_of(chosen), mode=mode or "exact"), jsonl=jsonl)
    engine, filters = opened(chosen, at)
    if only_count:
        counted = searcher.count(engine, typed, filters)
        warn(counted.query, engine, counted.passages)
        for_people = sys.stdout.isatty() and not jsonl
        print_lines(hits.count_lines(counted) if for_people else hits.count_records(counted), for_programs=True)
        return HITS if counted.passages else NONE
    results = searcher.search(engine, searcher.SearchRequest(typed, filters, mode, sort, offset, limit))
    warn(results.query, engine, results.total)
    coverage = searcher.coverage(engine, results.query)
    asked = None if jsonl or offset or filters != searcher.Filters() else _asked(engine, typed)
    lines = hits.result_lines(results, coverage, asked, colour=coloured())
    print_answer(hits.result_records(results), lines, jsonl=jsonl)
    return HITS if results.total else NONE


def _asked(engine: Viewer, typed: str) -> AskedFigures | None:
    if not _YEAR.search(typed):  # most queries name none, and need not wait for what reads figures
        return None
    from deqing_search.research.asked_figures import asked_figures

    return asked_figures(engine, typed)


def _explained(read: Query, *, jsonl: bool) -> int:
    from deqing_search.cli import hits

    print_answer(hits.read_records(read), hits.read_lines(read), jsonl=jsonl)
    return HITS if read.root is not None else USAGE


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@click.option("--term", "terms", multiple=True, metavar="检索词", help="再数一个检索式；可写多次，一共最多八个。")
@click.option("--by", type=click.Choice(["year", "place", "kind"]), default="year", help="按年（默认）、地区或类型。")
@click.option("--each-place", is_flag=True, help="--place 写了几个地区时，各地区分别计数。")
@click.option("--constant", is_flag=True, help="只数每年都有报告的地区。")
@click.option(
    "--svg",
    type=click.Path(path_type=Path, dir_okay=False, writable=False),
    metavar="文件",
    help="另存趋势图（SVG）。",
)
@filter_options
@csv_option
@jsonl_option
@index_option
def trend(
    words: tuple[str, ...],
    terms: tuple[str, ...],
    by: Any,
    each_place: bool,
    constant: bool,
    svg: Path | None,
    chosen: Chosen,
    for_tables: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """按年、地区或类型计数：出现几处，每万字几处。

    也列出收录几份报告、平均每份几处。每万字的字数含标点，不计空白。

    例：search-cli trend 人工智能 --term "数字经济 OR 数据要素" --constant
    """
    from deqing_search.cli.trends import trend_lines
    from deqing_search.research import series
    from deqing_search.research.trend_records import trend_fields
    from deqing_search.search import searcher

    typed = (joined(words, "search-cli trend 地理信息"), *terms)
    engine, filters = opened(chosen, at)
    wish = series.Wish(filters, by, each_place)
    found = series.constant_chart(engine, typed, wish) if constant else series.chart(engine, typed, wish)
    if found is None:
        notify("没有一个地区在这些年份里每年都有报告。", "用 --year 缩短年份的区间")
        return NONE
    for one in found.series:
        warn(one.query, engine, one.total.occurrences)
    if svg:
        _draw(found, svg)
    lines = trend_lines(found, searcher.coverage(engine, searcher.explain(typed[0], filters)))
    print_records(trend_fields(found), lines, for_tables=for_tables, jsonl=jsonl)
    return HITS if any(one.total.occurrences for one in found.series) else NONE


def _draw(chart: Chart, path: Path) -> None:
    from deqing_search.research.chart_svg import drawn
    from deqing_search.research.trend_drawings import drawing

    try:
        path.write_text(drawn(drawing(chart), by_year=chart.by == "year", is_file=True), encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"写不进 {path}：{reason(fault)}", hint="换一个文件名或文件夹") from fault
    notify(f"已写 {path}")


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...|报告 报告")
@click.option("--left", metavar="年份", help="起始年份或区间（默认有匹配的最早一年）。")
@click.option("--right", metavar="年份", help="对比年份或区间（默认有匹配的最近一年）。")
@limited_by("kind", "place", "part", "report")
@click.option("--limit", type=click.IntRange(1, 1000), default=5, metavar="N", help="每边最多几条（默认 5）。")
@jsonl_option
@index_option
def compare(
    words: tuple[str, ...],
    left: str | None,
    right: str | None,
    chosen: Chosen,
    limit: int,
    jsonl: bool,
    at: Path | None,
) -> int:
    """对照同一个检索式在两个时段里的结果，或逐段对照两份报告。

    写检索词，列出两个年份（或两段年份）里各有几段、写了什么；写两份报告的编号，就逐段对照。

    例：search-cli compare 地理信息 --left 2016 --right 2021..2025

    例：search-cli compare deqing-2016-work-report deqing-2024-work-report
    """
    from deqing_search.cli.trends import compare_lines, compare_records
    from deqing_search.query.filters import required_years
    from deqing_search.search import searcher

    typed = joined(words, "search-cli compare 地理信息 --left 2016 --right 2024")
    engine, filters = opened(chosen, at)
    if reports := _two_reports(engine, words):
        return _compared(engine, *reports, jsonl=jsonl)
    coverage = searcher.coverage(engine, searcher.explain(typed, filters))
    ends = searcher.years_to_compare(engine, typed, filters)
    if not ends.first and not (left and right):
        raise UsageError("收录的报告都没有年份", hint="用 --left 和 --right 写明年份")
    spans = (required_years("--left", left or str(ends.first)), required_years("--right", right or str(ends.last)))
    for span in spans:
        warn_years(engine, span)
    limited = [replace(filters, years=span) for span in spans]
    found = [searcher.search(engine, searcher.SearchRequest(typed, one, mode="exact", limit=limit)) for one in limited]
    warn(found[0].query)
    sides = list(zip(map(str, spans), found, strict=True))
    rates = [searcher.per_10000(engine, results) for results in found]
    print_answer(compare_records(sides), compare_lines(sides, rates, coverage, colour=coloured()), jsonl=jsonl)
    return HITS if any(results.total for results in found) else NONE


def _two_reports(engine: Viewer, words: tuple[str, ...]) -> list[str]:
    """The ids of the two reports that the words name; empty if the words are a query."""
    from deqing_search.search import searcher

    with suppress(UsageError):  # the end of several ids: no report is named
        ids = [report_id(engine, word) for word in words]
        unknown = [id for id in ids if searcher.card(engine, id) is None]
        if len(ids) == 2 and len(unknown) == 1:
            notify(f"注意：没有编号为“{unknown[0]}”的报告，这两个词按检索式查找。", "search-cli docs")
        return ids if len(ids) == 2 and not unknown else []
    return []


def _compared(engine: Viewer, before: str, after: str, *, jsonl: bool) -> int:
    from deqing_search.cli import comparison
    from deqing_search.research.comparison import compare_reports
    from deqing_search.research.comparison_records import comparison_records

    found = compare_reports(engine, before, after)
    print_answer(comparison_records(found), comparison.comparison_lines(found), jsonl=jsonl)
    return HITS


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[检索词...]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "md"]),
    default="jsonl",
    help="jsonl（默认）、csv，或 md：带引文的 Markdown。",
)
@filter_options
@index_option
def export(words: tuple[str, ...], form: str, chosen: Chosen, at: Path | None) -> int:
    """导出全部匹配的段落；不写检索词，就是全部段落。

    旧的报告在前。只导出逐字匹配的段落。

    例：search-cli export 地理信息 --format csv > 地理信息.csv
    """
    from deqing_search.search import exports, searcher

    typed = " ".join(words)
    engine, filters = opened(chosen, at)
    found = searcher.all_passages(engine, typed if words else None, filters)
    read = searcher.read(typed) if words else None
    if read:
        warn(read)
    first = next(found, None)
    if not first:
        warn_unknown(engine, read, filters.kind)
    whole = chain([first] if first else [], found)
    count = searcher.occurrence_counter(typed) if words else None
    if form == "md":
        print_lines(exports.export_markdown(whole, config.site_url()))
    else:
        print_lines((exports.export_csv if form == "csv" else exports.export_records)(whole, count=count))
    if not first:
        notify("没有匹配的段落。")
    return HITS if first else NONE


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="输入...")
@click.option("--limit", type=click.IntRange(1, 100), default=8, metavar="N", help="最多几条（默认 8）。")
@jsonl_option
@index_option
def suggest(words: tuple[str, ...], limit: int, jsonl: bool, at: Path | None) -> int:
    """补全没有写完的词，改正写错的词。

    每行一个，最可能的在前。可以写汉字、拼音、首字母，也可以混写。

    例：search-cli suggest dlxx
    """
    from deqing_search.cli import hits
    from deqing_search.search import searcher

    if not words:
        raise UsageError("没有写要补全的词", hint="例如：search-cli suggest dlxx")
    found = searcher.suggest(open_engine(at), " ".join(words), limit)
    print_answer(hits.suggestion_records(found), (suggestion.text for suggestion in found), jsonl=jsonl)
    return HITS if found else NONE


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="词...")
@click.option("--limit", type=click.IntRange(1, 100), default=10, metavar="N", help="最多几个（默认 10）。")
@jsonl_option
@index_option
def related(words: tuple[str, ...], limit: int, jsonl: bool, at: Path | None) -> int:
    """列出口语词在报告里的说法，以及与这个词用法相近的词。

    每行一个，附含有它的段数：先列报告里的说法，再列相关词，最相近的在前。只供另查参考，不影响检索结果。

    例：search-cli related 地理信息
    """
    from deqing_search.cli import hits
    from deqing_search.search import searcher

    if not words:
        raise UsageError("没有写词", hint="例如：search-cli related 看病")
    found = searcher.related(open_engine(at), " ".join(words), limit)
    print_answer(hits.related_records(found), (f"{one.text}\t{one.passages}" for one in found), jsonl=jsonl)
    if not found:
        notify("没有相关词：报告里没有这样的词，或者收录的报告太少。")
    return HITS if found else NONE
