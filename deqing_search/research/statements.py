"""The values of indicators in one sentence: which value belongs to which name.

A sentence is read from left to right as names (`indicators`), numbers (`amounts`) and the text between. A
number belongs to a name only if nothing but link words (达到, 预计, 比上年, 分别 …) stands between them. Any other text
is the name of something unknown, and numbers after it belong to that. The year and whether it is an aim are read in
`periods`. All texts here are compact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from deqing_search.research.amounts import (
    FROM,
    Basis,
    Bound,
    Number,
    Relation,
    basis_of,
    numbers,
    relation_of,
    shared_bound,
)
from deqing_search.research.figure_phrases import BRACKETS, SKIPPED, is_link, is_opener, without_asides
from deqing_search.research.indicators import OTHER, Named, each_name, may_name_at, names, needles


class Subject(NamedTuple):
    """The subject of a name: `text` is empty for the place of the report."""

    text: str = ""
    certain: bool = True


class Slot(NamedTuple):
    """A name that values may belong to; `named` is None for something that is no indicator."""

    named: Named | None
    subject: Subject = Subject()


class Beside(NamedTuple):
    """Names of something that is no indicator, in one list with the current names, and the text after them."""

    slots: list[Slot]
    link: str


class Start(NamedTuple):
    """Marks the value that a change starts from. `year` is its year, None if the sentence names none."""

    year: int | None


class Statement(NamedTuple):
    """A value of an indicator, or a wording without a number (`low` and `high` are None)."""

    indicator: str
    subject: Subject
    relation: Relation | Literal[""]
    low: float | None
    high: float | None
    unit: str
    bound: Bound
    basis: Basis
    wording: str
    name: tuple[int, int]
    value: tuple[int, int]
    certain: bool
    start: Start | None = None


_SAYS = re.compile(
    "[0-9]|百分之|[零〇一二两三四五六七八九十百千万亿点]{2}|翻|倍|位数|同步|持平|(?:低|高|快|好)于全|下达|省控|省定|规定|要求"
)
_BETWEEN = 60  # characters: more never stand between two members of a list, brackets of 40 included
_NEXT_NAME = re.compile("(?:[、和与及]|以及)(?:外贸)?|,?(?:其中)[,:]?")
_NEXT_NUMBER = re.compile("(?:左右|及?以上|以内|以下|上下)?(?:[、和与及]|以及|,)")
_COMPARES = re.compile("[^,;:]*[与同](?:全[市省国]|本地|我市|本市|地区)?|[^,;:]+和")
# Other names in one list with the current ones, and the link to the numbers: 、播种面积达到.
_BESIDE = [
    re.compile(f"(?P<listed>[、和与及][^,;:。]*?)(?P<link>(?:{words}).*)")
    for words in ("分别|(?<!年)均", "达|为|完成|增长")
]
_OF_WHOLE = re.compile("[,、](?:约|已)?占[^,;:、]{0,6}")
_PART_OF = re.compile("[,、](?:约|已)?占[^,;:、]{1,16}")
_LISTED = re.compile("[、和与及]")
_EDGE = re.compile("^(?:左右|及?以上|以内|以下|上下)?[.]?")  # some reports end their clauses with a point
_CLAUSE_END = re.compile("[,。](?![0-9])")
_ATTRIBUTE = re.compile(
    "(?:左右|及?以上|以内|以下)?的?(?:企业|公司|产品|园区|国家|县|区(?!间)|镇|乡)"
)  # 超亿美元的企业
_RESEARCH = re.compile("研发|研究|r&d")
_SHARE = re.compile("(?<=[,、])占(?:地区|国内)?(?:生产总值|gdp)的?比[重例]")
_DENOMINATOR = re.compile(
    "(?:占|相当于|高于|低于|快于|慢于|超过|优于|跑赢|对|比|与|同|和)(?:全[市省国区])?(?:地区|的|我市|本市|城镇)?$"
)
_SHARE_OF = re.compile("(?:占|相当于|高于|低于|快于|慢于)(?:全[市省国区])?(?:地区|的|我市|本市|城镇)?$")
_AREA = re.compile("[区县乡街园港带州旗湖]|(?<!城)镇|新城|村|岛|口岸|基地|旗下|大带|三角|全国|全省|自治区|个|县域|板块")
_GROUP = re.compile("企业|民营|非公|中心|家$|公司|集团")  # no place: it has values up to the next semicolon only
_OF_FIRMS = (  # only these can be the values of a group of enterprises that an earlier name had before it
    "工业增加值",
    "规模以上工业增加值",
    "固定资产投资",
    "进出口总额",
    "出口总额",
    "研发经费投入",
    "研发经费投入强度",
)
_WHOLE_PLACE = re.compile("占.*生产总值|^全社会研")  # a share of the product of the whole place
_ZONE = re.compile("新区|开发区|航空港|经济区|功能区|自贸|高新区|保税区|园区|增长带|经济带|合作区")
_OF_ONE_YEAR = ("地区生产总值", "人均地区生产总值")  # 今后五年实现生产总值2万亿元: of the last year, not a sum
_ONE_YEAR = re.compile("上年|去年|上一年|同比")
# An aim that only another place gives its number: 增速高于全省平均水平, 与全省持平.
_RELATIVE = re.compile(
    "(?:不低于|高于|快于|好于)全[国省区](?:、?全[国省区])?(?:平均水平|平均|水平|增速)?|与全[国省区](?:基本)?(?:持平|同步)"
)
_WILD = 60  # a growth in one year above this is uncertain


def statements(sentence: str, own: Collection[str] = (), only: str = "") -> list[Statement]:
    """What a sentence says of indicators, from left to right. `own`: names of the place it speaks of.

    `only`: parts that do not name this indicator are not read; others may still be among the statements.

    >>> [(one.indicator, one.low, one.unit) for one in statements("生产总值、固定资产投资分别增长8%和10%")]
    [('地区生产总值', 8.0, '%'), ('固定资产投资', 10.0, '%')]
    >>> [(one.relation, one.low) for one in statements("进出口总额达到100亿元,占全省8%,出口增长9%")]
    [('level', 10000000000.0), ('growth', 9.0)]
    """
    found: list[Statement] = []
    wanted = "" if _ZONE.search(sentence) else only
    area = ""
    for start, end in _parts(sentence):
        text = sentence[start:end]
        first = _first_use(text, wanted) if wanted else 0
        if first is not None and _SAYS.search(text, first):
            part = _Part(text, tuple(own), area)
            is_last = bool(wanted) and may_name_at(sentence, wanted, end) is None
            found += part.read(start, wanted, is_last=is_last)
            area = "" if _is_group(part.area) else part.area
    return found


def _first_use(text: str, indicator: str) -> int | None:
    """Where the first name that may have a value stands; None if the indicator only serves comparisons."""
    at = may_name_at(text, indicator)
    while at is not None and _SHARE_OF.search(text, max(at - 8, 0), at):
        at = may_name_at(text, indicator, at + 1)
    return at


def _parts(sentence: str) -> Iterator[tuple[int, int]]:
    """A sentence cut at semicolons: no list of values goes beyond one."""
    start = 0
    for found in re.finditer("[;。!?\n]|$", sentence):
        if found.end() > start:
            yield start, found.end()
        start = found.end()


class _Part:
    """Reads one part of a sentence. `slots` are the names met so far, `current` those that the next value is of."""

    def __init__(self, text: str, own: tuple[str, ...], area: str) -> None:
        self.text = text
        self.own = own
        self.slots: list[Slot] = []
        self.current: list[Slot] = []
        self.found: list[Statement] = []
        self.waiting = False  # the current names have no value yet
        self.share: Literal["", "next", "read"] = ""  # a share of the current name in a greater sum: to come, or read
        self.area = area  # a named part of the place, which the values after it belong to

    def read(self, offset: int, only: str, *, is_last: bool) -> list[Statement]:
        """The statements, moved by `offset`. Of a part that no other follows only what `only` needs is read."""
        named, stop = self._names(only if is_last else "")
        if not any(only in one.indicators or (not only and one.indicators != (OTHER,)) for one in named):
            return []
        items: list[Named | Number] = [*named, *numbers(self.text[:stop], named)]
        for found in SKIPPED.finditer(self.text):
            items = [item for item in items if not found.start() <= item.start < found.end()]
        items.sort(key=lambda item: item.start)
        at, end = 0, 0
        while at < len(items):
            at, end = self._step(items, at, end)
        return [_moved(one, offset) for one in self.found] if offset else self.found

    def _names(self, only: str) -> tuple[list[Named], int]:
        """The names that are read, and where to stop: no more values of the indicator `only` can follow there.

        That is where another name begins, unless 分别 reaches back or 占 makes an indicator of it. Without `only`, all
        names are read.
        """
        if not only or "分别" in self.text or ("占" in self.text and _RESEARCH.search(self.text)):
            return _with_shares(self.text, names(self.text)), len(self.text)
        last = max(map(self.text.rfind, needles(only)))
        named: list[Named] = []
        stop = len(self.text)
        ended = False
        for one in each_name(self.text):
            if one.start >= stop:
                break
            if named and named[-1].end > last and not ended and not self._goes_on(named[-1], one):
                ended = True
                found = _CLAUSE_END.search(self.text, one.end)
                stop = found.start() if found else stop
            named.append(one)
        return named, stop

    def _step(self, items: Sequence[Named | Number], at: int, end: int) -> tuple[int, int]:
        """Read a run of names or a run of numbers that starts at `items[at]`, after the text up to `end`."""
        first = items[at]
        run = [first]
        while at + len(run) < len(items) and self._goes_on(run[-1], items[at + len(run)]):
            run.append(items[at + len(run)])
        if isinstance(first, Named):
            self._open(end, [one for one in run if isinstance(one, Named)])
            after = [item.start for item in items[at + len(run) :] if isinstance(item, Number)]
            self._wording(run[-1].end, min(after, default=len(self.text)))
        else:
            self._assign(self.text[end : first.start], [one for one in run if isinstance(one, Number)])
        return at + len(run), run[-1].end

    def _goes_on(self, last: Named | Number, following: Named | Number) -> bool:
        if following.start - last.end > _BETWEEN:
            return False
        between = BRACKETS.sub("", self.text[last.end : following.start])
        if isinstance(last, Named) and isinstance(following, Named):
            if between == "与" and re.match("[^,;]{0,6}同步", self.text[following.end :]):
                return False
            return bool(_NEXT_NAME.fullmatch(between))
        if isinstance(last, Number) and isinstance(following, Number):
            return bool(_NEXT_NUMBER.fullmatch(between))
        return False

    def _open(self, end: int, run: Sequence[Named]) -> None:
        """Make the names of a run the current slots, after the unknown names that stand in one list with them."""
        before = _EDGE.sub("", self.text[end : run[0].start])
        if end and _OF_WHOLE.fullmatch(before):  # 收入206亿元,占生产总值的22%,增长34%: the last is the growth of 收入
            self.share = "next"
            return
        if end and _COMPARES.fullmatch(before):  # 收入增长与经济增长同步
            self.current = [Slot(None) for _ in run]
            return
        cut = max(before.rfind(sign) for sign in ",:。")
        listed = BRACKETS.sub("", before[cut + 1 :])
        *unknown, prefix = [listed] if listed.startswith("对") else _LISTED.split(listed)  # 对沿线国家和地区出口
        subject = self._subject(prefix, run[0])
        slots = [Slot(None) for text in unknown if not is_opener(text)]
        for named in run:
            for indicator in named.indicators:
                of = Named(named.start, named.end, (indicator,))
                slots.append(Slot(None if subject is None or indicator == OTHER else of, subject or Subject()))
        goes_on = self.waiting and re.fullmatch("(?:[、和与及]|以及)[^,;:。]*", before)
        self.current = [*self.current, *slots] if goes_on else slots
        self.waiting, self.share = True, ""

    def _subject(self, prefix: str, named: Named) -> Subject | None:
        """The subject that the text before a name gives; None if the name only serves a comparison."""
        bare = BRACKETS.sub("", prefix)
        if _DENOMINATOR.search(bare):
            return None
        if _WHOLE_PLACE.search(self.text[named.start : named.end]):
            self.area = ""
        for name in self.own:
            bare = bare.replace(name, "")
        if is_opener(bare):
            anew = re.search("全市|我市|本市", prefix)
            self.area = "" if anew else self.area
            area = "" if _is_group(self.area) and named.indicators[0] not in _OF_FIRMS else self.area
            return Subject(area, not area)
        if (_AREA.search(bare) or _is_group(bare)) and named.indicators[0] != OTHER:
            self.area = bare[-12:]
        return Subject(bare[-12:], False)

    def _assign(self, before: str, run: Sequence[Number]) -> None:
        """Give the numbers of a run to the current slots; `before` is the text before it."""
        text = without_asides(before)
        if self._is_share(before, run):
            return
        if beside := self._unknown_beside(text, len(run)):
            self.current = [*self.current, *beside.slots]
            text = beside.link
        elif not is_link(text):
            left = len(self.current) if self.waiting else 0  # names without a value keep their place in the list
            self.current = [Slot(None) for _ in range(max(len(run), left))]
            self.area = "其中一部分" if _ZONE.search(text) else self.area
        elif "双双" in text and self._is_trade():  # 进出口双双迈上200亿美元: imports and exports, each
            self.current = [Slot(None)]
        elif "分别" in text and len(self.current) != len(run) and len(run) > 1 and not self.waiting:
            self.current = self.slots[-len(run) :]
        self.waiting = False
        slots = self.current
        if len(run) > 1 and len(slots) == len(run):
            pairs = list(zip(slots, shared_bound(self.text, run), strict=True))
        elif len(run) == 1 or ("分别" not in text and len(slots) == 1):
            pairs = [(slot, run[0]) for slot in slots]
        else:
            pairs = [(Slot(None), number) for number in run]
        first = len(self.found)
        for slot, number in pairs:
            self._state(slot, number, text, len(slots) > 1 and len(run) == 1)
        if any(map(is_wild, self.found[first:])):  # then the others of the list may be of several years too
            self.found[first:] = [one._replace(certain=False) for one in self.found[first:]]
        self.slots += [slot for slot in slots if not any(slot is one for one in self.slots)]
        if len(run) > 1 and len(slots) != len(run):
            self.current = [Slot(None)]

    def _is_share(self, before: str, run: Sequence[Number]) -> bool:
        """Whether numbers say which part of a greater sum the current name has, or how that part changed."""
        if self.share == "next" or (_PART_OF.fullmatch(before) and run[0].unit == "%"):
            self.share = "read"
            return True
        return self.share == "read" and (run[0].unit != "%" or not re.search("增长|递增", before))

    def _unknown_beside(self, text: str, count: int) -> Beside | None:
        """The unknown names between the current ones and `count` numbers: one for each or, with 均, for all."""
        found = next(filter(None, (pattern.fullmatch(text) for pattern in _BESIDE)), None)
        if not (self.waiting and found and is_link(found["link"])):
            return None
        first, *unknown = _LISTED.split(found["listed"])
        names_in_all = 1 if found["link"].startswith("均") else len(self.current) + len(unknown)
        if first or count != names_in_all or not all(unknown):
            return None
        return Beside([Slot(None) for _ in unknown], found["link"])

    def _is_trade(self) -> bool:
        return [one.named.indicators for one in self.current if one.named] == [("进出口总额",)]

    def _state(self, slot: Slot, number: Number, link: str, together: bool) -> None:
        if slot.named is None or _ATTRIBUTE.match(self.text, number.end):
            return
        indicator = slot.named.indicators[0]
        name = self.text[slot.named.start : slot.named.end]
        relation = relation_of(indicator, name, link, number)
        if relation is None or (together and relation == "level" and not re.search("均|都|各|分别|双双", link)):
            return
        start = FROM.search(link)
        if start and (relation != "level" or start["last"]):
            return
        where = (slot.named.start, slot.named.end)
        basis = "year" if start else self._basis(indicator, relation, number, link)
        if basis == "year" and relation != "level" and self._has_start(where) and not _ONE_YEAR.search(link):
            basis = "total"
        low, high = float(number.low), float(number.high)
        bound: Bound = number.bound or "exactly"  # type: ignore[assignment]
        aim = "力争" if re.search("力争|争取", link) else ""
        span = (number.start, number.end)
        certain = slot.subject.certain
        unit = "%" if relation == "decline" else number.unit
        begins = Start(int(start["year"]) if start["year"] else None) if start else None
        self.found.append(
            Statement(
                indicator, slot.subject, relation, low, high, unit, bound, basis, aim, where, span, certain, begins
            )
        )

    def _has_start(self, name: tuple[int, int]) -> bool:
        """Whether the value and the year that a name changed from have been read: 由2000年的23亿元增加到60亿元."""
        return any(one.start and one.start.year and one.name == name for one in self.found)

    def _basis(self, indicator: str, relation: Relation, number: Number, link: str) -> Basis:
        """Whether a value is of one year, the average of several, or their total."""
        if number.times and number.grows and "年均" not in link:
            return "total"  # 翻番
        before = self.text[: number.start]
        basis = basis_of(relation, link, before)
        if basis == "total" and relation == "level" and indicator in _OF_ONE_YEAR and "累计" not in before:
            return "year"
        return basis

    def _wording(self, start: int, stop: int) -> None:
        """Note 同步 and 完成下达 where they stand in place of a number."""
        phrase = re.split("[,;。]", self.text[start:stop], maxsplit=1)[0]
        wording, span = _wording_of(phrase), (start, start + len(phrase))
        for named, subject in self.current:
            if named and wording:
                name, where = named.indicators[0], (named.start, named.end)
                said = Statement(name, subject, "", None, None, "", "", "year", wording, where, span, subject.certain)
                self.found.append(said)


def _moved(one: Statement, by: int) -> Statement:
    """A statement of a part at its place in the sentence."""
    return one._replace(name=(one.name[0] + by, one.name[1] + by), value=(one.value[0] + by, one.value[1] + by))


def is_wild(one: Statement) -> bool:
    """Whether a change is too high for one year."""
    return one.relation in ("growth", "decline") and one.basis == "year" and (one.high or 0) > _WILD


def _with_shares(text: str, named: Iterable[Named]) -> list[Named]:
    """The names; a share of the product after the spending for research is its intensity: 研发投入9亿元,占gdp比重2%."""
    found: list[Named] = []
    for one in named:
        share = _SHARE.match(text, one.start - 1) if one.indicators == ("地区生产总值",) and one.start else None
        if share and found and found[-1].indicators == ("研发经费投入",):
            one = Named(one.start - 1, share.end(), ("研发经费投入强度",))
        found.append(one)
    return found


def _is_group(area: str) -> bool:
    """Whether an area is only a group of enterprises or people."""
    return bool(_GROUP.search(area)) and not _AREA.search(area)


@lru_cache(4096)
def _wording_of(phrase: str) -> str:
    if re.search("(?:完成|达到|落实)(?:国家|省|上级|自治区|市)?\\w{0,6}(?:下达|省控|省定|规定|要求)", phrase):
        return "完成下达"
    if re.search("同步", phrase):
        return "同步"
    relative = _RELATIVE.search(phrase)
    return relative[0] if relative else ""
