"""How the pages write values: labels of kinds and damage, numbers, years, titles, and the reasons of HTTP errors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flask import g
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException

from deqing_search.citation import chinese_date
from deqing_search.errors import (
    DeqingError,
    IndexBusy,
    IndexMissing,
    IndexNotWritable,
    IndexOutdated,
    TooCostly,
)
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.echo import echo as echo_of
from deqing_search.query.filters import values_of
from deqing_search.query.tree import Query
from deqing_search.query.years import Years, ranges_of, read_years
from deqing_search.report import LoggedEdit, Metadata, Passage, Report, ReportCard
from deqing_search.search import searcher as conductor
from deqing_search.search.searcher import explain
from deqing_search.search.snippet import Snippet
from deqing_search.text.place_names import last_unit, short_name
from deqing_search.web.answering import engine
from deqing_search.web.i18n import gettext, in_chinese, language, translate, translated

KINDS = {
    "heading": gettext_noop("标题"),
    "paragraph": "",
    "table-row": gettext_noop("表格行"),
    "byline": gettext_noop("署名"),
    "glossary": gettext_noop("名词解释"),
}
MEDIA = {
    "web": gettext_noop("网页"),
    "newspaper": gettext_noop("报纸"),
    "document": gettext_noop("文件"),
    "scan": gettext_noop("扫描件"),
}
FIELDS = {
    "title": gettext_noop("题名"),
    "kind": gettext_noop("类型"),
    "year": gettext_noop("年份"),
    "date": gettext_noop("日期"),
    "place": gettext_noop("地区"),
    "media": gettext_noop("载体"),
    "session": gettext_noop("会议"),
    "speaker": gettext_noop("报告人"),
    "publisher": gettext_noop("发布者"),
    "published": gettext_noop("发布日期"),
}
CONDITIONS = {  # of a search
    "q": gettext_noop("检索式"),
    "mode": gettext_noop("匹配方式"),
    "year": FIELDS["year"],
    "kind": FIELDS["kind"],
    "place": FIELDS["place"],
    "part": gettext_noop("内容分类"),
    "report": gettext_noop("报告"),
}
DAMAGE = {
    "truncated": gettext_noop("此处原文残缺"),
    "placeholder": gettext_noop("原文此处是占位符，未作填补"),
    "unreadable": gettext_noop("此处有无法辨认的字"),
    "uncertain": gettext_noop("此处由图片识别，可能有错字"),
    "continued": gettext_noop("上文在其他版面，原件未收录"),
    "continues-elsewhere": gettext_noop("下文在其他版面，原件未收录"),
}
TOO_COSTLY = gettext_noop("没有算完")
HEADINGS = {
    400: gettext_noop("这个请求无法执行"),
    404: gettext_noop("没有找到"),
    405: gettext_noop("不支持这样的请求"),
    410: gettext_noop("本段已不存在"),
    413: gettext_noop("内容太大"),
    429: gettext_noop("请求过多"),
    500: gettext_noop("程序出错"),
    503: gettext_noop("索引暂不可用"),
}
_CUT = '<span class="cut">……</span>'
BUSY = gettext_noop("系统繁忙")
_THEN = '</span><span class="then" aria-hidden="true">›</span><span>'
UNKNOWN = gettext_noop("请求无法完成")
FAULTS: dict[type[DeqingError], str] = {
    IndexMissing: gettext_noop("还没有索引。"),
    IndexOutdated: gettext_noop("索引由另一个版本建立，须重建。"),
    IndexBusy: gettext_noop("索引正在写入，请稍后再试。"),
    IndexNotWritable: gettext_noop("索引所在的文件夹不能写入。"),
}
TOO_MANY = gettext_noop("您这里的请求在这一分钟内占用的计算时间过多。请在 {n} 秒后再试，或缩小检索范围。")
REASONS = {
    400: gettext_noop("无法识别这个请求。请在检索框里重新输入。"),
    404: gettext_noop("没有这个网址，可能抄写有误，也可能从未存在。"),
    405: gettext_noop("这个网址只能阅读，不能提交。"),
    413: gettext_noop("提交的内容太大，没有接收。"),
    500: gettext_noop("程序出错，已记入日志。请稍后再试；若每次都这样，请把网址告诉管理员。"),
}


NARROWER = {  # what makes a request cheaper, by the name of its page; for others the error itself says it
    "panel": gettext_noop("请减少词表里的词，或写明地区和年份。"),
    "concordance": gettext_noop("请把词写长一些，或写明地区和年份。"),
    "collocates": gettext_noop("请把词写长一些、缩小跨距，或写明地区和年份。"),
    "keyness": gettext_noop("请写明地区和年份，缩小所比的两组报告。"),
    "figures": gettext_noop("请写明地区和年份。"),
    "pledges": gettext_noop("请写明更小的地区、指标和年份。"),
    "verify": gettext_noop("请把文字分成几次核对。"),
}


def narrower(error: TooCostly, path: str) -> str:
    """What to change so that a request costs less: the hint of the error, or a better one for this path.

    >>> narrower(TooCostly("…"), "/api/v1/panel"), narrower(TooCostly("…", hint="another query"), "/")
    ('请减少词表里的词，或写明地区和年份。', 'another query')
    """
    return NARROWER.get(path.rpartition("/")[2].partition(".")[0], error.hint)


def reason(error: HTTPException) -> str:
    """The reason that was given in Chinese, else the one for the status."""
    own = error.description or ""
    if any("\u4e00" <= char <= "\u9fff" for char in own):
        return own
    if error.code == 429:
        return Message(TOO_MANY, n=g.get("retry_after") or 60)
    return REASONS.get(error.code or 500) or Message("请求无法完成（{code}）。", code=error.code)


def heading(error: HTTPException) -> str:
    """The heading of a refusal. 503 here is that of a busy site; a fault of the index has another heading."""
    return BUSY if error.code == 503 else HEADINGS.get(error.code or 500, UNKNOWN)


def fault(error: DeqingError) -> tuple[str, str]:
    """Why a request failed and what to do. In English without details for the administrator: they are in the log."""
    if language() != "en":
        return str(error), error.hint
    return FAULTS.get(type(error), UNKNOWN), ""


def refusal(error: DeqingError, typed: str) -> tuple[str, str]:
    """Why a request is refused, and an example. Sentences that `error` joins are translated one by one."""
    if isinstance(error.message, Message):
        return error.message, error.hint
    if language() != "en":
        return str(error), error.hint
    notes = [translate(note.message) for note in explain(typed).diagnostics if note.severity == "error"]
    return "; ".join(notes) or UNKNOWN, error.hint


def cause(entry: LoggedEdit) -> str:
    """Why a place was repaired; in English the name of the fix.

    >>> cause(LoggedEdit("hard-wrap", "窄栏硬换行", (), (1, 2), "\\n", ""))
    '窄栏硬换行'
    """
    return entry.fix.replace("-", " ") if language() == "en" else entry.reason


def enumerated(names: Sequence[str]) -> str:
    """
    >>> enumerated(["年份", "地区"])
    '年份、地区'
    """
    return (", " if language() == "en" else "、").join(names)


def variant_kind(kind: str) -> Markup:
    """The kind of a variant; several kinds if it was rewritten in several ways."""
    between = escape(", " if language() == "en" else "、")
    return between.join(translated(one) for one in kind.split("、"))


def year_ranges(years: Sequence[int]) -> str:
    """The years; consecutive years as one range.

    >>> year_ranges([2017, 2018, 2019, 2022])
    '2017–2019、2022'
    """
    return (", " if language() == "en" else "、").join(ranges_of(years))


def year_span(text: str) -> str:
    """Years as they stand in an address, for people to read.

    >>> year_span("2016..2024"), year_span("2016.."), year_span("2024")
    ('2016—2024 年', '2016 年及以后', '2024 年')
    """
    first, last = read_years(text) or Years()
    if first == last:
        return gettext("%(year)s 年", year=first or "")
    if first is None:
        return gettext("%(year)s 年及以前", year=last)
    return (
        gettext("%(first)s—%(last)s 年", first=first, last=last) if last else gettext("%(year)s 年及以后", year=first)
    )


def thousands(number: int) -> str:
    """
    >>> thousands(12345)
    '12,345'
    """
    return f"{number:,}"


def briefly(number: int) -> str:
    """A count that fits into a column of a chart; the exact count is in its title.

    >>> briefly(1062), briefly(12345)
    ('1062', '1.2万')
    """
    if number < 10_000:
        return str(number)
    return f"{number / 1000:.0f}k" if language() == "en" else f"{number / 10_000:.1f}万"


def title(card: Report | ReportCard) -> str:
    """The title of a report, or its id if it has none."""
    return card.meta.title or card.id


def headline(card: Report | ReportCard) -> str:
    """The title as lists show it: with the place in front where the title does not name it.

    >>> headline(ReportCard("r", Metadata(title="政府工作报告", place="浙江省湖州市德清县"), "", "", 1, 0))
    '德清县 政府工作报告'
    """
    place, bare = last_unit(card.meta.place), short_name(card.meta.place)
    return f"{place} {title(card)}" if bare and bare not in title(card) else title(card)


def particulars(meta: Metadata) -> list[tuple[str, str, bool]]:
    """What is known of a report as (label, value, read out of the text and not from the catalog)."""
    values = (
        ("kind", meta.kind),
        ("place", meta.place),
        ("year", str(meta.year) if meta.year else ""),
        ("date", chinese_date(meta.date)),
        ("media", gettext(MEDIA[meta.media]) if meta.media in MEDIA else meta.media),
    )
    return [(gettext(FIELDS[field]), value, field in meta.inferred) for field, value in values if value]


def details(meta: Metadata) -> list[tuple[str, str, bool]]:
    """The particulars, and what else is known of the meeting and the publication, in the same form."""
    values = (
        ("session", meta.session),
        ("speaker", " ".join(filter(None, (meta.office, meta.speaker))) if meta.speaker else ""),
        ("publisher", meta.publisher),
        ("published", chinese_date(meta.published)),
    )
    more = [(gettext(FIELDS[field]), value, field in meta.inferred) for field, value in values if value]
    return particulars(meta) + more


def dated_title(card: Report | ReportCard) -> str:
    """The title with the place and the year, where it does not name them.

    >>> dated_title(ReportCard("r", Metadata(title="政府工作报告", place="浙江省德清县", year=2016), "", "", 1, 0))
    '德清县 政府工作报告（2016）'
    """
    year = str(card.meta.year or "")
    return headline(card) + (f"（{year}）" if year and year not in title(card) else "")


def report_name(report_id: str) -> str:
    """The title of a report of the index with its place and year; its id if there is no such report."""
    card = conductor.card(engine(), report_id)
    return dated_title(card) if card else report_id


def echo(query: Query) -> str:
    """The query as a sentence in the language of this answer."""
    return echo_of(query, language="en" if language() == "en" else "zh", titled=lambda id: f"《{report_name(id)}》")


def year_among(card: ReportCard, others: Sequence[ReportCard]) -> str:
    """The year of a report; with its month where others of the same place and kind are of the same year.

    >>> may = ReportCard("a", Metadata(year=2021, date="2021-03-26"), "", "", 1, 0)
    >>> year_among(may, [may]), year_among(may, [may, may._replace(id="b")])
    ('2021', '2021（3月）')
    """
    month = card.meta.date[5:7].lstrip("0")
    if len(others) < 2 or not month:
        return str(card.meta.year)
    return gettext("%(year)s（%(month)s月）", year=card.meta.year, month=month)


def section_path(section: Sequence[str]) -> Markup:
    """The headings above a passage, outermost first.

    >>> str(section_path(["一、<回顾>", "（一）经济"]))
    '<span>一、&lt;回顾&gt;</span><span class="then" aria-hidden="true">›</span><span>（一）经济</span>'
    """
    return Markup(f"<span>{_THEN.join(map(escape, section))}</span>")  # noqa: S704 escaped here


def excerpt(shown: Snippet) -> Markup:
    """The snippet of a hit with its marks, and with dots where the passage goes on.

    >>> from deqing_search.text.offsets import Span
    >>> str(excerpt(Snippet("<地理信息>", (Span(1, 3),), False, True)))
    '&lt;<mark>地理</mark>信息&gt;<span class="cut">……</span>'
    """
    text, at, pieces = shown.text, 0, []
    for start, end in shown.marks:
        pieces.append(f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>")
        at = end
    pieces.append(escape(text[at:]))
    cut = _CUT if shown.cut_before else "", _CUT if shown.cut_after else ""
    return Markup("".join((cut[0], *pieces, cut[1])))  # noqa: S704 escaped above


def kind_label(passage: Passage) -> str:
    """What kind of passage this is, empty for a plain paragraph."""
    return gettext(KINDS[passage.kind]) if KINDS[passage.kind] else ""


def damage_label(flag: str) -> str:
    return gettext(DAMAGE[flag]) if flag in DAMAGE else gettext("此处原文有损（%(flag)s）", flag=flag)


def line_range(lines: tuple[int, int]) -> str:
    """
    >>> line_range((8, 20)), line_range((8, 8))
    ('第 8–20 行', '第 8 行')
    """
    first, last = lines
    if first == last:
        return gettext("第 %(n)s 行", n=first)
    return gettext("第 %(first)s–%(last)s 行", first=first, last=last)


def bold(number: int) -> Markup:
    """A count in bold.

    >>> str(bold(12345))
    '<b>12,345</b>'
    """
    return Markup("<b>{}</b>").format(thousands(number))


def visible(text: str) -> str:
    """Line ends and blanks of an edit, made visible.

    >>> visible("2030\\n\\n年")
    '2030⏎⏎年'
    """
    return text.replace("\n", "⏎").replace(" ", "␣").replace("\u3000", "□") or gettext("（无）")


def visible_ends(text: str) -> str:
    """Line ends made visible where they are, nothing else.

    >>> visible_ends("科技\\n创新")
    '科技⏎\\n创新'
    """
    return text.replace("\n", "⏎\n")


@lru_cache(1_000)
def shortened(text: str, length: int = 16) -> str:
    """
    >>> shortened("全心全意为人民服务", 4)
    '全心全意…'
    """
    return text if len(text) <= length else text[:length] + "…"


FILTERS = {
    "translated": translated,
    "cause": cause,
    "enumerated": enumerated,
    "values_of": values_of,
    "variant_kind": variant_kind,
    "bold": bold,
    "in_chinese": in_chinese,
    "place_name": last_unit,
    "visible_ends": visible_ends,
    "shortened": shortened,
    "visible": visible,
    "year_ranges": year_ranges,
    "year_span": year_span,
    "thousands": thousands,
    "briefly": briefly,
    "chinese_date": chinese_date,
    "particulars": particulars,
    "details": details,
    "dated_title": dated_title,
    "section_path": section_path,
    "excerpt": excerpt,
    "kind_label": kind_label,
    "damage_label": damage_label,
    "line_range": line_range,
    "report_title": headline,
    "year_among": year_among,
}
