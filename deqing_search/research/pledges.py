"""Pledges: the target of a report beside the outcome that the next report of the same place gives for that year.

Conductor: index → figures (`figures`) → pairs. Only figures of the same place, indicator, form (change or amount) and
unit are compared, and only if both are certain. docs/figures.md says when a pair counts as met.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.years import Years
from deqing_search.report import ReportCard
from deqing_search.research.figures import Choice, Figure, find_figures
from deqing_search.research.indicators import indicators
from deqing_search.research.indicators import names as named_in
from deqing_search.search.places import ReportPlace, places
from deqing_search.text.place_names import other_name

Verdict = Literal[
    "met", "near", "missed", "unclear", "different", "contradictory", "unsure", "outcome not told", "report not held"
]

NEAR_POINTS = 0.5  # how far below 左右 a change may be, in percentage points, to count as near
NEAR_SHARE = 0.05  # the same for an amount, as a share of the target
_LOWER = (
    "居民消费价格",
    "城镇调查失业率",
    "城镇登记失业率",
    "单位地区生产总值能耗",
    "单位地区生产总值二氧化碳排放",
)
_SAVING = _LOWER[3:]
_MOST_TIMES = 5  # an amount is never so many times another of the year after
_ROUNDING = 1e-9
_CLAUSE = re.compile("[,;。]")
_ADJUSTED = re.compile("调整后的?[^,;。]{0,8}(?:目标|预期|任务)")
_METHOD = re.compile("城乡(?!.*分别)|同口径|可比口径|剔除|扣除|名义|实际(?=增|下降|上涨|提高)|全口径|属地|自然口径")


class Pledge(NamedTuple):
    """The targets of a place for a year, and the outcomes for that year in its next report.

    `difference` is the outcome less the target (0 inside a range), in the unit of both; None where nothing is compared.
    `area_changes`: why the outcome is of another area than the target. `is_adjusted`: the report says that the target
    was changed during the year.
    """

    place: str
    year: int
    indicator: str
    targets: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]
    verdict: Verdict
    difference: float | None = None
    area_changes: tuple[Message, ...] = ()

    @property
    def is_adjusted(self) -> bool:
        return any(_ADJUSTED.search(compact_text(one.text)) for one in self.outcomes)

    @property
    def names_then(self) -> tuple[str, ...]:
        """The names of the place in the reports of both sides, if they are not all that of today."""
        names = tuple(dict.fromkeys(one.name_then for one in (*self.targets, *self.outcomes)))
        return names if any(other_name(self.place, name) for name in names) else ()


class Pledges(NamedTuple):
    """Pledges by place, indicator and year, and the reports that were searched."""

    pledges: tuple[Pledge, ...]
    reports: tuple[ReportCard, ...]


class _Form(NamedTuple):
    """What two figures must share to be compared."""

    change: bool
    unit: str


def find_pledges(
    engine: Viewer, names: Sequence[str] = (), filters: Filters = NO_FILTERS, of: Years | None = None
) -> Pledges:
    """The pledges of these indicators (all without any) in the reports that the filters allow.

    `of` limits the years that targets are for. Raises `UsageError` for an unknown indicator.
    """
    found: list[Pledge] = []
    cards: tuple[ReportCard, ...] = ()
    of_report = places(engine.view())
    for name in names or indicators():
        read = find_figures(engine, name, Choice(filters))
        cards = read.reports
        found += [one for one in join(read.figures, cards, of_report) if of is None or one.year in of]
    return Pledges(tuple(sorted(found, key=lambda one: (one.place, _rank(one.indicator), one.year))), cards)


def _rank(indicator: str) -> int:
    return indicators().index(indicator)


def join(
    figures: Iterable[Figure], cards: Iterable[ReportCard], of_report: Mapping[str, ReportPlace]
) -> Iterator[Pledge]:
    """The figures of one indicator as pledges, by place and year of the target. `of_report`: the places by report."""
    kinds = {card.id: card.meta.kind for card in cards}
    indexed = {(of_report[card.id].name, card.meta.year, card.meta.kind) for card in cards}
    targets: dict[tuple[str, int, str], list[Figure]] = defaultdict(list)
    outcomes: dict[tuple[str, int, str], list[Figure]] = defaultdict(list)
    for one in figures:
        if one.of_year is None or not one.place or one.subject != one.place or one.basis != "year":
            continue
        key = (one.place, one.of_year, kinds[one.report])
        if one.role == "target" and one.year == one.of_year:
            targets[key].append(one)
        elif one.role == "outcome" and one.year == one.of_year + 1:
            outcomes[key].append(one)
    for (place, year, kind), aims in sorted(targets.items()):
        results = outcomes.get((place, year, kind), [])
        changes = of_report[aims[0].report].changes_before(year + 1) or ()
        for pledge in _by_form(aims, results, has_next=(place, year + 1, kind) in indexed, is_one_area=not changes):
            yield pledge._replace(area_changes=changes)


def _by_form(
    aims: Sequence[Figure], results: Sequence[Figure], *, has_next: bool, is_one_area: bool
) -> Iterator[Pledge]:
    """One pledge for each form that the targets have. Amounts of two areas are not compared."""
    by_form: Mapping[_Form, list[Figure]] = defaultdict(list)
    for one in aims:
        by_form[_form(one)].append(one)
    for form, same in by_form.items():
        found = [one for one in results if _form(one) == form]
        sides = _best(same), _best(found or results)
        comparable = bool(found) and (is_one_area or form.change or form.unit == "%")
        verdict, difference = _judged(*sides, has_next=has_next, comparable=comparable)
        yield Pledge(aims[0].place, aims[0].of_year or 0, aims[0].indicator, *sides, verdict, difference)


def _form(one: Figure) -> _Form:
    return _Form(one.relation in ("growth", "decline"), one.unit)


def _best(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The certain figures, or all if none is; figures that say the same once."""
    kept = [one for one in figures if one.certain] or figures
    return tuple({_said(one): one for one in reversed(kept)}.values())[::-1]


