"""Changes a query as a mode wants it, and takes from it the words that only rank.

The engine finds the passages, `marks` marks them, `query.expansion` knows the variants of a literal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise, starmap

from deqing_search.engine.base import Phrase
from deqing_search.language.analyzer import Token, cut, question_words, stopwords
from deqing_search.query.roman_numerals import as_typed
from deqing_search.query.tree import And, Node, Or, Query, Words, all_of, literals
from deqing_search.query.tree import Literal as Typed
from deqing_search.search.request import Mode
from deqing_search.text.offsets import Span

NEIGHBOURS = 0.5  # words side by side in the question and in the passage: some evidence that they mean the same
BIGRAM = 0.3  # characters side by side: jieba may cut question and passage differently
SYNONYM = 0.7  # 地区生产总值 for GDP: the same thing, though not the word that was typed
QUOTED = 2.0  # what was quoted should occur as it stands

_YEAR = re.compile("[0-9]{4}|年|年度")
_ASKING = re.compile(
    "(?:哪些|哪个|哪几个|哪里|为什么|什么样|什么|多少|怎么样|怎么办|怎么|怎样|如何|是否|请问|有没有|能否|[吗呢])"
    "(?:城市|地方|地区|省份|时候)?"
)


def prepare(query: Query, mode: Mode | None) -> Query:
    """The query with what a mode adds to it as a whole: expanded mode joins numbers to their units."""
    if mode != "expanded":
        return query
    from deqing_search.query.expansion import join_quantities

    return join_quantities(query)


def apply(root: Node, mode: Mode) -> Node:
    """The tree with the literals changed as the mode wants it."""
    return in_words(as_typed(root)) if mode == "words" else with_variants(root) if mode == "expanded" else root


def boost_terms(root: Node) -> tuple[str, ...]:
    """The words of the positive literals. They change the order of the matches, not the matches."""
    words = [question_words(literal.text) for literal in literals(root)]
    return words[0] if len(words) == 1 else tuple(dict.fromkeys(chain(*words)))


def phrases(root: Node) -> tuple[Phrase, ...]:
    """What adds to the score of a passage in words mode. It changes the order of the matches, not the matches."""
    weights: defaultdict[str, float] = defaultdict(float)
    for literal in literals(root):
        if literal.quoted:
            weights[literal.compact] += QUOTED
        for gram in bigrams(_without_asking(literal.compact)):
            weights[gram] += BIGRAM
        for other in _synonyms(literal.compact):
            weights[other] += SYNONYM
    for pair in neighbours(root):
        weights[pair] += NEIGHBOURS
    return tuple(starmap(Phrase, weights.items()))


def bigrams(text: str) -> Iterator[str]:
    """Two characters side by side, both letters or digits.

    >>> list(bigrams("5%增长"))
    ['增长']
    """
    return (first + second for first, second in pairwise(text) if first.isalnum() and second.isalnum())


def neighbours(root: Node) -> tuple[str, ...]:
    """Two words side by side in a typed literal, joined."""
    pairs: dict[str, None] = {}
    for literal in literals(root):
        starts: dict[int, list[str]] = {}
        for token in cut(literal.text):
            starts.setdefault(token.start, []).append(token.term)
        pairs.update((token.term + after, None) for token in cut(literal.text) for after in starts.get(token.end, ()))
    return tuple("".join(pair.split()) for pair in pairs)


def in_words(node: Node, *, most: bool = False, places: Collection[str] = ()) -> Node:
    """Replace the literals with the words of all of them. Literals that are excluded, in NEAR or in a unit stay.

    What is quoted is no condition here: `quoted` gives it more weight. `most`: more than half of the words must occur;
    words inside longer ones do not count for that, nor do years, `places` and words that have a synonym, since a report
    need not repeat its place and its year in each passage.
    """
    match node:
        case Typed():
            return in_words(And((node,)), most=most, places=places)
        case And(children):
            typed = [child for child in children if isinstance(child, Typed)]
            conditions = (child for child in children if not isinstance(child, Typed))
            others = [in_words(child, most=most, places=places) for child in conditions]
            core = _core(typed, places) if most else ()
            return all_of(*([_words(typed, core)] if typed else ()), *others)
        case Or(children):
            return replace(node, children=tuple(in_words(child, most=most, places=places) for child in children))
    return node


def _words(typed: Sequence[Typed], core: Sequence[str]) -> Node:
    """The words of some literals in one node; the literals themselves if they have no words."""
    every = dict.fromkeys(term for literal in typed for term in question_words(_without_asking(literal.text)))
    terms = tuple(term for term in every if term not in stopwords()) or tuple(every)
    if not terms:
        return all_of(*typed)
    span = Span(typed[0].span.start, typed[-1].span.end)
    return Words(terms, span, tuple(term for term in core if term in terms))


def _core(typed: Sequence[Typed], places: Collection[str]) -> tuple[str, ...]:
    """The words of which a passage must have most; all of them if each is a place, a year or has a synonym."""
    words = dict.fromkeys(
        term for literal in typed for term in _whole(_without_asking(literal.text)) if term not in stopwords()
    )
    core = (word for word in words if word not in places and not _YEAR.fullmatch(word) and not _synonyms(word))
    return tuple(core) or tuple(words)


def _without_asking(text: str) -> str:
    """The text without the words that ask, and what they ask for; the text itself if it has no others.

    >>> _without_asking("哪些城市对民宿有补贴"), _without_asking("什么")
    ('，对民宿有补贴', '什么')
    """
    left = _ASKING.sub("，", text)
    return left if question_words(left) else text


def _synonyms(text: str) -> tuple[str, ...]:
    from deqing_search.query.expansion import synonyms  # exact mode does without

    return synonyms(text)


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
