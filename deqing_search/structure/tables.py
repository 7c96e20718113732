"""Rows of a table → passages: every value with the name of its column, or with none where the column is not known.

A medium that knows its cells says so (`RawText.tables`). Of a table in plain text only the lines are known: a row with
fewer cells than the others keeps names only where its values fit in one way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

from deqing_search.report import UNMARKED, Heads, Table
from deqing_search.text.lines import cells_of

_NUMBER = re.compile(
    r"[约超近增降≥≤<>＜＞+\-−±＋－]{0,2}\s*\d[\d,，.．]*\s*(?:[%％‰]|[^\d\s，。；：、]{0,6})(?:[（(][^（）()]{0,12}[)）])?"
)
_YEAR = re.compile(
    r"(?:19|20)\d\d(?:\s*[-—–~～至/]\s*(?:19|20)?\d{2,4})?\s*(?:年.*)?|\d{1,2}(?:[-—–~～至]\d{1,2})?\s*(?:月份?|季度)"
)
_BARE_YEAR = re.compile(r"\d{4}")
_WORDED = re.compile(
    r"持平|略.{1,3}|无|有|是|否|已?完成|未完成|达标|合格|上升|下降|增长|减少|待定|约束性|预期性|[√×✓✗]"
)
_DONE = re.compile("已?完成|上升|下降|增长|减少|达标")  # as well the name of a column of numbers
_NOTHING = re.compile(r"[\s\-—–─/／\\.…·*＊×]*")
_HEAD_WORD = re.compile(
    r"序\s*号|编\s*号|名\s*称|项\s*目|指\s*标|单\s*位|类\s*[别型]|内\s*容|备\s*注|属\s*性|数\s*[值量]|时\s*间|地\s*[区点]|"
    r"年\s*[份度]|绝对数|合\s*计|产\s*[品量]|领\s*域|任\s*务|事\s*项|目\s*标|增\s*[长速幅]|比\s*重|部\s*门|责\s*任|措\s*施|进\s*度"
)
_HEAD_CELL = re.compile(rf"\w{{0,3}}(?:{_HEAD_WORD.pattern})\w?(?:[（(][^（）()]*[)）])?")
_ASIDE = re.compile("备\\s*注|说\\s*明|来\\s*源|口\\s*径|单\\s*位|部\\s*门|责\\s*任|合\\s*计")  # no first word of heads
_NOTE = re.compile(r"(?:注|附注|说明|资料来源|数据来源)\s*\d*\s*[：:.]")
_LABEL = re.compile(
    r".{0,4}(?:名\s*称|负责人|联系人|经办人|代表人|地\s*址|电\s*话|邮\s*编|邮政编码|传\s*真|邮\s*箱|网\s*址|性\s*别|民\s*族|籍\s*贯|学\s*历|"
    r"职\s*务|职\s*称|姓\s*名|出生年月|年\s*龄|身份证号码?|证件号码?|账\s*号|开户银?行|信用代码)[：:]?"
)
_MEASURE = (
    "美元|港元|日元|欧元|元|角|分|人次|人|户|个|家|件|项|所|张|台|套|辆|艘|架|只|头|羽|匹|株|本|册|份|篇|场|次|例|处|座|条|栋|间|"
    "床|名|位|岁|天|日|小时|分钟|年|公里|千米|厘米|毫米|平方米|立方米|平方公里|平方千米|米|公顷|亩|公斤|千克|克|吨标准煤|吨|升|"
    "千瓦时|千瓦|度|箱|米|标准箱|标箱|TEU|km²|km|m²|m³|㎡|㎞|kg|t|℃|倍|百分点|个百分点"
)
_UNIT = re.compile(
    rf"[（(]?\s*(?:[十百千万亿]{{0,3}}(?:{_MEASURE})(?:[/／每·][十百千万亿]{{0,2}}(?:{_MEASURE})){{0,2}}|[±]?[%％‰]|[百千万]分[比点率之]{{0,2}})\s*[）)]?"
)
_OF_UNITS = re.compile(r"(?:计\s*量\s*|计\s*算\s*)?单\s*位[：:]?")
_LONGEST_HEAD = 40
_MOST_HEADS = 4  # rows
_NEAR = 8  # rows above and below a row that may hold heads
_MOST_WAYS = 200  # in which a short row can stand


class Row(NamedTuple):
    """One row: its number among the lines of the table, and (column name, value) of every value."""

    line: int
    cells: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "；".join(f"{name}：{value}" if name else value for name, value in self.cells)


class _Slot(NamedTuple):
    """One place of the grid. `width`: how many columns its cell covers; `first`: it is the cell's first in this row."""

    text: str
    width: int = 1
    first: bool = True


