"""Which document a report's id names. The file under a path can be replaced by another document.

An id of a passage hashes the id of its report, and this is made from a path. If two files exchange their names, a
phrase that both contain would keep its id and stand in another city's report. So the documents that had one report id
are numbered, from 1, and the number is part of the ids of later ones. A document that returns gets its number back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from deqing_search.report import Passage, Report
from deqing_search.structure.passages import passage_id
from deqing_search.text.likeness import STRETCH, bare, common_share, pairs, stretches

_SAME = 0.3  # least share of the stretches of a document that its versions have in common; see `text.likeness`
_SHORT, _SHORT_SAME = 500, 0.5  # a text of fewer characters has few stretches, and its pairs are compared
_MOST = 1_000  # documents under one id


def named_as(report: Report, number: int) -> Report:
    """Return the report with the ids that it has as this document under its id.

    >>> from deqing_search.report import Metadata
    >>> from deqing_search.text.offsets import Span
    >>> one = Passage(passage_id("r", "总则", 1), "r", 1, "paragraph", 0, (), "总则", (Span(0, 2),), (1, 1))
    >>> second = named_as(Report("r", Metadata(), (one,), "", ""), 2)
    >>> second.passages[0].id != one.id, document_of(second), document_of(named_as(second, 1))
    (True, 2, 1)
    """
    seen: Counter[str] = Counter()
    renamed = []
    for passage in report.passages:
        text = bare(passage.text)
        seen[text] += 1
        renamed.append(passage._replace(id=passage_id(report.id, text, seen[text], number)))
    return report._replace(passages=tuple(renamed))


def document_of(report: Report) -> int:
    """Return the number that the ids of a report were made with; 1 if none fits."""
    if not report.passages:
        return 1
    first, text = report.passages[0], bare(report.passages[0].text)
    return next((n for n in range(1, _MOST) if passage_id(report.id, text, 1, n) == first.id), 1)


def number_of(passages: Sequence[Passage], known: Mapping[int, Sequence[str]]) -> int:
    """Return which of the known documents (number → its texts) these passages are a version of, or the next number."""
    if not known:
        return 1
    texts = [passage.text for passage in passages]
    share, number = max((_share_of_whole(texts, known[number]), -number) for number in known)
    if share >= _SHORT_SAME:
        return -number  # most of its text has not changed: nothing more has to be compared
    return next((number for number in sorted(known) if _is_version(texts, known[number])), max(known) + 1)


def _share_of_whole(texts: Iterable[str], known: Iterable[str]) -> float:
    """The share of the characters that stand in passages whose whole text is known."""
    before, whole = set(map(bare, known)), list(map(bare, texts))
    return sum(len(text) for text in whole if text in before) / max(sum(map(len, whole)), 1)


def _is_version(texts: Sequence[str], known: Sequence[str]) -> bool:
    if min(sum(map(len, texts)), sum(map(len, known))) < _SHORT:
        return common_share(pairs("".join(texts)), pairs("".join(known))) >= _SHORT_SAME
    new, before = stretches(texts, STRETCH), stretches(known, STRETCH)
    return len(new & before) >= _SAME * min(len(new), len(before))
