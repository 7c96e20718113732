"""The list of tools that programs see: the name of each, what it is asked and answers, and when to call it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from deqing_search.mcp import answers, arguments, tools


class Tool(NamedTuple):
    """A tool: its name and title, what it is asked, and what a program should know before it calls it."""

    name: str
    title: str
    asked: type[arguments.Arguments]
    answer: type[answers.Answer]
    call: Callable[[tools.Collection, Any], answers.Answer]
    description: str


TOOLS: Final[Sequence[Tool]] = (
    Tool(
        "search",
        "检索",
        arguments.Search,
        answers.SearchAnswer,
        tools.search,
        "在收录的政府工作报告里逐字查找，给出段落原文、编号、固定链接和文字的 SHA-256。引用前用 read_passage 看全文，"
        "写好的引文用 verify 核对。",
    ),
    Tool(
        "read_passage",
        "读一段",
        arguments.ReadPassage,
        answers.PassageAnswer,
        tools.read_passage,
        "按编号读一段原文和前后文。编号来自 search、figures 或 verify；旧编号会指到现在的段落，并说明变化。",
    ),
    Tool(
        "read_report",
        "读一份报告",
        arguments.ReadReport,
        answers.ReportAnswer,
        tools.read_report,
        "按编号读一份报告：提纲和原文，长报告分几次读，每次按 next 接着读。编号来自 coverage 或 search。",
    ),
    Tool(
        "verify",
        "核对引文",
        arguments.Verify,
        answers.VerifyAnswer,
        tools.verify,
        "逐句核对一段文字是否逐字见于收录的报告，数字、否定、出处有没有改动。凡是要引用报告的回答，发出之前都应先核对；"
        "文中有引号的，只核对引号里的话，not_checked 列出没有核对的字句；"
        "absent 是收录的报告里没有，不是假话。",
    ),
    Tool(
        "trend",
        "逐年次数",
        arguments.Trend,
        answers.TrendAnswer,
        tools.trend,
        "数几个词在各年报告里出现几处，以及每万字几处。年份是报告的年份；没有报告的年份不列，不是零。",
    ),
    Tool(
        "figures",
        "指标数值",
        arguments.Figures,
        answers.FiguresAnswer,
        tools.figures,
        "读出报告对一项指标（地区生产总值、城镇新增就业等）说的目标和结果，每个数附原句和段落。"
        "certain 为 false 的要看原文。",
    ),
    Tool(
        "coverage",
        "收录范围",
        arguments.Coverage,
        answers.CoverageAnswer,
        tools.coverage,
        "收录了哪些报告，中间缺哪几年。没有找到东西时先看这里，再说“没有”。",
    ),
    Tool(
        "cite",
        "写引文",
        arguments.Cite,
        answers.CiteAnswer,
        tools.cite,
        "把一段写成规范的引文：GB/T 7714、脚注、Markdown、BibTeX、RIS 或 CSL。",
    ),
)
