"""The folder `index/`: generations, the pointer to the one in use, and the lock for writing.

Defines `Pointer` and reads, swaps and watches it. The engine decides what a generation contains. `current` decides
when one is outdated.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from deqing_search.config import GENERATION, POINTER
from deqing_search.errors import IndexBusy, IndexNotWritable, IndexOutdated, reason
from deqing_search.report import Root

_LOCK = "write.lock"
_BUILDING = "building.json"  # in a generation that has some of its reports: the versions that build it
_NAME = re.compile(rf"{GENERATION}(\d+)")


class Pointer(NamedTuple):
    """The generation in use, the versions that built it (see `current.built_with`), and the places it covers."""

    generation: str
    built_with: dict[str, str]
    roots: tuple[Root, ...]


def read_pointer(index: Path) -> Pointer | None:
    """Return the pointer, or None if there is no index; raises `IndexOutdated` when it is damaged."""
    try:
        pointer = _parsed(index / POINTER)
    except FileNotFoundError:
        return None
    except NotADirectoryError as fault:
        raise IndexNotWritable(f"{index} 不是目录。", hint="用 --index 另选一个目录。") from fault
    except OSError as fault:
        raise IndexOutdated(f"{index / POINTER} 无法读取：{reason(fault)}。", hint=rebuild_hint(index)) from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise IndexOutdated(f"{index / POINTER} 已损坏，不知道用哪一代索引。", hint=rebuild_hint(index)) from fault
    return pointer


def undamaged_pointer(index: Path) -> Pointer | None:
    """Return the pointer; None if there is none or it is damaged, since a rebuild must be able to repair that."""
    try:
        return read_pointer(index)
    except IndexOutdated:
        return None


def newest_complete(index: Path) -> Pointer | None:
    """Return the pointer to the newest generation that was ever in use, from the copy that each has; None if none has.

    For an index whose own pointer is damaged.
    """
    for _, generation in sorted(_generations(index), reverse=True):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            pointer = _parsed(generation / POINTER)
            if pointer.generation == generation.name:
                return pointer
    return None


def _parsed(file: Path) -> Pointer:
    """Read a pointer; raises OSError, ValueError, KeyError, TypeError or AttributeError."""
    said = json.loads(file.read_text(encoding="utf-8"))
    if said.pop("checksum", None) not in (None, _checksum(said)):  # None: written by an older version
        raise ValueError("differs from its checksum")
    roots = tuple(Root(Path(path), Path(catalog) if catalog else None) for path, catalog in said["roots"])
    pointer = Pointer(said["generation"], dict(said["built_with"]), roots)
    if not _NAME.fullmatch(pointer.generation):
        raise ValueError(pointer.generation)
    return pointer


def build_hint(index: Path) -> str:
    """What to type when a named index does not exist."""
    return f"请检查路径；要在这里新建索引，运行 search-cli index 文件夹 --index {shlex.quote(str(index))}。"


def rebuild_hint(index: Path) -> str:
    """What to type when an index cannot be used.

    >>> rebuild_hint(Path("my index"))
    "运行 search-cli index --rebuild --index 'my index' 重建索引。"
    """
    return f"运行 search-cli index --rebuild --index {shlex.quote(str(index))} 重建索引。"


def write_pointer(index: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step, after it is on the disk; raises `IndexNotWritable`.

    The folder is synced after the rename, so that a generation that is deleted next is never one that is still named.
    """
    said: dict[str, Any] = {
        "generation": pointer.generation,
        "built_with": pointer.built_with,
        "roots": [[str(root.path), str(root.catalog or "")] for root in pointer.roots],
    }
    said["checksum"] = _checksum(said)
    try:
        if (index / pointer.generation).is_dir():  # a backup has no generations
            _replace(index / pointer.generation / POINTER, said)  # first the copy: a pointer that is in use has one
        _replace(index / POINTER, said)
        (index / pointer.generation / _BUILDING).unlink(missing_ok=True)
    except OSError as fault:
        raise _not_writable(index, fault) from fault


