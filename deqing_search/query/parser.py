"""What a person typed → `Query`. Parsing never raises and drops nothing silently.

Owns the way in, and the short way for plain words. Leaves the language to `grammar`, and folding to `analysis` (given
to `parse` as `compact`).
"""

from __future__ import annotations

from collections.abc import Callable

from deqing_search.query.tree import MAX_CHARACTERS, MAX_LITERALS, Literal, Node, Not, Query, all_of
from deqing_search.text.offsets import Span


def without_white_space(text: str) -> str:
    """The compact form for want of folding: what `parse` uses when it is given nothing better."""
    return "".join(text.split())


def parse(typed: str, *, compact: Callable[[str], str] = without_white_space) -> Query:
    """Read what a person typed. Never raises, for any string; the work is bounded by the limits above.

    >>> parse("地理信息 -规划").root  # doctest: +NORMALIZE_WHITESPACE
    And(children=(Literal(text='地理信息', span=Span(start=0, end=4), quoted=False, compact='地理信息'),
                  Not(child=Literal(text='规划', span=Span(start=6, end=8), quoted=False, compact='规划'))))
    """
    if plain := _read_plain(typed, compact):
        return plain
    from deqing_search.query import grammar  # which most queries need not load

    return grammar.read(typed, compact)


def _read_plain(typed: str, compact: Callable[[str], str]) -> Query | None:
    """A query of Han words alone, wanted or not: what is mostly typed, read as the grammar would, and sooner.

    None for any other, and where a word may have been meant as an operator.
    """
    words = [word.removeprefix("-") for word in typed.split(" ")]
    if not all(words) or min(map(min, words)) < "\u4e00" or max(map(max, words)) > "\u9fff":
        return None
    if len(typed) > MAX_CHARACTERS or len(words) > MAX_LITERALS:
        return None
    if len(words) > 1:
        from deqing_search.query.warnings import is_likeness

        if is_likeness(words):
            return None
    terms: list[Node] = []
    minuses: list[Span] = []
    at = 0
    for word in words:
        unwanted = typed[at] == "-"
        start, end = at + unwanted, at + unwanted + len(word)
        literal = Literal(word, Span(start, end), False, compact(word))
        terms.append(Not(literal) if unwanted else literal)
        minuses += [Span(at, start)] * unwanted
        at = end + 1
    return Query(typed, all_of(*terms), (), tuple(minuses))
