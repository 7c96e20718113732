"""What `compare` prints of two reports: lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deqing_search.research.comparison import STATUSES
from deqing_search.research.differences import is_readable

if TYPE_CHECKING:
    from deqing_search.report import Report
    from deqing_search.research.comparison import Comparison, Row, Status
    from deqing_search.research.expressions import Expression

_SIGNS = {"same": "＝", "edited": "≈", "moved": "⇅", "new": "＋", "gone": "－"}
_EXPRESSIONS = 20


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Counts, the outline, the numbers that changed, expressions, then every passage that is not the same."""
    yield f"{_titled(found.before)} → {_titled(found.after)}"
    yield _counts(found.counts)
    yield "── 章节 ──"
    for section in found.sections:
        yield f"{_sign(section.heading)} {_headed(section.heading)}（{_counts(section.counts)}）"
    yield "── 变动的数字 ──"
    for row in found.rows:
        for number in row.numbers:
            yield f"{number.words}：{number.before} → {number.after}　（{_places(row)}）"
    yield f"── 新出现的说法 ──\n{_listed(found.new)}"
    yield f"── 不再出现的说法 ──\n{_listed(found.gone)}"
    yield "── 段落 ──"
    for row in found.rows:
        if row.status != "same":
            yield f"{_sign(row)} {_places(row)}　{_text(row)}"


def _titled(report: Report) -> str:
    return f"{report.meta.title or report.id}（{report.meta.year or '年份不详'}）"


def _counts(counts: Mapping[Status, int]) -> str:
    return "、".join(f"{name} {n}" for status, name in STATUSES.items() if (n := counts.get(status))) or "无段落"


def _sign(row: Row) -> str:
    return _SIGNS[row.status]


def _headed(row: Row) -> str:
    texts = [one.text for one in (row.before, row.after) if one]
    return " → ".join(dict.fromkeys(texts))


def _places(row: Row) -> str:
    before, after = (f"第 {one.ordinal} 段" if one else "" for one in (row.before, row.after))
    return f"{before} → {after}" if before and after else before or after


def _text(row: Row) -> str:
    """The text; of an edited one what was removed in 〔－〕 and what was added in 〔＋〕."""
    if not is_readable(row.pieces):
        return row.passage.text
    signs = {"same": "{}", "removed": "〔－{}〕", "added": "〔＋{}〕"}
    return "".join(signs[piece.kind].format(piece.text) for piece in row.pieces) or row.passage.text


def _listed(every: Sequence[Expression]) -> str:
    return "、".join(f"{one.text} {one.occurrences}" for one in every[:_EXPRESSIONS]) or "没有"
