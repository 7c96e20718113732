"""Archives: what lies in a .zip, which of it can be trusted, and the bytes of one member.

A member is named like a file in a folder: `报告.zip/杭州市/2024.md`. Nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from deqing_search.errors import SourceError

ENDING: Final = ".zip"
MOST_MEMBERS: Final = 20_000
LARGEST_TOTAL: Final = 2**30  # bytes of all members, unpacked
_SAFE_SIZE = 2**20  # bytes: below it, no ratio is a bomb
_TIGHTEST = 200  # unpacked size over packed size; Chinese text packs 3 times, tables 30 times
_UTF8_NAME = 0x800


def members(archive: Path) -> Iterator[Path | SourceError]:
    """Each file in the archive as a path below it, or what is wrong with it; raises `SourceError` for the whole."""
    with _opened(archive) as opened:
        infos = [info for info in opened.infolist() if not info.is_dir()]
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
            if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                yield SourceError(f"{archive}：其中 {name} 的路径指向压缩包之外，已跳过", hint="请重新打包")
            elif not any(part.startswith((".", "__MACOSX")) for part in name.parts):
                yield archive / name


def holder(path: Path) -> Path | None:
    """The archive that `path` is a member of; None for a file of its own."""
    if path.exists():
        return None
    return next((above for above in path.parents if above.suffix.lower() == ENDING and above.is_file()), None)


def member_bytes(archive: Path, path: Path, limit: int) -> bytes:
    """The bytes of one member; raises `SourceError` when it is locked, damaged, or unpacks to more than it may."""
    with _opened(archive) as opened:
        name = path.relative_to(archive).as_posix()
        info = next((info for info in opened.infolist() if _name(info) == name), None)
        if info is None:
            raise SourceError(f"{path}：压缩包里没有这个文件", hint="请检查压缩包")
        if info.flag_bits & 1:
            raise SourceError(f"{path}：压缩包加了密码", hint="请解开后再收录")
        if info.file_size > limit or is_bomb(info):
            raise SourceError(
                f"{path}：解开后有 {info.file_size / 2**20:.0f} MiB，不像是文字", hint="请检查这个压缩包的来历"
            )
        try:
            with opened.open(info) as stream:
                data = stream.read(limit + 1)
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as fault:
            raise SourceError(f"{path}：压缩包已损坏（{fault}）", hint="请重新打包") from fault
    return data


def is_bomb(info: zipfile.ZipInfo) -> bool:
    """It unpacks to far more than any text would."""
    return info.file_size > _SAFE_SIZE and info.file_size > _TIGHTEST * max(info.compress_size, 1)


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError) as fault:
        raise SourceError(f"{archive}：打不开这个压缩包（{fault}）", hint="请重新打包为 .zip") from fault


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; without the flag for UTF-8 a Chinese Windows wrote it in GBK."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
