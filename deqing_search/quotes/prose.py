"""Finds the words of reports among the words of a writer: 宁波市今年强化招商选资，我们都看好。

A stretch without quotation marks is looked up as a whole first. If it is not found, it is cut: at words that introduce
others (报告还说), where a clause of a report begins or ends inside it, and at its clauses. Each part that reports have
gets its own verdict. Words beside a part are the writer's own only if they cannot change its claim, as 大力 or 不 can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from deqing_search.engine.base import View
from deqing_search.quotes import claims
from deqing_search.quotes.alignment import Hunk
from deqing_search.quotes.attribution import size_of_place, without_places
from deqing_search.quotes.candidates import Candidate, clause_candidates
from deqing_search.quotes.findings import FOUND, Difference, Finding
from deqing_search.quotes.leads import (
    ends_before_trail,
    is_lead,
    is_speech,
    is_trail,
    names_report,
    speech_before,
    starts_after_lead,
)
from deqing_search.quotes.places import clause_ends, clause_starts, clean_place_of
from deqing_search.quotes.sentences import SHORTEST_CLAUSE, core
from deqing_search.quotes.verdicts import (
    LONG_ALTERED,
    SHORTEST_ALTERED,
    Quote,
    absent,
    aligned,
    cut_of,
    exact,
    passages_near,
    verdict_of,
    verdict_on,
)
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import short_names

_LONG: Final = 6  # characters; longer words beside a clause of a report are a clause of the writer's
_CLOSE: Final = 4  # characters right beside the words of a report, which may change them
_INSIDE = re.compile(r"[\w、“”‘’「」《》()（）]")  # beside it a clause goes on
_NUMBER = re.compile(r"(?:[(（]?[一二三四五六七八九十0-9]{1,3}[)）.．、]|[一二三四五六七八九十]是|[①-⑳])$")
_DATE = re.compile("(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?")
_REPORT_NAME = re.compile(
    '[《"]?(?:全市|[省市县区州]|(?:19|20)[0-9]{2}年度?|的)*(?:人民)?(?:政府)?工作(?:的?报告)?[》"]?'
)
_FEW: Final = 3  # characters; where fewer differ, a clause is misquoted, not the writer's own
_NEAR: Final = 20  # characters before a stretch that may name the place of its report
_SHORTEST_STATEMENT: Final = 8  # characters; shorter words without a number get no finding


class _Found(NamedTuple):
    """A stretch of a quote that reports have. The span of `finding` is longer if words beside the stretch alter it."""

    span: Span
    finding: Finding


def prose_findings(view: View, quote: Quote, whole: Finding | None = None) -> list[Finding]:
    """The findings on a stretch without quotation marks, in its order; the words that only introduce get none.

    `whole` is the finding on the stretch as a whole, if it is known.
    """
    parts = [quote.part(*span)._replace(is_said=is_said) for span, is_said in _without_leads(quote)]
    found = [finding for part in parts for finding in _part_findings(view, part, whole)]
    return [one for one in found if _is_statement(one.sentence) and not _is_report_name(view, one.sentence)]


def has_own_edge(view: View, quote: Quote, finding: Finding) -> bool:
    """Whether a finding differs from its source where the stretch begins or ends with words of the writer's own."""
    cut = cut_of(quote, shortest=0)
    if finding.parts and len(cut) > 1 and is_lead(without_places(view, quote.compact[slice(*cut[0])])):
        return True
    if not finding.differences or any(map(_is_other_number, finding.differences)):
        return False
    if len(cut) > 1 and any(not _is_mostly_same(quote.back(*one), finding) for one in (cut[0], cut[-1])):
        return True
    first = min(finding.differences, key=lambda one: one.span)
    last = max(finding.differences, key=lambda one: one.span)
    head = quote.text[quote.span.start : first.span.end]
    tail = quote.text[last.span.start : quote.span.end] if last.span.end == quote.span.end else ""
    begins = first.span.start == quote.span.start
    is_misspelt = begins and len(head) == 1 and any(map(str.isalnum, first.source))  # 有展 for 开展
    return bool(head and not is_misspelt and _is_own_head(view, head)) or bool(tail and is_trail(tail))


def _is_mostly_same(at: Span, finding: Finding) -> bool:
    """Whether the source has most of a stretch of the text."""
    inside = [one for one in finding.differences if one.span.end > at.start and one.span.start < at.end]
    changed = sum(one.size for one in inside)
    return changed < _FEW or 2 * changed < at.end - at.start


