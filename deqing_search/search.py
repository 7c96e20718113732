"""Read path: typed text → query → engine → snippets → `Results`. The one conductor of searching.

The faces ask here and nowhere else: `search`, `count`, `trend`, `every` passage, `coverage`, `holds_years`,
`passage_in_context`, `open_report`, `suggest`, and `echo` for the query in plain Chinese. What they get is in
`results`, what a mode makes of a query in `modes`; both are named here, too, for the faces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from deqing_search import marking, modes, query_echo, snippet
from deqing_search.analysis import compact_text, expect_much_text
from deqing_search.engine.base import Evaluation, Request, Sort, View, Viewer
from deqing_search.errors import IndexFault, UsageError
from deqing_search.modes import MODES, Mode
from deqing_search.offsets import Span
from deqing_search.query import And, Filter, Literal, Node, Not, Or, Query, all_of, filters, literals, parse
from deqing_search.report import Passage, Report, ReportCard
from deqing_search.results import (
    Count,
    CountedVariant,
    Coverage,
    Fold,
    Hit,
    InContext,
    Results,
    Trend,
    YearCount,
    folds,
)
from deqing_search.section_class import PARTS, headings_of

if TYPE_CHECKING:
    from deqing_search.suggest import Suggestion
    from deqing_search.variants import Variant

__all__ = [
    "Count",
    "CountedVariant",
    "Coverage",
    "Fold",
    "Hit",
    "InContext",
    "Mode",
    "Results",
    "Trend",
    "count",
    "coverage",
    "echo",
    "every",
    "expect_questions",
    "explain",
    "folds",
    "holds_years",
    "kinds",
    "marker",
    "matching",
    "open_report",
    "parts",
    "passage_in_context",
    "read",
    "search",
    "suggest",
    "trend",
    "unheld_kinds",
]

Years = tuple[int | None, int | None]  # first and last, inclusive; None: open

MOST_MATCHING = 5000
_AT_ONCE = 1000  # passages read for an export
_READ = 500  # queries whose reading is remembered: pages, facets and parts of one ask for it again
FEW = 10  # fewer exact hits than this are seen at a glance; the number is fixed, so that every face decides alike
_NOWHERE = Span(0, 0)  # of conditions that were given as options, not typed


echo = query_echo.echo


def search(
    engine: Viewer,
    typed: str,
    *,
    mode: Mode | None = None,
    years: Years | None = None,
    kind: str | None = None,
    place: str | None = None,
    part: str | None = None,
    sort: Sort = "relevance",
    offset: int = 0,
    limit: int = 20,
) -> Results:
    """A page of hits. Without `mode`: exact, and where that finds few, `Results.words` holds words results besides.

    `expanded` is exact and, beside each literal, its variants. Suggestions are made and change nothing.

    `years`, `kind` and `place` narrow the query as 年:, 类型: and 地区: would, `part` as 章节: with the headings of
    that part of a report (`section_class`). Raises `UsageError` when there is nothing to look for, when the query
    passes a limit, or when a page before the first is asked for.
    """
    if offset < 0 or limit < 0:
        raise UsageError(f"起点 {offset} 和条数 {limit} 都不能是负数", hint="例如从 0 起，每页 20 条")
    query = read(typed)
    view = engine.view()
    page = _Page(view, modes.asked(query, mode), years, kind, place, part, sort, offset, limit)
    if mode == "words":
        return page.words()
    found = page.expanded() if mode == "expanded" else page.exact()
    if mode is None:
        found = replace(found, words=page.words_besides(found))
    if found.total:
        return found
    from deqing_search import hints  # here and below: what few queries need, no cold start pays

    return replace(found, suggestions=tuple(hints.corrections(view, query)))


def count(engine: Viewer, typed: str, *, years: Years | None = None, kind: str | None = None) -> Count:
    """Passages, occurrences and reports in exact mode; raises `UsageError` as `search` does."""
    found = search(engine, typed, mode="exact", years=years, kind=kind, limit=0)
    return Count(found.query, found.total, found.occurrences, found.reports, found.coverage)


def parts(engine: Viewer, results: Results) -> dict[str, int]:
    """How many of the passages found stand in which part of their report; a passage may stand in two, or in none."""
    counts = engine.view().totals(_root(results.query), list(map(headings_of, PARTS)))
    return {part: count for part, count in zip(PARTS, counts, strict=True) if count}


def matching(
    engine: Viewer, typed: str, *, years: Years | None = None, kind: str | None = None, place: str | None = None
) -> tuple[Passage, ...]:
    """The passages that match in exact mode, newest report first and at most `MOST_MATCHING`; raises `UsageError`."""
    view, root = engine.view(), _root(read(typed))
    found = view.evaluate(Request(_narrowed(root, years, kind, place), (), "newest", 0, MOST_MATCHING))
    return tuple(view.passages([scored.handle for scored in found.page]))


def trend(engine: Viewer, typed: str) -> Trend:
    """Occurrences by year of the report, in exact mode; raises `UsageError` as `search` does, and without a literal.

    Of each year those of its reports are held against that the query looks into: 地区:西安 leaves the others out.
    """
    view, root = engine.view(), _root(read(typed))
    if not any(literals(root)):
        raise UsageError("逐年数的是文字出现几处，检索式里没有要找的文字", hint="例如：地理信息 地区:德清")
    scope, counts = _scope(root), view.years(root)
    held = Counter(card.meta.year for card in view.cards())
    if scope:
        held = Counter({year: _reports(view, scope, year) for year in held})
    years = tuple(YearCount(year, counts.get(year, 0), held[year]) for year in sorted(filter(None, held)) if held[year])
    return Trend(years, view.evaluate(Request(root, limit=0)).occurrences - sum(counts.values()), held[None])


def _scope(root: Node) -> tuple[Node, ...]:
    """The conditions of a query that say which reports it looks into."""
    if _is_of_reports(root):
        return (root,)
    return tuple(chain(*map(_scope, root.children))) if isinstance(root, And) else ()


def _is_of_reports(node: Node) -> bool:
    match node:
        case Filter():
            return node.field not in ("section", "value")
        case And(children) | Or(children):
            return all(map(_is_of_reports, children))
        case Not(child):
            return _is_of_reports(child)
    return False


def _reports(view: View, scope: tuple[Node, ...], year: int | None) -> int:
    """How many reports of a year meet the conditions; None: of no known year."""
    of_year: Node = Filter("year", _NOWHERE, low=year, high=year)
    return view.evaluate(Request(And((*scope, of_year if year else Not(of_year))), limit=0)).reports


def every(
    engine: Viewer, typed: str | None = None, *, years: Years | None = None, kind: str | None = None
) -> Iterator[tuple[Passage, ReportCard]]:
    """All passages that match in exact mode, or all there are, with their reports: oldest report first, as it is read.

    Raises `UsageError` as `search` does.
    """
    view = engine.view()
    where = _narrowed(And(()) if typed is None else _root(read(typed)), years, kind)
    found = view.evaluate(Request(where, sort="oldest", limit=_held(view).coverage.passages)).page
    for start in range(0, len(found), _AT_ONCE):
        passages = view.passages([scored.handle for scored in found[start : start + _AT_ONCE]])
        yield from ((passage, _held(view).cards[passage.report]) for passage in passages)


def suggest(engine: Viewer, typed: str, limit: int = 8) -> list[Suggestion]:
    """What may be typed next, best first, each with the passages it would find; changes nothing (see `hints`)."""
    from deqing_search import hints

    view = engine.view()
    return [one._replace(passages=_holding(view, one.text)) for one in hints.suggest(view, typed, limit)]


def _holding(view: View, text: str) -> int:
    """How many passages hold a string: words are counted as they were cut, and that is fewer."""
    return view.total(Literal(text, _NOWHERE, compact=compact_text(text)))


def expect_questions(engine: Viewer) -> None:
    """Load now what the first question or the first slip would otherwise wait for; a server does so as it starts."""
    from deqing_search import hints

    expect_much_text()
    with suppress(IndexFault):  # told to whoever asks
        hints.expect_slips(engine.view())


def explain(
    typed: str, *, mode: Mode = "exact", years: Years | None = None, kind: str | None = None, place: str | None = None
) -> Query:
    """How a query is read, without an index: its root is what would run, None where nothing would."""
    query = modes.asked(parse(typed, compact=compact_text), mode)
    if query.root is None:
        return query
    return replace(query, root=_narrowed(modes.turned(query.root, mode), years, kind, place))


def coverage(engine: Viewer, query: Query | None = None) -> Coverage:
    """What the index holds; with a query, what of the reports that it looks into: 地区:西安 leaves the others out."""
    view = engine.view()
    scope = _scope(_root(query)) if query else ()
    if not scope:
        return _held(view).coverage
    found = view.evaluate(Request(And(scope), limit=0))
    return _covered(found.reports, found.total, set(map(int, found.facets["year"])))


def holds_years(engine: Viewer, years: Years) -> bool:
    """Whether a report of these years is held: where none is, an empty answer says nothing of them."""
    first, last = years
    held = [card.meta.year for card in engine.view().cards() if card.meta.year is not None]
    return any((first is None or first <= year) and (last is None or year <= last) for year in held)


def kinds(engine: Viewer) -> list[str]:
    """The kinds of the reports that are held."""
    return sorted({card.meta.kind for card in engine.view().cards() if card.meta.kind})


def unheld_kinds(engine: Viewer, query: Query | None, kind: str | None = None) -> list[str]:
    """Those of the kinds asked for that no report has: 类型: wants the whole name, and a part of it finds nothing."""
    held = set(map(compact_text, kinds(engine)))
    asked = [one.value for one in filters(_root(query)) if one.field == "kind"] if query else []
    return [one for one in dict.fromkeys([kind, *asked] if kind else asked) if compact_text(one) not in held]


def passage_in_context(engine: Viewer, passage_id: str, *, typed: str = "", around: int = 2) -> InContext | None:
    """The passage with up to `around` passages on each side; None when there is no such id.

    Marked for `typed` as its hit was: what was typed, or, where the passage does not hold that, its variants or words.
    """
    view = engine.view()
    passage = view.passage(passage_id)
    report = view.report(passage.report) if passage else None
    if passage is None or report is None:
        return None
    at = next(i for i, other in enumerate(report.passages) if other.id == passage_id)
    before, after = report.passages[max(at - around, 0) : at], report.passages[at + 1 : at + 1 + around]
    query = parse(typed, compact=compact_text)
    roots = ((modes.asked(query, mode).root, mode) for mode in MODES)
    marks = (marking.marks(passage.text, modes.turned(root, mode)) for root, mode in roots if root)
    return InContext(passage, report, before, after, next(filter(None, marks), ()))


def marker(typed: str, *, mode: Mode = "exact") -> Callable[[str], tuple[Span, ...]]:
    """What marks in any text whatever a hit of the same query would show; it marks nothing when nothing is asked for.

    >>> marker("地理 信息")("地理信息产业")
    (Span(start=0, end=2), Span(start=2, end=4))
    """
    root = modes.asked(parse(typed, compact=compact_text), mode).root
    if root is None:
        return lambda text: ()
    shown = modes.turned(root, mode)
    return lambda text: marking.marks(text, shown)


def open_report(engine: Viewer, report_id: str) -> Report | None:
    """The whole report in reading order; None when there is no such id."""
    return engine.view().report(report_id)


@lru_cache(_READ)
def read(typed: str) -> Query:
    """What was typed, ready to evaluate; raises `UsageError` with the reason when there is nothing to evaluate."""
    query = parse(typed, compact=compact_text)
    if query.root is None:
        said = sorted(query.diagnostics, key=lambda diagnostic: diagnostic.severity == "error")
        raise UsageError(
            "；".join(diagnostic.message for diagnostic in said[-3:]), hint="例如：地理信息 -规划 年:2016..2024"
        )
    return query


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of one query on one view; both modes ask for the same page."""

    view: View
    query: Query
    years: Years | None
    kind: str | None
    place: str | None
    part: str | None
    sort: Sort
    offset: int
    limit: int

    def exact(self) -> Results:
        root = _root(self.query)
        return self._results("exact", root, modes.boost(root))

    def words(self) -> Results:
        return self._results("words", modes.in_words(_root(self.query)), ())

    def words_besides(self, exact: Results) -> Results | None:
        """Words results for the room that the last of the exact hits leave on this page; None where there is none.

        Only behind a few: below a long list nobody looks for more, and sorted by year nobody asked for the likeliest.
        Only passages with most of the words: of those with half of them or less, four in 212 were of any use.
        """
        root = _root(self.query)
        if not exact.total:
            return self._any_words(root)
        loose, shown = modes.in_words(root, most=True), len(exact.hits)
        last = 0 < shown < self.limit and self.offset + shown == exact.total
        if not last or exact.total >= FEW or self.sort != "relevance" or loose == root:
            return None
        found = replace(self, offset=0, limit=self.limit - shown)._results("words", And((loose, Not(root))), ())
        return replace(found, query=replace(found.query, root=self.request("words", loose).where))

    def _any_words(self, root: Node) -> Results:
        """Words results; where the words of several literals stand together nowhere, those of any of them."""
        found = self.words()
        return found if found.total else self._results("words", modes.any_word(root), ())

    def expanded(self) -> Results:
        """Exact, and beside each literal those of its variants that the results hold."""
        from deqing_search.variants import as_literal, forms, grown

        root = _root(self.query)
        every = forms(root)
        whole = grown(root, every)
        typed = {literal.compact: literal for literal in literals(root)}
        told: list[CountedVariant] = []
        kept: dict[str, list[Variant]] = {}
        for name, found in every.items():
            literal = typed[name]
            counts = {variant: self._count(And((whole, as_literal(variant, literal)))) for variant in found}
            kept[name] = [variant for variant in found if counts[variant]]
            if kept[name]:
                told.append(CountedVariant(literal.text, literal.text, "原词", self._count(And((whole, literal)))))
                told += [CountedVariant(literal.text, *variant, counts[variant]) for variant in kept[name]]
        return replace(self._results("expanded", grown(root, kept), modes.boost(root)), variants=tuple(told))

    def _count(self, root: Node) -> int:
        return self.view.total(_narrowed(root, self.years, self.kind, self.place, self.part))

    def request(self, mode: Mode, root: Node, boost: tuple[str, ...] = ()) -> Request:
        """What the engine is asked for this page; `root` is what the mode made of the query."""
        where = _narrowed(root, self.years, self.kind, self.place, self.part)
        asked = Request(where, boost, self.sort, self.offset, self.limit)
        if mode != "words":
            return asked
        typed = tuple(literal.compact for literal in literals(_root(self.query)))
        return replace(asked, neighbours=modes.neighbours(_root(self.query)), typed=typed)

    def _results(self, mode: Mode, root: Node, boost: tuple[str, ...]) -> Results:
        asked = self.request(mode, root, boost)
        found = self.view.evaluate(asked)
        return Results(
            query=replace(self.query, root=asked.where),
            mode=mode,
            total=found.total,
            occurrences=found.occurrences,
            reports=found.reports,
            hits=tuple(_hits(self.view, found, lambda text: marking.marks(text, root))),
            facets=found.facets,
            coverage=_held(self.view).coverage,
            offset=self.offset,
            limit=self.limit,
        )