_Line = list[_Slot]


class _Names(NamedTuple):
    """The name of each column. `undivided`: the columns that share one head, which names none of them alone."""

    names: list[str]
    undivided: frozenset[int]


class _Grid(NamedTuple):
    """The rows of a table. `heads` counts these rows. `plain`: of plain text, merges unknown."""

    rows: list[_Line]
    width: int
    heads: Heads = UNMARKED
    plain: bool = False

    def below(self, at: int) -> list[_Line]:
        """The rows from here on that have all columns, without titles over all of them."""
        return [row for row in self.rows[at:] if len(row) == self.width and not _is_whole(row)]

    def kinds(self, rows: Sequence[_Line]) -> list[bool | None]:
        """Of each column, whether it holds numbers; None where these rows have nothing there."""
        return [_hold_numbers([row[column].text for row in rows]) for column in range(self.width)]


def read_plain(lines: Sequence[str]) -> Iterator[Row]:
    """The rows of a table in plain text, each line with its white space.

    >>> [row.text for row in read_plain(["\\t2020年\\t2025年", "人口\\t48\\t52", "收入\\t60\\t80"])]
    ['人口；2020年：48；2025年：52', '收入；2020年：60；2025年：80']
    """
    rows = [[_Slot(cell) for cell in cells_of(line)] for line in lines]
    width = max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]))[0]
    yield from _rows(_Grid(_filled_down(rows, width), width, plain=True))


def read_known(lines: Sequence[tuple[int, str]], table: Table) -> Iterator[Row]:
    """The rows of a table whose cells the medium knows, each line with its number in the table.

    >>> from deqing_search.report import Merge
    >>> table = Table(0, 0, 3, Heads(1), (Merge(1, 0, 2, 1),))
    >>> rows = ["类别\\t指标\\t2023年", "经济\\t产值\\t12", "\\t税收\\t4"]
    >>> [row.text for row in read_known(list(enumerate(rows)), table)]
    ['类别：经济；指标：产值；2023年：12', '类别：经济；指标：税收；2023年：4']
    """
    rows = [(number, [_Slot(cell.strip()) for cell in line.split("\t")]) for number, line in lines]
    whole = {number: row for number, row in rows if len(row) == table.columns}
    for merge in table.merges:
        text = whole[merge.row][merge.column].text if merge.row in whole else ""
        for number in range(merge.row, merge.row + merge.rows):
            for at in range(merge.columns) if number in whole else ():
                whole[number][merge.column + at] = _Slot(text, merge.columns, at == 0)
    top = None if table.heads.top is None else sum(number < table.heads.top for number, _ in rows)
    later = frozenset(at for at, (number, _) in enumerate(rows) if number in table.heads.later)
    yield from _rows(_Grid([row for _, row in rows], table.columns, Heads(top, later, table.heads.labelled)))


def _rows(grid: _Grid) -> Iterator[Row]:
    """The rows with the names that the heads above give them."""
    unnamed = names = _Names([""] * grid.width, frozenset())
    above, at, first = list[list[str]](), 0, 0
    while at < len(grid.rows):
        row = grid.rows[at]
        again = _texts(row) in above  # the heads once more, on the next page
        anew = not again and _parts_numbers(grid, first, at, above)
        opened = _heads_at(grid, at) or int(anew and _leads_heads(row, above))
        if opened and at + opened < len(grid.rows):
            opened += _are_units(grid, at + opened)
            heads = grid.rows[at : at + opened]
            names, above = _Names(_names(grid, heads), _undivided(heads)), list(map(_texts, heads))
            at = first = at + opened
            continue
        if anew:
            names, first = unnamed, at + 1  # perhaps heads: the values below are named neither by them nor by the old
        if not again:
            yield Row(at, tuple(_values(row if len(row) == grid.width else _placed(row, grid), names)))
        at += 1


def _parts_numbers(grid: _Grid, first: int, at: int, above: Sequence[Sequence[str]]) -> bool:
    """Words in columns that hold numbers above, from row `first` on, and right below: perhaps the heads of these.

    One column of numbers is enough if the words are those of heads.
    """
    row = grid.rows[at]
    if len(row) != grid.width or _is_whole(row) or not row[0].text or _ASIDE.search(row[0].text):
        return False
    said = [slot.text for slot in row[1:] if slot.text]
    if not all(_could_head(text, year=_repeats_lead(row, above)) for text in said) or all(map(_DONE.fullmatch, said)):
        return False
    over = _full(grid.rows[max(first, at - _NEAR) : at], grid)
    under = _full(grid.rows[at + 1 : at + 1 + _NEAR], grid)
    pairs = list(zip(grid.kinds(over), grid.kinds(under[:1]), strict=True))[1:]
    parted = [slot.text for slot, pair in zip(row[1:], pairs, strict=True) if slot.text and all(pair)]
    words = [slot.text for slot, pair in zip(row[1:], pairs, strict=True) if False in pair]
    if not parted or not all(map(_is_head_word, words)) or len(set(said)) < len(said):
        return False
    return len(parted) > 1 or _is_head_word(parted[0])


