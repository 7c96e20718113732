"""The tools: each asks a conductor and returns a noun of `answers`. All of them only read.

A `DeqingError` is raised with the reason and, as its hint, the call that helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from deqing_search import config
from deqing_search.citation import citations, cited, digest
from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.mcp import answers, arguments
from deqing_search.mcp.answers import passage_link, place_fields, report_link, searched, text_of
from deqing_search.mcp.budget import MOST, fitting
from deqing_search.messages import for_message
from deqing_search.query.echo import echo
from deqing_search.query.filters import Filters, required_years
from deqing_search.quotes import wording
from deqing_search.quotes.clause_verdicts import Clause, clause_verdicts
from deqing_search.quotes.findings import FOUND, Checked, Finding, Source
from deqing_search.report import Passage, Report, ReportCard
from deqing_search.research import figures as reading
from deqing_search.research import trends
from deqing_search.research.figure_words import role_in_words, value_in_words
from deqing_search.search import searcher
from deqing_search.search.redirects import Succession, report_successor, succession
from deqing_search.search.results import Hit, InContext, Results
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.verification import check

_WHOLE: Final = 800  # characters of a hit that is shown whole
_NEAR: Final = 400  # characters of a passage beside the one that is read
_SHORTEST: Final = 4  # letters of the words around quotations that are listed as not checked
_SOURCES: Final = 2  # of a sentence
_OUTLINE: Final = MOST // 4  # tokens


class Collection(NamedTuple):
    """The reports that are asked, and where former ids of passages lead."""

    engine: Viewer
    permalinks: PermalinkStore


def search(held: Collection, asked: arguments.Search) -> answers.SearchAnswer:
    """Passages that contain a text, the best first, each with its report, permalink and hash."""
    mode = None if asked.mode == "auto" else asked.mode
    request = searcher.SearchRequest(asked.query, asked.filters, mode, "relevance", asked.offset, asked.limit)
    found = searcher.search(held.engine, request)
    shown = found.words if found.words and not found.total else found
    hits = fitting(_hit(one) for one in shown.hits)
    after = asked.offset + len(hits)
    return answers.SearchAnswer(
        searched=searched(searcher.coverage(held.engine, found.query)),
        next=f"search 加 offset={after}" if after < shown.total else "",
        understood=echo(found.query),
        mode=shown.mode,
        passages=shown.total,
        occurrences=shown.occurrences,
        reports=shown.reports,
        notes=tuple(_notes(held, found, shown)),
        hits=hits,
    )


def _notes(held: Collection, found: Results, shown: Results) -> Iterator[str]:
    """What a reader of the hits must also know."""
    yield from (str(one.message) for one in found.query.diagnostics)
    if shown is not found:
        yield "没有逐字相同的；这些是按词语找到的，不能当作原文含有检索词。"
    if not shown.total:
        yield from map(str, searcher.unknown_values(held.engine, found.query))
        yield "没有找到，不等于没有：可能在没有收录的报告里。用 coverage 看收录了什么。"
    if found.suggestions:
        yield f"也许要找：{'、'.join(found.suggestions)}"
    if found.named:
        yield "检索式写的是报告：" + "；".join(
            f"{one.card.meta.title} → read_report id={one.card.id}" for one in found.named
        )


def _hit(hit: Hit) -> answers.Text:
    is_long = len(hit.passage.text) > _WHOLE
    start = max(hit.marks[0].start - _WHOLE // 2, 0) if is_long and hit.marks else 0
    return text_of(hit.passage, hit.report, start, _WHOLE)


def read_passage(held: Collection, asked: arguments.ReadPassage) -> answers.PassageAnswer:
    """A passage word for word, with those around it. Former ids lead to what the passage is now."""
    found, moved = _in_context(held, asked.id, asked.around)
    passage = text_of(found.passage, found.report, asked.start)
    after = asked.start + len(passage.text)
    rest = f"read_passage id={passage.id} start={after}" if after < len(found.passage.text) else ""
    return answers.PassageAnswer(
        searched=_all_searched(held),
        next=rest or f"read_report id={found.report.id} first={found.passage.ordinal}",
        passage=passage,
        before=tuple(map(_near, found.before)),
        after=tuple(map(_near, found.after)),
        moved=moved,
    )


def _near(passage: Passage) -> answers.Near:
    return answers.Near(ordinal=passage.ordinal, id=passage.id, text=_shortened(passage.text, _NEAR))


def _shortened(text: str, most: int = _WHOLE) -> str:
    return text if len(text) <= most else text[:most] + "……"


def _in_context(held: Collection, name: str, around: int) -> tuple[InContext, str]:
    """A passage with its neighbours, and what became of it; raises `UsageError` if there is none."""
    id = name.strip().rpartition("/")[2]
    found = searcher.passage_in_context(held.engine, id, around=around)
    if found:
        return found, ""
    leads = succession(held.engine.view(), held.permalinks, id)
    now = leads and leads.passage and searcher.passage_in_context(held.engine, leads.passage.id, around=around)
    if leads and now:
        return now, _what_happened(leads)
    if leads:
        raise UsageError(_gone(leads), hint="用 search 查其中的几个字，看现在见于哪里")
    said = f"没有编号为“{for_message(id)}”的段落"
    raise UsageError(said, hint="用 search 查引文里的几个字，结果里有编号；报告的编号用 read_report")


def _what_happened(leads: Succession) -> str:
    what = "现在见于另一份报告" if leads.is_moved else "文字已有改动" if leads.is_changed else "编号已加长"
    return f"编号 {leads.former.id} 的段落{what}；它原来的文字是：{_shortened(leads.former.text)}"


def _gone(leads: Succession) -> str:
    where = f"{leads.former.report} 第 {leads.former.ordinal} 段"
    return f"编号 {leads.former.id} 的段落已不在收录之列，它原是 {where}：{_shortened(leads.former.text)}"


def read_report(held: Collection, asked: arguments.ReadReport) -> answers.ReportAnswer:
    """A report in reading order, from a passage on, with its outline."""
    report, moved = _report(held, asked.id)
    if asked.first > len(report.passages):
        said = f"这份报告有 {len(report.passages)} 段，没有第 {asked.first} 段"
        raise UsageError(said, hint=f"read_report id={report.id} first=1")
    outline = _outline(report) if asked.first == 1 else ()
    parts = fitting(map(_part, report.passages[asked.first - 1 :]), MOST - (_OUTLINE if outline else 0))
    after = asked.first + len(parts)
    return answers.ReportAnswer(
        searched=_all_searched(held),
        next=f"read_report id={report.id} first={after}" if after <= len(report.passages) else "",
        id=report.id,
        permalink=report_link(report.id),
        title=report.meta.title or report.id,
        place=report.meta.place,
        year=report.meta.year,
        date=report.meta.date,
        source=report.meta.source,
        passages=len(report.passages),
        outline=outline,
        text=parts,
        moved=moved,
    )


def _report(held: Collection, name: str) -> tuple[Report, str]:
    id = name.strip().rpartition("/r/")[2]
    if found := searcher.open_report(held.engine, id):
        return found, ""
    if now := report_successor(held.engine.view(), held.permalinks, id):
        return now, f"报告 {id} 的文件改了名或移了位置，现在的编号是 {now.id}"
    said = f"没有编号为“{for_message(id)}”的报告"
    raise UsageError(said, hint="用 coverage place=地区 year=年份 列出收录的报告和编号")


def _outline(report: Report) -> tuple[answers.Heading, ...]:
    headings = (one for one in report.passages if one.kind == "heading")
    listed = (answers.Heading(ordinal=one.ordinal, level=one.level, text=one.text[:100]) for one in headings)
    return fitting(listed, _OUTLINE)


def _part(passage: Passage) -> answers.Part:
    text = passage.text[: answers.LONGEST]
    return answers.Part(
        ordinal=passage.ordinal,
        id=passage.id,
        kind=passage.kind,
        text=text,
        sha256=digest(passage.text),
        cut=len(text) < len(passage.text),
    )


def verify(held: Collection, asked: arguments.Verify) -> answers.VerifyAnswer:
    """Whether each sentence stands in the reports word for word, what differs, and where the source is."""
    checked = check.check(held.engine, asked.text)
    findings = fitting(_checked(one, checked) for one in checked.findings)
    left = checked.findings[len(findings) :]
    return answers.VerifyAnswer(
        searched=searched(checked.coverage),
        next=f"还有 {len(left)} 句：verify text=原文第 {left[0].span.start + 1} 个字起的部分" if left else "",
        all_found=checked.is_found,
        not_checked=tuple(_not_checked(checked)),
        findings=findings,
    )


def _not_checked(checked: Checked) -> Iterator[str]:
    """The words of a text that no finding is about: those around quotations."""
    ends = [one.span.end for one in checked.findings]
    starts = [one.span.start for one in checked.findings]
    for start, end in zip([0, *ends], [*starts, len(checked.text)], strict=True):
        words = checked.text[start:end].strip()
        if sum(map(str.isalnum, words)) >= _SHORTEST:
            yield _shortened(words, _NEAR)


def _checked(one: Finding, checked: Checked) -> answers.Checked:
    sources = [part.source for part in one.parts] or list(one.sources)
    return answers.Checked(
        sentence=one.sentence,
        verdict=one.verdict,
        explanation=wording.explanation(one, checked.coverage),
        attribution=wording.attribution(one),
        figures=tuple("，".join(filter(None, said)) for said in wording.figures(one)),
        differences=tuple(
            answers.Differing(kind=kind, text=text, source=source)
            for kind, text, source in wording.described(one.differences + one.spellings)
        ),
        clauses=tuple(_clause(checked.text, clause) for clause in clause_verdicts(checked.text, one)),
        in_reports=one.reports if one.verdict in FOUND else 0,
        sources=tuple(map(_quoted, sources[:_SOURCES])),
    )


def _clause(text: str, one: Clause) -> answers.ClauseChecked:
    return answers.ClauseChecked(
        words=text[slice(*one.span)],
        verdict=one.verdict,
        source=passage_link(one.source.passage.id) if one.source else "",
    )


def _quoted(source: Source) -> answers.Quoted:
    words = _shortened(source.passage.text[slice(*source.span)])
    return answers.Quoted(**place_fields(source.passage, source.report), words=words)


def trend(held: Collection, asked: arguments.Trend) -> answers.TrendAnswer:
    """Occurrences by year of the report, and in 10,000 characters, which can be compared between years."""
    counted = [trends.trend(held.engine, one, asked.filters) for one in asked.queries]
    return answers.TrendAnswer(
        searched=_searched(held, asked.filters),
        next=f"search query={asked.queries[0]} year=… 看某一年的原文",
        series=tuple(_series(one, typed, asked.filters) for one, typed in zip(counted, asked.queries, strict=True)),
    )


def _series(one: trends.Trend, typed: str, filters: Filters) -> answers.Series:
    years = [*one.years, *([one.undated] if one.undated.reports else [])]
    address = urlencode({"q": typed, **filters.parameters()}, quote_via=quote)
    return answers.Series(
        query=typed,
        occurrences=one.total.occurrences,
        permalink=f"{config.site_url()}/trend?{address}",
        years=tuple(
            answers.YearCount(
                year=year.year,
                occurrences=year.occurrences,
                reports=year.reports,
                per_10000_characters=round(year.per_10000, 4),
            )
            for year in years
        ),
    )


def figures(held: Collection, asked: arguments.Figures) -> answers.FiguresAnswer:
    """What reports say of an indicator, as data: targets and outcomes, each with its sentence."""
    of = required_years("of_year", asked.of_year) if asked.of_year else None
    wanted: reading.Wanted = "" if asked.wanted == "all" else asked.wanted
    found = reading.find_figures(held.engine, asked.indicator, reading.Choice(asked.filters, wanted, of))
    rest = found.figures[asked.offset : asked.offset + asked.limit]
    cards = {card.id: card for card in found.reports}
    said = fitting(_figure(held, one, cards[one.report]) for one in rest)
    after = asked.offset + len(said)
    return answers.FiguresAnswer(
        searched=_searched(held, asked.filters),
        next=f"figures 加 offset={after}" if after < len(found.figures) else "",
        indicator=found.indicator,
        total=len(found.figures),
        figures=said,
    )


def _figure(held: Collection, one: reading.Figure, card: ReportCard) -> answers.FigureSaid:
    passage = held.engine.view().passage(one.passage) if one.passage else None
    return answers.FigureSaid(
        **place_fields(passage, card),
        indicator=one.indicator,
        role=role_in_words(one),
        subject=one.subject,
        value=value_in_words(one),
        low=one.low,
        high=one.high,
        unit=one.unit,
        of_year=one.of_year,
        certain=one.certain,
        sentence=_shortened(one.text),
    )


def coverage(held: Collection, asked: arguments.Coverage) -> answers.CoverageAnswer:
    """Which reports the index has, and which years are missing between them. Other reports cannot be found."""
    cards = [card for card in held.engine.view().cards() if asked.filters.allow(card)]
    covered = searcher.coverage_of(held.engine, asked.filters)
    listed = fitting(map(_listed, cards[asked.offset : asked.offset + asked.limit]))
    after = asked.offset + len(listed)
    return answers.CoverageAnswer(
        searched=searched(covered),
        next=f"coverage 加 offset={after}" if after < len(cards) else "",
        reports=covered.reports,
        passages=covered.passages,
        first_year=covered.first_year,
        last_year=covered.last_year,
        missing_years=covered.missing_years,
        undated=sum(card.meta.year is None for card in cards),
        list=listed,
    )


def _listed(card: ReportCard) -> answers.Listed:
    return answers.Listed(
        id=card.id,
        permalink=report_link(card.id),
        title=card.meta.title or card.id,
        place=card.meta.place,
        year=card.meta.year,
        passages=card.passages,
    )


def cite(held: Collection, asked: arguments.Cite) -> answers.CiteAnswer:
    """The citation of a passage. The permalink is in it only where the server knows the address of its site."""
    found, moved = _in_context(held, asked.id, 0)
    link = passage_link(found.passage.id)
    written = citations(cited(found.report, found.passage, link if config.site_url() else ""))
    return answers.CiteAnswer(
        searched=_all_searched(held),
        next=moved,
        id=found.passage.id,
        permalink=link,
        sha256=digest(found.passage.text),
        form=asked.form,
        citation=next(one.text for one in written if one.name == asked.form),
    )


def _all_searched(held: Collection) -> str:
    return searched(searcher.coverage(held.engine))


def _searched(held: Collection, filters: Filters) -> str:
    return searched(searcher.coverage_of(held.engine, filters))
