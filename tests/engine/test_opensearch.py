"""The engine in a cluster gives the answers of a brute-force reading, as the embedded one does, from three shards."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import AnalysedReport, Request, Sort
from deqing_search.engine.opensearch.engine import OpenSearchEngine
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.errors import IndexBusy, IndexFault, IndexMissing, IndexNotWritable, UsageError
from deqing_search.query.tree import And, Not, Or, Within
from deqing_search.report import Report
from tests.cluster.nodes import USERS, Cluster
from tests.cluster.running import started
from tests.engine import test_contract as contract
from tests.oracle import analysed, compact, literal, report_of

BATCHES, QUERIES = 6, 10  # DEQING_CLUSTER_BATCHES=50 tries 500 queries


def engine_at(address: str, shards: int = 3, first: int = 2, lease: float = 120) -> OpenSearchEngine:
    name = f"opensearch://{address}/t{uuid4().hex}"
    return OpenSearchEngine(name, compact=compact, shards=shards, first=first, lease=lease)


@pytest.fixture
def engine(cluster: str) -> OpenSearchEngine:
    return engine_at(cluster)


@pytest.mark.slow
def test_every_answer_equals_a_reading_of_the_texts(cluster: str) -> None:
    tried = 0

    @settings(
        max_examples=int(os.environ.get("DEQING_CLUSTER_BATCHES", BATCHES)),
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(commits=contract.batches, requests=st.lists(contract.requests, min_size=QUERIES, max_size=QUERIES))
    def compare(commits: list[tuple[list[Report], list[str]]], requests: list[Request]) -> None:
        nonlocal tried
        engine = engine_at(cluster)
        oracle = contract.written(engine, commits)
        for request in requests:
            contract.check_evaluation(engine, oracle, request)
            tried += 1
        engine.discard()  # thousands of indices do not fit into one node

    compare()
    assert tried >= QUERIES


@pytest.mark.slow
@pytest.mark.parametrize(
    "law",
    [
        contract.test_a_whole_report_comes_back_with_its_ledger_and_card,
        contract.test_cards_are_by_year_then_id_and_unknown_years_first,
        contract.test_a_report_given_twice_in_one_batch_is_stored_once_and_the_last_counts,
        contract.test_a_deleted_report_leaves_no_trace,
        contract.test_a_whole_heading_comes_first_and_the_definition_second,
        contract.test_a_view_does_not_change_when_the_index_does,
        contract.test_a_batch_that_fails_midway_changes_nothing,
        contract.test_a_handle_of_no_passage_is_refused,
        contract.test_an_index_of_nothing_answers_nothing,
    ],
)
def test_laws_of_every_engine(law: object, engine: OpenSearchEngine) -> None:
    assert callable(law)
    law(engine)


@pytest.mark.slow
def test_one_shard_three_shards_and_the_embedded_engine_rank_alike(cluster: str, tmp_path: Path) -> None:
    reports = [report_of(f"R{n}", [f"产业{'发展' * (m % 4)}第{m}项" for m in range(30)]) for n in range(4)]
    pages = []
    for engine in (engine_at(cluster, 1), engine_at(cluster, 3), WhooshEngine(tmp_path, compact=compact)):
        engine.write(map(analysed, reports))
        view = engine.view()
        hits = view.evaluate(Request(literal("发展"), limit=120)).page
        ids = [passage.id for passage in view.passages([hit.handle for hit in hits])]
        pages.append(list(zip(ids, [hit.score for hit in hits], strict=True)))
    assert len(pages[0]) == 4 * 22
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_what_holds_in_a_report_is_not_asked_again_of_the_passages_on_the_page(
    engine: OpenSearchEngine, sort: Sort
) -> None:
    texts = {"a": ["甲", "乙", "甲甲"], "b": ["甲", "丙"], "c": ["甲", "乙", "丁"]}
    engine.write(analysed(report_of(name, passages)) for name, passages in texts.items())
    view = engine.view()
    together = And((Within("report", And((literal("甲"), literal("乙"), Not(literal("丁"))))), literal("甲")))
    without = And((Not(Within("report", And((literal("甲"), literal("乙"))))), literal("甲")))
    for where, expected in ((together, ["甲", "甲甲"]), (without, ["甲"])):
        found = view.evaluate(Request(where, sort=sort, limit=5))
        passages = view.passages([hit.handle for hit in found.page])
        assert sorted(passage.text for passage in passages) == expected
        assert found.total == len(expected)


@pytest.mark.slow
def test_a_second_writer_is_refused(cluster: str, engine: OpenSearchEngine) -> None:
    def while_writing() -> Iterator[contract.AnalysedReport]:
        with pytest.raises(IndexBusy):
            engine.write([])
        yield analysed(report_of("a", ["甲"]))

    engine.write(while_writing())
    assert engine.view().total(literal("甲")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("later", [0, 1], ids=["stalls at the end", "stalls before the last report"])
def test_a_writer_that_stalls_and_is_replaced_changes_nothing(cluster: str, later: int) -> None:
    address = f"opensearch://{cluster}/t{uuid4().hex}"
    slow, other = (OpenSearchEngine(address, compact=compact, lease=seconds) for seconds in (0.2, 60))
    slow.write([analysed(report_of("a", ["甲"])), analysed(report_of("b", ["乙"]))])

    def stalling() -> Iterator[contract.AnalysedReport]:
        reports = [analysed(report_of(name, ["丙"])) for name in "abd"]
        yield from reports[: 3 - later]
        time.sleep(0.3)
        other.write([analysed(report_of("a", ["丁"]))])
        yield from reports[3 - later :]

    with pytest.raises(IndexFault, match="已由另一个写入的进程接手"):
        slow.write(stalling(), delete=["b"])
    for number in range(3):  # and what it left is never found, whatever is written later
        for view in (slow.view(), other.view(), OpenSearchEngine(address, compact=compact).view()):
            assert [view.total(literal(text)) for text in "甲乙丙丁"] == [0, 1, 0, 1 + number]
            assert [card.id for card in view.cards()] == ["a", "b", *"cde"[:number]]
        other.write([analysed(report_of("cde"[number], ["丁"]))])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("block", "message"),
    [("read_only_allow_delete", "磁盘已满"), ("read_only", "是只读的"), ("write", "是只读的")],
)
def test_an_index_that_is_blocked_for_writing_says_so_and_is_searched(node: Cluster, block: str, message: str) -> None:
    engine = engine_at(node.address)
    engine.write([analysed(report_of("a", ["甲"]))])
    settings = f"/{engine.name}-*/_settings"
    node.ask(settings, "PUT", {f"index.blocks.{block}": True})
    try:
        with pytest.raises(IndexNotWritable, match=message):
            engine.write([analysed(report_of("b", ["甲"]))])
        assert engine.view().total(literal("甲")) == 1
    finally:
        node.ask(settings, "PUT", {f"index.blocks.{block}": None})
    engine.write([analysed(report_of("b", ["甲"]))])
    assert engine.view().total(literal("甲")) == 2


@pytest.mark.slow
def test_an_index_that_nobody_wrote_is_missing(engine: OpenSearchEngine) -> None:
    with pytest.raises(IndexMissing):
        engine.view()


def test_a_cluster_that_is_away_is_named() -> None:
    with pytest.raises(IndexFault, match=r"连不上 OpenSearch 集群 127\.0\.0\.1:9"):
        engine_at("127.0.0.1:9").view()


def test_an_address_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as refused:
        OpenSearchEngine("opensearch://me:secret@host:9200/x", compact=compact)
    assert "secret" not in str(refused.value)


@pytest.fixture(scope="module")
def secured() -> Iterator[Cluster]:
    """Three nodes with TLS and users."""
    with started(3, secured=True) as running:
        yield running


@pytest.fixture
def named(secured: Cluster, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this process a user of the secured cluster."""

    def become(user: str) -> None:
        monkeypatch.setenv("DEQING_OPENSEARCH_CA", str(secured.authority))
        monkeypatch.setenv("DEQING_OPENSEARCH_USER", user)
        monkeypatch.setenv("DEQING_OPENSEARCH_PASSWORD", USERS.get(user, ("wrong", ""))[0])

    become("writer")
    return become


