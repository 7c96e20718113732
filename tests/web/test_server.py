"""The server that `search-cli serve` runs, asked on this machine's own address."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

import pytest

from deqing_search import indexing
from deqing_search.errors import ServerFault
from deqing_search.web.server import Options, default_workers, serve
from tests.command import COMMAND, environment, process
from tests.site import SEEDS, copied_index, seeds_app, seeds_index
from tests.waiting import until

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")


class Site:
    """A running server."""

    def __init__(self, command: subprocess.Popen[str]) -> None:
        assert command.stderr
        self.process, self.announced = command, command.stderr.readline()
        self.port = int(re.search(r":(\d+)/", self.announced)[1])

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def send(self, request: bytes) -> bytes:
        """Send bytes as they are; the whole answer."""
        with socket.create_connection(("127.0.0.1", self.port), 20) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def workers(self) -> list[int]:
        pid = self.process.pid
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def end(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit code and what was said since the start."""
        assert self.process.stderr
        self.process.send_signal(by)
        return self.process.wait(30), self.process.stderr.read()


@contextmanager
def running(command: Sequence[str], **settings: str) -> Iterator[Site]:
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stderr=subprocess.PIPE, text=True, env=environment(seeds_index(), **settings)
    ) as run:
        try:
            yield Site(run)
        finally:
            run.kill()


def serving(index: Path, *options: str, workers: int = 2, **settings: str):
    more = ["--index", str(index), "--port", "0", "--workers", str(workers), *options]
    return running([*COMMAND, "serve", *more], **settings)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A server with two workers, for tests that only ask it."""
    with serving(seeds_index()) as running_site:
        yield running_site


# Answers with its process. /wait says by a file that it began and ends when another file is there; /stuck never ends.
SLOW = """
import os, sys, time
from pathlib import Path
from deqing_search.web.server import Options, serve

folder, timeout, draining = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])

def slow(environ, start_response):
    while environ["PATH_INFO"] == "/stuck":
        pass
    if environ["PATH_INFO"] == "/wait":
        (folder / "began").touch()
        while not (folder / "go").exists():
            time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]

options = Options("127.0.0.1", 0, 1, timeout, draining)
serve(lambda: slow, options, lambda url: print(url, file=sys.stderr, flush=True))
"""
LONG = 60  # seconds that no test waits for


def slow_site(folder: Path, *, timeout: float = LONG, draining: float = LONG):
    return running([sys.executable, "-c", SLOW, str(folder), str(timeout), str(draining)])


def runs(pid: int) -> bool:
    """It is there, and not only because nobody has asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# The address


def test_a_port_in_use_is_refused_with_what_to_type():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerFault, match=f"{port}：端口已被占用") as refused:
            serve(seeds_app, Options("127.0.0.1", port, 1, 60), pytest.fail)
    assert "--port" in refused.value.hint


def test_a_second_site_does_not_share_the_port_of_the_first(site: Site):
    refused = process("serve", "--port", str(site.port), index=seeds_index())
    assert site.ask("/healthz")[0] == 200
    assert refused.code == 3
    assert "端口已被占用" in refused.err
    assert "Traceback" not in refused.err


def test_an_unknown_host_is_refused():
    with pytest.raises(ServerFault, match="没有这个主机名"):
        serve(seeds_app, Options("nowhere.invalid", 0, 1, 60), pytest.fail)


def test_a_host_is_given_by_name_and_announced_by_that_name():
    with serving(seeds_index(), "--host", "localhost") as site:
        assert f"http://localhost:{site.port}/" in site.announced
        assert site.ask("/healthz")[0] == 200


def test_by_default_there_is_a_worker_for_each_processor():
    assert 1 <= default_workers() <= min(os.cpu_count() or 1, 4)


# The answers


