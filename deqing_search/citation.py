"""Writes the citation of a passage in six forms: for bibliographies, footnotes, reference managers and Markdown.

Each form that has room for it gives the section and number of the passage, its permalink, the day of access, and the
digest of its text, so that a later reader can see whether the text has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from deqing_search.messages import gettext_noop
from deqing_search.report import Metadata, Passage, Report, ReportCard
from deqing_search.text.acts import body_of
from deqing_search.text.controls import without_controls
from deqing_search.text.place_names import has_unit, last_unit

_WORK_REPORT, _NEWS = "政府工作报告", "新闻报道"
_SHORT = 12  # hexadecimal digits of the digest where people read it
_BIBTEX = {
    **{char: "\\" + char for char in "&%$#_"},
    "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped or not
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!])|^(\s*)([-+=](?=[-=\s]|$)|\d+[.)](?=\s|$))", re.M)


@dataclass(frozen=True, slots=True)
class Source:
    """What is cited: a passage, its report, its address and the day of access.

    `address` is empty where the passage has none that others can open.
    """

    passage: Passage
    title: str
    meta: Metadata
    address: str
    accessed: date


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in one form. `name` is its name in addresses, `ending` and `media` are those of its file."""

    name: str
    label: str
    text: str
    ending: str
    media: str


def cited(report: Report | ReportCard, passage: Passage, address: str) -> Source:
    """Return the source that a citation of the passage names, with today as the day of access.

    A passage of an act about the report, in the same file, has the title and the author of the act.
    """
    act = _act_of(passage)
    meta = _of_act(report.meta, act) if act else report.meta
    title = act or report.meta.title or report.id
    return Source(passage, title, meta, address, date.today())  # noqa: DTZ011 the day here is the one meant


def _act_of(passage: Passage) -> str:
    """The title of the act about a report in which the passage stands, or which it is."""
    titles = passage.section[:1] or (passage.text,)
    return titles[0] if body_of(titles[0]) else ""


def _of_act(meta: Metadata, title: str) -> Metadata:
    """What is known of an act: its kind, and the year of the meeting. The day of the meeting is that of the report."""
    year = int(meta.date[:4]) if meta.date else meta.year
    return meta._replace(kind=title[-2:], year=year, date="")


def citations(source: Source) -> tuple[Citation, ...]:
    """Return the citation in every form; the first ones are for pasting."""
    source = _without_controls(source)
    return tuple(Citation(name, label, form(source), ending, media) for name, label, ending, media, form in FORMS)


