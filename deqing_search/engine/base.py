"""What every engine must do: the `Engine`, `Viewer` and `View` protocols and the nouns that cross them.

An engine writes reports in one transaction and opens views. A view is an immutable snapshot, safe to share
between threads: an evaluation and the passages it leads to always come from the same state of the index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from deqing_search.query.tree import Node
from deqing_search.report import AnalysedPassage, Passage, Report, ReportCard

Sort = Literal["relevance", "newest", "oldest"]


class AnalysedReport(NamedTuple):
    """A report and, one for one with `report.passages`, what is indexed of each passage."""

    report: Report
    analysed: tuple[AnalysedPassage, ...]


class Request(NamedTuple):
    """What to evaluate: literals compacted, words given; `boost` terms add to the score of the literals they lie in.

    `neighbours`, compact literals, add to the score of any match: words that stand side by side in what was typed. A
    glossary term inside one of the compact literals that were `typed` puts its definition first among the matches;
    the name of a place or a year inside one favours the reports on that place, of that year.
    """

    where: Node
    boost: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    neighbours: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()


class Scored(NamedTuple):
    """One match: `handle` is valid on the view that gave it, and only there."""

    handle: int
    score: float


class Evaluation(NamedTuple):
    """The matches of a request: the page asked for, and counts over *all* matches.

    `occurrences` counts true occurrences of the positive literals in the matching passages (0 in words mode); one that
    lies inside one of a longer literal is counted with that: 科技 OR 科技创新 counts a 科技创新 once.
    `facets`: "year", "kind" (of the report), "place" → value as string → matching passages.
    """

    page: tuple[Scored, ...]
    total: int
    occurrences: int
    reports: int
    facets: Mapping[str, Mapping[str, int]]


class Extent(NamedTuple):
    """How much of something is held; `characters`: of its text without white space."""

    reports: int
    passages: int
    characters: int


class Words(Protocol):
    """What can be suggested of some reports."""

    def vocabulary(self) -> Mapping[str, int]:
        """Every term, and how many passages hold it."""

    def headings(self) -> Mapping[str, int]:
        """Every heading that passages stand under, compact, and how many do."""

    def defined(self) -> Collection[str]:
        """The terms that glossary passages define, compact."""


class View(Words, Protocol):
    """An immutable snapshot of the index."""

    @property
    def commit(self) -> int:
        """The number of the commit it shows; no two of one index have the same."""

    def evaluate(self, request: Request) -> Evaluation: ...

    def total(self, where: Node) -> int:
        """How many passages match: what `evaluate` counts, and nothing else of it."""

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        """How many of the passages that match meet each of some conditions."""

    def passages(self, handles: Sequence[int]) -> list[Passage]:
        """The passages behind `handles`, in that order."""

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id."""

    def report(self, report_id: str) -> Report | None:
        """The whole report, passages in reading order, with its ledger."""

    def cards(self) -> Sequence[ReportCard]:
        """Every report held, by year (unknown first), then id."""

    def years(self, where: Node) -> Mapping[int | None, int]:
        """Occurrences of the literals of `where` by year of the report, None: unknown; no year without any."""

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        """What matches by year of its report, None: unknown, and the reports with a match."""

    def holding(self, terms: Collection[str]) -> Mapping[str, int]:
        """How many passages hold each of these terms; those that none holds are left out."""

    def since(self, before: View) -> Words:
        """The words of the reports that only one of two views of an index holds, perhaps of some more."""

    def size(self) -> int:
        """How many passages are held."""

    def beside(self, name: str) -> Path | None:
        """Where a file that belongs to this index is kept; None where there is no such place."""


class Viewer(Protocol):
    """Opens views of what is committed: all that reading needs of an engine."""

    def view(self) -> View:
        """The newest committed state; cheap when nothing has changed since the last call."""


class Engine(Viewer, Protocol):
    """Stores reports and opens views of them."""

    def write(self, reports: Iterable[AnalysedReport], *, delete: Collection[str] = ()) -> None:
        """Add or replace `reports` and delete the reports named, in one transaction: all of it, or nothing.

        Raises `errors.IndexBusy` when another writer is at work, `errors.IndexNotWritable` when the place is read-only.
        """
