"""What a report says of itself: title, date, year, kind and place, where the catalog is silent.

The catalog always wins; a field read from the text is named in `Metadata.inferred`. What is not said is left
unknown: nothing is guessed from the name of a file or its folder.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from deqing_search.report import Metadata, RawText
from deqing_search.text.lines import HAN, is_byline, is_heading, lines_of, numbering

KINDS = ("政府工作报告", "规划", "纲要", "计划", "公报", "意见", "决定", "通知")
_HEAD = 12  # lines that can be the head of a report
_SHORT = 70  # characters: a longer line of the head is prose
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DAY = r"\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?"
_DATE = re.compile(rf"((?:19|20)\d{{2}}){_DAY}")
_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d{{2}})(?!\d)(?!{_DAY})")
_ONLY_DATE = re.compile(rf"{_DATE.pattern}[^，。]{{0,12}}|[（(]\s*{_DATE.pattern}[^。]{{0,16}}[)）]")
_ASIDE = r"[（(][^（()）]*\d{4}[^（()）]*[)）]"  # a date or year in brackets, and who spoke
_MARKDOWN = re.compile(r"<!--|-->|[*_#]+")
_GOVERNED = r"第|[一二三四五六七八九十]+届|人大|人民代表|(?:人民)?政府|代?[省市县区州]长|国民|新型|工作|[“\d]"
_PLACE = re.compile(
    rf"((?:(?:(?![年日在的为届次我们代表受向位于了按照中共])[{HAN}]){{2,9}}?"
    rf"(?:特别行政区|自治[区州县旗]|[省市县区盟旗]|州(?!市))){{1,3}})(?={_GOVERNED})"
)


def describe(raw: RawText, catalog: Metadata) -> Metadata:
    """Complete the catalog's entry from front matter and the head of the text.

    >>> raw = RawText("r", "政府工作报告\\n(2024年2月3日在德清县第十七届人民代表大会第三次会议上)\\n", "")
    >>> found = describe(raw, Metadata())
    >>> found.title, found.date, found.year, found.kind, found.place, found.inferred
    ('政府工作报告', '2024-02-03', 2024, '政府工作报告', '德清县', ('title', 'kind', 'year', 'date', 'place'))
    """
    head = [line.text for line in lines_of(raw.text[:4000])[:_HEAD]]
    front = dict(raw.front_matter)
    title = catalog.title or front.get("title", "") or _title(head)
    said = [_in_digits(line) for line in (title, *(_MARKDOWN.sub("", line).strip() for line in head))]
    kind = front.get("kind", "") or next((kind for kind in KINDS if kind in title), "")
    date = _date(_in_digits(front.get("date", ""))) or next(_dates(said), "")
    found = Metadata(
        title=_bare(title) or raw.report,
        kind=kind,
        year=_year(said[0]) or _year_of(date, kind),
        date=date,
        place=front.get("place", "") or next(_places(said), ""),
    )
    missing = [name for name in ("title", "kind", "year", "date", "place") if not getattr(catalog, name)]
    if catalog.year and "date" in missing and _year_of(date, kind) != catalog.year:
        missing.remove("date")  # a date of another year would contradict the catalog
    taken = {name: getattr(found, name) for name in missing if getattr(found, name)}
    return catalog._replace(**taken, inferred=tuple(taken))


def _title(head: list[str]) -> str:
    """The first line that names a kind of report; else the first line, if it stands over the text."""
    named = (line for line in head if is_heading(line) and any(kind in line for kind in KINDS))
    over = head[0] if head and is_heading(head[0]) and numbering(head[0]) is None else ""
    return _MARKDOWN.sub("", next(named, over)).strip()


def _bare(title: str) -> str:
    """The title without date and name in brackets before or behind it, and once where the page printed it twice.

    >>> _bare("南京市政府工作报告 （2015年1月18日 缪瑞林）"), _bare("2 0 1 6  年报告2016年报告")
    ('南京市政府工作报告', '2016年报告')
    """
    bare = _in_digits(re.sub(rf"^\s*{_ASIDE}|{_ASIDE}\s*$", "", title)).strip()
    half = bare[: len(bare) // 2]
    return half if half and half * 2 == bare else bare


def _in_digits(text: str) -> str:
    """Digits set apart for show come together, and dates in Chinese numerals become digits.

    >>> _in_digits("2 0 1 6  年"), _in_digits("二〇二四年二月二十三日"), _in_digits("十月三十一日")
    ('2016年', '2024年2月23日', '10月31日')
    """
    text = re.sub(r"(?<=\d)\s+(?=\d[\d\s]*年)|(?<=\d)\s+(?=年)", "", text)
    text = re.sub(r"[一二][〇○零一二三四五六七八九]{3}(?=年)", lambda year: year[0].translate(_DIGITS), text)
    return re.sub(r"[一二三四五六七八九十]{1,3}(?=[月日])", lambda number: _number(number[0]), text)


def _number(numeral: str) -> str:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return numeral.translate(_DIGITS)
    return (tens.translate(_DIGITS) or "1") + (ones.translate(_DIGITS) or "0")


def _dates(lines: list[str]) -> Iterator[str]:
    """Of the title, of lines that say when and where, of lines that are nothing but a date."""
    for number, line in enumerate(lines):
        if number == 0 or is_byline(line) or _ONLY_DATE.fullmatch(line) or _names_meeting(line):
            yield from filter(None, [_date(line)])


def _names_meeting(line: str) -> bool:
    return len(line) <= _SHORT and ("会议" in line or "大会" in line)


def _date(text: str) -> str:
    found = _DATE.search(text)
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3])).isoformat() if found else ""
    except ValueError:  # no such day
        return ""


def _year(title: str) -> int | None:
    found = _YEAR.search(title)
    return int(found[1]) if found else None


def _year_of(date: str, kind: str) -> int | None:
    """A government reports in December on the year that ends, to the session that opens the next: that year counts."""
    if not date:
        return None
    return int(date[:4]) + (kind == "政府工作报告" and date[5:7] == "12")


def _places(lines: list[str]) -> Iterator[str]:
    """The place in front of what it governs: `南京市` of `南京市政府工作报告`, `德清县` of `在德清县第十七届…`."""
    for line in lines:
        if len(line) <= _SHORT or "政府" in line[:40]:
            yield from (found[1] for found in _PLACE.finditer(line[:_SHORT]))
