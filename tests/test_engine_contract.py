"""The contract of every engine, checked against a brute-force reading of the same reports.

The oracle below knows nothing of arrays: it reads texts, sentence by sentence, and computes BM25 in plain Python.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deqing_search.engine import ranking
from deqing_search.engine.base import AnalysedReport, Engine, Request
from deqing_search.engine.counting import LEAD
from deqing_search.engine.segment import KINDS
from deqing_search.engine.whoosh_engine import WhooshEngine
from deqing_search.offsets import Span
from deqing_search.query import And, Filter, Literal, Near, Node, Not, Or, Within, Words
from deqing_search.report import AnalysedPassage, LedgerEntry, Metadata, Passage, Report, Value

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "whoosh": lambda place: WhooshEngine(place, compact=compact),
}
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


def literal(text: str) -> Literal:
    return Literal(text, NOWHERE, compact=compact(text))


# The oracle


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


def occurrences(text: str, wanted: str) -> list[int]:
    return [i for i in range(len(text) - len(wanted) + 1) if text[i : i + len(wanted)] == wanted] if wanted else []


def outermost(text: str, where: Node) -> set[tuple[int, int]]:
    """Where any of the literals stands, of NEAR where it is near, but for what lies inside another."""
    spans = {span for leaf in leaves(where, True) for span in spans_of(leaf, text)}
    return {(a, b) for a, b in spans if not any((c, d) != (a, b) and c <= a and b <= d for c, d in spans)}


def spans_of(leaf: Node, text: str) -> set[tuple[int, int]]:
    if isinstance(leaf, Literal):
        return {(at, at + len(leaf.compact)) for at in occurrences(text, leaf.compact)}
    if not isinstance(leaf, Near):
        return set()
    left, right = spans_of(leaf.left, text), spans_of(leaf.right, text)
    if not (left and right):
        return set() if leaf.left.compact and leaf.right.compact else left | right
    pairs = [(x, y) for x in left for y in right if 0 <= max(x[0] - y[1], y[0] - x[1]) <= leaf.distance]
    return {span for pair in pairs for span in pair}


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
                return any(node.compact in text for text in texts)
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
                return any(near(text, left.compact, right.compact, distance) for text in texts)
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
            or any(x in p.indexed.compact for x in literals)
            or set(terms) & set(p.indexed.terms)
            for p in self._places(place, unit)
        )

    def _places(self, place: Place, unit: str) -> list[Place]:
        return [p for p in self.places if p.report is place.report] if unit == "report" else [place]

    def _texts(self, place: Place, unit: str, sentence: str) -> list[str]:
        return [sentence] if unit == "sentence" else [p.indexed.compact for p in self._places(place, unit)]

    def matches(self, node: Node) -> list[Place]:
        return [place for place in self.places if self.holds(node, place)]

    def score(self, request: Request, place: Place) -> float:
        literals, terms = positive(request.where)
        text, kind = place.indexed.compact, place.passage.kind
        total = 0.0
        for wanted in literals:
            total += self._literal(place, wanted)
            if wanted in text:
                words = [term for term in dict.fromkeys(request.boost) if term in wanted]
                total += ranking.BOOST * sum(self._term(place, term) for term in words)
            if kind == "heading" and text == wanted:
                total += ranking.WHOLE_HEADING
            if kind == "glossary" and compact(place.passage.term) == wanted and wanted in text:
                total += ranking.GLOSSARY_TERM
        for wanted in request.neighbours:
            total += ranking.NEIGHBOURS * self._literal(place, wanted)
        for term in terms:
            total += self._term(place, term)
        if any(
            name in typed for typed in request.typed for name in ranking.place_names(compact(place.report.meta.place))
        ):
            total *= ranking.PLACE
        if any(str(place.report.meta.year) in re.findall("[0-9]+", typed) for typed in request.typed):
            total *= ranking.YEAR
        defined = compact(place.passage.term) if kind == "glossary" else ""
        if defined and any(defined in typed for typed in request.typed):
            total += ranking.GLOSSARY_TERM
        return total

    def _literal(self, place: Place, wanted: str) -> float:
        text = place.indexed.compact
        leads = 0 <= text.find(wanted) < LEAD
        in_rows = all("、" in f" {text} "[at : at + len(wanted) + 2] for at in occurrences(text, wanted))
        weight = ranking.IN_ROW if in_rows and not leads else 1.0
        leading = ranking.LEADING if leads and not in_rows else 0.0
        bm25 = self._bm25(place, lambda p: len(occurrences(p.indexed.compact, wanted)), weight, leading)
        return bm25 * ranking._WEIGHTS[place.passage.kind]

    def _term(self, place: Place, term: str) -> float:
        leading = ranking.WORD_LEADING * (0 <= place.indexed.compact.find(term) < LEAD)
        bm25 = self._bm25(place, lambda p: p.indexed.terms.count(term), 1.0, leading, ranking.HELD)
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

    def facets(self, places: list[Place]) -> dict[str, dict[str, int]]:
        known = {"year": lambda m: str(m.year or ""), "kind": lambda m: m.kind, "place": lambda m: m.place}
        counts = {field: Counter(of(p.report.meta) for p in places) for field, of in known.items()}
        return {field: {value: n for value, n in counter.items() if value} for field, counter in counts.items()}


def near(text: str, left: str, right: str, distance: int) -> bool:
    return any(
        0 <= b - a - len(first) <= distance
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


def in_range(value: Value, asked: Filter) -> bool:
    low, high = (value.number if end is None else end for end in (asked.low, asked.high))
    return asked.value in ("", value.unit) and low <= value.number <= high


def positive(node: Node) -> tuple[list[str], list[str]]:
    """The distinct literals and terms under an even number of NOTs, in the order of the tree."""
    found = list(leaves(node, True))
    parts = [part for x in found for part in ((x.left, x.right) if isinstance(x, Near) else (x,))]
    literals = dict.fromkeys(x.compact for x in parts if isinstance(x, Literal) and x.compact)
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


# Laws

# Few characters, so that literals meet, overlap, cross sentences and stand near each other all the time.
texts = st.text("ab。、 ", max_size=12)
literals = st.text("ab。", min_size=1, max_size=3).map(literal)
kinds = st.sampled_from(["heading", "paragraph", "paragraph", "table-row", "byline", "glossary"])
metas = st.builds(
    Metadata,
    title=st.sampled_from(["", "德清 2016", "A b"]),
    kind=st.sampled_from(["", "政府工作报告", "规 划"]),
    year=st.sampled_from([None, 2016, 2016, 2021, 2024]),
    place=st.sampled_from(["", "浙江省 德清县"]),
)
reports = st.builds(
    lambda number, passages, meta, term: report_of(f"R{number}", passages, meta=meta, term=term),
    st.integers(1, 4),
    st.lists(st.tuples(kinds, texts), max_size=6),
    metas,
    st.text("ab", max_size=2),
)
batches = st.lists(
    st.tuples(st.lists(reports, max_size=3), st.lists(st.sampled_from(["R1", "R2", "R9"]), max_size=2)),
    min_size=1,
    max_size=4,
)
conditions = [("kind", "规划"), ("kind", "规"), ("place", "德清"), ("title", "德清2016"), ("title", "ab")]
value_filters = st.builds(
    lambda low, high, unit: Filter("value", NOWHERE, unit, low, high),
    st.sampled_from([None, 1.0, 2.0]),
    st.sampled_from([None, 1.0, 3.0]),
    st.sampled_from(["", "b", "元"]),
)
conditions += [("section", "1章a"), ("section", "a总"), ("report", "r1"), ("report", "r")]
filters = st.one_of(
    st.builds(
        lambda low, high: Filter("year", NOWHERE, low=low, high=high),
        st.sampled_from([None, 2016, 2020]),
        st.sampled_from([None, 2016, 2021]),
    ),
    st.builds(lambda pair: Filter(pair[0], NOWHERE, value=pair[1]), st.sampled_from(conditions)),
    value_filters,
)
words = st.text("ab。", min_size=1, max_size=2)
leaf_nodes = st.one_of(
    literals,
    literals,
    filters,
    st.lists(words, max_size=3).map(lambda terms: Words(tuple(terms), NOWHERE)),
    st.lists(words, max_size=4, unique=True).map(lambda terms: Words(tuple(terms), NOWHERE, tuple(terms[1:]))),
    st.builds(Near, literals, literals, st.integers(0, 4)),
)
trees = st.recursive(
    leaf_nodes,
    lambda inner: st.one_of(
        st.builds(lambda children: And(tuple(children)), st.lists(inner, max_size=3)),
        st.builds(lambda children: Or(tuple(children)), st.lists(inner, max_size=3)),
        st.builds(Not, inner),
        st.builds(Within, st.sampled_from(["sentence", "passage", "report"]), inner),
    ),
    max_leaves=6,
)
requests = st.builds(
    Request,
    trees,
    boost=st.lists(words, max_size=2).map(tuple),
    sort=st.sampled_from(["relevance", "relevance", "newest", "oldest"]),
    offset=st.integers(0, 3),
    limit=st.integers(0, 8),
    neighbours=st.lists(words, max_size=2).map(tuple),
    typed=st.lists(words | st.sampled_from(["德清2021年", "2016", "浙江省", "12016"]), max_size=2).map(tuple),
)


def written(engine: Engine, commits: Iterable[tuple[list[Report], list[str]]]) -> Oracle:
    """Write the commits, and tell what the index must hold now."""
    held: dict[str, Report] = {}
    for batch, deleted in commits:
        engine.write((analysed(report) for report in batch), delete=deleted)
        held = {key: report for key, report in held.items() if key not in deleted}
        held |= {report.id: report for report in batch}
    return Oracle(held)


def check_evaluation(engine: Engine, oracle: Oracle, request: Request) -> None:
    view = engine.view()
    found = view.evaluate(request)
    expected = oracle.order(request)
    page = expected[request.offset : request.offset + request.limit]
    assert [p.id for p in view.passages([hit.handle for hit in found.page])] == [p.passage.id for p in page]
    assert found.total == len(expected)
    assert found.reports == len({place.report.id for place in expected})
    assert {field: dict(counts) for field, counts in found.facets.items()} == oracle.facets(expected)
    times = Counter({p.report.meta.year: 0 for p in expected})
    for place in expected:
        times[place.report.meta.year] += len(outermost(place.indexed.compact, request.where))
    assert found.occurrences == sum(times.values())
    assert view.years(request.where) == {year: n for year, n in times.items() if year and n}
    if request.sort == "relevance":
        scores = [oracle.score(request, place) for place in page]
        assert [hit.score for hit in found.page] == pytest.approx(scores, abs=1e-6)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return ENGINES[request.param](tmp_path / "index")


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(commits=batches, asked=st.lists(requests, min_size=5, max_size=12))
def test_every_answer_equals_a_reading_of_the_texts(
    name: str, commits: list[tuple[list[Report], list[str]]], asked: list[Request]
) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES[name](Path(place))
        oracle = written(engine, commits)
        for request in asked:
            check_evaluation(engine, oracle, request)


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=40, deadline=None)
@given(commits=batches)
def test_what_went_in_comes_out(name: str, commits: list[tuple[list[Report], list[str]]]) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES[name](Path(place))
        held = written(engine, commits).reports
        view = engine.view()
        assert {card.id: card.passages for card in view.cards()} == {r.id: len(r.passages) for r in held.values()}
        for report in held.values():
            assert view.report(report.id) == report
            for passage in report.passages:
                assert view.passage(passage.id) == passage
        assert view.report("R9") is None
        assert view.passage("R9-1") is None


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=40, deadline=None)
@given(commits=batches)
def test_what_can_be_suggested_is_what_is_held(name: str, commits: list[tuple[list[Report], list[str]]]) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES[name](Path(place))
        places = written(engine, commits).places
        view = engine.view()
        assert view.vocabulary() == Counter(term for place in places for term in set(place.indexed.terms))
        assert view.headings() == Counter(compact(text) for place in places for text in set(place.passage.section))
        assert set(view.defined()) == {compact(place.passage.term) for place in places} - {""}


@settings(max_examples=40, deadline=None)
@given(commits=batches, where=trees, excluded=literals)
def test_excluding_a_literal_never_returns_a_passage_with_it(
    commits: list[tuple[list[Report], list[str]]], where: Node, excluded: Literal
) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES["whoosh"](Path(place))
        written(engine, commits)
        view = engine.view()
        found = view.evaluate(Request(And((where, Not(excluded))), limit=99))
        for passage in view.passages([hit.handle for hit in found.page]):
            assert excluded.compact not in compact(passage.text)


def both(*texts: str) -> And:
    return And(tuple(map(literal, texts)))


A_REPORT = ["甲乙。丙丁", "丙甲。乙", "丙", "甲甲甲", "无"]


@pytest.mark.parametrize(
    ("where", "ordinals"),
    [
        (both("甲", "丙"), [1, 2]),
        (Within("sentence", both("甲", "丙")), [2]),
        (Within("sentence", literal("乙。丙")), []),
        (Within("sentence", both("丙", "丁")), [1]),
        (Within("report", both("丁", "无")), [1, 5]),
        (Within("report", And((literal("丁"), Not(literal("戊"))))), [1]),
        (Within("report", Not(literal("戊"))), [1, 2, 3, 4, 5]),
        (Within("report", And((literal("丁"), Not(literal("无"))))), []),
        (Near(literal("甲"), literal("丁"), 3), [1]),
        (Near(literal("甲"), literal("丁"), 2), []),
        (Near(literal("丁"), literal("甲"), 3), [1]),
        (Near(literal("无"), literal("甲"), 99), []),
        (Near(literal("甲"), literal("甲甲"), 0), [4]),
        (Near(literal("甲"), literal("甲甲甲"), 9), []),
        (Within("sentence", Near(literal("甲"), literal("丁"), 9)), []),
        (Within("sentence", Near(literal("丙"), literal("甲"), 0)), [2]),
        (Not(Within("sentence", literal("甲"))), [3, 5]),
        (literal("x"), []),
    ],
)
def test_units_and_distances_mean_what_they_say(engine: Engine, where: Node, ordinals: list[int]) -> None:
    engine.write([analysed(report_of("r", A_REPORT)), analysed(report_of("s", ["乙"]))], delete=["none"])
    view = engine.view()
    page = view.evaluate(Request(And((where, Filter("report", NOWHERE, value="r"))), sort="newest")).page
    assert [passage.ordinal for passage in view.passages([hit.handle for hit in page])] == ordinals


def test_a_whole_report_comes_back_with_its_ledger_and_card(engine: Engine) -> None:
    meta = Metadata("政府工作报告", "政府工作报告", 2024, "2024-02-03", "德清县", "web", "注", ("year",))
    ledger = (LedgerEntry("jump-mark", "版面", (Span(1, 2), Span(5, 9)), (3, 4), "（下转\n第2版）", ""),)
    kinds = ("heading", "paragraph", "table-row", "glossary", "byline")
    report = replace(report_of("r", [(kind, f"{kind} 文\ud800本\x00") for kind in kinds], meta=meta), ledger=ledger)
    engine.write([analysed(report)])
    assert engine.view().report("r") == report
    (card,) = engine.view().cards()
    assert (card.id, card.meta, card.digest, card.path) == ("r", meta, report.digest, report.path)
    assert (card.passages, card.edits) == (5, 1)


def test_cards_are_by_year_then_id_and_unknown_years_first(engine: Engine) -> None:
    years = {"c": 2016, "b": 2016, "a": None, "d": 2011}
    engine.write([analysed(report_of(key, ["文"], meta=Metadata(year=year))) for key, year in years.items()])
    assert [card.id for card in engine.view().cards()] == ["a", "d", "b", "c"]


def test_a_report_given_twice_in_one_batch_is_held_once_and_the_last_counts(engine: Engine) -> None:
    engine.write([analysed(report_of("r", ["旧"])), analysed(report_of("r", ["新"]))])
    view = engine.view()
    assert view.evaluate(Request(literal("旧"))).total == 0
    assert view.evaluate(Request(literal("新"))).total == 1
    assert len(view.cards()) == 1


def test_a_deleted_report_leaves_no_trace(engine: Engine) -> None:
    engine.write([analysed(report_of("gone", ["秘密", "公开"])), analysed(report_of("kept", ["公开"]))])
    engine.write([], delete=["gone", "never-there"])
    view = engine.view()
    assert view.evaluate(Request(literal("秘密"))).total == 0
    assert view.evaluate(Request(Not(literal("无")))).total == 1
    assert view.report("gone") is None
    assert view.passage("gone-1") is None
    assert [card.id for card in view.cards()] == ["kept"]


def test_a_whole_heading_comes_first_and_the_definition_second(engine: Engine) -> None:
    passages = [
        ("paragraph", "强村 强村 强村"),
        ("glossary", "强村：指强村公司"),
        ("heading", "强 村"),
        ("heading", "强村富民"),
    ]
    engine.write([analysed(report_of("r", passages, term="强村"))])
    view = engine.view()
    page = view.evaluate(Request(literal("强村"))).page
    assert [passage.ordinal for passage in view.passages([hit.handle for hit in page])][:2] == [3, 2]


def test_a_view_does_not_change_when_the_index_does(engine: Engine) -> None:
    engine.write([analysed(report_of("a", ["甲"]))])
    before = engine.view()
    engine.write([analysed(report_of("b", ["甲"]))], delete=["a"])
    assert [card.id for card in before.cards()] == ["a"]
    assert before.passage("a-1") is not None
    assert [card.id for card in engine.view().cards()] == ["b"]


def test_a_batch_that_fails_midway_changes_nothing(engine: Engine) -> None:
    engine.write([analysed(report_of("a", ["甲"]))])

    def failing() -> Iterator[AnalysedReport]:
        yield analysed(report_of("b", ["乙"]))
        raise RuntimeError("the disk of the source died")

    with pytest.raises(RuntimeError):
        engine.write(failing(), delete=["a"])
    assert [card.id for card in engine.view().cards()] == ["a"]
    engine.write([analysed(report_of("c", ["丙"]))])
    assert [card.id for card in engine.view().cards()] == ["a", "c"]


def test_an_index_of_nothing_answers_nothing(engine: Engine) -> None:
    engine.write([])
    view = engine.view()
    found = view.evaluate(Request(Not(literal("x"))))
    assert (found.page, found.total, found.occurrences, found.reports) == ((), 0, 0, 0)
    assert list(view.cards()) == []
