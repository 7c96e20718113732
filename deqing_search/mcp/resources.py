"""Reports and passages as resources: addresses of texts that a program may read without a tool.

`deqing://report/<id>` is a report, `deqing://report/<id>/<n>` the same from its passage n on, `deqing://passage/<id>`
one passage. A text that is too long ends with the address of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from deqing_search.errors import UsageError
from deqing_search.mcp import arguments, tools
from deqing_search.mcp.tools import Collection
from deqing_search.messages import for_message
from deqing_search.report import ReportCard

AT_ONCE: Final = 100  # reports of one page of the list
_REPORT = re.compile("deqing://report/([^/]+)(?:/([1-9][0-9]{0,5}))?")
_PASSAGE = re.compile("deqing://passage/([^/]+)")


class Listed(NamedTuple):
    """A resource of the list."""

    uri: str
    name: str
    title: str


class Template(NamedTuple):
    """A form of addresses."""

    uri: str
    name: str
    title: str


TEMPLATES: Final[Sequence[Template]] = (
    Template("deqing://report/{id}", "report", "一份报告的原文；长的分几次，末尾写着余下部分的地址"),
    Template("deqing://report/{id}/{first}", "report-from", "一份报告从第几段起的原文"),
    Template("deqing://passage/{id}", "passage", "一段原文，连同报告、编号、固定链接和 SHA-256"),
)


def listed(held: Collection, start: int) -> tuple[list[Listed], int | None]:
    """Some reports from `start` on, and where the next ones begin; None if there are no more."""
    cards = held.engine.view().cards()
    after = start + AT_ONCE
    return [_listed(card) for card in cards[start:after]], after if after < len(cards) else None


def _listed(card: ReportCard) -> Listed:
    return Listed(f"deqing://report/{quote(card.id, safe='')}", card.id, card.meta.title or card.id)


def text_of(held: Collection, uri: str) -> str:
    """The text at an address; raises `UsageError` if there is none."""
    if found := _PASSAGE.fullmatch(uri):
        return _passage(held, unquote(found[1]))
    if found := _REPORT.fullmatch(uri):
        return "\n\n".join(_report(held, unquote(found[1]), int(found[2] or 1)))
    hint = "地址写成 deqing://report/编号 或 deqing://passage/编号"
    raise UsageError(f"没有地址为“{for_message(uri)}”的资源", hint=hint)


def _passage(held: Collection, id: str) -> str:
    found = tools.read_passage(held, arguments.ReadPassage(id=id, around=0))
    one = found.passage
    head = f"{one.title} › {one.section} › 第 {one.ordinal} 段\n{one.permalink} sha256 {one.sha256}"
    notes = [note for note in (found.moved, f"余下部分：{found.next}" if one.cut else "") if note]
    return "\n\n".join([head, one.text, *notes, found.searched])


def _report(held: Collection, id: str, first: int) -> Iterator[str]:
    found = tools.read_report(held, arguments.ReadReport(id=id, first=first))
    yield f"# {found.title}\n{found.permalink}"
    if found.moved:
        yield found.moved
    for one in found.text:
        cut = f"（未完，见 deqing://passage/{one.id}）" if one.cut else ""
        yield f"[{one.ordinal} {one.id}] {one.text}{cut}"
    after = found.text[-1].ordinal + 1
    if after <= found.passages:
        yield f"共 {found.passages} 段。余下部分：deqing://report/{quote(found.id, safe='')}/{after}"
