"""The numbers of a sentence, and what each can say of an indicator: growth, decline or level, in a year or in several.

All texts here are compact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from deqing_search.language.quantities import Amount, quantities
from deqing_search.research.indicators import Named

Relation = Literal["growth", "decline", "level"]
Basis = Literal["year", "average", "total"]
Bound = Literal["", "about", "at least", "at most", "exactly"]

_RANGE = re.compile("[-~至到]+")
_UP, _DOWN = (
    "增长|递增|增速|增幅|涨幅|上涨|上升|上升幅度|增加|净增|比增|增|提高|提升|上浮",
    "下降|降低|降幅|减少|下调|降",
)
_DIRECTION = re.compile(f"(?P<up>{_UP})|(?P<down>{_DOWN})")
_REACHED = re.compile(f"(?:{_UP}|{_DOWN})(?:到|至)")
_TURNED = re.compile("(?:增长?率|增速|增幅|涨幅|上涨幅度|上升幅度|降低率|下降率|经济增长速度|经济增长)$")
_WITHIN = re.compile("的?(?:年度|预期|控制|调控)*目标(?:值|范围)?(?:以内|之内|以下|下|内)")  # 5.5%预期目标下
_GROWS = re.compile("(?:左右|以上)?的?(?:中高速|较快|平稳|年均|速度)?(?:增长|增速|递增)(?![0-9])")
_SUM = re.compile("总[值量额]|规模")
# What stands before the start of a change: 从4087亿元增加到5060亿元.
FROM = re.compile("(?:由|从)(?:(?P<year>[0-9]{4})年?底?末?的?|(?P<last>上年的?|去年的?))?$")
_TWO_DIGITS = re.compile("[两双]位数(?:以上)?")  # 保持两位数增长: 10 % or more
_POINTS = "个百分点"
_SAVED = re.compile("(?:比上年|较上年|同比|再|力争|年均)*(?:下降|降低)")
_AVERAGE = re.compile("年均|年平均|每年")
_TOTAL = re.compile(
    '累计|比(?:[0-9]{4}年|"?[一二三四五六七八九十]+五)|较(?:[0-9]{4}年|"?[一二三四五六七八九十]+五)|五年间|翻'
)
_SINCE = re.compile(
    '[与同](?:[0-9]{4}年|"?[一二三四五六七八九十]+五"?末?)相比|比[0-9]{4}年|五年[共合]?(?:累计|共)|较[0-9]{4}年'
)
_MONEY = ("元", "美元")
_UNITS: dict[str, tuple[str, ...]] = {
    "城镇新增就业": ("人", "个", "人次"),
    "农村劳动力转移就业": ("人", "个", "人次"),
    "粮食产量": ("吨", "斤", "公斤"),
    "单位地区生产总值能耗": ("吨标准煤",),
    "单位地区生产总值二氧化碳排放": ("吨",),
}
RATES = ("城镇调查失业率", "城镇登记失业率", "研发经费投入强度")
PER_UNIT = ("单位地区生产总值能耗", "单位地区生产总值二氧化碳排放")
_PRICES = "居民消费价格"
_HIGHEST_RATE = 20
_INDEX = (90, 130)  # a price index


class Number(NamedTuple):
    """One amount, or a range of two, at `[start, end)`. Multiples are per cent of growth: 翻一番 100, 增长2倍 200."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    bound: str
    grows: bool = False  # 7%左右的中高速增长, 翻番
    times: bool = False  # written as a multiple


def numbers(text: str, named: Sequence[Named]) -> list[Number]:
    """The amounts of a text outside names and years, ranges as one."""
    found: list[Number] = []
    for amount in quantities(text):
        if (
            _is_time(text, amount)
            or _is_note(text, amount)
            or any(one.start <= amount.start < one.end for one in named)
        ):
            continue
        low = amount.number * amount.scale
        bound = amount.bound or ("at least" if text.endswith("突破", 0, amount.start) else "")
        bound = "at most" if _WITHIN.match(text, amount.end) else bound
        grows = bool(_GROWS.match(text, amount.end))
        number = Number(amount.start, amount.end, low, low, amount.unit, bound, grows)
        if amount.unit == "倍":
            number = _multiple(number, doubled=amount.worded)
        if found and _RANGE.fullmatch(text, found[-1].end, number.start) and not FROM.search(text[: found[-1].start]):
            before = found.pop()
            number = number._replace(start=before.start, low=before.low)
        found.append(number)
    return sorted([*found, *_two_digits(text)])


