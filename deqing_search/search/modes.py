"""Changes a query as a mode wants it, and takes from it the words that only rank.

The engine finds the passages, `marks` marks them, `query.expansion` knows the variants of a literal.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from deqing_search.language.analyzer import Token, cut, question_words
from deqing_search.query.tree import And, Node, Or, Query, Words, literals
from deqing_search.query.tree import Literal as Typed
from deqing_search.search.request import Mode
from deqing_search.text.offsets import Span


def prepare(query: Query, mode: Mode | None) -> Query:
    """The query with what a mode adds to it as a whole: expanded mode joins numbers to their units."""
    if mode != "expanded":
        return query
    from deqing_search.query.expansion import join_quantities

    return join_quantities(query)


def apply(root: Node, mode: Mode) -> Node:
    """The tree with the literals changed as the mode wants it."""
    return in_words(root) if mode == "words" else with_variants(root) if mode == "expanded" else root


def boost_terms(root: Node) -> tuple[str, ...]:
    """The words of the positive literals. They change the order of the matches, not the matches."""
    words = [question_words(literal.text) for literal in literals(root)]
    return words[0] if len(words) == 1 else tuple(dict.fromkeys(chain(*words)))


def neighbours(root: Node) -> tuple[str, ...]:
    """Two words side by side in a typed literal, joined. They change the order of the matches, not the matches."""
    pairs: dict[str, None] = {}
    for literal in literals(root):
        starts: dict[int, list[str]] = {}
        for token in cut(literal.text):
            starts.setdefault(token.start, []).append(token.term)
        pairs.update((token.term + after, None) for token in cut(literal.text) for after in starts.get(token.end, ()))
    return tuple("".join(pair.split()) for pair in pairs)


def in_words(node: Node, *, most: bool = False) -> Node:
    """Replace free literals with their words. Literals that are quoted, excluded, in NEAR or in a unit stay.

    `most`: more than half of the words must occur; words inside longer ones do not count for that.
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
    """Replace all free literals with the words of all of them, of which any may occur; the other conditions stay."""
    match root:
        case And(children):
            free = [child for child in children if isinstance(child, Typed) and not child.quoted]
            terms = tuple(dict.fromkeys(term for literal in free for term in question_words(literal.text)))
            if len(free) > 1 and terms:
                words = Words(terms, Span(free[0].span.start, free[-1].span.end))
                others = tuple(child for child in children if child not in free)
                return And((words, *map(in_words, others))) if others else words
    return in_words(root)


def _whole(text: str) -> tuple[str, ...]:
    """The words of a text that are inside no other word.

    >>> _whole("新能源汽车")
    ('新能源', '汽车')
    """
    whole: list[Token] = []
    for token in cut(text):  # words inside a longer word come before it
        whole = [before for before in whole if before.start < token.start] + [token]
    return tuple(dict.fromkeys(token.term for token in whole))


def with_variants(root: Node) -> Node:
    """The tree in which each literal may also occur in any of its variants."""
    from deqing_search.query.expansion import expand, variants_of

    return expand(root, variants_of(root))
