"""Clean text → passages: headings, sections, table rows, bylines, glossary entries, paragraphs.

One line of clean text is one passage. What a line *looks like* belongs to `shapes`; here the lines get their
place: the section they stand in, the columns their cells belong to, the article they report.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from deqing_search.report import CleanText, Doubt, LoggedEdit, Passage, PassageKind, RawText, Table
from deqing_search.structure.enclosed import act_of, report_below
from deqing_search.structure.headings import Heading, Headings
from deqing_search.structure.short_lines import ShortLines
from deqing_search.structure.tables import read_known, read_plain
from deqing_search.structure.truncation import breaks_off
from deqing_search.text.acts import body_of
from deqing_search.text.characters import has_any
from deqing_search.text.lines import (
    Line,
    bylines_of,
    ends_sentence,
    glossary_entry,
    headlines_before,
    is_byline,
    is_caption,
    is_glossary_heading,
    is_heading,
    is_item,
    is_prose,
    is_row,
    is_unit,
    lines_of,
    numbering,
    overlap,
)
from deqing_search.text.offsets import Span, line_starts

_FRAMED, _OUTERMOST, _INNERMOST, _TABLE = -2, -1, 50, 90  # ranks of headings without a number
_ITEMS, _UNDER_PARTS, _BELOW, _INNERMOST_ITEM = "第—", 3.0, 0.25, 49.0  # `第一，…`: below the last number, or 一、
_SOURCE_RANK = 1.5  # and the level that a medium gives: a first one stands over 一、, a second one over （一）
_LONGEST_TITLE = 60
_RUN_IN = re.compile(r"[^。！？]{4,45}。(?=.)")  # a paragraph whose first sentence is its heading
_RUN_IN_RANKS = range(5)  # 编 章 节 一、 （一）: a bare `1.` opens list items as well
_OF_TABLE = re.compile("附?表|图")
_TITLE = re.compile(r"(?:报告|规划|纲要|计划|公报|意见|方案|决定|通知|办法)(?:[（(].*)?$")
_LOST = "\ufffd\ue000-\uf8ff"  # by a font or an encoding, for good
_FLAWS = {  # what tells each, and without which characters there is none in a text
    "placeholder": (re.compile(r"20[xX×＊*]{2}|[_＿]{2,}|[□■]{2,}|[xX×]{3,}"), "xX×＊*_＿□■"),
    "unreadable": (re.compile(f"[{_LOST}]"), _LOST),
}
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"  # without i l o u: read aloud and retyped without doubt
_TWO_DIGITS = [low + high for high in _BASE32 for low in _BASE32]  # of 10 bits
_SHORT_BITS, _MORE_BITS = 50, 30  # ids had the first 50 only; with the others a country's history has no collision


class _Shaped(NamedTuple):
    """A line that has got its place; offsets are of the clean text."""

    line: Line
    kind: PassageKind
    section: tuple[str, ...]
    text: str
    level: int = 0
    term: str = ""
    cells: tuple[tuple[str, str], ...] = ()


@dataclass
class _Place:
    """Where the walk through the lines stands: the open headings, outermost first, and whether a glossary is open."""

    headings: list[tuple[float, str]] = field(default_factory=list)
    glossary: bool = False
    unnumbered: int | None = None  # the rank of headings without a number, set by the first heading met
    items: dict[str, float] = field(default_factory=dict)  # the rank of `第一，…` and `——…`, set by the first one met

    @property
    def section(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.headings)

    def enter(self, title: str, rank: float) -> None:
        """Close every heading that does not stand over this one, and open it."""
        while self.headings and self.headings[-1][0] >= rank:
            self.headings.pop()
        self.headings.append((rank, title))
        if rank < _TABLE:
            self.glossary = is_glossary_heading(title)

    def rank_of_like(self, heading: Heading) -> float:
        """The rank of a heading that its likes show: of its number, or below the innermost number."""
        if heading.kind.isdigit():
            return int(heading.kind)
        if heading.kind not in _ITEMS:
            return _INNERMOST_ITEM
        numbered = [rank for rank, _ in self.headings if 0 <= rank < _INNERMOST_ITEM]
        return self.items.setdefault(heading.kind, max(numbered, default=_UNDER_PARTS) + _BELOW)

    def rank(self, heading: str) -> int:
        """The rank of a heading; without a number: outermost if the report opens with such a one, else innermost."""
        if is_glossary_heading(heading):
            return _OUTERMOST
        rank = numbering(heading)
        if rank is None and "『" in heading:
            return _FRAMED  # 『…』 frames the title of a part, where other headings have none
        if self.unnumbered is None:
            self.unnumbered = _OUTERMOST if rank is None else _INNERMOST
        return self.unnumbered if rank is None else rank


def passages_of(raw: RawText, clean: CleanText) -> tuple[Passage, ...]:
    """The passages of a report in reading order, each with its section and the way back to the source.

    >>> from deqing_search.cleaning.cleaner import clean
    >>> raw = RawText("r", "一、回顾\\n过去五年，我们办成了一批大事。\\n", "")
    >>> [(p.kind, p.section, p.text) for p in passages_of(raw, clean(raw))]
    [('heading', (), '一、回顾'), ('paragraph', ('一、回顾',), '过去五年，我们办成了一批大事。')]
    """
    shapes = list(_shape(clean.text, _known(raw, clean), dict(raw.front_matter).get("title", "")))
    starts, ends = [shaped.line.start for shaped in shapes], [shaped.line.end for shaped in shapes]
    traces = zip(*clean.way_back.traces(starts, ends, line_starts(raw.text)), strict=True)
    flaws = {name: pattern for name, (pattern, characters) in _FLAWS.items() if has_any(characters, clean.text)}
    jumps = [entry for entry in clean.edit_log if entry.fix == "jump-mark"]
    texts = ["", *(shaped.text for shaped in shapes), ""]
    seen: Counter[str] = Counter()
    passages = []
    for ordinal, (shaped, (spans, lines)) in enumerate(zip(shapes, traces, strict=True), start=1):
        bare = "".join(shaped.text.split())
        seen[bare] += 1
        passages.append(
            Passage(
                id=passage_id(raw.report, bare, seen[bare]),
                report=raw.report,
                ordinal=ordinal,
                kind=shaped.kind,
                level=shaped.level,
                section=shaped.section,
                text=shaped.text,
                spans=spans,
                lines=lines,
                page=_page(raw.page_starts, spans),
                term=shaped.term,
                cells=shaped.cells,
                damage=(
                    *_damage(shaped, (texts[ordinal - 1], texts[ordinal + 1]), lines, jumps, flaws),
                    *_doubted(raw.doubts, spans),
                ),
            )
        )
    return tuple(passages)


def passage_id(report: str, bare: str, nth: int, document: int = 1) -> str:
    """A short name that the content itself gives: 80 bits over report, text without white space, and turn.

    Equal paragraphs of a report differ by their turn. `document` tells documents that had one report id after each
    other apart (`store.documents`). Among 200 million passages two share an id with a chance of 2 in 100 million. The
    first ten characters are the whole id that earlier versions made.

    >>> passage_id("deqing-2024-work-report", "三、全力建设人民满意的现代政府", 1)
    '0wavr3pbtsrva918'
    """
    holder = report if document == 1 else f"{report}/{document}"  # no id of a report contains a slash
    named = f"{holder}\0{bare}\0{nth}".encode()
    short, more = (int.from_bytes(blake2b(named, digest_size=size).digest(), "big") for size in (8, 16))
    return _base32(short, _SHORT_BITS) + _base32(more, _MORE_BITS)


def _base32(number: int, bits: int) -> str:
    """The lowest bits of a number, ten in two characters, the lowest first."""
    return "".join([_TWO_DIGITS[number >> shift & 1023] for shift in range(0, bits, 10)])


class _Known(NamedTuple):
    """What the medium says of lines, by their number: the table and the row in it; the level of a heading."""

    tables: dict[int, tuple[Table, int]]
    levels: dict[int, int]


def _known(raw: RawText, clean: CleanText) -> _Known:
    found = _Known({}, {})
    marked = {
        e.lines[0]: len(e.before.strip()) for e in clean.edit_log if e.before.startswith("#") and e.fix == "markup"
    }
    if not raw.tables and not raw.levels and not marked:
        return found
    lines, starts = lines_of(clean.text), [table.start for table in raw.tables]
    source = line_starts(raw.text)
    levels = {bisect_right(source, offset): level for offset, level in raw.levels} | marked
    traces, touched = clean.way_back.traces([line.start for line in lines], [line.end for line in lines], source)
    for at, (spans, (first, _)) in enumerate(zip(traces, touched, strict=True)):
        number = bisect_right(starts, spans[0].start) - 1
        if number >= 0 and spans[0].start < raw.tables[number].end:
            table = raw.tables[number]
            found.tables[at] = table, raw.text.count("\n", table.start, spans[0].start)
        elif first in levels:
            found.levels[at] = levels[first]
    return found


def _shape(text: str, known: _Known, page_title: str = "") -> Iterator[_Shaped]:
    places = known.tables
    place = _Place()
    lines = lines_of(text)
    headlines = _headlines(lines, bylines_of(text))
    title = _title_below_act(lines, page_title, place)
    shown, short = Headings(lines), ShortLines(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        if at in places or is_row(line.text):
            table = _table_lines(text, lines, at, places)
            yield from _table_rows(table, places.get(at), place.section)
            at += len(table)
            continue
        if place.headings and place.headings[-1][0] == _TABLE and not is_unit(line.text):
            place.headings.pop()  # a caption stands over its table only
        if at in headlines:
            yield _headline(lines, at, headlines[at], place)
        elif at == title:
            place.headings.clear()  # of an act about the report
            yield _Shaped(line, "heading", (), line.text)
        elif title is not None and body_of(line.text):
            place.enter(line.text, _FRAMED)
            yield _Shaped(line, "heading", (), line.text, level=1)
        else:
            below = lines[at + 1] if at + 1 < len(lines) else None
            levelled = _levelled(line, known.levels.get(at), below, place)
            kind = short.kind_at(at)
            other = _Shaped(line, kind, place.section, line.text) if kind and is_heading(line.text) else None
            yield levelled or other or _prose(line, below, place, shown.at(at))
        at += 1


def _levelled(line: Line, level: int | None, below: Line | None, place: _Place) -> _Shaped | None:
    """A heading without a number whose level the medium says; None for every other line."""
    text = line.text
    if level is None or below is None or numbering(text) is not None or is_glossary_heading(text):
        return None
    if len(text) > _LONGEST_TITLE or text[-1] in "。；;，,、：:！？!?…" or is_byline(text) or is_row(text):
        return None
    place.enter(text, _SOURCE_RANK + level)
    return _Shaped(line, "heading", place.section[:-1], text, level=len(place.headings))


def _prose(line: Line, below: Line | None, place: _Place, shown: Heading | None) -> _Shaped:
    """A line that is neither table nor headline: byline, heading, definition or paragraph."""
    text = line.text
    if is_byline(text):
        return _Shaped(line, "byline", place.section, text)
    if is_caption(text) and below and (_OF_TABLE.match(text) or is_row(below.text)):
        place.enter(text, _TABLE)
        return _Shaped(line, "heading", place.section[:-1], text, level=len(place.headings))
    entry = glossary_entry(text) if place.glossary else None
    if entry:
        return _Shaped(line, "glossary", place.section, text, term=entry[0])
    if _stands_over(text, below):
        titles_table = (
            below is not None and is_row(below.text) and numbering(text) is None and not is_glossary_heading(text)
        )
        place.enter(text, _TABLE if titles_table else place.rank(text))
        return _Shaped(line, "heading", place.section[:-1], text, level=len(place.headings))
    if shown:
        place.enter(shown.title, place.rank_of_like(shown))
        return _Shaped(line, "heading", place.section[:-1], text, level=len(place.headings))
    run_in = _RUN_IN.match(text) if numbering(text) in _RUN_IN_RANKS else None
    if run_in:
        place.enter(run_in[0].rstrip("。"), place.rank(text))
        return _Shaped(line, "paragraph", place.section[:-1], text)
    return _Shaped(line, "paragraph", place.section, text)


def _stands_over(text: str, below: Line | None) -> bool:
    """A heading, and something under it: a line at the very end or over a list of its like stands over nothing."""
    if not is_heading(text) or is_item(text) or below is None:
        return False
    if numbering(text) is not None:
        return True
    return is_prose(below.text) or is_heading(below.text) or is_row(below.text) or ends_sentence(below.text)


def _title_below_act(lines: list[Line], page_title: str, place: _Place) -> int | None:
    """The line that is the report's own title. An act that stands above it is a section, opened here."""
    texts = [line.text for line in lines]
    act = act_of(page_title, texts)
    below = report_below(texts) if act else None
    if below is None:
        return _title_line(lines)
    place.enter(act, _FRAMED)
    return below


