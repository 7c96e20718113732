"""What a check returns: a finding for each sentence, its sources, and the differences from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from deqing_search.quotes.attribution import NOBODY, Named
from deqing_search.report import Passage, ReportCard
from deqing_search.search.results import Coverage
from deqing_search.text.offsets import Span

Verdict = Literal[
    "number-altered", "figure-differs", "altered", "assembled", "absent", "figure-agrees", "formula", "exact"
]
Status = Literal[Verdict, "misattributed"]
STATUSES: tuple[Status, ...] = (
    "number-altered",
    "figure-differs",
    "misattributed",
    "altered",
    "assembled",
    "absent",
    "figure-agrees",
    "formula",
    "exact",
)
FOUND: frozenset[Verdict] = frozenset(("exact", "formula"))
Kind = Literal["number", "numeral", "place", "omission", "punctuation", "look-alike", "traditional", "width", "wording"]
StatedRole = Literal["target", "outcome", ""]  # "": a number of the report that the text names
Attribution = Literal["", "agrees", "contradicts", "unheld"]  # "": the text names no report


class Difference(NamedTuple):
    """What the text has, and what the passage has instead. Either may be empty."""

    kind: Kind
    text: str
    source: str
    span: Span  # in the text

    @property
    def size(self) -> int:
        """How many characters differ."""
        return max(len(self.text), len(self.source))


class Source(NamedTuple):
    """The source of words: a passage, its report, and the stretch of `passage.text`."""

    passage: Passage
    report: ReportCard
    span: Span


class Part(NamedTuple):
    """A clause of an assembled sentence, or of one that is only partly found, and its source."""

    span: Span  # in the text
    source: Source


class ReportedFigure(NamedTuple):
    """A value of an indicator in a report, in words, and its sentence."""

    value: str
    source: Source


class StatedFigure(NamedTuple):
    """A value that a text states in its own words, and what reports have instead.

    It is of an indicator, for a place and a year; or it is a number that the text attributes to a report: then `role`
    is "", `indicator` has the words before it, and place and year are those of the report.
    """

    indicator: str
    place: str
    year: int
    role: StatedRole
    text: str
    span: Span  # in the text
    agrees: bool
    reported: tuple[ReportedFigure, ...]


class Finding(NamedTuple):
    """The verdict on one sentence or quotation.

    `sources`: the best first; of equal ones, the earliest. `reports`: how many reports have the whole sentence.
    `spellings`: other spellings of the same words, which do not count as differences. `figures`: those that were
    compared with the figures of reports; the verdicts figure-agrees and figure-differs rest on them.
    """

    sentence: str
    span: Span  # in the text
    verdict: Verdict
    sources: tuple[Source, ...] = ()
    differences: tuple[Difference, ...] = ()
    parts: tuple[Part, ...] = ()
    reports: int = 0
    spellings: tuple[Difference, ...] = ()
    named: Named = NOBODY
    attribution: Attribution = ""
    figures: tuple[StatedFigure, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether a report has the sentence word for word: the report that the text names, if it names one."""
        has_right_figures = all(one.agrees for one in self.figures)
        return self.verdict in FOUND and self.attribution != "contradicts" and has_right_figures

    @property
    def status(self) -> Status:
        """What is shown for a finding: the verdict, or that its words stand in other reports than the one named."""
        is_misattributed = self.verdict in FOUND and self.attribution == "contradicts"
        return "misattributed" if is_misattributed else self.verdict

    @property
    def is_plainly_absent(self) -> bool:
        """Whether there is nothing to say of the sentence but that no report has it."""
        return self.verdict == "absent" and not (self.parts or self.attribution or self.figures)

    @property
    def differing(self) -> list[Span]:
        """The stretches of the text that reports have otherwise, in order."""
        stated = (one.span for one in self.figures if not one.agrees)
        return sorted([*(one.span for one in self.differences), *stated])


class Checked(NamedTuple):
    """The findings on a text in its order, and the coverage of the index that was searched."""

    text: str
    findings: tuple[Finding, ...]
    coverage: Coverage

    @property
    def is_found(self) -> bool:
        """Whether every sentence is found."""
        return all(one.is_found for one in self.findings)

    @property
    def urgent_first(self) -> Sequence[Finding]:
        """The findings, altered numbers first."""
        return sorted(self.findings, key=lambda one: STATUSES.index(one.status))

    def count(self, status: Status) -> int:
        return sum(one.status == status for one in self.findings)
