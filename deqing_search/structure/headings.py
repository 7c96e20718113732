"""Which lines are headings that do not look like one: their likes in the same text show it.

A short line with a number is a heading by its look (`lines.is_heading`). `第一，…`, `——…`, headings that end in a colon
or a full stop and very long ones look like paragraphs or items. They are headings where their likes stand alone too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from deqing_search.text.lines import (
    NUMERAL,
    Line,
    ends_sentence,
    is_byline,
    is_heading,
    is_prose,
    is_row,
    leaves_open,
    numbering,
)

_HAN_RANKS = range(5)  # 编 章 节 一、 （一）: a bare `1.` opens list items as well
_ITEM = re.compile(rf"第[{NUMERAL}]+[，,、]|——")
_STOP = re.compile("[。！？；]")
_DANGLING = re.compile("(?:[的和与或及在把将，、：:]|以及)$")
_SHORT, _LONGEST = 45, 120  # characters of a heading; of one with a number
_LONG_LINE = 32  # characters: shorter lines are headings by their look
_SAME_BEGINNING = 4  # characters
_LEAST_LIKE = 2


class Heading(NamedTuple):
    """The name of the section that a line opens, and what it opens with: a rank, `第`, `—` or its first characters."""

    title: str
    kind: str


class Headings:
    """The headings of a text that only their likes show.

    >>> from deqing_search.text.lines import lines_of
    >>> text = "第一，产业富民\\n培育高原农业，农牧民收入增长。\\n第二，生态立州\\n推进国土绿化，完成造林三十万亩。\\n"
    >>> found = Headings(lines_of(text))
    >>> [found.at(number) for number in range(3)]
    [Heading(title='第一，产业富民', kind='第'), None, Heading(title='第二，生态立州', kind='第')]
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._alone, self._all = Counter[str](), Counter[str]()
        for at, line in enumerate(lines):
            kind = _kind_of(line.text)
            if kind:
                self._all[kind] += 1
                self._alone[kind] += self._stands_alone(at, kind)

    def at(self, number: int) -> Heading | None:
        """The heading that this line is, if its own look does not say so."""
        text = self._lines[number].text
        kind = _kind_of(text)
        if not kind or is_byline(text) or not self._stands_alone(number, kind):
            return None
        likely = 2 * self._alone[kind] > self._all[kind] if kind.isdigit() else self._alone[kind] >= _LEAST_LIKE
        return Heading(text.rstrip("。：:"), kind) if likely else None

    def _below(self, at: int) -> str:
        return self._lines[at + 1].text if at + 1 < len(self._lines) else ""

    def _stands_alone(self, at: int, kind: str) -> bool:
        """It has the length of a heading and no sentence inside, and what stands below is of another kind."""
        text, below = self._lines[at].text, self._below(at)
        if not below or _kind_of(below) == kind:
            return False
        if kind.isdigit():
            return is_heading(text) or _could_be_heading(text, below)
        if _closes(text) or _STOP.search(text) or len(text) > _SHORT:
            return False
        return _is_paragraph(below) or (numbering(below) is not None and is_heading(below))


def _could_be_heading(text: str, below: str) -> bool:
    """With a number: long but one sentence without a stop, or short and closed by a colon or a full stop."""
    if leaves_open(text) or _STOP.search(text[:-1]):
        return False
    if text[-1] in "：:。":
        return len(text) <= _SHORT and (text[-1] != "。" or _is_paragraph(below))
    return len(text) <= _LONGEST and not _closes(text) and (_is_paragraph(below) or numbering(below) is not None)


def _closes(text: str) -> bool:
    return ends_sentence(text) or bool(_DANGLING.search(text)) or text[-1] in "；;"


def _is_paragraph(line: str) -> bool:
    return not is_byline(line) and (ends_sentence(line) or (is_prose(line) and line[-1] in "：:"))


def _kind_of(text: str) -> str:
    """What it opens with: the rank of its number, `第`, `——`, or the first characters of a long line; '' otherwise."""
    item = _ITEM.match(text)
    if item:
        return item[0][0]
    rank = numbering(text)
    if rank is not None or is_row(text):
        return str(rank) if rank in _HAN_RANKS else ""
    return f"{text[:_SAME_BEGINNING]}…" if len(text) > _LONG_LINE else ""
