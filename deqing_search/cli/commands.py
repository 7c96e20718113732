"""`search-cli`: the face in a shell. Results on stdout, everything else on stderr.

Exit codes: 0 hits or done, 1 none, 2 usage, 3 index or source files. Here are the commands and their options. Lines and
records are made in `hits`, `exports` and `cleaning`, errors are printed by `errors`, what the commands share is in
`options`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# A command imports what it needs when it runs: help and usage errors do not wait for numpy.
from deqing_search import __version__, config
from deqing_search.cli.backups import backup, restore
from deqing_search.cli.click_in_chinese import Command, Group
from deqing_search.cli.errors import (
    FAULT,
    HITS,
    NONE,
    USAGE,
    coloured,
    errors_printed,
    escape_unencodable_output,
    notify,
    print_lines,
)
from deqing_search.cli.options import (
    QueryCommand,
    filters_of,
    index_option,
    joined,
    open_engine,
    progress,
    warn,
    warn_unknown,
    warn_years,
)
from deqing_search.errors import SourceError, UsageError

if TYPE_CHECKING:
    from deqing_search.engine.base import Viewer
    from deqing_search.query.tree import Query
    from deqing_search.report import Report
    from deqing_search.review import Draw

_jsonl_option = click.option("--jsonl", is_flag=True, help="每行一个 JSON 对象（字段见 docs/jsonl.md）。")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """政府工作报告全文检索：逐字精确，每段都有可以引用的链接。

    第一次查询会自动用随程序附带的五份报告建立索引。试试：search-cli query 地理信息
    """


@cli.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@click.option(
    "--mode",
    type=click.Choice(["exact", "words", "expanded"]),
    help="exact 逐字，words 按词，expanded 逐字并加上别的写法；默认逐字，不足十段再按词。",
)
@click.option("--year", metavar="年份", help="年份或区间：2024、2016..2024、2016..、..2024。")
@click.option("--kind", metavar="类型", help="报告类型，如 政府工作报告、规划、新闻报道。")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    help="排序：相关、新近、早先。",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, metavar="N", help="最多几条（默认 10）。")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="跳过前几条（默认 0）。")
@click.option("--count", "only_count", is_flag=True, help="只给段数、处数、报告数。")
@click.option("--explain", "only_explain", is_flag=True, help="只说检索式是怎样理解的，哪里没有看懂，不查找。")
@_jsonl_option
@index_option
def query(
    words: tuple[str, ...],
    mode: Any,
    year: str | None,
    kind: str | None,
    sort: Any,
    limit: int,
    offset: int,
    only_count: bool,
    only_explain: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """查找段落；几个词之间是“且”。

    例：search-cli query 地理信息 人工智能 --year 2021..2025

    词前加减号表示不含，先写两个减号再写检索词：search-cli query -- 地理信息 -规划
    """
    from deqing_search.cli import hits
    from deqing_search.search import searcher

    typed, filters = joined(words, "search-cli query 地理信息"), filters_of(year, kind)
    if only_count and mode in ("words", "expanded"):
        raise UsageError(f"--count 只数逐字匹配，不能与 --mode {mode} 同用", hint=f"去掉 --mode {mode}，或去掉 --count")
    if only_explain:
        return _explained(searcher.explain(typed, filters, mode=mode or "exact"), jsonl=jsonl)
    engine = open_engine(at)
    warn_years(engine, filters.years)
    if only_count:
        counted = searcher.count(engine, typed, filters)
        warn(counted.query, engine, counted.passages)
        print_lines(hits.count_records(counted))
        return HITS if counted.passages else NONE
    results = searcher.search(engine, searcher.SearchRequest(typed, filters, mode, sort, offset, limit))
    warn(results.query, engine, results.total)
    coverage = searcher.coverage(engine, results.query)
    lines = hits.result_lines(results, coverage, colour=coloured())
    print_lines(hits.result_records(results) if jsonl else lines)
    return HITS if results.total else NONE


def _explained(read: Query, *, jsonl: bool) -> int:
    from deqing_search.cli import hits

    print_lines(hits.read_records(read) if jsonl else hits.read_lines(read))
    return HITS if read.root is not None else USAGE


@cli.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@click.option("--csv", "for_tables", is_flag=True, help="表格软件用的 CSV，列名同 --jsonl 的字段。")
@_jsonl_option
@index_option
def trend(words: tuple[str, ...], for_tables: bool, jsonl: bool, at: Path | None) -> int:
    """逐年数：每年的报告里出现几处，收录几份，平均每份几处，每万字几处（字数含标点，不计空白）。"""
    from deqing_search.cli import exports
    from deqing_search.search import searcher

    typed, engine = joined(words, "search-cli trend 地理信息"), open_engine(at)
    query, found = searcher.read(typed), searcher.trend(engine, typed)
    warn(query)
    lines = exports.trend_lines(found, searcher.echo(query), searcher.coverage(engine, query))
    print_lines(exports.trend_records(found) if jsonl else exports.trend_csv(found) if for_tables else lines)
    return HITS if found.total.occurrences else NONE


@cli.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@click.option("--left", metavar="年份", help="先看的年份或区间（默认最早的一年）。")
@click.option("--right", metavar="年份", help="后看的年份或区间（默认最晚的一年）。")
@click.option("--limit", type=click.IntRange(1, 1000), default=5, metavar="N", help="各列几条（默认 5）。")
@_jsonl_option
@index_option
def compare(
    words: tuple[str, ...], left: str | None, right: str | None, limit: int, jsonl: bool, at: Path | None
) -> int:
    """对照两个年份（或两段年份）：同一个检索，各有几段，写了什么。

    例：search-cli compare 地理信息 --left 2016 --right 2021..2025
    """
    from deqing_search.cli import exports
    from deqing_search.query.filters import required_years
    from deqing_search.search import searcher

    typed, engine = joined(words, "search-cli compare 地理信息 --left 2016 --right 2024"), open_engine(at)
    coverage, whole = searcher.coverage(engine, searcher.read(typed)), searcher.coverage(engine)
    if coverage.first_year:
        whole = coverage
    if not whole.first_year and not (left and right):
        raise UsageError("收录的报告都没有年份", hint="用 --left 和 --right 写明年份")
    names = (left or str(whole.first_year), "--left"), (right or str(whole.last_year), "--right")
    years = [required_years(option, name) for name, option in names]
    found = [
        searcher.search(engine, searcher.SearchRequest(typed, searcher.Filters(span), mode="exact", limit=limit))
        for span in years
    ]
    sides = [(name, results) for (name, _), results in zip(names, found, strict=True)]
    warn(found[0].query)
    for span in years:
        warn_years(engine, span)
    rates = [searcher.per_10000(engine, results) for _, results in sides]
    print_lines(
        exports.compare_records(sides) if jsonl else exports.compare_lines(sides, rates, coverage, colour=coloured())
    )
    return HITS if any(results.total for _, results in sides) else NONE


@cli.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[检索词...]")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="jsonl（默认）或 csv。")
@click.option("--year", metavar="年份", help="年份或区间：2024、2016..2024、2016..、..2024。")
@click.option("--kind", metavar="类型", help="报告类型，如 政府工作报告、规划、新闻报道。")
@index_option
def export(words: tuple[str, ...], form: str, year: str | None, kind: str | None, at: Path | None) -> int:
    """导出段落：逐字匹配的全部段落，不写检索词就是收录的全部，旧的报告在前。

    例：search-cli export 地理信息 --format csv > 地理信息.csv
    """
    from deqing_search.cli import exports
    from deqing_search.search import searcher

    engine, typed = open_engine(at), " ".join(words)
    filters = filters_of(year, kind)
    found = searcher.all_passages(engine, typed if words else None, filters)
    read = searcher.read(typed) if words else None
    if read:
        warn(read)
    warn_years(engine, filters.years)
    first = next(found, None)
    if not first:
        warn_unknown(engine, read, filters.kind)
    whole = chain([first] if first else [], found)
    print_lines(exports.export_csv(whole) if form == "csv" else exports.export_records(whole))
    if not first:
        notify("没有匹配的段落。")
    return HITS if first else NONE


@cli.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="输入...")
@click.option("--limit", type=click.IntRange(1, 100), default=8, metavar="N", help="最多几条（默认 8）。")
@_jsonl_option
@index_option
def suggest(words: tuple[str, ...], limit: int, jsonl: bool, at: Path | None) -> int:
    """输入一半时接下去，输错时改正；每行一条，最像的在前。

    可以输汉字、拼音、首字母或混着输：search-cli suggest dlxx
    """
    from deqing_search.cli import hits
    from deqing_search.search import searcher

    if not words:
        raise UsageError("没有写要接下去的词", hint="例如：search-cli suggest dlxx")
    found = searcher.suggest(open_engine(at), " ".join(words), limit)
    print_lines(hits.suggestion_records(found) if jsonl else (suggestion.text for suggestion in found))
    return HITS if found else NONE


@cli.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[路径...]")
@click.option("--rebuild", is_flag=True, help="全部重建；建好之前旧索引照常可用。")
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="目录文件（默认用文件夹里的 catalog.csv）。",
)
@_jsonl_option
@index_option
def index(paths: tuple[Path, ...], rebuild: bool, catalog: Path | None, jsonl: bool, at: Path | None) -> int:
    """建立或更新索引：只处理新增、改动和消失的文件。

    不写路径时用以前收录过的地方，还没有收录过就用随程序附带的五份报告。
    """
    from deqing_search import indexing
    from deqing_search.cli import cleaning

    place = at or config.index_dir()
    run = indexing.rebuild if rebuild else indexing.update
    named = list(paths) or indexing.places(place) or [config.seeds_dir()]
    outcome = run(place, named, catalog=catalog, progress=progress)
    for fault in outcome.faults:
        notify(f"跳过：{fault}", fault.hint)
    for note in outcome.notes:
        notify(note)
    print_lines(cleaning.outcome_records(outcome) if jsonl else cleaning.outcome_lines(outcome, place))
    return FAULT if outcome.faults else HITS


@cli.command(cls=Command)
@click.argument("name", metavar="编号")
@click.option("--around", type=click.IntRange(0, 50), default=2, metavar="N", help="段落前后各显示几段（默认 2）。")
@_jsonl_option
@index_option
def show(name: str, around: int, jsonl: bool, at: Path | None) -> int:
    """显示一段（写段落编号，连同前后文）或一份报告（写报告编号）。"""
    from deqing_search.cli import hits
    from deqing_search.search import searcher

    engine = open_engine(at)
    found = searcher.passage_in_context(engine, name.rpartition("/p/")[2], around=around)
    report = None if found else searcher.open_report(engine, name.rpartition("/r/")[2])
    if found:
        print_lines(hits.context_records(found) if jsonl else hits.context_lines(found, colour=coloured()))
    elif report:
        print_lines(hits.passage_records(report) if jsonl else hits.report_lines(report, colour=coloured()))
    else:
        notify(*_gone(engine, at or config.index_dir(), name.rpartition("/p/")[2]))
    return HITS if found or report else NONE


def _gone(engine: Viewer, index: Path, name: str) -> tuple[str, str]:
    """What happened to an id that the index does not have (changed, removed or unknown), and what to type next."""
    from deqing_search.search.succession import succession
    from deqing_search.store.permalinks import PermalinkStore

    leads = succession(engine.view(), PermalinkStore(index), name)
    if leads is None:
        message = f"没有编号为“{name}”的段落或报告。"
        return message, "用 search-cli docs 看有哪些报告，用 search-cli query 查段落编号。"
    stood = f"它原是 {leads.former.title} 第 {leads.former.ordinal} 段：{leads.former.text}"
    if next := leads.passage:
        what = f"现在见于另一份报告 {next.report}" if leads.is_moved else "自引用后有改动"
        if not leads.is_moved and not leads.is_changed:
            what = "编号已加长"
        return f"编号 {name} 的段落{what}。{stood}", f"search-cli show {next.id}"
    if leads.elsewhere:
        hint = "同样的文字见于别的报告：" + "；".join(f"search-cli show {one.id}" for one in leads.elsewhere)
    else:
        hint = "用 search-cli docs 看现有的报告。"
    return f"编号 {name} 的段落已不在收录之列。{stood}", hint


@cli.command(cls=Command)
@_jsonl_option
@index_option
def docs(jsonl: bool, at: Path | None) -> int:
    """列出收录的报告。"""
    from deqing_search.cli import hits

    cards = open_engine(at).view().cards()
    print_lines(hits.card_records(cards) if jsonl else hits.card_lines(cards))
    return HITS if cards else NONE


@cli.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path, readable=False), metavar="文件或文件夹")
@click.option("--jsonl", "form", flag_value="jsonl", help="每段（与 --only 同用时每处修复）一个 JSON 对象。")
@click.option("--explain", "form", flag_value="explain", help="每种修复做了几处，各举几例；文件夹则给总数。")
@click.option("--diff", "form", flag_value="diff", help="逐处显示修复前后。")
@click.option("--only", "--fix", "fix", metavar="修复", help="只看一种修复（如 hard-wrap）的每一处，连同前后文。")
@click.option(
    "--sample",
    "number",
    type=click.IntRange(1),
    metavar="几处",
    help="与 --fix 同用：随机抽几处供人评定，最没把握的在前。",
)
@click.option("--seed", type=int, default=0, metavar="种子", help="与 --sample 同用：种子相同，抽到的相同（默认 0）。")
@click.option(
    "--verdicts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="评定文件",
    help="与 --sample 同用：已评过的标上 right（对）或 wrong（错）；存下的抽样填好后就是评定文件。",
)
def clean(path: Path, form: str | None, fix: str | None, number: int | None, seed: int, verdicts: Path | None) -> int:
    """清洗一个文件、文件夹或压缩包并显示结果，不写索引。

    抽查一种修复：search-cli clean 文件夹 --fix hard-wrap --sample 60 --seed 1
    """
    from deqing_search import pipeline
    from deqing_search.cleaning.titles import TITLES
    from deqing_search.cli import cleaning
    from deqing_search.sources import roots

    if fix and fix not in TITLES:
        raise UsageError(f"没有叫“{fix}”的修复", hint=f"有这些：{' '.join(TITLES)}")
    if number or verdicts:
        return _sampled(path, _draw(fix, number, seed), verdicts, jsonl=form == "jsonl")
    if not fix and not roots.holds_many(path):
        report = pipeline.read_report(path)
        print_lines(cleaning.explain_lines(report.edit_log) if form == "explain" else _cleaned(report, form))
        return HITS
    faults: list[SourceError] = []
    read = _readable(pipeline.read_all(path, progress=progress), faults)
    if fix and form == "jsonl":
        print_lines(line for _, report in read for line in cleaning.edit_records(report, fix))
    elif fix:
        print_lines(line for raw, report in read for line in cleaning.edit_lines(raw, report, fix, colour=coloured()))
    elif form == "explain":
        print_lines(cleaning.total_lines(report for _, report in read))
    else:
        print_lines(line for _, report in read for line in _cleaned(report, form))
    return FAULT if faults else HITS


def _draw(fix: str | None, number: int | None, seed: int) -> Draw:
    from deqing_search.review import Draw

    if not (fix and number):
        raise UsageError("抽查要写明哪种修复、抽几处", hint="例如：search-cli clean 文件夹 --fix hard-wrap --sample 60")
    return Draw(fix, number, seed)


def _sampled(path: Path, draw: Draw, verdict_file: Path | None, *, jsonl: bool) -> int:
    from deqing_search import pipeline, review
    from deqing_search.cli import cleaning

    known = {one.key: one for one in review.read_verdicts(verdict_file)} if verdict_file else {}
    faults: list[SourceError] = []
    samples = review.sample(_readable(pipeline.read_all(path, progress=progress), faults), draw)
    if jsonl:
        print_lines(cleaning.sample_records(samples, known))
    else:
        print_lines(cleaning.sample_lines(samples, known, colour=coloured()))
    notify(cleaning.verdict_total(samples, known))
    return FAULT if faults else HITS if samples else NONE


def _cleaned(report: Report, form: str | None) -> Iterator[str]:
    from deqing_search.cli import cleaning, hits

    if form == "jsonl":
        return cleaning.clean_records(report)
    if form == "diff":
        return cleaning.diff_lines(report.edit_log, colour=coloured())
    return hits.report_lines(report, colour=coloured())


def _readable(read: Iterable[Any], faults: list[SourceError]) -> Iterator[Any]:
    """What could be read. Each fault is added to `faults` and printed, and reading continues."""
    for one in read:
        if isinstance(one, SourceError):
            faults.append(one)
            notify(f"跳过：{one}", one.hint)
        else:
            yield one


@cli.command(cls=Command)
@click.argument("path", required=False, type=click.Path(path_type=Path, readable=False), metavar="[文件或文件夹]")
@click.option(
    "--index", "of_index", is_flag=True, help="核对索引：文件、段落编号、源文件、永久链接库；路径是索引目录。"
)
@click.option("--repair", is_flag=True, help="与 --index 同用：从源文件重建损坏的部分，保留永久链接。")
@_jsonl_option
def check(path: Path | None, of_index: bool, repair: bool, jsonl: bool) -> int:
    """核对报告：题名与正文的年份是否矛盾，年份是否缺失（默认核对随程序附带的五份报告）。

    核对索引是否完好：search-cli check --index [索引目录]
    """
    from deqing_search import pipeline
    from deqing_search.cli import cleaning
    from deqing_search.structure import consistency

    if repair and not of_index:
        raise UsageError("--repair 修复的是索引", hint="search-cli check --index --repair")
    if of_index:
        return _checked(path or config.index_dir(), repair=repair, jsonl=jsonl)
    faults: list[SourceError] = []
    read = _readable(pipeline.read_all(path or config.seeds_dir(), progress=progress), faults)
    found = list(consistency.findings(report for _, report in read))
    print_lines(cleaning.finding_records(found) if jsonl else cleaning.finding_lines(found))
    return FAULT if faults else HITS


def _checked(index: Path, *, repair: bool, jsonl: bool) -> int:
    """Check an index, repair it if asked, and check it again."""
    from deqing_search import integrity
    from deqing_search.cli import cleaning

    found = list(integrity.check(index))
    damaged = any(finding.is_damage for finding in found)
    print_lines(cleaning.damage_records(found) if jsonl else cleaning.damage_lines(found))
    if damaged and repair:
        if chosen := integrity.repair(index, found, progress=progress):
            notify(f"{index / config.POINTER} 已损坏，改用最新的完整一代：{chosen}。")
        left = [finding for finding in integrity.check(index) if finding.is_damage]
        notify("没有修复的：" + "；".join(one.message for one in left) if left else "已修复。")
        return FAULT if left else HITS
    if damaged:
        notify("索引有损坏。", "search-cli check --index --repair（从源文件重建，保留永久链接）")
    return FAULT if damaged else HITS


@cli.command(cls=Command)
@click.option("--host", default="127.0.0.1", metavar="地址", help="监听地址（默认 127.0.0.1，仅本机）。")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, metavar="端口", help="端口（默认 8000；0 为任选）。"
)
@click.option(
    "--workers", type=click.IntRange(1), metavar="进程数", help="作答的进程数（默认每个处理器一个，至多 4 个）。"
)
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=60,
    metavar="秒",
    help="一次请求至多用几秒；超时的进程被换掉（默认 60）。",
)
@index_option
def serve(host: str, port: int, workers: int | None, timeout: int, at: Path | None) -> int:
    """启动网页检索。"""
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


cli.add_command(backup)
cli.add_command(restore)


def main() -> None:
    """Run the command line on the arguments of the process."""
    escape_unencodable_output()
    with errors_printed():
        sys.exit(cli.main(prog_name="search-cli", standalone_mode=False))
