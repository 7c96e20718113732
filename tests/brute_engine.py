"""An engine that reads every passage for every query: slow, plain, and right by construction. The tests' oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from deqing_search.engine.base import AnalysedReport, Evaluation, Extent, PassageText, Request, Scored
from deqing_search.language.folding import compact_text
from deqing_search.language.number_edges import stands_whole
from deqing_search.query.tree import And, Filter, Literal, Near, Needle, Node, Not, Or, Within, Words, literals
from deqing_search.report import AnalysedPassage, Passage, Report, ReportCard
from deqing_search.text.format_marks import is_format_mark
from tests.oracle import in_range


class BruteEngine:
    def __init__(self) -> None:
        self.reports: dict[str, AnalysedReport] = {}

    def write(self, reports: Iterable[AnalysedReport], *, delete: Collection[str] = ()) -> None:
        kept = {name: report for name, report in self.reports.items() if name not in delete}
        self.reports = kept | {report.report.id: report for report in reports}

    def view(self) -> BruteView:
        return BruteView(list(self.reports.values()))


class BruteView:
    def __init__(self, reports: list[AnalysedReport]) -> None:
        self.rows = [
            (each.report, passage, analysed)
            for each in reports
            for passage, analysed in zip(each.report.passages, each.analysed, strict=True)
        ]
        self.reports = {each.report.id: each.report for each in reports}

    def evaluate(self, request: Request) -> Evaluation:
        found = [row for row, each in enumerate(self.rows) if self._holds(request.where, *each)]
        wanted = [literal.needle for literal in literals(request.where)]
        scores = {row: self._score(row, wanted, request) for row in found}
        years = {row: self.rows[row][0].meta.year or 0 for row in found}
        order = {"relevance": lambda r: (-scores[r], r), "newest": lambda r: (-years[r], r)}
        ranked = sorted(found, key=order.get(request.sort, lambda r: (years[r], r)))
        return Evaluation(
            page=tuple(Scored(row, scores[row]) for row in ranked[request.offset : request.offset + request.limit]),
            total=len(found),
            occurrences=sum(_count_outermost(self._matching_spans(request.where, *self.rows[row])) for row in found),
            reports=len({self.rows[row][0].id for row in found}),
            facets={"year": Counter(str(self.rows[row][0].meta.year) for row in found)},
        )

    def _score(self, row: int, wanted: list[Needle], request: Request) -> float:
        analysed = self.rows[row][2]
        terms = {*request.boost, *_terms(request.where)}
        words = sum(term in terms for term in analysed.terms)
        return words + 10.0 * sum(_occurrences(analysed.compact, literal) for literal in wanted)

    def _holds(self, node: Node, report: Report, passage: Passage, analysed: AnalysedPassage) -> bool:
        text = analysed.compact
        match node:
            case Literal():
                return _occurrences(text, node.needle) > 0
            case Words(terms, _, core):
                held = sum(len(term) for term in core if term in analysed.terms)
                return 2 * held > sum(map(len, core)) if core else any(term in analysed.terms for term in terms)
            case And():
                return all(self._holds(child, report, passage, analysed) for child in node.children)
            case Or():
                return any(self._holds(child, report, passage, analysed) for child in node.children)
            case Not():
                return not self._holds(node.child, report, passage, analysed)
            case Near():
                return bool(_pairs(text, node))
            case Within(unit="sentence"):
                at = [*analysed.sentences, len(text)]
                parts = [_part(analysed, a, b) for a, b in pairwise(at)]
                return any(self._holds(node.child, report, passage, part) for part in parts)
            case Within(unit="passage"):
                return self._holds(node.child, report, passage, analysed)
            case Within():
                whole = _joined([a for r, _, a in self.rows if r.id == report.id])
                shown = any(literal.compact in text for literal in literals(node.child))
                return shown and self._holds(node.child, report, passage, whole)
            case Filter(field="year"):
                year = report.meta.year
                return year is not None and (node.low or year) <= year <= (node.high or year)
            case Filter(field="value"):
                return any(in_range(value, node) for value in analysed.values)
        return _passes(node, report, passage)

    def _matching_spans(
        self, node: Node, report: Report, passage: Passage, analysed: AnalysedPassage
    ) -> set[tuple[int, int]]:
        """The spans of the text that count as matches."""
        text = analysed.compact
        match node:
            case Literal():
                return set(_spans(text, node))
            case Near():
                return {span for pair in _pairs(text, node) for span in pair}
            case And() | Or():
                return {
                    span for child in node.children for span in self._matching_spans(child, report, passage, analysed)
                }
            case Within(unit="sentence"):
                starts = [*analysed.sentences, len(text)]
                parts = [(a, _part(analysed, a, b)) for a, b in pairwise(starts)]
                held = [(a, part) for a, part in parts if self._holds(node.child, report, passage, part)]
                return {
                    (a + x, a + y)
                    for a, part in held
                    for x, y in self._matching_spans(node.child, report, passage, part)
                }
            case Within():
                return self._matching_spans(node.child, report, passage, analysed)
        return set()

    def total(self, where: Node) -> int:
        return sum(self._holds(where, *row) for row in self.rows)

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        return [self.total(And((where, node))) for node in besides]

    def texts(self, where: Node) -> Iterator[PassageText]:
        for handle in [one.handle for one in self.evaluate(Request(where, sort="oldest", limit=len(self.rows))).page]:
            report, _, analysed = self.rows[handle]
            yield PassageText(handle, report.id, analysed.compact)

    def frequencies(self, where: Node) -> Mapping[str, int]:
        return Counter(term for row in self.rows if self._holds(where, *row) for term in row[2].terms)

    def passages(self, handles: Sequence[int]) -> list[Passage]:
        return [self.rows[handle][1] for handle in handles]

    def passage(self, passage_id: str) -> Passage | None:
        return next((passage for _, passage, _ in self.rows if passage.id == passage_id), None)

    def report(self, report_id: str) -> Report | None:
        return self.reports.get(report_id)

    def cards(self) -> Sequence[ReportCard]:
        ordered = sorted(self.reports.values(), key=lambda report: (report.meta.year or 0, report.id))
        return [
            ReportCard(
                r.id,
                r.meta,
                r.digest,
                r.path,
                len(r.passages),
                len(r.edit_log),
                sum(is_format_mark(entry.fix, entry.before) for entry in r.edit_log),
            )
            for r in ordered
        ]

    def years(self, where: Node) -> Mapping[int | None, int]:
        counts: Counter[int | None] = Counter()
        for report, passage, analysed in self.rows:
            if self._holds(where, report, passage, analysed):
                counts[report.meta.year] += _count_outermost(self._matching_spans(where, report, passage, analysed))
        return +counts

    def by_report(self, where: Node) -> Mapping[str, int]:
        return Counter(report.id for report, *rest in self.rows if self._holds(where, report, *rest))

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        found = [row for row in self.rows if self._holds(where, *row)]
        by_year = {
            report.meta.year: [row for row in found if row[0].meta.year == report.meta.year] for report, *_ in found
        }
        return {
            year: Extent(len({row[0].id for row in rows}), len(rows), sum(len(row[2].compact) for row in rows))
            for year, rows in by_year.items()
        }


def _passes(node: Filter, report: Report, passage: Passage) -> bool:
    match node.field:
        case "kind":
            return node.value == compact_text(report.meta.kind)
        case "report":
            return node.value == compact_text(report.id)
        case "place":
            return node.value in compact_text(report.meta.place)
        case "title":
            return node.value in compact_text(report.meta.title)
    return any(node.value in compact_text(heading) for heading in passage.section)


def _occurrences(text: str, literal: Needle) -> int:
    return len(_places(text, literal))


def _count_outermost(spans: set[tuple[int, int]]) -> int:
    """How many of the spans are inside no other."""
    return sum(not any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans) for a, b in spans)


def _spans(text: str, literal: Literal) -> list[tuple[int, int]]:
    return [(at, at + len(literal.compact)) for at in _places(text, literal.needle)]


def _pairs(text: str, node: Near) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    pairs = ((x, y) for x in _spans(text, node.left) for y in _spans(text, node.right))
    return [(x, y) for x, y in pairs if 0 <= max(x[0] - y[1], y[0] - x[1]) <= node.distance]


def _places(text: str, literal: Needle) -> list[int]:
    found = [at for at in range(len(text)) if text.startswith(literal.compact, at)]
    return [at for at in found if not literal.whole or stands_whole(text, at, literal.compact)]


def _terms(node: Node) -> list[str]:
    match node:
        case Words():
            return list(node.terms)
        case And() | Or():
            return [term for child in node.children for term in _terms(child)]
    return []


def _part(analysed: AnalysedPassage, start: int, end: int) -> AnalysedPassage:
    """The characters and numbers between two offsets; the offsets of the numbers do not matter here."""
    inside = tuple(value for value in analysed.values if start <= value.start and value.end <= end)
    return AnalysedPassage(analysed.compact[start:end], (), (0,), inside)


def _joined(passages: list[AnalysedPassage]) -> AnalysedPassage:
    """The characters and numbers of all passages of a report."""
    every = tuple(value for one in passages for value in one.values)
    return AnalysedPassage("\n".join(one.compact for one in passages), (), (0,), every)
