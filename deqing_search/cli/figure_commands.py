"""The commands `figures`, `pledges` and `promises`. Their records are made in `research.figure_records`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

# A command imports what it needs when it runs: help and usage errors do not wait for numpy.
from deqing_search.cli.click_in_chinese import Command
from deqing_search.cli.errors import HITS, NONE, notify, print_lines
from deqing_search.cli.options import csv_option, index_option, jsonl_option, open_engine, warn_years

if TYPE_CHECKING:
    from deqing_search.research.figures import Figure, Found
    from deqing_search.research.pledges import Pledge, Pledges
    from deqing_search.research.promises import Promise, Promises

place_option = click.option("--place", metavar="地区", default="", help="报告所说的地方，写一部分即可：杭州。")
year_option = click.option("--year", metavar="年份", help="报告的年份或区间：2024、2016..2024。")


@click.command(cls=Command)
@click.argument("indicator", metavar="指标")
@click.option("--targets", "wanted", flag_value="targets", help="只看目标；没有设目标的报告也列出。")
@click.option("--outcomes", "wanted", flag_value="outcomes", help="只看结果。")
@place_option
@year_option
@click.option("--of", "of", metavar="年份", help="数值所属的年份或区间：2023。")
@click.option("--sure", is_flag=True, help="去掉拿不准的。")
@csv_option
@jsonl_option
@index_option
def figures(
    indicator: str,
    wanted: str | None,
    place: str,
    year: str | None,
    of: str | None,
    sure: bool,
    for_tables: bool,
    jsonl: bool,
    at: Path | None,
) -> int:
    """逐份报告读出一项指标的目标和结果，每个数都注明出自哪一段。

    例：search-cli figures 地区生产总值 --place 杭州 --of 2023
    """
    from deqing_search.query.filters import TypedFilters, read_filters, required_years
    from deqing_search.research.figure_records import figure_csv, figure_records
    from deqing_search.research.figures import Choice, find_figures

    filters = read_filters("--{}".format, TypedFilters(year=year, place=place))
    choice = Choice(filters, wanted or "", required_years("--of", of) if of else None)  # type: ignore[arg-type]
    engine = open_engine(at)
    warn_years(engine, filters.years)
    found = find_figures(engine, indicator, choice)
    shown = [one for one in found.figures if one.certain or not sure]
    if not shown:
        notify(f"{len(found.reports)} 份报告里没有读到“{found.indicator}”的数值。")
    print_lines(figure_records(shown) if jsonl else figure_csv(shown) if for_tables else _lines(found, shown))
    return HITS if shown else NONE


def _lines(found: Found, shown: list[Figure]) -> Iterator[str]:
    """One line for each figure, and how many reports were read."""
    from deqing_search.research.figure_words import ROLES, value_in_words

    for one in shown:
        doubt = "" if one.certain else " （拿不准）" if one.low is not None else " （没有读到）"
        whose = "" if one.subject == one.place else f"{one.subject} "
        said = f"{ROLES[one.role]} {whose}{value_in_words(one)}{doubt}"
        yield f"{one.place} {one.of_year or '年份不详'} {said} ← {one.year} 年报告 {one.passage or one.report}"
    yield f"{found.indicator}：{len(shown)} 个数值，查了 {len(found.reports)} 份报告。"


@click.command(cls=Command)
@click.argument("names", metavar="[指标]...", nargs=-1)
@place_option
@click.option("--year", metavar="年份", help="目标所属的年份或区间：2023、2016..2024。")
@csv_option
@jsonl_option
@index_option
def pledges(
    names: tuple[str, ...], place: str, year: str | None, for_tables: bool, jsonl: bool, at: Path | None
) -> int:
    """当年的目标和下一年报告所说的结果放在一起：达到没有，差多少。不写指标就看全部指标。

    例：search-cli pledges GDP --place 杭州 --year 2016..2024
    """
    from deqing_search.query.filters import TypedFilters, read_filters, required_years
    from deqing_search.research.figure_records import pledge_csv, pledge_records
    from deqing_search.research.pledges import find_pledges

    filters = read_filters("--{}".format, TypedFilters(place=place))
    found = find_pledges(open_engine(at), names, filters, required_years("--year", year) if year else None)
    shown = found.pledges
    if not shown:
        notify(f"{len(found.reports)} 份报告里没有读到目标。")
    print_lines(pledge_records(shown) if jsonl else pledge_csv(shown) if for_tables else _pledge_lines(found))
    return HITS if shown else NONE


def _pledge_lines(found: Pledges) -> Iterator[str]:
    """One line for each pledge, and how many reports were read."""
    for one in found.pledges:
        yield _pledge_line(one)
    yield f"{len(found.pledges)} 项目标，查了 {len(found.reports)} 份报告。"


def _pledge_line(one: Pledge) -> str:
    from deqing_search.research.figure_words import VERDICTS, difference_in_words, value_in_words

    aims, results = (" / ".join(map(value_in_words, side)) for side in (one.targets, one.outcomes))
    difference = difference_in_words(one)
    verdict = VERDICTS[one.verdict] + (f"（差 {difference}）" if difference else "")
    passages = " ".join(figure.passage for figure in (*one.targets, *one.outcomes))
    return f"{one.place} {one.year} {one.indicator} 目标 {aims} 结果 {results or '—'} {verdict} ← {passages}"


@click.command(cls=Command)
@click.option("--place", metavar="地区", required=True, help="报告所说的地方，写一部分即可：杭州。")
@click.option("--year", metavar="年份", help="作出承诺的报告的年份或区间：2023、2016..2024。")
@csv_option
@jsonl_option
@index_option
def promises(place: str, year: str | None, for_tables: bool, jsonl: bool, at: Path | None) -> int:
    """不带数字的承诺（建成、开工、出台……）和下一年报告里可能说到同一件事的句子，不作判断。

    例：search-cli promises --place 杭州 --year 2023
    """
    from deqing_search.query.filters import TypedFilters, read_filters, required_years
    from deqing_search.research.figure_records import promise_csv, promise_records
    from deqing_search.research.promises import find_promises

    filters = read_filters("--{}".format, TypedFilters(place=place))
    found = find_promises(open_engine(at), filters, required_years("--year", year) if year else None)
    shown = found.promises
    if not shown:
        notify(f"{len(found.reports)} 份报告里没有读到这样的承诺。")
    print_lines(promise_records(shown) if jsonl else promise_csv(shown) if for_tables else _promise_lines(found))
    return HITS if shown else NONE


def _promise_lines(found: Promises) -> Iterator[str]:
    """A line for each promise, one below it for each related sentence, and how many reports were read."""
    for one in found.promises:
        yield from _promise_and_related(one)
    yield f"{len(found.promises)} 项承诺，查了 {len(found.reports)} 份报告。"


def _promise_and_related(one: Promise) -> Iterator[str]:
    yield f"{one.place} {one.year} {one.verb}：{one.thing} ← {one.passage.id}"
    if one.related is None:
        yield "    没有收录下一年报告"
    elif not one.related:
        yield "    下一年报告里没有找到相近的句子，不等于没有做"
    for related in one.related or ():
        yield f"    可能相关（{related.score:.2f}）：{' '.join(related.text.split())} ← {related.passage.id}"