def _title_line(lines: list[Line]) -> int | None:
    """The line that is the report's own title: among the first three, before any prose."""
    for at, line in enumerate(lines[:3]):
        if is_heading(line.text) and numbering(line.text) is None and _TITLE.search(line.text):
            return at
        if is_prose(line.text):
            return None
    return None


def _headlines(lines: list[Line], bylines: list[int]) -> dict[int, int]:
    """Newspaper page: each line of a headline group → the line that is the article's headline."""
    main_of = {}
    for byline in bylines:
        group = headlines_before(lines, byline)
        lead = lines[byline + 1].text if byline + 1 < len(lines) else ""
        if group:
            main = max(group, key=lambda at: (overlap(lines[at].text, lead), at))
            main_of.update(dict.fromkeys(group, main))
    return main_of


def _headline(lines: list[Line], at: int, main: int, place: _Place) -> _Shaped:
    """The headline opens the article's section; kickers and slogans beside it stand in that section."""
    if place.section[:1] != (lines[main].text,):
        place.headings = [(_FRAMED, lines[main].text)]
    if at == main:
        return _Shaped(lines[at], "heading", (), lines[at].text, level=1)
    return _Shaped(lines[at], "heading", place.section, lines[at].text, level=2)


class _TableLine(NamedTuple):
    """A line of a table with its white space: tabs at its ends stand for empty cells."""

    line: Line
    whole: str
    row: int


