"""The commands on quotations: verify. Their lines are made in `quotes`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, NONE, coloured, print_lines
from deqing_search.cli.options import index_option, jsonl_option, open_engine
from deqing_search.errors import UsageError

MOST_BYTES = 4_000_000  # that are read from standard input


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, readable=False, allow_dash=True), metavar="文件或-")
@jsonl_option
@index_option
def verify(file: Path, jsonl: bool, at: Path | None) -> int:
    """核引：文中的每一句是否逐字见于收录的报告，哪里不同，出处在哪里。

    文本、DOCX、HTML、PDF、Markdown 都可以；写 - 就从标准输入读。都找到退出码为 0，有改动或没找到为 1。

    例：search-cli verify 稿件.docx
    """
    from deqing_search.cli import quotes
    from deqing_search.quotes.check import check
    from deqing_search.quotes.files import text_of

    text = _typed() if str(file) == "-" else text_of(file)
    checked = check(open_engine(at), text)
    print_lines(quotes.verify_records(checked) if jsonl else quotes.verify_lines(checked, colour=coloured()))
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
