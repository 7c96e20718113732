"""Apply a function to many items in other processes. The results come in order, and no item stops the others.

Decides how many processes there are, how many results may wait, how long an item may take, and what happens when a
process dies: from a fault in a library, from lack of memory, or because its time is up.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import partial
from typing import Final, TypeVar

MANY: Final = 12  # with this many items a second process saves more time than its start takes
AHEAD: Final = 24  # results that may wait: a slow consumer must not fill the memory
GARBAGE: Final = 10_000  # new objects between two garbage collections: a report has thousands of edits and few cycles

_HAS_TIMERS = hasattr(signal, "setitimer")  # Windows has none

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_processes(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    on_lost: Callable[[Item], Result],
    warm_up: Callable[[], None] | None = None,
    time_limit: int,
) -> Generator[Result]:
    """Yield `function(item)` for each item, in order; if an item ends its process, `on_lost(item)` instead.

    `time_limit`: seconds of processor time for one item, or for one step of it (`restart_time_limit`).
    With `MANY` items or more, each process calls `warm_up` first.

    >>> list(map_in_processes(abs, [3, -4], on_lost=abs, time_limit=30))
    [3, 4]
    """
    most = min(os.cpu_count() or 1, len(items) // MANY + 1)
    warm_up = warm_up if len(items) >= MANY else None
    timed = partial(_timed, function, time_limit)
    done, workers = 0, most
    while done < len(items):
        try:
            with closing(_pooled(timed, items[done:], warm_up, workers)) as results:
                for result in results:
                    yield result
                    done += 1
        except BrokenProcessPool:
            if workers > 1:
                workers = 1  # one item at a time shows which of them ends its process
            else:
                yield on_lost(items[done])
                done, workers = done + 1, most


def restart_time_limit() -> None:
    """Give the next step of a long item, such as the next page, the full time again."""
    if _HAS_TIMERS:
        _limit(signal.getitimer(signal.ITIMER_VIRTUAL)[1])


def _pooled(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    warm_up: Callable[[], None] | None,
    workers: int,
) -> Generator[Result]:
    """Yield the results of `workers` processes; raises `BrokenProcessPool` when one of them died."""
    most = AHEAD if workers > 1 else 0
    ahead: deque[Future[Result]] = deque()
    with ProcessPoolExecutor(workers, initializer=_join_in, initargs=(warm_up,)) as pool:
        try:
            for item in items:
                ahead.append(pool.submit(function, item))
                if len(ahead) > most:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)  # otherwise an interrupted run waits for all items that are left


def _timed(function: Callable[[Item], Result], time_limit: int, item: Item) -> Result:
    """Return `function(item)`. When the time limit is over, the system ends the process."""
    _limit(time_limit)
    try:
        return function(item)
    finally:
        _limit(0)


def _limit(seconds: float) -> None:
    """Allow this process so much more processor time; 0: no limit. The timer's interval remembers the limit."""
    if _HAS_TIMERS:
        # The signal has no handler: Python calls handlers only between its own instructions, not inside a library.
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)


def _join_in(warm_up: Callable[[], None] | None) -> None:
    """Prepare a new process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C also reaches the parent, which ends this process
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
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        parent.join()
    os._exit(1)
