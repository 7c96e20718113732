"""What every medium gives, and how its lines are written: `Extracted` and the `Draft` it is written on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from deqing_search.report import Doubt, Table
from deqing_search.text.offsets import Edit


class Extracted(NamedTuple):
    """The text with `\\n` line ends, where its pages begin, its tables, and the repairs only the medium can prove.

    The fields of the front matter are no part of the text.
    """

    text: str
    front_matter: tuple[tuple[str, str], ...] = ()
    page_starts: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()
    tables: tuple[Table, ...] = ()
    levels: tuple[tuple[int, int], ...] = ()  # offset of a line, its level as a heading
    doubts: tuple[Doubt, ...] = ()  # what was recognised with little certainty


class Piece(NamedTuple):
    """Characters of one kind. With `gone`, the name of a fix, they become `after`, for this `reason`.

    `score`: how sure they were recognised in a picture.
    """

    text: str
    gone: str = ""
    reason: str = ""
    after: str = ""
    score: float = 1.0

    @property
    def shown(self) -> str:
        """What a reader sees."""
        return self.after if self.gone else self.text


class Draft:
    """A text that grows piece by piece; a piece may be marked as gone, and then stands in the edit log only.

    >>> draft = Draft()
    >>> draft.put("首页\\n", gone="site-furniture", reason="网页的其他部分")
    >>> draft.put("正文\\n")
    >>> draft.extracted().text, [(e.start, e.end) for e in draft.extracted().edits]
    ('首页\\n正文\\n', [(0, 3)])
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._pages: list[int] = []
        self._edits: list[Edit] = []
        self._tables: list[Table] = []
        self._levels: list[tuple[int, int]] = []
        self._doubts: list[Doubt] = []
        self.length = 0

    def page(self) -> None:
        """The next piece begins a page."""
        self._pages.append(self.length)

    def table(self, table: Table) -> None:
        """The lines written last are a table."""
        self._tables.append(table)

    def put(self, text: str, *, gone: str = "", reason: str = "", after: str = "") -> None:
        """Add a piece; with `gone`, the name of a fix, it becomes `after`."""
        if gone and text != after:
            self._edits.append(Edit(self.length, self.length + len(text), after, gone, reason))
        self._pieces.append(text)
        self.length += len(text)

    def level(self, level: int) -> None:
        """The next line is a heading of this level, 1 outermost."""
        self._levels.append((self.length, level))

    def doubt(self, start: int, score: float) -> None:
        """What was written from `start` on may be misread."""
        last = self._doubts[-1] if self._doubts else None
        if last is not None and last.end == start and last.score == score:
            self._doubts[-1] = last._replace(end=self.length)
        else:
            self._doubts.append(Doubt(start, self.length, score))

    def put_line(self, pieces: Iterable[Piece]) -> None:
        """Add a line of such pieces; a line of which nothing is left takes its line end with it."""
        pieces = list(pieces)
        if pieces and not "".join(piece.shown for piece in pieces).strip():
            pieces[-1] = pieces[-1]._replace(text=pieces[-1].text + "\n")
        else:
            pieces.append(Piece("\n"))
        for piece in pieces:
            self.put(piece.text, gone=piece.gone, reason=piece.reason, after=piece.after)

    def extracted(self) -> Extracted:
        text, pages, edits = "".join(self._pieces), tuple(self._pages), tuple(self._edits)
        return Extracted(text, (), pages, edits, tuple(self._tables), tuple(self._levels), tuple(self._doubts))
