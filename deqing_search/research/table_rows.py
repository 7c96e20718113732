"""The values of an indicator in a row of a table: one cell names it, the heads of the others the year and the role.

Only a cell that holds the name and nothing else is a label, and only a cell that holds one number is a value. A row
whose unit is not known is not read. All texts but the cells themselves are compact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from deqing_search.language.folding import compact, compact_text, original_span
from deqing_search.report import Passage
from deqing_search.research.amounts import PER_UNIT, RATES, Basis, Number, Relation, numbers, relation_of
from deqing_search.research.figure_phrases import is_opener
from deqing_search.research.indicators import OTHER, Named, names
from deqing_search.research.periods import Period, Role
from deqing_search.research.statements import Statement, Subject
from deqing_search.text.offsets import Span

_NUMBERING = re.compile(
    r"^(?:[0-9]{1,2}[.、)]|\([0-9一二三四五六七八九十]{1,2}\)|[一二三四五六七八九十]{1,2}、|[*#※])*(?:其中:?)?"
)
_REST = re.compile("(?:年均)?(?:比?上?年?增长率?|增速|增幅|涨幅|降低率?|下降率?|降幅|累计|总量|总额|强度)*[*※①-⑳]*")
_BRACKET = re.compile(r"[(\[]([^()\[\]]{1,12})[)\]]|,?单位:(.{1,6})$")
_UNIT_HEAD = re.compile("(?:计量)?单位")
_UNIT = re.compile("%|‰|[十百千万亿]*(?:美元|元|人|个|吨标准煤|吨标煤|吨|公斤|斤)(?:/(?:万元|人))?")
_VALUE = re.compile(
    r"(?P<value>[≥≤<>]?-?[0-9][0-9,]*(?:\.[0-9]+)?(?:[-~至][0-9.]+)?)(?P<bound>左右|及?以上|以内|以下|上下)?"
)
_YEAR = re.compile("(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_COMPARED = re.compile("[比较][^,;]*?(?:年|末)")
_AIM = re.compile("目标|预期|计划|安排|规划|力争|预计目标")
_REACHED = re.compile("实际|完成|实绩|执行|达到|实现|预计|数值|现状|基期|情况")
_CHANGE = re.compile("增长|增速|增幅|增减|涨幅|同比|±|下降|降低|降幅")
_PLAN_YEARS = re.compile("十([一二三四五])五")
_FALLS = re.compile("下降|降低|降幅")


class RowValue(NamedTuple):
    """A value of a row, with the year and the role in its head. Spans are in the text of the passage."""

    statement: Statement
    period: Period
    name: Span
    value: Span


class _Cell(NamedTuple):
    """A cell: its head and its text, both compact, and for each character of the text its offset in the passage."""

    head: str
    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        return original_span(self.offsets, start, end)


class _Label(NamedTuple):
    """The cell that names an indicator; `said` is its text around the name, `unit` what it gives in brackets."""

    cell: _Cell
    named: Named
    said: str
    unit: str


def row_values(passage: Passage, year: int | None) -> list[RowValue]:
    """The values of a row of a report of `year`; none if no cell is a label or the cells are not known."""
    cells = _cells(passage)
    label = next((found for cell in cells if (found := _label(cell))), None)
    if label is None or year is None:
        return []
    unit = label.unit or next((cell.text for cell in cells if _UNIT_HEAD.fullmatch(cell.head)), "")
    others = (cell for cell in cells if cell is not label.cell)
    return [value for cell in others if (value := _value(label, cell, unit, year))]


def _cells(passage: Passage) -> list[_Cell]:
    found, at = [], 0
    for head, value in passage.cells:
        at = passage.text.find(value, at + len(head))
        if at < 0:
            return []
        text, offsets = compact(value)
        found.append(_Cell(compact_text(head), text, [at + one for one in offsets]))
        at += len(value)
    return found


def _label(cell: _Cell) -> _Label | None:
    """The name of one indicator, with nothing beside it but a number, a unit in brackets and a word of change."""
    units = [one[1] or one[2] for one in _BRACKET.finditer(cell.text)]
    found = [one for one in names(cell.text) if one.indicators != (OTHER,)]
    if len(found) != 1 or len(found[0].indicators) != 1:
        return None
    named = found[0]
    before = _NUMBERING.sub("", _BRACKET.sub("", cell.text[: named.start]))
    after = _BRACKET.sub("", cell.text[named.end :])
    if not is_opener(before) or not _REST.fullmatch(after):
        return None
    unit = next((one for one in units if _UNIT.fullmatch(one)), "")
    return _Label(cell, named, cell.text, unit)


def _value(label: _Label, cell: _Cell, unit: str, year: int) -> RowValue | None:
    when = _period(cell.head, year, average="年均" in cell.head + label.said)
    number = _number(cell, _unit_of(label, cell, unit))
    if when is None or number is None:
        return None
    indicator = label.named.indicators[0]
    relation = _relation(indicator, label, cell.head, number)
    if relation is None or (relation == "decline" and number.low < 0):
        return None  # 降低率 -3.1 may mean either
    said = cell.head + label.said
    basis: Basis = "average" if "年均" in said else "total" if "累计" in said else "year"
    span = Span(0, len(cell.text))
    statement = Statement(
        indicator,
        Subject(),
        relation,
        float(number.low),
        float(number.high),
        number.unit,
        number.bound or "exactly",  # type: ignore[arg-type]
        basis,
        "",
        (label.named.start, label.named.end),
        span,
        certain=True,
    )
    return RowValue(statement, when, label.cell.span(label.named.start, label.named.end), cell.span(*span))


def _unit_of(label: _Label, cell: _Cell, unit: str) -> str:
    """The unit of a bare number: the one in its head; else % in a column of changes; else that of the row."""
    own = next((one[1] for one in _BRACKET.finditer(cell.head) if one[1] and _UNIT.fullmatch(one[1])), "")
    if own:
        return own
    return "%" if _CHANGE.search(cell.head) else unit


def _number(cell: _Cell, unit: str) -> Number | None:
    """The one number of a cell."""
    bare = _VALUE.fullmatch(cell.text)
    text = f"{bare['value']}{unit}{bare['bound'] or ''}" if bare else cell.text
    if bare and not _UNIT.fullmatch(unit):
        return None
    found = numbers(text.replace("标煤", "标准煤").partition("/")[0], ())
    if len(found) != 1 or not found[0].unit:
        return None
    rest = text[: found[0].start] + text[found[0].end :]
    return found[0] if re.fullmatch("[≥≤<>/人万元左右及以上内下增长约]*", rest) else None


def _relation(indicator: str, label: _Label, head: str, number: Number) -> Relation | None:
    """The relation of the number to the name. Per cents of money are its growth, even without such a word."""
    said = "".join(_CHANGE.findall(label.said[label.named.end :] + head))
    if number.unit == "%" and indicator not in (*RATES, *PER_UNIT):
        return "decline" if _FALLS.search(said) else "growth"
    return relation_of(indicator, label.said[label.named.start : label.named.end], said, number)


def _period(head: str, year: int, *, average: bool) -> Period | None:
    """The role and the year that a head names; None if it names none of them.

    >>> _period("2023年实际完成", 2024, average=False), _period("2025年目标", 2024, average=False)
    (Period(role='outcome', of_year=2023, certain=True), Period(role='plan', of_year=2025, certain=True))
    """
    named = _year(head, year)
    aim, reached = bool(_AIM.search(head)), bool(_REACHED.search(head))
    plan = _PLAN_YEARS.search(head)
    if named is None and plan is None:
        return None
    of_year = named or 2010 + 5 * "一二三四五".index(plan[1] if plan else "")
    if aim == reached:
        aim = of_year >= year
    if not aim:
        return Period("outcome", of_year, certain=of_year <= year)
    role: Role = "plan" if average or named is None or named > year else "target"
    return Period(role, of_year, certain=True)


def _year(head: str, year: int) -> int | None:
    """The year that a head names, apart from one it is compared with."""
    said = _COMPARED.sub("", head)
    if found := _YEAR.search(said):
        return int(found[1])
    if re.search("今年|本年", said):
        return year
    return year - 1 if re.search("去年|上年", said) else None
