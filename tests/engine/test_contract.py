"""The contract of every engine, checked against a brute-force reading of the same reports."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import AnalysedReport, Engine, Phrase, Request, SuggestionView
from deqing_search.engine.segment.counts import LEAD
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.query.tree import And, Filter, Literal, Near, Node, Not, Or, Within, Words
from deqing_search.report import LoggedEdit, Metadata, Report
from deqing_search.text.offsets import Span
from tests import oracle
from tests.oracle import NOWHERE, Oracle, analysed, compact, literal, report_of

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "whoosh": lambda place: WhooshEngine(place, compact=compact),
}

SUGGESTING = ["whoosh"]  # engines whose views are a `SuggestionView`

# Laws

# Few characters, so that literals meet, overlap, cross sentences and stand near each other all the time.
few_characters = st.text("ab2.一。、 第人", max_size=12)
# Some begin with a filler of about `LEAD` characters, so that the rest is at or after the end of the opening.
texts = st.builds(
    operator.add, st.sampled_from(["", "", "", *("第" * size for size in (LEAD - 2, LEAD))]), few_characters
)
literals = st.builds(
    lambda text, whole: literal(text, whole=whole), st.text("ab2一。第人", min_size=1, max_size=3), st.booleans()
)
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
    # Some reports repeat their passages so often that a search costs less than reading them all.
    st.builds(operator.mul, st.lists(st.tuples(kinds, texts), max_size=6), st.sampled_from([1, 1, 1, 20])),
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
# Literals without a common character, which never overlap; and sentences with literals only.
apart = st.builds(
    Near, *(st.text(some, min_size=1, max_size=3).map(literal) for some in ("ab2", "一第人")), st.integers(0, 4)
)
sentences = st.recursive(
    literals | apart,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda children: And(tuple(children))),
        st.lists(inner, min_size=1, max_size=3).map(lambda children: Or(tuple(children))),
        st.builds(Not, inner),
    ),
    max_leaves=4,
).map(lambda child: Within("sentence", child))
any_of = st.lists(literals, min_size=1, max_size=3).map(lambda children: Or(tuple(children)))
conditions_beside = st.one_of(literals, st.builds(Not, literals), any_of, filters, leaf_nodes)
in_reports = st.builds(lambda *both: Within("report", And(both)), literals, conditions_beside)
# Mostly a literal and something beside it, any of several, a sentence, a NEAR, a report; sometimes any other tree.
trees = st.one_of(
    any_of,
    apart,
    st.builds(lambda one, more: And((one, *more)), sentences, st.lists(conditions_beside, max_size=1)),
    st.builds(lambda one, more: And((one, *more)), literals, st.lists(conditions_beside, min_size=1, max_size=2)),
    st.builds(lambda one, more: And((one, *more)), in_reports, st.lists(conditions_beside, max_size=1)),
    st.recursive(
        leaf_nodes,
        lambda inner: st.one_of(
            st.builds(lambda children: And(tuple(children)), st.lists(inner, max_size=3)),
            st.builds(lambda children: Or(tuple(children)), st.lists(inner, max_size=3)),
            st.builds(Not, inner),
            st.builds(Within, st.sampled_from(["sentence", "passage", "report"]), inner),
        ),
        max_leaves=6,
    ),
)
requests = st.builds(
    Request,
    trees,
    boost=st.lists(words, max_size=2).map(tuple),
    sort=st.sampled_from(["relevance", "relevance", "newest", "oldest"]),
    offset=st.integers(0, 3),
    limit=st.integers(0, 8),
    phrases=st.lists(st.builds(Phrase, words, st.sampled_from([0.5, 2.0])), max_size=2).map(tuple),
    typed=st.lists(words | st.sampled_from(["德清2021年", "2016", "浙江省", "12016"]), max_size=2).map(tuple),
)


HEADED = tuple(Filter("section", NOWHERE, value=value) for value in ("1章a", "2章"))
BESIDES = [Or(HEADED), Or((*HEADED, literal("b"))), literal("a"), Not(HEADED[0])]


def written(engine: Engine, commits: Iterable[tuple[list[Report], list[str]]]) -> Oracle:
    """Write the commits, and tell what the index must hold now."""
    live: dict[str, Report] = {}
    for batch, deleted in commits:
        engine.write((analysed(report) for report in batch), delete=deleted)
        live = {key: report for key, report in live.items() if key not in deleted}
        live |= {report.id: report for report in batch}
    return Oracle(live)


def check_evaluation(engine: Engine, oracle: Oracle, request: Request) -> None:
    view = engine.view()
    found = view.evaluate(request)
    expected = oracle.order(request)
    page = expected[request.offset : request.offset + request.limit]
    assert [p.id for p in view.passages([hit.handle for hit in found.page])] == [p.passage.id for p in page]
    assert found.total == view.total(request.where) == len(expected)
    among = [sum(oracle.holds(node, place) for place in expected) for node in BESIDES]
    assert view.totals(request.where, BESIDES) == among
    assert found.reports == len({place.report.id for place in expected})
    assert {field: dict(values) for field, values in found.facets.items()} == oracle.facets(expected)
    times = Counter({p.report.meta.year: 0 for p in expected})
    for place in expected:
        times[place.report.meta.year] += oracle.occurrences(request.where, place)
    assert found.occurrences == sum(times.values())
    assert view.years(request.where) == {year or None: n for year, n in times.items() if n}
    assert view.extents(request.where) == oracle.extents(expected)
    assert view.by_report(request.where) == Counter(place.report.id for place in expected)
    assert view.frequencies(request.where) == Counter(term for place in expected for term in place.indexed.terms)
    oldest = oracle.order(request._replace(sort="oldest"))
    texts = [(text.report, text.compact) for text in view.texts(request.where)]
    assert texts == [(place.report.id, place.indexed.compact) for place in oldest]
    handles = [text.handle for text in view.texts(request.where)]
    assert [p.id for p in view.passages(handles)] == [place.passage.id for place in oldest]
    if request.sort == "relevance":
        scores = [oracle.score(request, place) for place in page]
        assert [hit.score for hit in found.page] == pytest.approx(scores, abs=1e-6)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return ENGINES[request.param](tmp_path / "index")


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(commits=batches, tried=st.lists(requests, min_size=5, max_size=12))
def test_every_answer_equals_a_reading_of_the_texts(
    name: str, commits: list[tuple[list[Report], list[str]]], tried: list[Request]
) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES[name](Path(place))
        oracle = written(engine, commits)
        for request in tried:
            check_evaluation(engine, oracle, request)


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=40, deadline=None)
@given(commits=batches)
def test_what_went_in_comes_out(name: str, commits: list[tuple[list[Report], list[str]]]) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES[name](Path(place))
        live = written(engine, commits).reports
        view = engine.view()
        assert {card.id: card.passages for card in view.cards()} == {r.id: len(r.passages) for r in live.values()}
        for report in live.values():
            assert view.report(report.id) == report
            for passage in report.passages:
                assert view.passage(passage.id) == passage
        assert view.report("R9") is None
        assert view.passage("R9-1") is None


@pytest.mark.parametrize("name", SUGGESTING)
@settings(max_examples=40, deadline=None)
@given(commits=batches)
def test_suggestions_come_from_the_indexed_reports(name: str, commits: list[tuple[list[Report], list[str]]]) -> None:
    with TemporaryDirectory() as place:
        engine = ENGINES[name](Path(place))
        places = written(engine, commits).places
        view = engine.view()
        assert isinstance(view, SuggestionView)
        terms = Counter(term for place in places for term in set(place.indexed.terms))
        assert view.vocabulary() == terms
        assert view.holding([*terms, "无此词"]) == terms
        assert view.headings() == Counter(compact(text) for place in places for text in set(place.passage.section))
        assert view.phrases(1, ()) == view.holding_phrases(view.phrases(1, ()), ())
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
            assert not oracle.occurrences(compact(passage.text), (excluded.compact, excluded.whole))


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
    edit_log = (LoggedEdit("jump-mark", "版面", (Span(1, 2), Span(5, 9)), (3, 4), "（下转\n第2版）", ""),)
    kinds = ("heading", "paragraph", "table-row", "glossary", "byline")
    report = report_of("r", [(kind, f"{kind} 文\ud800本\x00") for kind in kinds], meta=meta)._replace(edit_log=edit_log)
    engine.write([analysed(report)])
    assert engine.view().report("r") == report
    (card,) = engine.view().cards()
    assert (card.id, card.meta, card.digest, card.path) == ("r", meta, report.digest, report.path)
    assert (card.passages, card.edits) == (5, 1)


def test_cards_are_by_year_then_id_and_unknown_years_first(engine: Engine) -> None:
    years = {"c": 2016, "b": 2016, "a": None, "d": 2011}
    engine.write([analysed(report_of(key, ["文"], meta=Metadata(year=year))) for key, year in years.items()])
    assert [card.id for card in engine.view().cards()] == ["a", "d", "b", "c"]


def test_a_report_given_twice_in_one_batch_is_stored_once_and_the_last_counts(engine: Engine) -> None:
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


def test_a_handle_of_no_passage_is_refused(engine: Engine) -> None:
    engine.write([analysed(report_of("a", ["甲", "乙"]))])
    view = engine.view()
    handles = [hit.handle for hit in view.evaluate(Request(And(()))).page]
    assert [passage.id for passage in view.passages(handles)] == ["a-1", "a-2"]
    with pytest.raises(IndexError):
        view.passages([max(handles) + 1])


def test_an_index_of_nothing_answers_nothing(engine: Engine) -> None:
    engine.write([])
    view = engine.view()
    found = view.evaluate(Request(Not(literal("x"))))
    assert (found.page, found.total, found.occurrences, found.reports) == ((), 0, 0, 0)
    assert list(view.cards()) == []
