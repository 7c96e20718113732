"""Clients that behave badly, and one that behaves well and measures what it experiences.

Each attack runs until it is stopped. Addresses are those of this machine (127.0.0.0/8), so that the server sees
several clients.
"""

from __future__ import annotations

import io
import json
import random
import socket
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.parse import quote

CHARACTERS = "的是了一不在有会和为大国人中上个"
PATHS = ("/healthz", "/?q=" + quote("发展"), "/?q={new}", "/", "/?q={new}", "/r/")


@dataclass
class Attack:
    """What an attack runs on, and what came of it."""

    port: int
    seed: int
    reports: Sequence[str]
    stop: Event = field(default_factory=Event)
    statuses: list[int] = field(default_factory=list)

    def connect(self, address: str = "127.0.0.9") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 20, source_address=(address, 0))

    def send(self, request: bytes, address: str = "127.0.0.9") -> None:
        """Send a request and wait for the status of its answer."""
        with suppress(OSError), self.connect(address) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
            self.statuses.append(int(answer[9:12] or 0))


def get(path: str, *headers: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: example.cn", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def costly(attack: Attack, number: int) -> None:
    """NEAR over 64 pairs of the most common characters, in other years each time, from one address."""
    _costly(attack, number, "127.0.0.9")


def costly_from_everywhere(attack: Attack, number: int) -> None:
    """The same, each client with an address of its own."""
    _costly(attack, number, f"127.0.1.{number + 1}")


def _costly(attack: Attack, number: int, address: str) -> None:
    draw = random.Random(f"{attack.seed} {number}")  # noqa: S311 - to repeat it
    while not attack.stop.is_set():
        some = draw.sample(CHARACTERS, 16)
        query = f"({' OR '.join(some[:8])}) NEAR/{draw.randint(5, 99)} ({' OR '.join(some[8:])})"
        attack.send(get(f"/compare?q={quote(query)}&left={draw.randint(1990, 2026)}"), address)


def silent(attack: Attack, _: int) -> None:
    """Connections on which nothing is sent."""
    _drip(attack, b"")


def slow_headers(attack: Attack, _: int) -> None:
    """Headers that come one character at a time."""
    _drip(attack, get("/coverage", "X-Long: " + "x" * 5000))


def slow_bodies(attack: Attack, _: int) -> None:
    """Bodies that come one character at a time."""
    start = b"POST / HTTP/1.1\r\nHost: example.cn\r\nContent-Length: 60000\r\n\r\n"
    _drip(attack, start + b"x" * 5000, at_once=len(start))


def _drip(attack: Attack, request: bytes, at_once: int = 0) -> None:
    """Keep 25 connections open and send a character a second on each; one that is closed is opened again."""
    sent: dict[socket.socket, int] = {}
    while not attack.stop.wait(1 if len(sent) == 25 else 0):
        while len(sent) < 25:
            connection = attack.connect()
            with suppress(OSError):
                connection.sendall(request[:at_once])
            sent[connection] = at_once
        for connection, at in list(sent.items()):
            try:
                connection.setblocking(False)
                connection.send(request[at : at + 1])
                sent[connection] += 1
                with suppress(BlockingIOError):
                    if not connection.recv(1 << 16):
                        raise ConnectionResetError
            except OSError:
                connection.close()
                del sent[connection]
    for connection in sent:
        connection.close()


def large_bodies(attack: Attack, _: int) -> None:
    """POSTs of 900 MiB; what was sent before the refusal is counted in mebibytes as a status."""
    start = f"POST / HTTP/1.1\r\nHost: example.cn\r\nContent-Length: {900 << 20}\r\n\r\n".encode()
    while not attack.stop.is_set():
        sent = 0
        with suppress(OSError), attack.connect() as connection:
            connection.settimeout(2)
            connection.sendall(start)
            while sent < 900 << 20 and not attack.stop.is_set():
                sent += connection.send(b"x" * (1 << 16))
        attack.statuses.append(sent >> 20)


def broken_headers(attack: Attack, _: int) -> None:
    """A cookie that is no UTF-8 and a malformed host."""
    while not attack.stop.is_set():
        attack.send(get("/coverage", "Cookie: \xff"))
        attack.send(b'GET /coverage HTTP/1.1\r\nHost: a b"<>\r\nConnection: close\r\n\r\n')


def sources(attack: Attack, number: int) -> None:
    """The source of a report, again and again."""
    while not attack.stop.is_set():
        attack.send(get(f"/r/{attack.reports[0]}?raw=1&n={time.monotonic()}"), f"127.0.2.{number + 1}")


def costly_addresses(draw: random.Random, reports: Sequence[str]) -> tuple[str, ...]:
    """The costliest addresses besides those of `costly`: other characters each time, so that nothing is remembered."""
    some = draw.sample(CHARACTERS, 12)
    either, pairs = quote(" OR ".join(some)), quote(",".join(a + b for a in some for b in some[:6]))
    near = quote(f"({' OR '.join(some[:8])}) NEAR/{draw.randint(5, 99)} ({' OR '.join(some[4:])})")
    year, width = draw.randint(1990, 2030), draw.randint(50, 100)
    one, other = draw.sample(reports, 2)
    return (
        f"/?group=report&q={near}",
        f"/?mode=expanded&q={either}",
        f"/trend?by=place&q={near}",
        f"/trend.svg?q={either}",
        f"/panel?terms={quote(','.join(some))}",
        f"/panel.csv?terms={pairs}",
        f"/api/v1/panel?terms={pairs}",
        f"/concordance?order=left&unit=words&width={width}&q={either}",
        f"/concordance?sample=1000&q={near}",
        f"/collocates?before=20&after=20&minimum=0&q={either}",
        f"/keyness?q={either}",
        f"/keyness?year={year}",
        f"/figures?indicator=GDP&year=..{year}",
        f"/pledges?year=..{year}",
        f"/pledges?place={quote(draw.choice('省市县区州'))}",
        f"/promises?year=..{year}",
        f"/promises?place={quote(draw.choice('省市县区州'))}",
        f"/compare?a={one}&b={other}",
        f"/api/v1/compare?a={one}&b={other}",
        f"/r/{one}/reuse",
        f"/api/v1/reports/{other}/reuse",
        f"/r/{other}?q={either}",
        f"/feed.atom?q={either}",
        f"/api/v1/search?limit=100&offset=9900&q={either}",
        f"/suggest?q={quote(''.join(some))}",
    )


def costly_files(draw: random.Random) -> tuple[str, ...]:
    """Files with much in them."""
    either = quote(" OR ".join(draw.sample(CHARACTERS, 12)))
    year = draw.randint(1990, 2030)
    return (
        *(f"/export.{form}?q={either}" for form in ("csv", "jsonl", "md", "docx")),
        f"/concordance.csv?order=right&q={either}",
        f"/collocates.csv?before=20&after=20&minimum=0&q={either}",
        f"/keyness.jsonl?minimum=1&q={either}",
        f"/figures.csv?indicator=GDP&year=..{year}",
        f"/pledges.csv?year=..{year}",
        f"/promises.csv?year=..{year}",
    )


def research(attack: Attack, number: int) -> None:
    """The costliest pages and answers of the API, each client with an address of its own."""
    draw = random.Random(f"{attack.seed} {number}")  # noqa: S311 - to repeat it
    while not attack.stop.is_set():
        attack.send(get(draw.choice(costly_addresses(draw, attack.reports))), f"127.0.3.{number + 1}")


def files(attack: Attack, number: int) -> None:
    """Files with much in them; every second client reads only the first bytes and keeps the connection open."""
    draw = random.Random(f"{attack.seed} {number}")  # noqa: S311 - to repeat it
    while not attack.stop.is_set():
        request = get(draw.choice(costly_files(draw)))
        if number % 2:
            with suppress(OSError), attack.connect(f"127.0.5.{number + 1}") as connection:
                connection.sendall(request)
                attack.statuses.append(int(connection.recv(12)[9:12] or 0))
                attack.stop.wait(3)
        else:
            attack.send(request, f"127.0.5.{number + 1}")


def uploads(attack: Attack, number: int) -> None:
    """Files for `/verify`: a bomb, a page of 300,000 tags, text without an end, and a form of the largest size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (64 << 20))
    files = (
        ("a.docx", packed.getvalue()),
        ("a.html", b"<b>" * 300_000),
        ("a.txt", "建设".encode() * 500_000),
        ("../../\x1b[2J.pdf", b"%PDF-1.7\n" + b"[" * 1_000_000),
    )
    draw = random.Random(f"{attack.seed} {number}")  # noqa: S311 - to repeat it
    while not attack.stop.is_set():
        name, data = draw.choice(files)
        attack.send(posted(name, data), f"127.0.4.{number + 1}")


def posted(name: str, data: bytes) -> bytes:
    """A request that sends a file to `/verify`."""
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = part + data + b"\r\n--b--\r\n"
    form = f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return f"POST /verify HTTP/1.1\r\nHost: example.cn\r\n{form}".encode() + body


def reports(port: int) -> list[str]:
    """The addresses of the longest reports."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(get("/api/v1/reports"))
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    every = json.loads(answer.partition(b"\r\n\r\n")[2])["reports"]
    return [quote(one["report"]) for one in sorted(every, key=lambda one: -one["passages"])[:10]]


@contextmanager
def attacking(kind: Callable[[Attack, int], None], port: int, *, clients: int, seed: int) -> Iterator[Attack]:
    """Several clients attack in here."""
    attack = Attack(port, seed, reports(port))
    threads = [Thread(target=kind, args=(attack, number), daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield attack
    finally:
        attack.stop.set()
        for thread in threads:
            thread.join(30)


@dataclass(frozen=True)
class Experience:
    """What a good client experienced: seconds of each answer, ascending, and what was no answer with 200."""

    took: list[float]
    failed: list[str]

    def quantile(self, share: float) -> float:
        return self.took[min(int(len(self.took) * share), len(self.took) - 1)]

    def __str__(self) -> str:
        said = ", ".join(f"p{share:.0%} {self.quantile(share) * 1e3:.0f} ms" for share in (0.5, 0.95, 0.99))
        return f"{len(self.took)} answers, {said.replace('%', '')}, {len(self.failed)} failed {self.failed[:3]}"


def good_client(port: int, *, seconds: float, seed: int) -> Experience:
    """Ask some fifty times a second, each time on a new connection; every third query was never asked before."""
    draw, took, failed = random.Random(seed), [], []  # noqa: S311 - to repeat it
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        new = quote("".join(draw.sample("发展建设经济社会改革创新企业服务项目", 2)))
        path = PATHS[number % len(PATHS)].format(new=new)
        number += 1
        began, answer = time.monotonic(), b""
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 20) as connection:
            connection.sendall(get(path))
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        took.append(time.monotonic() - began)
        if not answer.startswith(b"HTTP/1.1 200"):
            failed.append(f"{path} {answer[:30]!r}")
        time.sleep(0.02)
    return Experience(sorted(took), failed)
