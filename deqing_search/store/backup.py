"""Backups of an index: a folder with one commit, the permalink store, and a list of the files with their SHA-256.

A backup is consistent while another process writes and the site answers. The files of the newest commit are opened
first: they never change, and they can be read to the end even if a writer removes their names. Then SQLite copies the
permalink store, which has every id of that commit. The list is written last, so a backup without it is incomplete.

`restore` checks every file before it writes, and makes the index visible by the swap of the pointer. Ids that the index
there has served meanwhile stay known.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from deqing_search import config, versions
from deqing_search.config import POINTER
from deqing_search.engine.base import CheckedView, FileEngine
from deqing_search.errors import BackupFault, IndexFault, IndexMissing, IndexNotWritable, UsageError, reason
from deqing_search.store.current import demand_same, engine_of, newest_view
from deqing_search.store.generations import (
    Pointer,
    build_hint,
    drop_others,
    next_generation,
    read_pointer,
    sync_folder,
    write_pointer,
    writing,
)
from deqing_search.store.permalinks import NAME, PermalinkStore, demand_whole, without_checksum

LIST = "backup.json"
_FILES = "index"  # the folder of the files of the commit
_BLOCK = 1 << 20
_TRIES = 40  # to open the files of a commit while a writer replaces it


class Backup(NamedTuple):
    """What was backed up or restored."""

    place: Path
    reports: int
    passages: int  # in the index
    bytes: int


def back_up(index: Path, target: Path) -> Backup:
    """Copy the index into the new folder `target`.

    Raises `UsageError` if there is something at `target`, `IndexMissing`, `IndexOutdated`, `IndexFault` if the index is
    damaged, and `IndexNotWritable` if `target` cannot be written. Then nothing is left at `target`.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} 已存在。", hint="备份写到一个还没有的文件夹里，例如名字里写上日期。")
    part = target.with_name(f"{target.name}.partial")
    try:
        shutil.rmtree(part, ignore_errors=True)  # of a backup that was killed
        (part / _FILES).mkdir(parents=True)
        done = _fill(index, part)
        if target.exists():
            target.rmdir()
        part.rename(target)
        sync_folder(target.parent)
    except OSError as fault:
        hint = "换一个可写、有足够空间的地方。"
        raise IndexNotWritable(f"无法写入备份 {target}：{reason(fault)}。", hint=hint) from fault
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return done._replace(place=target)


def _fill(index: Path, part: Path) -> Backup:
    pointer, files = _open_commit(index)
    with ExitStack() as opened:
        for file in files.values():
            opened.enter_context(file)
        sums = {f"{_FILES}/{name}": _copied(file, part / _FILES / name) for name, file in files.items()}
    _copy_store(index, part / NAME)
    write_pointer(part, pointer)
    for name in (NAME, POINTER):
        sums[name] = _sum_of(part / name)
    view = newest_view(index, engine_of(part / _FILES))
    if isinstance(view, CheckedView) and (damaged := view.damaged()):
        hint = f"运行 search-cli check --index {shlex.quote(str(index))} --repair 修复，再备份。"
        raise IndexFault(f"索引 {index} 已损坏，没有备份：{damaged[0].name}。", hint=hint)
    cards = view.cards()
    size = sum((part / name).stat().st_size for name in sums)
    done = Backup(part, len(cards), sum(card.passages for card in cards), size)
    _write_list(part, done, sums)
    return done


