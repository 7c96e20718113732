"""Lines of the command reuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deqing_search.cli import links
from deqing_search.cli.errors import BOLD, DIM
from deqing_search.cli.hits import coverage_line, headline, tinted
from deqing_search.cli.layout import table
from deqing_search.engine.base import Viewer
from deqing_search.quotes import reuse_wording as wording
from deqing_search.quotes.inheritance import Inheritance
from deqing_search.quotes.reuse import ORIGINS, Clause, Reuse, Share
from deqing_search.report import ReportCard
from deqing_search.search.coverage import contents
from deqing_search.search.searcher import coverage


def reuse_lines(engine: Viewer, found: Reuse, *, colour: bool) -> Iterator[str]:
    """The shares of a report, of its sections, and its clauses that others have."""
    card, whole = contents(engine.view()).cards[found.report.id], found.whole
    yield tinted(headline(found.report.meta), BOLD, colour)
    yield f"十字以上的分句 {whole.clauses} 个，{whole.characters} 字"
    yield f"见于别的报告 {_said(found.elsewhere, whole)}，其中见于更早的 {_said(found.inherited, whole)}"
    for origin in ORIGINS:
        if (part := found.from_origin(origin)).clauses:
            yield f"   {wording.ORIGINS[origin]} {_said(part, whole)}"
    yield f"由本地上一年改写的 {_said(found.edited, whole)}"
    yield from _section_lines(found)
    yield ""
    for one in found.clauses:
        yield from _clause_lines(found, one, card, colour=colour)
    yield wording.held_only(found.unheld)
    yield tinted(coverage_line(coverage(engine)), DIM, colour)


def _said(part: Share, whole: Share) -> str:
    return f"{part.clauses} 个（占字数 {part.of(whole):.1%}）"


def _section_lines(found: Reuse) -> Iterator[str]:
    sections = list(found.by_section())
    if len(sections) > 1:
        yield "各部分沿用更早报告的字数："
        for name, whole, inherited in sections:
            yield f"   {inherited.of(whole):6.1%}  {name or wording.UNTITLED}"


def _clause_lines(found: Reuse, one: Clause, card: ReportCard, *, colour: bool) -> Iterator[str]:
    if one.carriers:
        first, passage = one.carriers[0].report, found.first_passages[one.carriers[0].handle]
        yield f"第 {one.passage.ordinal} 段　{tinted(one.text, BOLD, colour)}"
        origins = "、".join(wording.ORIGINS[origin] for origin in ORIGINS if origin in one.origins)
        yield f"   {wording.relatives(one, card)}" + (f"更早见于：{origins}。" if origins else "")
        yield tinted(f"   别处最早：{headline(first.meta)}　{links.to_passage(passage.id)}", DIM, colour)
    elif one.edited_from:
        yield f"第 {one.passage.ordinal} 段　{tinted(one.text, BOLD, colour)}"
        yield f"   本地上一年：{one.edited_from}"


def inheritance_lines(rows: Sequence[Inheritance]) -> Iterator[str]:
    """A row for each report, and the sums."""
    shown = [("地区", "年份", "分句", "字数", "见于别的报告", "见于更早的报告", "见于本地上一年")]
    for row in rows:
        meta, whole = row.report.meta, row.whole
        repeated = f"{row.last_year.of(whole):.1%}" if row.last_year else "—"
        shares = f"{row.elsewhere.of(whole):.1%}", f"{row.inherited.of(whole):.1%}", repeated
        shown.append((meta.place, str(meta.year or "不详"), str(whole.clauses), str(whole.characters), *shares))
    yield from table(shown)
    if any(row.last_year is None for row in rows):
        yield "—：没有收录本地上一年的报告"
    yield _sums(rows)


def _sums(rows: Sequence[Inheritance]) -> str:
    whole, elsewhere, inherited = (
        sum(getattr(row, name).clauses for row in rows) for name in ("whole", "elsewhere", "inherited")
    )
    repeated = sum(row.last_year.clauses for row in rows if row.last_year)
    shares = (f"{part / whole:.1%}" if whole else "—" for part in (elsewhere, inherited, repeated))
    names = ("见于别的报告", "见于更早的报告", "见于本地上一年")
    said = "，".join(f"{name} {share}" for name, share in zip(names, shares, strict=True))
    return f"共 {len(rows)} 份报告，十字以上的分句 {whole} 个：{said}（按分句数）。只比较收录的报告。"
