"""The permalink store: every passage that was ever indexed, by id. It outlives the generations of the index.

It keeps a promise: an id never leads silently to a different passage. An id is written here before the engine commits
the passage, so every id that was ever served is known. An id that two passages would share is refused. The successor of
an old id is not stored: `search/redirects.py` finds it among the current passages, so it cannot be out of date.
Rows are never changed or deleted.

SQLite keeps a write-ahead log (WAL) and syncs it at every commit. After a crash, the next process that
opens the store, to read or to write, recovers it. Each row has a checksum, which is verified when the row is read.
"""

from __future__ import annotations

import json
import shlex
import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

from deqing_search.engine.base import AnalysedReport
from deqing_search.errors import IndexFault, IndexNotWritable
from deqing_search.report import Passage, Report
from deqing_search.store.documents import document_of, named_as, number_of
from deqing_search.text.likeness import bare, common_share, pairs

NAME = "passages.sqlite"
ALIKE = 0.5  # least share of common character pairs; half of a divided paragraph shares two thirds with the whole
_PATIENCE = 10  # seconds to wait while another process recovers the store or ends its last commit
_SAME = 0.97  # with this share of common pairs the search for a better match stops
SLICE = 5_000  # passages in one commit: memory and the write-ahead log hold so many
MEMORY = 1 << 20  # bytes that wait in memory; more wait in a temporary file
_NEAR = 25  # passages: cleaning moves none further, and comparing all with all takes minutes in a large rebuild

_CHECKSUM = 8  # the column of the checksum; before it stand the oldest columns, after it newer ones
_COLUMNS = (
    "document INTEGER",
    "place TEXT",
    "year INTEGER",
    "recorded TEXT",
)  # added to stores of older versions, with the checksum

Row = tuple[Any, ...]  # the columns without the checksum

_TABLE = """
CREATE TABLE IF NOT EXISTS passage (
    id TEXT PRIMARY KEY, report TEXT NOT NULL, title TEXT NOT NULL, ordinal INTEGER NOT NULL,
    section TEXT NOT NULL, text TEXT NOT NULL, origin TEXT NOT NULL, added TEXT NOT NULL,
    checksum INTEGER, document INTEGER, place TEXT, year INTEGER, recorded TEXT
);
CREATE INDEX IF NOT EXISTS passage_report ON passage (report);
CREATE INDEX IF NOT EXISTS passage_again ON passage (id);
CREATE INDEX IF NOT EXISTS passage_added ON passage (added, report);
"""
_ADD = "INSERT OR IGNORE INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# *: a store of an older version has no checksums
_BY_IDS = "SELECT * FROM passage INDEXED BY sqlite_autoindex_passage_1 WHERE id IN (SELECT value FROM json_each(?))"
# Damage in one index can hide an id. It would be taken for one that never existed, so a second index is asked too.
_AGAIN = "SELECT * FROM passage INDEXED BY passage_again WHERE id IN (SELECT value FROM json_each(?))"
_BY_REPORT = "SELECT * FROM passage WHERE report = ?"
_RECORDED = "SELECT added, report, min(rowid) FROM passage GROUP BY added, report"
_FIRST = "SELECT * FROM passage WHERE id >= ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class Former:
    """A passage as it was first indexed.

    `origin` is the id of the first passage that this one developed from, its own id if there is none. `added` is when
    that one was indexed (UTC, ISO 8601): a repaired text is not new.
    """

    id: str
    report: str
    title: str
    ordinal: int
    section: tuple[str, ...]
    text: str
    origin: str
    added: str
    document: int = 1
    place: str = ""
    year: int | None = None
    recorded: str = ""


class Recording(NamedTuple):
    """The new passages of one update of the index: when they were added, and the reports that they are in."""

    added: str
    reports: frozenset[str]


