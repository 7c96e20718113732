"""How much a program may send, and how long an answer may be: programs cut off, or refuse, what is longer.

Tokens are estimated generously: half of the bytes in UTF-8, which is 1.5 tokens for a Chinese character.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LARGEST_BODY: Final = 64 << 10  # bytes of a request over HTTP
MOST_CONNECTIONS: Final = 100  # over HTTP at once; more are answered with 503
MOST: Final = 20_000  # tokens of the list or text in an answer; the rest of an answer has less than 4,000

T = TypeVar("T", bound="DataclassInstance")


def tokens(text: str) -> int:
    """How many tokens a text has at most.

    >>> tokens("地理信息 GIS")
    8
    """
    return len(text.encode("utf-8", "surrogatepass")) // 2


def fitting(items: Iterable[T], most: int = MOST) -> tuple[T, ...]:
    """The first items that fit into an answer; the first one always does."""
    found: list[T] = []
    for item in items:
        most -= tokens(json.dumps(asdict(item), ensure_ascii=False))
        if found and most < 0:
            break
        found.append(item)
    return tuple(found)
