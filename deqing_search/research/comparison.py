"""Two reports side by side: rows of passages, an outline of sections, numbers that changed, expressions new or gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message, gettext_noop
from deqing_search.report import Passage, Report
from deqing_search.request_deadline import check
from deqing_search.research.differences import ChangedNumber, Piece, changed_numbers, differences, is_readable, shared
from deqing_search.research.expressions import Expression, expressions_only_in
from deqing_search.research.passage_pairs import Pair, passage_pairs
from deqing_search.research.periods import compact_headings, part_of
from deqing_search.search.searcher import open_report

Status = Literal["same", "edited", "moved", "new", "gone"]
STATUSES: Mapping[Status, str] = {
    "same": gettext_noop("相同"),
    "edited": gettext_noop("改写"),
    "moved": gettext_noop("移动"),
    "new": gettext_noop("新增"),
    "gone": gettext_noop("删去"),
}
MOST = 2000  # passages of a report


class Row(NamedTuple):
    """A passage of the first report beside one of the second; None where one has none.

    `pieces` say how the texts of a pair differ; they are empty if they do not.
    """

    status: Status
    before: Passage | None
    after: Passage | None
    pieces: tuple[Piece, ...] = ()
    numbers: tuple[ChangedNumber, ...] = ()

    @property
    def passage(self) -> Passage:
        """The passage of the second report, else that of the first."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def shared(self) -> float:
        """The share of the characters of both texts that are the same, 0 to 1."""
        if self.before is None or self.after is None:
            return 0.0
        return shared(self.pieces) if self.pieces else 1.0

    @property
    def name(self) -> str:
        """The status in words. A pair with few equal characters is only on the same subject: it is not edited."""
        if self.status == "edited" and not is_readable(self.pieces):
            return gettext_noop("另写")
        return STATUSES[self.status]


class Section(NamedTuple):
    """Headings that belong together, and how many of the rows below them have each status."""

    heading: Row
    counts: Counter[Status]


class Comparison(NamedTuple):
    """Everything about two reports. `new` and `gone` are expressions."""

    before: Report
    after: Report
    rows: tuple[Row, ...]
    new: tuple[Expression, ...]
    gone: tuple[Expression, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many rows have each status."""
        return Counter(row.status for row in self.rows)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The outline of both reports."""
        return tuple(sections(self.rows))


def compare_reports(engine: Viewer, before: str, after: str) -> Comparison:
    """Compare two reports by their ids; raises `UsageError` for an unknown one, or one with too many passages."""
    old, new = (_report(engine, id) for id in (before, after))
    rows = aligned(old.passages, new.passages)
    only = expressions_only_in(new.passages, old.passages), expressions_only_in(old.passages, new.passages)
    return Comparison(old, new, rows, *only)


def _report(engine: Viewer, id: str) -> Report:
    found = open_report(engine, id)
    if found is None:
        said = gettext_noop("没有编号为“{id}”的报告。")
        raise UsageError(Message(said, id=id), hint=gettext_noop("用 search-cli docs 看有哪些报告"))
    if len(found.passages) > MOST:
        raise UsageError(Message("报告有 {n} 段，至多对照 {most} 段。", n=len(found.passages), most=MOST))
    return found


def aligned(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[Row, ...]:
    """Rows in the order of the second report; a passage that is gone stands after the one that it followed."""
    pairs = {pair.after: pair for pair in passage_pairs(before, after)}
    kept = {pair.before for pair in pairs.values()}
    return tuple(_rows(before, after, pairs, kept))


def _rows(
    before: Sequence[Passage], after: Sequence[Passage], pairs: Mapping[int, Pair], kept: set[int]
) -> Iterator[Row]:
    at = 0
    for number, passage in enumerate(after):
        check()
        pair = pairs.get(number)
        if pair is None:
            yield Row("new", None, passage)
            continue
        if not pair.moved:
            yield from (Row("gone", before[gone], None) for gone in range(at, pair.before) if gone not in kept)
            at = pair.before
        yield _pair_row(before[pair.before], passage, moved=pair.moved)
    yield from (Row("gone", before[gone], None) for gone in range(at, len(before)) if gone not in kept)


def _pair_row(before: Passage, after: Passage, *, moved: bool) -> Row:
    if compact_text(before.text) == compact_text(after.text):
        return Row("moved" if moved else "same", before, after)
    numbers = () if _are_aim_and_result(before, after) else tuple(changed_numbers(before.text, after.text))
    return Row("moved" if moved else "edited", before, after, differences(before.text, after.text), numbers)


def _are_aim_and_result(before: Passage, after: Passage) -> bool:
    """Whether one passage is on results and the other on aims: a target of 6 % did not change to a result of 2.8 %."""
    return {part_of(compact_headings(one.section), None) for one in (before, after)} == {"review", "aims"}


def sections(rows: Sequence[Row]) -> Iterator[Section]:
    """Every heading, and the rows below it: a passage that is gone is below one of the first report, others not."""
    found: list[Section] = []
    below: dict[bool, Section] = {}  # whether of the first report → its last heading
    for row in rows:
        is_gone = row.after is None
        if row.passage.kind == "heading":
            found.append(Section(row, Counter()))
            below |= dict.fromkeys(_sides(row), found[-1])
        elif is_gone in below:
            below[is_gone].counts[row.status] += 1
    return iter(found)


def _sides(heading: Row) -> tuple[bool, ...]:
    """Of which reports a heading begins a section in the order of the rows; one that was moved only of the second."""
    if heading.after is None:
        return (True,)
    return (False,) if heading.status in ("new", "moved") else (True, False)
