"""What a line looks like: the shapes of Chinese official prose that both the fixes and the structure go by.

Defines `Line`, `lines_of`, widths and the predicates on one line. Nothing here changes a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from deqing_search.text.datelines import is_dateline

HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
TERMINAL = "。！？!?…"
_TERMINALS = frozenset(TERMINAL)
CLOSING = "”’」』》）)\"'】"
_CLOSING = frozenset(CLOSING)
OPENING, _SHUTTING = "“‘「『《（([", "”’」』》）)]"
NUMERAL = "一二三四五六七八九十百零〇"

# Rank: outermost first. The order is that of official documents (公文层次): 编 章 节 一、 （一） 1. （1）.
NUMBERING = (
    re.compile(rf"第[{NUMERAL}\d]+(?:编|部分)[\s　、：:]*"),
    re.compile(rf"第[{NUMERAL}\d]+章[\s　、：:]*"),
    re.compile(rf"第[{NUMERAL}\d]+节[\s　、：:]*"),
    re.compile(rf"[{NUMERAL}]+、"),
    re.compile(rf"[（(][{NUMERAL}]+[)）]、?"),
    re.compile(r"\d{1,2}(?:[.．、](?!\d)|[\s　]+(?=[^\d\s%％]{4}))"),
    re.compile(r"[（(]\d{1,2}[)）]"),
)
OF_NUMBERS = f"第（({NUMERAL}"  # one of these or a digit begins every one of them
_NUMBERED = frozenset(OF_NUMBERS)  # most lines need no second look
_REMARK = re.compile(r"(?<=[。！？!?…”’])[（(][^（）()]{1,30}[）)]$")  # after a sentence: （鼓掌）
_MARK, _ANY_HAN = re.compile("[，。；,;]"), re.compile(f"[{HAN}]")
_UNIT = re.compile(r"[（(]?(?:计量|货币|金额)?单\s{0,2}位\s{0,2}[：:]")  # of the figures in the table below
_CAPTION = re.compile(r"(?:附?表|专栏|图|Figure|Table)\s*[\d一二三四五六七八九十]+[\s　:：]*\S")
_BYLINE = re.compile(r"[|｜]\s*(?:本报)?(?:通讯员|记者)[\s　]|(?:本报)?(?:首席)?记者[\s　]+\S{2,4}(?:[\s　]+\S{2,4})*$")
_OCCASION = re.compile(
    r"[（(—\-\s　]*(?:\d{4}|[二一][〇○零\d一二三四五六七八九]{3})年.{3,12}日.{0,60}(?:会议|大会).{0,8}上[)）]?$"
)
_NAME = rf"[{HAN}](?:[\s　]*[{HAN}]){{1,3}}"
_SPEAKER = re.compile(
    rf"(?:[{HAN}]{{1,10}}(?:人民政府|[省市县区州旗]))?(?:[党省市县区州][委组](?:副?书记)、)?[\s　]*"
    rf"(?:(?:代理?|常务副|副)?[省市县区州旗]长|(?:自治区|代)*主席)[\s　：:]*{_NAME}(?:同志)?$"
)
_ITEM = re.compile(rf"(?:——|[•●■◆·*\-]\s|[{NUMERAL}]+是|第[{NUMERAL}]+[，,、])")
_GLOSSARY = re.compile(
    r"(?:\d{1,3}[.．、]\s*)?"
    r"(?P<term>[“\"《]?[^，。；：:,.;！？\s　]{2,24}[^，。；：:,.;！？\s　])"
    r"(?P<gap>[：:][\s　]*|——|[\s　]+)"
    r"(?P<definition>\S.{9,})"
)
_GLOSSARY_HEADING = re.compile(r"名词(?:解释|注释)|(?:名词|术语|用语)说明|注释$|缩略语")
_CELL_SEPARATOR = "\t"


class Line(NamedTuple):
    """A line of a text without its white space at the ends; `start`/`end` are offsets of what is left."""

    start: int
    end: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The lines that are not blank, trimmed, with their offsets.

    >>> lines_of("一\\n\\n　二 ")
    [Line(start=0, end=1, text='一'), Line(start=4, end=5, text='二')]
    """
    return list(_lines_of(text))


