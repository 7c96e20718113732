"""The commands that show what the index has: show, cite, docs, places.

Their lines and records are made in `hits`, those of places in `places`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

# A command imports what it needs when it runs: help and usage errors do not wait for numpy.
from deqing_search import config
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

if TYPE_CHECKING:
    from deqing_search.engine.base import Viewer
    from deqing_search.search.redirects import Succession
    from deqing_search.search.searcher import InContext

CITATION_FORMS = ("gbt7714", "footnote", "markdown", "bibtex", "ris", "csl")  # those of `citation.FORMS`


@click.command(cls=Command)
@click.argument("name", metavar="编号")
@click.option("--around", type=click.IntRange(0, 50), default=2, metavar="N", help="段落前后各显示几段（默认 2）。")
@jsonl_option
@index_option
def show(name: str, around: int, jsonl: bool, at: Path | None) -> int:
    """显示一段及其前后文，或显示整份报告。

    写段落的编号（见 query）或报告的编号（见 docs）。旧编号显示现在的段落或报告，并说明变化。

    例：search-cli show deqing-2016-work-report
    """
    from deqing_search.cli import hits
    from deqing_search.search import searcher
    from deqing_search.search.redirects import report_successor, succession
    from deqing_search.store.permalinks import PermalinkStore

    engine, store = open_engine(at), PermalinkStore(at or config.index_dir())
    id, of_report = name.rpartition("/p/")[2], report_id(engine, name)
    found, report = searcher.passage_in_context(engine, id, around=around), searcher.open_report(engine, of_report)
    if found is None and report is None:
        leads = succession(engine.view(), store, id)
        if leads is None and (report := report_successor(engine.view(), store, of_report)):
            notify(f"报告 {of_report} 的文件改了名或移了位置，现在的编号是 {report.id}。")
        elif leads is None:
            notify(*_unknown(name))
        else:
            found = _led_to(engine, leads, around)
    if found:
        print_answer(hits.context_records(found), hits.context_lines(found, colour=coloured()), jsonl=jsonl)
    elif report:
        print_answer(hits.passage_records(report), hits.report_lines(report, colour=coloured()), jsonl=jsonl)
    return HITS if found or report else NONE


@click.command(cls=Command)
@click.argument("name", metavar="编号")
@click.option(
    "--form",
    type=click.Choice(CITATION_FORMS),
    default="gbt7714",
    help="格式：gbt7714（默认）、footnote 脚注、markdown、bibtex、ris、csl。",
)
@jsonl_option
@index_option
def cite(name: str, form: str, jsonl: bool, at: Path | None) -> int:
    """写出一段的引文，有六种格式。

    段落的编号见 query；旧编号引现在的段落，并说明变化。设了 DEQING_URL，引文才有固定链接。

    例：search-cli cite q5ghyw2138tc035z --form bibtex
    """
    from deqing_search.citation import citations, cited
    from deqing_search.cli import hits
    from deqing_search.search import searcher
    from deqing_search.search.redirects import succession
    from deqing_search.store.permalinks import PermalinkStore

    engine, id = open_engine(at), name.rpartition("/p/")[2]
    found = searcher.passage_in_context(engine, id, around=0)
    if found is None:
        leads = succession(engine.view(), PermalinkStore(at or config.index_dir()), id)
        if leads is None:
            notify(*_no_passage(name))
        found = _led_to(engine, leads, 0) if leads else None
    if found is None:
        return NONE
    address = f"{config.site_url()}/p/{found.passage.id}" if config.site_url() else ""
    by_form = {one.name: one for one in citations(cited(found.report, found.passage, address))}
    print_answer(hits.citation_records(found.passage, by_form[form]), by_form[form].text.splitlines(), jsonl=jsonl)
    return HITS


def _led_to(engine: Viewer, leads: Succession, around: int) -> InContext | None:
    """The successor of a passage, None if it has none; prints what became of the passage."""
    from deqing_search.search import searcher

    notify(*_what_happened(leads))
    return searcher.passage_in_context(engine, leads.passage.id, around=around) if leads.passage else None


def _no_passage(name: str) -> tuple[str, str]:
    return f"没有编号为“{name}”的段落。", "用 search-cli query 查段落编号。"


def _unknown(name: str) -> tuple[str, str]:
    said = f"没有编号为“{name}”的段落或报告。"
    return said, "用 search-cli docs 看有哪些报告，用 search-cli query 查段落编号。"


def _what_happened(leads: Succession) -> tuple[str, str]:
    """What became of a passage that the index does not have by this id, and what to type next."""
    id, stood = leads.former.id, f"它原是 {leads.former.title} 第 {leads.former.ordinal} 段：{leads.former.text}"
    if next := leads.passage:
        changed = "自引用后有改动" if leads.is_changed else "编号已加长"
        what = f"现在见于另一份报告 {next.report}" if leads.is_moved else changed
        return f"编号 {id} 的段落{what}。{stood}", f"引用时请改用新编号：search-cli show {next.id}"
    if leads.elsewhere:
        hint = "同样的文字见于别的报告：" + "；".join(f"search-cli show {one.id}" for one in leads.elsewhere)
    else:
        hint = "用 search-cli docs 看现有的报告。"
    return f"编号 {id} 的段落已不在收录之列。{stood}", hint


@click.command(cls=Command)
@limited_by("year", "kind", "place")
@csv_option
@jsonl_option
@index_option
def docs(chosen: Chosen, for_tables: bool, jsonl: bool, at: Path | None) -> int:
    """列出收录的报告，附编号。

    列出的编号可用于 show、reuse、compare 和 --report；完整的编号见 --jsonl。

    例：search-cli docs --place 德清 --year 2016..2024
    """
    from deqing_search.cli import hits
    from deqing_search.cli.short_ids import short_ids

    engine, filters = opened(chosen, at)
    every = engine.view().cards()
    shown, names = [card for card in every if filters.allow(card)], short_ids([card.id for card in every])
    if not shown:
        notify("没有收录符合条件的报告。", "search-cli docs")
    lines = hits.card_lines(shown, names) if shown else ()
    print_records(map(hits.card_fields, shown), lines, for_tables=for_tables, jsonl=jsonl)
    return HITS if shown else NONE


@click.command(cls=Command)
@click.argument("name", metavar="地区")
@jsonl_option
@index_option
def places(name: str, jsonl: bool, at: Path | None) -> int:
    """列出一个地区历年的名称和代码、合并和拆分，和收录的报告。

    写今名或曾用名，全名或简称。

    例：search-cli places 襄阳
    """
    from deqing_search.cli.hits import record
    from deqing_search.cli.places import place_lines
    from deqing_search.query.filters import short_text
    from deqing_search.search.place_histories import histories, history_fields

    found = histories(open_engine(at), short_text("地区", name))
    if not found:
        notify(f"区划表里没有“{name}”。", "写县级以上行政区划的名称，如 search-cli places 襄阳")
    records = (record(**history_fields(one)) for one in found)
    print_answer(records, place_lines(found, colour=coloured()), jsonl=jsonl)
    return HITS if found else NONE
