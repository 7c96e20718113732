"""Reads years and spans of years, however they are typed: in a query, as an option, in an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

_SPAN = re.compile(r"([0-9]{4})?(?:(\.{2,3}|。。|-|~|—+|–|至|到)([0-9]{4})?)?")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789", "年")


class Years(NamedTuple):
    """First and last year, both included; None: open on that side."""

    first: int | None = None
    last: int | None = None

    @property
    def is_reversed(self) -> bool:
        return self.first is not None and self.last is not None and self.first > self.last

    def in_order(self) -> Years:
        return Years(self.last, self.first) if self.is_reversed else self

    def __contains__(self, year: object) -> bool:
        """Whether a year is one of these.

        >>> 2024 in Years(2016), 2024 in Years(2016, 2021)
        (True, False)
        """
        return isinstance(year, int) and (self.first or year) <= year <= (self.last or year)

    def __str__(self) -> str:
        """As it is written in options and addresses.

        >>> str(Years(2024, 2024)), str(Years(2016, 2024)), str(Years(last=2024))
        ('2024', '2016..2024', '..2024')
        """
        if self.first == self.last:
            return str(self.first or "")
        return f"{self.first or ''}..{self.last or ''}"


def read_years(text: str) -> Years | None:
    """The years that a text names, in the order in which they are typed; None if it names none.

    >>> read_years("2024"), read_years("2016..2024"), read_years("二〇一六年至"), read_years("去年")
    (Years(first=2024, last=2024), Years(first=2016, last=2024), Years(first=2016, last=None), None)
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DIGITS)
    found = _SPAN.fullmatch("".join(plain.split()))
    if not found or not (found[1] or found[3]):
        return None
    first, last = (int(year) if year else None for year in (found[1], found[3]))
    return Years(first, last if found[2] else first)


def ranges_of(years: Iterable[int]) -> list[str]:
    """The years for people to read; consecutive years as one range.

    >>> ranges_of([2017, 2018, 2019, 2022])
    ['2017–2019', '2022']
    """
    runs = groupby(enumerate(sorted(years)), key=lambda pair: pair[1] - pair[0])
    found = ([year for _, year in run] for _, run in runs)
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found]
