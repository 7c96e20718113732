"""The permalink store: every passage that was ever indexed, by id. It outlives the generations of the index.

It keeps a promise: an id never leads silently to a different passage. An id is written here before the engine commits
the passage, so every id that was ever served is known. The successor of an old id is not stored. `successor` finds it
among the current passages, so it cannot be out of date. Rows are never changed or deleted.

SQLite keeps a write-ahead log (WAL) and syncs it at every commit. After a crash, the next process that
opens the store, to read or to write, recovers it. Each row has a checksum, which is verified when the row is read.
"""

from __future__ import annotations

import json
import shlex
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile

from deqing_search.engine.base import AnalysedReport
from deqing_search.errors import IndexFault, IndexNotWritable
from deqing_search.report import Passage, Report

NAME = "passages.sqlite"
ALIKE = 0.5  # least share of common character pairs; half of a divided paragraph shares two thirds with the whole
_PATIENCE = 10  # seconds to wait while another process recovers the store or ends its last commit
_SAME = 0.9  # with this share of common pairs the search for a better match stops
SLICE = 5_000  # passages in one commit: memory and the write-ahead log hold so many
MEMORY = 1 << 20  # bytes that wait in memory; more wait in a temporary file
_NEAR = 25  # passages: cleaning moves none further, and comparing all with all takes minutes in a large rebuild

_COLUMNS = 8  # before the checksum

Row = tuple[str, str, str, int, str, str, str, str]

_TABLE = """
CREATE TABLE IF NOT EXISTS passage (
    id TEXT PRIMARY KEY, report TEXT NOT NULL, title TEXT NOT NULL, ordinal INTEGER NOT NULL,
    section TEXT NOT NULL, text TEXT NOT NULL, origin TEXT NOT NULL, added TEXT NOT NULL,
    checksum INTEGER
);
CREATE INDEX IF NOT EXISTS passage_report ON passage (report);
CREATE INDEX IF NOT EXISTS passage_again ON passage (id);
"""
_ADD = "INSERT OR IGNORE INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
# *: a store of an older version has no checksums
_BY_IDS = "SELECT * FROM passage INDEXED BY sqlite_autoindex_passage_1 WHERE id IN (SELECT value FROM json_each(?))"
# Damage in one index can hide an id. It would be taken for one that never existed, so a second index is asked too.
_AGAIN = "SELECT * FROM passage INDEXED BY passage_again WHERE id IN (SELECT value FROM json_each(?))"
_BY_REPORT = "SELECT * FROM passage WHERE report = ?"
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

    def unknown(self, reports: Iterable[str]) -> list[str]:
        """Return those of `reports` that have no passage in the store."""
        asked = "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM passage WHERE report = value)"
        with self.reading() as rows:
            return [report for (report,) in rows.execute(asked, (json.dumps(list(reports)),))]

    def recorded(self, reports: Iterable[AnalysedReport]) -> Generator[AnalysedReport, None, None]:
        """Yield the reports; after the last one, all their passages are on the disk.

        Raises `IndexNotWritable` when the store cannot be written. If the consumer stops early, nothing is written.
        """
        with self._writing() as take:
            for analysed in reports:
                take(analysed.report)
                yield analysed

    def record(self, reports: Iterable[Report]) -> None:
        """Add reports that are indexed already, from an index that is older than its store."""
        with self._writing() as take:
            for report in reports:
                take(report)

    def record_rows(self, fresh: Iterator[tuple[str | int, ...]]) -> None:
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
    def _writing(self) -> Iterator[Callable[[Report], None]]:
        """Yield a function that takes a report. All reports are written at the end.

        Until then they wait in a temporary file in the same folder, which must have room for them anyway.
        """
        now, folder = datetime.now(timezone.utc).isoformat(timespec="seconds"), str(self._file.parent)
        try:
            with (
                closing(_writable(self._file)) as rows,
                SpooledTemporaryFile(self._memory, dir=folder) as aside,
            ):
                yield lambda report: aside.writelines(map(_dumped, _fresh(rows, report, now)))
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


