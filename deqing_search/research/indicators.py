"""The indicators whose figures are read: their names in reports, from `data/indicators.tsv`.

What a sentence says of them is read by `statements`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from deqing_search.config import data_rows
from deqing_search.language.folding import compact_text

OTHER = "-"  # the name of something that is no indicator of ours, as 水耗


class Row(NamedTuple):
    """One row of the table."""

    indicators: tuple[str, ...]  # two if one name means both: 城乡居民收入
    needles: tuple[str, ...]
    pattern: str


class Named(NamedTuple):
    """A name at `[start, end)` of a compact text and the indicators it means; `OTHER` for none of ours."""

    start: int
    end: int
    indicators: tuple[str, ...]


@cache
def rows() -> tuple[Row, ...]:
    """The table, in its order: the first row that matches at a place counts."""
    cells = (row.split("\t") for row in data_rows("indicators.tsv"))
    return tuple(Row(tuple(names.split("+")), tuple(needles.split(",")), name) for names, needles, name, _ in cells)


@cache
def indicators() -> tuple[str, ...]:
    """The indicators, each once, in the order of the table.

    >>> "地区生产总值" in indicators(), "-" in indicators()
    (True, False)
    """
    return tuple(dict.fromkeys(one for row in rows() for one in row.indicators if one != OTHER))


@cache
def needles(indicator: str) -> tuple[str, ...]:
    """Strings such that every text with a name of the indicator contains at least one.

    >>> needles("城镇登记失业率")
    ('失业率', '失业登记率')
    """
    found = (needle for row in rows() if indicator in row.indicators for needle in row.needles)
    return tuple(dict.fromkeys(found))


def may_name(compact: str, indicator: str) -> bool:
    """Whether a text has one of the needles of an indicator.

    >>> may_name("登记失业率3.5%", "城镇登记失业率"), may_name("生产总值", "城镇登记失业率")
    (True, False)
    """
    return may_name_at(compact, indicator) is not None


def may_name_at(compact: str, indicator: str, start: int = 0) -> int | None:
    """Where the first needle of an indicator stands from `start` on; None if there is none."""
    found = _needles_pattern(indicator).search(compact, start)
    return found.start() if found else None


@cache
def _needles_pattern(indicator: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, needles(indicator))))


def indicator_named(typed: str) -> str | None:
    """The indicator with this name, in any of its spellings; None if there is none.

    >>> indicator_named("GDP"), indicator_named("规上工业增加值"), indicator_named("笑话")
    ('地区生产总值', '规模以上工业增加值', None)
    """
    compact = compact_text(typed)
    if compact in indicators():
        return compact
    found = names(compact)
    if len(found) != 1 or found[0].end - found[0].start != len(compact) or OTHER in found[0].indicators:
        return None
    return found[0].indicators[0]


def names(compact: str) -> list[Named]:
    """Every name in a compact text, from left to right.

    >>> [named.indicators for named in names("万元gdp能耗、水耗和生产总值")]
    [('单位地区生产总值能耗',), ('-',), ('地区生产总值',)]
    """
    return list(each_name(compact))


def each_name(compact: str) -> Iterator[Named]:
    """The names of `names`, one after the other, for a reader who stops before the end."""
    for found in _pattern().finditer(compact):
        if found.lastgroup:
            yield Named(found.start(), found.end(), rows()[int(found.lastgroup[1:])].indicators)


# The characters that names begin with. Looking for them first makes reading six times as fast.
_FIRST = (
    "每万亿单能碳二水用化氨氮主全工规民战高常人研科试r地国生g经一公市本级财预城区辖境社固对货贸进出农c居物商零新年调登失粮产总"
    "贫脱低村镇转大收来"
)


@cache
def _pattern() -> re.Pattern[str]:
    # The group is empty and comes last, so that the first character of a name decides whether it is tried.
    found = "|".join(f"(?:{row.pattern})(?P<n{number}>)" for number, row in enumerate(rows()))
    return re.compile(f"(?=[{_FIRST}])(?:{found})")
