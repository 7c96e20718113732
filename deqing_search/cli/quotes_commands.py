"""The commands on quotations: verify and reuse. Their lines are made in `quotes` and `reuse`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, NONE, coloured, notify, print_answer
from deqing_search.cli.options import (
    Chosen,
    csv_option,
    index_option,
    jsonl_option,
    limited_by,
    open_engine,
    opened,
    print_records,
    report_id,
)
from deqing_search.errors import UsageError

MOST_BYTES = 4_000_000  # that are read from standard input


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, readable=False, allow_dash=True), metavar="文件或-")
@jsonl_option
@index_option
def verify(file: Path, jsonl: bool, at: Path | None) -> int:
    """核对引文：文中的句子是否逐字见于报告，哪里不同。

    文件可以是文本、DOCX、HTML、PDF、Markdown；写 - 就从标准输入读。
    全部找到退出码为 0，有改动或没有找到为 1。

    例：search-cli verify 稿件.docx
    """
    from deqing_search.cli import quotes
    from deqing_search.quotes.files import text_of
    from deqing_search.verification.check import check

    text = _typed() if str(file) == "-" else text_of(file)
    checked = check(open_engine(at), text)
    print_answer(quotes.verify_records(checked), quotes.verify_lines(checked, colour=coloured()), jsonl=jsonl)
    return HITS if checked.is_found else NONE


def _typed() -> str:
    """What stands on standard input; raises `UsageError` if it is no UTF-8."""
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(f"标准输入超过 {MOST_BYTES} 字节", hint="请分几次核对")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        said = f"标准输入不是有效的 UTF-8（第 {fault.start + 1} 字节起）"
        raise UsageError(said, hint="存成文件再核对：search-cli verify 文件.txt") from fault


@click.command(cls=Command)
@click.argument("name", metavar="[报告]", required=False)
@limited_by("year", "place")
@csv_option
@jsonl_option
@index_option
def reuse(name: str | None, chosen: Chosen, for_tables: bool, jsonl: bool, at: Path | None) -> int:
    """沿用：报告里哪些分句也见于别的报告，最早见于哪份。

    写一份报告的编号，就逐句列出；不写，就按地区和年份列出沿用的比例。

    例：search-cli reuse deqing-2024-work-report

    例：search-cli reuse --place 德清 --csv
    """
    if name is None:
        return _inheritance(chosen, at, for_tables=for_tables, jsonl=jsonl)
    if any(chosen) or for_tables:
        raise UsageError("--year、--place 和 --csv 只在不写报告时用", hint=f"search-cli reuse {name} --jsonl")
    from deqing_search.cli.reuse import reuse_lines
    from deqing_search.quotes.reuse import reuse as found_in
    from deqing_search.quotes.reuse_records import clause_records
    from deqing_search.search.exports import json_line

    engine = open_engine(at)
    found = found_in(engine, report_id(engine, name))
    if found is None:
        notify(f"没有编号为“{name}”的报告。", "用 search-cli docs 看有哪些报告。")
        return NONE
    records = map(json_line, clause_records(found.clauses, found.first_passages))
    print_answer(records, reuse_lines(engine, found, colour=coloured()), jsonl=jsonl)
    return HITS if found.elsewhere.clauses else NONE


def _inheritance(chosen: Chosen, at: Path | None, *, for_tables: bool, jsonl: bool) -> int:
    from deqing_search.cli.reuse import inheritance_lines
    from deqing_search.quotes.inheritance import inheritance
    from deqing_search.quotes.reuse_records import inheritance_fields

    engine, filters = opened(chosen, at)
    rows = inheritance(engine, filters)
    print_records(map(inheritance_fields, rows), inheritance_lines(rows), for_tables=for_tables, jsonl=jsonl)
    return HITS if rows else NONE
