"""Finds the occurrences of literals in a text, and chooses the stretch of a passage that is shown under a hit.

Owns `marks` (every occurrence, as spans of the original text) and `snippet` (the stretch with most of them). Folding
is left to `folding`: the functions take the compact text and its offsets in the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from deqing_search.language.folding import original_span
from deqing_search.language.number_edges import stands_whole
from deqing_search.query.tree import Needle
from deqing_search.text.offsets import Span

_SENTENCE = re.compile(r"""[。！？；!?;\n]+["'”’」』）)]*\s*""")
# A comma or colon between digits is part of a number: 1,234.5亿元, 1.6:1.
_CLAUSE = re.compile(r"""(?:[，、：,:](?!(?<=\d.)\d))+["'”’」』）)]*\s*|\s+""")
_JOINER = "\u200d"
_IN_NUMBERS = ".,:%．，：％"
_SCALES = "百千万亿"
_UNITS = "百千万亿元吨人户亩"
_WORD = 16  # characters: a longer run of letters and digits may be cut


class Snippet(NamedTuple):
    """What is shown under a hit: `text` with `marks` in its own offsets; `cut_*`: text was left out there."""

    text: str
    marks: tuple[Span, ...]
    cut_before: bool
    cut_after: bool


class Stretch(Protocol):
    """Anything at offsets `[start, end)`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def marks(
    compact: str, offsets: Sequence[int], literals: Iterable[str], besides: Iterable[Stretch] = ()
) -> tuple[Span, ...]:
    """Every occurrence of the compact literals, and the stretches in `besides`, as spans of the original text.

    `offsets[i]` is where character `i` of `compact` stood. White space inside an occurrence is covered, none
    around it. Occurrences that overlap are one mark; those that only touch stay apart.

    >>> marks("地理信息", [0, 1, 2, 4], ["地理", "信息"])
    (Span(start=0, end=2), Span(start=2, end=5))
    """
    spans = {Span(stretch.start, stretch.end) for stretch in besides}
    found = sorted(spans.union(*(occurrences(compact, Needle(literal)) for literal in literals if literal)))
    return tuple(original_span(offsets, start, end) for start, end in merge(found))


def near(compact: str, left: Needle, right: Needle, distance: int) -> Iterator[Span]:
    """The occurrences of two literals that have the other at most `distance` characters before or after them.

    >>> text = "德清的西湖，德清不在西湖边"
    >>> [text[start:end] for start, end in near(text, Needle("德清"), Needle("西湖"), 1)]
    ['德清', '德清', '西湖']
    """
    found = list(occurrences(compact, left)), list(occurrences(compact, right))
    for spans, others in (found, found[::-1]):
        starts, ends = [other.start for other in others], [other.end for other in others]
        for span in spans:
            after, before = bisect_left(starts, span.end), bisect_right(ends, span.start) - 1
            if (after < len(starts) and starts[after] - span.end <= distance) or (
                before >= 0 and span.start - ends[before] <= distance
            ):
                yield span


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans with those that overlap made one.

    >>> merge([Span(0, 4), Span(2, 6), Span(6, 7)])
    [Span(start=0, end=6), Span(start=6, end=7)]
    """
    merged: list[Span] = []
    for span in spans:
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def occurrences(compact: str, needle: Needle) -> Iterator[Span]:
    """Every occurrence of a needle in a compact text, also those that begin inside another.

    >>> list(occurrences("2%和12%", Needle("2%", whole=True)))
    [Span(start=0, end=2)]
    """
    literal, whole = needle
    at = compact.find(literal)
    while at >= 0:
        if not whole or stands_whole(compact, at, literal):
            yield Span(at, at + len(literal))
        at = compact.find(literal, at + 1)  # + 1: an occurrence may begin inside another


