"""Text set from the top down, its lines from right to left, as newspapers set some columns: found by its geometry.

What proves it: glyphs of one size stand close under each other, none has a neighbour at its side as close, and several
such stacks stand side by side with no rule between. A single stack is a cell of a table as likely, and is left alone.
Headings of another size go with the lines they stand beside. Where a glyph in the midst is in no stack, all is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median, mode
from typing import NamedTuple

from deqing_search.extract.glyphs import Glyph, Rule, rows_of

_WIDE = "\u2e80"  # from here on characters are as wide as high
_TIGHT = 0.35  # em between glyphs that are read one after the other
_LINE = 0.15  # em by which glyphs of one stack may be out of line
_LONG = 6  # glyphs of a stack that proves something
_NEAR = 3.2  # em from the middle of one stack to that of the next
_FAR = 5.0  # the same to a heading of another size, which has more room around it
_SIDE = 6  # glyphs to the right among which a close one is looked for
_INDENT = 1.5  # em by which a line of one character may end above the indented one before it
_BREAK = 4.0  # em inside a stack that figures or a space may take


class Stack(NamedTuple):
    """Glyphs under each other around the line `x`."""

    glyphs: tuple[Glyph, ...]
    x: float
    size: float

    @property
    def top(self) -> float:
        return self.glyphs[0].base - 0.88 * self.size

    @property
    def bottom(self) -> float:
        return self.glyphs[-1].base + 0.12 * self.size


class Block(NamedTuple):
    """Where text runs down, and its glyphs turned so that they are read as others are: across, then down."""

    left: float
    top: float
    right: float
    glyphs: list[Glyph]


def part(
    rows: list[list[Glyph]], turned: list[Glyph], rules: Sequence[Rule]
) -> tuple[list[list[Glyph]], list[Glyph], list[Block]]:
    """The rows of what runs across the page, what else lies on its side, and the blocks of what runs down."""
    groups = [*_groups(_stacks(rows), [rule for rule in rules if not rule.flat])]
    glyphs, aside = [glyph for row in rows for glyph in row], turned
    blocks: list[Block] = []
    for stacks in _by_size(groups):
        block, taken = _block(stacks, [*glyphs, *aside])
        blocks.append(block)
        glyphs, aside = ([g for g in some if id(g) not in taken] for some in (glyphs, aside))
    if not blocks or any(_holds_one(group, [*glyphs, *aside]) for group in groups):
        return rows, turned, []  # a text with glyphs torn out of it is worse than none
    return rows_of(glyphs), aside, blocks


def _by_size(groups: Sequence[list[Stack]]) -> Iterable[list[Stack]]:
    """The stacks of groups that most of their glyphs have one size in: what a gap parts is read on as one."""
    together: dict[int, list[Stack]] = {}
    for group in groups:
        together.setdefault(mode(round(stack.size) for stack in group for _ in stack.glyphs), []).extend(group)
    return together.values()


def _holds_one(group: list[Stack], glyphs: list[Glyph]) -> bool:
    """Whether one of the glyphs stands in the midst of the group."""
    left, right = min(stack.x for stack in group), max(stack.x for stack in group)
    top, bottom = min(stack.top for stack in group), max(stack.bottom for stack in group)
    return any(left < _middle(g) < right and top < g.base - g.size / 3 < bottom for g in glyphs)


def _stacks(rows: list[list[Glyph]]) -> list[Stack]:
    """All stacks of wide glyphs that have no close neighbour at their side; most hold one glyph."""
    alone = [glyph for row in rows for glyph in _alone(sorted(row, key=lambda glyph: glyph.x0))]
    stacks: list[Stack] = []
    for column in _cut(sorted(alone, key=_middle), lambda one, two: _middle(two) - _middle(one) > _LINE * one.size):
        for stack in _cut(sorted(column, key=lambda glyph: glyph.base), _is_apart):
            stacks.append(Stack(tuple(stack), median(map(_middle, stack)), stack[0].size))
    return stacks


def _alone(row: list[Glyph]) -> Iterator[Glyph]:
    """The glyphs of a row with room on both sides, and all whose font says how they are set.

    A row as high as a heading holds two glyphs of a smaller stack: those stand under each other, not side by side.
    """
    crowded: set[int] = set()
    for at, one in enumerate(row):
        for two in row[at + 1 : at + 1 + _SIDE]:
            if _middle(two) > one.x1 and two.x0 - one.x1 < _TIGHT * max(one.size, two.size):
                crowded |= {id(one), id(two)}
    for glyph in row:
        if glyph.down or (glyph.text[0] >= _WIDE and id(glyph) not in crowded):
            yield glyph


def _is_apart(one: Glyph, two: Glyph) -> bool:
    """The lower one does not go on with what the upper one begins."""
    return abs(two.base - one.base - 1.1 * one.size) > 0.25 * one.size or abs(two.size - one.size) > 0.05 * one.size


def _cut(glyphs: list[Glyph], apart: Callable[[Glyph, Glyph], bool]) -> Iterator[list[Glyph]]:
    """The glyphs in their order, cut wherever two that follow each other are apart."""
    start = 0
    for at, (one, two) in enumerate(pairwise(glyphs), start=1):
        if apart(one, two):
            yield glyphs[start:at]
            start = at
    if glyphs:
        yield glyphs[start:]


def _groups(stacks: list[Stack], uprights: Sequence[Rule]) -> Iterator[list[Stack]]:
    """Stacks that belong together, as far as they prove that text runs down."""
    left = stacks
    while any(map(_proves, left)):
        group = [next(filter(_proves, left))]
        left = [stack for stack in left if stack is not group[0]]
        for member in group:  # grows as it is walked
            near = [stack for stack in left if _belong(member, stack, uprights)]
            group += near
            left = [stack for stack in left if not any(stack is other for other in near)]
        if sum(map(_proves, group)) > 1 or group[0].glyphs[0].down:
            yield group


def _proves(stack: Stack) -> bool:
    return len(stack.glyphs) >= _LONG or stack.glyphs[0].down


def _belong(one: Stack, two: Stack, uprights: Sequence[Rule]) -> bool:
    """Side by side without a rule between, or one below the other with room for a few figures."""
    away, shared = abs(one.x - two.x), min(one.bottom, two.bottom) - max(one.top, two.top)
    alike = abs(one.size - two.size) <= 0.05 * one.size
    if away > (_NEAR if alike else _FAR) * (one.size + two.size) / 2:
        return False
    if not alike and min(len(one.glyphs), len(two.glyphs)) == 1:  # a letter of a heading that runs across as likely
        return False
    if away <= _LINE * one.size:
        return alike and shared > -_BREAK * one.size
    left, right = sorted((one.x, two.x))
    parted = (left < rule.x0 < right and rule.y0 < one.bottom and rule.y1 > one.top for rule in uprights)
    return shared > (-_INDENT * one.size if alike else 0) and not any(parted)


def _block(stacks: list[Stack], glyphs: list[Glyph]) -> tuple[Block, set[int]]:
    """The block of these stacks with the figures that stand in their lines, and which glyphs it takes."""
    members = {id(glyph): stack.x for stack in stacks for glyph in stack.glyphs}
    lines, sizes = _extents(stacks), {stack.x: stack.size for stack in stacks}
    top, bottom = min(top for top, _ in lines.values()), max(bottom for _, bottom in lines.values())
    for glyph in glyphs:
        if id(glyph) not in members and (glyph.text[0] < _WIDE or glyph.down):
            x = min(lines, key=lambda x: abs(x - _middle(glyph)))
            first, last = (top, bottom) if glyph.down else lines[x]
            size, y = sizes[x], glyph.base - glyph.size / 2
            if abs(x - _middle(glyph)) < 0.6 * size and first - size < y < last + size:
                members[id(glyph)] = x
    left, right = min(x - sizes[x] / 2 for x in lines), max(x + sizes[x] / 2 for x in lines)
    turned = [_turned(glyph, members[id(glyph)], right) for glyph in glyphs if id(glyph) in members]
    return Block(left, top, right, turned), set(members)


def _extents(stacks: list[Stack]) -> dict[float, tuple[float, float]]:
    """Where each line begins and ends, by its x."""
    lines: dict[float, tuple[float, float]] = {}
    for stack in stacks:
        top, bottom = lines.get(stack.x, (stack.top, stack.bottom))
        lines[stack.x] = min(top, stack.top), max(bottom, stack.bottom)
    return lines


def _turned(glyph: Glyph, x: float, right: float) -> Glyph:
    """The glyph as if its line ran across the page; of figures side by side the left one comes first."""
    start = glyph.base - 0.88 * glyph.size + 0.01 * (_middle(glyph) - x)
    return glyph._replace(x0=start, x1=start + 1.1 * glyph.size, base=right - x, spaced=False)


def _middle(glyph: Glyph) -> float:
    return (glyph.x0 + glyph.x1) / 2
