"""The commands that write an index, make a backup of it and restore it: index, worker, backup, restore.

What they print is made in `cleaning`.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from deqing_search import config
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import FAULT, HITS, notify, print_answer, progress
from deqing_search.cli.options import index_option, jsonl_option
from deqing_search.errors import IndexOutdated, UsageError

_folder = click.argument("folder", type=click.Path(path_type=Path, readable=False), metavar="文件夹")


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[路径...]")
@click.option("--rebuild", is_flag=True, help="全部重建；建好之前旧索引照常可用。")
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="文件",
    help="目录文件（默认用文件夹里的 catalog.csv）。",
)
@click.option(
    "--workers",
    metavar="个数|地址",
    expose_value=False,
    callback=lambda context, option, value: config.use_workers(_workers(value)) if value else None,
    help="读文件的进程数，或分派各台机器的调度器 tcp://主机:端口（默认每个处理器一个进程，可用 DEQING_WORKERS 设定）。",
)
@jsonl_option
@index_option
def index(paths: tuple[Path, ...], rebuild: bool, catalog: Path | None, jsonl: bool, at: Path | None) -> int:
    """建立或更新索引，只处理新增、改动和消失的文件。

    不写路径，就用以前收录过的地方；还没有收录过，就用随程序附带的五份报告。

    例：search-cli index 报告文件夹
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
    print_answer(cleaning.outcome_records(outcome), cleaning.outcome_lines(outcome, place), jsonl=jsonl)
    return FAULT if outcome.faults else HITS


def _workers(given: str) -> str:
    """The number or address; raises `UsageError`."""
    if not re.fullmatch(r"[1-9]\d*|(tcp|tls)://[^/]+:\d+/?", given):
        raise UsageError(
            f"--workers 不能是 {given}。", hint="写进程的个数，或调度器的地址，例如 --workers tcp://10.0.0.5:8786"
        )
    return given


@click.command(cls=Command)
@click.argument("address", metavar="地址")
@click.option("--processes", type=click.IntRange(1), metavar="N", help="进程数（默认每个处理器一个）。")
def worker(address: str, processes: int | None) -> int:
    """替另一台机器上的 index --workers 读取报告。

    文件由那台机器发来，这里不需要有。调度器停了，或按 Ctrl+C，就停止；没有读完的由别的机器接着读。

    例：search-cli worker tcp://10.0.0.5:8786
    """
    from deqing_search.worker_machines import run_workers

    number = processes or config.processes()
    run_workers(_workers(address), number, lambda: notify(f"{number} 个进程已连上 {address}，按 Ctrl+C 停止。"))
    return HITS


@click.command(cls=Command)
@_folder
@index_option
def backup(folder: Path, at: Path | None) -> int:
    """把索引和永久链接库备份到一个新文件夹。

    备份时网站不必停，索引也可以照常更新。

    例：search-cli backup 备份-2026-11-30
    """
    from deqing_search.store.backup import back_up

    done = back_up(at or config.index_dir(), folder)
    notify(f"已备份到 {done.place}：{done.reports} 份报告，{done.passages} 段，{_megabytes(done.bytes)}。")
    return HITS


@click.command(cls=Command)
@_folder
@click.option("--replace", is_flag=True, help="替换已有的索引；它的旧网址仍然有效。")
@index_option
def restore(folder: Path, replace: bool, at: Path | None) -> int:
    """用备份恢复索引。

    备份不完整或已损坏时，什么也不改。

    例：search-cli restore 备份-2026-11-30 --replace
    """
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
