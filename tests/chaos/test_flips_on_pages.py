"""Damaged bytes in any file of an index never change a page silently: the page is the same, or says what is damaged.

Each damage is met by an application that opens the index after it, and by a running server that opened it before. Some
are met by a server that is started on the damaged index.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pytest

from deqing_search import indexing
from deqing_search.errors import DeqingError, IndexFault
from deqing_search.report import Passage
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from tests.chaos.damage import damage
from tests.chaos.seeds import random_numbers
from tests.site import SEEDS
from tests.web.test_server import Site, serving

UNHARMED = ("suggestions.txt", "write.lock")  # no page needs them but those that suggest
SUGGESTING = ("/suggest", "/?q=" + quote("地里信息"))
CHANGED = "持续推进生态文明示范先行"  # in one passage of one report
QUOTED = "建设远洋捕捞基地和冷链物流中心。地理信息产业。"
SETTINGS = {"DEQING_MEMORY": "0", "DEQING_CLIENT_SECONDS": "0"}  # each page is made anew, and none is refused


class Answer(NamedTuple):
    """A page as it came; without a status where the connection ended before the page did."""

    status: int
    body: bytes


Pages = dict[str, Answer]


class Damaged(NamedTuple):
    """An index that will be damaged, and the id of a passage that a later version of its report replaced."""

    index: Path
    former: str


def addresses(index: Path, former: str) -> tuple[str, ...]:
    """An address of every kind, also of a former passage; a text after a space is one to verify."""
    card = indexing.open_index(index).view().cards()[0]
    report = indexing.open_index(index).view().report(card.id)
    passage = report.passages[len(report.passages) // 2].id
    development, place, known = "q=" + quote("发展"), "place=" + quote("德清"), quote(card.id)
    return (
        "/?q=" + quote("地理信息"),
        "/?q=" + quote("增长11.8%"),
        "/?q=" + quote("怎样发展地理信息产业"),
        "/?q=" + quote("标题:规划 同句:(建设 发展) -改革"),
        SUGGESTING[1],
        "/suggest?q=dlxx",
        f"/p/{passage}",
        f"/p/{passage}/csl",
        f"/p/{former}",
        f"/r/{known}",
        f"/r/{known}?raw=1",
        "/r/",
        "/coverage",
        f"/trend?{development}",
        f"/compare?{development}&left=2016&right=2024",
        "/figures?indicator=GDP",
        f"/pledges?{place}",
        f"/concordance?{development}",
        f"/concordance.csv?{development}",
        f"/collocates?{development}",
        f"/keyness?{place}&q=" + quote("年:2024"),
        f"/panel?{place}&terms=" + quote("创新, 发展 OR 改革"),
        f"/export.jsonl?{development}",
        f"/feed.atom?{development}",
        "/sitemap.xml",
        "/healthz",
        f"/api/v1/search?{development}",
        f"/api/v1/passages/{passage}",
        f"/api/v1/passages/{former}",
        f"/api/v1/reports/{known}",
        f"/api/v1/concordance?{development}",
        "/verify " + QUOTED,
    )


def asked_in_process(index: Path, some: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Pages of an application that opens the index now; nothing if it cannot be opened."""
    try:
        client = create_app(indexing.open_index(index), PermalinkStore(index)).test_client()
    except IndexFault:
        return
    for address in some:
        path, _, text = address.partition(" ")
        try:
            answer = client.post(path, data={"text": text}) if text else client.get(path, buffered=True)
            yield address, Answer(answer.status_code, answer.get_data())
        except DeqingError:  # while a file was sent: a server closes the connection
            yield address, Answer(0, b"")