def _is_other_number(one: Difference) -> bool:
    """Whether a text has another number than its source, which is never split off from its sentence."""
    return all(any(map(str.isdigit, words)) for words in (one.text, one.source))


def _is_statement(words: str) -> bool:
    """Whether words without quotation marks say enough to be reported, besides a date.

    >>> _is_statement("从2002年到2006年"), _is_statement("从2002年到2006年增长5%")
    (False, True)
    """
    words = _DATE.sub("", words)
    return sum(map(str.isalnum, words)) >= _SHORTEST_STATEMENT or any(map(str.isdigit, words))


def _is_report_name(view: View, words: str) -> bool:
    """Whether words are the name of a report, or what stands before 报告 in one: 佛山市2007年政府工作."""
    return _REPORT_NAME.fullmatch(without_places(view, words)) is not None


def _without_leads(quote: Quote) -> Iterator[tuple[Span, bool]]:
    """The stretches between the clauses that only introduce, and whether the lead of each says that a report is quoted.

    A clause that begins with a lead begins a stretch, and a colon ends one.
    """
    start = end = 0
    is_said = quote.is_said
    for clause in cut_of(quote, shortest=0):
        words = quote.compact[slice(*clause)]
        leads = is_lead(words) or (names_report(words) and _is_before_said(quote, clause))
        if leads or speech_before(words):
            if end > start:
                yield Span(start, end), is_said
            start = clause.end if leads else clause.start
            is_said = leads and (is_speech(words) or names_report(words))
        elif end <= start:
            start = clause.start
        end = clause.end
        if quote.compact[end : end + 1] == ":" and end > start:
            yield Span(start, end), is_said
            start, is_said = end, True
    if end > start:
        yield Span(start, end), is_said


def _is_before_said(quote: Quote, clause: Span) -> bool:
    """Whether a colon follows a clause, or a quotation follows the stretch that it ends."""
    after = quote.compact[clause.end :].lstrip()
    return after[:1] == ":" if after else quote.text[quote.back(*clause).end :].lstrip("：:，, ")[:1] in set('“「『"＂')


def _part_findings(view: View, quote: Quote, known: Finding | None) -> list[Finding]:
    """The findings on a stretch that no lead interrupts."""
    if len(quote.compact) < SHORTEST_CLAUSE:
        return []
    whole = known if known and known.span == quote.span else verdict_on(view, quote)
    if whole.verdict != "absent" and not has_own_edge(view, quote, whole):
        return [whole]
    passages = passages_near(view, quote)
    inside = _inside(view, quote, passages)
    found = [inside] if inside else _clauses_found(view, quote, passages)
    return _with_own_words(view, quote, found) if found else [whole]


def _with_own_words(view: View, quote: Quote, found: Sequence[_Found]) -> list[Finding]:
    """The findings, and an absent one on each stretch of the writer's own words that does not introduce."""
    findings: list[Finding] = []
    start = 0
    for span, finding in found:
        words = quote.part(*core(quote.compact, Span(start, span.start)))
        if finding.span.start >= words.span.end and not _is_own_head(view, words.compact):
            findings.append(absent(view, words))
        findings.append(finding)
        start = span.end
    words = quote.part(*core(quote.compact, Span(start, len(quote.compact))))
    own = [] if findings[-1].span.end > words.span.start or is_trail(words.compact) else [absent(view, words)]
    return findings + own


def _inside(view: View, quote: Quote, passages: Sequence[Candidate]) -> _Found | None:
    """What reports have of a stretch besides words at its beginning and its end; None if that is not one stretch."""
    cut = cut_of(quote)
    if not cut:
        return None
    texts = [one.compact for one in passages]
    starts = dict.fromkeys([0, *_after_lead(view, quote.compact), *clause_starts(quote.compact, texts)])
    ends = dict.fromkeys([*ends_before_trail(quote.compact), *clause_ends(quote.compact, texts), len(quote.compact)])
    within = (
        (start, end)
        for start, end in product(starts, reversed(ends))
        if start <= cut[0].end and end > cut[-1].start and end - start > SHORTEST_CLAUSE
    )
    return next((found for start, end in within if (found := _found_at(view, quote, Span(start, end), passages))), None)


