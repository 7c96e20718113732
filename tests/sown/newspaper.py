"""Reports set as the page of a newspaper, and the damage only such a page takes: for `tests/damage.py`.

The paragraphs of a report become articles: a kicker, a headline, a byline, two paragraphs. The headline is the first
words of its article, as the headlines of such papers are.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise

from deqing_search.text.lines import ends_sentence, numbering, width

STOPS = "，。、；：！？”’）》"
_LEAD = re.compile(r"[\u4e00-\u9fff]{6,22}(?=[，。])")
_REPORTERS = ("王明", "董华 蔡俊", "李晓", "杨立")
_PAPERS = ("德清新闻", "DEQING NEWS", "2025年8月4日 星期一")
_IMPRINTS = (
    "德清县融媒体中心主办",
    "国内统一刊号CN33-0073 总第5120期",
    "新闻热线0572-8062000",
    "DEQING NEWS 今日四版",
)
_KICKER = 120  # characters


def wrap(line: str, columns: int, indent: str, *, counted: bool = False) -> list[str]:
    """A paragraph in lines of one width, or of one number of characters; no line begins with a stop."""
    lines, row = [], indent
    for character in line:
        size = len(row + character) if counted else width(row + character)
        if size > columns and (counted or character not in STOPS):
            lines.append(row)
            row = ""
        row += character
    return [*lines, row]


def as_articles(lines: list[str]) -> list[str]:
    """The page as it should be: of every article kicker, headline, byline and text."""
    prose = [
        line for line in dict.fromkeys(lines) if len(line) > 150 and ends_sentence(line) and numbering(line) is None
    ]
    page: list[str] = []
    for first, second in zip(prose[::2], prose[1::2], strict=False):
        lead = _LEAD.match(first)
        if lead and lead[0] not in page:
            kicker = re.sub("[。！？…]", "；", second[:_KICKER]).rstrip(STOPS)
            page += [kicker, lead[0], f"| 记者 {_REPORTERS[len(page) % len(_REPORTERS)]}", first, second]
    return page


def headline_wraps(lines: list[str], chance: random.Random) -> str:
    """Kickers that fill the page's width and go on below."""
    columns = chance.randint(42, 54)
    return "\n".join(row for line in lines for row in (wrap(line, columns, "") if _is_kicker(line) else [line])) + "\n"


def mastheads(lines: list[str], chance: random.Random) -> str:
    """The newspaper's head on top of a page whose first article has no kicker."""
    head = [*chance.sample(_PAPERS, chance.randint(1, 3)), *chance.sample(_IMPRINTS, chance.randint(1, 3))]
    return chance.choice(["\n", "\n\n"]).join([*head, *lines]) + "\n"


def headlines_behind(lines: list[str], chance: random.Random) -> str:
    """Every other headline in front of the headline below it."""
    page = list(lines)
    headlines = [line for line, byline in pairwise(lines) if byline.startswith("|")]
    for headline, below in pairwise(headlines):
        if chance.random() < 0.5:
            page.remove(headline)
            page.insert(page.index(below), headline)
    return "\n".join(page) + "\n"


def without_kickers(lines: list[str]) -> list[str]:
    """The same page, its articles with nothing but a headline in front."""
    return [line for line in as_articles(lines) if not _is_kicker(line)]


def _is_kicker(line: str) -> bool:
    return len(line) > _KICKER / 2 and not ends_sentence(line)
