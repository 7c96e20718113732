"""Reads which report a text names beside a quotation: 《2024年德清县政府工作报告》, 德清县2024年."""

from __future__ import annotations

import re
from typing import NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.engine.base import View
from deqing_search.language.folding import fold
from deqing_search.report import ReportCard
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span

_TITLE = re.compile("《([^《》]*报告[^《》]*)》")
_ANY_PLACE = "[一-鿿]{2,8}?[省市县区州旗盟]"  # a place, whether or not a report of it is indexed
_PLACE = re.compile(f"({_ANY_PLACE})(?:人民)?政府工作报告")
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_PATTERNS: WeakKeyDictionary[View, tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]] = WeakKeyDictionary()


class Named(NamedTuple):
    """The place and the year of a report that a text names; empty or None if it names none."""

    place: str = ""
    year: int | None = None

    def agrees(self, card: ReportCard) -> bool:
        """Whether a report is of this place and year."""
        return self.place in fold(card.meta.place) and self.year in (None, card.meta.year)


NOBODY = Named()


def named_in(view: View, context: str, lead: Span) -> Named:
    """The report that is named last in the text beside a quotation.

    A place and a year without the word 报告 name one only in the `lead`, the words that introduce the quotation. In
    another sentence they are part of what that sentence says: 杭州市2023年新建学校10所。
    """
    folded = fold(context)
    places, reports, beside = _patterns(view)
    found = [(title.start(), _read(places, title[1])) for title in _TITLE.finditer(folded)]
    found += [(one.start(), _read(places, one[0])) for one in reports.finditer(folded)]
    found += [(one.start(), _read(places, one[0])) for one in beside.finditer(folded, *lead)]
    named = [one for _, one in sorted(found) if one != NOBODY]
    return named[-1] if named else NOBODY


def is_indexed(view: View, named: Named) -> bool:
    """Whether the index has a report of this place and year."""
    return any(named.agrees(card) for card in contents(view).cards.values())


def _read(places: re.Pattern[str], text: str) -> Named:
    """The place and the year in a title; if no report of the place is indexed, the name as it stands there."""
    year = _YEAR.search(text)
    other = _PLACE.search(_YEAR.sub("", text).lstrip("年度 "))
    known = places.findall(text)
    place = known[-1] if known else other[1] if other else ""
    return Named(place, int(year[1]) if year else None)


def _patterns(view: View) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns for the names of all places, for reports, and for a place beside a year."""
    if view not in _PATTERNS:
        names = sorted((name for name in contents(view).places if len(name) > 1), key=len, reverse=True)
        name = "|".join(map(re.escape, names)) or "(?!)"
        year = "(?:19|20)[0-9]{2}年"
        reports = (
            f"(?:{name}){year}[^,。;]{{0,4}}报告",
            f"{_ANY_PLACE}{year}(?:人民)?政府工作报告",
            f"{year}{_ANY_PLACE}(?:人民)?政府工作报告",
            f"{year}(?:{name})[^,。;]{{0,8}}报告",
        )
        _PATTERNS[view] = re.compile(name), re.compile("|".join(reports)), re.compile(f"(?:{name}){year}")
    return _PATTERNS[view]
