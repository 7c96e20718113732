"""The commands that count and compare: panel, concordance, collocates, keyness.

Their lines are made in `research`, records and tables in the room `deqing_search.research`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, NONE, notify, print_answer, screen_columns
from deqing_search.cli.options import (
    QueryCommand,
    csv_option,
    filter_options,
    index_option,
    joined,
    jsonl_option,
    open_engine,
    opened,
    print_records,
)
from deqing_search.errors import UsageError

if TYPE_CHECKING:
    from deqing_search.cli.options import Chosen
    from deqing_search.research.dictionaries import Dictionary
    from deqing_search.research.panel import Panel


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[词...]")
@click.option(
    "--dictionary",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    metavar="文件",
    help="词表：TSV、CSV（词、组）、YAML 或一行一组的文本。",
)
@filter_options
@click.option("--tokens", is_flag=True, help="另计分词次数（结巴分词），便于同以往论文的数字比较。")
@click.option("--alone", is_flag=True, help="另计逐词次数：每个词单独数，包含在长词里的也算。")
@csv_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    metavar="目录",
    help="写成文件：panel.csv、panel.jsonl、codebook.csv、manifest.json。",
)
@click.option("--parquet", is_flag=True, help="另写 panel.parquet（要装 [research]）。")
@click.option("--stata", is_flag=True, help="另写 panel.dta，带标签（要装 [research]）。")
@click.option(
    "--verify",
    "verified",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    metavar="文件",
    help="按 manifest.json 重数一遍，列出变化。",
)
@jsonl_option
@index_option
def panel(
    words: tuple[str, ...],
    dictionary: Path | None,
    chosen: Chosen,
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
    """面板：词表里的每个词，每个地区每一年出现几处。

    没有收录报告的年份是空缺，不是零。

    例：search-cli panel 人工智能 "创新：科技创新, 创新驱动" --csv > 面板.csv
    """
    from deqing_search.cli import research
    from deqing_search.research import panel as counting
    from deqing_search.research import panel_files
    from deqing_search.search import searcher

    if verified:
        return _verified(verified, jsonl=jsonl, at=at)
    if (parquet or stata) and not out:
        raise UsageError("--parquet 和 --stata 要有 --out", hint="例如：--out 面板 --parquet")
    terms = _dictionary(words, dictionary)
    engine, filters = opened(chosen, at)
    others = counting.ways(tokens=tokens, alone=alone)
    found = counting.panel(engine, terms, filters, others=others)
    if out:
        _write(found, out, parquet=parquet, stata=stata)
    coverage = searcher.coverage_of(engine, filters)
    lines = research.panel_lines(found, counting.differences(found), coverage)
    table = panel_files.panel_csv(found) if for_tables else None
    print_answer(panel_files.panel_records(found), lines, jsonl=jsonl, table=table)
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

    forms = [form for form, wanted in (("parquet", parquet), ("dta", stata)) if wanted]
    written = panel_files.write_files(found, folder, manifest_text(found), forms)
    notify(f"已写 {'、'.join(map(str, written))}")


def _verified(path: Path, *, jsonl: bool, at: Path | None) -> int:
    from deqing_search.cli import research
    from deqing_search.research.manifest import change_records, verify

    changes = verify(open_engine(at), path)
    print_answer(change_records(changes), research.change_lines(changes), jsonl=jsonl)
    return NONE if changes else HITS


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@filter_options
@click.option("--width", type=click.IntRange(0, 100), metavar="N", help="左右各几个字（默认 20；在窄的终端里少些）。")
@click.option("--words", "by_words", is_flag=True, help="--width 按词数，不按字数。")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["report", "left", "right"]),
    default="report",
    help="排序：report 按报告先后，left 按左边的字，right 按右边的字。",
)
@click.option("--sample", type=click.IntRange(1), metavar="N", help="随机抽 N 处。")
@click.option("--seed", type=int, default=1, metavar="N", help="抽样的种子，种子相同则抽得相同（默认 1）。")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="最多几行（默认 50；--csv、--jsonl 不限）。")
@csv_option
@jsonl_option
@index_option
def concordance(
    words: tuple[str, ...],
    chosen: Chosen,
    width: int | None,
    by_words: bool,
    order: Any,
    sample: int | None,
    seed: int,
    limit: int | None,
    for_tables: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """逐处列出（KWIC）：一处一行，前后文在左右。

    可以按左边或右边的字排序，随机抽样，导出表格。

    例：search-cli concordance 营商环境 --sort right --year 2017..
    """
    from deqing_search.cli import research
    from deqing_search.research import concordance as lines
    from deqing_search.research import occurrences, records
    from deqing_search.search import searcher

    typed = joined(words, "search-cli concordance 营商环境")
    engine, filters = opened(chosen, at)
    wanted = occurrences.of_query(typed, filters)
    most = limit or (None if for_tables or jsonl else 50)
    unit: lines.Unit = "words" if by_words else "characters"
    if width is None:
        width = 20 if for_tables or jsonl or by_words else research.characters_beside(typed, screen_columns())
    found = lines.concordance(engine, wanted, lines.Wish(width, unit, order, sample, seed, limit=most))
    every = map(records.line_fields, found.lines)
    printed = research.concordance_lines(found, searcher.coverage(engine, searcher.explain(typed, filters)))
    print_records(every, printed, for_tables=for_tables, jsonl=jsonl)
    return HITS if found.occurrences else NONE


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="检索词...")
@filter_options
@click.option("--left", type=click.IntRange(0, 20), default=5, metavar="N", help="看左边几个词（默认 5）。")
@click.option("--right", type=click.IntRange(0, 20), default=5, metavar="N", help="看右边几个词（默认 5）。")
@click.option("--minimum", type=click.IntRange(1), default=3, metavar="N", help="至少同时出现几次（默认 3）。")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="最多几行（默认 30；--csv、--jsonl 不限）。")
@click.option("--strings", is_flag=True, help="不列搭配词，改列含有它的更长的字串。")
@click.option("--dispersion", "spread", is_flag=True, help="不列搭配词，改列它在各报告、各年份里的分布（DP）。")
@csv_option
@jsonl_option
@index_option
def collocates(
    words: tuple[str, ...],
    chosen: Chosen,
    left: int,
    right: int,
    minimum: int,
    limit: int | None,
    strings: bool,
    spread: bool,
    for_tables: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """搭配词：在同一句里常出现在它前后的词。

    附频次、logDice 和对数似然值。

    例：search-cli collocates 营商环境 --year ..2021
    """
    from deqing_search.cli import research
    from deqing_search.research import collocates as near
    from deqing_search.research import occurrences, records
    from deqing_search.search import searcher

    typed = joined(words, "search-cli collocates 营商环境")
    engine, filters = opened(chosen, at)
    places = occurrences.find(engine, occurrences.of_query(typed, filters))
    coverage = searcher.coverage(engine, searcher.explain(typed, filters))
    most = limit or (None if for_tables or jsonl else 30)
    if spread:
        found = near.dispersion(places)
        every, printed = [records.dispersion_fields(found)], research.dispersion_lines(found, coverage)
    elif strings:
        longer = near.extensions(places, minimum=minimum)[:most]
        every, printed = [*map(records.extension_fields, longer)], research.extension_lines(longer, coverage)
    else:
        best = near.collocates(places, near.Span(left, right), minimum=minimum)
        every, printed = [*records.collocate_fields(best, most)], research.collocate_lines(best.words[:most], coverage)
    print_records(every, printed, for_tables=for_tables, jsonl=jsonl)
    return HITS if every else NONE


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[检索词...]")
@filter_options
@click.option("--against", metavar="检索式", help="与哪一组相比，如 年:2023；不写就与其余全部报告相比。")
@click.option("--minimum", type=click.IntRange(1), default=5, metavar="N", help="两边合计至少几次（默认 5）。")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="每栏最多几个（默认 30；--csv、--jsonl 不限）。")
@csv_option
@jsonl_option
@index_option
def keyness(
    words: tuple[str, ...],
    chosen: Chosen,
    against: str | None,
    minimum: int,
    limit: int | None,
    for_tables: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """主题词：一组报告与另一组相比，多用和少用的词。

    也列出只见于一组的词；附对数似然值和对数比。

    例：search-cli keyness --year 2024 --against 年:2016
    """
    from deqing_search.cli import research
    from deqing_search.research import keyness as key
    from deqing_search.research import records

    if not words and not any(chosen):
        raise UsageError("没有写哪一组报告", hint='例如：search-cli keyness --year 2024 --against "年:2023"')
    engine, filters = opened(chosen, at)
    here = key.group(" ".join(words) if words else None, filters)
    there = key.group(against) if against else None
    found = key.keyness(engine, here, there, minimum=minimum)
    every = records.key_fields(found, limit)
    printed = research.keyness_lines(found, limit or 30)
    print_records(every, printed, for_tables=for_tables, jsonl=jsonl)
    return HITS if found.more or found.less or found.new or found.gone else NONE
