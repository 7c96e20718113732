"""The commands that count and compare: panel.

Their lines are made in `research`, records and tables in the room `deqing_search.research`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, NONE, notify, print_lines
from deqing_search.cli.options import index_option, jsonl_option, open_engine, warn_years
from deqing_search.errors import UsageError

if TYPE_CHECKING:
    from deqing_search.query.filters import Filters
    from deqing_search.research.dictionaries import Dictionary
    from deqing_search.research.panel import Panel

year_option = click.option("--year", metavar="年份", help="年份或区间：2024、2016..2024、2016..、..2024。")
kind_option = click.option("--kind", metavar="类型", help="报告类型，如 政府工作报告、规划、新闻报道。")
place_option = click.option("--place", metavar="地区", help="地区名里的几个字，如 杭州。")


def chosen_filters(year: str | None, kind: str | None, place: str | None) -> Filters:
    """The filters that are given as options; raises `UsageError`."""
    from deqing_search.query.filters import read_filters

    return read_filters("--{}".format, year=year, kind=kind or "", place=place or "")


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[词...]")
@click.option(
    "--dictionary",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    metavar="FILE",
    help="词表：TSV、CSV（词、组）、YAML 或一行一组的文本。",
)
@year_option
@kind_option
@place_option
@click.option("--tokens", is_flag=True, help="另数结巴分词的词数，看旧论文的数法差多少。")
@click.option("--alone", is_flag=True, help="另数每个词单独出现的次数，套叠的重复计。")
@click.option("--csv", "for_tables", is_flag=True, help="表格软件用的 CSV。")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    metavar="DIR",
    help="写成文件：panel.csv、panel.jsonl、codebook.csv、manifest.json。",
)
@click.option("--parquet", is_flag=True, help="另写 panel.parquet（要装 [research]）。")
@click.option("--stata", is_flag=True, help="另写 panel.dta，带标签（要装 [research]）。")
@click.option(
    "--verify",
    "verified",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    metavar="FILE",
    help="按 manifest.json 重数一遍，列出变了什么。",
)
@jsonl_option
@index_option
def panel(
    words: tuple[str, ...],
    dictionary: Path | None,
    year: str | None,
    kind: str | None,
    place: str | None,
    tokens: bool,
    alone: bool,
    for_tables: bool,
    out: Path | None,
    parquet: bool,
    stata: bool,
    verified: Path | None,
    jsonl: bool,
    at: Path | None,
) -> int:
    """面板：每个地区每一年，词表里的每个词出现几处。没有收录的年份是空缺，不是零。

    例：search-cli panel 人工智能 "创新：科技创新, 创新驱动" --place 杭州 --csv > 面板.csv
    """
    from deqing_search.cli import research
    from deqing_search.research import panel as counting
    from deqing_search.research import panel_files
    from deqing_search.search import searcher

    if verified:
        return _verified(verified, jsonl=jsonl, at=at)
    if (parquet or stata) and not out:
        raise UsageError("--parquet 和 --stata 要有 --out", hint="例如：--out 面板 --parquet")
    terms, filters = _dictionary(words, dictionary), chosen_filters(year, kind, place)
    engine = open_engine(at)
    warn_years(engine, filters.years)
    others = counting.ways(tokens=tokens, alone=alone)
    found = counting.panel(engine, terms, filters, others=others)
    if out:
        _write(found, out, parquet=parquet, stata=stata)
    coverage = searcher.coverage(engine)
    lines = research.panel_lines(found, counting.differences(found), coverage)
    print_lines(panel_files.panel_records(found) if jsonl else panel_files.panel_csv(found) if for_tables else lines)
    return HITS if found.reports else NONE


def _dictionary(words: tuple[str, ...], path: Path | None) -> Dictionary:
    """The dictionary of a file or of the words; raises `UsageError` if there is none or both."""
    from deqing_search.research.dictionaries import read_file, read_typed

    if bool(words) == bool(path):
        raise UsageError(
            "词写在命令里，或用 --dictionary 指定词表，二者取一", hint="例如：search-cli panel 人工智能 数字经济"
        )
    return read_file(path) if path else read_typed("\n".join(words))


def _write(found: Panel, folder: Path, *, parquet: bool, stata: bool) -> None:
    from deqing_search.research import panel_files
    from deqing_search.research.manifest import manifest_text

    written = panel_files.write_files(found, folder, manifest_text(found))
    if parquet:
        written.append(panel_files.write_parquet(found, folder / "panel.parquet"))
    if stata:
        written.append(panel_files.write_stata(found, folder / "panel.dta"))
    notify(f"已写 {'、'.join(map(str, written))}")


def _verified(path: Path, *, jsonl: bool, at: Path | None) -> int:
    from deqing_search.cli import research
    from deqing_search.research.manifest import change_records, verify

    changes = verify(open_engine(at), path)
    print_lines(change_records(changes) if jsonl else research.change_lines(changes))
    return NONE if changes else HITS
