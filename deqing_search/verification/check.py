"""Checks the words of a text against the reports, and the figures that it states of its own. The conductor of the room.

`quotes` knows no place and no year of a claim. What it finds is compared with those that the text names: `frames` for
words that a report has, `neighbours` for altered ones. A figure decides the verdict on a sentence that no report of its
place has. Elsewhere it stands beside the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from deqing_search.engine.base import View, Viewer
from deqing_search.language.folding import compact_text
from deqing_search.language.quantities import quantities
from deqing_search.quotes import check as quotations
from deqing_search.quotes.attribution import NOBODY, Mentions
from deqing_search.quotes.findings import FOUND, Checked, Finding, ReportedFigure, Source, StatedFigure, Verdict
from deqing_search.research.figure_words import CHANGES, value_in_words
from deqing_search.research.figures import Figure
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span
from deqing_search.verification.article import article_of
from deqing_search.verification.attributed import attributed_figures
from deqing_search.verification.comparison import Compared, Reported
from deqing_search.verification.fragments import with_own_places
from deqing_search.verification.frames import with_frames
from deqing_search.verification.neighbours import without_neighbours
from deqing_search.verification.stated import stated_figures

_IN_OWN_WORDS: Final[frozenset[Verdict]] = frozenset(("absent", "altered", "number-altered"))
_OF_TIME: Final = ("年", "月", "日", "天", "个月")
_COMPARED = re.compile(
    "第[0-9一二三四五六七八九十]+[位名]|前[0-9一二三四五六七八九十]+[位名强]|首位|垫底|[高低快慢好]于全|排名|领跑|领先"
)
_MOST_REPORTED: Final = 3  # figures of reports that are shown beside a stated one


def check(engine: Viewer, text: str) -> Checked:
    """A finding for each sentence of a text; raises `UsageError` for a text without sentences or beyond the limit."""
    checked = quotations.check(engine, text)
    article = article_of(text)
    reported, view = Reported(engine), engine.view()
    found = list(without_neighbours(view, article, checked.findings))
    found = with_frames(view, article, found)
    checked = checked._replace(findings=tuple(with_own_places(view, article, found)))
    compared = [reported.compared(one) for one in stated_figures(view, article)]
    stated = [_stated(view, text, one) for one in compared if one.answer]
    mentions = Mentions(view, text, article.quoted)
    attributed = [one for finding in checked.findings for one in attributed_figures(view, article, mentions, finding)]
    findings = (_with_figures(one, _inside(one, stated, attributed)) for one in checked.findings)
    return checked._replace(findings=tuple(findings))


def _inside(finding: Finding, stated: Sequence[StatedFigure], attributed: Sequence[StatedFigure]) -> list[StatedFigure]:
    """The figures that are stated in a finding, in order; those of an indicator are known better than others."""
    every = {one.span: one for one in [*attributed, *stated]}
    return [every[span] for span in sorted(every) if finding.span.start <= span.start < finding.span.end]


def _stated(view: View, text: str, found: Compared) -> StatedFigure:
    one = found.stated
    return StatedFigure(
        indicator=one.said.indicator + CHANGES[one.said.relation],
        place=found.reported[0].place,
        year=one.year,
        role=one.role,
        text=text[slice(*one.span)],
        span=one.span,
        agrees=found.answer == "agrees",
        reported=tuple(_reported(view, figure) for figure in found.reported[:_MOST_REPORTED]),
    )


def _reported(view: View, figure: Figure) -> ReportedFigure:
    passage = view.passage(figure.passage)
    assert passage is not None  # the figure was read from it
    span = Span(figure.start, figure.start + len(figure.text))
    return ReportedFigure(value_in_words(figure), Source(passage, contents(view).cards[figure.report], span))


def _with_figures(finding: Finding, stated: Sequence[StatedFigure]) -> Finding:
    """A finding with the figures that are stated in it, and the verdict that they decide, if they decide it."""
    if not stated:
        return finding
    finding = finding._replace(figures=tuple(stated))
    verdict = _verdict(finding)
    if verdict == finding.verdict:
        return finding
    sources = tuple({source.passage.id: source for one in stated for _, source in one.reported}.values())
    is_named = finding.named != NOBODY and any(finding.named.agrees(source.report) for source in sources)
    return finding._replace(
        verdict=verdict,
        sources=sources,
        differences=(),
        parts=(),
        reports=len({source.report.id for source in sources}),
        spellings=(),
        attribution=("agrees" if is_named else "") if finding.attribution != "unheld" else "unheld",
    )


def _verdict(finding: Finding) -> Verdict:
    """The verdict on a sentence with figures: that of its words, if a report of the place has them or similar ones."""
    places = {source.report.meta.place for one in finding.figures for _, source in one.reported}
    is_of_place = any(source.report.meta.place in places for source in finding.sources)
    if not all(one.agrees for one in finding.figures):
        is_other = finding.verdict in FOUND and finding.attribution != "agrees"  # these words, but of another year
        return "figure-differs" if is_other or not is_of_place else finding.verdict
    if finding.verdict == "number-altered":
        is_own = _are_stated(finding)
    else:
        is_own = finding.verdict == "altered" or (finding.verdict in _IN_OWN_WORDS and not is_of_place)
    return "figure-agrees" if is_own and _has_no_other_number(finding) else finding.verdict


def _are_stated(finding: Finding) -> bool:
    """Whether each number that differs from the source is one of the stated figures: 连续5年 is none."""
    changed = [one.span for one in finding.differences if one.kind == "number"]
    stated = [one.span for one in finding.figures]
    return all(any(one.start < span.end and span.start < one.end for one in stated) for span in changed)


def _has_no_other_number(finding: Finding) -> bool:
    """Whether every number of a sentence is one of its stated figures, and no rank or comparison stands beside them."""
    words = compact_text(finding.sentence)
    if _COMPARED.search(words):
        return False
    every = [one for one in quantities(words) if one.unit not in _OF_TIME]
    return len(every) <= sum(len(quantities(compact_text(one.text))) for one in finding.figures)
