"""What is said of a source file that exceeds a limit or that the program fails on: it costs this file only."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from deqing_search.config import file_limits
from deqing_search.errors import SourceError, SourceTooCostly
from deqing_search.limited_processes import Loss, map_in_processes

_LONGEST_FAULT: Final = 200  # characters of an exception that are shown

Read = TypeVar("Read")
Source = TypeVar("Source")


def read_in_limits(read: Callable[[Path], Read], files: Sequence[Path]) -> Iterator[Read | SourceError]:
    """Yield `read(file)` for each file, or the fault of that file. A process with limits reads it."""
    yield from map_in_processes(partial(_file_or_fault, read), files, on_lost=exceeded, limits=file_limits())


def _file_or_fault(read: Callable[[Path], Read], file: Path) -> Read | SourceError:
    return read_or_fault(read, file, file)


def read_or_fault(read: Callable[[Source], Read], source: Source, file: Path) -> Read | SourceError:
    """Return `read(source)`, or the fault of its file. Lack of memory is raised: it ends the process."""
    try:
        return read(source)
    except SourceError as fault:
        return fault
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 -- whatever it is, it is this file's fault; the others go on
        return defect(file, fault)


def exceeded(file: Path, loss: Loss) -> SourceError:
    """The fault of a file that exceeds what it may use, or that ends its process in another way."""
    limits = file_limits()
    reason, setting = {
        Loss.PROCESSOR_TIME: (f"用 {limits.processor_seconds} 秒处理器时间没有读完", "DEQING_FILE_SECONDS"),
        Loss.TIME: (
            f"等了 {limits.seconds} 秒（逐页读的文件每页 {limits.seconds} 秒、一共 {limits.all_seconds} 秒）没有读完",
            "DEQING_FILE_WAIT 或 DEQING_FILE_TOTAL",
        ),
        Loss.MEMORY: (f"读取它要用的内存超过 {limits.memory >> 20} MB", "DEQING_FILE_MEMORY"),
        Loss.CRASH: ("读取它的进程意外结束", ""),
    }[loss]
    raised = f"；确实需要时，用环境变量 {setting} 放宽" if setting else ""
    hint = f"请检查这个文件的来历，或拆成较小的文件{raised}"
    return SourceTooCostly(f"{file}：{reason}，已跳过", hint=hint)


def defect(file: Path, fault: Exception) -> SourceError:
    """The fault of a file that a reader or a fix fails on: a defect of the program."""
    at = traceback.extract_tb(fault.__traceback__)[-1]
    said = f"{type(fault).__name__}: {fault}"[:_LONGEST_FAULT]
    message = f"{file}：读取时出错（{said}，{Path(at.filename).name}:{at.lineno}），已跳过"
    return SourceError(message, hint="这是程序的缺陷：请把这个文件和这一行报告给维护者，或另存为文本再收录")
