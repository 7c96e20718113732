"""What a report says of itself: title, date, year, kind and place, where the catalog is silent.

The catalog always wins; a field read from the text is named in `Metadata.inferred`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from deqing_search.report import Metadata, RawText
from deqing_search.shapes import HAN, is_byline, is_heading, lines_of, numbering

KINDS = ("政府工作报告", "规划", "纲要", "计划", "公报", "意见", "决定", "通知")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"((?:19|20)\d{2})\s*年?")
_DATE = re.compile(r"((?:19|20)\d{2})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?")
_PLACE = re.compile(
    rf"([{HAN}]{{2,12}}?(?:特别行政区|自治[区州县旗]|[省市县区州盟旗]))(?=[{HAN}]*(?:人民政府|政府|国民|新型|规划|工作))"
)
_HEAD = 12  # lines that can be the head of a report


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
    said = _spaced_digits("\n".join([title, *(line for line in head if is_byline(line))]))
    date = front.get("date", "") or _date(said)
    year = int(date[:4]) if date else _year(_spaced_digits(title))
    found = Metadata(
        title=_bare(title) or raw.report,
        kind=front.get("kind", "") or next((kind for kind in KINDS if kind in title), ""),
        year=year,
        date=date,
        place=front.get("place", "") or _place(said),
    )
    missing = [name for name in ("title", "kind", "year", "date", "place") if not getattr(catalog, name)]
    if catalog.year and "date" in missing and found.date[:4] != str(catalog.year):
        missing.remove("date")  # a date of another year would contradict the catalog
    taken = {name: getattr(found, name) for name in missing if getattr(found, name)}
    return replace(catalog, **taken, inferred=tuple(taken))


def _title(head: list[str]) -> str:
    """The first line that names a kind of report; else the first line, if it stands over the text."""
    named = (line for line in head if is_heading(line) and any(kind in line for kind in KINDS))
    return next(named, head[0] if head and is_heading(head[0]) and numbering(head[0]) is None else "")


def _bare(title: str) -> str:
    """The title without the date and name in brackets behind it: `南京市政府工作报告 （2015年1月18日 缪瑞林）`."""
    return _spaced_digits(re.sub(r"\s*[（(][^（()）]*\d{4}[^（()）]*[)）]\s*$", "", title)).strip()


def _spaced_digits(text: str) -> str:
    """Digits set apart for show come together: `2 0 1 6  年` → `2016年`."""
    return re.sub(r"(?<=\d)[ \u3000]+(?=\d[\d \u3000]*年)|(?<=\d)[ \u3000]+(?=年)", "", text)


def _date(text: str) -> str:
    found = _DATE.search(_arabic_year(text))
    if not found or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return ""
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _year(text: str) -> int | None:
    found = _YEAR.search(_arabic_year(text))
    return int(found[1]) if found else None


def _arabic_year(text: str) -> str:
    """`二〇二四年` → `2024年`; months and days in Chinese numerals stay."""
    return re.sub(r"[一二][〇○零一二三四五六七八九]{3}(?=年)", lambda year: year[0].translate(_DIGITS), text)


def _place(text: str) -> str:
    """The place in front of what it governs: `南京市` of `南京市政府工作报告`, `德清县` of `在德清县第十七届…`."""
    found = _PLACE.search(text) or re.search(rf"在([{HAN}]{{2,10}}?[省市县区州盟旗])第", text)
    return found[1].removeprefix("在").removeprefix("年") if found else ""