def _said(one: Figure) -> tuple[object, ...]:
    return one.relation, one.low, one.high, one.unit, one.bound, one.wording if one.low is None else ""


def _judged(
    aims: Sequence[Figure], results: Sequence[Figure], *, has_next: bool, comparable: bool
) -> tuple[Verdict, float | None]:
    if not results:
        return ("outcome not told" if has_next else "report not held"), None
    if not all(one.certain for one in (*aims, *results)):
        return "unsure", None
    if any(one.low is None for one in aims):
        return "unclear", None
    if not comparable or not _same_method(aims[0], results[0]):
        return "different", None
    if len(aims) > 1 or len(results) > 1:
        return "contradictory", None
    if not _of_one_size(aims[0], results[0]):
        return "different", None
    return _compared(aims[0], results[0])


def _of_one_size(aim: Figure, result: Figure) -> bool:
    """Whether two amounts may be those of one thing: none is more than five times the other."""
    ends = [abs(end) for end in (aim.low, result.low) if end]
    return aim.relation != "level" or aim.unit == "%" or len(ends) < 2 or max(ends) <= _MOST_TIMES * min(ends)


def _same_method(aim: Figure, result: Figure) -> bool:
    """Whether both sentences name the same way of counting (同口径, 实际) beside the indicator, or neither does."""
    return _methods(aim) == _methods(result)


def _methods(one: Figure) -> set[str]:
    """The ways of counting in the clauses from the name to the value, and in the next if it names nothing."""
    name, value = (max(mark.start - one.start, 0) for mark in (one.marks[0], one.marks[-1]))
    before, between, after = (compact_text(text) for text in (one.text[:name], one.text[name:value], one.text[value:]))
    rest = _CLAUSE.split(after)
    said = [_CLAUSE.split(before)[-1] + between + rest[0], *(text for text in rest[1:2] if not named_in(text))]
    return {found for text in said for found in _METHOD.findall(text)}


def _compared(aim: Figure, result: Figure) -> tuple[Verdict, float | None]:
    """The verdict on two certain figures of one form, and the difference."""
    low, high = _signed(aim)
    least, most = _signed(result)
    if least != most:
        return "unclear", None
    difference = round(least - low if least < low else least - high if least > high else 0, 6)
    if aim.indicator in _LOWER:
        return _lower(aim, result, difference), difference
    if aim.relation == "decline" or aim.bound == "at most" or result.bound == "at most":
        return "unclear", difference
    near = NEAR_POINTS if aim.unit == "%" else NEAR_SHARE * abs(low)
    return _higher(aim, result, least - low, near), difference


def _higher(aim: Figure, result: Figure, above: float, near: float) -> Verdict:
    """The verdict where more is better. `above`: the result less the lower end of the target.

    A target with 左右 is missed only by more than `near`. A result with 左右 stands for all numbers within `near`, and
    is judged only if all of them, or none, reach the target. If both have 左右, a result that is no lower is met.
    """
    loose = near if result.bound == "about" and aim.bound != "about" else 0
    if above >= loose - _ROUNDING:
        return "met"
    allowed = (near if aim.bound == "about" else 0) + (near if result.bound == "about" else 0)
    if -above > allowed + _ROUNDING:
        return "unclear" if result.bound == "at least" else "missed"
    return "near" if aim.bound == "about" and result.bound == "exactly" else "unclear"


def _lower(aim: Figure, result: Figure, difference: float) -> Verdict:
    """The verdict where less is better: upper limits (以内, and 左右 of them), and savings to be reached (下降3%)."""
    saving = aim.relation == "decline" and aim.indicator in _SAVING and aim.bound in ("exactly", "at least")
    if not saving and (aim.relation == "decline" or aim.bound not in ("at most", "about")):
        return "unclear"
    if difference <= 0:
        return "met" if result.bound in ("exactly", "at least" if saving else "at most") else "unclear"
    if result.bound != "exactly":
        return "unclear"
    return "near" if aim.bound == "about" and difference <= NEAR_POINTS + _ROUNDING else "missed"


def _signed(one: Figure) -> tuple[float, float]:
    """Both ends of a value, a decline below zero."""
    low, high = one.low or 0.0, one.high or 0.0
    return (-high, -low) if one.relation == "decline" else (low, high)