@lru_cache(maxsize=2)
def _lines_of(text: str) -> tuple[Line, ...]:
    """One fix after the other asks for the lines of the same text."""
    found, at = [], 0
    for whole in text.split("\n"):
        trimmed = whole.strip()
        if trimmed:
            start = at + (0 if trimmed is whole else whole.index(trimmed[0]))
            found.append((start, start + len(trimmed), trimmed))
        at += len(whole) + 1
    return tuple(map(Line._make, found))


def bylines_of(text: str) -> list[int]:
    """The lines of a text, counted as `lines_of` gives them, at which an article begins.

    >>> bylines_of("县委开会\\n| 记者 杨名\\n会议强调。")
    [1]
    """
    if "记者" not in text and "通讯员" not in text:
        return []
    return [at for at, line in enumerate(_lines_of(text)) if opens_article(line.text)]


class Widths(dict[str, float]):
    """What each character takes, worked out when it is first met."""

    def __init__(self, of: Callable[[str], float]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, character: str) -> float:
        self[character] = found = self._of(character)
        return found

    def sum(self, text: str) -> float:
        """What the whole text takes."""
        return sum(map(self.__getitem__, text), 0.0)


SQUEEZED = "，。、；：！？“”‘’《》（）"  # in a justified column


def _in_print(character: str) -> float:
    if character in SQUEEZED:
        return 0.75
    return 0.5 if character < "\u2000" else 1.0


_PRINT = Widths(_in_print)


def width(text: str) -> float:
    """Columns a line takes in print, in full-width characters.

    ASCII counts half, and so does half of the full-width punctuation: a justified column squeezes it.

    >>> width("8月1日下午，县政协第")
    9.75
    """
    return _PRINT.sum(text)


def ends_sentence(line: str) -> bool:
    """A sentence ends at the end of this line, closing quotes and a remark in brackets aside.

    >>> [ends_sentence(line) for line in ("“十四五”规划圆满收官。”", "更加巩固了。（鼓掌）", "主业突出、拥")]
    [True, True, False]
    """
    last = line[-1:]
    if last in _TERMINALS:
        return True
    if last not in _CLOSING:
        return False
    return line.rstrip(CLOSING)[-1:] in _TERMINALS or (
        last in "）)" and _REMARK.search(line, len(line) - 33) is not None
    )


def leaves_open(text: str) -> bool:
    """A bracket or quote is not shut."""
    return sum(map(text.count, OPENING)) > sum(map(text.count, _SHUTTING))


def ends_word(line: str) -> bool:
    """A single character and a stop stand first: the end of a word that began elsewhere.

    >>> ends_word("位。按照规划"), ends_word("附：名词解释"), ends_word("公、铁、水、空交通")
    (True, False, False)
    """
    return len(line) > 1 and line[1] in "。，；" and bool(re.match(f"[{HAN}]", line))


def is_prose(line: str) -> bool:
    """Running text: long enough and punctuated, or at least closed like a sentence."""
    return len(line) >= 16 and bool(_MARK.search(line)) and not is_row(line)


def is_row(line: str) -> bool:
    """A table row: cells apart by tabs, or between bars as in Markdown."""
    return _CELL_SEPARATOR in line or (line.startswith("|") and line.endswith("|") and line.count("|") > 2)


def cells_of(line: str) -> list[str]:
    """The cells of a row, trimmed.

    >>> cells_of("\\t2\\t轨道"), cells_of("| 1 | 公路 |")
    (['', '2', '轨道'], ['1', '公路'])
    """
    if _CELL_SEPARATOR in line:
        return [cell.strip() for cell in line.split(_CELL_SEPARATOR)]
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def numbering(line: str) -> int | None:
    """The rank of the number a line opens with, outermost 0; None without one.

    >>> numbering("一、迈入新阶段"), numbering("（二）对标"), numbering("1 始终把创新"), numbering("12个百分点")
    (3, 4, 5, None)
    """
    if line[:1] not in _NUMBERED and not line[:1].isdecimal():
        return None
    return next((rank for rank, pattern in enumerate(NUMBERING) if pattern.match(line)), None)


