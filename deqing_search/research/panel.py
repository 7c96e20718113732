"""A panel: for every place and year, how often each term of a dictionary occurs, in how much text.

`counting` decides what an occurrence is. If a place has no report of a year, its row has no figures: it is a gap, not a
zero. Reports of unknown year have their own rows. `panel_files` writes the files, `manifest` what a later run is
compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from deqing_search.engine.base import PassageText, Viewer
from deqing_search.language.analyzer import sentence_starts
from deqing_search.language.plain_jieba import plain_words
from deqing_search.messages import Message
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import And
from deqing_search.report import ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.counting import Occurrence, Scanner
from deqing_search.research.dictionaries import Dictionary
from deqing_search.search.coverage import contents
from deqing_search.search.places import ReportPlace, places
from deqing_search.text.place_names import other_name

Other = Literal["tokens", "alone"]  # how papers count: jieba's tokens | each term by itself, nested terms again


class Column(NamedTuple):
    """What is counted together: a term, a group of terms, or all terms of the dictionary."""

    kind: Literal["term", "group", "all"]
    text: str  # the term as it was written, the name of the group, "" for all
    group: str  # of a term; "" if it has none
    terms: tuple[str, ...]  # compact


class Tally(NamedTuple):
    """How often the terms of a column occur. `tokens` and `alone` are None unless they were asked for.

    `occurrences` leaves out what stands in a longer term of the dictionary outside the column. `gross` counts the terms
    of the column as if the dictionary had no others; it is None unless another way of counting was asked for.

    `passages` and `sentences` have at least one occurrence; `characters` are those of the occurrences. `tokens` counts
    the words of jieba that equal a term, `alone` adds up `str.count` of each term.
    """

    occurrences: int = 0
    passages: int = 0
    sentences: int = 0
    characters: int = 0
    tokens: int | None = None
    alone: int | None = None
    gross: int | None = None

    def plus(self, other: Tally) -> Tally:
        return Tally(
            self.occurrences + other.occurrences,
            self.passages + other.passages,
            self.sentences + other.sentences,
            self.characters + other.characters,
            _sum(self.tokens, other.tokens),
            _sum(self.alone, other.alone),
            _sum(self.gross, other.gross),
        )


class Row(NamedTuple):
    """A place in a year. Without reports it is a gap: it has no tallies, and its sizes are 0."""

    of: ReportPlace
    year: int | None  # None: unknown
    reports: tuple[ReportCard, ...]
    passages: int = 0
    sentences: int = 0
    characters: int = 0  # white space left out
    tallies: tuple[Tally, ...] = ()  # one for each column

    @property
    def place(self) -> str:
        """Its name of today."""
        return self.of.name

    @property
    def is_missing(self) -> bool:
        return not self.reports

    @property
    def name_then(self) -> str:
        """The name of the place in the reports of this row; for a gap, in the table of names."""
        if self.reports:
            return " ".join(dict.fromkeys(card.meta.place for card in self.reports))
        return self.of.name_at(self.year or 0)

    @property
    def other_name(self) -> str:
        """The name then, if the innermost unit was called otherwise than today; else ""."""
        return other_name(self.place, self.name_then)

    @property
    def changes(self) -> tuple[Message, ...] | None:
        """Why its figures are of another area than those of the year before, () if they are not; None: not known."""
        return None if self.year is None else self.of.changes_before(self.year)

    def per_10000(self, column: int) -> float | None:
        """Occurrences in 10,000 characters; None for a gap."""
        return 10_000 * self.tallies[column].occurrences / self.characters if self.characters else None

    def share_of_characters(self, column: int) -> float | None:
        return self.tallies[column].characters / self.characters if self.characters else None

    def share_of_sentences(self, column: int) -> float | None:
        return self.tallies[column].sentences / self.sentences if self.sentences else None


class Panel(NamedTuple):
    """Rows by place, then year; every place has all years of the span in which it existed, by the table of names.

    A place that was renamed is one place. Rows of unknown year come after the years.
    """

    dictionary: Dictionary
    filters: Filters
    others: tuple[Other, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def observed(self) -> tuple[Row, ...]:
        """The rows that have reports."""
        return tuple(row for row in self.rows if row.reports)

    @property
    def spans(self) -> Iterator[Row]:
        """The rows of each place from its first report to its last, with the gaps between them."""
        for _, rows in groupby(self.rows, lambda row: row.of):
            of_place = list(rows)
            held = [at for at, row in enumerate(of_place) if row.reports]
            yield from of_place[held[0] : held[-1] + 1] if held else ()

    @property
    def gaps(self) -> int:
        return sum(row.is_missing for row in self.rows)

    @property
    def breaks(self) -> tuple[Row, ...]:
        """The rows of another area than the row of the same place before them."""
        return tuple(row for before, row in pairwise(self.rows) if before.of == row.of and row.changes)

    @property
    def undated(self) -> int:
        """How many reports have no year."""
        return sum(len(row.reports) for row in self.rows if row.year is None)

    @property
    def reports(self) -> int:
        return sum(len(row.reports) for row in self.rows)

    def total(self, column: int) -> Tally:
        """The sum of a column over all rows."""
        found = [row.tallies[column] for row in self.observed]
        first, *rest = found or [Tally()]
        for tally in rest:
            first = first.plus(tally)
        return first


class Difference(NamedTuple):
    """How much another way of counting differs from the occurrences of a column.

    Other ways do not leave out what stands in longer terms, so `exact` does not either; `net` does.
    """

    column: Column
    way: Other
    exact: int
    net: int
    other: int
    pairs: int  # of consecutive years of a place that both have reports and in which either count changes
    turned: int  # of these, where the two counts do not change in the same direction

    @property
    def relative(self) -> float | None:
        """-0.83: the other way misses 83 of 100 occurrences. None if there are no occurrences."""
        return (self.other - self.exact) / self.exact if self.exact else None


def panel(
    engine: Viewer, dictionary: Dictionary, filters: Filters = NO_FILTERS, *, others: Sequence[Other] = ()
) -> Panel:
    """Count a dictionary in all reports that the filters leave, by place and year."""
    view = engine.view()
    cards, columns, of_report = contents(view).cards, columns_of(dictionary), places(view)
    counter = _Counter(columns, others)
    texts = view.texts(filters.limit(And(())))
    by_report = groupby(texts, lambda text: text.report)
    rows = [counter.row(of_report[report], cards[report], list(passages)) for report, passages in by_report]
    return Panel(dictionary, filters, tuple(others), columns, tuple(_by_place_and_year(rows, filters)))


def ways(*, tokens: bool, alone: bool) -> tuple[Other, ...]:
    """The other ways of counting that were asked for."""
    return (*(("tokens",) if tokens else ()), *(("alone",) if alone else ()))


def columns_of(dictionary: Dictionary) -> tuple[Column, ...]:
    """A column for each term, for each group, and, if there are several terms, for all of them."""
    terms = [Column("term", term.text, term.group, (term.compact,)) for term in dictionary.terms]
    groups = [Column("group", group, group, dictionary.of_group(group)) for group in dictionary.groups]
    whole = [Column("all", "", "", dictionary.strings)] if len(dictionary.strings) > 1 else []
    return (*terms, *groups, *whole)


def differences(found: Panel) -> list[Difference]:
    """For each column and each other way of counting in the panel: how much it differs from the true occurrences."""
    return [_difference(found, column, way) for way in found.others for column in range(len(found.columns))]


def _difference(found: Panel, column: int, way: Other) -> Difference:
    total, pairs, turned = found.total(column), 0, 0
    dated = [row for row in found.rows if row.year is not None]
    for before, after in pairwise(dated):
        if before.of == after.of and before.reports and after.reports:
            one, two = before.tallies[column], after.tallies[column]
            exact, other = _sign(_gross(two) - _gross(one)), _sign(_other(two, way) - _other(one, way))
            pairs += bool(exact or other)
            turned += exact != other
    said = _gross(total), total.occurrences, _other(total, way)
    return Difference(found.columns[column], way, *said, pairs, turned)


def _gross(tally: Tally) -> int:
    return tally.gross or 0


def _other(tally: Tally, way: Other) -> int:
    return (tally.tokens if way == "tokens" else tally.alone) or 0


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


class _Counter:
    """Counts the columns in one report after the other."""

    def __init__(self, columns: Sequence[Column], others: Sequence[Other]) -> None:
        self._columns, self._others = columns, others
        self._of_term: dict[str, list[int]] = {}
        for number, column in enumerate(columns):
            for term in column.terms:
                self._of_term.setdefault(term, []).append(number)
        self._scan = Scanner(self._of_term).scan
        self._of_columns = [Scanner(column.terms).scan for column in columns] if others else []

    def row(self, place: ReportPlace, card: ReportCard, passages: Sequence[PassageText]) -> Row:
        """The row of one report."""
        check()
        sums = [[0, 0, 0, 0] for _ in self._columns]
        sentences = 0
        for passage in passages:
            starts = sentence_starts(passage.compact)
            sentences += len(starts)
            self._add(sums, list(self._scan(passage.compact)), starts)
        ways = self._by_other_ways([passage.compact for passage in passages])
        tallies = (Tally(*four, *more) for four, *more in zip(sums, *ways, strict=True))
        characters = sum(len(passage.compact) for passage in passages)
        return Row(place, card.meta.year, (card,), len(passages), sentences, characters, tuple(tallies))

    def _add(self, sums: Sequence[list[int]], found: Sequence[Occurrence], starts: Sequence[int]) -> None:
        """Add the occurrences of one passage, whose sentences begin at `starts`."""
        last: dict[int, int] = {}  # column → the sentence that was counted for it last
        sentence = 0
        for term, start, end in found:
            while sentence + 1 < len(starts) and starts[sentence + 1] <= start:
                sentence += 1
            for column in self._of_term[term]:
                sum_ = sums[column]
                sum_[0] += 1
                sum_[1] += column not in last
                sum_[2] += last.get(column) != sentence
                sum_[3] += end - start
                last[column] = sentence

    def _by_other_ways(self, texts: Sequence[str]) -> tuple[Sequence[int | None], ...]:
        """For each column its `tokens`, its `alone` and its `gross`."""
        tokens: Sequence[int | None] = [None] * len(self._columns)
        alone = gross = tokens
        if "tokens" in self._others:
            tokens = self._sums(Counter(word for text in texts for word in plain_words(text)))
        if "alone" in self._others:
            alone = self._sums({term: sum(text.count(term) for text in texts) for term in self._of_term})
        if self._of_columns:
            gross = [sum(1 for text in texts for _ in scan(text)) for scan in self._of_columns]
        return tokens, alone, gross

    def _sums(self, counts: Mapping[str, int]) -> list[int]:
        return [sum(counts.get(term, 0) for term in column.terms) for column in self._columns]


def _by_place_and_year(rows: Iterable[Row], filters: Filters) -> Iterator[Row]:
    """One row for each place and year of the span, then those of unknown year."""
    found: dict[tuple[ReportPlace, int | None], Row] = {}
    for row in rows:
        key = row.of, row.year
        found[key] = _together(found[key], row) if key in found else row
    years = [year for _, year in found if year is not None]
    span = range(min(years), max(years) + 1) if years else range(0)
    for place in sorted({place for place, _ in found}, key=lambda place: (place.name, str(place.unit))):
        if any((place, year) in found for year in span):
            dated = (found.get((place, year), Row(place, year, ())) for year in span)
            yield from (row for row in dated if row.reports or place.existed(row.year or 0))
        if (place, None) in found:
            yield found[place, None]


def _together(one: Row, other: Row) -> Row:
    """The row of two reports on one place and year."""
    return Row(
        one.of,
        one.year,
        (*one.reports, *other.reports),
        one.passages + other.passages,
        one.sentences + other.sentences,
        one.characters + other.characters,
        tuple(a.plus(b) for a, b in zip(one.tallies, other.tallies, strict=True)),
    )
