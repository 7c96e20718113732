"""What every engine must answer, by reading: texts, sentence by sentence, and BM25 in plain Python, without arrays."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from deqing_search.engine.base import AnalysedReport, Extent, Request
from deqing_search.engine.evaluation import ranking
from deqing_search.engine.segment.counts import LEAD
from deqing_search.engine.segment.entries import KINDS
from deqing_search.language.numerals import NUMERALS
from deqing_search.query.tree import And, Filter, Literal, Near, Needle, Node, Not, Or, Within, Words
from deqing_search.report import AnalysedPassage, Metadata, Passage, Report, Value
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import short_names

NOWHERE = Span(0, 0)


def compact(text: str) -> str:
    return "".join(text.lower().split())


def analysed(report: Report) -> AnalysedReport:
    """A stand-in for `analysis`: lower case, no white space, words of two characters, sentences end at 。"""
    return AnalysedReport(report, tuple(analysed_passage(passage.text) for passage in report.passages))


def analysed_passage(text: str) -> AnalysedPassage:
    folded = compact(text)
    ends = [i + 1 for i, character in enumerate(folded) if character == "。" and i + 1 < len(folded)]
    words = tuple(folded[i : i + 2] for i in range(0, len(folded), 2))
    return AnalysedPassage(folded, words, (0, *ends), values_of(folded))


def report_of(
    report_id: str, texts: Iterable[str | tuple[str, str]], *, meta: Metadata | None = None, term: str = ""
) -> Report:
    """A report with one passage a text, or (kind, text)."""
    passages = []
    for ordinal, given_text in enumerate(texts, 1):
        kind, text = ("paragraph", given_text) if isinstance(given_text, str) else given_text
        passages.append(
            Passage(
                id=f"{report_id}-{ordinal}",
                report=report_id,
                ordinal=ordinal,
                kind=kind,
                level=int(kind == "heading"),
                section=(f"第{ordinal % 3}章 A", "总 则"),
                text=text,
                spans=(Span(ordinal, ordinal + 3),),
                lines=(ordinal, ordinal),
                page=None if ordinal % 2 else ordinal,
                term=term if kind == "glossary" else "",
                cells=(("指标", text),) if kind == "table-row" else (),
                damage=("truncated",) if ordinal % 5 == 0 else (),
            )
        )
    return Report(report_id, meta or Metadata(report_id), tuple(passages), "d1", f"/{report_id}.txt")


def literal(text: str, *, whole: bool = False) -> Literal:
    return Literal(text, NOWHERE, compact=compact(text), whole=whole)


@dataclass(frozen=True)
class Place:
    """A passage as the oracle sees it."""

    report: Report
    passage: Passage
    indexed: AnalysedPassage

    @property
    def sentences(self) -> list[str]:
        at = [*self.indexed.sentences, len(self.indexed.compact)]
        return [self.indexed.compact[a:b] for a, b in pairwise(at)]


def occurrences(text: str, wanted: Needle) -> list[int]:
    """Where a literal stands; if it is whole, only where no numeral of its own kind continues its numbers."""
    bare, whole = wanted
    found = [i for i in range(len(text) - len(bare) + 1) if text[i : i + len(bare)] == bare] if bare else []
    if whole and begins_with_number(bare):
        found = [i for i in found if i == 0 or text[i - 1] not in {*numerals(bare[0]), "."}]
    if whole and ends_with_number(bare):
        found = [i for i in found if not continues(text[i + len(bare) :], numerals(bare[-1]))]
    return found


def begins_with_number(text: str) -> bool:
    """In these texts numbers are made of 2 or, before the unit 人, of 一."""
    return bool(re.match("2|一+人", text))


def ends_with_number(text: str) -> bool:
    """In these texts numbers are made of 2 or, after 第, of 一."""
    return bool(re.search("2$|第一+$", text))


def continues(after: str, numerals: str) -> bool:
    """Whether a number goes on: with a numeral, and after Arabic digits also with a point and a digit."""
    return after[:1] in {*numerals} or (numerals == "0123456789" and after[:1] == "." and after[1:2] in {*numerals})


def numerals(char: str) -> str:
    """Those that continue a digit, or any other character of a number: 万 and 亿 are no part of 108.7."""
    return "0123456789" if char in "0123456789" else NUMERALS


def outermost(spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans that are inside no other."""
    return {(a, b) for a, b in spans if not any((c, d) != (a, b) and c <= a and b <= d for c, d in spans)}


