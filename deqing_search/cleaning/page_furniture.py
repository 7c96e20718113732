"""The fix of page numbers and running heads that stand in plain text.

Columns that were copied side by side belong to `side_by_side`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from deqing_search.cleaning.column_evidence import WIDEST_COLUMN
from deqing_search.text.characters import has_pair
from deqing_search.text.lines import (
    HAN,
    NUMERAL,
    Line,
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
from deqing_search.text.offsets import Edit

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
    return 2 * sum(map(_fits_column, near)) > len(near)


def _is_narrow(lines: list[Line], at: int) -> bool:
    """Nearly all lines near by are no wider than a column: each of them may stand in the middle of a sentence."""
    near = lines[max(at - _NEAR, 0) : at + _NEAR]
    return sum(_fits_column(line.text) for line in near) >= _MOSTLY_NARROW * len(near)


def _fits_column(line: str) -> bool:
    """The line is no wider than a column; a long one is not measured, since a character takes half a column or more."""
    return len(line) <= 2 * WIDEST_COLUMN and width(line) <= WIDEST_COLUMN


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
