"""How long the request of a thread may compute. Loops that can take long call `check`.

A context variable has the deadline, because a request passes through rooms that do not know one another, from the
engine to the marks on a page, and any of them may be the one that takes long. Where nobody set a deadline, as on the
command line, `check` does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from deqing_search.errors import TooCostly
from deqing_search.messages import Message, gettext_noop

_check: ContextVar[Callable[[], None] | None] = ContextVar("deadline", default=None)


@contextmanager
def checked_by(check: Callable[[], None]) -> Iterator[None]:
    """In here, `check()` calls this function. It raises what ends the request.

    >>> def stop():
    ...     raise TooCostly("enough")
    >>> with checked_by(stop):
    ...     check()
    Traceback (most recent call last):
    deqing_search.errors.TooCostly: enough
    >>> check()
    """
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


def check() -> None:
    """Raise what ends the request of this thread if its time is up. Takes less than a microsecond."""
    if (found := _check.get()) is not None:
        found()


def too_costly(seconds: float) -> TooCostly:
    """The error of a request that computes longer than it may, with what to change."""
    limit = f"{seconds:g}"
    return TooCostly(
        Message("这次检索计算超过 {seconds} 秒，已停止。", seconds=limit),
        hint=gettext_noop("请把词写长一些（如把“发”写成“发展”），少用 OR、NEAR 和 同句 连接常用字。"),
    )
