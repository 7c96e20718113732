"""Finds the words of reports among the words of a writer: 宁波市今年强化招商选资，我们都看好。

A stretch without quotation marks is looked up as a whole first. If it is not found, it falls apart: at words that
introduce others (报告还说), where a clause of a report begins inside it, and at its clauses. Each part that reports
have gets its verdict. Words before a part are the writer's own only if they cannot change its claim, as 大力 or 不 can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from deqing_search.engine.base import View
from deqing_search.quotes import claims
from deqing_search.quotes.candidates import Candidate, clause_candidates
from deqing_search.quotes.findings import FOUND, Difference, Finding, Verdict
from deqing_search.quotes.leads import is_lead, is_trail, speech_before, starts_after_lead
from deqing_search.quotes.places import clause_starts, clean_place_of
from deqing_search.quotes.sentences import SHORTEST_CLAUSE
from deqing_search.quotes.verdicts import (
    SHORTEST_ALTERED,
    Quote,
    absent,
    aligned,
    cut_of,
    exact,
    near,
    nearest,
    verdict_on,
)
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span

_LONG_HEAD: Final = 6  # characters; longer words before a clause of a report are a clause of the writer's
_CLOSE: Final = 4  # characters right before the words of a report, which may change them
_TRAIL = re.compile('"?(?:的|等|这)[^,。!?;:]{0,10}$')
_SHORTEST_STATEMENT: Final = 8  # characters; shorter words without a number get no finding


def prose_findings(view: View, quote: Quote) -> list[Finding]:
    """The findings on a stretch without quotation marks, in its order; the words that only introduce get none."""
    parts = [quote.part(*one) for one in _without_leads(quote)]
    found = [finding for part in parts for finding in _part_findings(view, part)]
    return [one for one in found if _is_statement(one.sentence)]


def as_a_whole(view: View, quote: Quote) -> Finding:
    """The finding on a stretch as a whole, but for a lead before it."""
    return _without_head(view, quote, verdict_on(view, quote))


def _is_statement(words: str) -> bool:
    """Whether words without quotation marks say enough to be reported."""
    return sum(map(str.isalnum, words)) >= _SHORTEST_STATEMENT or any(map(str.isdigit, words))


def _without_leads(quote: Quote) -> Iterator[Span]:
    """The stretches between the clauses that only introduce, each from a clause that begins with a lead to the next."""
    start, end = 0, 0
    for clause in cut_of(quote, shortest=0):
        words = quote.compact[slice(*clause)]
        if is_lead(words) or speech_before(words):
            if end > start:
                yield Span(start, end)
            start = clause.end if is_lead(words) else clause.start
        elif end <= start:
            start = clause.start
        end = clause.end
    if end > start:
        yield Span(start, end)


def _part_findings(view: View, quote: Quote) -> list[Finding]:
    """The findings on a stretch that no lead interrupts."""
    if len(quote.compact) < SHORTEST_CLAUSE:
        return []
    whole = as_a_whole(view, quote)
    if whole.verdict != "absent":
        return [whole]
    passages = near(view, quote)
    for part in (quote, *_without_trail(quote)):
        for start in (0, *_starts(view, part, passages)):
            if (start or part is not quote) and (found := _found_from(view, part, start, passages)):
                return [*_own_words(view, part, found), found]
    return _clause_findings(view, quote, passages)


def _without_trail(quote: Quote) -> Iterator[Quote]:
    """The stretch without the words that end the writer's sentence: …的安排."""
    if (trail := _TRAIL.search(quote.compact)) and trail.start() and is_trail(trail[0]):
        yield quote.part(0, trail.start())


def _starts(view: View, quote: Quote, passages: Sequence[Candidate]) -> list[int]:
    """Where the words of a report may begin in the first clause: after a lead, or where one of their clauses begins."""
    after_lead = starts_after_lead(quote.compact)
    inside = clause_starts(quote.compact, [one.compact for one in passages])
    least = min(len(quote.compact) - SHORTEST_ALTERED, cut_of(quote)[0].end)
    return [at for at in dict.fromkeys([*after_lead, *inside]) if 0 < at <= least]


def _found_from(view: View, quote: Quote, start: int, passages: Sequence[Candidate]) -> Finding | None:
    """The finding on a stretch from a place in it on, if reports have that."""
    part = quote.part(start, len(quote.compact))
    found = exact(view, part) or nearest(view, part, passages)
    if found is None or (found.verdict not in FOUND and _alters(view, quote.compact[:start])):
        return None
    return _with_head(view, _without_head(view, part, found), quote, start)


def _own_words(view: View, quote: Quote, finding: Finding) -> list[Finding]:
    """The finding on a writer's own words before the words of a report, unless they only introduce these."""
    size = sum(one < finding.span.start - quote.span.start for one in quote.offsets)
    head = quote.part(0, size)
    return [] if _is_own_head(view, head.compact) else [absent(view, head)]


