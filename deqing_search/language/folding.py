"""Folding: spellings that search treats as equal become one spelling, character for character.

Folded are width and carrier codes (％ → %, ⼀ → 一), case, traditional → simplified by the single character (經 → 经,
乾 → 干), and data/variants.tsv: ○ → 〇, 著 → 着, all double quotation marks → ", single ones and the apostrophe → ',
all dashes → -. White space and invisible characters become a space. Left alone, because folding would change the
length or the meaning: ㎡, ℃, Ⅲ (but Ⅴ → v, ₂ → 2; `query.roman_numerals` looks for III too), …, 零 (not 〇), 、 and 。.

`derive_fold_table` makes the table from Unicode and OpenCC. Words are left to `analyzer`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from deqing_search.config import data_rows
from deqing_search.text import characters
from deqing_search.text.offsets import Span

_NOTE_NUMBER = re.compile(r"\s*[\[【〔(]?\d{1,3}[\]】〕).、](?!\d)")  # at the start; the 8. of 8.5% is none
_STOP = r"""[\s,;:.!?'"，。、；：！？…—·“”‘’《》〈〉「」『』()（）\[\]【】〔〕]"""
_STOPS = re.compile(rf"{_STOP}(?:(?<!\d.){_STOP}*|{_STOP}*(?!\d))", re.S)  # between digits a stop is part of a number


def fold(text: str) -> str:
    """Equate spellings for search, character for character.

    >>> fold("５．１％ 臺灣")
    '5.1% 台湾'
    """
    codes = characters.encode(text)
    folded = _shifts()[codes]
    folded += codes
    return characters.decode(folded)


def compact(text: str) -> tuple[str, Sequence[int]]:
    """The folded text without white space, and for each of its characters the offset in `text`.

    >>> folded, offsets = compact("地理信 息")
    >>> folded, list(offsets)
    ('地理信息', [0, 1, 2, 4])
    """
    folded = fold(text)
    if " " not in folded:
        return folded, range(len(folded))
    return folded.replace(" ", ""), [at for at, char in enumerate(folded) if char != " "]


def original_span(offsets: Sequence[int], start: int, end: int) -> Span:
    """The stretch of a text for a stretch of its compact form that is not empty.

    >>> _, offsets = compact("地理信 息")
    >>> original_span(offsets, 2, 4)
    Span(start=2, end=5)
    """
    return Span(offsets[start], offsets[end - 1] + 1)


def compact_text(text: str) -> str:
    """The folded text without white space.

    >>> compact_text("GDP 增长 ５．１％")
    'gdp增长5.1%'
    """
    return fold(text).replace(" ", "")


def letters(text: str) -> str:
    """The folded text without punctuation, white space and note number; a text of nothing else stays as it is.

    >>> letters("[23]PM2.5，细颗粒物。") == letters("1.PM2.5: 细颗粒物")
    True
    >>> letters("增长5.1%，1.5万人") == letters("增长5.1%，15万人")
    False
    >>> letters("总量第3、增速第2") == letters("总量第4、增速第2")
    False
    """
    folded = fold(text)
    note = _NOTE_NUMBER.match(folded)
    return _STOPS.sub("", folded[note.end() if note else 0 :]) or folded


@cache
def _shifts() -> npt.NDArray[np.uint32]:
    """For each code point the difference to what it folds to, modulo 2**32; zero for most.

    An array folds a whole passage at once. Its pages of zeros take no memory.
    """
    before, after = map(characters.encode, map("".join, zip(*_foldings(), strict=True)))
    shifts = np.zeros(sys.maxunicode + 1, dtype="<u4")
    shifts[before] = after - before
    return shifts


def _foldings() -> Iterator[tuple[str, str]]:
    """Characters, and what each of them folds to."""
    for row in data_rows("fold.txt"):
        reason, *columns = row.split("\t")
        if reason == "blank":
            codes = columns[0].split()
            yield "".join(chr(int(code, 16)) for code in codes), " " * len(codes)
        else:
            before, after = columns
            yield before, after
