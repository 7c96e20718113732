"""Opens source files: regular files only, at most so many bytes, each fault with the name of the file.

A link is followed only to a file in the folder that was named. What it points to elsewhere may be anything.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from deqing_search.errors import SourceError, reason

LARGEST: Final = 64 * 2**20  # bytes of one source file
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0)  # without it, opening a pipe waits for somebody who writes
_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would change line ends


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raises `SourceError` for a device, a pipe or a folder, and OSError.

    It is judged after it is open, so that nothing can take its place in between.
    """
    if os.path.isdir(path):  # Windows opens no folder
        raise SourceError(f"{path}：是文件夹，不是文件", hint="请检查路径")
    descriptor = os.open(path, os.O_RDONLY | _NO_WAIT | _BINARY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceError(f"{path}：是设备或管道，不是文件", hint="请检查路径")
    return open(descriptor, "rb")


def read_regular(path: Path) -> bytes:
    """Return the bytes of a regular file; raises `SourceError`, also for one that is too large."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST:
                limit = LARGEST >> 20
                raise SourceError(
                    f"{path}：文件有 {size / 2**20:.0f} MiB，超过上限 {limit} MiB", hint="请拆成较小的文件"
                )
            return file.read(LARGEST)
    except OSError as fault:
        raise SourceError(f"{path}：无法读取：{reason(fault)}", hint="请检查文件是否存在、是否有读取权限") from fault


def is_missing(path: Path) -> bool:
    """Return whether there is no such file. One that may not be seen, or on a disk that fails, is not missing.

    >>> is_missing(Path("no such file")), is_missing(Path("a" * 5000))
    (True, True)
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as fault:
        return fault.errno in (errno.ENAMETOOLONG, errno.ELOOP)
    return False


def leads_out(path: Path, folder: Path) -> bool:
    """Return whether a path is a link to something that is not in the folder."""
    if not path.is_symlink():
        return False
    with suppress(ValueError):  # two drives of Windows have no common path
        inside = os.path.realpath(folder)
        return os.path.commonpath([inside, os.path.realpath(path)]) != inside
    return True


def refused_link(path: Path) -> SourceError:
    message = f"{path}：是链接，指向所收录的文件夹之外（{os.path.realpath(path)}），没有读取"
    return SourceError(message, hint="把文件复制到文件夹里，或直接收录它指向的地方")
