"""The counts of a chart: several queries, or one in several places, over years, places or kinds.

Every figure has its denominators: the reports and characters that were searched. A year without a report has no
count; a zero means that reports were searched and none has the text. A constant panel counts only places that have a
report in every year, so that a change of the figures is not a change of the places.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Literal, NamedTuple, TypeAlias

from deqing_search.engine.base import Extent, Request, Viewer
from deqing_search.errors import UsageError
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.filters import BETWEEN, NO_FILTERS, Filters, values_of
from deqing_search.query.tree import Query
from deqing_search.query.tree import filters as conditions
from deqing_search.report import ReportCard
from deqing_search.research.trends import with_text
from deqing_search.search.coverage import extents_by_year, rate
from deqing_search.search.page import required_root
from deqing_search.search.places import ReportPlace, places
from deqing_search.search.searcher import explain, read

MOST = 8  # series that a reader can still tell apart
NAMES = 40  # places or kinds of a chart: those with the most passages

By = Literal["year", "place", "kind"]
Name: TypeAlias = "int | str"  # a year, a place or a kind
BYS: tuple[By, ...] = ("year", "place", "kind")
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』"}


class Count(NamedTuple):
    """What was found in some reports, and how much was searched."""

    occurrences: int
    passages: int  # with an occurrence
    reports_with: int  # with an occurrence
    reports: int
    characters: int  # of all passages of the reports, white space aside

    @property
    def per_10000(self) -> float:
        """Occurrences in 10,000 characters, which can be compared between years with more and fewer reports."""
        return rate(self.occurrences, self.characters)


class Series(NamedTuple):
    """One query, in the reports of one place if `place` is not empty: a count for each name that has reports."""

    typed: str
    place: str
    query: Query  # with the filters, as it is to be said
    counts: Mapping[Name, Count]
    unknown: Count  # the reports whose year, place or kind is unknown

    @property
    def label(self) -> str:
        """The name of a series in a chart: its query and its place."""
        return f"{self.typed} {self.place}".strip()

    @property
    def total(self) -> Count:
        """The sum of all counts, those of unknown names included."""
        return Count(*map(sum, zip(*self.counts.values(), self.unknown, strict=True)))


class Break(NamedTuple):
    """Why the reports of a place are of another area than those of the year before."""

    place: str
    changes: tuple[Message, ...]

    @property
    def said(self) -> str:
        return f"{self.place}：{'；'.join(self.changes)}"


class Chart(NamedTuple):
    """Some series over the same names."""

    by: By
    names: tuple[Name, ...]  # years in their order, also those without reports; places and kinds by falling rate
    series: tuple[Series, ...]
    few: frozenset[Name]  # names with fewer than half as many reports as the median has
    places: tuple[str, ...] = ()  # of a constant panel; else empty
    left_out: int = 0  # places or kinds beyond `NAMES`
    breaks: Mapping[Name, tuple[Break, ...]] = {}  # year → why some place is another area than the year before

    @property
    def gaps(self) -> tuple[Name, ...]:
        """The names without a report that was searched."""
        return tuple(name for name in self.names if not any(name in one.counts for one in self.series))


class Wish(NamedTuple):
    """The reports to count and their groups. `each_place`: a series for each place of the filters."""

    filters: Filters = NO_FILTERS
    by: By = "year"
    each_place: bool = False


def queries_of(text: str) -> tuple[str, ...]:
    """The queries of a list, parted by commas, semicolons or line ends outside of quotes.

    >>> queries_of('人工智能, 数字经济 OR 数据要素；“稳中求进，以进促稳”')
    ('人工智能', '数字经济 OR 数据要素', '“稳中求进，以进促稳”')
    """
    found, closing = [""], ""
    for char in text:
        if not closing and char in ",，;；\n":
            found.append("")
            continue
        closing = "" if char == closing else closing or _QUOTES.get(char, "")
        found[-1] += char
    return tuple(dict.fromkeys(one.strip() for one in found if one.strip()))


def chart(engine: Viewer, typed: Sequence[str], wish: Wish = Wish()) -> Chart:  # noqa: B008 immutable
    """Count each query; raises `UsageError` as `search` does, for a query without text, and for more than `MOST`.

    Counts only reports that the query and the filters search: with 地区:西安 only those on 西安.
    """
    return _counted(engine, typed, wish)._replace(breaks=_breaks(engine, typed, wish))


def _counted(engine: Viewer, typed: Sequence[str], wish: Wish) -> Chart:
    """The chart without its breaks."""
    each = values_of(wish.filters.place) if wish.each_place else ()
    _demand_readable(typed, each)
    names, left_out = _groups(engine, typed, wish)
    series = tuple(
        _series(
            engine, one, wish._replace(filters=replace(wish.filters, place=place or wish.filters.place)), place, names
        )
        for one in typed
        for place in each or ("",)
    )
    return Chart(wish.by, _ordered(wish.by, series), series, _few(series), left_out=left_out)


def constant_chart(engine: Viewer, typed: Sequence[str], wish: Wish = Wish()) -> Chart | None:  # noqa: B008 immutable
    """The same over the years, of the places that have a report in every year of the span; None if no place has.

    A place that was renamed is one place.
    """
    cards = [card for card in engine.view().cards() if wish.filters.allow(card) and card.meta.year and card.meta.place]
    span = _span(cards, wish.filters)
    of_report = places(engine.view())
    years: dict[ReportPlace, set[int | None]] = defaultdict(set)
    for card in cards:
        years[of_report[card.id]].add(card.meta.year)
    kept = [place for place, of_place in years.items() if of_place >= span]
    if not kept or len(span) < 2:
        return None
    ids = BETWEEN.join(card.id for card in cards if of_report[card.id] in kept)
    found = _counted(engine, typed, wish._replace(filters=replace(wish.filters, report=ids)))
    return found._replace(
        places=tuple(sorted(place.name for place in kept)), breaks=_breaks_of(kept, sorted(filter(None, span))[1:])
    )


def _span(cards: Collection[ReportCard], filters: Filters) -> set[int | None]:
    """The years that are chosen; where an end is open, up to the first or last report."""
    years = [card.meta.year for card in cards if card.meta.year is not None]
    first, last = filters.years or (None, None)
    return set(range(first or min(years, default=1), (last or max(years, default=0)) + 1))


def _demand_readable(typed: Sequence[str], places: Sequence[str]) -> None:
    most = len(typed) * max(len(places), 1)
    if most > MOST:
        said = gettext_noop("一次最多比较 {most} 条线，这里有 {n} 条。")
        raise UsageError(Message(said, most=MOST, n=most), hint=gettext_noop("分几次比较"))
    for one in typed:
        with_text(one)


Groups: TypeAlias = "Mapping[Name, str] | None"  # place or kind → the ids of its reports; None: by year


def _groups(engine: Viewer, typed: Sequence[str], wish: Wish) -> tuple[Groups, int]:
    """The reports of each place or kind, of the most frequent ones; and how many are left out."""
    if wish.by == "year":
        return None, 0
    view, matches = engine.view(), Counter[Name]()
    of_report = places(view)
    name_of = {
        card.id: card.meta.kind if wish.by == "kind" else of_report[card.id].name
        for card in view.cards()
        if wish.filters.allow(card)
    }
    ids: dict[Name, list[str]] = defaultdict(list)
    for report, name in name_of.items():
        ids[name].append(report)
    for one in typed:
        for report, passages in view.by_report(wish.filters.limit(required_root(read(one)))).items():
            matches[name_of[report]] += passages
    ranked = sorted((name for name in ids if name), key=lambda name: (-matches[name], str(name)))
    kept = [*ranked[:NAMES], *([""] if "" in ids else [])]
    return {name: BETWEEN.join(ids[name]) for name in kept}, max(len(ranked) - NAMES, 0)


def _breaks(engine: Viewer, typed: Sequence[str], wish: Wish) -> Mapping[Name, tuple[Break, ...]]:
    """The breaks of a chart over the years of a few places that the queries or the filters name."""
    view, roots = engine.view(), [wish.filters.limit(required_root(read(one))) for one in typed]
    if wish.by != "year" or not any(one.field == "place" for root in roots for one in conditions(root)):
        return {}
    matching = {report for root in roots for report in view.by_report(root)}
    cards = [card for card in view.cards() if card.id in matching]
    found = list(dict.fromkeys(places(view)[card.id] for card in cards))
    years = sorted({card.meta.year for card in cards if card.meta.year is not None})
    return _breaks_of(found, range(years[0] + 1, years[-1] + 1)) if years and len(found) <= NAMES else {}


def _breaks_of(found: Sequence[ReportPlace], years: Iterable[int]) -> Mapping[Name, tuple[Break, ...]]:
    """The years in which a place is of another area than in the year before, with the reasons."""
    reasons = {
        year: tuple(Break(place.name, changes) for place in found if (changes := place.changes_before(year)))
        for year in years
    }
    return {year: why for year, why in reasons.items() if why}


def _series(engine: Viewer, typed: str, wish: Wish, place: str, groups: Groups) -> Series:
    query = read(typed)
    counted = _by_year(engine, query, wish.filters) if groups is None else _by_group(engine, query, wish, groups)
    counts = dict(counted)
    none = Count(0, 0, 0, 0, 0)
    unknown = counts.pop("", None) or counts.pop(None, None) or none
    said = explain(typed, replace(wish.filters, report=""))  # a constant panel has hundreds of ids there
    return Series(typed, place, said, {name: count for name, count in counts.items() if name is not None}, unknown)


def _by_year(engine: Viewer, query: Query, filters: Filters) -> Iterator[tuple[Name | None, Count]]:
    view, root = engine.view(), filters.limit(required_root(query))
    occurrences, matches = view.years(root), view.extents(root)
    for year, extent in extents_by_year(engine, query._replace(root=root)).items():
        found = matches.get(year, Extent(0, 0, 0))
        yield year, Count(occurrences.get(year, 0), found.passages, found.reports, extent.reports, extent.characters)


def _by_group(engine: Viewer, query: Query, wish: Wish, groups: Mapping[Name, str]) -> Iterator[tuple[Name, Count]]:
    """A count for each group that has reports which the query searches."""
    for name, ids in groups.items():
        root = replace(wish.filters, report=ids).limit(required_root(query))
        searched = extents_by_year(engine, query._replace(root=root)).values()
        if reports := sum(extent.reports for extent in searched):
            found = engine.view().evaluate(Request(root, limit=0))
            characters = sum(extent.characters for extent in searched)
            yield name, Count(found.occurrences, found.total, found.reports, reports, characters)


def _ordered(by: By, series: Sequence[Series]) -> tuple[Name, ...]:
    names = {name for one in series for name in one.counts}
    if by == "year":
        years = [name for name in names if isinstance(name, int)]
        return tuple(range(min(years), max(years) + 1)) if years else ()
    rates = {name: max(one.counts[name].per_10000 for one in series if name in one.counts) for name in names}
    return tuple(sorted(names, key=lambda name: (-rates[name], str(name))))


def _few(series: Sequence[Series]) -> frozenset[Name]:
    reports: Counter[Name] = Counter()
    for one in series:
        for name, count in one.counts.items():
            reports[name] = max(reports[name], count.reports)
    middle = median(reports.values()) if reports else 0
    return frozenset(name for name, n in reports.items() if n < middle / 2)
