"""Cuts a text into sentences, and finds the quotations and the clauses in a sentence. Needs no index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deqing_search.text.offsets import Span

_END = re.compile(r"(?:[。！？!?]+|(?<![0-9])\.(?=\s|$))[”’」』\"'）)]*|\n[^\S\n]*\n\s*|(?<=[；;：:])[^\S\n]*\n\s*")
_QUOTED = re.compile("“([^“”]*)(?:”|$)|「([^「」]*)(?:」|$)|『([^『』]*)(?:』|$)|^([^“”「」『』]+)[”」』]")
# The words that introduce a quotation. They are not checked, so 按照…的要求， is no lead.
_LEAD = re.compile(
    # who speaks, a verb, and a comma, a colon or a quotation mark: 会议指出，  县长在报告中强调“
    r"^[^，。！？\n]{0,30}(?:报告|会议|文件|规划|政府|书记|省长|市长|县长|区长)[^，。！？\n]{0,6}?"
    r"(?:指出|提出|强调|要求|明确|写道|表示|称|说|写明|显示|披露|部署)(?:[，,：:]|，?[“「『])"
    # 报告 or 写着, and a colon soon after it: 报告的目标也很具体：
    r"|^[^。！？：:\n]{0,40}(?:报告|写着)[^。！？：:\n]{0,16}[：:]"
    # 报告 at the beginning and a verb, directly before the quoted words: 报告还要求推进…
    r"|^(?:该|这份|市|县|省)?报告(?:还|又|也|则|同时)?(?:指出|提出|强调|要求|部署|披露)(?![的了])要?"
)
_CLAUSE = re.compile("[^，,；;：:。！？!?\n]+[，,；;：:。！？!?\n]*")
_EDGE = " \t\r\n\u3000。！？!?，,；;：:、.…“”‘’「」『』\"'《》〈〉（）()—-·*#>"
_NUMBERING = re.compile(
    r"[\s—-]*(?:[0-9]{1,2}[.．、](?![0-9])|[(（【〔]?[一二三四五六七八九十0-9]{1,3}[)）】〕]|[一二三四五六七八九十]{1,3}、|[一二三四五六七八九十]{1,2}是(?!否)|[①-⑳])\s*"
)
_SHORTEST_QUOTATION = 8  # characters: a shorter one is a name or a term, and part of its sentence
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

    >>> core("“增长5%。”", Span(0, 7))
    Span(start=1, end=5)
    """
    start, end = span
    if number := _NUMBERING.match(text, start, end):
        start = number.end()
    while start < end and text[start] in _EDGE and not _is_sign(text, start):
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end)


def _is_sign(text: str, at: int) -> bool:
    """Whether a hyphen is the sign of a number."""
    return text[at] == "-" and text[at + 1 : at + 2].isdigit()


def quotations(text: str, sentence: Span) -> list[Span]:
    """The stretches of a sentence that it quotes: in quotation marks, or after 指出，; none if it quotes nothing.

    >>> text = "报告指出：“坚持稳中求进，推进改革。”"
    >>> [text[start:end] for start, end in quotations(text, Span(0, len(text)))]
    ['坚持稳中求进，推进改革。']
    >>> quotations("实施“八八战略”", Span(0, 8))
    []
    >>> text = "报告的目标也很具体：新增创业空间50万平方米"
    >>> [text[start:end] for start, end in quotations(text, Span(0, len(text)))]
    ['新增创业空间50万平方米']
    """
    piece = text[sentence.start : sentence.end]
    marked = [found.span(found.lastindex or 0) for found in _QUOTED.finditer(piece)]
    spans = [Span(sentence.start + start, sentence.start + end) for start, end in marked]
    long = [span for span in spans if span.end - span.start >= _SHORTEST_QUOTATION]
    if long:
        return long
    lead = _LEAD.match(piece)
    return [Span(sentence.start + lead.end(), sentence.end)] if lead and lead.end() < len(piece) else []


def only_introduces(text: str, sentence: Span) -> bool:
    """Whether a sentence only introduces the next one: 报告提出： at the end of a paragraph.

    >>> only_introduces("报告提出：", Span(0, 5)), only_introduces("报告提出：推进改革", Span(0, 9))
    (True, False)
    """
    lead = _LEAD.match(text[sentence.start : sentence.end])
    return lead is not None and sentence.start + lead.end() == sentence.end


def is_marked(text: str, quoted: Span) -> bool:
    """Whether a quotation stands in quotation marks."""
    return text[quoted.start - 1 : quoted.start] in ("“", "「", "『")


def lines(text: str, sentence: Span) -> list[Span]:
    """The lines of a sentence; one if it is not wrapped."""
    found = (match.span() for match in re.finditer(r"[^\n]+", text[sentence.start : sentence.end]))
    return [Span(sentence.start + start, sentence.start + end) for start, end in found]


def clauses(compact: str, shortest: int = SHORTEST_CLAUSE) -> list[Span]:
    """The clauses of a compact sentence. One of at most `shortest` characters goes with the next.

    >>> [(start, end) for start, end in clauses("同时,坚持稳中求进,推进改革开放")]
    [(0, 10), (10, 16)]
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
