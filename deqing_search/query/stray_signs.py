"""Signs that stand alone beside words: 养老制度 ？. They are no condition, and a note says so.

A sign that is all that was typed, a quoted sign, and a sign that an operator joins or excludes are searched.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import Diagnostic

if TYPE_CHECKING:
    from deqing_search.query.lexer import Kind, Lexeme

_UNITS = "%％‰"  # after a number they mean something
_DASHES = "-－—–−"
_TEXT: tuple[Kind, ...] = ("word", "quoted")
_EXCLUDES: tuple[Kind, ...] = ("not", "minus")
_JOINS_BEFORE: tuple[Kind, ...] = (*_EXCLUDES, "or", "near", "unit", "fields")
_JOINS_AFTER: tuple[Kind, ...] = ("or", "near")


def apart_from_signs(lexemes: Sequence[Lexeme]) -> tuple[list[Lexeme], list[Lexeme]]:
    """The lexemes that are read, and the signs that are left out.

    >>> from deqing_search.query.lexer import Scanner
    >>> [[one.text for one in part] for part in apart_from_signs(list(Scanner("养老 制度 ？").lexemes()))]
    [['养老', '制度'], ['？']]
    """
    around = [None, *lexemes, None]
    wanted = (one for before, one in pairwise(around) if one and not (before and before.kind in _EXCLUDES))
    if not any(one.kind in _TEXT and not _is_sign(one) for one in wanted):
        return list(lexemes), []
    read: list[Lexeme] = []
    stray: list[Lexeme] = []
    for before, lexeme, after in zip(around, lexemes, around[2:], strict=False):
        joined = (before and before.kind in _JOINS_BEFORE) or (after and after.kind in _JOINS_AFTER)
        (stray if _is_sign(lexeme) and not joined else read).append(lexeme)
    return read, stray


def _is_sign(lexeme: Lexeme) -> bool:
    """Whether a word that is not quoted consists of punctuation and mathematical signs only."""
    return lexeme.kind == "word" and all(
        unicodedata.category(char) in ("Sm", "Sk") or (unicodedata.category(char)[0] == "P" and char not in _UNITS)
        for char in lexeme.text
    )


def stray_note(lexeme: Lexeme) -> Diagnostic:
    """The note that a sign is no condition, and how to search for it."""
    said = gettext_noop("单独的“{sign}”不作查找条件；要查找它，请加引号")
    if lexeme.text in _DASHES:
        said = gettext_noop("单独的“{sign}”不作查找条件；要查找它，请加引号；要排除一个词，请写减号并紧挨着它：-规划")
    return Diagnostic(lexeme.span, Message(said, sign=lexeme.text), "note")
