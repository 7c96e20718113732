"""Finds the numbers, and the words of data/claim_words.tsv, in the stretch of a text that another text does not have.

`claims` decides what a difference in them means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from deqing_search.config import data_rows
from deqing_search.language.numerals import DIGITS, NUMERALS
from deqing_search.language.quantities import values
from deqing_search.report import Value

_AROUND: Final = 12  # characters beside a stretch that are read for numbers and words
_NEAR: Final = 2  # characters from a direction, or a bound of one character, to its number: 增长了5%
_CHANGES: Final = ("%", "‰", "个百分点", "倍")  # units of numbers that have a direction
_PLAIN: Final = "plain"  # the kind of 不断, which denies nothing


class ClaimWord(NamedTuple):
    """A word that decides a claim, at `[start, end)` of a text; `word` is the first of those that mean the same."""

    start: int
    end: int
    word: str
    kind: str


class Stretch(NamedTuple):
    """The stretch `[start, end)` of a compact text. It is empty where only the other text has something."""

    text: str
    start: int
    end: int

    @property
    def characters(self) -> str:
        return self.text[self.start : self.end]

    @property
    def numerals(self) -> str:
        """The numerals of the stretch, also where they count nothing that is known: 三大攻坚战."""
        return "".join(char for char in self.characters if char in NUMERALS)

    def has_digit(self) -> bool:
        return any(char in DIGITS + "%‰" for char in self.characters)

    def is_in_value(self) -> bool:
        """Whether the stretch has a part of a number or of its unit, or stands where a bare number may have one."""
        return any(_shares(self, one) or (not one.unit and self.start == one.end) for one in self._values())

    def values(self) -> list[tuple[float, str]]:
        """The numbers that the stretch has a part of, with their units."""
        return [(one.number, one.unit) for one in self._values() if _shares(self, one)]

    def is_beside_value(self) -> bool:
        """Whether the stretch is in a number with its unit, or right after one."""
        return any(one.start <= self.start <= one.end or _shares(self, one) for one in self._values())

    def words(self) -> list[ClaimWord]:
        """The words that the stretch has a part of."""
        start, end = max(self.start - _AROUND, 0), self.end + _AROUND
        return [one for one in claim_words(self.text, start, end) if _shares(self, one)]

    def bounds(self) -> list[str]:
        """Those of the words that bound a number: 30家以上, 超过30家."""
        numbers = list(self._values())
        found = [one for one in self.words() if one.kind == "bound"]
        return [one.word for one in found if any(_is_bound_of(one, number) for number in numbers)]

    def directions(self) -> list[str]:
        """The kinds of those of the words that are the direction of a number: 增长8%."""
        changes = [one for one in self._values() if one.unit in _CHANGES]
        found = [one for one in self.words() if one.kind in ("up", "down")]
        return [one.kind for one in found if any(0 <= number.start - one.end <= _NEAR for number in changes)]

    def _values(self) -> Iterator[Value]:
        low = max(self.start - _AROUND, 0)
        for one in values(self.text[low : self.end + _AROUND]):
            yield one._replace(start=one.start + low, end=one.end + low)


def _shares(stretch: Stretch, other: Value | ClaimWord) -> bool:
    return other.start < stretch.end and stretch.start < other.end


def _is_bound_of(word: ClaimWord, number: Value) -> bool:
    near = _NEAR if len(word.word) == 1 else _AROUND
    return number.start - near <= word.end and word.start <= number.end


def claim_words(text: str, start: int = 0, end: int | None = None) -> Iterator[ClaimWord]:
    """The words of data/claim_words.tsv in a compact text, from left to right.

    >>> [(one.word, one.kind) for one in claim_words("不断推进,增长不低于5%")]
    [('增长', 'up'), ('不', 'negation'), ('低于', 'bound')]
    """
    for found in _pattern().finditer(text, start, len(text) if end is None else end):
        word, kind = _table()[found[0]]
        if kind != _PLAIN:
            yield ClaimWord(*found.span(), word, kind)


def is_negation(word: str) -> bool:
    """Whether a word is a negation by itself.

    >>> is_negation("不"), is_negation("不断")
    (True, False)
    """
    return _table().get(word, ("", ""))[1] == "negation"


@cache
def _table() -> dict[str, tuple[str, str]]:
    """Each word of the table with its meaning and its kind. The bounds of a row mean the same."""
    rows = (row.split("\t") for row in data_rows("claim_words.tsv"))
    return {
        word: (words.split()[0] if kind == "bound" else word, kind) for words, kind, _ in rows for word in words.split()
    }


@cache
def _pattern() -> re.Pattern[str]:
    """Every word of the table, the longer first."""
    return re.compile("|".join(sorted(_table(), key=len, reverse=True)))
