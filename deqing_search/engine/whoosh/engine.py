"""The default engine: embedded, in one directory. Whoosh stores and commits, `evaluation` evaluates.

Defines `WhooshEngine` and its view, and turns faults of the disk and the lock into the errors of `errors`. `writer`
and `codec` drive Whoosh, `commits` opens a commit for reading, `segment/` says what is indexed and stored.
"""

from __future__ import annotations

import errno
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from deqing_search import config
from deqing_search.engine.base import (
    AnalysedReport,
    Evaluation,
    Extent,
    Lexicon,
    PassageText,
    Request,
    SuggestionView,
)
from deqing_search.engine.evaluation.lexicon import SnapshotLexicon
from deqing_search.engine.evaluation.snapshot import Snapshot
from deqing_search.engine.segment.array_file import ArraysUnreadable
from deqing_search.engine.segment.entries import Compact, passage_entry, report_entry
from deqing_search.engine.segment.reader import SegmentArrays
from deqing_search.engine.segment.stored_fields import dump_passage, dump_report, load_card, load_passage, load_report
from deqing_search.engine.whoosh.commits import (
    Committed,
    NoIndex,
    OpenSegment,
    demand_whole_files,
    generation,
    open_committed,
    open_files,
)
from deqing_search.errors import IndexBusy, IndexDamaged, IndexFault, IndexMissing, IndexNotWritable, IndexOutdated
from deqing_search.query.tree import Node
from deqing_search.report import Passage, Report, ReportCard

if TYPE_CHECKING:
    from deqing_search.engine.whoosh.writer import Transaction

_PASSAGES = 2_000  # passages in memory, about 4 MB
_SIZES = 1.0  # seconds after which the sizes of mapped files are compared again
ANSWERS, _PAGE = 500, 100  # answers in memory, and the most hits each may have: about 5 MB

_REFUSED = {
    errno.EROFS: "所在的文件系统是只读的",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.ENOTDIR: "那里是一个文件，不是目录",
    errno.EEXIST: "那里是一个文件，不是目录",
}


class WhooshEngine:
    """Stores reports in `directory` and opens views of them.

    `compact` folds a text and removes its white space. Titles, places, kinds and headings pass through it, so that the
    values of filters can be compared with them. It must be the function that analysed the passages. A view remembers
    its last `answers`.
    """

    def __init__(self, directory: Path, *, compact: Compact, answers: int = ANSWERS) -> None:
        self._directory = Path(directory)
        self._compact, self._answers = compact, answers
        self._view: WhooshView | None = None
        self._opening = threading.Lock()
        self._sizes_due = 0.0

    def write(self, reports: Iterable[AnalysedReport], *, delete: Collection[str] = ()) -> None:
        """Add or replace reports and delete others, all or nothing. If a report is given twice, the last one wins."""
        with self._translated_faults(writing=True):
            transaction = self._transaction()
            try:
                self._fill(transaction, reports, delete)
            except BaseException:
                transaction.abandon()
                raise
            transaction.commit()

    def _transaction(self) -> Transaction:
        from deqing_search.engine.whoosh.writer import Busy, Transaction  # loads Whoosh, which no reader needs

        try:
            return Transaction(self._directory)
        except Busy as busy:
            message = f"索引 {self._directory} 正被另一个进程写入。"
            raise IndexBusy(message, hint="等它写完，再执行一次同样的命令。") from busy

    def _fill(self, transaction: Transaction, reports: Iterable[AnalysedReport], delete: Collection[str]) -> None:
        held: dict[str, tuple[str | None, range]] = {}
        for segment in transaction.segments():
            for report, report_id in enumerate(segment.arrays.report_ids):
                if report not in segment.deleted:
                    held[report_id] = segment.name, segment.arrays.documents(report)
        for report_id in delete:
            if report_id in held:
                transaction.delete(*held.pop(report_id))
        for analysed in reports:
            report_id = analysed.report.id
            if report_id in held:
                transaction.delete(*held[report_id])
            held[report_id] = None, self._add(transaction, analysed)

    def _add(self, transaction: Transaction, analysed: AnalysedReport) -> range:
        """Add a report and directly after it its passages; returns the numbers of their documents."""
        report = analysed.report
        first = transaction.add(report_entry(report, self._compact), dump_report(report))
        for passage, indexed in zip(report.passages, analysed.analysed, strict=True):
            transaction.add(passage_entry(passage, indexed, self._compact), dump_passage(passage))
        return range(first, first + 1 + len(report.passages))

    def view(self) -> WhooshView:
        """The newest commit; raises `IndexMissing` if the directory has none, `IndexOutdated` if a file was cut."""
        with self._translated_faults(writing=False), self._opening:
            known = self._view.committed.segments if self._view else ()
            if self._view is None or self._view.generation != generation(self._directory):
                self._view = WhooshView(open_committed(self._directory, known), self._directory, answers=self._answers)
            elif monotonic() > self._sizes_due:
                demand_whole_files(known)
                self._sizes_due = monotonic() + _SIZES
            return self._view

    def open_files(self) -> dict[str, BinaryIO]:
        """Open the files of the newest commit, and those that are kept beside it."""
        return open_files(self._directory)

    @contextmanager
    def _translated_faults(self, *, writing: bool) -> Iterator[None]:
        """Raise the error of `errors` that names the fault of the directory; other exceptions pass unchanged."""
        at = self._directory
        try:
            yield
        except NoIndex as missing:
            raise IndexMissing(f"{at} 里没有索引。", hint="运行 search-cli index 建立索引。") from missing
        except ArraysUnreadable as unreadable:
            message = f"索引 {at} 的格式与本版本不符，或文件已损坏（{unreadable}）。"
            raise IndexOutdated(message, hint="运行 search-cli index --rebuild 重建索引。") from unreadable
        except OSError as fault:
            if fault.errno not in _REFUSED:
                raise
            if not writing:
                raise IndexFault(f"无法读取索引 {at}：{_REFUSED[fault.errno]}。", hint="检查该目录的权限。") from fault
            message = f"无法写入索引 {at}：{_REFUSED[fault.errno]}。"
            raise IndexNotWritable(message, hint="用 --index 另选一个可写的目录。") from fault


