"""The engine in a cluster gives the answers of a brute-force reading, as the embedded one does, from three shards."""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import Request
from deqing_search.engine.opensearch.engine import OpenSearchEngine
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.errors import IndexBusy, IndexFault, IndexMissing, UsageError
from deqing_search.report import Report
from tests.cluster.running import started
from tests.engine import test_contract as contract
from tests.oracle import analysed, compact, literal, report_of

BATCHES, QUERIES = 6, 10  # DEQING_CLUSTER_BATCHES=50 tries 500 queries


def engine_at(address: str, shards: int = 3) -> OpenSearchEngine:
    return OpenSearchEngine(f"opensearch://{address}/t{uuid4().hex}", compact=compact, shards=shards)


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


@pytest.mark.slow
def test_a_killed_node_changes_no_answer_and_loses_no_passage() -> None:
    reports = [report_of(f"R{n}", [f"产业{'发展' * (m % 4)}第{m}项" for m in range(30)]) for n in range(20)]
    request = Request(literal("发展"), limit=50)
    with started(3) as running:
        hosts = ",".join(f"127.0.0.1:{port}" for port in running.ports)
        address = f"opensearch://{hosts}/t{uuid4().hex}"
        engine = OpenSearchEngine(address, compact=compact, shards=3)
        engine.write(map(analysed, reports[:10]))
        green = f"http://{running.address}/_cluster/health?wait_for_status=green&timeout=30s"
        with urllib.request.urlopen(green, timeout=60) as answer:
            assert answer.status == 200
        before = engine.view().evaluate(request)
        running.kill(0)
        for _ in range(10):  # each with an engine that remembers nothing
            assert OpenSearchEngine(address, compact=compact, shards=3).view().evaluate(request) == before
        engine.write(map(analysed, reports[10:]))
        assert engine.view().total(request.where) == 20 * 22
