"""Cuts a text into sentences, and finds its quotations and the clauses of a sentence. Needs no index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from deqing_search.language.folding import compact_text
from deqing_search.quotes.leads import is_speech
from deqing_search.text.offsets import Span

_END = re.compile(r"(?:[。！？!?]+|(?<![0-9])\.(?=\s|$))[”’」』\"'）)]*|\n[^\S\n]*\n\s*|(?<=[；;：:])[^\S\n]*\n\s*")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_ELLIPSIS = re.compile(r"(?:…|\.{3}|。{3})+")
_CLAUSE = re.compile(
    "(?:(?!--|——)[^，,；;：:。！？!?\n]|(?<=[0-9])[,，:：](?=[0-9]))+(?:--+|—{2,}|[，,；;：:。！？!?\n])*"
)
_EDGE = " \t\r\n\u3000。！？!?，,；;：:、.…“”‘’「」『』\"'《》〈〉（）()—-·*#>"
_NUMBERING = re.compile(
    r"[\s—-]*(?:[0-9]{1,2}[.．、](?![0-9])|[(（【〔]?[一二三四五六七八九十0-9]{1,3}[)）】〕]|[一二三四五六七八九十]{1,3}、|[一二三四五六七八九十]{1,2}是(?!否)|[①-⑳])\s*"
)
_OPENS, _CLOSES, _STRAIGHT = "“「『", "”」』", '"＂'
_OPENING, _CLOSING = (frozenset(marks + _STRAIGHT) for marks in (_OPENS, _CLOSES))
_SHORTEST_QUOTATION = 8  # characters: a shorter one is a name or a term, and part of its sentence
_SHORTEST_SAID = 5  # characters of one after words that say that it is one: 报告要求“…”
_MOST_BEFORE = 80  # characters before a quotation that are read for such words
SHORTEST_CLAUSE: Final = 5  # characters: a shorter one stands in too many places, and goes with the clause after it


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text, without white space around them.

    A blank line ends a sentence, the end of a line alone does not: lines of newspapers and PDFs are wrapped.

    >>> text = "增长5.1%。完成投资\\n20亿元！\\n\\n一、回顾"
    >>> [text[start:end] for start, end in sentences(text)]
    ['增长5.1%。', '完成投资\\n20亿元！', '一、回顾']
    """
    start = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        if cut := text[start:end].strip():
            at = text.index(cut, start)
            yield Span(at, at + len(cut))
        start = end


def core(text: str, span: Span) -> Span:
    """A span without punctuation and white space at its ends, and without the number of an item.

    A quotation mark at an end stays if the other one of its pair is inside.

    >>> core("“增长5%。”", Span(0, 7)), core("“强城”升级。", Span(0, 7)), core("打造“强城”。", Span(0, 7))
    (Span(start=1, end=5), Span(start=0, end=6), Span(start=0, end=6))
    """
    start, end = span
    if number := _NUMBERING.match(text, start, end):
        start = number.end()
    while start < end and text[start] in _EDGE and not _is_sign(text, start):
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    opened, closed = _without_pair(text[start:end])
    if opened and text[end : min(end + 1, span.end)] in _CLOSING:
        end += 1
    if closed and text[max(start - 1, span.start) : start] in _OPENING:
        start -= 1
    return Span(start, end)


def _without_pair(text: str) -> tuple[bool, bool]:
    """Whether a text has a quotation mark that opens and is not closed in it, and one that closes only.

    >>> _without_pair("强城”升级"), _without_pair("打造“强城"), _without_pair("打造“强城”")
    ((False, True), (True, False), (False, False))
    """
    opened, closed = 0, False
    for char in text:
        opened += char in _OPENS
        closed = closed or (char in _CLOSES and not opened)
        opened -= char in _CLOSES and opened > 0
    is_odd = sum(map(text.count, _STRAIGHT)) % 2 == 1
    return opened > 0 or is_odd, closed or is_odd