def _multiple(number: Number, *, doubled: bool) -> Number:
    """A multiple as growth in per cent; 翻一番 is given as the multiple 2."""
    percent = (number.low - doubled) * 100
    return number._replace(low=percent, high=percent, unit="%", grows=doubled, times=True)


def _two_digits(text: str) -> list[Number]:
    ten = Decimal(10)
    return [
        Number(found.start(), found.end(), ten, ten, "%", "at least", text.startswith(("增长", "的增长"), found.end()))
        for found in _TWO_DIGITS.finditer(text)
    ]


def _is_note(text: str, amount: Amount) -> bool:
    """Whether a number is the mark of a footnote: rcep[2]."""
    return text[amount.start - 1 : amount.start] == "[" and text[amount.end : amount.end + 1] == "]"


def _is_time(text: str, amount: Amount) -> bool:
    year = not amount.unit and amount.number == int(amount.number) and 1949 <= amount.number <= 2060
    return amount.unit in ("年", "月", "日", "天", "个月", "周年") or (
        year and text[amount.end : amount.end + 1] in "年至-到"
    )


def shared_bound(text: str, run: Sequence[Number]) -> list[Number]:
    """The numbers of a list; a bound after the last one counts for all of them if no other has its own."""
    last = run[-1]
    after = re.match("左右|及?以上|以内|以下|上下", text[last.end :])
    if after and not any(number.bound for number in run[:-1]):
        return [number._replace(bound=last.bound) for number in run]
    return list(run)


def relation_of(indicator: str, name: str, link: str, number: Number) -> Relation | None:
    """The relation of a number to its name; None if it cannot be its value."""
    turn = _direction(link)
    if not turn and not _SUM.search(link):  # 增速保持7%、总值突破4000亿元: the second is no growth
        turn = _direction("".join(_TURNED.findall(name)))
    if number.unit == _POINTS and indicator in PER_UNIT:  # it is no share: 下降5个百分点 can only be 5 %
        return "decline" if _SAVED.fullmatch(link) else None
    if number.unit == "%":
        turn = turn or ("up" if number.grows else "")
        if number.times and (turn != "up" or indicator in (*RATES, *PER_UNIT, _PRICES)):
            return None  # 是2005年的2倍 is no growth
        return _in_per_cent(indicator, turn, number)
    if turn and not _REACHED.search(link):
        return None  # 增加5658元 is a difference
    if indicator == _PRICES:
        return "level" if not number.unit and _INDEX[0] <= number.low <= _INDEX[1] else None
    units = _UNITS.get(indicator, _MONEY if indicator not in RATES else ())
    return "level" if number.unit in units else None


def _in_per_cent(indicator: str, turn: str, number: Number) -> Relation | None:
    if indicator in RATES:
        return "level" if turn in ("", "reached") and 0 < number.high <= _HIGHEST_RATE else None
    if indicator == _PRICES:
        if _INDEX[0] <= number.low <= _INDEX[1]:
            return "level"
        return "decline" if turn == "down" else "growth"
    if turn == "down":
        return "decline"
    return "growth" if turn == "up" and indicator not in PER_UNIT else None


@lru_cache(4096)
def _direction(text: str) -> str:
    """The last word of direction in a text: "up", "down", "reached" for 提高到, "" for none."""
    found = list(_DIRECTION.finditer(text))
    if not found:
        return ""
    if re.match("到|至", text[found[-1].end() :]):
        return "reached"
    return "up" if found[-1]["up"] else "down"


def basis_of(relation: Relation, link: str, before: str) -> Basis:
    """Whether a value is of one year, the average of several or their total, by the words before it."""
    clause = before[max(before.rfind(","), before.rfind(";")) + 1 :]
    if _AVERAGE.search(link) or "年均" in clause:
        return "average"
    if re.search("累计|(?<![0-9近])[五5]年(?!来)", clause) or _TOTAL.search(link):
        return "total"
    if relation == "level" and re.search("(?<![0-9])[五5]年累计(?:(?!达到|[0-9]{4}年)[^;])*$", before):
        return "total"
    return "total" if relation != "level" and _SINCE.search(before) else "year"
