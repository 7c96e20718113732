"""Charts as SVG: columns or lines over years, bars over places or kinds.

The axis begins at zero, and lengths are proportional. A gap is hatched and breaks a line. A zero is a mark on the axis
without height. Names with few reports are pale and have their number below them. Every mark has a label, which is shown
for the mouse and the keyboard and read by screen readers. Colours are classes, so that a page can show them light or
dark; a file has its own.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from math import floor, log10
from typing import NamedTuple

WIDTH = 960
_LEFT, _RIGHT, _TOP, _PLOT = 64, 16, 56, 260
_BELOW = 44  # the height of the years and notes
_ROW = 16  # of a bar
_NOTE = 34  # the width of a note below a year
_COLOURS = ("#a5301c", "#1f5c8a", "#2f6b2f", "#7a4b9a", "#8a6100", "#00707a", "#5f564a", "#b0307a")
_STYLE = (
    "text{font:12px 'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif;fill:#241f19}"
    ".grid{stroke:#ddd3c2}.axis{stroke:#5f564a}.gap{fill:url(#hatch)}.tip{visibility:hidden}.soft{fill:#5f564a}"
    "polyline{fill:none;stroke-width:2}.few{fill-opacity:.4}.hit{fill:none}"
    + "".join(f".s{at}{{fill:{colour};stroke:{colour}}}" for at, colour in enumerate(_COLOURS))
    + "text.value{stroke:none;fill:#241f19}.bar{stroke:none}"
)
STYLE_DIGEST = f"sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}"  # for a Content-Security-Policy


class Mark(NamedTuple):
    """A value with its label, which says the name, the series, the value and its denominators."""

    value: float
    shown: str  # the value as it is written
    label: str
    address: str = ""
    is_few: bool = False


class Line(NamedTuple):
    """A series: a mark for each name of the chart, None for a gap."""

    label: str
    marks: Sequence[Mark | None]


class Drawing(NamedTuple):
    """What is drawn. `notes`: what stands below each name, such as the number of its reports where it is small."""

    title: str
    names: Sequence[str]
    notes: Sequence[str]
    lines: Sequence[Line]
    most: float = 0  # the end of the axis, if it is to be the same as in another chart


def drawn(drawing: Drawing, *, by_year: bool, is_file: bool = False) -> str:
    """The chart for years, or the one for places and kinds. On a page the axis of values stays when years scroll."""
    if not by_year:
        return bars_svg(drawing, is_file=is_file)
    chart = columns_svg(drawing, is_file=is_file)
    return chart if is_file else f'<div class="plot">{_still_axis(drawing)}{chart}</div>'


def _still_axis(drawing: Drawing) -> str:
    size = f'viewBox="0 0 {_LEFT} {_TOP + _PLOT + _BELOW}"'
    return f'<svg class="still" {size} aria-hidden="true">{"".join(_values(drawing))}</svg>'


def columns_svg(drawing: Drawing, *, is_file: bool = False) -> str:
    """Columns for one series, lines for several, over years. Only a file has a legend; a page writes its own."""
    height = _TOP + _PLOT + _BELOW + 20 * _legend_rows(drawing) * is_file
    return _document(drawing, height, [*_axis(drawing), *_gaps(drawing), *_over_years(drawing)], is_file=is_file)


def bars_svg(drawing: Drawing, *, is_file: bool = False) -> str:
    """Bars from left to right, one below the other, for places or kinds."""
    height = _TOP + len(drawing.names) * _step(drawing) + 12 + 20 * _legend_rows(drawing) * is_file
    return _document(drawing, height, list(_bars(drawing)), is_file=is_file)


def top(values: Sequence[float]) -> float:
    """The round number at the end of an axis from zero.

    >>> top([0, 3.4]), top([]), top([87])
    (4.0, 1.0, 100.0)
    """
    most = max(values, default=0)
    if most <= 0:
        return 1.0
    unit = float(10 ** floor(log10(most)))
    return next(unit * step for step in (1, 1.5, 2, 3, 4, 5, 8, 10) if unit * step >= most)


def _end(drawing: Drawing) -> float:
    return drawing.most or top([mark.value for line in drawing.lines for mark in line.marks if mark])


def _document(drawing: Drawing, height: float, parts: Sequence[str], *, is_file: bool) -> str:
    size = f'viewBox="0 0 {WIDTH} {height:g}"' + (f' width="{WIDTH}" height="{height:g}"' if is_file else "")
    hatch = (
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="grid" x1="0" y1="0" x2="0" y2="6" stroke-width="2"/></pattern></defs>'
    )
    style = f"<style>{_STYLE}</style>" if is_file else ""
    ground = f'<rect width="{WIDTH}" height="{height:g}" fill="#fdfaf4"/>' if is_file else ""
    title = f'<text x="8" y="20">{escape(drawing.title)}</text>' if is_file else ""
    legend = _legend(drawing, height) if is_file else ()
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="group" aria-label="{escape(drawing.title)}">'
    return "".join([head, style, hatch, ground, title, *parts, *legend, "</svg>"])


def _axis(drawing: Drawing) -> Iterator[str]:
    for step in range(5):
        y = _TOP + _PLOT - _PLOT * step / 4
        yield f'<line class="{"grid" if step else "axis"}" x1="{_LEFT}" y1="{y:g}" x2="{WIDTH - _RIGHT}" y2="{y:g}"/>'
    yield from _values(drawing)


def _values(drawing: Drawing) -> Iterator[str]:
    end = _end(drawing)
    for step in range(5):
        y = _TOP + _PLOT - _PLOT * step / 4
        yield f'<text class="soft" x="{_LEFT - 8}" y="{y + 4:g}" text-anchor="end">{end * step / 4:g}</text>'


def _width(drawing: Drawing) -> float:
    return (WIDTH - _LEFT - _RIGHT) / max(len(drawing.names), 1)


def _gaps(drawing: Drawing) -> Iterator[str]:
    """The names below the axis, their notes, and a hatched ground where no series has a mark."""
    width = _width(drawing)
    apart = next(step for step in (1, 2, 5, 10, 20, 50) if width * step >= 40)
    for at, (name, note) in enumerate(zip(drawing.names, drawing.notes, strict=True)):
        x = _LEFT + at * width
        if not any(line.marks[at] for line in drawing.lines):
            yield f'<rect class="gap" x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{_PLOT}"/>'
        is_named = (len(drawing.names) - 1 - at) % apart == 0
        if is_named:
            middle = f'x="{x + width / 2:.1f}" text-anchor="middle"'
            yield f'<text class="soft" {middle} y="{_TOP + _PLOT + 18}">{escape(name)}</text>'
        if note and (is_named or width >= _NOTE):
            middle = f'x="{x + width / 2:.1f}" text-anchor="middle"'
            yield f'<text class="soft note" {middle} y="{_TOP + _PLOT + 34}">{escape(note)}</text>'


def _over_years(drawing: Drawing) -> Iterator[str]:
    width, end, single = _width(drawing), _end(drawing), len(drawing.lines) == 1
    for number, line in enumerate(drawing.lines):
        points = [
            (_LEFT + (at + 0.5) * width, _TOP + _PLOT * (1 - mark.value / end), mark) if mark else None
            for at, mark in enumerate(line.marks)
        ]
        if not single:
            for run in _runs(points):
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in run)
                yield f'<polyline class="s{number}" points="{path}"/>'
        for point in filter(None, points):
            yield _column(*point, width) if single else _dot(*point, number)


Point = tuple[float, float, Mark]


def _runs(points: Sequence[Point | None]) -> Iterator[list[Point]]:
    """The points between two gaps."""
    run: list[Point] = []
    for point in [*points, None]:
        if point:
            run.append(point)
        elif run:
            yield run
            run = []


def _column(x: float, y: float, mark: Mark, width: float) -> str:
    wide, bottom = min(width * 0.7, 48), _TOP + _PLOT
    size = f'x="{x - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{bottom - y:.1f}"'
    bar = f'<rect class="bar s0{_few(mark)}" {size}/>'
    value = f'<text class="value" x="{x:.1f}" y="{y - 5:.1f}" text-anchor="middle">{escape(mark.shown)}</text>'
    hit = f'<rect class="hit" x="{x - width / 2:.1f}" y="{_TOP}" width="{width:.1f}" height="{_PLOT}"/>'
    return _labelled(mark, hit + bar + (value if width >= 30 else ""))


def _dot(x: float, y: float, mark: Mark, number: int) -> str:
    kind = f'class="s{number}{_few(mark)}"'
    shapes = (
        f'<circle {kind} cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
        f'<rect {kind} x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>',
        f'<path {kind} d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>',
        f'<path {kind} d="M{x:.1f} {y - 6:.1f}l5 6l-5 6l-5 -6z"/>',
    )
    return _labelled(mark, f'<circle class="hit" cx="{x:.1f}" cy="{y:.1f}" r="11"/>' + shapes[number % 4])


def _few(mark: Mark) -> str:
    return " few" if mark.is_few else ""


def _labelled(mark: Mark, drawn: str) -> str:
    """A mark with its label; a link if it has an address."""
    said = escape(mark.label)
    tip = f'<text class="tip" x="{_LEFT}" y="40">{said}</text>'
    if mark.address:
        return (
            f'<a class="mark" href="{escape(mark.address)}" aria-label="{said}"><title>{said}</title>{drawn}{tip}</a>'
        )
    return f'<g class="mark" role="img" aria-label="{said}"><title>{said}</title>{drawn}{tip}</g>'


def _step(drawing: Drawing) -> int:
    return _ROW * len(drawing.lines) + 8


def _bars(drawing: Drawing) -> Iterator[str]:
    left, end = 190, _end(drawing)
    scale = (WIDTH - left - 90) / end
    for at, (name, note) in enumerate(zip(drawing.names, drawing.notes, strict=True)):
        y = _TOP + at * _step(drawing)
        said = f"{name}（{note}）" if note else name
        yield f'<text x="{left - 8}" y="{y + _step(drawing) / 2:.1f}" text-anchor="end">{escape(said)}</text>'
        for number, line in enumerate(drawing.lines):
            if mark := line.marks[at]:
                wide, above = mark.value * scale, y + number * _ROW
                size = f'y="{above}" height="{_ROW - 3}"'
                bar = f'<rect class="bar s{number}{_few(mark)}" x="{left}" {size} width="{wide:.1f}"/>'
                hit = f'<rect class="hit" x="{left}" {size} width="{WIDTH - left}"/>'
                value = f'<text class="value" x="{left + wide + 6:.1f}" y="{above + 11}">{escape(mark.shown)}</text>'
                yield _labelled(mark, hit + bar + value)
    bottom = _TOP + len(drawing.names) * _step(drawing)
    yield f'<line class="axis" x1="{left}" y1="{_TOP - 4}" x2="{left}" y2="{bottom}"/>'


def _legend_rows(drawing: Drawing) -> int:
    return 0 if len(drawing.lines) == 1 else -(-len(drawing.lines) // 2)


def _legend(drawing: Drawing, height: float) -> Iterator[str]:
    if len(drawing.lines) == 1:
        return
    above = height - 20 * _legend_rows(drawing)
    for number, line in enumerate(drawing.lines):
        x, y = _LEFT + number % 2 * 440, above + number // 2 * 20
        yield f'<rect class="bar s{number}" x="{x}" y="{y:g}" width="22" height="8"/>'
        yield f'<text x="{x + 30}" y="{y + 9:g}">{escape(line.label[:30])}</text>'