def _root(query: Query) -> Node:
    if query.root is None:
        raise UsageError("没有要查找的内容", hint="例如：地理信息")
    return query.root


def _narrowed(
    root: Node, years: Years | None, kind: str | None, place: str | None = None, part: str | None = None
) -> Node:
    """The query and what the options ask for besides."""
    options: list[Node] = []
    if years and years != (None, None):
        options.append(Filter("year", _NOWHERE, low=years[0], high=years[1]))
    if kind:
        options.append(Filter("kind", _NOWHERE, value=compact_text(kind)))
    if place:
        options.append(Filter("place", _NOWHERE, value=compact_text(place)))
    if part:
        options.append(headings_of(part))
    return all_of(root, *options)


def _hits(view: View, found: Evaluation, marked: Callable[[str], tuple[Span, ...]]) -> Iterator[Hit]:
    cards = _held(view).cards
    passages = view.passages([scored.handle for scored in found.page])
    for scored, passage in zip(found.page, passages, strict=True):
        marks = marked(passage.text)
        shown = snippet.snippet(passage.text, marks)
        yield Hit(passage, cards[passage.report], scored.score, marks, shown, f"/p/{passage.id}")


class _Held(NamedTuple):
    """What every page says of a view, made once."""

    cards: Mapping[str, ReportCard]
    coverage: Coverage


_HELD: WeakKeyDictionary[View, _Held] = WeakKeyDictionary()


def _held(view: View) -> _Held:
    if view not in _HELD:
        _HELD[view] = _Held({card.id: card for card in view.cards()}, _coverage(view.cards()))
    return _HELD[view]


def _coverage(cards: Sequence[ReportCard]) -> Coverage:
    years = {card.meta.year for card in cards if card.meta.year is not None}
    return _covered(len(cards), sum(card.passages for card in cards), years)


def _covered(reports: int, passages: int, years: set[int]) -> Coverage:
    first, last = min(years, default=None), max(years, default=None)
    missing = tuple(year for year in range(first, last) if year not in years) if first and last else ()
    return Coverage(reports, passages, first, last, missing)
