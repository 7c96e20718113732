"""Puts a finding into words, the same for the shell and the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deqing_search.messages import Message, gettext_noop
from deqing_search.quotes.findings import Difference, Finding, Kind, StatedFigure, StatedRole, Status
from deqing_search.quotes.records import first_held
from deqing_search.search.results import Coverage

STATUSES: dict[Status, str] = {
    "number-altered": gettext_noop("数字或限定词不同"),
    "figure-differs": gettext_noop("数字与报告不符"),
    "misattributed": gettext_noop("出处不符"),
    "altered": gettext_noop("文字有改动"),
    "assembled": gettext_noop("由几处拼成"),
    "absent": gettext_noop("未找到"),
    "figure-agrees": gettext_noop("数字与报告相符"),
    "formula": gettext_noop("套语，逐字相同"),
    "exact": gettext_noop("逐字相同"),
}
KINDS: dict[Kind, str] = {
    "number": gettext_noop("数字、单位、年份或限定词"),
    "numeral": gettext_noop("数字写法"),
    "place": gettext_noop("地区"),
    "omission": gettext_noop("略去"),
    "punctuation": gettext_noop("标点"),
    "look-alike": gettext_noop("形近字，可能是识别错误"),
    "traditional": gettext_noop("异体或繁体"),
    "width": gettext_noop("全角或半角"),
    "wording": gettext_noop("文字"),
}


FIGURES: dict[StatedRole, str] = {
    "target": gettext_noop("{place}{year}年{indicator}（目标）：文中 {text}，报告 {reported}"),
    "outcome": gettext_noop("{place}{year}年{indicator}（结果）：文中 {text}，报告 {reported}"),
    "": gettext_noop("{place}{year}年的报告：文中“{indicator}{text}”，报告“{reported}”"),
}


_BOUNDS = ("以上", "以下", "以内", "左右")


def explanation(finding: Finding, coverage: Coverage) -> str:
    """The verdict in one sentence."""
    match finding.verdict:
        case "exact":
            return Message("与原文逐字相同，见于收录的 {n} 份报告。", n=finding.reports)
        case "formula":
            return Message(
                "见于收录的 {n} 份报告，收录中最早的是 {year} 年；单凭这句话不能断定出处。",
                n=finding.reports,
                year=first_held(finding) or "？",
            )
        case "number-altered":
            return gettext_noop(
                "与最接近的原文相比，数字、单位、年份、地区或限定词不同；若引自未收录的报告，请核对那一份。"
            )
        case "figure-differs":
            return gettext_noop("报告里没有这句话；同一件事，报告里的数字不同。")
        case "figure-agrees":
            return gettext_noop("报告里没有这句话，但其中的数字与报告相符。")
        case "altered":
            return gettext_noop("与最接近的原文相比，文字有改动。")
        case "assembled":
            return gettext_noop("各分句分别见于原文，但原文里不是连着的一句。")
        case "absent" if finding.parts:
            return Message(
                "收录的 {n} 份报告里没有整句，只有其中几个分句；但不能据此断定其余的是假的。", n=coverage.reports
            )
        case "absent":
            return Message("收录的 {n} 份报告里没有这句话，但不能据此断定它是假的。", n=coverage.reports)


def figures(finding: Finding) -> Iterator[tuple[str, str]]:
    """Each figure that was compared: whether it agrees, and what the text and the reports have.

    The first is empty where a report has another bound than the text: 5% and 5%以上.
    """
    for one in finding.figures:
        values = list(dict.fromkeys(value for value, _ in one.reported))
        line = Message(
            FIGURES[one.role],
            place=one.place,
            year=one.year,
            indicator=one.indicator,
            text=one.text,
            reported="、".join(values),
        )
        yield _answer(one, values), line


def _answer(one: StatedFigure, values: Sequence[str]) -> str:
    if not one.agrees:
        return gettext_noop("不符")
    has_bound = [text.endswith(_BOUNDS) for text in (one.text, *values)]
    return gettext_noop("相符") if len(set(has_bound)) == 1 else ""


def attribution(finding: Finding) -> str:
    """What the finding says about the report that the text names; empty if it names none."""
    place, year = finding.named.place, finding.named.year or ""
    match finding.attribution:
        case "agrees" if finding.verdict == "figure-differs":
            return ""  # the place that differs stands there
        case "agrees":
            return Message("与文中写明的出处相符：{place} {year}", place=place, year=year)
        case "contradicts":
            return Message("文中写明的出处是{place} {year}，那份报告里没有这样的原文。", place=place, year=year)
        case "unheld":
            return Message("文中写明的出处是{place} {year}，没有收录，无从核对。", place=place, year=year)
    return ""


def shown(text: str) -> str:
    return text or gettext_noop("（无）")


def described(differences: tuple[Difference, ...]) -> Iterator[tuple[str, str, str]]:
    """The kind of each difference, what the text has, and what the source has; all traditional characters together."""
    spelt = [
        pair for one in differences if one.kind == "traditional" for pair in zip(one.text, one.source, strict=False)
    ]
    for one in differences:
        if one.kind != "traditional":
            yield KINDS[one.kind], shown(one.text), shown(one.source)
    if spelt:
        mine, theirs = ("".join(chars) for chars in zip(*dict.fromkeys(spelt), strict=True))
        yield KINDS["traditional"], mine, theirs
