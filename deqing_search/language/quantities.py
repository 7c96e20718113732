"""Amounts: numbers with sign, scale and unit, read from a text, compared as values, and given as ranges.

Numerals are in `numerals`, other ways to write an amount in `number_forms`. `number_edges` decides whether a match cuts
a number. All texts here are compact. docs/numbers.md says what is read and what is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from deqing_search.language.folding import fold
from deqing_search.language.numerals import CHINESE, DIGITS, NUMERALS, SCALES, plain, read_chinese
from deqing_search.report import Value

Bound = Literal["", "about", "at least", "at most"]

# What is counted; another name of the same unit → the name it is compared by.
_UNITS = (
    "个百分点|平方公里|平方千米|平方米|立方米|千瓦时|吨标准煤|公里|千米|公顷|美元|欧元|港元|日元|英镑|人次|小时|户次|千瓦|兆瓦|"
    "千伏|千伏安|微克|毫克|公斤|千克|元|人|户|家|个|项|亩|米|吨|度|件|辆|台|所|张|套|条|座|年|月|日|天|倍|岁|名|位|次|场|场次|"
    "宗|处|篇|株|只|头|床|间|层|册|款|类|批|期|股|支|片|对|种|站|班|㎡|㎞|%|‰|个月|个工作日|个小时|分钟|架次|车次|标箱|斤|"
    "厘米|毫米|毫升|升|海里|例|起|艘|架|列|枚|盏|块|棵|匹|部|笔|栋|幢|km²|km2|km|m²|m2|m³|m3|kwh|kw|mw|kv|kg|℃|平米|摄氏度|周年|周岁|周|蒸吨|英寸|份"
)
_SAME = {
    "平方千米": "平方公里",
    "km²": "平方公里",
    "km2": "平方公里",
    "千米": "公里",
    "㎞": "公里",
    "km": "公里",
    "㎡": "平方米",
    "m²": "平方米",
    "m2": "平方米",
    "平米": "平方米",
    "m³": "立方米",
    "m3": "立方米",
    "千克": "公斤",
    "kg": "公斤",
    "kw": "千瓦",
    "mw": "兆瓦",
    "kv": "千伏",
    "kwh": "千瓦时",
    "摄氏度": "℃",
    "名": "人",
    "位": "人",
    "个小时": "小时",
    "周岁": "岁",
}
_PARTS = ("%", "‰", "个百分点", "℃")  # amounts that are often negative


def _one_of(names: str) -> str:
    """Each name, the longer first; a name in letters ends where the letters end."""
    ordered = sorted(names.split("|"), key=len, reverse=True)
    return "|".join(f"{name}(?![a-z])" if name.isascii() and name.isalnum() else name for name in ordered)


_UNIT = _one_of(_UNITS)
# A Chinese numeral with one of these is a name: 二期, 一站, 一度.
_NO_COUNT = ("期", "站", "度", "层", "片", "班", "起", "对", "份")
_UNLESS = {  # 五位一体, 三次产业, 六次全会, 统一部署, 二元结构 are names too
    "位": "位(?!一体|数|合一)",
    "次": "次(?!产业|全会|会议|全体|党代|创业|能源|性)",
    "部": "部(?!署|分|门|委|队)",
    "元": "元(?!结构|化|论)",
    "名": '名(?!工程|单|["+])',
    "台": "台(?!阶)",
    "倍": "倍(?!增)",
}
_COUNTED = "|".join(_UNLESS.get(name, name) for name in _UNIT.split("|") if name not in _NO_COUNT)
_SCALE = "(?:万|亿|十(?=[万亿])|百(?![分货强])|千(?![瓦伏克米]))+"
_ARABIC = r"(?<![0-9.])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?![0-9])"
_NUMERAL = "(?!零[^点])" + CHINESE.replace("点", "[点·•]")  # 零部件 counts nothing
_HAN = NUMERALS.strip(DIGITS)
_ROUND = "(?:[十百千]?[万亿]|[百千])(?![瓦伏克米分])"
_AFTER = "近上过超破逾达约"  # 近百家, 突破千亿元: the last characters of words after which 百, 千, 万, 亿 count one
_NO_TENTH = "功果员立本为长熟都人就绩套效品交份天型形全才灾分区队对年语文名骨片不了集因规"
_VALUE = (
    f"(?=[{NUMERALS}半过翻])(?:(?P<whole>[百千])分之(?:(?P<share>{_ARABIC})|(?P<chinese_share>百|{_NUMERAL}))"
    f"|(?P<sum>{_ARABIC}{_SCALE}(?:{_ARABIC}{_SCALE})+)[多余]?(?P<sum_unit>{_UNIT})?"
    f"|(?P<number>{_ARABIC})[多余]?(?P<scale>{_SCALE})?[多余]?(?P<unit>{_UNIT})?"
    f"|(?<![第{_HAN}])(?:(?<![数几])|(?!十))(?P<chinese>{_NUMERAL})[多余]?(?P<chinese_scale>{_SCALE})?[多余]?(?P<chinese_unit>{_COUNTED})"
    f"|(?<=[{_AFTER}])(?P<about>{_ROUND})(?P<about_unit>{_COUNTED})"
    f"|(?<![{NUMERALS}数几])(?P<more>[百千万])[多余](?P<more_unit>{_COUNTED})"
    f"|(?<![{NUMERALS}数几])(?P<from>[百千万]亿(?=美?元)|{_ROUND}(?=(?:美?元|吨|亩)及?以上))(?P<from_unit>美?元|吨|亩)"
    f"|(?<![第{NUMERALS}])(?P<tenths>[一二两三四五六七八九1-9])成(?P<half>半?)(?![{_NO_TENTH}])"
    "|(?P<part>一半|半数|过半(?![山百]))"
    "|翻了?(?P<doubled>[一两二三四五1-5])?番)"
)
_BETWEEN = "-~至到"  # the two ends of a range
_BELOW = "由从到至为增长降速幅率值是达(:,"  # after one of these a hyphen is a sign even without %
_BEFORE: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at most", re.compile("(?:不超过|不高于|不多于|至多|不足|(?<!不)低于|(?<!不)少于|小于|≤|<=?)$")),
    ("at least", re.compile("(?:超|突破|逾|不低于|不少于|至少|高于|多于|大于|(?<![通经度])过|≥|>=?)$")),
    ("about", re.compile("(?:约|大概|(?<![附最])近)$")),
)
_BEHIND: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at least", re.compile("及?以上|有余|多(?![个种元样家项数层方次])")),
    ("at most", re.compile("及?以下|以内")),
    ("about", re.compile("左右|上下")),
)
_MANY = 10  # from here on 突破 before a number is a bound
_CALENDAR = 1000  # years from here on are those of the calendar
_OVER = re.compile("[0-9]/")
_ORDINALS = re.compile(f"第[{NUMERALS}]+[、和,-]$")
_RANK = re.compile("(?:(?<![目以提当之])前|前移|上升|提升|前进|后退|下降|跃升|攀升)$")


@cache
def _value_pattern() -> re.Pattern[str]:
    """Compiled at its first use: it takes 8 ms, and most queries have no number."""
    return re.compile(_VALUE)


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
    return tuple(
        Value(x.start, x.end, float(x.number * x.scale), _SAME.get(x.unit, x.unit)) for x in _counting(compact)
    )


# White space between two numbers of a row and before a sign: 3770 23.3, 万台 -31.4. In 53 401套 it groups thousands.
_GAP = re.compile("(?<=[0-9%]) +(?=[0-9])| +(?=-[0-9])")
_THOUSANDS = re.compile("(?<![0-9.])[0-9]{1,3}(?: [0-9]{3})+(?=[^0-9\\s.]|[.][0-9])")


def values_of(text: str) -> tuple[Value, ...]:
    """The numbers of a text as `values` reads them; white space between two numbers keeps them apart.

    Offsets are those in the compact text.

    >>> [(value.start, value.number, value.unit) for value in values_of("煤 炭 3770 23.3 -1.5%，53 401套")]
    [(2, 3770.0, ''), (6, 23.3, ''), (10, -1.5, '%'), (16, 53401.0, '套')]
    """
    folded = fold(text)
    if not _GAP.search(folded):
        return values(folded.replace(" ", ""))
    folded = _THOUSANDS.sub(lambda found: found[0].replace(" ", ""), folded)
    apart = _GAP.sub("\n", folded).replace(" ", "").replace("\n", " ")
    return tuple(
        one._replace(start=one.start - apart.count(" ", 0, one.start), end=one.end - apart.count(" ", 0, one.end))
        for one in values(apart)
    )


class Amount(NamedTuple):
    """A number as it is written: `number` of a `scale`, as 3.5 of 万, with its `unit`.

    `worded`: it has no digits of its own, as 翻番. `bound`: what the words beside it make of it.
    """

    start: int
    end: int
    number: Decimal
    scale: int
    unit: str
    worded: bool = False
    bound: Bound = ""

    @property
    def bare(self) -> bool:
        return self.scale == 1 and not self.unit


def quantities(compact: str) -> tuple[Amount, ...]:
    """The amounts of a text with their signs and bounds, each unit by the name it is compared by.

    Ordinals (第3位), ranks (前3名) and numbers that are part of a name in letters (5G) are no quantities.

    >>> [(str(one.number), one.unit, one.bound) for one in quantities("下降到-3.5%,不低于8亿多元,居第3位,占三成左右")]
    [('-3.5', '%', ''), ('8', '元', 'at least'), ('30', '%', 'about')]
    """
    return tuple(
        one._replace(unit=_SAME.get(one.unit, one.unit), bound=_bound(compact, one)) for one in _counting(compact)
    )


def _counting(compact: str) -> list[Amount]:
    """The amounts that count something, with their signs."""
    found: list[Amount] = []
    for amount in amounts(compact):
        if _is_name(compact, amount):
            continue
        before = found[-1] if found else None
        if before and not before.unit and before.end == amount.start - 1 and compact[before.end] in _BETWEEN:
            scale = amount.scale if before.bare else before.scale
            found[-1] = before._replace(scale=scale, unit=amount.unit)  # 3至5万人: the unit stands once
        found.append(_signed(compact, amount))
    return found


def _is_name(compact: str, amount: Amount) -> bool:
    """Whether a number counts nothing: an ordinal, a rank, part of a name in letters."""
    before = compact[max(amount.start - 2, 0) : amount.start]
    if (
        before.endswith("第")
        or _ORDINALS.search(compact, max(amount.start - 6, 0), amount.start)
        or (amount.unit in ("名", "位", "") and _RANK.search(before))
    ):
        return True
    written = compact[amount.start : amount.end]
    if written[0] == "二" and written[1:] == amount.unit and amount.unit not in ("年", "月", "日", "元", "%"):
        return True  # 二次, 二类: what counts two is 两
    if written == "一批" or (written == "一次" and (before.endswith("跑") or compact.startswith("性", amount.end))):
        return True
    if _OVER.fullmatch(before) or (compact.startswith("/", amount.end) and compact[amount.end + 1 :][:1].isdigit()):
        return True  # 1/3, 16/10万, 2024/2/3
    return amount.bare and any("a" <= beside <= "z" for beside in (before[-1:], compact[amount.end : amount.end + 1]))


def _signed(compact: str, amount: Amount) -> Amount:
    """The amount, negative if 负 or a hyphen that is neither a range nor a dash stands before it."""
    sign, before = compact[amount.start - 1 : amount.start], compact[max(amount.start - 2, 0) : amount.start - 1]
    if sign not in ("-", "负") or amount.start == 0 or amount.worded:
        return amount
    month = compact[max(amount.start - 3, 0) : amount.start - 1] == "月份"  # 一月份-6.9%
    apart = not before or month or not (before in _ENDS_AMOUNT or (before.isalnum() and before.isascii()))
    in_row = before == " " and amount.unit in ("", *_PARTS) and amount.number * amount.scale < _CALENDAR
    if in_row or (amount.unit in _PARTS and apart) or (sign == "-" and before and before in _BELOW):
        return amount._replace(start=amount.start - 1, number=-amount.number)
    return amount


_ENDS_AMOUNT = frozenset("-" + NUMERALS + "".join(name[-1] for name in _UNITS.split("|")))


def end_with_bound(compact: str, amount: Amount) -> int:
    """Where an amount ends with the word behind it that says how exact it is.

    >>> [end_with_bound(text, quantities(text)[0]) for text in ("5%左右", "5%的增长")]
    [4, 2]
    """
    found = next(filter(None, (pattern.match(compact, amount.end) for _, pattern in _BEHIND)), None)
    return found.end() if found else amount.end


def _bound(compact: str, amount: Amount) -> Bound:
    """What the words before and after an amount say of it: 8亿多元, 近百家, 5%左右, 不超过3%."""
    for bound, pattern in _BEHIND:
        if pattern.match(compact, amount.end):
            return bound
    written = compact[amount.start : amount.end]
    before = compact[max(amount.start - 4, 0) : amount.start]
    if (
        "多" in written
        or "余" in written
        or written.startswith("过半")
        or (before.endswith("上") and written[0] in "百千万亿")
    ):
        return "at least"
    if amount.unit == "年" and amount.number >= _CALENDAR:
        return ""
    if before.endswith("突破") and amount.number * amount.scale < _MANY:
        return ""  # 突破三个领域 breaks new ground in three
    return next((bound for bound, pattern in _BEFORE if pattern.search(before)), "")


def amounts(compact: str) -> Iterator[Amount]:
    """Every number of a text as it is written, from left to right, without regard to what stands beside it."""
    for found in _value_pattern().finditer(compact):
        amount = _amount_of(found)
        if amount is not None:
            yield amount


def _amount_of(found: re.Match[str]) -> Amount | None:
    start, end = found.span()
    if found["number"]:
        scale = _scale(found["scale"])
        return Amount(start, end, _digits(found["number"]), scale, found["unit"] or "")
    if found["chinese"]:
        number, scale = _numeral(found["chinese"]), _scale(found["chinese_scale"])
        return None if number is None else Amount(start, end, number, scale, found["chinese_unit"])
    if found["whole"]:
        number = _digits(found["share"]) if found["share"] else _numeral(found["chinese_share"])
        return None if number is None else Amount(start, end, number, 1, "%" if found["whole"] == "百" else "‰")
    if found["sum"]:
        number = _mixed(found["sum"])
        return None if number is None else Amount(start, end, number, 1, found["sum_unit"] or "")
    for name in ("about", "more", "from"):
        if found[name]:
            return Amount(start, end, Decimal(1), _scale(found[name]), found[f"{name}_unit"])
    return _worded(found)


def _worded(found: re.Match[str]) -> Amount:
    """三成, 一半, 翻一番."""
    start, end = found.span()
    if found["tenths"]:
        tenths = _numeral(found["tenths"]) or Decimal(found["tenths"])
        return Amount(start, end, tenths * 10 + (5 if found["half"] else 0), 1, "%", worded=True)
    if found["part"]:
        return Amount(start, end, Decimal(50), 1, "%", worded=True)
    times = found["doubled"] or "一"
    return Amount(start, end, Decimal(2) ** int(_numeral(times) or int(times)), 1, "倍", worded=True)


def _digits(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _numeral(text: str) -> Decimal | None:
    return Decimal(100) if text == "百" else read_chinese(re.sub("[·•]", "点", text))


def _scale(text: str | None) -> int:
    """What 万, 千亿, 百万 multiply by: each sign multiplies.

    >>> _scale("万亿"), _scale("千")
    (1000000000000, 1000)
    """
    product = 1
    for sign in text or "":
        product *= SCALES.get(sign, 10)
    return product


def _mixed(text: str) -> Decimal | None:
    """A number in digits and scales; None where they do not fall from left to right.

    >>> str(_mixed("3亿3000万")), str(_mixed("3万2千亿")), _mixed("1亿2亿")
    ('330000000', '3200000000000', None)
    """
    for sign in "亿万千百":
        high, split, low = text.partition(sign)
        if split:
            first = _mixed(high)
            second = _mixed(low) if low else Decimal(0)
            if first is None or second is None or second >= SCALES[sign]:
                return None
            return first * SCALES[sign] + second
    return _digits(text) if re.fullmatch(_ARABIC, text) else None


class Bounds(NamedTuple):
    """Both ends of a range of values, inclusive, None where open; "" for any unit."""

    low: float | None
    high: float | None
    unit: str
    is_reversed: bool  # typed with the larger end first


# Each includes the number itself: 民法典 §1259 says so of 以上, 以下 and 以内. > and 超过 exclude it and are no range.
_TOO_LARGE = 1e20  # no report counts so far, and formatting keeps 28 digits
_FROM = re.compile("(?:≥|>=|不低于|不少于|至少)(.+)|(.+?)及?以上")
_TO = re.compile("(?:≤|<=|不高于|不多于|不超过|至多)(.+)|(.+?)(?:及?以下|以内)")
_ENDS = re.compile(r"\.{2,3}|。。|(?<=[^-~.至到])[-~](?=.)|至|到")  # a hyphen at the start of an end is its sign


def read_range(compact: str) -> Bounds | None:
    """A range as it is typed after 数值:. A scale or unit at one end holds for both. None if the text is no range.

    Raises `OverflowError` for a value that no report counts to.

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
    if max(abs(low or 0), abs(high or 0)) >= _TOO_LARGE:
        raise OverflowError(compact)
    unit = next((amount.unit for amount in given if amount.unit), "")
    is_reversed = low is not None and high is not None and low > high
    return Bounds(*((high, low) if is_reversed else (low, high)), _SAME.get(unit, unit), is_reversed)


def _amount(compact: str) -> Amount | None:
    """The amount a text is, and nothing besides; negative if a hyphen stands before it."""
    if compact.startswith("-") and not compact.startswith("--") and (below := _amount(compact[1:])):
        return below._replace(number=-abs(below.number), start=0, end=len(compact))
    found = list(amounts(compact))
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(compact):
        return found[0]
    numeral = read_chinese(compact)
    return None if numeral is None else Amount(0, len(compact), numeral, 1, "")


def format_value(number: float, unit: str) -> str:
    """A value as a report would write it: trillions with at most two decimals, 12556亿元 otherwise.

    >>> format_value(1000000000.0, "元"), format_value(10.2, "%"), format_value(35000.0, "")
    ('10亿元', '10.2%', '3.5万')
    >>> format_value(1.25e12, "元"), format_value(1.2556e12, "元")
    ('1.25万亿元', '12556亿元')
    """
    value = Decimal(repr(number))
    for sign, parts in (("万亿", 100), ("亿", 10_000), ("万", 10_000)):
        if value >= SCALES[sign] and value * parts % SCALES[sign] == 0:
            return plain(value / SCALES[sign]) + sign + unit
    return plain(value) + unit
