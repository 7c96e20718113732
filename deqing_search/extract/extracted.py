"""What every medium gives, and how its lines are put down: `Extracted` and the `Draft` it is written on."""

from __future__ import annotations

from typing import NamedTuple

from deqing_search.text.offsets import Edit


class Extracted(NamedTuple):
    """The text with `\\n` line ends, where its pages begin, and the repairs only the medium could prove.

    The fields of the front matter are no part of the text.
    """

    text: str
    front_matter: tuple[tuple[str, str], ...] = ()
    page_starts: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()


class Draft:
    """A text that grows piece by piece; a piece may be marked as gone, and then stands in the ledger only.

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
        self.length = 0

    def page(self) -> None:
        """The next piece begins a page."""
        self._pages.append(self.length)

    def put(self, text: str, *, gone: str = "", reason: str = "", after: str = "") -> None:
        """Add a piece; with `gone`, the name of a fix, it is to become `after`."""
        if gone and text != after:
            self._edits.append(Edit(self.length, self.length + len(text), after, gone, reason))
        self._pieces.append(text)
        self.length += len(text)

    def extracted(self) -> Extracted:
        return Extracted("".join(self._pieces), (), tuple(self._pages), tuple(self._edits))
