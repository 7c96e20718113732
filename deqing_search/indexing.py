"""The write path: builds and updates the index.

A rebuild fills a new generation part by part and then swaps the pointer (`store/generations.py`). If it is killed, the
next one goes on with the parts that are there. An update is one transaction of the engine. So a reader sees the old
state or the new one. `sources/roots.py` finds the files, `pipeline.py` prepares each of them, and `store/current.py`
opens the index.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import AnalysedReport, Engine, SuggestionView, View, Viewer
from deqing_search.errors import IndexNotWritable, SourceError, reason
from deqing_search.extract import READERS
from deqing_search.pipeline import Progress, digest_of, prepare_all
from deqing_search.report import ReportCard, Root, SourceFile
from deqing_search.sources.roots import (
    existing,
    gather,
    has_vanished,
    is_gone,
    may_return,
    remembered,
    roots_of,
)
from deqing_search.store.current import (
    begin,
    built_with,
    demand_same,
    discard,
    engine_of,
    has_index,
    keep_only,
    newest_view,
    open_index,
)
from deqing_search.store.generations import (
    Pointer,
    is_unfinished,
    joined,
    mark_unfinished,
    read_pointer,
    undamaged_pointer,
    write_pointer,
    writing,
)

if TYPE_CHECKING:
    from deqing_search.store.permalinks import PermalinkStore  # imported by writers only: it loads SQLite

__all__ = ["Outcome", "has_index", "in_parts", "open_index", "open_or_build", "places", "rebuild", "update"]

PART = 100_000  # passages after which a build commits: a minute of work or two
_FIRST_BUILD = 600  # seconds that a reader waits while another process builds the first index


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an update: ids of reports, and the faults of files that could not be read."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    faults: tuple[SourceError, ...]
    notes: tuple[str, ...] = ()  # what was left out and is no fault


def update(
    index: Path,
    paths: Sequence[Path],
    *,
    catalog: Path | None = None,
    progress: Progress | None = None,
    patience: float = 0,
    part: int = PART,
) -> Outcome:
    """Write new and changed reports under `paths` and delete vanished ones; build the index if there is none.

    A build commits after each `part` passages, and the next one goes on from there if it is killed.

    Raises `IndexBusy` when another process still writes after `patience` seconds, `IndexNotWritable`,
    `IndexOutdated`. The outcome lists the files that cannot be read.
    """
    with writing(index, patience):
        pointer, roots = read_pointer(index), roots_of(paths, catalog)
        if pointer is None:
            return _build(index, (), roots, progress, part)
        demand_same(index, pointer.built_with)
        engine = engine_of(index / pointer.generation)
        view, permalinks = newest_view(index, engine), _permalinks(index)
        indexed = {card.id: card for card in view.cards()}
        _record_missing(permalinks, view, indexed)
        wanted = joined((), (remembered(root, pointer.roots) for root in roots))
        outcome = _update(engine, permalinks, indexed, wanted, pointer.roots, progress)
        gone = {root.path for root in roots if is_gone(root, indexed)}
        left = [root for root in pointer.roots if root.path not in gone]
        write_pointer(index, pointer._replace(roots=joined(left, existing(roots))))
        keep_only(engine, index / pointer.generation)
        return outcome


def rebuild(
    index: Path,
    paths: Sequence[Path],
    *,
    catalog: Path | None = None,
    progress: Progress | None = None,
    part: int = PART,
) -> Outcome:
    """Build a new generation from `paths` and every place indexed before, put it in use and delete the old one.

    A folder that is missing is a fault in the outcome. Its reports are left out, and the next update looks there again.
    """
    with writing(index):
        return _build(index, _roots(index), roots_of(paths, catalog), progress, part)


def places(index: Path) -> list[Path]:
    """The files and folders indexed before; empty if there is no index or its pointer is damaged."""
    return [root.path for root in _roots(index)]


def open_or_build(
    index: Path, seeds: Path, *, tell: Callable[..., None] | None = None, progress: Progress | None = None
) -> Viewer:
    """Open the index; if there is none, build it from `seeds` first and say so through `tell`."""
    tell = tell or (lambda *message: None)
    if not has_index(index):
        tell(f"{index} 里还没有索引，现在用 {seeds} 建立……")
        outcome = update(index, [seeds], progress=progress, patience=_FIRST_BUILD)
        for fault in outcome.faults:
            tell(f"跳过：{fault}", fault.hint)
        if has_index(index):
            tell(f"索引建好了，共 {len(outcome.added) + outcome.unchanged} 份报告。")
    return open_index(index)


def _roots(index: Path) -> tuple[Root, ...]:
    """The places indexed before; none if the pointer is damaged."""
    pointer = undamaged_pointer(index)
    return pointer.roots if pointer else ()


def _build(index: Path, before: Sequence[Root], named: Sequence[Root], progress: Progress | None, part: int) -> Outcome:
    """Build a generation; the pointer moves to it when it is complete and contains a report."""
    sources, faults, notes = gather(joined(before, named), endings=READERS, fixes=TITLES, known=before)
    engine, directory, indexed = begin(index)
    found, changed = {source.report for source in sources}, _changed(sources, indexed)
    done = sorted(found - {source.report for source in changed})
    try:
        if gone := indexed.keys() - found:
            engine.write([], delete=gone)
        permalinks = _permalinks(index)
        with closing(prepare_all(changed, faults, done, progress)) as prepared:
            for reports in in_parts(prepared, part):
                with _recorded(permalinks, reports) as recorded:
                    engine.write(recorded)
                mark_unfinished(directory, built_with())
        if done:
            _write_suggestions(engine)
            roots = joined((root for root in before if may_return(root, READERS)), existing(named))
            write_pointer(index, Pointer(directory.name, built_with(), roots))
    except BaseException:
        if not is_unfinished(directory):
            discard(engine, directory)
        raise
    if done:
        keep_only(engine, directory)
    else:
        discard(engine, directory)
        faults = faults or [_nothing_left(index)]
    return Outcome(tuple(done), (), (), 0, tuple(faults), tuple(notes))


def in_parts(reports: Iterator[AnalysedReport], size: int) -> Iterator[Generator[AnalysedReport]]:
    """The reports in parts of about `size` passages; each part is read to its end before the next."""
    for first in reports:
        yield _part(chain([first], reports), size)


def _part(reports: Iterator[AnalysedReport], size: int) -> Generator[AnalysedReport]:
    passages = 0
    for report in reports:
        yield report
        passages += len(report.analysed)
        if passages >= size:
            return


def _nothing_left(index: Path) -> SourceError:
    """The fault of a rebuild that finds no file at all: it must not look like a success."""
    message = f"{index}：收录过的地方已没有可以收录的文件，索引没有重建"
    return SourceError(message, hint="运行 search-cli index 移除已删去的报告，或写上另一个文件夹")


def _update(
    engine: Engine,
    permalinks: PermalinkStore,
    indexed: dict[str, ReportCard],
    roots: Sequence[Root],
    known: Sequence[Root],
    progress: Progress | None,
) -> Outcome:
    """In one transaction write what is new or changed under `roots` and delete what has vanished there."""
    sources, faults, notes = gather(
        (root for root in roots if not is_gone(root, indexed)),
        endings=READERS,
        fixes=TITLES,
        indexed=indexed,
        known=known,
    )
    changed = _changed(sources, indexed)
    found = {source.report for source in sources}
    gone = tuple(card.id for card in indexed.values() if card.id not in found and has_vanished(Path(card.path), roots))
    done: list[str] = []
    before = engine.view()
    if changed or gone:
        with _recorded(permalinks, prepare_all(changed, faults, done, progress)) as reports:
            engine.write(reports, delete=gone)
    _write_suggestions(engine, before)  # even if nothing is new: an earlier writer may have been killed before this
    return Outcome(
        added=tuple(report for report in done if report not in indexed),
        replaced=tuple(report for report in done if report in indexed),
        removed=gone,
        unchanged=len(sources) - len(changed),
        faults=tuple(faults),
        notes=tuple(notes),
    )


def _changed(sources: Iterable[SourceFile], indexed: Mapping[str, ReportCard]) -> list[SourceFile]:
    """The sources that are new, and those that differ from the indexed report."""
    return [s for s in sources if s.report not in indexed or indexed[s.report].digest != digest_of(s)]


def _write_suggestions(engine: Engine, before: View | None = None) -> None:
    """Add what was committed since `before` to the file of suggestions; raises `IndexNotWritable`.

    The related words are made of the words in that file.
    """
    from deqing_search.suggest import related
    from deqing_search.suggest.completion import NAME, open_suggestions
    from deqing_search.suggest.writer import write_suggestions

    view = engine.view()
    if not isinstance(view, SuggestionView) or (path := view.beside(NAME)) is None:
        return
    before = before if isinstance(before, SuggestionView) else None
    try:
        write_suggestions(view, path, before)
        if known := open_suggestions(path):
            related.write_related(view, known.words(), path.with_name(related.NAME))
    except OSError as fault:
        hint = "腾出空间或权限后，再执行一次同样的命令。"
        raise IndexNotWritable(f"无法写入 {path}：{reason(fault)}。", hint=hint) from fault


def _permalinks(index: Path) -> PermalinkStore:
    from deqing_search.store.permalinks import PermalinkStore

    return PermalinkStore(index)


@contextmanager
def _recorded(permalinks: PermalinkStore, prepared: Generator[AnalysedReport]) -> Iterator[Iterator[AnalysedReport]]:
    """The prepared reports, each recorded in the permalink store before the engine gets it."""
    with closing(prepared), closing(permalinks.recorded(prepared)) as reports:
        yield reports


def _record_missing(permalinks: PermalinkStore, view: View, indexed: Iterable[str]) -> None:
    """Record the reports that are indexed but not yet in the permalink store, before they can be replaced."""
    if unknown := permalinks.unknown(indexed):
        permalinks.record(report for report in map(view.report, unknown) if report)
