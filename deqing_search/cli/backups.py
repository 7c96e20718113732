"""The commands that make a backup of an index and restore it."""

from __future__ import annotations

from pathlib import Path

import click

from deqing_search import config
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import FAULT, HITS, notify
from deqing_search.cli.options import index_option
from deqing_search.errors import IndexOutdated

_folder = click.argument("folder", type=click.Path(path_type=Path, readable=False), metavar="文件夹")


@click.command(cls=Command)
@_folder
@index_option
def backup(folder: Path, at: Path | None) -> int:
    """把索引和永久链接库备份到一个新文件夹；网站和写入不必停。"""
    from deqing_search.store.backup import back_up

    done = back_up(at or config.index_dir(), folder)
    notify(f"已备份到 {done.place}：{done.reports} 份报告，{done.passages} 段，{_megabytes(done.bytes)}。")
    return HITS


@click.command(cls=Command)
@_folder
@click.option("--replace", is_flag=True, help="取代那里已有的索引；它的旧网址仍然有效。")
@index_option
def restore(folder: Path, replace: bool, at: Path | None) -> int:
    """用备份恢复索引；备份不完整或已损坏时什么也不改。"""
    from deqing_search.store.backup import restore
    from deqing_search.store.current import open_index

    index = at or config.index_dir()
    done = restore(folder, index, replace=replace)
    notify(f"已恢复到 {index}：{done.reports} 份报告，{done.passages} 段。")
    try:
        open_index(index)
    except IndexOutdated as outdated:
        notify(str(outdated), outdated.hint)
        return FAULT
    return HITS


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
