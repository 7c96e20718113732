"""Phrases around names and numbers, from `data/figure_phrases.tsv`: links, openers, asides.

Names of indicators are in `indicators`. All texts here are compact.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from deqing_search.config import data_rows

BRACKETS = re.compile("\\([^()]{0,40}\\)|\\[[0-9]+\\]|\\$")
# Amounts that were passed on the way: the value comes after them.
_STAGES = (
    "(?:连续|先后|相继|接连)(?:跨|迈|突破|登|越|跃|站|冲)[^,;。]*"
    "|连?(?:跨|迈)[越过上]?[0-9一二三四五六七八九两]+个[百千万亿]+元?级?(?:台阶|大关|关口)"
    "|(?:(?:再跨|跨越)[0-9.]*[百千万亿]+元?|(?:跨|迈)[过上][百千万]亿)级?(?:台阶|大关|关口)(?=[、,]达)"
)
_PRAISED = "(?<=[,、])成为全[^,;。]*(?=[,、])"  # 成为全国第十个总量超万亿元城市
SKIPPED = re.compile(f"{_STAGES}|{_PRAISED}|\\((?:剔除|扣除|不含|不包括|含)[^()]{{0,40}}\\)")
_OTHER_METHOD = re.compile(r"^\((?=按?(?:可比|同口径))")  # 下降8.4%(按可比口径增长3.5%)
_AFTER_NUMBER = re.compile("^[多余]")  # 增长了一倍多,年均增长21.4%


@lru_cache(4096)
def is_link(text: str) -> bool:
    """Whether a text between a name and a number is nothing but link words.

    >>> is_link("预计比上年增长"), is_link("中用于教育的支出达到")
    (True, False)
    """
    return bool(_link().fullmatch(text))


@lru_cache(4096)
def is_opener(text: str) -> bool:
    """Whether words before a name name no subject.

    >>> is_opener("全市预计"), is_opener("高新区")
    (True, False)
    """
    return bool(_opener().fullmatch(text))


@lru_cache(4096)
def without_asides(text: str) -> str:
    """A text before a number without brackets, amounts passed on the way, ranks and praise.

    >>> without_asides("再创新高、增长")
    '、增长'
    """
    return _AFTER_NUMBER.sub("", _OTHER_METHOD.sub("", _aside().sub("", text)))


@cache
def _patterns(kind: str) -> str:
    """The rows of one kind as one alternation."""
    rows = (row.split("\t") for row in data_rows("figure_phrases.tsv"))
    return "|".join(pattern for row, pattern, _ in rows if row == kind)


@cache
def _link() -> re.Pattern[str]:
    return re.compile(f'(?:[,、:"·]|{_patterns("link")})*')


@cache
def _opener() -> re.Pattern[str]:
    return re.compile(f'(?:[-*"·()]|{_patterns("opener")})*')


@cache
def _aside() -> re.Pattern[str]:
    return re.compile(f"{BRACKETS.pattern}|{_STAGES}|{_PRAISED}|{_patterns('aside')}")
