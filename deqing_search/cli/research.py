"""What the commands of research print: lines for people. Records and tables are made in `research`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deqing_search.cli import links
from deqing_search.cli.hits import coverage_line
from deqing_search.cli.layout import columns, padded, table
from deqing_search.research.panel_files import difference_in_words, heading
from deqing_search.text.place_names import short_name

if TYPE_CHECKING:
    from deqing_search.report import Metadata
    from deqing_search.research.collocates import Collocate, Dispersion, Extension
    from deqing_search.research.concordance import Concordance
    from deqing_search.research.keyness import Keyness, Side
    from deqing_search.research.manifest import Change
    from deqing_search.research.panel import Difference, Panel
    from deqing_search.search.searcher import Coverage

_SOURCE = 42  # columns that a line of a concordance needs beside the text: brackets, place, year, id
_SHOWN = 12  # columns of a panel that fit on a line
CHANGES = {
    "version": "版本",
    "report-added": "新增报告",
    "report-removed": "少了报告",
    "report-changed": "报告有改动",
    "row-added": "新增一行",
    "row-removed": "少了一行",
    "row-changed": "数字有变",
}


def panel_lines(panel: Panel, differences: Sequence[Difference], coverage: Coverage) -> Iterator[str]:
    """Occurrences by place and year, the rule, and what the figures rest on. A gap is shown as 缺."""
    shown = range(min(len(panel.columns), _SHOWN))
    rows = [("地区", "年份", "报告", "字数", *(heading(panel.columns[at]) for at in shown))]
    for row in panel.rows:
        counts = [str(row.tallies[at].occurrences) for at in shown] if row.reports else []
        extent = [str(len(row.reports)), str(row.characters)] if row.reports else ["缺"]
        called = f"（{row.other_name}）" if row.other_name else ""
        rows.append((f"{row.place}{called}" or "（地区不详）", str(row.year or "不详"), *extent, *counts))
    yield from table(rows)
    for row in panel.breaks:
        yield f"口径变动：{row.place}从 {row.year} 年的报告起辖区不同：{'；'.join(row.changes or ())}。"
    if len(panel.columns) > _SHOWN:
        yield f"另有 {len(panel.columns) - _SHOWN} 栏未列出，用 --csv 或 --out 目录 取全部。"
    yield "数法：同一处只计一次，长词优先；长词里的短词不另计。"
    yield from map(difference_in_words, differences)
    undated = f"，其中 {panel.undated} 份年份不详" if panel.undated else ""
    gaps = f"其中 {panel.gaps} 行没有收录报告，记为空缺，不记为零。" if panel.gaps else ""
    yield f"共 {len(panel.rows)} 行，统计了 {panel.reports} 份报告{undated}。{gaps}"
    yield coverage_line(coverage)


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """What changed since a panel was made."""
    for change in changes:
        yield f"{CHANGES[change.kind]}：{change.name}　{change.before or '无'} → {change.after or '无'}"
    if not changes:
        yield "数字、报告、版本都与当时相同。"


def characters_beside(typed: str, screen: int | None) -> int:
    """How many characters of context fit on both sides of a found text in a line of the terminal; None: no terminal.

    >>> characters_beside("营商环境", 100), characters_beside("营商环境", None)
    (12, 20)
    """
    return 20 if screen is None else min(20, max(5, (screen - columns(typed) - _SOURCE) // 4))


def concordance_lines(found: Concordance, coverage: Coverage) -> Iterator[str]:
    """One line for each occurrence, the found string in a column of its own, then place, year and the passage."""
    wide = max((columns(line.left) for line in found.lines), default=0)
    wide_right = max((columns(line.right) for line in found.lines), default=0)
    sources = [_source(line.report.meta) for line in found.lines]
    wide_source = max(map(columns, sources), default=0)
    for line, source in zip(found.lines, sources, strict=True):
        left, right = padded(line.left, wide, right=True), padded(line.right, wide_right)
        yield f"{left} 【{line.found}】 {right}  {padded(source, wide_source)}  {line.passage.id}"
    drawn = f"，抽取 {found.listed} 处" if found.listed < found.occurrences else ""
    yield f"共 {found.occurrences} 处、{found.passages} 段、{found.reports} 份报告{drawn}，列出 {len(found.lines)} 处"
    yield f"看一段：{links.command('show 编号')}"
    yield coverage_line(coverage)


def _source(meta: Metadata) -> str:
    return f"{short_name(meta.place) or meta.title} {meta.year or '年份不详'}"


def collocate_lines(found: Sequence[Collocate], coverage: Coverage) -> Iterator[str]:
    """One line for each word."""
    if not found:
        yield "没有常与它一起出现的词；词太少时用 --minimum 降低要求"
        return
    rows: list[tuple[str, ...]] = [("搭配词", "同现", "左", "右", "总频次", "logDice", "对数似然值")]
    for one in found:
        counts = (str(count) for count in (one.near, one.left, one.right, one.frequency))
        rows.append((one.word, *counts, f"{one.log_dice:.2f}", f"{one.log_likelihood:.1f}"))
    yield from table(rows)
    yield coverage_line(coverage)


def extension_lines(found: Sequence[Extension], coverage: Coverage) -> Iterator[str]:
    """One line for each string."""
    yield from table([("字串", "次数"), *((one.text, str(one.occurrences)) for one in found)])
    yield coverage_line(coverage)


def dispersion_lines(found: Dispersion, coverage: Coverage) -> Iterator[str]:
    """The two DP, and the occurrences of each year."""
    yield f"DP（报告）{found.over_reports:.3f}，DP（年份）{found.over_years:.3f}；0 为最均匀，越接近 1 越集中"
    yield f"{found.reports} 份报告中，有 {found.reports_with} 份出现"
    years = ((str(year.name), str(year.occurrences), str(year.characters)) for year in found.years)
    yield from table([("年份", "次数", "字数"), *years])
    if found.undated:
        yield f"另有 {found.undated} 处在年份不详的报告里"
    yield coverage_line(coverage)


def keyness_lines(found: Keyness, limit: int) -> Iterator[str]:
    """The four lists, each word with its occurrences here and there."""
    here, there = found.here, found.there
    yield f"这一组：{_size(here)}；另一组：{_size(there)}"
    for name, places in zip(("这一组", "另一组"), found.unshared_places, strict=True):
        if places:
            yield f"两组的地区不完全相同，只在{name}：{'、'.join(places)}"
    for _, title, words in found.lists:
        yield f"── {title}（{len(words)} 个）──"
        rows = [("词", "这一组", "另一组", "对数似然值", "对数比")]
        for one in words[:limit]:
            scores = f"{one.log_likelihood:.1f}", f"{one.log_ratio:+.2f}"
            rows.append((one.word, str(one.here), str(one.there), *scores))
        yield from table(rows)


def _size(side: Side) -> str:
    return f"{side.passages} 段（{side.reports} 份报告）、{side.words} 词"