class Oracle:
    def __init__(self, reports: Mapping[str, Report]) -> None:
        self.reports = reports
        self.places = [
            Place(report, passage, analysed_passage(passage.text))
            for report in reports.values()
            for passage in report.passages
        ]

    def holds(self, node: Node, place: Place, unit: str = "passage", sentence: str = "") -> bool:
        """Whether `node` holds in the unit that `place` (and `sentence`) stands in."""
        texts = self._texts(place, unit, sentence)
        match node:
            case Literal():
                return any(not node.compact or occurrences(text, node.needle) for text in texts)
            case Words(terms, _, core):
                held = [set(p.indexed.terms) for p in self._places(place, unit)]
                if core:
                    return any(sum(len(t) for t in core if t in each) > sum(map(len, core)) / 2 for each in held)
                return any(set(terms) & each for each in held)
            case And(children):
                return all(self.holds(child, place, unit, sentence) for child in children)
            case Or(children):
                return any(self.holds(child, place, unit, sentence) for child in children)
            case Not(child):
                return not self.holds(child, place, unit, sentence)
            case Near(left, right, distance):
                return any(near(text, left.needle, right.needle, distance) for text in texts)
            case Filter(field="value"):
                return any(in_range(value, node) for text in texts for value in values_of(text))
            case Filter():
                return any(passes(node, p) for p in self._places(place, unit))
            case Within():
                return self._within(node, place, unit, sentence)

    def _within(self, node: Within, place: Place, unit: str, sentence: str) -> bool:
        if node.unit == "sentence":
            inside = [(p, s) for p in self._places(place, unit) for s in p.sentences]
            inside = [(place, sentence)] if unit == "sentence" else inside
            return any(self.holds(node.child, p, "sentence", s) for p, s in inside)
        if node.unit == "passage":
            return any(self.holds(node.child, p) for p in self._places(place, unit))
        literals, terms = positive(node.child)
        return self.holds(node.child, place, "report") and any(
            not (literals or terms)
            or any(occurrences(p.indexed.compact, x) for x in literals)
            or set(terms) & set(p.indexed.terms)
            for p in self._places(place, unit)
        )

    def _places(self, place: Place, unit: str) -> list[Place]:
        return [p for p in self.places if p.report is place.report] if unit == "report" else [place]

    def _texts(self, place: Place, unit: str, sentence: str) -> list[str]:
        return [sentence] if unit == "sentence" else [p.indexed.compact for p in self._places(place, unit)]

    def matches(self, node: Node) -> list[Place]:
        return [place for place in self.places if self.holds(node, place)]

    def occurrences(self, where: Node, place: Place) -> int:
        """How many spans of a matching passage count as matches and are inside no other such span."""
        return len(outermost(self._spans(where, place, place.indexed.compact, True)))

    def _spans(self, node: Node, place: Place, text: str, sign: bool) -> set[tuple[int, int]]:
        match node:
            case Literal() if sign:
                return {(at, at + len(node.compact)) for at in occurrences(text, node.needle)}
            case Near(left, right, distance) if sign:
                one, other = (self._spans(side, place, text, True) for side in (left, right))
                if not left.compact or not right.compact:
                    return one | other
                pairs = [(x, y) for x in one for y in other if 0 <= max(x[0] - y[1], y[0] - x[1]) <= distance]
                return {span for pair in pairs for span in pair}
            case And(children) | Or(children):
                return {span for child in children for span in self._spans(child, place, text, sign)}
            case Not(child):
                return self._spans(child, place, text, not sign)
            case Within("sentence", child) if sign:
                sentences = place.sentences if text == place.indexed.compact else [text]
                begin = [sum(map(len, sentences[:n])) for n in range(len(sentences))]
                return {
                    (start + at, end + at)
                    for at, sentence in zip(begin, sentences, strict=True)
                    if self.holds(child, place, "sentence", sentence)
                    for start, end in self._spans(child, place, sentence, True)
                }
            case Within(_, child):
                return self._spans(child, place, text, sign)
        return set()

    def score(self, request: Request, place: Place) -> float:
        literals, terms = positive(request.where)
        text, kind = place.indexed.compact, place.passage.kind
        total = 0.0
        for wanted in literals:
            total += self._literal(place, wanted)
            if occurrences(text, wanted):
                words = [term for term in dict.fromkeys(request.boost) if term in wanted.compact]
                total += ranking.BOOST * sum(self._term(place, term) for term in words)
            if kind == "heading" and text == wanted.compact and occurrences(text, wanted):
                total += ranking.WHOLE_HEADING
            if kind == "glossary" and compact(place.passage.term) == wanted.compact and occurrences(text, wanted):
                total += ranking.GLOSSARY_TERM
        for phrase in request.phrases:
            total += phrase.weight * self._phrase(place, Needle(phrase.literal))
        for term in terms:
            total += self._term(place, term)
        year = place.report.meta.year
        years = [int(found) for typed in request.typed for found in re.findall("(?<![0-9])[0-9]{4}(?![0-9])", typed)]
        if any(name in typed for typed in request.typed for name in short_names(compact(place.report.meta.place))):
            total *= ranking.PLACE
            if year is not None and (year in years or year - 1 in years):
                total *= ranking.PLACE_AND_YEAR
        if year in years:
            total *= ranking.YEAR
        defined = compact(place.passage.term) if kind == "glossary" else ""
        if defined and any(defined in typed for typed in request.typed):
            total += ranking.GLOSSARY_TERM
        return total

    def _literal(self, place: Place, wanted: Needle) -> float:
        text = place.indexed.compact
        found = occurrences(text, wanted)
        leads = bool(found) and found[0] < LEAD
        in_rows = all("、" in f" {text} "[at : at + len(wanted.compact) + 2] for at in found)
        weight = ranking.IN_ROW if in_rows and not leads else 1.0
        leading = ranking.LEADING if leads and not in_rows else 0.0
        bm25 = self._bm25(place, lambda p: len(occurrences(p.indexed.compact, wanted)), weight, leading)
        return bm25 * ranking.WEIGHTS[place.passage.kind]

    def _phrase(self, place: Place, wanted: Needle) -> float:
        bm25 = self._bm25(place, lambda p: len(occurrences(p.indexed.compact, wanted)), 1.0, 0.0)
        return bm25 * ranking.WORD_KIND_WEIGHT[KINDS.index(place.passage.kind)]

    def _term(self, place: Place, term: str) -> float:
        leading = ranking.WORD_LEADING * (0 <= place.indexed.compact.find(term) < LEAD)
        bm25 = self._bm25(place, lambda p: p.indexed.terms.count(term), 1.0, leading, ranking.PRESENT)
        return bm25 * ranking.WORD_KIND_WEIGHT[KINDS.index(place.passage.kind)]

    def _bm25(
        self, place: Place, times: Callable[[Place], int], weight: float, leading: float, held: float = 0.0
    ) -> float:
        holding, frequency = sum(1 for p in self.places if times(p)), times(place)
        mean = sum(len(p.indexed.compact) for p in self.places) / len(self.places) or 1.0
        rarity = math.log(1 + (len(self.places) - holding + 0.5) / (holding + 0.5))
        norm = 1 - ranking.B + ranking.B * len(place.indexed.compact) / mean
        if not frequency:
            return 0.0
        frequency = frequency * weight + leading
        return rarity * (frequency * (ranking.K1 + 1) / (frequency + ranking.K1 * norm) + held)

    def order(self, request: Request) -> list[Place]:
        def tie(place: Place) -> tuple[float, str, int]:
            year = place.report.meta.year
            aged = math.inf if not year else year if request.sort == "oldest" else -year
            return aged, place.report.id, place.passage.ordinal

        def by_score(place: Place) -> tuple[float, tuple[float, str, int]]:
            return -round(self.score(request, place), 6), tie(place)

        return sorted(self.matches(request.where), key=by_score if request.sort == "relevance" else tie)

    def extents(self, places: list[Place]) -> dict[int | None, Extent]:
        by_year: dict[int | None, list[Place]] = {}
        for place in places:
            by_year.setdefault(place.report.meta.year or None, []).append(place)
        return {
            year: Extent(len({p.report.id for p in held}), len(held), sum(len(p.indexed.compact) for p in held))
            for year, held in by_year.items()
        }

    def facets(self, places: list[Place]) -> dict[str, dict[str, int]]:
        known = {"year": lambda m: str(m.year or ""), "kind": lambda m: m.kind, "place": lambda m: m.place}
        counts = {field: Counter(of(p.report.meta) for p in places) for field, of in known.items()}
        return {field: {value: n for value, n in counter.items() if value} for field, counter in counts.items()}


