"""Reads which report a text names beside a quotation: 《2024年德清县政府工作报告》, 德清县2024年."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from deqing_search.engine.base import View
from deqing_search.language.folding import compact_text, fold
from deqing_search.quotes.leads import introduces
from deqing_search.quotes.sentences import blanked
from deqing_search.report import ReportCard
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span
from deqing_search.text.place_history import goes_by

_REPORT = re.compile("(?<!调研|审计|研究|检测|评估|财务|分析)报告")
_ANY_PLACE = "([一-鿿]{2,6}?[省市县区州旗盟])"  # a place, whether or not a report of it is indexed
_PLACE = re.compile(
    f"(?:[《年度]{_ANY_PLACE}(?:人民)?政府|^(?!按照|根据|依据|对照){_ANY_PLACE}(?:19|20)[0-9]{{2}}年(?:人民)?政府)工作报告"
)
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_ONLY_YEAR = re.compile("(?:早?在|到了?)?(?:19|20)[0-9]{2}年?(?:[0-9]{1,2}月)?[初底末]?")
_YEAR_AFTER = re.compile(r"》?\(((?:19|20)[0-9]{2})年")
_NAMES_AFTER = re.compile(
    r"[□。！？!?，,”」』\"\s]*(?:以上)?(?:[—-]+|[(（]|这是|出自|引自|摘自|源自|语出|来自|见)[^。！？!?]{0,24}"
)
_SAID_AFTER = re.compile(r"[。！？!?□]?[”」』\"]*[，,][^。！？!?，,□]{0,24}")
_SAYS = re.compile(
    "(?:[中里]|这样|如是|就是?这么)*(?:提出|指出|写道|说|强调|称|表示|写的|讲的|要求|明确)(?:道|的)?[。！？!?]"
)
_QUOTED = re.compile('□[”」』"]*')
_SENTENCE_END = re.compile(r"[。！？!?]+|\n\s*\n")
_CLAUSE_END = re.compile("[,;:，；：]")
# 报告提出： goes on in the next paragraph; a line that ends with a sentence ends one, too
_PARAGRAPH_END = re.compile(r"(?<![：:])\n[^\S\n]*\n|(?<=[。！？”」』])\n")
_OTHER_SOURCE = re.compile("另据|另有|据[^,。，;；:：!?！？]{0,12}(?:消息|报道|统计|介绍|了解)")
_FARTHEST: Final = 40  # characters from a place or a year to the word 报告
_PATTERNS: WeakKeyDictionary[View, tuple[re.Pattern[str], re.Pattern[str]]] = WeakKeyDictionary()


class Named(NamedTuple):
    """The place and the year of a report that a text names; empty or None if it names none."""

    place: str = ""
    year: int | None = None

    def agrees(self, card: ReportCard) -> bool:
        """Whether a report is of this place, under whatever name, and year."""
        meta = card.meta
        return self.year in (None, meta.year) and goes_by(self.place, compact_text(meta.place), meta.year)


NOBODY = Named()


class Mention(NamedTuple):
    """Where a text names a report, and which: `end` is the offset after the word 报告."""

    start: int
    end: int
    named: Named


class Mentions:
    """The reports that a text names, outside its quotations.

    What a mention lacks it has from the one before it in its paragraph: 报告还要求, 2023年的报告.
    """

    def __init__(self, view: View, text: str, quoted: Sequence[Span]) -> None:
        self._view = view
        self._text = text
        self._folded = blanked(fold(text), quoted)  # what a quotation says names no source
        self._found = list(self._read())

    def named_beside(self, at: Span, sentence: Span, *, is_said: bool) -> Named:
        """The report that a stretch of a sentence is said to come from.

        It is named before the stretch in its sentence, or right after it (“…”，这是2024年德清县政府工作报告的话),
        or in the sentence before. One that `is_said` as a quotation may be farther away, in the same paragraph.
        """
        number = bisect_right(self._found, at.start, key=lambda one: one.end)
        last = self._found[number - 1] if number else None
        if last and last.start >= sentence.start:
            return last.named
        number = bisect_left(self._found, at.end, key=lambda one: one.start)
        after = self._found[number] if number < len(self._found) else None
        if after and self._is_named_after(at.end, after):
            return after.named
        if said := self._in_lead(self._folded[sentence.start : at.start]):
            return said
        if not last or _PARAGRAPH_END.search(self._text, last.end, sentence.start):
            return NOBODY
        between = self._text[last.end : sentence.start].strip()
        is_near = is_said or len(_SENTENCE_END.findall(between)) <= 1
        return last.named if is_near and not self._is_ended(last, sentence.start, at) else NOBODY

    def _is_named_after(self, end: int, mention: Mention) -> bool:
        """Whether a mention says where a quotation that ends before it is from: “…”，德清县2024年政府工作报告提出。"""
        between = self._folded[end : mention.end]
        is_said = _SAID_AFTER.fullmatch(between) and _SAYS.match(self._folded, mention.end)
        return bool(is_said or _NAMES_AFTER.fullmatch(between))

    def _is_ended(self, last: Mention, start: int, at: Span) -> bool:
        """Whether what follows a mention, up to a stretch, names another source, place or year."""
        since = self._folded[last.end : at.end]
        places = _pattern(self._view).findall(since)
        years = {int(year) for year in _YEAR.findall(self._folded[start : at.start])}
        own = last.named.place
        is_other_place = any(one not in own and own not in one for one in places if own)
        is_other_year = last.named.year is not None and bool(years - {last.named.year, last.named.year - 1})
        return is_other_place or is_other_year or _OTHER_SOURCE.search(since) is not None

    def _in_lead(self, lead: str) -> Named | None:
        """The place and the year without the word 报告 in the words that introduce a stretch: 德清县2024年提出.

        In other words they belong to what these say: 杭州市2023年新建学校10所。
        """
        clause = _CLAUSE_END.split(lead.rstrip(' ,:"，：\n'))[-1]
        if not clause or not introduces(clause):
            return None
        found = _pattern(self._view, beside=True).findall(clause)
        return _read_name(self._view, found[-1]) if found else None

    def _read(self) -> Iterator[Mention]:
        last: Mention | None = None
        for found in _REPORT.finditer(self._folded):
            start, named = self._named_at(found.end(), last.end if last else 0)
            if last and not _PARAGRAPH_END.search(self._text[last.end : found.start()]):
                named = _completed(named, last.named)
            if named != NOBODY:
                last = Mention(start, found.end(), named)
                yield last

    def _named_at(self, end: int, least: int) -> tuple[int, Named]:
        """The place and the year that stand before a word 报告, in its clause or in the one before."""
        near = _QUOTED.split(_SENTENCE_END.split(self._folded[max(least, end - _FARTHEST) : end])[-1])[-1]
        clauses = _CLAUSE_END.split(near)
        clause = clauses[-1]
        if len(clauses) > 1 and _ONLY_YEAR.fullmatch(clauses[-2]):
            clause = near[-len(clause) - 1 - len(clauses[-2]) :]
        named = _read_name(self._view, clause)
        if not named.place:
            named = named._replace(place=_read_name(self._view, near).place)
        if not named.year and (year := _YEAR_AFTER.match(self._folded, end)):
            named = named._replace(year=int(year[1]))
        return end - len(clause), named


def is_indexed(view: View, named: Named) -> bool:
    """Whether the index has a report of this place and year."""
    return any(named.agrees(card) for card in contents(view).cards.values())


def _completed(named: Named, last: Named) -> Named:
    """A mention with what it lacks from the one before it. Another place is another report."""
    if named.place and named.place != last.place:
        return named
    return Named(last.place, named.year or last.year)


def _read_name(view: View, text: str) -> Named:
    """The last place and the last year in a text; if no report of the place is indexed, the name as it stands there."""
    years = _YEAR.findall(text)
    other = _PLACE.search(text)
    known = _pattern(view).findall(text)
    place = known[-1] if known else (other[1] or other[2]) if other else ""
    return Named(place, int(years[-1]) if years else None)


def without_places(view: View, text: str) -> str:
    """A compact text that has 全市 instead of the name of each place that reports are indexed of."""
    return _pattern(view).sub("全市", compact_text(text))


def size_of_place(view: View, text: str) -> int:
    """How many characters of a text are the name of a place at its beginning."""
    found = _pattern(view).match(text)
    return found.end() if found else 0


def _pattern(view: View, *, beside: bool = False) -> re.Pattern[str]:
    """A pattern for the names of all places, or for a place beside a year."""
    if view not in _PATTERNS:
        names = sorted((name for name in contents(view).places if len(name) > 1), key=len, reverse=True)
        name = "|".join(map(re.escape, names)) or "(?!)"
        _PATTERNS[view] = re.compile(name), re.compile(f"(?:{name})(?:19|20)[0-9]{{2}}年")
    return _PATTERNS[view][beside]
