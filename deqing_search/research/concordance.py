"""A concordance (KWIC): every occurrence on its own line, with the text on its left and right.

Lines are in the order of the reports, or sorted by the right context or by the left one, which is then compared from
the occurrence outwards. Sorting compares folded characters by their code points. A sample is drawn with a seed: the
same seed gives the same lines.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from deqing_search.engine.base import View, Viewer
from deqing_search.errors import UsageError
from deqing_search.language.analyzer import tokens
from deqing_search.language.folding import compact, original_span
from deqing_search.messages import Message, gettext_noop
from deqing_search.report import Passage, ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.occurrences import Place, Wanted, drawn, occurrences
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span

Order = Literal["report", "left", "right"]
Unit = Literal["characters", "words"]
ORDERS: tuple[Order, ...] = ("report", "left", "right")
UNITS: tuple[Unit, ...] = ("characters", "words")
MOST_OCCURRENCES = 500_000  # of one answer: some 120 MB, and a second to sort
WIDEST = 100  # characters or words on each side
_SORTED_BY = 30  # characters that are compared; further ones hardly ever differ
_AT_ONCE = 500  # passages that are read together


class Wish(NamedTuple):
    """Which lines a concordance has, and how. `sample` None: all lines."""

    width: int = 20
    unit: Unit = "characters"
    order: Order = "report"
    sample: int | None = None
    seed: int = 1
    offset: int = 0
    limit: int | None = 50


PLAIN = Wish()


class Line(NamedTuple):
    """One occurrence: `passage.text[span]` in the middle, the contexts as they stand in the passage."""

    passage: Passage
    report: ReportCard
    term: str  # compact
    span: Span
    left: str
    found: str
    right: str


class Concordance(NamedTuple):
    """Some lines, and how many occurrences, passages and reports there are in all, sample or not."""

    occurrences: int
    passages: int
    reports: int
    listed: int  # occurrences, or those of the sample
    by_term: Mapping[str, int]  # compact term → occurrences
    lines: Sequence[Line]


def concordance(engine: Viewer, wanted: Wanted, wish: Wish = PLAIN) -> Concordance:
    """The lines of a page; raises `UsageError` for a wish that makes no sense, and for too many occurrences."""
    _demand(wish)
    view = engine.view()
    places = list(islice(occurrences(view, wanted), MOST_OCCURRENCES + 1))
    if len(places) > MOST_OCCURRENCES:
        said = Message("多于 {most} 处，一次列不完。", most=MOST_OCCURRENCES)
        raise UsageError(said, hint=gettext_noop("请把词写长一些，或写明地区和年份。"))
    listed = _in_order(drawn(places, wish.sample, wish.seed), wish.order)
    end = None if wish.limit is None else wish.offset + wish.limit
    return Concordance(
        len(places),
        len({place.handle for place in places}),
        len({place.report for place in places}),
        len(listed),
        Counter(place.found.term for place in places),
        tuple(_lines(view, listed[wish.offset : end], wish)),
    )


def _demand(wish: Wish) -> None:
    if wish.order not in ORDERS or wish.unit not in UNITS:
        raise UsageError(gettext_noop("排序只能是 report、left、right，单位只能是 characters、words。"))
    if not 0 <= wish.width <= WIDEST:
        raise UsageError(Message("上下文的宽度应为 0 到 {most}。", most=WIDEST))


def _in_order(places: Sequence[Place], order: Order) -> Sequence[Place]:
    if order == "left":
        return sorted(places, key=_left)
    return sorted(places, key=_right) if order == "right" else places


def _left(place: Place) -> str:
    start = place.found.start
    return place.text[max(start - _SORTED_BY, 0) : start][::-1]


def _right(place: Place) -> str:
    return place.text[place.found.end : place.found.end + _SORTED_BY]


def _lines(view: View, places: Sequence[Place], wish: Wish) -> Iterator[Line]:
    cards = contents(view).cards
    for start in range(0, len(places), _AT_ONCE):
        check()
        some = places[start : start + _AT_ONCE]
        for place, passage in zip(some, view.passages([place.handle for place in some]), strict=True):
            yield _line(place, passage, cards[place.report], wish)


def _line(place: Place, passage: Passage, card: ReportCard, wish: Wish) -> Line:
    text, (term, start, end) = passage.text, place.found
    _, offsets = compact(text)
    span = original_span(offsets, start, end)
    begin, finish = _context(text, span, wish)
    return Line(passage, card, term, span, text[begin : span.start], text[slice(*span)], text[span.end : finish])


def _context(text: str, span: Span, wish: Wish) -> tuple[int, int]:
    """Where the context begins and ends in a passage."""
    if wish.unit == "characters":
        return max(span.start - wish.width, 0), min(span.end + wish.width, len(text))
    edges = sorted({0, len(text), *(token.start for token in tokens(text))})
    before, after = bisect_left(edges, span.start), bisect_right(edges, span.end)
    beginning = edges[max(before - wish.width, 0)] if wish.width else span.start
    ending = edges[min(after + wish.width - 1, len(edges) - 1)] if wish.width else span.end
    return min(beginning, span.start), max(ending, span.end)
