"""What the command line prints about files: their repairs, contradictions in them, and what indexing did with them.

Functions named `…_lines` are for people, `…_records` give one JSON object a line (docs/jsonl.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deqing_search.cleaning.titles import TITLES
from deqing_search.cli.errors import ADDED, DIM, REMOVED
from deqing_search.cli.hits import glimpse, passage_fields, record, tinted, visible
from deqing_search.report import LoggedEdit, RawText, Report
from deqing_search.review import OPEN, RIGHT, WRONG, Sample, Verdict
from deqing_search.text.format_marks import is_format_mark

if TYPE_CHECKING:
    from deqing_search.indexing import Outcome
    from deqing_search.integrity import Finding as Damage
    from deqing_search.structure.consistency import Finding

_LONGEST = 400  # characters of an edit that are shown


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
            marks = sum(is_format_mark(entry.fix, entry.before) for entry in entries)
            yield f"{title}（{name}）：{len(entries)} 处{_of_format(marks)}"
            for entry in entries[:3]:
                yield f"    第 {entry.lines[0]} 行：{glimpse(entry.before)} → {glimpse(entry.after)}（{entry.reason}）"


def doubt_lines(raw: RawText) -> Iterator[str]:
    """What was recognised in a picture with little certainty, with the score that the recogniser gave it."""
    if raw.doubts:
        yield f"识别不准、请对照原件（uncertain）：{len(raw.doubts)} 处"
    for doubt in raw.doubts:
        line = raw.text.count("\n", 0, doubt.start) + 1
        yield f"    第 {line} 行：{glimpse(raw.text[doubt.start : doubt.end])}（把握 {doubt.score:.2f}）"


def total_lines(reports: Iterable[Report]) -> Iterator[str]:
    """For each fix the number of its edits, and of the reports that have them."""
    number, edits, touched, marks = 0, Counter[str](), Counter[str](), Counter[str]()
    for report in reports:
        number += 1
        edits.update(entry.fix for entry in report.edit_log)
        touched.update({entry.fix for entry in report.edit_log})
        marks.update(entry.fix for entry in report.edit_log if is_format_mark(entry.fix, entry.before))
    yield f"共 {number} 份报告"
    for name, title in TITLES.items():
        if edits[name]:
            yield f"{title}（{name}）：{edits[name]} 处{_of_format(marks[name])} · {touched[name]} 份报告"


def _of_format(marks: int) -> str:
    """How many of the edits of a fix are no repairs of damage."""
    return f"（其中略去格式标记 {marks} 处，不算修复）" if marks else ""


def edit_lines(raw: RawText, report: Report, fix: str, *, colour: bool) -> Iterator[str]:
    """Every edit of one fix in a report, with the text around it."""
    for entry in report.edit_log:
        if entry.fix == fix:
            start, end = entry.source[0].start, max(span.end for span in entry.source)
            before, after = raw.text[max(start - 20, 0) : start], raw.text[end : end + 20]
            yield tinted(f"{report.id} 第 {entry.lines[0]} 行 · {entry.reason}", DIM, colour)
            yield f"    {_struck(entry, before, after, colour)}"


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


def sample_lines(samples: Iterable[Sample], verdicts: Mapping[str, Verdict], *, colour: bool) -> Iterator[str]:
    """Each edit as a row of a verdict file, and below it, indented, its place, what stood there and what stands now."""
    for one in samples:
        edit, known = one.edit, verdicts.get(one.key)
        fields = (one.key, edit.fix, one.report, known.verdict if known else OPEN, known.reason if known else "")
        yield "\t".join(fields).rstrip()
        yield tinted(f"    {_lines(edit)} · {edit.reason} · {_sureness(one)}", DIM, colour)
        yield f"    原文：{_struck(edit, one.before, one.after, colour)}"
        for number, passage in enumerate(one.now):
            yield f"    {'　　　' if number else '现在：'}{visible(passage)}"
        yield ""


def verdict_total(samples: Sequence[Sample], verdicts: Mapping[str, Verdict]) -> str:
    """How many edits of a sample are judged, and how."""
    judged = Counter(verdicts[one.key].verdict for one in samples if one.key in verdicts)
    return f"抽了 {len(samples)} 处：{judged[RIGHT]} 处对，{judged[WRONG]} 处错，其余未评。"


def sample_records(samples: Iterable[Sample], verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """One object for each edit of a sample."""
    for one in samples:
        edit, known = one.edit, verdicts.get(one.key)
        yield record(
            key=one.key,
            report=one.report,
            fix=edit.fix,
            reason=edit.reason,
            source=edit.source,
            lines=edit.lines,
            left=one.before,
            before=edit.before,
            after=edit.after,
            right=one.after,
            now=one.now,
            odds=one.odds,
            ended=one.ended,
            alike=one.alike,
            verdict=known.verdict if known else OPEN,
        )


def _lines(edit: LoggedEdit) -> str:
    first, last = edit.lines
    return f"第 {first} 行" if first == last else f"第 {first}–{last} 行"


def _sureness(one: Sample) -> str:
    if one.odds is None:
        return f"同样形状的有 {one.alike} 处"
    return "前一句已完整" if one.ended else f"断处是一句话的对数几率 {one.odds:.2f}"


def _struck(edit: LoggedEdit, before: str, after: str, colour: bool) -> str:
    """What an edit removes and inserts, between what stands on both sides of it."""
    gone = tinted(f"[-{_shortened(edit.before)}-]", REMOVED, colour) if edit.before else ""
    new = tinted(f"{{+{_shortened(edit.after)}+}}", ADDED, colour) if edit.after else ""
    return f"{visible(before)}{gone}{new}{visible(after)}"


def _shortened(text: str) -> str:
    """The text, or of a long one its beginning and its end."""
    text = visible(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}……{text[-_LONGEST // 2 :]}"


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
            yield tinted(f"- {visible(entry.before)}", REMOVED, colour)
        if entry.after:
            yield tinted(f"+ {visible(entry.after)}", ADDED, colour)


def outcome_lines(outcome: Outcome, index: Path) -> Iterator[str]:
    parts = [
        (len(outcome.added), "新增", "份"),
        (len(outcome.replaced), "更新", "份"),
        (len(outcome.removed), "移除", "份"),
        (outcome.unchanged, "未变", "份"),
        (len(outcome.faults), "跳过", "处"),  # a path may be a folder
    ]
    yield f"索引 {index}：" + "，".join(
        f"{name} {number} {unit}" for number, name, unit in parts if number or name == "新增"
    )


def outcome_records(outcome: Outcome) -> Iterator[str]:
    for status in ("added", "replaced", "removed"):
        for report in getattr(outcome, status):
            yield record(report=report, status=status)
    for fault in outcome.faults:
        yield record(status="skipped", message=str(fault), hint=fault.hint)
