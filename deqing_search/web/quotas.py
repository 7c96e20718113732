"""How much computing one client may use in a minute, over all requests that are costly.

Flask-Limiter counts milliseconds of computing, not requests: reading pages is cheap, and many readers may share one
address. Requests below `COSTLY` seconds are not counted. What a worker remembers does not come here.
"""

from __future__ import annotations

from math import ceil
from time import time
from typing import Final

from flask import Flask, g, request
from flask_limiter import Limiter, RequestLimit
from limits.errors import ConfigurationError

from deqing_search.errors import ServerFault
from deqing_search.web.clients import client
from deqing_search.web.request_lanes import FREE, computed

COSTLY: Final = 0.05  # seconds; an ordinary page of results needs about a hundredth


def install(app: Flask, seconds: float, store: str) -> None:
    """Refuse costly requests of a client that has computed for `seconds` in this minute; 0: never.

    `store` is an address of Flask-Limiter's; `memory://` counts in each process for itself. If the store does not
    answer, each process counts for itself meanwhile. Raises `ServerFault` if the address cannot be used.
    """
    if not seconds:
        return
    try:
        Limiter(
            client,
            app=app,
            application_limits=[f"{ceil(seconds * 1000)} per minute"],
            application_limits_cost=lambda: ceil(computed() * 1000) or 1,
            application_limits_deduct_when=lambda _: computed() >= COSTLY,
            application_limits_exempt_when=lambda: request.endpoint in FREE,
            on_breach=_say_when,
            storage_uri=store,
            in_memory_fallback_enabled=True,
            swallow_errors=True,
        )
    except (ConfigurationError, ImportError) as error:
        raise ServerFault(
            f"不能用 DEQING_LIMIT_STORE={store} 计数：{error}",
            hint="写成 memory:// 或 redis://主机:6379（另装 redis：pip install redis）。",
        ) from error


def _say_when(limit: RequestLimit) -> None:
    """Remember when the client may compute again, for `Retry-After`."""
    g.retry_after = max(ceil(limit.reset_at - time()), 1)