def _full(rows: Sequence[_Line], grid: _Grid) -> list[_Line]:
    """The rows that have all columns and something in them."""
    return [
        row
        for row in rows
        if len(row) == grid.width and not _is_whole(row) and not all(_NOTHING.fullmatch(slot.text) for slot in row)
    ]


def _could_head(text: str, *, year: bool) -> bool:
    """No value and no unit; a year only where the first cell says that this row has heads."""
    if _UNIT.fullmatch(text) or (_YEAR.fullmatch(text) and not year):
        return False
    return not _is_value(text) or bool(_DONE.fullmatch(text))


def _leads_heads(row: _Line, above: Sequence[Sequence[str]]) -> bool:
    return _repeats_lead(row, above) or bool(_HEAD_CELL.fullmatch(row[0].text))


def _repeats_lead(row: _Line, above: Sequence[Sequence[str]]) -> bool:
    return any(texts[0] == row[0].text for texts in above)


def _heads_at(grid: _Grid, at: int) -> int:
    """How many rows from here on are heads: those the medium names, or those that look like it."""
    top = grid.heads.top
    if top == 1 and at == 0 and _labels_below(grid, 0) and _is_form(grid, 0):
        return 0  # Markdown has no table without a head: some writers make one of the first row of a form
    if top and at < top:
        count = 0 if _is_whole(grid.rows[at]) else top - at
    elif top == 0:
        count = 0
    else:
        count = int((at in grid.heads.later and _could_name(grid.rows[at])) or _names_columns(grid, at))
    while 0 < count < _MOST_HEADS and _parts_heads(grid, at + count):
        count += 1
    return count


def _are_units(grid: _Grid, at: int) -> bool:
    """The row below the heads gives the units of the columns and nothing else."""
    if at + 1 >= len(grid.rows):
        return False
    over, row = grid.rows[at - 1], grid.rows[at]
    if len(row) != grid.width or len(over) != grid.width:
        return False
    if row[0].text and row[0] != over[0] and not _OF_UNITS.fullmatch(row[0].text):
        return False
    said = [slot.text for slot, above in zip(row[1:], over[1:], strict=True) if slot.text and slot != above]
    return any(map(_UNIT.fullmatch, said)) and all(_UNIT.fullmatch(t) or _NOTHING.fullmatch(t) for t in said)


def _values_below(grid: _Grid, at: int) -> list[_Line]:
    """The whole rows below a row of heads, without their units."""
    return grid.below(at + 1 + _are_units(grid, at + 1))


def _names_columns(grid: _Grid, at: int) -> bool:
    """A row of names: none of its cells is a value, and below some of them are, or they are words for heads."""
    row = grid.rows[at]
    kinds = grid.kinds(_values_below(grid, at))
    if len(row) != grid.width or not _could_name(row, kinds):
        return False
    if any(not _is_whole(other) and any(_texts(other)) for other in grid.rows[:at]):
        return all(_HEAD_WORD.search(slot.text) or _YEAR.fullmatch(slot.text) for slot in row if slot.text)
    if _is_form(grid, at):
        return False
    if any(slot.text and numbers for slot, numbers in zip(row, kinds, strict=True)):
        return True
    return all(slot.text for slot in row) and any(_HEAD_WORD.search(slot.text) for slot in row)


def _is_form(grid: _Grid, at: int) -> bool:
    """Labels with their values beside them, as in a form to fill in: its first row names no columns.

    Labels stand in the rows below as well, or every second column mixes words and numbers.
    """
    if _parts_heads(grid, at + 1) or all(_is_head_word(slot.text) for slot in grid.rows[at][1:] if slot.text):
        return False
    if _labels_below(grid, at) or (grid.heads.labelled and not _HEAD_CELL.fullmatch(grid.rows[at][0].text)):
        return True
    values = ([row[column].text for row in _values_below(grid, at)] for column in range(1, grid.width, 2))
    return grid.width % 2 == 0 and all(map(_mix, values))


