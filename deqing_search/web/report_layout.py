"""Passages as blocks of a page: headings, paragraphs, one table for consecutive rows, one list for a glossary.

Owns `Block` and `Line` (what a template draws) and `runs` (a text cut at its marks). Finds what was repaired in a
passage, which words the report's glossary explains, and the reports of the years before and after. Knows no HTML. The
runs of a line are exactly the characters of its passage: what a reader copies is what the report says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from deqing_search.report import LoggedEdit, Passage, PassageKind, Report, ReportCard
from deqing_search.search.places import ReportPlace
from deqing_search.text.format_marks import is_format_mark
from deqing_search.text.offsets import Span

Column = tuple[str, int]  # a column's name, and how many of that name stand left of it: names may repeat or be empty
_CLOSING = '”"》」』:：'  # what may close a term


class Run(NamedTuple):
    """A stretch of text that is marked as a whole or not at all. `about`: the passage that explains it.

    A run without text is a sign: something was repaired here, and `before` was the text in the source.
    """

    text: str
    marked: bool
    about: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One passage ready to draw: its text in runs; apart, a glossary's term or a cell for every column of the table."""

    passage: Passage
    runs: tuple[Run, ...]
    term: tuple[Run, ...] = ()
    cells: tuple[tuple[Run, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Passages that are drawn as one element. `columns` are the names above a table."""

    kind: PassageKind
    lines: tuple[Line, ...]
    columns: tuple[tuple[Run, ...], ...] = ()


def runs(text: str, marks: Iterable[Span], start: int = 0, end: int | None = None) -> tuple[Run, ...]:
    """Cut `text[start:end]` at the marks, which count from the start of `text` and may reach over its ends.

    >>> runs("地理信息产业", [Span(0, 4)])
    (Run(text='地理信息', marked=True, about='', before=''), Run(text='产业', marked=False, about='', before=''))
    """
    at, end = start, len(text) if end is None else end
    cut: list[Run] = []
    for mark in sorted(marks):
        left, right = max(mark.start, at), min(mark.end, end)
        if left >= right:
            continue
        if left > at:
            cut.append(Run(text[at:left], False))
        cut.append(Run(text[left:right], True))
        at = right
    if at < end:
        cut.append(Run(text[at:end], False))
    return tuple(cut)


def blocks(
    passages: Sequence[Passage],
    marks: Mapping[str, Sequence[Span]],
    terms: Mapping[str, str] | None = None,
    repaired: Mapping[str, Sequence[LoggedEdit]] | None = None,
) -> list[Block]:
    """Group neighbours that belong to one table or one glossary.

    `marks`: passage id → spans in its text. `terms`: word → passage that explains it; linked where a paragraph first
    has it. `repaired`: passage id → its repairs, each with a sign at its place; tables have no signs.
    """
    wanted = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True)))) if terms else None
    found: list[Block] = []
    for _, numbered in groupby(enumerate(passages), key=_block_key):
        together = [passage for _, passage in numbered]
        if together[0].kind == "table-row" and together[0].cells:
            found.append(_table(together, marks))
        else:
            lines = [_line(passage, marks.get(passage.id, ())) for passage in together]
            if wanted and terms and together[0].kind == "paragraph":
                lines = [replace(line, runs=tuple(_linked(line.runs, wanted, terms))) for line in lines]
            if repaired:
                lines = [
                    _line_with_signs(line, places(line.passage, repaired.get(line.passage.id, ()))) for line in lines
                ]
            found.append(Block(together[0].kind, tuple(lines)))
    return found


def explained(passages: Iterable[Passage]) -> dict[str, str]:
    """The words that the report's own glossary explains, each with the passage that does."""
    return {
        term: passage.id for passage in passages if passage.term and len(term := passage.term.strip('“”‘’"《》')) > 1
    }


class Stretch(NamedTuple):
    """Source between `start` and `end` that belongs to one passage."""

    start: int
    end: int
    passage: str


def stretches(report: Report) -> list[Stretch]:
    """What of the source belongs to which passage, in the order of the source.

    What was removed between two parts of a passage belongs to it, unless another passage stands between them.
    """
    found: list[Stretch] = []
    for start, end, passage in sorted((*span, one.id) for one in report.passages for span in one.spans):
        if found and found[-1].passage == passage:
            found[-1] = found[-1]._replace(end=max(end, found[-1].end))
        else:
            found.append(Stretch(start, end, passage))
    return found


def repaired(report: Report) -> dict[str, list[LoggedEdit]]:
    """Passage id → the entries of the edit log that touch its source.

    What was removed between two passages belongs to the one before it if it directly followed that, else to the one
    after.
    """
    owned = stretches(report)
    found: dict[str, list[LoggedEdit]] = {}
    for entry in report.edit_log:
        for id in dict.fromkeys(id for span in entry.source for id in _owners(owned, span)):
            found.setdefault(id, []).append(entry)
    return found


class Changes(NamedTuple):
    """What cleaning did: repairs of damage, and marks of the file's format that were left out."""

    repairs: tuple[LoggedEdit, ...]
    marks: tuple[LoggedEdit, ...]


def changes(entries: Iterable[LoggedEdit]) -> Changes:
    """Repairs and marks of the format, apart."""
    parted: tuple[list[LoggedEdit], list[LoggedEdit]] = ([], [])
    for entry in entries:
        parted[is_format_mark(entry.fix, entry.before)].append(entry)
    return Changes(*map(tuple, parted))


def changes_of(report: Report, passage: Passage) -> Changes:
    """What cleaning did to the source of `passage`."""
    return changes(repaired(report).get(passage.id, ()))


class Place(NamedTuple):
    """Where in the text of a passage something was repaired, and what stood there."""

    at: int
    before: str


def places(passage: Passage, entries: Iterable[LoggedEdit]) -> list[Place]:
    """The repairs that a reader can see, each at its offset.

    White space, an empty `before` and marks of the file's format have no sign.

    Only for passages that stand in the source character for character, except what was taken out. For others the spans
    do not say which character came from where.
    """
    entries = list(entries)
    length = sum(span.end - span.start for span in passage.spans)
    if length != len(passage.text) or any(_stretched(entry) for entry in entries):
        return []
    found = {
        Place(at, e.before)
        for e in changes(entries).repairs
        if e.before.strip() and (at := _offset(passage, e)) is not None
    }
    return sorted(found)


def _stretched(entry: LoggedEdit) -> bool:
    return bool(entry.after) and sum(span.end - span.start for span in entry.source) != len(entry.after)


def _offset(passage: Passage, entry: LoggedEdit) -> int | None:
    """Where in the text the first of the source of `entry` stood, or would stand; None: at no edge of its own."""
    gone, at = entry.source[0], 0
    for own in passage.spans:
        if own.start <= gone.start <= own.end:
            return at + gone.start - own.start
        if own.start == gone.end:
            return at
        at += own.end - own.start
    return None


def _line_with_signs(line: Line, wanted: Sequence[Place]) -> Line:
    """The line with its signs; a glossary's term and definition are one text."""
    parted = sum(len(run.text) for run in line.term)
    inside = [place for place in wanted if place.at < parted]
    after = [place._replace(at=place.at - parted) for place in wanted if place.at >= parted]
    return replace(line, term=tuple(_with_signs(line.term, inside)), runs=tuple(_with_signs(line.runs, after)))


def _with_signs(cut: Iterable[Run], wanted: Sequence[Place]) -> Iterator[Run]:
    """The runs with a sign at every place; what is marked or linked stays whole, with its signs after it."""
    at, left = 0, list(wanted)
    for run in cut:
        text, end = run.text, at + len(run.text)
        while left and left[0].at <= end:
            place = left.pop(0)
            keep = len(text) if run.marked or run.about else place.at - at
            if text[:keep]:
                yield run._replace(text=text[:keep])
            text, at = text[keep:], at + keep
            yield Run("", False, before=place.before)
        if text:
            yield run._replace(text=text)
        at = end
    yield from (Run("", False, before=place.before) for place in left)


def _owners(owned: Sequence[Stretch], span: Span) -> list[str]:
    first = bisect_left(owned, span.start, key=lambda stretch: stretch.end)
    near = list(_from(owned, first, span.end))
    inside = [one.passage for one in near if one.start < span.end and span.start < one.end]
    return inside or [one.passage for one in near][:1]


def _from(owned: Sequence[Stretch], first: int, last: int) -> Iterator[Stretch]:
    """The stretches from `first` on that begin at `last` or before."""
    for one in owned[first:]:
        if one.start > last:
            return
        yield one


def neighbours(
    report: Report, cards: Iterable[ReportCard], of_report: Mapping[str, ReportPlace]
) -> tuple[ReportCard | None, ReportCard | None]:
    """The reports of the same kind and place nearest before and after in years; None where there is none."""
    meta, place = report.meta, of_report.get(report.id)
    if meta.year is None or not meta.place:
        return None, None
    alike = [card for card in cards if card.meta.kind == meta.kind and of_report[card.id] == place]
    dated = [(card.meta.year, card) for card in alike if card.meta.year is not None]
    before = max((one for one in dated if one[0] < meta.year), key=lambda one: one[0], default=None)
    after = min((one for one in dated if one[0] > meta.year), key=lambda one: one[0], default=None)
    return before and before[1], after and after[1]


def _linked(cut: Iterable[Run], wanted: re.Pattern[str], terms: Mapping[str, str]) -> Iterator[Run]:
    """The runs, those without a mark cut further at the first occurrence of every explained word."""
    seen: set[str] = set()
    for run in cut:
        at = 0
        for found in wanted.finditer(run.text) if not run.marked else ():
            if found[0] in seen:
                continue
            seen.add(found[0])
            if found.start() > at:
                yield Run(run.text[at : found.start()], False)
            yield Run(found[0], False, terms[found[0]])
            at = found.end()
        if at < len(run.text):
            yield Run(run.text[at:], run.marked)


def _block_key(numbered: tuple[int, Passage]) -> tuple[object, ...]:
    """Equal for neighbours in one element, different for all others."""
    at, passage = numbered
    if (passage.kind == "table-row" and passage.cells) or (passage.kind == "glossary" and passage.term):
        return passage.kind, passage.section
    return passage.kind, at


def _line(passage: Passage, marks: Sequence[Span]) -> Line:
    at = passage.text.find(passage.term) if passage.term else -1
    if at < 0:
        return Line(passage, runs(passage.text, marks))
    parted = at + len(passage.term)
    while parted < len(passage.text) and passage.text[parted] in _CLOSING:
        parted += 1
    return Line(passage, runs(passage.text, marks, parted), term=runs(passage.text, marks, 0, parted))


def _table(rows: Sequence[Passage], marks: Mapping[str, Sequence[Span]]) -> Block:
    """Rows leave their empty cells out; here every row gets a cell for every column of the table."""
    columns = _columns(rows)
    heads: dict[Column, tuple[Run, ...]] = {column: (Run(column[0], False),) for column in columns}
    lines = []
    for row in rows:
        cut = _cells(row, marks.get(row.id, ()))
        heads.update((column, head) for column, (head, _) in cut.items() if any(run.marked for run in head))
        cells = tuple(cut[column][1] if column in cut else () for column in columns)
        lines.append(Line(row, (), cells=cells))
    return Block("table-row", tuple(lines), tuple(heads[column] for column in columns))


def _columns(rows: Sequence[Passage]) -> list[Column]:
    """The columns of all rows in their order: a column that is new in a row comes after its left neighbour."""
    columns: list[Column] = []
    for row in rows:
        at = 0
        for column in _named(row):
            if column not in columns:
                columns.insert(at, column)
            at = columns.index(column) + 1
    return columns


def _named(row: Passage) -> list[Column]:
    names = [name for name, _ in row.cells]
    return [(name, names[:at].count(name)) for at, name in enumerate(names)]


def _cells(row: Passage, marks: Sequence[Span]) -> dict[Column, tuple[tuple[Run, ...], tuple[Run, ...]]]:
    """Column → its name and its value in this row, marked where they stand in the text: `name：value；name：value`."""
    cut = {}
    at = 0
    for column, (name, value) in zip(_named(row), row.cells, strict=True):
        start = at + (len(name) + 1 if name else 0)
        cut[column] = runs(row.text, marks, at, at + len(name)), runs(row.text, marks, start, start + len(value))
        at = start + len(value) + 1
    return cut
