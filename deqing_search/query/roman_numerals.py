"""Widens a literal to the other spelling of its Roman numerals: III for Ⅲ and Ⅲ for III.

Folding equates V and Ⅴ, one character for one. III has three characters and Ⅲ one, so both are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from deqing_search.language.folding import compact_text, fold
from deqing_search.query.tree import And, Literal, Near, Node, Or, Spellings, any_of, with_children

_CHARACTER = {
    "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "VI": "Ⅵ", "VII": "Ⅶ", "VIII": "Ⅷ", "IX": "Ⅸ", "XI": "Ⅺ", "XII": "Ⅻ",
}  # fmt: skip
_LETTERS = {character: letters for letters, character in _CHARACTER.items()}
_IN_LETTERS = re.compile(rf"(?<![a-z])(?:{'|'.join(_CHARACTER)})(?![a-z])", re.I)
_AS_CHARACTER = re.compile(f"[{''.join(_LETTERS)}]", re.I)

_MAYBE = re.compile("[ivx]{2}|[ⅱ-ⅻ]")  # in a compact literal: most have none


def with_both_spellings(node: Node) -> Node:
    """The tree in which each literal with a Roman numeral may also have it in the other spelling.

    >>> from deqing_search.query.tree import literal_of
    >>> [one.text for one in with_both_spellings(literal_of("劣iii类")).children]
    ['劣iii类', '劣Ⅲ类']
    >>> with_both_spellings(literal_of("劣v类")).text
    '劣v类'
    """
    match node:
        case Spellings():
            return node
        case Literal():
            found = tuple(_spellings(node))
            return node if len(found) == 1 else Spellings(found)
        case Near(left, right, distance):
            pairs = product(_spellings(left), _spellings(right))
            return any_of(*(Near(one, other, distance) for one, other in pairs))
    return with_children(node, with_both_spellings)


def as_typed(node: Node) -> Node:
    """The tree with only the spellings that were typed, for words mode, in which the rest of a literal decides.

    >>> from deqing_search.query.tree import literal_of
    >>> typed = literal_of("iii类")
    >>> as_typed(with_both_spellings(typed)) == typed
    True
    """
    match node:
        case Spellings():
            return node.children[0]
        case And() | Or():
            return replace(node, children=tuple(map(as_typed, node.children)))
    return node


def _spellings(literal: Literal) -> Iterator[Literal]:
    """The literal as it was typed, with its numerals in letters, and with them as single characters."""
    yield literal
    if not _MAYBE.search(literal.compact):
        return
    for pattern, other in ((_AS_CHARACTER, _LETTERS), (_IN_LETTERS, _CHARACTER)):
        text = _replaced(literal.text, pattern, other)
        if text != literal.text:
            yield replace(literal, text=text, compact=compact_text(text))


def _replaced(text: str, pattern: re.Pattern[str], other: Mapping[str, str]) -> str:
    """
    >>> _replaced("ＩＩＩ类", _IN_LETTERS, _CHARACTER)
    'Ⅲ类'
    """
    parts, at = [], 0
    for found in pattern.finditer(fold(text)):  # one character for one, so the offsets are those of the text
        parts += [text[at : found.start()], other[found[0].upper()]]
        at = found.end()
    return "".join([*parts, text[at:]])
