"""What workers do in tests. They import this module, and nothing here imports what starts processes when imported."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from deqing_search import config
from deqing_search.worker_machines import Job


def doubled(item: bytes) -> bytes:
    return 2 * item


def dead_at_seven(item: bytes) -> bytes:
    if item == b"7":
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def nothing() -> None:
    pass


def no_versions() -> dict[str, str]:
    return {}


def version_of_this_process() -> dict[str, str]:
    return {"清洗规则": str(os.getpid()), "结构规则": "1"}


def job(function: Callable[[bytes], bytes], versions: Callable[[], dict[str, str]] = no_versions) -> Job:
    return Job(function, nothing, versions, config.file_limits())
