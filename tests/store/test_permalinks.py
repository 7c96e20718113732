"""Ids outlive what they named: kept before they are seen, led on by likeness, never to another passage in silence."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deqing_search import indexing
from deqing_search.engine.base import AnalysedReport
from deqing_search.errors import IndexFault
from deqing_search.report import Metadata, Passage, Report
from deqing_search.search.redirects import succession
from deqing_search.store import permalinks
from deqing_search.store.permalinks import Former, PermalinkStore
from deqing_search.text.offsets import Span

GROWTH = "过去一年，全县地区生产总值增长百分之六点五，财政收入再上新台阶。"
INCOME = "城乡居民收入稳步增长，民生支出占比继续提高。"
FIRST = f"一、回顾\n\n{GROWTH}\n\n{INCOME}\n"
REPAIRED = FIRST.replace("六点五", "六点六")
SHORTENED = FIRST.replace(INCOME, "")


def written(folder: Path, text: str) -> dict[str, str]:
    """The text → indexed in `folder`; id → text of what stands there now."""
    source = folder / "texts" / "a-report.txt"
    source.parent.mkdir(exist_ok=True)
    source.write_text(text, encoding="utf-8")
    indexing.update(folder / "index", [source.parent])
    return standing(folder)


def standing(folder: Path) -> dict[str, str]:
    report = indexing.open_index(folder / "index").view().report("a-report")
    return {one.id: one.text for one in report.passages} if report else {}


def leads_to(folder: Path, passage_id: str) -> str | None:
    view = indexing.open_index(folder / "index").view()
    found = succession(view, PermalinkStore(folder / "index"), passage_id).passage
    return found.text if found else None


def id_of(id_of_text: dict[str, str], words: str) -> str:
    return next(id for id, text in id_of_text.items() if words in text)


def test_a_repaired_passage_is_reached_by_its_old_id(tmp_path):
    before, after = written(tmp_path, FIRST), written(tmp_path, REPAIRED)
    old = id_of(before, "六点五")
    assert old not in after
    assert "六点六" in leads_to(tmp_path, old)
    assert "六点五" in PermalinkStore(tmp_path / "index").former(old).text


def test_a_passage_that_is_gone_leads_nowhere_and_keeps_its_text(tmp_path):
    before = written(tmp_path, FIRST)
    written(tmp_path, SHORTENED)
    gone = id_of(before, "民生")
    assert leads_to(tmp_path, gone) is None
    assert PermalinkStore(tmp_path / "index").former(gone).text == before[gone]


def test_an_id_is_known_before_and_after_a_rebuild(tmp_path):
    before = written(tmp_path, FIRST)
    written(tmp_path, REPAIRED)
    indexing.rebuild(tmp_path / "index", [])
    assert "六点五" in PermalinkStore(tmp_path / "index").former(id_of(before, "六点五")).text


def test_an_index_without_a_ledger_is_written_down_before_it_changes(tmp_path):
    before = written(tmp_path, FIRST)
    (tmp_path / "index" / permalinks.NAME).unlink()
    written(tmp_path, REPAIRED)
    assert PermalinkStore(tmp_path / "index").former(id_of(before, "六点五")) is not None


def test_a_repaired_passage_is_not_a_new_one(tmp_path):
    before = written(tmp_path, FIRST)
    with sqlite3.connect(tmp_path / "index" / permalinks.NAME) as rows:
        rows.execute("UPDATE passage SET added = '2001-01-01T00:00:00+00:00', checksum = NULL")
    rows.close()
    after = written(tmp_path, REPAIRED + "\n今年新添的一段，讲的是完全不同的事情。\n")
    origins = PermalinkStore(tmp_path / "index").origins(list(after))
    assert origins.keys() == after.keys()
    assert origins[id_of(after, "六点六")] == (id_of(before, "六点五"), "2001-01-01T00:00:00+00:00")
    new = id_of(after, "新添")
    assert origins[new][0] == new
    assert not origins[new][1].startswith("2001")


DYING = """
import os, signal, sys
from pathlib import Path
from deqing_search import indexing
from deqing_search.engine.whoosh.writer import Transaction
Transaction.commit = lambda self, *rest: os.kill(os.getpid(), signal.SIGKILL)
indexing.update(Path(sys.argv[1]), [Path(sys.argv[2])])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_death_between_ledger_and_engine_loses_no_id(tmp_path):
    """The ledger is on the disk, the engine's commit is not: the old passages stand, all ids are known."""
    before = written(tmp_path, FIRST)
    (tmp_path / "texts" / "a-report.txt").write_text(REPAIRED, encoding="utf-8")
    dying = [sys.executable, "-c", DYING, str(tmp_path / "index"), str(tmp_path / "texts")]
    killed = subprocess.run(dying)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    assert standing(tmp_path) == before
    known = PermalinkStore(tmp_path / "index")
    assert all(known.former(id) for id in before)
    after = written(tmp_path, REPAIRED)
    assert after
    assert all(known.former(id) for id in after)


