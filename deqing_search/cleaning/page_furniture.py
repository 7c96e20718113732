"""Fixes of the printed page in plain text: page numbers, running heads, and columns that were copied side by side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice, pairwise, zip_longest
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.measured_lines import PRINT, SCREEN, Rows, rows_of
from deqing_search.text.characters import has_pair
from deqing_search.text.lines import (
    HAN,
    NUMERAL,
    Line,
    Widths,
    ends_sentence,
    ends_word,
    is_byline,
    is_heading,
    is_item,
    is_prose,
    is_row,
    lines_of,
    numbering,
    width,
)
from deqing_search.text.offsets import Edit, Span

_COUNT = rf"(?:\d{{1,4}}|[{NUMERAL}]{{1,4}})"
_PAGE, _PAGES = rf"第\s*{_COUNT}\s*页", rf"共?\s*{_COUNT}\s*页"
_SIGNS = ("页", "age")  # one of these is in each that follows, which is compiled when a text has one
_SURE_NUMBER = (
    rf"(?:{_PAGE}\s*(?:[/／，,（(]?\s*{_PAGES}[）)]?)?\s*)+|共\s*{_COUNT}\s*页\s*[，,/／]?\s*{_PAGE}|"
    r"第?\s*\d{1,4}\s*[/／]\s*\d{1,4}\s*页|[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_FRACTION = re.compile(r"(\d{1,4})\s*[/／]\s*(\d{1,4})")
_DASH = r"[\-—–―－·•~*\s]"
_NUMBER = re.compile(rf"(?:{_DASH}|[\[〔［])*(\d{{1,4}})(?:{_DASH}|[\]〕］])*")
_BEGINNINGS = frozenset("第共Pp-—–―－·•~*[〔［")  # of the lines of numbers that begin with no digit
_DIGITS = re.compile(r"\d+")
_DASHED = re.compile(r"[\-—–―－·•~]\s*\d+\s*[\-—–―－·•~]")
_LEAST_NUMBERS = 3  # bare numbers that grow from one to the next are page numbers
_LEAST_TORN = 0.25  # share of them that stand inside a sentence: those of sections and of rows never do
_LEAST_HEADS, _LEAST_BESIDE = 3, 2  # places at which a head stands, or does so beside a page number
_SHORTEST_PAGE = 150  # characters: what recurs faster is a label of items
_LONGEST_HEAD = 40
_CLAUSES, _SHORTEST_CLAUSE = re.compile("[，,、。；：].*.$"), 10  # of a line that may be the beginning of a paragraph
_MOSTLY = 0.6  # share of the places of a line at which it stands like a head
_NAMES = re.compile(rf"[A-Za-z]|(?:[{HAN}].*?){{4}}")  # not 附件1, 附件2
_MOSTLY_NARROW = 0.8
_NEAR = 8  # lines before and behind that show whether the text is wrapped
_LEAST_ROWS = 6  # lines that prove two columns side by side
_MARK = re.compile("[，。、；,;]")
_GAP = re.compile(r"[ \u00a0\u3000]{2,}|\t")  # found fast: what can be a gutter at all
# A blank behind what is none, then at least two more, or the other half of the indent, or it is a tab.
_GUTTER = re.compile(r"[ \u00a0\u3000\t](?<=\S.)(?:[ \u00a0\u3000\t]{2,}|(?<=\u3000)\u3000|(?<=\t))(?=\S)")
_NARROW_GUTTER = re.compile(r"(?<=\S)(?:[ \u00a0]{2,}|[ \u00a0]*[\u3000\t][ \u00a0\u3000\t]*)(?=\S)")
# All that stops which hang out of the left column may leave of the gutter; nothing but them stands before it.
_SINGLE_SPACE = re.compile(r"(?<=[，。、；：！？”’）》]) (?=\S)")
_SAME_SPACE = 2.0
WIDEST_COLUMN = 46.0
_LEAST_COLUMN = 7.0  # widths in full-width characters
_SAME_EDGE = 3.0
_SAME_GUTTER = 1.5  # by which the gutters of two pages may differ
_LEAST_INDENT = 1.2
_LEAST_BROKEN, _LEAST_BROKEN_IN_LONG, _LONG_RUN = 0.5, 0.3, 20
_RECENT = 15  # lines of a run that tell where it parts
# Columns on a screen, in full-width characters.
_SCREEN = Widths(lambda character: 2.0 if character == "\t" else 0.5 if character < "\u2000" else 1.0)


def page_furniture(text: str) -> list[Edit]:
    """Take away page numbers and the running heads that stand beside them, and join the paragraph they broke.

    Evidence: `第 3 页` in so many words; bare numbers alone on their lines that grow from page to page, a quarter of
    them inside sentences; a short line that stands there again and again, a page apart, beside a page number or in the
    middle of a sentence each time.

    >>> from deqing_search.text.offsets import apply_edits
    >>> above = "一年来，我们坚持创新驱动，全县经济持续稳定发展，" * 2 + "城乡面貌焕然一新，财政收"
    >>> apply_edits(text := f"{above}\\n第3页 共20页\\n入突破百亿元，大家满意。", page_furniture(text))[-18:]
    '一新，财政收入突破百亿元，大家满意。'
    """
    lines = lines_of(text)
    numbers = _page_numbers(lines)
    gone = numbers | _running_heads(text, lines, numbers)
    edits: list[Edit] = []
    for first, last in _stretches(sorted(gone)):
        above = lines[first - 1] if first else None
        below = lines[last + 1] if last + 1 < len(lines) else None
        # In a narrow column `hard_wrap` tells what goes on.
        if above and below and not _in_column(lines, first) and _broken(text, above.text, below.text):
            edits.append(Edit(above.end, below.start, "", "page-furniture", "页码或书眉隔断段落"))
        else:
            start = _line_start(text, lines[first])
            end = _line_start(text, below) if below else lines[last].end
            edits.append(Edit(start, end, "", "page-furniture", "页码或书眉"))
    return edits


def _line_start(text: str, line: Line) -> int:
    """Where the line begins with its white space, which is an indent of this line and of no other."""
    return text.rfind("\n", 0, line.start) + 1


def _in_column(lines: list[Line], at: int) -> bool:
    """Most of the prose near by is no wider than a column can be."""
    near = [line.text for line in lines[max(at - _NEAR, 0) : at + _NEAR] if is_prose(line.text)]
    return 2 * sum(width(line) <= WIDEST_COLUMN for line in near) > len(near)


def _is_narrow(lines: list[Line], at: int) -> bool:
    """Nearly all lines near by are no wider than a column: each of them may stand in the middle of a sentence."""
    near = lines[max(at - _NEAR, 0) : at + _NEAR]
    return sum(width(line.text) <= WIDEST_COLUMN for line in near) >= _MOSTLY_NARROW * len(near)


def _page_numbers(lines: list[Line]) -> set[int]:
    found: set[int] = set()
    totals: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.text[0] not in _BEGINNINGS and not line.text[0].isdecimal():  # found fast
            continue
        if any(sign in line.text for sign in _SIGNS) and re.fullmatch(_SURE_NUMBER, line.text):
            found.add(at)
        elif fraction := _FRACTION.fullmatch(line.text):
            totals[fraction[2]].append((at, int(fraction[1])))
        elif number := _NUMBER.fullmatch(line.text):
            totals[""].append((at, int(number[1])))
            found |= {at} if _DASHED.match(line.text) else set()
    for total, places in totals.items():
        for run in _growing(places):
            if len(run) >= (2 if total else _LEAST_NUMBERS) and (total or _are_pages(lines, run)):
                found |= set(run)
    return found


def _growing(numbers: list[tuple[int, int]]) -> Iterator[list[int]]:
    """The places of numbers that grow by one or two from one to the next, with lines between."""
    run: list[int] = []
    before = 0
    for at, value in numbers:
        if run and not (0 < value - before <= 2 and at - run[-1] > 1):
            yield run
            run = []
        run.append(at)
        before = value
    yield run


def _are_pages(lines: list[Line], places: list[int]) -> bool:
    """Bare numbers a page apart: beside a line that recurs, or enough inside sentences, or none that count parts."""
    if not _pages_apart(lines, places):
        return False
    beside = Counter(lines[near].text for at in places for near in (at - 1, at + 1) if 0 <= near < len(lines))
    often = {text for text, times in beside.items() if times >= _LEAST_BESIDE}
    if any(beside[text] >= _MOSTLY * len(places) and _can_be_head(text) for text in often):
        return True  # a running head
    torn = 0
    for at in places:
        above = next((line.text for line in reversed(lines[max(at - 2, 0) : at]) if line.text not in often), "。")
        torn += not _ends(above) and not is_heading(above)
    return torn >= _LEAST_TORN * len(places) or not _count_parts(lines, places)


def _count_parts(lines: list[Line], places: list[int]) -> bool:
    """The numbers stand over parts: written `01`, over headings, or with as many lines under each."""
    over_heading = sum(is_heading(line.text) for line in (lines[at + 1] for at in places[:-1]))
    evenly = len({there - here for here, there in pairwise(places)}) == 1
    return lines[places[0]].text.startswith("0") or 2 * over_heading >= len(places) - 1 or evenly


def _pages_apart(lines: list[Line], places: list[int]) -> bool:
    """Half of the places or more are a page from the next."""
    gaps = sorted(lines[there].start - lines[here].start for here, there in pairwise(places))
    return gaps[len(gaps) // 2] >= _SHORTEST_PAGE


def _running_heads(text: str, lines: list[Line], numbers: set[int]) -> set[int]:
    places: dict[str, list[int]] = defaultdict(list)
    short = [at for at, line in enumerate(lines) if len(line.text) <= _LONGEST_HEAD and at not in numbers]
    keys = _DIGITS.sub("#", "\n".join([lines[at].text for at in short])).split("\n")
    often = {key for key, times in Counter(keys).items() if times >= _LEAST_BESIDE}
    for at, key in zip(short, keys, strict=False):
        if key in often and not is_row(key) and not _ends(key):
            places[key].append(at)
    heads: set[int] = set()
    for key, found in places.items():
        if len(found) < _LEAST_BESIDE or not _can_be_head(key):
            continue
        beside = [at for at in found if at - 1 in numbers or at + 1 in numbers]
        torn = [at for at in found if at not in beside and not _is_narrow(lines, at) and _is_torn(text, lines, at)]
        between = sorted(beside + torn)
        proven = len(beside) >= _LEAST_BESIDE or (len(between) >= _LEAST_HEADS and _pages_apart(lines, between))
        if proven and len(between) >= _MOSTLY * len(found):
            heads |= set(between)
    return heads


def _can_be_head(line: str) -> bool:
    """It names something, and is no label of items."""
    return len(line) <= _LONGEST_HEAD and "：" not in line and bool(_NAMES.search(line))


def _is_torn(text: str, lines: list[Line], at: int) -> bool:
    """In the middle of a sentence."""
    return 0 < at < len(lines) - 1 and _broken(text, lines[at - 1].text, lines[at + 1].text)


def _ends(line: str) -> bool:
    return line[-1] in "，、；：,;:" or ends_sentence(line)


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """First and last of each row of neighbours."""
    found: list[tuple[int, int]] = []
    for at in places:
        if found and found[-1][1] == at - 1:
            found[-1] = found[-1][0], at
        else:
            found.append((at, at))
    return found


def _broken(text: str, above: str, below: str) -> bool:
    """`above` breaks off inside a sentence, and `below` can be its rest.

    It shows a clause, or the two edges meet elsewhere: a heading at the foot of a page is rare enough for that.
    """
    return (
        not ends_sentence(above)
        and above[-1] not in "：:；;"
        and not is_row(above)
        and not is_byline(above)
        and (ends_word(below) or not _can_be_heading(above))
        and numbering(below) is None
        and not is_item(below)
        and not is_row(below)
        and not is_byline(below)
        and bool(re.search("[，。；,;]", below))
        and (bool(_CLAUSES.search(above)) or (len(above) >= _SHORTEST_CLAUSE and has_pair(above[-1] + below[0], text)))
    )


def _can_be_heading(line: str) -> bool:
    return is_heading(line) and (numbering(line) is not None or len(line) < _SHORTEST_CLAUSE)


class _Parted(NamedTuple):
    """A line with its part in each of two columns, as offsets in the text; one of them may be empty."""

    left: Span
    right: Span
    edge: float  # where the right part begins in print; 0 for a line without a gutter
    screen: float  # the same on a screen


_EDGE = attrgetter("edge")


def interleaved_columns(text: str) -> list[Edit]:
    """Put two columns that stand side by side, line for line, one after the other.

    Evidence: six or more lines running, each with one wide gap, the right parts beginning at one place and both
    sides about as wide as a column each. Lines between and behind them that fill one side only belong to that side.
    """
    inside = (gap for gap in _GAP.finditer(text, 1) if not text[gap.start() - 1].isspace())
    if len(list(islice(inside, _LEAST_ROWS))) < _LEAST_ROWS:
        return []
    rows = rows_of(text)
    lines = _parted(text, rows)
    if not lines:
        return []
    gaps: list[int] = np.diff(rows.numbers).tolist()
    usual = 2 if gaps.count(2) > 2 * gaps.count(1) else 1
    fed = "\f" in text
    runs: list[list[_Parted]] = [[]]
    for at, line in enumerate(lines):
        run = runs[-1]
        near = bool(run) and gaps[at - 1] == usual and not (fed and "\f" in text[run[-1].right.end : line.right.end])
        placed = _placed(text, line, _edge_of(run)) if near else None
        if placed:
            run.append(placed)
        elif line.edge:
            runs.append([line])
        else:
            runs.append([])
    return [edit for run in _columns(text, runs) for edit in _set_below(text, run)]


def _edge_of(run: list[_Parted]) -> float:
    """Where the right parts begin, by the last of them: the lower ones, since the others may be indented."""
    edges: list[float] = sorted(filter(None, map(_EDGE, run[-_RECENT:]))) or [run[0].edge]
    return edges[len(edges) // 4]


def _columns(text: str, runs: list[list[_Parted]]) -> Iterator[list[_Parted]]:
    """The runs that prove columns, and shorter ones behind them that part at the same place: a last page."""
    proven: list[float] = []
    for run in runs:
        if not run:
            continue
        edge = _edge_of(run)
        if _are_columns(text, run):
            proven.append(edge)
            yield run
        elif any(abs(here - there) <= _SAME_GUTTER for here in (edge, run[0].edge) for there in proven) and _are_prose(
            _sides(text, run)
        ):
            yield run


def _placed(text: str, line: _Parted, edge: float) -> _Parted | None:
    """The line in columns that part at `edge`; None where it does not fit."""
    if line.edge and abs(line.edge - edge) <= _SAME_EDGE:
        return line
    whole = text[line.left.start : line.right.end]
    line = _parted_at(whole, line, edge) or line
    if line.edge:
        return line if abs(line.edge - edge) <= _SAME_EDGE else None
    bare = whole.strip()
    before = width(whole[: whole.index(bare)].replace("\t", "    "))
    if before >= edge - _SAME_EDGE:
        start = line.right.end - len(bare)
        return _Parted(Span(start, start), Span(start, line.right.end), 0, 0)
    return line if width(whole) <= edge - 1 else None


def _parted_at(whole: str, line: _Parted, edge: float) -> _Parted | None:
    """The line cut where the others are: a stop that hangs out of the column leaves less of the gutter."""
    places = [(gap, width(whole[: gap.end()].replace("\t", "    "))) for gap in _NARROW_GUTTER.finditer(whole)]
    fits = [place for place in places if abs(place[1] - edge) <= _SAME_EDGE]
    if not fits and width(whole) > edge + _LEAST_COLUMN:
        spaces = [(gap, width(whole[: gap.end()])) for gap in _SINGLE_SPACE.finditer(whole)]
        fits = [place for place in spaces if abs(place[1] - edge) <= _SAME_SPACE]
        fits = fits if len(fits) == 1 else []
    for gap, here in fits[:1]:
        start = line.left.start
        left, right = Span(start, start + gap.start()), Span(start + gap.end(), line.right.end)
        return _Parted(left, right, here, _SCREEN.sum(whole[: gap.end()]))
    return None


def _parted(text: str, rows: Rows) -> list[_Parted]:
    """The lines, each cut at its gutter, if it has just one; [] where none has."""
    gutters = [gutter.span() for gutter in _GUTTER.finditer(text)]
    lefts, rights = np.array([*gutters, (len(text), len(text))]).T
    gutter = np.searchsorted(lefts, rows.starts)
    parted = np.searchsorted(lefts, rows.ends) - gutter == 1
    parted &= np.array([not line.text.startswith("|") for line in rows.lines], bool)
    if not parted.any():
        return []
    starts = rows.begins
    if "\f" in text:
        breaks = zip(starts.tolist(), rows.starts.tolist(), strict=True)
        starts = np.array([max(text.rfind("\f", begin, start) + 1, begin) for begin, start in breaks], np.int64)
    lefts, rights = np.where(parted, lefts[gutter], rows.ends), np.where(parted, rights[gutter], rows.ends)
    prints, screens = (np.where(parted, rows.stretches(by, starts, rights), 0) for by in (PRINT, SCREEN))
    left = map(Span._make, zip(starts.tolist(), lefts.tolist(), strict=True))
    right = map(Span._make, zip(rights.tolist(), rows.ends.tolist(), strict=True))
    return list(map(_Parted._make, zip(left, right, prints.tolist(), screens.tolist(), strict=True)))


def _are_columns(text: str, run: list[_Parted]) -> bool:
    """Prose on both sides, half of it broken inside a clause; in a long run less, since paragraphs may be short."""
    if sum([parted.edge > 0 for parted in run]) < _LEAST_ROWS:
        return False
    sides = _sides(text, run)
    least = _LEAST_BROKEN if len(run) < _LONG_RUN else _LEAST_BROKEN_IN_LONG
    return _are_prose(sides) and all(sum([not _ends(part) for part in side]) >= least * len(side) for side in sides)


def _are_prose(sides: list[list[str]]) -> bool:
    """Both sides are about as wide as a column, and have their stops."""
    for parts in sides:
        narrow = sum([len(part) < 2 * _LEAST_COLUMN and width(part) < _LEAST_COLUMN for part in parts])
        if not parts or narrow > len(parts) // 2:
            return False
        if sum([_MARK.search(part) is not None for part in parts]) < 0.3 * len(parts):
            return False
    return True


def _sides(text: str, run: list[_Parted]) -> list[list[str]]:
    """The parts on the left, and those on the right."""
    sides = [parted.left for parted in run], [parted.right for parted in run]
    return [[text[start:end].strip() for start, end in spans if end > start] for spans in sides]


def _with_indents(text: str, run: list[_Parted]) -> list[_Parted]:
    """Right parts that begin further in than most are indented: the white space is part of them."""
    measured = [line.edge for line in run], [line.screen for line in run]
    # Whoever set the columns measured in one of two ways: in the right one the edges agree.
    halves = [_most_common([round(2 * edge) for edge in edges if edge]) for edges in measured]
    edges, (usual, _) = max(zip(measured, halves, strict=True), key=lambda each: each[1][1])
    return [
        line._replace(right=Span(line.right.start - _indent_before(text, line.right.start), line.right.end))
        if edge - usual / 2 >= _LEAST_INDENT
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


def _set_below(text: str, run: list[_Parted]) -> list[Edit]:
    """All left parts, then all right ones: each slot takes the part that belongs there, each gap a line end."""
    run = _with_indents(text, run)
    slots = [span for parted in run for span in (parted.left, parted.right) if span.end > span.start]
    order = [parted.left for parted in run] + [parted.right for parted in run]
    edits = []
    parts = [span for span in order if span.end > span.start]
    for slot, part, below in zip_longest(slots, parts, slots[1:]):
        moved = text[part.start : part.end]
        if slot != part and moved != text[slot.start : slot.end]:
            edits.append(Edit(slot.start, slot.end, moved, "interleaved-columns", "左右两栏并排", part))
        if below and text[slot.end : below.start] != "\n":
            edits.append(Edit(slot.end, below.start, "\n", "interleaved-columns", "左右两栏并排"))
    return edits