class PermalinkStore:
    """The permalink store of one index folder; if there is none, it finds nothing.

    A write commits `rows` passages at a time. Until it commits, up to `memory` bytes wait in memory.
    """

    def __init__(self, index: Path, *, name: str = NAME, rows: int = SLICE, memory: int = MEMORY) -> None:
        self._file = index / name
        self._slice, self._memory = rows, memory

    def former(self, passage_id: str) -> Former | None:
        """Return the passage that first had this id, or None."""
        if not passage_id.isascii():
            return None  # none of our ids, and perhaps not valid Unicode
        with self.reading() as rows:
            return next(iter(_found(rows, [passage_id])), None)

    def demand_usable(self) -> None:
        """Raise `IndexFault` if the store exists and cannot be read."""
        with self.reading() as rows:
            next(_formers(rows, _FIRST, ""), None)

    def origins(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Return passage id → (origin, when that was first indexed); unknown ids are left out."""
        with self.reading() as rows:
            return {one.id: (one.origin, one.added) for one in _found(rows, ids)}

    def recordings(self) -> list[Recording]:
        """Return every recording, the last one first, in the order of the rows, whatever the clock said.

        The first row of a recording is of a new passage; a repaired passage, recorded later, keeps its time.
        """
        first: dict[str, int] = {}
        reports: dict[str, list[str]] = defaultdict(list)
        with self.reading() as rows:
            for added, report, row in rows.execute(_RECORDED):
                first[added] = min(first.get(added, row), row)
                reports[added].append(report)
        return [Recording(one, frozenset(reports[one])) for one in sorted(first, key=first.__getitem__, reverse=True)]

    def added_at(self, added: str) -> Iterator[str]:
        """Yield the ids of the passages of one recording, and of those that replaced them after a repair."""
        with self.reading() as rows:
            yield from (id for (id,) in rows.execute("SELECT id FROM passage WHERE added = ?", (added,)))

    def unknown(self, reports: Iterable[str]) -> list[str]:
        """Return those of `reports` that have no passage in the store."""
        asked = "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM passage WHERE report = value)"
        with self.reading() as rows:
            return [report for (report,) in rows.execute(asked, (json.dumps(list(reports)),))]

    def recorded(self, reports: Iterable[AnalysedReport]) -> Generator[AnalysedReport, None, None]:
        """Yield the reports with their final ids; after the last one, all their passages are on the disk.

        Raises `IndexNotWritable` when the store cannot be written, `IndexFault` when two passages would share an id. If
        the consumer stops early, nothing is written.
        """
        with self._writing() as (rows, take):
            for analysed in reports:
                formers = list(_formers(rows, _BY_REPORT, analysed.report.id))
                report = _named(analysed.report, formers)
                take(report, formers)
                yield analysed._replace(report=report)

    def of_document(self, former: Former) -> list[Former]:
        """Return every passage that the document of `former` ever had under this id of a report."""
        with self.reading() as rows:
            return [one for one in _formers(rows, _BY_REPORT, former.report) if one.document == former.document]

    def last_document(self, report_id: str) -> list[Former]:
        """Return every passage of the document that had this id of a report last; empty if none had it."""
        if any("\ud800" <= char <= "\udfff" for char in report_id):
            return []  # none of our ids: not valid Unicode
        with self.reading() as rows:
            every = list(_formers(rows, _BY_REPORT, report_id))
        last = max(every, key=lambda one: one.recorded, default=None)
        return [one for one in every if last and one.document == last.document]

    def record(self, reports: Iterable[Report]) -> None:
        """Add reports that are indexed already, from an index that is older than its store."""
        with self._writing() as (rows, take):
            for report in reports:
                take(report, _formers(rows, _BY_REPORT, report.id))

    def record_rows(self, fresh: Iterator[Row]) -> None:
        """Add rows that were saved from a damaged store."""
        try:
            with closing(_writable(self._file)) as rows:
                _add(rows, fresh, self._slice)
        except sqlite3.Error as fault:
            raise IndexNotWritable(f"永久链接库 {self._file} 无法写入：{fault}。", hint=self._hint()) from fault

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield the opened store; raises `IndexFault` when it cannot be read."""
        try:
            with closing(_readable(self._file) if self._file.exists() else _empty()) as rows:
                yield rows
        except sqlite3.Error as fault:
            raise IndexFault(f"永久链接库 {self._file} 无法读取：{fault}。", hint=self._hint()) from fault

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, Callable[[Report, Iterable[Former]], None]]]:
        """Yield the opened store, and a function that takes a report and what the store has under its id.

        All reports are written at the end. Until then they wait in a temporary file in the same folder, which must have
        room for them anyway.
        """
        now, folder = datetime.now(timezone.utc).isoformat(timespec="microseconds"), str(self._file.parent)
        try:
            with (
                closing(_writable(self._file)) as rows,
                SpooledTemporaryFile(self._memory, dir=folder) as aside,
            ):
                yield rows, lambda report, formers: aside.writelines(map(_dumped, _fresh(formers, report, now)))
                aside.seek(0)
                _add(rows, map(json.loads, aside), self._slice)
        except sqlite3.Error as fault:
            raise IndexNotWritable(f"永久链接库 {self._file} 无法写入：{fault}。", hint=self._hint()) from fault

    def _hint(self) -> str:
        """What to do about a store that cannot be used. It cannot be made again, so nothing may remove it."""
        return (
            "检查磁盘空间和权限。旧网址的去向只记在这个文件里，不要删除或移走它；"
            f"如果文件已损坏，运行 search-cli check --index {shlex.quote(str(self._file.parent))} --repair 修复。"
        )


