"""The Chinese words of the pages: labels of the nouns' values, numbers, ranges of years, reasons of HTTP errors."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.exceptions import HTTPException

from deqing_search.report import Metadata, Passage, Report, ReportCard

KINDS = {"heading": "标题", "paragraph": "", "table-row": "表格行", "byline": "署名", "glossary": "名词解释"}
MEDIA = {"web": "网页", "newspaper": "报纸", "document": "文件", "scan": "扫描件"}
FIELDS = {"title": "题名", "kind": "类型", "year": "年份", "date": "日期", "place": "地区", "media": "载体"}
DAMAGE = {
    "truncated": "此处原文残缺",
    "placeholder": "原文此处是占位符，未作填补",
    "continued": "上文在他版，原件未收",
    "continues-elsewhere": "下文在他版，原件未收",
}
HEADINGS = {
    400: "请求看不懂",
    404: "没有找到",
    405: "不能这样请求",
    500: "程序出错",
    503: "索引暂不可用",
}
REASONS = {
    400: "请求看不懂。请在检索框里重新输入。",
    404: "没有这个网址。它也许抄漏了字，也许从来没有过。",
    405: "这个网址只能阅读，不能提交。",
    413: "这个网址不接收内容，只能阅读。",
    500: "程序出错，已记入日志。请稍后再试；若每次都这样，请把网址告诉管理员。",
}


def reason(error: HTTPException) -> str:
    """Our own reason where we gave one, else the Chinese for the status."""
    own = error.description or ""
    if any("\u4e00" <= char <= "\u9fff" for char in own):
        return own
    return REASONS.get(error.code or 500, f"请求无法完成（{error.code}）。")


def year_ranges(years: Sequence[int]) -> str:
    """Years in a row are told as one range.

    >>> year_ranges([2017, 2018, 2019, 2022])
    '2017–2019、2022'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def thousands(number: int) -> str:
    """
    >>> thousands(12345)
    '12,345'
    """
    return f"{number:,}"


def chinese_date(date: str) -> str:
    """
    >>> chinese_date("2024-02-03"), chinese_date("2024-02"), chinese_date("2024")
    ('2024年2月3日', '2024年2月', '2024年')
    """
    parts = date.split("-")
    if not all(part.isdigit() for part in parts):
        return date
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def title(card: Report | ReportCard) -> str:
    """What a report is called: its title, or its id when it has none."""
    return card.meta.title or card.id


def particulars(meta: Metadata) -> list[tuple[str, str, bool]]:
    """What is known of a report as (label, value, read out of the text and not from the catalog)."""
    values = (
        ("kind", meta.kind),
        ("place", meta.place),
        ("year", str(meta.year) if meta.year else ""),
        ("date", chinese_date(meta.date)),
        ("media", MEDIA.get(meta.media, meta.media)),
    )
    return [(FIELDS[field], value, field in meta.inferred) for field, value in values if value]


def kind_label(passage: Passage) -> str:
    """What kind of passage this is, empty for a plain paragraph. A paragraph before any heading is the 导语."""
    if passage.kind == "paragraph" and not passage.section:
        return "导语"
    return KINDS[passage.kind]


def damage_label(flag: str) -> str:
    return DAMAGE.get(flag, f"此处原文有损（{flag}）")


def line_range(lines: tuple[int, int]) -> str:
    """
    >>> line_range((8, 20)), line_range((8, 8))
    ('第 8–20 行', '第 8 行')
    """
    first, last = lines
    return f"第 {first} 行" if first == last else f"第 {first}–{last} 行"


def citation(title: str, meta: Metadata, passage: Passage, address: str) -> str:
    """Where a passage stands, in one line to paste under a quotation."""
    date = chinese_date(meta.date) or (f"{meta.year}年" if meta.year else "")
    dated = f"（{date}）" if date and date not in title else ""
    return f"《{title}》{dated}，第 {passage.ordinal} 段，{address}"


def visible(text: str) -> str:
    """Line ends and blanks of an edit, made visible.

    >>> visible("2030\\n\\n年")
    '2030⏎⏎年'
    """
    return text.replace("\n", "⏎").replace(" ", "␣").replace("\u3000", "□") or "（无）"


def shortened(text: str, length: int = 16) -> str:
    """
    >>> shortened("全心全意为人民服务", 4)
    '全心全意…'
    """
    return text if len(text) <= length else text[:length] + "…"


FILTERS = {
    "shortened": shortened,
    "visible": visible,
    "year_ranges": year_ranges,
    "thousands": thousands,
    "chinese_date": chinese_date,
    "particulars": particulars,
    "kind_label": kind_label,
    "damage_label": damage_label,
    "line_range": line_range,
    "report_title": title,
}
