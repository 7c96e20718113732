"""The values that the sentences and the table rows of a passage give for indicators, each with its period.

`statements` reads which value belongs to which name, `periods` whether it is an aim or a result, and of which year,
`bases` of how many years it is, and `doubts` whether it may be that of something else. `table_rows` reads the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from deqing_search.language.folding import compact, original_span
from deqing_search.report import Passage, ReportCard
from deqing_search.research.bases import in_period, of_plan, over_years
from deqing_search.research.doubts import is_doubtful
from deqing_search.research.indicators import may_name_at
from deqing_search.research.periods import Period, Place, compact_headings, period, start_of
from deqing_search.research.statements import Statement, statements
from deqing_search.research.table_rows import row_values
from deqing_search.text.offsets import Span
from deqing_search.text.place_names import own_names

_ENDS = "。!?\n"
_SENTENCE = re.compile(f"[^{_ENDS}]+[{_ENDS}]?")


class Reading(NamedTuple):
    """A value and its period. Spans are in the text of the passage; of a row the whole text is the sentence."""

    statement: Statement
    period: Period
    name: Span
    value: Span
    sentence: Span


def readings(passage: Passage, card: ReportCard, indicator: str) -> Iterator[Reading]:
    """The values of one passage, in their order; of one indicator only, if one is given."""
    yield from _of_sentences(passage, card, indicator)
    for row in row_values(passage, card.meta.year):
        if indicator in ("", row.statement.indicator):
            statement = of_plan(row.statement, row.period)
            yield Reading(statement, row.period, row.name, row.value, Span(0, len(passage.text)))


def _of_sentences(passage: Passage, card: ReportCard, indicator: str) -> Iterator[Reading]:
    text, offsets = compact(passage.text)
    own, headings = own_names(card.meta.place), compact_headings(passage.section)
    month = int(card.meta.date[5:7] or 0)
    for sentence in _sentences(text, indicator):
        at, end = sentence.span()
        place = Place(card.meta.year, headings, text[:at], month)
        for said in statements(sentence[0], own, indicator):
            if indicator in ("", said.indicator) and (read := _read(said, sentence[0], place)):
                name, value = (original_span(offsets, at + one, at + other) for one, other in (said.name, said.value))
                yield Reading(*read, name, value, original_span(offsets, at, end))


def _sentences(text: str, indicator: str) -> Iterator[re.Match[str]]:
    """The sentences of a text that may name an indicator; all without one. Most are skipped without a look at them."""
    if not indicator:
        yield from _SENTENCE.finditer(text)
        return
    at = 0
    while (start := may_name_at(text, indicator, at)) is not None:
        start = max(text.rfind(sign, at, start) for sign in _ENDS) + 1 or at
        sentence = _SENTENCE.match(text, start)
        if sentence is None:
            return
        yield sentence
        at = sentence.end()


def _read(said: Statement, sentence: str, place: Place) -> tuple[Statement, Period] | None:
    """A statement and its period, as what stands around it decides; None if the year is open."""
    one = over_years(said, sentence, place.headings)
    when = _period(sentence, one, place)
    if when is None:
        return None
    one = in_period(one, when, sentence, place)
    return one._replace(certain=one.certain and not is_doubtful(one, place.before, sentence)), when


def _period(sentence: str, one: Statement, place: Place) -> Period | None:
    """The role and the year of a value; None for the start of a change whose year is open."""
    at = one.value[0]
    if one.start:
        year = one.start.year
        return Period("outcome", year, certain=True) if year else start_of(sentence, at, place)
    return period(sentence, at, place, average=one.basis == "average" or _doubles(one))


def _doubles(one: Statement) -> bool:
    """Whether a growth is that of several years: 翻一番."""
    return one.relation == "growth" and one.basis == "total" and (one.low or 0) >= 100
