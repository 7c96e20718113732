"""What the command line prints: lines for people, and JSON records with a documented, versioned schema.

Functions named `…_lines` are for people, `…_records` give one JSON object a line (docs/jsonl.md). Here is what a search
returns; figures by year are in `trends`, repairs of files in `cleaning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deqing_search import config
from deqing_search.cli import links
from deqing_search.cli.errors import BOLD, DIM, MARK, PLAIN
from deqing_search.cli.layout import table
from deqing_search.cli.options import as_typed
from deqing_search.query.years import ranges_of
from deqing_search.report import Metadata
from deqing_search.search.exports import json_line
from deqing_search.search.records import HitRecord, hit_records, metadata_fields
from deqing_search.search.searcher import echo, group_duplicates
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import short_name

if TYPE_CHECKING:
    from deqing_search.citation import Citation
    from deqing_search.query.tree import Diagnostic, Query
    from deqing_search.report import Passage, Report, ReportCard
    from deqing_search.research.asked_figures import AskedFigures
    from deqing_search.search.searcher import Count, Coverage, Hit, InContext, Results
    from deqing_search.suggest.completion import Suggestion


KINDS = {"heading": "标题", "paragraph": "正文", "table-row": "表格行", "byline": "署名", "glossary": "名词解释"}
DAMAGE = {
    "truncated": "句末残缺",
    "placeholder": "原文有缺字",
    "unreadable": "有认不出的字",
    "uncertain": "识别不准",
    "continues-elsewhere": "下文在别版，未收",
    "continued": "上文在别版，未收",
}
SEVERITIES = {"note": "提示", "warning": "注意", "error": "错误"}


def result_lines(
    results: Results, coverage: Coverage, asked: AskedFigures | None = None, *, colour: bool
) -> Iterator[str]:
    """Results for a person: the query in words, the figures it asks for, the number of passages, and hit after hit."""
    yield tinted(echo(results.query), DIM, colour)
    if asked:
        yield from _asked_lines(asked, colour=colour)
    for card, outline in results.named:
        yield f"报告：{tinted(headline(card.meta), BOLD, colour)}"
        yield tinted(f"  {links.to_report(card.id)}", DIM, colour)
        if outline:
            yield tinted(f"  目次：{'　'.join(heading.text for heading in outline)}", DIM, colour)
        yield tinted(f"  只查这份报告：加 --report {card.id}", DIM, colour)
    yield from _variant_lines(results, colour=colour)
    if results.suggestions:
        yield f"您要找的是不是：{'　'.join(results.suggestions)}"
    if not results.lists:
        yield "没有找到，按词语查找也没有。" if results.words else "没有找到。"
    for shown in results.lists:
        if shown is results.words:
            none = "逐字没有更多的段落" if results.total else "没有逐字匹配的段落"
            yield f"{none}。以下按词语查找，不是逐字匹配："
            yield tinted(echo(shown.query), DIM, colour)
        below = shown is results.words and results.total
        yield from page_lines(shown, more="--mode words" if below else None, colour=colour)
    yield tinted(coverage_line(coverage), DIM, colour)


def _asked_lines(asked: AskedFigures, *, colour: bool) -> Iterator[str]:
    """The targets and outcomes that a query asks for, each with its passage."""
    from deqing_search.research.figure_words import value_in_words

    meta = asked.report.meta
    for one in asked.figures:
        yield tinted(f"{meta.place} {meta.year} 年 {one.indicator}", BOLD, colour)
        for name, figures in (("目标", one.targets), ("结果", one.outcomes)):
            values = dict.fromkeys((value_in_words(figure), figure.passage) for figure in figures)
            yield from (f"  {name}　{value}　{tinted(links.to_passage(id), DIM, colour)}" for value, id in values)
        if not asked.following:
            yield f"  没有收录 {(meta.year or 0) + 1} 年的报告，结果不详"
    yield tinted("数值由程序从报告中读出，引用前请核对原文。", DIM, colour)


def _variant_lines(results: Results, *, colour: bool) -> Iterator[str]:
    """Each form of a literal that was searched, with its count, and how to search only the typed one."""
    for literal, variants in groupby(results.variants, key=lambda variant: variant.literal):
        forms = "，".join(f"{variant.text}（{variant.kind}）{variant.passages} 段" for variant in variants)
        yield tinted(f"“{literal}”的写法：{forms}", DIM, colour)
    if results.variants:
        yield tinted("只看原词：加 --mode exact", DIM, colour)


def read_lines(query: Query) -> Iterator[str]:
    """How a query was understood, and its warnings with their places."""
    yield echo(query)
    for diagnostic in query.diagnostics:
        yield f"{SEVERITIES[diagnostic.severity]}：{pointed(query.typed, diagnostic)}"


def read_records(query: Query) -> Iterator[str]:
    diagnostics = [
        {"span": note.span, "severity": note.severity, "message": note.message} for note in query.diagnostics
    ]
    yield record(typed=query.typed, understood=query.root is not None, echo=echo(query), diagnostics=diagnostics)


def pointed(typed: str, diagnostic: Diagnostic) -> str:
    """A diagnostic with its place in the query.

    >>> from deqing_search.query.parser import parse
    >>> pointed("德清)", parse("德清)").diagnostics[0])
    '多余的右括号，已忽略（第 3 字“)”）'
    """
    start, end = diagnostic.span
    if not typed[start:end].strip() or (start, end) == (0, len(typed)):
        return diagnostic.message
    where = f"第 {start + 1} 字" if end - start == 1 else f"第 {start + 1}–{end} 字"
    shown = "".join(char if char.isprintable() else "�" for char in typed[start:end])
    return f"{diagnostic.message}（{where}{glimpse(shown)}）"


def suggestion_records(suggestions: Iterable[Suggestion]) -> Iterator[str]:
    for suggestion in suggestions:
        yield record(text=suggestion.text, kind=suggestion.kind)


def related_records(words: Iterable[Suggestion]) -> Iterator[str]:
    for word in words:
        yield record(text=word.text, passages=word.passages)


def _totals(passages: int, occurrences: int, reports: int) -> str:
    return f"共 {passages} 段{f' · {occurrences} 处' if occurrences else ''} · {reports} 份报告"


def page_lines(results: Results, *, more: str | None, colour: bool) -> Iterator[str]:
    """One list of hits. `more` is the option that shows the rest of it, if that is not its next page."""
    yield _totals(results.total, results.occurrences, results.reports)
    number = results.offset + 1
    for hit, duplicates in group_duplicates(results.hits):
        yield ""
        yield from hit_lines(number, hit, colour=colour)
        if duplicates:
            yield tinted(f"   另有 {len(duplicates)} 段文字相同：", DIM, colour)
        for other in duplicates:
            place = f"{headline(other.report.meta)} 第 {other.passage.ordinal} 段"
            yield tinted(f"   · {place}　{links.to_passage(other.passage.id)}", DIM, colour)
        number += 1 + len(duplicates)
    yield ""
    shown = results.offset + len(results.hits)
    if not results.total:
        yield "没有找到"
    elif not results.hits:
        yield f"没有第 {results.offset + 1} 条；从头看去掉 --offset"
    elif shown < results.total:
        yield f"已显示到第 {shown} 条；看{'其余' if more else '下一页'}加 {more or f'--offset {shown}'}"


def hit_lines(number: int, hit: Hit, *, colour: bool) -> Iterator[str]:
    passage, meta = hit.passage, hit.report.meta
    yield tinted(f"{number}. {headline(meta)}", BOLD, colour)
    place = " › ".join([*passage.section, f"第 {passage.ordinal} 段"])
    yield f"   {place}" + ("" if passage.kind == "paragraph" else f"（{KINDS[passage.kind]}）") + _damage(passage)
    snippet = hit.snippet
    text = marked(snippet.text, snippet.marks, colour=colour).replace("\n", " ")
    yield f"   {'……' * snippet.cut_before}{text}{'……' * snippet.cut_after}"
    yield tinted(f"   {links.to_passage(passage.id)}", DIM, colour)


def headline(meta: Metadata) -> str:
    """The title, with the place and the year if the title does not have them.

    >>> headline(Metadata(title="政府工作报告", place="浙江省湖州市德清县", year=2024))
    '浙江省湖州市德清县 政府工作报告（2024）'
    >>> headline(Metadata(title="2024年德清县政府工作报告", place="浙江省湖州市德清县", year=2024))
    '2024年德清县政府工作报告'
    >>> headline(Metadata(title="广东政府工作报告", place="广州市", year=2024))
    '广州市 广东政府工作报告（2024）'
    """
    name = short_name(meta.place)
    place = f"{meta.place} " if name and name not in meta.title else ""
    year = f"（{meta.year}）" if meta.year and str(meta.year) not in meta.title else ""
    return f"{place}{meta.title}{year}"


def marked(text: str, marks: Sequence[Span], *, colour: bool) -> str:
    """The text with its marks in colour, or in 【】 where there is none.

    >>> marked("地理信息产业", [Span(0, 4)], colour=False)
    '【地理信息】产业'
    """
    before, after = (MARK, PLAIN) if colour else ("【", "】")
    parts, at = [], 0
    for start, end in marks:
        parts += [text[at:start], before, text[start:end], after]
        at = end
    return "".join([*parts, text[at:]])


def coverage_line(coverage: Coverage) -> str:
    """What was searched: reports, passages, years, and the years between that have no report."""
    if not coverage.reports:
        return "没有收录符合筛选条件的报告"
    line = f"已查 {coverage.reports} 份报告、{coverage.passages} 段"
    if coverage.first_year:
        last = f"–{coverage.last_year}" if coverage.last_year != coverage.first_year else ""
        line += f"，{coverage.first_year}{last} 年"
    if coverage.missing_years:
        line += f"，缺 {'、'.join(ranges_of(coverage.missing_years))} 年"
    return line


def result_records(results: Results) -> Iterator[str]:
    """One object for each hit, all of one mode: words results only if exact mode found nothing.

    A program that counts lines would count words results after exact ones as exact.
    """
    shown = results.words if results.words and not results.total else results
    named = {"named": [one.card.id for one in results.named]} if results.named else {}
    for hit in hit_records(shown.hits):
        yield record(**hit_fields(hit), mode=shown.mode, **named)


def hit_fields(hit: HitRecord) -> dict[str, Any]:
    """The fields of a hit; without `same_as` if it is no duplicate."""
    fields = hit._asdict()
    if hit.same_as is None:
        del fields["same_as"]
    return fields


def count_lines(count: Count) -> Iterator[str]:
    """The numbers of a search and the coverage for people."""
    yield _totals(count.passages, count.occurrences, count.reports)
    yield coverage_line(count.coverage)


def count_records(count: Count) -> Iterator[str]:
    """One object: the numbers of passages, occurrences and reports, and the coverage."""
    yield record(
        passages=count.passages,
        occurrences=count.occurrences,
        reports=count.reports,
        coverage=count.coverage._asdict(),
    )


def card_lines(cards: Iterable[ReportCard], names: Mapping[str, str]) -> Iterator[str]:
    """The reports as a table, with their short ids."""
    rows = [("年份", "段数", "修复", "编号", "题名")]
    rows += [
        (
            str(card.meta.year or "—"),
            str(card.passages),
            str(card.edits - card.format_marks),
            names[card.id],
            headline(card.meta),
        )
        for card in cards
    ]
    return table(rows)


def card_fields(card: ReportCard) -> dict[str, Any]:
    return {
        "report": card.id,
        "title": card.meta.title,
        **metadata_fields(card.meta),
        "passages": card.passages,
        "edits": card.edits,
        "format_marks": card.format_marks,
        "url": f"/r/{card.id}",
    }


def context_lines(found: InContext, *, colour: bool) -> Iterator[str]:
    """A passage with its neighbours, its lines in the source and its link."""
    passage, meta = found.passage, found.report.meta
    yield tinted(headline(meta), BOLD, colour)
    yield " › ".join([*passage.section, f"第 {passage.ordinal} 段"]) + _damage(passage)
    yield ""
    for other in (*found.before, passage, *found.after):
        here = other.id == passage.id
        yield f"{'▶' if here else ' '} {tinted(other.text, BOLD if here else DIM, colour)}"
    yield ""
    first, last = passage.lines
    lines = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
    yield f"原件：{Path(found.report.path).name} {lines}"
    if meta.source:
        yield f"来源：{meta.source}"
    if site := config.site_url():
        yield f"链接：{site}/p/{passage.id}"
    yield f"引文：{links.command(f'cite {passage.id}')}"
    yield f"全文：{links.command(f'show {as_typed(passage.report)}')}"


def context_records(found: InContext) -> Iterator[str]:
    for passage in (*found.before, found.passage, *found.after):
        fields = passage_fields(passage) | {"report": passage.report, "id": passage.id}
        yield record(**fields, asked=passage.id == found.passage.id)


def report_lines(report: Report, *, colour: bool) -> Iterator[str]:
    """A whole report: each passage with its number, headings in bold."""
    for passage in report.passages:
        text = tinted(passage.text, BOLD, colour) if passage.kind == "heading" else passage.text
        yield f"{passage.ordinal:>4}  {text}{_damage(passage)}"


def passage_records(report: Report) -> Iterator[str]:
    for passage in report.passages:
        yield record(**passage_fields(passage), report=passage.report, id=passage.id)


def citation_records(passage: Passage, citation: Citation) -> Iterator[str]:
    yield record(id=passage.id, form=citation.name, media=citation.media, text=citation.text)


def passage_fields(passage: Passage) -> dict[str, Any]:
    """The fields of a passage in `clean` and `show`."""
    fields: dict[str, Any] = {
        "ordinal": passage.ordinal,
        "kind": passage.kind,
        "level": passage.level,
        "section": passage.section,
        "text": passage.text,
        "lines": passage.lines,
        "page": passage.page,
    }
    optional = {"term": passage.term, "cells": passage.cells, "damage": passage.damage}
    return fields | {name: value for name, value in optional.items() if value}


def record(**fields: Any) -> str:
    """One JSON object of the documented schema."""
    return json_line(fields)


def _damage(passage: Passage) -> str:
    return "".join(f"〔{DAMAGE[damage]}〕" for damage in passage.damage)


def glimpse(text: str) -> str:
    """A short look at a stretch of text: `（空）` for nothing, the middle left out of a long one."""
    text = visible(text)
    return f"“{text[:20]}……{text[-10:]}”" if len(text) > 36 else f"“{text}”" if text else "（空）"


def visible(text: str) -> str:
    return text.replace("\n", "⏎").replace("\t", "⇥")


def tinted(text: str, tint: str, colour: bool) -> str:
    return f"{tint}{text}{PLAIN}" if colour else text