def _named(report: Report, formers: Iterable[Former]) -> Report:
    """Return the report with other ids if the store knows another document under its id."""
    known: dict[int, list[str]] = defaultdict(list)
    for one in formers:
        known[one.document].append(one.text)
    number = number_of(report.passages, known)
    return report if number == 1 else named_as(report, number)


def _fresh(formers: Iterable[Former], report: Report, now: str) -> Iterator[Row]:
    """Yield a row for each passage that is not in the store yet; raises `IndexFault` if two share an id."""
    document, meta = document_of(report), report.meta
    known = {one.id: one for one in formers if one.document == document}
    fresh = [passage for passage in report.passages if passage.id not in known]
    same = {passage.id for passage in report.passages}
    if len(same) < len(report.passages):
        raise _shared(next(id for id, count in Counter(one.id for one in report.passages).items() if count > 1))
    origin_of = _Origins([one for one in known.values() if one.id not in same] if fresh else [])
    for one in fresh:
        section = json.dumps(one.section, ensure_ascii=False)
        origin, added = origin_of(one) or (one.id, now)
        former = one.id, report.id, meta.title, one.ordinal, section, one.text, origin, added
        yield *former, document, meta.place, meta.year, now


def _dumped(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _add(rows: sqlite3.Connection, fresh: Iterator[Row], size: int) -> None:
    """Add rows in slices of `size`, one in memory; raises `IndexFault` for an id of another passage."""
    while some := list(islice(fresh, size)):
        with rows:
            before = rows.total_changes
            rows.executemany(_ADD, map(_with_checksum, some))
            if rows.total_changes - before < len(some):
                _demand_unshared(rows, some)


def _with_checksum(row: Row) -> Row:
    newer = row[_CHECKSUM:] or (None,) * len(_COLUMNS)
    return *row[:_CHECKSUM], _checksum(row), *newer


def _demand_unshared(rows: sqlite3.Connection, some: Sequence[Row]) -> None:
    """Raise `IndexFault` if the store has another passage under one of these ids."""
    wanted = {str(row[0]): (row[1], bare(str(row[5]))) for row in some}
    for one in _found(rows, list(wanted)):
        if wanted[one.id] != (one.report, bare(one.text)):
            raise _shared(one.id)


def _shared(passage_id: str) -> IndexFault:
    """The fault of two passages whose ids are equal: a link to one would show the other."""
    return IndexFault(
        f"两个不同的段落有同一个编号 {passage_id}，索引没有改动。",
        hint="给其中一份报告的文件改名再收录，并报告给维护者：这本来极不可能发生。",
    )


class _Origins:
    """Where the passages of a new version of a report come from; `left` are the vanished ones."""

    def __init__(self, left: Sequence[Former]) -> None:
        self._same = {bare(one.text): one for one in left}
        self._left = left
        self._pairs: dict[str, Counter[str]] = {}  # counted when they are needed: a new report has thousands

    def __call__(self, passage: Passage) -> tuple[str, str] | None:
        """Return the origin of a passage and when that was indexed; None if it is new."""
        if not self._left:
            return None
        found = self._same.get(bare(passage.text)) or self._alike(passage)
        return (found.origin, found.added) if found else None

    def _alike(self, passage: Passage) -> Former | None:
        now = pairs(passage.text)
        best, found = ALIKE, None
        for one in sorted(self._left, key=lambda one: abs(one.ordinal - passage.ordinal)):
            if abs(one.ordinal - passage.ordinal) > _NEAR or best >= _SAME:
                break
            if (alike := common_share(now, self._pairs_of(one))) >= best:
                best, found = alike, one
        return found

    def _pairs_of(self, one: Former) -> Counter[str]:
        if one.id not in self._pairs:
            self._pairs[one.id] = pairs(one.text)
        return self._pairs[one.id]


def demand_whole(row: Sequence[Any]) -> None:
    """Raise `sqlite3.DatabaseError` if a row differs from its checksum. Rows of an older version have none."""
    expected = row[_CHECKSUM] if len(row) > _CHECKSUM else None
    if expected is not None and expected != _checksum(without_checksum(row)):
        raise sqlite3.DatabaseError(f"the row of {row[0]} differs from its checksum")


def without_checksum(row: Sequence[Any]) -> Row:
    """Return what the checksum of a row covers; rows of an older version have fewer columns."""
    newer = row[_CHECKSUM + 1 :]
    return (*row[:_CHECKSUM], *newer) if newer and newer[0] is not None else tuple(row[:_CHECKSUM])


def _checksum(fields: Sequence[Any]) -> int:
    return zlib.crc32(json.dumps(list(fields)).encode())


def _formers(rows: sqlite3.Connection, question: str, value: str) -> Iterator[Former]:
    """Yield the matching rows; raises `sqlite3.DatabaseError` for a row that differs from its checksum."""
    for row in rows.execute(question, (value,)):
        demand_whole(row)
        id, report, title, ordinal, section, text, origin, added, *newer = without_checksum(row)
        section = tuple(json.loads(section))
        yield Former(id, report, title, ordinal, section, text, origin, added, *newer)


def _found(rows: sqlite3.Connection, ids: Sequence[str]) -> list[Former]:
    """Return the passages with these ids; raises `sqlite3.DatabaseError` if the indexes of ids disagree."""
    asked = json.dumps(list(ids))
    found = list(_formers(rows, _BY_IDS, asked))
    if len(found) < len(set(ids)) and _has_second_index(rows) and list(_formers(rows, _AGAIN, asked)) != found:
        raise sqlite3.DatabaseError("an index of ids misses passages")
    if not {one.id for one in found} <= set(ids):
        raise sqlite3.DatabaseError("an index of ids leads to other passages")
    return found


def _has_second_index(rows: sqlite3.Connection) -> bool:
    """Whether the store was written by a version that makes a second index of ids."""
    return any(name == "passage_again" for _, name, *_ in rows.execute("PRAGMA index_list(passage)"))


def _readable(file: Path) -> sqlite3.Connection:
    """Open the store for reading, and recover it if a writer died.

    Recovery needs to write. In a folder that cannot be written, a store without a log can be read; with the log
    of a running writer SQLite can read both.
    """
    rows = _connected(file, "mode=rw")
    try:
        rows.execute("SELECT 1 FROM passage LIMIT 1")
    except sqlite3.OperationalError:
        rows.close()
        if _has_log(file):
            raise
        rows = _connected(file, "mode=ro&immutable=1")
    return rows


def _has_log(file: Path) -> bool:
    logs = (file.with_name(f"{file.name}-{kind}") for kind in ("wal", "journal"))
    return any(log.exists() and log.stat().st_size for log in logs)


def _writable(file: Path) -> sqlite3.Connection:
    """Open the store for writing; make it if there is none."""
    rows = _connected(file, "mode=rwc")
    rows.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {_TABLE}")
    there = rows.execute("PRAGMA table_info(passage)").fetchall()
    for column in ("checksum INTEGER", *_COLUMNS)[len(there) - _CHECKSUM :]:
        rows.execute(f"ALTER TABLE passage ADD COLUMN {column}")
    return rows


def _connected(file: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?{options}", uri=True, timeout=_PATIENCE)


def _empty() -> sqlite3.Connection:
    rows = sqlite3.connect(":memory:")
    rows.executescript(_TABLE)
    return rows
