"""Makes a drawing of a chart: its values in one measure, each with a label that says its counts.

The words are messages. A caller that has other languages than Chinese passes a translator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from deqing_search.messages import Message, gettext_noop
from deqing_search.research.chart_svg import Drawing, Line, Mark
from deqing_search.research.series import Chart, Count, Name, Series

Measure = Literal["per_10000", "occurrences", "passages", "reports_with"]
MEASURES: dict[Measure, str] = {
    "per_10000": gettext_noop("每万字出现次数"),
    "occurrences": gettext_noop("处数"),
    "passages": gettext_noop("段数"),
    "reports_with": gettext_noop("报告数"),
}

Translate = Callable[[str], str]
Address = Callable[[Series, Name], str]


def _no_address(series: Series, name: Name) -> str:
    return ""


class Wording(NamedTuple):
    """The language of the words in a drawing, and the address that each mark links to."""

    translate: Translate = str
    address: Address = _no_address


def drawing(chart: Chart, measure: Measure = "per_10000", wording: Wording = Wording(), most: float = 0) -> Drawing:  # noqa: B008 immutable
    """A chart in one measure. `most`: the end of its axis, if it is to be that of another chart."""
    say = wording.translate
    lines = [
        Line(one.label, [_mark(chart, one, name, measure, wording) for name in chart.names]) for one in chart.series
    ]
    title = f"{'、'.join(one.label for one in chart.series)}：{say(MEASURES[measure])}"
    notes = [_note(chart, name) for name in chart.names]
    return Drawing(title, [str(name) for name in chart.names], notes, lines, most)


def value_of(count: Count, measure: Measure) -> float:
    """The figure of a count in a measure."""
    return float(getattr(count, measure))


def _mark(chart: Chart, one: Series, name: Name, measure: Measure, wording: Wording) -> Mark | None:
    count = one.counts.get(name)
    if count is None:
        return None
    value = value_of(count, measure)
    shown = f"{value:.2f}" if measure == "per_10000" and value else f"{value:.0f}"
    said = Message(
        gettext_noop(
            "{name}　{series}：每万字 {rate} 处，{occurrences} 处，{passages} 段，{with_} 份报告里有，共查 {reports} 份"
        ),
        name=str(name),
        series=one.label,
        rate=f"{count.per_10000:.2f}",
        occurrences=count.occurrences,
        passages=count.passages,
        with_=count.reports_with,
        reports=count.reports,
    )
    return Mark(value, shown, wording.translate(said), wording.address(one, name), name in chart.few)


def _note(chart: Chart, name: Name) -> str:
    """The number of reports where it is small."""
    if name not in chart.few:
        return ""
    return f"n={max(one.counts[name].reports for one in chart.series if name in one.counts)}"
