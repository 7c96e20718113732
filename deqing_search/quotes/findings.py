"""What a check returns: a finding for each sentence, its sources, and the differences from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from deqing_search.quotes.attribution import NOBODY, Named
from deqing_search.report import Passage, ReportCard
from deqing_search.search.results import Coverage
from deqing_search.text.offsets import Span

Verdict = Literal["number-altered", "altered", "assembled", "absent", "formula", "exact"]
VERDICTS: tuple[Verdict, ...] = ("number-altered", "altered", "assembled", "absent", "formula", "exact")
FOUND: frozenset[Verdict] = frozenset(("exact", "formula"))
Kind = Literal["number", "omission", "punctuation", "look-alike", "traditional", "width", "wording"]
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


class Finding(NamedTuple):
    """The verdict on one sentence or quotation.

    `sources`: the best first; of equal ones, the earliest. `reports`: how many reports have the whole sentence.
    `spellings`: other spellings of the same words, which do not count as differences.
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

    @property
    def is_found(self) -> bool:
        """Whether a report has the sentence word for word: the report that the text names, if it names one."""
        return self.verdict in FOUND and self.attribution != "contradicts"


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
        return sorted(self.findings, key=lambda one: VERDICTS.index(one.verdict))

    def count(self, verdict: Verdict) -> int:
        return sum(one.verdict == verdict for one in self.findings)
