"""Passages as a reader expects them: headings, paragraphs, one table for rows in a row, one list for a glossary.

Defines `Block` and `Line` (what a template draws) and `runs` (a text cut at its marks), and finds what was repaired
in a passage. Knows no HTML. The runs of a line are the characters of its passage, all of them and no other: what a
reader copies is what the report says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from deqing_search.offsets import Span
from deqing_search.report import LedgerEntry, Passage, PassageKind, Report

Column = tuple[str, int]  # a column's name, and how many of that name stand left of it: names may repeat or be empty
_CLOSING = '”"》」』:：'  # what may close a term


class Run(NamedTuple):
    """A stretch of text that is marked as a whole or not at all."""

    text: str
    marked: bool


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
    (Run(text='地理信息', marked=True), Run(text='产业', marked=False))
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


def blocks(passages: Sequence[Passage], marks: Mapping[str, Sequence[Span]]) -> list[Block]:
    """Group neighbours that belong to one table or one glossary. `marks`: passage id → spans in its text."""
    found: list[Block] = []
    for _, numbered in groupby(enumerate(passages), key=_togetherness):
        together = [passage for _, passage in numbered]
        if together[0].kind == "table-row" and together[0].cells:
            found.append(_table(together, marks))
        else:
            lines = (_line(passage, marks.get(passage.id, ())) for passage in together)
            found.append(Block(together[0].kind, tuple(lines)))
    return found


def repairs(report: Report, passage: Passage) -> list[LedgerEntry]:
    """The entries of the ledger that touch the source of `passage`."""
    return [
        entry
        for entry in report.ledger
        if any(edit.start <= span.end and span.start <= edit.end for edit in entry.source for span in passage.spans)
    ]


def _togetherness(numbered: tuple[int, Passage]) -> tuple[object, ...]:
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
    """The columns of all rows in their order: one that a row is first to have stands behind its left neighbour."""
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
