"""A file with two documents: what a people's congress decided about a report, and the report itself.

Each keeps its own title. The act is one section with its title, so that its paragraphs are not cited as the report's.
"""

from __future__ import annotations

from collections.abc import Sequence

from deqing_search.structure.kinds import WORK_REPORT, bare, is_delivery, is_title, kind_of
from deqing_search.text.acts import body_of
from deqing_search.text.lines import is_byline

_BELOW = 6  # lines below the title of a report in which somebody addresses the congress


def act_of(title: str, lines: Sequence[str]) -> str:
    """The title of the act with which a text begins, of the file or of the first line; "" if it begins with none.

    >>> act_of("", ["某市第七届人民代表大会第七次会议关于某市人民政府工作报告的决议", "会议充分肯定市人民政府的工作。"])
    '某市第七届人民代表大会第七次会议关于某市人民政府工作报告的决议'
    """
    return next((named for named in (title, *lines[:1]) if body_of(named)), "")


def report_below(lines: Sequence[str]) -> int | None:
    """The number of the line that is the title of a report which is delivered below it; None if there is none.

    >>> report_below(["会议决定批准这个报告。", "政府工作报告", "──2026年2月9日在某市第七届人民代表大会第七次会议上"])
    1
    """
    for at, line in enumerate(lines):
        if _names_report(line) and any(is_byline(one) or is_delivery(one) for one in lines[at + 1 : at + 1 + _BELOW]):
            return at
    return None


def _names_report(line: str) -> bool:
    return "报" in line and kind_of(bare(line)) == WORK_REPORT and is_title(bare(line))