def _with_head(view: View, finding: Finding, quote: Quote, start: int) -> Finding:
    """The finding, which differs by the words before it in its clause unless they are a writer's own."""
    head = quote.compact[:start]
    if not _alters(view, head):
        return finding
    close = _changes(head[-_CLOSE:])
    at = quote.back(0, start)
    added = Difference("number" if close else "wording", quote.text[slice(*at)], "", at)
    verdict: Verdict = "number-altered" if close or finding.verdict == "number-altered" else "altered"
    span = Span(at.start, finding.span.end)
    return finding._replace(
        sentence=quote.text[slice(*span)], span=span, verdict=verdict, differences=(added, *finding.differences)
    )


def _alters(view: View, head: str) -> bool:
    """Whether words before a clause of a report alter it, and are no clause of the writer's."""
    is_clause = not head[-1:].isalnum() or len(head) > _LONG_HEAD
    return not _is_own_head(view, head) and (not is_clause or _changes(head[-_CLOSE:]))


def _changes(words: str) -> bool:
    """Whether words can change the claim that they stand before."""
    return any(map(str.isdigit, words)) or claims.claim_words().search(words) is not None


def _is_own_head(view: View, head: str) -> bool:
    """Whether words before a clause of a report are a lead, or a place: 报告说佛山."""
    known = contents(view).places
    sizes = range(min(len(head), 8), 1, -1)
    place = next((size for size in sizes if head[-size:] in known), 0)
    return is_lead(head[: len(head) - place])


def _without_head(view: View, quote: Quote, finding: Finding) -> Finding:
    """The finding, narrowed if it differs only because a lead stands where a clause of its source begins."""
    first = min((one.span for one in finding.differences), default=None)
    if first is None or first.start != quote.span.start or first.end == first.start:
        return finding
    start = next((at for at in range(len(quote.compact)) if quote.back(at, at + 1).start >= first.end), 0)
    if not start or not _is_own_head(view, quote.compact[:start]):
        return finding
    part = quote.part(start, len(quote.compact))
    narrowed = verdict_on(view, part)
    return narrowed if narrowed.verdict != "absent" and _begins_clause(narrowed) else finding


def _begins_clause(finding: Finding) -> bool:
    """Whether the source of a finding begins where a clause begins."""
    source = finding.sources[0]
    before = source.passage.text[: source.span.start].rstrip()
    return not before or not before[-1].isalnum()


def _clause_findings(view: View, quote: Quote, passages: Sequence[Candidate]) -> list[Finding]:
    """The findings on each run of clauses that reports have, and on the words between them."""
    cut = cut_of(quote)
    starts = [_start_of(view, quote.part(*clause), passages) for clause in cut]
    starts = _with_neighbours(view, quote, cut, starts, passages)
    found: list[Finding] = []
    for is_known, run in groupby(range(len(cut)), key=lambda at: starts[at] is not None):
        clauses = list(run)
        stretch = quote.part(cut[clauses[0]].start, cut[clauses[-1]].end)
        if is_known and len(stretch.compact) >= SHORTEST_ALTERED:
            found += _run_findings(view, quote, stretch, [(cut[at], starts[at] or 0) for at in clauses])
        else:
            found.append(absent(view, stretch))
    return found


def _with_neighbours(
    view: View, quote: Quote, cut: Sequence[Span], starts: Sequence[int | None], passages: Sequence[Candidate]
) -> list[int | None]:
    """The clauses with those that are found only beside another, as they are short: 5年完成3万亩 for 3年完成3万亩."""
    found = list(starts)
    for at, clause in enumerate(cut):
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(cut) and starts[other] is not None]
        if starts[at] is None and any(_continues(view, quote, clause, cut[other], passages) for other in beside):
            found[at] = 0
    return found


def _continues(view: View, quote: Quote, clause: Span, beside: Span, passages: Sequence[Candidate]) -> bool:
    """Whether passages go on from a clause to another with few differences in the other."""
    pair = quote.part(min(clause.start, beside.start), max(clause.end, beside.end))
    found = aligned(view, pair, passages)
    at = quote.back(*clause)
    inside = [one for one in found.differences if one.span.end > at.start and one.span.start < at.end] if found else []
    changed = sum(max(len(one.text), len(one.source)) for one in inside)
    return found is not None and 2 * changed < clause.end - clause.start


def _start_of(view: View, clause: Quote, passages: Sequence[Candidate]) -> int | None:
    """Where in a clause the words begin that reports have; None if they have none of it."""
    if any(clean_place_of(one.compact, clause.compact) for one in clause_candidates(view, clause.compact)):
        return 0
    if len(clause.compact) < SHORTEST_ALTERED:
        return None
    own = near(view, clause)
    if aligned(view, clause, [*passages, *own]):
        return 0
    for start in _starts(view, clause, [*passages, *own]):
        if _found_from(view, clause, start, [*passages, *own]):
            return start
    return None


def _run_findings(view: View, quote: Quote, whole: Quote, run: Sequence[tuple[Span, int]]) -> list[Finding]:
    """The findings on clauses that reports have from a place in each on, together if possible."""
    together = _from(view, whole, run[0][1])
    if together[-1].verdict != "absent":
        return together
    return [found for clause, start in run for found in _from(view, quote.part(*clause), start)]


def _from(view: View, quote: Quote, start: int) -> list[Finding]:
    """The finding on a stretch from a place in it on, after the writer's own words before that."""
    found = _with_head(view, verdict_on(view, quote.part(start, len(quote.compact))), quote, start)
    return [*_own_words(view, quote, found), found]
