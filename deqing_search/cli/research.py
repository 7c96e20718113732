"""What the commands of research print: lines for people. Records and tables are made in `research`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deqing_search.cli.click_in_chinese import columns
from deqing_search.cli.hits import coverage_line
from deqing_search.research.panel_files import OTHERS, heading

if TYPE_CHECKING:
    from deqing_search.research.collocates import Collocate, Dispersion, Extension
    from deqing_search.research.concordance import Concordance
    from deqing_search.research.keyness import Keyness
    from deqing_search.research.manifest import Change
    from deqing_search.research.panel import Difference, Panel
    from deqing_search.search.searcher import Coverage

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
    yield "\t".join(("地区", "年份", "报告", "字数", *(heading(panel.columns[at]) for at in shown)))
    for row in panel.rows:
        if row.reports:
            counts = (f"{row.tallies[at].occurrences}" for at in shown)
            yield "\t".join(
                (
                    row.place or "（地区不详）",
                    str(row.year or "不详"),
                    f"{len(row.reports)}",
                    f"{row.characters}",
                    *counts,
                )
            )
        else:
            yield "\t".join((row.place, str(row.year), "缺"))
    if len(panel.columns) > _SHOWN:
        yield f"另有 {len(panel.columns) - _SHOWN} 栏未列出，用 --csv 或 --out 目录 取全部。"
    yield "数法：由左至右、取最长、互不重叠；套在长词里的短词不另计。"
    yield from _difference_lines(differences)
    undated = f"，其中 {panel.undated} 份年份不详" if panel.undated else ""
    yield f"{len(panel.rows)} 行，数了 {panel.reports} 份报告{undated}；缺报告 {panel.gaps} 行，是空缺，不是零。"
    yield coverage_line(coverage)


def _difference_lines(differences: Sequence[Difference]) -> Iterator[str]:
    for one in differences:
        off = "" if one.relative is None else f"，差 {one.relative:+.1%}"
        turned = f"；{one.pairs} 次逐年升降中 {one.turned} 次方向不同" if one.pairs else ""
        yield f"{heading(one.column)}：实有 {one.exact} 处，{OTHERS[one.way][0]} {one.other}{off}{turned}"


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """What changed since a panel was made."""
    for change in changes:
        yield f"{CHANGES[change.kind]}：{change.name}　{change.before or '无'} → {change.after or '无'}"
    if not changes:
        yield "数字、报告、版本都与当时相同。"


def concordance_lines(found: Concordance, coverage: Coverage) -> Iterator[str]:
    """One line for each occurrence, the found string in a column of its own."""
    wide = max((columns(line.left) for line in found.lines), default=0)
    for line in found.lines:
        meta = line.report.meta
        source = f"{meta.place or meta.title or line.report.id} {meta.year or '年份不详'}"
        gap = " " * (wide - columns(line.left))
        yield f"{gap}{line.left} 【{line.found}】 {line.right}　（{source}，/p/{line.passage.id}）"
    drawn = f"，抽取 {found.listed} 处" if found.listed < found.occurrences else ""
    yield f"共 {found.occurrences} 处、{found.passages} 段、{found.reports} 份报告{drawn}，列出 {len(found.lines)} 处"
    yield coverage_line(coverage)


def collocate_lines(found: Sequence[Collocate], coverage: Coverage) -> Iterator[str]:
    """One line for each word."""
    yield "搭配词\t同现\t左\t右\t总频次\tlogDice\t对数似然值"
    for one in found:
        counts = f"{one.near}\t{one.left}\t{one.right}\t{one.frequency}"
        yield f"{one.word}\t{counts}\t{one.log_dice:.2f}\t{one.log_likelihood:.1f}"
    yield coverage_line(coverage)


def extension_lines(found: Sequence[Extension], coverage: Coverage) -> Iterator[str]:
    """One line for each string."""
    yield from (f"{one.text}\t{one.occurrences}" for one in found)
    yield coverage_line(coverage)


def dispersion_lines(found: Dispersion, coverage: Coverage) -> Iterator[str]:
    """The two DP, and the occurrences of each year."""
    yield f"DP（报告）{found.over_reports:.3f}，DP（年份）{found.over_years:.3f}；0 最匀，近 1 集中在少数"
    yield f"{found.reports} 份报告里 {found.reports_with} 份有"
    yield from (f"{year.name}\t{year.occurrences} 处\t{year.characters} 字" for year in found.years)
    if found.undated:
        yield f"另有 {found.undated} 处在年份不详的报告里"
    yield coverage_line(coverage)


def keyness_lines(found: Keyness, limit: int) -> Iterator[str]:
    """The four lists, each word with its occurrences here and there."""
    here, there = found.here, found.there
    yield f"这一组 {here.reports} 份报告 {here.words} 词，另一组 {there.reports} 份 {there.words} 词"
    for title, words in (("多用", found.more), ("少用", found.less), ("新用", found.new), ("不再用", found.gone)):
        yield f"── {title}（{len(words)} 个）──"
        for one in words[:limit]:
            scores = f"对数似然值 {one.log_likelihood:.1f}\t对数比 {one.log_ratio:+.2f}"
            yield f"{one.word}\t{one.here}\t{one.there}\t{scores}"
