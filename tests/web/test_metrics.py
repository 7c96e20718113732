"""`/metrics` counts answers, and shows nothing of the requests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from urllib.parse import quote

from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.web import create_app
from tests.site import ask, seeds_app


def test_metrics_count_the_answers_and_show_no_query():
    client = seeds_app().test_client()
    client.get(ask("地理信息"))
    client.get("/nothing")
    shown = client.get("/metrics").text
    assert 'deqing_answers_total{page="pages.search",status="200"} 1.0' in shown
    assert 'status="404"' in shown
    assert 'deqing_answer_seconds_count{page="pages.search"} 1.0' in shown
    assert "deqing_reports 5.0" in shown
    assert "deqing_ready 1.0" in shown
    assert quote("地理信息") not in shown
    assert "地理" not in shown


SERVED_ONCE = """
import sys
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.web import create_app
client = create_app(WhooshEngine(sys.argv[1], compact=str)).test_client()
client.get("/healthz")
print(client.get("/metrics").text)
"""


def test_each_of_several_processes_answers_with_the_sum(tmp_path):
    (tmp_path / "counts").mkdir()
    shared = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}
    command = [sys.executable, "-c", SERVED_ONCE, str(tmp_path / "none")]
    shown = [subprocess.check_output(command, env=shared, text=True) for _ in "123"]  # noqa: S603 - our own program
    assert len(shown) == 3
    for number, text in enumerate(shown, 1):
        assert f'deqing_answers_total{{page="pages.healthz",status="200"}} {number}.0' in text
        assert "deqing_ready 0.0" in text


def test_metrics_say_that_the_index_is_missing(tmp_path):
    without_index = create_app(WhooshEngine(tmp_path / "none", compact=str)).test_client()
    assert "deqing_ready 0.0" in without_index.get("/metrics").text


def test_metrics_count_searches_by_mode_and_those_that_find_nothing():
    client = seeds_app().test_client()
    for path in (ask("地理信息"), ask("地理信息"), ask("没有的词没有的词"), ask("发展", mode="words")):
        client.get(path)
    shown = client.get("/metrics").text
    assert 'deqing_searches_total{found="yes",mode="exact"} 2.0' in shown
    assert 'deqing_searches_total{found="no",mode="exact"} 1.0' in shown
    assert 'deqing_searches_total{found="yes",mode="words"} 1.0' in shown


def test_metrics_count_refusals_by_reason(monkeypatch):
    client = seeds_app().test_client()
    client.get("/?year=abc")
    client.post("/coverage", environ_overrides={"CONTENT_LENGTH": str(1 << 20)})
    shown = client.get("/metrics").text
    monkeypatch.setenv("DEQING_REQUEST_SECONDS", "0.0001")
    monkeypatch.setenv("DEQING_MEMORY", "0")
    hasty = seeds_app().test_client()
    hasty.get(ask(" OR ".join("的是了一不在有会和为大国人中上个")))
    assert 'deqing_refused_total{reason="broken"} 1.0' in shown
    assert 'deqing_refused_total{reason="size"} 1.0' in shown
    assert 'deqing_refused_total{reason="computing"} 1.0' in hasty.get("/metrics").text


def test_metrics_tell_the_generation_and_when_it_changed():
    shown = seeds_app().test_client().get("/metrics").text
    assert "deqing_generation 1.0" in shown
    (changed,) = re.findall(r"^deqing_index_changed_timestamp_seconds ([0-9.e+]+)$", shown, re.MULTILINE)
    assert abs(time.time() - float(changed)) < 10_000