OF_BYLINES = "记讯上长席届"  # a byline has at least one of these


def is_byline(line: str) -> bool:
    """Names who wrote or spoke, or says when and where: belongs to the head of a text, not to its prose.

    >>> is_byline("| 记者 董华 蔡俊"), is_byline("(2024年2月3日在德清县第十七届人民代表大会第三次会议上)")
    (True, True)
    """
    if opens_article(line) or is_dateline(line) or (line.endswith(("上", "上）", "上)")) and _OCCASION.match(line)):
        return True
    return ("长" in line or "主席" in line) and bool(_SPEAKER.fullmatch(line))


def opens_article(line: str) -> bool:
    """A reporter's byline: a new article begins here."""
    return ("记者" in line or "通讯员" in line) and bool(_BYLINE.match(line))


def is_caption(line: str) -> bool:
    """The caption of a table, box or figure: `表1 …`."""
    return bool(_CAPTION.match(line)) and len(line) <= 40 and not ends_sentence(line)


def is_unit(line: str) -> bool:
    """Says in which unit the figures of the table below are.

    >>> is_unit("单位：亿元"), is_unit("单位和个人：依法纳税")
    (True, False)
    """
    return bool(_UNIT.match(line)) and len(line) <= 30


def is_item(line: str) -> bool:
    """An item of a list: `——…`, `一是…`."""
    return bool(_ITEM.match(line))


# Cells between half-width commas: a value among them, or the name of a column first.
_COMMA_ROW = re.compile(r"^(?:序号|指标|项目|名称|地区|年份|单位),[^,]+,|[^\d,],[-+]?\d[\d.]*[%％年]?(?:,|$)")


def is_heading(line: str) -> bool:
    """A line that can stand over others: short, not closed like a sentence, no clause left open.

    >>> is_heading("三、全力建设人民满意的现代政府"), is_heading("单位：亿元"), is_heading("深化改革，")
    (True, False, False)
    >>> is_heading("指标,2019,2020")
    False
    """
    if len(line) > 45 or is_row(line) or is_byline(line) or _UNIT.match(line) or not _ANY_HAN.search(line):
        return False
    if line[-1] in "。；;，,、：:！？!?…" or "。" in line or _COMMA_ROW.search(line):
        return False
    return numbering(line) is not None or len(line) <= 32


def is_glossary_heading(line: str) -> bool:
    """The heading over definitions: `…有关名词解释`."""
    return len(line) <= 30 and bool(_GLOSSARY_HEADING.search(line))


def glossary_entry(line: str) -> tuple[str, int] | None:
    """The term a line defines and the offset at which its definition starts.

    >>> glossary_entry("艺术乡建 以当代艺术家和知识分子为主体，通过艺术主导建构。")
    ('艺术乡建', 5)
    """
    found = _GLOSSARY.match(line)
    return (found["term"].strip('“”"《》'), found.start("definition")) if found else None


def overlap(headline: str, lead: str) -> float:
    """Share of the headline's character bigrams that stand in `lead`.

    >>> overlap("县政协会议召开", "县政协党组会议召开")
    0.8333333333333334
    """
    bigrams = {headline[i : i + 2] for i in range(len(headline) - 1)}
    return sum(bigram in lead for bigram in bigrams) / len(bigrams) if bigrams else 0.0


def headlines_before(lines: list[Line], byline: int) -> list[int]:
    """Indices of the headlines in front of a byline, last first: up to the last line that ends a sentence."""
    found = []
    for index in range(byline - 1, -1, -1):
        if ends_sentence(lines[index].text) or opens_article(lines[index].text):
            break
        found.append(index)
    return found
