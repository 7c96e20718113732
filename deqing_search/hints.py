"""What may be typed next, and what was probably meant where nothing is found: `suggest` asked in words of a query.

Whole queries come in and go out; single words are `suggest`'s. Every correction is checked against the view it is
made for, so that it finds something. Nothing here touches what a query finds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from deqing_search.analysis import compact_text
from deqing_search.engine.base import View
from deqing_search.offsets import Span
from deqing_search.query import Literal, Query, literals, parse
from deqing_search.suggest import NAME, Holds, Suggestion, Suggestions, open_suggestions

_CORRECTED = 4  # literals of a query; whoever mistypes more has pasted something
_CHARACTERS = 40  # of a query that are looked up: each costs milliseconds, and the rest of a long one is no help


def suggest(view: View, typed: str, limit: int) -> list[Suggestion]:
    """Whole queries, best first: what was begun, gone on with (of several words the last), or what was meant."""
    if (known := _suggestions(view)) is None:
        return []
    found = known.complete(typed, limit)
    head, space, last = _last_word(typed)
    if space and len(found) < limit:
        going_on = known.complete(last, limit - len(found))
        found += [completion._replace(text=head + space + completion.text) for completion in going_on]
    if found:
        return found
    query = parse(typed, compact=compact_text)
    return [Suggestion(text, 0, "更正") for text in corrections(view, query, limit, doubted=True)] if query.root else []


def _last_word(typed: str) -> tuple[str, str, str]:
    """What stands before the last white space, that white space, and what stands behind it.

    >>> _last_word("德清　dlxx")
    ('德清', '\\u3000', 'dlxx')
    """
    last = re.split(r"\s", typed)[-1]
    before = typed[: len(typed) - len(last)]
    return before[:-1], before[-1:], last


def corrections(view: View, query: Query, limit: int = 3, *, doubted: bool = False) -> list[str]:
    """The query with each literal that is found nowhere replaced by what was probably meant; the likeliest first.

    `doubted`: also a literal that is found but no word, if what was meant is found oftener: 得清 stands in 看得清.
    """
    known = _suggestions(view)
    if known is None or query.root is None:
        return []

    holds = _holds(view)
    meant: dict[Literal, list[str]] = {}
    room = _CHARACTERS
    for literal in {literal.compact: literal for literal in literals(query.root)}.values():
        if len(literal.compact) > room or len(meant) == _CORRECTED:
            continue
        room -= len(literal.compact)
        held = holds(literal.compact)
        if held and (not doubted or literal.text in known):
            continue
        likely = _spelled_out(known, literal, limit, holds) or known.correct(literal.text, limit, holds)
        if found := [word.text for word in likely if word.passages > held]:
            meant[literal] = found
    tries = range(max(map(len, meant.values()), default=0))
    texts = [_retyped(query.typed, {lit: each[min(i, len(each) - 1)] for lit, each in meant.items()}) for i in tries]
    return [text for text in texts if _finds(view, text)] or texts[:1]  # its words stand apart: words mode finds them


def _spelled_out(known: Suggestions, literal: Literal, limit: int, holds: Holds) -> list[Suggestion]:
    """Letters that are found nowhere, read as the pinyin or the initials of what was meant."""
    if not re.fullmatch("[a-z]+", literal.compact) or holds(literal.compact):
        return []
    return [word for word in known.complete(literal.text, limit) if holds(word.text)]


def expect_slips(view: View) -> None:
    """Read now what the first correction would otherwise wait for: a tenth of a second for a large index."""
    if known := _suggestions(view):
        known.expect_slips()


def _holds(view: View) -> Holds:
    return lambda text: view.total(Literal(text, Span(0, 0), compact=compact_text(text)))


def _finds(view: View, typed: str) -> bool:
    """The words of the query stand together somewhere, not only each by itself."""
    root = parse(typed, compact=compact_text).root
    return root is not None and view.total(root) > 0


def _retyped(typed: str, texts: Mapping[Literal, str]) -> str:
    """What was typed with some literals replaced, their quotation marks kept."""
    for literal, text in sorted(texts.items(), key=lambda item: -item[0].span.start):
        start, end = literal.span
        if literal.quoted:
            start, end = start + 1, end - (typed[end - 1] != literal.text[-1:])
        typed = typed[:start] + text + typed[end:]
    return typed


def _suggestions(view: View) -> Suggestions | None:
    path = view.beside(NAME)
    return open_suggestions(path) if path else None
