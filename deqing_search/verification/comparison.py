"""Compares a figure that a text states with those that the reports of its place give for the same year.

An answer needs a figure of the same indicator, place, year and role that is certain. If a report may give the stated
value too, read with less certainty, there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from deqing_search.engine.base import Request, View, Viewer
from deqing_search.language.folding import compact_text
from deqing_search.language.quantities import quantities
from deqing_search.query.filters import Filters, one_text
from deqing_search.query.tree import And, Or, literal_of
from deqing_search.query.years import Years
from deqing_search.research.figures import Choice, Figure, find_figures
from deqing_search.research.indicators import names, needles
from deqing_search.verification.counted import rounding
from deqing_search.verification.stated import Stated

Answer = Literal["agrees", "differs", ""]
_LATEST: Final = 2  # years after the one of a figure: reports of these may still give it
_MOST_PASSAGES: Final = 50  # that are read for a stated number
_PART = re.compile("[^;。!?]+")


class Compared(NamedTuple):
    """A stated figure, whether reports agree with it, and the figures that they give. "": nothing is certain."""

    stated: Stated
    answer: Answer
    reported: tuple[Figure, ...] = ()


class Reported:
    """The figures of the reports of an index. Those of an indicator and a place are read once."""

    def __init__(self, engine: Viewer) -> None:
        self._engine = engine
        self._read: dict[tuple[str, frozenset[str]], tuple[Figure, ...]] = {}

    def compared(self, stated: Stated) -> Compared:
        """What the reports say of a stated figure."""
        every = self._figures(stated)
        same = [one for one in every if one.certain and _is_of_same(stated, one)]
        if equal := tuple(one for one in same if _agrees(stated, one)):
            return Compared(stated, "agrees", equal)
        if not same or any(_may_agree(stated, one) for one in every):
            return Compared(stated, "")
        is_written = _is_written(self._engine.view(), stated)
        return Compared(stated, "") if is_written else Compared(stated, "differs", tuple(same))

    def _figures(self, stated: Stated) -> tuple[Figure, ...]:
        """The figures of the indicator in all reports of the place, until shortly after the year."""
        key = stated.said.indicator, stated.places
        if key not in self._read:
            where = Filters(place=one_text(stated.places))
            found = find_figures(self._engine, stated.said.indicator, Choice(where)).figures
            self._read[key] = tuple(one for one in found if one.name_then in stated.places)
        return tuple(one for one in self._read[key] if (one.year or 0) <= stated.year + _LATEST)


def _is_of_same(stated: Stated, one: Figure) -> bool:
    """Whether a reported figure has the year, the role and the unit of a stated one, and is of the whole place."""
    said = stated.said
    mine = (stated.year, stated.role, said.relation, said.unit, said.basis)
    return mine == (one.of_year, one.role, one.relation, one.unit, one.basis) and one.subject == one.place


def _agrees(stated: Stated, one: Figure) -> bool:
    """Whether a reported figure is the stated one, rounded as the text rounds it."""
    has_bound = stated.said.bound in ("at least", "at most")
    return _is_equal(stated, one) and not (has_bound and stated.said.bound != one.bound)


def _may_agree(stated: Stated, one: Figure) -> bool:
    """Whether it is not certain that a reported figure contradicts a stated one."""
    if one.low is None or one.high is None or one.relation != stated.said.relation or one.unit != stated.said.unit:
        return False
    if one.certain and one.of_year not in (None, stated.year):
        return False
    low = stated.said.low or 0
    fits = (stated.said.bound == "at least" and one.high >= low) or (stated.said.bound == "at most" and one.low <= low)
    return _is_equal(stated, one) or (fits and stated.role == "outcome")


def _is_equal(stated: Stated, one: Figure) -> bool:
    said, most = stated.said, _rounding(stated)
    if one.low is None or one.high is None or said.low is None or said.high is None:
        return False
    return abs(one.low - said.low) <= most and abs(one.high - said.high) <= most


def _rounding(stated: Stated) -> float:
    """By how much a value may differ that a text gives rounded; whole per cents are not taken for rounded ones."""
    amounts = quantities(stated.text)
    return rounding(amounts[0]) if len(amounts) == 1 else 0.0


def _is_written(view: View, stated: Stated) -> bool:
    """Whether a report has the stated value between the name of the indicator and the next name, however it is read."""
    where = Filters(Years(stated.year, stated.year + _LATEST), place=one_text(stated.places))
    value, indicator = compact_text(stated.text), stated.said.indicator
    wanted = And((literal_of(value, whole=True), Or(tuple(map(literal_of, needles(indicator))))))
    found = view.evaluate(Request(where.limit(wanted), sort="oldest", limit=_MOST_PASSAGES)).page
    passages = view.passages([one.handle for one in found])
    return any(value in said for one in passages for said in _said_of(compact_text(one.text), indicator))


def _said_of(text: str, indicator: str) -> Iterator[str]:
    """What a compact text says after each name of an indicator, up to the next name."""
    for part in _PART.findall(text):
        named = names(part)
        ends = [one.start for one in named[1:]] + [len(part)] * bool(named)
        yield from (part[one.end : end] for one, end in zip(named, ends, strict=True) if indicator in one.indicators)