def _after_lead(view: View, words: str) -> Iterator[int]:
    """Where the words of a report may begin after leads and names of places: 2006年|佛山|全社会固定资产投资."""
    ends = [0]
    for at in ends:
        rest = words[at:]
        size = size_of_place(view, rest)
        found = [at + end for end in (*starts_after_lead(rest), *([size] if size else []))]
        ends += [end for end in found if end < len(words) and end not in ends]
    yield from ends[1:]


def _found_at(view: View, quote: Quote, span: Span, passages: Sequence[Candidate]) -> _Found | None:
    """The finding on a stretch inside a quote, if reports have that and the words beside it are no part of it."""
    head, tail = quote.compact[: span.start], quote.compact[span.end :]
    part = quote.part(*span)._replace(is_said=quote.is_said or is_speech(head))
    found = exact(view, part) if any(part.compact in one.compact for one in passages) else None
    if found is None and len(part.compact) >= SHORTEST_ALTERED:
        found = aligned(view, part, passages)
    if found is None or has_own_edge(view, part, found):
        return None
    if not (is_speech(head) or _begins_clause(found)) or not (is_trail(tail) or _ends_clause(found)):
        return None
    beside = _altering(view, head, tail)
    if any(beside) and found.verdict not in FOUND:
        return None
    return _Found(span, _with_beside(quote, found, *beside)) if _is_sure(part, found, beside) else None


def _is_sure(quote: Quote, finding: Finding, beside: tuple[str, str]) -> bool:
    """Whether words come from a report for certain. Short ones that differ may be similar by chance.

    Those are certain only if the text says that they are quoted, or names the report or its place.
    """
    if quote.is_said or len(quote.compact) >= LONG_ALTERED or (finding.verdict in FOUND and not any(beside)):
        return True
    around = quote.text[max(quote.span.start - _NEAR, 0) : quote.span.end]
    places = (name for one in finding.sources for name in short_names(one.report.meta.place))
    return finding.attribution == "agrees" or any(name in around for name in places)


def _altering(view: View, head: str, tail: str) -> tuple[str, str]:
    """The words before and after those of a report in their clauses, each empty if it is a writer's own."""
    longest = size_of_place(view, head) or _LONG
    own_head = _is_own_head(view, head) or _is_clause(head, head[-_CLOSE:], longest)
    own_tail = is_trail(tail) or _is_clause(tail[::-1], tail[:_CLOSE])
    return "" if own_head else head, "" if own_tail else tail


def _is_clause(words: str, close: str, longest: int = _LONG) -> bool:
    """Whether words beside those of a report are a clause of the writer's, and do not change these.

    `words` are read towards those of the report, and `close` are the ones right beside them. Those of more than
    `longest` characters are a clause, as are those that name a place and say something of it.
    """
    return (not words[-1:].isalnum() or len(words) > longest) and not claims.can_change_claim(close)


def _with_beside(quote: Quote, finding: Finding, before: str, after: str) -> Finding:
    """A finding on a stretch, altered by the words that the text has before and after it."""
    if not before and not after:
        return finding
    size = len(quote.compact)
    beside = [(0, len(before)), (size - len(after), size)]
    added = [_added(quote, start, end) for start, end in beside if end > start]
    differences = tuple(sorted([*added, *finding.differences], key=lambda one: one.span))
    span = Span(min(finding.span.start, added[0].span.start), max(finding.span.end, added[-1].span.end))
    return finding._replace(
        sentence=quote.text[slice(*span)],
        span=span,
        verdict=verdict_of(differences),
        differences=differences,
        spellings=(),
    )


def _added(quote: Quote, start: int, end: int) -> Difference:
    """The difference where the text has words that its source does not have."""
    at = quote.back(start, end)
    is_number = claims.changes_number(quote.compact, "", Hunk(start, end, 0, 0))
    return Difference("number" if is_number else "wording", quote.text[slice(*at)], "", at)


def _is_own_head(view: View, head: str) -> bool:
    """Whether words before those of a report only introduce them: 报告说佛山."""
    return is_lead(without_places(view, head))


def _begins_clause(finding: Finding) -> bool:
    """Whether a source of a finding begins where a clause begins."""
    before = (one.passage.text[: one.span.start].rstrip() for one in finding.sources)
    return any(not text or not _INSIDE.match(text[-1]) or _NUMBER.search(text) for text in before)


