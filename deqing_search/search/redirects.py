"""Where an old link leads: to the passage that replaced the cited one, or nowhere.

`succession` looks in the document that the passage stood in. That document may stand under another id of a report,
because its file was renamed or moved: then its passages show where. A passage may also stand in another report of the
same place and year. When nothing is sure, the address leads nowhere, and `elsewhere` has the same words in other
reports. The address never leads to a passage that stood beside the former one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from deqing_search.engine.base import Request, View
from deqing_search.language.folding import compact_text
from deqing_search.query.tree import Literal
from deqing_search.report import Passage, Report
from deqing_search.store.documents import document_of
from deqing_search.store.permalinks import ALIKE, Former, PermalinkStore
from deqing_search.text.likeness import bare, common_share, pairs
from deqing_search.text.offsets import Span

_DISTINCT = 30  # characters: a shorter text may stand in any report
_JOINED = 10  # characters: a shorter text may be part of any passage
_COVERED = 0.5  # of a divided passage: its largest part has so much of it, or the parts together
_WITHIN = 0.9  # share of the pairs of one text that the other has, so that it is a part of it
_SURE = 0.7  # share of common pairs for which no other evidence is needed
_ASKED = 12  # passages of a document that are looked for, to find where it stands
_VOTES = 0.25  # share of these that one report has, at least
_COPIES = 20  # passages with one text that are looked at
_LEADS = 3  # passages with the same words that are offered when an address leads nowhere


class Succession(NamedTuple):
    """Where an address leads.

    `report` and `passage` are the successor and its report. If there is no successor, `passage` is None, `report` is
    the one that the former passage stood in if it is still there, and `elsewhere` has the same words in other reports.
    """

    former: Former
    report: Report | None
    passage: Passage | None
    elsewhere: tuple[Passage, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether the successor stands in a report with another id."""
        return self.passage is not None and self.passage.report != self.former.report

    @property
    def is_changed(self) -> bool:
        """Whether the successor has another text."""
        return self.passage is not None and bare(self.passage.text) != bare(self.former.text)


def succession(view: View, store: PermalinkStore, passage_id: str) -> Succession | None:
    """Return where an id leads that the index does not have; None if no passage ever had it."""
    former = store.former(passage_id)
    return _Search(view, former, store.of_document(former)).result() if former else None


def report_successor(view: View, store: PermalinkStore, report_id: str) -> Report | None:
    """Return the report that has the passages of a report which the index does not have; None if none has them.

    A report whose file was renamed or moved has another id.
    """
    document = store.last_document(report_id)
    return _Search(view, document[0], document).home(None) if document else None


