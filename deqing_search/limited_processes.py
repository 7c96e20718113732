"""Apply a function to many items in other processes. The results come in order, and no item stops the others.

Decides how many processes there are, how many results may wait, what an item may use (time, processor time, memory),
and what happens when a process dies: because of a limit, or because a library crashed.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from enum import Enum
from functools import partial
from multiprocessing import connection
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from deqing_search.config import FileLimits, processes

MANY: Final = 12  # with this many items a second process saves more time than its start takes
AHEAD: Final = 24  # results that may wait: a slow consumer must not fill the memory
GARBAGE: Final = 10_000  # new objects between two garbage collections: a report has thousands of edits and few cycles

_TRIES: Final = 25  # to remove the temporary files of a killed process
_HAS_TIMERS = hasattr(signal, "setitimer")  # Windows has none
_OUT_OF_MEMORY = 77  # exit code of a process that has reached its limit of memory
_PAGE_TABLE: Final = Path("/proc/self/statm")  # Linux only; where it is missing, memory has no limit

Item = TypeVar("Item")
Result = TypeVar("Result")


class Loss(Enum):
    """Why an item has no result."""

    PROCESSOR_TIME = "processor time"
    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


def map_in_processes(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    on_lost: Callable[[Item, Loss], Result],
    limits: FileLimits,
    warm_up: Callable[[], None] | None = None,
) -> Generator[Result]:
    """Yield `function(item)` for each item, in order; if an item ends its process, `on_lost(item, loss)` instead.

    The limits are those of one item; two of the times are those of one step of it (`restart_time_limit`).
    With `MANY` items or more, each process calls `warm_up` first.

    >>> list(map_in_processes(abs, [3, -4], on_lost=lambda item, loss: 0, limits=FileLimits(30, 30, 2**30, 60)))
    [3, 4]
    """
    warm_up = warm_up if len(items) >= MANY else None
    start = partial(_Worker[Item, Result], partial(_serve, function, limits, warm_up))
    workers = [start() for _ in range(min(processes(), len(items) // MANY + 1, len(items)))]
    try:
        done: dict[int, Result] = {}
        waiting = deque(enumerate(items))
        for wanted in range(len(items)):
            while True:
                _hand_out(waiting, workers, wanted + AHEAD)
                for place, number, received in _received(workers, wait=wanted not in done):
                    if isinstance(received, Loss):
                        workers[place] = start()
                        received = on_lost(items[number], received)
                    done[number] = received
                if wanted in done:
                    break
            yield done.pop(wanted)
    finally:
        for worker in workers:
            worker.kill()


def apply_in_new_process(
    function: Callable[[Item], Result], item: Item, *, on_lost: Callable[[Item, Loss], Result], limits: FileLimits
) -> Result:
    """Return `function(item)`, or `on_lost(item, loss)` if the item ends its process."""
    process = LimitedProcess(function, limits)
    try:
        received = process.apply(item)
    finally:
        process.kill()
    return on_lost(item, received) if isinstance(received, Loss) else received


class LimitedProcess(Generic[Item, Result]):
    """A process that applies a function to one item after the other. After an item that ends it, a new one starts.

    It is not a fork of this process: a fork of a process with several threads may wait for ever for a lock that
    another thread held. Threads may share it; each waits for its turn.
    """

    def __init__(
        self, function: Callable[[Item], Result], limits: FileLimits, warm_up: Callable[[], None] | None = None
    ) -> None:
        """The limits are those of one item. Each new process calls `warm_up` first."""
        self._serve = partial(_serve, function, limits, warm_up)
        self._worker: _Worker[Item, Result] | None = None
        self._turn = threading.Lock()

    def apply(self, item: Item) -> Result | Loss:
        """Return `function(item)`, or why the item ended the process."""
        with self._turn:
            worker = self._worker = self._worker or _Worker[Item, Result](self._serve, "spawn")
            worker.take(0, item)
            received = worker.result()
            if isinstance(received, Loss):
                self._worker = None
            return received

    def kill(self) -> None:
        """End the process."""
        if self._worker:
            self._worker.kill()


class _Worker(Generic[Item, Result]):
    """A process with a pipe of its own: killed at any moment, it leaves no lock held and no other pipe damaged."""

    def __init__(self, serve: Callable[[str, connection.Connection], None], start_method: str | None = None) -> None:
        self._place = _temporary_folder()
        context: Any = multiprocessing.get_context(start_method)
        self.pipe, theirs = multiprocessing.Pipe()
        self.number: int | None = None  # of the item that it works on
        self._process: multiprocessing.Process = context.Process(target=serve, args=(self._place, theirs))
        self._process.start()
        theirs.close()

    def take(self, number: int, item: Item) -> None:
        self.number = number
        with suppress(OSError):  # it is dead: `result` says so
            self.pipe.send(item)

    def result(self) -> Result | Loss:
        """Return its result, or why there is none; then the process is dead."""
        try:
            received: Result = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            self.kill()
            return _loss(self._process.exitcode or 0)
        self.number = None
        return received

    def kill(self) -> None:
        """End the process and the programs that it started, and remove their temporary files."""
        if self.pipe.closed:
            return
        if hasattr(os, "killpg") and self._process.pid:
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()  # before it had a group of its own
        self._process.join()
        self.pipe.close()
        for _ in range(_TRIES):
            shutil.rmtree(self._place, ignore_errors=True)
            if not os.path.exists(self._place):
                break
            time.sleep(0.02)  # a killed program may still be writing there


def _temporary_folder() -> str:
    """A folder for the temporary files of a process, "" where there is no room: a killed process leaves them."""
    try:
        return tempfile.mkdtemp(prefix="deqing-")
    except OSError:
        return ""


def _hand_out(waiting: deque[tuple[int, Item]], workers: Sequence[_Worker[Item, Any]], end: int) -> None:
    """Give an item to each idle worker, but none whose number is `end` or higher."""
    for worker in workers:
        if worker.number is None and waiting and waiting[0][0] < end:
            worker.take(*waiting.popleft())


def _received(workers: Sequence[_Worker[Any, Result]], *, wait: bool) -> Iterator[tuple[int, int, Result | Loss]]:
    """Yield the results that are there: place of the worker, number of the item, result. A worker that lost is dead."""
    busy = {worker.pipe: (place, worker.number) for place, worker in enumerate(workers) if worker.number is not None}
    for pipe in connection.wait(list(busy), None if wait else 0):
        place, number = busy[pipe]  # type: ignore[index]
        yield place, number, workers[place].result()


def _loss(exit_code: int) -> Loss:
    """Why a process ended."""
    if exit_code == _OUT_OF_MEMORY:
        return Loss.MEMORY
    if _HAS_TIMERS and exit_code in (-signal.SIGPROF, -signal.SIGALRM):
        return Loss.PROCESSOR_TIME if exit_code == -signal.SIGPROF else Loss.TIME
    return Loss.CRASH


_end = float("inf")  # when the whole item must be done; each process has its own


def restart_time_limit() -> None:
    """Give the next step of a long item, such as the next page, the full time again, but no more than the whole has."""
    if _HAS_TIMERS:
        _allow(signal.getitimer(signal.ITIMER_PROF)[1], signal.getitimer(signal.ITIMER_REAL)[1])


def _serve(
    function: Callable[[Any], Any],
    limits: FileLimits,
    warm_up: Callable[[], None] | None,
    place: str,
    pipe: connection.Connection,
) -> None:
    """Send the result of each item that comes, until the process is killed or its parent is gone."""
    global _end  # the reader of a file calls `restart_time_limit`, and knows no limits
    if place:
        tempfile.tempdir = os.environ["TMPDIR"] = place  # also of the programs that it starts
    _join_in(warm_up)
    _limit_memory(limits.memory)
    while True:
        try:
            item = pipe.recv()
            _end = time.monotonic() + limits.all_seconds
            _allow(limits.processor_seconds, limits.seconds)
            result = function(item)
            _allow(0, 0)
            pipe.send(result)
        except (EOFError, ConnectionError):
            return
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)  # its memory is in pieces: the next item gets a new process


def _allow(processor_seconds: float, seconds: float) -> None:
    """Allow this process so much more time; 0: no limit. The interval of each timer remembers its limit."""
    if _HAS_TIMERS:
        # The signals have no handlers: Python calls handlers only between its own instructions, not inside a library.
        signal.setitimer(signal.ITIMER_PROF, processor_seconds, processor_seconds)
        left = max(_end - time.monotonic(), 0.001)  # 0 would mean: no limit
        signal.setitimer(signal.ITIMER_REAL, min(seconds, left), seconds)


def _limit_memory(size: int) -> None:
    """Let this process and those that it starts have `size` bytes of address space more than it has now."""
    if _PAGE_TABLE.exists():
        import resource

        used = int(_PAGE_TABLE.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _join_in(warm_up: Callable[[], None] | None) -> None:
    """Prepare a new process."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # a group of its own, with the programs that it starts: they end together
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_rarely()
    if warm_up:
        warm_up()


def collect_rarely() -> None:
    """Collect garbage seldom, and skip everything that is loaded already: it took an eighth of the time of cleaning."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _end_with_parent() -> None:
    """End this process when its parent is gone. A killed parent cannot do that, and its lock would stay held."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
    if hasattr(os, "getpgrp") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
