"""The characters of Word's paragraphs: what a reader sees, and what is hidden, struck or the reading of a ruby.

How a paragraph becomes a line of the report, and where it stands, belongs to `docx`.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from deqing_search.extract.equations import M, linear
from deqing_search.extract.extracted import Piece
from deqing_search.extract.scripts import lowered, raised
from deqing_search.extract.symbols import symbol

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED: Final = frozenset(
    [
        *(f"{W}{name}" for name in ("pPr", "rPr", "instrText", "moveFrom", "rubyPr", "sdtPr", "sdtEndPr")),
        f"{_MC}Fallback",
    ]
)
_WHITE: Final = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_NOTES: Final = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_BREAKS: Final = ("page", "column")
_DEEPEST: Final = 200
_LEAST_RAISED: Final = 4  # half points off the line from which on a run stands above or below it
_MOST_STYLES: Final = 20  # based on one another


class Look(NamedTuple):
    """How a run is shown: the fix that takes it out, and why; whether it is raised or lowered."""

    gone: str = ""
    reason: str = ""
    script: str = ""


_HIDDEN: Final = Look("hidden-text", "隐藏的字")
_STRUCK: Final = Look("struck-text", "划掉的字")
_DELETED: Final = Look("struck-text", "修订时删去的字")
_READING: Final = Look("ruby-reading", "注音")


class Line(NamedTuple):
    """The pieces of a paragraph up to a break."""

    pieces: tuple[Piece, ...]

    @property
    def shown(self) -> str:
        return "".join(piece.shown for piece in self.pieces)


class Paragraph(NamedTuple):
    """The lines of a paragraph, the text boxes anchored in it, and the notes it calls: (kind, id)."""

    lines: tuple[Line, ...]
    boxes: tuple[Any, ...]
    notes: tuple[tuple[str, str], ...]


class Looks:
    """What the styles of the document say of the runs that use them."""

    def __init__(self, styles: Any) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}

    def of(self, name: str | None, depth: int = 0) -> Look:
        """The look of a style by its id; that of the style it is based on counts where it says nothing."""
        style = self._styles.get(name)
        if style is None or depth > _MOST_STYLES:
            return Look()
        based = style.find(f"{W}basedOn")
        below = Look() if based is None else self.of(based.get(f"{W}val"), depth + 1)
        return changed(below, style.find(f"{W}rPr"))


def changed(look: Look, properties: Any) -> Look:
    """The look with what the properties of a run say."""
    if properties is None:
        return look
    hidden = _said(properties, "vanish")
    struck = _said(properties, "strike"), _said(properties, "dstrike")
    if hidden or any(struck):
        look = (_HIDDEN if hidden else _STRUCK)._replace(script=look.script)
    elif (hidden is False and look.gone == _HIDDEN.gone) or (False in struck and look.reason == _STRUCK.reason):
        look = Look(script=look.script)
    script = _script(properties)
    return look if script is None else look._replace(script=script)


def _script(properties: Any) -> str | None:
    """Whether a run stands above or below its line, by its own mark or by its distance; None where nothing is said."""
    aligned, moved = properties.find(f"{W}vertAlign"), properties.find(f"{W}position")
    if aligned is not None:
        return str(aligned.get(f"{W}val"))
    said = "" if moved is None else str(moved.get(f"{W}val"))
    if not re.fullmatch(r"-?\d{1,4}", said) or abs(int(said)) < _LEAST_RAISED:
        return None
    return "subscript" if said.startswith("-") else "superscript"


def _said(properties: Any, name: str) -> bool | None:
    """Whether a property is set or unset; None where nothing is said."""
    found = properties.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val") not in ("0", "false", "off", "none")


def paragraph_of(element: Any, looks: Looks) -> Paragraph:
    """The characters of a paragraph, or of a note with its paragraphs."""
    walk = _Walk(looks)
    walk.over(element, Look(), 0)
    walk.end_line()
    return Paragraph(tuple(walk.lines), tuple(walk.boxes), tuple(walk.notes))


class _Walk:
    """Goes through the parts of a paragraph in their order."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._pieces: list[Piece] = []
        self.lines: list[Line] = []
        self.boxes: list[Any] = []
        self.notes: list[tuple[str, str]] = []

    def over(self, element: Any, look: Look, depth: int) -> None:
        if depth > _DEEPEST:
            raise ValueError("parts nested too deep")
        style = element.find(f"{W}pPr/{W}pStyle") if element.tag == f"{W}p" else None
        look = look if style is None else self._looks.of(style.get(f"{W}val"))
        for part in element.iterchildren():
            if part.tag not in _SKIPPED and isinstance(part.tag, str):
                self._part(part, look, depth + 1)

    def _part(self, part: Any, look: Look, depth: int) -> None:
        tag = part.tag
        if tag in (f"{W}t", f"{W}delText"):
            self._put(part.text or "", look)
        elif tag in _WHITE:
            self._white(tag, part.get(f"{W}type"))
        elif tag == f"{W}r":
            self.over(part, self._look(part, look), depth)
        elif tag == f"{W}del":
            self.over(part, _DELETED, depth)
        elif tag == f"{W}sym":
            self._put(symbol(part.get(f"{W}font") or "", part.get(f"{W}char") or ""), look)
        elif tag == f"{W}ruby":
            self._ruby(part, look, depth)
        elif tag == f"{M}oMath":
            self._put(linear(part), look)
        elif tag == f"{W}txbxContent":
            self.boxes.append(part)
        elif tag in _NOTES:
            self.notes.append((_NOTES[tag], part.get(f"{W}id") or ""))
        else:
            self.over(part, look, depth)

    def _look(self, run: Any, look: Look) -> Look:
        properties = run.find(f"{W}rPr")
        style = None if properties is None else properties.find(f"{W}rStyle")
        if style is not None and not look.gone:
            own = self._looks.of(style.get(f"{W}val"))
            look = own if own.gone else look._replace(script=own.script or look.script)
        return changed(look, properties) if look.gone != _DELETED.gone else look

    def _ruby(self, ruby: Any, look: Look, depth: int) -> None:
        """The base first: Word keeps the reading in front of it."""
        for name, how in (("rubyBase", look), ("rt", look if look.gone else _READING)):
            for part in ruby.iterchildren(f"{W}{name}"):
                before = len(self._pieces)
                self.over(part, how, depth)
                if name == "rt" and not look.gone:
                    self._pieces[before:] = [Piece(piece.text, *_READING[:2]) for piece in self._pieces[before:]]

    def _white(self, tag: str, kind: str | None) -> None:
        if _WHITE[tag] == "\n" and kind not in _BREAKS:
            self.end_line()
        elif _WHITE[tag] != "\n":
            self._put(_WHITE[tag], Look())

    def _put(self, text: str, look: Look) -> None:
        if not text:
            return
        if look.gone:
            self._pieces.append(Piece(text, look.gone, look.reason))
        elif look.script == "superscript":
            self._pieces.append(raised(text))
        elif look.script == "subscript":
            self._pieces.append(lowered(text, self._pieces[-1].shown if self._pieces else ""))
        else:
            self._pieces.append(Piece(text))

    def end_line(self) -> None:
        self.lines.append(Line(tuple(self._pieces)))
        self._pieces = []
