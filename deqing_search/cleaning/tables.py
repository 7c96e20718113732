"""Fixes of tables: a table exploded to one cell a line becomes one row a line again."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from deqing_search.cleaning.line_widths import Rows, rows_of
from deqing_search.text.characters import runs_of
from deqing_search.text.lines import Line, is_row
from deqing_search.text.offsets import Edit

_LEAST_ROWS = 3
_LEAST_CELLS = 2
_LEAST_PERIODS = 4  # rows that prove a table without tabs
_LEAST_LINES = _LEAST_PERIODS * _LEAST_CELLS
_MOST_CELLS = 12
_LONGEST_CELL = 24
_IN_NO_CELL, _ENDS_NO_CELL = "。；！？", "：:，,"
_NO_CELL = re.compile(r"[（(]?[一二三四五六七八九十]+[）)、]|第[一二三四五六七八九十\d]+[章节编]|[|｜#]")
_NUMBER = re.compile(r"[+\-—<>≥≤≈约]?\s*\d[\d,.，]*\s*(?:[%％‰]|个百分点|[万亿千百]?[元人户个家亩吨倍]?)?|[—\-/]")
_UNIT = re.compile(
    r"[%％‰]|个百分点|[万亿千百]?(?:元|人|户|个|家|辆|件|吨|亩|美元|人次|公顷)|[万千]?(?:平方)?公里|(?:平方|立方)?米|岁|项|所|张"
)


class _Cell(NamedTuple):
    """A cell begins with a tab; a line without one goes on with the cell above it."""

    start: int  # of the tab
    end: int  # of the last line, without its line end


def exploded_table(text: str) -> list[Edit]:
    """Put the cells of a row on one line, with a tab between them.

    Evidence: lines that open with a tab, in blocks apart by blank lines, at least three blocks of one and
    the same number of cells.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "\\t序号\\n\\t2025年\\n目标\\n\\n\\t1\\n\\t70\\n\\n\\t2\\n\\t24\\n"
    >>> apply_edits(text, exploded_table(text))
    '序号\\t2025年目标\\n\\n1\\t70\\n\\n2\\t24\\n'
    """
    edits: list[Edit] = []
    for rows in _tables(text) if "\t" in text else ():
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


def flat_table(text: str) -> list[Edit]:
    """Put the cells of a table that was copied without tabs, one cell a line, back into rows.

    Evidence: short lines whose kinds (word, number) repeat with one period at least four times running, numbers
    and words both, below as many heads; and no figure is left over, since then a category or a broken cell stands
    between them.

    >>> from deqing_search.text.offsets import apply_edits
    >>> cells = "指标 单位 数值 生产总值 亿元 544 财政收入 亿元 90 人口 万人 55 面积 平方公里 938".split()
    >>> apply_edits(text := "\\n".join(cells), flat_table(text)).splitlines()[:2]
    ['指标\\t单位\\t数值', '生产总值\\t亿元\\t544']
    """
    edits = []
    for cells in _short_lines(rows_of(text)):
        rows = _periodic_rows(cells)
        for row in rows:
            edits += [
                Edit(left.end, right.start, "\t", "flat-table", "表格散成一格一行") for left, right in pairwise(row)
            ]
    return edits


def _short_lines(rows: Rows) -> list[list[Line]]:
    """Runs of lines that can be cells, with nothing else between them."""
    short = rows.ends - rows.starts <= _LONGEST_CELL
    likely = short & ~rows.have(_IN_NO_CELL) & ~rows.end_in(_ENDS_NO_CELL)
    cells = np.zeros(len(likely), bool)
    for start, end in runs_of(likely, _LEAST_LINES):
        cells[start:end] = [not (_NO_CELL.match(line.text) or is_row(line.text)) for line in rows.lines[start:end]]
    return [rows.lines[start:end] for start, end in runs_of(cells, _LEAST_LINES)]


def _periodic_rows(cells: list[Line]) -> list[list[Line]]:
    """The row of heads and the rows below it, whose kinds repeat; [] unless they account for every figure."""
    kinds = "".join("9" if _NUMBER.fullmatch(c.text) else "u" if _UNIT.fullmatch(c.text) else "字" for c in cells)
    best = (0, 0, 0)  # length, start, period
    for period in range(_LEAST_CELLS, min(_MOST_CELLS, len(cells) // _LEAST_PERIODS) + 1):
        for start in range(len(cells) - period * _LEAST_PERIODS + 1):
            row = kinds[start : start + period]
            if len(set(row)) < 2 or row[0] != ("9" if cells[start].text == "1" else "字"):
                continue
            size = period
            while kinds.startswith(row, start + size):
                size += period
            if size >= period * _LEAST_PERIODS and size > best[0]:
                best = size, start, period
    size, start, period = best
    heads = start - period
    # A row set off by one cell is worse than none: where figures are left over, the table stays as it is.
    if not size or heads < 0 or "9" in kinds[:start] + kinds[start + size :]:
        return []
    return [cells[at : at + period] for at in range(heads, start + size, period)]


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