def test_a_failed_write_leaves_the_ledger_as_it_was(tmp_path):
    written(tmp_path, FIRST)
    known = PermalinkStore(tmp_path / "index")
    report = Report("new", Metadata(), (passage("x1", 1, "新的一段"),), "", "")
    taking = known.recorded([AnalysedReport(report, ()), AnalysedReport(report, ())])
    next(taking)
    taking.close()
    assert known.former("x1") is None


def test_readers_do_not_wait_for_a_large_write(tmp_path):
    """A write that is under way for long: whoever follows an old link meanwhile is answered."""
    before = written(tmp_path, FIRST)
    known = PermalinkStore(tmp_path / "index")
    texts = [tuple(passage(f"{n}-{at}", at, "段" * 500) for at in range(500)) for n in range(20)]
    many = (AnalysedReport(Report(f"r{n}", Metadata(), some, "", ""), ()) for n, some in enumerate(texts))
    taking = known.recorded(many)
    for _ in range(20):
        next(taking)
    found: list[Former | None] = []
    reader = threading.Thread(target=lambda: found.append(known.former(id_of(before, "六点五"))))
    reader.start()
    reader.join(5)
    assert [one.ordinal for one in found] == [2]
    taking.close()


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_what_is_written_in_slices_is_written_whole(tmp_path, size):
    known = PermalinkStore(tmp_path, rows=size, memory=1)
    texts = {f"{report}{at}": f"第{at}段" for report in "ab" for at in range(5)}
    known.record(
        Report(r, Metadata(), tuple(passage(id, 1, texts[id]) for id in texts if id[0] == r), "", "") for r in "ab"
    )
    assert {id: found.text for id in texts if (found := known.former(id))} == texts
    assert [path.name for path in tmp_path.iterdir()] == [permalinks.NAME]


def test_a_damaged_permalink_store_is_reported_and_never_removed(tmp_path):
    written(tmp_path, FIRST)
    file = tmp_path / "index" / permalinks.NAME
    file.write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(IndexFault, match="永久链接库"):
        PermalinkStore(tmp_path / "index").former("x")
    with pytest.raises(IndexFault, match="永久链接库") as raised:
        written(tmp_path, REPAIRED)
    assert "不要删除或移走" in raised.value.hint
    assert "check --index" in raised.value.hint
    assert file.read_bytes().startswith(b"not a database")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs users")
def test_a_store_in_a_folder_that_cannot_be_written_is_read():
    with TemporaryDirectory() as folder:  # the folders of pytest are closed to other users
        place = Path(folder)
        PermalinkStore(place).record([Report("r", Metadata(), (passage("x1", 1, "第一段"),), "", "")])
        place.chmod(0o555)
        user = os.geteuid()
        os.seteuid(user or 65534)
        try:
            assert PermalinkStore(place).former("x1").text == "第一段"
            with pytest.raises(IndexFault, match="无法写入"):
                PermalinkStore(place).record([])
        finally:
            os.seteuid(user)
            place.chmod(0o700)


