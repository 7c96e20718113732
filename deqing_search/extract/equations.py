"""Word's equations as one line of text: a fraction as `a/b`, exponents raised, roots with their sign."""

from __future__ import annotations

from typing import Any, Final

from deqing_search.extract.scripts import lowered, raised

M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PROPERTIES = "Pr"  # how parts are set: `fPr`, `radPr`, `ctrlPr` …
_OPERATORS = frozenset("+-−×÷=<>≤≥±·/ ")
_DEEPEST = 50


def linear(equation: Any, depth: int = 0) -> str:
    """The equation as it would be typed in one line.

    >>> from lxml import etree
    >>> f = '<f xmlns="%s"><num><r><t>收入</t></r></num><den><r><t>支出+1</t></r></den></f>' % M[1:-1]
    >>> linear(etree.fromstring(f))
    '收入/(支出+1)'
    """
    name = _name(equation)
    if depth > _DEEPEST or name.endswith(_PROPERTIES):
        return ""
    if name == "t":
        return equation.text or ""
    write = _SHAPES.get(name)
    if write:
        return str(write(equation, depth + 1))
    return "".join(linear(part, depth + 1) for part in equation.iterchildren(tag=None) if isinstance(part.tag, str))


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _part(element: Any, name: str, depth: int) -> str:
    found = element.find(f"{M}{name}")
    return "" if found is None else linear(found, depth)


def _said(element: Any, properties: str, name: str, usual: str) -> str:
    """What the properties say; `usual` where they say nothing."""
    found = element.find(f"{M}{properties}/{M}{name}")
    return usual if found is None else str(found.get(f"{M}val") or "")


def _grouped(text: str) -> str:
    """In brackets where it would be read with its neighbours otherwise."""
    return f"({text})" if len(text) > 1 and any(character in _OPERATORS for character in text) else text


def _up(text: str) -> str:
    shown = raised(text).shown
    return shown if shown != text else f"^{_grouped(text)}" if text else ""


def _down(text: str) -> str:
    shown = lowered(text, "0").shown
    return shown if shown != text else f"_{_grouped(text)}" if text else ""


def _fraction(element: Any, depth: int) -> str:
    return f"{_grouped(_part(element, 'num', depth))}/{_grouped(_part(element, 'den', depth))}"


def _scripted(element: Any, depth: int) -> str:
    base = _part(element, "e", depth)
    return f"{base}{_down(_part(element, 'sub', depth))}{_up(_part(element, 'sup', depth))}"


def _root(element: Any, depth: int) -> str:
    degree = raised(_part(element, "deg", depth)).shown
    return f"{degree}√{_grouped(_part(element, 'e', depth))}"


def _operator(element: Any, depth: int) -> str:
    sign = _said(element, "naryPr", "chr", "∫")
    limits = f"{_down(_part(element, 'sub', depth))}{_up(_part(element, 'sup', depth))}"
    return f"{sign}{limits}{_part(element, 'e', depth)}"


def _bracketed(element: Any, depth: int) -> str:
    parts = [linear(part, depth) for part in element.iterchildren(f"{M}e")]
    left, right = _said(element, "dPr", "begChr", "("), _said(element, "dPr", "endChr", ")")
    return left + _said(element, "dPr", "sepChr", "|").join(parts) + right


def _function(element: Any, depth: int) -> str:
    return f"{_part(element, 'fName', depth)}({_part(element, 'e', depth)})"


def _lines(element: Any, depth: int) -> str:
    return "；".join(linear(row, depth) for row in element.iterchildren(f"{M}mr", f"{M}e"))


def _cells(element: Any, depth: int) -> str:
    return "，".join(linear(cell, depth) for cell in element.iterchildren(f"{M}e"))


_SHAPES: Final = {
    "f": _fraction,
    "sSup": _scripted,
    "sSub": _scripted,
    "sSubSup": _scripted,
    "rad": _root,
    "nary": _operator,
    "d": _bracketed,
    "func": _function,
    "eqArr": _lines,
    "m": _lines,
    "mr": _cells,
}
