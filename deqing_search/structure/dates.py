"""Days and years as reports write them: in digits, in Chinese numerals, set apart for show."""

from __future__ import annotations

import datetime
import re

_DIGITS = str.maketrans("〇○◯零一二三四五六七八九", "0000123456789")
_NUMERAL = "一二三四五六七八九十"
DAY = r"(?:19|20)\d{2}\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*[日号]?"
_DAY = re.compile(rf"(?<!\d){DAY}(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?!\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2})(?!\s*年?\s*远景)")
_RANGE = re.compile(r"((?:19|20)\d{2})\s*年?\s*[-－—–~～至到]+\s*(?:(?:19|20)\d{2})")


def in_digits(text: str) -> str:
    """Digits set apart for show come together, and dates in Chinese numerals become digits.

    >>> in_digits("2 0 1 6  年"), in_digits("二〇二四年二月二十三日"), in_digits("十月三十一日")
    ('2016年', '2024年2月23日', '10月31日')
    """
    text = re.sub(r"(?<=\d)\s+(?=\d[\d\s]*年)|(?<=\d)\s+(?=年)", "", text)
    text = re.sub(
        r"[一二][〇○◯零一二三四五六七八九]{3}(?=\s*[年—－\-至）)])", lambda year: year[0].translate(_DIGITS), text
    )
    return re.sub(rf"[{_NUMERAL}]{{1,3}}(?=\s*[月日])", lambda number: _number(number[0]), text)


def _number(numeral: str) -> str:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return numeral.translate(_DIGITS)
    return (tens.translate(_DIGITS) or "1") + (ones.translate(_DIGITS) or "0")


def day_in(text: str) -> str:
    """The first day that a text in digits names, as ISO 8601; "" where it names none that ever was.

    >>> day_in("——2024年2月3日在德清县"), day_in("2023年2月29日")
    ('2024-02-03', '')
    """
    for found in _DAY.findall(text):
        try:
            return datetime.date(*map(int, re.findall(r"\d+", found))).isoformat()
        except ValueError:  # no such day
            continue
    return ""


def years_in(text: str) -> list[int]:
    """The years that a text in digits names, without those of its days and of 2035年远景目标.

    >>> years_in("2024年政府工作报告"), years_in("2024年2月3日"), years_in("规划和2035年远景目标纲要")
    ([2024], [], [])
    """
    return [int(found[1]) for found in _YEAR.finditer(text)]


def first_of_range(text: str) -> int | None:
    """The first year of a span of years.

    >>> first_of_range("第一个五年计划（1953—1957）")
    1953
    """
    found = _RANGE.search(text)
    return int(found[1]) if found else None
