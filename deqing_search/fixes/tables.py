"""Fixes of tables: a table exploded to one cell a line becomes one row a line again."""

from __future__ import annotations

import re
from typing import NamedTuple

from deqing_search.offsets import Edit

_LEAST_ROWS = 3
_LEAST_CELLS = 2


class _Cell(NamedTuple):
    """A cell begins with a tab; a line without one goes on with the cell above it."""

    start: int  # of the tab
    end: int  # of the last line, without its line end


def exploded_table(text: str) -> list[Edit]:
    """Put the cells of a row on one line, with a tab between them.

    Evidence: lines that open with a tab, in blocks apart by blank lines, at least three blocks of one and
    the same number of cells.

    >>> from deqing_search.offsets import apply_edits
    >>> text = "\\t序号\\n\\t2025年\\n目标\\n\\n\\t1\\n\\t70\\n\\n\\t2\\n\\t24\\n"
    >>> apply_edits(text, exploded_table(text))
    '序号\\t2025年目标\\n\\n1\\t70\\n\\n2\\t24\\n'
    """
    edits: list[Edit] = []
    for rows in _tables(text):
        for row in rows:
            for index, cell in enumerate(row):
                if index == 0:
                    edits.append(_join(cell.start, cell.start + 1))
                else:
                    edits.append(_join(row[index - 1].end, cell.start))
                edits += [
                    _join(cell.start + gap.start(), cell.start + gap.end())
                    for gap in re.finditer(r"[ \u3000]*\n[ \u3000]*", text[cell.start : cell.end])
                ]
    return sorted(edits, key=lambda edit: edit.start)


def _join(start: int, end: int) -> Edit:
    return Edit(start, end, "", "exploded-table", "表格散成一格一行")


def _tables(text: str) -> list[list[list[_Cell]]]:
    """Runs of blocks of cells with equal numbers of cells."""
    tables: list[list[list[_Cell]]] = []
    run: list[list[_Cell]] = []
    for block in re.finditer(r"^\t.*(?:\n(?!\n).+)*(?:\n\t*)*?(?=\n\n|\n?\Z)", text, re.M):
        row = _cells(block)
        if run and (len(row) != len(run[0]) or text[run[-1][-1].end : block.start()].strip()):
            tables.append(run)
            run = []
        run.append(row)
    tables.append(run)
    return [run for run in tables if len(run) >= _LEAST_ROWS and len(run[0]) >= _LEAST_CELLS]


def _cells(block: re.Match[str]) -> list[_Cell]:
    starts = [block.start() + mark.start() for mark in re.finditer(r"^\t", block[0], re.M)]
    ends = [start - 1 for start in starts[1:]] + [block.end()]
    return [_Cell(start, end) for start, end in zip(starts, ends, strict=True)]
