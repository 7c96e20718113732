"""Short lines that look like headings and stand over nothing: who signs and when, labels with values, rows, contents.

A line with a number in front of it is a heading by its look (`lines.is_heading`); of these lines only entries of a
table of contents are judged here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deqing_search.report import PassageKind
from deqing_search.text.lines import Line, ends_sentence, is_glossary_heading, numbering

_YEAR, _HAN_DAY = r"(?:(?:19|20)\d\d|[一二][〇○零Ｏ一二三四五六七八九]{3})", "[一二三四五六七八九十]{1,3}"
_DATE = re.compile(rf"[（(]?{_YEAR}\s*年\s*(?:\d{{1,2}}|{_HAN_DAY})\s*月\s*(?:\d{{1,2}}|{_HAN_DAY})\s*日[）)]?")
_DOCUMENT = re.compile(r"\S{1,14}[〔［\[（(]\d{4}[〕］\]）)]\s*第?\s*\d{1,4}\s*号")
_SIGNER = re.compile(
    r"[^，。：:；]{2,28}(?:政府|委员会|办公室|办公厅|联合会|协会|学会|商会|公司|集团|中心|小组|指挥部|党组|[党省市县区州]委|[局厅部院司处])"
)
_MOST_DATES = 2  # of one text: more are the headings of a chronicle
_GAP = re.compile("[ \u00a0\u3000]{2,}|\t")
_PAIR = re.compile(r"(?!附|专栏)[^：:，。]{1,14}[：:]\s*[^\s：:].{0,40}")
_VALUE = r"[约+\-−＋－]?\d[\d,.，]*\s*(?:[%％‰]|(?!年)[^\d\s，。；：:、]{1,5})?"
_NUMBERED_PAIR = re.compile(rf"[^：:，。\d][^：:，。]{{0,13}}[：:]\s*{_VALUE}$")
_NOTE = re.compile(r"(?:注|附注|说明|备注|(?:资料|数据)?来源)\s*\d*\s*[：:]\s*\S")
_ANNEXES = re.compile(r"附件?\s*[：:]\s*\d+\s*[.．、]")
_ENTRY = re.compile(
    "\\S.{0,60}?(?:[ \u00a0\u3000\t]{2,}|(?:[.．·…]{3,}|…+)\\s*)(?P<page>第\\s*\\d{1,4}\\s*页|\\d{1,4})"
)
_RESULT = re.compile(r"\S*[^\d\s.]\d[\d,.]*(?:[%％‰]|个百分点|[万亿千]?[元吨人户亩辆台件项家个])")
_REST = re.compile(r"\d[\d,.]*(?:[%％‰]|个百分点|[万亿千]+(?:美?元|吨|人|户|亩)?|美?元|吨|亩|公里)[，。；、]")


class ShortLines:
    """The lines of a text that only look like headings.

    >>> from deqing_search.text.lines import lines_of
    >>> found = ShortLines(lines_of("某县人民政府\\n2024年3月1日\\n抄送：县委办公室。\\n产值：10\\n人口\\n"))
    >>> [found.kind_at(number) for number in range(5)]
    ['byline', 'byline', None, 'paragraph', None]
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._texts = [line.text for line in lines]
        dates = {at for at, text in enumerate(self._texts) if _DATE.fullmatch(text)}
        self._dates = dates if len(dates) <= _MOST_DATES else set[int]()

    def kind_at(self, number: int) -> PassageKind | None:
        """The kind of a line that is no heading whatever its look; None where nothing shows that."""
        text, above, below = (self._text(number + step) for step in (0, -1, 1))
        if number in self._dates or _DOCUMENT.fullmatch(text) or self._signs(number):
            return "byline"
        if any(_is_entry(text, other) for other in (above, below)):
            return "paragraph"
        if numbering(text) is not None or ends_sentence(text) or is_glossary_heading(text):
            return None
        if any(pattern.match(text) for pattern in (_NUMBERED_PAIR, _NOTE, _ANNEXES)) or _REST.match(below):
            return "paragraph"
        return "paragraph" if any(_are_alike(text, other) for other in (above, below)) else None

    def _text(self, number: int) -> str:
        return self._texts[number] if 0 <= number < len(self._texts) else ""

    def _signs(self, number: int) -> bool:
        """A body that signs stands above the date, or above another that signs."""
        while _SIGNER.fullmatch(self._text(number)):
            number += 1
            if number in self._dates:
                return True
        return False


def _is_entry(text: str, beside: str) -> bool:
    """An entry of a table of contents: its page is called one, or the line beside it has one as well."""
    entry = _ENTRY.fullmatch(text)
    return entry is not None and (entry["page"].startswith("第") or _ENTRY.fullmatch(beside) is not None)


def _are_alike(text: str, beside: str) -> bool:
    """Neighbours that are both labels with values, rows with wide gaps, or results without a stop."""
    if numbering(beside) is not None:
        return False
    if _PAIR.fullmatch(text) and _PAIR.fullmatch(beside):
        return True
    if _RESULT.fullmatch(text) and _RESULT.fullmatch(beside):
        return True
    cells, others = len(_GAP.split(text)), len(_GAP.split(beside))
    return cells > 1 and (cells == others or min(cells, others) > 2) and not ends_sentence(beside)
