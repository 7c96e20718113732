"""The parameters of a request, read strictly and refused with a reason.

Owns the limits and the reasons, except those of filters: `query.filters` reads these for every face. A refusal is a
`UsageError` or werkzeug's `BadRequest`; both become the 400 page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.exceptions import BadRequest

from deqing_search.engine.base import Sort
from deqing_search.errors import UsageError
from deqing_search.messages import Message, for_message, gettext_noop
from deqing_search.query.filters import (
    LONGEST_ID,
    Filters,
    TypedFilters,
    one_of,
    one_text,
    plain_text,
    read_filters,
    required_years,
    short_text,
)
from deqing_search.query.tree import MAX_LITERALS
from deqing_search.query.years import Years
from deqing_search.research.dictionaries import read_typed
from deqing_search.research.series import queries_of
from deqing_search.search.searcher import Mode

LONGEST_QUERY = 1000  # characters; the longest paragraph of a report has about as many
PAGE_SIZE = 20
SORTS: dict[str, str] = {
    "relevance": gettext_noop("相关"),
    "newest": gettext_noop("最新"),
    "oldest": gettext_noop("最早"),
}
MODES: dict[str, str] = {
    "exact": gettext_noop("逐字"),
    "expanded": gettext_noop("含同义及其他写法"),
    "words": gettext_noop("按词语"),
}
FIELDS: dict[str, str] = {  # the parameters that are typed, with the labels of their fields
    "q": gettext_noop("检索式"),
    "terms": gettext_noop("词表"),
    "year": gettext_noop("年份"),
    "place": gettext_noop("地区"),
    "kind": gettext_noop("类型"),
    "left": gettext_noop("起始年份"),
    "right": gettext_noop("对比年份"),
    "against": gettext_noop("另一组"),
    "indicator": gettext_noop("指标"),
    "of": gettext_noop("数值所属年份"),
}
GROUPS: dict[str, str] = {"report": gettext_noop("按报告合并")}


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """One search as it stands in the address.

    `made_of` is the list that `q` was made of: the dictionary of a panel with its groups, or the queries of a trend.
    Pages carry it so that these two find their list again. It is dropped where `q` was changed.
    """

    q: str
    filters: Filters
    mode: Mode | None
    sort: Sort
    group: str
    page: int
    made_of: str = ""

    @property
    def queries(self) -> str:
        """The list of queries that `q` was made of; "" if it was not made of one."""
        return self.made_of if self.made_of and self.q == _either_of_queries(self.made_of) else ""

    @property
    def dictionary(self) -> str:
        """The dictionary that `q` was made of; "" if it was not made of one."""
        return self.made_of if self.made_of and self.q == any_of_dictionary(self.made_of) else ""

    @property
    def year(self) -> str:
        return str(self.filters.years or "")

    @property
    def kind(self) -> str:
        return self.filters.kind

    @property
    def place(self) -> str:
        return self.filters.place

    @property
    def part(self) -> str:
        return self.filters.part

    @property
    def report(self) -> str:
        return self.filters.report

    @property
    def matching(self) -> dict[str, Any]:
        """The parameters that decide which passages match."""
        return {"q": self.q, **self.filters.parameters()} if self.q else self.filters.parameters()

    @property
    def parameters(self) -> dict[str, str | int | None]:
        """Every parameter of the address but the page; what is not chosen is empty."""
        return {
            "q": self.q,
            "mode": self.mode,
            "year": self.year,
            "kind": self.kind,
            "place": self.place,
            "part": self.part,
            "report": self.report,
            "sort": None if self.sort == "relevance" else self.sort,
            "group": self.group,
            "made_of": self.queries or self.dictionary,
        }

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE


def search_parameters() -> SearchParameters:
    """Read the parameters of the current request; raises `BadRequest` or `UsageError` with the reason."""
    place, report = _scope()
    year, kind, part = _plain("year") or None, _several("kind"), _several("part")
    filters = read_filters(_named, TypedFilters(year, kind, place, part, report))
    return SearchParameters(
        q=query_text(),
        filters=filters,
        mode=mode_parameter(),
        sort=cast("Sort", choice("sort", SORTS, "relevance")),
        group=choice("group", GROUPS),
        page=_page(_single("page")),
        made_of=terms_text("made_of"),
    )


def search_if_valid() -> SearchParameters | None:
    """The search in the address of a page that has no use for it, to be carried on; None if it would be refused."""
    try:
        return search_parameters()
    except (BadRequest, UsageError, UnicodeDecodeError):
        return None


def _scope() -> tuple[str, str]:
    """The places and reports to search: what the list beside the search box says, else what the address says."""
    field, _, value = _single("in").partition(":")
    if not one_of(("place", "report"), _named("in"), field):
        return _several("place"), _several("report")
    return (value, "") if field == "place" else ("", value)


def demand_exact(ask: SearchParameters) -> SearchParameters:
    """Refuse the modes that this address does not have."""
    if ask.mode not in (None, "exact"):
        said = gettext_noop("这里只有逐字匹配的段落，没有“{mode}”的结果。请去掉参数 mode。")
        raise BadRequest(Message(said, mode=Message(MODES[ask.mode])))
    return ask


def years_parameter(name: str) -> tuple[str, Years | None]:
    """A year or a range of years, as it was written and as it was read."""
    value = _plain(name)
    return value, required_years(_named(name), value) if value else None


def mode_parameter() -> Mode | None:
    """The `mode` of the current request, None when none is given."""
    return cast("Mode | None", choice("mode", MODES) or None)


def query_text() -> str:
    """The `q` of the current request, at most `LONGEST_QUERY` characters, free of control characters."""
    q = _single("q")
    if len(q) > LONGEST_QUERY:
        raise BadRequest(Message("检索式有 {n} 字，至多 {most} 字。请只留下要找的原文。", n=len(q), most=LONGEST_QUERY))
    return plain_text(_named("q"), q)


def query_text_if_valid() -> str:
    """The `q` for the search box of an error page; empty if `q` itself was refused."""
    try:
        return query_text()
    except (BadRequest, UsageError, UnicodeDecodeError):
        return ""


def typed_fields() -> list[tuple[str, str, str]]:
    """The parameters of a refused address that were typed, each with its name and its label, to be typed again."""
    try:
        request.args  # noqa: B018 - may not even be UTF-8
    except UnicodeDecodeError:
        return []
    always = {"q": ""} if request.endpoint == "pages.search" else {}
    values = {**always, **{name: value for name, value in request.args.items() if name in FIELDS and value}}
    given = [(name, FIELDS[name], value) for name, value in values.items()]
    return given if all(value.isprintable() and "\ufffd" not in value for _, _, value in given) else []


def refuse_broken_address() -> None:
    """Refuse an address that is not UTF-8, before it is used: a replaced character would change the query."""
    for place, raw in (
        (gettext_noop("路径"), request.environ.get("PATH_INFO", "").encode("latin-1", "replace")),
        (gettext_noop("参数"), unquote_to_bytes(request.environ.get("QUERY_STRING", "").encode("latin-1", "replace"))),
    ):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            said = gettext_noop("网址的{place}不是有效的 UTF-8（第 {n} 字节起）。请在检索框里重新输入。")
            raise BadRequest(Message(said, place=Message(place), n=error.start + 1)) from error
        if b"\0" in raw:
            raise BadRequest(Message("网址的{place}含有空字符（%00）。请在检索框里重新输入。", place=Message(place)))


def switch(name: str) -> bool:
    """A parameter that is 1 or not there."""
    return choice(name, ("1",)) == "1"


def id_parameter(name: str) -> str:
    """A parameter that is the id of a passage or a report, as it was typed."""
    return short_text(_named(name), _single(name), LONGEST_ID)


def name_parameter(name: str) -> str:
    """A parameter that is the name of something, as it was typed."""
    return short_text(_named(name), _single(name))


def any_of_queries(typed: Sequence[str]) -> str:
    """One query for all of several, as other pages take it; the first of them if it would be too long.

    >>> any_of_queries(["人工智能", "数字经济 -规划"]), any_of_queries(["人工智能"])
    ('人工智能 OR (数字经济 -规划)', '人工智能')
    """
    if len(typed) < 2:
        return "".join(typed)
    either = " OR ".join(f"({one})" if " " in one else one for one in typed)
    return either if len(either) <= LONGEST_QUERY and len(typed) <= MAX_LITERALS else typed[0]


def any_of_dictionary(text: str) -> str:
    """One query for all terms of a dictionary, as other pages take it; "" if the text is not a dictionary.

    >>> any_of_dictionary("创新：科技创新, 创新驱动")
    '"科技创新" OR "创新驱动"'
    """
    try:
        return _either_of_terms(text)
    except UsageError:
        return ""


@lru_cache(100)
def _either_of_terms(text: str) -> str:
    return any_of_queries([f'"{one}"' for one in read_typed(text).strings])


@lru_cache(100)
def _either_of_queries(text: str) -> str:
    return any_of_queries(queries_of(text))


def terms_text(name: str) -> str:
    """A parameter that lists terms, a line each or several, at most `LONGEST_QUERY` characters."""
    text = _single(name)
    if len(text) > LONGEST_QUERY:
        said = gettext_noop("词表有 {n} 字，网页上至多 {most} 字。更长的词表请用 search-cli panel --dictionary。")
        raise BadRequest(Message(said, n=len(text), most=LONGEST_QUERY))
    return "\n".join(plain_text(_named(name), line) for line in text.split("\n")).strip()


def choice(name: str, choices: Iterable[str], default: str = "") -> str:
    """A parameter that is one of the choices; if it is empty, the default."""
    return one_of(choices, _named(name), _single(name)) or default


def whole_number(name: str, default: int, most: int) -> int:
    """A parameter that is a whole number from 0 to `most`."""
    value = _single(name)
    if not value:
        return default
    if not re.fullmatch(r"0|[1-9][0-9]{0,6}", value) or int(value) > most:
        said = gettext_noop("参数 {name} 应是 0 到 {most} 的整数，而不是“{value}”。")
        raise BadRequest(Message(said, name=name, most=most, value=for_message(value)))
    return int(value)


def _named(name: str) -> str:
    """What a refusal calls a parameter: on a page, the label of its field."""
    is_for_programs = request.path.startswith("/api/")
    if name in FIELDS and not is_for_programs:
        return Message("“{label}”", label=Message(FIELDS[name]))
    return Message("参数 {name}", name=name)


def _single(name: str) -> str:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise BadRequest(Message("参数 {name} 出现了 {n} 次，只能有一次。", name=name, n=len(values)))
    return values[0] if values else ""


def _plain(name: str) -> str:
    """A parameter without white space around it, free of control characters."""
    return plain_text(_named(name), _single(name))


def _several(name: str) -> str:
    """A parameter that may stand more than once."""
    return one_text(request.args.getlist(name))


def _page(value: str) -> int:
    if not value:
        return 1
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) < 1:
        raise BadRequest(Message("页码“{value}”无法识别。页码应是从 1 开始的整数。", value=for_message(value)))
    return int(value)
