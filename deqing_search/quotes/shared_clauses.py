"""Cuts a text into the clauses that are looked up in other reports. Needs no index.

A clause is the text between two stops, without quotation marks and numbering at its ends. 、 and quotation marks inside
it belong to it. Two clauses are the same if all their characters are, after folding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deqing_search.quotes.sentences import core
from deqing_search.text.offsets import Span

SHORTEST: Final = 10  # characters: shorter ones are the same by chance
_CLAUSE = re.compile(r"(?:[^,;:。!?\n]|(?<=[0-9])[,:](?=[0-9]))+")


def shared_clauses(compact: str) -> Iterator[Span]:
    """The clauses of a compact text that are long enough.

    >>> text = "一是坚持稳中求进工作总基调,完成投资1,200亿元以上。增长5%"
    >>> [text[start:end] for start, end in shared_clauses(text)]
    ['坚持稳中求进工作总基调', '完成投资1,200亿元以上']
    """
    for found in _CLAUSE.finditer(compact):
        if found.end() - found.start() >= SHORTEST:
            span = core(compact, Span(*found.span()))
            if span.end - span.start >= SHORTEST:
                yield span
