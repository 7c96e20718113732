"""Lines and records of the commands on quotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from operator import attrgetter

from deqing_search.cli import links
from deqing_search.cli.errors import ADDED, BOLD, DIM, REMOVED
from deqing_search.cli.hits import coverage_line, headline, record, tinted
from deqing_search.quotes import wording
from deqing_search.quotes.clause_verdicts import clause_verdicts
from deqing_search.quotes.findings import STATUSES, Checked, Finding, Source
from deqing_search.quotes.records import finding_records

_SHOWN = 3  # sources of a finding
_SHOWN_CLAUSES = 12  # of a sentence


def verify_records(checked: Checked) -> Iterator[str]:
    """One JSON object for each sentence, in the order of the text."""
    for one in finding_records(checked):
        yield record(**one._asdict())


def verify_lines(checked: Checked, *, colour: bool) -> Iterator[str]:
    """The findings, altered numbers first, and how many there are of each verdict; plain absent ones are one list."""
    for is_absent, findings in groupby(checked.urgent_first, attrgetter("is_plainly_absent")):
        same = list(findings)
        if is_absent and len(same) > 1:
            yield from _absent_lines(same, checked, colour=colour)
            yield ""
            continue
        for finding in same:
            yield from _finding_lines(finding, checked, colour=colour)
            yield ""
    counts = ((wording.STATUSES[status], checked.count(status)) for status in STATUSES)
    yield f"共 {len(checked.findings)} 处：" + "，".join(f"{name} {count}" for name, count in counts if count)
    yield tinted(coverage_line(checked.coverage), DIM, colour)


def _absent_lines(findings: Sequence[Finding], checked: Checked, *, colour: bool) -> Iterator[str]:
    yield tinted(f"【{wording.STATUSES['absent']}】{len(findings)} 处", BOLD, colour)
    yield f"   {wording.explanation(findings[0], checked.coverage)}"
    yield from (f"   · {one.sentence}".replace("\n", "") for one in findings)


def _finding_lines(finding: Finding, checked: Checked, *, colour: bool) -> Iterator[str]:
    yield tinted(f"【{wording.STATUSES[finding.status]}】{finding.sentence}".replace("\n", ""), BOLD, colour)
    yield f"   {wording.explanation(finding, checked.coverage)}"
    if said := wording.attribution(finding):
        yield f"   {said}"
    for answer, line in wording.figures(finding):
        yield f"   {f'{answer}，' if answer else ''}{line}"
    for kind, text, source in wording.described(finding.differences + finding.spellings):
        yield f"   {kind}：文中 {tinted(text, REMOVED, colour)}　原文 {tinted(source, ADDED, colour)}"
    clauses = clause_verdicts(checked.text, finding)[:_SHOWN_CLAUSES]
    for one, after in zip_longest(clauses, clauses[1:]):
        words = checked.text[slice(*one.span)].replace("\n", "")
        yield f"   分句，{wording.STATUSES[one.verdict]}：{words}"
        goes_on = after and after.source and one.source and after.source.passage.id == one.source.passage.id
        if one.source and finding.parts and not goes_on:
            yield _place_line(one.source, colour=colour)
    for found in [] if finding.parts and clauses else finding.sources[:_SHOWN]:
        yield f"   原文：{found.passage.text[slice(*found.span)]}".replace("\n", "")
        yield _place_line(found, colour=colour)


def _place_line(one: Source, *, colour: bool) -> str:
    place = f"{headline(one.report.meta)} 第 {one.passage.ordinal} 段"
    return tinted(f"   {place}　{links.to_passage(one.passage.id)}", DIM, colour)
