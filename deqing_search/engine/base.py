"""The engine protocol: what every engine does, and the nouns that cross it. This page is all that an engine needs.

An `Engine` writes reports in transactions and opens views. A `View` is an immutable snapshot of one commit: everything
that is asked of it is answered from the same state, and threads may share it. `SuggestionView` is optional: what
suggestions are made of. An engine whose views do not have it is complete, but suggests nothing.

What matches is defined here and by the nodes of `query.tree`; `tests/engine/test_contract.py` checks it against a
reading of the texts:

- A literal matches a passage if `compact` is a substring of the passage's `AnalysedPassage.compact`. With `whole`, an
  occurrence does not count if `language.number_edges.stands_whole` denies it. Occurrences may overlap.
- `Words` matches by `AnalysedPassage.terms`: any of `terms`, or, with a `core`, core terms with more than half of the
  characters of the core. Terms have no positions: inside 同句 they are looked for in the passage.
- A literal, a value and a NEAR lie in a sentence only as a whole. The two literals of NEAR do not overlap.
- 同文 holds for a report; it gives the passages of the report with any positive literal or term of its child, or, if it
  has none, all of them.
- A `Filter` compares compact forms; an unknown year, kind or place meets no condition on it.
- An empty `And` matches every passage, an empty `Or` none, a literal without characters every passage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, Protocol, runtime_checkable

from deqing_search.query.tree import Node
from deqing_search.report import AnalysedPassage, Passage, Report, ReportCard

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Sort = Literal["relevance", "newest", "oldest"]


class AnalysedReport(NamedTuple):
    """A report and what is indexed of it: one `AnalysedPassage` for each of `report.passages`, in order."""

    report: Report
    analysed: tuple[AnalysedPassage, ...]


class Phrase(NamedTuple):
    """A compact literal that adds to the score of a match, `weight` times as much as a literal that must occur."""

    literal: str
    weight: float


class Request(NamedTuple):
    """A query and the page of its matches that is wanted. All strings are compact.

    `where` alone decides which passages match. The rest decides their order:

    - `boost`: terms that add to the score of the literals that contain them.
    - `phrases`: literals that add to the score of any match, each by its weight.
    - `typed`: literals of a question. A glossary term in one of them puts its definition first; the name of a place or
      a year in one of them favours the reports on that place, of that year.
    - `sort` other than "relevance": by year, not by score.
    """

    where: Node
    boost: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0  # matches before the page
    limit: int = 20  # matches on the page, at most; 0: counts only
    phrases: tuple[Phrase, ...] = ()
    typed: tuple[str, ...] = ()


class Scored(NamedTuple):
    """One match. `handle` is a number that only the view that gave it can read."""

    handle: int
    score: float  # no unit; 0 or more, comparable within one evaluation


class Evaluation(NamedTuple):
    """The page of matches, and counts over all matches, whatever the page.

    `page` is ordered by falling score; ties, and pages sorted by year, by year (newest first, for "oldest" oldest
    first, unknown last), then report id, then ordinal. So pages of one request never overlap.
    """

    page: tuple[Scored, ...]
    total: int  # passages
    occurrences: int  # see `View.years`
    reports: int  # distinct reports of the matches
    facets: Mapping[str, Mapping[str, int]]  # "year" | "kind" | "place" → value → matches; unknown values left out


class Extent(NamedTuple):
    """How much there is of something."""

    reports: int
    passages: int
    characters: int  # of the passages, white space left out


class PassageText(NamedTuple):
    """What a scan of the texts reads of a passage."""

    handle: int
    report: str  # the id of its report
    compact: str  # as in `AnalysedPassage`


class View(Protocol):
    """An immutable snapshot of the index."""

    def evaluate(self, request: Request) -> Evaluation:
        """The matches of a request."""

    def total(self, where: Node) -> int:
        """How many passages match: the `total` of `evaluate`, for those who need nothing else."""

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        """For each of `besides`, in order: how many of the passages that match `where` match it too."""

    def years(self, where: Node) -> Mapping[int | None, int]:
        """Occurrences in the matches of `where` by year of the report, None: unknown. Years without any are left out.

        Counts the occurrences of the literals under an even number of NOTs. One that lies inside an occurrence of
        another of them is not counted: 科技 OR 科技创新 counts a 科技创新 once. Of the literals of NEAR only those near
        each other count, of 同句 those in a sentence in which the whole of it holds. `Words` count 0.
        """

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        """How much matches, by year of the report, None: unknown. Years without a match are left out."""

    def by_report(self, where: Node) -> Mapping[str, int]:
        """How many passages of each report match, by the id of the report. Reports without a match are left out."""

    def texts(self, where: Node) -> Iterator[PassageText]:
        """The text of every match, in the order of `evaluate` for the sort "oldest": report after report."""

    def frequencies(self, where: Node) -> Mapping[str, int]:
        """Every term of the matches, with its occurrences in `AnalysedPassage.terms`."""

    def passages(self, handles: Sequence[int]) -> list[Passage]:
        """The passages of the handles, in the same order; raises `IndexError` for a handle of no passage."""

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id; None if there is none."""

    def report(self, report_id: str) -> Report | None:
        """The report with this id, with its passages in reading order and its edit log; None if there is none."""

    def cards(self) -> Sequence[ReportCard]:
        """Every report, by year (unknown first), then id."""