def _table_lines(text: str, lines: list[Line], at: int, places: dict[int, tuple[Table, int]]) -> list[_TableLine]:
    """The lines of the table that begins at this line."""
    found: list[_TableLine] = []
    own = places.get(at)
    for number in range(at, len(lines)):
        line, place = lines[number], places.get(number)
        whole = text[text.rfind("\n", 0, line.start) + 1 : (text.find("\n", line.end) + 1 or len(text) + 1) - 1]
        same = place is not None and own is not None and place[0] is own[0]
        plain = own is place is None and (is_row(line.text) or _is_sparse(whole, found))
        if not (same or plain):
            break
        found.append(_TableLine(line, whole, place[1] if place else 0))
    return found


def _is_sparse(whole: str, above: list[_TableLine]) -> bool:
    """A row of plain text with one value only, whose tabs count as many columns as the rows above have."""
    return whole.count("\t") > 1 and whole.count("\t") == above[-1].whole.count("\t")


def _table_rows(
    table: list[_TableLine], known: tuple[Table, int] | None, section: tuple[str, ...]
) -> Iterator[_Shaped]:
    """One passage a row: every value with the name of its column."""
    rows = read_known([(t.row, t.whole) for t in table], known[0]) if known else read_plain([t.whole for t in table])
    for row in rows:
        if row.cells:
            yield _Shaped(table[row.line].line, "table-row", section, row.text, cells=row.cells)


