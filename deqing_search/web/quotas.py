"""How much computing one client may use in a minute, over all requests that are costly.

`limits` counts milliseconds of computing, not requests: reading pages is cheap, and many readers may share one address.
Requests below `COSTLY` seconds are not counted. What a worker remembers does not come here. Flask-Limiter, which has
the same counters below it, would take 0.3 of the 7 ms of a page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from math import ceil
from time import monotonic, time
from typing import Final, TypeVar

from flask import Flask, Response, request
from limits import RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from deqing_search.errors import ServerFault
from deqing_search.web.clients import client
from deqing_search.web.request_lanes import FREE, computed

log = logging.getLogger(__name__)
_T = TypeVar("_T")

COSTLY: Final = 0.05  # seconds; an ordinary page of results needs about a hundredth
RETRY: Final = 30.0  # seconds until a store that did not answer is asked again


def install(app: Flask, seconds: float, store: str) -> None:
    """Refuse costly requests of a client that has computed for `seconds` in this minute; 0: never.

    `store` is an address of `limits`; `memory://` counts in each process for itself. If the store does not answer,
    each process counts for itself meanwhile. Raises `ServerFault` if the address cannot be used.
    """
    if not seconds:
        return
    quota = _Quota(seconds, _opened(store))

    def refuse() -> None:
        if request.endpoint not in FREE and (wait := quota.wait(client())):
            raise TooManyRequests(retry_after=wait)

    def count(response: Response) -> Response:
        if (used := computed()) >= COSTLY:
            quota.count(client(), used)
        return response

    app.before_request(refuse)
    app.after_request(count)


def _opened(store: str) -> FixedWindowRateLimiter:
    try:
        return FixedWindowRateLimiter(storage_from_string(store, wrap_exceptions=True))
    except (ConfigurationError, ImportError) as error:
        raise ServerFault(
            f"不能用 DEQING_LIMIT_STORE={store} 计数：{error}",
            hint="写成 memory:// 或 redis://主机:6379（另装 redis：pip install redis）。",
        ) from error


class _Quota:
    """What clients have computed in this minute. While the store does not answer, the process counts for itself."""

    def __init__(self, seconds: float, shared: FixedWindowRateLimiter) -> None:
        self._limit = RateLimitItemPerMinute(ceil(seconds * 1000))
        self._shared, self._own = shared, FixedWindowRateLimiter(MemoryStorage())
        self._ask_again = 0.0

    def wait(self, client: str) -> int:
        """Seconds until a client may compute again; 0: it may now."""
        return self._answer(lambda counts: self._left_to_wait(counts, client))

    def count(self, client: str, seconds: float) -> None:
        """Count what a client has computed."""
        self._answer(lambda counts: counts.hit(self._limit, client, cost=ceil(seconds * 1000)))

    def _left_to_wait(self, counts: FixedWindowRateLimiter, client: str) -> int:
        if counts.test(self._limit, client):
            return 0
        return max(ceil(counts.get_window_stats(self._limit, client).reset_time - time()), 1)

    def _answer(self, ask: Callable[[FixedWindowRateLimiter], _T]) -> _T:
        if monotonic() >= self._ask_again:
            try:
                return ask(self._shared)
            except (StorageError, OSError) as fault:  # memcached raises its errors of the network as they are
                log.warning("the store of quotas does not answer: %s", repr(fault))
                self._ask_again = monotonic() + RETRY
        return ask(self._own)
