"""Finds the numbers and dates in a compact text, and gives the other ways to write each.

`numerals` reads numerals, `quantities` amounts. `query.expansion` decides how a spelling is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from deqing_search.language.numerals import CHINESE, SCALES, plain, read_chinese, to_chinese
from deqing_search.language.quantities import Amount, amounts
from deqing_search.messages import gettext_noop

_LARGEST = 10**15  # nobody writes a larger one in characters


class Spelling(NamedTuple):
    """A stretch of compact text that is a number or date, its other spellings, and which of the two it is."""

    start: int
    end: int
    others: tuple[str, ...]
    kind: str  # 数字写法, 日期写法


_YEAR = (
    "(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])"
    "|(?<![零〇一二两三四五六七八九十百千万])[一二][零〇一二三四五六七八九]{3}(?=年|$)"
)
_SMALL = r"[0-9]{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
# A date, a year, a ratio or an ordinal.
_WRITTEN = (
    f"(?P<year>{_YEAR})年(?P<month>{_SMALL})月(?:(?P<day>{_SMALL})日)?"
    f"|(?P<only_month>(?<![0-9])(?:{_SMALL}))月(?P<only_day>{_SMALL})日"
    r"|(?<![0-9.])(?P<dotted>(?:19|20)[0-9]{2}(?P<dot>[-./])[0-9]{1,2}(?P=dot)[0-9]{1,2})(?![0-9.])"
    f"|(?P<calendar>{_YEAR})(?:年)?"
    r"|(?<![0-9.:])(?P<ratio>[0-9]+(?:\.[0-9]+)?(?::|比)[0-9]+(?:\.[0-9]+)?)(?![0-9.:])"
    f"|第(?P<order>[0-9]{{1,3}}(?![0-9])|{CHINESE})"
)


@cache
def _written_pattern() -> re.Pattern[str]:
    """Compiled at its first use: it takes 2 ms, and most queries have no number."""
    return re.compile(_WRITTEN)


def spellings(compact: str) -> Iterator[Spelling]:
    """The numbers and dates of a text that are written in other ways too, from left to right.

    >>> [spelling.others for spelling in spellings("2023年增长10.2%,1.6:1")]
    [('二〇二三年', '二零二三年'), ('百分之十点二', '百分之10.2'), ('1.6比1', '一点六比一')]
    """
    at = 0
    written = {found.start(): found for found in _written_pattern().finditer(compact)}
    numbers = {amount.start: amount for amount in amounts(compact)}
    for start in sorted({*written, *numbers}):
        if start < at:
            continue
        date, amount = written.get(start), numbers.get(start)
        if date and not (amount and amount.end > date.end()):  # 2023 and 2023年 are years, 2000亿元 is an amount
            spelling = _respelled(date)
        elif amount:
            others = _amount_spellings(compact[amount.start : amount.end], amount)
            spelling = Spelling(amount.start, amount.end, others, gettext_noop("数字写法"))
        if spelling.others:
            yield spelling
            at = spelling.end


def _respelled(found: re.Match[str]) -> Spelling:
    """A date, a year, a ratio or an ordinal in its other spellings."""
    if found["ratio"]:
        left, right = re.split("[:比]", found["ratio"])
        forms = [f"{left}:{right}", f"{left}比{right}", f"{to_chinese(Decimal(left))}比{to_chinese(Decimal(right))}"]
    elif found["order"]:
        number = Decimal(found["order"]) if found["order"].isdigit() else read_chinese(found["order"])
        forms = [] if number is None else [f"第{plain(number)}", f"第{to_chinese(number)}"]
    else:
        forms = list(_date_forms(found))
    kind = gettext_noop("数字写法") if found["ratio"] or found["order"] else gettext_noop("日期写法")
    return Spelling(*found.span(), tuple(dict.fromkeys(form for form in forms if form != found[0])), kind)


def _date_forms(found: re.Match[str]) -> Iterator[str]:
    year, month, day = found["year"] or found["calendar"], found["month"], found["day"]
    if found["dotted"]:
        year, month, day = found["dotted"].split(found["dot"])
    month, day = month or found["only_month"], day or found["only_day"]
    numbers = [_small(text) if text else None for text in (year, month, day)]
    if any(number is None and text for number, text in zip(numbers, (year, month, day), strict=True)):
        return
    signs = ("年" if month or found[0].endswith("年") else "", "月", "日")
    parts = [(number, sign) for number, sign in zip(numbers, signs, strict=True) if number is not None]
    yield "".join(f"{number}{sign}" for number, sign in parts)
    for nought in "〇零" if year else "〇":
        yield "".join(_in_characters(number, nought) + sign for number, sign in parts)
    if all(number is not None for number in numbers):
        y, m, d = (int(number or 0) for number in numbers)
        yield from (f"{y}-{m:02}-{d:02}", f"{y}.{m}.{d}", f"{y}.{m:02}.{d:02}", f"{y}/{m}/{d}")


def _small(text: str) -> int | None:
    number = int(text) if text.isdigit() and text.isascii() else read_chinese(text)
    return None if number is None else int(number)


def _in_characters(number: int, nought: str) -> str:
    """A year digit by digit, a month or a day counted."""
    if number < 100:
        return to_chinese(Decimal(number))
    return "".join(nought if digit == "0" else to_chinese(Decimal(digit)) for digit in str(number))


def _amount_spellings(written: str, amount: Amount) -> tuple[str, ...]:
    if amount.worded or amount.unit == "‰":
        forms = []
    elif amount.unit == "%":
        forms = [f"{plain(amount.number)}%", f"百分之{to_chinese(amount.number)}", f"百分之{plain(amount.number)}"]
        forms += ["百分之百"] if amount.number == 100 else []
    elif "多" in written or "余" in written or amount.number > _LARGEST:
        forms = []  # 10多亿 is no exact number and has no other exact spelling
    else:
        value = amount.number * amount.scale
        forms = [form + amount.unit for form in _number_forms(value, in_characters=not amount.bare)]
    return tuple(dict.fromkeys(form for form in forms if form != written))


def _number_forms(value: Decimal, *, in_characters: bool) -> Iterator[str]:
    """Ways to write a number that people use: digits, grouped digits, Chinese numerals, in 万, 亿 and 万亿.

    A number of nothing (5 in 5G, 2.0 in V2.0) is hardly ever written in characters.
    """
    for sign in ("万亿", "亿", "万"):
        scaled = value / SCALES[sign]
        if 1 <= scaled < 100_000 and scaled * 10_000 % 1 == 0:
            characters = in_characters and not (sign == "万" and scaled >= 10_000)  # nobody writes 一万万
            yield from (form + sign for form in _written_out(scaled, in_characters=characters))
    if value % 1 == 0 or value < 10_000:
        yield from _written_out(value, in_characters=in_characters)


def _written_out(value: Decimal, *, in_characters: bool) -> Iterator[str]:
    """
    >>> list(_written_out(Decimal(2000), in_characters=True))
    ['2000', '2,000', '二千', '两千']
    """
    yield from (plain(value), f"{Decimal(plain(value)):,}")
    if in_characters:
        numeral = to_chinese(value)
        yield numeral
        if re.match("二([千百万亿]|$)", numeral):
            yield "两" + numeral[1:]


def numbers(compact: str) -> Iterator[tuple[int, int]]:
    """Start and end of every number, date and ordinal: amounts first, then dates and ordinals."""
    yield from ((amount.start, amount.end) for amount in amounts(compact))
    yield from (found.span() for found in _written_pattern().finditer(compact))