def _page(page_starts: tuple[int, ...], spans: tuple[Span, ...]) -> int | None:
    """The page, from 1, on which the passage begins; None when the medium has no pages."""
    return sum(start <= spans[0].start for start in page_starts) or None


def _doubted(doubts: Sequence[Doubt], spans: Sequence[Span]) -> Iterator[str]:
    """Whether a part of the passage was recognised with little certainty."""
    if any(doubt.start < span.end and span.start < doubt.end for doubt in doubts for span in spans):
        yield "uncertain"


def _damage(
    shaped: _Shaped,
    around: tuple[str, str],
    lines: tuple[int, int],
    jumps: list[LoggedEdit],
    flaws: dict[str, re.Pattern[str]],
) -> Iterator[str]:
    """The flags for what cannot be repaired; `around` are the passages above and below."""
    yield from (flaw for flaw, pattern in flaws.items() if pattern.search(shaped.text))
    if shaped.kind in ("paragraph", "glossary") and is_prose(shaped.text):
        if breaks_off(shaped.text, *around):
            yield "truncated"
        here = [jump.before for jump in jumps if lines[0] <= jump.lines[0] <= lines[1] and "\n" not in jump.before]
        if any("转" in mark for mark in here):
            yield "continues-elsewhere"
        if any("接" in mark for mark in here):
            yield "continued"
