"""Compares a sentence with a passage, character by character: where it fits best, and the differences there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Final, NamedTuple

import edlib

from deqing_search.language.quantities import Amount, quantities

_DIGITS, _DIGITS_BEFORE = re.compile("[0-9.]+"), re.compile(r"[0-9.]+$")
_BOUNDS: Final = ("以上", "以下", "以内", "以外")
_STOPS: Final = ",;:。!?"
_STEPS = re.compile(r"(\d+)([=XID])")
_REMEMBERED: Final = 8  # sentences; each is compared with many passages in turn
_MOST_LETTERS = 250  # edlib compares texts of at most 256 distinct characters


class Hunk(NamedTuple):
    """A stretch that differs: offsets in the sentence, and those of what the passage has instead."""

    start: int
    end: int
    source_start: int
    source_end: int


class Alignment(NamedTuple):
    """Where a sentence fits a passage best, and the stretches that differ, in order."""

    distance: int  # characters to change, insert or remove
    start: int  # in the passage
    end: int
    hunks: tuple[Hunk, ...]


def align(sentence: str, passage: str, most: int) -> Alignment | None:
    """The best fit of a sentence inside a passage; None if it differs in more than `most` characters.

    >>> align("增长10%以上", "全市增长12%以下。", 3)
    Alignment(distance=2, start=2, end=9, hunks=(Hunk(start=3, end=4, source_start=5, source_end=6), \
Hunk(start=6, end=7, source_start=8, source_end=9)))
    >>> align("增长10%以上", "推进改革", 3) is None
    True
    """
    query, codes = _codes(sentence)
    target = passage.translate(codes)
    found = edlib.align(query, target, mode="HW", task="locations", k=most)
    if found["editDistance"] < 0:
        return None
    start, end = _nearest(found["locations"], len(sentence))
    path = edlib.align(query, target[start:end], mode="NW", task="path")
    return _from_clause(
        passage, Alignment(int(path["editDistance"]), start, end, tuple(_hunks(path["cigar"] or "", start)))
    )


def _from_clause(passage: str, found: Alignment) -> Alignment:
    """An alignment that begins with the clause in which the rest stands, if the sentence begins otherwise.

    >>> align("努力建设文明城市", "坚持内涵式,建设文明城市", 3)
    Alignment(distance=2, start=6, end=12, hunks=(Hunk(start=0, end=2, source_start=6, source_end=6),))
    """
    first = found.hunks[0] if found.hunks else None
    if not first or first.start or first.source_start != found.start:
        return found
    stop = max(passage.rfind(sign, found.start, first.source_end) for sign in _STOPS) + 1
    if not stop:
        return found
    return found._replace(start=stop, hunks=(first._replace(source_start=stop), *found.hunks[1:]))


def whole_numbers(sentence: str, passage: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """The hunks, widened to whole numbers: 12 becomes 21, instead of a 2 that is inserted and a 2 that is removed.

    >>> whole_numbers("增长21%", "增长12%", [Hunk(2, 3, 2, 2), Hunk(4, 4, 3, 4)])
    [Hunk(start=2, end=4, source_start=2, source_end=4)]
    """
    found: list[Hunk] = []
    for hunk, after in zip_longest(hunks, hunks[1:]):
        if not _DIGITS.fullmatch(sentence[hunk.start : hunk.end] + passage[hunk.source_start : hunk.source_end]):
            found.append(hunk)
            continue
        least = found[-1].end if found else 0
        digits = _DIGITS_BEFORE.search(sentence, least, hunk.start)
        left = len(digits[0]) if digits else 0
        digits = _DIGITS.match(sentence, hunk.end, after.start if after else len(sentence))
        right = len(digits[0]) if digits else 0
        wide = Hunk(hunk.start - left, hunk.end + right, hunk.source_start - left, hunk.source_end + right)
        if found and wide.start == found[-1].end:
            wide = wide._replace(start=found[-1].start, source_start=found.pop().source_start)
        found.append(wide)
    return found


def whole_bounds(sentence: str, passage: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """The hunks, widened to whole bounds: 以上 becomes 以内, instead of 上 that becomes 内.

    >>> whole_bounds("5%以上", "5%以内", [Hunk(3, 4, 3, 4)])
    [Hunk(start=2, end=4, source_start=2, source_end=4)]
    """
    return [
        hunk._replace(start=hunk.start - 1, source_start=hunk.source_start - 1)
        if hunk.start
        and sentence[hunk.start - 1 : hunk.end] in _BOUNDS
        and passage[max(hunk.source_start - 1, 0) : hunk.source_end] in _BOUNDS
        else hunk
        for hunk in hunks
    ]


def whole_units(sentence: str, passage: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """The hunks in the unit of a number, widened to the number with its unit: 8亿元 becomes 8亿美元, instead of 美.

    >>> whole_units("进口8亿元,", "进口8亿美元,", [Hunk(4, 4, 4, 5)])
    [Hunk(start=2, end=5, source_start=2, source_end=6)]
    """
    mine, theirs = list(quantities(sentence)), list(quantities(passage))
    found = [_whole_unit(sentence, passage, hunk, mine, theirs) for hunk in hunks]
    apart = all(one.end <= after.start for one, after in pairwise(found))
    return found if apart else list(hunks)


def _whole_unit(sentence: str, passage: str, hunk: Hunk, mine: Sequence[Amount], theirs: Sequence[Amount]) -> Hunk:
    changed = sentence[hunk.start : hunk.end] + passage[hunk.source_start : hunk.source_end]
    here = next((one for one in mine if one.start < hunk.start <= hunk.end <= one.end), None)
    there = next((one for one in theirs if one.start < hunk.source_start <= hunk.source_end <= one.end), None)
    if not here or not there or any(map(str.isdigit, changed)):
        return hunk
    same_before = sentence[here.start : hunk.start] == passage[there.start : hunk.source_start]
    same_after = sentence[hunk.end : here.end] == passage[hunk.source_end : there.end]
    return Hunk(here.start, here.end, there.start, there.end) if same_before and same_after else hunk


class _Codes(dict[int, str]):
    """One character for each of the first characters of a sentence, and one for all others."""

    def __init__(self, sentence: str) -> None:
        known = list(dict.fromkeys(sentence))[:_MOST_LETTERS]
        super().__init__((ord(char), chr(at + 1)) for at, char in enumerate(known))

    def __missing__(self, char: int) -> str:
        return "\xff"


@lru_cache(_REMEMBERED)
def _codes(sentence: str) -> tuple[str, _Codes]:
    """A sentence in characters that edlib can compare, and what makes these of the characters of a passage."""
    codes = _Codes(sentence)
    return sentence.translate(codes).replace("\xff", "\xfe"), codes


def _nearest(locations: list[tuple[int | None, int]], size: int) -> tuple[int, int]:
    """Of equally good fits, the one whose length is nearest to that of the sentence."""
    spans = [(start or 0, end + 1) for start, end in locations]
    return min(spans, key=lambda span: (abs(span[1] - span[0] - size), span))


def _hunks(cigar: str, start: int) -> Iterator[Hunk]:
    at, source, open_at = 0, start, None
    for count, step in _STEPS.findall(cigar):
        if step == "=" and open_at:
            yield Hunk(open_at[0], at, open_at[1], source)
            open_at = None
        elif step != "=" and open_at is None:
            open_at = at, source
        at += int(count) if step in "=XI" else 0
        source += int(count) if step in "=XD" else 0
    if open_at:
        yield Hunk(open_at[0], at, open_at[1], source)