def test_chinese_may_stand_bare_in_an_address(site: Site):
    found = site.send("GET /?q=地理信息 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    unknown = site.send("GET /r/德清 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    other = site.send("GET /?q=地理信息 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("gbk"))
    assert found.startswith(b"HTTP/1.1 200")
    assert "<mark>地理信息</mark>" in found.decode()
    assert unknown.startswith(b"HTTP/1.1 404")
    assert other.startswith(b"HTTP/1.1 400")


ANSWERS = [
    ("GET", "/"),
    ("GET", "/?q=" + quote("地理信息")),
    ("GET", "/api/v1/search?q=" + quote("地理信息")),
    ("GET", "/?q=" + quote("德清") + "&page=99"),
    ("GET", "/r/deqing-2024-work-report"),
    ("GET", "/nothing"),
    ("GET", "/favicon.svg"),
    ("GET", "/static/style.css"),
    ("HEAD", "/coverage"),
    ("POST", "/"),
]


def test_the_server_sends_what_the_application_says(site: Site):
    client = seeds_app().test_client()
    own = ("server", "date")
    assert "（2 个进程）" in site.announced
    for method, path in ANSWERS:
        for headers in ({}, {"Accept-Encoding": "gzip", "Accept-Language": "en"}):
            status, sent, body = site.ask(path, method, Host="reports.example", **headers)
            said = client.open(path, method=method, headers=headers, base_url="http://reports.example")
            assert (status, body) == (said.status_code, said.data), path
            expected = {name.lower(): value for name, value in said.headers if name.lower() not in own}
            assert {name: value for name, value in sent.items() if name not in own} == expected, path


def test_what_a_reader_has_is_not_sent_again_by_any_worker():
    with serving(seeds_index(), DEQING_MEMORY="0") as site:
        path = "/?q=" + quote("地理信息")
        tag = site.ask(path)[1]["etag"]
        assert [site.ask(path, **{"If-None-Match": tag})[0] for _ in range(8)] == [304] * 8


def test_every_worker_counts_once_and_answers_with_the_sum():
    with serving(seeds_index()) as site:
        for _ in range(6):  # made once by each worker, then remembered
            site.ask("/?q=" + quote("地理信息"))
        for _ in range(5):
            site.ask("/r/")
        sums = {re.sub(r"(?m)^.*metrics.*\n", "", site.ask("/metrics")[2].decode()) for _ in range(6)}
    assert len(sums) == 1
    (counts,) = sums
    assert 'deqing_answers_total{page="pages.search",status="200"} 6.0' in counts
    assert 'deqing_answers_total{page="pages.reports",status="200"} 5.0' in counts
    assert "deqing_ready 1.0" in counts
    assert "deqing_reports 5.0" in counts


def test_every_worker_sees_a_new_index_without_a_restart(tmp_path: Path):
    index = copied_index(tmp_path)
    with serving(index) as site:
        address = "/api/v1/search?limit=0&q=" + quote("发展")
        before = {site.ask(address)[2] for _ in range(8)}
        indexing.update(index, [SEEDS / "deqing-2016-work-report.txt"])
        after = {site.ask(address)[2] for _ in range(8)}
        indexing.rebuild(index, [])
        rebuilt = {site.ask(address)[2] for _ in range(8)}
    assert len(before) == len(after) == 1
    assert before != after
    assert rebuilt == after


def test_many_more_clients_than_threads_are_all_answered(site: Site):
    with ThreadPoolExecutor(64) as clients:
        statuses = list(clients.map(lambda number: site.ask(f"/?q={number}")[0], range(256)))
    assert statuses == [200] * 256


# Workers that die or hang


@needs_proc
def test_a_killed_worker_is_replaced_however_often():
    with serving(seeds_index()) as site:
        assert until(lambda: len(site.workers()) == 2)
        seen = set(site.workers())
        for _ in range(3):  # far sooner after one another than granian itself would accept
            for worker in site.workers():
                os.kill(worker, signal.SIGKILL)
            assert until(partial(has_new_workers, site, frozenset(seen)))
            seen |= set(site.workers())
            assert until(lambda: answers(site))
        code, said = site.end()
    assert code == 0
    assert "Traceback" not in said


def has_new_workers(site: Site, seen: frozenset[int]) -> bool:
    return len(set(site.workers()) - seen) == 2


def answers(site: Site, path: str = "/") -> bool:
    try:
        return site.ask(path)[0] == 200
    except (OSError, HTTPException):
        return False


def test_a_request_past_the_time_limit_ends_and_the_site_goes_on(tmp_path: Path):
    with slow_site(tmp_path, timeout=2, draining=0) as site:
        first = site.ask("/")[2]
        began = time.monotonic()
        with pytest.raises(ConnectionError):  # closed by the server; a client that gave up has a TimeoutError
            site.ask("/stuck")
        assert time.monotonic() - began >= 2
        assert until(lambda: answers(site))
        assert site.ask("/")[2] != first
        code, said = site.end()
    assert code == 0
    assert "/stuck takes too long" in said
    assert "Traceback" not in said


@needs_proc
def test_a_worker_that_does_not_run_at_all_is_replaced(tmp_path: Path):
    with slow_site(tmp_path, timeout=2, draining=0) as site:
        (stopped,) = site.workers()
        os.kill(stopped, signal.SIGSTOP)
        assert until(lambda: stopped not in site.workers())
        assert until(lambda: answers(site))
        code, said = site.end()
    assert code == 0
    assert f"worker {stopped} is killed" in said


# The end


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_what_is_being_answered_when_the_server_is_stopped_is_answered(ending: signal.Signals, tmp_path: Path):
    with slow_site(tmp_path, draining=0) as site, ThreadPoolExecutor(1) as client:
        answer = client.submit(site.ask, "/wait")
        assert until((tmp_path / "began").exists)
        site.process.send_signal(ending)
        assert until(lambda: not answers(site))
        (tmp_path / "go").touch()
        assert answer.result()[0] == 200
        assert site.process.wait(30) == 0


@needs_proc
def test_ctrl_c_that_reaches_the_workers_first_ends_the_server():
    with serving(seeds_index()) as site:
        assert until(lambda: len(site.workers()) == 2)
        for worker in site.workers():
            os.kill(worker, signal.SIGINT)
        assert site.end(signal.SIGINT)[0] == 0


@needs_proc
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_server_that_was_ended(ending: signal.Signals, tmp_path: Path):
    with serving(seeds_index(), TMPDIR=str(tmp_path)) as site:
        assert until(lambda: len(site.workers()) == 2)
        left = [site.process.pid, *site.workers()]
        assert site.end(ending) == (-9 if ending == signal.SIGKILL else 0, "")
        assert until(lambda: not any(map(runs, left)))
    if ending != signal.SIGKILL:
        assert list(tmp_path.iterdir()) == []


def test_an_open_connection_does_not_delay_the_stop():
    with serving(seeds_index()) as site:
        connection = HTTPConnection("127.0.0.1", site.port, timeout=20)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
        began = time.monotonic()
        assert site.end() == (0, "")
        assert time.monotonic() - began < 8


def test_a_new_request_while_the_server_stops_is_refused_with_503_and_when_to_come_back(tmp_path: Path):
    with slow_site(tmp_path) as site, ThreadPoolExecutor(1) as client:
        answer = client.submit(site.ask, "/wait")
        assert until((tmp_path / "began").exists)
        site.process.send_signal(signal.SIGTERM)
        assert until(lambda: site.ask("/")[0] == 503)
        _, headers, body = site.ask("/")
        assert int(headers["retry-after"]) > 0
        assert "正在停止" in body.decode()
        (tmp_path / "go").touch()
        assert answer.result()[0] == 200


def test_a_second_signal_stops_the_server_at_once(tmp_path: Path):
    with slow_site(tmp_path) as site:
        site.process.send_signal(signal.SIGTERM)
        assert until(lambda: site.ask("/")[0] == 503)
        assert site.end() == (0, "")


def test_the_log_is_json_lines_without_what_was_looked_for():
    with serving(seeds_index(), DEQING_LOG="json") as site:
        site.ask("/?q=" + quote("地理信息"))
        site.ask("/?q=" + quote("地理信息"))
        site.ask("/r/nothing")
        site.ask("/?q=" + quote("没有的词没有的词"))
        code, said = site.end()
    assert code == 0
    lines = [json.loads(line) for line in said.splitlines()]
    requests = [line for line in lines if line["message"] == "request"]
    assert [(line["page"], line["status"], line.get("found")) for line in requests] == [
        ("pages.search", 200, True),
        ("pages.search", 200, True),
        ("pages.report", 404, None),
        ("pages.search", 200, False),
    ]
    assert all(line["ms"] >= 0 for line in requests)
    assert "地理" not in said
    assert quote("地理") not in said


def test_queries_are_logged_if_that_is_asked_for():
    with serving(seeds_index(), DEQING_LOG="json+queries") as site:
        site.ask("/?q=" + quote("地理信息"))
        said = site.end()[1]
    assert json.loads(said.splitlines()[0])["query"] == "q=" + quote("地理信息")