def secured_engine(secured: Cluster, name: str) -> OpenSearchEngine:
    """An engine that remembers nothing, for the index `deqing-` and the name."""
    hosts = ",".join(f"127.0.0.1:{port}" for port in secured.ports)
    return OpenSearchEngine(f"opensearchs://{hosts}/deqing-{name}", compact=compact, shards=3)


def numbered(reports: range) -> list[Report]:
    return [report_of(f"R{n}", [f"产业{'发展' * (m % 4)}第{m}项" for m in range(30)]) for n in reports]


DEVELOPMENT = Request(literal("发展"), limit=50)


@pytest.mark.slow
def test_a_reader_may_search_but_not_write_and_strangers_may_do_nothing(
    secured: Cluster, named: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    secured_engine(secured, "users").write(map(analysed, numbered(range(2))))
    named("reader")
    reader = secured_engine(secured, "users")
    view = reader.view()
    found = view.evaluate(DEVELOPMENT)
    assert found.total == 2 * 22
    assert len(view.passages([hit.handle for hit in found.page])) == 2 * 22
    assert view.report("R1") is not None
    assert view.total(Or(())) == 0
    for index in ("users", "new"):
        with pytest.raises(IndexNotWritable, match="不允许这个用户做这件事"):
            secured_engine(secured, index).write(map(analysed, numbered(range(1))))
    named("stranger")
    with pytest.raises(IndexFault, match="不接受用户名、密码或密钥"):
        secured_engine(secured, "users").view()
    monkeypatch.delenv("DEQING_OPENSEARCH_CA")
    with pytest.raises(IndexFault, match="连不上"):
        secured_engine(secured, "users").view()


@pytest.mark.slow
@pytest.mark.usefixtures("named")
def test_killed_nodes_change_no_answer_and_lose_no_passage(secured: Cluster) -> None:
    secured_engine(secured, "kills").write(map(analysed, numbered(range(10))))
    secured.wait("green")
    before = secured_engine(secured, "kills").view().evaluate(DEVELOPMENT)
    asked = 0
    for killed in (None, 0):
        if killed is not None:
            secured.kill(killed)
        for _ in range(8):
            assert secured_engine(secured, "kills").view().evaluate(DEVELOPMENT) == before
            asked += 1
    assert asked == 16
    secured.start(0)
    secured.wait("green", node=1)

    def while_a_node_dies() -> Iterator[AnalysedReport]:
        for number, report in enumerate(numbered(range(10, 60))):
            if number == 25:
                secured.kill(2)
            yield analysed(report)

    with suppress(IndexFault):  # a part of a bulk may be refused; then nothing of it is seen
        secured_engine(secured, "kills").write(while_a_node_dies())
    assert secured_engine(secured, "kills").view().total(DEVELOPMENT.where) in (10 * 22, 60 * 22)
    secured_engine(secured, "kills").write(map(analysed, numbered(range(10, 60))))
    view = secured_engine(secured, "kills").view()
    assert view.total(DEVELOPMENT.where) == 60 * 22
    assert len(view.cards()) == 60