def _ends_clause(finding: Finding) -> bool:
    """Whether a source of a finding ends where a clause ends."""
    return any(not _INSIDE.match(one.passage.text[one.span.end :].lstrip()) for one in finding.sources)


def _clauses_found(view: View, quote: Quote, passages: Sequence[Candidate]) -> list[_Found]:
    """What reports have of the clauses of a stretch; clauses side by side together, if possible."""
    cut = cut_of(quote)
    known = [_known_part(view, quote, clause, passages) for clause in cut]
    for at in range(len(cut)):
        before, after = known[at - 1] if at else None, known[at + 1] if at + 1 < len(cut) else None
        before = before if before and before.end == cut[at - 1].end else None
        after = after if after and after.start == cut[at + 1].start else None
        known[at] = known[at] or _known_beside(view, quote, (before, after), cut[at], passages)
    return [found for run in _runs(cut, known) for found in _run_found(view, quote, cut, run)]


def _runs(cut: Sequence[Span], known: Sequence[Span | None]) -> list[list[Span]]:
    """The stretches that are known of clauses, those without other words between them together."""
    runs: list[list[Span]] = []
    reaches = False
    for clause, span in zip(cut, known, strict=True):
        if span and reaches and span.start == clause.start:
            runs[-1].append(span)
        elif span:
            runs.append([span])
        reaches = span is not None and span.end == clause.end
    return runs


def _known_part(view: View, quote: Quote, span: Span, passages: Sequence[Candidate]) -> Span | None:
    """What reports have of a clause; None if they have none of it."""
    clause = quote.part(*span)
    if any(clean_place_of(one.compact, clause.compact) for one in clause_candidates(view, clause.compact)):
        return span
    if len(clause.compact) < SHORTEST_ALTERED:
        return None
    if clause.is_said or len(clause.compact) >= LONG_ALTERED:
        passages = [*passages, *passages_near(view, clause)]
    if (found := aligned(view, clause, passages)) and not has_own_edge(view, clause, found):
        return span if _is_sure(clause, found, ("", "")) else None
    inside = _inside(view, clause, passages)
    return Span(span.start + inside.span.start, span.start + inside.span.end) if inside else None


def _known_beside(
    view: View, quote: Quote, neighbours: tuple[Span | None, Span | None], clause: Span, passages: Sequence[Candidate]
) -> Span | None:
    """What passages have of a clause that is too short to be found alone (5年完成3万亩), found with its neighbour."""
    before, after = neighbours
    words = quote.compact[slice(*clause)]
    starts = [clause.start, *(clause.start + at for at in _after_lead(view, words))] if after else []
    pairs = [(clause, Span(before.start, clause.end))] if before else []
    pairs += [(Span(start, clause.end), Span(start, after.end)) for start in starts if after]
    for part, pair in pairs:
        found = aligned(view, quote.part(*pair), passages)
        if found and _is_mostly_same(quote.back(*part), found) and not has_own_edge(view, quote.part(*pair), found):
            return part
    return None


def _run_found(view: View, quote: Quote, cut: Sequence[Span], run: Sequence[Span]) -> list[_Found]:
    """The finding on stretches side by side, or one on each if no passage and no two have all."""
    whole = Span(run[0].start, run[-1].end)
    if whole.end - whole.start < SHORTEST_ALTERED:
        return []
    together = _found_in(view, quote, cut, whole)
    if together.finding.verdict != "absent":
        return [together]
    return [_found_in(view, quote, cut, one) for one in run]


def _found_in(view: View, quote: Quote, cut: Sequence[Span], span: Span) -> _Found:
    """The finding on a stretch, altered by the words beside it in its clauses unless they are a writer's own."""
    start = max(one.start for one in cut if one.start <= span.start)
    end = min(one.end for one in cut if one.end >= span.end)
    head, tail = quote.compact[start : span.start], quote.compact[span.end : end]
    part = quote.part(*span)
    finding = verdict_on(view, part)
    before, after = _altering(view, head, tail)
    if finding.sources and not (is_speech(head) or _begins_clause(finding)):
        before = head  # 一是有|应对压力 for 一是有效应对压力
    beside = before, after
    if (start, end) in cut and not _is_sure(part, finding, beside):
        return _Found(span, absent(view, part))
    return _Found(span, _with_beside(quote.part(start, end), finding, *beside))