def _replace(file: Path, said: Mapping[str, Any]) -> None:
    temporary = file.with_name(f"{POINTER}.new")
    with temporary.open("w", encoding="ascii") as opened:
        json.dump(said, opened, indent=1)  # ASCII only: a path need not be valid Unicode
        opened.flush()
        os.fsync(opened.fileno())
    temporary.replace(file)
    sync_folder(file.parent)


def _checksum(said: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(said, sort_keys=True).encode())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Windows cannot open a folder and does not need it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def pointer_state(index: Path) -> tuple[int, ...]:
    """Return a value that changes when the pointer is swapped; empty if there is none."""
    try:
        state = (index / POINTER).stat()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return state.st_ino, state.st_mtime_ns, state.st_size


def joined(roots: Iterable[Root], named: Iterable[Root]) -> tuple[Root, ...]:
    """Return every place once, in the order of first mention; a newer catalog replaces an older one.

    >>> [root.path.name for root in joined([Root(Path("a")), Root(Path("b"))], [Root(Path("c")), Root(Path("a"))])]
    ['a', 'b', 'c']
    """
    places: dict[Path, Path | None] = {}
    for path, catalog in (*roots, *named):
        places[path] = catalog or places.get(path)
    return tuple(Root(path, catalog) for path, catalog in places.items())


def next_generation(index: Path) -> str:
    """Return a name that no generation in the folder has."""
    return f"{GENERATION}{max((number for number, _ in _generations(index)), default=0) + 1}"


def unfinished(index: Path, built_with: dict[str, str]) -> str | None:
    """Return the generation that a build of these versions left unfinished; None if there is none.

    The one in use is complete, even if a crash right after the swap of the pointer left the record in it.
    """
    pointer = undamaged_pointer(index)
    for _, generation in sorted(_generations(index), reverse=True):
        if pointer and generation.name == pointer.generation:
            continue
        with suppress(OSError, ValueError):
            if json.loads((generation / _BUILDING).read_text(encoding="utf-8")) == built_with:
                return generation.name
    return None


def is_unfinished(generation: Path) -> bool:
    """Return whether a build can go on with what this generation has."""
    return (generation / _BUILDING).exists()


def mark_unfinished(generation: Path, built_with: dict[str, str]) -> None:
    """Record that a generation has some of its reports; raises `IndexNotWritable`."""
    try:
        _replace(generation / _BUILDING, built_with)
    except OSError as fault:
        raise _not_writable(generation.parent, fault) from fault


def drop_others(index: Path, generation: str) -> None:
    """Delete all generations except this one: the previous one, and what a killed rebuild left."""
    import shutil  # imported by writers only: it loads every compression module

    for _, old in _generations(index):
        if old.name != generation:
            shutil.rmtree(old, ignore_errors=True)


def _generations(index: Path) -> Iterator[tuple[int, Path]]:
    for entry in list(index.iterdir()):
        if found := _NAME.fullmatch(entry.name):
            yield int(found[1]), entry


@contextmanager
def writing(index: Path, patience: float = 0) -> Iterator[None]:
    """Hold the lock for writing. Only one process has it, and a crash releases it.

    Raises `IndexBusy` when another process still has it after `patience` seconds, and `IndexNotWritable`.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(index / _LOCK, timeout=patience)
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as busy:
        raise IndexBusy(f"索引 {index} 正被另一个进程写入。", hint="等它写完，再执行一次同样的命令。") from busy
    except OSError as fault:
        raise _not_writable(index, fault) from fault
    try:
        yield
    finally:
        lock.release()


def _not_writable(index: Path, fault: OSError) -> IndexNotWritable:
    """Turn an error of the system into the error that users see."""
    return IndexNotWritable(f"无法写入索引 {index}：{reason(fault)}。", hint="用 --index 另选一个可写的目录。")
