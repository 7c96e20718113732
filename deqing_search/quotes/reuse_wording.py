"""Says in words who has a clause, for the shell and the pages alike."""

from __future__ import annotations

from collections.abc import Sequence

from deqing_search.messages import Message, gettext_noop
from deqing_search.quotes.reuse import Clause, Origin
from deqing_search.report import ReportCard

ORIGINS: dict[Origin, str] = {
    "last year": gettext_noop("本地上一年"),
    "own earlier": gettext_noop("本地更早"),
    "other places": gettext_noop("其他地区"),
    "higher levels": gettext_noop("上级"),
}
ELSEWHERE = gettext_noop("别的报告")
INHERITED = gettext_noop("更早的报告")
EDITED = gettext_noop("由本地上一年改写")
UNTITLED = gettext_noop("没有标题的部分")


def relatives(clause: Clause, own: ReportCard) -> str:
    """How many places and reports have a clause, its own report included, and the earliest year in the index."""
    every = [own, *(one.report for one in clause.carriers)]
    places = len({clause.place, *(one.place for one in clause.carriers)})
    years = [card.meta.year for card in every if card.meta.year is not None]
    if not years:
        return Message("连同本报告，见于 {places} 个地区的 {reports} 份报告。", places=places, reports=len(every))
    said = gettext_noop("连同本报告，见于 {places} 个地区的 {reports} 份报告；收录的报告里最早的是 {year} 年。")
    return Message(said, places=places, reports=len(every), year=min(years))


def held_only(unheld: Sequence[str]) -> str:
    """The warning that the first report in the index need not be the first of all."""
    said = gettext_noop("“最早”仅就收录的报告而言；没有收录的有：{unheld}。")
    return Message(said, unheld="；".join(unheld))
