"""What exact, words and expanded each make of a query, and what of its words ranks.

Which passages match a tree is the engine's, what of a text is marked `marking`'s, which other forms a literal has
`variants`'s.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from deqing_search.language.analyzer import Token, cut, question_words
from deqing_search.query.tree import And, Node, Or, Query, Words, literals
from deqing_search.query.tree import Literal as Typed
from deqing_search.search.request import Mode
from deqing_search.text.offsets import Span


def asked(query: Query, mode: Mode | None) -> Query:
    """What a mode makes of the query before it looks at a single literal."""
    if mode != "expanded":
        return query
    from deqing_search.query.expansion import as_one

    return as_one(query)


def turned(root: Node, mode: Mode) -> Node:
    return in_words(root) if mode == "words" else varied(root) if mode == "expanded" else root


def boost(root: Node) -> tuple[str, ...]:
    """The words of what must or may occur: they rank, they do not decide."""
    words = [question_words(literal.text) for literal in literals(root)]
    return words[0] if len(words) == 1 else tuple(dict.fromkeys(chain(*words)))


def neighbours(root: Node) -> tuple[str, ...]:
    """Words that stand side by side in what was typed, as literals: they rank, they do not decide."""
    pairs: dict[str, None] = {}
    for literal in literals(root):
        starts: dict[int, list[str]] = {}
        for token in cut(literal.text):
            starts.setdefault(token.start, []).append(token.term)
        pairs.update((token.term + after, None) for token in cut(literal.text) for after in starts.get(token.end, ()))
    return tuple("".join(pair.split()) for pair in pairs)


def in_words(node: Node, *, most: bool = False) -> Node:
    """Free literals become their words. What was quoted, excluded, NEAR or inside a unit stays as it was typed.

    `most`: of which more than half must occur, those inside longer ones left out of account.
    """
    match node:
        case Typed(quoted=False):
            terms = question_words(node.text)
            core = tuple(term for term in _whole(node.text) if term in terms) if most else ()
            return Words(terms, node.span, core) if terms else node
        case And() | Or():
            return replace(node, children=tuple(in_words(child, most=most) for child in node.children))
    return node


def any_word(root: Node) -> Node:
    """The words of all free literals as one bag, where asked for together they are nowhere; the rest must hold."""
    match root:
        case And(children):
            free = [child for child in children if isinstance(child, Typed) and not child.quoted]
            terms = tuple(dict.fromkeys(term for literal in free for term in question_words(literal.text)))
            if len(free) > 1 and terms:
                words = Words(terms, Span(free[0].span.start, free[-1].span.end))
                kept = tuple(child for child in children if child not in free)
                return And((words, *map(in_words, kept))) if kept else words
    return in_words(root)


def _whole(text: str) -> tuple[str, ...]:
    """The words of a text that lie inside no other.

    >>> _whole("新能源汽车")
    ('新能源', '汽车')
    """
    whole: list[Token] = []
    for token in cut(text):  # the words inside another come before it
        whole = [before for before in whole if before.start < token.start] + [token]
    return tuple(dict.fromkeys(token.term for token in whole))


def varied(root: Node) -> Node:
    """The tree with every variant beside its literal."""
    from deqing_search.query.expansion import forms, grown

    return grown(root, forms(root))