def successor(former: Former, passages: Collection[Passage]) -> Passage | None:
    """Return the passage of the same report that replaces `former`, or None if none is similar.

    The most similar one by pairs of characters; among equals the one in the same section, then the nearest.
    """
    pairs = _pairs(former.text)
    best = max(
        ((_alikeness(pairs, _pairs(one.text)), one.section == former.section, -abs(one.ordinal - former.ordinal), one)
         for one in passages),
        key=lambda candidate: candidate[:3],
        default=None,
    )  # fmt: skip
    return best[3] if best and best[0] >= ALIKE else None


def alikeness(one: str, other: str) -> float:
    """Return the share of neighbouring character pairs that two texts have in common, 0 to 1, white space aside.

    >>> alikeness("增长10.2%", "增长 10.2％") > 0.7, alikeness("一、回顾", "二、展望")
    (True, 0.0)
    """
    return _alikeness(_pairs(one), _pairs(other))


def _alikeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    bare = "".join(text.split())
    return Counter(bare[at : at + 2] for at in range(max(len(bare) - 1, 1)))


def _fresh(rows: sqlite3.Connection, report: Report, now: str) -> Iterator[Row]:
    """Yield a row for each passage that is not in the store yet."""
    known = {one.id: one for one in _formers(rows, _BY_REPORT, report.id)}
    fresh = [passage for passage in report.passages if passage.id not in known]
    gone = known.keys() - {passage.id for passage in report.passages}
    left = [(known[id], _pairs(known[id].text)) for id in gone] if fresh else []
    for one in fresh:
        section = json.dumps(one.section, ensure_ascii=False)
        origin, added = _origin(one, left) or (one.id, now)
        yield one.id, report.id, report.meta.title, one.ordinal, section, one.text, origin, added


def _dumped(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _add(rows: sqlite3.Connection, fresh: Iterator[tuple[str | int, ...]], size: int) -> None:
    """Add rows in slices of `size`, so that memory holds one slice."""
    while some := list(islice(fresh, size)):
        with rows:
            rows.executemany(_ADD, ((*row, _checksum(row)) for row in some))


def _origin(passage: Passage, left: Sequence[tuple[Former, Counter[str]]]) -> tuple[str, str] | None:
    """Return the origin of a passage and when that was indexed; None if it is new. `left`: the vanished passages."""
    if not left:
        return None  # a new report has thousands: counting their pairs takes longer than writing them
    near = [(abs(one.ordinal - passage.ordinal), one, pairs) for one, pairs in left]
    now = _pairs(passage.text)
    best, found = ALIKE, None
    for distance, one, pairs in sorted(near, key=lambda candidate: candidate[0]):
        if distance > _NEAR or best >= _SAME:
            break
        if (alike := _alikeness(now, pairs)) >= best:
            best, found = alike, (one.origin, one.added)
    return found


def demand_whole(row: Sequence[str | int | None]) -> None:
    """Raise `sqlite3.DatabaseError` if a row differs from its checksum. Rows of an older version have none."""
    expected = row[_COLUMNS] if len(row) > _COLUMNS else None
    if expected is not None and expected != _checksum(row[:_COLUMNS]):
        raise sqlite3.DatabaseError(f"the row of {row[0]} differs from its checksum")


def _checksum(fields: Sequence[str | int | None]) -> int:
    return zlib.crc32(json.dumps(list(fields)).encode())


def _formers(rows: sqlite3.Connection, question: str, value: str) -> Iterator[Former]:
    """Yield the matching rows; raises `sqlite3.DatabaseError` for a row that differs from its checksum."""
    for row in rows.execute(question, (value,)):
        demand_whole(row)
        id, report, title, ordinal, section, text, origin, added = row[:_COLUMNS]
        yield Former(id, report, title, ordinal, tuple(json.loads(section)), text, origin, added)


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

    Recovery needs to write. In a folder that cannot be written, a store without a log is read as it is; with the log
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
    if len(rows.execute("PRAGMA table_info(passage)").fetchall()) == _COLUMNS:
        rows.execute("ALTER TABLE passage ADD COLUMN checksum INTEGER")
    return rows


def _connected(file: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?{options}", uri=True, timeout=_PATIENCE)


def _empty() -> sqlite3.Connection:
    rows = sqlite3.connect(":memory:")
    rows.executescript(_TABLE)
    return rows