@runtime_checkable
class CheckedView(Protocol):
    """A view of files that have checksums."""

    def damaged(self) -> list[Path]:
        """The files with a block that differs from its checksum; reads all of them."""


class Viewer(Protocol):
    """Opens views: all that reading needs of an engine."""

    def view(self) -> View:
        """The newest commit; returns the same view again, at little cost, as long as nothing is committed.

        Raises `errors.IndexMissing` if nothing was ever committed, `errors.IndexOutdated` if it is of another format
        or damaged, and `errors.IndexFault` if it cannot be read.
        """


class Engine(Viewer, Protocol):
    """Stores reports and opens views of them."""

    def write(self, reports: Iterable[AnalysedReport], *, delete: Collection[str] = ()) -> None:
        """Delete the reports with the ids in `delete`, then add `reports`, each replacing the one with its id.

        One transaction: readers see all of it or nothing, and an exception from `reports` leaves the index unchanged.
        Ids that are not in the index are ignored. Of a report given twice the last one counts. Nothing is held in
        memory that grows with the number of reports, except their ids.

        Raises `errors.IndexBusy` if another writer is at work, `errors.IndexNotWritable` if the place is read-only or
        full.
        """


@runtime_checkable
class FileEngine(Protocol):
    """An engine whose commits are files."""

    def open_files(self) -> Mapping[str, BinaryIO]:
        """Open the files of the newest commit, by name: all that a copy of it needs. Their content never changes.

        Raises FileNotFoundError if a writer replaces the commit at this moment; then try again.
        """


@runtime_checkable
class RemoteEngine(Engine, Protocol):
    """An engine that keeps a generation of the index elsewhere than in the local folder of the generation."""

    def begin(self, *, resume: bool = False) -> None:
        """Make room for a new generation; raises `errors.IndexBusy` if another folder has its index there.

        With `resume`, what an earlier build wrote for this generation is kept.
        """

    def publish(self) -> None:
        """Make this generation the one in use and delete the others."""

    def discard(self) -> None:
        """Delete this generation."""


class Lexicon(Protocol):
    """The words of some reports."""

    def vocabulary(self) -> Mapping[str, int]:
        """Every term, with the number of passages that have it."""

    def headings(self) -> Mapping[str, int]:
        """Every compact heading, with the number of passages below it."""

    def defined(self) -> Collection[str]:
        """The compact terms that glossary passages define."""

    def phrases(self, least: int, without: Collection[str]) -> Mapping[str, int]:
        """Two or three Chinese words in a row, none of them in `without`, with the passages that have them.

        Those that fewer than `least` passages have are left out.
        """


@runtime_checkable
class SuggestionView(View, Lexicon, Protocol):
    """A view that suggestions can be made of. Only `suggest` and `indexing` use more of it than `View`."""

    @property
    def commit(self) -> int:
        """The number of the commit; no two commits of one index have the same."""

    def holding(self, terms: Collection[str]) -> Mapping[str, int]:
        """`vocabulary` of these terms only; terms that no passage has are left out."""

    def holding_phrases(self, phrases: Collection[str], without: Collection[str]) -> Mapping[str, int]:
        """`phrases` of these only; those that no passage has are left out."""

    def sentences_of(
        self, texts: Sequence[str], without: Collection[str]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The sentences that have words or phrases: the number of a text and that of a sentence, each pair once.

        Pairs are ascending. Sentences of reports that were deleted may be among them.
        """

    def since(self, before: SuggestionView) -> Lexicon:
        """The words of the reports that only one of two views of an index has; it may include a few more reports."""

    def beside(self, name: str) -> Path | None:
        """Where a file that belongs to this index is kept; None if the index is no directory."""