class _Search:
    """The search for the successor of one former passage; `document` is every passage that its document ever had."""

    def __init__(self, view: View, former: Former, document: Sequence[Former]) -> None:
        self._view, self._former, self._document = view, former, document

    def result(self) -> Succession:
        here = self._view.report(self._former.report)
        if here and document_of(here) != self._former.document:
            here = None  # another document has this id of a report now
        found = self._here(here) if here else None
        if here and found and _is_part(self._former.text, found.text):
            return Succession(self._former, here, found)
        home = self.home(here)
        moved = self._moved(home) if home else None
        if home and moved and (not found or _is_part(self._former.text, moved.text)):
            return Succession(self._former, home, moved)
        if found:
            return Succession(self._former, here, found)
        return self._copied(here)

    def _here(self, here: Report) -> Passage | None:
        known = {one.id: one for one in self._document}
        beside = {bare(one.text) for one in self._document if one.recorded <= self._former.recorded}
        origins = {one.id: known[one.id].origin for one in here.passages if one.id in known}
        return successor(self._former, here.passages, beside, origins)

    def _moved(self, home: Report) -> Passage | None:
        return successor(self._former, home.passages, {bare(one.text) for one in self._document})

    def home(self, here: Report | None) -> Report | None:
        """The report that has the passages of the document that are not `here`."""
        left = {bare(one.text) for one in here.passages} if here else set[str]()
        gone = {text: one for one in self._document if (text := bare(one.text)) not in left and len(text) >= _DISTINCT}
        texts = list(gone)[:: max(len(gone) // _ASKED, 1)][:_ASKED]
        votes = Counter(report for text in texts for report in {one.report for one in self._copies(text)})
        votes.pop(here.id if here else "", None)
        if not votes:
            return None
        found = {report: self._view.report(report) for report, _ in votes.most_common(_LEADS)}
        best = max(found, key=lambda report: (votes[report], _is_of(found[report], self._former), report))
        enough = max(_VOTES * len(texts), 2 if len(self._document) > 2 else 1)
        return found[best] if votes[best] >= enough else None

    def _copied(self, here: Report | None) -> Succession:
        """The same words in one other report of the same place and year; otherwise nothing, and where else they are."""
        copies = [one for one in self._copies(self._former.text) if not here or one.report != here.id]
        reports = {one.report: self._view.report(one.report) for one in copies}
        alike = [one for one in copies if _is_of(reports[one.report], self._former)]
        if len(bare(self._former.text)) >= _DISTINCT and len({one.report for one in alike}) == 1:
            return Succession(self._former, reports[alike[0].report], alike[0])
        return Succession(self._former, here, None, tuple(copies[:_LEADS]))

    def _copies(self, text: str) -> list[Passage]:
        """The passages with exactly this text."""
        wanted = compact_text(text)
        if len(wanted) < _JOINED:
            return []
        page = self._view.evaluate(Request(Literal(wanted, Span(0, len(wanted)), compact=wanted), limit=_COPIES)).page
        found = self._view.passages([one.handle for one in page])
        return [one for one in found if compact_text(one.text) == wanted]


def _is_of(report: Report | None, former: Former) -> bool:
    """Whether a report is of the place and year of a former passage; unknown ones are no evidence."""
    if report is None or not former.place or former.year is None:
        return False
    return (report.meta.place, report.meta.year) == (former.place, former.year)


def _is_part(one: str, other: str) -> bool:
    """Whether one text is the other, or a part of it."""
    one, other = bare(one), bare(other)
    return one in other or other in one


def successor(
    former: Former,
    passages: Sequence[Passage],
    beside: Collection[str] = (),
    origins: Mapping[str, str] | None = None,
) -> Passage | None:
    """Return the passage that replaces `former`, or None if none is surely it.

    In this order: the same text, a text that contains it, the largest part of it, the most similar text. `beside` has
    the texts (without white space) that stood beside `former`: these are passages of their own. `origins` has the
    origins of passages, by id: a similar text that developed from another passage is not the successor.
    """
    candidates = _Candidates(former, passages, beside, origins or {})
    return candidates.same() or candidates.whole() or candidates.part() or candidates.similar()


class _Candidates:
    def __init__(
        self, former: Former, passages: Sequence[Passage], beside: Collection[str], origins: Mapping[str, str]
    ) -> None:
        self._former, self._text, self._pairs = former, bare(former.text), pairs(former.text)
        self._origins = origins
        self._all = passages
        self._new = [one for one in passages if bare(one.text) not in beside]

    def same(self) -> Passage | None:
        equal = [one for one in self._all if bare(one.text) == self._text]
        named = [one for one in equal if one.id.startswith(self._former.id)]  # an id of an older version
        return self._nearest(named or equal)

    def whole(self) -> Passage | None:
        """The passage that this one was joined with others to."""
        if len(self._text) < _JOINED:
            return None
        return self._nearest([one for one in self._new if self._text in bare(one.text)] or list(self._with_most()))

    def _with_most(self) -> Iterator[Passage]:
        """Passages with nearly all pairs of the former text, which may have been corrected when it was joined."""
        for one in self._new:
            if (self._pairs & pairs(one.text)).total() >= _WITHIN * self._pairs.total() and len(
                self._text
            ) >= _DISTINCT:
                yield one

    def part(self) -> Passage | None:
        """The largest of the passages that this one was divided into, if they have most of it."""
        parts = [
            (size, one)
            for one in self._new
            if (size := len(bare(one.text))) < len(self._text) and size >= _JOINED and self._holds(one)
        ]
        if not parts or sum(size for size, _ in parts) < _COVERED * len(self._text):
            return None
        return self._nearest([one for size, one in parts if size == max(size for size, _ in parts)])

    def _holds(self, one: Passage) -> bool:
        own = pairs(one.text)
        return bare(one.text) in self._text or (own & self._pairs).total() >= _WITHIN * own.total()

    def similar(self) -> Passage | None:
        best = max(self._new, key=self._likeness, default=None)
        if best is None:
            return None
        share, origin = common_share(self._pairs, pairs(best.text)), self._origins.get(best.id, best.id)
        needed = ALIKE if origin == self._former.origin else _SURE if origin == best.id else 2
        return best if share >= needed else None

    def _likeness(self, one: Passage) -> tuple[float, bool, int]:
        return (common_share(self._pairs, pairs(one.text)), *self._closeness(one))

    def _nearest(self, some: Sequence[Passage]) -> Passage | None:
        return max(some, key=self._closeness, default=None)

    def _closeness(self, one: Passage) -> tuple[bool, int]:
        return one.section == self._former.section, -abs(one.ordinal - self._former.ordinal)
