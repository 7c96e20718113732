"""Numbers and amounts as reports write them: read, told in Chinese numerals, compared.

Owns the Chinese and Arabic numerals (`read_chinese`, `chinese`), the values a text holds (`values`), the range of a
数值: filter (`read_range`). Everything here works on compact text (folded, without white space). Folding is in
`analyzer`, the other ways to write a number or a date in `number_forms`, numbers that a match cuts in `number_edges`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from deqing_search.report import Value

_DIGIT = {char: digit for digit, chars in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for char in chars}
_TENS = {"十": 10, "百": 100, "千": 1000}
SCALES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000, "百": 100}
# What is counted, the longer name first; another name of the same unit → the name it is compared by.
_UNIT = (
    "个百分点|平方公里|平方千米|平方米|立方米|千瓦时|吨标准煤|公里|千米|公顷|美元|欧元|港元|人次|小时|户次|千瓦|兆瓦|千伏|"
    "微克|毫克|公斤|千克|元|人|户|家|个|项|亩|米|吨|度|件|辆|台|所|张|套|条|座|年|月|日|天|倍|岁|名|位|次|场|宗|处|篇|株|"
    "只|头|床|间|层|册|款|类|批|期|股|支|片|对|种|站|班|㎡|㎞|%"
)
_SAME = {"平方千米": "平方公里", "千米": "公里", "千克": "公斤", "㎡": "平方米", "㎞": "公里", "名": "人", "位": "人"}
_SCALE = "|".join(f"{scale}(?![瓦伏克米])" if scale == "千" else scale for scale in SCALES)
_ARABIC = r"(?<![0-9.])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?![0-9])"
CHINESE = "[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]{0,30}(?:点[零〇一二三四五六七八九]+)?"


@cache
def _value() -> re.Pattern[str]:
    """A number in a text. Compiled when first needed: a plain query does not need it."""
    return re.compile(
        f"百分之(?:(?P<share>{_ARABIC})|(?P<chinese_share>百|{CHINESE}))"
        f"|(?P<number>{_ARABIC})[多余]?(?P<scale>{_SCALE})?(?P<unit>{_UNIT})?"
        f"|(?<!第)(?P<chinese>{CHINESE})[多余]?(?P<chinese_scale>{_SCALE})?(?P<chinese_unit>{_UNIT})"
    )


_RANGE = "-~至到"


DIGITS, POINT = "0123456789", "."
NUMERALS = DIGITS + "零〇一二两三四五六七八九十百千万亿点"


def is_amount(compact: str) -> bool:
    """Whether a text is one number, with its unit or without, and nothing besides.

    >>> [is_amount(text) for text in ("5%", "二十亿元", "16", "增长5%", "五水共治", "3-5%")]
    [True, True, True, False, False, False]
    """
    return (compact[:1] in NUMERALS) and any((one.start, one.end) == (0, len(compact)) for one in amounts(compact))


def read_chinese(text: str) -> Decimal | None:
    """The number a Chinese numeral names, digit by digit or with 十百千万亿; None when it names none.

    >>> [str(read_chinese(text)) for text in ("十点二", "一百零八点七", "二〇二三", "三万五千", "千万", "十十")]
    ['10.2', '108.7', '2023', '35000', 'None', 'None']
    """
    whole, dot, fraction = text.partition("点")
    number = _positional(whole) if len(whole) > 1 and all(char in _DIGIT for char in whole) else _counted(whole)
    if number is None or (dot and not fraction) or any(char not in _DIGIT for char in fraction):
        return None
    return Decimal(f"{number}.{''.join(str(_DIGIT[char]) for char in fraction)}") if dot else Decimal(number)


def _positional(text: str) -> int:
    return int("".join(str(_DIGIT[char]) for char in text))


def _counted(text: str) -> int | None:
    """A numeral with 十百千, in sections closed by 亿 and 万; None unless the places fall from left to right."""
    for sign in ("亿", "万"):
        before, split, behind = text.partition(sign)
        if split:
            high, low = _counted(before), _counted(behind) if behind else 0
            return None if high is None or low is None else high * SCALES[sign] + low
    total, digit, place = 0, None, 10_000
    for at, char in enumerate(text):
        if char in _TENS:
            if _TENS[char] >= place or (digit is None and not (char == "十" and at == 0)):
                return None
            place = _TENS[char]
            total, digit = total + (digit or 1) * place, None
        elif char not in _DIGIT or digit:
            return None
        else:
            digit = _DIGIT[char]
    return total + (digit or 0) if text else None


def chinese(number: Decimal) -> str:
    """A number in Chinese numerals.

    >>> [chinese(Decimal(text)) for text in ("10.2", "108.7", "2005", "120000", "0.5")]
    ['十点二', '一百零八点七', '二千零五', '十二万', '零点五']
    """
    whole, _, fraction = plain(number).partition(".")
    said = _said_whole(int(whole))
    said = said[1:] if said.startswith("一十") else said
    return said + "点" + "".join("零一二三四五六七八九"[int(digit)] for digit in fraction) if fraction else said


def _said_whole(number: int) -> str:
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            high, low = divmod(number, size)
            between = "零" if 0 < low < size // 10 else ""
            return _said_whole(high) + sign + between + (_said_whole(low) if low else "")
    said = ""
    gap = False
    for sign, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + sign
        gap = not digit
    return said or "零"


def plain(number: Decimal) -> str:
    """A number in digits without exponent, separators or idle zeros.

    >>> plain(Decimal("108.70")), plain(Decimal("1E+4"))
    ('108.7', '10000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def values(compact: str) -> tuple[Value, ...]:
    """Every number of a text that can be compared, in order, with its unit; "" where none is known.

    >>> [(value.number, value.unit) for value in values("投资108.7亿元,增长百分之十点二,达3至5万人")]
    [(10870000000.0, '元'), (10.2, '%'), (30000.0, '人'), (50000.0, '人')]
    """
    found: list[Amount] = []
    for amount in amounts(compact):
        before = found[-1] if found else None
        if before and before.bare and before.end == amount.start - 1 and compact[before.end] in _RANGE:
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
    for found in _value().finditer(compact):
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
    turned: bool  # typed the wrong way round


LARGEST = 10**15  # nobody writes a larger one in characters
# Each includes the number itself, as 民法典 §1259 has it of 以上, 以下 and 以内; > and 超过 do not, and are no range.
_FROM = "(?:≥|>=|不低于|不少于|至少)(.+)|(.+?)及?以上"
_TO = "(?:≤|<=|不高于|不多于|不超过|至多)(.+)|(.+?)(?:及?以下|以内)"
_ENDS = r"\.{2,3}|。。|(?<=.)[-~–—](?=.)|至|到"  # a hyphen in front is a sign, and no number here has one


def read_range(compact: str) -> Bounds | None:
    """A range as it is typed behind 数值:, the scale and unit at either end serving both; None when it is none.

    >>> read_range("10..20亿元"), read_range("5%..")
    (Bounds(low=1000000000.0, high=2000000000.0, unit='元', turned=False), \
Bounds(low=5.0, high=None, unit='%', turned=False))
    """
    for one_end, form in ((_FROM, "{}.."), (_TO, "..{}")):
        if said_so := re.fullmatch(one_end, compact):
            compact = form.format(said_so[1] or said_so[2])
    ends = re.split(_ENDS, compact)
    found = [_amount(end) if end else None for end in ends]
    given = [amount for amount in found if amount]
    if len(ends) > 2 or not given or any(end and not amount for end, amount in zip(ends, found, strict=True)):
        return None
    if len({_SAME.get(amount.unit, amount.unit) for amount in given if amount.unit}) > 1:
        return None
    named = next((amount for amount in given if not amount.bare), given[0])
    full = [x and (x._replace(scale=named.scale, unit=named.unit) if x.bare else x) for x in found]
    low, high = (None if x is None else float(x.number * x.scale) for x in (full[0], full[-1]))
    unit = next((amount.unit for amount in given if amount.unit), "")
    turned = low is not None and high is not None and low > high
    return Bounds(*((high, low) if turned else (low, high)), _SAME.get(unit, unit), turned)


def _amount(compact: str) -> Amount | None:
    """The amount a text is, and nothing besides."""
    found = list(amounts(compact))
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(compact):
        return found[0]
    numeral = read_chinese(compact)
    return None if numeral is None else Amount(0, len(compact), numeral, 1, "")


def said(number: float, unit: str) -> str:
    """A value as a person would write it.

    >>> said(1000000000.0, "元"), said(10.2, "%"), said(35000.0, "")
    ('10亿元', '10.2%', '3.5万')
    """
    value = Decimal(repr(number))
    for sign in ("万亿", "亿", "万"):
        if value >= SCALES[sign] and value * 10_000 % SCALES[sign] == 0:
            return plain(value / SCALES[sign]) + sign + unit
    return plain(value) + unit
