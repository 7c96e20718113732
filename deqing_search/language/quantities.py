"""Amounts: numbers with scale and unit, read from a text, compared as values, and given as ranges.

Numerals are in `numerals`, other ways to write an amount in `number_forms`. `number_edges` decides whether a match cuts
a number. All texts here are compact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from deqing_search.language.numerals import CHINESE, NUMERALS, SCALES, plain, read_chinese
from deqing_search.report import Value

# What is counted, the longer name first; another name of the same unit → the name it is compared by.
_UNIT = (
    "个百分点|平方公里|平方千米|平方米|立方米|千瓦时|吨标准煤|公里|千米|公顷|美元|欧元|港元|人次|小时|户次|千瓦|兆瓦|千伏|"
    "微克|毫克|公斤|千克|元|人|户|家|个|项|亩|米|吨|度|件|辆|台|所|张|套|条|座|年|月|日|天|倍|岁|名|位|次|场|宗|处|篇|株|"
    "只|头|床|间|层|册|款|类|批|期|股|支|片|对|种|站|班|㎡|㎞|%"
)
_SAME = {"平方千米": "平方公里", "千米": "公里", "千克": "公斤", "㎡": "平方米", "㎞": "公里", "名": "人", "位": "人"}
_SCALE = "|".join(f"{scale}(?![瓦伏克米])" if scale == "千" else scale for scale in SCALES)
_ARABIC = r"(?<![0-9.])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?![0-9])"


_VALUE = re.compile(
    f"百分之(?:(?P<share>{_ARABIC})|(?P<chinese_share>百|{CHINESE}))"
    f"|(?P<number>{_ARABIC})[多余]?(?P<scale>{_SCALE})?(?P<unit>{_UNIT})?"
    f"|(?<!第)(?P<chinese>{CHINESE})[多余]?(?P<chinese_scale>{_SCALE})?(?P<chinese_unit>{_UNIT})"
)
_BETWEEN = "-~至到"  # the two ends of a range


def is_amount(compact: str) -> bool:
    """Whether a text is one number, with its unit or without, and nothing besides.

    >>> [is_amount(text) for text in ("5%", "二十亿元", "16", "增长5%", "五水共治", "3-5%")]
    [True, True, True, False, False, False]
    """
    return (compact[:1] in NUMERALS) and any((one.start, one.end) == (0, len(compact)) for one in amounts(compact))


def values(compact: str) -> tuple[Value, ...]:
    """Every number of a text that can be compared, in order, with its unit; "" where none is known.

    >>> [(value.number, value.unit) for value in values("投资108.7亿元,增长百分之十点二,达3至5万人")]
    [(10870000000.0, '元'), (10.2, '%'), (30000.0, '人'), (50000.0, '人')]
    """
    found: list[Amount] = []
    for amount in amounts(compact):
        before = found[-1] if found else None
        if before and before.bare and before.end == amount.start - 1 and compact[before.end] in _BETWEEN:
            found[-1] = before._replace(scale=amount.scale, unit=amount.unit)  # 3至5万人: the unit stands once
        found.append(amount)
    return tuple(Value(x.start, x.end, float(x.number * x.scale), _SAME.get(x.unit, x.unit)) for x in found)


class Amount(NamedTuple):
    """A number as it is written: `number` of a `scale`, as 3.5 of 万, with its `unit`."""

    start: int
    end: int
    number: Decimal
    scale: int
    unit: str

    @property
    def bare(self) -> bool:
        return self.scale == 1 and not self.unit


def amounts(compact: str) -> Iterator[Amount]:
    """Every number of a text, from left to right."""
    for found in _VALUE.finditer(compact):
        arabic, numeral = found["share"] or found["number"], found["chinese_share"] or found["chinese"]
        number = Decimal(arabic.replace(",", "")) if arabic else _hundred(numeral)
        if number is not None:
            share = found["share"] or found["chinese_share"]
            scale, unit = found["scale"] or found["chinese_scale"], found["unit"] or found["chinese_unit"] or ""
            yield Amount(*found.span(), number, SCALES[scale] if scale else 1, "%" if share else unit)


def _hundred(numeral: str) -> Decimal | None:
    return Decimal(100) if numeral == "百" else read_chinese(numeral)


class Bounds(NamedTuple):
    """Both ends of a range of values, inclusive, None where open; "" for any unit."""

    low: float | None
    high: float | None
    unit: str
    is_reversed: bool  # typed with the larger end first


# Each includes the number itself: 民法典 §1259 says so of 以上, 以下 and 以内. > and 超过 exclude it and are no range.
_FROM = re.compile("(?:≥|>=|不低于|不少于|至少)(.+)|(.+?)及?以上")
_TO = re.compile("(?:≤|<=|不高于|不多于|不超过|至多)(.+)|(.+?)(?:及?以下|以内)")
_ENDS = re.compile(r"\.{2,3}|。。|(?<=.)[-~–—](?=.)|至|到")  # a hyphen at the start is no range


def read_range(compact: str) -> Bounds | None:
    """A range as it is typed after 数值:. A scale or unit at one end holds for both. None if the text is no range.

    >>> read_range("10..20亿元"), read_range("5%..")
    (Bounds(low=1000000000.0, high=2000000000.0, unit='元', is_reversed=False), \
Bounds(low=5.0, high=None, unit='%', is_reversed=False))
    """
    for one_end, form in ((_FROM, "{}.."), (_TO, "..{}")):
        if found := one_end.fullmatch(compact):
            compact = form.format(found[1] or found[2])
    ends = _ENDS.split(compact)
    amounts_read = [_amount(end) if end else None for end in ends]
    given = [amount for amount in amounts_read if amount]
    if len(ends) > 2 or not given or any(end and not amount for end, amount in zip(ends, amounts_read, strict=True)):
        return None
    if len({_SAME.get(amount.unit, amount.unit) for amount in given if amount.unit}) > 1:
        return None
    named = next((amount for amount in given if not amount.bare), given[0])
    full = [x and (x._replace(scale=named.scale, unit=named.unit) if x.bare else x) for x in amounts_read]
    low, high = (None if x is None else float(x.number * x.scale) for x in (full[0], full[-1]))
    unit = next((amount.unit for amount in given if amount.unit), "")
    is_reversed = low is not None and high is not None and low > high
    return Bounds(*((high, low) if is_reversed else (low, high)), _SAME.get(unit, unit), is_reversed)


def _amount(compact: str) -> Amount | None:
    """The amount a text is, and nothing besides."""
    found = list(amounts(compact))
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(compact):
        return found[0]
    numeral = read_chinese(compact)
    return None if numeral is None else Amount(0, len(compact), numeral, 1, "")


def format_value(number: float, unit: str) -> str:
    """A value as a person would write it.

    >>> format_value(1000000000.0, "元"), format_value(10.2, "%"), format_value(35000.0, "")
    ('10亿元', '10.2%', '3.5万')
    """
    value = Decimal(repr(number))
    for sign in ("万亿", "亿", "万"):
        if value >= SCALES[sign] and value * 10_000 % SCALES[sign] == 0:
            return plain(value / SCALES[sign]) + sign + unit
    return plain(value) + unit
