"""Applies a function to many items on other machines, in the workers of a dask scheduler. The results come in order.

Decides how many items travel at once, what a worker must have in common with this program, and what is said when
machines cannot be used. A worker runs the function in a process with the limits of `limited_processes`. Items and
results travel as bytes: only `pipeline` knows what they mean.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import socket
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from deqing_search.config import FileLimits
from deqing_search.errors import UsageError, WorkersFault
from deqing_search.limited_processes import LimitedProcess, Loss

LEAST_AHEAD: Final = 24  # items that travel or wait at once, however few workers there are
AHEAD: Final = 4  # items for each process of a worker: it must not wait for the network
AHEAD_BYTES: Final = 256 << 20  # of those items together, so that neither the scheduler nor a worker runs out of memory
CONNECT_SECONDS: Final = 10  # to reach the scheduler
PATIENCE: Final = 60  # seconds without any worker before the run ends

_AGAIN = "再执行一次同样的命令，已写入的部分不会重做。"


class Job(NamedTuple):
    """What a worker does with each item. The three functions belong to a module, so that a worker can import them."""

    function: Callable[[bytes], bytes]
    warm_up: Callable[[], None]  # called first in each new process
    versions: Callable[[], Mapping[str, str]]  # of everything that a result depends on
    limits: FileLimits  # of one item


class Refusal(NamedTuple):
    """Why a worker cannot be used: names of versions that differ; none: it may not start processes."""

    worker: str
    different: tuple[str, ...]


def map_on_machines(scheduler: str, job: Job, items: Iterable[bytes]) -> Generator[bytes | None]:
    """Yield `job.function(item)` for each item, in order; None if it ends the processes that work on it.

    `items` are asked for one by one, as room is made for them. An item whose worker dies goes to another one.
    Raises `UsageError` without the extra `[distributed]`, `WorkersFault` if machines cannot be used.
    """
    with _connected(scheduler) as client:
        versions = job.versions()
        sent: deque[tuple[Any, int]] = deque()  # the future of an item, and its size
        for item in items:
            while sent and _is_full(client, [size for _, size in sent], len(item)):
                yield _result(client, scheduler, sent.popleft()[0])
            sent.append((client.submit(apply_job, job, versions, item, pure=False), len(item)))
        while sent:
            yield _result(client, scheduler, sent.popleft()[0])


def _is_full(client: Any, sizes: list[int], more: int) -> bool:
    """Return whether another item must wait."""
    most = max(LEAST_AHEAD, AHEAD * sum(client.nthreads().values()))
    return len(sizes) >= most or sum(sizes) + more > AHEAD_BYTES


def apply_job(job: Job, versions: Mapping[str, str], item: bytes) -> bytes | Refusal | None:
    """Do the job in a worker, which calls this."""
    from distributed import get_worker

    ours = _versions(job.versions)
    different = tuple(name for name in {**versions, **ours} if versions.get(name) != ours.get(name))
    if different or multiprocessing.current_process().daemon:
        return Refusal(get_worker().address, different)
    result = _process(job).apply(item)
    return None if isinstance(result, Loss) else result


@lru_cache(maxsize=1)
def _versions(versions: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
    return versions()


@lru_cache(maxsize=1)
def _process(job: Job) -> LimitedProcess[bytes, bytes]:
    """The process that does the job in this worker. It ends with the worker."""
    return LimitedProcess(job.function, job.limits, job.warm_up)


def _result(client: Any, scheduler: str, future: Any) -> bytes | None:
    """Wait for a result; raises `WorkersFault`."""
    from distributed import CancelledError, TimeoutError
    from distributed.scheduler import KilledWorker

    while True:
        try:
            received: bytes | Refusal | None = future.result(timeout=PATIENCE)
            break
        except TimeoutError:
            _demand_workers(client, scheduler)
        except KilledWorker:
            return None
        except CancelledError as fault:
            message = f"与调度器 {scheduler} 的连接断了。"
            raise WorkersFault(message, hint=f"等调度器恢复，{_AGAIN}") from fault
        except Exception as fault:
            message = f"调度器 {scheduler} 那里的工作进程不能读取文件（{type(fault).__name__}：{str(fault)[:200]}）。"
            hint = "调度器和工作进程所在的机器都要装与本机相同的 deqing-search[distributed]。"
            raise WorkersFault(message, hint=hint) from fault
    if isinstance(received, Refusal):
        raise _refused(received, scheduler)
    return received


def _refused(refusal: Refusal, scheduler: str) -> WorkersFault:
    if not refusal.different:
        message = f"工作进程 {refusal.worker} 不能再开进程，也就不能限制读一个文件用多少时间和内存。"
        return WorkersFault(message, hint=f"停掉它，改用 search-cli worker {scheduler} 启动。")
    message = f"工作进程 {refusal.worker} 的版本与本机不同：{'、'.join(refusal.different)}。"
    return WorkersFault(message, hint=f"在那台机器上装与本机相同的版本，重新启动它，{_AGAIN}")


def _demand_workers(client: Any, scheduler: str) -> None:
    """Raise `WorkersFault` if there is no worker."""
    if not client.nthreads():
        message = f"调度器 {scheduler} 那里没有工作进程。"
        raise WorkersFault(message, hint=f"在每台机器上运行 search-cli worker {scheduler}，{_AGAIN}")


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    """A client of the scheduler, which has a worker; raises `UsageError`, `WorkersFault`."""
    with _dask_set({"distributed.admin.large-graph-warning-threshold": AHEAD_BYTES}):
        from distributed import Client

        _demand_listening(scheduler)
        with _unreachable_for(scheduler):
            client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        with client:
            _demand_workers(client, scheduler)
            yield client


def run_workers(scheduler: str, processes: int, started: Callable[[], None]) -> None:
    """Work for the scheduler in some processes until it is gone; raises `UsageError`, `WorkersFault`."""
    with _dask_set({"distributed.worker.daemon": False}):  # a daemon could not start the process that has limits
        asyncio.run(_run_workers(scheduler, processes, started))


async def _run_workers(scheduler: str, processes: int, started: Callable[[], None]) -> None:
    from distributed import Nanny

    _demand_listening(scheduler)
    async with AsyncExitStack() as stack:
        new = [Nanny(scheduler, nthreads=1, silence_logs=logging.CRITICAL) for _ in range(processes)]
        nannies = [await stack.enter_async_context(nanny) for nanny in new]
        started()
        await asyncio.gather(*(nanny.finished() for nanny in nannies))


def _demand_listening(scheduler: str) -> None:
    """Raise `WorkersFault` at once if nothing listens there; dask would try again and again."""
    parts = urlsplit(scheduler)
    with _unreachable_for(scheduler), socket.create_connection((parts.hostname, parts.port or 0), CONNECT_SECONDS):
        pass


@contextmanager
def _unreachable_for(scheduler: str) -> Iterator[None]:
    """Raise `WorkersFault` instead of an error of the network."""
    try:
        yield
    except OSError as fault:
        hint = "在调度器那台机器上运行 dask scheduler --port 8786，并检查地址和网络。"
        raise WorkersFault(f"连不上调度器 {scheduler}。", hint=hint) from fault


@contextmanager
def _dask_set(settings: Mapping[str, object]) -> Iterator[None]:
    """Set something of dask and keep its own messages, in English, from the terminal; raises `UsageError`."""
    try:
        import dask
        import distributed  # noqa: F401 - its settings are loaded before ours
    except ModuleNotFoundError as missing:
        message = "没有安装把工作分给多台机器的程序库。"
        raise UsageError(message, hint="运行 pip install 'deqing-search[distributed]'。") from missing
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
