"""Characters of the fonts Symbol and Wingdings: Word keeps them as codes of the font, not as characters."""

from __future__ import annotations

from typing import Final

_PRIVATE = 0xF000  # Word adds this to the code

# Code of the font → character. What a font shows and Unicode has no sign for is left out.
_SYMBOL: Final = {
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    **dict(zip(range(0xA1, 0xB0), "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓", strict=True)),
    **dict(zip(range(0xB0, 0xBD), "°±″≥×∝∂•÷≠≡≈…", strict=True)),
    **dict(zip(range(0xC0, 0xD8), "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅", strict=True)),
    **dict(zip(range(0xD8, 0xE0), "¬∧∨⇔⇐⇑⇒⇓", strict=True)),
    0x22: "∀",
    0x24: "∃",
    0x27: "∋",
    0x2D: "−",
    0x40: "≅",
    0x5C: "∴",
    0x5E: "⊥",
    0x7E: "∼",
    0xE5: "∑",
    0xF2: "∫",
}
_WINGDINGS: Final = {
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x74: "⧫",
    0x75: "◆",
    0x76: "❖",
    0xA7: "▪",
    0xA8: "◻",
    0xAB: "★",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    **dict(zip(range(0x81, 0x8B), "①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x8C, 0x96), "❶❷❸❹❺❻❼❽❾❿", strict=True)),
}
_WINGDINGS_2: Final = {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x51: "☒", 0xA3: "□", 0x97: "●"}
_FONTS: Final = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def symbol(font: str, code: str) -> str:
    """The character that a font shows for a code; U+FFFD where it is not known.

    >>> symbol("Symbol", "F0B3"), symbol("Wingdings", "F0FE"), symbol("宋体", "2160"), symbol("Webdings", "F041")
    ('≥', '☑', 'Ⅰ', '�')
    """
    try:
        number = int(code, 16)
    except ValueError:
        return "\ufffd"
    table = _FONTS.get(font.lower())
    if table is not None:
        number -= _PRIVATE if number >= _PRIVATE else 0
        return table.get(number) or (chr(number) if table is _SYMBOL and 0x20 <= number < 0x40 else "\ufffd")
    return "\ufffd" if _PRIVATE - 0x1000 <= number < 0xF900 or number > 0x10FFFF or number < 32 else chr(number)