def near(text: str, left: Needle, right: Needle, distance: int) -> bool:
    return any(
        0 <= b - a - len(first.compact) <= distance
        for first, second in ((left, right), (right, left))
        for a in occurrences(text, first)
        for b in occurrences(text, second)
    )


def passes(condition: Filter, place: Place) -> bool:
    meta = place.report.meta
    if condition.field == "year":
        low, high = condition.low or -math.inf, condition.high or math.inf
        return meta.year is not None and low <= meta.year <= high
    if condition.field == "section":
        return any(condition.value in compact(heading) for heading in place.passage.section)
    if condition.field in ("title", "place"):
        return condition.value in compact(getattr(meta, condition.field))
    return condition.value == compact(meta.kind if condition.field == "kind" else place.report.id)


def values_of(text: str) -> tuple[Value, ...]:
    """In these texts a run of a's is the number of its length, and a b behind it the unit."""
    runs = re.finditer("(a+)(b?)", text)
    return tuple(Value(*run.span(), float(len(run[1])), run[2]) for run in runs)


def in_range(value: Value, condition: Filter) -> bool:
    low, high = (value.number if end is None else end for end in (condition.low, condition.high))
    return condition.value in ("", value.unit) and low <= value.number <= high


def positive(node: Node) -> tuple[list[Needle], list[str]]:
    """The distinct literals and terms under an even number of NOTs, in the order of the tree."""
    found = list(leaves(node, True))
    parts = [part for x in found for part in ((x.left, x.right) if isinstance(x, Near) else (x,))]
    literals = dict.fromkeys(x.needle for x in parts if isinstance(x, Literal) and x.compact)
    return list(literals), list(dict.fromkeys(t for x in found if isinstance(x, Words) for t in x.terms))


def leaves(node: Node, sign: bool) -> Iterator[Node]:
    children = {
        And: lambda: node.children,
        Or: lambda: node.children,
        Not: lambda: (node.child,),
        Within: lambda: (node.child,),
    }.get(type(node), tuple)()
    for child in children:
        yield from leaves(child, sign ^ isinstance(node, Not))
    if not children and sign:
        yield node
