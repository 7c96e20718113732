"""The commands that read files or check what is stored: clean, check.

Their lines and records are made in `cleaning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# A command imports what it needs when it runs: help and usage errors do not wait for numpy.
from deqing_search import config
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import FAULT, HITS, NONE, coloured, notify, print_answer, print_lines, progress
from deqing_search.cli.options import jsonl_option
from deqing_search.errors import SourceError, UsageError

if TYPE_CHECKING:
    from deqing_search.report import Report
    from deqing_search.review import Draw


@click.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path, readable=False), metavar="文件或文件夹")
@click.option("--jsonl", "form", flag_value="jsonl", help="每段一个 JSON 对象；与 --fix 同用时每处修复一个。")
@click.option("--explain", "form", flag_value="explain", help="每种修复做了几处，各举几例；文件夹给出总数。")
@click.option("--diff", "form", flag_value="diff", help="逐处显示修复前后。")
@click.option("--only", "--fix", "fix", metavar="修复", help="只看一种修复（如 hard-wrap）的每一处，连同前后文。")
@click.option(
    "--sample",
    "number",
    type=click.IntRange(1),
    metavar="N",
    help="与 --fix 同用：随机抽 N 处供人评定，最没把握的在前。",
)
@click.option("--seed", type=int, default=0, metavar="N", help="抽样的种子，种子相同则抽得相同（默认 0）。")
@click.option(
    "--verdicts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="文件",
    help="与 --sample 同用：评定文件，即填好 right（对）或 wrong（错）的抽样；已评过的会标出。",
)
def clean(path: Path, form: str | None, fix: str | None, number: int | None, seed: int, verdicts: Path | None) -> int:
    """清洗一个文件、文件夹或压缩包并显示结果，不写索引。

    例：search-cli clean 报告.pdf --diff

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
        raw, report = pipeline.read_file(path)
        if form == "explain":
            print_lines([*cleaning.explain_lines(report.edit_log), *cleaning.doubt_lines(raw)])
        else:
            print_lines(_cleaned(report, form))
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


@click.command(cls=Command)
@click.argument("path", required=False, type=click.Path(path_type=Path, readable=False), metavar="[文件或文件夹]")
@click.option(
    "--index", "of_index", is_flag=True, help="核对索引：文件、段落编号、源文件、永久链接库；路径写索引目录。"
)
@click.option("--repair", is_flag=True, help="与 --index 同用：从源文件重建损坏的部分，保留永久链接。")
@jsonl_option
def check(path: Path | None, of_index: bool, repair: bool, jsonl: bool) -> int:
    """核对报告的年份是否矛盾或缺失，或核对索引是否完好。

    不写路径，就核对随程序附带的五份报告。

    例：search-cli check 报告文件夹

    例：search-cli check --index --repair
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
    lines = () if faults and not found else cleaning.finding_lines(found)  # a file that was not read may be wrong
    print_answer(cleaning.finding_records(found), lines, jsonl=jsonl)
    return FAULT if faults else HITS


def _checked(index: Path, *, repair: bool, jsonl: bool) -> int:
    """Check an index, repair it if asked, and check it again."""
    from deqing_search import integrity
    from deqing_search.cli import cleaning

    found = list(integrity.check(index))
    damaged = any(finding.is_damage for finding in found)
    print_answer(cleaning.damage_records(found), cleaning.damage_lines(found), jsonl=jsonl)
    if damaged and repair:
        if chosen := integrity.repair(index, found, progress=progress):
            notify(f"{index / config.POINTER} 已损坏，改用最新的完整一代：{chosen}。")
        left = [finding for finding in integrity.check(index) if finding.is_damage]
        notify("没有修复的：" + "；".join(one.message for one in left) if left else "已修复。")
        return FAULT if left else HITS
    if damaged:
        notify("索引有损坏。", "search-cli check --index --repair（从源文件重建，保留永久链接）")
    return FAULT if damaged else HITS