def _labels_below(grid: _Grid, at: int) -> bool:
    """Labels of a form stand in rows below that do not repeat this one."""
    rows = (row for row in grid.below(at + 1) if _texts(row) != _texts(grid.rows[at]))
    return any(slot.first and _LABEL.fullmatch(slot.text) for row in rows for slot in row)


def _is_head_word(text: str) -> bool:
    return bool(_YEAR.fullmatch(text) or _LABEL.fullmatch(text) or _HEAD_CELL.fullmatch(text))


def _mix(texts: Sequence[str]) -> bool:
    """Numbers and words that stand in place of none."""
    said = [text for text in texts if text and not _NOTHING.fullmatch(text) and not _WORDED.fullmatch(text)]
    return 0 < sum(bool(re.search(r"\d", text)) for text in said) < len(said)


def _parts_heads(grid: _Grid, at: int) -> bool:
    """A second row of heads: a cell above covers several columns, and this row names each of them."""
    if at >= len(grid.rows) or len(grid.rows[at]) != grid.width:
        return False
    if not _could_name(grid.rows[at], grid.kinds(grid.below(at + 1))):
        return False
    over, under = grid.rows[at - 1], grid.rows[at]
    if all(slot.width == 1 for slot in over):  # plain text and Markdown have no merged cells
        opened = any(below.text and not above.text for above, below in zip(over[1:], under[1:], strict=True))
        return opened and not under[0].text and any(slot.text for slot in over[1:])
    return any(above.width > 1 and below.width == 1 and below.text for above, below in zip(over, under, strict=True))


def _could_name(row: _Line, kinds: Sequence[bool | None] | None = None) -> bool:
    """No cell is a value. 增长 and the like name a column only over numbers, which `kinds` says."""
    if _is_whole(row) or sum(bool(slot.text) for slot in row) < (2 if row[0].text else 1):
        return False
    for slot, numbers in zip(row, kinds or [None] * len(row), strict=True):
        if slot.text and _is_value(slot.text) and not (numbers and _DONE.fullmatch(slot.text)):
            return False
    lead, texts = row[0].text, [slot.text for slot in row if slot.text]
    return not lead or bool(_HEAD_WORD.search(lead)) or not any(map(_BARE_YEAR.fullmatch, texts))


def _is_value(text: str) -> bool:
    """A number with its unit, a stroke or a word in place of one, or words too long for a head."""
    if _NOTHING.fullmatch(text) or _WORDED.fullmatch(text) or len(text) > _LONGEST_HEAD or "。" in text:
        return True
    return bool(_NUMBER.fullmatch(text)) and not _YEAR.fullmatch(text)


def _hold_numbers(texts: Sequence[str]) -> bool | None:
    said = [text for text in texts if text and not _NOTHING.fullmatch(text)]
    return 2 * sum(bool(_NUMBER.fullmatch(text)) for text in said) > len(said) if said else None


def _is_whole(row: _Line) -> bool:
    """One cell that covers all columns."""
    return len(row) > 1 and row[0].width == len(row)


def _names(grid: _Grid, heads: Sequence[_Line]) -> list[str]:
    """The name of each column: what stands over it, from the top down, each once."""
    rows = [row for row in heads if not _is_whole(row) and len(row) == grid.width]
    lines = list(map(_texts, rows))
    known = True
    for at in range(len(rows) - 1):
        if all(slot.width == 1 for slot in rows[at]):
            known = _spread(lines[at], lines[at + 1], at_first=grid.plain) and known
    stacks = [[line[column] for line in lines if line[column]] for column in range(grid.width)]
    alike = Counter(tuple(stack[:-1]) for stack in stacks)
    names = [_name(stack, alone=alike[tuple(stack[:-1])] == 1) for stack in stacks]
    if known and not (_repeats(names[1:]) and not _undivided(heads)):
        return names
    return [names[0], *[""] * (grid.width - 1)]  # what tells the columns apart is not known


def _spread(over: list[str], under: Sequence[str], *, at_first: bool) -> bool:
    """Write each upper head over all columns it names, where no cells are merged; False where they are not known.

    They are where the lower heads repeat as often as there are upper ones, or where each upper one stands over the
    first of its columns (`at_first`).
    """
    named = [at for at in range(1, len(over)) if under[at]]
    uppers = [at for at in named if over[at]]
    if len(uppers) == len(named) or not uppers:
        return True
    size, rest = divmod(len(named), len(uppers))
    groups = [named[at : at + size] for at in range(0, len(named), size)]
    if not rest and named == list(range(named[0], named[-1] + 1)):
        alike = len({tuple(under[at] for at in group) for group in groups}) == 1
        if alike and all(upper in group for upper, group in zip(uppers, groups, strict=True)):
            for upper, group in zip(uppers, groups, strict=True):
                text = over[upper]
                for at in group:
                    over[at] = text
            return True
    for at in named if at_first else ():
        if not over[at] and under[at - 1]:
            over[at] = over[at - 1]
    return at_first


