"""The nouns of the write path: frozen and without behaviour. Every room may import them.

`SourceFile` → `RawText` → `CleanText` → `Report` of `Passage` → `AnalysedPassage`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from deqing_search.text.offsets import Edit, OffsetMap, Span

PassageKind = Literal["heading", "paragraph", "table-row", "byline", "glossary"]


class Metadata(NamedTuple):
    """What is known about a report besides its text. Empty string or None: unknown.

    `inferred` names the fields that the catalog does not give: they were read from the text, its front matter or
    the path of its file.
    """

    title: str = ""
    kind: str = ""  # 政府工作报告, 规划, 新闻报道 …
    year: int | None = None
    date: str = ""  # ISO 8601, as exact as known: 2024-02-03
    place: str = ""  # 浙江省湖州市德清县
    media: str = ""  # web, newspaper, document …
    note: str = ""
    inferred: tuple[str, ...] = ()
    skip: str = ""  # names of fixes that must not change this report, separated by white space
    source: str = ""  # the address it came from: https://…
    publisher: str = ""  # the newspaper, office or book that published it
    published: str = ""  # ISO 8601: the day its page went up, which is not that of the meeting
    session: str = ""  # 第十七届人民代表大会第三次会议
    speaker: str = ""  # who gave it: 王波, 咪咪·玛合苏提
    office: str = ""  # in which office: 市长, 代理县长, 自治区主席


class Root(NamedTuple):
    """A file or folder that was indexed, and the catalog that was given for it (None: its own, if it has one)."""

    path: Path
    catalog: Path | None = None


class SourceFile(NamedTuple):
    """One file to read, the id that its report gets, and what the catalog says about it."""

    path: Path
    report: str
    catalog: Metadata


class Merge(NamedTuple):
    """A cell of a table that covers so many rows and columns, from its first ones on, counted from 0."""

    row: int
    column: int
    rows: int
    columns: int


class Heads(NamedTuple):
    """What the medium marks as heads of a table.

    `top`: how many rows at the top name columns; None where the medium does not say.
    `later`: the numbers of rows further down that are marked.
    `labelled`: every row, the first one too, begins with a cell that is marked, beside one that is not.
    """

    top: int | None = None
    later: frozenset[int] = frozenset()
    labelled: bool = False


UNMARKED = Heads()


class Table(NamedTuple):
    """A table whose cells the medium knows: lines `[start, end)` of `RawText.text`, a row a line, tabs between cells.

    Every row has all columns. A merged cell stands at its first place; the other places it covers are empty.
    """

    start: int
    end: int
    columns: int
    heads: Heads = UNMARKED
    merges: tuple[Merge, ...] = ()


class Doubt(NamedTuple):
    """Characters `[start, end)` of `RawText.text` that were recognised in a picture with a low score, 0 to 1."""

    start: int
    end: int
    score: float


class RawText(NamedTuple):
    """The characters of a source exactly as its medium gave them, with line ends as `\\n`.

    `page_starts`: offset at which each page begins; empty when the medium has no pages.
    `front_matter`: key and value pairs before the text that are not part of it.
    `edits`: repairs that need the medium (geometry, the tree of a page), sorted, not yet made.
    `tables`: the tables whose cells the medium knows, in their order.
    `levels`: offset of a line → its level as a heading, 1 outermost, where the medium says so.
    `doubts`: what was recognised in a picture with little certainty.
    """

    report: str
    text: str
    digest: str  # of the bytes of the source, hexadecimal
    page_starts: tuple[int, ...] = ()
    front_matter: tuple[tuple[str, str], ...] = ()
    edits: tuple[Edit, ...] = ()
    tables: tuple[Table, ...] = ()
    levels: tuple[tuple[int, int], ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Stage(NamedTuple):
    """The edits of one fix, in offsets of the text before that fix."""

    fix: str
    edits: tuple[Edit, ...]


class LoggedEdit(NamedTuple):
    """One edit in terms of the source: where it was made, the text before it, the text after it."""

    fix: str
    reason: str
    source: tuple[Span, ...]  # in RawText.text
    lines: tuple[int, int]  # first and last source line, from 1
    before: str
    after: str


class CleanText(NamedTuple):
    """The repaired text, one passage on each line, with every edit and the map back to the source."""

    report: str
    text: str
    stages: tuple[Stage, ...]
    edit_log: tuple[LoggedEdit, ...]
    way_back: OffsetMap  # offsets in `text` → RawText.text


class Passage(NamedTuple):
    """The part of a report that is indexed, found, linked and cited."""

    id: str  # content-based, stable: see structure.passage_id
    report: str
    ordinal: int  # from 1, in reading order, headings counted
    kind: PassageKind
    level: int  # 1 … for headings, else 0
    section: tuple[str, ...]  # the headings above it, outermost first
    text: str
    spans: tuple[Span, ...]  # of its characters in RawText.text
    lines: tuple[int, int]  # first and last source line, from 1
    page: int | None = None
    term: str = ""  # glossary: the term that is defined
    cells: tuple[tuple[str, str], ...] = ()  # table-row: (column name, value)
    damage: tuple[str, ...] = ()  # damage that could not be repaired: "truncated", "placeholder"


class Report(NamedTuple):
    """A whole document: its metadata and its passages in reading order."""

    id: str
    meta: Metadata
    passages: tuple[Passage, ...]
    digest: str  # of the source bytes
    path: str  # where the source was read, for messages and removal
    edit_log: tuple[LoggedEdit, ...] = ()


class ReportCard(NamedTuple):
    """A report without its text, for lists and hits."""

    id: str
    meta: Metadata
    digest: str
    path: str
    passages: int  # their number
    edits: int  # the number of edits that cleaning made
    format_marks: int = 0  # how many of them took away nothing but marks of the file's format: text.format_marks


class Value(NamedTuple):
    """A number at offsets `[start, end)`, with 万 and 亿 multiplied out, and its unit, "" if it is unknown."""

    start: int
    end: int
    number: float
    unit: str


class AnalysedPassage(NamedTuple):
    """What an engine indexes of one passage.

    `compact` is the folded text without white space; exact matching uses nothing else. `terms` are the folded words
    of the passage, in order. `sentences` are the offsets in `compact` at which a sentence starts, `values` the numbers
    in it, in offsets of `compact`. `cuts` are the offsets in `compact` at which a word starts or ends, ascending.
    """

    compact: str
    terms: tuple[str, ...]
    sentences: tuple[int, ...]
    values: tuple[Value, ...] = ()
    cuts: tuple[int, ...] = ()
