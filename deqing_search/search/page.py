"""One page of one query on one view: exact, in words, expanded, and in words beside few exact hits.

`modes` changes the tree as a mode wants it, the engine finds the matches, `coverage` knows the reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from deqing_search.engine.base import Evaluation, Request, View
from deqing_search.errors import UsageError
from deqing_search.language.quantities import is_amount, read_range
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.places import offers
from deqing_search.query.roman_numerals import as_typed
from deqing_search.query.tree import (
    And,
    Diagnostic,
    Literal,
    Node,
    Not,
    Query,
    Words,
    leaves,
    literals,
    map_literals,
)
from deqing_search.report import Passage, ReportCard
from deqing_search.search import modes, snippet
from deqing_search.search.coverage import contents
from deqing_search.search.marks import marks_of
from deqing_search.search.request import Mode, SearchRequest
from deqing_search.search.results import CountedVariant, Hit, Results
from deqing_search.text.offsets import Span

if TYPE_CHECKING:
    from deqing_search.query.expansion import Variant

_LATIN = re.compile("[a-z]{2,}")
FEW = 10  # fewer exact hits than this are seen at a glance; the number is fixed, so that every face decides alike


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one query on one view, in each of the modes."""

    view: View
    query: Query  # what `wanted.typed` is read as
    wanted: SearchRequest

    def exact(self) -> Results:
        root = required_root(self.query)
        found = self._results("exact", root, modes.boost_terms(root))
        notes = (
            *found.query.diagnostics,
            *self._longer_numbers(root, found.total),
            *self._longer_words(root, found.total),
        )
        return found._replace(query=found.query._replace(diagnostics=tuple(sorted(notes))))

    def _longer_numbers(self, root: Node, total: int) -> Iterator[Diagnostic]:
        """For each number, a note with how many passages have it only as a part of a longer number: 5% in 15%."""
        typed = list(literals(root))
        for at, literal in enumerate(typed):
            if not is_amount(literal.compact):
                continue
            whole = _with_whole(root, literal)
            if whole != root and (n := total - self._count(whole)):  # equal inside NEAR
                said = gettext_noop(
                    "“{text}”按文字查找，其中 {n} 段里只是更长的数的一部分；只要这个数，请写 数值:{number}"
                )
                number = _range_from(typed[at:])
                yield Diagnostic(literal.span, Message(said, text=literal.text, n=n, number=number), "note")

    def _longer_words(self, root: Node, total: int) -> Iterator[Diagnostic]:
        """A note with how many passages have a Latin query only inside longer words: IT in DIGITAL."""
        typed = as_typed(root)
        if not isinstance(typed, Literal) or not _LATIN.fullmatch(typed.compact):
            return
        holding = total if typed == root else self._count(typed)
        if n := holding - self._count(And((typed, Words((typed.compact,), typed.span)))):
            said = gettext_noop("“{text}”按文字查找，其中 {n} 段里只是更长的词的一部分；只要这个词，请改为按词语查找")
            yield Diagnostic(typed.span, Message(said, text=typed.text, n=n), "note")

    def words(self) -> Results:
        """Passages with most of the words; if there are few, passages with any of them."""
        wanted = self._most_words()
        if self._count(wanted) < FEW:
            wanted = modes.in_words(as_typed(required_root(self.query)))
        return self._results("words", wanted, ())

    def _most_words(self) -> Node:
        root = as_typed(required_root(self.query))
        return modes.in_words(root, most=True, places=contents(self.view).places)

    def words_besides(self, exact: Results) -> Results | None:
        """Words results for the space that the last exact hits leave on this page; None if there is no space.

        Only after few exact hits, because nobody looks for more below a long list, and not if the page is sorted by
        year. Only passages with most of the words: of 212 with half of them or less, four were useful.
        """
        root = required_root(self.query)
        if not exact.total:
            return self.words()
        shown = len(exact.hits)
        last = 0 < shown < self.wanted.limit and self.wanted.offset + shown == exact.total
        quoted = all(literal.quoted for literal in literals(root))
        if not last or exact.total >= FEW or self.wanted.sort != "relevance" or quoted:
            return None
        if (loose := self._most_words()) == root:
            return None
        rest = replace(self, wanted=replace(self.wanted, offset=0, limit=self.wanted.limit - shown))
        found = rest._results("words", And((loose, Not(root))), ())  # noqa: SLF001 - a page of the same class
        return found._replace(query=found.query._replace(root=self.request("words", loose).where))

    def expanded(self) -> Results:
        """Exact results, with the variants of each literal that were searched, and their counts."""
        from deqing_search.query.expansion import as_literal, as_whole, expand, variants_of

        root = required_root(self.query)
        every = variants_of(root)
        all_forms = expand(root, every)
        typed = {literal.compact: literal for literal in literals(root)}
        counted: list[CountedVariant] = []
        occurring: dict[str, list[Variant]] = {}
        for name, found in every.items():
            literal = typed[name]
            counts = {variant: self._count(And((all_forms, as_literal(variant, literal)))) for variant in found}
            occurring[name] = [variant for variant in found if counts[variant]]
            typed_alone = self._count(And((all_forms, as_whole(literal))))
            counted.append(CountedVariant(literal.text, literal.text, gettext_noop("原词"), typed_alone))
            counted += [CountedVariant(literal.text, *variant, counts[variant]) for variant in found]
        forms = expand(root, occurring)
        if self._count(forms) < self._count(all_forms):
            forms = all_forms  # 同文 may need a variant that is in another passage of the report, which does not match
        return self._results("expanded", forms, modes.boost_terms(root))._replace(variants=tuple(counted))

    def _count(self, root: Node) -> int:
        return self.view.total(self.wanted.filters.limit(root))

    def request(self, mode: Mode, root: Node, boost: tuple[str, ...] = ()) -> Request:
        """The request to the engine for this page; `root` is the tree of the query in this mode."""
        where = self.wanted.filters.limit(root)
        request = Request(where, boost, self.wanted.sort, self.wanted.offset, self.wanted.limit)
        if mode != "words":
            return request
        root = as_typed(required_root(self.query))
        return request._replace(phrases=modes.phrases(root), typed=tuple(one.compact for one in literals(root)))

    def _results(self, mode: Mode, root: Node, boost: tuple[str, ...]) -> Results:
        request = self.request(mode, root, boost)
        found = self.view.evaluate(request)
        return Results(
            query=self.query._replace(
                root=request.where, diagnostics=(*self.query.diagnostics, *offers(request.where))
            ),
            mode=mode,
            total=found.total,
            occurrences=0 if _looks_for_words(root) else found.occurrences,
            reports=found.reports,
            hits=tuple(_hits(self.view, found, marks_of(root))),
            facets=found.facets,
            coverage=contents(self.view).coverage,
            offset=self.wanted.offset,
            limit=self.wanted.limit,
        )