def _load_passage(segments: Sequence[OpenSegment], number: int, passage: int) -> Passage:
    segment = segments[number]
    loaded = load_passage(segment.stored[segment.arrays.document(passage)])
    if loaded.id != (named := segment.arrays.passage_id(passage)):
        message = f"索引文件 {segment.name} 里，编号 {named} 的段落存成了另一段（{loaded.id}）。"
        raise IndexDamaged(message, hint="运行 search-cli index --rebuild 重建索引。")
    return loaded


def _difference(one: OpenSegment, other: OpenSegment | None = None) -> tuple[SegmentArrays, Sequence[int]] | None:
    """The arrays of a segment, and the reports in it that two views do not differ in; None if they differ in none.

    `other` is the same segment in the other view, None if only one view has it.
    """
    if other is None:
        return one.arrays, one.deleted
    changed = set(one.deleted) ^ set(other.deleted)
    return (one.arrays, [report for report in range(one.arrays.reports) if report not in changed]) if changed else None


class WhooshView(SnapshotLexicon):
    """One commit, open for reading. Its files are mapped and never change, so threads share it without a lock."""

    def __init__(self, committed: Committed, directory: Path, *, answers: int = ANSWERS) -> None:
        self.committed = committed
        self._directory = directory
        self.generation = committed.generation
        self._segments = committed.segments
        # Not a method: it would put the view into a cycle, whose files stay open until it is collected.
        load = partial(_load_passage, committed.segments)
        self._passage = lru_cache(_PASSAGES if config.memory_bytes() else 0)(load)
        self._snapshot = Snapshot([(segment.arrays, segment.deleted) for segment in committed.segments])
        self._page = lru_cache(answers if config.memory_bytes() else 0)(self._snapshot.evaluate)

    def evaluate(self, request: Request) -> Evaluation:
        return (self._page if request.limit <= _PAGE else self._snapshot.evaluate)(request)

    def total(self, where: Node) -> int:
        return self._snapshot.total(where)

    def totals(self, where: Node, besides: Sequence[Node]) -> list[int]:
        return self._snapshot.totals(where, besides)

    def years(self, where: Node) -> Mapping[int | None, int]:
        return self._snapshot.years(where)

    def extents(self, where: Node) -> Mapping[int | None, Extent]:
        return self._snapshot.extents(where)

    def by_report(self, where: Node) -> Mapping[str, int]:
        return self._snapshot.by_report(where)

    def texts(self, where: Node) -> Iterator[PassageText]:
        return self._snapshot.texts(where)

    def frequencies(self, where: Node) -> Mapping[str, int]:
        return self._snapshot.frequencies(where)

    def _whole(self) -> Snapshot:
        return self._snapshot

    @property
    def commit(self) -> int:
        return self.generation

    def since(self, before: SuggestionView) -> Lexicon:
        """The words of the reports that only one of the two views has."""
        assert isinstance(before, WhooshView)
        states: dict[str, list[OpenSegment]] = defaultdict(list)
        for segment in (*before.committed.segments, *self.committed.segments):
            states[segment.name].append(segment)
        return Snapshot([part for both in states.values() if (part := _difference(*both))])

    def beside(self, name: str) -> Path | None:
        return self._directory / name

    def damaged(self) -> list[Path]:
        every = (blocks for one in self._segments for blocks in (one.arrays.blocks, one.stored.blocks))
        return [blocks.path for blocks in every if blocks.damaged()]

    def passages(self, handles: Sequence[int]) -> list[Passage]:
        return [self._passage(*self._snapshot.locate(handle)) for handle in handles]

    def passage(self, passage_id: str) -> Passage | None:
        for number, segment in enumerate(self._segments):
            for passage in segment.arrays.passage(passage_id):
                if self._snapshot.live[number][segment.arrays.report_of[passage]]:
                    return self._passage(number, passage)
        return None

    def report(self, report_id: str) -> Report | None:
        if report_id not in self._reports:
            return None
        number, report = self._reports[report_id]
        stored = self._segments[number].stored
        first, *rest = self._segments[number].arrays.documents(report)
        return load_report(stored[first], tuple(load_passage(stored[document]) for document in rest))

    def cards(self) -> Sequence[ReportCard]:
        return self._cards

    @cached_property
    def _reports(self) -> Mapping[str, tuple[int, int]]:
        """Report id → number of its segment, number of the report in the segment; deleted reports are left out."""
        return {
            report_id: (number, report)
            for number, segment in enumerate(self._segments)
            for report, report_id in enumerate(segment.arrays.report_ids)
            if self._snapshot.live[number][report]
        }

    @cached_property
    def _cards(self) -> tuple[ReportCard, ...]:
        places = self._reports.values()
        segments = self._segments
        stored = (segments[n].stored[segments[n].arrays.documents(report)[0]] for n, report in places)
        return tuple(sorted(map(load_card, stored), key=lambda card: (card.meta.year or 0, card.id)))