def test_a_row_that_differs_from_its_checksum_is_an_error(tmp_path):
    known = PermalinkStore(tmp_path)
    known.record([Report("r", Metadata(), (passage("x1", 1, "增长11.8%"),), "", "")])
    file = tmp_path / permalinks.NAME
    file.write_bytes(file.read_bytes().replace(b"11.8%", b"19.8%"))
    for read in (lambda: known.former("x1"), lambda: known.origins(["x1"])):
        with pytest.raises(IndexFault, match="checksum"):
            read()


def test_an_id_that_two_passages_would_share_is_refused(tmp_path):
    """A link to one passage must not show the other, so the write fails before the engine commits."""
    known = PermalinkStore(tmp_path)
    known.record([Report("a", Metadata(), (passage("x1", 1, "甲县的一段"),), "", "")])
    other = Report("b", Metadata(), (passage("x2", 1, "另一段"), passage("x1", 2, "乙县的一段")), "", "")
    with pytest.raises(IndexFault, match="同一个编号 x1"):
        list(known.recorded([AnalysedReport(other, ())]))
    assert known.former("x2") is None
    assert known.former("x1").text == "甲县的一段"
    twice = Report("c", Metadata(), (passage("x3", 1, "一段"), passage("x3", 2, "两段")), "", "")
    with pytest.raises(IndexFault, match="同一个编号 x3"):
        list(known.recorded([AnalysedReport(twice, ())]))


def test_one_report_recorded_twice_shares_no_id(tmp_path):
    known = PermalinkStore(tmp_path)
    report = Report("a", Metadata(), (passage("x1", 1, "甲县的一段"),), "", "")
    assert len(list(known.recorded([AnalysedReport(report, ())] * 2))) == 2
    known.record([report])
    assert known.former("x1").text == "甲县的一段"


def test_a_store_of_an_older_version_gets_checksums_when_it_is_written(tmp_path):
    rows = sqlite3.connect(tmp_path / permalinks.NAME)
    rows.execute("CREATE TABLE passage (id TEXT PRIMARY KEY, report, title, ordinal, section, text, origin, added)")
    rows.execute("INSERT INTO passage VALUES ('x0', 'r', '', 1, '[]', '旧的一段', 'x0', '2020-01-01')")
    rows.commit()
    rows.close()
    known = PermalinkStore(tmp_path)
    assert known.former("x0").text == "旧的一段"
    known.record([Report("r", Metadata(), (passage("x1", 2, "新的一段"),), "", "")])
    assert (known.former("x0").text, known.former("x1").text) == ("旧的一段", "新的一段")


def test_where_there_is_no_ledger_nothing_is_known_and_none_is_made(tmp_path):
    known = PermalinkStore(tmp_path)
    assert (known.former("x"), known.origins(["x"]), known.unknown(["x"])) == (None, {}, ["x"])
    assert list(tmp_path.iterdir()) == []


def passage(id: str, ordinal: int, text: str, section: tuple[str, ...] = ()) -> Passage:
    return Passage(id, "r", ordinal, "paragraph", 0, section, text, (Span(0, 1),), (1, 1))


def test_section_and_text_come_back_as_they_went(tmp_path):
    odd = passage("odd", 3, '“引号”、"双"、\n换行、𠮷', ("一、回顾", "（二）“五大”"))
    known = PermalinkStore(tmp_path)
    known.record([Report("r", Metadata(title="题名"), (odd,), "", "")])
    back = known.former("odd")
    assert (back.text, back.section, back.ordinal, back.title) == (odd.text, odd.section, 3, "题名")
    assert json.dumps(back.section)
    assert replace(back, id="x") != back