def required_root(query: Query) -> Node:
    if query.root is None:
        raise UsageError("没有要查找的内容", hint="例如：地理信息")
    return query.root


def _range_from(typed: Sequence[Literal]) -> str:
    """A number as it is written after 数值:, with the literals after it that make it a range, as in 10 万人以上."""
    texts = accumulate(one.compact for one in typed)
    return max(takewhile(lambda text: text == typed[0].compact or read_range(text), texts), key=len)


def _with_whole(root: Node, number: Literal) -> Node:
    from deqing_search.query.expansion import as_whole

    return map_literals(root, lambda one: as_whole(one) if one == number else one)


def _looks_for_words(root: Node) -> bool:
    """Whether a tree has words. They are not counted, and a count of the quoted parts alone would be misleading."""
    return any(isinstance(leaf, Words) for leaf in leaves(root))


def _hits(view: View, found: Evaluation, marked: Callable[[str], tuple[Span, ...]]) -> Iterator[Hit]:
    cards = contents(view).cards
    passages = view.passages([scored.handle for scored in found.page])
    for scored, passage in zip(found.page, passages, strict=True):
        yield hit_of(passage, cards[passage.report], marked, scored.score)


def hit_of(passage: Passage, card: ReportCard, marked: Callable[[str], tuple[Span, ...]], score: float = 0) -> Hit:
    """A passage as a hit, with what `marked` marks in its text."""
    marks = marked(passage.text)
    return Hit(passage, card, score, marks, snippet.snippet(passage.text, marks), f"/p/{passage.id}")
