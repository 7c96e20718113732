"""Archives: the members of a .zip, which of them are safe, and the bytes of one member.

A member is named like a file in a folder: `报告.zip/杭州市/2024.md`. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from deqing_search.errors import SourceError
from deqing_search.sources.files import is_missing, open_regular

ENDING: Final = ".zip"
SYSTEM_FOLDERS: Final = frozenset(
    ["@eadir", "$recycle.bin", "#recycle", "system volume information", "lost+found", "__macosx"]
)
TEMPORARY: Final = ("~$", ".~")  # what Word and LibreOffice write beside an open document
MOST_MEMBERS: Final = 20_000  # also counting folders
LONGEST_NAME: Final = 255  # characters of a name: no system has a longer one
LARGEST_TOTAL: Final = 2**30  # bytes of all members, unpacked
_SAFE_SIZE = 2**20  # bytes: below it, no ratio is a bomb
_TIGHTEST = 200  # unpacked size over packed size; Chinese text packs 3 times, tables 30 times
_UTF8_NAME = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)  # what every system packs with
_BROKEN = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, struct.error, zlib.error)


def members(archive: Path) -> list[Path | SourceError]:
    """Return each file in the archive as a path below it, or its fault; raises `SourceError` for the whole archive."""
    return list(_members(archive))


def _members(archive: Path) -> Iterator[Path | SourceError]:
    infos = _opened(archive).file.infolist()
    if len(infos) > MOST_MEMBERS:
        raise SourceError(f"{archive}：压缩包里有 {len(infos)} 个文件，超过上限 {MOST_MEMBERS}", hint="请分成几包")
    total = sum(info.file_size for info in infos)
    if total > LARGEST_TOTAL:
        raise SourceError(
            f"{archive}：解开后有 {total / 2**20:.0f} MiB，超过上限 {LARGEST_TOTAL // 2**20} MiB",
            hint="请只留下报告，或分成几包",
        )
    for info in infos:
        name = PurePosixPath(_name(info))
        if not info.filename or info.is_dir():
            continue
        if name.is_absolute() or ".." in name.parts or ":" in str(name).partition("/")[0]:
            yield SourceError(f"{archive}：其中 {name} 的路径指向压缩包之外，已跳过", hint="请重新打包")
        elif not any(_is_left_out(part) for part in name.parts):
            yield _refusal(archive, name, info) or archive / name


def _is_left_out(name: str) -> bool:
    """A file or folder that a system or program put beside reports, by its name."""
    return name.startswith((".", *TEMPORARY)) or name.lower() in SYSTEM_FOLDERS


def _refusal(archive: Path, name: PurePosixPath, info: zipfile.ZipInfo) -> SourceError | None:
    """Return why a member is not read; None for an ordinary file."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return SourceError(f"{archive}：其中 {name} 是链接，已跳过", hint="请把它指向的文件放进压缩包")
    if any(len(part) > LONGEST_NAME for part in name.parts):
        return SourceError(
            f"{archive}：其中 {str(name)[:20]}…… 的名字超过 {LONGEST_NAME} 字，已跳过", hint="请给它改名"
        )
    if name.suffix.lower() == ENDING:
        return SourceError(f"{archive}：其中 {name} 又是压缩包，已跳过", hint="请先解开里面的一层")
    return None


def holder(path: Path) -> Path | None:
    """Return the archive that `path` is a member of; None for a file of its own."""
    if os.path.exists(path):
        return None
    return next((above for above in path.parents if above.suffix.lower() == ENDING and os.path.isfile(above)), None)


def holds(path: Path) -> bool:
    """Return whether a file or member exists. If that cannot be known, the answer is yes: its reports stay."""
    above = holder(path)
    if above is None:
        return not is_missing(path)
    try:
        return _key(above, path) in _opened(above).members
    except SourceError:
        return True


def member_bytes(archive: Path, path: Path, limit: int) -> bytes:
    """Return the bytes of one member; raises `SourceError` if it has a password, is damaged or is too large."""
    opened = _opened(archive)
    info = opened.members.get(_key(archive, path))
    if info is None:
        raise SourceError(f"{path}：压缩包里没有这个文件", hint="请检查压缩包")
    if info.flag_bits & 1:
        raise SourceError(f"{path}：压缩包加了密码", hint="请解开后再收录")
    if info.compress_type not in _METHODS:
        raise SourceError(f"{path}：压缩方法少见，不能读", hint="请用常见的方法重新打包为 .zip")
    if info.file_size > limit or is_bomb(info):
        size = info.file_size / 2**20
        raise SourceError(f"{path}：解开后有 {size:.0f} MiB，不像是文字", hint="请检查这个压缩包的来历")
    try:
        with opened.file.open(info) as stream:
            return stream.read(limit + 1)
    except _BROKEN as fault:
        raise SourceError(f"{path}：压缩包已损坏（{fault}）", hint="请重新打包") from fault


def is_bomb(info: zipfile.ZipInfo) -> bool:
    """Return whether it unpacks to far more than a text does."""
    return info.file_size > _SAFE_SIZE and info.file_size > _TIGHTEST * max(info.compress_size, 1)


class _Opened(NamedTuple):
    file: zipfile.ZipFile
    members: dict[PurePosixPath, zipfile.ZipInfo]  # the first of two with one name


def _opened(archive: Path) -> _Opened:
    """Open the archive in its current state. It stays open, since its members are read one by one."""
    try:
        state = archive.stat()
        return _open(archive, state.st_mtime_ns, state.st_size, os.getpid())
    except _BROKEN as fault:
        raise SourceError(f"{archive}：打不开这个压缩包（{fault}）", hint="请重新打包为 .zip") from fault


@lru_cache(maxsize=2)
def _open(archive: Path, changed: int, size: int, process: int) -> _Opened:
    """Open an archive once in each process: a forked process would share the position in the file."""
    file = zipfile.ZipFile(open_regular(archive))
    return _Opened(file, {PurePosixPath(_name(info)): info for info in reversed(file.infolist())})


def _key(archive: Path, path: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(archive).as_posix())


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member. Without the flag for UTF-8, Chinese Windows wrote it in GBK."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
