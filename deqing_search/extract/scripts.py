"""Raised and lowered characters: kept apart from the digits they stand beside, as Unicode writes them.

`5` with a raised `4` is `5⁴`, whether the 4 is an exponent or the mark of a note: 54 it is not.
"""

from __future__ import annotations

import re
from typing import Final

from deqing_search.extract.extracted import Piece

_RAISED = str.maketrans("0123456789+-−–=()（）", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾⁽⁾")
_LOWERED = str.maketrans("0123456789+-−–=()（）", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎₍₎")
_PLAIN = re.compile(r"\s*[0-9+\-−–=()（）,，、\s]*[0-9][0-9+\-−–=()（）,，、\s]*")
FIX: Final = "superscript"  # the name in the edit log


def raised(text: str) -> Piece:
    """Raised characters; what has no raised form, and a mark in square brackets, is not changed.

    >>> raised("-3").shown, raised("[3]").shown, raised("th").shown
    ('⁻³', '[3]', 'th')
    """
    if not _PLAIN.fullmatch(text):
        return Piece(text)
    return Piece(text, FIX, "上标", text.translate(_RAISED))


def lowered(text: str, before: str) -> Piece:
    """Lowered characters: plain as in CO2, but after a digit they would be read as a part of the number.

    >>> lowered("2", "O").shown, lowered("2", "10").shown
    ('2', '₂')
    """
    if not _PLAIN.fullmatch(text) or not before[-1:].isdigit():
        return Piece(text)
    return Piece(text, FIX, "下标", text.translate(_LOWERED))