def snippet(text: str, marks: Sequence[Span], *, width: int = 120) -> Snippet:
    """The stretch of about `width` characters that shows most marks, cut at the end of a sentence or a clause.

    `marks` are sorted and do not overlap. None is ever cut; one longer than `width` is shown whole.

    >>> snippet("第一句。第二句讲地理信息。第三句。", [Span(8, 12)], width=10)
    Snippet(text='第二句讲地理信息。', marks=(Span(start=4, end=8),), cut_before=True, cut_after=True)
    """
    start, end = _stretch(text, _core(text, marks, width), width)
    # A neighbouring mark that would be cut is left out whole.
    start = next((mark.end for mark in marks if mark.start < start < mark.end), start)
    end = next((mark.start for mark in marks if mark.start < end < mark.end), end)
    shown = text[start:end]
    start += len(shown) - len(shown.lstrip())
    shown = shown.strip()
    end = start + len(shown)
    inside = tuple(Span(m.start - start, m.end - start) for m in marks if start <= m.start and m.end <= end)
    return Snippet(shown, inside, bool(text[:start].strip()), bool(text[end:].strip()))


def _core(text: str, marks: Sequence[Span], width: int) -> Span:
    """First to last mark of the best window: most distinct strings, then most marks, then the earliest."""
    best, most = Span(0, 0), (0, 0)
    strings = [text[mark.start : mark.end] for mark in marks]
    inside: Counter[str] = Counter()
    left = 0
    for right, mark in enumerate(marks):
        inside[strings[right]] += 1
        while left < right and mark.end - marks[left].start > width:
            inside[strings[left]] -= 1
            inside += Counter()  # drops the strings that are no longer inside
            left += 1
        if (len(inside), right - left + 1) > most:
            best, most = Span(marks[left].start, mark.end), (len(inside), right - left + 1)
    return best


def _stretch(text: str, core: Span, width: int) -> Span:
    """The core with as much of its sentences as fits; a core longer than `width` alone."""
    if len(text) <= width:
        return Span(0, len(text))
    sentences = [0, *(found.end() for found in _SENTENCE.finditer(text)), len(text)]
    room = max(width - (core.end - core.start), 0)
    start = sentences[bisect_right(sentences, core.start) - 1]
    if core.end - start > width:
        near = core.start - room // 2
        border = _first(_clauses(text, sentences), near, core.start)
        start = border if border is not None else _safe(text, near, -1)
    if len(text) - start <= width:
        border = _first(sentences, len(text) - width, start)
        return Span(start if border is None else border, len(text))
    latest = max(start + width, core.end)
    whole = _last(sentences, core.end, latest)
    if whole is not None and whole - start >= width // 2:
        return Span(start, whole)
    part = _last(_clauses(text, sentences), core.end, latest)
    return Span(start, part if part is not None and part > start else _safe(text, latest, 1))


def _clauses(text: str, sentences: Iterable[int]) -> list[int]:
    """The ends of clauses and sentences. Needed only if the sentences do not fit, at one hit in ten."""
    return sorted({*sentences, *(found.end() for found in _CLAUSE.finditer(text))})


def _first(borders: Sequence[int], low: int, high: int) -> int | None:
    at = bisect_left(borders, low)
    return borders[at] if at < len(borders) and borders[at] <= high else None


def _last(borders: Sequence[int], low: int, high: int) -> int | None:
    at = bisect_right(borders, high) - 1
    return borders[at] if at >= 0 and borders[at] >= low else None


def _safe(text: str, at: int, step: int) -> int:
    """The next offset, in the direction of `step`, that cuts no combined character, short word or number."""
    while 0 < at < len(text) and _combined(text[at - 1], text[at]):
        at += step
    far = at
    while 0 < far < len(text) and (_combined(text[far - 1], text[far]) or _same_word(text[far - 1], text[far])):
        far += step
        if abs(far - at) > _WORD:
            return at
    return far


def _combined(left: str, right: str) -> bool:
    return (
        unicodedata.category(right).startswith("M")
        or _JOINER in (left, right)
        or ("\ud800" <= left <= "\udbff" and "\udc00" <= right <= "\udfff")
    )


def _same_word(left: str, right: str) -> bool:
    """Whether both are of one Latin word or of one number, with its scale and unit: 1,234.5亿|元."""
    if left.isdecimal() or (left in _SCALES and right in _UNITS):
        return True
    return all((char.isascii() and char.isalnum()) or char.isdecimal() or char in _IN_NUMBERS for char in (left, right))
