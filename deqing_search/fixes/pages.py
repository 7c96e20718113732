"""Fixes of the printed page in plain text: page numbers, running heads, and columns that were copied side by side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from deqing_search.offsets import Edit, Span
from deqing_search.shapes import (
    HAN,
    Line,
    ends_sentence,
    is_byline,
    is_heading,
    is_item,
    is_prose,
    is_row,
    lines_of,
    numbering,
    width,
)

_SURE_NUMBER = re.compile(
    r"(?:第\s*\d{1,4}\s*页(?:\s*[/，,]?\s*共?\s*\d{1,4}\s*页)?\s*)+|共\s*\d{1,4}\s*页\s*[，,]?\s*第\s*\d{1,4}\s*页|"
    r"[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*/\s*\d{1,4}\s*页?"
)
_NUMBER = re.compile(r"[\-—–·•~*\s]*(\d{1,4})[\-—–·•~*\s]*")
_DASHED = re.compile(r"[\-—–·•~]\s*\d+\s*[\-—–·•~]")
_LEAST_NUMBERS = 3  # bare numbers that grow from one to the next are page numbers
_LEAST_HEADS = 3
_LONGEST_HEAD = 40
_LEAST_ROWS = 6  # lines that prove two columns side by side
_GAP = re.compile(r"[ \u00a0\u3000]{2,}|\t")  # found fast: what can be a gutter at all
_GUTTER = re.compile(r"(?<=\S)(?:[ \u00a0\u3000\t]{3,}|\u3000{2}|\t)(?=\S)")
_NARROW_GUTTER = re.compile(r"(?<=\S)(?:[ \u00a0]{2,}|[ \u00a0]*[\u3000\t][ \u00a0\u3000\t]*)(?=\S)")
WIDEST_COLUMN = 46.0
_LEAST_COLUMN = 7.0  # widths in full-width characters
_SAME_EDGE = 3.0
_SAME_GUTTER = 1.5  # by which the gutters of two pages may differ
_LEAST_INDENT = 1.2


def page_furniture(text: str) -> list[Edit]:
    """Take away page numbers and the running heads that stand beside them, and join the paragraph they broke.

    Evidence: `第 3 页` in so many words; bare numbers alone on their lines that grow through the text; a short line
    that stands there again and again, beside a page number or in the middle of a sentence each time.

    >>> from deqing_search.offsets import apply_edits
    >>> above = "一年来，我们坚持创新驱动，全县经济持续稳定发展，" * 2 + "城乡面貌焕然一新，财政收"
    >>> apply_edits(text := f"{above}\\n第3页 共20页\\n入突破百亿元，大家满意。", page_furniture(text))[-18:]
    '一新，财政收入突破百亿元，大家满意。'
    """
    lines = lines_of(text)
    numbers = _page_numbers(lines)
    gone = numbers | _running_heads(lines, numbers)
    edits: list[Edit] = []
    for first, last in _stretches(sorted(gone)):
        above = lines[first - 1] if first else None
        below = lines[last + 1] if last + 1 < len(lines) else None
        narrow = above and width(above.text) <= WIDEST_COLUMN  # then `hard_wrap` tells what goes on
        if above and below and not narrow and _broken(above.text, below.text):
            edits.append(Edit(above.end, below.start, "", "page-furniture", "页码或书眉隔断段落"))
        else:
            end = below.start if below else lines[last].end
            edits.append(Edit(lines[first].start, end, "", "page-furniture", "页码或书眉"))
    return edits


def _page_numbers(lines: list[Line]) -> set[int]:
    sure = {at for at, line in enumerate(lines) if _SURE_NUMBER.fullmatch(line.text)}
    bare = [(at, int(number[1])) for at, line in enumerate(lines) if (number := _NUMBER.fullmatch(line.text))]
    found: set[int] = set()
    run: list[tuple[int, int]] = []
    for at, value in [*bare, (len(lines), -1)]:
        if run and not (0 < value - run[-1][1] <= 2 and at - run[-1][0] > 2):
            found |= {place for place, _ in run} if len(run) >= _LEAST_NUMBERS else set()
            run = []
        run.append((at, value))
    return sure | found | {at for at, _ in bare if _DASHED.match(lines[at].text)}


def _running_heads(lines: list[Line], numbers: set[int]) -> set[int]:
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if len(line.text) <= _LONGEST_HEAD and at not in numbers and not is_row(line.text) and not _ends(line.text):
            places[re.sub(r"\d+", "#", line.text)].append(at)
    heads: set[int] = set()
    for key, found in places.items():
        if len(found) < _LEAST_HEADS or not re.search(f"[{HAN}A-Za-z]", key):
            continue
        between = [at for at in found if _is_between(lines, at, numbers)]
        if len(between) >= max(_LEAST_HEADS, 0.6 * len(found)):
            heads |= set(between)
    return heads


def _is_between(lines: list[Line], at: int, numbers: set[int]) -> bool:
    """Beside a page number, or in the middle of a sentence."""
    if at - 1 in numbers or at + 1 in numbers:
        return True
    return 0 < at < len(lines) - 1 and _broken(lines[at - 1].text, lines[at + 1].text)


def _ends(line: str) -> bool:
    return ends_sentence(line) or line[-1] in "，、；：,;:"


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """First and last of each row of neighbours."""
    found: list[tuple[int, int]] = []
    for at in places:
        if found and found[-1][1] == at - 1:
            found[-1] = found[-1][0], at
        else:
            found.append((at, at))
    return found


def _broken(above: str, below: str) -> bool:
    """`above` breaks off inside a sentence, and `below` can be its rest."""
    return (
        is_prose(above)
        and not ends_sentence(above)
        and above[-1] not in "：:；;"
        and not is_byline(above)
        and not (is_heading(above) and not re.search("[，,、]", above))
        and numbering(below) is None
        and not is_item(below)
        and not is_row(below)
        and not is_byline(below)
        and bool(re.search("[，。；,;]", below))
    )


class _Parted(NamedTuple):
    """A line with its part in each of two columns, as offsets in the text; one of them may be empty."""

    left: Span
    right: Span
    edge: float  # where the right part begins; 0 for a line without a gutter


def interleaved_columns(text: str) -> list[Edit]:
    """Put two columns that stand side by side, line for line, one after the other.

    Evidence: six or more lines running, each with one wide gap, the right parts beginning at one place and both
    sides about as wide as a column each. Lines between and behind them that fill one side only belong to that side.
    """
    if sum(not text[gap.start() - 1].isspace() for gap in _GAP.finditer(text, 1)) < _LEAST_ROWS:
        return []
    lines = [_parted(text, line) for line in lines_of(text)]
    gaps = [text.count("\n", above.right.end, below.left.start) for above, below in pairwise(lines)]
    usual = 2 if gaps.count(2) > 2 * gaps.count(1) else 1
    runs: list[list[_Parted]] = [[]]
    for at, line in enumerate(lines):
        run = runs[-1]
        near = bool(run) and gaps[at - 1] == usual and "\f" not in text[run[-1].right.end : line.right.end]
        placed = _placed(text, line, run[0].edge) if near else None
        if placed:
            run.append(placed)
        elif line.edge:
            runs.append([line])
        else:
            runs.append([])
    return [edit for run in _columns(text, runs) for edit in _set_below(text, run)]


def _columns(text: str, runs: list[list[_Parted]]) -> Iterator[list[_Parted]]:
    """The runs that prove columns, and shorter ones behind them that part at the same place: a last page."""
    proven: list[float] = []
    for run in runs:
        if not run:
            continue
        edge = run[0].edge
        if _are_columns(text, run):
            proven.append(edge)
            yield run
        elif any(abs(edge - other) <= _SAME_GUTTER for other in proven) and _is_prose_on_both_sides(text, run):
            yield run


def _placed(text: str, line: _Parted, edge: float) -> _Parted | None:
    """The line in columns that part at `edge`; None where it does not fit."""
    whole = text[line.left.start : line.right.end]
    if not (line.edge and abs(line.edge - edge) <= _SAME_EDGE):
        line = _parted_at(whole, line, edge) or line
    if line.edge:
        return line if abs(line.edge - edge) <= _SAME_EDGE else None
    bare = whole.strip()
    before = width(whole[: whole.index(bare)].replace("\t", "    "))
    if before >= edge - _SAME_EDGE:
        start = line.right.end - len(bare)
        return _Parted(Span(start, start), Span(start, line.right.end), 0)
    return line if width(whole) <= edge - 1 else None


def _parted_at(whole: str, line: _Parted, edge: float) -> _Parted | None:
    """The line cut where the others are: a stop that hangs out of the column leaves less of the gutter."""
    for gap in _NARROW_GUTTER.finditer(whole):
        here = width(whole[: gap.end()].replace("\t", "    "))
        if abs(here - edge) <= _SAME_EDGE:
            start = line.left.start
            return _Parted(Span(start, start + gap.start()), Span(start + gap.end(), line.right.end), here)
    return None


def _parted(text: str, line: Line) -> _Parted:
    """A line cut at its gutter, if it has just one."""
    start = text.rfind("\n", 0, line.start) + 1
    start += text[start : line.start].rfind("\f") + 1
    gaps = list(_GUTTER.finditer(line.text))
    if len(gaps) != 1 or line.text.startswith("|"):
        return _Parted(Span(start, line.end), Span(line.end, line.end), 0)
    gap = gaps[0]
    before = text[start : line.start] + line.text[: gap.end()]
    right = Span(line.start + gap.end(), line.end)
    return _Parted(Span(start, line.start + gap.start()), right, width(before.replace("\t", "    ")))


def _are_columns(text: str, run: list[_Parted]) -> bool:
    """Prose on both sides, most of it broken inside a clause."""
    if sum(parted.edge > 0 for parted in run) < _LEAST_ROWS or not _is_prose_on_both_sides(text, run):
        return False
    return all(sum(not _ends(part) for part in parts) >= 0.5 * len(parts) for parts in _sides(text, run))


def _is_prose_on_both_sides(text: str, run: list[_Parted]) -> bool:
    """Both sides are about as wide as a column, and have their stops."""
    for parts in _sides(text, run):
        widths = sorted(map(width, parts))
        if not widths or widths[len(widths) // 2] < _LEAST_COLUMN:
            return False
        if sum(bool(re.search("[，。、；,;]", part)) for part in parts) < 0.3 * len(parts):
            return False
    return True


def _sides(text: str, run: list[_Parted]) -> Iterator[list[str]]:
    """The parts on the left, then those on the right."""
    for spans in ([parted.left for parted in run], [parted.right for parted in run]):
        yield [text[start:end].strip() for start, end in spans if end > start]


def _with_indents(text: str, run: list[_Parted]) -> list[_Parted]:
    """Right parts that begin further in than most are indented: the white space is part of them."""
    prints = [line.edge for line in run]
    screens = [_screen(text[line.left.start : line.right.start]) if line.edge else 0 for line in run]
    # Whoever set the columns measured in one of two ways: in the right one the edges agree.
    edges = max(prints, screens, key=lambda edges: _most_common([round(2 * edge) for edge in edges if edge])[1])
    usual = _most_common([round(2 * edge) for edge in edges if edge])[0] / 2
    return [
        line._replace(right=Span(line.right.start - _indent_before(text, line.right.start), line.right.end))
        if edge - usual >= _LEAST_INDENT
        else line
        for line, edge in zip(run, edges, strict=True)
    ]


def _indent_before(text: str, at: int) -> int:
    """How many characters of white space in front of `at` make up the indent of a paragraph."""
    size = 0
    while text[at - size - 1] in " \u3000\u00a0" and width(text[at - size - 1 : at]) <= 2:
        size += 1
    return size


def _most_common(values: list[int]) -> tuple[int, int]:
    return Counter(values).most_common(1)[0]


def _screen(text: str) -> float:
    """Columns on a screen, in full-width characters."""
    return sum(2.0 if character == "\t" else 0.5 if character < "\u2000" else 1.0 for character in text)


def _set_below(text: str, run: list[_Parted]) -> list[Edit]:
    """All left parts, then all right ones: each slot takes the part that belongs there, each gap a line end."""
    run = _with_indents(text, run)
    slots = [span for parted in run for span in (parted.left, parted.right) if span.end > span.start]
    order = [parted.left for parted in run] + [parted.right for parted in run]
    edits = []
    for slot, part in zip(slots, (span for span in order if span.end > span.start), strict=True):
        if slot != part:
            moved = text[part.start : part.end]
            edits.append(Edit(slot.start, slot.end, moved, "interleaved-columns", "左右两栏并排", part))
    for left, right in pairwise(slots):
        if text[left.end : right.start] != "\n":
            edits.append(Edit(left.end, right.start, "\n", "interleaved-columns", "左右两栏并排"))
    edits = [edit for edit in edits if edit.after != text[edit.start : edit.end]]
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
