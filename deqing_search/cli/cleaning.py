"""What the command line prints about files: their repairs, contradictions in them, and what indexing did with them.

Functions named `…_lines` are for people, `…_records` give one JSON object a line (docs/jsonl.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deqing_search.cleaning.titles import TITLES
from deqing_search.cli.hits import DIM, glimpse, passage_fields, record, tinted, visible
from deqing_search.report import LoggedEdit, RawText, Report

if TYPE_CHECKING:
    from deqing_search.indexing import Outcome
    from deqing_search.integrity import Finding as Damage
    from deqing_search.structure.consistency import Finding

_ADDED, _REMOVED = "\x1b[32m", "\x1b[31m"


def clean_records(report: Report) -> Iterator[str]:
    for passage in report.passages:
        yield record(**passage_fields(passage))


def explain_lines(edit_log: Sequence[LoggedEdit]) -> Iterator[str]:
    """Each fix, the number of its edits, and up to three of them."""
    if not edit_log:
        yield "没有发现需要修复的地方。"
    for name, title in TITLES.items():
        entries = [entry for entry in edit_log if entry.fix == name]
        if entries:
            yield f"{title}（{name}）：{len(entries)} 处"
            for entry in entries[:3]:
                yield f"    第 {entry.lines[0]} 行：{glimpse(entry.before)} → {glimpse(entry.after)}（{entry.reason}）"


def total_lines(reports: Iterable[Report]) -> Iterator[str]:
    """For each fix the number of its edits, and of the reports that have them."""
    number, edits, touched = 0, Counter[str](), Counter[str]()
    for report in reports:
        number += 1
        edits.update(entry.fix for entry in report.edit_log)
        touched.update({entry.fix for entry in report.edit_log})
    yield f"共 {number} 份报告"
    for name, title in TITLES.items():
        if edits[name]:
            yield f"{title}（{name}）：{edits[name]} 处 · {touched[name]} 份报告"


def edit_lines(raw: RawText, report: Report, fix: str, *, colour: bool) -> Iterator[str]:
    """Every edit of one fix in a report, with the text around it."""
    for entry in report.edit_log:
        if entry.fix == fix:
            start, end = entry.source[0].start, max(span.end for span in entry.source)
            before, after = raw.text[max(start - 20, 0) : start], raw.text[end : end + 20]
            gone = tinted(f"[-{visible(entry.before)}-]", _REMOVED, colour) if entry.before else ""
            new = tinted(f"{{+{visible(entry.after)}+}}", _ADDED, colour) if entry.after else ""
            yield tinted(f"{report.id} 第 {entry.lines[0]} 行 · {entry.reason}", DIM, colour)
            yield f"    {visible(before)}{gone}{new}{visible(after)}"


def edit_records(report: Report, fix: str) -> Iterator[str]:
    """One object for each edit of one fix."""
    for entry in report.edit_log:
        if entry.fix == fix:
            yield record(
                report=report.id,
                fix=entry.fix,
                reason=entry.reason,
                source=entry.source,
                lines=entry.lines,
                before=entry.before,
                after=entry.after,
            )


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """What `check` found, report by report, with the text that shows it."""
    for finding in findings:
        line = f" 第 {finding.lines[0]} 行" if finding.lines[0] else ""
        place = f"{finding.report}{line}：" if finding.report else ""
        yield f"{place}{finding.message}" + (f"　“{finding.evidence}”" if finding.evidence else "")
    yield f"共 {len(findings)} 处" if findings else "没有发现矛盾或缺年。"


def finding_records(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield record(**finding._asdict())


def damage_lines(findings: Sequence[Damage]) -> Iterator[str]:
    """What `check --index` found, one on a line."""
    yield from (finding.message for finding in findings)
    if not any(finding.is_damage for finding in findings):
        yield "索引完好。"


def damage_records(findings: Iterable[Damage]) -> Iterator[str]:
    for finding in findings:
        yield record(part=finding.part, message=finding.message, damaged=finding.is_damage)


def diff_lines(edit_log: Sequence[LoggedEdit], *, colour: bool) -> Iterator[str]:
    """Every edit in the order of the source: the text before and after it."""
    for entry in edit_log:
        yield tinted(f"@@ 第 {entry.lines[0]} 行 · {entry.fix} · {entry.reason}", DIM, colour)
        if entry.before:
            yield tinted(f"- {visible(entry.before)}", _REMOVED, colour)
        if entry.after:
            yield tinted(f"+ {visible(entry.after)}", _ADDED, colour)


def outcome_lines(outcome: Outcome, index: Path) -> Iterator[str]:
    parts = [
        (len(outcome.added), "新增"),
        (len(outcome.replaced), "更新"),
        (len(outcome.removed), "移除"),
        (outcome.unchanged, "未变"),
        (len(outcome.faults), "跳过"),
    ]
    yield f"索引 {index}：" + "，".join(f"{name} {number} 份" for number, name in parts if number or name == "新增")


def outcome_records(outcome: Outcome) -> Iterator[str]:
    for status in ("added", "replaced", "removed"):
        for report in getattr(outcome, status):
            yield record(report=report, status=status)
    for fault in outcome.faults:
        yield record(status="skipped", message=str(fault), hint=fault.hint)
