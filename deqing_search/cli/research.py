"""What the commands of research print: lines for people. Records and tables are made in `research`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deqing_search.cli.hits import coverage_line
from deqing_search.research.panel_files import OTHERS, heading

if TYPE_CHECKING:
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
