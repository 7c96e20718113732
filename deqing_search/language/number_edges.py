"""Decides whether a match cuts a number: 2% is in 12%, but 12% is another number.

Owns which characters continue a number before and after a literal. All texts here are compact.
"""

from __future__ import annotations

from functools import lru_cache

from deqing_search.language.number_forms import numbers
from deqing_search.language.numerals import DIGITS, NUMERALS, POINT

_REMEMBERED = 1024  # literals; a page asks for its own at each of its passages


@lru_cache(_REMEMBERED)
def continuations(literal: str) -> tuple[str, str]:
    """The characters that make a longer number of a literal: those before it, and those after it.

    Empty at an end that is no end of a number. 108.7 is whole in 108.7亿元, 五 is not in 五十. A point after Arabic
    digits continues them only if a digit follows it.

    >>> continuations("2%"), continuations("第3"), continuations("五水共治")
    (('0123456789.', ''), ('', '0123456789'), ('', ''))
    """
    if literal[:1] not in NUMERALS and literal[-1:] not in NUMERALS:
        return "", ""  # without the patterns of numbers, which take 10 ms to compile
    stretches = list(numbers(literal))
    starts = literal[:1] in NUMERALS and any(start == 0 for start, _ in stretches)
    ends = literal[-1:] in NUMERALS.rstrip("点") and any(end == len(literal) for _, end in stretches)
    before = (DIGITS if literal[:1] in DIGITS else NUMERALS) + POINT
    after = DIGITS if literal[-1:] in DIGITS else NUMERALS
    return before * starts, after * ends


def has_edge(literal: str) -> bool:
    """Whether a number begins or ends a literal, so that a match can cut one.

    >>> [has_edge(text) for text in ("2%", "增长百分之二", "3个百分点", "五水共治", "十四五")]
    [True, True, True, False, False]
    """
    return any(continuations(literal))


def stands_whole(text: str, start: int, literal: str) -> bool:
    """Whether a literal found at `start` cuts no number of `text`.

    >>> [stands_whole(text, 2, "5") for text in ("增长5", "增长55", "增长5.5", "增长5.二是")]
    [True, False, False, True]
    """
    before, after = continuations(literal)
    end = start + len(literal)
    if after == DIGITS:
        end += text.startswith(POINT, end)
    return not (start and text[start - 1] in before) and not (end < len(text) and text[end] in after)
