"""Marks in a text what a query matches there: every occurrence that counts, and nothing else.

Of NEAR only literals near each other are marked, of 同句 only those in a sentence that matches. Conditions on reports
are taken as met, because only passages that matched are marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from deqing_search.language.analyzer import sentence_starts, tokens
from deqing_search.language.folding import compact
from deqing_search.language.quantities import values_of
from deqing_search.query.tree import And, Filter, Literal, Near, Node, Not, Or, Within, Words, filters, leaves
from deqing_search.report import Value
from deqing_search.request_deadline import check
from deqing_search.search import snippet
from deqing_search.text.offsets import Span


def marks(text: str, root: Node) -> tuple[Span, ...]:
    """Spans of the positive literals and values; in words mode also of the words, as the tokenizer cuts the text."""
    return marks_of(root)(text)


def marks_of(root: Node) -> Callable[[str], tuple[Span, ...]]:
    """A function that marks in any text what a tree matches; what depends on the tree alone is computed once."""
    asks_values = any(one.field == "value" for sign in (True, False) for one in filters(root, positive=sign))
    terms = frozenset(term for leaf in leaves(root) if isinstance(leaf, Words) for term in leaf.terms)

    def marked(text: str) -> tuple[Span, ...]:
        check()
        compacted, offsets = compact(text)
        whole = _Part(compacted, values_of(text) if asks_values else ())
        spans = snippet.marks(compacted, offsets, (), _stretches(root, whole, True))
        if not terms:
            return spans
        found = {Span(token.start, token.end) for token in tokens(text, terms)}
        return tuple(snippet.merge(sorted(found.union(spans))))

    return marked


class _Part(NamedTuple):
    """A compact text and the numbers in it."""

    text: str
    values: tuple[Value, ...]

    def cut(self, start: int, end: int) -> _Part:
        """The part at these offsets, with the numbers that are whole inside it."""
        inside = (one for one in self.values if start <= one.start and one.end <= end)
        return _Part(
            self.text[start:end], tuple(one._replace(start=one.start - start, end=one.end - start) for one in inside)
        )


def _stretches(node: Node, part: _Part, sign: bool) -> Iterator[Span]:
    """The spans of a compact text that count as matches; `sign` is False under an odd number of NOTs."""
    match node:
        case Literal() if sign and node.compact:
            yield from snippet.occurrences(part.text, node.needle)
        case Near(left, right, distance) if sign:
            yield from snippet.near(part.text, left.needle, right.needle, distance)
        case Filter(field="value") if sign:
            yield from (Span(value.start, value.end) for value in part.values if _in_range(value, node))
        case And(children) | Or(children):
            for child in children:
                yield from _stretches(child, part, sign)
        case Not(child):
            yield from _stretches(child, part, not sign)
        case Within("sentence", child) if sign:
            for start, end in pairwise((*sentence_starts(part.text), len(part.text))):
                check()
                sentence = part.cut(start, end)
                if _holds(child, sentence):
                    inside = _stretches(child, sentence, sign)
                    yield from (Span(start + a, start + b) for a, b in inside)
        case Within(_, child):
            yield from _stretches(child, part, sign)


def _holds(node: Node, sentence: _Part) -> bool:
    """Whether a tree holds in a sentence; conditions that do not depend on the sentence are taken as met."""
    match node:
        case Literal():
            return not node.compact or any(True for _ in snippet.occurrences(sentence.text, node.needle))
        case Near(left, right, distance):
            return any(True for _ in snippet.near(sentence.text, left.needle, right.needle, distance))
        case Filter(field="value"):
            return any(_in_range(value, node) for value in sentence.values)
        case And(children):
            return all(_holds(child, sentence) for child in children)
        case Or(children):
            return any(_holds(child, sentence) for child in children)
        case Not(child) if not _is_independent(child):
            return not _holds(child, sentence)
    return True


def _is_independent(node: Node) -> bool:
    """Whether a node does not depend on the sentence."""
    return isinstance(node, Words | Within) or (isinstance(node, Filter) and node.field != "value")


def _in_range(value: Value, condition: Filter) -> bool:
    low, high = (value.number if end is None else end for end in (condition.low, condition.high))
    return condition.value in ("", value.unit) and low <= value.number <= high
