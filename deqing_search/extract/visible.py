"""What of the elements of a web page a reader sees: lines of pieces, and which pieces only stand in the source.

Scripts and the like are no text. Hidden and struck text and the readings of ruby are text that the page does not
show: they stay in the source and are marked as gone. Which part of a page is its report belongs to `html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from deqing_search.extract.extracted import Piece
from deqing_search.extract.scripts import lowered, raised

UNSEEN: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "select",
        "option",
        "button",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
    ]
)
INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_ZERO = r"font-size\s*:\s*0+(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
_HIDDEN = re.compile(rf"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|{_ZERO}", re.I)
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.I)
_SCRIPT = re.compile(r"vertical-align\s*:\s*(?:(super|text-top)|(sub|text-bottom))\b", re.I)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,5000})\}")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)+", re.I)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SPACES = re.compile(r"[ \t\r\n\f]+")

_GONE = {
    "hidden-text": "页面上看不见的字",
    "struck-text": "划掉的字",
    "ruby-reading": "注音",
}


class Styles(NamedTuple):
    """The simple selectors (`.name`, `#name`, `p.name`) that the page's own style sheets hide."""

    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, root: Any) -> Styles:
        sheets = _COMMENT.sub("", "\n".join(style.text or "" for style in root.iter("style")))
        outside = re.sub(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheets)  # of other media, as print
        return cls(
            frozenset(
                selector
                for found in _RULE.finditer(outside)
                if _HIDDEN.search(found[2])
                for selector in (name.strip() for name in found[1].split(","))
                if _SELECTOR.fullmatch(selector)
            )
        )

    def hide(self, element: Any, name: str) -> bool:
        """Whether the page does not show this element."""
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
            return True
        if not self.hidden:
            return False
        marks = [f".{each}" for each in (element.get("class") or "").split()]
        marks += [f"#{element.get('id')}"] if element.get("id") else []
        return any(mark in self.hidden or f"{name}{mark}" in self.hidden for mark in marks)


def fate(element: Any, name: str, styles: Styles) -> str:
    """The fix that takes the text of this element out of the page; "" for what is shown."""
    if styles.hide(element, name):
        return "hidden-text"
    if name in ("del", "s", "strike") or _STRUCK.search(element.get("style") or ""):
        return "struck-text"
    return "ruby-reading" if name in ("rt", "rp", "rtc") else ""


def script_of(element: Any, name: str) -> str:
    """`sup` or `sub` for what stands above or below its line, by its element or its style; "" for all else."""
    if name in ("sup", "sub"):
        return name
    found = _SCRIPT.search(element.get("style") or "") if name in INLINE else None
    return "" if found is None else "sup" if found[1] else "sub"


class TextOf:
    """Gathers the pieces of one line while the elements around them are walked."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self._fates: list[str] = []
        self._scripts: list[str] = []
        self._unseen = 0
        self._kept = 0  # `pre` elements around: their line ends are shown
        self._pieces: list[Piece] = []

    def start(self, element: Any, name: str) -> None:
        self._fates.append(fate(element, name, self.styles) if isinstance(element.tag, str) else "")
        self._unseen += name in UNSEEN
        self._kept += name == "pre"
        self._scripts.append(script_of(element, name) or self._script)

    def end(self, name: str) -> None:
        self._fates.pop()
        self._unseen -= name in UNSEEN
        self._kept -= name == "pre"
        self._scripts.pop()

    @property
    def _script(self) -> str:
        return self._scripts[-1] if self._scripts else ""

    @property
    def preformatted(self) -> bool:
        return self._kept > 0

    def add(self, text: str | None) -> bool:
        """Add characters of the page; whether any are shown."""
        if not text or self._unseen:
            return False
        gone = next(filter(None, self._fates), "")
        if gone:
            self._pieces.append(Piece(text, gone, _GONE[gone]))
        elif self._script:
            self._pieces.append(raised(text) if self._script == "sup" else lowered(text, self.shown))
        else:
            self._pieces.append(Piece(text))
        return not gone

    @property
    def shown(self) -> str:
        return "".join(piece.shown for piece in self._pieces)

    def line(self) -> tuple[Piece, ...]:
        """The pieces gathered so far as one line, which ends here."""
        pieces, self._pieces = self._pieces, []
        return tuple(tidied(pieces))


def tidied(pieces: Iterable[Piece]) -> list[Piece]:
    """White space as a browser shows it; U+3000 and NBSP are characters of the text.

    >>> [piece.text for piece in tidied([Piece("  一 \\n"), Piece(" 二 ")])]
    ['一 二']
    """
    found: list[Piece] = []
    open_ = False  # a space may follow
    for piece in pieces:
        text = _SPACES.sub(" ", piece.text)
        if not piece.gone:
            text = text if open_ else text.lstrip(" ")
            open_ = not text.endswith(" ") if text else open_
        elif not text.strip():
            continue
        elif piece.after:
            open_ = True
        after = _SPACES.sub(" ", piece.after)
        if text and found and found[-1].gone == piece.gone == "":
            found[-1] = Piece(found[-1].text + text)
        elif text:
            found.append(piece._replace(text=text, after=after))
    for at in range(len(found) - 1, -1, -1):
        if not found[at].gone:
            found[at] = Piece(found[at].text.rstrip(" "))
            break
        if found[at].shown:
            break
    return [piece for piece in found if piece.text]
