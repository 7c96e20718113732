"""Fixes of what fonts did: radicals and upright marks for characters, characters that show nothing, symbol bullets."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from deqing_search.text.characters import has_any
from deqing_search.text.offsets import Edit

_RADICALS = "\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f"
_UPRIGHTS = "\ufe10-\ufe19\ufe31-\ufe44\ufe47\ufe48"  # not U+FE30: some authors write it for a colon
_DASH = "\u2e3a"  # the one glyph in which a font sets the two characters of a dash
_FULL_WIDTH = 0xFEE0  # from an ASCII mark to the one that is as wide as a character
_INVISIBLES = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb"
_SYMBOLS = "\uf020-\uf0ff"
_RADICAL, _UPRIGHT, _SYMBOL = (re.compile(f"[{characters}]") for characters in (_RADICALS, _UPRIGHTS, _SYMBOLS))
_INVISIBLE = re.compile(f"[{_INVISIBLES}]+")
# Symbol and Wingdings hold their signs at U+F000 + code; these are the bullets Word offers.
_BULLETS = {
    "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0a7": "▪", "\uf0a8": "□", "\uf0b2": "◇", "\uf0b7": "•",
    "\uf0d8": "➢", "\uf0e0": "→", "\uf0fc": "✓",
}  # fmt: skip


def radical(text: str) -> list[Edit]:
    """Put the characters in the place of a radical, compatibility ideograph, upright mark or dash that look like them.

    No author chooses these: a font that lacks a mapping back gives them when text is copied out of a PDF.

    >>> [e.after for e in radical("赛道⼀，⻓期⼯作︐﹁⾦融﹂")]
    ['一', '长', '工', '，', '「', '金', '」']
    """
    if not has_any(_RADICALS + _UPRIGHTS + _DASH, text):  # found fast
        return []
    edits = []
    for found in _RADICAL.finditer(text):
        character, reason = _meant(found[0])
        if character != found[0] and len(character) == 1:
            edits.append(Edit(found.start(), found.end(), character, "radical", reason))
    for found in _UPRIGHT.finditer(text):
        edits.append(Edit(*found.span(), _level(found[0]), "radical", f"竖排标点 U+{ord(found[0]):04X}"))
    for found in re.finditer(_DASH, text):
        edits.append(Edit(*found.span(), "——", "radical", "连成一个字形的破折号 U+2E3A"))
    return sorted(edits, key=lambda edit: edit.start)


@cache
def _meant(radical: str) -> tuple[str, str]:
    """The character that the radical stands for, and the reason to give."""
    return _supplement().get(radical) or unicodedata.normalize("NFKC", radical), f"部首字形 U+{ord(radical):04X}"


def _level(upright: str) -> str:
    """The mark as it stands in lines that run across the page."""
    mark = int(unicodedata.decomposition(upright).removeprefix("<vertical> "), 16)
    return chr(mark + _FULL_WIDTH if mark < 0x80 else mark)


def invisible(text: str) -> list[Edit]:
    """Take away characters that show nothing, and give the bullets of symbol fonts their own character.

    Other characters of a private use area have a meaning only the lost font knew: they stay and are flagged.

    >>> [(e.start, e.after) for e in invisible("地理\u200b信息\uf06c产业")]
    [(2, ''), (5, '●')]
    """
    if not has_any(_INVISIBLES + _SYMBOLS, text):  # found fast
        return []
    edits = [
        Edit(*found.span(), "", "invisible", f"看不见的字符 {' '.join(f'U+{ord(c):04X}' for c in found[0][:4])}")
        for found in _INVISIBLE.finditer(text)
    ]
    edits += [
        Edit(*found.span(), _BULLETS[found[0]], "invisible", f"符号字体的项目符号 U+{ord(found[0]):04X}")
        for found in _SYMBOL.finditer(text)
        if found[0] in _BULLETS
    ]
    return sorted(edits, key=lambda edit: edit.start)


@cache
def _supplement() -> dict[str, str]:
    """The block without decompositions, from the data file."""
    rows = files("deqing_search").joinpath("data").joinpath("radicals.tsv").read_text(encoding="utf-8").splitlines()
    return {row[0]: row.split("\t")[1] for row in rows if not row.startswith("#")}