def _is_sign(text: str, at: int) -> bool:
    """Whether a hyphen is the sign of a number."""
    return text[at] == "-" and text[at + 1 : at + 2].isdigit()


def quotations(text: str) -> list[Span]:
    """What stands in quotation marks, without names and terms. Marks inside a quotation belong to it.

    A quotation may go on over several sentences, but it ends with its paragraph.

    >>> text = "报告说：“打通“断头河”，开辟新河道。推进改革。”实施“八八战略”"
    >>> [text[start:end] for start, end in quotations(text)]
    ['打通“断头河”，开辟新河道。推进改革。']
    """
    found: list[Span] = []
    for pair in sorted(_pairs(text)):
        if (not found or pair.start > found[-1].end) and _is_quotation(text, pair):
            found.append(pair)
    return found


def _is_quotation(text: str, pair: Span) -> bool:
    """Whether what stands between two marks is long enough, or is said to be a quotation."""
    size = pair.end - pair.start
    if _SHORTEST_SAID <= size < _SHORTEST_QUOTATION:
        return is_speech(compact_text(_END.split(text[max(pair.start - _MOST_BEFORE, 0) : pair.start - 1])[-1]))
    return size >= _SHORTEST_QUOTATION


def _pairs(text: str) -> Iterator[Span]:
    """The stretch between each two quotation marks of a pair."""
    opened: list[int] = []
    breaks = {found.start() for found in _PARAGRAPH.finditer(text)}
    for at, char in enumerate(text):
        if at in breaks:
            opened.clear()
        closes = char in _CLOSES or (char in _STRAIGHT and bool(opened) and text[opened[-1]] in _STRAIGHT)
        if closes and opened:
            yield Span(opened.pop() + 1, at)
        elif char in _OPENS or (char in _STRAIGHT and not closes):
            opened.append(at)


def blanked(text: str, quoted: Sequence[Span]) -> str:
    """A text with `□` for each character of its quotations.

    >>> blanked("报告说：“推进改革。”", [Span(5, 10)])
    '报告说：“□□□□□”'
    """
    pieces: list[str] = []
    at = 0
    for start, end in quoted:
        pieces += text[at:start], "□" * (end - start)
        at = end
    return "".join([*pieces, text[at:]])


def unbroken(text: str, quoted: Span) -> list[Span]:
    """The stretches of a quotation between its ellipses.

    >>> unbroken("推进改革……扩大开放", Span(0, 10))
    [Span(start=0, end=4), Span(start=6, end=10)]
    """
    found, start = [], quoted.start
    for gap in _ELLIPSIS.finditer(text, *quoted):
        found.append(Span(start, gap.start()))
        start = gap.end()
    return [one for one in [*found, Span(start, quoted.end)] if one.end > one.start]


def lines(text: str, sentence: Span) -> list[Span]:
    """The lines of a sentence; one if it is not wrapped."""
    found = (match.span() for match in re.finditer(r"[^\n]+", text[sentence.start : sentence.end]))
    return [Span(sentence.start + start, sentence.start + end) for start, end in found]


def clauses(compact: str, shortest: int = SHORTEST_CLAUSE) -> list[Span]:
    """The clauses of a compact sentence. One of at most `shortest` characters goes with the next.

    >>> [(start, end) for start, end in clauses("同时,坚持稳中求进,推进改革开放")]
    [(0, 10), (10, 16)]
    >>> [(start, end) for start, end in clauses("比例调整为6.7:51.9:41.4,推进改革开放")]
    [(0, 19), (19, 25)]
    """
    found: list[Span] = []
    start = 0
    for end in (match.end() for match in _CLAUSE.finditer(compact)):
        if end - start > shortest:
            found.append(Span(start, end))
            start = end
    if start < len(compact):
        found[-1:] = [Span(found[-1].start if found else 0, len(compact))]
    return found
