"""What a node refuses because it is busy is sent again; what it refuses for another reason is said in Chinese."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import pytest

from deqing_search.engine.base import Engine, Request
from deqing_search.errors import IndexBusy, IndexFault, IndexNotWritable
from tests.cluster.nodes import Cluster
from tests.cluster.running import started
from tests.engine.test_opensearch import engine_at
from tests.oracle import analysed, literal, report_of

T = TypeVar("T")
AT_ONCE = 8
_LEASE = 2.0  # seconds that a writer keeps others out
NARROW = [
    *("thread_pool.write.size: 1", "thread_pool.write.queue_size: 1"),
    *("thread_pool.search.size: 1", "thread_pool.search.queue_size: 4"),
]
_FULL = {
    "cluster.routing.allocation.disk.threshold_enabled": True,
    **{f"cluster.routing.allocation.disk.watermark.{mark}": "900tb" for mark in ("low", "high", "flood_stage")},
    "cluster.info.update.interval": "10s",
}


@pytest.fixture(scope="module")
def narrow() -> Iterator[Cluster]:
    """A node that writes and searches one thing at a time, and lets few others wait."""
    with started(1, settings=NARROW) as running:
        yield running


def at_once(does: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(does, range(AT_ONCE)))


def rejected(node: Cluster, pool: str) -> int:
    (stats,) = node.ask("/_nodes/stats/thread_pool")["nodes"].values()
    number: int = stats["thread_pool"][pool]["rejected"]
    return number


def arrange(node: Cluster, settings: dict[str, object]) -> None:
    node.ask("/_cluster/settings", "PUT", {"persistent": settings})


def write_until_refused(engine: Engine) -> None:
    """Write again and again for half a minute: the node looks at its disk every ten seconds.

    If it finds the disk full during a write, the lease cannot be given back, and the next write finds it taken.
    """
    for _ in range(60):
        with suppress(IndexBusy):
            engine.write([])
        time.sleep(0.5)


@pytest.mark.slow
def test_a_busy_node_loses_no_passage_and_answers_every_query(narrow: Cluster) -> None:
    engines = [engine_at(narrow.address, shards=1) for _ in range(AT_ONCE)]
    for engine in engines:
        engine.write([])
    reports = [report_of(f"R{n}", [f"产业发展第{m}项" for m in range(10)]) for n in range(4)]
    at_once(lambda number: engines[number].write(map(analysed, reports)))
    assert rejected(narrow, "write")
    views = [engine.view() for engine in engines]
    request = Request(literal("发展"), limit=40)
    expected = views[0].evaluate(request)
    assert expected.total == 4 * 10
    assert at_once(lambda number: views[number].evaluate(request)) == [expected] * AT_ONCE
    assert rejected(narrow, "search")


@pytest.mark.slow
def test_a_full_disk_is_named_and_what_is_there_is_searched(narrow: Cluster) -> None:
    engine = engine_at(narrow.address, lease=_LEASE)
    engine.write([analysed(report_of("a", ["甲"]))])
    arrange(narrow, _FULL)
    try:
        with pytest.raises(IndexNotWritable, match="磁盘已满"):
            write_until_refused(engine)
        assert engine.view().total(literal("甲")) == 1
    finally:
        arrange(narrow, dict.fromkeys(_FULL))
        arrange(narrow, {"cluster.routing.allocation.disk.threshold_enabled": False})
        narrow.ask(f"/{engine.name}-*/_settings", "PUT", {"index.blocks.read_only_allow_delete": None})
    time.sleep(_LEASE)
    engine.write([analysed(report_of("b", ["甲"]))])
    assert engine.view().total(literal("甲")) == 2


@pytest.mark.slow
def test_a_version_that_is_not_known_is_refused(narrow: Cluster) -> None:
    setting = "compatibility.override_main_response_version"
    arrange(narrow, {setting: True})
    try:
        with pytest.raises(IndexFault, match=r"是 7\.10\.2 版，本程序只认识 2、3 版"):
            engine_at(narrow.address).view()
    finally:
        arrange(narrow, {setting: None})
