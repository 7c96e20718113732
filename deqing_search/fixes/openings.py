"""What the paragraphs of a text open with, against the sentences inside them.

Where a column's last line happens to be full, only the next words tell whether a paragraph ends: they do where far
more paragraphs of this text open in that way than sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from deqing_search.shapes import HAN, NUMERAL

_KINDS = {
    "address": re.compile(r"各位代表|同志们"),
    "dash": re.compile(r"——"),
    "item": re.compile(rf"[{NUMERAL}]+(?:是|要)|第[{NUMERAL}]+[，,、]|[①-⑳]"),
    "brief lead": re.compile(rf"[{HAN}“”、·\d]{{4,9}}[。：]"),
    "lead": re.compile(rf"[{HAN}“”、·\d]{{10,13}}[。：]"),
    "long lead": re.compile(rf"[{HAN}“”、·\d]{{14,22}}[。：]"),
    "paired lead": re.compile(rf"[{HAN}“”、·\d]{{4,12}}，[{HAN}“”、·\d]{{4,12}}。"),
    "year": re.compile(r"\d{4}年|今年|过去|今后|一年来|五年来"),
}
_AHEAD = 26  # characters that tell how a sentence opens
_USUAL = Counter({"address": 2, "dash": 2})  # what opens a paragraph in all documents of the kind
_SENTENCE_END = re.compile(r"[。！？”](?=[^。！？”’）)])")


def kind_of(sentence: str) -> str:
    """How a sentence opens.

    >>> kind_of("一是深化改革。"), kind_of("深化拓展区域联动。坚定不移"), kind_of("全年完成投资，增长")
    ('item', 'brief lead', 'plain')
    """
    return next((kind for kind, pattern in _KINDS.items() if pattern.match(sentence)), "plain")


class Openings:
    """Counts of how paragraphs and inner sentences open.

    >>> openings = Openings([("深化改革开放。坚持创新，有所作为。全年完成投资，增长一成。", True)] * 2)
    >>> openings.likely("优化营商环境。推进"), openings.likely("全年完成投资，")
    (True, False)
    """

    def __init__(self, pieces: Iterable[tuple[str, bool]]) -> None:
        """Count in pieces of paragraphs, each with whether it opens one."""
        self._first, self._inner = _USUAL.copy(), Counter[str]()
        for paragraph, opens in pieces:
            self._first[kind_of(paragraph)] += opens and "。" in paragraph
            self._inner.update(
                kind_of(paragraph[end.end() : end.end() + _AHEAD]) for end in _SENTENCE_END.finditer(paragraph)
            )

    def likely(self, sentence: str) -> bool:
        """More paragraphs than inner sentences open like this one."""
        kind = kind_of(sentence)
        return self._first[kind] > self._inner[kind]