def _open_commit(index: Path) -> tuple[Pointer, Mapping[str, BinaryIO]]:
    """The pointer, and the opened files of the newest commit of the generation that it names."""
    for attempt in range(_TRIES):
        pointer = read_pointer(index)
        if pointer is None:
            raise IndexMissing(f"{index} 里没有索引。", hint=build_hint(index))
        demand_same(index, pointer.built_with)
        engine = engine_of(index / pointer.generation)
        newest_view(index, engine)  # raises what is wrong with the index
        if not isinstance(engine, FileEngine):
            message = f"索引 {index} 在集群里，不能备份成文件。"
            raise UsageError(message, hint="用集群的快照备份，并复制这个目录；写法见 docs/cluster.md。")
        try:
            return pointer, engine.open_files()
        except FileNotFoundError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _copied(source: BinaryIO, target: Path) -> str:
    """Copy a file to the disk; returns its SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _sum_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _copy_store(index: Path, target: Path) -> None:
    with PermalinkStore(index).reading() as rows, closing(sqlite3.connect(target)) as copy:
        rows.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _write_list(part: Path, done: Backup, sums: Mapping[str, str]) -> None:
    said: dict[str, Any] = {
        "format": versions.BACKUP,
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "reports": done.reports,
        "passages": done.passages,
        "bytes": done.bytes,
        "sha256": sums,
    }
    said["checksum"] = _checksum(said)
    with (part / LIST).open("w", encoding="utf-8") as file:
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(part / _FILES)
    sync_folder(part)


def _checksum(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def restore(source: Path, index: Path, *, replace: bool = False) -> Backup:
    """Make the index that was backed up in `source` the one at `index`.

    Raises `BackupFault` if the backup is damaged or incomplete, `UsageError` if there is an index and `replace` is
    False, `IndexBusy`, `IndexNotWritable`. Then the index there stays as it was.
    """
    if config.engine_address():
        message = "备份只能恢复成内嵌引擎的索引，现在用的是集群。"
        raise UsageError(message, hint="不写 --engine 和 DEQING_ENGINE 再恢复；集群用它自己的快照恢复。")
    said = _demand_whole(source)
    if not replace and any((index / name).exists() for name in (POINTER, NAME)):
        raise UsageError(f"{index} 里已有索引，没有恢复。", hint="用 --index 另选目录；确要取代它，加上 --replace。")
    with writing(index):
        _restore(source, index, said["sha256"])
    return Backup(source, said["reports"], said["passages"], said["bytes"])


def _restore(source: Path, index: Path, sums: Mapping[str, str]) -> None:
    pointer = read_pointer(source)
    assert pointer is not None  # it is in the list of files
    generation = next_generation(index)
    try:
        (index / generation).mkdir()
        for name in sums:
            if name.startswith(f"{_FILES}/"):
                _restore_file(source / name, index / generation / Path(name).name, sums[name])
        sync_folder(index / generation)
        PermalinkStore(index).record_rows(_rows(source / NAME))
        write_pointer(index, pointer._replace(generation=generation))
    except BaseException as fault:
        shutil.rmtree(index / generation, ignore_errors=True)
        if isinstance(fault, OSError):
            hint = "腾出空间或权限后，再执行一次同样的命令。"
            raise IndexNotWritable(f"无法恢复到 {index}：{reason(fault)}。", hint=hint) from fault
        raise
    drop_others(index, generation)


def _restore_file(source: Path, target: Path, expected: str) -> None:
    with source.open("rb") as file:
        if _copied(file, target) != expected:
            raise _damaged(source.parent.parent, f"{source.name} 与校验和不符")


def _rows(store: Path) -> Iterator[tuple[Any, ...]]:
    """The rows of the store of a backup, in their order."""
    with closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as rows:
        for row in rows.execute("SELECT * FROM passage ORDER BY rowid"):
            demand_whole(row)
            yield without_checksum(row)


def _demand_whole(source: Path) -> dict[str, Any]:
    """Return the list of files of a backup; raises `BackupFault` if one is missing or differs from it."""
    try:
        said: dict[str, Any] = json.loads((source / LIST).read_text(encoding="utf-8"))
        checksum = said.pop("checksum")
        if checksum != _checksum(said):
            raise ValueError("differs from its checksum")
    except FileNotFoundError as fault:
        raise _damaged(source, f"没有 {LIST}：这不是备份，或备份没有做完") from fault
    except (OSError, ValueError, KeyError, AttributeError) as fault:
        raise _damaged(source, f"{LIST} 无法读取") from fault
    if said["format"] != versions.BACKUP:
        raise _damaged(source, f"格式是 {said['format']}，本程序只认 {versions.BACKUP}")
    for name, expected in said["sha256"].items():
        try:
            whole = _sum_of(source / name) == expected
        except OSError as fault:
            raise _damaged(source, f"缺少 {name}，或无法读取") from fault
        if not whole:
            raise _damaged(source, f"{name} 与校验和不符")
    return said


def _damaged(source: Path, why: str) -> BackupFault:
    return BackupFault(f"备份 {source} 不能用：{why}。索引没有改动。", hint="请换一份完整的备份。")
