"""Reads the figures that a text states in its own words: the indicator, the place, the year, aim or result, the value.

`research.statements` reads which value belongs to which indicator. A figure whose place, year or role is not certain is
left out: nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from deqing_search.engine.base import View
from deqing_search.language.folding import compact, original_span
from deqing_search.quotes.findings import StatedRole
from deqing_search.quotes.sentences import blanked
from deqing_search.research.indicators import names
from deqing_search.research.statements import Statement, statements
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import own_names
from deqing_search.verification.article import Article
from deqing_search.verification.places import PlaceNamed, innermost, places_named

_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n")
_CLAUSE_SIGNS: Final = ",;:。!?"
_THIS_PLACE: Final = (
    "该市",
    "该县",
    "该区",
    "当地",
    "这座城市",
    "这个城市",
    "全市",
    "全县",
    "全区",
    "我市",
    "我县",
    "本市",
    "本县",
)
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})年")
_COMPARED = re.compile("[比较与从由自同以]$")  # before a year that a value is only compared with
_COMPARED_AFTER = re.compile("以?来|起|相比|的?基础|同期|水平|不变价|可比价|价格|的[0-9.一二三四五六七八九十]+多?倍")
_BY = re.compile("[到至]$")  # before the year of an aim, often without another word: 到2025年
_SEVERAL = re.compile("(?<=[0-9年])[-—~至到、和与](?=(?:19|20)[0-9]{2}年)")  # 2021年、2022年
_OF_REPORT = re.compile("的?[一-鿿]{0,12}(?:报告|规划|纲要)")  # after the year of a report
_OTHER_TIME = re.compile(
    "(?<![比较同])(?:去年|上年|今年|次年|翌年|明年|前年|此后|随后|第二年)|[两三四五六七八九十0-9]年(?:来|间|累计|共)"
    "|年均|年平均|每年|季度|上半年|下半年|前[一二三四五六七八九十0-9]+个?月|[0-9]{1,2}月"
)
_YEAR_AFTER = re.compile(r"[(,]?(?:19|20)[0-9]{2}年?\)")  # 8.5%(2021年)
_RESULT = re.compile("实现了|完成了|达到了|增长了|同比|比上年|较上年|实际|初步核算|超额|回升|回落|降至|只|仅")
_ROLES = re.compile(
    "(?P<target>目标|预期|力争|争取|确保|计划|任务)|(?P<open>提出|要求|安排|部署|设定|定[在为]|将|拟|(?<![主重必需])要|规划|承诺|预计|有望)"
    f"|(?P<outcome>{_RESULT.pattern})"
)
_OF_AIM = re.compile("(?:左右|及?以上|以内)?的?[一-鿿]{0,4}(?:目标|预期|任务)")  # after a value
_STAGE = re.compile("多?(?:台阶|大关|关口|级)")  # after a value that was only passed
_DENIES = re.compile("不是|并非|没有|误|错|传言|谣|据说|假如|如果|若|假设")


# Words of writers, and as many characters in the words of reports, which `statements` knows.
_WRITERS_WORDS = (
    (re.compile("(?:突破|超过|跨过|越过|迈过)了(?=[0-9])"), "不低于"),
    (re.compile("(?:定下|提出|设定|制定|确定|给出|当时|当年)的(?=[一-鿿]{0,4}目标)"), ",,,"),
    (re.compile("[只仅才]有(?=[0-9])"), "只为"),
    (re.compile("(?:放缓|回落|回升|反弹|下滑|攀升)[到至为](?=[0-9.]+%)"), "增长为"),
)


class Stated(NamedTuple):
    """A figure that a text states. `places`: the place of its reports, as they write it. `span`: of the value."""

    places: frozenset[str]
    year: int
    role: StatedRole
    said: Statement
    span: Span
    text: str  # the value as the text writes it


class _Sentence(NamedTuple):
    """A sentence from `start` of a text on, compact."""

    start: int
    words: str
    offsets: Sequence[int]

    def span(self, said: Statement) -> Span:
        """The value of a statement, in the text."""
        at = original_span(self.offsets, *said.value)
        return Span(self.start + at.start, self.start + at.end)


def stated_figures(view: View, article: Article) -> Iterator[Stated]:
    """The figures that a text states of a place and a year, in its order.

    The place is named in the sentence, or is the only one in the paragraph before it; the year is named in the
    sentence. Quotations are left out: they are checked word for word.
    """
    for paragraph in _paragraphs(article):
        if any(_may_state(one.words) for one in paragraph):
            yield from _figures_of(view, paragraph)


def denies(words: str) -> bool:
    """Whether a sentence says that something is not so, or only supposed."""
    return _DENIES.search(words) is not None


def may_say_aim(words: str) -> bool:
    """Whether a sentence may speak of what is to be reached, and not of what was.

    >>> may_say_aim("全年新增就业将达4万人"), may_say_aim("全年新增就业4万人")
    (True, False)
    """
    return any(one.lastgroup != "outcome" for one in _ROLES.finditer(words))


def _figures_of(view: View, paragraph: Sequence[_Sentence]) -> Iterator[Stated]:
    named: list[PlaceNamed] = []
    for sentence in paragraph:
        places = innermost(places_named(view, sentence.words))
        named += places
        if _may_state(sentence.words):
            yield from _figures(sentence, places, places or named)


def _may_state(words: str) -> bool:
    return any(map(str.isdigit, words)) and bool(names(words)) and not denies(words)


def _paragraphs(article: Article) -> Iterator[list[_Sentence]]:
    """The sentences of each paragraph, with `□` for each character of a quotation."""
    bare = blanked(article.text, article.quoted)
    found: list[_Sentence] = []
    last = 0
    for span in article.sentences:
        if found and _PARAGRAPH_END.search(article.text, last, span.start):
            yield found
            found = []
        found.append(_Sentence(span.start, *compact(bare[slice(*span)])))
        last = span.end
    yield found


def _figures(sentence: _Sentence, inside: Sequence[PlaceNamed], named: Sequence[PlaceNamed]) -> Iterator[Stated]:
    """The figures of a sentence. `inside`: the places that it names; `named`: those that its figures may be of."""
    for places in {one.reports: None for one in named if one.reports}:
        own = [name for place in sorted(places) for name in own_names(place)]
        for said in statements(in_words_of_reports(sentence.words), (*own, *_THIS_PLACE)):
            year = _year(sentence.words, said)
            role = _role(sentence.words, said, year) if year else None
            is_of_place = {places} in ({one.reports for one in named}, _beside(sentence.words, said, inside))
            if year and role and is_of_place and _is_plain(sentence.words, said):
                yield Stated(places, int(year[1]), role, said, sentence.span(said), sentence.words[slice(*said.value)])


def in_words_of_reports(words: str) -> str:
    """A sentence with some words of writers replaced; every other character stays where it is.

    >>> in_words_of_reports("增速回升到5.6%")
    '增速增长为5.6%'
    """
    for pattern, instead in _WRITERS_WORDS:
        words = pattern.sub(instead, words)
    return words


def _beside(words: str, said: Statement, inside: Sequence[PlaceNamed]) -> set[frozenset[str]]:
    """The places that are named in the clause of an indicator, before it."""
    clause = max(words.rfind(sign, 0, said.name[0]) for sign in _CLAUSE_SIGNS)
    return {one.reports for one in inside if clause < one.start < said.name[0]}


def _is_plain(words: str, said: Statement) -> bool:
    """Whether a statement gives a value of one year, and of the whole place."""
    is_value = said.low is not None and bool(said.relation) and not _STAGE.match(words, said.value[1])
    return is_value and said.certain and said.basis == "year" and not said.start


def _year(words: str, said: Statement) -> re.Match[str] | None:
    """The year of a value, if the sentence names it before the value and says nothing else about the time."""
    at = said.value[0]
    years = [one for one in _YEAR.finditer(words, 0, at) if _is_of_value(words, one)]
    if not years or _YEAR_AFTER.match(words, said.value[1]):
        return None
    last = years[-1]
    is_one_of_several = _SEVERAL.search(words, max(last.start() - 2, 0), last.end() + 6)
    return None if is_one_of_several or _OTHER_TIME.search(words, last.end(), at) else last


def _is_of_value(words: str, year: re.Match[str]) -> bool:
    """Whether a year is neither only compared with, nor that of a report."""
    is_compared = _COMPARED.search(words[: year.start()]) or _COMPARED_AFTER.match(words, year.end())
    return not is_compared and not _OF_REPORT.match(words, year.end())


def _role(words: str, said: Statement, year: re.Match[str]) -> StatedRole | None:
    """Whether a value is an aim or a result, by the nearest words before it. A result if no word speaks of aims."""
    start, end = said.value
    before = [one.lastgroup for one in _ROLES.finditer(words, 0, start)]
    if _BY.search(words[: year.start()]) and not _RESULT.search(words, year.end(), start):
        return None
    if _OF_AIM.match(words, end):
        return "target" if "outcome" not in before and said.bound != "at least" else None
    last = before[-1] if before else ""
    if last == "target":
        return "target"
    is_of_aims = not last and any(one.lastgroup != "outcome" for one in _ROLES.finditer(words, end))
    return None if is_of_aims or "open" in before else "outcome"
