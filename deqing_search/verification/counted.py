"""Reads what each number of a sentence counts: the words around it in its clause. Needs no index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from deqing_search.language.quantities import Amount, end_with_bound, quantities
from deqing_search.quotes.leads import starts_after_lead
from deqing_search.text.likeness import pairs

OF_DATES: Final = ("年", "月", "日")
_STOPS: Final = ",;:。!?、"
_AFTER: Final = 8  # characters after a number that may say what it counts: 470个|项目开工
_ABOUT: Final = 0.1  # of a number with a bound: how far another one may be from it
_EXACT: Final = ("%", "个百分点")
_LINKS = re.compile("全[市县区省年]|其中|不?(?:少于|多于|低于|高于|超过)|达到|[的了有为是达到已由从至约近只仅才]")
_FALLS = re.compile("减(?![税轻灾排负贫])|(?<!不)降(?![水本雨雪])|回落|下滑|缩小|跌|流失|萎缩")
_SENTENCE = re.compile("[^。!?]+")


class Counted(NamedTuple):
    """A number of a compact text, and the words around it as pairs of characters.

    `clause` is the stretch from the beginning of its clause to the number, `end` where the number ends with 左右, 以上
    and the like. `near` are the words of the clause, `wide` also those before it in the sentence, up to the last number
    but one.
    """

    amount: Amount
    clause: tuple[int, int]
    end: int
    near: frozenset[str]
    wide: frozenset[str]
    falls: bool  # the words before it say that something gets less

    @property
    def value(self) -> float:
        return float(self.amount.number * self.amount.scale)

    @property
    def range(self) -> tuple[float, float]:
        """The values that a number may stand for."""
        if not self.amount.bound:
            return self.value - rounding(self.amount), self.value + rounding(self.amount)
        about = max(self.value * _ABOUT, _step(self.amount))
        low = 0.0 if self.amount.bound == "at least" else about
        high = 0.0 if self.amount.bound == "at most" else about
        return self.value - low, self.value + high

    def opposes(self, other: Counted) -> bool:
        """Whether the bounds of two numbers exclude each other: 50%以上, 50%以下; of per cents also 5%以上, 5%左右.

        An aim of 5%以上 is another one than 5%左右; but 3万多人 and 约3万人 may say the same. So do their directions:
        上升4.5%, 下降4.5%.
        """
        if self.falls != other.falls:
            return True
        bounds = {self.amount.bound, other.amount.bound} - {""}
        return len(bounds) == 2 and ("about" not in bounds or self.amount.unit in _EXACT)

    def fits(self, other: Counted) -> bool:
        """Whether a number may stand for another one.

        >>> least, most = counted("存栏量净增50%以上,存栏量净增50%以下")
        >>> most.fits(most), most.fits(least)
        (True, False)
        >>> rises, falls = counted("能耗上升4.5%,能耗下降4.5%")
        >>> rises.fits(rises), rises.fits(falls)
        (True, False)
        """
        if self.opposes(other) or (
            self.amount.bound == "at most" and not other.amount.bound and self.value == other.value
        ):
            return False
        if self.amount.unit in _EXACT and self.amount.bound == other.amount.bound:
            return abs(self.value - other.value) <= rounding(self.amount)  # 5%左右 is not 5.5%左右
        return self.range[0] <= other.value <= self.range[1]

    def counts_the_same(self, other: Counted, least: float) -> bool:
        """Whether that share of the words around a number stand around another one too."""
        return bool(self.near & other.near) and len(self.near & other.wide) >= least * len(self.near)


def rounding(amount: Amount) -> float:
    """By how much a value may differ that is given rounded; whole per cents are not taken for rounded ones.

    >>> [rounding(one) for one in quantities("1.6万人,12%")]
    [500.0, 0.0]
    """
    exponent = amount.number.as_tuple().exponent
    if not isinstance(exponent, int) or (exponent >= 0 and amount.unit == "%"):
        return 0.0
    return float(Decimal(10) ** exponent * amount.scale / 2)


def _step(amount: Amount) -> float:
    """The value of the last digit of a number that is not zero, if it is in whole tens: 3000多 is less than 4000."""
    number = amount.number.normalize().as_tuple().exponent
    return float(10**number * amount.scale) if isinstance(number, int) and number > 0 else 0.0


def counted(compact: str) -> Iterator[Counted]:
    """The numbers of a compact text that have a unit, without dates.

    >>> first, second = counted("全年新建学校30所,完成旧改120个小区")
    >>> sorted(first.near), sorted(second.near)
    (['学校', '建学', '新建'], ['完成', '小区', '成旧', '旧改'])
    """
    for sentence in _SENTENCE.finditer(compact):
        yield from _of_sentence(compact, *sentence.span())


def _of_sentence(text: str, start: int, end: int) -> Iterator[Counted]:
    amounts = [one._replace(start=one.start + start, end=one.end + start) for one in quantities(text[start:end])]
    before, last = frozenset[str](), start
    for one, after in zip(amounts, [*(one.start for one in amounts), end][1:], strict=False):
        clause = max([last, *(text.rfind(sign, last, one.start) + 1 for sign in _STOPS)])
        stops = [at for sign in _STOPS if (at := text.find(sign, one.end, after)) >= 0]
        bounded = end_with_bound(text, one)
        near = _words(text[clause : one.start]) | _words(text[bounded : min([after, one.end + _AFTER, *stops])])
        wide = near | before | _words(text[last:clause])
        if one.unit and one.unit not in OF_DATES:
            falls = _FALLS.search(text, clause, one.start) is not None
            yield Counted(one, (clause, one.start), bounded, near, wide, falls)
        before, last = near | _words(text[last:clause]), one.end


def _words(text: str) -> frozenset[str]:
    """The pairs of characters of a text, without its lead and the words that say nothing of what is counted."""
    lead = max(starts_after_lead(text), default=0)
    parts = re.findall(r"\w+", _LINKS.sub(" ", text[lead:]))
    return frozenset(pair for part in parts for pair in pairs(part) if len(pair) > 1)