def asked_of(site: Site, some: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Pages of a running server, whose addresses all have one host."""
    headers = {"Host": "example.cn", "Content-Type": "application/x-www-form-urlencoded"}
    for address in some:
        path, _, text = address.partition(" ")
        connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
        try:
            connection.request("POST" if text else "GET", path, urlencode({"text": text}) if text else None, headers)
            answer = connection.getresponse()
            yield address, Answer(answer.status, answer.read())
        except IncompleteRead:
            yield address, Answer(0, b"")
        finally:
            connection.close()


def judged(pages: Mapping[str, Answer], whole: Pages, damaged: str) -> str:
    """`equal` or `error`; fails where a page changed in silence or an error is no clear one."""
    assert pages
    outcome = "equal"
    for address, answer in pages.items():
        if answer == whole[address] or (damaged in UNHARMED and address.startswith(SUGGESTING)):
            assert answer.status == whole[address].status
            continue
        outcome = "error"
        assert damaged not in UNHARMED, address
        assert answer.status in (0, 503), (address, answer)
        assert answer.status == 0 or re.search("损坏|无法读取|由另一个版本", answer.body.decode()), (
            address,
            answer.body,
        )
        assert b"Traceback" not in answer.body
    return outcome


class Running:
    """A server, and what it has said since its start: nobody else reads its messages, and it would wait for that."""

    def __init__(self, site: Site) -> None:
        self.site, self.said = site, list[str]()
        assert site.process.stderr
        self._reader = Thread(target=self.said.extend, args=(site.process.stderr,), daemon=True)
        self._reader.start()

    def end(self) -> None:
        """Stop it; fails if it ever met an exception that was not expected."""
        self.site.process.terminate()
        self.site.process.wait(60)
        self._reader.join(60)
        assert not [line for line in self.said if "crash while answering" in line], self.said


def harmed(patient: Damaged, times: int, *, fresh: int) -> Counter[str]:
    """Damage a random file, ask some pages, repair, and so on; on each of the first `fresh` damages a server starts."""
    index, chance, outcomes = patient.index, random_numbers(), Counter[str]()
    some = addresses(*patient)
    whole = dict(asked_in_process(index, some))
    assert {page.status for page in whole.values()} == {200, 302, 410}
    files = [file for file in sorted(index.rglob("*")) if file.is_file() and file.stat().st_size]
    assert len(files) >= 5
    with serving(index, workers=1, **SETTINGS) as site:
        running, served = Running(site), dict(asked_of(site, some))
        for number in range(times):
            done = damage(chance.choice(files), chance)
            print(done.file.name, done.kind, done.at, flush=True)
            pages = dict(asked_of(site, chance.sample(some, 3)))
            outcomes["running: " + judged(pages, served, done.file.name)] += 1
            pages = dict(asked_in_process(index, chance.sample(some, 12)))
            outcomes["opened: " + (judged(pages, whole, done.file.name) if pages else "refused")] += 1
            if number < fresh:
                outcomes["started: " + started(index, served, done.file.name)] += 1
            done.undo()
        assert dict(asked_of(site, some)) == served
        running.end()
    assert dict(asked_in_process(index, some)) == whole
    print(dict(outcomes))
    return outcomes


def started(index: Path, whole: Pages, damaged: str) -> str:
    """What a server answers that is started on a damaged index."""
    try:
        with serving(index, workers=1, **SETTINGS) as site:
            running, pages = Running(site), dict(asked_of(site, tuple(whole)))
            running.end()
    except TypeError:  # it announced no address
        return "refused"
    return judged(pages, whole, damaged)


@pytest.fixture
def patient(tmp_path: Path) -> Damaged:
    folder, index = tmp_path / "reports", tmp_path / "index"
    shutil.copytree(SEEDS, folder)
    indexing.update(index, [folder])
    (before,) = (passage.id for passage in passages(index) if CHANGED in passage.text)
    file = folder / "deqing-2024-work-report.txt"
    file.write_text(file.read_text("utf-8").replace(CHANGED, CHANGED + "（修订）"), "utf-8")
    indexing.update(index, [folder])
    return Damaged(index, before)


def passages(index: Path) -> Iterator[Passage]:
    view = indexing.open_index(index).view()
    return (passage for card in view.cards() for passage in view.report(card.id).passages)


@pytest.mark.bounded
def test_some_damages_are_said_on_the_pages_or_harmless(patient: Damaged) -> None:
    outcomes = harmed(patient, 6, fresh=1)
    assert outcomes.total() == 13


@pytest.mark.slow
def test_five_hundred_damages_are_said_on_the_pages_or_harmless(patient: Damaged) -> None:
    outcomes = harmed(patient, 500, fresh=10)
    assert outcomes.total() == 1010
    assert outcomes["opened: error"] > 50
