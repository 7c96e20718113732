"""The commands `figures`, `pledges` and `promises`. Their records are made in `research.figure_records`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

# A command imports what it needs when it runs: help and usage errors do not wait for numpy.
from deqing_search.cli import layout, links
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, NONE, notify, print_answer
from deqing_search.cli.options import Chosen, csv_option, index_option, jsonl_option, limited_by, opened
from deqing_search.errors import UsageError

if TYPE_CHECKING:
    from deqing_search.research.figures import Figure, Found
    from deqing_search.research.pledges import Pledge, Pledges
    from deqing_search.research.promises import Promise, Promises


@click.command(cls=Command)
@click.argument("indicator", metavar="指标")
@click.option("--targets", "wanted", flag_value="targets", help="只看目标；未设目标、未识别到目标的报告也列出。")
@click.option("--outcomes", "wanted", flag_value="outcomes", help="只看结果。")
@click.option("--absent", "wanted", flag_value="absent", help="只列未设目标和未识别到目标的报告。")
@limited_by("place", "year")
@click.option("--of", "of", metavar="年份", help="数值所属的年份或区间：2023。")
@click.option("--sure", is_flag=True, help="不列不确定的。")
@csv_option
@jsonl_option
@index_option
def figures(
    indicator: str,
    wanted: str | None,
    chosen: Chosen,
    of: str | None,
    sure: bool,
    for_tables: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """读出报告里一项指标的目标和结果，注明段落。

    例：search-cli figures 地区生产总值 --place 德清 --of 2020
    """
    from deqing_search.query.filters import required_years
    from deqing_search.research.figure_records import figure_csv, figure_records
    from deqing_search.research.figures import Choice, find_figures

    of_years = required_years("--of", of) if of else None
    engine, filters = opened(chosen, at)
    choice = Choice(filters, wanted or "", of_years)  # type: ignore[arg-type]
    found = find_figures(engine, indicator, choice)
    shown = [one for one in found.figures if one.certain or not sure]
    if not shown:
        _nothing(len(found.reports), f"未能识别“{found.indicator}”的数值")
    table = figure_csv(shown) if for_tables else None
    print_answer(figure_records(shown), _lines(found, shown), jsonl=jsonl, table=table)
    return HITS if shown else NONE


def _nothing(reports: int, said: str) -> None:
    """Print that nothing was read in the reports, or that there are none."""
    if reports:
        notify(f"{reports} 份报告里{said}。")
    else:
        notify("没有收录符合条件的报告。", "search-cli docs")


def _lines(found: Found, shown: list[Figure]) -> Iterator[str]:
    """One line for each figure, and how many reports were read."""
    from deqing_search.research.figure_words import role_in_words, value_in_words

    rows = [("地区", "年份", "种类", "数值", "", "出自", "段落")]
    for one in shown:
        doubt = "" if one.certain or one.role == "absent" else "不确定"
        whose = "" if one.subject == one.place else f"{one.subject} "
        value, year = f"{whose}{value_in_words(one)}", str(one.of_year or "不详")
        at = one.passage or one.report
        rows.append((_with_name_then(one), year, role_in_words(one), value, doubt, f"{one.year} 年报告", at))
    if shown:
        yield from layout.table(rows)
        yield f"看一段：{links.command('show 编号')}"
    if {one.role for one in shown} == {"absent"}:
        said = sum(one.certain for one in shown)
        unread = f"{said} 份说没有提出当年目标，{len(shown) - said} 份未识别到目标，请看原文"
        yield f"{found.indicator}：{len(found.reports)} 份报告里，{unread}。"
    else:
        yield f"{found.indicator}：{len(shown)} 个数值，查了 {len(found.reports)} 份报告。"


def _with_name_then(one: Figure | Promise) -> str:
    """The place, and what the report calls it if that is another name."""
    return f"{one.place}（{one.other_name}）" if one.other_name else one.place


@click.command(cls=Command)
@click.argument("names", metavar="[指标]...", nargs=-1)
@limited_by("place")
@click.option("--year", metavar="年份", help="目标所属的年份或区间：2023、2016..2024。")
@csv_option
@jsonl_option
@index_option
def pledges(
    names: tuple[str, ...], chosen: Chosen, year: str | None, for_tables: bool, jsonl: bool, at: Path | None
) -> int:
    """对照当年的目标和下一年报告里的结果：是否达到。

    不写指标就看全部指标。

    例：search-cli pledges GDP --place 德清 --year 2016..2024
    """
    from deqing_search.query.filters import required_years
    from deqing_search.research.figure_records import pledge_csv, pledge_records
    from deqing_search.research.pledges import find_pledges

    years = required_years("--year", year) if year else None
    engine, filters = opened(chosen, at)
    found = find_pledges(engine, names, filters, years)
    shown = found.pledges
    if not shown:
        _nothing(len(found.reports), "未识别到目标")
    table = pledge_csv(shown) if for_tables else None
    print_answer(pledge_records(shown), _pledge_lines(found), jsonl=jsonl, table=table)
    return HITS if shown else NONE


def _pledge_lines(found: Pledges) -> Iterator[str]:
    """One line for each pledge, and how many reports were read."""
    for one in found.pledges:
        yield from _pledge_and_passages(one)
    if found.pledges:
        yield f"看一段：{links.command('show 编号')}"
    yield f"识别出 {len(found.pledges)} 项目标，查了 {len(found.reports)} 份报告。"


def _pledge_and_passages(one: Pledge) -> Iterator[str]:
    from deqing_search.research.figure_words import VERDICTS, difference_in_words, notes_in_words, value_in_words

    aims, results = (" / ".join(map(value_in_words, side)) for side in (one.targets, one.outcomes))
    difference = difference_in_words(one)
    verdict = VERDICTS[one.verdict] + (f"（{difference}）" if difference else "")
    passages = " ".join(figure.passage for figure in (*one.targets, *one.outcomes))
    yield f"{one.place} {one.year} {one.indicator}　目标 {aims}　结果 {results or '—'}　{verdict}"
    if notes := notes_in_words(one):
        yield f"    {'；'.join(notes)}"
    yield f"    ← {passages}"


@click.command(cls=Command)
@limited_by("place")
@click.option("--year", metavar="年份", help="作出承诺的报告的年份或区间：2023、2016..2024。")
@csv_option
@jsonl_option
@index_option
def promises(chosen: Chosen, year: str | None, for_tables: bool, jsonl: bool, at: Path | None) -> int:
    """列出不含数字的承诺，和下一年报告里可能的下文。

    承诺指建成、开工、出台某事，推进、完成某项工程，创建某个称号。所列的句子可能说的是同一件事，程序不作判断。

    例：search-cli promises --place 德清 --year 2024
    """
    from deqing_search.query.filters import required_years
    from deqing_search.research.figure_records import promise_csv, promise_records
    from deqing_search.research.promises import find_promises

    if not any(chosen.place):
        raise UsageError("没有写地区", hint="例如：search-cli promises --place 杭州 --year 2023")
    years = required_years("--year", year) if year else None
    engine, filters = opened(chosen, at)
    found = find_promises(engine, filters, years)
    shown = found.promises
    if not shown:
        _nothing(len(found.reports), "未能识别这样的承诺")
    table = promise_csv(shown) if for_tables else None
    print_answer(promise_records(shown), _promise_lines(found), jsonl=jsonl, table=table)
    return HITS if shown else NONE


def _promise_lines(found: Promises) -> Iterator[str]:
    """A line for each promise, one below it for each related sentence, and how many reports were read."""
    for one in found.promises:
        yield from _promise_and_related(one)
    if found.promises:
        yield f"看一段：{links.command('show 编号')}"
    yield f"{len(found.promises)} 项承诺，查了 {len(found.reports)} 份报告。"


def _promise_and_related(one: Promise) -> Iterator[str]:
    yield f"{_with_name_then(one)} {one.year} {' '.join(one.text.split())} ← {one.passage.id}"
    if one.related is None:
        yield "    没有收录下一年报告"
    elif not one.related:
        yield "    下一年报告里没有找到相近的句子，不等于没有做"
    for related in one.related or ():
        yield f"    可能相关（{related.score:.2f}）：{' '.join(related.text.split())} ← {related.passage.id}"
