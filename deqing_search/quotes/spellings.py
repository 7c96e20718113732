"""Names the kind of each difference, and the spellings that folding makes equal: traditional, full-width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

from deqing_search.config import data_rows
from deqing_search.language.folding import compact
from deqing_search.quotes import claims
from deqing_search.quotes.alignment import Hunk
from deqing_search.quotes.findings import Difference, Kind, Source
from deqing_search.text.offsets import Span

_NOWHERE = Span(0, 0)


def difference(sentence: str, passage: str, hunk: Hunk) -> Difference:
    """A difference of two compact texts, with its kind. If a number changes, the kind is always "number".

    >>> difference("已未完成", "已末完成", Hunk(1, 2, 1, 2)).kind
    'number'
    >>> difference("推进土地改革", "推进士地改革", Hunk(2, 3, 2, 3)).kind
    'look-alike'
    """
    mine, theirs = sentence[hunk.start : hunk.end], passage[hunk.source_start : hunk.source_end]
    return Difference(_kind(sentence, passage, hunk, mine, theirs), mine, theirs, _NOWHERE)


def _kind(sentence: str, passage: str, hunk: Hunk, mine: str, theirs: str) -> Kind:
    if claims.is_omission(sentence, passage, hunk):
        return "omission"
    if claims.is_same_value(sentence, passage, hunk):
        return "numeral"
    if claims.changes_number(sentence, passage, hunk):
        return "number"
    if claims.is_punctuation(mine) and claims.is_punctuation(theirs):
        return "punctuation"
    pairs = list(zip(mine, theirs, strict=False))
    alike = len(mine) == len(theirs) and all(one in look_alikes().get(other, "") for one, other in pairs)
    return "look-alike" if alike else "wording"


@cache
def look_alikes() -> dict[str, str]:
    """Each character with those that it is taken for."""
    found: dict[str, str] = {}
    for row in data_rows("lookalikes.tsv"):
        group = row.split("\t")[0]
        for char in group:
            found[char] = found.get(char, "") + group
    return found


def spellings(text: str, back: Callable[[int, int], Span], source: Source, sentence: str) -> tuple[Difference, ...]:
    """Stretches of a sentence that its source spells in another way, although they count as equal."""
    theirs, way = compact(source.passage.text[source.span.start : source.span.end])
    if theirs != sentence:
        return ()
    found: list[Difference] = []
    for at in range(len(sentence)):
        here = back(at, at + 1)
        mine, other = text[here.start], source.passage.text[source.span.start + way[at]]
        if mine == other:
            continue
        kind: Kind = "width" if _narrow(mine) == _narrow(other) else "traditional"
        if not mine.isalnum() and kind == "traditional":
            kind = "punctuation"
        last = found[-1] if found else None
        if last and last.kind == kind and last.span.end == here.start:
            found[-1] = Difference(kind, last.text + mine, last.source + other, Span(last.span.start, here.end))
        else:
            found.append(Difference(kind, mine, other, here))
    return tuple(found)


def _narrow(char: str) -> str:
    return unicodedata.normalize("NFKC", char)
