"""What the paragraphs of a text open with and how long they are, against the sentences inside them.

Where a column's last line happens to be full, only the words tell whether a paragraph ends: it does where what follows
opens more paragraphs of this text than sentences, and where two paragraphs of usual length are likelier than one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from math import log
from statistics import fmean, pstdev
from typing import NamedTuple

from deqing_search.text.lines import HAN, NUMERAL, ends_sentence

_PART = rf"[{HAN}“”、·\d]"
_KINDS = {
    "remark": rf"[（(](?![{NUMERAL}\d]{{1,3}}[）)])",
    "note": r"[\[〔【（(]?\d{1,3}[\]〕】）)][^，。；：]{2,24}[：:]",
    "address": r"各位代表|同志们",
    "dash": r"——",
    "item": rf"[{NUMERAL}]+(?:是|要)|第[{NUMERAL}]+[，,、]|[①-⑳]",
    "detail": (
        "完成|开展|新[增建]|支持|[建获]成|启动|出台|制定|全年|成功|让|严格|鼓励|组[织建]|自觉|开工|引[导进]|举办|在此|编制|累计|设立|"
        "推行|争取|获批|实行|其中|探索|规范|建立|落实|依托|抓好|主动|充分|预计"
    ),
    "term": rf"{_PART}{{3,22}}：",
    "pair": rf"{_PART}{{4,14}}，{_PART}{{4,14}}。",
    "turn": (
        rf"同时，|此外，|为此，|[^，。]{{2,14}}的同时，|[我总][们的]|当前|回顾|展望|新的一年|做好|实现|围绕|今[年后]|"
        rf"[这过]?去?的?[{NUMERAL}]年|过去|\d{{4}}年|[{NUMERAL}]年来|“[{NUMERAL}]+”时期"
    ),
}
# A string: compiled when a text is wrapped, as few are; `re` keeps what it compiled.
_OPENING = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()) + rf"|(?P<lead>{_PART}{{3,22}})。"
_LEADS = (7, 10, 12, 14, 17)  # characters: shorter leads open paragraphs more often
AHEAD = 30  # characters that tell how a sentence opens
_SENTENCE_END = re.compile(r"[。！？”](?=[^。！？”’）)])")
# How often each kind opens paragraphs and sentences inside them in documents of the kind: 199 city reports were
# counted, and weigh here like two sentences of the text itself.
_USUAL = {
    "remark": (0.01, 1.99),
    "note": (1.98, 0.02),
    "address": (1.99, 0.01),
    "dash": (1.99, 0.01),
    "item": (0.56, 1.44),
    "detail": (0.03, 1.97),
    "term": (1.32, 0.68),
    "pair": (0.18, 1.82),
    "turn": (0.67, 1.33),
    "lead 0": (1.21, 0.79),
    "lead 1": (1.27, 0.73),
    "lead 2": (1.12, 0.88),
    "lead 3": (0.68, 1.32),
    "lead 4": (0.36, 1.64),
    "lead 5": (0.14, 1.86),
    "plain": (0.05, 1.95),
}
# What the other evidence weighs beside the odds of the kind, fitted on the same reports.
_LENGTHS, _ALIKE, _ONE_LEAD, _EXCLAIMED = 0.3, 0.6, -0.75, 3.0
_USUAL_LENGTH, _USUAL_SPREAD = log(180.0), 0.6  # of a paragraph, as a logarithm of its characters
_LEAST_KNOWN, _LEAST_SPREAD = 5, 0.35
_SHORTEST = 5


def kind_of(sentence: str) -> str:
    """How a sentence opens.

    >>> kind_of("一是深化改革。"), kind_of("深化拓展区域联动。坚定不移"), kind_of("全市投资增长，")
    ('item', 'lead 1', 'plain')
    """
    found = re.match(_OPENING, sentence)
    kind = (found and found.lastgroup) or "plain"
    return f"lead {bisect_right(_LEADS, len(found['lead']))}" if found and kind == "lead" else kind


def _is_lead(kind: str) -> bool:
    return kind.startswith("lead")


class Piece(NamedTuple):
    """A stretch of a paragraph: how it begins, how long it is, whether an exclamation ends it."""

    beginning: str
    length: int
    exclaims: bool = False


class Openings:
    """Counts of how paragraphs and inner sentences open, and of how long paragraphs are.

    >>> openings = Openings([("深化改革开放。" + "全市投资增长，进展良好。" * 8, True, True)] * 6)
    >>> so_far = Piece("深化改革开放。全市", 100)
    >>> [openings.part(so_far, Piece(behind, 100)) for behind in ("优化营商环境。推进", "全市投资增长，")]
    [True, False]
    """

    def __init__(self, pieces: Iterable[tuple[str, bool, bool]]) -> None:
        """Count in pieces of paragraphs, each with whether it opens one and whether it ends one."""
        self._first, self._inner = Counter[str](), Counter[str]()
        lengths = []
        for piece, opens, ends in pieces:
            self._first[kind_of(piece)] += opens and "。" in piece
            self._inner.update(kind_of(piece[end.end() : end.end() + AHEAD]) for end in _SENTENCE_END.finditer(piece))
            if opens and ends and ends_sentence(piece) and "。" in piece:
                lengths.append(log(len(piece)))
        known = len(lengths) >= _LEAST_KNOWN
        self._length = fmean(lengths) if known else _USUAL_LENGTH
        self._spread = max(pstdev(lengths), _LEAST_SPREAD) if known else _USUAL_SPREAD

    def part(self, before: Piece, behind: Piece) -> bool:
        """A paragraph ends between the two."""
        first, second = kind_of(before.beginning), kind_of(behind.beginning)
        odds = self._odds(second)
        odds += _LENGTHS * (
            self._fit(before.length) + self._fit(behind.length) - self._fit(before.length + behind.length)
        )
        odds += _ALIKE * (first == second) + _ONE_LEAD * (_is_lead(first) != _is_lead(second))
        return odds + _EXCLAIMED * before.exclaims > 0

    def odds(self, sentence: str) -> float:
        """How much likelier a paragraph of this text opens like this than a sentence inside one, as a logarithm."""
        return self._odds(kind_of(sentence))

    def _odds(self, kind: str) -> float:
        first, inner = _USUAL[kind]
        return log((self._first[kind] + first) / (self._inner[kind] + inner))

    def _fit(self, length: int) -> float:
        """How usual a paragraph of this length is in this text, as a logarithm."""
        away = (log(max(length, _SHORTEST)) - self._length) / self._spread
        return -away * away / 2 - log(self._spread)
