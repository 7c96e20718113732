"""Fixes of fake bold in text: characters struck two or three times, lines struck twice with differences."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from deqing_search.text.characters import codes_of, runs_of, table_of
from deqing_search.text.lines import HAN, Line, ends_sentence, is_row, lines_of, numbering
from deqing_search.text.offsets import Edit

_TRIPLES = re.compile(r"(?:(\S)\1\1(?:\1{3})?(?:\1{3})?)+")
_PAIRS = re.compile(r"(?:(\S)\1)+")
_LEAST_TRIPLES, _LEAST_PAIRS = 3, 4  # groups that follow one another
_LEAST_STRETCH = min(3 * _LEAST_TRIPLES, 2 * _LEAST_PAIRS)
_BLANK = " \t\n\u00a0\u3000"
# Characters that speech doubles: 时时事事处处, 一件件, 扎扎实实.
_REDUPLICATED = frozenset(
    "时处事人户家里外上下方面年天日月点代件个种步层级桩样村乡县镇座条项次句字声笔扎实点滴洋热闹红火平安快乐高兴清楚明白干净整齐圆满风雨三两"
)
_LEAST_HALF, _LONGEST_LINE = 6, 120
_WIDE_GAP = re.compile(r"[ \u3000\u00a0]{2,}")
_DIFFERENT = 0.17  # share of the characters in which two layers of one headline may differ
_AROUND, _AS_LONG, _MOSTLY_BROKEN = 3, 0.3, 0.6  # lines above and below; share of the length, and of the lines
_NUMBERS = frozenset("0123456789０１２３４５６７８９一二三四五六七八九十百千万零〇")


def character_strike(text: str) -> list[Edit]:
    """Keep one of the strokes of characters that are each struck two or three times inside a line.

    Evidence: three characters running that stand three times (or six, for a doubled one), or four that stand
    twice and are not the kind that is doubled in speech (时时事事处处).

    >>> from deqing_search.text.offsets import apply_edits
    >>> [apply_edits(t, character_strike(t)) for t in ("关关关键键键词词词：纠错", "王王王莹莹莹莹莹莹，")]
    ['关键词：纠错', '王莹莹，']
    >>> character_strike("时时事事处处，一件件扎扎实实的工作，111222333")
    []
    """
    edits: list[Edit] = []
    for start, end in _doubled_stretches(text):
        triples = [run.span() for run in _TRIPLES.finditer(text, start, end) if _is_struck(run[0], 3)]
        pairs = [run.span() for run in _PAIRS.finditer(text, start, end) if _is_struck(run[0], 2)]
        for first, last in triples:
            edits += _single(first, text[first:last], 3)
        for first, last in pairs:
            if not any(here < last and first < there for here, there in triples):
                edits += _single(first, text[first:last], 2)
    return sorted(edits, key=lambda edit: edit.start)


def _doubled_stretches(text: str) -> list[tuple[int, int]]:
    """Where every character stands beside its like, so many of them that they can be struck."""
    codes = codes_of(text)
    like = np.zeros(len(codes) + 1, bool)
    like[1:-1] = (codes[1:] == codes[:-1]) & ~table_of(_BLANK)[codes[1:]]
    return runs_of(like[1:] | like[:-1], _LEAST_STRETCH)


def _is_struck(run: str, times: int) -> bool:
    kept = run[::times]
    han = re.findall(f"[{HAN}]", kept)
    if times == 3:
        return len(kept) >= _LEAST_TRIPLES and len(set(han)) >= 2
    unusual = [character for character in han if character not in _REDUPLICATED]
    return len(kept) >= _LEAST_PAIRS and len(unusual) >= _LEAST_PAIRS - 1


def _single(start: int, run: str, times: int) -> Iterator[Edit]:
    for at in range(0, len(run), times):
        yield Edit(start + at + 1, start + at + times, "", "character-strike", f"逐字叠印 {times} 次")


def near_double(text: str) -> list[Edit]:
    """Keep the first of two layers of a headline that were struck on one line and differ in a few characters.

    Evidence: the line is made of two halves, or of runs that each stand twice, alike but for one character in six;
    numbers that differ are no misprint. With a space between the layers, the first has a number: else it may be a
    slogan in two parts.

    >>> from deqing_search.text.offsets import apply_edits
    >>> apply_edits(line := "县委全体扩大会议举行县委全体扩大会议擧行", near_double(line))
    '县委全体扩大会议举行'
    >>> near_double("2023年完成投资百亿元2024年完成投资百亿元")
    []
    """
    edits = []
    lines = lines_of(text)
    for at, line in enumerate(lines):
        size = len(line.text)
        if not 2 * _LEAST_HALF <= size <= _LONGEST_LINE or ends_sentence(line.text) or is_row(line.text):
            continue
        first, *others = line.text.split(maxsplit=3)
        if others and _are_layers(first, others):
            edits.append(Edit(line.start + len(first), line.end, "", "near-double", "两层标题略有不同"))
            continue
        if line.text.find(line.text[0], 3, size // 2 + 1) == -1 or _WIDE_GAP.search(line.text):
            continue  # a wide gap parts the cells of a table: `一九七九年  一九七九年比`
        runs = _alike_runs(line.text)
        if runs and _in_column(lines, at):
            continue
        for start, size in runs:
            edits.append(
                Edit(line.start + start + size, line.start + start + 2 * size, "", "near-double", "两层标题略有不同")
            )
    return edits


def _are_layers(first: str, others: list[str]) -> bool:
    """The same numbered heading again and again, at least once with a difference."""
    if numbering(first) is None or len(first) < _LEAST_HALF or first == others[0] == others[-1]:
        return False
    return all(len(other) == len(first) and _alike(first, other) for other in others)


def _alike_runs(line: str) -> list[tuple[int, int]]:
    """Start and size of the runs that each stand twice and make up the line; [] where they do not."""
    runs: list[tuple[int, int]] = []
    at = different = 0
    while at < len(line):
        best = _largest_double(line, at)
        if not best:
            return []
        runs.append((at, best))
        different += line[at : at + best] != line[at + best : at + 2 * best]
        at += 2 * best
    return runs if different and max(size for _, size in runs) >= _LEAST_HALF else []


def _largest_double(line: str, at: int) -> int:
    """The size of the largest run at this place that stands twice, with few differences; 0 where there is none."""
    second = line.rfind(line[at], at + 3, (len(line) + at) // 2 + 1)
    while second != -1 and not _alike(line[at:second], line[second : 2 * second - at]):
        second = line.rfind(line[at], at + 3, second)
    return max(second - at, 0)


def _alike(one: str, other: str) -> bool:
    """Few characters differ, no number and no space; the two are no members of a list, as quotations in a row are."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(pairs) > _DIFFERENT * len(one) or (pairs and _in_list(one)):
        return False
    return not any((a in _NUMBERS and b in _NUMBERS) or (a + b).split() != [a + b] for a, b in pairs)


def _in_list(half: str) -> bool:
    """It ends at a pause, or is a quotation as a whole."""
    return half[-1] in "、，；" or (half[0] + half[-1] == "“”" and half.count("“") == 1)


def _in_column(lines: list[Line], at: int) -> bool:
    """Most lines around are as long and break off as well: this one is a line of a paragraph, and may hold a list."""
    size = len(lines[at].text)
    around = [line.text for line in lines[max(at - _AROUND, 0) : at + _AROUND + 1] if line is not lines[at]]
    broken = [text for text in around if abs(len(text) - size) <= _AS_LONG * size and not ends_sentence(text)]
    return len(broken) >= _MOSTLY_BROKEN * 2 * _AROUND