def _repeats(names: Sequence[str]) -> bool:
    """The same names stand over one group of columns and over the next: the heads above them are missing."""
    sizes = (size for size in range(1, len(names) // 2 + 1) if len(names) % size == 0)
    return all(names) and any(names[size:] == names[:-size] for size in sizes)


def _name(parts: Sequence[str], *, alone: bool) -> str:
    """What stands over a column, each once; a unit in brackets where what is over it stands over this column `alone`.

    >>> _name(["产值", "产值", "2023年", "亿元"], alone=True), _name(["2023年", "户"], alone=False)
    ('产值 2023年（亿元）', '2023年 户')
    """
    said = [part for part in dict.fromkeys(parts) if not _NOTHING.fullmatch(part)]
    units = [part for part in said[1:] if alone and _UNIT.fullmatch(part)]
    words = [part for part in said if part not in units and (part is said[0] or not _OF_UNITS.fullmatch(part))]
    return " ".join(words) + "".join(f"（{unit.strip('（）()')}）" for unit in units)


def _texts(row: _Line) -> list[str]:
    return [slot.text for slot in row]


def _undivided(heads: Sequence[_Line]) -> frozenset[int]:
    """The columns under a cell of several columns that no cell below it tells apart."""
    last = heads[-1]
    lowest = [
        max(
            (row[at] for row in heads if len(row) == len(last) and row[at].text),
            key=lambda slot: -slot.width,
            default=_Slot(""),
        )
        for at in range(len(last))
    ]
    return frozenset(at for at, slot in enumerate(lowest) if slot.width > 1)


def _values(row: _Line, heads: _Names) -> Iterator[tuple[str, str]]:
    """Each value with its name; one that covers columns of several names has that of the first column or none."""
    names, said = heads.names, [slot for slot in row if slot.text and slot.first]
    alone = len(said) == 1 and said[0].width > 1  # a title between the rows
    known = len(row) == len(names) and not alone and not _NOTE.match(row[0].text)
    for column, slot in enumerate(row):
        if slot.text and slot.first:
            covered = dict.fromkeys(names[column : column + slot.width]) if known else {"": None}
            name = next(iter(covered)) if len(covered) == 1 or column == 0 else ""
            yield ("" if known and _shares(row, column, heads) else name, slot.text)


def _shares(row: _Line, column: int, heads: _Names) -> bool:
    """A value whose head covers values in other cells as well: 2022年 over 12 and 13 says which is which of neither."""
    if column not in heads.undivided or not _is_value(row[column].text):
        return False
    alike = [at for at in heads.undivided if heads.names[at] == heads.names[column]]
    return sum(bool(row[at].text and row[at].first) for at in alike) > 1


def _placed(row: _Line, grid: _Grid) -> _Line:
    """A row with too few cells, its cells in their columns where they fit in one way only; else as it stands."""
    missing = grid.width - len(row)
    whole = [other for other in grid.below(0) if not _could_name(other)]
    if missing < 0 or comb(grid.width, missing) > _MOST_WAYS or not whole:
        return row
    kinds = grid.kinds(whole)
    ways = [
        columns
        for columns in combinations(range(grid.width), len(row))
        if all(_fits(slot.text, kinds[column]) for slot, column in zip(row, columns, strict=True))
    ]
    if len(ways) != 1:
        return row
    placed = [_Slot("")] * grid.width
    for slot, column in zip(row, ways[0], strict=True):
        placed[column] = slot
    return placed


def _fits(text: str, numbers: bool | None) -> bool:
    return numbers is None or bool(_NOTHING.fullmatch(text)) or bool(_NUMBER.fullmatch(text)) == numbers


def _filled_down(rows: list[_Line], width: int) -> list[_Line]:
    """In plain text a category in the first column stands for the rows below it that have a label of their own."""
    whole = [row for row in rows if len(row) == width]
    if width < 3 or not any(_is_label([row[column].text for row in whole]) for column in (1, 2)):
        return rows
    category, filled = _Slot(""), []
    for at, row in enumerate(rows):
        names = len(row) != width or _could_name(row)
        filled.append(row if names or row[0].text else [category, *row[1:]])
        if row[0].text:
            category = _Slot("") if at == 0 and names else row[0]
    return filled


def _is_label(column: Sequence[str]) -> bool:
    """Every row has words of its own here."""
    return len(set(column)) == len(column) > 2 and all(text and not _NUMBER.fullmatch(text) for text in column)
