"""The conditions on reports that are chosen beside a query: read from text, and added to the query.

Every tool that can be limited to some reports takes `Filters`. Shell, site and API read them with `read_filters`, which
refuses the same values with the same messages. Where the text comes from, and what it is called there, is up to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message, for_message, gettext_noop
from deqing_search.query.places import with_other_names
from deqing_search.query.report_parts import FORMER_NAMES, PARTS, headings_of
from deqing_search.query.tree import NOT_TYPED, Field, Filter, Node, all_of, any_of
from deqing_search.query.years import Years, read_years
from deqing_search.report import ReportCard
from deqing_search.text.place_history import goes_by

LONGEST_VALUE = 60  # characters of a value; kinds and names of places are shorter
LONGEST_ID = 200  # characters of the id of a report, which is the path of its file
MOST_VALUES = 50  # values of one filter
BETWEEN = "|"  # between the values of one filter


@dataclass(frozen=True, slots=True)
class Filters:
    """Which reports, and which part of them, an answer is limited to; None and "": not limited.

    `kind` is the whole kind of the report, `place` any part of the name of its place, or another name of it, `part` one
    of `report_parts.PARTS`, `report` its id: as 年:, 类型:, 地区: and 报告: in a query, and 章节: with the headings of
    that part. Each of the four may have several values with `BETWEEN` between them, of which one is enough: 杭州|宁波.

    >>> bool(Filters()), bool(Filters(kind="规划"))
    (False, True)
    """

    years: Years | None = None
    kind: str = ""
    place: str = ""
    part: str = ""
    report: str = ""

    def __bool__(self) -> bool:
        return bool(self.parameters())

    def parameters(self) -> dict[str, str]:
        """The filters as the parameters of an address; only those that are set.

        >>> Filters(Years(2016, 2024), place="德清").parameters()
        {'year': '2016..2024', 'place': '德清'}
        """
        values = {
            "year": str(self.years or ""),
            "kind": self.kind,
            "place": self.place,
            "part": self.part,
            "report": self.report,
        }
        return {name: value for name, value in values.items() if value}

    def conditions(self) -> tuple[Node, ...]:
        """The filters as nodes of a query, all of which must hold; a place also under its other names.

        >>> [(node.field, node.value) for node in Filters(place="德 清").conditions()]
        [('place', '德清')]
        >>> [node.names[0].name for node in Filters(place="襄阳").conditions()]
        ['襄樊市']
        """
        nodes: list[Node] = []
        if self.years and self.years != (None, None):
            nodes.append(Filter("year", NOT_TYPED, low=self.years.first, high=self.years.last))
        chosen: tuple[tuple[Field, str], ...] = (("kind", self.kind), ("place", self.place))
        for field, text in chosen:
            if values := values_of(text):
                named = (Filter(field, NOT_TYPED, value=compact_text(one)) for one in values)
                nodes.append(any_of(*map(with_other_names, named)))
        if self.part:
            nodes.append(any_of(*map(headings_of, values_of(self.part))))
        if self.report:
            nodes.append(any_of(*(Filter("report", NOT_TYPED, value=one) for one in values_of(self.report))))
        return tuple(nodes)

    def allow(self, card: ReportCard) -> bool:
        """Whether a report meets the conditions on years, kind, place and id.

        >>> from deqing_search.report import Metadata
        >>> Filters(place="杭州|宁波").allow(ReportCard("r", Metadata(place="浙江省宁波市"), "", "", 1, 0))
        True
        """
        meta, ids = card.meta, values_of(self.report)
        kinds, places = (list(map(compact_text, values_of(one))) for one in (self.kind, self.place))
        return (
            (not ids or card.id in ids)
            and (self.years is None or meta.year in self.years)
            and (not kinds or compact_text(meta.kind) in kinds)
            and (not places or any(goes_by(one, compact_text(meta.place), meta.year) for one in places))
        )

    def limit(self, root: Node) -> Node:
        """The query with the filters added."""
        conditions = self.conditions()
        return all_of(root, *conditions) if conditions else root


NO_FILTERS = Filters()


def values_of(text: str) -> tuple[str, ...]:
    """The values of one filter, each once.

    >>> values_of("杭州 | 宁波|杭州")
    ('杭州', '宁波')
    """
    return tuple(dict.fromkeys(value for one in text.split(BETWEEN) if (value := one.strip())))


def one_text(values: Iterable[str]) -> str:
    """Several values as the text of one filter.

    >>> one_text(["杭州", "宁波"])
    '杭州|宁波'
    """
    return BETWEEN.join(values)


class TypedFilters(NamedTuple):
    """Filters as text; `year` None: not given."""

    year: str | None = None
    kind: str = ""
    place: str = ""
    part: str = ""
    report: str = ""


def read_filters(named: Callable[[str], str], typed: TypedFilters) -> Filters:
    """The filters that a user typed or chose.

    Raises `UsageError` with the reason. `named` turns the name of a filter into what the user knows it by.

    >>> read_filters("--{}".format, TypedFilters(year="2016..2024", kind="规划"))
    Filters(years=Years(first=2016, last=2024), kind='规划', place='', part='', report='')
    >>> read_filters("--{}".format, TypedFilters(year="去年"))
    Traceback (most recent call last):
    deqing_search.errors.UsageError: --year 的值“去年”不是年份或区间。
    """
    return Filters(
        years=None if typed.year is None else required_years(named("year"), typed.year),
        kind=_several(named("kind"), typed.kind),
        place=_several(named("place"), typed.place),
        part=_parts(named("part"), typed.part),
        report=_several(named("report"), typed.report, LONGEST_ID),
    )


def _parts(name: str, text: str) -> str:
    chosen = (one_of(PARTS, name, FORMER_NAMES.get(one, one)) for one in values_of(plain_text(name, text)))
    return one_text(dict.fromkeys(chosen))


def _several(name: str, text: str, longest: int = LONGEST_VALUE) -> str:
    """The values of a filter, each of them short; raises `UsageError` if one is not, or if there are too many."""
    values = values_of(plain_text(name, text))
    if len(values) > MOST_VALUES:
        raise UsageError(Message("{name} 有 {n} 个值，至多 {most} 个。", name=name, n=len(values), most=MOST_VALUES))
    return one_text(short_text(name, value, longest) for value in values)


def required_years(name: str, text: str) -> Years:
    """The years that a text names, first year first; raises `UsageError` with the name of the value."""
    years = read_years(text)
    if years is None:
        message = Message("{name} 的值“{value}”不是年份或区间。", name=name, value=for_message(text))
        raise UsageError(message, hint=gettext_noop("写成 2021、2021..2024、2021.. 或 ..2024"))
    if years.is_reversed:
        message = Message("{name} 的区间“{value}”起点晚于终点。", name=name, value=for_message(text))
        raise UsageError(message, hint=Message("写成 {years}", years=years.in_order()))
    return years


def short_text(name: str, text: str, longest: int = LONGEST_VALUE) -> str:
    """The text without white space around it; raises `UsageError` if it is long or has a control character."""
    text = plain_text(name, text)
    if len(text) > longest:
        raise UsageError(Message("{name} 有 {n} 字，至多 {most} 字。", name=name, n=len(text), most=longest))
    return text


def plain_text(name: str, text: str) -> str:
    """The text without white space around it, each white space a plain space; raises `UsageError` at other controls."""
    text = re.sub(r"[\t\n\r\v\f]", " ", text)
    for at, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs"):
            message = gettext_noop("{name} 的第 {n} 个字符是控制字符（{code}），无法检索。")
            code = f"U+{ord(character):04X}"
            raise UsageError(Message(message, name=name, n=at + 1, code=code), hint=gettext_noop("删去后再试"))
    return text.strip()


def one_of(choices: Iterable[str], name: str, text: str) -> str:
    """The text if it is one of the choices or empty; raises `UsageError` with the choices."""
    if text and text not in choices:
        message = gettext_noop("{name} 只能是 {known}，而不是“{value}”。")
        raise UsageError(Message(message, name=name, known="、".join(choices), value=for_message(text)))
    return text
