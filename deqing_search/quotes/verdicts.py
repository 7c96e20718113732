"""The verdict on one stretch of words: a sentence, a quotation, or a clause. It knows nothing of the text around it.

A stretch is looked up as a literal first. If no report has it, it is aligned with the passages that have the most in
common with it, and its clauses are looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from deqing_search.engine.base import View
from deqing_search.language.folding import compact
from deqing_search.query.tree import And
from deqing_search.quotes import claims
from deqing_search.quotes.alignment import Alignment, Hunk, whole_bounds, whole_numbers, whole_units
from deqing_search.quotes.attribution import NOBODY, Named, is_indexed
from deqing_search.quotes.candidates import (
    Candidate,
    candidates,
    clause_candidates,
    condition,
    literal,
    matching,
    together,
    with_a_half,
)
from deqing_search.quotes.findings import Attribution, Difference, Finding, Part, Source, Verdict
from deqing_search.quotes.fits import FEW, best_fit
from deqing_search.quotes.places import (
    clean_place_of,
    covered,
    gaps,
    is_ascending,
    only_clean,
    places_in,
    places_of_all,
)
from deqing_search.quotes.sentences import SHORTEST_CLAUSE, clauses, core
from deqing_search.quotes.spellings import difference, spellings
from deqing_search.request_deadline import check as check_deadline
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span

MOST_SOURCES: Final = 20  # that a finding names
MOST_LOOKED_AT: Final = 1000  # passages, to find one with the whole claim
FORMULA: Final = 10  # reports with the same sentence
SHORTEST_ALTERED: Final = 8  # characters of a stretch that can be recognised although it differs
LONG_ALTERED: Final = 24  # characters of a stretch that is recognised in any text although it is altered
_LARGE_GAP: Final = 100  # characters that a sentence may leave out, besides as many as it has


class Quote(NamedTuple):
    """What is looked up: a compact stretch of the text, and its offsets in the text.

    `naming` says which report the text names for a stretch of it. `is_said`: it stands in
    quotation marks, or a lead says that a report is quoted.
    """

    text: str
    span: Span
    compact: str
    offsets: Sequence[int]
    naming: Callable[[Span], Named]
    is_said: bool = False

    @property
    def sentence(self) -> str:
        return self.text[slice(*self.span)]

    @property
    def named(self) -> Named:
        return self.naming(self.span)

    def back(self, start: int, end: int) -> Span:
        """The stretch of the text for a stretch of the compact sentence."""
        first = self._at(start)
        return Span(first, self._at(end - 1) + 1 if end > start else first)

    def part(self, start: int, end: int) -> Quote:
        """A stretch of the compact sentence, to be looked up by itself."""
        at = self.back(start, end)
        offsets = [self.offsets[one] - (at.start - self.span.start) for one in range(start, end)]
        return self._replace(span=at, compact=self.compact[start:end], offsets=offsets)

    def words(self, cut: Iterable[Span]) -> list[str]:
        """The compact words of clauses."""
        return [self.compact[start:end] for start, end in cut]

    def _at(self, index: int) -> int:
        return self.span.start + self.offsets[index] if index < len(self.offsets) else self.span.end


def quote_of(text: str, span: Span, naming: Callable[[Span], Named], *, is_said: bool = False) -> Quote:
    """A stretch of a text without the punctuation around it."""
    inner = core(text, span)
    return Quote(text, inner, *compact(text[slice(*inner)]), naming, is_said)


def verdict_on(view: View, quote: Quote) -> Finding:
    """The finding on a stretch of words as a whole."""
    return exact(view, quote) or differing(view, quote)


def exact(view: View, quote: Quote) -> Finding | None:
    """The finding on a stretch that a report has word for word; None if none has it.

    A quotation that stands inside marks has single ones for its own (‘十年禁渔’), where a report has double ones.
    """
    return _exact(view, quote) or (_exact(view, _with_double_marks(quote)) if "'" in quote.compact else None)


def _with_double_marks(quote: Quote) -> Quote:
    return quote._replace(compact=quote.compact.replace("'", '"'))


def _exact(view: View, quote: Quote) -> Finding | None:
    """The finding on a stretch that a report has in exactly this spelling.

    A passage makes another claim if it has 以上 right after the quoted words, or 不 right before them.
    """
    where = literal(quote.compact)
    found = matching(view, where, MOST_SOURCES)
    if not found.total:
        return None
    named = list(condition(*quote.named))
    first = matching(view, And((where, *named)), MOST_SOURCES).first if named else []
    known = {one.passage.id for one in first}
    looked_at = first + [one for one in found.first if one.passage.id not in known]
    places = places_in(looked_at, quote.compact)
    whole = only_clean(places)
    if not whole and found.total > len(looked_at):
        more = matching(view, where, MOST_LOOKED_AT).first
        whole = only_clean(places_in(more, quote.compact))
    if not whole:
        return _cut_claim(view, quote, *places[0]) if places else None
    sources = tuple(_source(view, one, at) for one, at in whole[:MOST_SOURCES])
    spelt = spellings(quote.text, quote.back, sources[0], quote.compact)
    verdict: Verdict = "formula" if found.reports >= FORMULA else "exact"
    finding = Finding(quote.sentence, quote.span, verdict, sources, reports=found.reports, spellings=spelt)
    return _attributed(view, finding, quote)


def _cut_claim(view: View, quote: Quote, candidate: Candidate, at: Span) -> Finding:
    """The finding on a quotation that leaves out the word beside it that changes its claim."""
    left = claims.context_left_out(candidate.compact, at)
    assert left is not None
    here = 0 if left.end == at.start else len(quote.compact)
    hunk = Hunk(here, here, left.start, left.end)
    found = Alignment(left.end - left.start, min(at.start, left.start), max(at.end, left.end), (hunk,))
    return _attributed(view, _altered(view, quote, candidate, found), quote)


def differing(view: View, quote: Quote) -> Finding:
    """The finding on a stretch that no report has word for word."""
    quote = _with_double_marks(quote)
    found = _nearest(view, quote, _likely(view, quote)) if len(quote.compact) >= SHORTEST_ALTERED else None
    return _attributed(view, found, quote) if found else absent(view, quote)


def absent(view: View, quote: Quote) -> Finding:
    """The finding on a stretch that no report has."""
    return _attributed(view, Finding(quote.sentence, quote.span, "absent"), quote)


def _likely(view: View, quote: Quote) -> Sequence[Candidate]:
    """The passages that a stretch may come from. One that differs in a single character is looked for first."""
    passages = _ordered(view, quote, with_a_half(view, quote.compact))
    best = best_fit(quote.compact, passages, is_said=quote.is_said)
    return passages if best and best[1].distance == 1 else passages_near(view, quote)


def passages_near(view: View, quote: Quote) -> list[Candidate]:
    """The passages that a stretch may come from, in order."""
    return _ordered(view, quote, candidates(view, quote.compact))


def _nearest(view: View, quote: Quote, passages: Sequence[Candidate]) -> Finding | None:
    """The finding on a sentence that shares enough with these passages.

    An altered number is reported first of all, even if another passage has the altered clause: 下降8% for 增长8%.
    """
    altered = aligned(view, quote, passages)
    if altered and altered.verdict == "number-altered" and sum(one.size for one in altered.differences) <= FEW:
        return altered
    cut = cut_of(quote)
    if len(cut) < 2:
        return altered
    return _in_one_passage(view, quote, cut, passages) or altered or _from_places(view, quote, cut, passages)


def _ordered(view: View, quote: Quote, found: Iterable[Candidate]) -> list[Candidate]:
    """The passages of the report that the text names first, then the earliest."""
    named = quote.named

    def order(one: Candidate) -> tuple[bool, int, str, int]:
        card = contents(view).cards[one.passage.report]
        return not named.agrees(card), card.meta.year or 9999, card.id, one.passage.ordinal

    return sorted(found, key=order)


def aligned(view: View, quote: Quote, passages: Sequence[Candidate]) -> Finding | None:
    """The finding on a sentence that differs from a passage in a few characters."""
    best = best_fit(quote.compact, passages, is_said=quote.is_said)
    return _altered(view, quote, *best) if best else None


def _altered(view: View, quote: Quote, candidate: Candidate, found: Alignment) -> Finding:
    """The finding with the differences of an alignment."""
    where = literal(candidate.compact[found.start : found.end])
    same = matching(view, where, MOST_SOURCES)
    source = _source(view, candidate, Span(found.start, found.end))
    others = [
        _source(view, one, at)
        for one, at in places_in(same.first, where.compact)
        if one.passage.id != candidate.passage.id
    ]
    differences = tuple(
        difference(quote.compact, candidate.compact, hunk)._replace(
            text=quote.text[slice(*(at := quote.back(hunk.start, hunk.end)))],
            source=_original(candidate, hunk.source_start, hunk.source_end),
            span=at,
        )
        for hunk in _whole(quote.compact, candidate.compact, found.hunks)
    )
    verdict = verdict_of(differences)
    return Finding(quote.sentence, quote.span, verdict, (source, *others), differences, reports=same.reports)


def _whole(sentence: str, passage: str, hunks: Sequence[Hunk]) -> Sequence[Hunk]:
    """The differences in whole numbers, units and bounds, as a reader compares them."""
    for widen in (whole_numbers, whole_units, whole_bounds):
        hunks = widen(sentence, passage, hunks)
    return hunks


def verdict_of(differences: Iterable[Difference], otherwise: Verdict = "altered") -> Verdict:
    """The verdict on words with differences: an altered number decides."""
    return "number-altered" if any(one.kind == "number" for one in differences) else otherwise


def _in_one_passage(view: View, quote: Quote, cut: Sequence[Span], passages: Sequence[Candidate]) -> Finding | None:
    """The finding on a sentence all of whose clauses stand in one passage, some left out or in another order."""
    texts = quote.words(cut)
    whole = [(one, places) for one in passages if (places := places_of_all(one.compact, texts))]
    if not whole:
        return None
    for one, places in whole:
        if is_ascending(places) and places[-1].end - places[0].start <= 2 * len(quote.compact) + _LARGE_GAP:
            return _altered(view, quote, one, gaps(quote.compact, cut, one.compact, places))
    one, places = whole[0]
    return _assembled(view, quote, [(clause, one, at) for clause, at in zip(cut, places, strict=True)])


def _from_places(view: View, quote: Quote, cut: Sequence[Span], passages: Sequence[Candidate]) -> Finding:
    """The finding on a sentence whose clauses stand in two passages, some with small differences.

    If not all do, the sentence is absent, but the finding has those that do.
    """
    pool = _pool(view, quote, cut, passages)
    found, missing = _covered(quote, cut, pool)
    if missing:
        pool += together(view, quote.words(missing))
        found, missing = _covered(quote, cut, pool)
    if missing:
        shorter, left = _covered(quote, cut_of(quote, shortest=0), pool)
        found, missing = (found, missing) if left else (shorter, left)
    altered = _altered_clauses(view, quote, missing, _of_reports(quote, passages, found)) if found else None
    if altered is None:
        alone = _alone(quote, cut, pool)
        if quote.is_said and len(alone) == len(cut) and all(len(one) >= SHORTEST_ALTERED for one in quote.words(cut)):
            return _assembled(view, quote, alone)
        return Finding(quote.sentence, quote.span, "absent", parts=_parts(view, quote, alone))
    return _with_differences(_assembled(view, quote, found), altered)


def _alone(quote: Quote, cut: Sequence[Span], pool: Sequence[Candidate]) -> list[tuple[Span, Candidate, Span]]:
    """The clauses that any of these passages has, each with the first that has it."""
    found = []
    for clause, words in zip(cut, quote.words(cut), strict=True):
        places = ((one, at) for one in pool if (at := clean_place_of(one.compact, words)))
        if len(words) > SHORTEST_CLAUSE and (first := next(places, None)):
            found.append((clause, *first))
    return found


def _pool(view: View, quote: Quote, cut: Sequence[Span], passages: Sequence[Candidate]) -> list[Candidate]:
    """Passages with clauses of the sentence, in order."""
    named = list(condition(*quote.named))
    where = [And((literal(words), *named)) for words in quote.words(cut)] if named else []
    found = {one.passage.id: one for each in where for one in matching(view, each, MOST_SOURCES).first}
    found.update((one.passage.id, one) for words in quote.words(cut) for one in clause_candidates(view, words))
    found.update((one.passage.id, one) for one in passages)
    return _ordered(view, quote, found.values())


def _covered(
    quote: Quote, cut: Sequence[Span], pool: Sequence[Candidate]
) -> tuple[list[tuple[Span, Candidate, Span]], list[Span]]:
    return covered(cut, quote.words(cut), pool)


def cut_of(quote: Quote, *, shortest: int = SHORTEST_CLAUSE) -> list[Span]:
    """The clauses of a sentence without the punctuation around them."""
    cut = (core(quote.compact, one) for one in clauses(quote.compact, shortest))
    return [one for one in cut if one.end > one.start]


def _of_reports(
    quote: Quote, passages: Sequence[Candidate], found: Sequence[tuple[Span, Candidate, Span]]
) -> Sequence[Candidate]:
    """The passages that an altered clause may come from: of a quotation all, else those of reports with other clauses.

    A clause with a number is similar to one of some report by chance: 新增就业超过166万人.
    """
    reports = {one.passage.report for _, one, _ in found}
    of_reports = {one.passage.id: one for one in passages if quote.is_said or one.passage.report in reports}
    of_reports.update((one.passage.id, one) for _, one, _ in found)
    return list(of_reports.values())


def _altered_clauses(
    view: View, quote: Quote, cut: Sequence[Span], passages: Sequence[Candidate]
) -> list[Finding] | None:
    """The findings on clauses that differ a little from those of passages; None if one of them does not."""
    found: list[Finding] = []
    for clause in cut:
        one = _altered_clause(view, quote, clause, passages)
        if one is None:
            return None
        found.append(one)
    return found


def _altered_clause(view: View, quote: Quote, clause: Span, passages: Sequence[Candidate]) -> Finding | None:
    """The finding on a clause that differs a little from one in these passages, or in any."""
    check_deadline()
    if clause.end - clause.start < SHORTEST_ALTERED:
        return None
    part = quote.part(*clause)
    found = aligned(view, part, passages)
    is_sure = quote.is_said or clause.end - clause.start >= LONG_ALTERED
    return found or (aligned(view, part, candidates(view, part.compact)) if is_sure else None)


def _with_differences(finding: Finding, altered: Sequence[Finding]) -> Finding:
    """An assembled sentence with the differences of some of its clauses."""
    differences = tuple(one for part in altered for one in part.differences)
    parts = finding.parts + tuple(Part(one.span, one.sources[0]) for one in altered)
    verdict = verdict_of(differences, otherwise=finding.verdict)
    ordered = tuple(sorted(parts, key=lambda part: part.span))
    return finding._replace(verdict=verdict, differences=differences, parts=ordered)


def _assembled(view: View, quote: Quote, found: Sequence[tuple[Span, Candidate, Span]]) -> Finding:
    """The finding on a sentence with its parts; its sources are all that have one of the stretches it is made of."""
    parts = _parts(view, quote, found)
    others = [
        _source(view, one, at)
        for stretch in _stretches(found)
        for one, at in places_in(matching(view, literal(stretch), MOST_SOURCES).first, stretch)
    ]
    sources = {source.passage.id: source for source in [*(part.source for part in parts), *others]}
    return Finding(quote.sentence, quote.span, "assembled", tuple(sources.values())[:MOST_SOURCES], parts=parts)


def _parts(view: View, quote: Quote, found: Sequence[tuple[Span, Candidate, Span]]) -> tuple[Part, ...]:
    return tuple(Part(quote.back(*clause), _source(view, one, at)) for clause, one, at in found)


def _stretches(found: Sequence[tuple[Span, Candidate, Span]]) -> list[str]:
    """The stretches of passages that a sentence is made of: clauses side by side in one passage are one stretch."""
    spans: list[tuple[Candidate, Span]] = []
    for _, one, at in found:
        if spans and spans[-1][0] is one and 0 <= at.start - spans[-1][1].end <= 1:
            spans[-1] = one, Span(spans[-1][1].start, at.end)
        else:
            spans.append((one, at))
    return [one.compact[slice(*at)] for one, at in spans]


def _source(view: View, candidate: Candidate, at: Span) -> Source:
    return Source(candidate.passage, contents(view).cards[candidate.passage.report], candidate.original(*at))


def _original(candidate: Candidate, start: int, end: int) -> str:
    return candidate.passage.text[slice(*candidate.original(start, end))] if end > start else ""


def _attributed(view: View, finding: Finding, quote: Quote) -> Finding:
    """The finding, with whether it stands in the report that the text names."""
    named = quote.named
    if named == NOBODY:
        return finding
    sources = [part.source for part in finding.parts] if finding.verdict == "assembled" else finding.sources
    of_named = [named.agrees(one.report) for one in sources]
    if all(of_named) if finding.verdict == "assembled" else any(of_named):
        return finding._replace(named=named, attribution="agrees")
    said: Attribution = "unheld" if not is_indexed(view, named) else "contradicts" if finding.sources else ""
    return finding._replace(named=named, attribution=said)
