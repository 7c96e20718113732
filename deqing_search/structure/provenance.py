"""Where a report came from: its address on the net, who published it, and on what day the page went up.

The day of a page is never the day of a meeting: it is kept under a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deqing_search.structure.dates import DAY, day_in

_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；（）《》]+")
_FROM = re.compile(r"(?:信息|文章|稿件|新闻|原文)?(?:来源|链接|出处|稿源|网址|地址)\s*[：:]\s*(?P<value>[^\s|｜]*)")
_WENT_UP = re.compile(rf"(?:发布|发表|发文|发稿|上传|更新|公开)?(?:时间|日期)\s*[：:]\s*(?P<value>{DAY})?")
_STAMP = re.compile(rf"(?P<value>{DAY})\s*\d{{1,2}}:\d{{2}}.*|(?P<day>(?:19|20)\d\d-\d{{1,2}}-\d{{1,2}})")
_PUBLISHER = re.compile(r"[^\s，。；：:|｜]{2,24}")
_SHORT = 80  # characters: a longer line is prose, in which 来源 is no label


class Provenance(NamedTuple):
    """ "" where it is not said."""

    source: str = ""
    publisher: str = ""
    published: str = ""


def address_in(text: str) -> str:
    """The first address of a page in a text; "" where there is none.

    >>> address_in("来源：http://www.example.gov.cn/a.html（2024）")
    'http://www.example.gov.cn/a.html'
    """
    found = _ADDRESS.search(text)
    return found[0].rstrip(".,;)") if found else ""


def provenance(front: Mapping[str, str], lines: Sequence[str]) -> Provenance:
    """What front matter and the lines of a page say; front matter first.

    >>> provenance({"source": "http://a.cn/1"}, ["来源：", "德清日报", "发布时间：2024-02-05 09:00"])
    Provenance(source='http://a.cn/1', publisher='德清日报', published='2024-02-05')
    """
    lines = [line for line in lines if len(line) <= _SHORT]
    given = [front.get(name, "") for name in ("source", "url", "link")]
    said = [value for value in _said_from(lines) if value]
    names = [value for value in (*given, front.get("publisher", ""), *said) if value and not address_in(value)]
    return Provenance(
        source=next(filter(None, map(address_in, [*given, *said])), ""),
        publisher=names[0] if names else "",
        published=day_in(front.get("published", "")) or next(_days(lines), ""),
    )


def _said_from(lines: Sequence[str]) -> Iterator[str]:
    """What follows 来源：, on its line or the next one."""
    for line, after in zip(lines, [*lines[1:], ""], strict=False):
        if found := _FROM.search(line):
            value = found["value"] or after
            yield address_in(value) or (value if _PUBLISHER.fullmatch(value) else "")


def _days(lines: Sequence[str]) -> Iterator[str]:
    """The days that are said to be those of the page, or are stamped with a time."""
    for line, after in zip(lines, [*lines[1:], ""], strict=False):
        if found := _WENT_UP.search(line):
            yield from filter(None, [day_in(found["value"] or after)])
        elif found := _STAMP.fullmatch(line):
            yield from filter(None, [day_in(line)])
