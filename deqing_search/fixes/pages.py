"""Fixes of the printed page in plain text: page numbers, running heads, and columns that were copied side by side."""

from __future__ import annotations

import re
from collections import defaultdict
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
_GUTTER = re.compile(r"(?<=\S)(?:[ \u00a0]{3,}|[\u3000]{2,}|[ \u3000\u00a0]*\t[ \t\u3000]*)(?=\S)")
WIDEST_COLUMN = 46.0
_LEAST_COLUMN = 7.0  # widths in full-width characters
_SAME_EDGE = 3.0


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
    """A line with a gutter: its two parts as offsets in the text."""

    left: Span
    right: Span
    edge: float  # where the right part begins


def interleaved_columns(text: str) -> list[Edit]:
    """Put two columns that stand side by side, line for line, one after the other.

    Evidence: six or more lines running, each with one wide gap, the right parts beginning at one place and both
    sides about as wide as a column each.
    """
    edits: list[Edit] = []
    run: list[_Parted] = []
    for parted in [*_parted_lines(text), None]:
        if parted and run and _goes_down(text, run[-1], parted):
            run.append(parted)
            continue
        if len(run) >= _LEAST_ROWS and _are_columns(text, run):
            edits += _set_below(text, run)
        run = [parted] if parted else []
    return edits


def _goes_down(text: str, above: _Parted, below: _Parted) -> bool:
    """On the next line, with the right part at the same place."""
    close = text.count("\n", above.right.end, below.left.start) <= 2
    return close and abs(below.edge - above.edge) <= _SAME_EDGE


def _parted_lines(text: str) -> list[_Parted]:
    found = []
    for line in lines_of(text):
        gaps = list(_GUTTER.finditer(line.text))
        if len(gaps) == 1 and not line.text.startswith("|"):
            gap = gaps[0]
            start = line.start - len(re.search(r"[ \u3000]*$", text[: line.start])[0])  # type: ignore[index]
            edge = width(text[start : line.start + gap.end()].replace("\t", "    "))
            left, right = Span(line.start, line.start + gap.start()), Span(line.start + gap.end(), line.end)
            found.append(_Parted(left, right, edge))
    return found


def _are_columns(text: str, run: list[_Parted]) -> bool:
    """Prose on both sides, most of it broken inside a clause."""
    for side in (0, 1):
        parts = [text[parted[side].start : parted[side].end] for parted in run]  # type: ignore[union-attr]
        widths = sorted(width(part) for part in parts)
        if widths[len(widths) // 2] < _LEAST_COLUMN:
            return False
        if sum(not _ends(part) for part in parts) < 0.5 * len(parts):
            return False
        if sum(bool(re.search("[，。、；]", part)) for part in parts) < 0.3 * len(parts):
            return False
    return True


def _set_below(text: str, run: list[_Parted]) -> list[Edit]:
    """All left parts, then all right ones: each slot takes the part that belongs there, each gap a line end."""
    slots = [span for parted in run for span in (parted.left, parted.right)]
    order = [parted.left for parted in run] + [parted.right for parted in run]
    edits = []
    for slot, part in zip(slots, order, strict=True):
        if slot != part:
            moved = text[part.start : part.end]
            edits.append(Edit(slot.start, slot.end, moved, "interleaved-columns", "左右两栏并排", part))
    for left, right in pairwise(slots):
        if text[left.end : right.start] != "\n":
            edits.append(Edit(left.end, right.start, "\n", "interleaved-columns", "左右两栏并排"))
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
