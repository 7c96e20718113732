"""Lines of pages → one running text, with the edits that the geometry proves.

Running heads, feet and page numbers recur at one place; a line that fills its column goes on in the next one; a
paragraph goes on over a column, a page and the footnotes at its foot. Nothing is taken out here: the text holds all
characters of the pages, and the edits say what is to go.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from deqing_search.extract.extracted import Draft, Extracted, Piece
from deqing_search.extract.layout import Line
from deqing_search.extract.page_tables import Grid
from deqing_search.report import Heads, Table
from deqing_search.text.lines import ends_sentence, is_byline, is_caption, numbering
from deqing_search.text.offsets import Edit, Span, apply_edits

UNSURE: Final = 0.8  # score below which recognised characters are flagged
_MARGIN = 0.12  # of the page's height: where heads and feet stand
_SAME_PLACE = 5.0  # points
_PAGE_NUMBER = re.compile(r"[\s\-—–·•.~第共页/()（）]*(?:#+|[ivxlc]{1,6})(?:[\s\-—–·•.~第共页/of()（）]*#*)*", re.I)
_ROMAN_PAGE = re.compile(r"([-—–·.•~第共页]*)([ivxlc]+)([-—–·.•~第共页]*)", re.I)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PARTED_END = re.compile(
    r"[^\s!-~][\d.,]*\d[.,]?\Z"
)  # a number that a line end may part: no space on either side of it
_PARTED_START = re.compile(r"[\d.,]*[\d%‰](?=[^\s!-~]|\Z)", re.M)
_FIRST_WORD = re.compile(
    r"[“‘（《〈「『【〔]*(?:[!-~]{1,24}|.)[，。、；：！？”’）》〉」』】〕]*"
)  # no line ends inside it
_QUOTE = re.compile("[“”‘’]")
_EDGE = 0.4  # em by which a full line may miss its column's edge
_INDENT = 0.8  # em
_SIGNED = 8.0  # em from the left edge from which on a line that ends at the right edge is no part of a paragraph
_AROUND = 8  # lines
_HAN_RANKS = range(5)  # 编 章 节 一、 （一）: no line of a paragraph begins so after a sentence
_SMALL = 0.93  # size of a footnote over the size of the text


@dataclass(slots=True)
class _Placed:
    """A line in the draft: where it stands, on which page, and what became of it."""

    line: Line
    page: int
    start: int
    end: int  # of its text; the line end follows
    head: bool = False
    note: bool = False  # a footnote, or a table or caption at the edge of a page
    hanging: bool = False  # in a list whose entries go on with an indent
    left: float = 0.0  # edges of its column
    right: float = 0.0


def flow(pages: Sequence[Sequence[Line]], heights: Sequence[float], aside: Sequence[Sequence[Piece]] = ()) -> Extracted:
    """The text of all pages and the edits on it; `aside` is what stands on a page apart from its lines."""
    draft, placed = _written(pages, aside)
    _mark_heads(placed, heights)
    _mark_notes(placed)
    _mark_floats(placed)
    _measure(placed)
    extracted = draft.extracted()
    edits = [*_head_edits(placed), *_joins(placed, extracted.text)]
    return extracted._replace(edits=tuple(_apart(extracted.edits, edits, extracted.text)))


def _apart(inside: Sequence[Edit], edits: Sequence[Edit], text: str) -> list[Edit]:
    """All edits in order. What is taken away or moved as a whole takes the edits inside it along."""
    found, wholes = list(inside), [edit for edit in edits if edit.end - edit.start > 1 and not edit.after]
    for whole in wholes:
        found = [edit for edit in found if not whole.start <= edit.start < whole.end]
    for edit in edits:
        if edit.moved_from is not None:
            start, end = edit.moved_from
            own = [e._replace(start=e.start - start, end=e.end - start) for e in inside if start <= e.start < end]
            edit = edit._replace(after=apply_edits(edit.after, own))
        found.append(edit)
    return sorted(found, key=lambda edit: (edit.start, edit.end))


def _written(pages: Sequence[Sequence[Line]], aside: Sequence[Sequence[Piece]]) -> tuple[Draft, list[_Placed]]:
    draft, placed = Draft(), []
    for number, lines in enumerate(pages):
        draft.page()
        table, opened = None, 0
        for line in lines:
            if line.grid is not table:
                _close(draft, table, opened)
                table, opened = line.grid, draft.length
            start = draft.length
            for piece in line.pieces:
                draft.put(piece.text, gone=piece.gone, reason=piece.reason, after=piece.after)
                if piece.score < UNSURE:
                    draft.doubt(draft.length - len(piece.text), piece.score)
            placed.append(_Placed(line, number, start, draft.length))
            draft.put("\n")
        _close(draft, table, opened)
        for piece in aside[number] if number < len(aside) else ():
            draft.put_line([piece])
    return draft, placed


def _close(draft: Draft, grid: Grid | None, start: int) -> None:
    """The table that began at `start` ends here."""
    if grid is not None:
        draft.table(Table(start, draft.length, grid.columns, Heads(grid.heads), grid.merges))


def _mark_heads(placed: list[_Placed], heights: Sequence[float]) -> None:
    """Lines in the margin that recur at one place on several pages, their numbers aside."""
    found: dict[str, list[_Placed]] = defaultdict(list)
    for item in _margin_lines(placed, heights):
        found[re.sub(r"\d+", "#", _numbered(item.line.text))].append(item)
    least = 2 if len(heights) <= 8 else 3
    for key, items in found.items():
        numbers = bool(_PAGE_NUMBER.fullmatch(key))
        for item in items:
            alike = [o for o in items if numbers or abs(o.line.base - item.line.base) <= _SAME_PLACE]
            item.head = len({o.page for o in alike}) >= least and _is_same(alike, numbers)
    if len(heights) == 1:
        _mark_only_number(placed)


def _mark_only_number(placed: list[_Placed]) -> None:
    """The number 1 below the text of a document of one page."""
    lines = sorted(placed, key=lambda item: item.line.base)
    if len(lines) > 1 and re.fullmatch(r"[-—–]*1[-—–]*", _numbered(lines[-1].line.text)):
        lines[-1].head = (
            lines[-1].line.base - lines[-2].line.base > 2.5 * lines[-1].line.size and not lines[-1].line.row
        )


def _is_same(items: list[_Placed], numbers: bool) -> bool:
    """The lines differ in nothing, or in a number that counts the pages; a sentence of the text is no head."""
    if numbers:
        return _counts_on(items)
    texts = {_numbered(item.line.text) for item in items}
    if len(texts) == 1:
        return True
    return not any(ends_sentence(text) for text in texts) and _counts_on(items)


def _numbered(text: str) -> str:
    """The line without white space; a Roman page number as a number."""
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    roman = _ROMAN_PAGE.fullmatch(bare)
    return f"{roman[1]}{_roman(roman[2])}{roman[3]}" if roman else bare


def _roman(text: str) -> int:
    values = [_ROMAN[character] for character in text.lower()]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def _margin_lines(placed: list[_Placed], heights: Sequence[float]) -> list[_Placed]:
    pages: dict[int, list[_Placed]] = defaultdict(list)
    for item in placed:
        height = heights[item.page]
        if not item.line.row and not _MARGIN * height < item.line.base < (1 - _MARGIN) * height:
            pages[item.page].append(item)
    found = []
    for items in pages.values():
        items.sort(key=lambda item: item.line.base)
        found += items[:3] + items[3:][-3:]
    return found


def _counts_on(items: list[_Placed]) -> bool:
    """One of the numbers grows with the pages, or there are none to compare."""
    said = [(item.page, re.findall(r"\d{1,6}", _numbered(item.line.text))) for item in items]
    least = min(len(numbers) for _, numbers in said)
    steps = [Counter(int(numbers[at]) - page for page, numbers in said) for at in range(least)]
    return not steps or any(max(step.values()) >= max(2, 0.5 * len(items)) for step in steps)


def _mark_notes(placed: list[_Placed]) -> None:
    """Smaller lines at the foot of a page, below text of the usual size."""
    sizes: Counter[float] = Counter()
    for item in placed:
        sizes[round(item.line.size, 1)] += len(item.line.text)
    if not sizes:
        return
    usual = max(sizes, key=sizes.__getitem__)
    for page in {item.page for item in placed}:
        for item in reversed([item for item in placed if item.page == page and not item.head]):
            if item.line.size >= _SMALL * usual or item.line.row:
                break
            item.note = True
        if all(item.note or item.head for item in placed if item.page == page):
            for item in placed:
                item.note = item.note and item.page != page


def _mark_floats(placed: list[_Placed]) -> None:
    """A table or caption with which a page begins or ends: the text may go on past it."""
    pages: dict[int, list[_Placed]] = defaultdict(list)
    for item in placed:
        if not item.head and not item.note:
            pages[item.page].append(item)
    for items in pages.values():
        for side in (items, items[::-1]):
            for item in side:
                if not (item.line.row or is_caption(item.line.text.strip())):
                    break
                item.note = True


def _measure(placed: list[_Placed]) -> None:
    """The edges each line is set between: those of its area, or of the whole column where the area is small."""
    columns: dict[tuple[int, int, bool], list[_Placed]] = defaultdict(list)
    for item in placed:
        if not item.head and not item.line.row:
            columns[item.page, item.line.block, item.note].append(item)
    for column in columns.values():
        left, right = _edges(column)
        for area in _areas(column):
            signed = all(_is_signature(item, left, right) for item in area)
            own = (left, right) if signed or _is_centred(area) else _edges(area)
            for at, item in enumerate(area):
                item.left = own[0] if len(area) > 1 else left
                item.right = own[1] if len(area) > 2 else right
                item.hanging = _hangs(area[max(at - _AROUND, 0) : at + _AROUND])


def _areas(column: list[_Placed]) -> list[list[_Placed]]:
    """Lines of one size close under each other."""
    areas = [column[:1]]
    for above, below in pairwise(column):
        apart = below.line.base - above.line.base > 2.2 * above.line.size
        if apart or abs(above.line.size - below.line.size) > 0.05 * above.line.size:
            areas.append([])
        areas[-1].append(below)
    return areas


def _is_centred(lines: list[_Placed]) -> bool:
    """Lines of several lengths around one middle: each is set by itself, and the longest fills nothing."""
    middles = [(item.line.x0 + item.line.x1) / 2 for item in lines]
    starts = [item.line.x0 for item in lines]
    size = lines[0].line.size
    inset = sum(start > min(starts) + 0.3 * size for start in starts)
    return max(middles) - min(middles) < 0.6 * size and inset >= 0.5 * (len(lines) - 1) and len(lines) > 1


def _edges(lines: list[_Placed]) -> tuple[float, float]:
    """The left edge, and the right edge: where most lines end, or else the longest."""
    left, right = min(item.line.x0 for item in lines), max(item.line.x1 for item in lines)
    often, times = Counter(round(item.line.x1 / 4) for item in lines).most_common(1)[0]
    if times >= 3:
        right = max(item.line.x1 for item in lines if abs(round(item.line.x1 / 4) - often) <= 1)
    return left, right


def _hangs(lines: list[_Placed]) -> bool:
    """Inside a sentence the next line is indented more often than it comes back from an indent."""
    steps = Counter(
        (_is_indented(above), _is_indented(below)) for above, below in pairwise(lines) if not _closes(above.line.text)
    )
    return steps[False, True] > steps[True, False]


def _head_edits(placed: list[_Placed]) -> list[Edit]:
    return [
        Edit(item.start, item.end + 1, "", "running-head", "各页重复的书眉、页脚或页码") for item in placed if item.head
    ]


def _joins(placed: list[_Placed], text: str) -> list[Edit]:
    edits: list[Edit] = []
    body = [item for item in placed if not item.head and not item.note]
    indented = _uses_indents(body)
    joined = {}
    for lines in (body, [item for item in placed if item.note]):
        for above, below in pairwise(lines):
            if (above.page == below.page or lines is body) and _goes_on(above, below, indented):
                joined[id(above)] = below
    edits += _note_moves(placed, body, joined, text)
    for item in placed:
        if id(item) in joined:
            edits.append(_join(item, joined[id(item)], text))
    return edits


def _uses_indents(body: list[_Placed]) -> bool:
    """Paragraphs of this document begin with an indent.

    Lines below the end of a sentence with room left show it. A page of one paragraph has none: its first line does.
    """
    beside = [(above, below) for above, below in pairwise(body) if above.line.block == below.line.block]
    beside = [(above, below) for above, below in beside if not below.line.row]
    ended = [(above, below) for above, below in beside if ends_sentence(above.line.text.strip())]
    opening = [below for above, below in ended if _has_room(above, below)]
    if not opening and any(
        _opens(above) and not _has_room(above, below) and _is_flush(below) for above, below in beside
    ):
        return True
    opening = opening or [below for _, below in ended]
    return bool(opening) and sum(map(_is_indented, opening)) >= 0.25 * len(opening)


def _is_flush(item: _Placed) -> bool:
    return abs(item.line.x0 - item.left) < _EDGE * item.line.size


def _has_room(above: _Placed, below: _Placed) -> bool:
    """The first word of the line below would have fitted on the one above."""
    return above.line.x1 + _first_width(below.line) <= above.right - _EDGE * above.line.size


def _is_indented(item: _Placed) -> bool:
    return item.line.x0 > item.left + _INDENT * item.line.size


def _opens(item: _Placed) -> bool:
    """The line has the indent of two em with which paragraphs begin."""
    return abs(item.line.x0 - item.left - 2 * item.line.size) < 0.5 * item.line.size


def _is_signature(item: _Placed, left: float, right: float) -> bool:
    """A line at the right edge of its column that begins far from the left one, as who signs and when."""
    line = item.line
    return line.x0 - left > _SIGNED * line.size and abs(right - line.x1) < line.size


def _goes_on(above: _Placed, below: _Placed, indented: bool) -> bool:
    """`above` fills its column, and `below` can be the rest of its paragraph."""
    one, two = above.line, below.line
    if one.row or two.row or abs(one.size - two.size) > 0.08 * max(one.size, two.size):
        return False
    first, last = two.text.strip(), one.text.strip()
    if not first or not last or is_byline(last) or is_caption(last) or is_caption(first):
        return False
    if _is_signature(above, above.left, above.right) or _has_room(above, below):
        return False
    near = above.page == below.page and one.block == below.line.block
    if near and two.base - one.base > 1.9 * one.size and two.base - one.base > 1.4 * _leading(above):
        return False
    if numbering(first) is not None and (_is_indented(below) or (ends_sentence(last) and not (near and indented))):
        return False
    if numbering(first) in _HAN_RANKS and ends_sentence(last):
        return False
    if near and indented and not above.hanging and one.x1 < above.right - _EDGE * one.size and _opens(below):
        return False
    if above.hanging and _closes(last):
        return near and _is_indented(below)
    if ends_sentence(last):
        return indented and not _is_indented(below) and (near or one.x1 >= above.right - 1.5 * one.size)
    return True


def _closes(line: str) -> bool:
    """A sentence ends here, a Latin one too."""
    return ends_sentence(line.strip()) or line.strip().endswith(".")


def _leading(item: _Placed) -> float:
    return 1.5 * item.line.size


def _first_width(line: Line) -> float:
    """How much room the first word of a line takes: what did not fit on the line above."""
    text = line.text.strip()
    first = _FIRST_WORD.match(text)
    word = first[0] if first else ""
    quotes = len(_QUOTE.findall(text))
    quote = ((line.x1 - line.x0) / line.size - _ems(text)) / quotes if quotes else 0.0
    return (_ems(word) + len(_QUOTE.findall(word)) * min(max(quote, 0.5), 1.0)) * line.size


def _ems(text: str) -> float:
    """The width without quotation marks, which some fonts set half as wide as others."""
    return sum(0.5 if character < "\u2e80" else 1.0 for character in _QUOTE.sub("", text))


def _join(above: _Placed, below: _Placed, text: str) -> Edit:
    """The line end goes; between Latin words a space comes, and a hyphen that only parts a word goes as well."""
    last, first = text[above.end - 1], text[below.start : below.start + 1]
    if re.search("[A-Za-z]{2}-$", above.line.text) and re.match("[a-z]{2}", below.line.text):
        return Edit(above.end - 1, above.end + 1, "", "line-end", "行末连字符")
    parted = _PARTED_END.search(text[above.start : above.end]) and _PARTED_START.match(text, below.start, below.end)
    glue = " " if _latin(last) and last != "-" and _latin(first) and not parted else ""
    reason = "排满一行后折行" if above.page == below.page and above.line.block == below.line.block else "段落跨栏或跨页"
    return Edit(above.end, above.end + 1, glue, "line-end", reason)


def _latin(character: str) -> bool:
    return "!" <= character <= "~" or "\u00c0" <= character <= "\u024f"


def _note_moves(placed: list[_Placed], body: list[_Placed], joined: dict[int, _Placed], text: str) -> list[Edit]:
    """A footnote inside a paragraph that goes on over the page moves behind the paragraph; where it cannot, no join."""
    edits: list[Edit] = []
    used: set[int] = set()
    last_of: dict[int, int] = {}
    for at in range(len(body) - 1, -1, -1):  # where the paragraph of each line ends
        last_of[at] = last_of[at + 1] if at + 1 < len(body) and joined.get(id(body[at])) is body[at + 1] else at
    for at, (above, below) in enumerate(pairwise(body)):
        notes = [n for n in placed if n.note and above.end < n.start < below.start]
        if joined.get(id(above)) is not below or not notes:
            continue
        start, end, to = notes[0].start, notes[-1].end + 1, body[last_of[at]].end + 1
        if to in used or any(h.head and start < h.start < end for h in placed):
            del joined[id(above)]
            continue
        used.add(to)
        edits.append(Edit(start, end, "", "footnote", "脚注隔断段落"))
        edits.append(Edit(to, to, text[start:end], "footnote", "脚注移到段后", Span(start, end)))
        for note in notes:
            joined.pop(id(note), None)
    return edits
