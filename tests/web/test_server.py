"""The server that `search-cli serve` runs, in one process and in several."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import create_environ

from deqing_search import indexing
from deqing_search.errors import UsageError
from deqing_search.web import makers
from deqing_search.web.server import answer, listen, serve, usual
from tests.command import COMMAND, environment, process
from tests.site import SEEDS, seeds_app, seeds_engine, seeds_index

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")


def test_a_port_in_use_is_told_with_what_to_type():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)) as told:
            serve(seeds_engine(), "127.0.0.1", port, started=lambda url: pytest.fail(url))
    assert "--port" in told.value.hint


def test_a_host_that_nobody_knows_is_told():
    with pytest.raises(UsageError, match="没有这个主机名"):
        listen("nowhere.invalid", 0)


def test_the_server_takes_chinese_as_curl_sends_it():
    listening = listen("127.0.0.1", 0)
    threading.Thread(target=answer, args=(seeds_app(), listening), daemon=True).start()
    with socket.create_connection(listening[0].getsockname()) as connection:
        connection.sendall("GET /?q=地理信息 HTTP/1.0\r\n\r\n".encode())
        answered = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answered.startswith("HTTP/1.0 200")
    assert "<mark>地理信息</mark>" in answered


def test_where_nobody_says_there_is_a_process_for_each_processor():
    assert 1 <= usual() <= min(os.cpu_count() or 1, 4)


# Several processes


class Site:
    """A running `search-cli serve`."""

    def __init__(self, command: subprocess.Popen[str]) -> None:
        assert command.stderr
        self.process, self.told = command, command.stderr.readline()
        self.port = int(re.search(r":(\d+)/", self.told)[1])

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers=headers)
        answered = connection.getresponse()
        return answered.status, {name.lower(): value for name, value in answered.getheaders()}, answered.read()

    def processes(self) -> list[int]:
        """The one that speaks with visitors, then those that make pages."""
        pid = self.process.pid
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@contextmanager
def serving(index: Path, workers: int = 2, **settings: str) -> Iterator[Site]:
    command = [*COMMAND, "serve", "--index", str(index), "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment(index, **settings)) as run:  # noqa: S603 - our own program
        site = Site(run)
        try:
            assert site.ask("/healthz")[0] == 200  # all of them run
            yield site
        finally:
            run.kill()


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


ANSWERS = [
    ("GET", "/"),
    ("GET", "/?q=" + quote("地理信息")),
    ("GET", "/api/v1/search?q=" + quote("地理信息")),
    ("GET", "/?q=" + quote("德清") + "&page=99"),
    ("GET", "/r/deqing-2024-work-report"),
    ("GET", "/nothing"),
    ("GET", "/favicon.svg"),
    ("HEAD", "/coverage"),
    ("POST", "/"),
]


def test_several_processes_say_what_one_says():
    with serving(seeds_index()) as several, serving(seeds_index(), workers=1) as one:
        assert "（2 个进程）" in several.told
        assert "个进程" not in one.told
        for method, path in ANSWERS:
            for headers in ({}, {"Accept-Encoding": "gzip", "Accept-Language": "en"}):
                said = [site.ask(path, method, Host="reports.example", **headers) for site in (several, one)]
                assert said[0][0] == said[1][0], path
                assert said[0][1] | {"date": ""} == said[1][1] | {"date": ""}, path
                assert said[0][2] == said[1][2], path


def test_what_a_reader_has_is_not_sent_again_by_any_process():
    with serving(seeds_index(), DEQING_MEMORY="0") as site:
        path = "/?q=" + quote("地理信息")
        tag = site.ask(path)[1]["etag"]
        assert [site.ask(path, **{"If-None-Match": tag})[0] for _ in range(4)] == [304] * 4


def test_every_process_is_counted_once_in_what_any_tells():
    with serving(seeds_index()) as site:
        for _ in range(3):  # the first is made, the others are remembered
            site.ask("/?q=" + quote("地理信息"))
        for _ in range(5):
            site.ask("/r/")
        told = site.ask("/metrics")[2].decode()
    assert 'deqing_answers_total{page="pages.search",status="200"} 3.0' in told
    assert 'deqing_answers_total{page="pages.reports",status="200"} 5.0' in told
    assert "deqing_ready 1.0" in told
    assert "deqing_reports 5.0" in told


@needs_proc
def test_a_process_that_died_is_replaced_and_pages_are_answered_meanwhile():
    with serving(seeds_index()) as site:
        before = site.processes()
        for killed in before[1:]:
            os.kill(killed, signal.SIGKILL)
            assert site.ask("/?q=" + quote("产业"))[0] == 200
        assert until(lambda: len(set(site.processes()) - set(before)) == 2)
        os.kill(before[0], signal.SIGKILL)
        assert until(lambda: before[0] not in site.processes())
        assert site.ask("/?q=" + quote("发展"))[0] == 200


@needs_proc
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_server_that_was_ended(ending: signal.Signals, tmp_path: Path):
    with serving(seeds_index(), TMPDIR=str(tmp_path)) as site:
        left = [site.process.pid, *site.processes()]
        assert len(left) == 4
        site.process.send_signal(ending)
        assert site.process.wait(20) == (-9 if ending == signal.SIGKILL else 0)
        assert until(lambda: not any(map(_runs, left)))
        assert site.process.stderr.read() == ""
    if ending != signal.SIGKILL:
        assert list(tmp_path.iterdir()) == []


def _runs(pid: int) -> bool:
    """Not one that ended and that nobody asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_every_process_sees_what_was_indexed_meanwhile(tmp_path: Path):
    indexing.update(tmp_path / "index", [SEEDS / "deqing-2024-work-report.txt"])
    with serving(tmp_path / "index", DEQING_MEMORY="0") as site:
        asked = "/api/v1/search?limit=0&q=" + quote("发展")
        before = {site.ask(asked)[2] for _ in range(6)}
        indexing.update(tmp_path / "index", [SEEDS / "deqing-2016-work-report.txt"])
        after = {site.ask(asked)[2] for _ in range(6)}
        indexing.rebuild(tmp_path / "index", [])
        rebuilt = {site.ask(asked)[2] for _ in range(6)}
    assert len(before) == len(after) == 1
    assert before != after
    assert rebuilt == after


