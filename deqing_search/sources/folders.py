"""What lies in a folder: the files to read, and what is left out and why. Opens no file.

Left out are the files that systems and programs put beside reports, files of kinds that are not read, and folders that
are links: what they point to may lie anywhere, and twice. A link to a file is followed if that file is in the folder.
An index is not a folder of reports.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deqing_search.config import GENERATION, POINTER
from deqing_search.errors import SourceError, reason
from deqing_search.sources import archives
from deqing_search.sources.catalog import CATALOG
from deqing_search.sources.files import leads_out, refused_link

_SYSTEM_FILES: Final = frozenset(["thumbs.db", "desktop.ini"])
_MOST_KINDS: Final = 8  # that are named one by one


class Listing:
    """The files of a folder in the order of their names, the faults, and notes on what was left out."""

    def __init__(self, folder: Path, is_read: Callable[[Path], bool]) -> None:
        self.files: list[Path] = []
        self.faults: list[SourceError] = []
        self._folder, self._is_read = folder, is_read
        self._system = self._temporary = 0
        self._links: list[Path] = []
        self._indexes: list[Path] = []
        self._kinds: Counter[str] = Counter()
        for place, folders, files in os.walk(folder, onerror=self._unreadable):
            folders[:] = [name for name in folders if self._enters(Path(place, name))]
            for name in files:
                self._take(Path(place, name))
        read = {file for file in self.files if not file.is_symlink()}
        targets = {file: Path(os.path.realpath(file)) for file in self.files if file not in read}
        real = {os.path.realpath(file) for file in read} if targets else set()
        self.files = sorted(file for file in self.files if str(targets.get(file)) not in real)

    def _unreadable(self, fault: OSError) -> None:
        message = f"{fault.filename}：无法打开这个文件夹：{reason(fault)}"
        self.faults.append(SourceError(message, hint="请检查是否有读取权限"))

    def _enters(self, folder: Path) -> bool:
        if folder.name.lower() in archives.SYSTEM_FOLDERS:
            self._system += 1
            return False
        if folder.name.startswith("."):
            return False
        if folder.is_symlink():
            self._links.append(folder)
            return False
        if is_index(folder):
            self._indexes.append(folder)
            return False
        return True

    def _take(self, file: Path) -> None:
        name = file.name
        if name.startswith(archives.TEMPORARY) or name.lower() in _SYSTEM_FILES:
            self._temporary += 1
        elif name.startswith(".") or file == self._folder / CATALOG:
            return
        elif self._is_read(file) or file.suffix.lower() == archives.ENDING:
            if leads_out(file, self._folder):
                self.faults.append(refused_link(file))
            else:
                self.files.append(file)
        else:
            self._kinds["README" if file.stem.upper() == "README" else file.suffix.lower() or "没有扩展名"] += 1

    def notes(self) -> list[str]:
        """What was left out, for the user."""
        found = []
        if self._kinds:
            named = [f"{kind} {number} 个" for kind, number in self._kinds.most_common(_MOST_KINDS)]
            more = "等" if len(self._kinds) > _MOST_KINDS else ""
            total = sum(self._kinds.values())
            found.append(f"{self._folder}：{total} 个文件不是可以读取的格式，没有收录（{'，'.join(named)}{more}）")
        if self._system or self._temporary:
            found.append(
                f"{self._folder}：略过 {self._system} 个系统文件夹（回收站、缩略图等）、{self._temporary} 个临时文件"
            )
        found += [f"{link}：是链接的文件夹，没有进入；要收录请直接写上它指向的地方" for link in self._links]
        found += [f"{index}：是检索索引，不是报告，没有进入" for index in self._indexes]
        return found


def is_index(folder: Path) -> bool:
    """Return whether a folder has the pointer and the generations of an index."""
    return os.path.exists(folder / POINTER) and any(folder.glob(f"{GENERATION}*"))


def readable(name: str) -> str:
    """Return a file name in characters; one whose bytes are no UTF-8 was written in GBK, as by a Chinese Windows.

    >>> readable(os.fsdecode("德清.txt".encode("gbk"))), readable("德清.txt")
    ('德清.txt', '德清.txt')
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace")
    return name