def _without_controls(source: Source) -> Source:
    """The source without characters that a terminal or a reference manager obeys; the passage keeps its digest."""
    values = source.meta._asdict().items()
    fields: dict[str, Any] = {name: without_controls(value) for name, value in values if isinstance(value, str)}
    return replace(
        source,
        title=without_controls(source.title),
        meta=source.meta._replace(**fields),
        passage=source.passage._replace(section=tuple(map(without_controls, source.passage.section))),
    )


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as `printf %s 文字 | sha256sum` prints it.

    >>> digest("地理信息")[:12]
    '948052c051e3'
    """
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def author(source: Source) -> str:
    """Return the body whose act the source is, else who issued the report; "" where it is unknown."""
    return body_of(source.title) or issuer(source.meta)


def issuer(meta: Metadata) -> str:
    """Return the author of a work report: the government of the place, by law. The author of other kinds is unknown.

    >>> issuer(Metadata(kind="政府工作报告", place="浙江省湖州市德清县"))
    '德清县人民政府'
    >>> issuer(Metadata(kind="政府工作报告", place="全国"))
    '国务院'
    >>> issuer(Metadata(kind="新闻报道", place="浙江省湖州市德清县"))
    ''
    """
    if meta.kind == _WORK_REPORT and meta.place == "全国":
        return "国务院"
    known = has_unit(meta.place) and meta.kind == _WORK_REPORT
    return f"{last_unit(meta.place)}人民政府" if known else ""


def _day_issued(meta: Metadata) -> str:
    """The day of publication, else that of the meeting; of a newspaper the day of the paper. Empty if none is known.

    >>> _day_issued(Metadata(date="2024-01-29", published="2024-02-23")), _day_issued(Metadata(year=2016))
    ('2024-02-23', '')
    """
    return (meta.date or meta.published) if _is_news(meta) else (meta.published or meta.date)


def _issued(meta: Metadata) -> str:
    """The day, else the year."""
    return _day_issued(meta) or str(meta.year or "")


def standard(source: Source) -> str:
    """Return GB/T 7714-2015 for an electronic resource: author. title[type/carrier]. (date)[accessed]. address.

    The standard has no place for a paragraph or a digest. Both are at the permalink, which is the last address. Where
    the address that the report came from is known, it stands first: it is the official one.
    """
    by = f"{author(source)}. " if author(source) else ""
    issued = _issued(source.meta)
    if issued and not _is_news(source.meta):
        issued = f"({issued})"
    addresses = "".join(f" {address}." for address in (source.meta.source, source.address) if address)
    return (
        f"{by}{source.title}[{'N' if _is_news(source.meta) else 'R'}/OL]. "
        f"{issued}[{source.accessed.isoformat()}].{addresses}"
    )


def footnote(source: Source) -> str:
    """Return a Chinese footnote: author, title, date, section, paragraph, address, day of access, digest."""
    by = f"{author(source)}：" if author(source) else ""
    dated = _chinese(source.meta)
    dated = f"，{dated}" if dated and dated not in source.title else ""
    address = f"{source.address}，" if source.address else ""
    return (
        f"{by}《{_inner_titles(source.title)}》{dated}，{_place_in(source.passage)}，{address}"
        f"{_day(source.accessed)}访问，文本校验码 {digest(source.passage.text)[:_SHORT]}{_original(source, '，')}。"
    )


def markdown(source: Source) -> str:
    """Return the passage as a quotation with its source below."""
    quoted = "\n".join(f"> {markdown_text(without_controls(line))}" for line in source.passage.text.splitlines())
    return (
        f"{quoted}\n>\n> ——《{markdown_text(_inner_titles(source.title))}》，"
        f"{_linked(markdown_text(_place_in(source.passage)), source.address)}，"
        f"{source.accessed.isoformat()} 访问，文本校验码 `{digest(source.passage.text)[:_SHORT]}`"
        + ("，" + _linked("来源", source.meta.source) if source.meta.source or _publication(source.meta) else "")
        + markdown_text(_publication(source.meta))
    )


def _linked(text: str, address: str) -> str:
    return f"[{text}](<{address}>)" if address else text


def bibtex(source: Source) -> str:
    """Return an entry for BibTeX and biber. Braces keep the name of a government in one piece."""
    by = author(source)
    fields = {
        "author": f"{{{_escaped_bibtex(by)}}}" if by else "",
        "title": f"{{{_escaped_bibtex(source.title)}}}",
        "institution": _escaped_bibtex(by),
        "type": _escaped_bibtex(source.meta.kind) if by else "",
        "year": str(source.meta.year or ""),
        "date": _day_issued(source.meta),
        "url": _address(source),
        "urldate": source.accessed.isoformat(),
        "note": _escaped_bibtex(_note(source)),
        "language": "chinese",
    }
    kind = "techreport" if by else "misc"
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{_key(source)},\n{lines}\n}}\n"


def ris(source: Source) -> str:
    """Return a record for EndNote, NoteExpress and Zotero, with the line ends of RIS."""
    return "".join(f"{tag}  - {value}\r\n" for tag, value in _ris(source)) + "ER  - \r\n"


def csl_json(source: Source) -> str:
    """Return a list of one item for citeproc, Zotero and pandoc."""
    return json.dumps([_csl(source)], ensure_ascii=False, indent=1) + "\n"


def _ris(source: Source) -> Iterator[tuple[str, str]]:
    meta = source.meta
    yield "TY", "NEWS" if _is_news(meta) else "RPRT"
    if author(source):
        yield "AU", author(source)
    yield "TI", _one_line(source.title)
    if meta.year:
        yield "PY", str(meta.year)
    if day := _day_issued(meta):
        yield "DA", "/".join((*day.split("-"), "", "")[:3]) + "/"
    if source.passage.section:
        yield "SE", _one_line(" › ".join(source.passage.section))
    yield "SP", f"第{source.passage.ordinal}段"
    yield "AB", _one_line(without_controls(source.passage.text))
    yield "N1", _one_line(_note(source))
    yield "LA", "zh-CN"
    if _address(source):
        yield "UR", _address(source)
    yield "Y2", source.accessed.strftime("%Y/%m/%d/")
    yield "ID", _key(source)


def _csl(source: Source) -> dict[str, Any]:
    meta, by = source.meta, author(source)
    item: dict[str, Any] = {
        "id": _key(source),
        "type": "article-newspaper" if _is_news(meta) else "report",
        "title": source.title,
        "accessed": {"date-parts": [[source.accessed.year, source.accessed.month, source.accessed.day]]},
        "abstract": "\n".join(map(without_controls, source.passage.text.splitlines())),
        "note": _note(source),
        "language": "zh-CN",
    }
    if _address(source):
        item["URL"] = _address(source)
    if by:
        item |= {"author": [{"literal": by}], "genre": meta.kind}
    if issued := [int(part) for part in _issued(meta).split("-") if part.isdigit()]:
        item["issued"] = {"date-parts": [issued]}
    if source.passage.section:
        item["section"] = " › ".join(source.passage.section)
    return item


def _address(source: Source) -> str:
    """Return the one address of forms that have room for one: the permalink, else the address of the report."""
    return source.address or source.meta.source


def _is_news(meta: Metadata) -> bool:
    return meta.kind == _NEWS


def _key(source: Source) -> str:
    return f"{re.sub(r'[^A-Za-z0-9-]+', '-', source.passage.report).strip('-') or 'report'}-{source.passage.id}"


def _place_in(passage: Passage) -> str:
    """Return section and paragraph number in the words of a footnote."""
    section = "之".join(f"“{re.sub('[“”]', lambda mark: '‘’'['“”'.index(mark[0])], name)}”" for name in passage.section)
    return f"{section}部分，第 {passage.ordinal} 段" if section else f"第 {passage.ordinal} 段"


def _note(source: Source) -> str:
    passage = source.passage
    return f"{_place_in(passage)}；文本 SHA-256 {digest(passage.text)}{_original(source, '；')}"


def _original(source: Source, before: str) -> str:
    """Return the address that the report came from, who published it there, and when."""
    address, published = source.meta.source, _publication(source.meta)
    where = f" {address}" if address else ""
    return f"{before}来源{where}{published}" if address or published else ""


def _publication(meta: Metadata) -> str:
    """
    >>> _publication(Metadata(publisher="德清县人民政府网", published="2024-02-05"))
    '（德清县人民政府网，2024年2月5日发布）'
    """
    published = f"{chinese_date(meta.published)}发布" if meta.published else ""
    said = "，".join(filter(None, (_one_line(meta.publisher), published)))
    return f"（{said}）" if said else ""


def _chinese(meta: Metadata) -> str:
    """
    >>> _chinese(Metadata(date="2024-02-03")), _chinese(Metadata(year=2016))
    ('2024年2月3日', '2016年')
    """
    return chinese_date(meta.date) or (f"{meta.year}年" if meta.year else "")


def chinese_date(date: str) -> str:
    """Return a date of ISO 8601 as Chinese writes it; what is no such date is returned unchanged.

    >>> chinese_date("2024-02-03"), chinese_date("2024-02"), chinese_date("2024")
    ('2024年2月3日', '2024年2月', '2024年')
    """
    parts = date.split("-")
    if not all(part.isdigit() for part in parts):
        return date
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _inner_titles(title: str) -> str:
    """Replace 《》 by 〈〉, as Chinese punctuation demands for a title inside a title.

    >>> _inner_titles("关于《规划》的说明")
    '关于〈规划〉的说明'
    """
    return title.translate(str.maketrans("《》", "〈〉"))


def _escaped_bibtex(text: str) -> str:
    return "".join(_BIBTEX.get(char, char) for char in _one_line(text))


def markdown_text(text: str) -> str:
    """Return the text with its signs of Markdown escaped.

    >>> markdown_text("1. 增长*10%*")
    '1\\\\. 增长\\\\*10%\\\\*'
    """
    return _MARKDOWN.sub(_backslashed, text)


def _backslashed(found: re.Match[str]) -> str:
    if found[1]:
        return "\\" + found[1]
    return f"{found[2]}{found[3][:-1]}\\{found[3][-1]}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


FORMS: tuple[tuple[str, str, str, str, Callable[[Source], str]], ...] = (
    ("gbt7714", "GB/T 7714", "txt", "text/plain", standard),
    ("footnote", gettext_noop("脚注"), "txt", "text/plain", footnote),
    ("markdown", "Markdown", "md", "text/markdown", markdown),
    ("bibtex", "BibTeX", "bib", "application/x-bibtex", bibtex),
    ("ris", "RIS", "ris", "application/x-research-info-systems", ris),
    ("csl", "CSL-JSON", "json", "application/vnd.citationstyles.csl+json", csl_json),
)
