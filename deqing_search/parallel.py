"""Many items at once: a function over them in other processes, the results in order, no item able to stop the rest.

Owns how many processes there are, how far they may run ahead, how long an item may take, and what becomes of one whose
process dies: of a fault in a library, for want of memory, or because its time is up.
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

MANY: Final = 12  # items from which on a second process earns its start
AHEAD: Final = 24  # results that may wait for their taker: a slow one must not fill the memory
GARBAGE: Final = 10_000  # objects made before cycles are looked for: a report has hardly any, and edits by the thousand
PATIENCE: Final = 30  # seconds of computing that one item may take, or one step of it

_LIMITS = hasattr(signal, "setitimer")  # Windows has none

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    begin: Callable[[], None] | None = None,
    lost: Callable[[Item], Result],
    patience: int = PATIENCE,
) -> Generator[Result]:
    """What `function` makes of each item, in order; of an item that ends its process, what `lost` says.

    `begin` is called in every process where the items are many enough to earn a long preparation.

    >>> list(each(abs, [3, -4], lost=abs))
    [3, 4]
    """
    workers = min(os.cpu_count() or 1, len(items) // MANY + 1)
    begin = begin if len(items) >= MANY else None
    done, at_once = 0, workers
    while done < len(items):
        try:
            timed = partial(_timed, function, patience)
            with closing(_pooled(timed, items[done:], begin, at_once)) as results:
                for result in results:
                    yield result
                    done += 1
        except BrokenProcessPool:
            if at_once > 1:
                at_once = 1  # which of them it was shows when they are done one by one
            else:
                yield lost(items[done])
                done, at_once = done + 1, workers


def got_on() -> None:
    """A step of a long item is done: the next one may take its full time."""
    if _LIMITS:
        _limit(signal.getitimer(signal.ITIMER_VIRTUAL)[1])


def _pooled(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    begin: Callable[[], None] | None,
    workers: int,
) -> Generator[Result]:
    """The results of so many processes, one never ahead of its taker; raises `BrokenProcessPool` when one died."""
    most = AHEAD if workers > 1 else 0
    ahead: deque[Future[Result]] = deque()
    with ProcessPoolExecutor(workers, initializer=join_in, initargs=(begin,)) as pool:
        try:
            for item in items:
                ahead.append(pool.submit(function, item))
                if len(ahead) > most:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)  # else an interrupted run would wait for all that is left to do


def _timed(function: Callable[[Item], Result], patience: int, item: Item) -> Result:
    """The result, unless the time of the item is up: then the process ends, wherever it is."""
    _limit(patience)
    try:
        return function(item)
    finally:
        _limit(0)


def _limit(seconds: float) -> None:
    """From now on so much of computing; 0: as much as it takes. The interval only remembers how much it was."""
    if _LIMITS:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)  # no handler: inside a library none would be called


def join_in(begin: Callable[[], None] | None) -> None:
    """What every process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent is interrupted as well, and ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_rarely()
    if begin:
        begin()


def collect_rarely() -> None:
    """Look for cycles of garbage seldom, and never through what is loaded already: it took an eighth of cleaning."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _end_with_parent() -> None:
    """A parent that was killed cannot end its processes: they would stay, and hold the lock they inherited."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        parent.join()
    os._exit(1)
