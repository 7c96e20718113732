"""Finds damage in the permalink store, and saves what can be read of it into a new one.

The damaged file is kept under another name: nothing else knows where old links lead.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from deqing_search.errors import IndexFault
from deqing_search.store.generations import sync_folder
from deqing_search.store.permalinks import NAME, PermalinkStore, Row, demand_whole, without_checksum

_FARTHEST = 1 << 16  # rows that are skipped at most to find the next one that can be read


def damages(index: Path) -> Iterator[str]:
    """Yield what is wrong with the store: what SQLite finds, and the rows that differ from their checksums."""
    file, store = index / NAME, PermalinkStore(index)
    try:
        with store.reading() as rows:
            said = [line for (line,) in rows.execute("PRAGMA integrity_check(20)")]
            yield from (f"永久链接库 {file}：{line}" for line in said if line != "ok")
            for row in rows.execute("SELECT * FROM passage NOT INDEXED"):
                try:
                    demand_whole(row)
                except sqlite3.DatabaseError as fault:
                    yield f"永久链接库 {file}：{fault}"
    except IndexFault as fault:
        yield str(fault)


def salvage(index: Path) -> Path:
    """Replace the store with a new one that has every row that can be read; returns where the damaged one is kept."""
    file = index / NAME
    new, kept = index / f"{NAME}.new", _free_name(file)
    new.unlink(missing_ok=True)
    PermalinkStore(index, name=new.name).record_rows(_readable_rows(file))
    for ending in ("", "-wal", "-journal"):
        old = file.with_name(file.name + ending)
        if old.exists():
            old.replace(kept.with_name(kept.name + ending))
    file.with_name(file.name + "-shm").unlink(missing_ok=True)
    new.replace(file)
    sync_folder(index)
    return kept


def _free_name(file: Path) -> Path:
    number = 1
    while (kept := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    return kept


def _readable_rows(file: Path) -> Iterator[Row]:
    """Yield the whole rows in the order of the file; after a damaged part, go on with the next row that can be read."""
    last, skipped = 0, 1
    with closing(sqlite3.connect(file)) as rows:
        while skipped <= _FARTHEST:
            try:
                for number, *row in rows.execute("SELECT rowid, * FROM passage NOT INDEXED WHERE rowid > ?", (last,)):
                    last, skipped = number, 1
                    if _is_whole(row):
                        yield without_checksum(row)
                return
            except sqlite3.DatabaseError:
                last, skipped = last + skipped, 2 * skipped


def _is_whole(row: list[str | int | None]) -> bool:
    try:
        demand_whole(row)
    except sqlite3.DatabaseError:
        return False
    return all(isinstance(field, str | int) for field in row[:8])
