"""Promises without numbers: what a report says will be built, opened or issued, and what the next says of it.

A promise is one thing in a clause with such a verb (建成, 开工, 出台 …), in the part of a report on its aims. The
sentences of the next report are ranked by the rare characters that they share with it. Nothing is judged: a sentence
that shares enough is shown as possibly about the same thing. docs/figures.md says how often it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from math import log
from typing import Final, NamedTuple

from deqing_search.engine.base import View, Viewer
from deqing_search.language.folding import compact, original_span
from deqing_search.language.quantities import quantities
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.years import Years
from deqing_search.report import Passage, ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.periods import compact_headings, part_of
from deqing_search.text.likeness import pairs
from deqing_search.text.offsets import Span

MOST_RELATED: Final = 3
LEAST_SCORE: Final = 0.6  # of the weight of a promise that a sentence must share
_VERBS = (
    "建成投用|建成投产|建成通车|建成开放|建成运营|建成使用|开工建设|启动建设|竣工投产|竣工投用|投入使用|投入运营|正式运营|"
    "(?<!创)建成(?!区)|开工|竣工|完工|投产|投用|(?<!直)通车|开通运营|开通|启用|落成|(?<=全线)贯通|出台|(?<!政策)(?<!标准)制定(?!机制)|"
    "颁布|印发|设立|成立|组建|挂牌(?!督办|保护|制)|"
    "(?<!利用)上线|开馆|开园|举办好?(?!水平|能力|之年|地|城市)"
)
_VERB = re.compile(_VERBS)
_CLAUSE = re.compile("[^,;:。!?]+")
_ITEM = re.compile(r'(?:"[^"]*"|《[^》]*》|\([^()]*\)|(?<=[0-9])、(?=[0-9])|[^、])+')
_PAST = re.compile("去年|上年|已经?(?:建成|开工|出台)|了$")
# Clauses that explain, give a reason or speak of a thing that others have made: 国家出台的政策, 政策制定.
_NO_PROMISE = re.compile(
    '^(?:是|指|围绕|立足|我们|"[^"]{1,6}"指|按照|根据|着眼|特别是|坚决扛起)|(?:建成|出台|制定|设立|成立|举办)的(?!$)'
)
_NEXT = re.compile("今年|年内|将|要|确保|力争|争取|计划")
_FILLER = re.compile(
    "^(?:年内|年底前|上半年|下半年|今年|将|要|确保|力争|争取|全面|加快|推进|推动|促进|实现|尽快|抓紧|统筹|积极|继续|并|及|和|"
    "全线|正式|高标准|高质量|高水平|一批|一届|初步|新(?!兴|型|能源|材料|区|城|药|村|港)|完成|规划|研究|在全[省国市县]|率先|基本|探索|支持|[0-9]{1,2}月[0-9]{0,2}日?|-|[一二三四五六七八九十]是|\\([0-9]+\\))+"
    "|[0-9]{1,2}月(?:底|份)?前?|[一二三四]季度|[上下]半年|年底前?"
    "|(?:全线|正式|基本|如期)*(?:并|等|等一批)?(?:重点|重大)?(?:项目|工程)?(?:建设|的?实施|并)?$"
)
_GENERAL = re.compile("小康社会|坚实基础|现代化(?:国家|强国)")  # too general to find in the next report
_KIND = re.compile(
    "(?:各项|相关|配套|若干)*(?:专项资金|(?:优惠|支持|扶持)?政策措施|政府规章|(?:优惠|支持|扶持)?政策|实施意见|实施方案|行动计划|专项规划|项目|基础设施)"
)
_LEADS = re.compile("^(?:完善|健全|提升|深化|发挥|突出|优化|加强|规范)")  # promises to better a thing, not to make one
_SENTENCE = re.compile("[^。!?\n]+[。!?\n]?")
_BRACKETED = re.compile(r"\([^()]*\)")
_SHORTEST = 4  # characters that name a thing, besides numbers
_COUNTING = re.compile("[0-9.]+年?")
_UNCOUNTED = ("", "年", "月", "日", "期")  # units of numbers that belong to names: 3号线, 二期


_MOST_COMMON = 5  # sentences of the next report with all of a thing: more make it a general word, as 基础设施
_SURE_SCORE = 0.8  # below it, the end of the name must be among what is shared: 基金, 污水处理厂


class Related(NamedTuple):
    """A sentence of the next report that may speak of the same thing; `score` is the share of its weight, up to 1."""

    passage: Passage
    span: Span  # of the sentence, in the text of the passage
    score: float

    @property
    def text(self) -> str:
        return self.passage.text[slice(*self.span)]


class Promise(NamedTuple):
    """What one clause of a report promises: `things` are compared with the next report, `span` is the clause.

    `related` is None if the next report is not indexed or the place is unknown, and empty if no sentence shares enough.
    """

    place: str
    year: int
    passage: Passage
    verb: str
    things: tuple[str, ...]
    span: Span
    related: tuple[Related, ...] | None

    @property
    def text(self) -> str:
        """The clause."""
        return self.passage.text[slice(*self.span)]


class Promises(NamedTuple):
    """Promises in the order of the reports, and the reports that were read for them."""

    promises: tuple[Promise, ...]
    reports: tuple[ReportCard, ...]


def find_promises(engine: Viewer, filters: Filters = NO_FILTERS, of: Years | None = None) -> Promises:
    """The promises of the reports that the filters allow; `of` limits the years of these reports."""
    view = engine.view()
    cards = [card for card in view.cards() if filters.allow(card) and card.meta.year is not None]
    by_year = {(card.meta.place, card.meta.year, card.meta.kind): card for card in cards if card.meta.place}
    read = [card for card in cards if of is None or card.meta.year in of]
    read.sort(key=lambda card: (card.meta.place, card.meta.year, card.id))
    found: list[Promise] = []
    for card in read:
        check()
        following = by_year.get((card.meta.place, (card.meta.year or 0) + 1, card.meta.kind))
        found += _with_related(view, card, following)
    return Promises(tuple(found), tuple(read))


def _with_related(view: View, card: ReportCard, following: ReportCard | None) -> Iterator[Promise]:
    report, after = view.report(card.id), view.report(following.id) if following else None
    ranking = Ranking(after.passages) if after else None
    for passage in report.passages if report else ():
        for one in promises_of(passage, card):
            yield one._replace(related=ranking.related_to_any(one.things) if ranking else None)


def promises_of(passage: Passage, card: ReportCard) -> Iterator[Promise]:
    """The promises of one passage, without what the next report says."""
    part = part_of(compact_headings(passage.section), card.meta.year)
    if passage.kind != "paragraph" or part == "review":
        return
    text, offsets = compact(passage.text)
    for sentence in _SENTENCE.finditer(text):
        if part != "aims" and not _NEXT.search(sentence[0]):
            continue
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            span = original_span(offsets, *clause.span())
            quoted = text.count('"', sentence.start(), clause.start()) % 2
            if not quoted and (found := tuple(things(clause[0]))):
                verb, names = found[0][0], tuple(thing for _, thing in found)
                yield Promise(card.meta.place, card.meta.year or 0, passage, verb, names, span, None)


def things(clause: str) -> Iterator[tuple[str, str]]:
    """What a clause promises: the verb and each thing, without what is counted.

    >>> list(things("确保地铁3号线、市民中心建成投用"))
    [('建成投用', '地铁3号线'), ('建成投用', '市民中心')]
    >>> list(things("新建学校10所")), list(things("去年建成市民中心"))
    ([], [])
    """
    if _PAST.search(clause) or _GENERAL.search(clause) or _NO_PROMISE.search(clause):
        return
    items = _ITEM.findall(clause)
    at = next((at for at, item in enumerate(items) if _VERB.search(item)), None)
    if at is None:
        return
    verb = _VERB.search(items[at])
    assert verb is not None
    if items[at].count('"', 0, verb.start()) % 2:
        return  # the verb is quoted
    leads = not _FILLER.sub("", items[at][: verb.start()])
    for item in items[at:] if leads else items[: at + 1]:
        thing = _bare(item)
        if len(_COUNTING.sub("", thing)) >= _SHORTEST and _is_one_thing(thing):
            yield verb[0], thing


def _bare(item: str) -> str:
    """An item of a list without its verb and the words around the name of the thing."""
    return _FILLER.sub("", _FILLER.sub("", _VERB.sub("", _BRACKETED.sub("", item))))


def _is_one_thing(thing: str) -> bool:
    """Whether a text names one thing: no amount, no kind of things, nothing that is only made better."""
    counted = any(one.unit not in _UNCOUNTED for one in quantities(thing))
    return not counted and not _KIND.fullmatch(thing) and not _LEADS.search(thing)


class _Sentence(NamedTuple):
    passage: Passage
    span: Span
    is_review: bool


class Ranking:
    """The sentences of a report, ranked by the pairs of characters that they share with a thing.

    Rare pairs weigh more.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._sentences: list[_Sentence] = []
        self._with: Mapping[str, list[int]] = defaultdict(list)
        for passage in passages:
            if passage.kind in ("paragraph", "table-row"):
                self._add(passage)

    def _add(self, passage: Passage) -> None:
        text, offsets = compact(passage.text)
        is_review = part_of(compact_headings(passage.section), None) == "review"
        for found in _SENTENCE.finditer(text):
            for pair in pairs(found[0]):
                self._with[pair].append(len(self._sentences))
            span = original_span(offsets, *found.span())
            self._sentences.append(_Sentence(passage, span, is_review))

    def related_to_any(self, names: Sequence[str]) -> tuple[Related, ...]:
        """The best sentences for several things: the best of each, then the second ones."""
        rows = zip_longest(*map(self.related, names))
        best: dict[str, Related] = {}
        for one in (one for row in rows for one in row if one):
            best.setdefault(one.passage.id, one)
        return tuple(best.values())[:MOST_RELATED]

    def related(self, thing: str) -> tuple[Related, ...]:
        """The best sentence of each of the best passages; those on what was done first among equals."""
        total = len(self._sentences)
        weights = {pair: log(1 + total / (1 + len(self._with.get(pair, ())))) for pair in pairs(thing)}
        shared: dict[int, float] = defaultdict(float)
        for pair, weight in weights.items():
            for at in self._with.get(pair, ()):
                shared[at] += weight
        whole = sum(weights.values())
        if sum(weight > _SURE_SCORE * whole for weight in shared.values()) > _MOST_COMMON:
            return ()
        ends = set(self._with.get(thing[-2:], ()))
        good = [at for at, weight in shared.items() if weight >= (LEAST_SCORE if at in ends else _SURE_SCORE) * whole]
        good.sort(key=lambda at: (-shared[at], not self._sentences[at].is_review, at))
        best: dict[str, Related] = {}
        for at in good:
            one = self._sentences[at]
            best.setdefault(one.passage.id, Related(one.passage, one.span, round(shared[at] / whole, 3)))
        return tuple(best.values())[:MOST_RELATED]
