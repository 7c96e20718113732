"""Numerals: Chinese numerals and digits, read and written.

Amounts with units are in `quantities`, other ways to write a number in `number_forms`. All texts here are compact.
"""

from __future__ import annotations

from decimal import Decimal

DIGITS, POINT = "0123456789", "."
NUMERALS = DIGITS + "零〇一二两三四五六七八九十百千万亿点"
CHINESE = "[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]{0,30}(?:点[零〇一二三四五六七八九]+)?"
SCALES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000, "百": 100}

_DIGIT = {char: digit for digit, chars in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for char in chars}
_TENS = {"十": 10, "百": 100, "千": 1000}


def read_chinese(text: str) -> Decimal | None:
    """The number that a Chinese numeral means, digit by digit or with 十百千万亿; None if it means none.

    >>> [str(read_chinese(text)) for text in ("十点二", "一百零八点七", "二〇二三", "三万五千", "千万", "十十")]
    ['10.2', '108.7', '2023', '35000', 'None', 'None']
    """
    whole, dot, fraction = text.partition("点")
    number = _digit_by_digit(whole) if len(whole) > 1 and all(char in _DIGIT for char in whole) else _by_places(whole)
    if number is None or (dot and not fraction) or any(char not in _DIGIT for char in fraction):
        return None
    return Decimal(f"{number}.{''.join(str(_DIGIT[char]) for char in fraction)}") if dot else Decimal(number)


def _digit_by_digit(text: str) -> int:
    return int("".join(str(_DIGIT[char]) for char in text))


def _by_places(text: str) -> int | None:
    """A numeral with 十百千, in sections closed by 亿 and 万; None unless the places fall from left to right."""
    for sign in ("亿", "万"):
        before, split, after = text.partition(sign)
        if split:
            high, low = _by_places(before), _by_places(after) if after else 0
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


def to_chinese(number: Decimal) -> str:
    """A number in Chinese numerals.

    >>> [to_chinese(Decimal(text)) for text in ("10.2", "108.7", "2005", "120000", "0.5")]
    ['十点二', '一百零八点七', '二千零五', '十二万', '零点五']
    """
    whole, _, fraction = plain(number).partition(".")
    written = _whole_to_chinese(int(whole))
    written = written[1:] if written.startswith("一十") else written
    return written + "点" + "".join("零一二三四五六七八九"[int(digit)] for digit in fraction) if fraction else written


def _whole_to_chinese(number: int) -> str:
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            high, low = divmod(number, size)
            between = "零" if 0 < low < size // 10 else ""
            return _whole_to_chinese(high) + sign + between + (_whole_to_chinese(low) if low else "")
    written = ""
    gap = False
    for sign, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + sign
        gap = not digit
    return written or "零"


def plain(number: Decimal) -> str:
    """A number in digits without exponent, separators or trailing zeros.

    >>> plain(Decimal("108.70")), plain(Decimal("1E+4"))
    ('108.7', '10000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