def test_a_folder_in_which_processes_cannot_meet_is_told(tmp_path: Path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    told = process("serve", "--port", "0", "--workers", "2", index=seeds_index(), TMPDIR=str(long))
    assert told.code == 2
    assert told.err.startswith("错误：几个进程之间无法建立联系：")
    assert "--workers 1" in told.err


def test_a_page_that_no_maker_makes_is_made_where_it_was_asked_for():
    with tempfile.TemporaryDirectory() as folder:
        app = makers.HandedOn(f"{folder}/nobody", seeds_app().wsgi_app)
        said: list[str] = []
        body = app(create_environ("/readyz"), lambda status, headers: said.append(status))
    assert said == ["200 OK"]
    assert b"".join(body)


def test_a_page_that_ends_its_makers_is_refused_and_not_made_where_it_was_asked_for():
    asked, taken = makers.requests(), []

    def die() -> None:
        for _ in range(2):
            with asked.accept() as visitor:
                taken.append(visitor.recv()["PATH_INFO"])

    maker = threading.Thread(target=die)
    maker.start()
    said: list[str] = []
    app = makers.HandedOn(asked.address, seeds_app().wsgi_app)
    body = app(create_environ("/"), lambda status, headers: said.append(status))
    maker.join()
    asked.close()
    assert (taken, said) == (["/", "/"], ["503 SERVICE UNAVAILABLE"])
    assert "请过一会儿再试".encode() in b"".join(body)
