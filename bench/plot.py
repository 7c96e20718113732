"""A plot of lines on two logarithmic axes, as SVG that needs nothing to be shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 400, 60, 170, 20, 50
_COLOURS = ("#b3261e", "#e58a84", "#1b5e9b", "#86b4da")


def lines(points: Sequence[tuple[float, ...]], names: Sequence[str], *, across: str, up: str) -> str:
    """`points`: where on the axis across, and then a value for each of `names`."""
    xs = [point[0] for point in points]
    low, high = _decades(value for point in points for value in point[1:])
    first, last = _decades(xs)

    def x(value: float) -> float:
        return _LEFT + (math.log10(value) - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(value) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for value in xs:
        parts.append(f'<text x="{x(value):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>')
    for number, name in enumerate(names):
        colour, values = _COLOURS[number % len(_COLOURS)], [point[number + 1] for point in points]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(xs, values, strict=True))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{x(xs[-1]) + 8:.1f}" y="{y(values[-1]) + 4:.1f}" fill="{colour}">{name}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">{across}</text>')
    parts.append(
        f'<text x="14" y="{_HEIGHT / 2}" transform="rotate(-90 14 {_HEIGHT / 2})" text-anchor="middle">{up}</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: object) -> tuple[int, int]:
    """The powers of ten around all values.

    >>> _decades([3, 250])
    (0, 3)
    """
    known = list(values)  # type: ignore[call-overload]
    return math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
